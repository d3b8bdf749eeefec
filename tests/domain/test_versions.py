"""A mapping that is never changed, and of which thousands of versions fit into little room."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain.versions import Versioned

KEYS = st.integers(0, 150)
CHANGES = st.lists(st.tuples(KEYS, st.none() | st.integers()), max_size=300)


@given(st.dictionaries(KEYS, st.none() | st.integers()), CHANGES)
def test_every_version_is_what_a_copy_would_be(start: dict[int, Any], changes: list[tuple[int, Any]]) -> None:
    """However often it was changed, and what was taken away is not there; an earlier version stays as it was."""
    found, copy = Versioned(start), dict(start)
    kept = []
    for key, value in changes:
        found, copy = found.but(key, value), {**copy, key: value}
        kept.append((found, copy))
    for version, expected in [(Versioned(start), start), *kept[::50], *kept[-1:]]:
        there = {key: value for key, value in expected.items() if value is not None}
        assert version == there
        assert (len(version), repr(sorted(version.items()))) == (len(there), repr(sorted(there.items())))
        assert all((key in version) == (key in there) for key in range(151))


def test_it_shows_what_it_holds() -> None:
    """As a dictionary does, in the order in which it came."""
    assert repr(Versioned({"b": 1}).but("a", 2)) == "{'b': 1, 'a': 2}"
    with pytest.raises(KeyError):
        Versioned({"b": 1}).but("b", None)["b"]
