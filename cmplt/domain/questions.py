"""What the policy asks of an action before it is written (design §3, §6)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from cmplt.domain import amendments, approvals, closing, instants
from cmplt.domain.complaint import Event
from cmplt.domain.draft import Draft, Entry, Identity
from cmplt.domain.obligations import agreed
from cmplt.domain.policy import Policy
from cmplt.domain.process import History
from cmplt.domain.rules import spoken
from cmplt.errors import (
    BeforeReceipt,
    Early,
    Lacking,
    NoClosing,
    NoDepartment,
    NoMembers,
    NotAgreedYet,
    NothingRaised,
    NotInRole,
    NotThatRound,
    NotThatWay,
    NoWaitingRole,
    OutOfScale,
    ProposalNeeded,
    TaskNotOpen,
    TaskOpen,
    Unapproved,
    UnknownQuestion,
)

# What the policy asks of an action before it is written: each question refuses, or returns the fields with
# the defaults written out, or None where it changes nothing.
Fields = dict[str, Any] | None
Question = Callable[[History, Event, Draft, Entry, Policy], Fields]


def day_of(event: Event, policy: Policy) -> date:
    """The day of an event, on which somebody may stand in for a role."""
    return event.at.astimezone(policy.zone).date()


def of_role(policy: Policy, roles: Sequence[str], identity: Identity, day: date) -> None:
    """Refuse whoever holds none of the roles on a day, himself or as a stand-in."""
    members = [member for role in roles for member in policy.members(role, on=day)]
    if not members:
        raise NoMembers(role=roles[0])
    if not identity.among(members):
        raise NotInRole(role=", ".join(roles), identity=identity.name, members=list(dict.fromkeys(members)))


def _by_role(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    role = event.get("role")
    if role is None:
        waiting, day = approvals.missing(history, policy), day_of(event, policy)
        role = next((each for each in waiting if entry.identity.among(policy.members(each, on=day))), None)
        for each in waiting if role is None else ():
            if not policy.members(each, on=day):
                raise NoMembers(role=each)
        if role is None:
            told = approvals.told(waiting, history.now, policy, day)
            raise NoWaitingRole(id=history.complaint.id, identity=entry.identity.name, roles=told)
    policy.known("roles", role)
    of_role(policy, [role], entry.identity, day_of(event, policy))
    return {**event.data, "role": role}


def _owner(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    """Who sees to it if nobody is named: whoever does in that department, or the one under the category's role."""
    standing, department = history.now, event.get("department")
    kept = standing.owner if department == standing.department else None
    owner = event.get("owner") or kept or policy.routed_owner(standing.facts, department)
    return {**event.data, "owner": owner} if owner else None


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
        raise ProposalNeeded(
            id=history.complaint.id, roles=approvals.told(needed, standing, policy, day_of(event, policy))
        )
    waiting = approvals.missing(history, policy)
    if waiting:
        raise Unapproved(
            id=history.complaint.id, roles=approvals.told(waiting, standing, policy, day_of(event, policy))
        )
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
    of_role(policy, [rule["role"]], entry.identity, day_of(event, policy))
    rounds = rule.get("after_rounds", 1)
    if history.now.round < rounds:
        raise NotThatRound(id=history.complaint.id, round=history.now.round, rounds=rounds)
    recourse = event.get("recourse") or spoken(rule.get("recourse", ""), policy.language)
    return {**event.data, "recourse": recourse} if recourse else None


def _complete(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    missing = closing.lacking(history.now, event, policy)
    if missing:
        raise Lacking(id=history.complaint.id, action=event.action, names=missing)
    return None


def _who(entry: Entry) -> Identity:
    """Who did it: the one at the keyboard, or somebody else for whom it is entered."""
    return entry.identity if entry.by == entry.identity.name else Identity(entry.by, entry.by)


def _as_ruled(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    """Who follows up, and how, by the severity; where there is one way, it is the default."""
    severity = history.now.facts.severity
    rule = policy.followup_rule(severity)
    if rule.roles:
        of_role(policy, rule.roles, _who(entry), day_of(event, policy))
    via = event.get("via") or (rule.via[0] if len(rule.via) == 1 else None)
    if rule.via and via not in rule.via:
        raise NotThatWay(severity=severity, via=via, ways=list(rule.via))
    return {**event.data, "via": via} if rule.via else None


def _may_adjust(history: History, event: Event, draft: Draft, entry: Entry, policy: Policy) -> Fields:
    roles = policy.scoring.adjust
    if roles:
        of_role(policy, roles, _who(entry), day_of(event, policy))
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


QUESTIONS: Mapping[str, tuple[Question, ...]] = {
    "assign": (_owner,),
    "approve": (_by_role,),
    "decline": (_by_role,),
    "escalate": (_raises,),
    "resolve": (_agreement, _approved, _complete),
    "followup": (_in_window, _as_ruled, _answers),
    "close": (_unreconciled, _complete),
    "amend": (amendments.changes,),
    "adjust": (_may_adjust, _with_department),
    "task": (_task,),
    "done": (_task_open,),
}
