"""Judges a new entry before it is written: its instant, the process, the policy; and works out what it opens."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cmplt.domain import instants, playbooks
from cmplt.domain.calendar import Calendar
from cmplt.domain.complaint import AMENDABLE, Complaint, Event
from cmplt.domain.deadlines import Opened, opened_by
from cmplt.domain.draft import Draft, Entry
from cmplt.domain.obligations import RESOLUTION, TASK, agreed, obligations
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.process import PROCESS, History, Standing, Step, advance, extended, next_actions, upto
from cmplt.domain.questions import QUESTIONS
from cmplt.domain.rules import PlannedTask, spoken
from cmplt.errors import (
    BeforeReceipt,
    ClocksDiffer,
    DueBefore,
    InTheFuture,
    LateEntry,
    MakesVoid,
    NotAllowed,
    NotYet,
    OnlyIdentity,
    Required,
    TaskOpen,
)

CLOCK_DIFFERENCE = timedelta(minutes=5)


def enter(complaint: Complaint, drafts: list[Draft], entry: Entry, policy: Policy, calendar: Calendar) -> Complaint:
    """The complaint with the drafted events behind the others, all at one instant.

    Raises a Refused of the kind that applies when the process or the policy does not allow one of them, or
    when one of them would make a later event void (design §2, §3).
    """
    at = instant(complaint, entry, policy)
    entry, history = replace(entry, at=at), policy.history(complaint)
    for draft in drafts:
        history = admitted(history, drafted(upto(history, at), draft, entry, policy, calendar))
        for task in to_open(history, at, policy):
            received_by = upto(history, at).now.facts.received_by
            opening = Draft("task", _opened(task, received_by, policy), planned=task)
            history = admitted(history, drafted(upto(history, at), opening, entry, policy, calendar))
    return history.complaint


def to_open(history: History, at: datetime, policy: Policy) -> list[PlannedTask]:
    """The tasks that playbooks open after the event of an instant, but those that were opened later in its round."""
    told = upto(history, at)
    planned = playbooks.planned(told, policy)
    later = history.in_effect[len(told.in_effect) :] if planned else ()
    opened = {s.event.get("task") for s in later if s.event.action == "task" and s.after.round == told.now.round}
    return [each for each in planned if each.task not in opened]


def _opened(task: PlannedTask, received_by: str | None, policy: Policy) -> dict[str, Any]:
    """The fields of the task event that a playbook writes; without a department it falls to the one in charge."""
    meant = {"department": None, "received_by": received_by or policy.intake}
    department = meant.get(task.department, task.department)
    return {"task": task.task, "title": spoken(task.title, policy.language), "department": department}


def instant(complaint: Complaint, entry: Entry, policy: Policy) -> datetime:
    """The instant of an entry: as given and lawful, or this machine's clock, within reason (design §2)."""
    last = max((event.at for event in complaint.events), default=complaint.facts.received)
    at = clocked(complaint.id, last, entry, policy)
    if entry.at is not None and at < complaint.facts.received:
        zone, received = policy.zone, complaint.facts.received
        raise BeforeReceipt(at=instants.show(at, zone), received=instants.show(received, zone), id=complaint.id)
    return at


def clocked(owner_id: str, last: datetime, entry: Entry, policy: Policy) -> datetime:
    """The instant of an entry to what last happened to at `last`; raises InTheFuture or ClocksDiffer."""
    zone, now = policy.zone, entry.now
    if entry.at is None:
        if last - now > CLOCK_DIFFERENCE:
            raise ClocksDiffer(clock=instants.show(now, zone), last=instants.show(last, zone), id=owner_id)
        return max(last, now)
    if entry.at > now:
        raise InTheFuture(at=instants.show(entry.at, zone), now=instants.show(now, zone))
    return entry.at


def drafted(history: History, draft: Draft, entry: Entry, policy: Policy, calendar: Calendar) -> Event:
    """The event that a draft becomes behind a history; raises a Refused where process or policy do not allow it."""
    standing, at = history.now, entry.at or entry.now
    action = PROCESS[draft.action]
    if policy.own_entries and entry.by != entry.identity.name:
        raise OnlyIdentity(action=draft.action, identity=entry.identity.name)
    fields = {**draft.fields, "reason": entry.reason}
    fields = {name: value for name, value in fields.items() if value not in (None, (), [])}
    event = Event(at=at, by=entry.by, action=draft.action, data=fields, recorded=recorded(entry, at))
    if advance(standing, event) is None and draft.action != "amend":
        if standing.status is None and action.allowed:
            raise NotYet(id=history.complaint.id, at=instants.show(at, policy.zone))
        raise NotAllowed(
            id=history.complaint.id,
            status=standing.status,
            action=action.name,
            waits=action.only_while,
            next=next_actions(standing),
        )
    _known_names(fields, policy)
    for question in QUESTIONS.get(draft.action, ()):
        fields = question(history, event, draft, entry, policy) or fields
        event = replace(event, data=fields)
    _required(history, event, draft, policy)
    after = advance(standing, event)
    assert after is not None, "a question lets through what the process does not"
    in_time(event, draft, entry, policy)
    step = Step(len(history.complaint.events), event, standing, after, void=False)
    opened = opened_by(step, tuple(o for o in obligations(history, policy) if o.stands), policy, calendar)
    due = {**opened.due, **_by_hand(draft, fields)}
    planned = playbooks.reckon(draft.planned, at, calendar) if draft.planned else None
    if planned:
        name = TASK + fields["task"]
        due[name] = planned.reckoning.due
        opened = replace(opened, provisional=(*opened.provisional, *([name] if planned.provisional else ())))
    return replace(event, due=due, opens=opened.opens, data=_written(event, due, opened, policy))


def _required(history: History, event: Event, draft: Draft, policy: Policy) -> None:
    """Refuse an event without what this office makes compulsory in it (design §6, `requires`)."""
    if draft.planned or event.get("result") == "unreached":
        return
    for name in policy.required(event.action):
        value = draft.due if name == "due" else event.get(name)
        if value is None and event.action == "register" and name in AMENDABLE:
            value = history.complaint.facts.value(name)
        if value in (None, [], {}):
            raise Required(action=event.action, option=name.replace("_", "-"))


def in_time(event: Event, draft: Draft, entry: Entry, policy: Policy) -> None:
    """Refuse an event that is entered late without a reason, or one whose due time is over already."""
    at, zone = event.at, policy.zone
    if event.recorded and event.recorded - at > policy.late_entry and not entry.reason:
        raise LateEntry(at=instants.show(at, zone), limit=policy.data.get("late_entry", "1 hour"))
    if draft.due is not None and draft.due <= at:
        raise DueBefore(due=instants.show(draft.due, zone), at=instants.show(at, zone))


def recorded(entry: Entry, at: datetime) -> datetime | None:
    """Written exactly when an instant was given that differs from the clock; a tolerated clock writes none."""
    return entry.now if at < entry.now else None


def _by_hand(draft: Draft, fields: Mapping[str, Any]) -> dict[str, datetime]:
    if draft.due is None:
        return {}
    return {RESOLUTION if draft.action == "assign" else TASK + fields["task"]: draft.due}


def _written(event: Event, due: Mapping[str, datetime], opened: Opened, policy: Policy) -> dict[str, Any]:
    """The event as the file will have it: keys in the order of design §2, instants with the office's offset."""
    zone = policy.zone
    action = PROCESS[event.action]
    body: dict[str, Any] = {
        name: event.data[name] for name in (*action.carries, "note", "reason") if name in event.data
    }
    if "agreed" in body:
        body["agreed"] = agreed(event).astimezone(zone)
    written = {**headed(event, policy), **body}
    for name, found in (("due", due), ("opens", opened.opens)):
        if found:
            written[name] = {key: value.astimezone(zone) for key, value in found.items()}
    if opened.provisional:
        written["provisional"] = list(opened.provisional)
    return written


def headed(event: Event, policy: Policy) -> dict[str, Any]:
    """What every event begins with, as the file will have it."""
    written: dict[str, Any] = {"at": event.at.astimezone(policy.zone), "by": event.by, "action": event.action}
    if event.recorded:
        written["recorded"] = event.recorded.astimezone(policy.zone)
    return written


def admitted(before: History, event: Event) -> History:
    """The history with `event`; raises TaskOpen, or MakesVoid where that makes an event void that was not."""
    after = extended(before, event)
    complaint = after.complaint
    twice = _twice_open(after) - _twice_open(before)
    if twice:
        raise TaskOpen(id=complaint.id, task=min(twice))
    added = set(after.void) - set(before.void)
    if added:
        later = complaint.events[min(added)]
        raise MakesVoid(id=complaint.id, action=event.action, later=later.action, at=later.at.isoformat())
    return after


def _twice_open(history: History) -> set[str]:
    """The tasks that are opened while one of that name stands open (design §4), as two desks or a late entry may."""
    opened = (step for step in history.in_effect if step.event.action == "task")
    return {step.event.get("task") for step in opened if step.event.get("task") in step.before.tasks}


def _known_names(fields: Mapping[str, Any], policy: Policy) -> None:
    for name, table in FIELDS.items():
        value = fields.get(name)
        for key in value if isinstance(value, list | tuple) else [value] if value is not None else []:
            policy.known(table, key)


def handed_back(standing: Standing, *, department: str | None, owner: str | None) -> dict[str, Any] | None:
    """The fields of the assignment that follows a dissatisfied follow-up or a reopening, None where nobody had it."""
    to = department or standing.department
    return None if to is None else {"department": to, "owner": owner}
