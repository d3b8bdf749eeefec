"""A measure (CAPA) as it stands in its file: facts, then events in the order of the file (design §6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cmplt.domain.complaint import Data, Event, Misread

INTERIM = "interim"
KINDS = (INTERIM, "corrective", "preventive", "improvement")

_TEXTS = ("id", "kind", "title", "department")
_OPTIONAL_TEXTS = ("description", "category", "owner")


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """What a measure is about and who answers for it, as taken or as it stands after amendments."""

    id: str
    kind: str
    title: str
    department: str
    description: str | None = None
    complaints: tuple[str, ...] = ()
    category: str | None = None
    owner: str | None = None

    @classmethod
    def read(cls, data: Data) -> "MeasureFacts":
        """Read facts from a file's data; raises Misread with the place of the first value of a wrong type."""
        for name in (*_TEXTS, *_OPTIONAL_TEXTS):
            there = data.get(name) is not None
            if not isinstance(data.get(name), str) and (there or name in _TEXTS):
                raise Misread((name,) if name in data else (), f"{name}: text")
        complaints = data.get("complaints", [])
        if not isinstance(complaints, list) or not all(isinstance(each, str) for each in complaints):
            raise Misread(("complaints",), "a list of complaints' ids")
        return cls(
            **{name: data[name] for name in (*_TEXTS, *_OPTIONAL_TEXTS) if data.get(name) is not None},
            complaints=tuple(complaints),
        )

    def value(self, name: str) -> Any:
        """A fact as a file has it."""
        found = getattr(self, name)
        return list(found) if isinstance(found, tuple) else found

    def with_value(self, name: str, value: Any) -> "MeasureFacts":
        """These facts with one of them changed as an amendment writes it; raises Misread for what is none."""
        if name not in AMENDABLE:
            raise Misread((name,), f"{name}: a fact that can be amended")
        data = {each: self.value(each) for each in MeasureFacts.__dataclass_fields__}
        return MeasureFacts.read({**data, name: [] if value is None and name == "complaints" else value})


AMENDABLE = tuple(name for name in MeasureFacts.__dataclass_fields__ if name != "id")


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure: its facts as taken, its events as the file has them, and that file's data."""

    facts: MeasureFacts
    events: tuple[Event, ...]
    data: Data = field(default_factory=dict, repr=False, compare=False)

    @property
    def id(self) -> str:
        return self.facts.id

    @classmethod
    def read(cls, data: Any) -> "Measure":
        """Read a measure from a file's data; raises Misread with the place of what cannot be read."""
        if not isinstance(data, Mapping):
            raise Misread((), "a mapping of facts and events")
        events = data.get("events")
        if not isinstance(events, list) or not events:
            raise Misread(("events",) if "events" in data else (), "a list of events, the first of them new")
        read = tuple(Event.read(event, ("events", index)) for index, event in enumerate(events))
        if all(event.action != "new" for event in read):  # it would vanish from every list
            raise Misread(("events", 0, "action"), "new")
        return cls(MeasureFacts.read(data), read, data)

    def with_event(self, event: Event) -> "Measure":
        return replace(self, events=(*self.events, event))
