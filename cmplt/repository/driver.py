"""git's merge driver: how a clone's git is told of the merge rule."""

import re
import shlex
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cmplt.errors import CmpltError

if TYPE_CHECKING:
    from cmplt.repository.ledger import Ledger

NAME = "keeps the events of both sides"
_SECTION = '[merge "cmplt"]'
_INTERPRETER = re.compile(r"""driver = "?(?:'(?P<quoted>[^']+)'|(?P<plain>\S+)) -P -m cmplt merge-file """)


def command() -> str:
    """What git runs to merge a file; where the program has gone, git's own merge, which ends in a conflict.

    Whatever it is that failed: of a merge that the program has made a conflict of, the marks are there.
    -P: what lies in the folder in which git runs it is an office's files, not modules to be imported.
    """
    ours = f"{shlex.quote(sys.executable).replace('%', '%%')} -P -m cmplt merge-file %O %A %B %P"
    marked = "grep -q '^<<<<<<< ' %A && exit 1"
    return f"{ours} || ( {marked}; git merge-file -q -L ours -L base -L theirs %A %O %B )"


def result(private: Path, *versions: bytes) -> bytes:
    """What git gets from the driver for a file: its base, ours and theirs merged, or ours and theirs between marks."""
    words = (sys.executable, "-P", "-m", "cmplt", "merge-file")
    return _run(private, versions, lambda *paths: [*words, *paths])[0]


def usual(private: Path, *versions: bytes, union: bool) -> bytes | None:
    """What git itself makes of a file: its base, ours and theirs merged, None where they conflict."""
    words = ("git", "merge-file", "--quiet", *(["--union"] if union else []))
    content, failed = _run(private, versions, lambda base, ours, theirs: [*words, ours, base, theirs])
    return None if failed else content


def settings() -> list[str]:
    """The driver as options of one git command."""
    return ["-c", f"merge.cmplt.name={NAME}", "-c", f"merge.cmplt.driver={command()}"]


def registered(root: Path) -> bool:
    """Whether a clone's git knows the driver, and its interpreter is still there; git is not asked."""
    try:
        text = _config(root).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    found = _INTERPRETER.search(text) if _SECTION in text else None
    return found is not None and Path(found["quoted"] or found["plain"]).exists()


def register(ledger: "Ledger") -> None:
    """Tell a clone's git of the driver. One that may only be read, or is being written, is left as it is."""
    with suppress(CmpltError):  # the next command tries again, and `sync` names the driver itself
        ledger.ask("config", "merge.cmplt.name", NAME)
        ledger.ask("config", "merge.cmplt.driver", command())


def _run(private: Path, versions: Sequence[bytes], words: Callable[..., list[str]]) -> tuple[bytes, int]:
    """What a program makes of the second of three files, and how it ended."""
    with TemporaryDirectory(suffix=".new", dir=private) as folder:
        paths = [Path(folder, name) for name in ("base", "ours", "theirs")]
        for path, content in zip(paths, versions, strict=True):
            path.write_bytes(content)
        done = subprocess.run(words(*map(str, paths)), cwd=folder, capture_output=True, check=False)
        return paths[1].read_bytes(), done.returncode


def _config(root: Path) -> Path:
    """The configuration of a work tree's repository, also of one beside the main one."""
    folder = root / ".git"
    if folder.is_file():
        folder = root / folder.read_text(encoding="utf-8", errors="replace").removeprefix("gitdir: ").strip()
        shared = folder / "commondir"
        folder = folder / shared.read_text(encoding="utf-8").strip() if shared.is_file() else folder
    return folder / "config"
