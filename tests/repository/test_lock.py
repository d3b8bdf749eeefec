"""One writer at a time, and who waits too long is told for whom."""

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cmplt.errors import Busy, HeldBy
from cmplt.repository.ledger import Ledger
from cmplt.repository.lock import Turn
from cmplt.repository.writing import writing
from tests.office import Office


def waiting_for(folder: Path) -> Busy:
    """What somebody is told who waits for the lock in vain."""
    with pytest.raises(Busy) as refused:
        Turn(folder).take()
    return refused.value


def test_the_time_out_names_who_holds_the_lock(tmp_path: Path) -> None:
    """Who, with which command, in which process of which machine, since when."""
    turn = Turn(tmp_path)
    assert turn.take()
    turn.sign("王芳", "assign")
    told = waiting_for(tmp_path)
    assert isinstance(told, HeldBy)
    since = told.fields.pop("since")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[-+]\d\d:\d\d", since)
    assert told.fields == {"who": "王芳", "command": "assign", "pid": os.getpid(), "host": socket.gethostname()}
    turn.give_back()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["lock"]
    assert Turn(tmp_path).take()


def gone() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def about(**changed: object) -> str:
    """What a holder puts up, with something else in it."""
    return json.dumps({"who": "王芳", "pid": os.getpid(), "host": socket.gethostname(), "command": "new"} | changed)


@pytest.mark.parametrize(
    "text",
    [lambda: about(pid=gone()), lambda: about(pid="x"), lambda: about(pid=10**30), lambda: "", lambda: "{",
     lambda: "[]", lambda: "{}", lambda: "\udcff"],
    ids=["gone", "no number", "no process", "empty", "torn", "a list", "nothing", "no text"],
)  # fmt: skip
def test_a_name_that_says_nothing_is_not_told(tmp_path: Path, text: Callable[[], str]) -> None:
    """The name of a process that is gone, or what cannot be read, is left out; the lock is named all the same."""
    turn = Turn(tmp_path)
    turn.take()
    (tmp_path / "holder").write_text(text(), encoding="utf-8", errors="surrogateescape")
    told = waiting_for(tmp_path)
    assert type(told) is Busy
    assert told.fields == {"path": str(tmp_path / "lock")}


def test_a_process_of_another_machine_is_named_unseen(tmp_path: Path) -> None:
    """Whether it still runs cannot be told from here."""
    turn = Turn(tmp_path)
    turn.take()
    (tmp_path / "holder").write_text(about(pid=gone(), host="elsewhere"), encoding="utf-8")
    assert waiting_for(tmp_path).fields["host"] == "elsewhere"


def test_who_holds_it_may_take_it_again(tmp_path: Path) -> None:
    """It is given back when it has been given back as often; only then the name goes."""
    turn = Turn(tmp_path)
    assert turn.take()
    turn.sign(None, "")
    assert not turn.take()
    turn.give_back()
    assert waiting_for(tmp_path).fields["pid"] == os.getpid()
    turn.give_back()
    assert Turn(tmp_path).take()


def test_a_command_that_waits_in_vain_is_told_for_whom(office: Office) -> None:
    """The sentence names the holder, the hint says what to do; nothing is changed."""
    found = office.new()
    with writing(Ledger(office.root, "sync")):
        office.refused(
            5,
            "assign",
            found,
            "sales",
            says=["cmplt sync", f"process {os.getpid()} on {socket.gethostname()}", "end it"],
        )
    office.ok("assign", found, "sales")


def test_a_command_that_is_refused_gives_the_lock_back(office: Office) -> None:
    """Also where it fails before anything is written."""
    office.refused(3, "assign", "20260101-0000", "sales")
    office.one_commit("task", office.new(), "x")
    assert not (office.root / ".git" / "cmplt" / "holder").exists()


def test_a_command_reads_what_stands_when_its_turn_comes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Policy, complaint and clock are read under the lock: what others wrote while it waited counts."""
    found, take = office.new(), Turn.take

    def meanwhile(turn: Turn) -> bool:
        monkeypatch.setattr(Turn, "take", take)
        policy = (office.root / "cmplt.yaml").read_text(encoding="utf-8")
        office.policy(policy.replace("sales: {label: Sales}", "sales: {label: Sales}, returns: {label: Returns}"))
        office.ok("assign", found, "sales", now="2026-03-16T10:01:00+08:00")
        return take(turn)

    monkeypatch.setattr(Turn, "take", meanwhile)
    office.ok("assign", found, "returns")
    assert [event.get("department") for event in office.data(found)["events"]] == [None, "sales", "returns"]
    assert office.event(found)["at"] == "2026-03-16T10:01:00+08:00"
    assert office.git("log", "-1", "--format=%aI").strip() == "2026-03-16T10:01:00+08:00"
