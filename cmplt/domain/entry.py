"""Judges a new entry before it is written: its instant, the process, the policy; and works out what it opens."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from cmplt.domain import approvals, instants
from cmplt.domain.calendar import Calendar
from cmplt.domain.complaint import AMENDABLE, Complaint, Event, Facts, Misread
from cmplt.domain.deadlines import Opened, opened_by
from cmplt.domain.obligations import RESOLUTION, TASK, agreed, obligations
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.process import PROCESS, History, Standing, Step, advance, fold, hands_over, next_actions
from cmplt.errors import (
    BadAmendment,
    BeforeReceipt,
    ClocksDiffer,
    DueBefore,
    Early,
    InTheFuture,
    LateEntry,
    MakesVoid,
    NoClosing,
    NoDepartment,
    NoMembers,
    NotAgreedYet,
    NotAllowed,
    NothingRaised,
    NotInRole,
    NotThatRound,
    NotYet,
    NoWaitingRole,
    OutOfScale,
    ProposalNeeded,
    Stands,
    TaskNotOpen,
    TaskOpen,
    Unapproved,
    UnknownQuestion,
)

CLOCK_DIFFERENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who git says is at the keyboard."""

    name: str
    email: str

    def among(self, members: Collection[str]) -> bool:
        return self.name in members or self.email in members


@dataclass(frozen=True, slots=True)
class Draft:
    """An event as a person asks for it: its action, its own fields, and a due instant given by hand."""

    action: str
    fields: Mapping[str, Any] = field(default_factory=dict)
    due: datetime | None = None
    early: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """Who enters what, and when: what the drafts of one command have in common."""

    now: datetime  # this machine's clock, whole seconds
    by: str
    identity: Identity
    at: datetime | None = None
    reason: str | None = None  # a late entry's; both events of a pair carry it


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
    for question in _QUESTIONS.get(draft.action, ()):
        fields = question(history, event, draft, entry, policy) or fields
        event = replace(event, data=fields)
    after = advance(standing, event)
    if after is None:
        raise BadAmendment(id=history.complaint.id, fields=", ".join(fields.get("changes", ())))
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
        later = complaint.events[min(added)] if min(added) < len(complaint.events) else event
        raise MakesVoid(id=complaint.id, action=event.action, later=later.action, at=later.at.isoformat())
    return longer


def _known_names(fields: Mapping[str, Any], policy: Policy) -> None:
    for name, table in FIELDS.items():
        value = fields.get(name)
        for key in value if isinstance(value, list | tuple) else [value] if value is not None else []:
            policy.known(table, key)


# What the policy asks of an action before it is written: each question refuses, or returns the fields with
# the defaults written out, or None where it changes nothing.
Fields = dict[str, Any] | None
Question = Callable[[History, Event, Draft, Entry, Policy], Fields]


def _of_role(policy: Policy, role: str, identity: Identity) -> None:
    members = policy.members(role)
    if not members:
        raise NoMembers(role=role)
    if not identity.among(members):
        raise NotInRole(role=role, identity=identity.name, members=list(members))


def _by_role(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    role = event.get("role")
    if role is None:
        waiting = approvals.missing(history, policy)
        role = next((each for each in waiting if entry.identity.among(policy.members(each))), None)
        for each in waiting if role is None else ():
            if not policy.members(each):
                raise NoMembers(role=each)
        if role is None:
            raise NoWaitingRole(id=history.complaint.id, identity=entry.identity.name, roles=waiting)
    policy.known("roles", role)
    _of_role(policy, role, entry.identity)
    return {**event.data, "role": role}


def _raises(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    now = history.now.facts
    asked = event.get("severity")
    standing = now.severity + (", urgent" if now.urgent else "")
    if asked is not None and policy.rank(asked) < policy.rank(now.severity):
        raise NothingRaised(id=history.complaint.id, standing=standing)
    implied = [policy.severity_of_criterion(criterion) for criterion in event.keys("criterion")]
    severity = policy.gravest(asked, now.severity, *implied)
    new_criteria = [key for key in event.keys("criterion") if key not in now.criteria]
    urgent = event.get("urgent") and not now.urgent
    if not (severity != now.severity or new_criteria or urgent or event.get("to")):
        raise NothingRaised(id=history.complaint.id, standing=standing)
    return {**event.data, "severity": severity}


def _agreement(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    given, received, zone = agreed(event), history.now.facts.received, policy.zone
    if given > event.at:
        raise NotAgreedYet(agreed=instants.show(given, zone), at=instants.show(event.at, zone))
    if given < received:
        shown = instants.show(received, zone)
        raise BeforeReceipt(at=instants.show(given, zone), received=shown, id=history.complaint.id)
    return {**event.data, "agreed": instants.show(given, zone)}


def _approved(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    standing = history.now
    needed = approvals.needed(standing, policy)
    if needed and not standing.waiting:
        raise ProposalNeeded(id=history.complaint.id, roles=needed)
    waiting = approvals.missing(history, policy)
    if waiting:
        raise Unapproved(id=history.complaint.id, roles=waiting)
    return None


def _in_window(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    window = history.now.window
    if window and history.now.early(event) and not draft.early:
        raise Early(id=history.complaint.id, opens=instants.show(window, policy.zone))
    return None


def _answers(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    scale = policy.followup.get("scale", 5)
    rating = event.get("rating")
    if rating is not None and not 1 <= rating <= scale:
        raise OutOfScale(name="rating", value=rating, scale=scale)
    questions = policy.followup.get("questions", {})
    for question, answer in event.get("answers", {}).items():
        if question not in questions:
            raise UnknownQuestion(name=question, names=list(questions))
        if not 1 <= answer <= 5:
            raise OutOfScale(name=question, value=answer, scale=5)
    return None


def _unreconciled(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    rule = policy.unreconciled
    if rule is None or "role" not in rule:
        raise NoClosing()
    _of_role(policy, rule["role"], entry.identity)
    rounds = rule.get("after_rounds", 1)
    if history.now.round < rounds:
        raise NotThatRound(id=history.complaint.id, round=history.now.round, rounds=rounds)
    recourse = event.get("recourse") or _spoken(rule.get("recourse"), policy.language)
    return {**event.data, "recourse": recourse} if recourse else None


def _spoken(label: Any, language: str) -> str | None:
    if isinstance(label, Mapping):
        return label.get(language) or next(iter(label.values()), None)
    return label if isinstance(label, str) else None


def _may_adjust(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    roles = policy.scoring.adjust
    if roles and not any(entry.identity.among(policy.members(role)) for role in roles):
        members = [member for role in roles for member in policy.members(role)]
        if not members:
            raise NoMembers(role=roles[0])
        raise NotInRole(role=", ".join(roles), identity=entry.identity.name, members=members)
    return None


def _with_department(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    department = event.get("department") or history.now.department
    if department is None:
        raise NoDepartment(id=history.complaint.id)
    return {**event.data, "department": department}


def _task(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    task = event.get("task")
    if task in history.now.tasks:
        raise TaskOpen(id=history.complaint.id, task=task)
    department = event.get("department") or history.now.department or policy.intake
    return {**event.data, "title": event.get("title") or task, "department": department}


def _task_open(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    if event.get("task") not in history.now.tasks:
        raise TaskNotOpen(id=history.complaint.id, task=event.get("task"), tasks=list(history.now.tasks))
    return None


def _changes(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    """Fill in `from`: the values as they stand now; refuse what is no fact, or changes nothing."""
    facts = history.now.facts
    changes = {}
    for name, change in event.get("changes", {}).items():
        block, _, key = name.partition(".")
        dotted = block in ("customer", "details")
        if block not in AMENDABLE or dotted != bool(key):
            raise BadAmendment(id=history.complaint.id, fields=name)
        old = facts.value(name)
        new = change["to"]
        if name in ("received", "occurred") and isinstance(old, datetime):
            old = instants.show(old, policy.zone)
        if old == new:
            raise Stands(id=history.complaint.id, field=name)
        try:
            facts = facts.with_value(name, new)
        except Misread:
            raise BadAmendment(id=history.complaint.id, fields=name) from None
        if facts.received > event.at:
            raise InTheFuture(at=instants.show(facts.received, policy.zone), now=instants.show(event.at, policy.zone))
        for value in new if isinstance(new, list) else [new] if new is not None else []:
            if name in FIELDS:
                policy.known(FIELDS[name], value)
        changes[name] = {"from": old, "to": new}
    graver = _implied(facts, changes, policy)
    if graver != facts.severity and "severity" not in changes:
        changes["severity"] = {"from": facts.severity, "to": graver}
    return {**event.data, "changes": changes}


def _implied(facts: Facts, changes: Mapping[str, Any], policy: Policy) -> str:
    """The severity with what an amended channel or amended criteria imply (design §6)."""
    implied = [policy.severity_of_channel(facts.channel)] if "channel" in changes else []
    if "criteria" in changes:
        implied += [policy.severity_of_criterion(each) for each in facts.criteria]
    return policy.gravest(facts.severity, *implied)


_QUESTIONS: Mapping[str, tuple[Question, ...]] = {
    "approve": (_by_role,),
    "decline": (_by_role,),
    "escalate": (_raises,),
    "resolve": (_agreement, _approved),
    "followup": (_in_window, _answers),
    "close": (_unreconciled,),
    "amend": (_changes,),
    "adjust": (_may_adjust, _with_department),
    "task": (_task,),
    "done": (_task_open,),
}


def handed_back(standing: Standing, *, department: str | None, owner: str | None) -> dict[str, Any] | None:
    """The fields of the assignment that follows a dissatisfied follow-up or a reopening, None where nobody had it."""
    to = department or standing.department
    if to is None:
        return None
    return {"department": to, "owner": owner or (standing.owner if to == standing.department else None)}


def changes_hands(standing: Standing, department: str) -> bool:
    return hands_over(standing, Event(standing.facts.received, "", "assign", {"department": department}))
