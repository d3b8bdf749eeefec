"""The policies that an office has had: which one held at a commit, and what was weakened and put back."""

import json
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from cmplt.domain.calendar import Calendar
from cmplt.domain.policy import Policy
from cmplt.errors import Problem
from cmplt.history.commits import Commit, Past
from cmplt.history.leaves import ABSENT, ITEM, Leaf, Path, leaves, restored
from cmplt.storage import policyfile, yamlfile
from cmplt.storage.official import official
from cmplt.storage.tree import from_yaml

# What decides nothing of who may do what, and by when. Hours change with the seasons.
_IDLE = frozenset((("office",), ("language",), ("report",), ("phrases",), ("recurrence",), ("calendar", "hours")))
_LABELS = frozenset(("label", "title", "recourse"))


@dataclass(frozen=True)
class Ruling:
    """A policy as a commit had it, with its calendar."""

    text: str
    policy: Policy
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Return:
    """A value of the policy that a commit changed, and that a later one changed back to what it was."""

    path: Path
    changed: str
    back: str
    value: Any  # ABSENT where there was none

    @property
    def key(self) -> str:
        return ".".join(self.path[: self.path.index(ITEM)] if ITEM in self.path else self.path)


@dataclass
class Rulings:
    """The policies of a history, each read once."""

    past: Past
    _read: dict[str, Ruling | Problem] = field(default_factory=dict)
    _held: dict[str, str] = field(default_factory=dict)  # the policy's content at each commit, by its name

    def at(self, commit: str) -> str:
        """The name of the policy's content at a commit; empty where there is none."""
        if commit not in self._held:
            found = self.past.ledger.named(f"{commit}:{policyfile.NAME}")
            self._held[commit] = found[0] if found else ""
        return self._held[commit]

    def note(self, commit: Commit, blob: str | None) -> None:
        """Remember what a commit's policy is: `blob` where it changed it, else that of its first parent."""
        if blob is not None:
            self._held[commit.name] = blob
        elif commit.parents:
            self._held[commit.name] = self.at(commit.parents[0])

    def held(self, commit: str) -> Ruling | Problem | None:
        """The policy at a commit; None where there is none."""
        blob = self.at(commit)
        return self.read(blob) if blob else None

    def read(self, blob: str) -> Ruling | Problem:
        """A policy by the name of its content, or the first thing that is wrong with it."""
        if blob not in self._read:
            self._read[blob] = self._ruling(blob)
        return self._read[blob]

    def _ruling(self, blob: str) -> Ruling | Problem:
        try:
            text = yamlfile.decode(self.past.ledger.blob(blob))
            data = yamlfile.load(text)
        except yamlfile.YamlProblem as problem:
            return from_yaml(policyfile.NAME, problem)
        return _checked(text, data)

    @cached_property
    def _versions(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        """The commits that changed the policy or merged it, parents first: each with its content's name and data."""
        words = ("log", "--full-history", "--format=%H", "--stdin", "--", policyfile.NAME)
        out = self.past.ledger.stream(*words, given="\n".join(self.past.tips).encode())
        changed = set(out.decode("ascii").split())
        chosen = [each.name for each in self.past.commits.values() if each.name in changed or len(each.parents) > 1]
        found = [(name, blob, self.read(blob)) for name in chosen if (blob := self.at(name))]
        return [(name, blob, each.policy.data) for name, blob, each in found if isinstance(each, Ruling)]

    @cached_property
    def returns(self) -> Mapping[str, list[Return]]:
        """What of each content was changed back later, by the content's name."""
        found: dict[str, list[Return]] = {}
        if len(self._versions) > 2:
            versions = {name: (blob, leaves(data)) for name, blob, data in self._versions}
            before = self.past.before(list(versions))
            for name, (blob, _found) in versions.items():
                found.setdefault(blob, []).extend(_back(name, versions, before))
        return found

    def as_it_was(self, blob: str) -> Ruling | None:
        """A policy with what was changed back later as it was before and after; None where there is no such thing."""
        ruling = self.read(blob)
        changes = [each for each in self.returns.get(blob, ()) if self._decides(each)]
        if not changes or not isinstance(ruling, Ruling):
            return None
        data = restored(ruling.policy.data, {each.path: each.value for each in changes})
        found = _checked(ruling.text, data)
        return found if isinstance(found, Ruling) else None

    def _decides(self, each: Return) -> bool:
        """Whether it matters that a value was otherwise for a while: not of labels, or of what was over by then."""
        if each.path[:1] in _IDLE or each.path[:2] in _IDLE or _LABELS & set(each.path):
            return False
        last = _last_day(each.path)
        return last is None or self.past.commits[each.back].committed.date() <= last


def _last_day(path: Path) -> date | None:
    """The day of an exception of the calendar, or until which somebody stands in: afterwards either may go."""
    if path[:2] == ("calendar", "exceptions"):
        return date.fromisoformat(path[2])
    if path[:1] == ("delegations",):
        until = json.loads(path[-1]).get("until")
        return date.fromisoformat(until) if until else None
    return None


def _back(
    name: str, versions: Mapping[str, tuple[str, Mapping[Path, Leaf]]], before: Mapping[str, Set[str]]
) -> Iterator[Return]:
    """The values that a version has otherwise than one before it, and that one behind it has as that had them."""
    none = Leaf(None, ABSENT)
    earlier = {each: found for each, (_blob, found) in versions.items() if each in before[name]}
    later = {each: found for each, (_blob, found) in versions.items() if name in before[each]}
    now, last = versions[name][1], list(versions.values())[-1][1]
    if not earlier or not later:
        return
    for path in dict.fromkeys((*now, *(each for found in earlier.values() for each in found))):
        value = now.get(path, none)
        values = {each: found.get(path, none) for each, found in earlier.items()}
        if last.get(path, none).meant == value.meant:  # what holds to this day was not put back
            continue
        run = [e for e in earlier if all(values[x].meant == value.meant for x in earlier if x == e or e in before[x])]
        start = next(iter(run), name)
        was = {values[each].meant for each in before[start]} - {value.meant}
        back = next((each for each, found in later.items() if found.get(path, none).meant in was), None)
        if back:
            yield Return(path, start, back, later[back].get(path, none).value)


def _checked(text: str, data: Any) -> Ruling | Problem:
    problems = policyfile.inspect(text, data)
    if problems:
        return problems[0]
    policy = Policy(data)
    return Ruling(text, policy, policy.calendar(official))
