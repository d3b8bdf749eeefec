"""Judges a new entry to a measure before it is written: its instant, the process, and what the policy asks."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from cmplt.domain import instants
from cmplt.domain.capa import OBLIGATION, PROCESS, Undertaking, advance, next_actions, undertaking
from cmplt.domain.complaint import Event, Misread
from cmplt.domain.draft import Draft, Entry
from cmplt.domain.entry import clocked, headed, in_time, recorded
from cmplt.domain.measure import AMENDABLE, KINDS, Measure
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.questions import day_of, of_role
from cmplt.errors import (
    BadMeasureAmendment,
    MakesVoid,
    NoMeasureRole,
    NoSuchKind,
    NotAllowed,
    NotYet,
    OnlyIdentity,
    SameDepartment,
    SamePerson,
    Stands,
)

Question = Callable[[Undertaking, Event, Draft, Entry, Policy], Mapping[str, Any]]


def enter(measure: Measure, draft: Draft, entry: Entry, policy: Policy) -> Measure:
    """The measure with the drafted event behind the others.

    Raises a Refused of the kind that applies when the process or the policy does not allow it, or when it would
    make a later event void (design §2, §6).
    """
    if policy.own_entries and entry.by != entry.identity.name:
        raise OnlyIdentity(action=draft.action, identity=entry.identity.name)
    last = max((event.at for event in measure.events), default=entry.at or entry.now)
    at = clocked(measure.id, last, entry, policy)
    before = undertaking(measure, as_of=at)
    fields = {**draft.fields, "reason": entry.reason}
    fields = {name: value for name, value in fields.items() if value not in (None, (), [], "")}
    event = Event(at=at, by=entry.by, action=draft.action, data=fields, recorded=recorded(entry, at))
    if advance(before.now, event) is None and draft.action != "amend":
        if before.now.status is None:
            raise NotYet(id=measure.id, at=instants.show(at, policy.zone))
        raise NotAllowed(
            id=measure.id, status=before.now.status, action=draft.action, waits="", next=next_actions(before.now.status)
        )
    known_names(fields, policy)
    for question in QUESTIONS.get(draft.action, ()):
        event = replace(event, data=question(before, event, draft, entry, policy))
    in_time(event, draft, entry, policy)
    event = replace(event, due={} if draft.due is None else {OBLIGATION: draft.due})
    return _admitted(measure, replace(event, data=_written(event, policy)))


def known_names(fields: Mapping[str, Any], policy: Policy) -> None:
    """Refuse names that the policy, or the program itself, does not know; raises UnknownName, Retired, NoSuchKind."""
    kind = fields.get("kind")
    if kind is not None and kind not in KINDS:
        raise NoSuchKind(name=kind, near=get_close_matches(kind, KINDS), names=list(KINDS))
    for name in ("category", "department"):
        if fields.get(name) is not None:
            policy.known(FIELDS[name], fields[name])


def rules(policy: Policy) -> Mapping[str, Any]:
    """What the policy says of measures: the role that approves, the department that verifies."""
    found: Mapping[str, Any] = policy.data.get("measures") or {}
    return found


def _by_role(before: Undertaking, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Mapping[str, Any]:
    role = rules(policy).get("approve")
    if role is None:
        raise NoMeasureRole()
    of_role(policy, [role], entry.identity, day_of(event, policy))
    return event.data


def _by_another(before: Undertaking, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Mapping[str, Any]:
    """Whoever carried a measure out does not judge it; the record says which department did (B21, D75)."""
    done = before.now.done
    if done is not None and _same(done.by, entry.by):
        raise SamePerson(id=before.id, name=done.by)
    department = event.get("department") or rules(policy).get("verify")
    if department == before.now.facts.department:
        raise SameDepartment(id=before.id, department=department)
    return {**event.data, **({"department": department} if department else {})}


def _same(one: str, other: str) -> bool:
    first, second = (unicodedata.normalize("NFKC", name).casefold().split() for name in (one, other))
    return first == second


def _changes(before: Undertaking, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Mapping[str, Any]:
    """Fill in `from`: the values as they stand now; refuse what is no fact, or changes nothing."""
    facts, changes = before.now.facts, {}
    for name, change in event.get("changes", {}).items():
        if name not in AMENDABLE:
            raise BadMeasureAmendment(id=before.id, fields=name, names=list(AMENDABLE))
        old, new = facts.value(name), change["to"]
        if old == new or (not old and not new):
            raise Stands(id=before.id, field=name)
        try:
            facts = facts.with_value(name, new)
        except Misread:
            raise BadMeasureAmendment(id=before.id, fields=name, names=list(AMENDABLE)) from None
        known_names({name: new}, policy)
        changes[name] = {"from": old, "to": new}
    return {**event.data, "changes": changes}


QUESTIONS: Mapping[str, tuple[Question, ...]] = {
    "approve": (_by_role,),
    "decline": (_by_role,),
    "verify": (_by_another,),
    "amend": (_changes,),
}


def _written(event: Event, policy: Policy) -> dict[str, Any]:
    """The event as the file will have it: keys in the order of design §2, instants with the office's offset."""
    names = (*PROCESS[event.action].carries, "note", "reason")
    body = {name: event.data[name] for name in names if name in event.data}
    due = {name: instant.astimezone(policy.zone) for name, instant in event.due.items()}
    return {**headed(event, policy), **body, **({"due": due} if due else {})}


def _admitted(measure: Measure, event: Event) -> Measure:
    """The measure with `event`, unless that makes an event void that was not."""
    longer = measure.with_event(event)
    added = set(undertaking(longer).void) - set(undertaking(measure).void)
    if added:
        later = measure.events[min(added)]
        raise MakesVoid(id=measure.id, action=event.action, later=later.action, at=later.at.isoformat())
    return longer
