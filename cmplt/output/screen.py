"""What is printed: a terminal shows it, and obeys nothing that somebody wrote into a file."""

import io
import os
from collections.abc import Callable
from typing import TextIO

from cmplt.output.messages import harmless


class Screen(io.TextIOBase):
    """A stream in front of another: the one place that all output passes, whatever was forgotten before it.

    What cannot be written stops no command in the middle of its work: it is kept as `problem`, for the end. That a
    reader has gone is none.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.problem: OSError | None = None

    def write(self, text: str) -> int:
        self._try(lambda: self.stream.write(harmless(text)))
        return len(text)

    def flush(self) -> None:
        self._try(self.stream.flush)

    def _try(self, do: Callable[[], object]) -> None:
        try:
            do()
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                self.problem = error
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())  # what is still in the stream has to go somewhere

    def isatty(self) -> bool:
        return self.stream.isatty()

    def fileno(self) -> int:
        return self.stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # what a line editor asks for
        return self.stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]  # as above
        return self.stream.errors
