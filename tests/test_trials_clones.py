"""Many clones of one office, in small: `python -m tests.trials.clones` does it in large."""

from pathlib import Path

import pytest

from cmplt.repository import lock
from tests.trials import clones
from tests.trials.comparing import Outcome, compare


def test_what_many_clones_write_is_in_each_of_them_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However they sync and race: all end byte-identical, no event is missing, none is there twice."""
    monkeypatch.setattr(lock, "PATIENCE", 60.0)
    found = clones.trial(tmp_path, clones=3, commands=10, seed=1)
    assert found.faults == [], str(found)
    assert found.counts["tried"] >= 30
    assert found.counts["succeeded"] >= 10
    assert found.counts["merges"] >= 2
    assert found.counts["pushes lost"] >= 1


def test_a_lost_or_doubled_event_would_be_seen() -> None:
    """The trial itself tells a missing event, one that is there twice, a strange one, and a changed fact."""
    told = [
        {"id": "x", "subject": "s"},
        {"note": "a"},
        {"note": "b"},
        {"changes": {"subject": {"from": "s", "to": "t"}}},
    ]
    amended = {"changes": {"subject": {"from": "[redacted]", "to": "[redacted]"}}}

    def faults(*events: object, **facts: str) -> list[list[str]]:
        found = Outcome()
        compare(found, "x", told, {"id": "x", "subject": "s", **facts, "events": list(events)})
        return [[each.partition(" ")[2] for each in group] for group in (found.lost, found.doubled, found.strange)]

    a, b = {"note": "a"}, {"note": "b"}
    assert faults(a, b, amended) == [[], [], []]
    assert faults(a, b, amended, subject="[redacted]") == [[], [], []]
    assert [len(group) for group in faults(a, a, amended)] == [1, 1, 0]
    assert [len(group) for group in faults(a, b, {"note": "c"})] == [1, 0, 1]
    assert [len(group) for group in faults(a, b, amended, subject="other")] == [0, 0, 1]
