"""The figures of a month, all that a report says, from one fold over the complaints (design §7)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean, median

from cmplt.domain import instants
from cmplt.domain.complaint import Complaint
from cmplt.domain.policy import Policy
from cmplt.domain.process import OPEN, REJECTED, Standing, Step
from cmplt.domain.scores import Case, LateObligation, Row, cases, late_in, received_in, scores


@dataclass(frozen=True)
class Mean:
    """A mean with the number it rests on; no mean of nothing."""

    mean: float | None
    count: int

    @classmethod
    def of(cls, values: Iterable[int]) -> "Mean":
        numbers = list(values)
        return cls(round(fmean(numbers), 2) if numbers else None, len(numbers))


@dataclass
class Timeliness:
    """The obligations of one name that were due in the month; seconds are elapsed, from opened to met."""

    met: int = 0
    late: int = 0
    overdue: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def median_seconds(self) -> int | None:
        return int(median(self.seconds)) if self.seconds else None


@dataclass(frozen=True)
class Followups:
    """The follow-up events of the month."""

    done: int
    results: Counter[str]
    early: int
    answers: dict[str, Mean]
    quotas: list[tuple[str, int, int]]  # role, required, done


@dataclass(frozen=True)
class Figures:
    """A month's figures as of an instant."""

    month: str
    as_of: datetime
    opening: int
    open: int
    received: int
    rejected: int
    closed: int
    by: dict[str, Counter[str]]  # severity, category, channel, cause, department
    rows: list[Row]
    satisfaction: dict[str | None, Mean]
    late: list[LateObligation]
    timeliness: dict[str, Timeliness]
    followups: Followups
    trend: dict[str, Counter[str]]


def figures(complaints: list[Complaint], policy: Policy, *, month: str, as_of: datetime) -> Figures:
    """All figures of `month` as they stand at `as_of`: only events up to then exist."""
    start, end = instants.month_bounds(month, policy.zone)
    found = cases(complaints, policy, as_of=as_of)
    received = received_in(month, found, policy)
    counted = [case for case in received if case.history.now.status != REJECTED]
    within = [(case, step) for case in found for step in case.history.in_effect if start <= step.event.at < end]
    return Figures(
        month=month,
        as_of=as_of,
        opening=_open_at(start, found) if start <= as_of else _open_at(None, found),
        open=_open_at(end if end <= as_of else None, found),
        received=len(counted),
        rejected=len(received) - len(counted),
        closed=len({case.id for case, step in within if step.enters_closed}),
        by=_by(counted, policy),
        rows=scores(month, found, policy, as_of=as_of),
        satisfaction=_satisfaction(within),
        late=late_in(month, found, policy, as_of=as_of),
        timeliness=_timeliness(month, found, policy, as_of),
        followups=_followups([step for _, step in within if step.event.action == "followup"], policy),
        trend={each: _by_severity(received_in(each, found, policy)) for each in instants.months_before(month, 12)},
    )


def _open_at(before: datetime | None, found: list[Case]) -> int:
    """How many are neither closed nor rejected just before an instant, or as they stand."""
    number = 0
    for case in found:
        standing = case.history.now
        if before is not None:
            # the boundary belongs to the month that begins with it, so that consecutive months add up
            steps = [step for step in case.history.steps if step.event.at < before]
            if not steps:
                continue
            standing = steps[-1].after
        number += standing.status in OPEN
    return number


def _by(counted: list[Case], policy: Policy) -> dict[str, Counter[str]]:
    values: dict[str, Callable[[Standing], str | None]] = {
        "severity": lambda now: now.facts.severity,
        "category": lambda now: now.facts.category,
        "channel": lambda now: now.facts.channel,
        "cause": lambda now: now.cause,
        "department": lambda now: now.department,
    }
    return {name: Counter(v for case in counted if (v := value(case.history.now))) for name, value in values.items()}


def _by_severity(found: list[Case]) -> Counter[str]:
    return Counter(case.history.now.facts.severity for case in found if case.history.now.status != REJECTED)


def _satisfaction(within: list[tuple[Case, Step]]) -> dict[str | None, Mean]:
    ratings: dict[str | None, list[int]] = defaultdict(list)
    for _, step in within:
        if step.event.action == "followup" and step.event.get("rating") is not None:
            ratings[step.before.department].append(step.event.get("rating"))
    return {department: Mean.of(values) for department, values in ratings.items()}


def _timeliness(month: str, found: list[Case], policy: Policy, as_of: datetime) -> dict[str, Timeliness]:
    table = {name: Timeliness() for name, rule in policy.deadlines.items() if not rule.retired}
    for case in found:
        for each in case.obligations:
            state = each.state(as_of)
            if instants.due_month(each.due, policy.zone) != month or state not in ("met", "late", "overdue"):
                continue
            row = table.setdefault(each.name, Timeliness())
            setattr(row, state, getattr(row, state) + 1)
            if each.met is not None:
                row.seconds.append((each.met - each.opened).total_seconds())
    return table


def _followups(steps: list[Step], policy: Policy) -> Followups:
    answers: dict[str, list[int]] = {question: [] for question in policy.followup.get("questions", {})}
    for step in steps:
        for question, answer in (step.event.get("answers") or {}).items():
            answers.setdefault(question, []).append(answer)
    quotas = []
    for quota in policy.followup.get("quotas", ()):
        members = policy.members(quota["role"])
        done = sum(step.event.by in members for step in steps)
        quotas.append((quota["role"], quota["per_month"], done))
    return Followups(
        done=len(steps),
        results=Counter(step.event.get("result") for step in steps),
        early=sum(step.before.early(step.event) for step in steps),
        answers={question: Mean.of(values) for question, values in answers.items()},
        quotas=quotas,
    )
