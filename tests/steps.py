"""Counts what something costs in steps of the interpreter: the same on every machine, however busy."""

import sys
from collections.abc import Callable


def steps(work: Callable[[], object]) -> int:
    """How many lines, calls and returns it takes."""
    count = 0

    def trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)  # type: ignore[arg-type]  # it takes any frame
    try:
        work()
    finally:
        sys.settrace(before)
    return count
