"""Benchmarks: medians and ratios, side by side in one run.

    python benchmarks/run.py [--quick]

Each pair is timed in turn, A B A B …, so that a machine whose speed drifts slows both.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

from cmplt.domain.draft import Identity
from cmplt.output.charts import NAMES
from cmplt.repository.fastimport import Imported, bring_in
from cmplt.repository.ledger import Ledger
from cmplt.storage import sample

ID = re.compile("[0-9]{8}-[0-9a-z]{4}")
SAMPLE = Path(__file__).parent.parent / "sample-repo"
CMPLT = [sys.executable, "-m", "cmplt"]
ENV = {
    **os.environ,
    "GIT_AUTHOR_NAME": "王芳",
    "GIT_AUTHOR_EMAIL": "wangfang@example.com",
    "GIT_COMMITTER_NAME": "王芳",
    "GIT_COMMITTER_EMAIL": "wangfang@example.com",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
}
# Parses every complaint with PyYAML's C loader and nothing else.
BARE = """\
import pathlib, yaml
for path in pathlib.Path({root!r}).rglob("2*.yaml"):
    yaml.load(path.read_bytes(), yaml.CSafeLoader)
"""

# Imports matplotlib and draws as many empty charts as a report has, of their size, as SVG and as PNG.
EMPTY = """\
import io
from matplotlib.figure import Figure
for _ in range({count}):
    figure = Figure(figsize=(5.2, 3))
    figure.add_subplot()
    figure.savefig(io.BytesIO(), format="svg")
    figure.savefig(io.BytesIO(), format="png", dpi=160)
"""


def timed(command: list[str], cwd: Path) -> float:
    """Seconds that a whole process takes."""
    start = time.perf_counter()
    subprocess.run(command, cwd=cwd, env=ENV, check=True, capture_output=True)
    return time.perf_counter() - start


def pair(title: str, ours: Callable[[], float], theirs: Callable[[], float], runs: int) -> None:
    """Time two things in turn and print their medians and the median of the ratios."""
    ours(), theirs()
    both = [(ours(), theirs()) for _ in range(runs)]
    a, b, ratio = median(x for x, _ in both), median(y for _, y in both), median(x / y for x, y in both)
    print(f"{title:62} {a * 1000:8.0f} ms {b * 1000:8.0f} ms   x {ratio:.2f}")


def peak(command: list[str], cwd: Path) -> int:
    """The most memory that a process held at once, in MiB."""
    process = subprocess.Popen(command, cwd=cwd, env=ENV, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, _status, usage = os.wait4(process.pid, 0)
    return usage.ru_maxrss // 1024


def office(folder: Path, complaints: int, october: int | None = None) -> Path:
    """An office whose complaints are copies of the sample's, `october` of them of that month; one commit."""
    root = folder / f"office-{complaints}-{october}"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("complaints", "stories", "*.py", "__pycache__"))
    texts = [(path.stem, path.read_text(encoding="utf-8")) for path in sorted(SAMPLE.glob("complaints/*/*/*.yaml"))]
    of_october, others = ([each for each in texts if (each[0] >= "202610") is ours] for ours in (True, False))
    draw = random.Random(1)
    for index in range(complaints):
        share = texts if october is None else of_october if index < october else others
        old, text = share[index % len(share)]
        tail = "".join(draw.choice("0123456789abcdefghjkmnpqrstvwxyz") for _ in range(4))
        new = f"{old[:9]}{tail}"
        path = root / "complaints" / new[:4] / new[4:6] / f"{new}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace(f"id: {old}", f"id: {new}"), encoding="utf-8")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "office"]):
        subprocess.run(["git", *command], cwd=root, env=ENV, check=True, capture_output=True)
    return root


def commands(root: Path, runs: int) -> None:
    facts = [
        "--channel",
        "phone",
        "--category",
        "sales-attitude",
        "--customer",
        "客户",
        "--contact",
        "13800000000",
        "--subject",
        "测试",
        "--detail",
        "plate=示A99999",
    ]
    counter = iter(range(1_000_000))
    ids: list[str] = []

    def new() -> float:
        start = time.perf_counter()
        done = subprocess.run([*CMPLT, "new", *facts], cwd=root, env=ENV, check=True, capture_output=True, text=True)
        ids.append(done.stdout.strip())
        return time.perf_counter() - start

    def assign() -> float:
        number = next(counter)
        department = ("sales", "service", "parts")[number // len(ids) % 3]
        return timed([*CMPLT, "assign", ids[number % len(ids)], department], root)

    def by_git(name: str) -> float:
        path = root / f"{name}.yaml"
        path.write_text(f"{next(counter)}\n", encoding="utf-8")
        return timed(["sh", "-c", f"git add {name}.yaml && git commit -qm {name} -- {name}.yaml"], root)

    pair("new : git add && git commit", new, lambda: by_git(f"new-{next(counter)}"), runs)
    pair("assign : git add && git commit", assign, lambda: by_git("tracked"), runs)


def reports(folder: Path, complaints: int, month: int, runs: int) -> None:
    root = office(folder, complaints, month)
    report = [*CMPLT, "report", "--month", "2026-10", "--as-of", "2026-11-01 00:00"]
    bare = [sys.executable, "-c", EMPTY.format(count=len(NAMES))]
    title = f"report of {month:,} in {complaints:,}{{}} : matplotlib, {len(NAMES)} empty charts"

    def anew() -> float:
        (root / ".git" / "cmplt" / "courses").unlink(missing_ok=True)
        return timed(report, root)

    pair(title.format(", never read"), anew, lambda: timed(bare, folder), min(runs, 3))
    pair(title.format(""), lambda: timed(report, root), lambda: timed(bare, folder), min(runs, 5))
    print(f"{'  its memory : theirs':62} {peak(report, root):7} MiB {peak(bare, folder):7} MiB")


def long_history(folder: Path, copies: int) -> Path:
    """An office with the sample's history several times over, under other ids, by date: a real commit an event."""
    root = folder / f"history-{copies}"
    first, *rest = sample.history()
    draw = random.Random(1)
    past = list(rest)
    ids = {path.stem for each in rest for name in each.files if (path := Path(name)).suffix == ".yaml"}
    for _ in range(copies - 1):
        fresh = {
            old: old[:9] + "".join(draw.choice("0123456789abcdefghjkmnpqrstvwxyz") for _ in range(4)) for old in ids
        }
        past += [_renamed(each, fresh) for each in rest]
    past.sort(key=lambda each: each.when)
    bring_in(Ledger.create(root), [first, *past], clerk=Identity("王芳", "wangfang@example.com"))
    return root


def _renamed(past: Imported, fresh: dict[str, str]) -> Imported:
    """A commit of a copy: its message, its files' names and their text have the copy's ids."""

    def copied(text: str) -> str:
        return ID.sub(lambda found: fresh.get(found[0], found[0]), text)

    files = {
        copied(name): copied(content.decode()).encode() if name.endswith(".yaml") else content
        for name, content in past.files.items()
    }
    return replace(past, message=copied(past.message), files=files)


def audits(folder: Path, copies: int, runs: int) -> None:
    root = long_history(folder, copies)
    number = len(sample.history()) * copies - copies + 1
    audit, log = [*CMPLT, "audit"], ["git", "log", "-p"]
    pair(f"audit of {number:,} commits : git log -p", lambda: timed(audit, root), lambda: timed(log, root), runs)
    print(f"{'  its memory : theirs':62} {peak(audit, root):7} MiB {peak(log, root):7} MiB")


def main() -> None:
    """Print the figures; --quick runs each once, to see that all of it works."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    runs = 1 if quick else 9
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        print(f"{'ours : beside':62} {'ours':>11} {'beside':>11}   ratio")
        pair(
            "--help : python -c 'import click'",
            lambda: timed([*CMPLT, "--help"], folder),
            lambda: timed([sys.executable, "-c", "import click"], folder),
            runs,
        )
        for number in (100,) if quick else (1_000, 10_000):
            root = office(folder, number)
            bare = [sys.executable, "-c", BARE.format(root=str(root / "complaints"))]
            pair(
                f"overdue of {number:,} : a bare CSafeLoader loop over them",
                lambda root=root: timed([*CMPLT, "overdue"], root),
                lambda bare=bare: timed(bare, folder),
                min(runs, 5),
            )
        reports(folder, *((200, 20) if quick else (10_000, 1_000)), runs)
        commands(office(folder, 64), runs)
        audits(folder, 1 if quick else 24, min(runs, 3))


if __name__ == "__main__":
    main()
