"""The write lock of a clone: whose turn it is to write, and who has it."""

import fcntl
import getpass
import json
import os
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from filelock import FileLock, Timeout

from cmplt.errors import Busy, GitBusy, HeldBy

PATIENCE = 10.0  # seconds that somebody else may take to finish writing (design §7)
PAUSE = 0.02  # seconds until it is looked whether they have
_held = set[int]()


def inherited() -> tuple[int, ...]:
    """What every git inherits that this process runs while it has a turn, and holds as long as it lives."""
    return tuple(_held)


@dataclass
class Turn:
    """The lock in a clone's own folder. It is the kernel's and goes with the process; beside it stands who has it.

    Whoever has it may take it again, and gives it back as often. `unfinished` says that something is left to be put in
    order, by this one or the next: as it does after a kill.
    """

    folder: Path
    unfinished: bool = False
    _taken: int = 0
    _inherited: int = -1

    def take(self) -> bool:
        """Wait for the lock; returns whether it was not this turn's already.

        Raises Busy, naming who has it, and GitBusy where a git goes on that a killed command had begun.
        """
        if not self._taken:
            try:
                self._lock.acquire(timeout=PATIENCE, poll_interval=PAUSE)
            except Timeout:
                raise self._busy() from None
            try:
                self.unfinished = self._name.exists() or self._git.exists()
                self._inherited = self._open()
            except BaseException:
                self._lock.release()
                raise
            _held.add(self._inherited)
        self._taken += 1
        return self._taken == 1

    def sign(self, who: str | None, command: str) -> None:
        """Put up a name for others to see."""
        about = {"who": who or _user(), "pid": os.getpid(), "host": socket.gethostname(), "command": command}
        self._name.write_text(json.dumps(about), encoding="utf-8")

    def give_back(self) -> None:
        """Let others write; where it is `unfinished` the name stays, for the next one to look after what is left."""
        self._taken -= 1
        if self._taken:
            return
        try:
            if self.unfinished:
                self._name.touch()
            else:
                self._name.unlink(missing_ok=True)
            self._git.unlink(missing_ok=True)  # a hook's job may hold it still, and holds nobody up
        finally:
            _held.remove(self._inherited)
            os.close(self._inherited)
            self._lock.release()

    def _open(self) -> int:
        """Open what git inherits, once no git of a killed command has it any more: it would go on beside this one."""
        descriptor = os.open(self._git, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return descriptor
            except BlockingIOError:
                if time.monotonic() > until:
                    os.close(descriptor)
                    raise GitBusy(path=self._git) from None
            except BaseException:
                os.close(descriptor)
                raise
            time.sleep(PAUSE)

    @cached_property
    def _lock(self) -> FileLock:
        return FileLock(self.folder / "lock")

    @property
    def _name(self) -> Path:
        return self.folder / "holder"

    @property
    def _git(self) -> Path:
        return self.folder / "git"

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
