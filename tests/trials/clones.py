"""Many clones of one office: commands in each, syncs and races between them, and what became of every event.

python -m tests.trials.clones --clones 6 --commands 300 --seed 1
"""

import argparse
import multiprocessing
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

from cmplt.domain.capa import undertaking
from cmplt.domain.complaint import Complaint
from cmplt.domain.measure import Measure
from cmplt.domain.process import fold
from tests.audited import Audited
from tests.office import POLICY, Result
from tests.trials.acting import Chance, loaded
from tests.trials.comparing import Outcome, compare
from tests.trials.hands import PEOPLE, git

START = datetime.fromisoformat("2026-03-16T09:00:00+08:00")
APART = 150  # seconds that a clone's clock is early or late: two differ by no more than the five minutes forgiven
NAMES = (*PEOPLE, "周洁", "孙丽")
RULES = POLICY.replace("[王芳]", "[王芳, 陈刚, 周洁]").replace("[wf@example.com]", "[李明, 王芳, 孙丽]") + (
    "measures: {approve: general-manager, verify: parts}\nattachments: {kinds: {photo: photo}}\n"
)
# Every push begins with this; where `overtaken` names another clone, that one's comes first.
HOOK = """\
#!/bin/sh
echo x >> .git/pushes
if test -f .git/overtaken; then
    other=$(cat .git/overtaken)
    rm .git/overtaken
    unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_PREFIX
    git -C "$other" push --quiet origin HEAD || true
fi
"""


@dataclass
class Trial:
    """The clones, the repository between them, and what they are known to have written."""

    root: Path
    clones: list[Audited]
    chance: random.Random
    pool: Pool
    apart: list[timedelta]
    now: datetime = START
    found: Outcome = field(default_factory=Outcome)
    told: dict[str, list[Any]] = field(default_factory=dict)  # each file's facts, then its events, as written
    void: set[str] = field(default_factory=set)  # the ids that some sync has named

    def act(self, number: int) -> None:
        """One command in one clone; what it wrote is remembered."""
        clone, mark = self._later(number), f"c{number}-{self.found.counts['tried']}"
        args = Chance(self.chance, clone, self.root / "papers", mark).command()
        before = {path.stem: len(loaded(path)["events"]) for path in _named(clone, args)}
        result = clone.run(*args)
        self.found.counts["tried"] += 1
        self.found.counts[{0: "succeeded", 3: "refused"}.get(result.code, "failed")] += 1
        if result.code == 3:
            return
        if result.code:
            self.found.wrong.append(f"{args}: exit {result.code}: {result.err}")
            return
        for path in _named(clone, (*args, result.out.strip())):
            data = loaded(path)
            events = data.pop("events")
            told = self.told.setdefault(path.stem, [data])
            fresh = events[before.get(path.stem, 0) :]
            told += fresh
            self.found.counts["events"] += len(fresh)
            self.found.actions.update(event["action"] for event in fresh)

    def sync(self, *numbers: int) -> None:
        """Sync clones, several in processes of their own at the same time."""
        clones = [self._later(number) for number in numbers]
        for number, clone in zip(numbers, clones, strict=True):
            clone.now = self.now + self.apart[number]  # at the same time, as their clocks have it
        results = self.pool.map(synced, clones, 1) if len(clones) > 1 else [synced(clones[0])]
        for clone, result in zip(clones, results, strict=True):
            self._synced(clone, result)

    def overtaken(self, number: int, other: int) -> None:
        """Sync a clone while, between its merge and its push, another one pushes what it has."""
        self.sync(other)
        for each in (number, other):
            before = self.clones[each].tip()
            while self.clones[each].tip() == before:
                self.act(each)
        file = self.clones[number].root / ".git" / "overtaken"
        file.write_text(str(self.clones[other].root), encoding="utf-8")
        self.sync(number)

    def settle(self) -> None:
        """Every clone syncs until nothing moves."""
        for _round in range(4):
            before = [clone.tip() for clone in self.clones]
            for number in range(len(self.clones)):
                self.sync(number)
            if before == [clone.tip() for clone in self.clones]:
                return
        self.found.wrong.append("the clones do not come to rest")

    def _later(self, number: int) -> Audited:
        """The clone, its clock moved on: mostly some seconds, now and then to another day."""
        seconds = self.chance.choice((5, 20, 60, 200) * 8 + (3_600,) * 3 + (60_000,))
        self.now += timedelta(seconds=self.chance.randint(1, seconds))
        clone = self.clones[number]
        clone.now = self.now + self.apart[number]
        return clone

    def _synced(self, clone: Audited, result: Result) -> None:
        self.found.counts["syncs"] += 1
        self.void |= set(re.findall(r"^(\d{8}-\w{4}): .*\bvoid\b", result.err, re.MULTILINE))
        if result.code == 3:
            self.found.counts["conflicts"] += 1
        if result.code or not re.fullmatch(r"commits: \d+ received, \d+ sent\n", result.out):
            self.found.wrong.append(f"sync of {clone.root.name}: exit {result.code}: {result.out}{result.err}")


def synced(clone: Audited) -> Result:
    return clone.run("sync")


def trial(root: Path, *, clones: int, commands: int, seed: int) -> Outcome:
    """Set up the clones at `root`, let them write and sync, and look at what is in them."""
    begun = time.monotonic()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        chance = random.Random(seed)
        trying = _begin(root, clones, chance, pool)
        turns = [number for number in range(clones) for _ in range(commands)]
        chance.shuffle(turns)
        for number in turns:
            trying.act(number)
            some, drawn = chance.sample(range(clones), min(clones, 3)), chance.random()
            if drawn < 0.08:
                trying.sync(number)
            elif drawn < 0.11:
                trying.sync(*some)
            elif drawn < 0.13:
                trying.overtaken(some[0], some[1])
        trying.overtaken(0, 1)
        trying.sync(*range(clones))
        trying.settle()
    _judge(trying)
    trying.found.seconds = time.monotonic() - begun
    return trying.found


def _begin(root: Path, clones: int, chance: random.Random, pool: Pool) -> Trial:
    """A bare repository, the office in the first clone, and the others cloned from it."""
    shared = root / "office.git"
    (root / "papers").mkdir(parents=True)
    git(root, "init", "--quiet", "--bare", "--initial-branch=main", str(shared))
    for name, value in (("core.logAllRefUpdates", "true"), ("gc.auto", "0")):  # each move of the branch is counted
        git(shared, "config", name, value)
    offices = []
    for number in range(clones):
        folder = root / f"clone{number}"
        office = Audited(folder, START, NAMES[number % len(NAMES)], f"p{number}@example.com")
        if number:
            git(root, "clone", "--quiet", str(shared), folder.name)
        else:
            folder.mkdir()
            office.ok("init", ".", "--profile", "auto-dealer")
            office.policy(RULES)
            git(folder, "remote", "add", "origin", str(shared))
            office.ok("sync")
        hook = folder / ".git" / "hooks" / "pre-push"
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(HOOK, encoding="utf-8")
        hook.chmod(0o755)
        offices.append(office)
    apart = [timedelta(seconds=chance.randint(-APART, APART)) for _ in offices]
    return Trial(root, offices, chance, pool, apart, now=START + timedelta(minutes=10))


def _judge(trying: Trial) -> None:
    """Look at what there is in the end, and count."""
    found, first = trying.found, trying.clones[0]
    shared = trying.root / "office.git"
    found.counts["merges"] = int(git(shared, "rev-list", "--count", "--merges", "main"))
    pushes = sum(len((clone.root / ".git" / "pushes").read_text().split()) for clone in trying.clones)
    moves = len(git(shared, "reflog", "--format=%h", "main").split()) - 1
    found.counts["pushes lost"] = pushes - moves
    for clone in trying.clones[1:]:
        if clone.state() != first.state():
            found.wrong.append(f"{clone.root.name} is not as {first.root.name}")
    if first.tip() != git(shared, "rev-parse", "main").strip():
        found.wrong.append("the shared repository is not as the clones")
    for said in _unsound(trying):
        found.wrong.append(said)
    paths = {path.stem: path for path in _files(first)}
    for name in sorted({*paths, *trying.told}):
        compare(found, name, trying.told.get(name, []), loaded(paths[name]) if name in paths else {"events": []})
        if name in paths and (void := _void(paths[name])):
            found.counts["void"] += len(void)
            if name not in trying.void:
                found.wrong.append(f"{name}: void, and no sync has said so: {void}")


def _void(path: Path) -> list[int]:
    data = loaded(path)
    return fold(Complaint.read(data)).void if "received" in data else undertaking(Measure.read(data)).void


def _unsound(trying: Trial) -> Iterator[str]:
    """What git, `check` and `audit` have to say afterwards: nothing."""
    for folder in (trying.root / "office.git", *(clone.root for clone in trying.clones)):
        if said := git(folder, "fsck", "--full", "--strict", "--no-dangling"):
            yield f"fsck {folder.name}: {said}"
    for clone in trying.clones:
        if said := clone.git("status", "--porcelain"):
            yield f"status {clone.root.name}: {said}"
    git(trying.root, "clone", "--quiet", "office.git", "fresh")
    fresh = Audited(trying.root / "fresh", trying.now + timedelta(minutes=10))
    for command in ("check", "audit"):
        result = fresh.run(command)
        if result.code or ": error:" in result.out:
            lines = [line for line in (result.out + result.err).splitlines() if ": warning:" not in line]
            yield f"{command}: exit {result.code}: " + "\n".join(lines[:20])


def _files(clone: Audited) -> list[Path]:
    return [*clone.root.glob("complaints/*/*/*.yaml"), *clone.root.glob("measures/*/*.yaml")]


def _named(clone: Audited, words: Sequence[str]) -> list[Path]:
    """The files of the ids that a command was given as arguments, or printed."""
    values = {
        word for before, word in zip(("", *words), words, strict=False) if before not in ("--complaint", "--note")
    }
    return [path for path in _files(clone) if path.stem in values]


def main() -> None:
    asked = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    asked.add_argument("--clones", type=int, default=6)
    asked.add_argument("--commands", type=int, default=300)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = trial(Path(folder) / "trial", **vars(given))
    sys.stdout.write("\n".join([str(found), *found.faults]) + "\n")
    sys.exit(bool(found.faults))


if __name__ == "__main__":
    main()
