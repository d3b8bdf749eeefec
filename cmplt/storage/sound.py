"""Whether text can be kept: it can be written, is read again, and goes on from what was committed."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any

from cmplt.domain.complaint import Event
from cmplt.errors import TooLarge, Unwritable
from cmplt.i18n import N_
from cmplt.storage import yamlfile


def bounded(text: str, place: str) -> None:
    """Refuse what could not be read again."""
    size = len(text.encode())
    if size > yamlfile.LARGEST:
        raise TooLarge(place=place, size=size, largest=yamlfile.LARGEST)


def lines(text: str) -> str:
    """Text with the line ends that git stores."""
    return text.replace("\r\n", "\n")


def continues(old: str, data: Mapping[str, Any]) -> int | None:
    """How many events a committed text has that `data` goes on from unchanged; None where it does not."""
    if not old:
        return 0
    try:
        before = yamlfile.load(old)
        number = len(before["events"])
    except (ValueError, KeyError, TypeError):
        return None
    return number if before == {**data, "events": data["events"][:number]} else None


def compared(old: str, new: str) -> tuple[list[int], list[int]]:
    """The lines of a text at which an older one's were changed or are gone, and those at which more was put.

    More may be put behind all that stood there, and remarks anywhere. Takes time in proportion to the texts, whatever
    is in them.
    """
    if new == old or (old.endswith("\n") and new.startswith(old)):
        return [], [] if new == old else [old.count("\n") + 1]
    before, after = (text.removesuffix("\n").split("\n") if text else [] for text in (old, new))
    if old and not old.endswith("\n") and after[len(before) - 1 : len(before)] == [f"{before[-1]}\r"]:
        before[-1] += "\r"  # the first line to be added completed the last one, in its own way
    changed, added = [], list[int]()
    stood, stands, beyond = _Places(before), _Places(after), _beyond_remarks(after)
    here = there = 0  # in the older text, in the newer one
    while here < len(before):
        if there < len(after) and before[here] == after[there]:
            here, there = here + 1, there + 1
            continue
        put = stands.next(before[here], there)
        if there < put <= beyond[there]:
            added.append(there + 1)
            there = put
            continue
        changed.append(there + 1)
        if there == len(after):
            break
        here, there = _together(stood, here, stands, there)
    if there < len(after):
        added.append(there + 1)
    return changed, added


class _Places:
    """A text's lines, and where each of them stands."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._of: dict[str, list[int]] = {}
        for number, line in enumerate(lines):
            self._of.setdefault(line, []).append(number)

    def next(self, line: str, number: int) -> int:
        """Where a line stands next from a number on; behind the text where it does not."""
        places = self._of.get(line, [])
        found = bisect_left(places, number)
        return places[found] if found < len(places) else len(self.lines)

    def at(self, number: int) -> str | None:
        return self.lines[number] if number < len(self.lines) else None


def _together(stood: _Places, here: int, stands: _Places, there: int) -> tuple[int, int]:
    """Where two texts that part at two lines go on alike: behind both, or behind what was put there or is gone."""
    if stood.at(here + 1) == stands.at(there + 1):
        return here + 1, there + 1
    put = stands.next(stood.lines[here], there + 1)
    gone = stood.next(stands.lines[there], here + 1)
    if put == len(stands.lines) and gone == len(stood.lines):
        return here + 1, there + 1
    return (here, put) if put - there <= gone - here and put < len(stands.lines) else (gone, there)


def _beyond_remarks(lines: Sequence[str]) -> list[int]:
    """For each line the last one that nothing but remarks stands before: itself, where it is none."""
    found = [len(lines) - 1] * (len(lines) + 1)
    for number in reversed(range(len(lines) - 1)):
        found[number] = found[number + 1] if is_remark(lines[number]) else number
    return found


def is_remark(line: str) -> bool:
    """Whether a line says nothing to the program: a comment, or blanks."""
    return not line.strip() or line.lstrip().startswith("#")


def encodable(value: Any, place: str = "…") -> None:
    """Refuse text that is not UTF-8 (a shell hands over such bytes as lone surrogates)."""
    if isinstance(value, Event):
        value = value.data
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Unwritable(place=place, problem=(N_("it is not UTF-8"), {})) from None
    elif isinstance(value, Mapping):
        for key, each in value.items():
            encodable(key, place)
            encodable(each, key)
    elif isinstance(value, list | tuple):
        for each in value:
            encodable(each, place)
