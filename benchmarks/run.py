"""Benchmarks: medians and ratios, side by side in one run.

    python benchmarks/run.py [--quick]

Each pair is timed in turn, A B A B …, so that a machine whose speed drifts slows both.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

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


def office(folder: Path, complaints: int) -> Path:
    """An office whose complaints are copies of the sample's, under ids of their own; one commit."""
    root = folder / f"office-{complaints}"
    shutil.copytree(SAMPLE, root, ignore=shutil.ignore_patterns("complaints", "stories", "*.py", "__pycache__"))
    texts = [(path.stem, path.read_text(encoding="utf-8")) for path in sorted(SAMPLE.glob("complaints/*/*/*.yaml"))]
    draw = random.Random(1)
    for index in range(complaints):
        old, text = texts[index % len(texts)]
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
        commands(office(folder, 64), runs)


if __name__ == "__main__":
    main()
