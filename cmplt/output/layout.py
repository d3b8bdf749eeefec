"""How charts are laid out: names of rows and columns, columns of coloured parts, the key of the colours."""

from collections.abc import Iterable, Sequence
from itertools import count

from cmplt.output.drawing import LINE, MARGIN, MUTED, SIZE, WIDTH, Picture, ems, pieces, plain, wrapped

RIGHT = WIDTH - MARGIN
ROW, BAR, GAP = 18.0, 10.0, 5.0
_NAMES = 0.4 * WIDTH  # the most that the names of rows take
_HIGH = 110.0  # the highest column
# What is written on a colour: the same on a light page and on a dark one.
_BLACK, _WHITE = "#111111", "#ffffff"
_EQUAL = 0.18  # the luminance on which black and white are read equally well (WCAG 2, relative luminance)


def in_lines(label: str) -> list[str]:
    """A label in the lines that the names of rows have room for."""
    return wrapped(plain(label), _NAMES / SIZE)


def beside(names: Iterable[Sequence[str]]) -> float:
    """Where the plot begins, behind the names of its rows."""
    return MARGIN + max(width_of(line) for lines in names for line in lines) + GAP


def rows(picture: Picture, names: Sequence[Sequence[str]]) -> tuple[float, list[float]]:
    """Write the names of rows below each other: where the plot begins, and the middle of each row."""
    left, middles = beside(names), []
    for lines in names:
        height = max(ROW, len(lines) * LINE + GAP)
        middles.append(picture.bottom + height / 2)
        for index, line in enumerate(lines):
            picture.words(left - GAP, middles[-1] + (index - (len(lines) - 1) / 2) * LINE, line, "right")
        picture.bottom += height
    return left, middles


def columns(picture: Picture, heads: Sequence[str], stacks: Sequence[Sequence[tuple[int, str]]]) -> list[float]:
    """Draw columns of coloured parts with their sums above and their names below: the middle of each."""
    pitch = (RIGHT - MARGIN) / len(heads)
    middles = [MARGIN + (index + 0.5) * pitch for index in range(len(heads))]
    sums = [sum(number for number, _colour in stack) for stack in stacks]
    scale = _HIGH / max(sums)
    base = picture.bottom + LINE + _HIGH
    for middle, head, stack, total in zip(middles, heads, stacks, sums, strict=True):
        y = base
        for number, colour in stack:
            picture.bar(middle - 0.35 * pitch, y, 0.7 * pitch, -apart(number * scale), colour)
            y -= number * scale
            if number < total and number * scale >= LINE:
                inside(picture, middle, y + number * scale / 2, number, colour, room=0.7 * pitch)
        if total:
            picture.words(middle, y - LINE / 2, str(total), "center", size=_fitting(str(total), pitch))
        picture.words(middle, base + LINE / 2, head, "center")
    picture.line([MARGIN, RIGHT], [base, base], MUTED)
    picture.bottom = base + LINE
    return middles


def column_names(picture: Picture, heads: Sequence[str], middles: Sequence[float], width: float) -> None:
    """The names of columns: level, or upwards where a word would have to be broken for that."""
    longest = max((ems(piece.strip()) for head in heads for piece in pieces(head)), default=0)
    room, fit = width / SIZE - 0.4, int(width / LINE)
    level = longest <= room
    if not level:
        rooms = count(min(max(longest, 8), 12))
        room = next(each for each in rooms if all(len(wrapped(head, each)) <= fit for head in heads))
    lines = [wrapped(head, room) for head in heads]
    high = max(len(each) * LINE if level else max(map(width_of, each)) for each in lines)
    picture.bottom += high + GAP
    for middle, each in zip(middles, lines, strict=True):
        for index, line in enumerate(each):
            if level:
                picture.words(middle, picture.bottom - GAP - (len(each) - index - 0.5) * LINE, line, "center")
            else:
                shift = (index - (len(each) - 1) / 2) * LINE
                picture.words(middle + shift, picture.bottom - GAP, line, up=True)


def key(picture: Picture, names: Iterable[tuple[str, str]]) -> None:
    """Say what the colours are called, below the title."""
    x = MARGIN
    for name, colour in names:
        lines = wrapped(plain(name), (RIGHT - MARGIN) / SIZE - 1.2)
        width = 12 + max(map(width_of, lines))
        if x > MARGIN and x + width > RIGHT:
            x, picture.bottom = MARGIN, picture.bottom + LINE
        picture.bar(x, picture.bottom + LINE / 2 - 4, 8, 8, colour)
        for index, line in enumerate(lines):
            picture.bottom += LINE if index else 0
            picture.words(x + 12, picture.bottom + LINE / 2, line)
        x += width + 2 * GAP
    picture.bottom += LINE + GAP


def inside(picture: Picture, x: float, y: float, number: int, colour: str, *, room: float) -> None:
    """A number on a colour."""
    size = _fitting(str(number), room)
    picture.words(x, y, str(number), "center", colour=written_on(colour), size=size)


def _fitting(text: str, room: float) -> float:
    """The size at which a number is not wider than its room."""
    return min(SIZE, (room - 2) / ems(text))


def apart(length: float) -> float:
    """How long a part is drawn, so that the next one does not touch it."""
    return length - min(1, length / 2)


def width_of(text: str) -> float:
    """The most that a text is wide, in points."""
    return ems(text) * SIZE


def written_on(colour: str) -> str:
    """Black or white, whichever is better read on a colour (`#rrggbb`)."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return _WHITE if 0.2126 * red + 0.7152 * green + 0.0722 * blue < _EQUAL else _BLACK
