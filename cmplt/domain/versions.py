"""A mapping of which every earlier version is kept: thousands of changes of thousands of entries."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

# So many changes are carried along before they become part of what all later versions share.
_FEW = 64
_NOTHING: Mapping[Any, Any] = MappingProxyType({})


class Versioned(Mapping[Any, Any]):
    """A mapping that does not change: `but` gives the next version, which shares nearly all with this one."""

    __slots__ = ("_changes", "_shared")

    def __init__(self, shared: Mapping[Any, Any] = _NOTHING, changes: Mapping[Any, Any] = _NOTHING) -> None:
        self._shared = shared
        self._changes = changes

    def but(self, key: Any, value: Any) -> "Versioned":
        """This mapping with one value changed; None takes it away."""
        changes = {**self._changes, key: value}
        if len(changes) > _FEW:
            return Versioned(dict(Versioned(self._shared, changes).items()))
        return Versioned(self._shared, changes)

    def __getitem__(self, key: Any) -> Any:
        value = self._changes[key] if key in self._changes else self._shared[key]
        if value is None:
            raise KeyError(key)
        return value

    def __iter__(self) -> Iterator[Any]:
        for key, value in self._shared.items():
            if self._changes.get(key, value) is not None:
                yield key
        for key, value in self._changes.items():
            if key not in self._shared and value is not None:
                yield key

    def __len__(self) -> int:
        return sum(1 for _key in self)

    def __repr__(self) -> str:
        return repr(dict(self))
