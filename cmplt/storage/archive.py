"""What became of the complaints, kept beside the repository, so that those that have not changed are not read again.

A course is kept by the hash of the file that it came from, and all of them by the domain's code and the policy's text:
what is found here is what reading the file would give, and nothing here can grow stale.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib.resources import files as resources
from pathlib import Path
from typing import Any

from cmplt.domain.cases import Course, Happening, course
from cmplt.domain.obligations import Obligation
from cmplt.domain.policy import Policy
from cmplt.errors import Problem
from cmplt.repository import links
from cmplt.storage.book import Book
from cmplt.storage.tree import WorkTree

# So many that are not known yet are worth writing them down; fewer are read as quickly as they are written.
WORTHWHILE = 200
# Hands on what it is given, and may tell somebody how far it has come.
Watch = Callable[[list[Path]], Iterable[Path]]


@dataclass(frozen=True)
class Archive:
    """The archive of an office, in its clone's own folder; it may be deleted at any time."""

    root: Path
    policy_text: str

    def courses(
        self, book: Book, policy: Policy, *, as_of: datetime, watch: Watch, since: datetime | None = None
    ) -> tuple[list[Course], list[Problem]]:
        """Every course up to an instant, by the order of the ids, and a problem for each unreadable file.

        Of what was settled before `since` the facts will do: such a course may come without its happenings and
        obligations, all of which lie before.
        """
        known, fresh = self._load(), {}
        kept: dict[str, str] = {}
        found: dict[str, tuple[Course, Path]] = {}
        problems: list[Problem] = []

        def take(taken: Course, path: Path) -> None:
            if taken.id in found:  # somebody copied a file: the one in its place counts
                first = found[taken.id][1]
                problems.append(book.twice(path, first))
                if path != book.path_of(taken.id):
                    return
            found[taken.id] = (taken, path)

        for path in watch(book.files()):
            content = book.content(path)
            key = _key(path, content)
            before = _unpacked(known.get(key), since)
            if before is not None and before.through <= as_of:
                kept[key] = known[key]
                take(before, path)
                continue
            file = book.parsed(path, content)
            if isinstance(file, Problem):
                problems.append(file)
                continue
            taken = course(file.complaint, policy, as_of=as_of)
            if taken is not None:
                take(taken, path)
                if taken.through <= as_of:
                    fresh[key] = taken
        if len(fresh) >= WORTHWHILE and book.tree == WorkTree():
            self._save(kept | {key: _packed(each) for key, each in fresh.items()})
        return [each for each, _path in found.values()], problems

    @property
    def _path(self) -> Path:
        return links.private(self.root, "courses")

    @cached_property
    def _basis(self) -> str:
        """What a course follows from besides its file: the code that reads it, and the policy."""
        read_by = [resources("cmplt.storage") / "yamlfile.py", *resources("cmplt.domain").iterdir()]
        code = sorted((each.name, each.read_bytes()) for each in read_by if each.is_file())
        return hashlib.sha256(repr(code).encode() + self.policy_text.encode()).hexdigest()

    def _seal(self, lines: bytes) -> bytes:
        """What nothing has that is not as it was written: not by other code, another policy, or a failing disk."""
        return hashlib.sha256(self._basis.encode() + lines).hexdigest().encode()

    def _load(self) -> dict[str, str]:
        """The lines of the archive by their keys."""
        try:
            seal, _, lines = self._path.read_bytes().partition(b"\n")
        except OSError:
            return {}  # none yet: the files say it all
        if seal != self._seal(lines):
            return {}
        return dict(line.split(" ", 1) for line in lines.decode().split("\n"))

    def _save(self, courses: dict[str, str]) -> None:
        lines = "\n".join(f"{key} {line}" for key, line in courses.items()).encode()
        try:
            fresh = self._path.with_name(f"courses.{os.getpid()}.new")
        except OSError:
            return  # behind a link nothing is written
        try:
            fresh.parent.mkdir(exist_ok=True)
            fresh.write_bytes(self._seal(lines) + b"\n" + lines)
            fresh.replace(self._path)
        except OSError:  # a clone that may only be read is read whole every time
            with suppress(OSError):
                fresh.unlink()


def _key(path: Path, content: bytes | Problem) -> str:
    return "" if isinstance(content, Problem) else hashlib.sha256(os.fsencode(path.name) + b"\n" + content).hexdigest()


def _packed(each: Course) -> str:
    """A course as a line: when it was settled, its facts, and then, rarely asked for, what happened and was owed."""
    facts = [_plain(getattr(each, name)) for name in _FACTS]
    rest = [[_row(part) for part in parts] for parts in (each.happenings, each.obligations)]
    return "\t".join(json.dumps(part, ensure_ascii=False) for part in (_plain(each.settled), facts, rest))


def _row(part: Happening | Obligation) -> list[Any]:
    """The fields of a part, without those at the end that have their defaults."""
    values = [getattr(part, name) for name in _FIELDS[type(part)]]
    while len(values) > _NEEDED[type(part)] and values[-1] is None:
        values.pop()
    return [_plain(value) for value in values]


def _plain(value: Any) -> Any:
    return int(value.timestamp()) if isinstance(value, datetime) else value


_FACTS = Course.__slots__[:-2]
_FIELDS = {Happening: Happening._fields, Obligation: Obligation.__slots__}
# So many fields of a part are always there; of those behind them None is the default.
_NEEDED = {Happening: Happening._fields.index("result"), Obligation: Obligation.__slots__.index("opens")}
# Where in a row its instants stand.
_INSTANTS = {
    kind: tuple(index for index, name in enumerate(_FIELDS.get(kind, _FACTS)) if name in names)
    for kind, names in (
        (Course, ("received", "through")),
        (Happening, ("at", "recorded")),
        (Obligation, ("opened", "due", "opens", "met", "ended")),
    )
}


def _unpacked(line: str | None, since: datetime | None) -> Course | None:
    """A course as it was packed, without what lies before `since` if it was settled then."""
    if line is None:
        return None
    settled, facts, rest = line.split("\t")
    over = json.loads(settled)
    known = over is not None and since is not None and over < since.timestamp()
    parts = ([], []) if known else json.loads(rest)
    found: Course = _made(Course, [*json.loads(facts), *map(_parts, (Happening, Obligation), parts)])
    return found


def _parts(kind: Any, rows: list[list[Any]]) -> tuple[Any, ...]:
    return tuple(_made(kind, row) for row in rows)


def _made(kind: Any, row: list[Any]) -> Any:
    for index in _INSTANTS[kind]:
        if index < len(row) and row[index] is not None:
            row[index] = datetime.fromtimestamp(row[index], UTC)
    return kind(*row)
