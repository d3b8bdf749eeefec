"""Rows as tables: aligned also where characters are two cells wide; one line a row whatever a cell holds."""

import csv
import io
import json
from typing import Any

import pytest
from wcwidth import wcswidth

from cmplt.output import listing

COLUMNS = {"id": "id", "subject": "subject", "hidden": None, "n": "n"}


def table(*rows: dict[str, Any]) -> list[str]:
    """The lines of a table."""
    return listing.as_table(rows, COLUMNS).splitlines()


def test_chinese_and_latin_stand_below_each_other() -> None:
    """Every column begins in the same cell of the terminal in every line."""
    lines = table({"id": "a", "subject": "态度冷淡", "n": 1}, {"id": "bb", "subject": "brakes", "n": 22},
                  {"id": "ccc", "subject": "刹车abc", "n": 333})  # fmt: skip
    assert len({wcswidth(line) for line in lines}) == 1
    ends = [wcswidth(line[: line.rindex(" ") + 1]) + wcswidth(line.split()[-1]) for line in lines[2:]]
    assert len(set(ends)) == 1, "numbers are flush right"
    starts = {
        wcswidth(line[: line.index(word)]) for line, word in zip(lines[2:], ("态度", "brakes", "刹车"), strict=True)
    }
    assert len(starts) == 1


def test_a_table_shows_the_columns_that_have_a_title() -> None:
    """The rest is for JSON and CSV."""
    lines = table({"id": "a", "subject": "s", "hidden": "secret", "n": 1})
    assert lines[0].split() == ["id", "subject", "n"]
    assert "secret" not in "\n".join(lines)


def test_no_rows_are_no_table() -> None:
    """Nothing is printed."""
    assert listing.as_table([], COLUMNS) == ""


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (True, "yes"),
        (False, ""),
        ("001", "001"),
        ("1e5", "1e5"),
        ("a\nb", "a b"),
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\u202eb", "a\\x202eb"),
        ("龘" * 61, "龘" * 59 + "…"),
    ],
)
def test_a_cell_is_one_harmless_line(value: Any, shown: str) -> None:
    """Nothing, yes, text as it is, line ends as blanks, escapes made visible, what is long cut short."""
    lines = table({"id": "a", "subject": value, "n": 1})
    assert len(lines) == 3
    assert lines[2].split(maxsplit=1)[1].rpartition("1")[0].strip() == shown


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (1, "1 s"),
        (60, "1 min"),
        (61, "1 min 1 s"),
        (3600, "1 h"),
        (3661, "1 h 1 min"),
        (90000, "1 d 1 h"),
        (864000, "10 d"),
        (-1800, "in 30 min"),
        (-90061, "in 1 d 1 h"),
    ],
)
def test_lateness_in_its_two_largest_units(seconds: int, told: str) -> None:
    """For people; JSON has the seconds."""
    assert listing.lateness(seconds) == told


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@a", "\t=1"])
def test_text_that_begins_a_formula_is_quoted(value: str) -> None:
    """An apostrophe in front, as spreadsheets themselves write it; the text itself stays."""
    text = listing.as_csv([{"id": value, "subject": "=a", "hidden": None, "n": -5}], COLUMNS)
    row = next(csv.DictReader(io.StringIO(text, newline="")))
    assert (row["id"], row["subject"], row["hidden"], row["n"]) == (f"'{value}", "'=a", "", "-5")


def test_a_carriage_return_ends_no_row() -> None:
    """Nor does it hide the beginning of a formula."""
    text = listing.as_csv([{"id": "\r=1", "subject": "a\rb", "hidden": None, "n": 1}], COLUMNS)
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert not row["id"].startswith(("=", "\r"))
    assert row["n"] == "1"


def test_lists_and_mappings_are_json_in_their_cell() -> None:
    """So that nothing is lost."""
    text = listing.as_csv([{"id": ["a,b"], "subject": {"甲": 1}, "n": True}], COLUMNS)
    row = next(csv.DictReader(io.StringIO(text)))
    assert (json.loads(row["id"]), json.loads(row["subject"]), row["n"]) == (["a,b"], {"甲": 1}, "true")
