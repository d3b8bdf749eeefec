"""Files put in place whole, and put back as they were if what follows fails."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Swap:
    """Files of one change. `private` is a folder of the same file system in which nobody looks."""

    root: Path
    private: Path
    _kept: dict[Path, Path | None] = field(default_factory=dict)

    def put(self, path: Path, content: bytes) -> None:
        """Put a file in place: written beside, synced, renamed. A crash leaves the old one or the new."""
        self.private.mkdir(exist_ok=True)
        fresh = self.private / f"{path.name}.{os.getpid()}"
        try:
            with fresh.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._keep(path)
            path.parent.mkdir(parents=True, exist_ok=True)
            if path.exists():
                shutil.copymode(path, fresh)
            fresh.replace(path)
        finally:
            fresh.unlink(missing_ok=True)
        _sync(path.parent)

    def _keep(self, path: Path) -> None:
        """Keep the old file under a second name: to put it back then takes no room on a disk that is full."""
        if not path.exists():
            self._kept[path] = None
            return
        old = self.private / f"{path.name}.{os.getpid()}.old"
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
                if old is not None:
                    old.replace(path)
                else:
                    path.unlink(missing_ok=True)
                    self._remove_empty(path.parent)
            except OSError as error:
                failed = error
        if failed:
            raise failed

    def _remove_empty(self, folder: Path) -> None:
        while folder != self.root and not (folder.exists() and any(folder.iterdir())):
            if folder.exists():
                folder.rmdir()
            folder = folder.parent

    def done(self) -> None:
        """Forget the old files."""
        for old in self._kept.values():
            if old is not None:
                old.unlink(missing_ok=True)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
