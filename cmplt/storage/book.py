"""The complaints of an office: which files there are, and what each one says."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from cmplt.domain import ids
from cmplt.domain.complaint import Complaint, Misread
from cmplt.errors import AmbiguousId, NoSuchComplaint, Problem, Unreadable
from cmplt.i18n import N_
from cmplt.storage import yamlfile

COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True)
class File:
    """A complaint's file as it was read: its path, its text and what that says."""

    path: Path
    text: str
    complaint: Complaint


@dataclass(frozen=True)
class Book:
    """All complaints below an office's root."""

    root: Path

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The file of every complaint by its id, oldest id first."""
        return {path.stem: path for path in self.files() if ids.is_id(path.stem)}

    def files(self) -> list[Path]:
        """Everything that ends like a complaint's file, in the order of the names."""
        top = self.root / COMPLAINTS
        found: list[Path] = []
        # a folder that cannot be listed is listed itself, so that its complaints do not vanish unseen
        unlisted: list[OSError] = []
        for folder, folders, names in os.walk(top, onerror=unlisted.append):
            found += [Path(folder, name) for name in (*names, *folders) if name.endswith((".yaml", ".yml"))]
        found += [Path(error.filename) for error in unlisted if top.exists()]
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

    def read(self, path: Path) -> File | Problem:
        """One file, or the problem that makes it unreadable."""
        shown = str(path.relative_to(self.root))
        text = read_text(path, shown)
        return text if isinstance(text, Problem) else parse(path, shown, text)


def read_text(path: Path, shown: str) -> str | Problem:
    """A file's text as it stands, line ends included, or the problem that keeps it from being read."""
    try:
        if path.is_dir():
            next(path.iterdir(), None)
            return Problem(shown, N_("a folder stands where a file should be; move it away"), "file")
        if not path.is_file() and path.exists():
            return Problem(shown, N_("it is no ordinary file; move it away"), "file")
        if path.stat().st_size > yamlfile.LARGEST:
            size = path.stat().st_size
            return Problem(
                shown,
                N_("the file has {size} bytes; more than {largest} are not read"),
                "file",
                fields={"size": size, "largest": yamlfile.LARGEST},
            )
        return yamlfile.decode(path.read_bytes())
    except yamlfile.YamlProblem as problem:
        return from_yaml(shown, problem)
    except OSError as error:
        return Problem(shown, N_("cannot be read: {problem}"), "file", fields={"problem": error.strerror})


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


def from_yaml(shown: str, problem: yamlfile.YamlProblem) -> Problem:
    return Problem(shown, problem.sentence, "yaml", problem.line, problem.column, fields=problem.fields)


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
