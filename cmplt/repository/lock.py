"""The write lock of a clone: whose turn it is to write, and who has it."""

import getpass
import json
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from filelock import FileLock, Timeout

from cmplt.errors import Busy, HeldBy

PATIENCE = 10.0  # seconds that somebody else may take to finish writing (design §7)
PAUSE = 0.02  # seconds until it is looked whether they have


@dataclass
class Turn:
    """The lock in a clone's own folder. It is the kernel's and goes with the process; beside it stands who has it.

    Whoever has it may take it again, and gives it back as often.
    """

    folder: Path
    _taken: int = 0

    def take(self) -> bool:
        """Wait for the lock; returns whether it was not this turn's already. Raises Busy, naming who has it."""
        if not self._taken:
            try:
                self._lock.acquire(timeout=PATIENCE, poll_interval=PAUSE)
            except Timeout:
                raise self._busy() from None
        self._taken += 1
        return self._taken == 1

    @property
    def abandoned(self) -> bool:
        """Whether the last one to have the lock was killed: its name is still there."""
        return self._name.exists()

    def sign(self, who: str | None, command: str) -> None:
        """Put up a name for others to see."""
        about = {"who": who or _user(), "pid": os.getpid(), "host": socket.gethostname(), "command": command}
        self._name.write_text(json.dumps(about), encoding="utf-8")

    def give_back(self, *, unfinished: bool = False) -> None:
        """Let others write; with `unfinished` the name stays, for the next one to look after what is left."""
        self._taken -= 1
        if self._taken:
            return
        try:
            if not unfinished:
                self._name.unlink(missing_ok=True)
        finally:
            self._lock.release()

    @cached_property
    def _lock(self) -> FileLock:
        return FileLock(self.folder / "lock")

    @property
    def _name(self) -> Path:
        return self.folder / "holder"

    def _busy(self) -> Busy:
        """Who has the lock, if that can be told: what stands there may be of a process that is gone."""
        try:
            since = datetime.fromtimestamp(self._name.stat().st_mtime, UTC).astimezone()
            about = json.loads(self._name.read_text(encoding="utf-8"))
            who, pid, host, command = (about[name] for name in ("who", "pid", "host", "command"))
            if host == socket.gethostname() and not _runs(pid):
                return Busy(path=self._lock.lock_file)
        except (OSError, OverflowError, ValueError, KeyError, TypeError):
            return Busy(path=self._lock.lock_file)
        return HeldBy(who=who, command=command, pid=pid, host=host, since=since.isoformat(timespec="seconds"))


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)  # which only asks
    except ProcessLookupError:
        return False
    except PermissionError:  # it is somebody else's
        return True
    return True


def _user() -> str:
    """Who is logged in, as the system knows them."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a user of a container that the system has no name for
        return str(os.getuid())
