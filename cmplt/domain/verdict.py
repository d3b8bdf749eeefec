"""Judges committed events once more, as their commands did: by the policy, the clock and the author of their commit."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from cmplt.domain import instants, personal
from cmplt.domain.calendar import Calendar, no_holidays
from cmplt.domain.capa import PROCESS as MEASURES
from cmplt.domain.capa_entry import enter as enter_measure
from cmplt.domain.complaint import Complaint, Event, Facts
from cmplt.domain.draft import Draft, Entry, Identity
from cmplt.domain.entry import CLOCK_DIFFERENCE, admitted, drafted, instant, to_open
from cmplt.domain.measure import Measure
from cmplt.domain.obligations import RESOLUTION, TASK
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.process import PROCESS, Action, History, extended, upto
from cmplt.domain.rules import PlannedTask
from cmplt.domain.suppositions import extremes, suppositions
from cmplt.errors import (
    AheadOfCommit,
    BackDated,
    CmpltError,
    DueDiffers,
    DueInvented,
    DueMissing,
    LateEntry,
    NoMembers,
    NotAsWritten,
    NotBlankable,
    NotInRole,
    NotTheAuthor,
    NoWaitingRole,
    Objection,
    OnlyIdentity,
    OtherCalendar,
    OutOfOrder,
    ProposalNeeded,
    Required,
    TaskNotOpened,
    TooMild,
    Unapproved,
)

# The rule that a refusal is reported under; whatever else is refused breaks the process.
RULES: dict[type[CmpltError], str] = {
    LateEntry: "late-entry",
    OnlyIdentity: "author",
    NotInRole: "role",
    NoMembers: "role",
    NoWaitingRole: "role",
    Unapproved: "approval",
    ProposalNeeded: "approval",
}
# Who enters these is who did it (design §3): nobody approves, declines or closes for somebody else.
OWN_HAND = ("approve", "decline", "close")
# What every event has by itself, and what the program works out: the rest is what somebody asked for.
_WORKED_OUT = ("at", "by", "action", "recorded", "due", "opens", "provisional", "reason")
# What the program writes as a default, and a record can do without.
_DEFAULTS = ("owner", "title", "department", "via", "recourse", "agreed", "provisional")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with an event: its position in the file, the place in it, and the error that says it."""

    index: int
    error: CmpltError
    where: tuple[str, ...] = ()

    @property
    def rule(self) -> str:
        if isinstance(self.error, Objection):
            return self.error.rule
        return RULES.get(type(self.error), "process")

    @property
    def asks_more(self) -> bool:
        """Whether what is written is due though it need not be, or earlier than it need be: nobody gains by that."""
        stored, expected = (self.error.fields.get(name) for name in ("stored", "expected"))
        if self.where[:1] != ("due",) or stored is None:
            return False
        return expected is None or instants.parse(stored) < instants.parse(expected)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a commit tells of its events: who made it, when, by which policy and calendar, and whose name is at it."""

    author: Identity
    committed: datetime
    policy: Policy
    calendar: Calendar
    committer: str | None = None  # where that is another's name than the author's


def of_complaint(history: History, events: Sequence[Event], under: Circumstances) -> Iterator[Verdict]:
    """What is wrong with the events that a commit put behind a complaint's others."""
    policy, planned = under.policy, list[PlannedTask]()
    before = len(history.complaint.events)
    if not before:
        yield from _facts(history.complaint, under)
    for index, event in enumerate(events, before):
        task = next((each for each in planned if _opens(each, event)), None)
        yield from _timed(index, history.complaint.events, event, under)
        yield from _own_hand(index, event, under)
        refused = False
        try:
            _complete(event, PROCESS)
            _blankable(event)
            expected = _again(history, event, task, under, under.calendar)
            admitted(history, event)
        except CmpltError as error:
            refused = True
            yield Verdict(index, error)
        else:
            again = partial(_again, history, event, task, under)
            yield from _compared(index, event, expected, under, again)
        history = extended(history, event)
        if task:
            planned.remove(task)
        else:
            yield from _left_out(index, planned)
            planned = [] if refused else to_open(history, event.at, policy)
    yield from _left_out(before + len(events) - 1, planned)


def of_measure(before: Measure, events: Sequence[Event], under: Circumstances) -> Iterator[Verdict]:
    """What is wrong with the events that a commit put behind a measure's others."""
    measure = before
    for index, event in enumerate(events, len(before.events)):
        yield from _timed(index, measure.events, event, under)
        yield from _own_hand(index, event, under)
        sets = event.action == "new" or (event.action == "verify" and event.get("effective") is False)
        draft = Draft(event.action, _asked(event), due=next(iter(event.due.values()), None) if sets else None)
        try:
            _complete(event, MEASURES)
            expected = enter_measure(measure, draft, _entry(event, under), under.policy).events[-1]
        except CmpltError as error:
            yield Verdict(index, error)
        else:
            yield from _compared(index, event, expected, under, partial(_given, expected))
        measure = measure.with_event(event)


def _facts(complaint: Complaint, under: Circumstances) -> Iterator[Verdict]:
    """What a new complaint's facts break: names that the policy did not have, a criterion or a severity left out."""
    facts, policy = complaint.facts, under.policy
    try:
        for name, table in FIELDS.items():
            value = complaint.data.get(name)
            for key in value if isinstance(value, list) else [value] if value else []:
                policy.known(table, key)
        if any(each not in facts.criteria for each in _surely(facts, policy)):
            raise NotAsWritten(name="criteria")
        implied = [policy.severity_of_channel(facts.channel), *map(policy.severity_of_criterion, facts.criteria)]
        gravest = policy.gravest(*implied)
        if policy.rank(facts.severity) < policy.rank(gravest):
            raise TooMild(severity=facts.severity, implied=gravest)
    except CmpltError as error:
        yield Verdict(0, error)


def _surely(facts: Facts, policy: Policy) -> Sequence[str]:
    """The criteria that the policy's conditions find whatever else was found, or made the complaint graver."""
    plain = replace(facts, severity=policy.gravest(), criteria=())
    sure = (plain, facts, replace(plain, severity=facts.severity), replace(plain, criteria=facts.criteria))
    found = [policy.criteria_that_hold(each) for each in sure]
    return [each for each in found[0] if all(each in others for others in found)]


def _timed(index: int, earlier: Sequence[Event], event: Event, under: Circumstances) -> Iterator[Verdict]:
    """What the instants of an event, and of its commit, say against each other (design §2)."""
    committed = under.committed
    last = max((each.at for each in earlier), default=None)

    def shown(**times: datetime) -> dict[str, str]:
        return {name: instants.show(time, under.policy.zone) for name, time in times.items()}

    tolerated = event.recorded is None and event.at == last and event.at - committed <= CLOCK_DIFFERENCE
    if max(event.at, event.entered) > committed and not tolerated:
        yield Verdict(index, AheadOfCommit(**shown(at=event.at, committed=committed)), ("at",))
    elif committed - event.entered > under.policy.late_entry:
        yield Verdict(index, BackDated(**shown(at=event.at, committed=committed)), ("at",))
    if event.recorded is None and last is not None and event.at < last:
        yield Verdict(index, OutOfOrder(**shown(at=event.at, last=last)), ("at",))


def _own_hand(index: int, event: Event, under: Circumstances) -> Iterator[Verdict]:
    names = [under.author.name, under.committer or under.author.name]
    if event.action in OWN_HAND and names != [event.by] * 2:
        yield Verdict(index, NotTheAuthor(by=event.by, author=" / ".join(dict.fromkeys(names))), ("by",))


def _complete(event: Event, process: Mapping[str, Action]) -> None:
    """Refuse an action that there is not, or one without what it must carry (design §3, §6)."""
    if event.action not in process:
        raise NotAsWritten(name="action")
    if not event.by.strip():
        raise NotAsWritten(name="by")
    for name, value in event.data.items():
        several = isinstance(value, list) and len({*map(str, value)}) < len(value)
        if several or (name in ("due", "opens", "provisional") and not value):
            raise NotAsWritten(name=name)
    for name in process[event.action].compulsory:
        if event.get(name) in (None, "", [], {}):
            raise Required(action=event.action, option=name)


def _blankable(event: Event) -> None:
    """Refuse a redaction of what cannot be redacted."""
    for name in event.get("fields", ()) if event.action == "redact" else ():
        if not personal.blankable(name):
            raise NotBlankable(field=name, names=personal.BLANKABLE)


def _again(history: History, event: Event, task: PlannedTask | None, under: Circumstances, calendar: Calendar) -> Event:
    """The event as its command would write it by a calendar; raises what would keep it from that."""
    entry = _entry(event, under)
    at = instant(history.complaint, entry, under.policy)
    return drafted(upto(history, at), _draft(event, task), replace(entry, at=at), under.policy, calendar)


def _entry(event: Event, under: Circumstances) -> Entry:
    given = event.at if event.recorded else None
    reason = event.get("reason")
    return Entry(now=event.entered, by=event.by, identity=under.author, at=given, reason=reason)


def _draft(event: Event, task: PlannedTask | None) -> Draft:
    by_hand = {"assign": RESOLUTION, "task": f"{TASK}{event.get('task')}"}.get(event.action, "")
    due = None if task else event.due.get(by_hand)
    return Draft(event.action, _asked(event), due=due, planned=task, early=True)


def _asked(event: Event) -> dict[str, Any]:
    return {name: value for name, value in event.data.items() if name not in _WORKED_OUT}


def _opens(task: PlannedTask, event: Event) -> bool:
    return event.action == "task" and event.get("task") == task.task


def _left_out(index: int, planned: Sequence[PlannedTask]) -> Iterator[Verdict]:
    for task in planned:
        yield Verdict(index, TaskNotOpened(task=task.task))


def _compared(
    index: int, event: Event, expected: Event, under: Circumstances, again: Callable[[Calendar], Event]
) -> Iterator[Verdict]:
    """What an event says otherwise than its command would have written, by today's calendar or by another."""
    zone, provisional = under.policy.zone, _provisional(event, under, again)
    for block, stored, meant in (("due", event.due, expected.due), ("opens", event.opens, expected.opens)):
        for name in dict.fromkeys((*meant, *stored)):
            if name in provisional or stored.get(name) == meant.get(name):
                continue
            kind = _kind(name, stored, meant, lambda name: _in_another_year(name, event, expected, under, again))
            shown = {key: instants.show(found[name], zone) for key, found in (("stored", stored), ("expected", meant))
                     if name in found}  # fmt: skip
            yield Verdict(index, kind(name=name, **shown), (block, name) if name in stored else ())
    for name in dict.fromkeys((*expected.data, *event.data)):
        absent = name not in event.data
        if name in ("due", "opens", "provisional") or (absent and name in _DEFAULTS):
            continue
        if not _same(event.data.get(name), expected.data.get(name)):
            yield Verdict(index, NotAsWritten(name=name), () if absent else (name,))


def _given(event: Event, calendar: Calendar) -> Event:
    """A measure's event by whatever calendar: its due was given by hand."""
    return event


def _provisional(event: Event, under: Circumstances, again: Callable[[Calendar], Event]) -> Collection[str]:
    """What an event rightly says to rest on a year that was not published when it was written (design §4).

    That can be true of a later year than its own, and of what such a year's days off, and those that make up for them,
    can move; and never in an office that names no country.
    """
    said, official = set(event.get("provisional", ())), under.calendar.official
    if not said or official is no_holidays:
        return ()
    this_year = event.entered.astimezone(under.policy.zone).year
    first, last = map(again, extremes(under.calendar, lambda year: year > this_year or not official(year).published))
    blocks = ((event.due, first.due, last.due), (event.opens, first.opens, last.opens))
    return {name for name in said if all(_between(name, *block) for block in blocks)}


def _between(
    name: str, stored: Mapping[str, datetime], earliest: Mapping[str, datetime], latest: Mapping[str, datetime]
) -> bool:
    if name in stored and name in earliest:
        return earliest[name] <= stored[name] <= latest[name]
    return name not in stored and name not in earliest


def _kind(name: str, stored: Any, meant: Any, other_calendar: Callable[[str], bool]) -> type[Objection]:
    if name not in stored:
        return DueMissing
    if name not in meant:
        return DueInvented
    return OtherCalendar if other_calendar(name) else DueDiffers


def _same(stored: Any, meant: Any) -> bool:
    """Whether a file's value is what was meant; an instant is one in whatever offset."""
    if isinstance(meant, datetime) and isinstance(stored, str):
        return instants.parse(stored) == meant
    return bool(stored == (list(meant) if isinstance(meant, tuple) else meant))


def _in_another_year(
    name: str, event: Event, expected: Event, under: Circumstances, again: Callable[[Calendar], Event]
) -> bool:
    """Whether what is stored follows where some of the official days in between were not known (design §4)."""
    # not as far as the event itself says: that may be anything
    upto = max((*expected.due.values(), *expected.opens.values()), default=event.at)
    found = map(again, suppositions(under.calendar, event.at, upto))
    stored = event.due.get(name), event.opens.get(name)
    return any((each.due.get(name), each.opens.get(name)) == stored for each in found)
