"""Measures as records and as text: `measure list`, `measure show`, what is below a complaint and in a report."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cmplt.domain import instants
from cmplt.domain.capa import Undertaking, next_actions
from cmplt.domain.figures import Figures
from cmplt.domain.policy import Policy
from cmplt.i18n import N_, _
from cmplt.output import page, records
from cmplt.output.listing import as_table
from cmplt.output.messages import harmless
from cmplt.output.words import word

LINE = {
    "id": N_("id"),
    "kind": N_("kind"),
    "status": N_("status"),
    "department": N_("department"),
    "owner": N_("owner"),
    "category": N_("category"),
    "title": N_("title"),
    "complaints": None,
    "due": N_("due"),
}
WHOLE = dict.fromkeys(
    (
        *("id", "kind", "status", "title", "description", "complaints", "category", "department", "owner"),
        *("obligations", "events", "void"),
    )
)
# The rows of a report's measures.csv.
ROWS = (
    *("id", "kind", "status", "title", "category", "department", "owner", "complaints", "opened", "due", "met"),
    "overdue",
)


def line(found: Undertaking, policy: Policy) -> dict[str, Any]:
    """A measure in one line; `due` is what it owes now, passed or not, or null."""
    facts = found.now.facts
    return {
        "id": found.id,
        "kind": facts.kind,
        "status": found.status,
        "department": facts.department,
        "owner": facts.owner,
        "category": facts.category,
        "title": facts.title,
        "complaints": list(facts.complaints),
        "due": instants.show(found.owes.due, policy.zone) if found.owes else None,
    }


def whole(found: Undertaking, policy: Policy, *, now: datetime) -> dict[str, Any]:
    """A measure whole: facts as they stand, what it owed and owes, its events."""
    facts = found.now.facts
    seen = sorted(found.steps, key=lambda step: step.position)
    return {
        "id": found.id,
        "kind": facts.kind,
        "status": found.status,
        "title": facts.title,
        "description": facts.description or "",
        "complaints": list(facts.complaints),
        "category": facts.category,
        "department": facts.department,
        "owner": facts.owner,
        "obligations": [records.obligation(each, policy, now=now) for each in found.obligations],
        "events": [dict(step.event.data) for step in seen],
        "void": [index for index, step in enumerate(seen) if step.void],
    }


def measure(found: Undertaking, policy: Policy, *, now: datetime, language: str) -> str:
    """The page of a measure."""
    shown = whole(found, policy, now=now)
    parts = [_head(shown, policy, language), page.owed(shown, policy, language), page.events(shown, policy)]
    return harmless("\n\n".join(part for part in parts if part))


def _head(shown: dict[str, Any], policy: Policy, language: str) -> str:
    following = ", ".join(next_actions(shown["status"]))
    where = policy.label("departments", shown["department"], language)
    lines = {
        _("status"): word(shown["status"]) + (_("; next: {actions}").format(actions=following) if following else ""),
        _("kind"): word(shown["kind"]),
        _("with"): where + (f", {shown['owner']}" if shown["owner"] else ""),
        _("category"): policy.label("categories", shown["category"], language),
        _("complaints"): ", ".join(shown["complaints"]),
    }
    width = max(map(len, lines))
    body = [f"  {name:{width}}  {page.in_one_line(text)}" for name, text in lines.items() if text]
    story = [f"  {line}" for line in shown["description"].rstrip().splitlines()]
    title = page.in_one_line(f"{shown['id']}  {shown['title']}")
    return "\n".join([title, *body, *([""] if story else []), *story])


def of_complaint(found: Sequence[Undertaking], complaint_id: str, policy: Policy) -> str:
    """The measures that came from a complaint as a table; nothing where there are none."""
    rows = [
        {**line(each, policy), "kind": word(each.now.facts.kind), "status": word(each.status)}
        for each in found
        if complaint_id in each.now.facts.complaints
    ]
    titles = {"id": N_("measure"), **{name: LINE[name] for name in ("kind", "status", "title", "due")}}
    return as_table(rows, titles)


def of_report(found: Figures) -> dict[str, list[str]]:
    """The measures of a report's figures, by their ids."""
    names = ("opened", "done", "verified", "ineffective", "open")
    return {
        **{name: [each.id for each in getattr(found.measures, name)] for name in names},
        "overdue": [each.id for each in found.measures.open if found.measures.overdue(each)],
    }


def rows(found: Figures, policy: Policy) -> list[dict[str, Any]]:
    """A row for every measure that the period has to do with, as it stands at its end."""
    return [_of_period(each, found, policy) for each in found.measures.concerned]


def _of_period(each: Undertaking, found: Figures, policy: Policy) -> dict[str, Any]:
    facts, last = each.now.facts, each.obligations[-1] if each.obligations else None
    due, met = (last.due, last.met) if last else (None, None)
    return {
        "id": each.id,
        "kind": facts.kind,
        "status": each.status,
        "title": facts.title,
        "category": facts.category,
        "department": facts.department,
        "owner": facts.owner,
        "complaints": list(facts.complaints),
        "opened": instants.show(each.opened, policy.zone),
        "due": instants.show(due, policy.zone) if due else None,
        "met": instants.show(met, policy.zone) if met else None,
        "overdue": found.measures.overdue(each),
    }
