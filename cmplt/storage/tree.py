"""Where an office's files are read from: the work tree, or a commit."""

import errno
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cmplt.errors import Problem
from cmplt.i18n import N_
from cmplt.storage import yamlfile

if TYPE_CHECKING:
    from cmplt.repository.ledger import Ledger, Listed

_TOO_LARGE = N_("the file has {size} bytes; more than {largest} are not read")
_NO_FILE = N_("it is no ordinary file; move it away")
_ORDINARY = ("100644", "100755")


class Tree(Protocol):
    """Files below an office's root, by their absolute paths."""

    def files(self, top: Path, suffixes: tuple[str, ...]) -> list[Path]:
        """Everything below a folder whose name ends so, folders too, and folders that cannot be listed."""

    def read(self, path: Path, shown: str, largest: int = yamlfile.LARGEST) -> bytes | Problem:
        """A file's content, or the problem that keeps it from being read; `shown` is what it is called there."""


@dataclass(frozen=True)
class WorkTree:
    """The files on the disk."""

    def files(self, top: Path, suffixes: tuple[str, ...]) -> list[Path]:
        for each in (top.parent, top):  # the root itself is none
            if each.is_symlink():
                return [each]  # not looked into, since it may lead anywhere; whoever reads it is told so
        found: list[Path] = []
        # a folder that cannot be listed is listed itself, so that its complaints do not vanish unseen
        unlisted: list[OSError] = []
        for folder, folders, names in os.walk(top, onerror=unlisted.append):
            here = Path(folder)
            found += [here / name for name in names if name.endswith(suffixes)]
            # a folder behind a link is not looked into, but neither does it vanish unseen
            found += [here / name for name in folders if name.endswith(suffixes) or (here / name).is_symlink()]
        return found + [Path(error.filename) for error in unlisted if top.exists()]

    def read(self, path: Path, shown: str, largest: int = yamlfile.LARGEST) -> bytes | Problem:
        try:
            # one descriptor for the look and the reading; a pipe is not waited for
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
            try:
                about = os.fstat(descriptor)
                if stat.S_ISDIR(about.st_mode):
                    return Problem(shown, N_("a folder stands where a file should be; move it away"), "file")
                if not stat.S_ISREG(about.st_mode):
                    return Problem(shown, _NO_FILE, "file")
                content = os.read(descriptor, largest + 1)
                return _too_large(shown, about.st_size, largest) if len(content) > largest else content
            finally:
                os.close(descriptor)
        except OSError as error:
            if error.errno == errno.ELOOP:  # a link: git keeps it as one, not as the file that it leads to
                return Problem(shown, _NO_FILE, "file")
            return Problem(shown, N_("cannot be read: {problem}"), "file", fields={"problem": error.strerror})


@dataclass(frozen=True)
class Revision:
    """The files of a commit; the work tree is not looked at."""

    ledger: "Ledger"
    commit: str  # empty before the first, which has no files
    _known: "dict[str, dict[Path, Listed]]" = field(default_factory=dict, compare=False, repr=False)

    def files(self, top: Path, suffixes: tuple[str, ...]) -> list[Path]:
        listed = self._listed(top)
        return [path for path in listed if path == top or (path.name.endswith(suffixes) and top in path.parents)]

    def _listed(self, path: Path) -> "dict[Path, Listed]":
        """What the commit has under the same folder of the root, or file in it."""
        name = path.relative_to(self.ledger.root).parts[0]
        if name not in self._known:
            listed = self.ledger.listed(self.commit, name) if self.commit else {}
            self._known[name] = {self.ledger.root / name: each for name, each in listed.items()}
        return self._known[name]

    def read(self, path: Path, shown: str, largest: int = yamlfile.LARGEST) -> bytes | Problem:
        listed = self._listed(path).get(path)
        if listed is None:
            return Problem(shown, N_("is not in the commit {commit}"), "file", fields={"commit": self.commit[:10]})
        if listed.mode not in _ORDINARY:
            return Problem(shown, _NO_FILE, "file")
        return _too_large(shown, listed.size, largest) if listed.size > largest else self.ledger.blob(listed.blob)


def text(tree: Tree, path: Path, shown: str, largest: int = yamlfile.LARGEST) -> str | Problem:
    """A file's text as it stands, line ends included, or the problem that keeps it from being read."""
    return decoded(tree.read(path, shown, largest), shown)


def decoded(content: bytes | Problem, shown: str) -> str | Problem:
    """The text of what was read, or the problem that makes it none."""
    try:
        return content if isinstance(content, Problem) else yamlfile.decode(content)
    except yamlfile.YamlProblem as problem:
        return from_yaml(shown, problem)


def _too_large(shown: str, size: int, largest: int) -> Problem:
    return Problem(shown, _TOO_LARGE, "file", fields={"size": size, "largest": largest})


def from_yaml(shown: str, problem: yamlfile.YamlProblem) -> Problem:
    return Problem(shown, problem.sentence, "yaml", problem.line, problem.column, fields=problem.fields)
