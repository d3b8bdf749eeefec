"""The life of obligations: opened by events, then met, ended, passed on or drawn in by later ones (design §4)."""

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
    found: list[Obligation] = []
    for _step, _standing in _followed(history, policy, found):
        pass
    return tuple(found)


def standing_before(history: History, policy: Policy) -> Iterator[tuple[Step, tuple[Obligation, ...]]]:
    """Each step that took effect, with what stood open before it."""
    found: list[Obligation] = []
    for step, standing in _followed(history, policy, found):
        yield step, tuple(found[index] for index in sorted((*standing.ruled.values(), *standing.tasks.values())))


@dataclass(frozen=True, slots=True)
class _Open:
    """Where those stand that are still open, by name: of thousands, each is found without going through all others."""

    ruled: dict[str, int]
    tasks: dict[Any, int]


def _followed(history: History, policy: Policy, found: list[Obligation]) -> Iterator[tuple[Step, _Open]]:
    """Fill `found` step by step; each step comes, before it is taken, with what stands open then."""
    standing = _Open({}, {})
    for step in history.in_effect:
        yield step, standing
        if step.event.due or standing.ruled or standing.tasks:
            _meet_or_end(found, standing, step, policy)
            _pass_on(found, standing, step, policy)
            for name, due in step.event.due.items():
                _open(found, standing, step, policy.deadline(name), due, policy.intake)


def _meet_or_end(found: list[Obligation], standing: _Open, step: Step, policy: Policy) -> None:
    event = step.event
    ending = ends_all(step)
    for name, index in [*standing.ruled.items()]:
        each = found[index]
        if meets(event, step, each, policy.deadline(each.name)):
            found[index] = replace(each, met=event.at)
            del standing.ruled[name]
        elif ending:
            found[index] = replace(each, ended=event.at)
            del standing.ruled[name]
    if event.action == "done" and event.get("task") in standing.tasks:
        index = standing.tasks.pop(event.get("task"))
        found[index] = replace(found[index], met=event.at)
    elif event.action == "reject":
        for index in standing.tasks.values():
            found[index] = replace(found[index], ended=event.at)
        standing.tasks.clear()


def meets(event: Event, step: Step, obligation: Obligation, rule: Deadline) -> bool:
    """Whether an event is what an open obligation waits for; tasks wait for their `done` alone."""
    if event.action not in rule.until or (event.action == "assign" and not step.hands_over):
        return False
    if event.action == "followup" and obligation.opens is not None:
        return event.at >= obligation.opens or event.get("result") == "dissatisfied"
    return True


def _pass_on(found: list[Obligation], standing: _Open, step: Step, policy: Policy) -> None:
    """At an assignment, what `department` owes and is not past due passes to the department that gets it."""
    if not step.hands_over or step.after.department is None:
        return
    for index in standing.ruled.values():
        each = found[index]
        if policy.deadline(each.name).owed_by == "department" and step.event.at <= each.due:
            found[index] = replace(each, owed_by=step.after.department)


def _open(found: list[Obligation], standing: _Open, step: Step, rule: Deadline, due: datetime, intake: str) -> None:
    event, name = step.event, rule.name
    places, key = (standing.tasks, name[len(TASK) :]) if name.startswith(TASK) else (standing.ruled, name)
    same = places.get(key)
    if event.action == "escalate" and rule.opened_by and "escalate" not in rule.opened_by:
        if same is not None:  # else it was met meanwhile: by a late entry, or at another desk
            # drawn in, never moved later (two desks may have escalated offline): it keeps its opening and owner
            found[same] = replace(found[same], due=min(due, found[same].due))
        return
    if same is not None:
        found[same] = replace(found[same], ended=event.at)
    instant = opening_instant(rule, step.before, event)
    found.append(
        Obligation(
            name=name,
            owed_by=owner(rule, step.after, event, intake),
            opened=instant or event.at,
            opens=event.opens.get(name),
            due=due,
            # an instant that `from` names lies before the event, which may itself be what was waited for
            met=event.at if instant and event.action in rule.until else None,
        )
    )
    if found[-1].stands:
        places[key] = len(found) - 1
    else:
        places.pop(key, None)


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
