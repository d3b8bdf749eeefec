"""The shipped JSON Schemas, with the branches of events in a table: no event tries one after the other."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

KEYWORD = "by-action"


def schema(name: str) -> Any:
    """A schema by its name, `complaint`; what were branches, each the else of another, is a keyword of our own."""
    found = json.loads(files("cmplt.schemas").joinpath(f"{name}.schema.json").read_text(encoding="utf-8"))
    parts = found.get("$defs", {})
    event, branches = parts.get("event", {}), dict[str, Any]()
    branch = event.pop("then", None)
    while branch:
        part = parts[branch["$ref"].rpartition("/")[2]]
        branches[part["if"]["properties"]["action"]["const"]] = part["then"]
        branch = part.get("else")
    if branches:
        del event["if"]  # it asks for an action, nothing else
        event[KEYWORD] = branches
    return found


def by_action(validator: Any, branches: Mapping[str, Any], event: Any, schema: Any) -> Iterator[Any]:
    """What the keyword means: the branch of an event's action holds, where there is one."""
    action = event.get("action") if isinstance(event, dict) else None
    if isinstance(action, str) and action in branches:
        yield from validator.descend(event, branches[action], schema_path=action)
