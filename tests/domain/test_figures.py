"""The figures of a month: all that a report says (design §7)."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain.complaint import Complaint
from cmplt.domain.figures import Figures, Followups, Mean, Timeliness, figures
from tests.domain.build import at, complaint, complaints, policy

END = "04-01T00:00"
ASSIGNED = "10:00 register\n10:01 assign sales\n"
TALKED = ASSIGNED + "10:02 respond n\n"
RESOLVED = TALKED + "10:03 resolve o cause=attitude\n"


def of(*found: Complaint, month: str = "2026-03", as_of: str = END, changes: str = "") -> Figures:
    """The figures of a month, as of its end."""
    return figures(list(found), policy(changes), month=month, as_of=at(as_of))


def flow(found: Figures) -> dict[str, int]:
    """How many there were, came and went."""
    return {name: getattr(found, name) for name in ("opening", "received", "rejected", "closed", "open")}


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
    assert (MONTH.month, MONTH.as_of) == ("2026-03", at("04-20T10:00"))
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
    rows = [(row.department, dict(row.by_severity), row.late, row.adjusted, row.score(policy())) for row in MONTH.rows]
    assert rows == [
        ("customer-service", {}, 1, 0, -2),
        ("sales", {}, 0, 0, 0),
        ("service", {"major": 1}, 1, 1, -6),
        ("parts", {}, 1, 0, -2),
        (None, {"general": 1}, 0, 0, None),
    ]


def test_what_the_score_counts_as_late() -> None:
    """The list holds exactly what the score counts, by due, id and name."""
    assert [(each.id[-1], each.obligation.name, each.obligation.owed_by) for each in MONTH.late] == [
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
    assert (found.satisfaction, found.late, found.followups.done, found.followups.quotas) == ({}, [], 0, [])
    assert all(row == Timeliness() and row.median_seconds is None for row in found.timeliness.values())


# --- opening, open, closed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "as_of", "wanted"),
    [
        ("03-01T00:00 register", END, counts(received=1, open=1)),
        ("03-31T23:59:59 register", END, counts(received=1, open=1)),
        ("04-01T00:00 register", "04-02T10:00", counts(received=1)),
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
        ("03-01T00:00 register", END, counts(open=1)),
        ("03-01T00:00 register", "03-01T00:00", counts(open=1)),
        ("04-01T00:00 register", END, counts()),
        ("02-10T10:00 register\n04-01T00:00 reject r", END, counts(opening=1, open=1)),
        ("04-02T10:00 register", "04-03T10:00", counts()),
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
    """A file with nothing in effect is no complaint yet at the month's start."""
    lines = "03-10T10:00 register\n02-10T10:00 assign sales"
    assert flow(of(complaint(lines, received="02-10T10:00"))) == counts(open=1)


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


@pytest.mark.parametrize(
    ("values", "mean"), [([], Mean(None, 0)), ([1], Mean(1.0, 1)), ([1, 2], Mean(1.5, 2)), ([1, 1, 2], Mean(1.33, 3))]
)
def test_a_mean_says_on_how_many_it_rests(values: list[int], mean: Mean) -> None:
    """A mean of nothing is none."""
    assert Mean.of(values) == mean


# --- timeliness ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "median"), [([], None), ([60.0], 60), ([60.0, 120.0], 90), ([120.0, 0.0, 60.0], 60)]
)
def test_the_median_of_elapsed_seconds(seconds: list[float], median: int | None) -> None:
    """Whole seconds, none where nothing was met."""
    assert Timeliness(seconds=seconds).median_seconds == median


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
    """A retired deadline is listed only where something of it was due, as are resolutions and tasks."""
    lines = (
        "10:00 register\n10:01 assign sales due.response=11:00 due.old=11:00 due.resolution=04-01T00:00\n"
        "10:02 task look due.task:look=04-01T00:00:01"
    )
    retired = "deadlines: {response: {retired: true}, care: {from: assign, until: respond, within: 1 hour,"
    changes = retired + " owed_by: department, retired: true}}"
    found = of(complaint(lines), as_of="04-02T10:00", changes=changes)
    ours = ["registration", "assignment", "progress", "feedback", "followup"]
    assert list(found.timeliness) == [*ours, "response", "old", "resolution"]
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
    assert [each.open for each in months[:-1]] == [each.opening for each in months[1:]]
    assert months[0].opening == 0 or at(as_of) < at("02-01T00:00")


@given(_OFFICES, _MOMENTS)
def test_a_month_agrees_with_itself(found: list[Complaint], as_of: str) -> None:
    """Sums by severity, category and channel are what was received; the rows count what the list of late says."""
    for each in _all(found, as_of):
        assert {each.by[name].total() for name in ("severity", "category", "channel")} == {each.received}
        assert sum(row.by_severity.total() for row in each.rows) == each.received
        assert sum(row.late for row in each.rows) == len(each.late)
        assert each.trend[each.month] == each.by["severity"]
        assert each.followups.done == each.followups.results.total() >= each.followups.early
        late = Counter(late.obligation.name for late in each.late)
        assert all(late[name] == row.late + row.overdue for name, row in each.timeliness.items() if late[name])


@given(_OFFICES, _MOMENTS, st.randoms())
def test_the_order_of_the_files_means_nothing(found: list[Complaint], as_of: str, chance: Random) -> None:
    """The figures do not depend on the order in which complaints are read."""
    shuffled = list(found)
    chance.shuffle(shuffled)
    one, other = of(*found, as_of=as_of), of(*shuffled, as_of=as_of)
    assert (one.by, one.followups, flow(one), one.rows) == (other.by, other.followups, flow(other), other.rows)
    assert [each.obligation.due for each in one.late] == [each.obligation.due for each in other.late]
