"""A department's month in points (design §5)."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from cmplt.domain import instants
from cmplt.domain.complaint import Complaint
from cmplt.domain.obligations import Obligation, obligations
from cmplt.domain.policy import Policy
from cmplt.domain.process import REJECTED, History


@dataclass(frozen=True)
class Case:
    """A complaint as of an instant: its history and its obligations."""

    history: History
    obligations: tuple[Obligation, ...]

    @property
    def id(self) -> str:
        return self.history.complaint.id

    @property
    def received(self) -> datetime:
        return self.history.now.facts.received


@dataclass(frozen=True, slots=True)
class LateObligation:
    """An obligation that the score of a month counts."""

    id: str
    obligation: Obligation


@dataclass
class Row:
    """A department's row: complaints by severity, late obligations, points adjusted; None: with nobody yet."""

    department: str | None
    by_severity: Counter[str] = field(default_factory=Counter)
    late: int = 0
    adjusted: int = 0

    def score(self, policy: Policy) -> int | None:
        if self.department is None:
            return None
        points = sum(policy.points(severity) * number for severity, number in self.by_severity.items())
        return policy.scoring.base + points + policy.scoring.late * self.late + self.adjusted


def cases(complaints: list[Complaint], policy: Policy, *, as_of: datetime) -> list[Case]:
    """The complaints that exist at an instant, each with its obligations then."""
    histories = (policy.history(complaint, as_of=as_of) for complaint in complaints)
    return [Case(history, obligations(history, policy)) for history in histories if history.exists]


def late_in(month: str, found: list[Case], policy: Policy, *, as_of: datetime) -> list[LateObligation]:
    """The obligations that the score of `month` counts, by due, id and name (rejected complaints' included)."""
    late = [
        LateObligation(case.id, each)
        for case in found
        if policy.counts_kind(case.history.now.facts.kind)
        for each in case.obligations
        if policy.scoring.counts_obligation(each.name)
        and instants.due_month(each.due, policy.zone) == month
        and each.state(as_of) in ("late", "overdue")
    ]
    return sorted(late, key=lambda each: (each.obligation.due, each.id, each.obligation.name))


def received_in(month: str, found: list[Case], policy: Policy) -> list[Case]:
    return [case for case in found if instants.month_of(case.received, policy.zone) == month]


def scores(month: str, found: list[Case], policy: Policy, *, as_of: datetime) -> list[Row]:
    """Every department's row for `month`, in the policy's order; those the policy does not know, then nobody, last."""
    table = policy.tables["departments"]
    rows: dict[str | None, Row] = {key: Row(key) for key in table}
    for case in received_in(month, found, policy):
        now = case.history.now
        if now.status != REJECTED and policy.counts_kind(now.facts.kind):
            rows.setdefault(now.department, Row(now.department)).by_severity[now.facts.severity] += 1
    for late in late_in(month, found, policy, as_of=as_of):
        rows.setdefault(late.obligation.owed_by, Row(late.obligation.owed_by)).late += 1
    for case in found:
        for step in case.history.in_effect:
            if step.event.action == "adjust" and instants.month_of(step.event.at, policy.zone) == month:
                department = step.event.get("department") or step.before.department
                rows.setdefault(department, Row(department)).adjusted += step.event.get("points", 0)
    shown = [row for row in rows.values() if not _idle(row, policy)]
    return sorted(shown, key=lambda row: _order(row.department, list(table)))


def _idle(row: Row, policy: Policy) -> bool:
    """A retired department has a row only where something is counted."""
    entry = policy.tables["departments"].get(row.department or "")
    return bool(entry and entry.retired and not row.by_severity and not row.late and not row.adjusted)


def _order(department: str | None, known: list[str]) -> tuple[int, str]:
    if department is None:
        return (len(known) + 1, "")
    return (known.index(department), "") if department in known else (len(known), department)
