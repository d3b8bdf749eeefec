"""How long something may take that a file of the office's can make endless: a pattern, a schema, a template."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 5.0


class Endless(Exception):
    """It computed for so long that it may never end."""


@contextmanager
def at_most(seconds: float = SECONDS) -> Iterator[None]:
    """Raise Endless in what is done here once it has computed for so long (at once for 0 seconds).

    Waiting for others does not count.

    A signal, since nothing else reaches into a regular expression that is being matched. Python hands signals to the
    main thread alone, and the program has no other.
    """
    if not seconds:
        raise Endless
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_VIRTUAL)[0]:
        yield  # whoever is waited for already sets the limit
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise Endless

    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
