"""`cmplt reject`."""

import pytest

from tests.office import Office

NOW = "2026-03-16T10:00:00+08:00"


@pytest.mark.parametrize("steps", [[], [["assign", "sales"]], [["assign", "sales"], ["respond", "--note", "x"]]])
def test_reject_ends_a_complaint_that_is_not_valid(office: Office, steps: list[list[str]]) -> None:
    """From every state before the outcome: nothing is owed any more, tasks included."""
    complaint = office.new()
    for command, first, *rest in steps:
        office.ok(command, complaint, first, *rest)
    office.ok("task", complaint, "call", "--due", "2026-03-17 12:00")
    result = office.one_commit("reject", complaint, "--reason", "不是我们的车", "--via", "phone")
    assert result.out == f"{complaint}\n"
    assert " by 2026" not in result.err, "nothing is due"
    assert office.event(complaint) == {
        "at": NOW, "by": "王芳", "action": "reject", "reason": "不是我们的车", "via": "phone",
    }  # fmt: skip
    shown = office.json("show", complaint)[0]
    assert shown["status"] == "rejected"
    assert {each["state"] for each in shown["obligations"]} <= {"met", "cancelled"}
    assert office.json("list") == []


def test_what_was_late_stays_late(office: Office) -> None:
    """A rejection cancels what is not yet due; what has passed is charged all the same."""
    complaint = office.new("--department", "sales")
    office.one_commit("reject", complaint, "--reason", "x", now="2026-03-16T13:00:01+08:00")
    states = {each["name"]: each["state"] for each in office.json("show", complaint)[0]["obligations"]}
    assert (states["response"], states["progress"]) == ("late", "cancelled")


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [([], 2, ["--reason must be given"]), (["--reason", "x", "--via", "smoke"], 3, ["'smoke'", "phone"])],
)
def test_reject_refuses(office: Office, given: list[str], code: int, says: list[str]) -> None:
    """No reason, or a way of telling the customer that the policy does not know."""
    office.refused(code, "reject", office.new(), *given, says=says)


@pytest.mark.parametrize(
    "end", [["resolve", "--outcome", "x"], ["close", "--reason", "x"], ["reject", "--reason", "x"]]
)
def test_what_is_over_is_not_rejected(office: Office, end: list[str]) -> None:
    """Resolved, closed, or rejected already."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "x")
    office.ok(end[0], complaint, *end[1:])
    office.refused(3, "reject", complaint, "--reason", "x", says=["reject is not possible", "reopen"])
