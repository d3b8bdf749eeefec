"""Killed commands, in small: `python -m tests.trials.crash --all --random 100` does it in large."""

from pathlib import Path

import pytest

from tests.office import Office
from tests.trials import crash
from tests.trials.crash import Ground


@pytest.fixture(scope="module")
def at(sealed: None, tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """The office that all begin with."""
    return crash.ground(tmp_path_factory.mktemp("ground"))


@pytest.mark.parametrize(("name", "first"), [("attach", 3), ("respond", 1)])
def test_killed_at_a_step(at: Ground, tmp_path: Path, name: str, first: int) -> None:
    """Whatever write, sync, rename or commit it did not come to: the old state or the new file, never half of one."""
    found = crash.every_step(at, tmp_path, name, first=first, stride=7)
    assert found.lost == []
    assert found.kills >= 4
    assert found.old
    assert found.left == found.finished > 0


def test_killed_at_any_moment(at: Ground, tmp_path: Path) -> None:
    """Together with the git that it runs; a lock that git leaves is named by the next command."""
    found = crash.any_moment(at, tmp_path, 3, seed=1)
    assert found.lost == []
    assert found.kills == 3


def test_what_is_half_is_found(at: Ground, office: Office) -> None:
    """The trial sees what it looks for: half an event, half a paper, an event twice, what is in nobody's way."""
    before = crash._files(at.root)
    name = f"complaints/{at.ids[0][:4]}/{at.ids[0][4:6]}/{at.ids[0]}.yaml"
    event = b"  - at: 2099-01-01T00:00:00+08:00\n    by: x\n    action: progress\n    note: x\n"
    whole = before[name] + event
    assert list(crash._half(before, {**before, name: whole})) == []
    for cut in (before[name][:-3], whole[:-20], whole[:-1] + b": [", before[name] + b"# x\n"):
        assert list(crash._half(before, {**before, name: cut})), cut
    for stray in (f"{name}.123", "reports/2026-10/report.html", "attachments/x/photo.jpg", "complaints/x.yaml.1.new"):
        assert list(crash._half(before, {**before, stray: crash.PHOTO[:5]})), stray
    twice = office.new("--note", "killed")
    office.ok("task", twice, "x", "--note", "killed")
    assert [each for each in crash._unsound(office) if "twice" in each]
