"""Whose approval a complaint needs before it may be resolved, and who has given it (design §3, §6)."""

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal

from cmplt.domain.complaint import Event
from cmplt.domain.policy import Policy
from cmplt.domain.process import History, Standing
from cmplt.domain.rules import Approval


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


def given(history: History, policy: Policy, *, without: Collection[Event] = ()) -> set[str]:
    """The roles that approved the last proposal of this round; a raised severity asks all of them again.

    Approvals that do not count may be named.
    """
    roles: set[str] = set()
    for step in history.in_effect:
        raised = policy.rank(step.after.facts.severity) > policy.rank(step.before.facts.severity)
        if step.event.action in ("propose", "decline") or step.starts_round or raised:
            roles.clear()
        if step.event.action == "approve" and step.event not in without:
            roles.add(step.event.get("role"))
    return roles


def told(roles: Sequence[str], standing: Standing, policy: Policy, day: date) -> list[str]:
    """Roles with who holds them on a day and what asks for their approval: `chief (王芳; severity: major)`."""
    found = []
    for role in roles:
        about = [", ".join(policy.members(role, on=day)) or "–"]
        about += [
            ", ".join(f"{name}: {_listed(value)}" for name, value in asked.items())
            for entry, approval in zip(policy.data["approvals"], policy.approvals, strict=True)
            if approval.role == role
            and _matches(approval, standing, policy)
            and (asked := {name: value for name, value in entry.items() if name != "role"})
        ]
        found.append(f"{role} ({'; '.join(about)})")
    return found


def _listed(value: object) -> str:
    return "/".join(map(str, value)) if isinstance(value, list) else str(value)


def missing(history: History, policy: Policy, *, without: Collection[Event] = ()) -> list[str]:
    """The roles whose approval is needed and not given, in the policy's order."""
    have = given(history, policy, without=without)
    return [role for role in needed(history.now, policy) if role not in have]
