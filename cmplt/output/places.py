"""The places in a complaint's record that a form may name: a table from the name to what stands there."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from cmplt.domain.complaint import Event
from cmplt.domain.form import Vocabulary
from cmplt.domain.process import PROCESS, REGISTERED, REJECTED, STATUSES
from cmplt.i18n import N_, _
from cmplt.output import words
from cmplt.output.dossier import Dossier, Found, chosen, of_words, yes_or_no
from cmplt.output.placetables import EVENT_COLUMNS, TABLES, Row, tasks

Place = Callable[[Dossier], Found]


def _nature(dossier: Dossier) -> Found:
    """Valid, invalid, major (rows P12-P14): invalid is what was rejected, and only what is valid can be major."""
    now = dossier.case.history.now
    held = []
    if now.status == REJECTED:
        held = ["invalid"]
    elif dossier.facts.severity in dossier.policy.gravest_ones:
        held = ["valid", "major"]
    elif now.status != REGISTERED or now.round > 1:  # as long as nobody has it, nobody has judged it
        held = ["valid"]
    names = (("valid", N_("valid")), ("invalid", N_("invalid")), ("major", N_("major")))
    return chosen([(key, _(name)) for key, name in names], held)


def _head(dossier: Dossier) -> Found:
    entry = dossier.policy.data["departments"].get(dossier.case.history.now.department)
    return Found(str(entry.get("head", "")) if isinstance(entry, Mapping) else "")


def _fact(name: str, dossier: Dossier) -> Found:
    return Found(str(getattr(dossier.facts, name) or "").rstrip())


PLACES: Mapping[str, Place] = {
    "office": lambda dossier: Found(dossier.spoken(dossier.policy.office)),
    "as_of": lambda dossier: Found(dossier.when(dossier.now)),
    **{name: partial(_fact, name) for name in ("id", "external_id", "subject", "description", "occurred", "place")},
    "related": lambda dossier: Found(words.listed(dossier.facts.related)),
    "received": lambda dossier: Found(dossier.when(dossier.facts.received)),
    "received_by": lambda dossier: dossier.names("departments", [dossier.facts.received_by or dossier.policy.intake]),
    "kind": lambda dossier: dossier.names("kinds", [dossier.facts.kind or dossier.policy.first_kind]),
    "channel": lambda dossier: dossier.names("channels", [dossier.facts.channel]),
    "category": lambda dossier: dossier.names("categories", [dossier.facts.category]),
    "severity": lambda dossier: dossier.names("severities", [dossier.facts.severity]),
    "criteria": lambda dossier: dossier.names("criteria", dossier.facts.criteria),
    "urgent": lambda dossier: yes_or_no(dossier.facts.urgent),
    "nature": _nature,
    "status": lambda dossier: of_words(STATUSES, dossier.case.history.now.status),
    "round": lambda dossier: Found(str(dossier.case.history.now.round)),
    "department": lambda dossier: dossier.names("departments", [dossier.case.history.now.department]),
    "head": _head,
    "owner": lambda dossier: Found(dossier.case.history.now.owner or ""),
}


# --- places whose end is a name of the office's own, or of the process ------------------------------------------


def _customer(dossier: Dossier, key: str) -> Found:
    return Found(str(dossier.facts.customer.get(key) or ""))


def _detail(dossier: Dossier, key: str) -> Found:
    """What the office asks for besides: yes or no, a choice, or text, as its own schema has it."""
    value, schema = dossier.facts.details.get(key), _properties(dossier).get(key, {})
    if schema.get("type") == "boolean" or isinstance(value, bool):
        return yes_or_no(value)
    items = schema.get("items")
    options = schema.get("enum") or (items.get("enum") if isinstance(items, Mapping) else None) or ()
    values = [str(each) for each in (value if isinstance(value, list) else [] if value is None else [value])]
    found = chosen([(str(each), str(each)) for each in options], values)
    return found if options else Found(found.text)


def _properties(dossier: Dossier) -> Mapping[str, Mapping[str, Any]]:
    found: Any = dossier.policy.data.get("details", {}).get("properties", {})
    return {key: schema for key, schema in found.items() if isinstance(schema, Mapping)}


def _titled(dossier: Dossier, key: str) -> str:
    """What a detail is called: its title, which is in the office's language; in another its description may serve."""
    schema = _properties(dossier).get(key, {})
    foreign = schema.get("description") if dossier.language != dossier.policy.language else None
    return str(foreign or schema.get("title") or key)


def _due(dossier: Dossier, name: str) -> Found:
    found = [each for each in dossier.case.obligations if each.name == name]
    return Found(dossier.when(found[-1].due) if found else "")


def _task(dossier: Dossier, name: str) -> Found:
    task, _dot, field = name.rpartition(".")
    rows = [row for row in tasks(dossier) if row["task"] == task]
    return Found(rows[-1].get(field, "") if rows else "")


FAMILIES: Mapping[str, Callable[[Dossier, str], Found]] = {
    "customer": _customer,
    "details": _detail,
    "due": _due,
    "task": _task,
}
EVENTS: Mapping[str, Callable[[Dossier, str], Event | None]] = {"first": Dossier.first, "last": Dossier.last}


# --- rows for everything at a place -----------------------------------------------------------------------------


def _details(dossier: Dossier) -> list[tuple[str, str, Found]]:
    """Everything the office asks for, and what was recorded besides."""
    keys = dict.fromkeys((*_properties(dossier), *dossier.facts.details))
    return [(key, _titled(dossier, key), _detail(dossier, key)) for key in keys]


def _customers(dossier: Dossier) -> list[tuple[str, str, Found]]:
    """What is known of the customer besides name and contact."""
    return [(key, key, _customer(dossier, key)) for key in dossier.facts.customer if key not in ("name", "contact")]


def _questions(dossier: Dossier) -> list[tuple[str, str, Found]]:
    """What is asked at the follow-up, with the last answer."""
    followup = dossier.last("followup")
    answers: Mapping[str, int] = followup.get("answers", {}) if followup else {}
    keys = dict.fromkeys((*dossier.policy.offered("questions"), *answers))
    return [(key, dossier.label("questions", key), dossier.rated(answers.get(key))) for key in keys]


EACH: Mapping[str, Callable[[Dossier], list[tuple[str, str, Found]]]] = {
    "details": _details,
    "customer": _customers,
    "questions": _questions,
}


def vocabulary() -> Vocabulary:
    """All that a form of a complaint may name."""
    fields = {name: ("at", "by", "note", "reason", *PROCESS[name].carries) for name in PROCESS}
    of_events = [
        f"{end}.{action}.{name}"
        for end in EVENTS
        for action, names in fields.items()
        for name in names
        if name != "changes"
    ]
    return Vocabulary(
        values=frozenset((*PLACES, "customer.name", "customer.contact", *of_events)),
        each=frozenset(EACH),
        tables={name: columns for name, (_rows, columns) in TABLES.items()} | {"events": EVENT_COLUMNS},
        actions=frozenset(PROCESS),
        open=tuple(f"{family}." for family in FAMILIES),
    )


def value(dossier: Dossier, place: str) -> Found:
    """What stands at a place of the vocabulary."""
    if place in PLACES:
        return PLACES[place](dossier)
    family, _dot, name = place.partition(".")
    if family in EVENTS:
        action, _dot, field = name.partition(".")
        return dossier.field(EVENTS[family](dossier, action), field)
    return FAMILIES[family](dossier, name)


def rows(dossier: Dossier, table: str, actions: Sequence[str]) -> Sequence[Row]:
    """The rows of a table; of events those of some actions, or all."""
    if table == "events":
        return [dossier.event(each) for each in dossier.events if not actions or each.action in actions]
    return TABLES[table][0](dossier)
