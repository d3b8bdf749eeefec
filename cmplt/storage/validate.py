"""What is wrong with a file's data: by the shipped JSON Schemas, and by what only the policy knows."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError, ValidationError
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from cmplt.domain import calendar
from cmplt.domain.policy import FIELDS, Policy
from cmplt.errors import CmpltError
from cmplt.i18n import N_, _
from cmplt.storage.official import official

Path = tuple[str | int, ...]
# Where in the data, the sentence with its fields, and the rule.
Finding = tuple[Path, str, dict[str, Any], str]


@cache
def _validator(name: str) -> Draft202012Validator:
    text = files("cmplt.schemas").joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    return Draft202012Validator(json.loads(text))


def complaint_findings(data: Any) -> list[Finding]:
    """Everything that breaks the complaint's schema."""
    return list(_findings(_validator("complaint"), data))


def policy_findings(data: Any) -> list[Finding]:
    """Everything that is wrong with a policy: by its schema, then by its own names, lengths and calendar."""
    found = list(_findings(_validator("policy"), data))
    by_schema = {path for path, *_ in found}
    try:
        for finding in _policy_beyond_schema(data):
            if finding[0] not in by_schema:
                found.append(finding)  # one by one: what is found before the rest cannot be looked at counts
    except (AttributeError, KeyError, TypeError, ValueError):
        if not by_schema:
            raise  # a policy of the right shape can be looked at whole
    return found


def details_findings(details: Any, policy: Policy) -> list[Finding]:
    """What breaks the policy's own schema for `details`."""
    schema = policy.data.get("details")
    if not schema:
        return []
    validator = Draft202012Validator(schema, registry=Registry())  # which fetches nothing
    return [(("details", *path), *rest) for path, *rest in _findings(validator, details or {})]  # type: ignore[misc]


def _findings(validator: Draft202012Validator, data: Any) -> Iterator[Finding]:
    seen = set()
    for error in sorted(validator.iter_errors(data), key=lambda e: [str(part) for part in e.absolute_path]):
        for path, sentence, fields in _said(error):
            if (path, sentence, str(fields)) not in seen:
                seen.add((path, sentence, str(fields)))
                yield path, sentence, fields, f"schema:{error.validator}"


_TYPES = {
    "object": N_("a mapping"),
    "array": N_("a list"),
    "string": N_("text"),
    "integer": N_("a whole number"),
    "number": N_("a number"),
    "boolean": N_("true or false"),
    "null": N_("nothing"),
}


def _said(error: ValidationError) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """One sentence a clerk understands for a schema's finding, at the place to be corrected."""
    path: Path = tuple(error.absolute_path)
    name, value = error.validator, error.instance
    wanted: Any = error.validator_value
    personal = any(str(step).startswith("customer") for step in path)  # which no message shows
    shown = "…" if personal else _short(value)
    if "propertyNames" in error.absolute_schema_path:
        yield (*path, str(value)), N_("'{name}' cannot be a name here"), {"name": value}
    elif name == "required" and isinstance(value, dict):
        for key in wanted:
            if key not in value:
                yield path, N_("{name} is missing"), {"name": key}
    elif name in ("additionalProperties", "unevaluatedProperties") and isinstance(value, dict):
        for key in _unknown(error, value):
            yield (*path, key), N_("the key '{name}' is not known here"), {"name": key}
    elif name == "type":
        kinds = [wanted] if isinstance(wanted, str) else list(wanted)
        yield (
            path,
            N_("{value} stands where {wanted} is expected"),
            {
                "value": shown,
                "wanted": " / ".join(_TYPES.get(kind, kind) for kind in kinds),
            },
        )
    elif name in ("enum", "const"):
        choices = wanted if name == "enum" else [wanted]
        yield (
            path,
            N_("{value} is none of {names}"),
            {
                "value": shown,
                "names": ", ".join(_short(each) for each in choices),
            },
        )
    elif name == "pattern":
        meaning = error.schema.get("description") or wanted if isinstance(error.schema, dict) else wanted
        yield (
            path,
            N_("{value} does not have the form asked for: {meaning}"),
            {
                "value": shown,
                "meaning": meaning,
            },
        )
    elif name in ("anyOf", "oneOf") and error.context:
        yield from _said(_closest(error))
    else:
        yield path, N_("{problem}"), {"problem": str(name) if personal else error.message[:300]}


def _unknown(error: ValidationError, value: Mapping[str, Any]) -> list[str]:
    """The keys that a schema does not know, as the message of the validator quotes them."""
    schema = error.schema if isinstance(error.schema, dict) else {}
    known = set(schema.get("properties", {}))
    if error.validator == "additionalProperties":
        return [key for key in value if key not in known]
    return [key for key in value if repr(key) in error.message]


def _closest(error: ValidationError) -> ValidationError:
    """Of several forms that were tried, the one that came nearest to fitting."""
    return max(error.context, key=lambda each: (len(each.absolute_path), each.validator != "type"))


def _short(value: Any) -> str:
    """A value as a message shows it; of a mapping or list only that it is one, whatever may stand in it."""
    if isinstance(value, dict | list):
        kind = "object" if isinstance(value, dict) else "array"
        return _(_TYPES[kind])
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"


# --- the policy beyond its schema ---------------------------------------------------------------------------


def _policy_beyond_schema(data: Mapping[str, Any]) -> Iterator[Finding]:
    policy = Policy(data)
    yield from _unknown_names(data, policy)
    yield from _details_schema(data)
    for path, attempt in _arithmetic(policy):
        try:
            attempt()
        except CmpltError as error:
            yield path, f"{error.sentence.rstrip('.')}", error.fields, "policy:arithmetic"
        except ValueError as error:
            yield path, N_("{problem}"), {"problem": str(error)}, "policy:arithmetic"


def _arithmetic(policy: Policy) -> Iterator[tuple[Path, Any]]:
    hours = policy.data["calendar"]["hours"]
    yield ("calendar", "timezone"), lambda: policy.zone
    yield ("calendar", "hours"), lambda: calendar.parse_week(hours)
    for day, text in policy.data["calendar"].get("exceptions", {}).items():
        yield ("calendar", "exceptions", day), lambda day=day, text=text: _exception(day, text)
    if "holidays" in policy.data["calendar"]:
        yield ("calendar", "holidays"), lambda: official(policy.data["calendar"]["holidays"])
    yield ("late_entry",), lambda: policy.late_entry
    for name, rule in policy.data.get("deadlines", {}).items():
        for key in ("within", "when_urgent", "not_before"):
            if key in rule:
                yield ("deadlines", name, key), lambda text=rule[key]: calendar.Length.parse(text)
        for severity, text in rule.get("by_severity", {}).items():
            yield ("deadlines", name, "by_severity", severity), lambda text=text: calendar.Length.parse(text)


def _exception(day: str, text: str) -> None:
    from datetime import date

    date.fromisoformat(day)
    calendar.parse_spans(text)


def _details_schema(data: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the policy's own schema for `details`: its form, its patterns, its references."""
    schema = data.get("details", {})
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        path = ("details", *error.absolute_path)
        yield path, N_("not a JSON Schema: {problem}"), {"problem": error.message[:200]}, "policy:details"
        return
    try:
        list(Draft202012Validator(schema, registry=Registry()).iter_errors({}))
    except RecursionError:
        yield ("details",), N_("not usable: {problem}"), {"problem": "$ref"}, "policy:details"
    except (Unresolvable, re.error):
        pass  # the walk below tells which reference or pattern it is
    resource = DRAFT202012.create_resource(schema)
    resolver = Registry().with_resource(resource.id() or "", resource).resolver(resource.id() or "")
    for path, key, value in _walk(("details",), schema):
        try:
            if key in ("$ref", "$dynamicRef"):
                resolver.lookup(value)
            elif key == "pattern":
                re.compile(value)
            elif key == "patternProperties":
                [re.compile(pattern) for pattern in value]
        except (Unresolvable, re.error) as error:
            yield path, N_("not usable: {problem}"), {"problem": str(error)}, "policy:details"


def _walk(path: Path, value: Any) -> Iterator[tuple[Path, str, Any]]:
    """Every key in nested mappings, with its path and value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        if isinstance(key, str):
            yield (*path, key), key, each
        yield from _walk((*path, key), each)


def _unknown_names(data: Mapping[str, Any], policy: Policy) -> Iterator[Finding]:
    """Names that the policy uses and does not define."""
    for path, table, key, special in _uses(data):
        if key not in policy.tables[table] and key not in special:
            yield path, N_("'{name}' is not defined under {table}"), {"name": key, "table": table}, "policy:names"
    counts = data.get("scoring", {}).get("counts", [])
    for index, name in enumerate(counts):
        if name not in data.get("deadlines", {}) and name not in ("resolution", "tasks"):
            yield ("scoring", "counts", index), N_("there is no deadline '{name}'"), {"name": name}, "policy:names"


def _uses(data: Mapping[str, Any]) -> Iterator[tuple[Path, str, str, tuple[str, ...]]]:
    yield ("intake",), "departments", data["intake"], ()
    for name, rule in data.get("deadlines", {}).items():
        yield ("deadlines", name, "owed_by"), "departments", rule["owed_by"], ("department", "received_by")
        for severity in rule.get("by_severity", {}):
            yield ("deadlines", name, "by_severity", severity), "severities", severity, ()
        for word in ("when", "unless"):
            yield from _condition(("deadlines", name, word), rule.get(word, {}))
    for key, entry in data["categories"].items():
        yield from _routing(("categories", key), entry)
    for key, entry in data["channels"].items():
        if isinstance(entry, dict) and "severity" in entry:
            yield ("channels", key, "severity"), "severities", entry["severity"], ()
    for index, entry in enumerate(data.get("approvals", [])):
        yield ("approvals", index, "role"), "roles", entry["role"], ()
        yield from _condition(("approvals", index), {k: v for k, v in entry.items() if k != "role"})
    for index, role in enumerate(data.get("scoring", {}).get("adjust", [])):
        yield ("scoring", "adjust", index), "roles", role, ()
    unreconciled = data.get("closing", {}).get("unreconciled", {})
    if "role" in unreconciled:
        yield ("closing", "unreconciled", "role"), "roles", unreconciled["role"], ()


def _routing(path: Path, entry: Any) -> Iterator[tuple[Path, str, str, tuple[str, ...]]]:
    if not isinstance(entry, dict):
        return
    for key, table in (("department", "departments"), ("role", "roles")):
        if isinstance(entry.get(key), str):
            yield (*path, key), table, entry[key], ()
    for severity, special in entry.get("by_severity", {}).items():
        yield (*path, "by_severity", severity), "severities", severity, ()
        yield from _routing((*path, "by_severity", severity), special)


def _condition(path: Path, condition: Mapping[str, Any]) -> Iterator[tuple[Path, str, str, tuple[str, ...]]]:
    for key, wanted in condition.items():
        if key in FIELDS:
            for value in wanted if isinstance(wanted, list) else [wanted]:
                yield (*path, key), FIELDS[key], value, ()
