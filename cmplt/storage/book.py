"""The complaints of an office: which files there are, and what each one says."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from cmplt.domain import ids
from cmplt.domain.complaint import Complaint, Misread
from cmplt.errors import AmbiguousId, NoSuchComplaint, Problem, Unreadable
from cmplt.i18n import N_
from cmplt.storage import yamlfile
from cmplt.storage.tree import Tree, WorkTree, decoded, from_yaml

COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True)
class File:
    """A complaint's file as it was read: its path, its text and what that says."""

    path: Path
    text: str
    complaint: Complaint


@dataclass(frozen=True)
class Book:
    """All complaints below an office's root, as they stand on the disk or in a commit."""

    root: Path
    tree: Tree = field(default_factory=WorkTree)

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The file of every complaint by its id, oldest id first."""
        return {path.stem: path for path in self.files() if ids.is_id(path.stem)}

    def files(self) -> list[Path]:
        """Everything that ends like a complaint's file, in the order of the names."""
        found = self.tree.files(self.root / COMPLAINTS, (".yaml", ".yml"))
        return sorted(found, key=lambda path: (path.name, path))

    def path_of(self, complaint_id: str) -> Path:
        """Where a complaint's file belongs: by the month of receipt, which its id begins with."""
        return self.root / COMPLAINTS / complaint_id[:4] / complaint_id[4:6] / f"{complaint_id}.yaml"

    def find(self, part: str) -> Path:
        """The file that a part of an id means; raises NoSuchComplaint or AmbiguousId."""
        matches = ids.matching(part.strip(), self.paths)
        if len(matches) > 1:
            raise AmbiguousId(id=part, matches=matches)
        if not matches:
            tails = {each[-4:]: each for each in self.paths}
            near = get_close_matches(part.lower(), [*self.paths, *tails], n=1, cutoff=0.6)
            raise NoSuchComplaint(id=part, near=[tails.get(each, each) for each in near])
        return self.paths[matches[0]]

    def open(self, path: Path) -> File:
        """Read one complaint for a command that needs it; raises Unreadable with file and line."""
        found = self.read(path)
        if isinstance(found, Problem):
            where = f"{found.path}:{found.line}:{found.column}"
            raise Unreadable(where=where, problem=(found.sentence, found.fields))
        return found

    def all(self) -> tuple[list[Complaint], list[Problem]]:
        """Every complaint that can be read, and a problem for every file that cannot."""
        complaints, problems = [], []
        for found in map(self.read, self.files()):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                complaints.append(found.complaint)
        return complaints, problems

    def holding(self, text: str) -> Iterator[Complaint]:
        """The complaints that can be read and hold a text somewhere, not to parse those that cannot be meant."""
        sought = text.encode()
        for path in self.paths.values():
            content = self.content(path)
            if isinstance(content, bytes) and sought in content:
                found = self.parsed(path, content)
                if isinstance(found, File):
                    yield found.complaint

    def read(self, path: Path) -> File | Problem:
        """One file, or the problem that makes it unreadable."""
        return self.parsed(path, self.content(path))

    def content(self, path: Path) -> bytes | Problem:
        """A file's bytes, or the problem that keeps them from being read."""
        return self.tree.read(path, self.shown(path))

    def parsed(self, path: Path, content: bytes | Problem) -> File | Problem:
        """What a file's bytes say."""
        text = decoded(content, self.shown(path))
        return text if isinstance(text, Problem) else parse(path, self.shown(path), text)

    def twice(self, path: Path, other: Path) -> Problem:
        """What is wrong with a second file of one complaint."""
        return Problem(
            self.shown(path),
            N_("the complaint has another file, {other}; remove one"),
            "id",
            fields={"other": self.shown(other)},
        )

    def shown(self, path: Path) -> str:
        """How a file is called in a message: by its path below the root."""
        return str(path)[len(str(self.root)) + 1 :]


def parse(path: Path, shown: str, text: str) -> File | Problem:
    """What a complaint's text says, or the problem that makes it unreadable."""
    try:
        complaint = Complaint.read(yamlfile.load(text))
    except yamlfile.YamlProblem as problem:
        return from_yaml(shown, problem)
    except Misread as error:
        return at(shown, text, error.path, N_("expected {expected}"), "shape", {"expected": error.expected})
    if all(event.action != "register" for event in complaint.events):  # it would vanish from every list
        expected = {"expected": "register"}
        return at(shown, text, ("events", 0, "action"), N_("expected {expected}"), "shape", expected)
    if complaint.id != path.stem:
        return at(
            shown,
            text,
            ("id",),
            N_("the id is {id}, but the file is named {name}; one of them must follow"),
            "id",
            {"id": complaint.id, "name": path.name},
        )
    return File(path, text, complaint)


def at(
    shown: str,
    text: str,
    path: Iterable[str | int],
    sentence: str,
    rule: str,
    fields: Mapping[str, object],
    level: str = "error",
) -> Problem:
    """A problem at the place of a value, or of the nearest one around it that is there."""
    marks, steps = yamlfile.places(text), tuple(path)
    while steps and steps not in marks:
        steps = steps[:-1]
    place = marks.get(steps, yamlfile.Place(1, 1))
    return Problem(shown, sentence, rule, place.line, place.column, level, dict(fields))
