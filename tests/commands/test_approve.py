"""`cmplt approve`."""

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"


def proposed(office: Office, *given: str, severity: str = "general") -> str:
    """A complaint with a proposal that waits."""
    complaint = office.new("--department", "sales", severity=severity)
    office.ok("respond", complaint, "--note", "called")
    office.ok("propose", complaint, "--note", "money", *(given or ("--compensation", "100")))
    return complaint


def test_approve_is_given_under_the_role_that_waits_for_me(office: Office) -> None:
    """Without --role it is the waiting one that git's identity holds, by name or by address; several in turn."""
    complaint = proposed(office, severity="major")
    result = office.one_commit("approve", complaint, "--note", "同意")
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {
        "at": NOW, "by": "王芳", "action": "approve", "role": "general-manager", "note": "同意",
    }  # fmt: skip
    assert "approval needed from: quality" in result.err
    result = office.one_commit("approve", complaint)
    assert office.event(complaint)["role"] == "quality", "held by the e-mail address"
    assert "approval needed" not in result.err
    office.one_commit("resolve", complaint, "--outcome", "paid")


def test_an_approval_does_not_end_the_proposal(office: Office) -> None:
    """Other roles follow, also one that nobody asked for; the status stays."""
    complaint = proposed(office)
    office.one_commit("approve", complaint)
    office.one_commit("approve", complaint, "--role", "quality")
    assert office.event(complaint)["role"] == "quality"
    assert office.json("show", complaint)[0]["status"] == "in-progress"


def test_a_new_proposal_asks_again(office: Office) -> None:
    """What was approved was the last proposal."""
    complaint = proposed(office)
    office.ok("approve", complaint)
    office.ok("propose", complaint, "--note", "more", "--compensation", "200")
    office.refused(3, "resolve", complaint, "--outcome", "paid", says=["general-manager", "cmplt approve"])
    office.one_commit("approve", complaint)
    office.one_commit("resolve", complaint, "--outcome", "paid")


def test_a_raised_severity_asks_again(office: Office) -> None:
    """The approval was for a general complaint; a major one needs it anew, and quality's besides."""
    complaint = proposed(office)
    office.ok("approve", complaint)
    result = office.one_commit("escalate", complaint, "--severity", "major", "--reason", "press")
    assert "approval needed from: general-manager, quality" in result.err
    office.ok("approve", complaint, "--role", "quality")
    office.refused(3, "resolve", complaint, "--outcome", "paid", says=["general-manager"])
    office.one_commit("approve", complaint)
    office.one_commit("resolve", complaint, "--outcome", "paid")


@pytest.mark.parametrize(
    ("role", "says"),
    [
        ("chief", ["Nobody holds the role 'chief'", "roles.chief in cmplt.yaml"]),
        ("board", ["no role 'board'", "general-manager, quality, chief"]),
        ("auditor", ["王芳 does not hold the role 'auditor'", "赵六"]),
    ],
)
def test_approve_refuses_a_role_that_is_not_mine(office: Office, role: str, says: list[str]) -> None:
    """A role without members, one that is not there, one that others hold."""
    office.policy(POLICY.replace("chief: []", "chief: [], auditor: [赵六]"))
    complaint = proposed(office)
    office.refused(3, "approve", complaint, "--role", role, says=says)


def test_approve_refuses_who_holds_no_waiting_role(office: Office) -> None:
    """Somebody else at the keyboard: the waiting roles are told."""
    complaint = proposed(office)
    office.name, office.email = "李明", "lm@example.com"
    office.refused(3, "approve", complaint, says=["李明", "general-manager"])
    office.refused(3, "approve", complaint, "--role", "general-manager", says=["李明", "王芳"])


def test_approve_needs_a_proposal_that_waits(office: Office) -> None:
    """Neither before a proposal, nor after it was declined, nor once the round has ended."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "called")
    office.refused(3, "approve", complaint, "--role", "quality", says=["approve is not possible", "propose"])
    office.ok("propose", complaint, "--note", "money", "--compensation", "100")
    office.ok("decline", complaint)
    office.refused(3, "approve", complaint, "--role", "quality", says=["approve is not possible"])
    office.ok("propose", complaint, "--note", "less", "--compensation", "50")
    office.ok("approve", complaint)
    office.ok("resolve", complaint, "--outcome", "paid")
    office.ok("followup", complaint, "--dissatisfied", "--early")
    office.ok("respond", complaint, "--note", "called")
    office.refused(3, "approve", complaint, "--role", "quality", says=["approve is not possible"])


def test_nothing_that_waits_for_me_is_refused(office: Office) -> None:
    """No approval applies to this proposal: without --role there is none to give."""
    complaint = proposed(office, "--remedy", "apology")
    office.refused(3, "approve", complaint, says=["王芳", "--role"])
