"""Whether text can be kept: it can be written, is read again, and goes on from what was committed."""

from collections.abc import Mapping
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
