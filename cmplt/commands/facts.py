"""Facts from the command line and from files, as the complaint's file holds them."""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from cmplt.app import App
from cmplt.domain.personal import covered, personal
from cmplt.errors import BadValue
from cmplt.i18n import N_

_TRUTH = {"true": True, "yes": True, "是": True, "false": False, "no": False, "否": False}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# The order in which a new file has its facts (design §2).
ORDER = (
    "received",
    "received_by",
    "channel",
    "kind",
    "customer",
    "category",
    "severity",
    "criteria",
    "urgent",
    "subject",
    "description",
    "occurred",
    "place",
    "external_id",
    "related",
    "details",
    "imported",
)


def fact(app: App, name: str, text: str) -> Any:
    """The value that `NAME=TEXT` gives a fact; an empty text takes it away."""
    if not text:
        return None
    if name in ("urgent", "imported"):
        return truth(name, text)
    if name == "criteria":
        return [part.strip() for part in text.split(",")]
    if name == "related":
        return [app.book.find(part).stem for part in text.split(",")]
    if name == "received" or (name == "occurred" and not _DATE.fullmatch(text)):
        instant = app.time(text)
        return app.show(instant) if instant else None
    if name.startswith("details."):
        return detail(app, name.removeprefix("details."), text)
    return text


def detail(app: App, name: str, text: str) -> Any:
    """A detail's value, of the type that the policy's schema for `details` gives it; else text."""
    place = f"details.{name}"
    schema = app.policy.data.get("details", {}).get("properties", {}).get(name, {})
    shown = "…" if covered(place, personal(app.policy)) else text
    return _typed(place, schema, text, shown)


def _typed(place: str, schema: Any, text: str, shown: str) -> Any:
    """A text as the value that a schema asks for: one of its choices, a list, true or false, a number, else text."""
    asked = schema if isinstance(schema, Mapping) else {}
    choices = {str(choice): choice for choice in asked.get("enum", ())}
    kinds = asked.get("type", "string")
    kind = next((each for each in kinds if each != "null"), "string") if isinstance(kinds, list) else kinds
    if text in choices:
        return choices[text]
    if kind == "array":
        return [_typed(place, asked.get("items"), part.strip(), shown) for part in text.split(",")]
    if kind == "boolean":
        return truth(place, text)
    if kind in ("integer", "number"):
        try:
            number = int(text) if kind == "integer" else float(text)
            if not isfinite(number):
                raise ValueError(text)
        except (ValueError, OverflowError):
            raise BadValue(place=place, problem=(N_("'{text}' is not a number"), {"text": shown})) from None
        return number
    return text


def truth(name: str, text: str) -> bool:
    """`true` or `false`, as a person may say it."""
    found = _TRUTH.get(text.lower())
    if found is None:
        raise BadValue(place=name, problem=(N_("'{text}' is neither true nor false"), {"text": text}))
    return found


def in_order(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts in the order of design §2, without those that say nothing."""
    known = {name: facts[name] for name in ORDER if facts.get(name) is not None}
    return known | {name: value for name, value in facts.items() if name not in ORDER}
