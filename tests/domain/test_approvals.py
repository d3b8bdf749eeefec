"""Whose approval a complaint needs before it may be resolved, and who has given it (design §3, §6)."""

import pytest

from cmplt.domain import approvals
from cmplt.errors import ProposalNeeded, Unapproved
from tests.domain.build import complaint, enter, history, policy

TALKED = "10:00 register\n10:01 assign sales\n10:02 respond n\n"
OFFER = TALKED + "10:03 propose a compensation=300\n"
# Besides the tests' own: compensation over 0 by the general manager, any major complaint by quality.
_RULES = """
approvals:
  - {compensation_over: '0', role: general-manager}
  - {compensation_over: '1000', remedy: goodwill, role: chief}
  - {severity: major, role: quality}
  - {remedy: [goodwill], role: general-manager}
"""
_ALWAYS = "approvals: [{role: quality}, {category: repair, role: general-manager}]"


@pytest.mark.parametrize(
    ("rules", "lines", "facts", "roles"),
    [
        (_RULES, TALKED, {}, []),
        (_RULES, TALKED, {"severity": "major"}, ["quality"]),
        (_RULES, TALKED + "10:03 propose a", {}, []),
        (_RULES, TALKED + "10:03 propose a compensation=0", {}, []),
        (_RULES, TALKED + "10:03 propose a compensation=0.01", {}, ["general-manager"]),
        (_RULES, TALKED + "10:03 propose a compensation=1000 remedy=goodwill", {}, ["general-manager"]),
        (_RULES, TALKED + "10:03 propose a compensation=1000.01 remedy=goodwill", {}, ["general-manager", "chief"]),
        (_RULES, TALKED + "10:03 propose a compensation=1000.01 remedy=apology", {}, ["general-manager"]),
        (_RULES, TALKED + "10:03 propose a remedy=apology,goodwill", {"severity": "major"},
         ["quality", "general-manager"]),
        (_RULES, OFFER + "10:04 propose b", {}, []),
        (_RULES, OFFER + "10:04 decline quality", {}, ["general-manager"]),
        (_RULES, OFFER + "10:04 resolve o\n10:05 reopen r", {}, []),
        (_RULES, OFFER + "10:04 escalate major reason=r", {}, ["general-manager", "quality"]),
        (_RULES, OFFER + "10:04 amend changes.severity=major reason=r", {}, ["general-manager", "quality"]),
        (_ALWAYS, "10:00 register", {}, ["quality"]),
        (_ALWAYS, "10:00 register", {"category": "repair"}, ["quality", "general-manager"]),
        ("approvals: []", OFFER, {"severity": "major"}, []),
        ("approvals: null", OFFER, {"severity": "major"}, []),
    ],
)  # fmt: skip
def test_whose_approval_is_needed(rules: str, lines: str, facts: dict[str, str], roles: list[str]) -> None:
    """Every entry that matches the last proposal of this round names a role, each once, in the policy's order."""
    assert approvals.needed(history(lines, **facts).now, policy(rules)) == roles


@pytest.mark.parametrize(
    ("lines", "roles"),
    [
        ("", set()),
        ("10:04 approve general-manager", {"general-manager"}),
        ("10:04 approve general-manager\n10:05 approve quality", {"general-manager", "quality"}),
        ("10:04 approve general-manager\n10:05 decline quality", set()),
        ("10:04 approve general-manager\n10:05 propose b", set()),
        ("10:04 approve general-manager\n10:05 propose b\n10:06 approve quality", {"quality"}),
        ("10:04 approve general-manager\n10:05 escalate major reason=r", set()),
        ("10:04 approve general-manager\n10:05 amend changes.severity=major reason=r", set()),
        ("10:04 approve general-manager\n10:05 escalate general urgent=true reason=r", {"general-manager"}),
        ("10:04 approve general-manager\n10:05 escalate general to=quality reason=r", {"general-manager"}),
        ("10:04 escalate major reason=r\n10:05 approve quality\n10:06 amend changes.severity=general reason=r",
         {"quality"}),
        ("10:04 approve general-manager\n10:05 assign parts\n10:06 respond n", {"general-manager"}),
        ("10:04 approve general-manager\n10:05 resolve o\n10:06 followup dissatisfied", set()),
        ("10:04 approve general-manager\n10:05 resolve o\n10:06 reopen r", set()),
        ("10:04 decline general-manager\n10:05 approve quality", set()),
    ],
)  # fmt: skip
def test_who_has_approved(lines: str, roles: set[str]) -> None:
    """Approvals hold for the last proposal of the round, until it is declined or replaced or the severity rises."""
    assert approvals.given(history(OFFER + lines), policy()) == roles


def test_what_is_missing_is_asked_in_the_order_of_the_policy() -> None:
    """Missing is what is needed and not given; other approvals do no harm."""
    lines = OFFER + "10:04 approve chief\n"
    assert approvals.missing(history(lines, severity="major"), policy()) == ["general-manager", "quality"]
    lines += "10:05 approve general-manager\n"
    assert approvals.missing(history(lines, severity="major"), policy()) == ["quality"]
    assert approvals.missing(history(lines + "10:06 approve quality", severity="major"), policy()) == []


@pytest.mark.parametrize(
    ("lines", "error"),
    [
        (TALKED, ProposalNeeded),
        (TALKED + "10:03 propose a", Unapproved),
        (TALKED + "10:03 propose a\n10:04 approve general-manager", Unapproved),
        (TALKED + "10:03 propose a\n10:04 approve quality\n10:05 decline quality", ProposalNeeded),
        (TALKED + "10:03 propose a\n10:04 approve quality\n10:05 propose b", Unapproved),
        (TALKED + "10:03 propose a\n10:04 approve quality\n10:05 resolve o\n10:06 reopen r\n10:07 assign sales\n"
         "10:08 respond n", ProposalNeeded),
    ],
)  # fmt: skip
def test_a_resolution_waits_for_the_approvals(lines: str, error: type[Exception]) -> None:
    """A complaint that needs an approval is not resolved without a proposal, nor before everybody approved it."""
    with pytest.raises(error):
        enter(
            lines.replace("register", "register\n10:00 amend changes.severity=major reason=r", 1),
            "resolve o",
            now="11:00",
        )


@pytest.mark.parametrize(
    ("lines", "severity"),
    [
        (TALKED, "general"),
        (TALKED + "10:03 propose a\n10:04 decline quality", "general"),
        (OFFER + "10:04 approve general-manager", "general"),
        (OFFER + "10:04 approve general-manager\n10:05 approve quality", "major"),
        (OFFER + "10:04 approve quality\n10:05 assign parts\n10:06 respond n\n10:07 approve general-manager", "major"),
    ],
)
def test_a_resolution_with_every_approval_is_entered(lines: str, severity: str) -> None:
    """Where nothing needs approval no proposal is needed; where everybody approved, the complaint is resolved."""
    assert enter(complaint(lines, severity=severity), "resolve o", now="11:00").events[-1].action == "resolve"


@pytest.mark.parametrize(("at", "roles"), [("10:15", []), ("10:45", ["general-manager", "quality"])])
def test_an_escalation_asks_again_where_it_happened(at: str, roles: list[str]) -> None:
    """An escalation written up later takes away the approvals that came before it, not those that came after."""
    lines = f"{OFFER}10:30 approve general-manager\n10:31 approve quality\n{at} escalate major reason=r"
    assert approvals.missing(history(lines), policy()) == roles
