"""The measures of an office: which files there are, and what each one says."""

from dataclasses import dataclass
from pathlib import Path

from cmplt.domain.complaint import Misread
from cmplt.domain.measure import Measure
from cmplt.errors import NoSuchMeasure, Problem
from cmplt.i18n import N_
from cmplt.storage import book, yamlfile
from cmplt.storage.shelf import Shelf
from cmplt.storage.tree import from_yaml

MEASURES = "measures"


@dataclass(frozen=True, slots=True)
class MeasureFile:
    """A measure's file as it was read: its path, its text and what that says."""

    path: Path
    text: str
    measure: Measure


class Measures(Shelf[MeasureFile]):
    """All measures below an office's root."""

    folder = MEASURES
    missing = NoSuchMeasure
    doubled = N_("the measure has another file, {other}; remove one")

    def path_of(self, file_id: str) -> Path:
        """Where a measure's file belongs: by the year in which it was proposed, which its id begins with."""
        return self.root / MEASURES / file_id[:4] / f"{file_id}.yaml"

    def parse(self, path: Path, text: str) -> MeasureFile | Problem:
        return parse(path, self.shown(path), text)

    def all(self) -> tuple[list[Measure], list[Problem]]:
        """Every measure that can be read, by its id, and a problem for every file that cannot."""
        found: dict[str, MeasureFile] = {}
        problems = []
        for path in self.files():
            file = self.read(path)
            if isinstance(file, Problem):
                problems.append(file)
                continue
            first = found.get(file.measure.id)
            if first is not None:  # somebody copied a file: the one in its place counts
                problems.append(self.twice(path, first.path))
            if first is None or path == self.path_of(file.measure.id):
                found[file.measure.id] = file
        return [each.measure for each in found.values()], problems


def parse(path: Path, shown: str, text: str) -> MeasureFile | Problem:
    """What a measure's text says, or the problem that makes it unreadable."""
    try:
        measure = Measure.read(yamlfile.load(text))
    except yamlfile.YamlProblem as problem:
        return from_yaml(shown, problem)
    except Misread as error:
        return book.at(shown, text, error.path, N_("expected {expected}"), "shape", {"expected": error.expected})
    if measure.id != path.stem:
        sentence = N_("the id is {id}, but the file is named {name}; one of them must follow")
        return book.at(shown, text, ("id",), sentence, "id", {"id": measure.id, "name": path.name})
    return MeasureFile(path, text, measure)
