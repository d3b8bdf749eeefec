"""The commits of a repository as one stream: who made them when, what they touched, and where branches parted."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from heapq import heappop, heappush
from secrets import token_hex

from cmplt.domain.draft import Identity
from cmplt.errors import Problem
from cmplt.repository.ledger import Ledger
from cmplt.repository.trail import instant

# A line each: no header of a commit has a line feed in it, and whatever else somebody may have put there.
_FIELDS = ("%H", "%P", "%at", "%ct", "%an", "%ae", "%cn", "%(trailers:key=Recovered,valueonly,separator=%x20)")
FILES = ("100644", "100755")  # git's modes of ordinary files
GONE = "000000"
_OURS, _THEIRS, _BOTH, _STALE = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit: its parents, its author and its committer's name, when it was authored and when it was committed."""

    name: str
    parents: tuple[str, ...]
    author: Identity
    committer: str
    authored: datetime
    committed: datetime
    recovered: bool = False  # it holds what a killed command had left


@dataclass(frozen=True, slots=True)
class Touched:
    """A file that differs between a commit and one of its parents: its mode now, its content before and now.

    A content is empty where there was no file, or no ordinary one.
    """

    path: str
    mode: str
    before: str  # the content's name
    now: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a commit: its name, and the problem with file, line and rule."""

    commit: str
    problem: Problem


@dataclass(frozen=True)
class Past:
    """Every commit that leads to some tips."""

    ledger: Ledger
    tips: tuple[str, ...]

    @cached_property
    def commits(self) -> Mapping[str, Commit]:
        """By their names, parents before children."""
        mark = token_hex(16)  # which nobody can have written into a commit
        form = f"--format={mark}{'%n'.join(_FIELDS)}"
        words = ("log", "--topo-order", "--reverse", "--no-show-signature", "--encoding=UTF-8", form, "--stdin")
        out = self.ledger.stream(*words, given="\n".join(self.tips).encode()).decode("utf-8", "replace")
        return {commit.name: commit for commit in map(_commit, out.split(mark)[1:])}

    @cached_property
    def _names(self) -> Sequence[str]:
        return list(self.commits)

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {name: place for place, name in enumerate(self.commits)}

    @cached_property
    def _latest(self) -> Mapping[str, datetime]:
        """The latest instant of a commit and of all before it."""
        found: dict[str, datetime] = {}
        for commit in self.commits.values():
            found[commit.name] = max([commit.committed, *(found[name] for name in commit.parents)])
        return found

    def latest_before(self, commit: Commit) -> datetime | None:
        """The latest instant of the commits that lead to one."""
        return max((self._latest[name] for name in commit.parents), default=None)

    def leading_to(self, names: Iterable[str]) -> set[str]:
        """These commits and all that came before them."""
        found: set[str] = set()
        left = [name for name in names if name in self.commits]
        while left:
            name = left.pop()
            if name not in found:
                found.add(name)
                left += self.commits[name].parents
        return found

    def around(self, names: Sequence[str]) -> tuple[list[int], list[int]]:
        """Which of some commits come before each of them, and which behind it, as bits by their places."""
        before, behind = self._with(names), dict.fromkeys(self.commits, 0)
        bits = {name: 1 << place for place, name in enumerate(names)}
        for name in reversed(self._names):
            for parent in self.commits[name].parents:
                behind[parent] |= behind[name] | bits.get(name, 0)
        return [before[name] & ~bits[name] for name in names], [behind[name] for name in names]

    def _with(self, names: Sequence[str]) -> Mapping[str, int]:
        """Which of some commits every commit goes on from, or is, as bits by their places."""
        bits = {name: 1 << place for place, name in enumerate(names)}
        found: dict[str, int] = {}
        for commit in self.commits.values():
            mask = bits.get(commit.name, 0)
            for parent in commit.parents:
                mask |= found[parent]
            found[commit.name] = mask
        return found

    def arrived(self, names: Sequence[str]) -> Mapping[str, datetime]:
        """When each of some commits had come to everybody: the latest instant of it, and of what was made without it.

        What was made on a branch came with the merge, whatever it says itself.
        """
        found = {name: self.commits[name].committed for name in names}
        holding = self._with(names)
        latest_first = sorted(self.commits.values(), key=lambda each: each.committed, reverse=True)
        for tip in (each for each in dict.fromkeys(self.tips) if holding[each]):
            left, line = holding[tip], self.leading_to([tip])
            for commit in latest_first:
                without = left & ~holding[commit.name] if commit.name in line else 0
                left &= ~without
                while without:
                    name = names[without.bit_length() - 1]
                    found[name] = max(found[name], commit.committed)
                    without &= ~(1 << without.bit_length() - 1)
                if not left:
                    break
        return found

    def parted(self, ours: str, theirs: str) -> list[str]:
        """The newest commits that two have in common, from which both went on."""
        marks, heap, found = {ours: _OURS}, [-self._places[ours]], []
        marks[theirs] = marks.get(theirs, 0) | _THEIRS
        heappush(heap, -self._places[theirs])
        names = self._names
        while any(not marks[names[-place]] & _STALE for place in heap):
            name = names[-heappop(heap)]
            mark = marks[name]
            if mark == _BOTH:
                found.append(name)
                mark |= _STALE
            for parent in self.commits[name].parents:
                if marks.get(parent, 0) | mark != marks.get(parent, 0):
                    if parent not in marks:
                        heappush(heap, -self._places[parent])
                    marks[parent] = marks.get(parent, 0) | mark
        return found

    def touched(self, names: Collection[str], *paths: str) -> Iterator[tuple[Commit, list[list[Touched]]]]:
        """Of each of these commits, parents first, the files that differ from each of its parents (or from nothing).

        Of all files, or only of these paths.
        """
        chosen = [commit for commit in self.commits.values() if commit.name in names]
        pairs = [(each.name, *([parent] if parent else [])) for each in chosen for parent in each.parents or ("",)]
        words = ("diff-tree", "--stdin", "--root", "--always", "-r", "--raw", "-z", "--no-renames", "--full-index")
        out = self.ledger.stream(*words, "--", *paths, given="\n".join(map(" ".join, pairs)).encode() + b"\n")
        groups = _groups(iter(out.split(b"\0")[:-1]))
        for commit in chosen:
            yield commit, [next(groups) for _ in commit.parents or ("",)]


def _commit(record: str) -> Commit:
    name, parents, authored, committed, author, email, hand, recovered = record.split("\n", len(_FIELDS) - 1)
    when = instant(authored), instant(committed)
    return Commit(name, tuple(parents.split()), Identity(author, email), hand, *when, bool(recovered.strip()))


def _groups(parts: Iterator[bytes]) -> Iterator[list[Touched]]:
    """`diff-tree -z`: a commit's name, then for each file what changed (behind a colon) and what it is called."""
    found: list[Touched] | None = None
    for part in parts:
        if part.startswith(b":"):
            was, mode, before, now, _ = part.decode("ascii").split(" ")
            assert found is not None, "git names the commit first"
            there = before if was.removeprefix(":") in FILES else ""
            found.append(Touched(os.fsdecode(next(parts)), mode, there, now if mode != GONE else ""))
        else:
            if found is not None:
                yield found
            found = []
    if found is not None:
        yield found
