"""Whether a merge commit is what the merge rule makes of its parents, file by file (design §2)."""

from collections.abc import Iterator, Sequence

from cmplt.errors import Problem
from cmplt.history import growth
from cmplt.history.areas import ORDINARY, is_ours, is_record
from cmplt.history.commits import Commit, Past, Touched
from cmplt.history.growth import Document
from cmplt.history.texts import Texts
from cmplt.i18n import N_
from cmplt.storage import merging, policyfile

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


def offences(past: Past, texts: Texts, commit: Commit, touched: Sequence[Sequence[Touched]]) -> Iterator[Problem]:
    """What a merge has otherwise than its parents and the rule give."""
    groups = [{each.path: each for each in group if is_ours(each.path)} for group in touched]
    for path in sorted({path for group in groups for path in group}):
        now = next(group[path].now for group in groups if path in group)
        sides = [group[path].before if path in group else now for group in groups]
        ours, theirs = zip(commit.parents, sides, strict=True)
        expected = _merged(past, texts, path, ours, theirs)
        problem = _judged(texts, commit, path, now, sides, expected)
        if problem:
            honest = _text(texts, path, expected) if expected else None
            if honest is not None:
                texts.stands_for(path, now, honest)
            yield problem


def _merged(past: Past, texts: Texts, path: str, ours: tuple[str, str], theirs: tuple[str, str]) -> str | None:
    """The content of a merged file: the name of one side's, a text (behind a line feed), or None for a conflict."""
    if ours[1] == theirs[1]:
        return ours[1]
    base = _base(past, texts, path, past.parted(ours[0], theirs[0]))
    if base == ours[1]:
        return theirs[1]
    if base == theirs[1]:
        return ours[1]
    if not is_record(path) or not (base and ours[1] and theirs[1]):
        return None
    found = [_text(texts, path, each) for each in (base, ours[1], theirs[1])]
    try:
        merged = merging.merged(*(each for each in found if each is not None)) if all(found) else None
    except merging.Conflict:
        return None
    return None if merged is None else f"\n{merged}"


def _base(past: Past, texts: Texts, path: str, parted: Sequence[str]) -> str:
    """What two sides went on from; of several such commits, what these give when they are merged themselves.

    Nothing for a name that git's own protocol cannot ask for, and no command gives.
    """
    if not parted or "\n" in path:
        return ""
    first, *more = parted
    found = past.ledger.named(f"{first}:{path}")
    base: str = found[0] if found else ""
    for each in more:
        other = past.ledger.named(f"{each}:{path}")
        base = _merged(past, texts, path, (first, base), (each, other[0] if other else "")) or base
    return base


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
