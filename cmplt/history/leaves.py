"""A policy taken apart into its values by their paths, so that two of them can be compared by what they mean."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import xor
from typing import Any

from cmplt.domain.calendar import WEEKDAYS, Length, parse_spans
from cmplt.errors import CmpltError

Path = tuple[str, ...]
ITEM = "[]"  # stands before an item of a list, which goes by what it means and not by its place
_WHOLE = frozenset(("from", "until", "when", "unless"))  # one value each, written as a name, a list or a condition


class Absent:
    """There is no such value."""


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value as it is written, and what it means: `1 hour` and `60 minutes` are the same."""

    meant: str | None
    value: Any


def leaves(data: Any) -> dict[Path, Leaf]:
    """The values of a valid policy by their paths."""
    return dict(_below(_spelled_out(data), ()))


def _spelled_out(data: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of a policy in the longer of two forms: the hours of `mon-fri` day by day, a role with `members`."""
    found: dict[str, Any] = deepcopy(dict(data))
    hours = dict.fromkeys(WEEKDAYS, "closed")
    for days, text in found["calendar"]["hours"].items():
        first, _, last = days.partition("-")
        for day in WEEKDAYS[WEEKDAYS.index(first) : WEEKDAYS.index(last or first) + 1]:
            hours[day] = text
    found["calendar"]["hours"] = hours
    roles = found.get("roles", {})
    roles.update({name: {"members": entry} for name, entry in roles.items() if isinstance(entry, list)})
    return found


def _below(value: Any, path: Path) -> Iterator[tuple[Path, Leaf]]:
    if path and path[-1] in _WHOLE:
        yield path, Leaf(meaning(value), value)
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _below(each, (*path, key))
    elif isinstance(value, list):
        for each in value:
            yield (*path, ITEM, meaning(each)), Leaf("", each)
    else:
        yield path, Leaf(meaning(value), value)


def meaning(value: Any) -> str:
    """What a value means, however it is written: one name is a list of one, and `0.00` is `0`."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        found = sorted({meaning(each) for each in value})
        return _plain(value[0]) if len(found) == 1 else found
    if isinstance(value, str):
        with suppress(CmpltError):  # most texts are no lengths
            length = Length.parse(value)
            size = length.elapsed if length.unit in ("minute", "hour") else (length.unit == "same day", length.dates)
            return f"{size} {length.working}"
        with suppress(CmpltError):  # nor hours; where one interval begins as another ends, nothing is between
            return sorted(reduce(xor, map(set, parse_spans(value)), set[int]()))
        with suppress(ArithmeticError):  # nor amounts
            return str(Decimal(value).normalize())
    return value


def restored(data: Mapping[str, Any], changes: Mapping[Path, Any]) -> dict[str, Any] | None:
    """A policy with other values at some paths; ABSENT takes one away. None where they do not fit into it."""
    found = _spelled_out(data)
    for path, value in changes.items():
        steps = path[: path.index(ITEM)] if ITEM in path else path
        around: Any = found
        for step in steps[:-1]:
            around = around.setdefault(step, {})
            if not isinstance(around, dict):
                return None
        key = steps[-1]
        if ITEM in path:
            items = around.setdefault(key, [])
            if not isinstance(items, list):
                return None
            if value is ABSENT:
                items[:] = [each for each in items if meaning(each) != path[-1]]
            else:
                items.append(value)
        elif value is ABSENT:
            around.pop(key, None)
        else:
            around[key] = value
    return found
