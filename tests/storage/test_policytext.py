"""A value written into a policy's text, whatever its style: the data says so, and nothing else changes."""

from typing import Any

import pytest

from cmplt.storage import policytext, yamlfile
from cmplt.storage.policytext import Path

TEXT = """\
# the head
office: Riverside   # its name
hours:
  mon-fri: '09:00-12:00'   # long
  # half a day
  sat: "10:00-11:00"
lunch: |
  at noon
  or later
roles:
  chief:
  - 王芳
  porter: []   # nobody
  clerk: {members: [], label: x}
rooms:
  blue: {}
  red: {label: 红}   # upstairs
  green:
    label: 绿
"""


def put(data: Any, path: Path, value: Any) -> Any:
    """Data with a value at a path."""
    first, *rest = path
    return {**data, first: put(data.get(first, {}), tuple(rest), value) if rest else value}


@pytest.mark.parametrize("value", ["x", "a: b #c, [d]", "null", "3 days", "09:00-12:00", 5, "5", ["李明", "a, b"], [],
                                   {"mon": "09:00-12:00", "sat": "x: y"}])  # fmt: skip
@pytest.mark.parametrize(
    "path",
    [("office",), ("hours",), ("hours", "sat"), ("lunch",), ("roles", "chief"), ("roles", "porter"),
     ("roles", "clerk", "members"), ("rooms", "blue", "head"), ("rooms", "red", "head"), ("rooms", "green", "head"),
     ("rooms", "green", "label")],
    ids=".".join,
)  # fmt: skip
def test_a_value_is_put_into_the_text(path: Path, value: Any) -> None:
    """It reads back as it was meant, the rest as it was; comments of other lines stay."""
    found = policytext.changed(TEXT, path, value)
    assert yamlfile.load(found) == put(yamlfile.load(TEXT), path, value)
    for comment in ("# the head", "# its name", "# nobody", "# upstairs"):
        assert comment in found
    if path != ("hours",):
        assert "# half a day" in found
    touched = [line for line in found.splitlines() if line not in TEXT.splitlines()]
    assert len(touched) <= 2


def test_the_line_of_a_value() -> None:
    """From 0: that of the value, not of the key around it."""
    assert policytext.line(TEXT, ("rooms", "red", "label")) == 16
    assert policytext.line(TEXT, ("office",)) == 1
