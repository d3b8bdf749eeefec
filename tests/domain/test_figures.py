"""The figures of a month: all that a report says (design §7)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain.averages import Mean
from cmplt.domain.complaint import Complaint
from cmplt.domain.durations import Timeliness, closed_in
from cmplt.domain.figures import Figures, falling, figures
from cmplt.domain.followups import Followups
from cmplt.domain.period import Period
from tests.domain.build import at, clock, complaint, complaints, courses, policy

END = "04-01T00:00"
ASSIGNED = "10:00 register\n10:01 assign sales\n"
TALKED = ASSIGNED + "10:02 respond n\n"
RESOLVED = TALKED + "10:03 resolve o cause=attitude\n"


def of(
    *found: Complaint,
    month: str = "2026-03",
    as_of: str = END,
    changes: str = "",
    period: Period | None = None,
    department: str | None = None,
) -> Figures:
    """The figures of a month, or of another period, as of the month's end."""
    known = courses(found, changes, as_of=as_of)
    looked_at = period or Period.month(month)
    return figures(known, policy(changes), period=looked_at, as_of=at(as_of), department=department)


def flow(found: Figures) -> dict[str, int]:
    """How many there were, came and went."""
    return {name: getattr(found.flow, name) for name in ("opening", "received", "rejected", "closed", "open")}


def counts(**numbers: int) -> dict[str, int]:
    return {**dict.fromkeys(("opening", "received", "rejected", "closed", "open"), 0), **numbers}


# --- a whole month by hand ----------------------------------------------------------------------------------

# What happened in an office around March: carried over, closed, dissatisfied, rejected, with nobody yet, in April.
OFFICE = [
    complaint(
        """
        02-27T10:05 register
        02-27T10:06 assign sales due.response=02-27T13:06
        03-02T09:06 respond n
        03-02T10:00 resolve o cause=attitude due.followup=03-09T18:00 opens.followup=03-07T00:00
        03-07T10:00 followup satisfied rating=5 answers.outcome=4 answers.treatment=5
        """,
        id="20260227-000a",
        received="02-27T10:00",
    ),
    complaint(
        """
        03-02T10:00 register due.registration=03-02T10:30
        03-02T10:05 assign service due.response=03-02T12:05
        03-02T13:00 respond n
        03-03T10:00 resolve o cause=workmanship due.followup=03-10T18:00 opens.followup=03-08T00:00
        03-04T10:00 followup dissatisfied rating=2 answers.outcome=1
        03-04T10:00 assign service due.response=03-04T13:00
        03-04T11:00 respond n
        03-05T10:00 adjust 1 reason=r
        """,
        id="20260302-000b",
        received="03-02T10:00",
        channel="regulator",
        category="repair",
        severity="major",
    ),
    complaint(
        """
        03-10T10:00 register due.registration=03-10T10:30
        03-10T10:05 assign sales due.response=03-10T13:05
        03-10T10:35 reject r
        """,
        id="20260310-000c",
        received="03-10T10:00",
    ),
    complaint(
        """
        03-20T11:00 register due.registration=03-20T10:30 due.assignment=03-20T11:30
        """,
        id="20260320-000d",
        received="03-20T10:00",
        received_by="parts",
    ),
    complaint("04-01T00:00 register due.registration=04-01T09:30", id="20260401-000e", received=END),
    complaint(
        """
        01-05T10:00 register
        01-05T10:01 assign parts
        01-06T10:00 respond n
        01-07T10:00 close stuck
        """,
        id="20260105-000f",
        received="01-05T10:00",
    ),
]
MONTH = of(*OFFICE, as_of="04-20T10:00", changes="followup: {questions: {outcome: O, treatment: T, price: P}}")


def test_the_flow_of_complaints() -> None:
    """Opening and open are the complaints neither closed nor rejected; received leaves the rejected ones out."""
    assert (MONTH.period.name, MONTH.as_of) == ("2026-03", at("04-20T10:00"))
    assert flow(MONTH) == {"opening": 1, "received": 2, "rejected": 1, "closed": 1, "open": 2}


def test_what_was_received_by_severity_and_all_else() -> None:
    """The received complaints are counted by what they are now; what nobody knows is counted nowhere."""
    assert MONTH.by == {
        "severity": Counter(general=1, major=1),
        "category": Counter(attitude=1, repair=1),
        "channel": Counter(phone=1, regulator=1),
        "cause": Counter(workmanship=1),
        "department": Counter(service=1),
    }


def test_the_scores_of_the_month() -> None:
    """The rows are those of the score table."""
    rows = [
        (row.department, dict(row.by_severity), row.late, row.adjusted, row.score(policy()))
        for row in MONTH.scores.rows
    ]
    assert rows == [
        ("customer-service", {}, 1, 0, -2),
        ("sales", {}, 0, 0, 0),
        ("service", {"major": 1}, 1, 1, -6),
        ("parts", {}, 1, 0, -2),
        (None, {"general": 1}, 0, 0, None),
    ]


def test_what_the_score_counts_as_late() -> None:
    """The list holds exactly what the score counts, by due, id and name."""
    assert [(each.id[-1], each.obligation.name, each.obligation.owed_by) for each in MONTH.scores.late] == [
        ("b", "response", "service"),
        ("d", "registration", "parts"),
        ("d", "assignment", "customer-service"),
    ]


def test_the_satisfaction_of_the_month() -> None:
    """The ratings of the follow-ups in the month, for the department that the complaint was with."""
    assert MONTH.satisfaction == {"sales": Mean(5.0, 1), "service": Mean(2.0, 1)}


def test_the_timeliness_of_what_was_due_in_the_month() -> None:
    """Every deadline of the policy counts what was due in the month, and the elapsed seconds until it was met."""
    hour = 3600
    assert MONTH.timeliness == {
        "registration": Timeliness(met=2, late=1, seconds=[0.0, 0.0, hour]),
        "assignment": Timeliness(overdue=1),
        "response": Timeliness(met=1, late=1, seconds=[hour * 2 + 55 * 60, hour]),
        "progress": Timeliness(),
        "feedback": Timeliness(),
        "followup": Timeliness(met=2, seconds=[hour * 24 * 5, hour * 24]),
    }
    assert MONTH.timeliness["response"].median_seconds == (hour * 2 + 55 * 60 + hour) / 2


def test_the_followups_of_the_month() -> None:
    """The follow-up events of the month with their results, early ones and answers; questions nobody answered too."""
    assert MONTH.followups == Followups(
        done=2,
        results=Counter(satisfied=1, dissatisfied=1),
        early=1,
        answers={"outcome": Mean(2.5, 2), "treatment": Mean(5.0, 1), "price": Mean(None, 0)},
        quotas=[],
        ratings=Counter({5: 1, 2: 1}),
    )


def test_the_trend_of_twelve_months() -> None:
    """The twelve months up to this one, oldest first, each with what was received and not rejected in it."""
    assert list(MONTH.trend) == [
        "2025-04", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09",
        "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03",
    ]  # fmt: skip
    received = {month: dict(count) for month, count in MONTH.trend.items() if count}
    assert received == {"2026-01": {"general": 1}, "2026-02": {"general": 1}, "2026-03": {"general": 1, "major": 1}}


def test_a_month_of_nothing() -> None:
    """Without a complaint every figure is there and nothing."""
    found = of()
    assert flow(found) == counts()
    assert not any(found.by.values())
    assert (found.satisfaction, found.scores.late, found.followups.done, found.followups.quotas) == ({}, [], 0, [])
    assert all(row == Timeliness() and row.median_seconds is None for row in found.timeliness.values())


# --- opening, open, closed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "as_of", "wanted"),
    [
        ("03-01T00:00 register", END, counts(received=1, open=1)),
        ("03-31T23:59:59 register", END, counts(received=1, open=1)),
        ("04-01T00:00 register", "04-02T10:00", counts(received=1, open=1)),
        (ASSIGNED + "20T10:00 reject r", END, counts(rejected=1)),
        (ASSIGNED + "20T10:00 reject r", "20T09:59", counts(received=1, open=1)),
        (ASSIGNED + "04-01T00:00 reject r", "04-01T10:00", counts(rejected=1, open=1)),
        (TALKED + "20T10:00 close r", END, counts(received=1, closed=1)),
        (TALKED + "04-01T00:00 close r", "04-01T10:00", counts(received=1, open=1)),
        (TALKED + "31T23:59:59 close r", END, counts(received=1, closed=1)),
        (TALKED + "20T10:00 close r\n21T10:00 reopen r", END, counts(received=1, closed=1, open=1)),
        (TALKED + "20T10:00 close r\n21T10:00 reopen r\n22T10:00 assign sales\n22T10:01 respond n\n22T10:02 close r",
         END, counts(received=1, closed=1)),
        (TALKED + "20T10:00 close r\n21T10:00 followup satisfied", END, counts(received=1, closed=1)),
        (RESOLVED, END, counts(received=1, open=1)),
        (RESOLVED + "20T10:00 followup unreached", END, counts(received=1, open=1)),
    ],
)  # fmt: skip
def test_how_a_complaint_of_the_month_is_counted(lines: str, as_of: str, wanted: dict[str, int]) -> None:
    """A complaint received in the month is open until it is closed or rejected, as of the earlier of end and now."""
    assert flow(of(complaint(lines, received="03-10T10:00"), as_of=as_of)) == wanted


@pytest.mark.parametrize(
    ("lines", "as_of", "wanted"),
    [
        ("02-10T10:00 register", END, counts(opening=1, open=1)),
        ("02-10T10:00 register\n02-28T23:59:59 reject r", END, counts()),
        ("02-10T10:00 register\n03-01T00:00 reject r", END, counts(opening=1)),
        ("02-10T10:00 register\n02-20T10:00 reject r\n03-05T10:00 reopen r", END, counts(open=1)),
        ("03-01T00:00 register", END, counts(opening=1, open=1)),
        ("03-01T00:00 register", "03-01T00:00", counts(opening=1, open=1)),
        ("04-01T00:00 register", END, counts(opening=1, open=1)),
        ("02-10T10:00 register\n04-01T00:00 reject r", END, counts(opening=1, open=1)),
        ("04-02T10:00 register", "04-03T10:00", counts(opening=1, open=1)),
        ("02-10T10:00 register", "02-09T10:00", counts()),
        ("02-10T10:00 register", "02-11T10:00", counts(opening=1, open=1)),
        ("02-10T10:00 register\n02-11T10:00 reject r", "02-10T11:00", counts(opening=1, open=1)),
        ("02-10T10:00 register\n02-11T10:00 reject r", "02-11T10:00", counts()),
        ("02-10T10:00 register\n03-20T10:00 reject r", "03-19T10:00", counts(opening=1, open=1)),
        ("02-10T10:00 register\n03-20T10:00 reject r", "03-20T10:00", counts(opening=1)),
    ],
)
def test_how_an_older_complaint_is_counted(lines: str, as_of: str, wanted: dict[str, int]) -> None:
    """Whenever it was received, a complaint neither closed nor rejected at the month's edges counts there."""
    assert flow(of(complaint(lines, received="02-10T10:00"), as_of=as_of)) == wanted


def test_a_void_registration_opens_nothing() -> None:
    """What had come in and was registered later stood open at the month's start, whatever void event lies before."""
    lines = "03-10T10:00 register\n02-10T10:00 assign sales"
    assert flow(of(complaint(lines, received="02-10T10:00"))) == counts(opening=1, open=1)


def test_the_month_is_that_of_the_offices_zone() -> None:
    """Opening, open and closed have their edges at midnight in the office's zone."""
    found = complaint(
        "03-01T06:59:59 register\n04-01T05:59:59 assign sales\n04-01T06:00 reject r", received="03-01T06:59"
    )
    berlin = "calendar: {timezone: Europe/Berlin, holidays: null}"
    assert flow(of(found, as_of="05-01T00:00", changes=berlin)) == counts(opening=1, open=1)
    assert flow(of(found, as_of="05-01T00:00")) == counts(rejected=1, open=1)


# --- satisfaction and follow-ups ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "satisfaction"),
    [
        ("11:00 followup unreached rating=3", {"sales": Mean(3.0, 1)}),
        ("11:00 followup satisfied", {}),
        ("04-01T00:00 followup satisfied rating=5", {}),
        ("31T23:59:59 followup satisfied rating=5", {"sales": Mean(5.0, 1)}),
        ("03-01T00:00 followup unreached rating=2", {"sales": Mean(2.0, 1)}),
        ("02-28T23:59:59 followup unreached rating=2", {}),
        ("11:00 followup dissatisfied rating=1\n11:00 assign parts\n11:01 respond n\n11:02 resolve o\n"
         "11:03 followup satisfied rating=4", {"sales": Mean(1.0, 1), "parts": Mean(4.0, 1)}),
        ("11:00 followup unreached rating=4\n11:01 followup unreached rating=4\n11:02 followup satisfied rating=5",
         {"sales": Mean(4.33, 3)}),
        ("11:00 followup satisfied rating=5\n11:01 reopen r\n11:02 followup satisfied rating=1",
         {"sales": Mean(5.0, 1)}),
    ],
)  # fmt: skip
def test_ratings_go_to_the_department_it_was_with(lines: str, satisfaction: dict[str, Mean]) -> None:
    """The mean, to two places, of the ratings given in the month; a void follow-up's is none."""
    in_february = RESOLVED.replace("10:", "02-10T10:")
    assert of(complaint(in_february + lines)).satisfaction == satisfaction


_QUOTA = """
roles: {quality: [王芳, 李明], chief: []}
followup: {quotas: [{role: quality, per_month: 3}, {role: chief, per_month: 1}]}
"""


def test_quotas_of_a_role() -> None:
    """A quota counts the follow-ups of the month that a member of the role made."""
    lines = RESOLVED + "11:00 followup unreached\n11:01 followup unreached by=李明\n11:02 followup unreached by=x\n"
    found = of(complaint(lines + "04-01T10:00 followup satisfied"), as_of="04-02T10:00", changes=_QUOTA)
    assert found.followups.quotas == [("quality", 3, 2), ("chief", 1, 0)]
    assert found.followups.done == 3


def test_answers_to_questions_no_longer_asked() -> None:
    """An answer to a question that the policy does not know (any more) is counted behind those it asks."""
    found = of(
        complaint(RESOLVED + "11:00 followup satisfied answers.old=2 answers.outcome=4"),
        changes="followup: {questions: {outcome: O}}",
    )
    assert found.followups.answers == {"outcome": Mean(4.0, 1), "old": Mean(2.0, 1)}
    assert list(found.followups.answers) == ["outcome", "old"]


@pytest.mark.parametrize(
    ("results", "done", "early"),
    [
        (["18T10:00 followup unreached", "19T10:00 followup satisfied", "21T00:00 followup unreached",
          "21T00:01 followup satisfied"], {"unreached": 2, "satisfied": 2}, 2),
        (["18T10:00 followup dissatisfied"], {"dissatisfied": 1}, 1),
    ],
)  # fmt: skip
def test_early_followups_are_counted(results: list[str], done: dict[str, int], early: int) -> None:
    """Every follow-up counts by its result, and as early where it came before its window."""
    lines = TALKED + "10:03 resolve o due.followup=23T18:00 opens.followup=21T00:00\n"
    found = of(complaint(lines + "\n".join(results))).followups
    assert (found.done, dict(found.results), found.early) == (sum(done.values()), done, early)


# --- timeliness ---------------------------------------------------------------------------------------------


def numbers(row: Timeliness) -> tuple[int, int, int, int | None]:
    return row.met, row.late, row.overdue, row.median_seconds


@pytest.mark.parametrize(
    ("lines", "as_of", "wanted"),
    [
        ("", "12:00", (0, 0, 0, None)),
        ("", "12:02", (0, 0, 1, None)),
        ("11:01 respond n", "12:02", (1, 0, 0, 3600)),
        ("13:01 respond n", "14:00", (0, 1, 0, 10800)),
        ("13:01 reject r", "14:00", (0, 1, 0, None)),
        ("11:01 reject r", "14:00", (0, 0, 0, None)),
    ],
)
def test_how_an_obligation_counts_for_timeliness(
    lines: str, as_of: str, wanted: tuple[int, int, int, int | None]
) -> None:
    """Met, late and overdue are counted; what is open or was cancelled is not; only what was met has taken time."""
    found = complaint("10:00 register\n10:01 assign sales due.response=12:01\n" + lines)
    assert numbers(of(found, as_of=as_of).timeliness["response"]) == wanted


def test_timeliness_of_names_retired_unknown_and_made_by_hand() -> None:
    """A retired deadline is listed only where something of it was due, as are resolutions and tasks: by due, name."""
    lines = (
        "10:00 register\n10:01 assign sales due.response=11:00 due.old=11:00 due.resolution=04-01T00:00\n"
        "10:02 task look due.task:look=04-01T00:00:01"
    )
    retired = "deadlines: {response: {retired: true}, care: {from: assign, until: respond, within: 1 hour,"
    changes = retired + " owed_by: department, retired: true}}"
    found = of(complaint(lines), as_of="04-02T10:00", changes=changes)
    ours = ["registration", "assignment", "progress", "feedback", "followup"]
    assert list(found.timeliness) == [*ours, "old", "response", "resolution"]
    april = of(complaint(lines), month="2026-04", as_of="04-02T10:00", changes=changes)
    assert numbers(april.timeliness["task:look"]) == (0, 0, 1, None)


def test_a_feedback_is_timed_from_the_agreement() -> None:
    """The time taken counts from the opening, which is the customer's agreement."""
    found = of(complaint(TALKED + "15:00 resolve o agreed=14:00 due.feedback=18:00"))
    assert numbers(found.timeliness["feedback"]) == (1, 0, 0, 3600)


# --- by ... and trend ---------------------------------------------------------------------------------------


def test_what_was_received_is_counted_as_it_stands_now() -> None:
    """Severity, category and department are those that hold at the instant, not those of the intake."""
    lines = (
        RESOLVED + "11:00 escalate major reason=r\n12:00 amend changes.category=repair changes.channel=visit reason=r"
    )
    found = of(complaint(lines))
    assert {name: dict(count) for name, count in found.by.items()} == {
        "severity": {"major": 1}, "category": {"repair": 1}, "channel": {"visit": 1}, "cause": {"attitude": 1},
        "department": {"sales": 1},
    }  # fmt: skip
    before = of(complaint(lines), as_of="10:59")
    assert (dict(before.by["severity"]), dict(before.by["category"])) == ({"general": 1}, {"attitude": 1})


def test_the_trend_over_the_turn_of_a_year() -> None:
    """The twelve months end with the one asked for, across the turn of the year."""
    found = complaint("2025-12-31T23:59:59 register", received="2025-12-31T23:59:59", severity="major")
    trend = of(found, month="2026-01").trend
    assert (next(iter(trend)), list(trend)[-1]) == ("2025-02", "2026-01")
    assert dict(trend["2025-12"]) == {"major": 1}


# --- what is open, and how old it is ------------------------------------------------------------------------


def ends(found: Iterable[Any]) -> str:
    """The last characters of ids, in order."""
    return "".join(each.id[-1] for each in found)


def test_what_is_open_by_receipt() -> None:
    """The complaints open at the end of the period, the oldest first, whatever has become of them since."""
    assert ends(MONTH.open) == "bd"
    assert ends(of(*OFFICE, month="2026-04", as_of="04-20T10:00").open) == "bde"
    assert ends(of(*OFFICE, month="2026-02", as_of="04-20T10:00").open) == "a"
    assert len(MONTH.open) == MONTH.flow.open


@pytest.mark.parametrize(
    ("received", "as_of", "days"),
    [
        ("03-10T10:00", "03-10T10:00", 1),
        ("03-10T10:00", "03-11T10:00", 1),
        ("03-10T10:00", "03-11T10:00:01", 3),
        ("03-10T10:00", "03-13T10:00", 3),
        ("03-10T10:00", "03-17T10:00:01", 14),
        ("03-01T00:00", END, None),
        ("03-02T00:00", END, 30),
        ("03-31T00:00", "04-20T10:00", 1),
        ("03-30T23:59:59", "04-20T10:00", 3),
        ("03-31T00:00", "03-31T23:59:59", 1),
    ],
)
def test_the_age_of_what_is_open(received: str, as_of: str, days: int | None) -> None:
    """The elapsed time from receipt to the earlier of the period's end and now; exactly a day is up to a day."""
    found = of(complaint(f"{received} register", received=received), as_of=as_of)
    assert [each.days for each in found.ages if each.ids] == [days]


# --- what the period has to do with -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "concerns"),
    [
        ("02-10T10:00 register\n02-11T10:00 reject r", False),
        ("02-10T10:00 register\n02-11T10:00 reject r\n03-11T10:00 amend changes.subject=x reason=r", True),
        ("02-10T10:00 register\n03-01T00:00 reject r", True),
        ("02-10T10:00 register due.assignment=03-05T18:00\n02-11T10:00 reject r", True),
        ("02-10T10:00 register due.assignment=03-01T00:00\n02-11T10:00 reject r", False),
        ("02-10T10:00 register\n02-11T10:00 reject r\n04-01T00:00 reopen r", False),
        ("02-10T10:00 register", True),
    ],
)
def test_what_a_period_has_to_do_with(lines: str, concerns: bool) -> None:
    """A complaint that came, was open or was worked on in it, or of which something was due in it."""
    found = of(complaint(lines, received="02-10T10:00", severity="major"), as_of="04-10T10:00")
    assert bool(found.cases) is concerns
    assert bool(found.majors) is concerns


def test_the_gravest_are_told() -> None:
    """Those of the gravest severity that the period has to do with, as they stand now, rejected ones too."""
    assert ends(MONTH.majors) == "b"
    raised = complaint(ASSIGNED + "17T10:00 escalate major reason=r\n18T10:00 reject r")
    assert len(of(raised).majors) == 1
    assert of(raised, as_of="17T09:59").majors == []


def test_channels_crossed_with_categories() -> None:
    """What was received, by channel and category at once."""
    assert MONTH.crossed == Counter({("regulator", "repair"): 1, ("phone", "attitude"): 1})


def test_the_most_frequent_first() -> None:
    """Of what is equally frequent the policy's order decides, then the name; unknown names come last."""
    counted = {"zoo": 2, "sales": 1, "parts": 3, "service": 2, "aviary": 2}
    assert falling(counted, ["sales", "service", "parts"]) == [
        ("parts", 3), ("service", 2), ("aviary", 2), ("zoo", 2), ("sales", 1),
    ]  # fmt: skip


# --- how well -----------------------------------------------------------------------------------------------


def test_how_much_was_in_time() -> None:
    """What was met of what was due, where that is known; of nothing there is no share."""
    assert (MONTH.flow.met, MONTH.flow.due, MONTH.flow.on_time) == (5, 8, 62.5)
    assert of().flow.on_time is None
    lines = (
        "10:00 register\n10:01 assign sales due.response=12:01 due.progress=11:00 due.feedback=13:00\n11:30 respond n\n"
    )
    found = of(complaint(lines), as_of="12:00").flow
    assert (found.met, found.due, found.on_time) == (1, 2, 50.0)  # the feedback is still open


@pytest.mark.parametrize(("met", "due", "share"), [(0, 3, 0.0), (2, 3, 66.7), (3, 3, 100.0), (999, 1000, 99.9)])
def test_the_share_in_percent(met: int, due: int, share: float) -> None:
    """To one place, of what was met in what was due."""
    assert replace(MONTH.flow, met=met, due=due).on_time == share


def test_the_rating_of_the_period() -> None:
    """The mean of all ratings given in it."""
    assert MONTH.flow.rating == Mean(3.5, 2) == MONTH.followups.rating


# --- the period before --------------------------------------------------------------------------------------


def test_the_period_before_is_of_the_same_kind() -> None:
    """A month is set against the month before, a quarter against the quarter before."""
    assert MONTH.before_period == "2026-02"
    assert of(period=Period.quarter(2026, 1)).before_period == "2025-Q4"
    assert (MONTH.before.received, MONTH.before.open) == (1, 1)


_PERIODS = [
    *(Period.month("2026-03"), Period.month("2026-05"), Period.quarter(2026, 2), Period.year(2026)),
    *(Period.days(date(2026, 2, 10), date(2026, 2, 20)), Period.days(date(2026, 2, 1), date(2026, 3, 31))),
    *(Period.days(date(2026, 3, day), date(2026, 3, day)) for day in (10, 20)),
]


# --- one department -----------------------------------------------------------------------------------------


def test_the_figures_of_a_department() -> None:
    """The complaints that are with it, what it owes, and its row of the scores."""
    found = of(*OFFICE, as_of="04-20T10:00", department="service")
    assert found.department == "service"
    assert flow(found) == counts(received=1, open=1)
    assert ends(found.cases) == "b"
    assert [(row.department, row.score(policy())) for row in found.scores.rows] == [("service", -6)]
    assert [each.obligation.name for each in found.scores.late] == ["response"]
    assert [each.points for each in found.scores.adjustments] == [1]
    assert {each.obligation.owed_by for each in found.owed} == {"service"}
    assert found.satisfaction == {"service": Mean(2.0, 1)}


def test_what_a_department_owes_of_complaints_that_are_with_others() -> None:
    """The intake owes the assignment and the follow-up of every complaint: they are its own, the complaints are not."""
    found = of(*OFFICE, as_of="04-20T10:00", department="customer-service")
    assert flow(found) == counts()
    assert [each.obligation.name for each in found.owed] == [
        "registration", "followup", "registration", "followup", "assignment",
    ]  # fmt: skip
    assert (found.flow.met, found.flow.due) == (4, 5)


def test_a_rating_stays_with_the_department_that_was_rated() -> None:
    """In its own figures a department has the ratings of what it did, also where the complaint is with another now."""
    lines = "11:00 followup dissatisfied rating=1\n11:00 assign parts\n11:01 respond n\n11:02 resolve o\n"
    found = complaint(f"{RESOLVED}{lines}11:03 followup satisfied rating=4")
    assert of(found, department="sales").satisfaction == {"sales": Mean(1.0, 1)}
    assert of(found, department="parts").satisfaction == {"parts": Mean(4.0, 1)}
    assert of(found, department="service").satisfaction == {}


# --- recurring issues ---------------------------------------------------------------------------------------

_THREE = "recurrence: {count: 3, per: month}"


def issue(end: str, moment: str = "10:00", department: str = "sales", more: str = "", **facts: str) -> Complaint:
    """A complaint of an issue, with its own id."""
    lines = f"{moment} register\n{moment} assign {department}\n{more}"
    return complaint(lines, id=f"20260316-000{end}", received=moment, **facts)


def again(*found: Complaint, **how: Any) -> list[str]:
    """The recurring issues in short: `2026-03 attitude sales abc`."""
    recurring = of(*found, **{"as_of": "12-31T00:00", "changes": _THREE, **how}).recurring
    return [f"{e.month} {e.category} {e.department} {''.join(name[-1] for name in e.ids)}" for e in recurring]


def test_three_of_a_kind_in_a_month() -> None:
    """So many of one category and department as the policy names, or more, with their ids in order."""
    three = [issue(end) for end in "cab"]
    assert again(*three) == ["2026-03 attitude sales abc"]
    assert again(*three, issue("d")) == ["2026-03 attitude sales abcd"]
    assert again(*three[:2]) == []
    assert again(*three, changes="recurrence: {count: 4, per: month}") == []
    assert again(*three[:2], changes="recurrence: {count: 2, per: month}") == ["2026-03 attitude sales ac"]


def test_no_rule_no_recurring_issue() -> None:
    """Where the policy does not say how many, nothing recurs."""
    assert again(*(issue(end) for end in "abcdef"), changes="") == []


@pytest.mark.parametrize(
    "other",
    [
        issue("c", department="parts"),
        issue("c", category="repair"),
        issue("c", more="11:00 reject r"),
        issue("c", more="11:00 assign parts"),
        issue("c", more="11:00 amend changes.category=repair reason=r"),
        issue("c", moment="04-01T00:00"),
        issue("c", moment="02-28T23:59:59"),
        complaint("10:00 register", id="20260316-000c"),
    ],
)
def test_what_is_another_issue(other: Complaint) -> None:
    """Another department, category or month, or a rejected complaint, makes no third one; as it stands now."""
    assert again(issue("a"), issue("b"), other) == []


def test_recurring_within_a_quarter_is_by_month() -> None:
    """Three in a quarter are no issue, three in one of its months are; most first within a month."""
    spread = [issue("a", "01-10T10:00"), issue("b", "02-10T10:00"), issue("c", "03-10T10:00")]
    quarter = Period.quarter(2026, 1)
    assert again(*spread, period=quarter) == []
    more = [issue(end, "02-11T10:00", category="repair") for end in "defg"]
    parts = [issue(end, "02-12T10:00", department="parts") for end in "hij"]
    first = [issue(end, "01-31T23:59:59") for end in "klm"]
    assert again(*spread, *parts, *more, *first, period=quarter) == [
        "2026-01 attitude sales aklm", "2026-02 repair sales defg", "2026-02 attitude parts hij",
    ]  # fmt: skip
    assert again(*spread, *parts, *more, *first, period=quarter, department="parts") == ["2026-02 attitude parts hij"]


def test_what_nobody_has_can_recur() -> None:
    """Complaints that nobody has yet are an issue of nobody's."""
    assert again(*(complaint("10:00 register", id=f"20260316-000{end}") for end in "abc")) == [
        "2026-03 attitude None abc"
    ]


# --- late entries -------------------------------------------------------------------------------------------


def late(found: Figures) -> list[str]:
    """Late entries in short: `d register`."""
    return [f"{each.id[-1]} {each.happening.action} {each.happening.reason}" for each in found.late_entries]


def test_the_tasks_of_a_late_entry_are_no_late_entries_of_their_own() -> None:
    """What opened by itself with a late event was entered with it; one given at another time is entered late itself."""
    lines = """
        10:00 register recorded=17T10:00
        10:00 task supervise recorded=17T10:00
        10:00 task call recorded=17T10:00
        10:01 task look recorded=17T10:05
        """
    found = of(complaint(lines, id="20260316-000b"), as_of="04-01T00:00")
    assert [(each.happening.action, each.happening.at) for each in found.late_entries] == [
        ("register", at("10:00")),
        ("task", at("10:01")),
    ]


def test_late_entries_by_when_they_were_entered() -> None:
    """What was entered in the period, whenever it happened, by the instant of its entry; void events are none."""
    first = """
        02-10T10:00 register
        02-10T10:01 assign sales recorded=03-01T00:00 reason=forgot
        02-10T10:02 respond n recorded=02-28T23:59:59 reason=r
        02-10T10:03 resolve o recorded=04-01T00:00 reason=r
        02-10T10:04 approve general-manager recorded=03-05T10:00 reason=void
        """
    second = """
        10:00 register recorded=17T10:00
        10:01 assign sales
        10:02 respond n recorded=16T11:00 reason=电话
        """
    found = [
        complaint(first, received="02-10T10:00", id="20260210-000a"),
        complaint(second, id="20260316-000b"),
    ]
    assert late(of(*found, as_of="04-20T10:00")) == ["a assign forgot", "b respond 电话", "b register None"]
    assert late(of(*found, month="2026-02", as_of="04-20T10:00")) == ["a respond r"]
    assert late(of(*found, month="2026-04", as_of="04-20T10:00")) == ["a resolve r"]
    assert late(of(*found, as_of="04-20T10:00", department="parts")) == []


# --- any months whatever ------------------------------------------------------------------------------------

_MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"]
_OFFICES = st.lists(complaints(), max_size=3)
_MOMENTS = st.sampled_from(["01-31T10:00", "02-14T12:00", "03-01T00:00", "03-15T10:00", END, "07-01T00:00"])


def _all(found: list[Complaint], as_of: str) -> list[Figures]:
    return [of(*found, month=month, as_of=as_of) for month in _MONTHS]


@given(_OFFICES, _MOMENTS)
def test_consecutive_months_add_up(found: list[Complaint], as_of: str) -> None:
    """What is open at the end of a month is what the next one opens with."""
    months = _all(found, as_of)
    assert [each.flow.open for each in months[:-1]] == [each.flow.opening for each in months[1:]]
    assert months[0].flow.opening == 0 or at(as_of) < at("02-01T00:00")


@given(_OFFICES, _MOMENTS)
def test_a_month_agrees_with_itself(found: list[Complaint], as_of: str) -> None:
    """Sums by severity, category and channel are what was received; the rows count what the list of late says."""
    for each in _all(found, as_of):
        assert {each.by[name].total() for name in ("severity", "category", "channel")} == {each.flow.received}
        assert sum(row.by_severity.total() for row in each.scores.rows) == each.flow.received
        assert sum(row.late for row in each.scores.rows) == len(each.scores.late)
        assert each.trend[each.period.name] == each.by["severity"]
        assert each.followups.done == each.followups.results.total() >= each.followups.early
        late = Counter(late.obligation.name for late in each.scores.late)
        assert all(late[name] == row.late + row.overdue for name, row in each.timeliness.items() if late[name])


@given(_OFFICES, _MOMENTS, st.randoms())
def test_the_order_of_the_files_means_nothing(found: list[Complaint], as_of: str, chance: Random) -> None:
    """The figures do not depend on the order in which complaints are read."""
    shuffled = list(found)
    chance.shuffle(shuffled)
    one, other = of(*found, as_of=as_of), of(*shuffled, as_of=as_of)
    assert (one.by, one.followups, one.flow, one.scores.rows) == (
        other.by,
        other.followups,
        other.flow,
        other.scores.rows,
    )
    assert [each.obligation.due for each in one.scores.late] == [each.obligation.due for each in other.scores.late]


@given(_OFFICES, _MOMENTS, st.sampled_from(_PERIODS), st.sampled_from([None, "sales", "service"]))
def test_the_period_before_is_that_period_asked_for_by_itself(
    found: list[Complaint], as_of: str, period: Period, department: str | None
) -> None:
    """As of the same instant the figures of before are those that a report of that period would have."""
    how = {"as_of": as_of, "department": department}
    assert of(*found, period=period, **how).before == of(*found, period=period.before(), **how).flow


@given(_OFFICES, _MOMENTS, st.sampled_from(_PERIODS))
def test_the_departments_add_up_to_the_whole(found: list[Complaint], as_of: str, period: Period) -> None:
    """What each department has and owes makes, with what nobody has yet, the figures of all."""
    how = {"as_of": as_of, "period": period}
    whole = of(*found, **how)
    names = list(policy().tables["departments"])
    parts = [of(*found, department=name, **how) for name in names]
    for name in ("counted", "late", "adjustments"):
        owned = [each for each in getattr(whole.scores, name) if getattr(each, "department", "") is not None]
        assert Counter(own for each in parts for own in getattr(each.scores, name)) == Counter(owned)
    assert [row for each in parts for row in each.scores.rows] == [r for r in whole.scores.rows if r.department]
    assert sum(len(each.owed) for each in parts) == len(whole.owed)
    assert [sum(getattr(each.flow, name) for each in parts) for name in ("due", "met")] == [
        whole.flow.due, whole.flow.met,
    ]  # fmt: skip
    nobody = [case for case in courses(found, as_of=as_of) if case.department is None]
    alone = figures(nobody, policy(), period=period, as_of=at(as_of))
    assert {name: sum(flow(each)[name] for each in (*parts, alone)) for name in flow(whole)} == flow(whole)
    satisfied = {name: mean for each in parts for name, mean in each.satisfaction.items()}
    assert satisfied == whole.satisfaction


@given(_OFFICES, _MOMENTS, st.sampled_from(_PERIODS))
def test_what_is_listed_is_what_is_counted(found: list[Complaint], as_of: str, period: Period) -> None:
    """Open, closed and due are as many as are listed; every bucket counts, and each list is of the period's own."""
    each = of(*found, as_of=as_of, period=period)
    assert each.flow.open == len(each.open)
    assert {name for bucket in each.ages for name in bucket.ids} == {case.id for case in each.open}
    assert len(each.handling.seconds) == len({c.id for c in each.cases if closed_in(each.window, c)})
    assert each.flow.due == sum(row.due for row in each.timeliness.values())
    assert each.flow.met == sum(row.met for row in each.timeliness.values())
    assert each.followups.rating == each.flow.rating
    assert sum(mean.count for mean in each.satisfaction.values()) == each.flow.rating.count
    assert each.crossed.total() == each.flow.received
    ids = {case.id for case in each.cases}
    assert {e.id for e in (*each.majors, *each.open, *each.late_entries, *each.scores.adjustments)} <= ids


_ENDS = ("close r", "reject r", "resolve o\n{} followup satisfied rating=3", "close r\n{} reopen r")


@st.composite
def ended(draw: st.DrawFn) -> Complaint:
    """A complaint that came to an end within a quarter, with obligations that fall due around it, and late entries."""
    minutes = sorted(draw(st.lists(st.integers(0, 90 * 24 * 60), min_size=9, max_size=9, unique=True)))
    first, second, third, fourth, fifth, sixth, *dues = map(clock, minutes)
    chance = draw(st.randoms())
    chance.shuffle(dues)
    lines = [
        "02-01T00:00 register",
        f"{first} assign sales due.response={dues[0]} due.progress={dues[1]}",
        f"{second} respond n" + draw(st.sampled_from(["", f" recorded={fifth}"])),
        *draw(st.sampled_from([[], [f"{third} task look due.task:look={dues[2]}", f"{third} done look"]])),
        f"{fourth} {draw(st.sampled_from(_ENDS))}".format(fifth),
        *draw(st.sampled_from([[], [f"{sixth} adjust -1 reason=r"]])),
    ]
    severity = draw(st.sampled_from(["general", "major"]))
    return complaint("\n".join(lines), received="02-01T00:00", severity=severity)


@given(st.lists(ended(), min_size=1, max_size=3), _MOMENTS, st.sampled_from(_PERIODS))
def test_of_what_was_settled_before_the_facts_will_do(found: list[Complaint], as_of: str, period: Period) -> None:
    """Courses that were settled before the period before need no happenings and no obligations for its figures."""
    since, whole = period.before().window(policy().zone).start, courses(found, as_of=as_of)
    short = [
        replace(each, happenings=(), obligations=()) if each.settled is not None and each.settled < since else each
        for each in whole
    ]
    one, other = (figures(each, policy(), period=period, as_of=at(as_of)) for each in (whole, short))
    assert one == other
