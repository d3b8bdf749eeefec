"""`cmplt close`."""

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"
RECOURSE = "closing: {unreconciled: {role: general-manager, recourse: {en: the courts, zh: 法院}}}"


@pytest.fixture
def complaint(office: Office) -> str:
    """A complaint in progress, with a proposal nobody agreed to."""
    found = office.new("--department", "sales")
    office.ok("respond", found, "--note", "called")
    office.ok("propose", found, "--note", "sorry", "--remedy", "apology")
    return found


def test_close_ends_a_complaint_without_agreement(office: Office, complaint: str) -> None:
    """The reason and where the customer may turn; nothing is owed any more but tasks."""
    office.ok("task", complaint, "call", "--due", "2026-03-17 12:00")
    result = office.one_commit("close", complaint, "--reason", "三轮未果", "--recourse", "12315")
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {
        "at": NOW, "by": "王芳", "action": "close", "reason": "三轮未果", "recourse": "12315",
    }  # fmt: skip
    shown = office.json("show", complaint)[0]
    assert shown["status"] == "closed"
    assert [each["name"] for each in shown["obligations"] if each["state"] == "open"] == ["task:call"]


@pytest.mark.parametrize(("language", "recourse"), [("zh", "法院"), ("en", "the courts")])
def test_the_policys_recourse_is_written_out(office: Office, complaint: str, language: str, recourse: str) -> None:
    """Without --recourse it is the policy's text, in the policy's language."""
    office.policy(
        POLICY.replace("closing: {unreconciled: {role: general-manager}}", RECOURSE) + f"language: {language}\n"
    )
    office.one_commit("close", complaint, "--reason", "x")
    assert office.event(complaint)["recourse"] == recourse


def test_a_resolved_complaint_may_be_closed(office: Office, complaint: str) -> None:
    """The customer takes it back after all: the follow-up is cancelled."""
    office.ok("resolve", complaint, "--outcome", "x")
    office.one_commit("close", complaint, "--reason", "x")
    shown = office.json("show", complaint)[0]
    assert (shown["status"], shown["obligations"][-1]["state"]) == ("closed", "cancelled")


def test_only_the_role_may_close_and_only_for_itself(office: Office, complaint: str) -> None:
    """Git's identity has to be named under the role; --by may only say the same."""
    office.refused(3, "close", complaint, "--reason", "x", "--by", "李明", says=["王芳", "--by"])
    office.name, office.email = "李明", "lm@example.com"
    office.refused(3, "close", complaint, "--reason", "x", says=["李明", "general-manager", "王芳"])
    office.refused(3, "close", complaint, "--reason", "x", "--by", "王芳", says=["李明"])
    office.name, office.email = "王芳", "wf@example.com"
    office.one_commit("close", complaint, "--reason", "x", "--by", "王芳")


@pytest.mark.parametrize(
    ("closing", "says"),
    [
        ("", ["closing.unreconciled.role in cmplt.yaml"]),
        ("closing: {requires: []}", ["closing.unreconciled.role in cmplt.yaml"]),
        ("closing: {unreconciled: {role: chief}}", ["Nobody holds the role 'chief'", "roles.chief"]),
        ("closing: {unreconciled: {role: general-manager, after_rounds: 2}}", ["round 1", "round 2"]),
    ],
)
def test_close_refuses_what_the_policy_does_not_allow(
    office: Office, complaint: str, closing: str, says: list[str]
) -> None:
    """No role that may close, a role of nobody, too early a round."""
    office.policy(POLICY.replace("closing: {unreconciled: {role: general-manager}}", closing))
    office.refused(3, "close", complaint, "--reason", "x", says=says)


def test_the_round_that_the_policy_asks_for_comes(office: Office, complaint: str) -> None:
    """after_rounds: 2 lets the second round be closed."""
    office.policy(POLICY.replace("role: general-manager}}", "role: general-manager, after_rounds: 2}}"))
    office.ok("resolve", complaint, "--outcome", "x")
    office.ok("followup", complaint, "--dissatisfied", "--early")
    office.ok("respond", complaint, "--note", "called")
    office.one_commit("close", complaint, "--reason", "x")


@pytest.mark.parametrize("command", [["new"], ["assign"]])
def test_close_needs_somebody_to_have_answered(office: Office, command: list[str]) -> None:
    """Registered and assigned complaints are not closed."""
    found = office.new() if command == ["new"] else office.new("--department", "sales")
    office.refused(3, "close", found, "--reason", "x", says=["close is not possible"])


def test_close_needs_a_reason(office: Office, complaint: str) -> None:
    """Why there was no agreement."""
    office.refused(2, "close", complaint, says=["--reason must be given"])
