"""Links in an office's folders: where one stands on the way, a path may lead anywhere."""

import errno
import os
from pathlib import Path

from cmplt.errors import Linked


def on_the_way(root: Path, path: Path) -> Path | None:
    """The first link on the way from the root to a path below it, the path itself included; None for none."""
    names = path.relative_to(root).parts
    steps = (root.joinpath(*names[: count + 1]) for count in range(len(names)))
    return next((step for step in steps if step.is_symlink()), None)


def refuse(root: Path, path: Path) -> None:
    """Raise Linked where what is to be written below the root would be written somewhere else."""
    found = on_the_way(root, path) if path.is_relative_to(root) else None
    if found is not None:
        raise Linked(path=found.relative_to(root))


def private(root: Path, name: str) -> Path:
    """Where this clone keeps something for itself; raises OSError where a link stands on the way."""
    path = root / ".git" / "cmplt" / name
    if path.parent.is_symlink() or path.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    return path
