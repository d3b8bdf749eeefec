"""The sample office, and the demo that is built from it."""

import importlib.util
import json
import os
import subprocess
from collections import Counter
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import pytest

from cmplt.domain.complaint import Complaint
from cmplt.domain.process import fold
from cmplt.storage import yamlfile
from tests.conftest import MONDAY
from tests.office import Office

SAMPLE = Path(__file__).parent.parent / "sample-repo"


@pytest.fixture(scope="module")
def demo(sealed: None, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office made by `cmplt demo`."""
    root = tmp_path_factory.mktemp("demo") / "office"
    office = Office(root, MONDAY.replace(month=11))
    assert office.run("demo", str(root), cwd=root.parent).code == 0
    return office


def replay_module() -> ModuleType:
    """The script that makes the sample."""
    spec = importlib.util.spec_from_file_location("replay", SAMPLE / "replay.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def complaints() -> list[Complaint]:
    texts = (path.read_text(encoding="utf-8") for path in sorted(SAMPLE.glob("complaints/*/*/*.yaml")))
    return [Complaint.read(yamlfile.load(text)) for text in texts]


def test_replaying_the_stories_makes_the_sample_and_its_history(tmp_path: Path, demo: Office) -> None:
    """The commands, run story by story, make every file byte for byte, and the very commits that the demo has."""
    root = tmp_path / "office"
    replay_module().replay(root)
    made = {path.relative_to(root): path.read_bytes() for path in root.rglob("complaints/**/*.yaml")}
    kept = {path.relative_to(SAMPLE): path.read_bytes() for path in SAMPLE.glob("complaints/**/*.yaml")}
    assert made == kept
    told = ["log", "--reverse", "--format=%an %ae %aI %cn %cI%n%B", "--stat", "--", "complaints"]
    replayed = subprocess.run(["git", *told], cwd=root, capture_output=True, text=True, check=True).stdout
    assert sorted(replayed.split("\n\n")) == sorted(demo.git(*told).split("\n\n"))


def test_the_sample_has_something_of_everything() -> None:
    """About sixty complaints over half a year: majors, second rounds, rejections, adjustments, late entries, tasks."""
    found = [fold(complaint) for complaint in complaints()]
    months = Counter(history.complaint.facts.received.strftime("%Y-%m") for history in found)
    actions = Counter(step.event.action for history in found for step in history.steps)
    statuses = {history.now.status for history in found}
    assert 55 <= len(found) <= 70
    assert set(months) == {f"2026-{month:02d}" for month in range(5, 11)}
    assert statuses == {"registered", "assigned", "in-progress", "resolved", "closed", "rejected"}
    assert sum(history.now.facts.severity == "major" for history in found) >= 8
    assert max(history.now.round for history in found) == 3
    assert min(actions[name] for name in ("reopen", "reject", "adjust", "amend", "task", "decline", "close")) >= 1
    assert sum(step.event.recorded is not None for history in found for step in history.steps) >= 4
    assert not any(history.void for history in found)


def test_the_demo_is_sound(demo: Office) -> None:
    """`check` finds nothing wrong, git nothing changed, and every commit after the first only adds lines."""
    assert demo.ok("check", "--strict").out == ""
    assert demo.git("status", "--porcelain") == ""
    assert demo.git("fsck", "--strict") == ""
    removed = [line.split("\t")[1] for line in demo.git("log", "--numstat", "--format=").splitlines() if line]
    assert set(removed) == {"0"}


def test_the_demo_reports_october(demo: Office) -> None:
    """The score of the month adds up from the complaints and what was late."""
    report = json.loads(
        demo.ok("report", "--month", "2026-10", "--as-of", "2026-11-01 00:00", "--no-write", "--format", "json").out
    )
    points = {"general": -1, "major": -5}
    for row in report["departments"]:
        counted = sum(points[name] * number for name, number in row["by_severity"].items())
        if row["department"]:
            assert row["score"] == counted - 2 * row["late"] + row["adjusted"]
    assert sum(row["late"] for row in report["departments"]) == len(report["late"]) > 0


def test_consecutive_months_add_up(demo: Office) -> None:
    """What a month leaves open is what the next one begins with."""
    months = [f"2026-{month:02d}" for month in range(4, 12)]
    reports = [demo.json("report", "--month", month, "--as-of", "2026-12-01 00:00", "--no-write") for month in months]
    for before, after in pairwise(reports):
        assert before["complaints"]["open"] == after["complaints"]["opening"]
    assert max(report["complaints"]["open"] for report in reports) > 0


def test_the_demo_needs_no_identity(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who has never told git a name can build the demo, and write in it as its clerk."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setattr(Office, "identity", lambda self: {})
    office = Office(tmp_path / "office", MONDAY.replace(month=11))
    told = office.run("demo", "office", cwd=tmp_path).out
    assert "cmplt overdue" in told
    found = office.json("list")[0]["id"]
    office.ok("amend", found, "place=展厅", "--reason", "补充")
    assert office.event(found)["by"] == "王芳"


def test_the_demo_overwrites_nothing(tmp_path: Path) -> None:
    """A folder in which something stands is refused, and stays as it is."""
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "mine.txt").write_text("mine", encoding="utf-8")
    result = Office(tmp_path / "office", MONDAY).run("demo", "office", cwd=tmp_path)
    assert result.code == 3
    assert "exists already" in result.err
    assert [path.name for path in (tmp_path / "office").iterdir()] == ["mine.txt"]
