"""The complaints of an office: which files there are, and what each one says."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cmplt.domain.complaint import Complaint, Misread
from cmplt.errors import NoSuchComplaint, Problem
from cmplt.i18n import N_
from cmplt.storage import yamlfile
from cmplt.storage.shelf import Shelf
from cmplt.storage.tree import from_yaml

COMPLAINTS = "complaints"


@dataclass(frozen=True, slots=True)
class File:
    """A complaint's file as it was read: its path, its text and what that says."""

    path: Path
    text: str
    complaint: Complaint


class Book(Shelf[File]):
    """All complaints below an office's root."""

    folder = COMPLAINTS
    missing = NoSuchComplaint
    doubled = N_("the complaint has another file, {other}; remove one")

    def path_of(self, file_id: str) -> Path:
        """Where a complaint's file belongs: by the month of receipt, which its id begins with."""
        return self.root / COMPLAINTS / file_id[:4] / file_id[4:6] / f"{file_id}.yaml"

    def parse(self, path: Path, text: str) -> File | Problem:
        return parse(path, self.shown(path), text)

    def all(self) -> tuple[list[Complaint], list[Problem]]:
        """Every complaint that can be read, and a problem for every file that cannot."""
        complaints, problems = [], []
        for found in map(self.read, self.files()):
            if isinstance(found, Problem):
                problems.append(found)
            else:
                complaints.append(found.complaint)
        return complaints, problems

    def holding(self, sought: Callable[[str], bool]) -> Iterator[Complaint]:
        """The complaints that can be read and whose text holds what is sought, not to parse what cannot be meant."""
        for path in self.paths.values():
            content = self.content(path)
            if isinstance(content, bytes) and sought(content.decode("utf-8", "replace")):
                found = self.parsed(path, content)
                if isinstance(found, File):
                    yield found.complaint


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


# A file may have as many problems as lines, and each is looked up in the places of the same text.
_places = lru_cache(maxsize=2)(yamlfile.places)


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
    marks, steps = _places(text), tuple(path)
    while steps and steps not in marks:
        steps = steps[:-1]
    place = marks.get(steps, yamlfile.Place(1, 1))
    return Problem(shown, sentence, rule, place.line, place.column, level, dict(fields))
