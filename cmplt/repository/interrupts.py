"""Ctrl-C while git writes: it waits until it can be told whether that stands."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from cmplt.errors import CmpltError


@dataclass
class Held:
    """Whether an interrupt came meanwhile."""

    came: bool = False
    _active: bool = True

    def ignore(self) -> None:
        """What comes from here on is nobody's, not even that of the git that is run to look or to put things back."""
        if self._active:
            signal.signal(signal.SIGINT, signal.SIG_IGN)

    def note(self, *_: object) -> None:
        self.came = True


@contextmanager
def held_back() -> Iterator[Held]:
    """Note an interrupt that comes meanwhile, and raise it only if what was begun fails: then it was for that.

    git, which the terminal interrupts as well, ends by itself; what it has committed has been done all the same.
    Nothing is held back outside the main thread, and where somebody else looks after interrupts or ignores them.
    """
    here = threading.current_thread() is threading.main_thread()
    if not here or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield Held(_active=False)
        return
    held = Held()
    signal.signal(signal.SIGINT, held.note)
    try:
        yield held
    except CmpltError:
        if held.came:
            raise KeyboardInterrupt from None
        raise
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
