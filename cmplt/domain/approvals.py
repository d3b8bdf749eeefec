"""Whose approval a complaint needs before it may be resolved, and who has given it (design §3, §6)."""

from decimal import Decimal

from cmplt.domain.complaint import Event
from cmplt.domain.policy import Approval, Policy
from cmplt.domain.process import History, Standing


def needed(standing: Standing, policy: Policy) -> list[str]:
    """The roles whose approval the complaint needs as it stands, in the policy's order."""
    roles = [approval.role for approval in policy.approvals if _matches(approval, standing, policy)]
    return list(dict.fromkeys(roles))


def _matches(approval: Approval, standing: Standing, policy: Policy) -> bool:
    event = standing.proposal or Event(standing.facts.received, "", "")
    if approval.compensation_over is not None:
        offered = event.get("compensation")
        if offered is None or Decimal(offered) <= approval.compensation_over:
            return False
    return approval.when.holds(standing, event, policy.first_kind)


def given(history: History, policy: Policy) -> set[str]:
    """The roles that approved the last proposal of this round; a raised severity asks all of them again."""
    roles: set[str] = set()
    for step in history.in_effect:
        raised = policy.rank(step.after.facts.severity) > policy.rank(step.before.facts.severity)
        if step.event.action in ("propose", "decline") or step.starts_round or raised:
            roles.clear()
        if step.event.action == "approve":
            roles.add(step.event.get("role"))
    return roles


def missing(history: History, policy: Policy) -> list[str]:
    """The roles whose approval is needed and not given, in the policy's order."""
    have = given(history, policy)
    return [role for role in needed(history.now, policy) if role not in have]
