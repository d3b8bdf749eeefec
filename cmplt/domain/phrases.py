"""What is better not said to a customer: the policy's phrases, found in the texts that go out (design §6)."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from cmplt.domain.complaint import Event

# The fields of an event that the customer reads or is told, by its action; other notes stay in the house.
OUTGOING = {
    "respond": ("note",),
    "propose": ("note",),
    "followup": ("note",),
    "resolve": ("outcome",),
    "reject": ("reason",),
    "close": ("reason", "recourse"),
}
# Marks that NFKC leaves apart and that a hurried hand does not.
_MARKS = str.maketrans("、‘’“”", ",''\"\"")

# Blanks that part no two Latin words: Chinese is written without, and a line may be broken anywhere in it.
_BLANKS = re.compile(r"(?<![a-z0-9]) | (?![a-z0-9])")


def said(event: Event, phrases: Sequence[str]) -> Iterator[tuple[str, str]]:
    """The phrases that an event's outgoing texts hold: the field, and the phrase as the policy has it."""
    for field in OUTGOING.get(event.action, ()):
        text = _plain(str(event.get(field) or ""))
        yield from ((field, phrase) for phrase in phrases if _holds(text, _plain(phrase)))


def _plain(text: str) -> str:
    """Text without what does not change its words: case, wide and narrow forms, kinds of quotes, blanks and breaks."""
    same = unicodedata.normalize("NFKC", text).translate(_MARKS).casefold()
    return _BLANKS.sub("", " ".join(same.split()))


def _holds(text: str, phrase: str) -> bool:
    """Whether a text holds a phrase; where that begins or ends with a Latin letter or a digit, as whole words."""
    before = r"(?<![a-z0-9])" if re.match(r"[a-z0-9]", phrase) else ""
    after = r"(?![a-z0-9])" if re.search(r"[a-z0-9]$", phrase) else ""
    return bool(phrase) and re.search(before + re.escape(phrase) + after, text) is not None
