"""Working time: lengths, hours, what a day is, and what a length of time comes to."""

from datetime import UTC, date, datetime

import pytest

from cmplt.domain import instants
from cmplt.domain.calendar import (
    NO_HOLIDAYS,
    Calendar,
    Length,
    Official,
    OfficialYear,
    Reckoning,
    no_holidays,
    parse_spans,
    parse_week,
)
from cmplt.domain.policy import Policy
from cmplt.errors import BadHours, BadLength, LengthTooLong, NoWorkingTime, NoWorkingTimeAhead

OFFICE_HOURS = {"mon-fri": "09:00-12:00 13:00-18:00"}
ROUND_THE_CLOCK = {"mon-sun": "00:00-24:00"}
MORNING, AFTERNOON = (540, 720), (780, 1080)
# 2026 as China announced it, as far as these tests go; of 2027 nothing is announced.
ANNOUNCED = OfficialYear(
    {date(2026, 5, day): "Labour Day" for day in range(1, 6)}, frozenset({date(2026, 5, 9), date(2026, 2, 28)})
)
UNPUBLISHED = OfficialYear({date(2027, 1, 1): "New Year's Day"}, frozenset({date(2027, 1, 3)}), published=False)


def announced(code: str) -> Official:
    """The years of China, where its next year is not published yet."""
    return {2025: NO_HOLIDAYS, 2026: ANNOUNCED, 2027: UNPUBLISHED}.__getitem__


def calendar(hours: dict[str, str] = OFFICE_HOURS, *, zone: str = "Asia/Shanghai", ends: str = "close",
             roll: bool = True, **keys: object) -> Calendar:  # fmt: skip
    """A calendar as a policy gives it."""
    data = {"calendar": {"timezone": zone, "hours": hours, **keys}, "days": {"ends": ends, "roll": roll}}
    return Policy(data).calendar(announced)


def reckon(in_calendar: Calendar, start: str, length: str) -> Reckoning:
    return in_calendar.reckon(instants.parse(start), Length.parse(length))


def due(in_calendar: Calendar, start: str, length: str) -> str:
    """The due instant as the office writes it."""
    return instants.show(reckon(in_calendar, start, length).due, in_calendar.zone)


# --- lengths --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "number", "unit", "working"),
    [
        ("1 minute", 1, "minute", False),
        ("30 minutes", 30, "minute", False),
        ("30 working minutes", 30, "minute", True),
        ("2 hours", 2, "hour", False),
        ("1 working hour", 1, "hour", True),
        ("5 days", 5, "day", False),
        ("3 working days", 3, "day", True),
        ("1 week", 1, "week", False),
        ("12 weeks", 12, "week", False),
        ("same day", 0, "same day", False),
    ],
)
def test_length(text: str, number: int, unit: str, working: bool) -> None:
    """A length is a number and a unit, of working time where it says so; or the same day."""
    length = Length.parse(text)
    assert (length.number, length.unit, length.working) == (number, unit, working)
    assert length.text == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "2", "hours", "0 days", "-1 day", "+1 day", "1.5 hours", "01 day", "two hours", "2hours", "2 h"),
        *("2 Hours", "2 working weeks", "same working day", "same days", "2 same day", "working 2 hours", "1 month"),
        *("1 year", "2 hours 30 minutes", "２ hours", "٢ hours", "1_0 hours"),
    ],
)
def test_what_is_no_length(text: str) -> None:
    """Nothing but the forms of the design is a length; the refusal repeats what was given."""
    with pytest.raises(BadLength) as refused:
        Length.parse(text)
    assert refused.value.fields == {"text": text}


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        ("3653 days", "2036-03-17T00:00:00+08:00"),
        ("521 weeks", "2036-03-10T18:00:00+08:00"),
        ("2609 working days", "2036-03-14T18:00:00+08:00"),
        ("87672 hours", "2036-03-16T10:00:00+08:00"),
        ("5260320 minutes", "2036-03-16T10:00:00+08:00"),
        ("20872 working hours", "2036-03-14T10:00:00+08:00"),
        ("1252320 working minutes", "2036-03-14T10:00:00+08:00"),
    ],
)
def test_ten_years_work(length: str, expected: str) -> None:
    """From Monday 16 March 2026, 10:00, every length of ten years comes to the very day (2036-03-16 is a Sunday)."""
    assert due(calendar(roll=False), "2026-03-16T10:00:00+08:00", length) == expected


@pytest.mark.parametrize(
    "unit", ["minutes", "hours", "days", "weeks", "working minutes", "working hours", "working days"]
)
@pytest.mark.parametrize("number", ["9999999", "99999999", "999999999", "9" * 30, "1" + "0" * 5000])
def test_more_than_ten_years_is_too_long(number: str, unit: str) -> None:
    """A length of more than ten years is refused as such, whatever its digits."""
    with pytest.raises(LengthTooLong):
        Length.parse(f"{number} {unit}")


# --- hours ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("09:00-12:00 13:00-18:00", (MORNING, AFTERNOON)),
        ("09:00-12:00 12:00-18:00", ((540, 720), (720, 1080))),
        ("00:00-24:00", ((0, 1440),)),
        ("23:59-24:00", ((1439, 1440),)),
        ("closed", ()),
    ],
)
def test_hours_of_a_day(text: str, spans: tuple[tuple[int, int], ...]) -> None:
    """Hours are one or more intervals in order, which may touch, to 24:00 at most; or closed."""
    assert parse_spans(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "9:00-12:00", "09:00", "09:00-", "09:00–12:00", "09:00 - 12:00", "09:00-12:00,13:00-18:00", "open"),
        *("09:00-09:00", "18:00-09:00", "09:60-10:00", "09:00-10:60", "23:00-24:01", "23:00-24:30", "24:00-24:00"),
        *("25:00-26:00", "09:00-12:00 11:59-13:00", "13:00-18:00 09:00-12:00", "closed 09:00-12:00", "٠٩:٠٠-12:00"),
    ],
)
def test_what_is_no_hours(text: str) -> None:
    """Intervals that are empty, overlap, are out of order, wrap or are written otherwise are refused."""
    with pytest.raises(BadHours) as refused:
        parse_spans(text)
    assert refused.value.fields == {"text": text}


@pytest.mark.parametrize(
    ("hours", "days"),
    [
        ({"mon-fri": "09:00-12:00"}, "xxxxx.."),
        ({"mon-sun": "09:00-12:00"}, "xxxxxxx"),
        ({"sat": "09:00-12:00"}, ".....x."),
        ({"wed-wed": "09:00-12:00"}, "..x...."),
        ({"mon-fri": "09:00-12:00", "wed": "closed"}, "xx.xx.."),
        ({"wed": "closed", "mon-fri": "09:00-12:00"}, "xxxxx.."),
        ({"mon-sun": "closed", "sat-sun": "09:00-12:00"}, ".....xx"),
    ],
)
def test_week(hours: dict[str, str], days: str) -> None:
    """Keys are weekdays or ranges of them; a later key replaces the day; days not named are off."""
    assert parse_week(hours) == tuple((MORNING,) if day == "x" else () for day in days)


def test_later_key_replaces_the_whole_day() -> None:
    """The intervals of an earlier key are not added to."""
    assert parse_week({"mon": "09:00-12:00", "mon-tue": "13:00-18:00"})[:3] == ((AFTERNOON,), (AFTERNOON,), ())


@pytest.mark.parametrize(
    "key", ["", "fri-mon", "sun-mon", "sat-tue", "monday", "Mon", "mon-fry", "mon-wed-fri", "mon,tue"]
)
def test_what_is_no_range_of_weekdays(key: str) -> None:
    """Ranges do not wrap, and nothing but the seven weekdays is a key."""
    with pytest.raises(BadHours) as refused:
        parse_week({"mon": "09:00-12:00", key: "09:00-12:00"})
    assert refused.value.fields == {"text": key}


@pytest.mark.parametrize("hours", [{}, {"mon-sun": "closed"}, {"mon": "09:00-12:00", "mon-sun": "closed"}])
def test_week_without_working_time_is_refused(hours: dict[str, str]) -> None:
    """A calendar must have one working interval a week."""
    with pytest.raises(NoWorkingTime):
        parse_week(hours)


# --- what a day is --------------------------------------------------------------------------------------------

EXCEPTIONS = {"2026-05-04": "10:00-11:00", "2026-05-09": "closed", "2026-05-11": "closed", "2026-05-16": "10:00-11:00"}


@pytest.mark.parametrize(
    ("day", "makeup_days", "spans", "why"),
    [
        (date(2026, 5, 7), "work", (MORNING, AFTERNOON), "weekday"),
        (date(2026, 5, 10), "work", (), "weekday"),
        (date(2026, 5, 1), "work", (), "holiday"),
        (date(2026, 2, 28), "work", (MORNING, AFTERNOON), "make-up"),
        (date(2026, 2, 28), "rest", (), "weekday"),
        (date(2026, 5, 4), "work", ((600, 660),), "exception"),
        (date(2026, 5, 9), "work", (), "exception"),
        (date(2026, 5, 11), "work", (), "exception"),
        (date(2026, 5, 16), "work", ((600, 660),), "exception"),
    ],
)
def test_what_decides_a_day(day: date, makeup_days: str, spans: object, why: str) -> None:
    """The office's own word wins over the country's, and the country's over the weekday."""
    found = calendar(holidays="CN", makeup_days=makeup_days, exceptions=EXCEPTIONS).day(day)
    assert (found.spans, found.works, found.why) == (spans, bool(spans), why)
    assert found.name == ("Labour Day" if why == "holiday" else "")


def test_make_up_day_has_the_hours_of_the_first_weekday_that_has_any() -> None:
    """Counted from Monday: here Tuesday's, though the office works shorter Saturdays; `rest` leaves it a Saturday."""
    hours = {"tue": "10:00-11:00", "thu": "09:00-12:00", "sat": "13:00-18:00"}
    saturday = date(2026, 2, 28)
    assert calendar(hours, holidays="CN").day(saturday).spans == ((600, 660),)
    assert calendar(hours, holidays="CN", makeup_days="rest").day(saturday).spans == (AFTERNOON,)


def test_office_without_country_has_no_holidays() -> None:
    """Where the policy names no country, Labour Day is a Friday like any other, and no year is unpublished."""
    assert calendar().day(date(2026, 5, 1)).why == "weekday"
    assert calendar().day(date(2027, 1, 1)).provisional is False
    assert no_holidays(2026) == OfficialYear({}, frozenset())


def test_date_that_a_zone_went_without_is_not_worked() -> None:
    """Samoa had no 30 December 2011: not by its weekday, nor by an exception."""
    apia = calendar(ROUND_THE_CLOCK, zone="Pacific/Apia", exceptions={"2011-12-30": "09:00-12:00"})
    assert apia.day(date(2011, 12, 30)).works is False
    assert apia.intervals(date(2011, 12, 30)) == []
    assert due(apia, "2011-12-29T23:00:00-10:00", "2 working hours") == "2011-12-31T01:00:00+14:00"
    assert due(apia, "2011-12-29T23:00:00-10:00", "1 working day") == "2012-01-01T00:00:00+14:00"


# --- dates ----------------------------------------------------------------------------------------------------

FRIDAY, SATURDAY = "2026-03-13T17:00:00+08:00", "2026-03-14T10:00:00+08:00"


@pytest.mark.parametrize(
    ("start", "length", "close", "close_no_roll", "midnight", "midnight_no_roll"),
    [  # all of March 2026
        (FRIDAY, "1 day", "16T18:00", "15T00:00", "17T00:00", "15T00:00"),
        (FRIDAY, "3 days", "16T18:00", "16T18:00", "17T00:00", "17T00:00"),
        (FRIDAY, "1 week", "20T18:00", "20T18:00", "21T00:00", "21T00:00"),
        (FRIDAY, "1 working day", "16T18:00", "16T18:00", "17T00:00", "17T00:00"),
        (SATURDAY, "1 working day", "16T18:00", "16T18:00", "17T00:00", "17T00:00"),
        (FRIDAY, "same day", "13T18:00", "13T18:00", "14T00:00", "14T00:00"),
        ("2026-03-13T18:00:00+08:00", "same day", "16T18:00", "16T18:00", "14T00:00", "14T00:00"),
        ("2026-03-13T17:59:59+08:00", "same day", "13T18:00", "13T18:00", "14T00:00", "14T00:00"),
        ("2026-03-13T08:00:00+08:00", "same day", "13T18:00", "13T18:00", "14T00:00", "14T00:00"),
        (SATURDAY, "same day", "16T18:00", "15T00:00", "17T00:00", "15T00:00"),
        ("2026-03-13T16:00:00Z", "same day", "16T18:00", "15T00:00", "17T00:00", "15T00:00"),
    ],
)
def test_end_of_dates(
    start: str, length: str, close: str, close_no_roll: str, midnight: str, midnight_no_roll: str
) -> None:
    """A last date ends at its close of business or at 24:00, and rolls to the next working day or stays what it is."""
    rules = [("close", True), ("close", False), ("midnight", True), ("midnight", False)]
    found = [due(calendar(ends=ends, roll=roll), start, length) for ends, roll in rules]
    expected = [close, close_no_roll, midnight, midnight_no_roll]
    assert found == [f"2026-03-{each}:00+08:00" for each in expected]


@pytest.mark.parametrize(
    ("length", "zone", "opens"),
    [
        ("5 days", "Asia/Shanghai", "2026-03-29T00:00:00+08:00"),
        ("2 weeks", "Asia/Shanghai", "2026-04-07T00:00:00+08:00"),
        ("3 working days", "Asia/Shanghai", "2026-03-27T00:00:00+08:00"),
        ("5 days", "Asia/Beirut", "2026-03-29T01:00:00+03:00"),
    ],
)
def test_window_opens_at_the_start_of_its_date(length: str, zone: str, opens: str) -> None:
    """`not_before` counts dates, does not roll, and opens at 00:00, or when that night's gap is over."""
    found = calendar(zone=zone, exceptions={"2026-03-28": "closed"})
    start = instants.parse("2026-03-24T20:00:00+02:00" if zone != "Asia/Shanghai" else "2026-03-24T20:00:00+08:00")
    assert instants.show(found.opens(start, Length.parse(length)).due, found.zone) == opens


# --- clock changes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "hours", "start", "minutes", "expected"),
    [
        # Berlin, 02:00 -> 03:00: an opening or closing time in the gap moves forward by an hour
        ("Europe/Berlin", "02:30-05:00", "2026-03-29T00:00:00+01:00", 60, "2026-03-29T04:30:00+02:00"),
        ("Europe/Berlin", "01:00-02:30", "2026-03-29T00:00:00+01:00", 90, "2026-03-29T03:30:00+02:00"),
        ("Europe/Berlin", "01:00-02:30", "2026-03-29T00:00:00+01:00", 91, "2026-03-30T01:01:00+02:00"),
        # … what two intervals then share counts once, and what they do not share is not lost
        ("Europe/Berlin", "01:00-02:30 03:00-05:00", "2026-03-29T00:00:00+01:00", 180, "2026-03-29T05:00:00+02:00"),
        ("Europe/Berlin", "02:30-02:45 03:00-03:20", "2026-03-29T00:00:00+01:00", 20, "2026-03-29T03:20:00+02:00"),
        ("Europe/Berlin", "02:30-02:45 03:00-03:20", "2026-03-29T00:00:00+01:00", 30, "2026-03-29T03:40:00+02:00"),
        ("Europe/Berlin", "02:10-02:50 03:00-03:20", "2026-03-29T00:00:00+01:00", 50, "2026-03-29T03:50:00+02:00"),
        # Berlin, 03:00 -> 02:00: of a time that exists twice the first counts
        ("Europe/Berlin", "02:30-04:00", "2026-10-25T00:00:00+02:00", 60, "2026-10-25T02:30:00+01:00"),
        ("Europe/Berlin", "01:00-02:30", "2026-10-25T00:00:00+02:00", 90, "2026-10-25T02:30:00+02:00"),
        ("Europe/Berlin", "01:00-02:30", "2026-10-25T02:10:00+01:00", 1, "2026-10-26T01:01:00+01:00"),
        ("Europe/Berlin", "00:00-24:00", "2026-10-25T00:00:00+02:00", 1500, "2026-10-26T00:00:00+01:00"),
        ("Europe/Berlin", "00:00-24:00", "2026-03-29T00:00:00+01:00", 1380, "2026-03-30T00:00:00+02:00"),
        # Lord Howe, by half an hour
        ("Australia/Lord_Howe", "02:15-03:00", "2026-10-04T00:00:00+10:30", 1, "2026-10-04T02:46:00+11:00"),
        # Nuuk, 23:00 -> 24:00 of a Saturday: its close moves into Sunday
        ("America/Nuuk", "22:00-23:30", "2026-03-29T00:10:00-01:00", 20, "2026-03-29T00:30:00-01:00"),
        ("America/Nuuk", "22:00-23:30", "2026-03-29T00:10:00-01:00", 21, "2026-03-29T22:01:00-01:00"),
        ("America/Nuuk", "00:00-00:10 23:15-23:45", "2026-03-28T22:00:00-02:00", 15, "2026-03-29T00:20:00-01:00"),
        # Havana, 00:00 -> 01:00, and 01:00 -> 00:00
        ("America/Havana", "00:00-02:00", "2026-03-07T22:00:00-05:00", 60, "2026-03-08T02:00:00-04:00"),
        ("America/Havana", "00:00-02:00", "2026-10-31T22:00:00-04:00", 180, "2026-11-01T02:00:00-05:00"),
    ],
)  # fmt: skip
def test_working_time_in_the_night_of_a_clock_change(
    zone: str, hours: str, start: str, minutes: int, expected: str
) -> None:
    """Working time is the time that passes between the opening and the closing instant, however the clocks jump."""
    assert due(calendar({"mon-sun": hours}, zone=zone), start, f"{minutes} working minutes") == expected


@pytest.mark.parametrize(
    ("zone", "start", "ends", "expected"),
    [
        ("Asia/Beirut", "2026-03-28T20:00:00+02:00", "midnight", "2026-03-29T01:00:00+03:00"),
        ("Asia/Beirut", "2026-10-24T23:30:00+02:00", "midnight", "2026-10-25T00:00:00+02:00"),
        ("America/Havana", "2026-10-31T20:00:00-04:00", "midnight", "2026-11-01T00:00:00-04:00"),
        ("America/Havana", "2026-11-01T00:30:00-05:00", "midnight", "2026-11-02T00:00:00-05:00"),
        # the clocks went back at 00:01: this half past eleven of Saturday comes after Sunday's first minute
        ("America/St_Johns", "2010-11-06T23:30:00-02:30", "midnight", "2010-11-07T00:00:00-02:30"),
        ("America/St_Johns", "2010-11-06T23:30:00-03:30", "midnight", "2010-11-08T00:00:00-03:30"),
        ("America/St_Johns", "2010-11-06T23:30:00-03:30", "close", "2010-11-07T17:00:00-03:30"),
    ],
)
def test_same_day_in_the_night_of_a_clock_change(zone: str, start: str, ends: str, expected: str) -> None:
    """The day ends at the first 24:00 of its clocks, or when the gap is over; an end that is past is none."""
    assert due(calendar({"mon-sun": "09:00-17:00"}, zone=zone, ends=ends), start, "same day") == expected


def test_hours_that_fall_into_the_gap() -> None:
    """A bar open into Sunday does not work till Sunday's midnight in the night without that hour."""
    bar = calendar({"mon-sat": "20:00-24:00", "sun": "00:00-01:00"}, zone="Asia/Beirut")
    assert due(bar, "2026-03-22T10:00:00+02:00", "same day") == "2026-03-24T00:00:00+02:00"
    assert due(bar, "2026-03-29T10:00:00+03:00", "same day") == "2026-03-31T00:00:00+03:00"
    assert due(bar, "2026-03-28T23:30:00+02:00", "1 working hour") == "2026-03-30T20:30:00+03:00"


def test_close_of_business_is_when_the_last_work_ends() -> None:
    """An interval that the gap moved behind the others closes the day, and is not lost."""
    night = calendar({"mon-sun": "02:30-02:45 03:00-03:20"}, zone="Europe/Berlin")
    assert due(night, "2026-03-28T01:00:00+01:00", "same day") == "2026-03-28T03:20:00+01:00"
    assert due(night, "2026-03-29T01:00:00+01:00", "same day") == "2026-03-29T03:45:00+02:00"


# --- what was looked at ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "length", "provisional"),
    [
        ("2026-12-31T10:00:00+08:00", "2 working hours", False),
        ("2026-12-31T16:00:00+08:00", "2 working hours", False),
        ("2026-12-31T16:00:01+08:00", "2 working hours", True),
        ("2026-12-28T10:00:00+08:00", "3 days", False),
        ("2026-12-28T10:00:00+08:00", "4 days", True),
        ("2026-12-28T10:00:00+08:00", "1 week", True),
        ("2026-12-30T10:00:00+08:00", "1 working day", False),
        ("2026-12-31T10:00:00+08:00", "1 working day", True),
        ("2026-12-31T17:59:59+08:00", "same day", False),
        ("2026-12-31T18:00:00+08:00", "same day", True),
        ("2026-12-31T10:00:00+08:00", "300 hours", False),
        ("2027-01-08T10:00:00+08:00", "30 minutes", False),
        ("2027-01-08T10:00:00+08:00", "30 working minutes", True),
        ("2027-01-08T10:00:00+08:00", "same day", True),
    ],
)
def test_provisional(start: str, length: str, provisional: bool) -> None:
    """What looked at a date of a year that is not published yet is provisional; elapsed time looks at none."""
    found = calendar(holidays="CN")
    assert reckon(found, start, length).provisional is provisional
    settled = {f"2027-01-{day:02}": "09:00-18:00" for day in range(1, 9)}
    by_exceptions = calendar(holidays="CN", exceptions=settled)
    assert reckon(by_exceptions, start, length).provisional is False, "the office's own word is final"


@pytest.mark.parametrize("makeup_days", ["work", "rest"])
def test_every_kind_of_day_of_an_unpublished_year_is_provisional(makeup_days: str) -> None:
    """Its holidays, its weekdays and what may yet become a make-up day."""
    found = calendar(holidays="CN", makeup_days=makeup_days)
    assert all(found.day(date(2027, 1, day)).provisional for day in range(1, 10))
    assert not any(found.day(date(2026, 5, day)).provisional for day in range(1, 32))


def test_day_whose_hours_fall_into_the_gap_is_provisional_too() -> None:
    """New York has no hour after 02:00 on 14 March 2027; what becomes of that date is as open as of any other."""
    found = calendar({"mon-sun": "02:00-03:00"}, zone="America/New_York", holidays="CN")
    assert found.day(date(2027, 3, 14)).works is False
    assert found.day(date(2027, 3, 14)).provisional is True


@pytest.mark.parametrize(("length", "provisional"), [("3 working days", True), ("5 days", False)])
def test_window_is_provisional_where_it_counts_working_days(length: str, provisional: bool) -> None:
    """A window of working days looks at the year; one of days does not."""
    start = instants.parse("2026-12-31T10:00:00+08:00")
    assert calendar(holidays="CN").opens(start, Length.parse(length)).provisional is provisional


def test_reckoning_tells_what_it_used_and_why_it_skipped() -> None:
    """From Thursday before Labour Day: an hour then, one on Wednesday after, and five days off in between."""
    reckoning = reckon(calendar(holidays="CN"), "2026-04-30T17:00:00+08:00", "2 working hours")
    told = [(use.day.date.day, use.day.why, use.counted, len(use.used)) for use in reckoning.uses]
    assert told == [
        (30, "weekday", True, 1),
        *((day, "holiday", False, 0) for day in range(1, 6)),
        (6, "weekday", True, 1),
    ]
    [(begin, end)] = reckoning.uses[-1].used
    assert [instants.show(each, calendar().zone)[11:16] for each in (begin, end)] == ["09:00", "10:00"]


def test_reckoning_in_dates_tells_what_it_counted() -> None:
    """Three working days after Friday 8 May count a Saturday that is made up, not the Sunday."""
    reckoning = reckon(calendar(holidays="CN"), "2026-05-08T17:00:00+08:00", "3 working days")
    told = [(use.day.date.day, use.day.why, use.counted) for use in reckoning.uses]
    assert told == [(9, "make-up", True), (10, "weekday", False), (11, "weekday", True), (12, "weekday", True)]


def test_reckoning_of_the_same_day_tells_that_it_looked_at_that_day() -> None:
    """After Friday's close the next working day counts; Friday was looked at, so its year may make this provisional."""
    found = calendar(holidays="CN", exceptions={"2027-01-11": "09:00-12:00"})
    reckoning = reckon(found, "2027-01-08T19:00:00+08:00", "same day")
    assert [use.day.date.day for use in reckoning.uses] == [8, 9, 10, 11]
    friday_alone = calendar(holidays="CN", exceptions={f"2027-01-{day:02}": "09:00-12:00" for day in (9, 10, 11)})
    assert reckon(friday_alone, "2027-01-08T19:00:00+08:00", "same day").provisional is True


@pytest.mark.parametrize("length", ["1 working minute", "1 working day", "1 day", "same day", "48 hours"])
def test_calendar_ends_somewhere(length: str) -> None:
    """Where no working time is left before the calendar's own end, that is said, and no traceback."""
    never = calendar({"mon-sun": "09:00-12:00"}, exceptions={f"9999-12-{day}": "closed" for day in (29, 30, 31)})
    with pytest.raises(NoWorkingTimeAhead):
        never.reckon(datetime(9999, 12, 30, 10, tzinfo=UTC), Length.parse(length))


@pytest.mark.parametrize("length", ["87000 working hours", "3660 working days"])
def test_working_time_is_not_looked_for_beyond_two_hundred_years(length: str) -> None:
    """An office that hardly works has no such length of working time, and that is soon said."""
    rarely = calendar({"sun": "23:59-24:00"}, exceptions={"2026-03-18": "closed"})
    if length.endswith("days"):  # one a week: seventy years
        assert reckon(rarely, "2026-03-16T10:00:00+08:00", length).due.year == 2096
        return
    with pytest.raises(NoWorkingTimeAhead):
        reckon(rarely, "2026-03-16T10:00:00+08:00", length)
