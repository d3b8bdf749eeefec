"""`cmplt calendar`."""

from datetime import datetime
from typing import Any

import pytest

from tests.office import POLICY, Office


def days(office: Office, *args: str) -> dict[str, dict[str, Any]]:
    """The days of a month by date."""
    return {row["date"]: row for row in office.json("calendar", *args)}


def test_calendar_shows_every_day_with_its_hours(office: Office) -> None:
    """A working day, a weekend, a holiday, and a make-up day with the hours of Monday (China, May 2026)."""
    month = days(office, "2026-05")
    assert len(month) == 31
    assert {date: month[date]["hours"] for date in ("2026-05-01", "2026-05-07", "2026-05-09", "2026-05-10")} == {
        "2026-05-01": "", "2026-05-07": "09:00-12:00 13:00-18:00",
        "2026-05-09": "09:00-12:00 13:00-18:00", "2026-05-10": "",
    }  # fmt: skip
    assert (month["2026-05-09"]["why"], month["2026-05-07"]["weekday"]) == ("make-up", "thu")
    assert month["2026-05-01"]["why"] == "holiday"
    assert month["2026-05-01"]["name"]


def test_without_a_month_it_is_this_one(office: Office) -> None:
    """By the office's clock: it is April in Shanghai while it is March in Greenwich."""
    assert next(iter(days(office))) == "2026-03-01"
    office.now = datetime.fromisoformat("2026-03-31T16:00:00+00:00")
    assert next(iter(days(office))) == "2026-04-01"


def test_the_offices_own_word_wins(office: Office) -> None:
    """Exceptions close a working day and open a Sunday; make-up days may be rested."""
    office.policy(
        POLICY.replace(
            "  holidays: CN\n",
            "  holidays: CN\n  makeup_days: rest\n"
            "  exceptions: {'2026-05-07': closed, '2026-05-10': '09:00-24:00', '2026-05-01': '10:00-11:00'}\n",
        )
    )
    month = days(office, "2026-05")
    assert {date: month[date]["hours"] for date in ("2026-05-01", "2026-05-07", "2026-05-09", "2026-05-10")} == {
        "2026-05-01": "10:00-11:00", "2026-05-07": "", "2026-05-09": "", "2026-05-10": "09:00-24:00",
    }  # fmt: skip
    assert month["2026-05-07"]["why"] == "exception"


def test_the_calendar_is_a_table_and_csv(office: Office) -> None:
    """One line a day under its heading."""
    table = office.ok("calendar", "2026-02").out.splitlines()
    assert len(table) == 2 + 28
    assert "2026-02-14" in table[2 + 13]
    assert len(office.ok("calendar", "2024-02", "--format", "csv").out.splitlines()) == 1 + 29


def test_a_year_that_is_not_published_is_warned_of_once(office: Office) -> None:
    """The days may change: one warning, with the remedy; a published year has none."""
    assert office.ok("calendar", "2026-03").err == ""
    result = office.ok("calendar", "2060-03")
    assert result.err.count("not published yet") == 1
    assert "calendar.exceptions" in result.err
    assert {row["provisional"] for row in days(office, "2060-03").values()} == {True}


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "2026-3", "march", "2026", "2026-03-01", "０２２６-03", ""])
def test_a_month_that_is_none_is_a_mistake_of_usage(office: Office, month: str) -> None:
    """Exit 2, and how to write it."""
    office.refused(2, "calendar", month, says=[f"'{month}' is not a month", "YYYY-MM"])


@pytest.mark.parametrize("month", ["0000-01", "0001-01", "9999-12"])
def test_the_ends_of_the_calendar_end_in_a_sentence(office: Office, month: str) -> None:
    """A month that this program cannot count with is refused as one."""
    office.refused(2, "calendar", month, says=[month])
