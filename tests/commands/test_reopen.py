"""`cmplt reopen`."""

import pytest

from tests.office import Office

NOW = "2026-03-16T10:00:00+08:00"
ENDS = {
    "resolved": [["respond", "--note", "x"], ["resolve", "--outcome", "x"]],
    "closed": [["respond", "--note", "x"], ["close", "--reason", "x"]],
    "rejected": [["reject", "--reason", "x"]],
}


def ended(office: Office, status: str) -> str:
    """A complaint that 李明 of sales had, in a state that is taken up again."""
    complaint = office.new("--department", "sales", "--owner", "李明")
    for command, *given in ENDS[status]:
        office.ok(command, complaint, *given)
    return complaint


@pytest.mark.parametrize("status", ENDS)
def test_reopen_hands_it_back_to_who_had_it(office: Office, status: str) -> None:
    """Two events, one instant, one commit: the next round, with new deadlines; what was open is ended."""
    complaint = ended(office, status)
    result = office.one_commit("reopen", complaint, "--reason", "客户又来", "--note", "门店")
    assert result.out == f"{complaint}\n"
    reopen, assign = office.data(complaint)["events"][-2:]
    assert reopen == {"at": NOW, "by": "王芳", "action": "reopen", "note": "门店", "reason": "客户又来"}
    assert assign == {
        "at": NOW, "by": "王芳", "action": "assign", "department": "sales", "owner": "李明", "reason": "客户又来",
        "due": {"response": "2026-03-16T12:00:00+08:00", "progress": "2026-03-19T18:00:00+08:00"},
    }  # fmt: skip
    shown = office.json("show", complaint)[0]
    assert (shown["status"], shown["round"], shown["owner"]) == ("assigned", 2, "李明")
    assert [each["name"] for each in shown["obligations"] if each["state"] == "open"] == ["response", "progress"]
    assert office.git("log", "-1", "--format=%B").strip() == (
        f"reopen {complaint}: sales\n\nComplaint: {complaint}\nAction: reopen, assign"
    )


def test_reopen_may_hand_it_to_another_department(office: Office) -> None:
    """--department, --owner and --due are the assignment's."""
    complaint = ended(office, "closed")
    office.one_commit("reopen", complaint, "--reason", "x", "--department", "parts", "--owner", "钱七",
                      "--due", "2026-03-20 12:00")  # fmt: skip
    assign = office.event(complaint)
    assert (assign["department"], assign["owner"]) == ("parts", "钱七")
    assert assign["due"]["resolution"] == "2026-03-20T12:00:00+08:00"


def test_the_owner_stays_behind_when_the_department_changes(office: Office) -> None:
    """Another department, nobody named there: the old owner does not follow."""
    complaint = ended(office, "closed")
    office.one_commit("reopen", complaint, "--reason", "x", "--department", "parts")
    assert "owner" not in office.event(complaint)


def test_what_nobody_had_goes_back_to_the_book(office: Office) -> None:
    """Rejected before the first assignment: registered again, with nobody; one event."""
    complaint = office.new()
    office.ok("reject", complaint, "--reason", "x")
    office.one_commit("reopen", complaint, "--reason", "a mistake")
    assert office.event(complaint) == {"at": NOW, "by": "王芳", "action": "reopen", "reason": "a mistake"}
    shown = office.json("show", complaint)[0]
    assert (shown["status"], shown["round"], shown["department"]) == ("registered", 2, None)


@pytest.mark.parametrize("given", [["--owner", "李明"], ["--due", "2026-03-20 12:00"]])
def test_an_owner_or_a_time_needs_a_department(office: Office, given: list[str]) -> None:
    """What cannot be kept because nobody gets the complaint is not silently dropped."""
    complaint = office.new()
    office.ok("reject", complaint, "--reason", "x")
    office.refused(3, "reopen", complaint, "--reason", "x", *given, says=["--department"])


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ([], 2, ["--reason must be given"]),
        (["--reason", "x", "--department", "nobody"], 3, ["no department 'nobody'"]),
        (["--reason", "x", "--due", "soon"], 2, ["'soon' is not a time"]),
    ],
)
def test_reopen_refuses(office: Office, given: list[str], code: int, says: list[str]) -> None:
    """No reason, a department that is not there, a time that is none."""
    office.refused(code, "reopen", ended(office, "closed"), *given, says=says)


@pytest.mark.parametrize("steps", [[], [["assign", "sales"]], [["assign", "sales"], ["respond", "--note", "x"]]])
def test_what_is_not_over_is_not_reopened(office: Office, steps: list[list[str]]) -> None:
    """Registered, assigned, in progress."""
    complaint = office.new()
    for command, *given in steps:
        office.ok(command, complaint, *given)
    office.refused(3, "reopen", complaint, "--reason", "x", says=["reopen is not possible"])
