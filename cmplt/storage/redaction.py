"""Blanks values in a complaint's text: the values alone, every other character stays."""

import re
from collections.abc import Collection

from cmplt.domain import personal
from cmplt.domain.complaint import Complaint
from cmplt.domain.process import fold
from cmplt.storage import yamlfile
from cmplt.storage.yamlfile import Path, Place

_BLANK = f"'{personal.REDACTED}'"  # without quotes it would be a list
_BLOCK = re.compile(r"(?:!\S*[ \t]+)?[|>](?P<indicators>[-+0-9]*)")
_LINE = re.compile(r"[^\r\n]*")
_NEXT = re.compile(r"\r?\n(?P<blanks> *)(?P<rest>[^\r\n]*)")


class RedactionError(ValueError):
    """The text would not read back as the old data with exactly these values blank."""


def blanked(text: str, fields: Collection[str]) -> str:
    """A complaint's text with every value of these fields redacted, in the facts and in amendments.

    Raises RedactionError where that would change anything else.
    """
    return without(text, personal.standing_in(yamlfile.load(text), fields))


def without(text: str, paths: Collection[Path]) -> str:
    """A text with the values at these paths redacted; raises RedactionError where that would change anything else."""
    data, marks, body = yamlfile.load(text), yamlfile.places(text), text.removeprefix(yamlfile.BOM)
    pieces, end = [text[: len(text) - len(body)]], 0
    for path in sorted(paths, key=lambda each: marks[each].offset):
        blank, behind = _blank(body, path, marks[path])
        pieces += [body[end : marks[path].offset], blank]
        end = behind
    shorter = "".join((*pieces, body[end:]))
    try:
        if yamlfile.load(shorter) != personal.blanked(data, paths):
            raise RedactionError
    except yamlfile.YamlProblem:
        raise RedactionError from None
    return shorter


def as_redacted(old: str, complaint: Complaint) -> str:
    """A committed text of a complaint as the events that it does not have yet leave it: blank where they redact."""
    if all(event.action != "redact" for event in complaint.events):
        return old
    void = set(fold(complaint).void)
    try:
        known = len(yamlfile.load(old)["events"])
        new = [event for at, event in enumerate(complaint.events) if at >= known and at not in void]
        return blanked(old, [field for event in new if event.action == "redact" for field in event.get("fields", ())])
    except (ValueError, KeyError, TypeError, AttributeError):
        return old  # which cannot be read: others say so


def _blank(body: str, path: Path, place: Place) -> tuple[str, int]:
    """What stands for a value, and where in the text it ends. A block's header becomes the value, its lines go."""
    header = _BLOCK.match(body, place.offset)
    if header is None:
        return _BLANK, place.end
    line_end = _LINE.match(body, header.end()).end()  # type: ignore[union-attr]  # it matches the empty text too
    end = _end_of_block(body, line_end, _indent(body, path, place, header["indicators"]))
    return _BLANK + body[header.end() : line_end], end


def _indent(body: str, path: Path, place: Place, indicators: str) -> int | None:
    """By how many blanks the lines of a block are indented, where its header says so."""
    digits = re.search("[1-9]", indicators)
    if digits is None:
        return None
    start = body.rfind("\n", 0, place.offset) + 1
    # a mapping's value is marked at its key; an item of a list stands behind its hyphen
    parent = place.column - 1 if isinstance(path[-1], str) else body.rfind("-", start, place.offset) - start
    return parent + int(digits[0])


def _end_of_block(body: str, start: int, indent: int | None) -> int:
    """Where the last line of a block ends whose header's line ends at `start`."""
    end = start
    for line in _NEXT.finditer(body, start):
        if not line["rest"]:
            continue
        if indent is None:
            indent = len(line["blanks"])
        if len(line["blanks"]) < indent:
            break
        end = line.end()
    return end
