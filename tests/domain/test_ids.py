"""Ids: drawn without asking anybody, found by any unambiguous part (design §2)."""

from collections.abc import Callable
from datetime import date
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain import ids


def one_after_another(text: str) -> Callable[[str], str]:
    """A choice that picks these characters in turn."""
    remaining = iter(text)
    return lambda alphabet: next(each for each in remaining if each in alphabet)


def test_the_alphabet_is_crockfords_base_32() -> None:
    """Thirty-two digits and lower-case letters, without those that are taken for others."""
    assert len(set(ids.ALPHABET)) == len(ids.ALPHABET) == 32
    assert set("0123456789abcdefghijklmnopqrstuvwxyz") - set(ids.ALPHABET) == set("ilou")


def test_an_id_is_the_date_and_four_characters() -> None:
    """An id begins with the local date of receipt."""
    assert ids.draw(date(2026, 11, 2), (), one_after_another("7k3f")) == "20261102-7k3f"


def test_a_taken_id_is_drawn_again() -> None:
    """An id that a complaint of that day has already is not given twice."""
    taken = {"20261102-7k3f", "20261102-0000"}
    assert ids.draw(date(2026, 11, 2), taken, one_after_another("7k3f00007k3g")) == "20261102-7k3g"
    assert ids.draw(date(2026, 11, 3), taken, one_after_another("7k3f")) == "20261103-7k3f"


@given(st.dates(min_value=date(1900, 1, 1)), st.randoms())
def test_what_is_drawn_is_an_id(day: date, chance: Random) -> None:
    """Whatever is drawn has the form of an id and is found by it, its date and its last characters."""
    found = ids.draw(day, (), chance.choice)
    assert ids.is_id(found)
    assert found[:8] == day.strftime("%Y%m%d")
    assert all(ids.matching(part, {found}) == [found] for part in (found, found[:8], found[-4:]))


@pytest.mark.parametrize(
    "text",
    [
        "20261102-7k3",
        "20261102-7k3fx",
        "2026112-7k3f",
        "x20261102-7k3f",
        "20261102_7k3f",
        "20261102-7K3F",
        "20261102-7k3i",
        "20261102-ouil",
        "20261102-7k3f\n",
        "２０２６1102-7k3f",
        "",
    ],
)
def test_what_is_no_id(text: str) -> None:
    """An id has eight digits, a hyphen and four characters of the alphabet, and nothing else."""
    assert not ids.is_id(text)


BOOK = ("20261102-7k3f", "20261102-7k3g", "20261103-7k3f", "20261203-0002")


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("20261102-7k3f", ["20261102-7k3f"]),
        ("7k3f", ["20261102-7k3f", "20261103-7k3f"]),
        ("-7k3g", ["20261102-7k3g"]),
        ("7K3G", ["20261102-7k3g"]),
        ("g", ["20261102-7k3g"]),
        ("20261102", ["20261102-7k3f", "20261102-7k3g"]),
        ("202611", ["20261102-7k3f", "20261102-7k3g", "20261103-7k3f"]),
        ("202612", ["20261203-0002"]),
        ("2", ["20261102-7k3f", "20261102-7k3g", "20261103-7k3f", "20261203-0002"]),
        ("7k3", []),
        ("1102", []),
        ("", []),
    ],
)
def test_any_part_at_either_end_finds_an_id(part: str, found: list[str]) -> None:
    """A whole id, or what one begins or ends with, finds it; upper case is as good as lower."""
    assert ids.matching(part, BOOK) == found


def test_a_whole_id_is_never_ambiguous() -> None:
    """A whole id means itself, even where another one would end with it."""
    assert ids.matching("0002", ("0002", "20261203-0002")) == ["0002"]
