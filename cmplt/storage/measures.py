"""The measures of an office: which files there are, and what each one says."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

from cmplt.domain import ids
from cmplt.domain.complaint import Misread
from cmplt.domain.measure import Measure
from cmplt.errors import AmbiguousId, NoSuchMeasure, Problem, Unreadable
from cmplt.i18n import N_
from cmplt.storage import book, yamlfile
from cmplt.storage.tree import Tree, WorkTree, decoded, from_yaml

MEASURES = "measures"


@dataclass(frozen=True, slots=True)
class MeasureFile:
    """A measure's file as it was read: its path, its text and what that says."""

    path: Path
    text: str
    measure: Measure


@dataclass(frozen=True)
class Measures:
    """All measures below an office's root, as they stand on the disk or in a commit."""

    root: Path
    tree: Tree = field(default_factory=WorkTree)

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The file of every measure by its id, oldest id first."""
        return {path.stem: path for path in self.files() if ids.is_id(path.stem)}

    def files(self) -> list[Path]:
        """Everything that ends like a measure's file, in the order of the names."""
        found = self.tree.files(self.root / MEASURES, (".yaml", ".yml"))
        return sorted(found, key=lambda path: (path.name, path))

    def path_of(self, measure_id: str) -> Path:
        """Where a measure's file belongs: by the year in which it was proposed, which its id begins with."""
        return self.root / MEASURES / measure_id[:4] / f"{measure_id}.yaml"

    def find(self, part: str) -> Path:
        """The file that a part of an id means; raises NoSuchMeasure or AmbiguousId."""
        matches = ids.matching(part.strip(), self.paths)
        if len(matches) > 1:
            raise AmbiguousId(id=part, matches=matches)
        if not matches:
            tails = {each[-4:]: each for each in self.paths}
            near = get_close_matches(part.lower(), [*self.paths, *tails], n=1, cutoff=0.6)
            raise NoSuchMeasure(id=part, near=[tails.get(each, each) for each in near])
        return self.paths[matches[0]]

    def open(self, path: Path) -> MeasureFile:
        """Read one measure for a command that needs it; raises Unreadable with file and line."""
        found = self._read(path)
        if isinstance(found, Problem):
            where = f"{found.path}:{found.line}:{found.column}"
            raise Unreadable(where=where, problem=(found.sentence, found.fields))
        return found

    def all(self) -> tuple[list[Measure], list[Problem]]:
        """Every measure that can be read, by its id, and a problem for every file that cannot."""
        found: dict[str, MeasureFile] = {}
        problems = []
        for path in self.files():
            file = self._read(path)
            if isinstance(file, Problem):
                problems.append(file)
                continue
            first = found.get(file.measure.id)
            if first is not None:  # somebody copied a file: the one in its place counts
                problems.append(self._twice(path, first.path))
            if first is None or path == self.path_of(file.measure.id):
                found[file.measure.id] = file
        return [each.measure for each in found.values()], problems

    def _twice(self, path: Path, other: Path) -> Problem:
        sentence = N_("the measure has another file, {other}; remove one")
        return Problem(self._shown(path), sentence, "id", fields={"other": self._shown(other)})

    def _read(self, path: Path) -> MeasureFile | Problem:
        """One file, or the problem that makes it unreadable."""
        text = decoded(self.tree.read(path, self._shown(path)), self._shown(path))
        return text if isinstance(text, Problem) else parse(path, self._shown(path), text)

    def _shown(self, path: Path) -> str:
        return str(path.relative_to(self.root))


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
