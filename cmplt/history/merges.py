"""Whether a merge commit is what the merge rule makes of its parents, file by file (design §2)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from cmplt.errors import Problem
from cmplt.history import growth
from cmplt.history.areas import ORDINARY, is_ours, is_record
from cmplt.history.commits import Commit, Past, Touched
from cmplt.history.growth import Document
from cmplt.history.texts import Texts
from cmplt.i18n import N_
from cmplt.storage import merging, policyfile

Side = tuple[str, str]  # a commit, and the content that a file has or should have there
_DELETED = N_("the merge deletes it; bring it back: git checkout {commit}^ -- {path}")
_DROPPED = N_("the merge leaves out what {parent} had here; see 'git show -m {commit}'")
_ADDED = N_("the merge has here what no side had; see 'git show -m {commit}'")
_RESOLVED = N_("both sides changed it so that no rule merges them, and somebody chose; see 'git show -m {commit}'")


def wrong_kinds(touched: Sequence[Sequence[Touched]]) -> Iterator[str]:
    """The paths at which a merge has a link or another repository that no parent had."""
    first, *others = ({each.path: each for each in group} for group in touched)
    for path, each in first.items():
        if each.mode not in ORDINARY and is_ours(path) and all(path in group for group in others):
            yield path


@dataclass
class Merges:
    """What the merges of a history should be. What was worked out to go on from is not worked out again."""

    past: Past
    texts: Texts
    _known: dict[tuple[str, Side, Side], str | None] = field(default_factory=dict)

    def offences(self, commit: Commit, touched: Sequence[Sequence[Touched]]) -> Iterator[Problem]:
        """What a merge has otherwise than its parents and the rule give."""
        groups = [{each.path: each for each in group if is_ours(each.path)} for group in touched]
        for path in sorted({path for group in groups for path in group}):
            now = next(group[path].now for group in groups if path in group)
            sides = [group[path].before if path in group else now for group in groups]
            ours, theirs = zip(commit.parents, sides, strict=True)
            expected = self._merged(path, ours, theirs)
            problem = _judged(self.texts, commit, path, now, sides, expected)
            if problem:
                honest = _text(self.texts, path, expected) if expected else None
                if honest is not None:
                    self.texts.stands_for(path, now, honest)
                yield problem

    def _merged(self, path: str, ours: Side, theirs: Side) -> str | None:
        """The content of a merged file: the name of one side's, a text (behind a line feed), or None for a conflict.

        What each side went on from may have to be merged itself, and so on as far back as two desks have merged each
        other: the deepest first, by a list and not by recursion.
        """
        wanted = [(ours, theirs)]
        while True:
            pair = wanted[-1]
            base = "" if pair[0][1] == pair[1][1] else self._base(path, *pair)
            if not isinstance(base, str):
                wanted.append(base)
                continue
            found = self._from(path, base, pair[0][1], pair[1][1])
            wanted.pop()
            if not wanted:
                return found
            self._known[path, *pair] = found

    def _base(self, path: str, ours: Side, theirs: Side) -> str | tuple[Side, Side]:
        """What two sides went on from; of several such commits, what these give when they are merged themselves.

        The two of these that have to be merged first, where that is not known yet. Nothing for a name that git's own
        protocol cannot ask for, and no command gives.
        """
        parted = [] if "\n" in path else self.past.parted(ours[0], theirs[0])
        sides = [(name, found[0] if (found := self.past.ledger.named(f"{name}:{path}")) else "") for name in parted]
        base = sides[0][1] if sides else ""
        for each in sides[1:]:
            pair = (sides[0][0], base), each
            if (path, *pair) not in self._known:
                return pair
            base = self._known[path, *pair] or base
        return base

    def _from(self, path: str, base: str, ours: str, theirs: str) -> str | None:
        if ours == theirs or base == theirs:
            return ours
        if base == ours:
            return theirs
        if not is_record(path) or not (base and ours and theirs):
            return None
        found = [_text(self.texts, path, each) for each in (base, ours, theirs)]
        try:
            merged = merging.merged(*(each for each in found if each is not None)) if all(found) else None
        except merging.Conflict:
            return None
        return None if merged is None else f"\n{merged}"


def _text(texts: Texts, path: str, content: str) -> str | None:
    if content.startswith("\n"):
        return content[1:]
    found = texts.text(path, content)
    return None if isinstance(found, Problem) else found


def _judged(
    texts: Texts, commit: Commit, path: str, now: str, sides: Sequence[str], expected: str | None
) -> Problem | None:
    if now == expected:
        return None
    fields = {"commit": commit.name[:10], "parent": "", "path": path}
    if expected is None and path == policyfile.NAME and not now:
        return Problem(path, _DELETED, "deleted", fields=fields)
    if expected is None and path == policyfile.NAME:
        return None  # a text that git or a person merges: what it says is judged by itself
    if expected is None:
        return Problem(path, _RESOLVED, "merge", fields=fields)
    if not expected and now in sides:
        return None  # one side deleted it, which was said there; that the other one's stays is no wrong
    text, wanted = (_text(texts, path, each) if each else None for each in (now, expected))
    if text is not None and text == wanted:
        return None
    pairs = zip(commit.parents, sides, strict=True)
    lost = next((parent for parent, side in pairs if _lacks(texts, path, text, side)), None)
    line = _first_difference(text or "", wanted or "")
    fields["parent"] = (lost or "")[:10]
    return Problem(path, _DROPPED if lost else _ADDED, "merge", line, fields=fields)


def _lacks(texts: Texts, path: str, text: str | None, side: str) -> bool:
    """Whether a merged text is without some event of a side."""
    before = _text(texts, path, side) if side else None
    if before is None or text is None:
        return before is not None
    documents = [growth.read(path, each) for each in (text, before)]
    events = [list(each.data["events"]) for each in documents if isinstance(each, Document)]
    return len(events) == 2 and any(event not in events[0] for event in events[1])


def _first_difference(text: str, wanted: str) -> int:
    """The line from which a text is not as it should be."""
    pairs = zip(text.split("\n"), wanted.split("\n"), strict=False)
    return next((number for number, (one, other) in enumerate(pairs, 1) if one != other), text.count("\n") or 1)
