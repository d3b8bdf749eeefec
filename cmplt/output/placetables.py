"""The tables of a complaint's record that a form may show: rows under columns, every cell in words."""

from collections.abc import Callable, Mapping, Sequence

from cmplt.domain.approvals import missing
from cmplt.domain.capa import Undertaking
from cmplt.domain.obligations import TASK, Obligation
from cmplt.output import words
from cmplt.output.dossier import FIELDS_OF_EVENTS, Dossier, yes_or_no

Row = Mapping[str, str]


def _obligations(dossier: Dossier) -> Sequence[Row]:
    return [_obligation(dossier, each) for each in dossier.case.obligations]


def _obligation(dossier: Dossier, each: Obligation) -> Row:
    label = dossier.label("deadlines", each.name)
    return {
        "name": label if label != each.name else words.obligation(each.name),
        "owed_by": dossier.label("departments", each.owed_by),
        **{name: dossier.when(getattr(each, name)) for name in ("opened", "opens", "due", "met")},
        "state": words.word(each.state(dossier.now)),
    }


def tasks(dossier: Dossier) -> list[Row]:
    """Every task with what was written when it was done."""
    owed = [each for each in dossier.case.obligations if each.name.startswith(TASK)]
    rows: list[dict[str, str]] = []
    for event in dossier.events:
        task = event.get("task")
        if event.action == "task":
            due = [each.due for each in owed if each.name == f"{TASK}{task}" and each.opened == event.at]
            department = dossier.label("departments", event.get("department"))
            rows.append(
                {
                    "task": task,
                    "title": dossier.spoken(event.get("title")) or task,
                    "department": department,
                    "opened": dossier.when(event.at),
                    "due": dossier.when(due[0] if due else None),
                    **dict.fromkeys(("done", "by", "note"), ""),
                }
            )
        elif event.action == "done":
            for row in rows:
                if row["task"] == task and not row["done"]:
                    row |= {"done": dossier.when(event.at), "by": event.by, "note": event.get("note", "")}
    return list(rows)


def _approvals(dossier: Dossier) -> list[Row]:
    """Who approved or declined what, when, and whose approval is still waited for."""
    given = [
        {
            "role": dossier.label("roles", event.get("role")),
            "decision": words.word(event.action),
            "by": event.by,
            "at": dossier.when(event.at),
            "note": event.get("note", ""),
        }
        for event in dossier.events
        if event.action in ("approve", "decline")
    ]
    waiting = missing(dossier.case.history, dossier.policy)
    return [*given, *({"role": dossier.label("roles", role)} for role in waiting)]


def _attachments(dossier: Dossier) -> list[Row]:
    return [
        {
            "path": str(file.get("path", "")),
            "name": str(file.get("path", "")).rpartition("/")[2],
            "kind": dossier.label("attachments", file.get("kind")),
            "size": str(file.get("size", "")),
            "sha256": str(file.get("sha256", "")),
            "by": event.by,
            "at": dossier.when(event.at),
        }
        for event in dossier.events
        if event.action == "attach"
        for file in event.get("files", ())
    ]


def _measures(dossier: Dossier) -> list[Row]:
    """The measures that came of the complaint, as they stand."""
    return [_measure(dossier, each) for each in dossier.measures]


def _measure(dossier: Dossier, each: Undertaking) -> Row:
    facts, events = each.now.facts, [step.event for step in each.steps if not step.void]
    done = next((event for event in reversed(events) if event.action == "done"), None)
    verified = next((event for event in reversed(events) if event.action == "verify"), None)
    return {
        "id": each.id,
        "kind": words.word(facts.kind),
        "title": facts.title,
        "description": facts.description or "",
        "department": dossier.label("departments", facts.department),
        "owner": facts.owner or "",
        "due": dossier.when(each.obligations[-1].due if each.obligations else None),
        "status": words.word(each.status),
        "done": dossier.when(done.at if done else None),
        "effective": yes_or_no(verified.get("effective") if verified else None).text,
        "verified": dossier.when(verified.at if verified else None),
        "verified_by": verified.by if verified else "",
        "note": "\n".join(str(event.get("note")) for event in (done, verified) if event and event.get("note")),
    }


# Rows, and the columns that they have.
TABLES: Mapping[str, tuple[Callable[[Dossier], Sequence[Row]], tuple[str, ...]]] = {
    "obligations": (_obligations, ("name", "owed_by", "opened", "opens", "due", "met", "state")),
    "tasks": (tasks, ("task", "title", "department", "opened", "due", "done", "by", "note")),
    "approvals": (_approvals, ("role", "decision", "by", "at", "note")),
    "attachments": (_attachments, ("path", "name", "kind", "size", "sha256", "by", "at")),
    "measures": (
        _measures,
        (
            "id",
            "kind",
            "title",
            "description",
            "department",
            "owner",
            "due",
            "status",
            "done",
            "effective",
            "verified",
            "verified_by",
            "note",
        ),
    ),
}
EVENT_COLUMNS = ("at", "recorded", "by", "action", "text", *FIELDS_OF_EVENTS)
