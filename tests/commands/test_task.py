"""`cmplt task`."""

import pytest

from tests.office import Office

NOW = "2026-03-16T10:00:00+08:00"


@pytest.mark.parametrize(("given", "department"), [([], "customer-service"), (["--department", "sales"], "sales")])
def test_task_writes_its_defaults_out(office: Office, given: list[str], department: str) -> None:
    """The title is the name; the department the one that has the complaint, else the intake."""
    complaint = office.new(*given)
    result = office.one_commit("task", complaint, "call")
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {
        "at": NOW, "by": "王芳", "action": "task", "task": "call", "title": "call", "department": department,
    }  # fmt: skip
    assert [each["name"] for each in office.json("show", complaint)[0]["obligations"] if "task" in each["name"]] == []


def test_a_task_with_a_time_is_owed_by_its_department(office: Office) -> None:
    """--due opens task:NAME, whoever has the complaint."""
    complaint = office.new("--department", "sales")
    result = office.one_commit("task", complaint, "调查", "--title", "调查核实", "--department", "parts",
                               "--due", "2026-03-17 12:00", "--note", "监控")  # fmt: skip
    assert "task:调查: Parts by 2026-03-17 12:00" in result.err
    assert office.event(complaint) == {
        "at": NOW, "by": "王芳", "action": "task", "task": "调查", "title": "调查核实", "department": "parts",
        "note": "监控", "due": {"task:调查": "2026-03-17T12:00:00+08:00"},
    }  # fmt: skip
    owed = office.json("overdue", "--as-of", "2026-03-17T12:00:01+08:00", "--department", "parts")
    assert [(each["obligation"], each["overdue_seconds"]) for each in owed] == [("task:调查", 1)]


def test_a_task_stays_with_its_department(office: Office) -> None:
    """It does not pass on with the complaint."""
    complaint = office.new("--department", "sales")
    office.ok("task", complaint, "call", "--due", "2026-03-20 12:00")
    office.ok("assign", complaint, "service")
    owed = {each["name"]: each["owed_by"] for each in office.json("show", complaint)[0]["obligations"]}
    assert owed["task:call"] == "sales"


def test_a_task_may_be_given_again_once_it_is_done(office: Office) -> None:
    """No second open task of the same name; after done there may be."""
    complaint = office.new()
    office.ok("task", complaint, "call")
    office.refused(3, "task", complaint, "call", says=["open task 'call' already", f"cmplt done {complaint} call"])
    office.ok("done", complaint, "call")
    office.one_commit("task", complaint, "call")


def test_a_resolved_complaint_takes_tasks(office: Office) -> None:
    """What was promised has still to be done."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "x")
    office.ok("resolve", complaint, "--outcome", "x")
    office.one_commit("task", complaint, "send-flowers")


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ([], 2, ["TASK"]),
        (["call me"], 3, ["call me"]),
        (["a:b"], 3, ["a:b"]),
        (["x" * 65], 3, ["task"]),
        (["call", "--department", "nobody"], 3, ["no department 'nobody'"]),
        (["call", "--due", "soon"], 2, ["'soon' is not a time"]),
        (["call", "--title", " "], 3, ["title"]),
    ],
)
def test_task_refuses(office: Office, given: list[str], code: int, says: list[str]) -> None:
    """No name, no name that can be one, no such department, no time."""
    office.refused(code, "task", office.new(), *given, says=says)


@pytest.mark.parametrize("end", [["reject", "--reason", "x"], ["close", "--reason", "x"]])
def test_what_is_over_takes_no_tasks(office: Office, end: list[str]) -> None:
    """Not after a rejection, not after closing."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "x")
    office.ok(end[0], complaint, *end[1:])
    office.refused(3, "task", complaint, "call", says=["task is not possible", "reopen"])
