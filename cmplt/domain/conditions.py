"""The conditions of a policy, `when` and `unless`: maps that hold when every entry does (design §6)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from cmplt.domain.complaint import Event
from cmplt.domain.process import Standing


@dataclass(frozen=True, slots=True)
class Condition:
    """What must hold of a complaint after an event took effect; an empty one always does."""

    entries: Mapping[str, Any] = field(default_factory=dict)
    unless: Mapping[str, Any] | None = None

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> "Condition":
        """What `when` and `unless` of an entry of the policy say together."""
        return cls(entry.get("when", {}), entry.get("unless"))

    def holds(self, standing: Standing, event: Event, first_kind: str = "complaint") -> bool:
        """Whether every entry holds, and not all of `unless`; `first_kind` is of a complaint that names no kind."""

        def all_of(entries: Mapping[str, Any]) -> bool:
            return all(_ENTRIES[name](standing, event, wanted, first_kind) for name, wanted in entries.items())

        return all_of(self.entries) and (self.unless is None or not all_of(self.unless))


def _any_of(wanted: Any, *actual: Any) -> bool:
    return any(each in actual for each in _many(wanted))


def _many(wanted: Any) -> list[Any]:
    return wanted if isinstance(wanted, list) else [wanted]


def _over(details: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(
        any(_amount(details.get(key)) > Decimal(limit) for limit in _many(limits)) for key, limits in wanted.items()
    )


def _amount(value: Any) -> Decimal:
    """A detail as a number; what is none is less than any."""
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return Decimal("-Infinity")
    return Decimal("-Infinity") if found.is_nan() else found


def _remedies(standing: Standing) -> tuple[str, ...]:
    return standing.proposal.keys("remedy") if standing.proposal else ()


_ENTRIES = {
    "severity": lambda s, e, wanted, k: _any_of(wanted, s.facts.severity),
    "urgent": lambda s, e, wanted, k: s.facts.urgent is wanted,
    "kind": lambda s, e, wanted, k: _any_of(wanted, s.facts.kind or k),
    "channel": lambda s, e, wanted, k: _any_of(wanted, s.facts.channel),
    "category": lambda s, e, wanted, k: _any_of(wanted, s.facts.category),
    "department": lambda s, e, wanted, k: _any_of(wanted, s.department),
    "criterion": lambda s, e, wanted, k: _any_of(wanted, *s.facts.criteria),
    "remedy": lambda s, e, wanted, k: _any_of(wanted, *_remedies(s)),
    "task": lambda s, e, wanted, k: _any_of(wanted, e.get("task")),
    "details": lambda s, e, wanted, k: all(_any_of(v, *_many(s.facts.details.get(key))) for key, v in wanted.items()),
    "details_over": lambda s, e, wanted, k: _over(s.facts.details, wanted),
}
