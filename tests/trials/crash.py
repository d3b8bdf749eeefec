"""Commands that are killed: at every step of the write path in turn, or at any moment, and what the next ones find.

python -m tests.trials.crash --all --random 100
"""

import argparse
import io
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from unittest import mock

import git

from cmplt.app import system_clock
from cmplt.cli import run
from cmplt.domain.ids import is_id
from cmplt.repository import lock
from cmplt.storage import yamlfile
from cmplt.storage.validate import complaint_findings, measure_findings
from tests.office import POLICY, Office

# What may lie in a clone's own folder when nobody writes.
BELONGS = {"lock", "seen", "valid-policy", "courses"}
TAKEN = ("new", "--channel", "phone", "--category", "attitude", "--customer", "客户乙", "--subject", "killed")
MEASURE = ("measure", "new", "--kind", "corrective", "--title", "x", "--department", "sales", "--category", "attitude",
           "--due", "2099-01-01 12:00")  # fmt: skip
CALLS = ("fsync", "replace", "rename", "link", "unlink", "mkdir", "rmdir")
PHOTO, PAPER = bytes(range(256)) * 300, b"%PDF" * 5000
REPORT = ("report.html", "report.md", "report.json", "charts/trend.svg")
WRITING_GIT = ("add", "commit", "reset", "update-index", "update-ref")


@dataclass(frozen=True)
class Ground:
    """An office to begin with, copied for every kill, and its complaints: two in progress, one closed."""

    root: Path
    ids: tuple[str, str, str]

    def commands(self) -> dict[str, tuple[str, ...]]:
        """What is killed, by name; every event has the note `killed`."""
        one, two, over = self.ids
        note = ("--note", "killed")
        photo = str(self.root.parent / "photo.jpg")
        paper = str(self.root.parent / "paper.pdf")
        return {
            "new": (*TAKEN, *note),
            "assign": ("assign", one, "service", *note),
            "attach": ("attach", one, photo, paper, *note),
            "respond": ("respond", one, two, *note),
            "redact": ("redact", over, "--reason", "x", *note),
            "measure new": (*MEASURE, *note),
            "report": ("report", "--month", "2026-10", "--commit"),
        }


@dataclass
class Counts:
    """What was seen: kills, and of them those that left nothing, those that left something, and what became of it."""

    kills: int = 0
    old: int = 0
    left: int = 0
    finished: int = 0
    reported: int = 0
    locks: int = 0  # of git, which a command named and which were then removed
    lost: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        told = "kills {kills}, old {old}, new {left}, finished {finished}, reported {reported}, git locks {locks}"
        return told.format(**vars(self)) + f", lost {len(self.lost)}"


def ground(folder: Path) -> Ground:
    """Build the office that all begin with."""
    office = Office(folder / "office", system_clock())
    office.root.mkdir(parents=True)
    office.ok("init", ".", "--profile", "auto-dealer")
    office.policy(POLICY)
    ids = tuple(office.new("--department", "sales") for _ in range(3))
    office.ok("respond", *ids, "--note", "x")
    office.ok("reject", ids[2], "--reason", "x")
    (folder / "photo.jpg").write_bytes(PHOTO)
    (folder / "paper.pdf").write_bytes(PAPER)
    one, two, three = ids
    return Ground(office.root, (one, two, three))


# --- at every step ------------------------------------------------------------------------------------------


class Fate:
    """Kills this process at the n-th step of writing below a folder: before a call, in the middle of a write."""

    def __init__(self, root: Path, nth: int) -> None:
        self.root, self.nth, self.steps = root, nth, 0

    def step(self, half: Callable[[], object] = lambda: None) -> None:
        self.steps += 1
        if self.steps == self.nth:
            half()
            os.kill(os.getpid(), signal.SIGKILL)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Every call that writes is a step: to the disk before it and half-way, by git before it and after."""
        with ExitStack() as patches:
            for name in CALLS:
                patches.enter_context(mock.patch.object(os, name, self._before(getattr(os, name))))
            patches.enter_context(mock.patch.object(io, "open", self._opening(io.open)))
            patches.enter_context(mock.patch.object(git.Git, "execute", self._around(git.Git.execute)))
            yield

    def _before(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            self.step()
            return real(*args, **kwargs)

        return call

    def _opening(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if isinstance(path, int) or mode[0] not in "wax" or not Path(path).is_relative_to(self.root):
                return real(path, mode, *args, **kwargs)
            self.step()
            return Torn(real(path, mode, *args, **kwargs), self)

        return call

    def _around(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(asked: Any, command: Any, *args: Any, **kwargs: Any) -> Any:
            writes = command[1] in WRITING_GIT
            if writes:
                self.step()
            answer = real(asked, command, *args, **kwargs)
            if writes:
                self.step()
            return answer

        return call


class Torn:
    """A file that is being written; a step lies in the middle of what is written at once."""

    def __init__(self, file: Any, fate: Fate) -> None:
        self.file, self.fate = file, fate

    def write(self, content: Any) -> Any:
        def half() -> None:
            self.file.write(content[: len(content) // 2])
            self.file.flush()

        self.fate.step(half)
        return self.file.write(content)

    def __enter__(self) -> "Torn":
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.file, name)


def every_step(at: Ground, folder: Path, name: str, *, first: int = 1, stride: int = 1) -> Counts:
    """Kill a command at each of its steps, until it gets through; after one in `stride`, let the next commands come."""
    counts, before = Counts(), _files(at.root)
    for nth in count(1):
        office = _copy(at, folder)
        if not _killed_at(office, at.commands()[name], nth):
            return counts
        where = f"{name}, step {nth}"
        if (nth - first) % stride:
            counts.lost += [f"{where}: {each}" for each in _half(before, _files(office.root))]
        else:
            _aftermath(at, office, name, counts, where, same=nth % 2 == 0)
    raise AssertionError("the steps do not end")


def _killed_at(office: Office, args: tuple[str, ...], nth: int) -> bool:
    """Run a command in a process that is killed at a step; returns whether it came to that."""
    pid = os.fork()
    if pid == 0:
        try:
            silence = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(silence, stream)
            os.environ |= office.identity()
            with Fate(office.root, nth).waiting():
                code = run(["-C", str(office.root), *args])
            os._exit(code)
        finally:
            os._exit(70)
    status = os.waitpid(pid, 0)[1]
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, (args, nth, status)
    return os.WIFSIGNALED(status)


# --- at any moment ------------------------------------------------------------------------------------------


def any_moment(at: Ground, folder: Path, kills: int, seed: int) -> Counts:
    """Kill commands and the git that they run, all at once, after a random time."""
    counts, chance = Counts(), random.Random(seed)  # nobody is to guess it wrong
    usual = {name: _length(at, folder, name) for name in at.commands()}
    while counts.kills < kills:
        name = chance.choice(list(usual))
        office, delay = _copy(at, folder), usual[name] * chance.uniform(0.3, 1.0)
        with _started(office, at.commands()[name]) as running:
            try:
                running.wait(delay)
                continue  # it was faster than usual
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
        _aftermath(at, office, name, counts, f"{name}, after {delay:.3f} s", same=chance.random() < 0.5)
    return counts


def _length(at: Ground, folder: Path, name: str) -> float:
    """How many seconds a command takes."""
    begun = time.monotonic()
    with _started(_copy(at, folder), at.commands()[name]) as running:
        assert running.wait() == 0, name
    return time.monotonic() - begun


def _started(office: Office, args: tuple[str, ...]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "cmplt", "-C", str(office.root), *args], env={**os.environ, **office.identity()},
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


# --- what is left, and what becomes of it -------------------------------------------------------------------


def _copy(at: Ground, folder: Path) -> Office:
    root = folder / "killed"
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(at.root, root)
    return Office(root, system_clock())


def _aftermath(at: Ground, office: Office, name: str, counts: Counts, where: str, *, same: bool) -> None:
    """Look at what a killed command left, let the next ones come, and see that all is well."""
    counts.kills += 1
    before, now = _files(at.root), _files(office.root)
    wrong = [*_half(before, now), *(f"{gone} is gone" for gone in before.keys() - now.keys())]
    left = now != before or _head(office.root) != _head(at.root)
    counts.left += left
    counts.old += not left
    again = tuple("again" if word == "killed" else word for word in at.commands()[name])
    wrong += _next(office, again if same else _another(office, at, name), counts)
    for _ in range(3):
        for path in _status(office.root):
            owner = Path(path).stem
            if path.startswith("complaints/"):
                wrong += _next(office, _amend(owner), counts)
            elif path.startswith("measures/"):
                wrong += _next(office, ("measure", *_amend(owner, "title")), counts)
            else:  # a paper or a report: whoever was killed does it once more
                wrong += _next(office, again, counts)
    counts.finished += left and not _status(office.root)
    wrong += _unsound(office)
    counts.lost += [f"{where}: {each}" for each in wrong]


def _half(before: dict[str, bytes], now: dict[str, bytes]) -> Iterator[str]:
    """The files that are neither as they were nor whole."""
    for name, content in now.items():
        path, old = Path(name), before.get(name, b"")
        if content == before.get(name):
            continue
        if path.parts[0] in ("complaints", "measures") and is_id(path.stem) and path.suffix == ".yaml":
            try:
                data, was = yamlfile.load(content.decode()), yamlfile.load(old.decode()) if old else {"events": []}
            except ValueError as problem:
                yield f"{name}: {problem}"
                continue
            findings = complaint_findings if path.parts[0] == "complaints" else measure_findings
            known = len(was["events"])
            if findings(data) or data["events"][:known] != was["events"] or len(data["events"]) == known:
                yield f"{name}: half an event"
            if not content.startswith(old) and data["events"][-1]["action"] != "redact":
                yield f"{name}: what stood there was changed"
        elif path.parts[0] == "attachments" and path.name in ("photo.jpg", "paper.pdf"):
            if content != (PHOTO if path.name == "photo.jpg" else PAPER):
                yield f"{name}: half a file"
        elif path.parts[:2] != ("reports", "2026-10") or not content or "tmp" in name:
            yield f"{name} should not be there"
    report = {name for name in now if name.startswith("reports/")}
    if report and not {f"reports/2026-10/{each}" for each in REPORT} <= report:
        yield f"half a report: {sorted(report)}"


def _next(office: Office, args: tuple[str, ...], counts: Counts) -> list[str]:
    """Run another command, which works or says what to do; a lock of git that it names is removed, as it says."""
    for _ in range(4):
        result = office.run(*args, now=str(system_clock()))
        if result.code == 0:
            return []
        if result.code not in (3, 4, 5) or len(result.err.splitlines()) < 2 or "Traceback" in result.err:
            return [f"{args}: exit {result.code}: {result.err}"]
        lock_of_git = re.search(r"\((/.*\.lock)\)", result.err)
        if result.code != 5 or not lock_of_git:
            counts.reported += 1
            return [] if result.code == 3 else [f"{args}: exit {result.code}: {result.err}"]
        Path(lock_of_git[1]).unlink()
        counts.locks += 1
    return [f"{args}: still locked"]


def _another(office: Office, at: Ground, name: str) -> tuple[str, ...]:
    """Another command, on what the killed one was about if it is there."""
    fresh = [path for path in _status(office.root) if path.endswith(".yaml")]
    if fresh and fresh[0].startswith("measures/"):
        return ("measure", *_amend(Path(fresh[0]).stem, "title"))
    return _amend(Path(fresh[0]).stem if fresh else at.ids[2 if name == "redact" else 0])


def _amend(owner: str, fact: str = "place") -> tuple[str, ...]:
    return ("amend", owner, f"{fact}=x{time.monotonic_ns()}", "--reason", "x")


def _unsound(office: Office) -> Iterator[str]:
    """What is not as it should be once all is done."""
    for what in (("status", "--porcelain"), ("fsck", "--full", "--strict", "--no-dangling")):
        told = _git(office.root, *what)
        if told.strip():
            yield f"git {what[0]}: {told}"
    found = office.run("check", "--strict", now=str(system_clock()))
    if found.code:
        yield f"check: {found.out}{found.err}"
    for path in (office.root / ".git").rglob("*.lock"):
        if not path.name.startswith("next-index-"):  # of a killed git: no other one minds it
            yield f"{path} is left"
    strange = {path.name for path in (office.root / ".git" / "cmplt").iterdir()} - BELONGS
    if strange:
        yield f"in .git/cmplt: {strange}"
    for name, content in _files(office.root).items():
        if name.endswith(".yaml") and content.count(b"note: killed\n") > 1:
            yield f"{name}: an event twice"


def _files(root: Path) -> dict[str, bytes]:
    """Every file of the work tree with its bytes."""
    found = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in found
        if path.relative_to(root).parts[0] != ".git"
    }


def _status(root: Path) -> list[str]:
    told = _git(root, "status", "--porcelain", "-z", "-uall", "--no-renames")
    return [entry[3:] for entry in told.split("\0") if entry]


def _head(root: Path) -> str:
    return _git(root, "rev-parse", "HEAD")


def _git(root: Path, *args: str) -> str:
    done = subprocess.run(["git", *args], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout + (done.stderr if done.returncode else "")


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--all", action="store_true", help="every command at every step")
    asked.add_argument("--random", type=int, default=0, metavar="N", help="N kills at any moment")
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    lock.PATIENCE = 0.3
    lost = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        at = ground(folder)
        found = {each: lambda each=each: every_step(at, folder, each) for each in at.commands() if given.all}
        if given.random:
            found["at random"] = lambda: any_moment(at, folder, given.random, given.seed)
        for what, trial in found.items():
            counts = trial()
            lost += counts.lost
            sys.stdout.write(f"{what}: {counts}\n")
            sys.stdout.flush()
    sys.stdout.write("".join(f"{each}\n" for each in lost))
    sys.exit(bool(lost))


if __name__ == "__main__":
    main()
