"""The figures of a period, all that a report says, from one pass over the complaints (design §7)."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter

from cmplt.domain import instants
from cmplt.domain.averages import Mean
from cmplt.domain.cases import Course, Happening
from cmplt.domain.durations import Bucket, Handling, Owed, Timeliness, closed_in, handling, in_days, owed_in, timeliness
from cmplt.domain.followups import NOBODYS, Addresses, Followups, followups, in_period, satisfaction
from cmplt.domain.measure import Measure
from cmplt.domain.measured import Measured, measured
from cmplt.domain.period import Period, Window
from cmplt.domain.policy import Policy
from cmplt.domain.scores import Scores, scores

DIMENSIONS = ("severity", "category", "channel", "cause", "department")


@dataclass(frozen=True)
class Flow:
    """What came, went and stayed in a period, and how well: the head of a report."""

    opening: int
    received: int
    rejected: int
    closed: int
    open: int
    due: int  # obligations due in the period whose outcome is known
    met: int
    rating: Mean

    @property
    def on_time(self) -> float | None:
        """The share of what was due that was met in time, in percent to one place."""
        return round(100 * self.met / self.due, 1) if self.due else None


@dataclass(frozen=True)
class Recurring:
    """Complaints of one category and department, so many in a month that a preventive measure is due (design §6)."""

    month: str
    category: str
    department: str | None
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LateEntry:
    """An event that was written down later than it happened."""

    id: str
    happening: Happening


@dataclass(frozen=True)
class Figures:
    """The figures of a period as of an instant; of one department, where one is named."""

    period: Period
    as_of: datetime
    department: str | None
    flow: Flow
    before: Flow  # of the period before
    by: dict[str, Counter[str]]
    crossed: Counter[tuple[str, str]]  # channel, category
    scores: Scores
    satisfaction: dict[str | None, Mean]
    owed: list[Owed]
    timeliness: dict[str, Timeliness]
    handling: Handling
    followups: Followups
    trend: dict[str, Counter[str]]
    majors: list[Course]
    recurring: list[Recurring]
    open: list[Course]
    ages: tuple[Bucket, ...]
    late_entries: list[LateEntry]
    measures: Measured
    cases: list[Course]  # all that the period has to do with
    window: Window
    until: datetime  # the first instant after what is looked at: the period's end, or just after `as_of`

    def age(self, case: Course) -> timedelta:
        """How old an open complaint was at the end of what is looked at."""
        return self.seen - case.received

    @property
    def seen(self) -> datetime:
        """The end of what is looked at: the period's, or the instant that its figures stand at."""
        return min(self.window.end, self.as_of)

    @property
    def before_period(self) -> str:
        return self.period.before().name


def figures(
    found: list[Course],
    policy: Policy,
    *,
    period: Period,
    as_of: datetime,
    department: str | None = None,
    measures: Sequence[Measure] = (),
    addresses: Addresses = NOBODYS,
) -> Figures:
    """All figures of a period as they stand at `as_of`: `found` are the courses up to then.

    For one department: the complaints that are with it, what it owes, the follow-ups of what it had, and its row of
    the scores.
    """
    window = period.window(policy.zone)
    counted = scores(window, found, policy, as_of=as_of)
    owed = owed_in(window, found, as_of=as_of)
    before = period.before().window(policy.zone)
    earlier = owed_in(before, found, as_of=as_of)
    ours = found
    made, earlier_made = in_period(window, found), in_period(before, found)
    if department is not None:
        ours = [case for case in found if case.department == department]
        made, earlier_made = ([m for m in each if m.department == department] for each in (made, earlier_made))
        counted = _of_department(counted, department)
        owed, earlier = ([o for o in each if o.obligation.owed_by == department] for each in (owed, earlier))
    lively = [case for case in ours if case.happenings]  # the others were settled before all this
    received = [case for case in lively if window.holds(case.received) and not case.rejected]
    now = as_of + timedelta(seconds=1)  # what happened at the instant itself is seen
    until = min(window.end, now)
    stood_open = [case for case in lively if case.open_at(until)]
    return Figures(
        period=period,
        as_of=as_of,
        department=department,
        flow=_flow(window, lively, owed, made, now),
        before=_flow(before, lively, earlier, earlier_made, now),
        by=_by(received),
        crossed=Counter((case.channel, case.category) for case in received),
        scores=counted,
        satisfaction=satisfaction(made),
        owed=owed,
        timeliness=timeliness(owed, policy),
        handling=handling(window, lively),
        followups=followups(window, made, policy, addresses),
        trend=_trend(ours, period, policy),
        majors=[case for case in lively if case.severity in policy.gravest_ones and _concerns(window, case)],
        recurring=_recurring(received, period, policy),
        open=sorted(stood_open, key=attrgetter("received", "id")),
        ages=in_days({case.id: min(window.end, as_of) - case.received for case in stood_open}),
        late_entries=_late_entries(window, lively, now),
        measures=measured(measures, window, until=until, seen=min(window.end, as_of), department=department),
        cases=[case for case in lively if _concerns(window, case)],
        window=window,
        until=until,
    )


def falling(counts: Mapping[str, int], known: Sequence[str]) -> list[tuple[str, int]]:
    """Names with their counts, the most frequent first; of equal ones the policy's order decides."""
    position = {name: index for index, name in enumerate(known)}
    return sorted(counts.items(), key=lambda item: (-item[1], position.get(item[0], len(position)), item[0]))


def _of_department(found: Scores, department: str) -> Scores:
    return Scores(
        [row for row in found.rows if row.department == department],
        [each for each in found.counted if each.department == department],
        [each for each in found.late if each.obligation.owed_by == department],
        [each for each in found.adjustments if each.department == department],
    )


def _flow(window: Window, found: list[Course], owed: list[Owed], made: list[Happening], now: datetime) -> Flow:
    received = [case for case in found if window.holds(case.received)]
    states = Counter(each.state for each in owed)
    # the boundary belongs to the period that begins with it, so that consecutive periods add up
    edges = [min(edge, now) for edge in (window.start, window.end)]
    return Flow(
        opening=sum(case.open_at(edges[0]) for case in found),
        received=sum(not case.rejected for case in received),
        rejected=sum(case.rejected for case in received),
        closed=sum(closed_in(window, case) is not None for case in found),
        open=sum(case.open_at(edges[1]) for case in found),
        due=states["met"] + states["late"] + states["overdue"],
        met=states["met"],
        rating=Mean.of(each.rating for each in made if each.rating is not None),
    )


def _by(received: list[Course]) -> dict[str, Counter[str]]:
    values: dict[str, Callable[[Course], str | None]] = {name: attrgetter(name) for name in DIMENSIONS}
    return {name: Counter(v for case in received if (v := value(case))) for name, value in values.items()}


def _trend(found: list[Course], period: Period, policy: Policy) -> dict[str, Counter[str]]:
    """What was received and not rejected in each of the twelve months up to the period's last one."""
    trend: dict[str, Counter[str]] = {month: Counter() for month in instants.months_before(period.months[-1], 12)}
    for case in found:
        if not case.rejected and (month := instants.month_of(case.received, policy.zone)) in trend:
            trend[month][case.severity] += 1
    return trend


def _concerns(window: Window, case: Course) -> bool:
    """Whether a period has to do with a complaint: it came then, was open then, or something was due or happened."""
    return (
        window.holds(case.received)
        or case.open_at(window.start)
        or any(window.holds(each.at) for each in case.happenings)
        or any(window.holds_due(each.due) for each in case.obligations)
    )


def _recurring(received: list[Course], period: Period, policy: Policy) -> list[Recurring]:
    rule = policy.recurrence
    if rule is None:
        return []
    issues: dict[tuple[str, str, str | None], list[str]] = {}
    for case in received:
        month = instants.month_of(case.received, policy.zone)
        issues.setdefault((month, case.category, case.department), []).append(case.id)
    found = [Recurring(*issue, tuple(sorted(ids))) for issue, ids in issues.items() if len(ids) >= rule]
    return sorted(found, key=lambda each: (each.month, -len(each.ids), each.category, each.department or ""))


def _late_entries(window: Window, found: list[Course], now: datetime) -> list[LateEntry]:
    """What was entered in the period, and by now, later than it happened, by the instant of its entry."""
    late = [
        LateEntry(case.id, each)
        for case in found
        for before, each in pairwise((None, *case.happenings))
        if each and each.recorded is not None and window.holds(each.recorded) and each.recorded < now
        # the tasks that opened by themselves were entered with what opened them
        if not (before and each.action == "task" and (before.at, before.recorded) == (each.at, each.recorded))
    ]
    return sorted(late, key=lambda each: (each.happening.recorded or each.happening.at, each.id, each.happening.at))
