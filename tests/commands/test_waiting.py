"""The bar that a person at a terminal sees of long work, and nobody else."""

import io
import sys

import pytest

from cmplt.commands import waiting
from cmplt.commands.waiting import watched


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_work_of_more_than_a_second_has_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    """It says what is being done, and how far it has come; the items come through as they are."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(waiting, "AFTER", -1.0)
    assert list(watched(["a", "b", "c"], "Reading complaints")) == ["a", "b", "c"]
    assert "Reading complaints" in terminal.getvalue()
    assert "100%" in terminal.getvalue()


def test_quick_work_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done within a second is not worth a word."""
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert list(watched(["a", "b"], "Reading complaints")) == ["a", "b"]
    assert terminal.getvalue() == ""


def test_nobody_at_a_terminal_is_shown_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cron would mail it."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(waiting, "AFTER", -1.0)
    assert list(watched(["a", "b"], "Reading complaints")) == ["a", "b"]
    assert stream.getvalue() == ""
