"""A merge that was killed on its way is taken back: else others' events would look like what was written here."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from cmplt.errors import Edited, GitFailed
from cmplt.repository import driver
from cmplt.repository.ledger import Ledger
from cmplt.repository.recording import lines
from cmplt.repository.swap import replaced

NAME = "merging"
SUBJECT = "sync: merge"  # what the message of such a merge begins with
# Files of these folders are written by commands alone, which commit them before they merge.
_OURS = ("complaints/", "measures/")


def begin(ledger: Ledger, theirs: str) -> None:
    """Write down what is about to be merged into what."""
    replaced(ledger.private / NAME, f"{ledger.head()} {theirs}\n".encode())


def end(ledger: Ledger) -> None:
    """It is merged, or git has taken it back."""
    (ledger.private / NAME).unlink(missing_ok=True)


def stands(ledger: Ledger, theirs: str) -> bool:
    """Whether a merge was committed; what git has noted of it goes then, if it did not live to remove that."""
    if not ledger.leads(theirs, "HEAD"):
        return False
    merging = Path(ledger.repo.git_dir, "MERGE_HEAD")
    if merging.exists() and merging.read_text(encoding="utf-8", errors="replace").strip() == theirs:
        ledger.ask("merge", "--quit")
    return True


def take_back(ledger: Ledger) -> None:
    """Put every file back that is as a killed merge left it, unless the merge was committed.

    Raises Edited for a complaint or measure that is neither so nor as it was: somebody has written into it since. A
    merge that somebody has begun or goes on with by hand is left to them.
    """
    note = ledger.private / NAME
    if not note.exists():
        return None
    found = re.fullmatch("([0-9a-f]{40,64}) ([0-9a-f]{40,64})\n", note.read_text(encoding="ascii", errors="replace"))
    if found is None or stands(ledger, found[2]):
        return end(ledger)
    head, theirs = found.groups()
    going_on = Path(ledger.repo.git_dir, "MERGE_HEAD").exists()
    if going_on and not _is_ours(ledger, head, theirs):
        return None
    left, staged = set(_left(ledger, head, theirs)), set(_staged(ledger, head, theirs))
    if going_on and not left.issuperset(ledger.names("diff", "--name-only", "--diff-filter=U")):
        return None
    for name in left:
        _put_back(ledger, name)
    for name in staged - left:  # what somebody has made of the file since is theirs
        ledger.ask("reset", "--quiet", "HEAD", "--", f":(top,literal){name}")
    if going_on:
        ledger.ask("merge", "--quit")  # to abort it would throw away what somebody has staged since
    return end(ledger)


def touched(ledger: Ledger, head: str | None, theirs: str, *words: str) -> list[str]:
    """What the other side changed since both went on from one commit; nothing, where there is none."""
    base = _parted(ledger, head, theirs)
    return ledger.names("diff", "--name-only", *words, base, theirs) if base else []


def related(ledger: Ledger, head: str, theirs: str) -> bool:
    """Whether two commits go on from a common one: git merges no strangers."""
    return _parted(ledger, head, theirs) is not None


def _parted(ledger: Ledger, head: str | None, theirs: str) -> str | None:
    """The commit from which both went on; before a first commit that is an empty tree."""
    if head is None:
        return ledger.nothing
    try:
        return ledger.ask("merge-base", head, theirs).strip()
    except GitFailed:
        return None


def _is_ours(ledger: Ledger, head: str, theirs: str) -> bool:
    """Whether the merge that is going on is the one that was killed, and not one begun by hand."""
    merging, told = (
        Path(ledger.repo.git_dir, name).read_text(encoding="utf-8", errors="replace")
        for name in ("MERGE_HEAD", "MERGE_MSG")
    )
    return ledger.head() == head and merging.strip() == theirs and told.startswith(SUBJECT)


def _left(ledger: Ledger, head: str, theirs: str) -> Iterator[str]:
    """The files that are as the merge put them there."""
    for name in touched(ledger, head, theirs):
        path = ledger.root / name
        found = lines(_content(path))
        if found == lines(ledger.committed(path)):
            continue
        if _by_merge(ledger, path, found, head, theirs):
            yield name
        elif name.startswith(_OURS):
            raise Edited(path=name)


def _staged(ledger: Ledger, head: str, theirs: str) -> Iterator[str]:
    """The files that git's index has as the merge put them there, or between the two sides."""
    changed = set(ledger.names("diff", "--cached", "--name-only", "HEAD"))
    unmerged = set(ledger.names("diff", "--name-only", "--diff-filter=U"))
    for name in changed.intersection(touched(ledger, head, theirs)):
        path = ledger.root / name
        found = lines(ledger.committed(path, revision=""))
        if name in unmerged or _by_merge(ledger, path, found, head, theirs):
            yield name


def _by_merge(ledger: Ledger, path: Path, found: bytes | None, head: str, theirs: str) -> bool:
    """Whether a content is what the other side has of a file, or what both sides give merged."""
    if found == lines(ledger.committed(path, revision=theirs)):
        return True
    return found is not None and found == lines(_merged(ledger, path, head, theirs))


def _content(path: Path) -> bytes | None:
    if path.is_symlink():
        return os.fsencode(path.readlink())
    return path.read_bytes() if path.is_file() else None


def _merged(ledger: Ledger, path: Path, head: str, theirs: str) -> bytes | None:
    """What git makes of a file: by the rule, or, of one that no rule is for, where the two do not meet."""
    revisions = (_parted(ledger, head, theirs) or head, head, theirs)
    versions = [ledger.committed(path, revision=each) or b"" for each in revisions]
    name = path.relative_to(ledger.root).as_posix()
    if name.startswith(_OURS):
        return driver.result(ledger.private, *versions)
    both = ledger.ask("check-attr", "-z", "merge", "--", name).split("\0")[2] == "union"
    return driver.usual(ledger.private, *versions, union=both)


def _put_back(ledger: Ledger, name: str) -> None:
    """A file as the last commit has it, in the work tree and for git; one that it has not is gone."""
    if ledger.committed(ledger.root / name) is not None:
        ledger.ask("checkout", "--quiet", "HEAD", "--", f":(top,literal){name}")
    else:
        ledger.ask("rm", "--quiet", "--cached", "--ignore-unmatch", "--", f":(top,literal){name}")
        (ledger.root / name).unlink(missing_ok=True)
