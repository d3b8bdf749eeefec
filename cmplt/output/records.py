"""Complaints and what is owed as records: the fields of design §7, and which of them a table shows."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from cmplt.domain import instants
from cmplt.domain.calendar import Calendar
from cmplt.domain.capa import Undertaking
from cmplt.domain.cases import Case, Course
from cmplt.domain.obligations import Obligation
from cmplt.domain.personal import personal
from cmplt.domain.policy import Policy
from cmplt.errors import Problem
from cmplt.i18n import N_
from cmplt.output import masking, messages

OVERDUE = {
    "id": N_("id"),
    "subject": N_("subject"),
    "status": N_("status"),
    "severity": N_("severity"),
    "urgent": N_("urgent"),
    "department": None,
    "owner": N_("owner"),
    "obligation": N_("owes"),
    "owed_by": N_("owed by"),
    "opened": None,
    "due": N_("due"),
    "overdue_seconds": N_("late by"),
}
LINE = {
    "id": N_("id"),
    "status": N_("status"),
    "severity": N_("severity"),
    "urgent": N_("urgent"),
    "department": N_("department"),
    "owner": N_("owner"),
    "channel": None,
    "category": N_("category"),
    "subject": N_("subject"),
    "received": None,
    "due": N_("next due"),
}
WHOLE = dict.fromkeys(
    (
        "id",
        "status",
        "round",
        "kind",
        "severity",
        "criteria",
        "urgent",
        "department",
        "owner",
        "channel",
        "category",
        "subject",
        "description",
        "received",
        "received_by",
        "details",
        "customer",
        "obligations",
        "events",
        "void",
    )
)
COMMIT = {
    "id": None,
    "at": N_("committed"),
    "author": N_("author"),
    "email": None,
    "actions": None,
    "subject": N_("subject"),
    "commit": N_("commit"),
}
DAY = {
    "date": N_("date"),
    "weekday": N_("weekday"),
    "hours": N_("working hours"),
    "why": N_("why"),
    "name": N_("name"),
    "provisional": N_("provisional"),
}
PROBLEM = {
    "path": N_("file"),
    "line": N_("line"),
    "column": N_("column"),
    "level": N_("level"),
    "sentence": N_("problem"),
    "rule": N_("rule"),
}


def overdue(
    found: Sequence[Course | Undertaking], policy: Policy, *, now: datetime, until: datetime, department: str | None
) -> list[dict[str, Any]]:
    """What is past its due instant at `now`, or falls due up to `until`; by due, then id."""
    rows = []
    for case in found:
        for each in case.obligations:
            past = each.state(now) == "overdue"
            soon = each.state(now) == "open" and now < until and each.due <= until
            if not (past or soon) or (department and each.owed_by != department):
                continue
            row = {
                "id": case.id,
                "subject": case.subject,
                "status": case.status,
                "severity": case.severity,
                "urgent": case.urgent,
                "department": case.department,
                "owner": case.owner,
                "obligation": each.name,
                "owed_by": each.owed_by,
                "opened": instants.show(each.opened, policy.zone),
                "due": instants.show(each.due, policy.zone),
                "overdue_seconds": int((now - each.due).total_seconds()),
            }
            rows.append((each.due, case.id, each.name, row))
    return [row for _, _, _, row in sorted(rows, key=lambda item: item[:3])]


def line(case: Case, policy: Policy) -> dict[str, Any]:
    """A complaint in one line: `list`."""
    now = case.history.now
    dues = [each.due for each in case.obligations if each.stands]
    return {
        "id": case.id,
        "status": now.status,
        "severity": now.facts.severity,
        "urgent": now.facts.urgent,
        "department": now.department,
        "owner": now.owner,
        "channel": now.facts.channel,
        "category": now.facts.category,
        "subject": now.facts.subject,
        "received": instants.show(now.facts.received, policy.zone),
        "due": instants.show(min(dues), policy.zone) if dues else None,
    }


def whole(case: Case, policy: Policy, *, now: datetime, reveal: bool) -> dict[str, Any]:
    """A complaint whole: `show`. Personal data is masked, also in amendments, unless it is to be revealed."""
    hidden = () if reveal else personal(policy)
    standing, facts = case.history.now, case.history.now.facts
    seen = sorted(case.history.steps, key=lambda step: step.position)
    void = {step.position for step in seen if step.void}
    return {
        "id": case.id,
        "status": standing.status,
        "round": standing.round,
        "kind": facts.kind or policy.first_kind,
        "severity": facts.severity,
        "criteria": list(facts.criteria),
        "urgent": facts.urgent,
        "department": standing.department,
        "owner": standing.owner,
        "channel": facts.channel,
        "category": facts.category,
        "subject": facts.subject,
        "description": facts.description,
        "received": instants.show(facts.received, policy.zone),
        "received_by": facts.received_by or policy.intake,
        "details": masking.block("details", facts.details, hidden),
        "customer": masking.block("customer", facts.customer, hidden),
        "obligations": [obligation(each, policy, now=now) for each in case.obligations],
        "events": [masking.event(step.event.data, hidden) for step in seen],
        "void": [index for index, step in enumerate(seen) if step.position in void],
    }


def obligation(each: Obligation, policy: Policy, *, now: datetime) -> dict[str, Any]:
    """What is owed, as `show` has it."""
    return {
        "name": each.name,
        "owed_by": each.owed_by,
        "opened": instants.show(each.opened, policy.zone),
        "opens": instants.show(each.opens, policy.zone) if each.opens else None,
        "due": instants.show(each.due, policy.zone),
        "met": instants.show(each.met, policy.zone) if each.met else None,
        "state": each.state(now),
    }


def commit(complaint_id: str, found: Any, policy: Policy) -> dict[str, Any]:
    return {
        "id": complaint_id,
        "at": instants.show(found.at, policy.zone),
        "author": found.author,
        "email": found.email,
        "actions": ", ".join(found.actions),
        "subject": found.subject,
        "commit": found.commit,
    }


def days(month: str, calendar: Calendar) -> list[dict[str, Any]]:
    """Every day of a month as the deadlines see it."""
    rows = []
    day = date(int(month[:4]), int(month[5:]), 1)
    while f"{day:%Y-%m}" == month:
        found = calendar.day(day)
        spans = [f"{clock(start)}-{clock(end)}" for start, end in found.spans]
        rows.append(
            {
                "date": day.isoformat(),
                "weekday": f"{day:%a}".lower(),
                "hours": " ".join(spans),
                "why": found.why if found.works or found.why != "weekday" else "closed",
                "name": found.name,
                "provisional": found.provisional,
            }
        )
        day += timedelta(days=1)
    return rows


def clock(minutes: int) -> str:
    """Minutes after midnight as HH:MM."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def problem(found: Problem) -> dict[str, Any]:
    return {
        "path": found.path,
        "line": found.line,
        "column": found.column,
        "level": found.level,
        "sentence": messages.sentence(found),
        "rule": found.rule,
    }
