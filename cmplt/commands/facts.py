"""Facts from the command line and from files, as the complaint's file holds them."""

import re
from collections.abc import Mapping
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
    schema = app.policy.data.get("details", {}).get("properties", {}).get(name, {})
    kind = schema.get("type", "string") if isinstance(schema, Mapping) else "string"
    if kind == "array":
        return [part.strip() for part in text.split(",")]
    if kind == "boolean":
        return truth(f"details.{name}", text)
    if kind in ("integer", "number"):
        try:
            return int(text) if kind == "integer" else float(text)
        except ValueError:
            shown = "…" if covered(f"details.{name}", personal(app.policy)) else text
            raise BadValue(place=f"details.{name}", problem=(N_("'{text}' is not a number"), {"text": shown})) from None
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
