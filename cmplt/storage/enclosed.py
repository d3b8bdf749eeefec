"""What is wrong with what is attached: a file that is missing or was changed, and one that no event names."""

import hashlib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from cmplt.domain import ids
from cmplt.errors import Problem
from cmplt.i18n import N_
from cmplt.repository.ledger import Ledger
from cmplt.storage import book, yamlfile
from cmplt.storage.attachments import FOLDER
from cmplt.storage.book import Book
from cmplt.storage.measures import Measures
from cmplt.storage.tree import decoded

_RULE = "attachment"
_MISSING = N_("{path} is missing; put it back: git restore {path}")
_LINK = N_("{path} is no ordinary file, but a link, or behind one; put it back: git restore {path}")
_UNREADABLE = N_("{path} cannot be read; see that it and its folders may be")
_CHANGED = N_("{path} is not what was attached: it has {found} bytes, not {size}")
_OTHER = N_("{path} is not what was attached: its content was changed")
_NOBODYS = N_("there is no complaint or measure {id} that this file could belong to; remove it")
_UNNAMED = N_("no event names this file; attach it: cmplt attach {id} {path}, or remove it")


@dataclass(frozen=True, slots=True)
class Found:
    """What lies where an attachment should be: an ordinary file or none, how long, and with which SHA-256."""

    ordinary: bool
    size: int = 0
    sha256: str = ""
    readable: bool = True


class Shelf(Protocol):
    """Where attachments are looked at."""

    def look(self, name: str, size: int) -> Found | None:
        """What lies there, None for nothing; the checksum is worked out only of a file of the size expected."""

    def owner_ids(self) -> Collection[str]:
        """What the folders of attachments are called."""

    def unnamed(self, owner_ids: Collection[str], named: Collection[str]) -> list[str]:
        """The files in these folders that are not among those named."""


@dataclass(frozen=True)
class OnDisk:
    """The work tree; no link is followed."""

    root: Path

    def look(self, name: str, size: int) -> Found | None:
        path = self.root / name
        inside = [path, *path.parents[: len(Path(name).parts) - 1]]
        try:
            if any(each.is_symlink() for each in inside) or (path.exists() and not path.is_file()):
                return Found(False)
            found = path.stat().st_size
            return Found(True, found, _sum(path) if found == size else "")
        except PermissionError:
            return Found(True, readable=False)
        except OSError:
            return None

    @cached_property
    def _folders(self) -> frozenset[str]:
        top = self.root / FOLDER
        try:
            return frozenset() if top.is_symlink() else frozenset(each.name for each in top.iterdir())
        except OSError:
            return frozenset()

    def owner_ids(self) -> Collection[str]:
        return self._folders

    def unnamed(self, owner_ids: Collection[str], named: Collection[str]) -> list[str]:
        found = []
        for owner_id in self._folders.intersection(owner_ids):
            top = self.root / FOLDER / owner_id
            if top.is_symlink():
                found.append(top.relative_to(self.root).as_posix())
                continue
            for folder, folders, names in os.walk(top):
                # what systems put there by themselves begins with a dot; `attach` gives no such name
                links = [name for name in folders if (Path(folder) / name).is_symlink()]
                visible = [Path(folder) / name for name in (*names, *links) if not name.startswith(".")]
                found += [path.relative_to(self.root).as_posix() for path in visible]
        return sorted(set(found) - set(named))


@dataclass(frozen=True)
class InIndex:
    """The commit that is being made: what it has of attachments, and which of them it adds."""

    ledger: Ledger
    letters: Mapping[str, str]

    def look(self, name: str, size: int) -> Found | None:
        content = self.ledger.staged_content(self.ledger.root / name)
        return None if content is None else Found(True, len(content), hashlib.sha256(content).hexdigest())

    def owner_ids(self) -> Collection[str]:
        return ()

    def unnamed(self, owner_ids: Collection[str], named: Collection[str]) -> list[str]:
        added = [name for name, letter in self.letters.items() if letter != "D" and owner_of(name) in owner_ids]
        return sorted(set(added) - set(named))


def inspect(
    root: Path, ledger: Ledger, texts: Mapping[Path, str | Problem], *, whole: bool, staged: Mapping[str, str] | None
) -> Iterator[Problem]:
    """Every problem of what is attached to these complaints and measures, or lies in a folder of none (`whole`).

    `staged`: the files of the commit that is being made, with git's letter for how they change; their content is
    the index's then, and the complaints and measures whose attachments are among them are looked at too.
    """
    shelf: Shelf = OnDisk(root) if staged is None else InIndex(ledger, staged)
    owners = {path.stem: (path, text) for path, text in texts.items() if ids.is_id(path.stem)}
    for owner_id in {owner_of(name) for name in staged or ()} - set(owners):
        for path in (Book(root).path_of(owner_id), Measures(root).path_of(owner_id)) if ids.is_id(owner_id) else ():
            content = ledger.staged_content(path)
            if content is not None:
                owners[owner_id] = (path, decoded(content, Book(root).shown(path)))
    for owner_id, (path, text) in owners.items():
        events = _events(text)
        if events is not None:
            yield from problems(path.relative_to(root).as_posix(), str(text), owner_id, events, shelf)
    for name in shelf.unnamed(set(shelf.owner_ids()) - set(owners), ()) if whole else ():
        yield Problem(name, _NOBODYS, _RULE, level="warning", fields={"id": owner_of(name)})


def _events(text: str | Problem) -> list[Mapping[str, Any]] | None:
    """The events of a file; None for one that cannot be read, which others say."""
    try:
        data = None if isinstance(text, Problem) else yamlfile.load(text)
        return [each for each in data["events"] if isinstance(each, dict)] if data else None
    except (ValueError, KeyError, TypeError):
        return None


def owner_of(name: str) -> str:
    """The id of the complaint or measure in whose folder an attachment lies; empty for other files."""
    parts = name.split("/")
    return parts[1] if parts[0] == FOLDER and len(parts) > 2 else ""


def problems(
    shown: str, text: str, owner_id: str, events: Sequence[Mapping[str, Any]], shelf: Shelf
) -> Iterator[Problem]:
    """What is wrong with the attachments of a complaint or measure, at the places in its text that name them."""
    named: set[str] = set()
    for index, event in enumerate(events):
        for number, file in enumerate(event.get("files") or ()):
            if not isinstance(file, dict) or not _inside(file.get("path")):
                continue  # which the schema says
            name = str(file["path"])
            named.add(name)
            sentence, found = _judged(shelf, name, file.get("size"), file.get("sha256"))
            if sentence:
                fields = {"path": name, "size": file.get("size"), "found": found}
                yield book.at(shown, text, ("events", index, "files", number, "path"), sentence, _RULE, fields)
    for name in shelf.unnamed([owner_id], named):
        yield Problem(name, _UNNAMED, _RULE, level="warning", fields={"id": owner_id, "path": name})


def _inside(name: Any) -> bool:
    return isinstance(name, str) and not Path(name).is_absolute() and ".." not in Path(name).parts


def _judged(shelf: Shelf, name: str, size: Any, digest: Any) -> tuple[str, int]:
    found = shelf.look(name, size)
    if found is None:
        return _MISSING, 0
    if not found.readable:
        return _UNREADABLE, 0
    if not found.ordinary:
        return _LINK, 0
    if found.size != size:
        return _CHANGED, found.size
    return (_OTHER if found.sha256 != digest else ""), found.size


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
