"""Git's objects by their names: how large they are, what is in them, and whether that is still what was named so."""

import hashlib
import os
import re
import subprocess
import weakref
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from cmplt.errors import Damaged, GitFailed
from cmplt.repository import gitsettings

SHOWN = 600  # characters of what git says that a sentence quotes
_PIECE = 1 << 20  # bytes that are read at once
_SIZES, _CONTENTS = "--batch-check", "--batch"
_FOUND = re.compile(rb"([0-9a-f]{40,64}) ([a-z]+) ([0-9]+)\n")
_NOTHING = (b" missing\n", b" ambiguous\n")

Asked = tuple[subprocess.Popen[bytes], IO[bytes]]  # a process of git, and where it writes what it has to complain of


class Objects:
    """What git has in one repository. It is asked through two processes, which end when nobody holds this any more.

    Every content that is read whole is compared with its name: git itself does that for none of them.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._asked: dict[str, Asked] = {}
        weakref.finalize(self, _end, self._asked)

    def named(self, expression: str) -> tuple[str, int] | None:
        """The name and the size of what git finds under an expression such as `COMMIT:PATH`, None for nothing."""
        found = self._ask(_SIZES, expression)
        return found and (found[0], found[2])

    def content(self, name: str) -> bytes | None:
        """A file's content; None for what is no file. Raises GitFailed where it is not there, or is another one."""
        parts: list[bytes] = []
        return b"".join(parts) if self._read(name, parts.append) == "blob" else None

    def digest(self, name: str) -> str:
        """The SHA-256 of a content, read piece by piece; raises GitFailed as `content` does."""
        found = hashlib.sha256()
        self._read(name, found.update)
        return found.hexdigest()

    def _read(self, name: str, take: Callable[[bytes], None]) -> str:
        """Hand over a content in pieces; returns what kind of object it is."""
        found = self._ask(_CONTENTS, name)
        if found is None:
            raise GitFailed(output=f"{name} missing")
        whole, kind, left = found
        naming = _naming(whole, kind, left)
        out = self._asked[_CONTENTS][0].stdout
        assert out
        try:
            while left:
                piece = out.read(min(left, _PIECE))
                if not piece:
                    raise self._failed(_CONTENTS)
                naming.update(piece)
                take(piece)
                left -= len(piece)
            out.read(1)  # the line's end
        except BaseException:  # whoever asks next would get the rest of this
            self._forget(_CONTENTS)
            raise
        if naming.hexdigest() != whole:
            raise Damaged(name=whole)
        return kind

    def _ask(self, how: str, expression: str) -> tuple[str, str, int] | None:
        """An object's name, kind and size."""
        if "\n" in expression or "\0" in expression:  # which git would take for the end of the question
            return None
        if how not in self._asked:
            self._asked[how] = self._begun(how)
        process = self._asked[how][0]
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(expression.encode("utf-8", "surrogateescape") + b"\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = b""
        found = _FOUND.fullmatch(answer)
        if found:
            return found[1].decode("ascii"), found[2].decode("ascii"), int(found[3])
        if answer.endswith(_NOTHING):
            return None
        raise self._failed(how)

    def _begun(self, how: str) -> Asked:
        env = {**os.environ, **gitsettings.environment(), "LC_ALL": "C", "LANGUAGE": "C"}
        complaints = TemporaryFile()  # noqa: SIM115 (a pipe that nobody reads would be full one day)
        process = subprocess.Popen(
            ["git", "cat-file", how], cwd=self.folder, env=env,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=complaints,
            start_new_session=True,  # Ctrl-C is not meant for it: whoever puts things back asks it once more
        )  # fmt: skip
        return process, complaints

    def _failed(self, how: str) -> GitFailed:
        """What git complained of before it ended."""
        process, complaints = self._asked.pop(how)
        _stop(process)
        complaints.seek(0)
        said = complaints.read().decode("utf-8", "replace").split("\n")
        complaints.close()
        lines = [line.strip() for line in said if line.strip()] or ["git cat-file ended early"]
        return GitFailed(output=" / ".join(lines)[:SHOWN], lines=lines)

    def _forget(self, how: str) -> None:
        if how in self._asked:
            process, complaints = self._asked.pop(how)
            _stop(process)
            complaints.close()


def proved(name: str, content: bytes) -> bytes:
    """A file's content, if it is what git gave that name to; raises Damaged."""
    naming = _naming(name, "blob", len(content))
    naming.update(content)
    if naming.hexdigest() != name:
        raise Damaged(name=name)
    return content


def _naming(name: str, kind: str, size: int) -> "hashlib._Hash":
    """What git makes names with, where they are as long as this one."""
    return hashlib.new("sha1" if len(name) == 40 else "sha256", f"{kind} {size}\0".encode(), usedforsecurity=False)


def _end(asked: dict[str, Asked]) -> None:
    for process, complaints in asked.values():
        _stop(process)
        complaints.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()  # it only reads
    process.communicate()
