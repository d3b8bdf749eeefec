"""What is printed: a terminal shows it, and obeys nothing that somebody wrote into a file."""

import io
from typing import TextIO

from cmplt.output.messages import harmless


class Screen(io.TextIOBase):
    """A stream in front of another: the one place that all output passes, whatever was forgotten before it."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        self.stream.write(harmless(text))
        return len(text)

    def flush(self) -> None:
        self.stream.flush()

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
