"""The policies that an office has had: which one held at a commit, and what was weakened and put back."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property
from typing import Any

from cmplt.domain.calendar import Calendar
from cmplt.domain.policy import Policy
from cmplt.errors import Problem
from cmplt.history.commits import Commit, Past
from cmplt.history.leaves import Path, leaves, restored
from cmplt.history.returns import Return, Versions
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


@dataclass
class Rulings:
    """The policies of a history, each read once."""

    past: Past
    _read: dict[str, Ruling | Problem] = field(default_factory=dict)
    _put_back: dict[str, Sequence[Return]] = field(default_factory=dict)
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

    def changing(self, names: Collection[str]) -> list[str]:
        """Those of some commits that have another policy than one of their parents, parents first."""
        return [commit.name for commit, groups in self.past.touched(names, policyfile.NAME) if any(groups)]

    @cached_property
    def _versions(self) -> list[str]:
        return self.changing(self.past.commits)

    @cached_property
    def _followed(self) -> Set[str]:
        """The contents of policies that another one came behind: of the rest nothing was put back, and none is read."""
        _before, behind = self.past.around(self._versions)
        return {self.at(name) for name, later in zip(self._versions, behind, strict=True) if later}

    @cached_property
    def returns(self) -> Mapping[str, list[Return]]:
        """What of each content was changed back later, by the content's name."""
        held = {name: self.held(name) for name in self._versions}
        versions = {name: leaves(each.policy.data) for name, each in held.items() if isinstance(each, Ruling)}
        names, found = list(versions), dict[str, list[Return]]()
        if len(names) > 2:
            for place, each in Versions(names, list(versions.values()), *self.past.around(names)).returns():
                found.setdefault(self.at(names[place]), []).append(each)
        return found

    @cached_property
    def _arrived(self) -> Mapping[str, datetime]:
        """When what was changed back had come to everybody."""
        return self.past.arrived(sorted({each.changed for found in self.returns.values() for each in found}))

    def put_back(self, blob: str) -> Sequence[Return]:
        """What decides something, and was otherwise in a policy only for a while."""
        if blob not in self._put_back:
            ruling = self.read(blob)
            zone = ruling.policy.zone if isinstance(ruling, Ruling) else UTC
            returns = self.returns.get(blob, ()) if blob in self._followed else ()
            self._put_back[blob] = [each for each in returns if self._decides(each, zone)]
        return self._put_back[blob]

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
        changing = self.changing(names)
        if not changing:
            return set()
        new = {*names, *(each for name in changing for each in self._brought(name))}
        returns = (each for blob in self.returns for each in self.put_back(blob) if each.back in new)
        line, found = self.past.leading_to(tips), set[str]()
        for changed in {each.changed for each in returns}:
            found |= line - self.past.leading_to([changed])
        return found

    def _brought(self, merge: str) -> set[str]:
        """What a merge brings to one of its sides: it was known on the other, and judged by what that one held."""
        lines = [self.past.leading_to([parent]) for parent in self.past.commits[merge].parents]
        found = set[str]()
        for line in lines[1:]:
            found |= line ^ lines[0]
        return found

    def _decides(self, each: Return, zone: tzinfo) -> bool:
        """Whether it matters that a value was otherwise: not of labels, for long, or of a day that came and went."""
        if each.path[0] in _IDLE or _LABELS & set(each.path):
            return False
        put_in, back = self._arrived[each.changed], self.past.commits[each.back].committed
        if back - put_in > _A_WHILE:
            return False
        last = _last_day(each.path)
        return last is None or not put_in.astimezone(zone).date() <= last < back.astimezone(zone).date()


def _last_day(path: Path) -> date | None:
    """The day of an exception of the calendar, or until which somebody stands in: what came by then may go afterwards.

    What came after it decided only of what was written up later.
    """
    if path[:2] == ("calendar", "exceptions"):
        return date.fromisoformat(path[2])
    if path[:1] == ("delegations",):
        until = json.loads(path[-1]).get("until")
        return date.fromisoformat(until) if until else None
    return None


def _checked(text: str, data: Any) -> Ruling | Problem:
    problems = policyfile.inspect(text, data)
    if problems:
        return problems[0]
    policy = Policy(data)
    return Ruling(text, policy, policy.calendar(official))
