"""What is wrong with a file's data: by the shipped JSON Schemas, and by the one in the policy."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT202012

from cmplt.domain import personal
from cmplt.domain.policy import Policy
from cmplt.i18n import N_, _
from cmplt.patience import Endless, at_most
from cmplt.storage import policyrules, schemafile
from cmplt.storage.policyrules import Path

Finding = policyrules.Finding

# Seconds that a policy's own schema may take for one complaint; an ordinary one takes a thousandth of one.
_PATIENCE = 2.0
_BEYOND = N_("cannot be judged by the policy's schema for details: {problem}")


_Validator = extend(Draft202012Validator, {schemafile.KEYWORD: schemafile.by_action})  # type: ignore[no-untyped-call]  # its stubs say nothing


@cache
def _validator(name: str) -> Any:
    return _Validator(schemafile.schema(name))


def complaint_findings(data: Any) -> list[Finding]:
    """Everything that breaks the complaint's schema."""
    return list(_findings(_validator("complaint"), data))


def measure_findings(data: Any) -> list[Finding]:
    """Everything that breaks the measure's schema."""
    return list(_findings(_validator("measure"), data))


def policy_findings(data: Any) -> list[Finding]:
    """Everything that is wrong with a policy: by its schema, then by its own names, lengths and calendar."""
    found = list(_findings(_validator("policy"), data, lambda path: False))  # nothing in it is personal
    by_schema = {path for path, *_ in found}
    try:
        for finding in chain(policyrules.findings(data), _details_schema(data)):
            if finding[0] not in by_schema:
                found.append(finding)  # one by one: what is found before the rest cannot be looked at counts
    except (AttributeError, KeyError, TypeError, ValueError):
        if not by_schema:
            raise  # a policy of the right shape can be looked at whole
    return found


def form_findings(data: Any) -> list[Finding]:
    """Everything that breaks the schema of a form."""
    return list(_findings(_validator("form"), data))


@cache
def _guide_validator() -> Draft202012Validator:
    """A guide speaks the policy's language: its labels, its actions, its conditions."""
    policy: Any = _validator("policy").schema
    pointing = {"after": "actions", "when": "condition", "unless": "condition"}
    kinds = {"title": "label", "rows": "texts", **pointing, "text": "label"}
    return Draft202012Validator(
        {
            "type": "object",
            "required": ["title", "text"],
            "additionalProperties": False,
            "properties": {name: {"$ref": f"#/$defs/{kind}"} for name, kind in kinds.items()},
            "$defs": policy["$defs"],
        }
    )


def guide_findings(data: Any) -> list[Finding]:
    """Everything that is wrong with a guide's data."""
    return list(_findings(_guide_validator(), data))


def details_findings(details: Any, policy: Policy) -> list[Finding]:
    """What breaks the policy's own schema for `details`."""
    schema = policy.data.get("details")
    if not schema:
        return []
    hidden = personal.personal(policy)

    def is_personal(path: Path) -> bool:
        # a sentence about the details as a whole would quote all of them
        return personal.covered(f"details.{path[0]}", hidden) if path else policy.customer_key is not None

    judge = _judge(json.dumps(schema))
    try:
        with at_most(0 if judge.gave_up else _PATIENCE), _deep():
            found = list(_findings(judge.validator, dict(details or {}), is_personal))
    except (Endless, RecursionError, ArithmeticError, ValueError) as error:  # the last two: of .inf and .nan
        judge.gave_up = isinstance(error, Endless)
        return [_beyond(error)]
    return [(("details", *path), sentence, fields, rule) for path, sentence, fields, rule in found]


@contextmanager
def _deep() -> Iterator[None]:
    """Say RecursionError also where the stack ends inside of a library's compiled part, which panics then."""
    try:
        yield
    except BaseException as error:  # its class is no Exception, and has no place to be imported from
        if type(error).__name__ == "PanicException":
            raise RecursionError from None
        raise


def _beyond(error: Exception) -> Finding:
    """What the policy's own schema cannot be used for, or at all."""
    problem: object = str(error) or type(error).__name__
    if isinstance(error, Endless):
        problem = (N_("it takes too long"), {})
    elif isinstance(error, RecursionError):
        problem = (N_("it goes round in circles, or too deep"), {})
    return ("details",), _BEYOND, {"problem": problem}, "policy:details"


@dataclass
class _Judge:
    """A policy's own schema for `details`, and whether it has been too slow before: then it is not asked again."""

    validator: Draft202012Validator
    gave_up: bool = False


@lru_cache(maxsize=8)
def _judge(schema: str) -> _Judge:
    # the registry fetches nothing; dates are checked, other formats would need more libraries
    return _Judge(
        Draft202012Validator(json.loads(schema), registry=Registry(), format_checker=FormatChecker(("date",)))
    )


def _may_be_personal(path: Path) -> bool:
    """Of a whole complaint: the customer block, and every change of it or of a detail, whatever the policy's key."""
    return any(str(step).startswith(("customer", "details.")) for step in path)


def _findings(judge: Any, data: Any, is_personal: Callable[[Path], bool] = _may_be_personal) -> Iterator[Finding]:
    seen = set()
    for error in sorted(judge.iter_errors(data), key=lambda e: [str(part) for part in e.absolute_path]):
        for path, sentence, fields in _said(error, is_personal):
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


def _said(error: ValidationError, is_personal: Callable[[Path], bool]) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """One sentence a clerk understands for a schema's finding, at the place to be corrected."""
    path: Path = tuple(error.absolute_path)
    name, value = error.validator, error.instance
    wanted: Any = error.validator_value
    hidden = is_personal(path)  # which no message shows
    shown = "…" if hidden else _short(value)
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
        yield from _said(_closest(error), is_personal)
    else:
        yield path, N_("{problem}"), {"problem": f"{name}: {_short(wanted)}" if hidden else error.message[:300]}


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


# --- the policy's own schema ----------------------------------------------------------------------------------


def _details_schema(data: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the policy's own schema for `details`: its form, its patterns, its references."""
    schema = data.get("details", {})
    try:
        with at_most(_PATIENCE), _deep():
            found = list(_schema_findings(schema))
    except (Endless, RecursionError, OverflowError) as error:  # the last two: of patterns
        found = [_beyond(error)]
    yield from found


def _schema_findings(schema: Any) -> Iterator[Finding]:
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        path = ("details", *error.absolute_path)
        yield path, N_("not a JSON Schema: {problem}"), {"problem": error.message[:200]}, "policy:details"
        return
    try:
        with _deep():
            list(Draft202012Validator(schema, registry=Registry()).iter_errors({}))
    except RecursionError:
        yield ("details",), N_("not usable: {problem}"), {"problem": "$ref"}, "policy:details"
    except (Unresolvable, re.error):
        pass  # the walk below tells which reference or pattern it is
    resource = DRAFT202012.create_resource(schema)
    resolver = Registry().with_resource(resource.id() or "", resource).resolver(resource.id() or "")
    for path, key, value in _walk(("details",), schema):
        try:
            if not isinstance(value, str | dict):
                continue
            if key in ("$ref", "$dynamicRef") and isinstance(value, str):  # else a detail is called so
                resolver.lookup(value)
            elif key == "pattern" and isinstance(value, str):
                re.compile(value)
            elif key == "patternProperties":
                [re.compile(pattern) for pattern in value if isinstance(pattern, str)]
        except (Unresolvable, re.error) as error:
            yield path, N_("not usable: {problem}"), {"problem": str(error)}, "policy:details"


def _walk(path: Path, value: Any) -> Iterator[tuple[Path, str, Any]]:
    """Every key in nested mappings, with its path and value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in pairs:
        if isinstance(key, str):
            yield (*path, key), key, each
        yield from _walk((*path, key), each)
