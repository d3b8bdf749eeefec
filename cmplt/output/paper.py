"""A filled form in words, as the templates see it: HTML and Markdown are made from it alike."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from cmplt.output.document import Table

NARROW = 36  # as many characters of a typewriter as half a line of A4 takes beside a label


@dataclass(frozen=True)
class Box:
    """A box of a form: what it is about, what stands in it line by line, and what there is to tick."""

    label: str
    lines: Sequence[str] = ()
    ticks: Sequence[tuple[bool, str]] = ()
    free: int = 0  # how many lines at least are kept free
    wide: bool = False

    @property
    def fits_beside(self) -> bool:
        """Whether another box has room beside it."""
        ticks = sum(width(label) + 4 for _ticked, label in self.ticks)
        return not self.wide and len(self.lines) < 2 and max(ticks, *map(width, self.lines), 0) <= NARROW


@dataclass(frozen=True)
class Block:
    """A part of a form under its heading."""

    title: str
    text: str = ""
    rows: Sequence[Sequence[Box]] = ()
    table: Table | None = None
    sign: Sequence[str] = ()
    half: bool = False  # another such part may stand beside it

    @property
    def filled(self) -> bool:
        """Whether there is more to it than a heading."""
        return bool(self.text or self.rows or self.sign or (self.table and self.table.rows))


@dataclass(frozen=True)
class Paper:
    """A filled form from its title to what it was made from."""

    language: str
    office: str
    title: str
    number: str  # the complaint's id, or the month
    blocks: Sequence[Block]
    signed_on: str  # the word for the date beside a signature
    origin: str
    warnings: Sequence[str] = field(default_factory=tuple)

    @property
    def beside(self) -> list[list[Block]]:
        """The parts one below the other, two that take half the width side by side."""
        found: list[list[Block]] = []
        for block in self.blocks:
            if block.half and found and len(found[-1]) == 1 and found[-1][0].half:
                found[-1].append(block)
            else:
                found.append([block])
        return found


def width(text: str) -> int:
    """How wide a text is in characters of a typewriter; a Chinese one takes two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def paired(boxes: Sequence[Box]) -> list[list[Box]]:
    """Two boxes a line where both have room."""
    rows: list[list[Box]] = []
    waits = False
    for box in boxes:
        if waits and box.fits_beside:
            rows[-1].append(box)
            waits = False
        else:
            rows.append([box])
            waits = box.fits_beside
    return rows
