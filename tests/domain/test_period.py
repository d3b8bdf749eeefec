"""The time that a report is about, by the calendar and by the clocks of the office's zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain import instants
from cmplt.domain.period import Period, Window

SHANGHAI = "Asia/Shanghai"
BERLIN = "Europe/Berlin"
HAVANA = "America/Havana"  # 2026-11-01: at 01:00 the clocks go back to 00:00, so that this midnight exists twice
ASUNCION = "America/Asuncion"  # 2023-10-01 begins at 01:00: its midnight is skipped
APIA = "Pacific/Apia"  # 2011-12-30 never was
NUUK = "America/Nuuk"  # 2026-10-25 begins an hour late: the clocks go back from 00:00 to 23:00
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)


def days(first: str, last: str) -> Period:
    return Period.days(date.fromisoformat(first), date.fromisoformat(last))


def named(period: Period) -> tuple[str, str, str]:
    return period.name, f"{period.first}", f"{period.last}"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def edges(period: Period, zone: str) -> list[str]:
    """The first instant of a period and the first after it, by the clocks of a zone."""
    found = period.window(ZoneInfo(zone))
    return [instants.show(each, ZoneInfo(zone)) for each in (found.start, found.end)]


# --- the calendar -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "wanted"),
    [
        (Period.month("2026-01"), ("2026-01", "2026-01-01", "2026-01-31")),
        (Period.month("2024-02"), ("2024-02", "2024-02-01", "2024-02-29")),
        (Period.month("2026-12"), ("2026-12", "2026-12-01", "2026-12-31")),
        (Period.quarter(2026, 1), ("2026-Q1", "2026-01-01", "2026-03-31")),
        (Period.quarter(2026, 2), ("2026-Q2", "2026-04-01", "2026-06-30")),
        (Period.quarter(2026, 4), ("2026-Q4", "2026-10-01", "2026-12-31")),
        (Period.year(2026), ("2026", "2026-01-01", "2026-12-31")),
        (days("2026-10-05", "2026-10-20"), ("2026-10-05_2026-10-20", "2026-10-05", "2026-10-20")),
        (days("2026-10-05", "2026-10-05"), ("2026-10-05_2026-10-05", "2026-10-05", "2026-10-05")),
    ],
)
def test_the_days_of_a_period(period: Period, wanted: tuple[str, str, str]) -> None:
    """A month, a quarter and a year are whole months; days are as given, both included."""
    assert named(period) == wanted


@pytest.mark.parametrize(
    ("period", "months"),
    [
        (Period.month("2026-02"), ["2026-02"]),
        (Period.quarter(2026, 1), ["2026-01", "2026-02", "2026-03"]),
        (Period.quarter(2026, 4), ["2026-10", "2026-11", "2026-12"]),
        (days("2025-12-31", "2026-02-01"), ["2025-12", "2026-01", "2026-02"]),
        (days("2026-10-05", "2026-10-05"), ["2026-10"]),
    ],
)
def test_the_months_of_which_it_holds_a_day(period: Period, months: list[str]) -> None:
    """In order, also those of which it holds but a part."""
    assert period.months == months


def test_a_year_has_twelve_months() -> None:
    """A year's months are those of its calendar."""
    assert Period.year(2026).months == [f"2026-{number:02d}" for number in range(1, 13)]


@pytest.mark.parametrize(
    ("period", "is_month"),
    [
        (Period.month("2026-02"), True),
        (days("2026-02-01", "2026-02-28"), False),
        (Period.quarter(2026, 1), False),
        (Period.year(2026), False),
    ],
)
def test_what_is_a_month(period: Period, is_month: bool) -> None:
    """Only what was asked for as a month is one; the same days by dates have a name of their own."""
    assert period.is_month is is_month


@pytest.mark.parametrize(
    ("period", "count"),
    [
        (Period.month("2026-02"), 1),
        (Period.quarter(2026, 1), 3),
        (Period.year(2026), 12),
        (days("2026-10-05", "2026-10-20"), 1),
        (days("2026-10-01", "2026-10-20"), 1),
        (days("2026-10-05", "2026-10-31"), 1),
        (days("2026-10-01", "2026-10-31"), 1),
        (days("2026-09-15", "2026-10-15"), 1),
        (days("2026-09-01", "2026-10-15"), 1),
        (days("2026-09-15", "2026-11-15"), 1),
        (days("2026-09-01", "2026-10-31"), 2),
        (days("2026-08-31", "2026-12-01"), 3),
    ],
)
def test_how_often_what_is_given_for_a_month_counts(period: Period, count: int) -> None:
    """Once for each whole month in it, and once for what holds none."""
    assert period.scored_months == count


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Period.month("2026-03"), Period.month("2026-02")),
        (Period.month("2026-01"), Period.month("2025-12")),
        (Period.quarter(2026, 1), Period.quarter(2025, 4)),
        (Period.quarter(2026, 2), Period.quarter(2026, 1)),
        (Period.quarter(2026, 4), Period.quarter(2026, 3)),
        (Period.year(2026), Period.year(2025)),
        (days("2026-10-05", "2026-10-20"), days("2026-09-19", "2026-10-04")),
        (days("2026-03-01", "2026-03-01"), days("2026-02-28", "2026-02-28")),
        (days("2026-10-02", "2026-10-31"), days("2026-09-02", "2026-10-01")),
        (days("2026-03-01", "2026-03-31"), Period.month("2026-02")),
        (days("2026-01-01", "2026-02-28"), days("2025-11-01", "2025-12-31")),
        (days("2026-01-01", "2026-03-31"), days("2025-10-01", "2025-12-31")),
        (days("2026-01-01", "2026-12-31"), days("2025-01-01", "2025-12-31")),
        (days("2025-07-01", "2026-12-31"), days("2024-01-01", "2025-06-30")),
    ],
)
def test_the_period_before(period: Period, before: Period) -> None:
    """It ends the day before, and is of the same kind: as many whole months, or as many days."""
    assert named(period.before()) == named(before)


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (days("1901-01-01", "2026-12-31"), ("1900-01-01", "1900-12-31")),
        (days("1901-01-01", "8999-12-31"), ("1900-01-01", "1900-12-31")),
        (days("1901-01-02", "8999-12-30"), ("1900-01-01", "1901-01-01")),
    ],
)
def test_the_period_before_all_time(period: Period, before: tuple[str, str]) -> None:
    """Who asks for everything since ever gets as much before it as there can have been."""
    assert named(period.before())[1:] == before


_DATES = st.dates(date(1990, 1, 1), date(2090, 12, 31))


@given(_DATES, st.integers(0, 800))
def test_any_period_and_the_one_before_it(first: date, length: int) -> None:
    """The one before ends where this one begins, and has as many days, or as many whole months."""
    period = Period.days(first, first + length * DAY)
    before = period.before()
    assert before.last + DAY == period.first
    whole = first.day == 1 and (period.last + DAY).day == 1
    if whole:
        assert before.first.day == 1
        assert len(before.months) == len(period.months) == period.scored_months
    else:
        assert before.last - before.first == period.last - period.first
    assert {f"{first + number * DAY:%Y-%m}" for number in range(length + 1)} == set(period.months)


# --- the clocks ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("period", "zone", "start", "end"),
    [
        (Period.month("2026-03"), SHANGHAI, "2026-03-01T00:00:00+08:00", "2026-04-01T00:00:00+08:00"),
        (Period.month("2026-03"), BERLIN, "2026-03-01T00:00:00+01:00", "2026-04-01T00:00:00+02:00"),
        (Period.quarter(2026, 4), BERLIN, "2026-10-01T00:00:00+02:00", "2027-01-01T00:00:00+01:00"),
        (Period.month("2026-10"), HAVANA, "2026-10-01T00:00:00-04:00", "2026-11-01T00:00:00-04:00"),
        (Period.month("2026-11"), HAVANA, "2026-11-01T00:00:00-04:00", "2026-12-01T00:00:00-05:00"),
        (Period.month("2023-09"), ASUNCION, "2023-09-01T00:00:00-04:00", "2023-10-01T01:00:00-03:00"),
        (Period.month("2023-10"), ASUNCION, "2023-10-01T01:00:00-03:00", "2023-11-01T00:00:00-03:00"),
        (days("2026-03-08", "2026-03-08"), HAVANA, "2026-03-08T01:00:00-04:00", "2026-03-09T00:00:00-04:00"),
        (days("2026-10-24", "2026-10-24"), NUUK, "2026-10-24T00:00:00-01:00", "2026-10-25T00:00:00-02:00"),
        (days("2011-12-30", "2011-12-30"), APIA, "2011-12-31T00:00:00+14:00", "2011-12-31T00:00:00+14:00"),
        (days("2011-12-29", "2011-12-31"), APIA, "2011-12-29T00:00:00-10:00", "2012-01-01T00:00:00+14:00"),
    ],
)
def test_the_window_of_a_period(period: Period, zone: str, start: str, end: str) -> None:
    """A midnight that is skipped moves forward, one that exists twice is the first."""
    assert edges(period, zone) == [start, end]


def test_a_window_is_half_open() -> None:
    """Its first instant is in it, the first after it is not."""
    found = Period.month("2026-03").window(ZoneInfo(SHANGHAI))
    assert [found.holds(each) for each in (found.start - SECOND, found.start, found.end - SECOND, found.end)] == [
        False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN, HAVANA, ASUNCION, APIA, NUUK])
@given(data=st.data())
def test_every_instant_is_in_one_month(zone: str, data: st.DataObject) -> None:
    """Months follow each other without a gap or an overlap, by the clocks of every zone."""
    of, month = ZoneInfo(zone), data.draw(st.sampled_from(["2011-11", "2023-08", "2026-02", "2026-09", "2026-10"]))
    windows = [Period.month(month).window(of)]
    for _ in range(3):
        windows.append(Period.days(windows[-1].period.last + DAY, windows[-1].period.last + 31 * DAY).window(of))
    assert [each.end for each in windows[:-1]] == [each.start for each in windows[1:]]
    instant = data.draw(st.datetimes(windows[0].start.replace(tzinfo=None), windows[-1].end.replace(tzinfo=None)))
    aware = min(instant.replace(microsecond=0, tzinfo=UTC), windows[-1].end - SECOND)
    assert [each.holds(aware) for each in windows].count(True) == 1


# --- due dates ----------------------------------------------------------------------------------------------

OCTOBER, NOVEMBER = (Period.month(month).window(ZoneInfo(HAVANA)) for month in ("2026-10", "2026-11"))


@pytest.mark.parametrize(
    ("due", "window"),
    [
        ("2026-10-31T23:59:59-04:00", OCTOBER),
        ("2026-11-01T00:00:00-04:00", OCTOBER),  # 24:00 of October's last day
        ("2026-11-01T00:00:01-04:00", NOVEMBER),
        ("2026-11-01T00:59:59-04:00", NOVEMBER),
        ("2026-11-01T00:00:00-05:00", OCTOBER),  # the clocks show this midnight a second time
        ("2026-11-01T00:00:01-05:00", NOVEMBER),
        ("2026-12-01T00:00:00-05:00", NOVEMBER),
    ],
)
def test_a_due_of_midnight_where_it_exists_twice(due: str, window: Window) -> None:
    """Exactly 00:00:00 by the clocks belongs to the day before, the first time and the second time."""
    assert [each for each in (OCTOBER, NOVEMBER) if each.holds_due(utc(due))] == [window]


@pytest.mark.parametrize(
    ("due", "held"),
    [
        ("2026-10-05T00:00:00+08:00", False),
        ("2026-10-05T00:00:01+08:00", True),
        ("2026-10-20T23:59:59+08:00", True),
        ("2026-10-21T00:00:00+08:00", True),
        ("2026-10-21T00:00:01+08:00", False),
        ("2026-10-20T16:00:00Z", True),
        ("2026-10-21T00:00:00Z", False),
        ("2026-10-22T00:00:00+08:00", False),
    ],
)
def test_a_due_at_the_edges_of_some_days(due: str, held: bool) -> None:
    """24:00 of the last day is still in, 24:00 of the day before the first is not."""
    assert days("2026-10-05", "2026-10-20").window(ZoneInfo(SHANGHAI)).holds_due(utc(due)) is held


@pytest.mark.parametrize("zone", [SHANGHAI, BERLIN, HAVANA, ASUNCION, NUUK, "America/St_Johns"])
@given(data=st.data())
def test_every_due_is_in_one_period(zone: str, data: st.DataObject) -> None:
    """Of the days about a clock change, each due instant belongs to exactly one: that of its date by the clocks."""
    of = ZoneInfo(zone)
    change = data.draw(st.sampled_from([date(2026, 11, 1), date(2023, 10, 1), date(2026, 10, 25), date(2026, 3, 8)]))
    near = [change + number * DAY for number in range(-4, 5)]
    middle = int(datetime.combine(change, datetime.min.time(), UTC).timestamp())
    step = data.draw(st.sampled_from([1, 1800, 3600]))
    due = datetime.fromtimestamp(middle + step * data.draw(st.integers(-48 * 3600 // step, 48 * 3600 // step)), UTC)
    found = [day for day in near if Period.days(day, day).window(of).holds_due(due)]
    assert found == [instants.due_date(due, of)]
