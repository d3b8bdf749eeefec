"""The worked cases of tests/cases/deadlines.json, by the calendar and through the command line."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cmplt.domain import instants
from cmplt.domain.calendar import Length
from cmplt.domain.policy import Policy
from cmplt.storage import yamlfile
from cmplt.storage.official import official
from tests.office import POLICY, Office

Case = dict[str, Any]
CASES: list[Case] = json.loads((Path(__file__).parents[1] / "cases" / "deadlines.json").read_text("utf-8"))["cases"]
UNPUBLISHED = "into a year whose calendar is not published: provisional"
# One of each kind: working time, a make-up day, dates with and without rolling, midnight, a clock change.
ENTERED = [
    "over lunch",
    "Saturday 28 February 2026 is a make-up working day",
    "without rolling it ends at midnight of the holiday",
    "a day that ends at midnight is written as 00:00 of the next",
    "a Saturday: the next working day's close",
    UNPUBLISHED,
    "the night has 25 hours",
    "dates do not care how long a day is",
]
SHANGHAI = {"timezone": "Asia/Shanghai", "hours": {"mon-fri": "09:00-12:00 13:00-18:00"}, "holidays": "CN"}
BERLIN = {"timezone": "Europe/Berlin", "hours": {"mon-sun": "00:00-24:00"}}


def policy(office: Office, calendar: Case, days: Case | None = None, **deadline: Any) -> None:
    """Give the office a calendar and a single deadline, `handling`, from register until assign."""
    data = yamlfile.load(POLICY)
    data["calendar"], data["days"] = calendar, days or {}
    data["deadlines"] = {"handling": {"from": "register", "until": "assign", "owed_by": "sales", **deadline}}
    data["scoring"] = {"counts": ["handling"]}
    office.policy(json.dumps(data, ensure_ascii=False))  # JSON is YAML


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_case(case: Case) -> None:
    """A length that begins at an instant is over at the instant that was worked out by hand."""
    calendar = Policy({"calendar": case["calendar"], "days": case.get("days", {})}).calendar(official)
    reckoning = calendar.reckon(instants.parse(case["start"]), Length.parse(case["length"]))
    assert instants.show(reckoning.due, calendar.zone) == case["due"]
    assert reckoning.provisional == (case["why"] == UNPUBLISHED)


@pytest.mark.parametrize("case", [case for case in CASES if case["why"] in ENTERED], ids=lambda case: case["why"])
def test_case_entered(office: Office, case: Case) -> None:
    """A deadline of that length, entered for that instant half an hour later, is written with that due instant."""
    policy(office, case["calendar"], case.get("days"), within=case["length"])
    office.now = datetime.fromisoformat(case["start"]) + timedelta(minutes=30)
    complaint = office.new("--at", case["start"])
    event = office.event(complaint)
    assert event["at"] == case["start"]
    assert event["due"] == {"handling": case["due"]}
    assert event.get("provisional") == (["handling"] if case["why"] == UNPUBLISHED else None)
    [shown] = office.json("show", complaint)[0]["obligations"]
    assert (shown["opened"], shown["due"], shown["state"]) == (case["start"], case["due"], "open")


def test_every_chosen_case_exists() -> None:
    """The cases entered through the command line are cases of the file."""
    assert set(ENTERED) <= {case["why"] for case in CASES}


def test_unpublished_year_warns_once_a_command(office: Office) -> None:
    """Two complaints whose due instants rest on an unpublished year make one warning, which names the remedy."""
    policy(office, SHANGHAI, within="2 working hours")
    facts = {"channel": "phone", "category": "repair", "customer": {"name": "客户甲"}, "subject": "异响"}
    stdin = json.dumps([facts, facts], ensure_ascii=False)
    result = office.ok("new", "--from", "-", stdin=stdin, now="2026-12-31T17:30:00+08:00")
    assert result.err.count("warning:") == 1
    for word in ("handling", "holidays", "calendar.exceptions", "cmplt.yaml"):
        assert word in result.err
    for complaint in result.out.split():
        assert office.event(complaint)["provisional"] == ["handling"]


def test_exceptions_settle_an_unpublished_year(office: Office) -> None:
    """Where the office itself names every date that was looked at, nothing is provisional and nothing is warned of."""
    exceptions = {"2027-01-01": "closed", "2027-01-02": "closed", "2027-01-03": "closed", "2027-01-04": "10:00-12:00"}
    policy(office, {**SHANGHAI, "exceptions": exceptions}, within="2 working hours")
    complaint = office.new(now="2026-12-31T17:30:00+08:00")
    assert office.event(complaint)["due"] == {"handling": "2027-01-04T11:30:00+08:00"}
    assert "provisional" not in office.event(complaint)


def test_window_is_written_beside_due(office: Office) -> None:
    """`not_before` opens at 00:00 of its date, which stands under `opens`."""
    policy(office, SHANGHAI, within="7 days", not_before="5 days")
    event = office.event(office.new(now="2026-03-16T17:30:00+08:00"))
    assert event["due"] == {"handling": "2026-03-23T18:00:00+08:00"}
    assert event["opens"] == {"handling": "2026-03-21T00:00:00+08:00"}
    assert "provisional" not in event


def test_window_alone_may_rest_on_an_unpublished_year(office: Office) -> None:
    """A deadline is provisional too where only its window looked at a year that is not published."""
    policy(office, SHANGHAI, within="500 hours", not_before="3 working days")
    event = office.event(office.new(now="2026-12-31T17:30:00+08:00"))
    assert event["opens"] == {"handling": "2027-01-06T00:00:00+08:00"}
    assert event["provisional"] == ["handling"]


@pytest.mark.parametrize(
    ("within", "urgent", "due"),
    [
        ("2 hours", "140 minutes", "2026-10-25T02:50:00+02:00"),
        ("140 minutes", "2 hours", "2026-10-25T02:50:00+02:00"),
        ("3 hours", "140 minutes", "2026-10-25T02:10:00+01:00"),
    ],
)
def test_earliest_due_counts_when_the_clocks_repeat_an_hour(office: Office, within: str, urgent: str, due: str) -> None:
    """Of two due instants the earlier one is written, though the clocks may show a later time at it."""
    policy(office, BERLIN, within=within, when_urgent=urgent)
    complaint = office.new("--urgent", now="2026-10-25T00:50:00+02:00")
    assert office.event(complaint)["due"] == {"handling": due}


def test_policy_without_working_time_is_refused(office: Office) -> None:
    """A calendar without one working interval a week stops every command that asks it; exceptions are no week."""
    week = {"mon-sun": "closed"}
    policy(office, {**SHANGHAI, "hours": week, "exceptions": {"2026-03-16": "09:00-12:00"}}, within="1 day")
    office.refused(3, "list", says=["no working time"])


@pytest.mark.parametrize("length", ["4018 days", "999999999 weeks", f"{'9' * 60} minutes"])
def test_more_than_ten_years_is_refused(office: Office, length: str) -> None:
    """A length of more than ten years is a policy's mistake, or one on the command line, and no traceback."""
    office.refused(2, "overdue", "--within", length, says=[length])
    policy(office, SHANGHAI, within=length)
    office.refused(3, "list", says=["cmplt.yaml", length])
