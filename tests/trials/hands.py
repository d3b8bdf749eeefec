"""Many hands on one machine: processes that write into one office at the same time, and what became of each command.

python -m tests.trials.hands --processes 8 --commands 200 --seed 1
"""

import argparse
import io
import multiprocessing
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

from cmplt.app import system_clock
from cmplt.cli import run
from cmplt.repository import lock
from tests.office import POLICY, Office

READING = ("overdue", "list", "show", "report")
PEOPLE = ("王芳", "李明", "陈刚", "赵静")
FIRST = 6  # complaints to begin with


@dataclass(frozen=True)
class Tried:
    """A command, the text that only its event has, and how it ended."""

    args: tuple[str, ...]
    mark: str
    code: int
    said: str


@dataclass(frozen=True)
class Outcome:
    """What became of all commands; `lost` and `wrong` say what should not be."""

    tried: int
    counts: Counter[str]
    lost: list[str]
    wrong: list[str]
    seconds: float

    def __str__(self) -> str:
        ended = ", ".join(f"{name} {self.counts[name]}" for name in ("succeeded", "read", "refused", "busy"))
        return f"tried {self.tried}: {ended}, lost {len(self.lost)}, wrong {len(self.wrong)} ({self.seconds:.1f} s)"


def trial(
    root: Path, *, processes: int, commands: int, seed: int, patience: float = lock.PATIENCE, complaints: int = FIRST
) -> Outcome:
    """Set up an office at `root`, let the processes loose on it, and look at what is in it."""
    office = _office(root, complaints)
    first = git(root, "rev-list", "--count", "HEAD")
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(processes)
    begun = time.monotonic()
    with context.Pool(processes, start.wait) as pool:  # nobody begins before all are there
        jobs = [(root, number, commands, seed, patience) for number in range(processes)]
        tried = [each for part in pool.starmap(work, jobs, chunksize=1) for each in part]
    seconds = time.monotonic() - begun
    ended = Counter(_ended(each) for each in tried)
    made = int(git(root, "rev-list", "--count", "HEAD")) - int(first)
    wrong = [f"{each.args}: exit {each.code}: {each.said}" for each in tried if _ended(each) == "wrong"]
    if made != ended["succeeded"]:
        wrong.append(f"{made} commits of {ended['succeeded']} commands")
    wrong += _unsound(office)
    return Outcome(len(tried), ended, _lost(root, tried), wrong, seconds)


def work(root: Path, number: int, commands: int, seed: int, patience: float) -> list[Tried]:
    """What one person does: commands on complaints that all share."""
    name = PEOPLE[number % len(PEOPLE)]
    for role in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{role}_NAME": name, f"GIT_{role}_EMAIL": f"p{number}@example.com"}
    lock.PATIENCE = patience
    chance = random.Random(f"{seed} {number}")  # nobody is to guess it wrong
    tried = []
    for turn in range(commands):
        mark = f"trial {number}-{turn}."
        args = _command(chance, [path.stem for path in sorted(root.glob("complaints/*/*/*.yaml"))], mark)
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(["-C", str(root), *args])
        tried.append(Tried(args, mark, code, err.getvalue()))
    return tried


def _command(chance: random.Random, ids: Sequence[str], mark: str) -> tuple[str, ...]:
    """Some command: whether it is allowed depends on what the others have done meanwhile."""
    one, two = chance.choice(ids), chance.choice(ids)
    note, task = ("--note", mark), f"t{chance.randrange(4)}"
    return chance.choice(
        (
            (*TAKEN, *note),
            ("assign", one, chance.choice(("sales", "service", "parts")), *note),
            ("assign", one, "sales", "--owner", chance.choice(PEOPLE), *note),
            ("respond", one, *note),
            ("respond", *dict.fromkeys((one, two)), *note),
            ("progress", one, *note),
            ("propose", one, "--compensation", "10", *note),
            ("approve", one, *note),
            ("escalate", one, "--to", "quality", "--reason", "x", *note),
            ("resolve", one, "--outcome", "x", *note),
            ("followup", one, chance.choice(("--dissatisfied", "--unreached")), "--early", *note),
            ("task", one, task, *note),
            ("done", one, task, *note),
            ("amend", one, f"subject={mark}", "--reason", "x", *note),
            ("overdue",),
            ("list", "--all"),
            ("show", one),
            ("report", "--no-write"),
        )
    )


TAKEN = ("new", "--channel", "phone", "--category", "attitude", "--customer", "客户甲", "--subject", "态度冷淡")


def _office(root: Path, complaints: int) -> Office:
    office = Office(root, system_clock())
    root.mkdir(parents=True)
    office.ok("init", ".", "--profile", "auto-dealer")
    office.policy(POLICY)
    for _ in range(complaints):
        office.new("--department", "sales")
    return office


def _ended(tried: Tried) -> str:
    """How a command ended, in a word; `wrong` where it did not say why as it should."""
    if tried.code == 0:
        return "read" if tried.args[0] in READING else "succeeded"
    told = len(tried.said.splitlines()) >= 2 and "Traceback" not in tried.said
    return {3: "refused", 5: "busy"}.get(tried.code, "wrong") if told and tried.args[0] not in READING else "wrong"


def _lost(root: Path, tried: Sequence[Tried]) -> list[str]:
    """The commands whose events are not in just one commit and in their files, or that failed and left one."""
    commits: dict[str, set[str]] = {}
    commit = ""
    for line in git(root, "log", "-p", "--format=commit %H", "--", "complaints").splitlines():
        if line.startswith("commit "):
            commit = line
        for mark in re.findall(r"^\+    note: '?(trial \d+-\d+\.)", line):
            commits.setdefault(mark, set()).add(commit)
    events = Counter(
        mark
        for path in root.glob("complaints/*/*/*.yaml")
        for mark in re.findall(r"^    note: '?(trial \d+-\d+\.)", path.read_text(encoding="utf-8"), re.MULTILINE)
    )
    lost = []
    for each in tried:
        ids = sum(bool(re.fullmatch(r"\d{8}-\w{4}", word)) for word in each.args) or 1
        wanted = (1, ids) if _ended(each) == "succeeded" else (0, 0)
        if (len(commits.get(each.mark, ())), events[each.mark]) != wanted:
            lost.append(f"{each.args}: exit {each.code}, {len(commits.get(each.mark, ()))} commits")
    return lost


def _unsound(office: Office) -> list[str]:
    """What git and `check` have to say afterwards: nothing."""
    checked = office.run("check", "--strict", now=str(system_clock()))
    said = {
        "fsck": git(office.root, "fsck", "--full", "--strict", "--no-dangling"),
        "status": git(office.root, "status", "--porcelain"),
        "check": checked.out + checked.err,
    }
    return [f"{name}: {text}" for name, text in said.items() if text.strip()]


def git(root: Path, *args: str) -> str:
    done = subprocess.run(["git", *args], cwd=root, capture_output=True, text=True, check=False)
    return done.stdout + (done.stderr if done.returncode else "")


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--processes", type=int, default=8)
    asked.add_argument("--commands", type=int, default=200)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = trial(Path(folder) / "office", **vars(given))
    sys.stdout.write("\n".join([str(found), *found.lost, *found.wrong]) + "\n")
    sys.exit(bool(found.lost or found.wrong))


if __name__ == "__main__":
    main()
