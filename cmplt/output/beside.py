"""Work done in a process of its own while this one goes on, where there is enough of it."""

from collections.abc import Callable
from multiprocessing import get_all_start_methods, get_context
from multiprocessing.connection import Connection
from typing import TypeVar

T = TypeVar("T")


def beside(work: Callable[[], T]) -> Callable[[], T]:
    """Begin a piece of work in a copy of this process; what is returned waits for its result.

    Where there can be no copy, or it dies, the work is done here: so an error of it is raised here too.
    """
    if "fork" not in get_all_start_methods():
        return work
    context = get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_done, args=(work, theirs), daemon=True)
    process.start()
    theirs.close()

    def result() -> T:
        try:
            found: T = ours.recv()
        except EOFError:
            return work()
        finally:
            process.join()
        return found

    return result


def _done(work: Callable[[], T], to: Connection) -> None:
    try:
        to.send(work())
    except Exception:  # of any kind: whoever waits does the work again, and is told there what is wrong with it
        return
