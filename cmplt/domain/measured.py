"""The figures of a period's measures: what was opened, done and verified in it, and what stands open at its end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cmplt.domain.capa import Undertaking, undertaking
from cmplt.domain.measure import Measure
from cmplt.domain.period import Window

_MOMENT = timedelta(seconds=1)  # instants are whole seconds


@dataclass(frozen=True)
class Measured:
    """The measures that a period has to do with, each as it stands at the end of what is looked at."""

    opened: tuple[Undertaking, ...] = ()
    done: tuple[Undertaking, ...] = ()
    verified: tuple[Undertaking, ...] = ()
    ineffective: tuple[Undertaking, ...] = ()
    open: tuple[Undertaking, ...] = ()
    concerned: tuple[Undertaking, ...] = ()  # these, and those to which anything happened
    seen: datetime | None = None  # the end of what is looked at

    def overdue(self, found: Undertaking) -> bool:
        """Whether it was past its time then."""
        return self.seen is not None and any(each.overdue_at(self.seen) for each in found.obligations)

    def of_issue(self, category: str, department: str | None) -> list[Undertaking]:
        """What is being done, or was begun in the period, about one category and department."""
        begun = dict.fromkeys(each.id for each in (*self.open, *self.opened) if each.status != "declined")
        return [
            each
            for each in self.concerned
            if each.id in begun and (each.now.facts.category, each.department) == (category, department)
        ]


def measured(
    measures: Sequence[Measure], window: Window, *, until: datetime, seen: datetime, department: str | None
) -> Measured:
    """The figures of the measures in a period; `until` is the first instant after what is looked at, `seen` its end.

    For one department: the measures that it owns then.
    """
    found = [undertaking(each, as_of=until - _MOMENT) for each in measures]
    ours = sorted(
        (each for each in found if each.exists and department in (None, each.department)), key=lambda each: each.id
    )

    def happened(action: str, effective: bool | None = None) -> tuple[Undertaking, ...]:
        return tuple(each for each in ours if _happened(each, window, action, effective))

    standing = tuple(each for each in ours if each.stands_open)
    return Measured(
        opened=happened("new"),
        done=happened("done"),
        verified=happened("verify", True),
        ineffective=happened("verify", False),
        open=standing,
        concerned=tuple(each for each in ours if each in standing or _happened(each, window)),
        seen=seen,
    )


def _happened(found: Undertaking, window: Window, action: str | None = None, effective: bool | None = None) -> bool:
    """Whether an action took effect in a period (any, where none is named)."""
    return any(
        not step.void
        and window.holds(step.event.at)
        and action in (None, step.event.action)
        and effective in (None, step.event.get("effective"))
        for step in found.steps
    )
