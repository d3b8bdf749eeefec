"""What a policy lays down, rule by rule, each as read from its entry: deadlines, approvals, playbooks and the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from cmplt.domain.calendar import Length
from cmplt.domain.complaint import Data
from cmplt.domain.conditions import Condition

Label = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deadline:
    """A rule that opens an obligation (design §4)."""

    name: str
    opened_by: tuple[str, ...]
    until: tuple[str, ...]
    within: Length
    owed_by: str
    by_severity: Mapping[str, Length] = field(default_factory=dict)
    when_urgent: Length | None = None
    not_before: Length | None = None
    when: Condition = field(default_factory=Condition)
    retired: bool = False

    @classmethod
    def read(cls, name: str, rule: Data) -> "Deadline":
        return cls(
            name=name,
            opened_by=_many(rule["from"]),
            until=_many(rule["until"]),
            within=Length.parse(rule["within"]),
            owed_by=rule["owed_by"],
            by_severity={key: Length.parse(text) for key, text in rule.get("by_severity", {}).items()},
            when_urgent=Length.parse(rule["when_urgent"]) if "when_urgent" in rule else None,
            not_before=Length.parse(rule["not_before"]) if "not_before" in rule else None,
            when=Condition.of(rule),
            retired=rule.get("retired") is True,
        )

    @classmethod
    def unknown(cls, name: str) -> "Deadline":
        """What reading makes of a deadline that the policy does not know (design §2)."""
        return cls(name, (), ("resolve",), Length.parse("same day"), "department")


@dataclass(frozen=True, slots=True)
class Approval:
    """An approval that a matching proposal needs before `resolve`; without a condition it always does (design §6)."""

    role: str
    when: Condition
    compensation_over: Decimal | None = None

    @classmethod
    def read(cls, entry: Data) -> "Approval":
        return cls(
            entry["role"],
            Condition({key: value for key, value in entry.items() if key not in ("role", "compensation_over")}),
            Decimal(entry["compensation_over"]) if "compensation_over" in entry else None,
        )


@dataclass(frozen=True, slots=True)
class Delegation:
    """Somebody who stands in for a role, up to a day and on it (design §6)."""

    role: str
    to: str
    until: date | None = None

    @classmethod
    def read(cls, entry: Data) -> "Delegation":
        return cls(entry["role"], entry["to"], date.fromisoformat(entry["until"]) if "until" in entry else None)

    def holds(self, day: date) -> bool:
        return self.until is None or day <= self.until


@dataclass(frozen=True, slots=True)
class PlannedTask:
    """A task that a playbook opens; `department` is the one the complaint is with."""

    task: str
    title: Label
    department: str = "department"
    within: Length | None = None

    @classmethod
    def read(cls, entry: Data) -> "PlannedTask":
        within = Length.parse(entry["within"]) if "within" in entry else None
        return cls(entry["task"], entry.get("title", entry["task"]), entry.get("department", "department"), within)


@dataclass(frozen=True, slots=True)
class Playbook:
    """Tasks that open by themselves after an action, once a round; after `done` each time (design §6)."""

    after: tuple[str, ...]
    when: Condition
    tasks: tuple[PlannedTask, ...]

    @classmethod
    def read(cls, entry: Data) -> "Playbook":
        return cls(_many(entry["after"]), Condition.of(entry), tuple(map(PlannedTask.read, entry["tasks"])))


@dataclass(frozen=True, slots=True)
class Needed:
    """What must be there before a complaint may end, where a condition holds (design §6, `closing`)."""

    when: Condition
    names: tuple[str, ...]

    @classmethod
    def read(cls, entry: Data) -> "Needed":
        return cls(Condition.of(entry), tuple(entry.get("requires", ())))


@dataclass(frozen=True, slots=True)
class FollowupRule:
    """How a complaint of a severity is followed up: by which ways, by which roles; empty: however, by whomever."""

    via: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @classmethod
    def read(cls, entry: Data) -> "FollowupRule":
        return cls(_many(entry.get("via", ())), _many(entry.get("role", ())))


@dataclass(frozen=True, slots=True)
class Repeat:
    """How many complaints of one customer in what time call for a second look, and the criterion they speak for."""

    count: int
    within: Length
    criterion: str | None = None

    @classmethod
    def read(cls, entry: Data) -> "Repeat":
        return cls(entry["count"], Length.parse(entry["within"]), entry.get("criterion"))


class Route(NamedTuple):
    """Where a category sends a complaint."""

    department: str | None
    role: str | None


@dataclass(frozen=True, slots=True)
class Scoring:
    """How a department's month is scored (design §5)."""

    base: int = 0
    late: int = 0
    counts: tuple[str, ...] = ()
    adjust: tuple[str, ...] = ()

    @classmethod
    def read(cls, entry: Data) -> "Scoring":
        names = (tuple(entry.get(key, ())) for key in ("counts", "adjust"))
        return cls(entry.get("base", 0), entry.get("late", 0), *names)

    def counts_obligation(self, name: str) -> bool:
        return ("tasks" if name.startswith("task:") else name) in self.counts


def spoken(label: Label, language: str) -> str:
    """A label in a language, or in the one there is."""
    if isinstance(label, str):
        return label
    return label.get(language) or next(iter(label.values()), "")


def _many(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
