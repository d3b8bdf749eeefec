"""`cmplt resolve`."""

from datetime import datetime

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"


@pytest.fixture
def complaint(office: Office) -> str:
    """A complaint in progress since nine o'clock."""
    found = office.new("--department", "sales", now="2026-03-16T09:00:00+08:00")
    office.ok("respond", found, "--note", "called")
    office.now = datetime.fromisoformat(NOW)
    return found


def test_resolve_writes_the_outcome_and_opens_the_followup(office: Office, complaint: str) -> None:
    """The agreement is written out where nothing was said; feedback is met by the very event that carries it."""
    result = office.one_commit("resolve", complaint, "--outcome", "当面道歉", "--cause", "attitude")
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {
        "at": NOW, "by": "王芳", "action": "resolve", "outcome": "当面道歉", "cause": "attitude", "agreed": NOW,
        "due": {"feedback": "2026-03-16T18:00:00+08:00", "followup": "2026-03-23T18:00:00+08:00"},
        "opens": {"followup": "2026-03-21T00:00:00+08:00"},
    }  # fmt: skip
    shown = office.json("show", complaint)[0]
    assert shown["status"] == "resolved"
    states = {each["name"]: each["state"] for each in shown["obligations"]}
    assert states == {"registration": "met", "assignment": "met", "response": "met", "progress": "met",
                      "feedback": "met", "followup": "open"}  # fmt: skip


@pytest.mark.parametrize(
    ("now", "agreed", "due", "state"),
    [
        ("2026-03-16T18:00:00+08:00", "2026-03-16 17:30", "2026-03-16T18:00:00+08:00", "met"),
        ("2026-03-16T18:00:01+08:00", "2026-03-16 17:30", "2026-03-16T18:00:00+08:00", "late"),
        ("2026-03-17T09:00:00+08:00", "2026-03-16T18:00:00+08:00", "2026-03-17T18:00:00+08:00", "met"),
        ("2026-03-17T09:00:00+08:00", "2026-03-16T17:59:59+08:00", "2026-03-16T18:00:00+08:00", "late"),
    ],
)
def test_the_feedback_runs_from_the_agreement(
    office: Office, complaint: str, now: str, agreed: str, due: str, state: str
) -> None:
    """Agreed at a time before the event: due the same day, after its close the next working day."""
    office.one_commit("resolve", complaint, "--outcome", "x", "--agreed", agreed, now=now)
    assert office.event(complaint)["due"]["feedback"] == due
    feedback = [each for each in office.json("show", complaint)[0]["obligations"] if each["name"] == "feedback"]
    assert [(each["opened"], each["met"], each["state"]) for each in feedback] == [
        (office.event(complaint)["agreed"], now, state)
    ]


def test_the_agreement_is_written_with_the_offices_offset(office: Office, complaint: str) -> None:
    """Given in another zone, kept in the office's."""
    office.one_commit("resolve", complaint, "--outcome", "x", "--agreed", "2026-03-16T01:30:00Z")
    assert office.event(complaint)["agreed"] == "2026-03-16T09:30:00+08:00"


def test_the_agreement_of_a_late_entry_is_its_own_time(office: Office, complaint: str) -> None:
    """Default: `at`, not the clock."""
    office.one_commit("resolve", complaint, "--outcome", "x", "--at", "09:40")
    assert office.event(complaint)["agreed"] == "2026-03-16T09:40:00+08:00"


def test_resolve_ends_everything_but_tasks(office: Office, complaint: str) -> None:
    """A resolution is met by it, an open task stays owed."""
    office.ok("assign", complaint, "sales", "--due", "2026-03-18 12:00")
    office.ok("task", complaint, "call", "--due", "2026-03-17 12:00")
    office.one_commit("resolve", complaint, "--outcome", "x")
    states = {each["name"]: each["state"] for each in office.json("show", complaint)[0]["obligations"]}
    assert (states["resolution"], states["task:call"]) == ("met", "open")


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (["--agreed", "soon"], 2, ["'soon' is not a time"]),
        (["--agreed", "10:00:01"], 3, ["2026-03-16T10:00:01+08:00", "--agreed"]),
        (["--agreed", "2026-03-15 10:00"], 3, ["2026-03-15T10:00:00+08:00"]),
        (["--cause", "weather"], 3, ["no cause 'weather'", "workmanship, attitude"]),
    ],
)
def test_resolve_refuses(office: Office, complaint: str, given: list[str], code: int, says: list[str]) -> None:
    """An agreement after the event or before the receipt, a cause that the policy does not know."""
    office.refused(code, "resolve", complaint, "--outcome", "x", *given, says=says)


def test_resolve_needs_somebody_to_have_answered_in_this_round(office: Office) -> None:
    """Assigned, nobody spoke to the customer: exit 3; so again after the customer was dissatisfied."""
    complaint = office.new("--department", "sales")
    office.refused(3, "resolve", complaint, "--outcome", "x", says=["assigned", "respond"])
    office.ok("respond", complaint, "--note", "called")
    office.ok("resolve", complaint, "--outcome", "x")
    office.refused(3, "resolve", complaint, "--outcome", "x", says=["resolved"])
    office.ok("followup", complaint, "--dissatisfied", "--early")
    office.refused(3, "resolve", complaint, "--outcome", "x", says=["assigned", "respond"])


def test_a_major_complaint_needs_an_approved_proposal(office: Office) -> None:
    """No proposal: exit 3, with the role that has to approve and the commands to get there."""
    complaint = office.new("--department", "sales", severity="major")
    office.ok("respond", complaint, "--note", "called")
    office.refused(3, "resolve", complaint, "--outcome", "x", says=["quality", "cmplt propose", "cmplt approve"])
    office.ok("propose", complaint, "--note", "sorry")
    office.refused(3, "resolve", complaint, "--outcome", "x", says=["quality"])
    office.ok("approve", complaint)
    office.one_commit("resolve", complaint, "--outcome", "x")


def test_no_approval_applies_no_proposal_is_needed(office: Office, complaint: str) -> None:
    """An apology costs nothing: resolved with a proposal that nobody has to approve, or with none."""
    office.ok("propose", complaint, "--note", "sorry", "--remedy", "apology")
    office.one_commit("resolve", complaint, "--outcome", "x")


def test_an_approval_without_a_condition_always_applies(office: Office) -> None:
    """Then even a general complaint needs a proposal."""
    office.policy(POLICY.replace("approvals: [", "approvals: [{role: quality}, "))
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "called")
    office.refused(3, "resolve", complaint, "--outcome", "x", says=["quality"])
