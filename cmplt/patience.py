"""How long, and in how much memory, a stranger's file may be worked on: a pattern or a template can be endless."""

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType


class Endless(Exception):
    """It computed for so long that it may never end."""


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Raise Endless in what is done here once it has computed for so long (at once for 0 seconds).

    Waiting for others does not count. It takes a signal, since nothing else reaches into a regular expression that is
    being matched. Python hands signals to the main thread alone, and the program works in no other.
    """
    if not seconds:
        raise Endless
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_VIRTUAL)[0]:
        yield  # whoever waits for this already sets the limit
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise Endless

    before = signal.signal(signal.SIGVTALRM, stop)
    try:
        # again and again: Python ignores what is raised while it cleans up after an object
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds, seconds)
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@contextmanager
def within(room: int) -> Iterator[None]:
    """Raise MemoryError in what is done here once it takes so many bytes more, where the system can tell and say so."""
    try:
        taken = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:  # not Linux
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    limits = [each for each in (soft, hard, taken + room) if each != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_AS, (min(limits), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
