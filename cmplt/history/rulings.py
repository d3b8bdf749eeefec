"""The policies that an office has had: which one held at a commit, and what was weakened and put back."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cmplt.domain.calendar import Calendar
from cmplt.domain.policy import Policy
from cmplt.errors import Problem
from cmplt.history.commits import Commit, Past
from cmplt.storage import policyfile, yamlfile
from cmplt.storage.official import official
from cmplt.storage.tree import from_yaml

# What decides who may do what, and by when. Hours change with the seasons, and names and pages decide nothing.
_DECIDING = frozenset(
    (
        *("roles", "delegations", "approvals", "closing", "deadlines", "playbooks", "requires", "followup", "audit"),
        *("severities", "categories", "channels", "kinds", "customer", "details", "late_entry", "scoring"),
        *("measures", "attachments"),
    )
)


@dataclass(frozen=True)
class Ruling:
    """A policy as a commit had it, with its calendar."""

    text: str
    policy: Policy
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class Return:
    """A key of the policy that a commit changed, and that a later one changed back to what it was."""

    key: str
    changed: str
    back: str
    value: Any


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
        versions = self._versions
        if len({blob for _name, blob, _data in versions}) > 2 or len(versions) > 2:
            before = self.past.before([name for name, _blob, _data in versions])
            for name, blob, data in versions:
                earlier = [each for each in versions if each[0] in before[name]]
                later = [each for each in versions if name in before[each[0]]]
                found.setdefault(blob, []).extend(_back((name, data), earlier, later, before))
        return found

    def as_it_was(self, blob: str) -> Ruling | None:
        """A policy with what was changed back later as it was before and after; None where there is no such thing."""
        ruling = self.read(blob)
        changes = {each.key: each.value for each in self.returns.get(blob, ()) if each.key in _DECIDING}
        if not changes or not isinstance(ruling, Ruling):
            return None
        data = {key: value for key, value in {**ruling.policy.data, **changes}.items() if value is not None}
        found = _checked(ruling.text, data)
        return found if isinstance(found, Ruling) else None


def _back(
    version: tuple[str, Mapping[str, Any]],
    earlier: Sequence[tuple[str, str, Mapping[str, Any]]],
    later: Sequence[tuple[str, str, Mapping[str, Any]]],
    before: Mapping[str, Set[str]],
) -> Iterator[Return]:
    """The keys that a version has otherwise than one before it, and that one behind it has as that had them."""
    name, now = version
    for key in dict.fromkeys(key for _name, _blob, data in earlier for key in (*data, *now)):
        values = {each: data.get(key) for each, _blob, data in earlier}
        started = [each for each, value in values.items() if value == now.get(key)]
        start = next((each for each in started if all(values[other] != now.get(key) for other in before[each])), name)
        was = [values[each] for each in before[start] if values[each] != now.get(key)]
        back = next((each for each, _blob, data in later if data.get(key) in was), None)
        if back:
            value = next(data.get(key) for each, _blob, data in later if each == back)
            yield Return(key, start, back, value)


def _checked(text: str, data: Any) -> Ruling | Problem:
    problems = policyfile.inspect(text, data)
    if problems:
        return problems[0]
    policy = Policy(data)
    return Ruling(text, policy, policy.calendar(official))
