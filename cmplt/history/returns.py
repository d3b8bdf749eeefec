"""What of a policy was changed, and changed back by a later version to what it had been."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cmplt.history.leaves import ABSENT, ITEM, Leaf, Path

_NONE = Leaf(None, ABSENT)


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


@dataclass(frozen=True)
class Versions:
    """The versions of a policy, parents first: the commits, the values, and which come before and behind each.

    Sets of versions are bits by their places: what a history of thousands asks of them is a few large numbers.
    """

    names: Sequence[str]
    values: Sequence[Mapping[Path, Leaf]]
    before: Sequence[int]
    behind: Sequence[int]

    @cached_property
    def _last(self) -> int:
        return sum(1 << place for place, behind in enumerate(self.behind) if not behind)

    def returns(self) -> Iterator[tuple[int, Return]]:
        """The values that a version has otherwise than one before it, and that one behind it has as that had them.

        Each with the version's place.
        """
        for path, course in self._courses():
            held: dict[str | None, int] = {}  # the versions that have a value
            ends = [place for place, _meant in course[1:]] + [len(self.names)]
            for (first, meant), end in zip(course, ends, strict=True):
                held[meant] = held.get(meant, 0) | (1 << end) - (1 << first)
            again = [each for each in held if sum(meant == each for _place, meant in course) > 1]
            for (first, meant), end in zip(course, ends, strict=True):
                others = [held[each] for each in again if each != meant]
                for place in range(first, end) if others else ():
                    found = self._back(place, held[meant], others)
                    if found:
                        start, back = found
                        value = self.values[back].get(path, _NONE).value
                        yield place, Return(path, self.names[start], self.names[back], value)

    def _courses(self) -> Iterator[tuple[Path, list[tuple[int, str | None]]]]:
        """Where each path's value changes from one version to the next, and what to; paths without a return left out.

        What comes back has to come twice, whatever the history looks like: in most none does.
        """
        courses: dict[Path, list[tuple[int, str | None]]] = {}
        previous: dict[Path, str | None] = {}
        for place, values in enumerate(self.values):
            now = {path: leaf.meant for path, leaf in values.items()}
            for path in sorted({path for path, _meant in now.items() ^ previous.items()}):
                courses.setdefault(path, [(0, None)] if place else []).append((place, now.get(path)))
            previous = now
        for path, course in courses.items():
            if len({meant for _place, meant in course}) < len(course):
                yield path, course

    def _back(self, place: int, same: int, others: Sequence[int]) -> tuple[int, int] | None:
        """The version that brought a version's value, and the one behind it that has another again; None without."""
        before, behind = self.before[place], self.behind[place]
        left, passed = before & ~same, 0
        if not left or not behind & self._last & ~same:  # always so, or so to this day: it was not put back
            return None
        while left:
            newest = left.bit_length() - 1
            passed |= self.before[newest] | 1 << newest
            left &= ~passed
        start = _lowest((before | 1 << place) & ~passed)
        backs = [_lowest(other & behind) for other in others if other & self.before[start] and other & behind]
        return (start, min(backs)) if backs else None


def _lowest(bits: int) -> int:
    return (bits & -bits).bit_length() - 1
