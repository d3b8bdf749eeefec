"""Judges a new entry before it is written: its instant, the process, the policy; and works out what it opens."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from cmplt.domain import instants
from cmplt.domain.calendar import Calendar
from cmplt.domain.complaint import Complaint, Event
from cmplt.domain.deadlines import Opened, opened_by
from cmplt.domain.draft import Draft, Entry
from cmplt.domain.obligations import RESOLUTION, TASK, agreed, obligations
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.process import PROCESS, History, Standing, Step, advance, fold, next_actions
from cmplt.domain.questions import QUESTIONS
from cmplt.errors import (
    BeforeReceipt,
    ClocksDiffer,
    DueBefore,
    InTheFuture,
    LateEntry,
    MakesVoid,
    NotAllowed,
    NotYet,
)

CLOCK_DIFFERENCE = timedelta(minutes=5)


def enter(complaint: Complaint, drafts: list[Draft], entry: Entry, policy: Policy, calendar: Calendar) -> Complaint:
    """The complaint with the drafted events behind the others, all at one instant.

    Raises a Refused of the kind that applies when the process or the policy does not allow one of them, or
    when one of them would make a later event void (design §2, §3).
    """
    at = instant(complaint, entry, policy)
    for draft in drafts:
        event = _event(policy.history(complaint, as_of=at), draft, replace(entry, at=at), policy, calendar)
        complaint = _admitted(complaint, event)
    return complaint


def instant(complaint: Complaint, entry: Entry, policy: Policy) -> datetime:
    """The instant of an entry: as given and lawful, or this machine's clock, within reason (design §2)."""
    zone, now = policy.zone, entry.now
    if entry.at is None:
        last = max((event.at for event in complaint.events), default=complaint.facts.received)
        if last - now > CLOCK_DIFFERENCE:
            raise ClocksDiffer(clock=instants.show(now, zone), last=instants.show(last, zone), id=complaint.id)
        return max(last, now)
    if entry.at > now:
        raise InTheFuture(at=instants.show(entry.at, zone), now=instants.show(now, zone))
    if entry.at < complaint.facts.received:
        raise BeforeReceipt(
            at=instants.show(entry.at, zone), received=instants.show(complaint.facts.received, zone), id=complaint.id
        )
    return entry.at


def _event(history: History, draft: Draft, entry: Entry, policy: Policy, calendar: Calendar) -> Event:
    standing, at = history.now, entry.at or entry.now
    action = PROCESS[draft.action]
    fields = {**draft.fields, "reason": entry.reason}
    fields = {name: value for name, value in fields.items() if value not in (None, (), [])}
    event = Event(at=at, by=entry.by, action=draft.action, data=fields, recorded=_recorded(entry, at))
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
    after = advance(standing, event)
    assert after is not None, "a question lets through what the process does not"
    if event.recorded and event.recorded - at > policy.late_entry and not entry.reason:
        raise LateEntry(at=instants.show(at, policy.zone), limit=policy.data.get("late_entry", "1 hour"))
    if draft.due is not None and draft.due <= at:
        raise DueBefore(due=instants.show(draft.due, policy.zone), at=instants.show(at, policy.zone))
    step = Step(len(history.complaint.events), event, standing, after, void=False)
    opened = opened_by(step, tuple(o for o in obligations(history, policy) if o.stands), policy, calendar)
    due = {**opened.due, **_by_hand(draft, fields)}
    return replace(event, due=due, opens=opened.opens, data=_written(event, due, opened, policy))


def _recorded(entry: Entry, at: datetime) -> datetime | None:
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
    written = {"at": event.at.astimezone(zone), "by": event.by, "action": event.action}
    if event.recorded:
        written["recorded"] = event.recorded.astimezone(zone)
    written |= body
    for name, found in (("due", due), ("opens", opened.opens)):
        if found:
            written[name] = {key: value.astimezone(zone) for key, value in found.items()}
    if opened.provisional:
        written["provisional"] = list(opened.provisional)
    return written


def _admitted(complaint: Complaint, event: Event) -> Complaint:
    """The complaint with `event`, unless that makes an event void that was not."""
    longer = complaint.with_events(event)
    added = set(fold(longer).void) - set(fold(complaint).void)
    if added:
        later = complaint.events[min(added)]
        raise MakesVoid(id=complaint.id, action=event.action, later=later.action, at=later.at.isoformat())
    return longer


def _known_names(fields: Mapping[str, Any], policy: Policy) -> None:
    for name, table in FIELDS.items():
        value = fields.get(name)
        for key in value if isinstance(value, list | tuple) else [value] if value is not None else []:
            policy.known(table, key)


def handed_back(standing: Standing, *, department: str | None, owner: str | None) -> dict[str, Any] | None:
    """The fields of the assignment that follows a dissatisfied follow-up or a reopening, None where nobody had it."""
    to = department or standing.department
    if to is None:
        return None
    return {"department": to, "owner": owner or (standing.owner if to == standing.department else None)}
