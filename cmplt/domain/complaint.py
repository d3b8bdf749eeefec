"""A complaint as it stands in its file: facts taken at intake, then events in the order of the file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from cmplt.domain import instants
from cmplt.domain.versions import Versioned

Data = Mapping[str, Any]
_NONE: Data = MappingProxyType({})

# Facts by the type that reading insists on; what else is wrong with a value is for the schema to say.
_TEXTS = ("id", "channel", "category", "severity", "subject")
_OPTIONAL_TEXTS = ("description", "received_by", "kind", "occurred", "place", "external_id")


# The fields of events by the type that the fold and the figures rest on, in words for a person.
_COMPULSORY: Mapping[str, tuple[Any, str]] = {
    "at": (str, "an RFC 3339 instant"),
    "by": (str, "a name"),
    "action": (str, "an action"),
}
_TEXT_FIELDS = """department owner role severity to via cause result task title note reason outcome recourse
    agreed compensation recorded"""
_FIELDS: Mapping[str, tuple[Any, str]] = {
    **dict.fromkeys(_TEXT_FIELDS.split(), (str, "text")),
    **dict.fromkeys(("points", "rating"), (int, "a whole number")),
    **dict.fromkeys(("answers", "changes", "due", "opens"), (dict, "a mapping")),
    **dict.fromkeys(("criterion", "remedy"), ((str, list), "a key or a list of keys")),
    **dict.fromkeys(("provisional", "files", "fields"), (list, "a list")),
    "urgent": (bool, "true"),
    "effective": (bool, "true or false"),
}
_LISTED: Mapping[str, type] = {
    **dict.fromkeys(("criterion", "remedy", "provisional", "fields"), str),
    **dict.fromkeys(("changes", "files"), dict),
    "answers": int,
}
_AMOUNT = re.compile(r"[0-9]+(\.[0-9]{1,2})?", re.ASCII)


class Misread(ValueError):
    """Data that cannot be read as a complaint: where in it (`path`), and what was expected there."""

    def __init__(self, path: tuple[str | int, ...], expected: str) -> None:
        super().__init__(expected)
        self.path = path
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Facts:
    """What was taken at intake, or how it stands after amendments and escalations (design §2)."""

    id: str
    received: datetime
    channel: str
    customer: Data
    category: str
    severity: str
    subject: str
    received_by: str | None = None
    kind: str | None = None
    criteria: tuple[str, ...] = ()
    urgent: bool = False
    description: str = ""
    details: Data = field(default_factory=dict)
    related: tuple[str, ...] = ()
    occurred: str | None = None
    place: str | None = None
    external_id: str | None = None
    imported: bool = False

    @classmethod
    def read(cls, data: Data) -> "Facts":
        """Read facts from a file's data; raises Misread with the place of the first value of a wrong type."""
        values: dict[str, Any] = {name: _need(data, name, str, "text") for name in _TEXTS}
        values["received"] = _instant(_need(data, "received", str, "an RFC 3339 instant"), ("received",))
        values["customer"] = _need(data, "customer", dict, "a mapping with the customer's name")
        _need(values["customer"], "name", str, "the customer's name", "customer")
        for name in _OPTIONAL_TEXTS:
            if data.get(name) is not None:
                values[name] = _need(data, name, str, "text")
        for name in ("criteria", "related"):
            if name in data:
                values[name] = tuple(_texts(data[name], (name,)))
        for name in ("urgent", "imported"):
            if name in data:
                values[name] = _need(data, name, bool, "true or false")
        if "details" in data:
            values["details"] = _need(data, "details", dict, "a mapping")
        return cls(**values)

    def value(self, name: str) -> Any:
        """The value of a fact by the name that `amend` uses: `subject`, `customer.contact`, `details.plate`."""
        block, _, key = name.partition(".")
        found = getattr(self, block).get(key) if key else getattr(self, block)
        if found == "" or (name == "imported" and not found):
            return None  # absent
        if isinstance(found, Versioned):
            return dict(found)
        return list(found) if isinstance(found, tuple) else found

    def with_value(self, name: str, value: Any) -> "Facts":
        """These facts with one of them changed as an amendment writes it; raises Misread for a wrong type."""
        block, _, key = name.partition(".")
        if key:
            values = getattr(self, block)
            if not isinstance(values, Mapping) or (name == "customer.name" and not isinstance(value, str)):
                raise Misread((name,), f"{name}: a fact that can be amended")
            known = values if isinstance(values, Versioned) else Versioned(values)
            changed: dict[str, Any] = {block: known.but(key, value)}
            return replace(self, **changed)
        if name not in AMENDABLE or (value is None and name in _BLANK_DATA):
            raise Misread((name,), f"{name}: a fact that can be amended")
        stated = {} if value is None else {name: value}
        return replace(self, **{name: getattr(Facts.read({**_BLANK_DATA, **stated}), name)})


# Every compulsory fact, empty: what is left out beside one amended value.
_BLANK_DATA: Data = {
    "id": "",
    "received": "1970-01-01T00:00:00Z",
    "channel": "",
    "customer": {"name": ""},
    "category": "",
    "severity": "",
    "subject": "",
}
AMENDABLE = tuple(name for name in Facts.__dataclass_fields__ if name != "id")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a complaint: when, who, what, and what it opened (design §2, §4)."""

    at: datetime
    by: str
    action: str
    data: Data = field(default_factory=dict)
    recorded: datetime | None = None
    due: Mapping[str, datetime] = field(default_factory=dict)
    opens: Mapping[str, datetime] = field(default_factory=dict)

    @classmethod
    def read(cls, data: Any, path: tuple[str | int, ...] = ()) -> "Event":
        """Read one event from a file's data; raises Misread."""
        if not isinstance(data, dict):
            raise Misread(path, "a mapping with at, by and action")
        for name, (kind, expected) in _COMPULSORY.items():
            _need(data, name, kind, expected, *path)
        for name, value in data.items():
            kind, expected = _FIELDS.get(name, (object, ""))
            if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
                raise Misread((*path, name), f"{name}: {expected}")
            listed = _LISTED.get(name)
            if listed and not all(isinstance(each, listed) for each in _each(value)):
                raise Misread((*path, name), f"{name}: values of the right kind")
        if "compensation" in data and not _AMOUNT.fullmatch(data["compensation"]):
            raise Misread((*path, "compensation"), "an amount such as 300 or 1200.50")
        if "agreed" in data:
            _instant(data["agreed"], (*path, "agreed"))
        return cls(
            at=_instant(data["at"], (*path, "at")),
            by=data["by"],
            action=data["action"],
            data=data,
            recorded=_instant(data["recorded"], (*path, "recorded")) if "recorded" in data else None,
            due=_instants(data, "due", path),
            opens=_instants(data, "opens", path),
        )

    def get(self, name: str, default: Any = None) -> Any:
        return self.data.get(name, default)

    def keys(self, name: str) -> tuple[str, ...]:
        """A field that is one key or a list of keys (criterion, remedy), as a tuple."""
        value = self.data.get(name)
        if isinstance(value, str):
            return (value,)
        return tuple(value or ())

    @property
    def entered(self) -> datetime:
        """The instant it was recorded at."""
        return self.recorded or self.at


@dataclass(frozen=True, slots=True)
class Complaint:
    """One complaint: its facts as taken, its events as the file has them, and that file's data."""

    facts: Facts
    events: tuple[Event, ...]
    data: Data = field(default_factory=dict, repr=False, compare=False)

    @property
    def id(self) -> str:
        return self.facts.id

    @classmethod
    def read(cls, data: Any) -> "Complaint":
        """Read a complaint from a file's data; raises Misread with the place of what cannot be read."""
        if not isinstance(data, dict):
            raise Misread((), "a mapping of facts and events")
        events = data.get("events")
        if not isinstance(events, list) or not events:
            raise Misread(("events",) if "events" in data else (), "a list of events, the first of them register")
        return cls(
            facts=Facts.read(data),
            events=tuple(Event.read(event, ("events", index)) for index, event in enumerate(events)),
            data=data,
        )

    def with_events(self, *events: Event) -> "Complaint":
        return replace(self, events=(*self.events, *events))


def _need(data: Data, name: str, kind: type, expected: str, *path: str | int) -> Any:
    value = data.get(name)
    if not isinstance(value, kind):
        raise Misread((*path, name) if name in data else path, f"{name}: {expected}")
    return value


def _instant(text: Any, path: tuple[str | int, ...]) -> datetime:
    try:
        return instants.parse(text)
    except (ValueError, TypeError):
        raise Misread(path, "an RFC 3339 instant with whole seconds, such as 2026-11-02T09:15:00+08:00") from None


def _instants(data: Data, name: str, path: tuple[str | int, ...]) -> Mapping[str, datetime]:
    if name not in data:
        return _NONE
    values = _need(data, name, dict, "a mapping of obligations to instants", *path)
    return {key: _instant(text, (*path, name, key)) for key, text in values.items()}


def _each(value: Any) -> Any:
    """The values in a mapping or list, or a single one."""
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _texts(values: Any, path: tuple[str | int, ...]) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise Misread(path, "a list of names")
    return values
