"""What the policy asks of an action before it is written (design §3, §6)."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cmplt.domain import approvals, instants
from cmplt.domain.complaint import AMENDABLE, Event, Facts, Misread
from cmplt.domain.draft import Draft, Entry, Identity
from cmplt.domain.obligations import agreed
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.process import History
from cmplt.errors import (
    BadAmendment,
    BeforeReceipt,
    Early,
    InTheFuture,
    NoClosing,
    NoDepartment,
    NoMembers,
    NotAgreedYet,
    NothingRaised,
    NotInRole,
    NotThatRound,
    NoWaitingRole,
    OutOfScale,
    ProposalNeeded,
    Stands,
    TaskNotOpen,
    TaskOpen,
    Unapproved,
    UnknownQuestion,
)

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
    if rule is None:
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
        if isinstance(old, datetime):
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
    found = [key for key in policy.criteria_that_hold(facts) if key not in facts.criteria]
    if found:
        changes["criteria"] = {"from": history.now.facts.value("criteria"), "to": [*facts.criteria, *found]}
        facts = facts.with_value("criteria", changes["criteria"]["to"])
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


QUESTIONS: Mapping[str, tuple[Question, ...]] = {
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
