"""Recording: files put in place and committed, or, if that cannot be, everything as it was."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from cmplt.errors import (
    ChangedByHook,
    CmpltError,
    GitBusy,
    GitFailed,
    KeptOtherwise,
    NoSuchRevision,
    Unfinished,
)
from cmplt.repository import interrupts, links, lock, seen
from cmplt.repository.ledger import Ledger
from cmplt.repository.swap import Swap
from cmplt.repository.trail import recovered as recovered

_STATES = {
    "MERGE_HEAD": ("merge", "git merge --abort"),
    "CHERRY_PICK_HEAD": ("cherry-pick", "git cherry-pick --abort"),
    "REVERT_HEAD": ("revert", "git revert --abort"),
    "rebase-merge": ("rebase", "git rebase --abort"),
    "rebase-apply": ("rebase", "git rebase --abort"),
}
_RECORDS = ("complaints", "measures")
_FOLDERS = (*_RECORDS, "attachments", "reports")


def record(
    ledger: Ledger, files: Mapping[Path, bytes], message: str, *, when: datetime, folder: Path | None = None
) -> str:
    """Write the files and commit them, and nothing else that is changed or staged; returns the commit.

    A folder that all of them are in is put in place as one.

    If that cannot be done, every file is as it was before, and so is the index.
    """
    with ledger.translated():
        return _record(ledger, files, message, when, folder)


def put(ledger: Ledger, folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a folder in place whole, without a commit."""
    links.refuse(ledger.root, folder)
    swap = Swap(ledger.root, ledger.private)
    with ledger.translated():
        swap.put_folder(folder, files)
        swap.done()


def ready(ledger: Ledger) -> None:
    """Raises Unfinished where a merge or the like is going on, GitBusy where git's lock on the index stays there."""
    for name, (what, command) in _STATES.items():
        if Path(ledger.repo.git_dir, name).exists():
            raise Unfinished(what=what, command=command)
    index = Path(ledger.repo.git_dir, "index.lock")
    until = time.monotonic() + lock.PATIENCE
    while index.exists():
        if time.monotonic() > until:
            raise GitBusy(path=index)
        time.sleep(lock.PAUSE)


def catch_up(ledger: Ledger) -> None:
    """Bring the index to the last commit, where git was killed after it had moved the branch and before that, or
    before it had taken out again what was not to be committed.

    A file counts as left behind that the last commit changed, and that the index has as it was before; and a new one
    of a folder in which only commands write, that the index alone has.
    """
    if ledger.head() is None:
        return
    try:
        before = ledger.resolve("HEAD~1")
    except NoSuchRevision:
        before = ledger.nothing
    plainly = ("--name-only", "--no-renames")
    behind = set(ledger.names("diff-tree", "-r", *plainly, before, "HEAD"))
    behind -= set(ledger.names("diff-index", "--cached", *plainly, before))
    added = ledger.names("diff-index", "--cached", "--diff-filter=A", *plainly, "HEAD", "--", *_FOLDERS)
    behind.update(name for name in added if not os.path.lexists(ledger.root / name))
    if behind:
        names = [literally(Path(name)) for name in sorted(behind)]
        _patiently(lambda: ledger.ask("reset", "--quiet", "--", *names))


def staged_like(ledger: Ledger, path: Path, *texts: str) -> bool:
    """Whether the index has one of these texts of a file, once it has caught up with the last commit."""
    for late in (False, True):
        if late:
            catch_up(ledger)
        staged = lines(ledger.committed(path, revision="")) or b""
        if staged.decode("utf-8", "replace") in texts:
            return True
    return False


def lines(content: bytes | None) -> bytes | None:
    """Content with the line ends that git keeps."""
    return content and content.replace(b"\r\n", b"\n")


def literally(path: Path) -> str:
    """A path as git takes it to be a path: the brackets in `photo[1].jpg` are no pattern."""
    return f":(literal){path}"


def _record(ledger: Ledger, files: Mapping[Path, bytes], message: str, when: datetime, folder: Path | None) -> str:
    ready(ledger)
    for path in files if folder is None else [folder]:
        links.refuse(ledger.root, path)
    with interrupts.held_back() as held:
        head, swap = ledger.head(), Swap(ledger.root, ledger.private)
        staged = _staged(ledger, files)
        try:
            if folder is not None:
                swap.put_folder(folder, {f"{path.relative_to(folder)}": files[path] for path in files})
            else:
                for path, content in files.items():
                    swap.put(path, content)
                _kept_as_written(ledger, files)
            if held.came:
                raise KeyboardInterrupt
            if folder is None or ledger.differing([literally(path) for path in files]):
                _commit(ledger, list(files), message, when)
            held.ignore()
            if folder is None:
                _held(ledger, files, head)
        except BaseException as error:
            held.ignore()
            if not _stands(ledger, files):
                _take_back(ledger, swap, staged)
                raise
            if not isinstance(error, GitFailed | GitBusy):
                raise
            with suppress(CmpltError):  # else the next command does it
                catch_up(ledger)
        finally:
            swap.done()
        commit = ledger.head() or ""
        seen.remember(ledger, commit, parent=head)
        return commit


def _kept_as_written(ledger: Ledger, files: Mapping[Path, bytes]) -> None:
    """Raises KeptOtherwise where git would keep something else of a file, by an attribute of it."""
    paths = [f"{path.relative_to(ledger.root)}" for path in files]  # attributes are given to paths below the root
    kept = ledger.ask("hash-object", "--", *paths).split()
    for path, (file, content), name in zip(paths, files.items(), kept, strict=True):
        if name not in (_name_of(content, len(name)), _name_of(_kept(ledger, file, content) or b"", len(name))):
            raise KeptOtherwise(path=path)


def _kept(ledger: Ledger, path: Path, content: bytes | None) -> bytes | None:
    """What git is to keep of a content: line ends are its own in records and the policy, and nowhere else."""
    place = path.relative_to(ledger.root)
    record = place.parts[0] in _RECORDS or len(place.parts) == 1
    return lines(content) if record and place.suffix in (".yaml", ".yml") else content


def _held(ledger: Ledger, files: Mapping[Path, bytes], head: str | None) -> None:
    """Raises ChangedByHook, with the branch where it was, if the commit just made holds something else of a file.

    Where somebody has gone on from that commit already it stays in the history, for `audit` to name.
    """
    changed = [path for path, content in files.items() if not _holds(ledger, path, content)]
    commit = ledger.head()
    if not changed or commit is None:
        return
    if ledger.ask("rev-list", "--parents", "--max-count=1", commit).split()[1:] == [head] * bool(head):
        words = ("HEAD", head, commit) if head else ("-d", "HEAD", commit)
        _patiently(lambda: ledger.ask("update-ref", *words))
    raise ChangedByHook(path=changed[0].relative_to(ledger.root))


def _name_of(content: bytes, length: int) -> str:
    """The name that git gives to a content, in a repository whose names have this length."""
    return hashlib.new("sha1" if length == 40 else "sha256", b"blob %d\0" % len(content) + content).hexdigest()


def _commit(ledger: Ledger, paths: Sequence[Path], message: str, when: datetime) -> None:
    new = [literally(path) for path, entries in _staged(ledger, paths).items() if not entries]
    with ledger.dated(when):
        if new:
            _patiently(lambda: ledger.ask("add", "--force", "--", *new))
        words = ("--only", "--quiet", "--cleanup=verbatim", "--message", message)
        _patiently(lambda: ledger.ask("commit", *words, "--", *map(literally, paths)))


def _patiently(ask: Callable[[], object]) -> None:
    """Have git do something, and again as long as another git command holds what that needs."""
    until = time.monotonic() + lock.PATIENCE
    while True:
        try:
            ask()
            return
        except GitBusy:
            if time.monotonic() > until:
                raise
        time.sleep(lock.PAUSE)


def _staged(ledger: Ledger, paths: Iterable[Path]) -> dict[Path, list[str]]:
    """What git's index has of each file."""
    return {path: ledger.names("ls-files", "--stage", "--", literally(path)) for path in paths}


def _stands(ledger: Ledger, files: Mapping[Path, bytes]) -> bool:
    """Whether the last commit has these files so: git failed too late, or a killed command's had not ended yet."""
    return all(_holds(ledger, path, content) for path, content in files.items())


def _holds(ledger: Ledger, path: Path, content: bytes) -> bool:
    """Whether the last commit has a file so."""
    return _kept(ledger, path, ledger.committed(path)) == _kept(ledger, path, content)


def _take_back(ledger: Ledger, swap: Swap, staged: Mapping[Path, Sequence[str]]) -> None:
    """Put the files back, and what git's index had of them; what cannot be is left to the next command."""
    ledger.turn.unfinished = True
    try:
        swap.put_back()
    finally:
        changed = {path: was for path, was in staged.items() if _staged(ledger, [path])[path] != was}
        entries = [entry for path, was in changed.items() for entry in was or [_none(ledger, path)]]
        if entries:
            given = "".join(f"{entry}\0" for entry in entries).encode()
            _patiently(lambda: ledger.stream("update-index", "-z", "--index-info", given=given))
    ledger.turn.unfinished = False


def _none(ledger: Ledger, path: Path) -> str:
    """How git's index is told that it has nothing of a file."""
    return f"0 {ledger.ask('hash-object', os.devnull).strip()}\t{path.relative_to(ledger.root).as_posix()}"
