"""One writer at a time: from reading the file to the commit."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from cmplt.errors import NoIdentity
from cmplt.repository import halfmerged, recording
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
    killed = first and ledger.turn.abandoned
    try:
        if first:
            _begin(ledger, after_a_kill=killed)
            killed = False
        yield
    finally:
        ledger.turn.give_back(unfinished=killed)


def _begin(ledger: Ledger, *, after_a_kill: bool) -> None:
    with ledger.translated():
        tidy(ledger.root, ledger.private)
        halfmerged.take_back(ledger)
        if after_a_kill:
            recording.catch_up(ledger)
        who = None
        with suppress(NoIdentity):  # what cannot be done without one is refused where it is
            who = ledger.identity().name
        ledger.turn.sign(who, ledger.command)
