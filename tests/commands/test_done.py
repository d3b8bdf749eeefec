"""`cmplt done`."""

import pytest

from tests.office import Office


@pytest.fixture
def complaint(office: Office) -> str:
    """A complaint with one task that is owed by noon and one without a time."""
    found = office.new("--department", "sales")
    office.ok("task", found, "call", "--due", "2026-03-16 12:00")
    office.ok("task", found, "ask")
    return found


@pytest.mark.parametrize(("at", "state"), [("12:00:00", "met"), ("12:00:01", "late")])
def test_done_meets_the_task(office: Office, complaint: str, at: str, state: str) -> None:
    """To the second."""
    now = f"2026-03-16T{at}+08:00"
    result = office.one_commit("done", complaint, "call", "--note", "已致电", now=now)
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {"at": now, "by": "王芳", "action": "done", "task": "call", "note": "已致电"}
    states = {each["name"]: each["state"] for each in office.json("show", complaint)[0]["obligations"]}
    assert states["task:call"] == state


def test_one_task_is_done_not_the_others(office: Office, complaint: str) -> None:
    """A task is done by its name."""
    office.one_commit("done", complaint, "ask")
    states = {each["name"]: each["state"] for each in office.json("show", complaint)[0]["obligations"]}
    assert states["task:call"] == "open"
    office.one_commit("done", complaint, "call")


def test_a_task_is_done_after_the_complaint_is_over(office: Office, complaint: str) -> None:
    """Closing ends no task; any state."""
    office.ok("respond", complaint, "--note", "x")
    office.ok("close", complaint, "--reason", "x")
    office.one_commit("done", complaint, "call")
    states = {each["name"]: each["state"] for each in office.json("show", complaint)[0]["obligations"]}
    assert states["task:call"] == "met"


@pytest.mark.parametrize(
    ("given", "code", "says"), [([], 2, ["TASK"]), (["cal"], 3, ["no open task 'cal'", "call, ask"])]
)
def test_done_refuses(office: Office, complaint: str, given: list[str], code: int, says: list[str]) -> None:
    """No task, or one that is not open; the open ones are told."""
    office.refused(code, "done", complaint, *given, says=says)


def test_a_task_is_done_once(office: Office, complaint: str) -> None:
    """Done is done; nor is there anything to do after a rejection, which ends tasks too."""
    office.ok("done", complaint, "ask")
    office.refused(3, "done", complaint, "ask", says=["no open task 'ask'", "call"])
    office.ok("reject", complaint, "--reason", "x")
    office.refused(3, "done", complaint, "call", says=["no open task 'call'"])
