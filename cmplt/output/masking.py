"""Masks personal data where it is shown: enough of it to know it again, too little to use it."""

from collections.abc import Collection, Mapping
from typing import Any

from cmplt.domain.personal import CUSTOMER, REDACTED, covered


def masked(text: str) -> str:
    """All but the first three and the last four characters; under eight characters all (design §7)."""
    if text == REDACTED:
        return text
    if len(text) < 8:
        return "*" * len(text)
    return text[:3] + "*" * (len(text) - 7) + text[-4:]


def block(name: str, values: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """The customer or the details, with what these fields cover masked; the customer's name is shown."""
    return {
        key: _all(value) if covered(f"{name}.{key}", fields) and (name, key) != (CUSTOMER, "name") else value
        for key, value in values.items()
    }


def event(data: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """An event as the file has it; what it changed of these fields is personal data like themselves."""
    changes = data.get("changes")
    if not changes:
        return dict(data)
    shown = {
        name: {side: _change(name, value, fields) for side, value in change.items()} for name, change in changes.items()
    }
    return {**data, "changes": shown}


def _change(name: str, value: Any, fields: Collection[str]) -> Any:
    if covered(name, fields):
        return _all(value)
    if isinstance(value, Mapping) and "." not in name:
        return block(name, value, fields)
    return value


def _all(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _all(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_all(each) for each in value]
    return value if value is None else masked(str(value))
