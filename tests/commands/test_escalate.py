"""`cmplt escalate`."""

from typing import Any

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (["--severity", "major"], {"severity": "major"}),
        (["--criterion", "safety"], {"severity": "major", "criterion": "safety"}),
        (["--criterion", "safety", "--criterion", "media"], {"severity": "major", "criterion": ["safety", "media"]}),
        (["--urgent"], {"severity": "general", "urgent": True}),
        (["--to", "chief"], {"severity": "general", "to": "chief"}),
        (["--severity", "major", "--criterion", "media", "--urgent", "--to", "quality"],
         {"severity": "major", "criterion": "media", "urgent": True, "to": "quality"}),
    ],
)  # fmt: skip
def test_escalate_writes_what_is_new_and_always_the_severity(
    office: Office, given: list[str], fields: dict[str, Any]
) -> None:
    """At least one of severity, criterion, urgent, to; the resulting severity is written out."""
    complaint = office.new()
    result = office.one_commit("escalate", complaint, *given, "--reason", "刹车")
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {"at": NOW, "by": "王芳", "action": "escalate", "reason": "刹车", **fields}
    shown = office.json("show", complaint)[0]
    assert (shown["status"], shown["severity"], shown["urgent"]) == (
        "registered", fields["severity"], fields.get("urgent", False),
    )  # fmt: skip


def test_the_criteria_that_held_are_among_the_facts(office: Office) -> None:
    """A criterion of the intake and one of the escalation, each once."""
    complaint = office.new("--criterion", "media")
    office.one_commit("escalate", complaint, "--criterion", "media", "--criterion", "safety", "--reason", "x")
    assert office.json("show", complaint)[0]["criteria"] == ["media", "safety"]


def test_a_raised_severity_draws_the_response_in(office: Office) -> None:
    """One working hour from the escalation is earlier than the two from the assignment: that instant counts."""
    complaint = office.new("--department", "sales")
    result = office.one_commit("escalate", complaint, "--severity", "major", "--reason", "x",
                               now="2026-03-16T10:30:00+08:00")  # fmt: skip
    assert office.event(complaint)["due"] == {"response": "2026-03-16T11:30:00+08:00"}
    assert "response: Sales by 2026-03-16 11:30" in result.err
    responses = [each for each in office.json("show", complaint)[0]["obligations"] if each["name"] == "response"]
    assert [(each["opened"], each["owed_by"], each["due"]) for each in responses] == [
        (NOW, "sales", "2026-03-16T11:30:00+08:00")
    ], "it keeps its opening and owner"


def test_a_due_time_never_moves_later(office: Office) -> None:
    """Half an hour before the response is due, one working hour more would be later: nothing is written."""
    complaint = office.new("--department", "sales")
    office.one_commit("escalate", complaint, "--severity", "major", "--reason", "x", now="2026-03-16T11:30:00+08:00")
    assert "due" not in office.event(complaint)


def test_what_is_met_is_not_drawn_in(office: Office) -> None:
    """After the response an escalation leaves nothing to shorten."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "called")
    office.one_commit("escalate", complaint, "--urgent", "--reason", "x")
    assert "due" not in office.event(complaint)


def test_a_rule_from_escalate_opens_something_new(office: Office) -> None:
    """Reporting a major complaint up is owed from the escalation on."""
    rule = "{from: escalate, until: propose, within: 1 working day, owed_by: customer-service, when: {severity: major}}"
    office.policy(POLICY.replace("deadlines:\n", f"deadlines:\n  report: {rule}\n"))
    complaint = office.new()
    office.one_commit("escalate", complaint, "--urgent", "--reason", "x")
    assert "due" not in office.event(complaint)
    office.one_commit("escalate", complaint, "--severity", "major", "--reason", "x")
    assert office.event(complaint)["due"] == {"report": "2026-03-17T18:00:00+08:00"}


def test_escalate_says_where_the_category_sends_it_now(office: Office) -> None:
    """Routing may depend on severity; the clerk decides, but is told."""
    office.policy(POLICY.replace("department: sales}", "department: sales, by_severity: {major: {department: parts}}}"))
    result = office.one_commit("escalate", office.new("--department", "sales"), "--severity", "major", "--reason", "x")
    assert "Parts" in result.err
    assert "approved by: quality" in result.err


def test_a_resolved_complaint_may_be_escalated(office: Office) -> None:
    """The customer goes to the press after all: the status stays."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "called")
    office.ok("resolve", complaint, "--outcome", "x")
    office.one_commit("escalate", complaint, "--criterion", "media", "--reason", "x")
    shown = office.json("show", complaint)[0]
    assert (shown["status"], shown["severity"]) == ("resolved", "major")


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ([], 2, ["--severity", "--criterion", "--urgent", "--to"]),
        (["--severity", "general"], 3, ["general already"]),
        (["--severity", "huge"], 3, ["no severity 'huge'", "general, major"]),
        (["--criterion", "safty"], 3, ["Did you mean 'safety'?"]),
        (["--to", "chef"], 3, ["Did you mean 'chief'?"]),
    ],
)
def test_escalate_refuses(office: Office, given: list[str], code: int, says: list[str]) -> None:
    """Nothing raised, or a name that the policy does not know."""
    office.refused(code, "escalate", office.new(), *given, "--reason", "x", says=says)


@pytest.mark.parametrize("given", [["--severity", "major"], ["--criterion", "safety"], ["--urgent"]])
def test_what_is_so_already_is_not_raised(office: Office, given: list[str]) -> None:
    """A major, urgent complaint with the criterion: nothing new, but it may still be reported up."""
    complaint = office.new("--urgent", "--criterion", "safety")
    office.refused(3, "escalate", complaint, *given, "--reason", "x", says=[complaint, "already", "--to ROLE"])
    office.one_commit("escalate", complaint, "--to", "chief", "--reason", "x")


def test_what_is_over_is_not_escalated(office: Office) -> None:
    """A rejected complaint is reopened first."""
    complaint = office.new()
    office.ok("reject", complaint, "--reason", "x")
    office.refused(3, "escalate", complaint, "--urgent", "--reason", "x", says=["rejected", "reopen"])
