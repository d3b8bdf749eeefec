"""Ids: the local date of receipt and four characters of Crockford's base 32, drawn without asking anybody."""

import re
from collections.abc import Callable, Collection
from datetime import date

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ID = re.compile(rf"[0-9]{{8}}-[{ALPHABET}]{{4}}")


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None


def draw(received: date, taken: Collection[str], choice: Callable[[str], str]) -> str:
    """A new id for a complaint received on a local date, unlike those taken; `choice` picks one character."""
    while True:
        found = f"{received:%Y%m%d}-" + "".join(choice(ALPHABET) for _ in range(4))
        if found not in taken:
            return found


def matching(part: str, ids: Collection[str]) -> list[str]:
    """The ids that `part` may mean: the id itself, or else all that begin or end with it."""
    part = part.lower()
    if part in ids:
        return [part]
    return sorted(found for found in ids if part and (found.startswith(part) or found.endswith(part)))
