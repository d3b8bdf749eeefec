"""Instants as text, and what a change of the clocks does to them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cmplt.domain import instants
from cmplt.domain.period import Period
from cmplt.errors import AmbiguousTime, BadTime, SkippedTime
from tests.domain.test_deadline_cases import BERLIN, policy
from tests.office import Office

ZONE = ZoneInfo("Asia/Shanghai")
CET = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 3, 16)


def read(text: str, zone: ZoneInfo = ZONE) -> str:
    """A time as a person gives it, as the office would write it."""
    return instants.show(instants.given(text, zone=zone, today=MONDAY), zone)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-11-02T09:15:00+08:00", "2026-11-02T09:15:00+08:00"),
        ("2026-11-02T01:15:07Z", "2026-11-02T09:15:07+08:00"),
        ("2026-11-01T20:15:00-05:00", "2026-11-02T09:15:00+08:00"),
        ("2026-11-02T06:45:00+05:30", "2026-11-02T09:15:00+08:00"),
        ("2026-11-02 09:15", "2026-11-02T09:15:00+08:00"),
        ("2026-11-02 09:15:07", "2026-11-02T09:15:07+08:00"),
        ("2026-11-02 9:15", "2026-11-02T09:15:00+08:00"),
        ("09:15", "2026-03-16T09:15:00+08:00"),
        ("9:15", "2026-03-16T09:15:00+08:00"),
        ("9:15:07", "2026-03-16T09:15:07+08:00"),
        ("00:00", "2026-03-16T00:00:00+08:00"),
        ("23:59:59", "2026-03-16T23:59:59+08:00"),
        ("2024-02-29 10:00", "2024-02-29T10:00:00+08:00"),
    ],
)
def test_time_as_given(text: str, written: str) -> None:
    """RFC 3339 with any offset, or the office's wall clock with or without date and seconds."""
    assert read(text) == written


@pytest.mark.parametrize(
    "text",
    [
        *("", "now", "yesterday 10:00", "10", "1015", "9:5", "9h15", "24:00", "25:00", "10:60", "10:00:60", "10:15pm"),
        *(
            "2026-03-16",
            "2026-02-29 10:00",
            "2026-13-01 10:00",
            "2026-3-1 10:00",
            "16.3.2026 10:00",
            "2026-W12-1 10:00",
        ),
        *("2026-03-16T10:00:00.5+08:00", "2026-03-16T10:00+08:00", "2026-03-16T10:00:00+0800", "2026-03-16T10:00:00+8"),
        *("2026-03-16T24:00:00Z", "2026-03-16T10:00:00+24:00", "2026-03-16T10:00:00+08:60", "2026-02-30T10:00:00Z"),
        *(
            "0000-01-01 10:00",
            "0001-01-01 00:00",
            "0001-01-01T00:00:00+14:00",
            "9999-12-31 23:59",
            "9999-12-31T23:59:59-12:00",
        ),
        *("١٠:١٥", "２０２６-03-16 10:00", "10:00\n11:00", "2026-03-16 10:00 Europe/Berlin"),
    ],
)
def test_what_is_no_time(text: str) -> None:
    """What has another form, or names no time of any day, is refused as it was given."""
    with pytest.raises(BadTime) as refused:
        read(text)
    assert refused.value.fields == {"text": text}


@pytest.mark.parametrize("text", ["2026-03-16 10:00", "2026-03-16T10:00:00", "2026-03-16T10:00:00.0Z", "10:00"])
def test_files_hold_rfc3339_alone(text: str) -> None:
    """An instant in a file has a date, whole seconds and an offset."""
    with pytest.raises(ValueError, match=text):
        instants.parse(text)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("2026-03-29 02:00", "Europe/Berlin"),
        ("2026-03-29 02:30", "Europe/Berlin"),
        ("2026-03-29 02:59:59", "Europe/Berlin"),
        ("2026-10-04 02:29", "Australia/Lord_Howe"),
        ("2026-03-08 00:30", "America/Havana"),
        ("2026-03-28 23:30", "America/Nuuk"),
        ("2011-12-30 12:00", "Pacific/Apia"),
    ],
)
def test_skipped_time_is_refused(text: str, zone: str) -> None:
    """A local time over which the clocks are put forward does not exist."""
    with pytest.raises(SkippedTime) as refused:
        read(text, ZoneInfo(zone))
    assert refused.value.fields["zone"] == zone
    assert text in refused.value.fields["text"]


@pytest.mark.parametrize(
    ("text", "zone", "first", "second"),
    [
        ("2026-10-25 02:00", "Europe/Berlin", "2026-10-25T02:00:00+02:00", "2026-10-25T02:00:00+01:00"),
        ("2026-10-25 02:59:59", "Europe/Berlin", "2026-10-25T02:59:59+02:00", "2026-10-25T02:59:59+01:00"),
        ("2026-04-05 1:45", "Australia/Lord_Howe", "2026-04-05T01:45:00+11:00", "2026-04-05T01:45:00+10:30"),
        ("2026-10-24 23:30", "Asia/Beirut", "2026-10-24T23:30:00+03:00", "2026-10-24T23:30:00+02:00"),
    ],
)
def test_repeated_time_is_refused(text: str, zone: str, first: str, second: str) -> None:
    """A local time that exists twice is refused with both instants that it may mean; either is then accepted."""
    with pytest.raises(AmbiguousTime) as refused:
        read(text, ZoneInfo(zone))
    assert (refused.value.fields["first"], refused.value.fields["second"]) == (first, second)
    assert [read(each, ZoneInfo(zone)) for each in (first, second)] == [first, second]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("2026-03-29 01:59:59", "2026-03-29T01:59:59+01:00"),
        ("2026-03-29 03:00", "2026-03-29T03:00:00+02:00"),
        ("2026-10-25 01:59:59", "2026-10-25T01:59:59+02:00"),
        ("2026-10-25 03:00", "2026-10-25T03:00:00+01:00"),
    ],
)
def test_times_beside_a_clock_change_are_plain(text: str, written: str) -> None:
    """The second before a gap or a repeated hour, and the first after it, exist once."""
    assert read(text, CET) == written


def test_offset_is_that_of_the_instant() -> None:
    """An instant is written with the office's offset at that instant, or in UTC where that has seconds."""
    assert instants.show(datetime(2026, 1, 1, 12, tzinfo=UTC), CET) == "2026-01-01T13:00:00+01:00"
    assert instants.show(datetime(2026, 7, 1, 12, tzinfo=UTC), CET) == "2026-07-01T14:00:00+02:00"
    assert instants.show(datetime(1900, 7, 1, 12, tzinfo=UTC), ZONE) == "1900-07-01T12:00:00+00:00"


# --- months ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("month", "zone", "first", "following"),
    [
        ("2026-02", ZONE, "2026-02-01T00:00:00+08:00", "2026-03-01T00:00:00+08:00"),
        ("2026-12", ZONE, "2026-12-01T00:00:00+08:00", "2027-01-01T00:00:00+08:00"),
        ("2026-10", CET, "2026-10-01T00:00:00+02:00", "2026-11-01T00:00:00+01:00"),
        ("2026-11", ZoneInfo("America/Havana"), "2026-11-01T00:00:00-04:00", "2026-12-01T00:00:00-05:00"),
        ("2023-10", ZoneInfo("America/Asuncion"), "2023-10-01T01:00:00-03:00", "2023-11-01T00:00:00-03:00"),
    ],
)
def test_month_is_half_open_in_the_zone_of_the_office(month: str, zone: ZoneInfo, first: str, following: str) -> None:
    """A month runs from its first instant up to the next month's, by the office's clocks."""
    window = Period.month(month).window(zone)
    bounds = window.start, window.end
    assert [instants.show(each, zone) for each in bounds] == [first, following]
    assert instants.month_of(bounds[0], zone) == month
    assert instants.month_of(bounds[1] - timedelta(seconds=1), zone) == month
    assert instants.month_of(bounds[1], zone) != month


@pytest.mark.parametrize(
    ("due", "zone", "month"),
    [
        ("2026-11-01T00:00:00+08:00", ZONE, "2026-10"),
        ("2026-10-31T16:00:00Z", ZONE, "2026-10"),
        ("2026-11-01T00:00:01+08:00", ZONE, "2026-11"),
        ("2026-10-31T23:59:59+08:00", ZONE, "2026-10"),
        ("2026-11-02T00:00:00+08:00", ZONE, "2026-11"),
        ("2026-11-01T00:00:00Z", ZONE, "2026-11"),
        ("2027-01-01T00:00:00+08:00", ZONE, "2026-12"),
        ("2024-03-01T00:00:00+08:00", ZONE, "2024-02"),
        ("2026-11-01T00:00:00+01:00", CET, "2026-10"),
        ("2026-11-01T00:00:00+02:00", CET, "2026-10"),
    ],
)
def test_midnight_belongs_to_the_day_before(due: str, zone: ZoneInfo, month: str) -> None:
    """A due instant of exactly 00:00:00 local belongs to the day, and so to the month, before."""
    assert f"{instants.due_date(instants.parse(due), zone):%Y-%m}" == month
    months = ["2024-02", "2024-03", "2026-10", "2026-11", "2026-12", "2027-01"]
    assert [each for each in months if Period.month(each).window(zone).holds_due(instants.parse(due))] == [month]


def test_months_before() -> None:
    """The months that end with one, oldest first, over the turn of the year."""
    assert instants.months_before("2026-02", 4) == ["2025-11", "2025-12", "2026-01", "2026-02"]
    assert instants.months_before("2026-12", 1) == ["2026-12"]


# --- through the command line ---------------------------------------------------------------------------------


def test_time_without_date_is_today_by_the_clock_of_the_office(office: Office) -> None:
    """At half past eleven at night in London it is tomorrow already in Shanghai."""
    complaint = office.new(now="2026-03-16T23:00:00+00:00")
    office.ok("assign", complaint, "sales", "--at", "7:20", now="2026-03-16T23:30:00+00:00")
    event = office.event(complaint)
    assert (event["at"], event["recorded"]) == ("2026-03-17T07:20:00+08:00", "2026-03-17T07:30:00+08:00")


@pytest.fixture
def berlin(office: Office) -> Office:
    """An office in Berlin that works round the clock."""
    policy(office, BERLIN, within="2 hours")
    return office


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("2026-03-29 02:30", ["does not exist", "Europe/Berlin", "offset"]),
        ("2025-10-26 02:30", ["exists twice", "offset", "2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00+01:00"]),
    ],
)
def test_local_time_of_a_clock_change_is_refused(berlin: Office, at: str, says: list[str]) -> None:
    """A time given in local form that does not exist, or exists twice, is refused; the hint asks for an offset."""
    complaint = berlin.new(now="2025-10-01T10:00:00+02:00")
    berlin.refused(
        3, "assign", complaint, "sales", "--at", at, "--reason", "x", now="2026-04-01T10:00:00+02:00", says=says
    )


@pytest.mark.parametrize("at", ["24:00", "2026-03-16T10:00:00+08:60", "9999-12-31 23:59", "1066-10-14 09:00"])
def test_what_is_no_time_is_a_usage_error(office: Office, at: str) -> None:
    """A time that cannot be parsed, or lies where zones have no offsets, ends a command with exit code 2."""
    complaint = office.new()
    office.refused(2, "assign", complaint, "sales", "--at", at, says=[at])
    office.refused(2, "list", "--as-of", at, says=[at])


REPEATED = [
    # taken,                     --at,                        the clock,                   refused with, because
    ("2026-10-25T01:50:00+02:00", "2026-10-25T02:50:00+02:00", "2026-10-25T02:10:00+01:00", None),
    ("2026-10-25T01:50:00+02:00", "2026-10-25T02:10:00+01:00", "2026-10-25T02:50:00+02:00", "future"),
    ("2026-10-25T02:10:00+01:00", "2026-10-25T02:50:00+02:00", "2026-10-25T03:00:00+01:00", "before"),
    ("2026-10-25T01:00:00+02:00", "2026-10-25T01:30:00+02:00", "2026-10-25T02:20:00+01:00", "reason"),
    ("2026-03-29T01:00:00+01:00", "2026-03-29T01:30:00+01:00", "2026-03-29T03:10:00+02:00", None),
    ("2026-03-29T00:30:00+01:00", "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00", None),
    ("2026-03-29T00:30:00+01:00", "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:01+02:00", "reason"),
]


@pytest.mark.parametrize(("taken", "at", "now", "refused"), REPEATED)
def test_instants_and_not_wall_clocks_are_compared(
    berlin: Office, taken: str, at: str, now: str, refused: str | None
) -> None:
    """Future, before receipt and the hour of a late entry are judged by elapsed time in the night of a clock change."""
    complaint = berlin.new(now=taken)
    if refused:
        berlin.refused(3, "assign", complaint, "sales", "--at", at, now=now, says=[refused])
    else:
        berlin.ok("assign", complaint, "sales", "--at", at, now=now)
        event = berlin.event(complaint)
        assert (event["at"], event["recorded"]) == (at, now)


def test_receipt_in_the_hour_before_it_repeats(berlin: Office) -> None:
    """A complaint received twenty minutes ago, when the clocks showed a later time, is no complaint of the future."""
    complaint = berlin.new("--received", "2026-10-25T02:50:00+02:00", now="2026-10-25T02:10:00+01:00")
    assert berlin.data(complaint)["received"] == "2026-10-25T02:50:00+02:00"
    assert complaint.startswith("20261025-")


def test_what_falls_due_soon_in_the_hour_before_it_repeats(berlin: Office) -> None:
    """`overdue --within` looks ahead by elapsed time, also where the clocks will show an earlier time."""
    complaint = berlin.new(now="2026-10-25T01:20:00+02:00")  # due at 02:20 the second time
    now = "2026-10-25T02:50:00+02:00"
    assert berlin.json("overdue", "--within", "29 minutes", now=now) == []
    [row] = berlin.json("overdue", "--within", "30 minutes", now=now)
    assert (row["id"], row["due"], row["overdue_seconds"]) == (complaint, "2026-10-25T02:20:00+01:00", -1800)
