"""The know-how of an office as pages, and which of them fits where a complaint stands."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from cmplt.domain.complaint import Data, Event
from cmplt.domain.conditions import Condition
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.process import Standing
from cmplt.domain.rules import Label

# How many pages are pointed to at once.
MOST = 2
# Where the condition of a page names what it is about, by the option of `guide` that asks for it.
ABOUT = {"category": ("category",), "approach": ("details", "approach")}


@dataclass(frozen=True, slots=True)
class Guide:
    """A page: pointed to after these actions where its condition holds; without an action it is only looked up."""

    name: str
    title: Label
    text: Label
    after: tuple[str, ...] = ()
    when: Condition = field(default_factory=Condition)

    @classmethod
    def read(cls, name: str, data: Data) -> "Guide":
        return cls(name, data["title"], data["text"], _many(data.get("after", ())), Condition.of(data))

    @property
    def narrowness(self) -> int:
        """How much the page asks of a complaint: the entries of its `when`, each detail one."""
        return sum(len(wanted) if isinstance(wanted, Mapping) else 1 for wanted in self.when.entries.values())

    def about(self, option: str) -> tuple[Any, ...]:
        """The categories, or the approaches, that the page's `when` names."""
        found: Any = self.when.entries
        for key in ABOUT[option]:
            found = found.get(key, {})
        return () if found == {} else _many(found)


def fitting(guides: Iterable[Guide], policy: Policy, standing: Standing, event: Event) -> list[Guide]:
    """The pages to point to after an event, at most two: those that ask most of a complaint first, then by name."""
    fit = [
        guide
        for guide in guides
        if event.action in guide.after and _here(guide.when, policy).holds(standing, event, policy.first_kind)
    ]
    return sorted(fit, key=lambda guide: (-guide.narrowness, guide.name))[:MOST]


def _here(when: Condition, policy: Policy) -> Condition:
    """A condition with the names alone that this policy knows: another office's category is about nothing here."""
    return replace(
        when,
        entries={
            name: [key for key in _many(wanted) if key in policy.tables[FIELDS[name]]] if name in FIELDS else wanted
            for name, wanted in when.entries.items()
        },
    )


def _many(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, list | tuple) else (value,)
