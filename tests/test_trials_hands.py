"""Many hands on one machine, in small: `python -m tests.trials.hands` does it in large."""

from pathlib import Path

from tests.trials import hands


def test_what_many_hands_write_is_there_once(tmp_path: Path) -> None:
    """Every command that succeeded is one commit with its event in the file; every other one says why."""
    found = hands.trial(tmp_path / "office", processes=4, commands=7, seed=1, patience=60.0, complaints=1)
    assert (found.lost, found.wrong) == ([], []), str(found)
    assert found.tried == 28
    assert found.counts["succeeded"] >= 5
    assert found.counts["busy"] == 0
