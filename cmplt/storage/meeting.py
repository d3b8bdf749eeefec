"""Desks of one office come together: fetched, merged and pushed, again when somebody was faster."""

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from cmplt.errors import Lost, NotSent, NotSound, Outrun
from cmplt.repository import seen
from cmplt.repository.exchange import Exchange, Overtaken
from cmplt.storage.aftermath import Turned, turned

TRIES = 10
LONGEST = 4.0  # seconds between two of them


@dataclass(frozen=True, slots=True)
class Met:
    """What came of it: how many commits came in, and how many went out."""

    received: int
    sent: int


def pause(attempt: int) -> None:
    """Wait before another try, longer each time, and not as long as somebody else who tries."""
    time.sleep(random.uniform(0, min(LONGEST, 0.1 * 2**attempt)))


def hold(
    exchange: Exchange,
    now: datetime,
    turn: Callable[[], AbstractContextManager[None]],
    tell: Callable[[Turned], None],
    look: Callable[[str | None, str | None], bool],
) -> Met:
    """Bring both sides together; in `turn` nobody else writes here, and everything that was written is committed.
    `tell` is handed each event that a merge turned, once, whether or not it can be sent afterwards; `look` the
    commit behind which everything came in, or is about to be sent, and the other side's: it says whether what that
    side has not may be sent.

    Raises what `Exchange` raises, Lost where this clone's own history was rewritten, NotSound where something may not
    be sent, and Outrun where somebody else was faster each time.
    """
    ledger, received, told, known = exchange.ledger, 0, set[tuple[str, str]](), exchange.exchanged
    answer = ""
    for attempt in range(TRIES):
        try:
            theirs = exchange.fetch()
        except Overtaken as overtaken:
            answer = overtaken.answer
            pause(attempt)
            continue
        with turn():
            ours = ledger.head()
            if commit := seen.lost(ledger):
                raise Lost(commit=commit, path=ledger.private / seen.NAME)
            if theirs and exchange.merge(theirs, now):
                received += exchange.count(ours, theirs)
                merged = ledger.head() or ""
                for each in turned(ledger, exchange.changed(ours, merged), (ours or "", theirs), merged):
                    if (each.id, str(each.event.data)) not in told:
                        tell(each)
                    told.add((each.id, str(each.event.data)))
            here = ledger.head()
        sent = exchange.count(theirs, here)
        try:
            if here != known and not look(known, theirs) and theirs:
                raise NotSound(name=exchange.name, branch=exchange.spare())
            known = here
            if sent:
                exchange.push()
            if here:
                exchange.agree(here)
            return Met(received, sent)
        except (NotSent, NotSound):
            if theirs:
                exchange.agree(theirs)
            raise
        except Overtaken as overtaken:
            answer = overtaken.answer
        pause(attempt)
    raise Outrun(name=exchange.name, tries=TRIES, answer=answer)
