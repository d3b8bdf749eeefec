"""A department's month in points (design §5)."""

from collections import Counter
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain.complaint import Complaint
from cmplt.domain.period import Period
from cmplt.domain.scores import Scores, counted_in, late_in, scores
from tests.domain.build import at, complaint, complaints, courses, policy, window

APRIL = "05-01T00:00"
# The departments of the tests' policy, in its order, with nothing to count.
NOTHING = ["customer-service 0", "sales 0", "service 0", "parts 0"]
ASSIGNED = "10:00 register\n10:01 assign sales\n"


def scored(
    *found: Complaint, month: str = "2026-03", as_of: str = APRIL, changes: str = "", period: Period | None = None
) -> Scores:
    """The scores of a month, or of another period."""
    of = policy(changes)
    looked_at = (period or Period.month(month)).window(of.zone)
    return scores(looked_at, courses(found, changes, as_of=as_of), of, as_of=at(as_of))


def table(*found: Complaint, changes: str = "", **how: Any) -> list[str]:
    """The score table as text: department, what is not nothing of severities, late and adjusted, and the score."""
    of, lines = policy(changes), []
    for row in scored(*found, changes=changes, **how).rows:
        parts = {**row.by_severity, "late": row.late, "adjusted": row.adjusted}
        said = [f"{name}={number}" for name, number in parts.items() if number]
        lines.append(" ".join([str(row.department), *said, str(row.score(of))]))
    return lines


def one(lines: str, department: str = "sales", **how: Any) -> str:
    """The row of a department for one complaint."""
    facts = {name: how.pop(name) for name in tuple(how) if name not in ("month", "as_of", "changes")}
    rows = table(complaint(lines, **facts), **how)
    return next((row for row in rows if row.split()[0] == department), "no row")


def test_a_month_without_complaints() -> None:
    """Every department has a row in the policy's order, also with nothing; nobody's row is not there."""
    assert table() == NOTHING
    assert table(changes="scoring: {base: 100}")[0] == "customer-service 100"


def test_a_worked_month() -> None:
    """Points of severities, late obligations and adjustments add up for each department."""
    first = complaint("10:00 register\n10:01 assign sales due.response=12:01\n13:00 respond n\n13:01 adjust 3 reason=r")
    second = complaint(
        "17T10:00 register due.assignment=17T10:30\n17T11:00 assign sales due.response=17T14:00", severity="major"
    )
    third = complaint("18T10:00 register\n18T10:01 assign service\n18T10:02 adjust -2 department=parts reason=r")
    fourth = complaint("19T10:00 register", severity="major")
    assert table(first, second, third, fourth, changes="scoring: {base: 10}") == [
        "customer-service late=1 8",
        "sales general=1 major=1 late=2 adjusted=3 3",
        "service general=1 9",
        "parts adjusted=-2 8",
        "None major=1 None",
    ]


@pytest.mark.parametrize(
    ("facts", "lines", "row"),
    [
        ({}, "", "sales general=1 -1"),
        ({"severity": "major"}, "", "sales major=1 -5"),
        ({}, "10:02 escalate major reason=r", "sales major=1 -5"),
        ({"severity": "major"}, "10:02 amend changes.severity=general reason=r", "sales general=1 -1"),
        ({"severity": "unheard-of"}, "", "sales unheard-of=1 0"),
        ({}, "10:02 respond n\n10:03 resolve o\n10:04 followup dissatisfied\n10:05 assign sales", "sales general=1 -1"),
        ({}, "10:02 assign parts", "sales 0"),
        ({}, "10:02 reject r", "sales 0"),
        ({}, "10:02 reject r\n10:03 reopen r", "sales general=1 -1"),
        ({}, "10:02 respond n\n10:03 close r", "sales general=1 -1"),
    ],
)
def test_a_complaint_costs_the_points_of_its_severity_once(facts: dict[str, str], lines: str, row: str) -> None:
    """A major is minus five, not minus six; further rounds cost nothing; the department that has it pays."""
    assert one(ASSIGNED + lines, **facts) == row


@pytest.mark.parametrize(
    ("as_of", "rows"),
    [
        ("09:59", NOTHING),
        ("10:00", [*NOTHING, "None general=1 None"]),
        ("10:01", ["customer-service 0", "sales general=1 -1", "service 0", "parts 0"]),
        ("10:02", ["customer-service 0", "sales major=1 -5", "service 0", "parts 0"]),
        ("10:03", ["customer-service 0", "sales 0", "service 0", "parts major=1 -5"]),
        ("10:04", NOTHING),
    ],
)
def test_only_what_happened_up_to_an_instant_exists(as_of: str, rows: list[str]) -> None:
    """Severity, department and rejection are those of the instant looked at."""
    lines = ASSIGNED + "10:02 escalate major reason=r\n10:03 assign parts\n10:04 reject r"
    assert table(complaint(lines), as_of=as_of) == rows


@pytest.mark.parametrize(
    "lines",
    [
        "10:40 escalate general to=quality reason=r\n10:30 escalate major reason=r",
        "10:30 escalate major reason=r\n10:40 escalate general urgent=true reason=r",
    ],
)
def test_an_escalation_never_lowers(lines: str) -> None:
    """An escalation written up later, or by another desk, holds against a later one that knew nothing of it."""
    assert one(ASSIGNED + lines) == "sales major=1 -5"
    assert one(f"{ASSIGNED}{lines}\n10:50 amend changes.severity=general reason=r") == "sales general=1 -1"


# --- month edges --------------------------------------------------------------------------------------------

_BERLIN = "calendar: {timezone: Europe/Berlin, holidays: null}"


@pytest.mark.parametrize(
    ("received", "changes", "month"),
    [
        ("02-28T23:59:59", "", "2026-02"),
        ("03-01T00:00", "", "2026-03"),
        ("03-31T23:59:59", "", "2026-03"),
        ("04-01T00:00", "", "2026-04"),
        ("03-01T06:59:59", _BERLIN, "2026-02"),
        ("03-01T07:00", _BERLIN, "2026-03"),
        ("04-01T05:59:59", _BERLIN, "2026-03"),
        ("04-01T06:00", _BERLIN, "2026-04"),
        ("2025-12-31T23:59:59", "", "2025-12"),
        ("2026-01-01T00:00", "", "2026-01"),
    ],
)
def test_a_complaint_belongs_to_the_month_of_its_receipt_in_the_office(received: str, changes: str, month: str) -> None:
    """The first instant of a month in the office's zone, summer or winter, begins that month."""
    found = complaint(f"{received} register\n{received} assign sales", received=received)
    months = ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"]
    counted = [each for each in months if "general=1" in " ".join(table(found, month=each, changes=changes))]
    assert counted == [month]


def test_a_corrected_receipt_moves_a_complaint_to_another_month() -> None:
    """The receipt that counts is the one as it was amended."""
    lines = "04-01T10:00 register\n04-01T10:01 assign sales\n"
    amended = lines + "04-02T10:00 amend changes.received=2026-03-31T23:00:00+08:00 reason=r"
    assert one(lines, received="04-01T10:00") == "sales 0"
    assert one(amended, received="04-01T10:00") == "sales general=1 -1"
    assert one(amended, received="04-01T10:00", as_of="04-02T09:59") == "sales 0"


@pytest.mark.parametrize(
    ("due", "changes", "month"),
    [
        ("03-31T18:00", "", "2026-03"),
        ("04-01T00:00", "", "2026-03"),
        ("04-01T00:00:01", "", "2026-04"),
        ("03-01T00:00", "", "2026-02"),
        ("04-01T06:00", _BERLIN, "2026-03"),
        ("04-01T06:00:01", _BERLIN, "2026-04"),
        ("04-01T00:00", _BERLIN, "2026-03"),
        ("03-01T07:00", _BERLIN, "2026-02"),
        ("2026-01-01T00:00", "", "2025-12"),
    ],
)
def test_an_obligation_belongs_to_the_month_of_its_due_date(due: str, changes: str, month: str) -> None:
    """A due instant of exactly 00:00:00 in the office's zone belongs to the day before."""
    found = complaint(
        f"2025-12-01T10:00 register\n2025-12-01T10:01 assign sales due.response={due}", received="2025-12-01T10:00"
    )
    months = ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04"]
    assert [each for each in months if "late=1" in " ".join(table(found, month=each, changes=changes))] == [month]


# --- late ---------------------------------------------------------------------------------------------------

_RESPONSE = "10:00 register\n10:01 assign sales due.response=12:01\n"


@pytest.mark.parametrize(
    ("lines", "as_of", "late"),
    [
        ("", "12:01", False),
        ("", "12:01:01", True),
        ("", APRIL, True),
        ("12:01 respond n", APRIL, False),
        ("12:02 respond n", APRIL, True),
        ("12:02 respond n", "12:01", False),
        ("11:00 reject r", APRIL, False),
        ("12:02 reject r", APRIL, True),
        ("12:02 respond n\n12:03 resolve o\n12:04 reopen r\n12:05 assign sales\n12:06 respond n", APRIL, True),
    ],
)
def test_late_costs_once_however_long(lines: str, as_of: str, late: bool) -> None:
    """An obligation met or ended late, or overdue at the instant, costs once; rejected complaints' included."""
    assert ("late=1 " in one(_RESPONSE + lines, as_of=as_of)) is late


def test_late_is_charged_to_whoever_owed_it() -> None:
    """After the due instant passed, a re-assignment hands over neither the obligation nor its points."""
    rows = table(complaint(_RESPONSE + "12:02 assign parts due.response=14:00\n15:00 respond n"))
    assert rows == ["customer-service 0", "sales late=1 -2", "service 0", "parts general=1 late=1 -3"]


def test_each_round_can_be_late_of_its_own() -> None:
    """A late response in each of two rounds costs twice."""
    lines = (
        _RESPONSE + "13:00 respond n\n13:01 resolve o\n13:02 reopen r\n13:03 assign sales due.response=15:03\n"
        "16:00 respond n"
    )
    assert one(lines) == "sales general=1 late=2 -5"


@pytest.mark.parametrize(
    ("counts", "late"),
    [
        ("[response]", 1),
        ("[progress, response]", 2),
        ("[resolution]", 1),
        ("[tasks]", 2),
        ("[feedback]", 0),
        ("[]", 0),
        ("[progress, response, resolution, tasks]", 5),
    ],
)
def test_only_what_the_policy_counts_costs(counts: str, late: int) -> None:
    """The score counts the deadlines it names, resolution and tasks, and no others."""
    lines = (
        "10:00 register\n10:01 assign sales due.response=11:00 due.progress=11:00 due.resolution=11:00 due.old=11:00\n"
    )
    tasks = "10:02 task look due.task:look=11:00\n10:03 task call due.task:call=11:00"
    points = -1 - 2 * late
    row = one(lines + tasks, changes=f"scoring: {{counts: {counts}}}")
    assert row == f"sales general=1 {f'late={late} ' if late else ''}{points}"


def test_what_is_late_stands_by_due_then_id_then_name() -> None:
    """The list of what the score counts has its own fixed order."""
    lines = "10:00 register\n10:01 assign sales due.response=13:00 due.progress=12:00 due.feedback=13:00"
    found = [complaint(lines, id="20260316-000b"), complaint(lines, id="20260316-000a")]
    late = late_in(window(), courses(found, as_of=APRIL), policy(), as_of=at(APRIL))
    assert [f"{each.id[-1]} {each.obligation.name}" for each in late] == [
        "a progress", "b progress", "a feedback", "a response", "b feedback", "b response",
    ]  # fmt: skip


# --- adjustments --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "department", "row"),
    [
        ("10:02 adjust -3 reason=r", "sales", "sales general=1 adjusted=-3 -4"),
        ("10:02 adjust -3 reason=r\n10:03 assign parts", "sales", "sales adjusted=-3 -3"),
        ("10:02 adjust 2 reason=r\n10:03 adjust 2 reason=r", "sales", "sales general=1 adjusted=4 3"),
        ("10:02 adjust -3 department=parts reason=r", "parts", "parts adjusted=-3 -3"),
        ("10:02 reject r\n10:03 adjust -3 reason=r", "sales", "sales adjusted=-3 -3"),
        ("04-01T00:00 adjust -3 reason=r", "sales", "sales general=1 -1"),
        ("03-31T23:59:59 adjust -3 reason=r", "sales", "sales general=1 adjusted=-3 -4"),
        ("09:59 adjust -3 department=sales reason=r", "sales", "sales general=1 -1"),
    ],
)
def test_an_adjustment_counts_in_its_own_month(lines: str, department: str, row: str) -> None:
    """The points of an adjustment go to its department, in the month in which it was made, if it is in effect."""
    assert one(ASSIGNED + lines, department) == row


def test_an_adjustment_of_an_older_complaint() -> None:
    """A complaint of another month costs nothing in this one but what is adjusted or late in it."""
    lines = "01-10T10:00 register\n01-10T10:01 assign sales\n"
    assert one(lines + "17T10:00 adjust 5 reason=r", received="01-10T10:00") == "sales adjusted=5 5"


def test_an_adjustment_without_a_department_by_hand() -> None:
    """An adjustment of a complaint that nobody has, and that names no department, stands in nobody's row."""
    assert one("10:00 register\n10:01 adjust -3 reason=r", "None") == "None general=1 adjusted=-3 None"


# --- departments and kinds ----------------------------------------------------------------------------------

_OLD = "departments: {parts: {retired: true}, old-desk: {retired: true}}\nscoring: {base: 1}"


@pytest.mark.parametrize(
    ("lines", "rows"),
    [
        ("", ["customer-service 1", "sales 1", "service 1"]),
        ("10:01 assign parts", ["customer-service 1", "sales 1", "service 1", "parts general=1 0"]),
        ("10:01 assign sales\n10:02 adjust 1 department=old-desk reason=r",
         ["customer-service 1", "sales general=1 0", "service 1", "old-desk adjusted=1 2"]),
        ("10:01 assign parts due.response=12:00\n13:00 assign sales",
         ["customer-service 1", "sales general=1 0", "service 1", "parts late=1 -1"]),
    ],
)  # fmt: skip
def test_a_retired_department_has_a_row_where_something_counts(lines: str, rows: list[str]) -> None:
    """Retired departments are scored like others, and left out where there is nothing to score."""
    found = [complaint(f"10:00 register\n{lines}")] if lines else []
    assert table(*found, changes=_OLD) == rows


def test_departments_that_the_policy_does_not_know_come_after_those_it_does() -> None:
    """An unknown department has a row of its own, and what nobody has yet comes last, without a score."""
    found = [
        complaint("10:00 register", severity="major"),
        complaint("10:00 register\n10:01 assign zoo"),
        complaint("10:00 register\n10:01 assign aviary due.response=11:00"),
        complaint("10:00 register"),
    ]
    assert table(*found) == [*NOTHING, "aviary general=1 late=1 -3", "zoo general=1 -1", "None major=1 general=1 None"]


_KINDS = "kinds: {complaint: {}, suggestion: {counts: false}}"


@pytest.mark.parametrize(("kind", "row"), [("suggestion", "sales 0"), ("complaint", "sales general=1 late=1 -3")])
def test_some_kinds_score_nothing(kind: str, row: str) -> None:
    """Neither a suggestion itself nor what is late about it costs a point."""
    assert one(_RESPONSE, kind=kind, changes=_KINDS) == row
    assert one(_RESPONSE + f"10:02 amend changes.kind={kind} reason=r", changes=_KINDS) == row


def test_what_costs_points_is_named() -> None:
    """The list of what the rows count: not the rejected, not of a kind that counts nothing, of that month alone."""
    found = [
        complaint(ASSIGNED, id="20260316-000a", severity="major"),
        complaint(ASSIGNED + "10:02 reject r", id="20260316-000b"),
        complaint(ASSIGNED, id="20260316-000c", kind="suggestion"),
        complaint("10:00 register", id="20260316-000d"),
    ]
    known = courses(found, _KINDS, as_of=APRIL)
    listed = counted_in(window(), known, policy(_KINDS))
    assert [(each.id[-1], each.department, each.severity) for each in listed] == [
        ("a", "sales", "major"),
        ("d", None, "general"),
    ]
    assert counted_in(window("2026-04"), known, policy(_KINDS)) == []


def test_adjustments_are_named() -> None:
    """Every adjustment of the month with its complaint, whom it charges, and when it was made."""
    lines = (
        ASSIGNED + "10:02 adjust 3 reason=r\n10:03 adjust -1 department=parts reason=r\n04-01T00:00 adjust 9 reason=r"
    )
    found = scored(complaint(lines))
    assert [(each.id, each.department, each.points, each.at) for each in found.adjustments] == [
        ("20260316-7k3f", "sales", 3, at("10:02")),
        ("20260316-7k3f", "parts", -1, at("10:03")),
    ]


# --- periods of several months ------------------------------------------------------------------------------


def test_a_quarter_has_the_base_of_its_months() -> None:
    """What the policy gives for a month counts once for each of a quarter's months, once for some days."""
    quarter, some = Period.quarter(2026, 1), Period.days(date(2026, 3, 10), date(2026, 3, 20))
    assert table(period=quarter, changes="scoring: {base: 100}")[0] == "customer-service 300"
    assert table(period=some, changes="scoring: {base: 100}")[0] == "customer-service 100"
    found = complaint(_RESPONSE)
    assert table(found, period=quarter, changes="scoring: {base: 100}")[1] == "sales general=1 late=1 297"
    assert table(found, period=some, changes="scoring: {base: 100}")[1] == "sales general=1 late=1 97"


# --- any month whatever -------------------------------------------------------------------------------------

_MONTHS = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]


@given(st.lists(complaints(), max_size=3), st.sampled_from(["02-14T12:00", "03-01T00:00", APRIL]))
def test_every_complaint_costs_in_one_month_and_every_late_obligation_once(found: list[Complaint], as_of: str) -> None:
    """Over all months, the rows count each complaint that is not rejected once, and each late obligation once."""
    of, known = policy(), courses(found, as_of=as_of)
    rows = [row for month in _MONTHS for row in scored(*found, month=month, as_of=as_of).rows]
    counted = [case for case in known if not case.rejected]
    assert sum(sum(row.by_severity.values()) for row in rows) == len(counted)
    late = [each for case in known for each in case.obligations if each.name in of.scoring.counts or ":" in each.name]
    assert sum(row.late for row in rows) == sum(each.state(at(as_of)) in ("late", "overdue") for each in late)


@given(st.lists(complaints(), max_size=3), st.sampled_from(["02-14T12:00", "03-01T00:00", APRIL]))
def test_a_quarter_is_the_sum_of_its_months(found: list[Complaint], as_of: str) -> None:
    """Of the same instant, a quarter's rows are the sums of its months' rows, also where there is a base."""
    how = {"as_of": as_of, "changes": "scoring: {base: 10}"}
    of = policy(how["changes"])
    summed: dict[str | None, Counter[str]] = {}
    for month in ("2026-01", "2026-02", "2026-03"):
        for row in scored(*found, month=month, **how).rows:
            rest = {"late": row.late, "adjusted": row.adjusted, "score": row.score(of) or 0}
            summed.setdefault(row.department, Counter()).update({**row.by_severity, **rest})
    quarter = scored(*found, period=Period.quarter(2026, 1), **how)
    assert {row.department for row in quarter.rows} == set(summed)
    for row in quarter.rows:
        rest = {"late": row.late, "adjusted": row.adjusted, "score": row.score(of) or 0}
        assert Counter({**row.by_severity, **rest}) == summed[row.department]


@given(st.lists(complaints(), max_size=3), st.sampled_from(["02-14T12:00", "03-01T00:00", APRIL]))
def test_the_rows_count_what_is_named(found: list[Complaint], as_of: str) -> None:
    """By department, the rows are the numbers of what is listed as counted, late and adjusted."""
    for month in _MONTHS:
        table = scored(*found, month=month, as_of=as_of)
        for row in table.rows:
            assert row.by_severity == Counter(e.severity for e in table.counted if e.department == row.department)
            assert row.late == sum(each.obligation.owed_by == row.department for each in table.late)
            assert row.adjusted == sum(e.points for e in table.adjustments if e.department == row.department)
        departments = [row.department for row in table.rows]
        assert {each.department for each in (*table.counted, *table.adjustments)} <= set(departments)
        assert len(departments) == len(set(departments))
