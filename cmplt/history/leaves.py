"""A policy taken apart into its values by their paths, so that two of them can be compared by what they mean."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from cmplt.domain.calendar import Length
from cmplt.errors import CmpltError

Path = tuple[str, ...]
ITEM = "[]"  # stands before an item of a list, which goes by what it says and not by its place


class Absent:
    """There is no such value."""


ABSENT = Absent()


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value as it is written, and what it means: `1 hour` and `60 minutes` are the same."""

    meant: str | None
    value: Any


def leaves(data: Any) -> dict[Path, Leaf]:
    """The values of a policy by their paths."""
    return dict(_below(data, ()))


def _below(value: Any, path: Path) -> Iterator[tuple[Path, Leaf]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _below(each, (*path, key))
    elif isinstance(value, list):
        for each in value:
            yield (*path, ITEM, json.dumps(each, sort_keys=True)), Leaf("", each)
    else:
        yield path, Leaf(_meant(value), value)


def _meant(value: Any) -> str:
    if isinstance(value, str):
        with suppress(CmpltError):  # most texts are no lengths
            length = Length.parse(value)
            size = length.elapsed if length.unit in ("minute", "hour") else (length.unit == "same day", length.dates)
            return f"{size} {length.working}"
    return json.dumps(value, sort_keys=True)


def restored(data: Mapping[str, Any], changes: Mapping[Path, Any]) -> dict[str, Any]:
    """A policy with other values at some paths; ABSENT takes one away."""
    found: dict[str, Any] = deepcopy(dict(data))
    for path, value in changes.items():
        steps = path[: path.index(ITEM)] if ITEM in path else path
        around: Any = found
        for step in steps[:-1]:
            around = around.setdefault(step, {})
        key = steps[-1]
        if ITEM in path:
            items = around.setdefault(key, [])
            if value is ABSENT:
                items[:] = [each for each in items if json.dumps(each, sort_keys=True) != path[-1]]
            else:
                items.append(value)
        elif value is ABSENT:
            around.pop(key, None)
        else:
            around[key] = value
    return found
