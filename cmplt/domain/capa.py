"""The process of a measure (design §6, last table): its own table, the fold over it, and what it owes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from cmplt.domain.complaint import Event, Misread
from cmplt.domain.measure import INTERIM, Measure, MeasureFacts
from cmplt.domain.obligations import Obligation
from cmplt.domain.process import Action, row

PROPOSED, APPROVED, DECLINED = "proposed", "approved", "declined"
STARTED, DONE, VERIFIED = "started", "done", "verified"
STATUSES = (PROPOSED, APPROVED, DECLINED, STARTED, DONE, VERIFIED)
OPEN = (PROPOSED, APPROVED, STARTED, DONE)
OBLIGATION = "measure"

_ANY = " ".join(STATUSES)
_BY_EFFECT = {"effective": VERIFIED, "ineffective": APPROVED}
_BY_KIND = {INTERIM: STARTED, "other": PROPOSED}

# fmt: off
TABLE = tuple(row(*each) for each in (
    # action     allowed in    leads to     carries (* compulsory)
    ("new",      "",           _BY_KIND,    ""),
    ("approve",  "proposed",   APPROVED,    "note"),
    ("decline",  "proposed",   DECLINED,    "note"),
    ("start",    "approved",   STARTED,     ""),
    ("done",     "started",    DONE,        "note"),
    ("verify",   "done",       _BY_EFFECT,  "effective* department note"),
    ("amend",    _ANY,         None,        "changes* reason*"),
    ("attach",   _ANY,         None,        "files*"),
))
# fmt: on
PROCESS: Mapping[str, Action] = {action.name: action for action in TABLE}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a measure stands: what its events so far have made of its facts."""

    facts: MeasureFacts
    status: str | None = None
    done: Event | None = None  # the last time


@dataclass(frozen=True, slots=True)
class Step:
    """One event with the standing before and after it; a void one changes nothing."""

    position: int  # in the file, from 0
    event: Event
    before: Standing
    after: Standing
    void: bool


@dataclass(frozen=True, slots=True)
class Undertaking:
    """A measure up to an instant: its steps in order of their instants, where it stands, and what it owed.

    It has what a list of obligations asks of a complaint: a measure has no severity and is never urgent.
    """

    measure: Measure
    steps: tuple[Step, ...]
    now: Standing
    obligations: tuple[Obligation, ...] = ()

    @property
    def id(self) -> str:
        return self.measure.id

    @property
    def subject(self) -> str:
        return self.now.facts.title

    @property
    def status(self) -> str:
        return self.now.status or ""

    @property
    def severity(self) -> None:
        return None

    @property
    def urgent(self) -> bool:
        return False

    @property
    def department(self) -> str:
        return self.now.facts.department

    @property
    def owner(self) -> str | None:
        return self.now.facts.owner

    @property
    def exists(self) -> bool:
        """False for a measure that was not yet there at the instant looked at."""
        return self.now.status is not None

    @property
    def opened(self) -> datetime:
        """When it was proposed."""
        return next(step.event.at for step in self.steps if not step.void)

    @property
    def stands_open(self) -> bool:
        return self.now.status in OPEN

    @property
    def void(self) -> list[int]:
        return sorted(step.position for step in self.steps if step.void)

    @property
    def owes(self) -> Obligation | None:
        """What it owes now."""
        return next((each for each in self.obligations if each.stands), None)


def undertaking(measure: Measure, *, as_of: datetime | None = None) -> Undertaking:
    """A measure's events, those up to `as_of`, folded over the process; total: what is not allowed is void."""
    standing, steps = Standing(measure.facts), []
    for position, event in sorted(enumerate(measure.events), key=lambda item: item[1].at):
        if as_of is not None and event.at > as_of:
            break
        after = advance(standing, event)
        steps.append(Step(position, event, standing, after or standing, after is None))
        standing = after or standing
    return Undertaking(measure, tuple(steps), standing, _obligations(steps))


def advance(standing: Standing, event: Event) -> Standing | None:
    """The standing after `event`, or None where the process does not allow it: it is void then."""
    action = PROCESS.get(event.action)
    if action is None or not action.begins_in(standing.status):
        return None
    if action.name == "amend":
        return _amended(standing, event)
    status = action.by_result.get(_result(standing, event), action.leads_to) or standing.status
    return replace(standing, status=status, done=event if action.name == "done" else standing.done)


def _result(standing: Standing, event: Event) -> str:
    """What decides where an action leads that may lead to several places."""
    if event.action == "new":
        return INTERIM if standing.facts.kind == INTERIM else "other"
    return "effective" if event.get("effective") is True else "ineffective"


def _amended(standing: Standing, event: Event) -> Standing | None:
    facts = standing.facts
    try:
        for name, change in event.get("changes").items():
            facts = facts.with_value(name, change["to"])
    except (Misread, AttributeError, TypeError, KeyError):
        return None  # it names no fact, or gives one a value that cannot be read
    return replace(standing, facts=facts)


def next_actions(status: str | None) -> list[str]:
    """The actions that move a measure on from here: what a refusal offers instead."""
    moving = [action for action in TABLE if action.allowed and (action.leads_to or action.by_result)]
    return [action.name for action in moving if action.begins_in(status)]


def _obligations(steps: list[Step]) -> tuple[Obligation, ...]:
    """What was owed, one after the other: opened with the measure or an ineffective try, met by `done`.

    A measure that is declined owes nothing; one that goes to another department in time is owed by that one.
    """
    found: list[Obligation] = []
    for step in steps:
        event, facts = step.event, step.after.facts
        if step.void:
            continue
        last = found[-1] if found and found[-1].stands else None
        if last is not None:
            owed_by = facts.department if event.at <= last.due else last.owed_by
            met, ended = (event.at if event.action == action else None for action in ("done", "decline"))
            found[-1] = replace(last, owed_by=owed_by, met=met, ended=ended)
        if OBLIGATION in event.due and not (found and found[-1].stands):
            found.append(Obligation(OBLIGATION, facts.department, event.at, event.due[OBLIGATION]))
    return tuple(found)
