"""Recording: files put in place and committed, or, if that cannot be, everything as it was."""

import hashlib
import os
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from cmplt.errors import CmpltError, GitBusy, GitFailed, KeptOtherwise, NoSuchRevision, Unfinished
from cmplt.repository import links, lock, seen
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
    """Bring the index up to the last commit, where git was killed after it had moved the branch and before that.

    A file counts as left behind that the last commit changed, and that the index has as it was before.
    """
    if ledger.head() is None:
        return
    try:
        before = ledger.resolve("HEAD~1")
    except NoSuchRevision:
        before = ledger.ask("hash-object", "-t", "tree", os.devnull).strip()
    plainly = ("--name-only", "--no-renames")
    behind = set(ledger.names("diff-tree", "-r", *plainly, before, "HEAD"))
    behind -= set(ledger.names("diff-index", "--cached", *plainly, before))
    if behind:
        _patiently(ledger, "reset", "--quiet", "--", *(literally(Path(name)) for name in sorted(behind)))


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
    head, swap = ledger.head(), Swap(ledger.root, ledger.private)
    new = _untracked(ledger, files)
    try:
        if folder is not None:
            swap.put_folder(folder, {f"{path.relative_to(folder)}": files[path] for path in files})
        else:
            for path, content in files.items():
                swap.put(path, content)
            _kept_as_written(ledger, files)
        if folder is None or ledger.differing([literally(path) for path in files]):
            _commit(ledger, list(files), message, when)
    except BaseException as error:
        if not _stands(ledger, files):
            _take_back(ledger, swap, new)
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
    """Raises KeptOtherwise where git would keep something else of a file, by an attribute of it; line ends aside."""
    paths = [f"{path.relative_to(ledger.root)}" for path in files]  # attributes are given to paths below the root
    kept = ledger.ask("hash-object", "--", *paths).split()
    for path, content, name in zip(paths, files.values(), kept, strict=True):
        if name not in (_name_of(content, len(name)), _name_of(lines(content) or b"", len(name))):
            raise KeptOtherwise(path=path)


def _name_of(content: bytes, length: int) -> str:
    """The name that git gives to a content, in a repository whose names have this length."""
    return hashlib.new("sha1" if length == 40 else "sha256", b"blob %d\0" % len(content) + content).hexdigest()


def _commit(ledger: Ledger, paths: Sequence[Path], message: str, when: datetime) -> None:
    new = _untracked(ledger, paths)
    with ledger.dated(when):
        if new:
            _patiently(ledger, "add", "--force", "--", *new)
        words = ("--only", "--quiet", "--cleanup=verbatim", "--message", message)
        _patiently(ledger, "commit", *words, "--", *map(literally, paths))


def _patiently(ledger: Ledger, *words: str) -> None:
    """Have git do something, and again as long as another git command holds what that needs."""
    until = time.monotonic() + lock.PATIENCE
    while True:
        try:
            ledger.ask(*words)
            return
        except GitBusy:
            if time.monotonic() > until:
                raise
        time.sleep(lock.PAUSE)


def _untracked(ledger: Ledger, paths: Iterable[Path]) -> list[str]:
    return [name for name in map(literally, paths) if not ledger.ask("ls-files", "--", name)]


def _stands(ledger: Ledger, files: Mapping[Path, bytes]) -> bool:
    """Whether the last commit has these files so: git failed too late, or a killed command's had not ended yet."""
    return all(lines(ledger.committed(path)) == lines(content) for path, content in files.items())


def _take_back(ledger: Ledger, swap: Swap, new: Sequence[str]) -> None:
    """Put the files back, and take those out of the index that were not in it before."""
    try:
        swap.put_back()
    finally:
        for name in new:
            if ledger.ask("ls-files", "--", name):
                _patiently(ledger, "rm", "--cached", "--quiet", "--force", "--", name)
