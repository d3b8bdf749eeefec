"""A department's points (design §5), and what each of them is for."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from cmplt.domain.cases import Course
from cmplt.domain.obligations import Obligation
from cmplt.domain.period import Window
from cmplt.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Counted:
    """A complaint that costs a department the points of its severity."""

    id: str
    department: str | None
    severity: str


@dataclass(frozen=True, slots=True)
class LateObligation:
    """An obligation that a score counts."""

    id: str
    obligation: Obligation


@dataclass(frozen=True, slots=True)
class Adjustment:
    """Points that somebody added or took, in their period."""

    id: str
    department: str | None
    points: int
    at: datetime
    reason: str | None = None


@dataclass
class Row:
    """A department's row: complaints by severity, late obligations, points adjusted; None: with nobody yet."""

    department: str | None
    base: int = 0
    by_severity: Counter[str] = field(default_factory=Counter)
    late: int = 0
    adjusted: int = 0

    def score(self, policy: Policy) -> int | None:
        if self.department is None:
            return None
        points = sum(policy.points(severity) * number for severity, number in self.by_severity.items())
        return self.base + points + policy.scoring.late * self.late + self.adjusted


@dataclass(frozen=True)
class Scores:
    """The score table of a period, and every complaint, obligation and adjustment that it counts."""

    rows: list[Row]
    counted: list[Counted]
    late: list[LateObligation]
    adjustments: list[Adjustment]


def scores(window: Window, found: list[Course], policy: Policy, *, as_of: datetime) -> Scores:
    """Every department's row, in the policy's order; those the policy does not know, then nobody, last."""
    base = policy.scoring.base * window.period.scored_months
    table = policy.tables["departments"]
    rows: dict[str | None, Row] = {key: Row(key, base) for key in table}
    counted, late, adjustments = counted_in(window, found, policy), late_in(window, found, policy, as_of=as_of), []
    for each in counted:
        rows.setdefault(each.department, Row(each.department, base)).by_severity[each.severity] += 1
    for missed in late:
        owed_by = missed.obligation.owed_by
        rows.setdefault(owed_by, Row(owed_by, base)).late += 1
    for case in found:
        for step in case.happenings:
            if step.action == "adjust" and window.holds(step.at):
                rows.setdefault(step.charged, Row(step.charged, base)).adjusted += step.points or 0
                adjustments.append(Adjustment(case.id, step.charged, step.points or 0, step.at, step.reason))
    shown = [row for row in rows.values() if not _idle(row, policy)]
    order = list(table)
    return Scores(sorted(shown, key=lambda row: place(row.department, order)), counted, late, adjustments)


def counted_in(window: Window, found: list[Course], policy: Policy) -> list[Counted]:
    """The complaints received in a period that cost points: not rejected, of a kind that counts."""
    return [
        Counted(case.id, case.department, case.severity)
        for case in found
        if window.holds(case.received) and not case.rejected and policy.counts_kind(case.kind)
    ]


def late_in(window: Window, found: list[Course], policy: Policy, *, as_of: datetime) -> list[LateObligation]:
    """The obligations that a score counts, by due, id and name (rejected complaints' included)."""
    late = [
        LateObligation(case.id, each)
        for case in found
        for each in case.obligations
        if window.holds_due(each.due) and counts(case, each, policy) and each.state(as_of) in ("late", "overdue")
    ]
    return sorted(late, key=lambda each: (each.obligation.due, each.id, each.obligation.name))


def counts(case: Course, obligation: Obligation, policy: Policy) -> bool:
    """Whether it costs points when an obligation is late."""
    return policy.scoring.counts_obligation(obligation.name) and policy.counts_kind(case.kind)


def _idle(row: Row, policy: Policy) -> bool:
    """A retired department has a row only where something is counted."""
    entry = policy.tables["departments"].get(row.department or "")
    return bool(entry and entry.retired and not row.by_severity and not row.late and not row.adjusted)


def place(name: str | None, known: list[str]) -> tuple[int, str]:
    """Where a name sorts: in the policy's order, then the unknown ones, nobody's last."""
    if name is None:
        return (len(known) + 1, "")
    return (known.index(name), "") if name in known else (len(known), name)
