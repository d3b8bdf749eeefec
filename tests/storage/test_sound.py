"""Two texts held against each other: what was changed, and what was only put behind or between."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.storage.sound import compared, is_remark
from tests.steps import steps

LINE = st.sampled_from(["a", "b", "# c", "# d", ""])
TEXT = st.lists(LINE, max_size=8).map(lambda lines: "".join(f"{line}\n" for line in lines))


@pytest.mark.parametrize(
    ("old", "new", "changed", "added"),
    [
        ("a\nb\n", "a\nb\n", [], []),
        ("a\nb\n", "a\nb", [], []),
        ("a\nb", "a\nb\nc\n", [], [3]),
        ("a\nb", "a\nb\r\nc\n", [], [3]),
        ("a\nb", "a\nbc\n", [2], []),
        ("a\nb\n", "a\nb\nc\nd\n", [], [3]),
        ("a\nb\n", "a\n# x\n\nb\n", [], [2]),
        ("a\n# x\nb\n", "a\n# y\n# x\nb\n", [], [2]),
        ("a\n# x\nb\n", "a\n# y\nb\n", [2], []),
        ("a\nb\nc\n", "a\nx\nc\n", [2], []),
        ("a\nb\nc\n", "a\nx\nb\nc\n", [2], []),
        ("a\nb\nc\n", "a\nc\n", [2], []),
        ("a\nb\nc\n", "a\nb\n", [3], []),
        ("a\nb\nc\nd\ne\n", "a\nx\nc\ny\ne\n", [2, 4], []),
        ("a\nb\nc\nd\n", "a\nx\ny\nz\nb\nc\nd\n", [2], []),
        ("a\nb\nc\nd\n", "a\nd\n", [2], []),
        ("a\nb\n", "", [1], []),
    ],
)
def test_what_was_changed(old: str, new: str, changed: list[int], added: list[int]) -> None:
    """A line changed, gone, or put between is named once, at the line that stands there now; so is what was added."""
    found = compared(old, new)
    assert found[0] == changed
    assert changed or found[1] == added


def grown(old: list[str], new: list[str]) -> bool:
    """Whether the new lines are the old ones with remarks between and anything behind: every way is tried."""
    if not old:
        return True
    if not new:
        return False
    return (old[0] == new[0] and grown(old[1:], new[1:])) or (is_remark(new[0]) and grown(old, new[1:]))


@given(TEXT, TEXT)
def test_nothing_changed_means_only_grown(old: str, new: str) -> None:
    """It finds something changed exactly where the older text is not contained as it may be."""
    assert (not compared(old, new)[0]) == grown(old.splitlines(), new.splitlines())


@given(TEXT, TEXT)
def test_every_line_that_is_named_can_be_looked_up(old: str, new: str) -> None:
    """Each once, in order, and none farther than the line behind the last."""
    for found in compared(old, new):
        assert found == sorted(set(found))
        assert all(1 <= line <= new.count("\n") + 1 for line in found)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["# a"] * 800, ["# b"] * 400 + ["# a"] * 400),
        (["a"] * 800, ["a", "b"] * 400),
        (["a", "b"] * 400, ["b", "a"] * 400),
        ([f"{n}" for n in range(800)], [f"{n}" for n in reversed(range(800))]),
        (["a"] * 800, ["# a"] * 800),
    ],
    ids=["remarks", "every-other", "turned", "backwards", "no-remark"],
)
def test_what_it_costs(old: list[str], new: list[str]) -> None:
    """Ten times the text is some ten times the work, however it repeats itself: steps are counted, not seconds."""

    def cost(times: int) -> int:
        texts = ["".join(f"{line}\n" for line in lines * times) for lines in (old, new)]
        return steps(lambda: compared(*texts))

    assert cost(10) < 20 * cost(1)
