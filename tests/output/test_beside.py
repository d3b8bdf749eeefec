"""Work done in a process of its own: its result, and its error, are those of doing it here."""

import os

import pytest

from cmplt.output import beside as module
from cmplt.output.beside import beside


def test_the_result_is_that_of_the_work() -> None:
    """It was done elsewhere, and this process could go on meanwhile."""
    here = os.getpid()
    number, process = beside(lambda: (6 * 7, os.getpid()))()
    assert number == 42
    assert process != here


def test_an_error_is_raised_here() -> None:
    """The work is done again, so that the error is the very one."""

    def work() -> int:
        raise ZeroDivisionError("here")

    with pytest.raises(ZeroDivisionError, match="here"):
        beside(work)()


def test_a_process_that_dies_loses_nothing() -> None:
    """What a killed copy has not done is done here."""
    here = os.getpid()

    def work() -> str:
        if os.getpid() != here:
            os._exit(9)
        return "done"

    assert beside(work)() == "done"


def test_where_there_can_be_no_copy_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some systems cannot fork."""
    monkeypatch.setattr(module, "get_all_start_methods", lambda: ["spawn"])
    assert beside(os.getpid)() == os.getpid()
