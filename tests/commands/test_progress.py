"""`cmplt progress`."""

import pytest

from tests.office import Office

NOW = "2026-03-16T10:00:00+08:00"


@pytest.mark.parametrize("status", ["assigned", "in-progress"])
def test_progress_is_reported_and_changes_no_status(office: Office, status: str) -> None:
    """It meets the progress that is owed and leaves the response open."""
    complaint = office.new("--department", "sales")
    if status == "in-progress":
        office.ok("respond", complaint, "--note", "called")
    result = office.one_commit("progress", complaint, "--note", "等待备件")
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {"at": NOW, "by": "王芳", "action": "progress", "note": "等待备件"}
    shown = office.json("show", complaint)[0]
    assert shown["status"] == status
    assert {each["name"]: each["state"] for each in shown["obligations"]}["progress"] == "met"


def test_progress_needs_a_note(office: Office) -> None:
    """A report without a word is none."""
    office.refused(2, "progress", office.new("--department", "sales"), says=["--note must be given"])


@pytest.mark.parametrize("steps", [[], [["assign", "sales"], ["reject", "--reason", "x"]]])
def test_progress_is_reported_of_what_is_being_handled(office: Office, steps: list[list[str]]) -> None:
    """Neither before the assignment nor after the end."""
    complaint = office.new()
    for command, *given in steps:
        office.ok(command, complaint, *given)
    office.refused(3, "progress", complaint, "--note", "x", says=["progress is not possible"])
