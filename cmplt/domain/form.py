"""A form as its file describes it: parts with rows, a table and signature lines, each naming places in the record."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from cmplt.domain.complaint import Data
from cmplt.domain.rules import Label

COMPLAINT, MONTH = "complaint", "month"
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it is about, and the place that fills it; without a place a box to be filled in by hand."""

    label: Label = ""
    value: str | None = None
    ticked: bool = False  # all there is to choose from, with what holds ticked
    each: str | None = None  # rows of their own for everything at a place
    recorded: bool = False  # of these only what was recorded
    lines: int = 0  # how many at least are kept free
    wide: bool = False

    @classmethod
    def read(cls, data: Data) -> "Row":
        tick = data.get("tick")
        return cls(
            data.get("label", ""),
            tick or data.get("value"),
            tick is not None,
            data.get("each"),
            data.get("recorded", False),
            data.get("lines", 0),
            data.get("wide", "lines" in data),
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """A table: what its rows are, which actions of them, its columns, and how many rows there are at least."""

    rows: str
    columns: tuple[tuple[Label, str], ...]
    actions: tuple[str, ...] = ()
    least: int = 1

    @classmethod
    def read(cls, data: Data) -> "Columns":
        columns = tuple((each["label"], each["value"]) for each in data["columns"])
        return cls(data["rows"], columns, tuple(data.get("actions", ())), data.get("least", 1))


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a form under its own heading."""

    title: Label = ""
    of: str | None = None  # only where the form is filled for this
    text: Label = ""
    rows: tuple[Row, ...] = ()
    table: Columns | None = None
    sign: tuple[Label, ...] = ()
    half: bool = False  # another such part may stand beside it

    @classmethod
    def read(cls, data: Data) -> "Part":
        return cls(
            data.get("title", ""),
            data.get("of"),
            data.get("text", ""),
            tuple(map(Row.read, data.get("rows", ()))),
            Columns.read(data["table"]) if "table" in data else None,
            tuple(data.get("sign", ())),
            data.get("half", False),
        )


@dataclass(frozen=True, slots=True)
class Form:
    """A form: its name, its title, what it is filled for (complaint, month), and its parts."""

    name: str
    title: Label
    of: tuple[str, ...]
    parts: tuple[Part, ...]

    @classmethod
    def read(cls, name: str, data: Data) -> "Form":
        """A form's data as its schema accepts it."""
        return cls(name, data["title"], _purposes(data), tuple(map(Part.read, data["parts"])))

    @property
    def tables(self) -> set[str]:
        """What its tables list."""
        return {part.table.rows for part in self.parts if part.table}

    def parts_for(self, purpose: str) -> list[Part]:
        return [part for part in self.parts if part.of in (None, purpose)]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The places that a form may name."""

    values: Collection[str]
    each: Collection[str]
    tables: Mapping[str, Collection[str]]  # with their columns
    actions: Collection[str] = ()
    open: tuple[str, ...] = field(default=())  # beginnings of places whose end is the office's own name

    def knows(self, place: str) -> bool:
        """Whether something can stand there."""
        return place in self.values or any(place.startswith(each) and place != each for each in self.open)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name in a form that there is not: where it stands, and what it may have been meant to be."""

    path: Path
    name: str
    near: tuple[str, ...]


def unknown(data: Data, vocabularies: Mapping[str, Vocabulary]) -> list[Unknown]:
    """The places that a form names and the record does not have, in the form's order.

    What a part says must be there for everything that it is filled for.
    """
    found = []
    for index, part in enumerate(data["parts"]):
        purposes = (part["of"],) if "of" in part else _purposes(data)
        for path, kind, name, table in _named(part):
            for purpose in purposes:
                known = _known(vocabularies[purpose], kind, table)
                if name not in known and not (kind == "value" and vocabularies[purpose].knows(name)):
                    near = difflib.get_close_matches(name, sorted(known), n=1)
                    found.append(Unknown(("parts", index, *path), name, tuple(near)))
                    break
    return found


def _purposes(data: Data) -> tuple[str, ...]:
    of = data["of"]
    return (of,) if isinstance(of, str) else tuple(of)


def _known(vocabulary: Vocabulary, kind: str, table: str) -> Collection[str]:
    return {
        "value": vocabulary.values,
        "each": vocabulary.each,
        "rows": vocabulary.tables,
        "column": vocabulary.tables.get(table, ()),
        "action": vocabulary.actions,
    }[kind]


def _named(part: Data) -> Iterator[tuple[Path, str, str, str]]:
    """Every name that a part uses: where, what kind of name it is, the name, and the table it is about."""
    for index, row in enumerate(part.get("rows", ())):
        for key, kind in (("value", "value"), ("tick", "value"), ("each", "each")):
            if key in row:
                yield ("rows", index, key), kind, row[key], ""
    table: Mapping[str, Any] = part.get("table", {})
    if table:
        yield ("table", "rows"), "rows", table["rows"], ""
        for index, action in enumerate(table.get("actions", ())):
            yield ("table", "actions", index), "action", action, ""
        for index, column in enumerate(table["columns"]):
            yield ("table", "columns", index, "value"), "column", column["value"], table["rows"]
