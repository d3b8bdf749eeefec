"""What a person at a terminal sees of work that takes a while."""

import sys
import time
from collections.abc import Iterable, Iterator, Sized
from typing import Protocol, TypeVar

import click

AFTER = 1.0  # seconds; what is done sooner needs no bar
T = TypeVar("T", covariant=True)


class Countable(Sized, Iterable[T], Protocol[T]):
    """What can be counted and gone through."""


def watched(items: Countable[T], label: str) -> Iterable[T]:
    """The items, with a bar on stderr where somebody looks and it takes longer than a second."""
    return _watched(items, label) if sys.stderr.isatty() else items


def _watched(items: Countable[T], label: str) -> Iterator[T]:
    begun, bar = time.monotonic(), None
    try:
        for done, item in enumerate(items):
            yield item
            if bar is None and time.monotonic() - begun > AFTER:
                beneath = getattr(sys.stderr, "stream", sys.stderr)  # a bar is drawn with what a text may not hold
                bar = click.progressbar(length=len(items), label=label, file=beneath)
                bar.update(done)
            if bar is not None:
                bar.update(1)
    finally:
        if bar is not None:
            bar.render_finish()
