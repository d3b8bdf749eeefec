"""How long things took: obligations from opened to met, complaints from receipt to close, and how old the open are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cmplt.domain.averages import middle, ninetieth
from cmplt.domain.cases import Course
from cmplt.domain.obligations import Obligation
from cmplt.domain.period import Window
from cmplt.domain.policy import Policy

# Up to how many days after the receipt; what is older comes last.
DAYS = (1, 3, 7, 14, 30)


@dataclass(frozen=True, slots=True)
class Owed:
    """An obligation that was due in a period, and its state then."""

    case: Course
    obligation: Obligation
    state: str


class Lengths:
    """Lengths of time in seconds, and what is said of them in whole ones."""

    seconds: Sequence[float]

    @property
    def median_seconds(self) -> int | None:
        return middle(self.seconds)

    @property
    def p90_seconds(self) -> int | None:
        return ninetieth(self.seconds)


@dataclass
class Timeliness(Lengths):
    """The obligations of one name that were due in a period; seconds are elapsed, from opened to met."""

    met: int = 0
    late: int = 0
    overdue: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def due(self) -> int:
        return self.met + self.late + self.overdue


@dataclass(frozen=True)
class Bucket:
    """What lies in an interval of days: more than those of the one before, up to these; None: without end."""

    days: int | None
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Handling(Lengths):
    """The complaints closed in a period, by the elapsed time from receipt to close."""

    seconds: Sequence[float]
    buckets: tuple[Bucket, ...]


def owed_in(window: Window, found: Iterable[Course], *, as_of: datetime) -> list[Owed]:
    """Every obligation that was due in a period, by due, id and name; also open and cancelled ones."""
    owed = [
        Owed(case, each, each.state(as_of)) for case in found for each in case.obligations if window.holds_due(each.due)
    ]
    return sorted(owed, key=lambda each: (each.obligation.due, each.case.id, each.obligation.name))


def timeliness(owed: Iterable[Owed], policy: Policy) -> dict[str, Timeliness]:
    """Met, late and overdue by name: the policy's deadlines in its order, then what else was due."""
    table = {name: Timeliness() for name, rule in policy.deadlines.items() if not rule.retired}
    for each in owed:
        if each.state not in ("met", "late", "overdue"):
            continue
        row = table.setdefault(each.obligation.name, Timeliness())
        setattr(row, each.state, getattr(row, each.state) + 1)
        if each.obligation.met is not None:
            row.seconds.append((each.obligation.met - each.obligation.opened).total_seconds())
    return table


def closed_in(window: Window, case: Course) -> datetime | None:
    """When a complaint last entered closed in a period, if it did."""
    return max((each.at for each in case.happenings if each.closes and window.holds(each.at)), default=None)


def handling(window: Window, found: Iterable[Course]) -> Handling:
    """The time from receipt to close of every complaint that was closed in a period, each once."""
    took = {case.id: closed - case.received for case in found if (closed := closed_in(window, case)) is not None}
    return Handling([length.total_seconds() for length in took.values()], in_days(took))


def in_days(lengths: dict[str, timedelta]) -> tuple[Bucket, ...]:
    """Complaints by how many days their time comes to; all buckets, also those that hold none."""
    buckets, low = [], timedelta.min
    for days in (*DAYS, None):
        high = timedelta(days=days) if days else timedelta.max
        buckets.append(Bucket(days, tuple(sorted(each for each, length in lengths.items() if low < length <= high))))
        low = high
    return tuple(buckets)
