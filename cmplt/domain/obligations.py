"""The life of obligations: opened by events, then met, ended, passed on or drawn in by later ones (design §4)."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from cmplt.domain import instants
from cmplt.domain.complaint import Event
from cmplt.domain.policy import Policy
from cmplt.domain.process import History, Standing, Step, ends_all
from cmplt.domain.rules import Deadline

State = Literal["open", "met", "late", "overdue", "cancelled"]
TASK = "task:"
RESOLUTION = "resolution"


@dataclass(frozen=True, slots=True)
class Obligation:
    """What somebody owes by an instant."""

    name: str
    owed_by: str
    opened: datetime
    due: datetime
    opens: datetime | None = None
    met: datetime | None = None
    ended: datetime | None = None  # without having been met

    @property
    def stands(self) -> bool:
        """Neither met nor ended."""
        return self.met is None and self.ended is None

    def overdue_at(self, instant: datetime) -> bool:
        """Whether it was past its due instant and still stood at an instant, whatever came later."""
        over = self.met or self.ended
        return self.opened <= instant and self.due < instant and (over is None or over > instant)

    def state(self, now: datetime) -> State:
        """Met at or before the due instant is in time, to the second."""
        if self.met is not None:
            return "met" if self.met <= self.due else "late"
        if self.ended is not None:
            return "cancelled" if self.ended <= self.due else "late"
        return "open" if now <= self.due else "overdue"


def obligations(history: History, policy: Policy) -> tuple[Obligation, ...]:
    """Every obligation of a complaint's history, in the order in which they were opened."""
    book = _Book(policy)
    for step in history.in_effect:
        book.take(step)
    return book.all


def standing_before(history: History, policy: Policy) -> Iterator[tuple[Step, tuple[Obligation, ...]]]:
    """Each step that took effect, with what stood open before it of what the policy has rules for."""
    book = _Book(policy)
    for step in history.in_effect:
        yield step, book.ruled
        book.take(step)


class _Book:
    """What was owed up to a step. An event costs what it changes: no other of thousands is looked at."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._found: list[Obligation] = []
        self._ruled: dict[str, int] = {}  # where those stand that are open, by name
        self._tasks: dict[Any, int] = {}
        self._until: dict[str, dict[str, None]] = {}  # the names that wait for an action; some wait no longer
        self._handed: list[datetime] = []  # when the complaint went to another department
        self._to: list[str] = []  # and to which
        self._since: list[int] = []  # for each obligation: how often it had been handed over when that was last settled

    @property
    def all(self) -> tuple[Obligation, ...]:
        for index in self._ruled.values():
            self._settle(index)
        return tuple(self._found)

    @property
    def ruled(self) -> tuple[Obligation, ...]:
        """What stands open by a rule of the policy."""
        return tuple(self._settle(self._ruled[name]) for name in self._policy.deadlines if name in self._ruled)

    def take(self, step: Step) -> None:
        if step.event.due or self._ruled or self._tasks:
            self._meet_or_end(step)
            if step.hands_over and step.after.department is not None:
                self._handed.append(step.event.at)
                self._to.append(step.after.department)
            for name, due in step.event.due.items():
                self._open(step, self._policy.deadline(name), due)

    def _settle(self, index: int) -> Obligation:
        """Pass what `department` owes by a rule to the last one that got the complaint before it was past due."""
        each, since = self._found[index], self._since[index]
        self._since[index] = len(self._handed)
        last = bisect_right(self._handed, each.due)
        if last > since and self._policy.deadline(each.name).owed_by == "department":
            self._found[index] = replace(each, owed_by=self._to[last - 1])
        return self._found[index]

    def _meet_or_end(self, step: Step) -> None:
        event, ending = step.event, ends_all(step)
        waiting = self._until.pop(event.action, {})
        for name in [*self._ruled] if ending else [name for name in waiting if name in self._ruled]:
            each = self._settle(self._ruled[name])
            if meets(event, step, each, self._policy.deadline(name)):
                self._found[self._ruled.pop(name)] = replace(each, met=event.at)
            elif ending:
                self._found[self._ruled.pop(name)] = replace(each, ended=event.at)
            else:
                self._until.setdefault(event.action, {})[name] = None
        if event.action == "done" and event.get("task") in self._tasks:
            index = self._tasks.pop(event.get("task"))
            self._found[index] = replace(self._found[index], met=event.at)
        elif event.action == "reject":
            for index in self._tasks.values():
                self._found[index] = replace(self._found[index], ended=event.at)
            self._tasks.clear()

    def _open(self, step: Step, rule: Deadline, due: datetime) -> None:
        event, name = step.event, rule.name
        places, key = (self._tasks, name[len(TASK) :]) if name.startswith(TASK) else (self._ruled, name)
        same = places.get(key)
        if same is not None and places is self._ruled:
            self._settle(same)
        if event.action == "escalate" and rule.opened_by and "escalate" not in rule.opened_by:
            if same is not None:  # else it was met meanwhile: by a late entry, or at another desk
                # drawn in, never moved later (two desks may have escalated offline): it keeps its opening and owner
                self._found[same] = replace(self._found[same], due=min(due, self._found[same].due))
            return
        if same is not None:
            self._found[same] = replace(self._found[same], ended=event.at)
        instant = opening_instant(rule, step.before, event)
        self._found.append(
            Obligation(
                name=name,
                owed_by=owner(rule, step.after, event, self._policy.intake),
                opened=instant or event.at,
                opens=event.opens.get(name),
                due=due,
                # an instant that `from` names lies before the event, which may itself be what was waited for
                met=event.at if instant and event.action in rule.until else None,
            )
        )
        self._since.append(len(self._handed))
        if self._found[-1].stands:
            places[key] = len(self._found) - 1
            for action in rule.until:
                self._until.setdefault(action, {})[name] = None
        else:
            places.pop(key, None)


def meets(event: Event, step: Step, obligation: Obligation, rule: Deadline) -> bool:
    """Whether an event is what an open obligation waits for; tasks wait for their `done` alone."""
    if event.action not in rule.until or (event.action == "assign" and not step.hands_over):
        return False
    if event.action == "followup" and obligation.opens is not None:
        return event.at >= obligation.opens or event.get("result") == "dissatisfied"
    return True


# The instants that `from` can name, with the action that writes what they open.
INSTANTS: dict[str, tuple[str, Callable[[Standing, Event], datetime]]] = {
    "received": ("register", lambda before, event: before.facts.received),
    "agreed": ("resolve", lambda before, event: agreed(event)),
}


def opening_instant(rule: Deadline, before: Standing, event: Event) -> datetime | None:
    """The instant that a deadline's `from` names for this event, if it names one."""
    for name, (action, instant) in INSTANTS.items():
        if name in rule.opened_by and event.action == action:
            return instant(before, event)
    return None


def agreed(event: Event) -> datetime:
    """When the customer agreed, as a resolve event has it."""
    given = event.get("agreed")
    return given if isinstance(given, datetime) else instants.parse(given) if given else event.at


def owner(rule: Deadline, after: Standing, event: Event, intake: str) -> str:
    """The department that owes what an event opens."""
    if rule.name.startswith(TASK):
        return event.get("department") or after.department or intake
    if rule.owed_by == "received_by":
        return after.facts.received_by or intake
    if rule.owed_by == "department":
        return after.department or intake
    return rule.owed_by
