"""A folder of files that are named by their ids: which there are, and what a part of an id means."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import ClassVar, Generic, TypeVar

from cmplt.domain import ids
from cmplt.errors import AmbiguousId, CmpltError, Problem, Unreadable
from cmplt.storage.tree import Tree, WorkTree, decoded

File = TypeVar("File")


@dataclass(frozen=True)
class Shelf(Generic[File]):
    """All files of a kind below an office's root, as they stand on the disk or in a commit."""

    root: Path
    tree: Tree = field(default_factory=WorkTree)

    folder: ClassVar[str]
    missing: ClassVar[type[CmpltError]]  # what is raised where no id matches
    doubled: ClassVar[str]  # what is wrong with a second file of one id

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The files by their ids, the oldest first."""
        return {path.stem: path for path in self.files() if ids.is_id(path.stem)}

    def files(self) -> list[Path]:
        """Everything that ends like one of these files, in the order of the names."""
        found = self.tree.files(self.root / self.folder, (".yaml", ".yml"))
        return sorted(found, key=lambda path: (path.name, path))

    @abstractmethod
    def path_of(self, file_id: str) -> Path:
        """Where the file of an id belongs."""

    @abstractmethod
    def parse(self, path: Path, text: str) -> File | Problem:
        """What a file's text says, or the problem that makes it unreadable."""

    def find(self, part: str) -> Path:
        """The file that a part of an id means; raises AmbiguousId, or that there is none."""
        matches = ids.matching(part.strip(), self.paths)
        if len(matches) > 1:
            raise AmbiguousId(id=part, matches=matches)
        if not matches:
            raise self.missing(id=part, near=self._near(part))
        return self.paths[matches[0]]

    def _near(self, part: str) -> Sequence[str]:
        tails = {each[-4:]: each for each in self.paths}
        near = get_close_matches(part.lower(), [*self.paths, *tails], n=1, cutoff=0.6)
        return [tails.get(each, each) for each in near]

    def open(self, path: Path) -> File:
        """Read one file for a command that needs it; raises Unreadable with file and line."""
        found = self.read(path)
        if isinstance(found, Problem):
            where = f"{found.path}:{found.line}:{found.column}"
            raise Unreadable(where=where, problem=(found.sentence, found.fields))
        return found

    def read(self, path: Path) -> File | Problem:
        """One file, or the problem that makes it unreadable."""
        return self.parsed(path, self.content(path))

    def content(self, path: Path) -> bytes | Problem:
        """A file's bytes, or the problem that keeps them from being read."""
        return self.tree.read(path, self.shown(path))

    def parsed(self, path: Path, content: bytes | Problem) -> File | Problem:
        """What a file's bytes say."""
        text = decoded(content, self.shown(path))
        return text if isinstance(text, Problem) else self.parse(path, text)

    def twice(self, path: Path, other: Path) -> Problem:
        """What is wrong with a second file of one id."""
        return Problem(self.shown(path), self.doubled, "id", fields={"other": self.shown(other)})

    def shown(self, path: Path) -> str:
        """How a file is called in a message: by its path below the root."""
        return str(path)[len(str(self.root)) + 1 :]
