"""What is in the files in the end, compared with what the commands are known to have written."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from cmplt.domain.personal import REDACTED


@dataclass
class Outcome:
    """What became of everything; `lost`, `doubled`, `strange` and `wrong` say what should not be."""

    counts: Counter[str] = field(default_factory=Counter)
    actions: Counter[str] = field(default_factory=Counter)  # of the events that commands wrote
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def faults(self) -> list[str]:
        groups = {"lost": self.lost, "doubled": self.doubled, "strange": self.strange, "wrong": self.wrong}
        return [f"{name}: {each}" for name, group in groups.items() for each in group]

    def __str__(self) -> str:
        names = ("tried", "succeeded", "refused", "events", "syncs", "merges", "pushes lost", "void", "conflicts")
        told = ", ".join(f"{name} {self.counts[name]}" for name in names)
        wrote = ", ".join(f"{name} {number}" for name, number in sorted(self.actions.items()))
        return f"{told}, lost {len(self.lost)}, doubled {len(self.doubled)} ({self.seconds:.1f} s)\nevents: {wrote}"


def compare(found: Outcome, name: str, told: Sequence[Any], data: Any) -> None:
    """Each event that a command wrote must be there once, and nothing else, but for what is redacted."""
    there = Counter(_key(event) for event in data.pop("events"))
    wanted = Counter(_key(event) for event in told[1:])
    found.lost += [f"{name}: {each}" for each in (wanted - there).elements()]
    for each in (there - wanted).elements():
        (found.doubled if each in wanted else found.strange).append(f"{name}: {each}")
    if told and not _alike(told[0], data):
        found.strange.append(f"{name}: facts {data}, not {told[0]}")


def _key(event: Any) -> str:
    """An event as text, without what may be redacted: amended values."""
    return json.dumps({**event, "changes": sorted(event.get("changes", ()))}, ensure_ascii=False, sort_keys=True)


def _alike(old: Any, new: Any) -> bool:
    """Whether data is the same but for what is redacted."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_alike(value, new[name]) for name, value in old.items())
    return bool(new in (old, REDACTED))
