"""Where an earlier month would be scored otherwise today than it was reported, and which complaints are why."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain.complaint import Complaint, Misread
from cmplt.domain.instants import show
from cmplt.domain.period import Period
from cmplt.domain.restatements import Reported, Restatement, Score, restatements
from cmplt.domain.scores import Scores, scores
from tests.domain.build import at, complaint, complaints, courses, policy

END = "04-01T00:00"
LATER = "04-20T10:00"
ASSIGNED = "10:00 register\n10:01 assign sales due.response=12:01\n"
ANSWERED = ASSIGNED + "11:00 respond n\n"


def record(found: Scores, changes: str) -> dict[str, Any]:
    """What a report.json has of a month's scores (design §7)."""
    of = policy(changes)
    return {
        "departments": [
            {
                "department": row.department,
                "by_severity": {**dict.fromkeys(of.severities, 0), **row.by_severity},
                "late": row.late,
                "adjusted": row.adjusted,
                "score": row.score(of),
                "satisfaction": {"mean": None, "count": 0},
            }
            for row in found.rows
        ],
        "counted": [{"id": e.id, "department": e.department, "severity": e.severity} for e in found.counted],
        "late": [
            {"id": e.id, "obligation": e.obligation.name, "owed_by": e.obligation.owed_by,
             "due": show(e.obligation.due, of.zone), "met": None}
            for e in found.late
        ],
        "adjustments": [
            {"id": e.id, "department": e.department, "points": e.points, "at": show(e.at, of.zone)}
            for e in found.adjustments
        ],
    }  # fmt: skip


def reported(
    *found: Complaint, month: str = "2026-03", as_of: str = END, changes: str = "", without: tuple[str, ...] = ()
) -> Reported:
    """A month's scores as they were committed, without the keys that an old report does not have."""
    of = policy(changes)
    then = scores(Period.month(month).window(of.zone), courses(found, changes, as_of=as_of), of, as_of=at(as_of))
    data = {name: value for name, value in record(then, changes).items() if name not in without}
    return Reported.read(month, json.loads(json.dumps(data)))


def restated(*committed: Reported, now: list[Complaint], changes: str = "", as_of: str = LATER) -> list[Restatement]:
    """What would be otherwise today."""
    return restatements(committed, courses(now, changes, as_of=as_of), policy(changes), as_of=at(as_of))


def told(found: list[Restatement]) -> list[str]:
    """Restatements in short: `2026-03 sales -1 → -5 (7k3f)`."""
    return [
        f"{each.month} {each.department} {each.was.score} → {each.would_be.score} "
        f"({' '.join(name[-4:] for name in each.ids)})"
        for each in found
    ]


def was_and_is(before: str, after: str, **facts: Any) -> list[str]:
    """What would be otherwise once more has happened to the one complaint of a month."""
    return told(restated(reported(complaint(before, **facts)), now=[complaint(before + after, **facts)]))


# --- what changes a month afterwards ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (ANSWERED, "", []),
        (ANSWERED, "04-02T10:00 progress n\n04-03T10:00 resolve o", []),
        (ANSWERED, "04-02T10:00 escalate major reason=r", ["2026-03 sales -1 → -5 (7k3f)"]),
        (ANSWERED, "04-02T10:00 amend changes.severity=major reason=r", ["2026-03 sales -1 → -5 (7k3f)"]),
        (ANSWERED, "04-02T10:00 reject r", ["2026-03 sales -1 → 0 (7k3f)"]),
        (ANSWERED + "20T10:00 reject r\n", "04-02T10:00 reopen r", ["2026-03 sales 0 → -1 (7k3f)"]),
        (ANSWERED, "04-02T10:00 assign parts", ["2026-03 sales -1 → 0 (7k3f)", "2026-03 parts 0 → -1 (7k3f)"]),
        ("10:00 register\n", "04-02T10:00 assign sales",
         ["2026-03 sales 0 → -1 (7k3f)", "2026-03 None None → None (7k3f)"]),
        (ASSIGNED, "11:00 respond n recorded=04-02T10:00", ["2026-03 sales -3 → -1 (7k3f)"]),
        (ANSWERED, "31T10:00 adjust 3 reason=r recorded=04-02T10:00", ["2026-03 sales -1 → 2 (7k3f)"]),
        (ANSWERED, "04-02T10:00 adjust 3 reason=r", []),
        (ANSWERED, "04-02T10:00 amend changes.received=2026-02-28T10:00:00+08:00 reason=r",
         ["2026-03 sales -1 → 0 (7k3f)"]),
        (ANSWERED, "04-02T10:00 assign zoo", ["2026-03 sales -1 → 0 (7k3f)", "2026-03 zoo None → -1 (7k3f)"]),
    ],
)  # fmt: skip
def test_what_changes_a_month_afterwards(before: str, after: str, found: list[str]) -> None:
    """Severity, rejection, department, receipt and late entries change earlier months; what belongs to April does not.

    A row that only one of the two has is compared with nothing.
    """
    assert was_and_is(before, after) == found


def test_a_restatement_has_both_rows() -> None:
    """Each says what the row was and what it would be, by severity, late, adjusted and score."""
    late = "20T10:00 adjust 2 reason=r recorded=04-02T10:00\n04-02T10:00 escalate major reason=r"
    (found,) = restated(reported(complaint(ASSIGNED)), now=[complaint(ASSIGNED + late)])
    assert found == Restatement(
        "2026-03", "sales", Score({"general": 1}, 1, 0, -3), Score({"major": 1}, 1, 2, -5), ("20260316-7k3f",)
    )


def test_a_complaint_that_was_not_there() -> None:
    """A complaint taken down later, or one whose file is gone, is named in the rows that it counted in."""
    one, other = complaint(ANSWERED, id="20260316-000a"), complaint(ASSIGNED, id="20260316-000b")
    assert told(restated(reported(one), now=[one, other])) == ["2026-03 sales -1 → -4 (000b)"]
    assert told(restated(reported(one, other), now=[one])) == ["2026-03 sales -4 → -1 (000b)"]


def test_only_the_rows_that_differ_and_only_what_is_about_them() -> None:
    """A department that counts the same is not restated, and each row names only what is its own."""
    found = [complaint(ANSWERED, id=f"20260316-000{end}") for end in "ab"]
    again = [
        complaint(ANSWERED + "04-02T10:00 assign service", id="20260316-000a"),
        complaint(ANSWERED + "04-02T10:00 assign parts", id="20260316-000b"),
    ]
    assert told(restated(reported(*found), now=again)) == [
        "2026-03 sales -2 → 0 (000a 000b)", "2026-03 service 0 → -1 (000a)", "2026-03 parts 0 → -1 (000b)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        (ANSWERED + "20T10:00 adjust 2 reason=r\n", "21T10:00 adjust 2 reason=r recorded=04-02T10:00", "1 → 3"),
        (
            ANSWERED + "12:00 assign parts\n12:01 assign sales due.response=14:00\n",
            "11:30 resolve o recorded=04-02T10:00\n11:31 reopen r recorded=04-02T10:00\n"
            "11:32 assign sales due.response=11:40 recorded=04-02T10:00",
            "-3 → -5",
        ),
    ],
)
def test_what_counts_a_second_time_is_named_too(before: str, after: str, row: str) -> None:
    """A second adjustment of the same points, or a second late response, is a reason of its own."""
    assert was_and_is(before, after) == [f"2026-03 sales {row} (7k3f)"]


# --- the policy ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ("severities: {general: {points: -2}}", ["2026-03 sales -3 → -4 ()"]),
        ("scoring: {late: -4}", ["2026-03 sales -3 → -5 ()"]),
        ("scoring: {base: 1}", ["2026-03 customer-service 0 → 1 ()", "2026-03 sales -3 → -2 ()",
                                "2026-03 service 0 → 1 ()", "2026-03 parts 0 → 1 ()"]),
        ("scoring: {counts: [progress]}", ["2026-03 sales -3 → -1 (7k3f)"]),
        ("categories: {attitude: {label: other}}", []),
        ("departments: {sales: {retired: true}, parts: {retired: true}}", []),
    ],
)  # fmt: skip
def test_a_policy_that_changed(changes: str, found: list[str]) -> None:
    """Where only the points of the policy are others, no complaint is the reason."""
    assert told(restated(reported(complaint(ASSIGNED)), now=[complaint(ASSIGNED)], changes=changes)) == found


_BASE = "scoring: {base: 10}"


@pytest.mark.parametrize(
    "changes",
    [
        "departments: {canteen: {label: Canteen}}\n",
        "departments: {parts: {retired: true}}\n",
        "departments: {parts: null}\n",
    ],
)
def test_a_department_that_came_or_went_restates_nothing(changes: str) -> None:
    """A row with nothing in it but the base, which one of the two does not have at all, is no other score."""
    found = complaint(ANSWERED)
    assert told(restated(reported(found, changes=_BASE), now=[found], changes=changes + _BASE)) == []
    assert told(restated(reported(found, changes=changes + _BASE), now=[found], changes=_BASE)) == []


def test_a_department_that_left_the_policy_is_known_by_what_it_counts() -> None:
    """A row that counts something is compared, also where its department is in no policy any more."""
    before, after = ANSWERED.replace("sales", "zoo"), "04-02T10:00 escalate major reason=r"
    assert was_and_is(before, after) == ["2026-03 zoo -1 → -5 (7k3f)"]


# --- several months, and their order ------------------------------------------------------------------------


def test_several_months() -> None:
    """Every month that was reported is compared, oldest first, its rows in the order of the score table."""
    lines = "02-10T10:00 register\n02-10T10:01 assign {}\n02-10T10:02 respond n\n"
    february = [
        complaint(lines.format(name), received="02-10T10:00", id=f"20260210-000{end}")
        for name, end in (("zoo", "a"), ("parts", "b"), ("aviary", "c"))
    ]
    march = complaint(ANSWERED)
    committed = [
        reported(*february, march, as_of="04-01T00:00"),
        reported(*february, month="2026-02", as_of="03-01T00:00"),
        reported(month="2026-01", as_of="02-01T00:00"),
    ]
    more = "04-02T10:00 escalate major reason=r"
    again = [
        *(complaint(lines.format(name) + more, received="02-10T10:00", id=f"20260210-000{end}")
          for name, end in (("zoo", "a"), ("parts", "b"), ("aviary", "c"))),
        complaint(ANSWERED + more),
    ]  # fmt: skip
    assert told(restated(*committed, now=again)) == [
        "2026-02 parts -1 → -5 (000b)",
        "2026-02 aviary -1 → -5 (000c)",
        "2026-02 zoo -1 → -5 (000a)",
        "2026-03 sales -1 → -5 (7k3f)",
    ]


def test_the_scores_as_of_the_report_itself_restate_nothing() -> None:
    """As of the instant of the report every month is what was reported, whatever has happened since."""
    again = complaint(ANSWERED + "04-02T10:00 escalate major reason=r")
    assert restated(reported(complaint(ANSWERED)), now=[again], as_of=END) == []


# --- old and damaged reports --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("without", "after", "found"),
    [
        (("counted", "adjustments"), "", []),
        (("counted", "adjustments"), "04-02T10:00 escalate major reason=r", ["2026-03 sales -3 → -7 ()"]),
        (("counted", "adjustments"), "11:00 respond n recorded=04-02T10:00", ["2026-03 sales -3 → -1 (7k3f)"]),
        (("counted", "adjustments", "late"), "11:00 respond n recorded=04-02T10:00", ["2026-03 sales -3 → -1 ()"]),
    ],
)
def test_an_old_report_says_less(without: tuple[str, ...], after: str, found: list[str]) -> None:
    """A report that does not list what it counted is compared by its rows, and names what it can."""
    old = reported(complaint(ASSIGNED), without=without)
    assert told(restated(old, now=[complaint(ASSIGNED + after)])) == found


_ROW = {"department": "sales", "by_severity": {"general": 1}, "late": 0, "adjusted": 0, "score": -1}
_COUNTED = {"id": "x", "department": "sales", "severity": "general"}


@pytest.mark.parametrize(
    "data",
    [
        None, 5, "text", [], {}, [_ROW],
        {"departments": None}, {"departments": 5}, {"departments": {"sales": _ROW}}, {"departments": ["sales"]},
        {"departments": [[]]}, {"departments": [None]},
        *({"departments": [{k: v for k, v in _ROW.items() if k != name}]} for name in _ROW),
        *({"departments": [{**_ROW, "department": value}]} for value in (5, True, [], {})),
        *({"departments": [{**_ROW, "by_severity": value}]} for value in (None, 5, [], {"general": "1"},
                                                                         {"general": None}, {"general": 0.5})),
        *({"departments": [{**_ROW, name: value}]} for name in ("late", "adjusted") for value in (None, "0", 1.5, [])),
        *({"departments": [{**_ROW, "score": value}]} for value in ("-1", 1.5, [], {})),
        *({"departments": [_ROW], name: value} for name in ("counted", "late", "adjustments")
          for value in (None, 5, [None], ["x"], [{}])),
        *({"departments": [_ROW], "counted": [{**_COUNTED, name: value}]}
          for name in ("id", "department") for value in (5, [], {})),
    ],
)  # fmt: skip
def test_what_is_no_report(data: Any) -> None:
    """Whatever else a file may hold is said to be no report, and never an accident further on."""
    with pytest.raises(Misread) as refused:
        Reported.read("2026-03", data)
    assert refused.value.expected == "the report of a month"


def test_what_an_empty_report_says() -> None:
    """A report without a row is one; zeros are left out, so that a severity that came later makes no difference."""
    assert Reported.read("2026-03", {"departments": []}) == Reported("2026-03", {}, {})
    row = {**_ROW, "by_severity": {"general": 1, "major": 0}}
    assert Reported.read("2026-03", {"departments": [row]}).rows == {"sales": Score({"general": 1}, 0, 0, -1)}


# --- any complaints whatever --------------------------------------------------------------------------------


@given(st.lists(complaints(), max_size=3), st.sampled_from(["2026-02", "2026-03"]))
def test_a_report_read_again_is_the_scores_it_was_made_from(found: list[Complaint], month: str) -> None:
    """Nothing is restated as of the same instant, also where adjustments and late obligations repeat."""
    assert restated(reported(*found, month=month), now=found, as_of=END) == []


@given(st.lists(complaints(), max_size=2), st.lists(complaints(), max_size=2))
def test_every_row_that_differs_is_restated(before: list[Complaint], after: list[Complaint]) -> None:
    """What is restated are the rows that differ, and by the same policy each is explained by some complaint."""
    old, new = reported(*before), reported(*after, as_of=LATER)
    found = restated(old, now=after)
    differing = {name for name in {*old.rows, *new.rows} if old.rows.get(name) != new.rows.get(name)}
    assert {each.department for each in found} == differing
    assert all(each.ids for each in found)


@pytest.mark.parametrize("other", [{"month": "2026-02"}, {"month": None}, {"department": "sales"}])
def test_what_is_not_the_months_own_report(other: dict[str, Any]) -> None:
    """The report of another month, of another period, or of one department, is not that of the month."""
    data = {"month": "2026-03", "department": None, "departments": [], "as_of": "2026-04-01T00:00:00+08:00"}
    assert Reported.read("2026-03", data).as_of == at("04-01T00:00")
    with pytest.raises(Misread):
        Reported.read("2026-03", {**data, **other})
