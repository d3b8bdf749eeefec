"""How long things took: obligations due in a period, complaints closed in it, and the age of what is open."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain.complaint import Complaint
from cmplt.domain.durations import DAYS, Handling, Timeliness, closed_in, handling, in_days, owed_in, timeliness
from tests.domain.build import at, complaint, complaints, courses, one_course, policy, window

MARCH = window()
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TALKED = "10:00 register\n10:01 assign sales\n10:02 respond n\n"


# --- obligations due in a period ----------------------------------------------------------------------------


def owed(*found: Complaint, month: str = "2026-03", as_of: str = "04-10T10:00") -> list[str]:
    """What was due in a month: the end of its id, its name and its state."""
    due = owed_in(window(month), courses(found, as_of=as_of), as_of=at(as_of))
    return [f"{each.case.id[-1]} {each.obligation.name} {each.state}" for each in due]


@pytest.mark.parametrize(
    ("lines", "as_of", "state"),
    [
        ("", "12:01", "open"),
        ("", "12:02", "overdue"),
        ("12:01 respond n", "13:00", "met"),
        ("12:01:01 respond n", "13:00", "late"),
        ("12:01:01 respond n", "12:01", "open"),
        ("11:00 reject r", "13:00", "cancelled"),
        ("12:02 reject r", "13:00", "late"),
    ],
)
def test_every_obligation_due_in_the_period_with_its_state(lines: str, as_of: str, state: str) -> None:
    """Also what is open and what was cancelled, each in its state at the instant."""
    found = complaint("10:00 register\n10:01 assign sales due.response=12:01\n" + lines)
    assert owed(found, as_of=as_of) == [f"f response {state}"]


@pytest.mark.parametrize(
    ("due", "months"),
    [
        ("03-01T00:00", ["2026-02"]),
        ("03-01T00:00:01", ["2026-03"]),
        ("04-01T00:00", ["2026-03"]),
        ("04-01T00:00:01", ["2026-04"]),
    ],
)
def test_what_was_due_belongs_to_the_month_of_its_due_date(due: str, months: list[str]) -> None:
    """Midnight belongs to the day before, here as in the scores; when it was opened or met means nothing."""
    found = complaint(f"02-01T10:00 register\n02-01T10:01 assign sales due.response={due}", received="02-01T10:00")
    assert [each for each in ("2026-02", "2026-03", "2026-04") if owed(found, month=each)] == months


def test_what_was_due_stands_by_due_then_id_then_name() -> None:
    """The list has an order of its own, whatever the order of the files."""
    lines = "10:00 register\n10:01 assign sales due.response=13:00 due.progress=12:00 due.feedback=13:00"
    found = [complaint(lines, id="20260316-000b"), complaint(lines, id="20260316-000a")]
    names = [each.rpartition(" ")[0] for each in owed(*found)]
    assert names == ["a progress", "b progress", "a feedback", "a response", "b feedback", "b response"]


def test_timeliness_counts_outcomes_alone() -> None:
    """What is open or was cancelled counts nowhere; every deadline of the policy has a row."""
    first = "10:00 register due.assignment=10:30\n10:31 assign sales due.response=12:31 due.progress=19T18:00\n"
    second = "10:00 register\n10:01 assign sales due.response=13:01 due.progress=11:00"
    both = [complaint(first + "11:31 respond n\n12:00 reject r"), complaint(second, id="20260316-000b")]
    due = owed_in(MARCH, courses(both, as_of="13:00"), as_of=at("13:00"))
    assert [each.state for each in due] == ["late", "overdue", "met", "open", "cancelled"]
    table = timeliness(due, policy())
    assert {name: row for name, row in table.items() if row.due} == {
        "assignment": Timeliness(late=1, seconds=[31 * 60]),
        "response": Timeliness(met=1, seconds=[3600]),
        "progress": Timeliness(overdue=1),
    }
    assert list(table) == list(policy().deadlines)


def test_the_seconds_of_what_was_met() -> None:
    """Median and 90th percentile are those of what was met, in time or late; what is overdue has taken no time yet."""
    row = Timeliness(met=9, late=1, overdue=3, seconds=[float(each) for each in range(10, 110, 10)])
    assert (row.due, row.median_seconds, row.p90_seconds) == (13, 55, 90)
    assert (Timeliness(overdue=1).due, Timeliness(overdue=1).median_seconds, Timeliness(overdue=1).p90_seconds) == (
        1, None, None,
    )  # fmt: skip


@given(st.lists(complaints(), max_size=3), st.sampled_from(["02-14T12:00", "03-01T00:00", "05-01T00:00"]))
def test_every_obligation_is_due_in_one_month(found: list[Complaint], as_of: str) -> None:
    """Over all months each obligation is listed once, in whatever state it is."""
    known = courses(found, as_of=as_of)
    months = ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
    listed = [each.obligation for month in months for each in owed_in(window(month), known, as_of=at(as_of))]
    assert sorted(listed, key=repr) == sorted((each for case in known for each in case.obligations), key=repr)


# --- complaints closed in a period --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "closed"),
    [
        ("", None),
        ("20T10:00 close r", "20T10:00"),
        ("03-31T23:59:59 close r", "03-31T23:59:59"),
        ("04-01T00:00 close r", None),
        ("20T10:00 reject r", None),
        ("20T10:00 resolve o", None),
        ("20T10:00 resolve o\n21T10:00 followup satisfied", "21T10:00"),
        ("20T10:00 resolve o\n21T10:00 followup unreached", None),
        ("20T10:00 close r\n21T10:00 followup satisfied", "20T10:00"),
        ("20T10:00 close r\n21T10:00 reopen r", "20T10:00"),
        ("20T10:00 close r\n21T10:00 reopen r\n22T10:00 assign sales\n22T10:01 respond n\n23T10:00 close r",
         "23T10:00"),
        ("20T10:00 close r\n21T10:00 reopen r\n22T10:00 assign sales\n22T10:01 respond n\n04-02T10:00 close r",
         "20T10:00"),
    ],
)  # fmt: skip
def test_when_a_complaint_was_closed_in_a_period(lines: str, closed: str | None) -> None:
    """Its last entry into closed within the period; what happened to it afterwards does not undo that."""
    assert closed_in(MARCH, one_course(TALKED + lines)) == (at(closed) if closed else None)


def test_a_complaint_closed_twice_counts_once_a_period() -> None:
    """Within one period the last close counts; in the next period it may count again, from the same receipt."""
    lines = "20T10:00 close r\n21T10:00 reopen r\n22T10:00 assign sales\n22T10:01 respond n\n23T10:00 close r\n"
    again = "24T10:00 reopen r\n25T10:00 assign sales\n25T10:01 respond n\n04-02T10:00 close r"
    found = [one_course(TALKED + lines + again)]
    assert [handling(window(month), found).seconds for month in ("2026-02", "2026-03", "2026-04")] == [
        [], [7 * 86400.0], [17 * 86400.0],
    ]  # fmt: skip


def test_the_handling_of_several() -> None:
    """Seconds from receipt to close, with median, 90th percentile and the ids in each bucket."""
    ends = {"20260316-000a": "17T10:00", "20260316-000b": "19T10:00", "20260316-000c": "30T10:00"}
    found = courses([complaint(f"{TALKED}{end} close r", id=each) for each, end in ends.items()], as_of="04-10T10:00")
    took = handling(MARCH, found)
    assert sorted(took.seconds) == [86400.0, 3 * 86400.0, 14 * 86400.0]
    assert (took.median_seconds, took.p90_seconds) == (3 * 86400, 14 * 86400)
    assert {each.days: each.ids for each in took.buckets if each.ids} == {
        1: ("20260316-000a",),
        3: ("20260316-000b",),
        14: ("20260316-000c",),
    }


def test_the_handling_of_nothing() -> None:
    """Where nothing was closed there is no median; the buckets are there, and hold nothing."""
    none = handling(MARCH, [one_course(TALKED)])
    assert none == Handling([], in_days({}))
    assert (none.median_seconds, none.p90_seconds) == (None, None)
    assert [(each.days, each.ids) for each in none.buckets] == [(days, ()) for days in (1, 3, 7, 14, 30, None)]


def test_handling_is_elapsed_time() -> None:
    """A complaint received and closed on both sides of a clock change took the hours that passed."""
    berlin = "calendar: {timezone: Europe/Berlin, holidays: null}"
    lines = "03-29T07:00 register\n03-29T07:01 assign sales\n03-29T07:02 respond n\n03-30T06:00 close r"
    found = one_course(lines, berlin, received="03-29T07:00")
    assert handling(window("2026-03", berlin), [found]).seconds == [23 * 3600.0]


# --- buckets ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("length", "days"),
    [
        (-DAY, 1),
        (timedelta(), 1),
        (DAY - timedelta(seconds=1), 1),
        (DAY, 1),
        (DAY + timedelta(seconds=1), 3),
        (3 * DAY, 3),
        (3 * DAY + timedelta(seconds=1), 7),
        (7 * DAY, 7),
        (14 * DAY, 14),
        (14 * DAY + timedelta(seconds=1), 30),
        (30 * DAY, 30),
        (30 * DAY + timedelta(seconds=1), None),
        (4000 * DAY, None),
    ],
)
def test_exactly_so_many_days_are_up_to_them(length: timedelta, days: int | None) -> None:
    """A length of exactly a day is 'up to one day', a second more is not; a receipt amended to later is less."""
    assert [each.days for each in in_days({"x": length}) if each.ids] == [days]


@given(st.dictionaries(st.text("abc", max_size=3), st.integers(-(10**6), 10**7).map(lambda n: timedelta(seconds=n))))
def test_everything_is_in_one_bucket(lengths: dict[str, timedelta]) -> None:
    """Each complaint is in one bucket, the first whose days it does not exceed; ids stand in order."""
    buckets = in_days(lengths)
    assert [each.days for each in buckets] == [*DAYS, None]
    assert sorted(name for each in buckets for name in each.ids) == sorted(lengths)
    for each in buckets:
        assert list(each.ids) == sorted(each.ids)
        for name in each.ids:
            smaller = [days for days in DAYS if lengths[name] <= days * DAY]
            assert each.days == (smaller[0] if smaller else None)
