"""Files and folders put in place whole, and put back as they were if what follows fails."""

import errno
import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote


@dataclass
class Swap:
    """Files of one change. `private` is a folder of the same file system in which nobody looks."""

    root: Path
    private: Path
    _kept: dict[Path, Path | None] = field(default_factory=dict)
    _made: list[Path] = field(default_factory=list)  # folders

    def put(self, path: Path, content: bytes) -> None:
        """Put a file in place: written beside, synced, renamed. A crash leaves the old one or the new."""
        aside = self._aside(path)
        fresh = aside / f"{path.name}.{os.getpid()}.new"
        try:
            _write(fresh, content)
            self._make(path.parent)
            self._keep(path, aside)
            if path.exists():
                shutil.copymode(path, fresh)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        _sync(path.parent)

    def put_folder(self, target: Path, files: Mapping[str, bytes]) -> None:
        """Put a folder in place with one rename; what else stands in the one that it replaces moves over.

        Into a folder that is none of the reports' the files are put one by one.
        If that fails, everything is put back.
        """
        try:
            target = target.resolve()
        except RuntimeError:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(target)) from None
        try:
            if not target.exists() or self._ours(target):
                self._swap(target, files)
            else:
                for name, content in files.items():
                    self.put(target / name, content)
        except BaseException:
            self.put_back()
            raise

    def _swap(self, target: Path, files: Mapping[str, bytes]) -> None:
        aside = self._aside(target)
        name = quote(os.path.relpath(target, self.root), safe="")  # `tidy` finds the way back by it
        fresh, old = aside / f"{name}.{os.getpid()}.new", aside / f"{name}.{os.getpid()}.old"
        discard(fresh)  # of a killed command whose process had the same number
        try:
            for name, content in files.items():
                path = fresh / name
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, content)
            if target.exists():
                _move_over(target, fresh)
            _sync_below(fresh)
            if target.exists():
                self._kept[target] = old
                target.rename(old)
            else:
                self._make(target.parent)
                self._kept[target] = None
            fresh.rename(target)
            _sync(target.parent)
            _sync(aside)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)

    def _ours(self, folder: Path) -> bool:
        return self.root / "reports" in folder.parents and folder.is_dir() and not folder.is_mount()

    def _make(self, folder: Path) -> None:
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        self._made += missing
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            _sync(each.parent)

    def _aside(self, target: Path) -> Path:
        """A folder of the target's own file system, in which nobody looks if it can be had."""
        self.private.mkdir(exist_ok=True)
        near = next(folder for folder in target.parents if folder.exists())
        return self.private if self.private.stat().st_dev == near.stat().st_dev else near

    def _keep(self, path: Path, aside: Path) -> None:
        """Keep the old file under a second name: to put it back then takes no room on a disk that is full."""
        if not path.exists():
            self._kept[path] = None
            return
        old = aside / f"{path.name}.{os.getpid()}.{len(self._kept)}.old"
        old.unlink(missing_ok=True)
        try:
            os.link(path, old)
        except OSError:  # a file system without hard links
            shutil.copy2(path, old)
        self._kept[path] = old

    def put_back(self) -> None:
        """Put every file back; one that fails does not keep the others from it."""
        failed: OSError | None = None
        for path, old in self._kept.items():
            try:
                if old is None:
                    discard(path)
                elif old.exists() or old.is_symlink():  # else it had not been moved yet
                    if path.is_dir():
                        shutil.rmtree(path)
                    old.replace(path)
                    discard(old)  # which a second name of the very file would outlive
            except OSError as error:
                failed = error
        for folder in sorted(self._made, key=lambda each: len(each.parts), reverse=True):
            with suppress(OSError):  # somebody else has put something there meanwhile
                folder.rmdir()
        self._kept.clear()
        self._made.clear()
        if failed:
            raise failed

    def done(self) -> None:
        """Forget the old files."""
        for old in self._kept.values():
            if old is not None:
                discard(old)


def _move_over(folder: Path, fresh: Path) -> None:
    """Copy what stands in a folder, and not in the fresh one that is to replace it."""
    for path in folder.rglob("*"):
        stays = fresh / path.relative_to(folder)
        if (path.is_symlink() or not path.is_dir()) and not stays.exists():
            stays.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, stays, follow_symlinks=False)
            if not stays.is_symlink():
                _sync(stays)
    shutil.copymode(folder, fresh)


def tidy(root: Path, private: Path) -> None:
    """Put back the folder, and remove the files, that a killed command left on the way."""
    for left in (*private.glob("*.old"), *private.glob("*.new")):
        target = root / unquote(left.name.rsplit(".", 2)[0])
        if left.suffix == ".old" and left.is_dir() and not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            left.rename(target)
            _sync(target.parent)
        else:
            discard(left)


def discard(path: Path) -> None:
    """Remove a file or a folder; it may be gone already."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def replaced(path: Path, content: bytes) -> None:
    """Write a file of a clone's private folder so that a crash leaves the old one or the new."""
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        _write(fresh, content)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
    _sync(path.parent)


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_below(folder: Path) -> None:
    """Bring a folder and all folders in it to the disk, as to which files they hold."""
    for each in (*folder.rglob("*/"), folder):
        if not each.is_symlink():
            _sync(each)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
