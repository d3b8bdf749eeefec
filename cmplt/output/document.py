"""A report as a document: its head, its tiles and its sections, in words; HTML and Markdown are made from it alike."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, and what it holds: numbers, short text kept on one line, or longer text."""

    title: str
    kind: str = "short"  # number, short, long


@dataclass(frozen=True)
class Table:
    """Rows of text under titles; the first cell of a row says what the row is about."""

    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]

    @property
    def lines(self) -> list[tuple[tuple[str, str], list[tuple[str, str]]]]:
        """The rows as what they are about and the rest, every cell with the kind of its column."""
        kinds = [column.kind for column in self.columns]
        cells = [list(zip(kinds, row, strict=True)) for row in self.rows]
        return [(first, rest) for first, *rest in cells]


@dataclass(frozen=True)
class Chart:
    """A picture by its name, and what it says to somebody who does not see it."""

    name: str
    alt: str


@dataclass(frozen=True)
class Tile:
    """A figure at the head: what it is, how much, against the period before, and what it rests on."""

    title: str
    value: str
    before: str
    change: str
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the document under its own heading."""

    key: str
    title: str
    charts: Sequence[Chart] = ()
    tiles: Sequence[Tile] = ()
    tables: Sequence[Table] = ()
    notes: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class Document:
    """A report from its title to its last section."""

    language: str
    title: str
    office: str
    period: str
    before: str  # the period that its head compares with
    warnings: Sequence[str]
    sections: Sequence[Section]
    origin: Sequence[tuple[str, str]]  # what it was made from
