"""One writer at a time: from reading the file to the commit."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cmplt.errors import NoIdentity
from cmplt.repository import halfmerged, interrupts, recording
from cmplt.repository.ledger import Ledger
from cmplt.repository.swap import tidy


@contextmanager
def writing(ledger: Ledger) -> Iterator[None]:
    """Hold the clone's lock. Raises Busy when another one takes too long.

    What another one left that was killed is put in order first. Who writes already may begin once more.
    """
    with ledger.translated():
        ledger.private.mkdir(exist_ok=True)
        first = ledger.turn.take()
    try:
        if first:
            _begin(ledger)
        yield
    finally:
        ledger.turn.give_back()


def _begin(ledger: Ledger) -> None:
    with ledger.translated(), interrupts.held_back() as held:
        tidy(ledger.root, ledger.private)
        halfmerged.take_back(ledger)
        if ledger.turn.unfinished:
            recording.catch_up(ledger)
            ledger.turn.unfinished = False
        who = None
        with suppress(NoIdentity):  # what cannot be done without one is refused where it is
            who = ledger.identity().name
        ledger.turn.sign(who, ledger.command)
    if held.came:
        raise KeyboardInterrupt
