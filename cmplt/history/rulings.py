"""The policies that an office has had: which one held at a commit, and what was weakened and put back."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta, tzinfo
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

# What is changed back later than this held for a time of its own: the hours of a season, a colleague's year in a role.
# Scores are kept by the month: who weakens a policy for this long has to show it in a report.
_A_WHILE = timedelta(days=30)
# What decides nothing of who may do what, and by when.
_IDLE = frozenset(("office", "language", "report", "phrases", "recurrence"))
RESTORED = "policy-restored"  # the rule
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
    _as_it_was: dict[str, Ruling | None] = field(default_factory=dict)
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
        for each in self.past.commits.values():
            if len(each.parents) > 1 and len({*map(self.at, (each.name, *each.parents))}) > 1:
                changed.add(each.name)
        chosen = [name for name in self.past.commits if name in changed]
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

    def put_back(self, blob: str) -> list[Return]:
        """What decides something, and was otherwise in a policy only for a while."""
        ruling = self.read(blob)
        zone = ruling.policy.zone if isinstance(ruling, Ruling) else UTC
        return [each for each in self.returns.get(blob, ()) if self._decides(each, zone)]

    def as_it_was(self, blob: str) -> Ruling | None:
        """A policy with what was changed back as it was before and after.

        Where that does not go with the rest of it, the whole policy as it was afterwards; None where it was always so.
        """
        if blob not in self._as_it_was:
            self._as_it_was[blob] = self._restored(blob, self.put_back(blob))
        return self._as_it_was[blob]

    def _restored(self, blob: str, changes: Sequence[Return]) -> Ruling | None:
        ruling = self.read(blob)
        if not changes or not isinstance(ruling, Ruling):
            return None
        data = restored(ruling.policy.data, {each.path: each.value for each in changes})
        found = None if data is None else _checked(ruling.text, data)
        if not isinstance(found, Ruling):
            backs = {each.back for each in changes}
            afterwards = self.held(next(name for name in reversed([*self.past.commits]) if name in backs))
            return afterwards if isinstance(afterwards, Ruling) else None
        return found

    def put_back_by(self, names: Set[str], tips: Iterable[str]) -> set[str]:
        """What was committed while the policy was otherwise that some commits put back: it is to be judged again."""
        found: set[str] = set()
        for blob in self.returns:
            for each in self.put_back(blob):
                if each.back in names:
                    found |= self.past.leading_to(tips) - self.past.leading_to([each.changed])
        return found

    def _decides(self, each: Return, zone: tzinfo) -> bool:
        """Whether it matters that a value was otherwise: not of labels, for long, or of what was over by then."""
        if each.path[0] in _IDLE or _LABELS & set(each.path):
            return False
        changed, back = self.past.commits[each.changed], self.past.commits[each.back].committed
        # a commit may be dated earlier than what it builds on
        if back - max(changed.committed, self.past.latest_before(changed) or changed.committed) > _A_WHILE:
            return False
        last = _last_day(each.path)
        return last is None or back.astimezone(zone).date() <= last


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
    now = versions[name][1]
    earlier = {each: found for each, (_blob, found) in versions.items() if each in before[name]}
    later = {each: found for each, (_blob, found) in versions.items() if name in before[each]}
    last = [found for each, found in later.items() if not any(each in before[other] for other in later)]
    if not earlier or not later:
        return
    for path in dict.fromkeys((*now, *(each for found in earlier.values() for each in found))):
        value = now.get(path, none)
        values = {each: found.get(path, none) for each, found in (*earlier.items(), (name, now))}
        if all(each.meant == value.meant for each in values.values()):
            continue
        if all(found.get(path, none).meant == value.meant for found in last):  # to this day: it was not put back
            continue
        start = next(
            e for e in values if all(values[x].meant == value.meant for x in values if x == e or e in before[x])
        )
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
