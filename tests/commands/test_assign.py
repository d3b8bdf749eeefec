"""`cmplt assign`."""

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"


def test_assign_hands_the_complaint_over_and_opens_what_the_department_owes(office: Office) -> None:
    """The first assignment: department, owner, response and progress by the policy, and the assignment itself met."""
    complaint = office.new()
    result = office.one_commit("assign", complaint, "sales", "--owner", "李明")
    assert result.out == f"{complaint}\n"
    event = office.event(complaint)
    assert event == {
        "at": NOW, "by": "王芳", "action": "assign", "department": "sales", "owner": "李明",
        "due": {"response": "2026-03-16T12:00:00+08:00", "progress": "2026-03-19T18:00:00+08:00"},
    }  # fmt: skip
    assert list(event) == ["at", "by", "action", "department", "owner", "due"]
    shown = office.json("show", complaint)[0]
    assert (shown["status"], shown["department"], shown["owner"]) == ("assigned", "sales", "李明")
    assert [(each["name"], each["state"]) for each in shown["obligations"]] == [
        ("registration", "met"), ("assignment", "met"), ("response", "open"), ("progress", "open"),
    ]  # fmt: skip


@pytest.mark.parametrize(("category", "department"), [("attitude", "sales"), ("repair", "service")])
def test_the_category_says_where_it_goes(office: Office, category: str, department: str) -> None:
    """Without a department the complaint goes where its category sends it."""
    complaint = office.new(category=category)
    office.one_commit("assign", complaint)
    assert office.event(complaint)["department"] == department


def test_the_severity_may_send_it_elsewhere(office: Office) -> None:
    """by_severity of a category names the department for the graver ones."""
    office.policy(
        POLICY.replace("department: service}}", "department: service, by_severity: {major: {department: parts}}}}")
    )
    general, major = office.new(category="repair"), office.new(category="repair", severity="major")
    office.one_commit("assign", general)
    office.one_commit("assign", major)
    assert (office.event(general)["department"], office.event(major)["department"]) == ("service", "parts")


def test_the_owner_is_the_one_name_under_the_categorys_role(office: Office) -> None:
    """Routing: without --owner it is the only member of the role; with several, or another given, it is not."""
    policy = POLICY.replace("department: sales}", "department: sales, role: desk}")
    office.policy(policy.replace("chief: []", "chief: [], desk: [李明]"))
    routed, given = office.new(), office.new()
    office.one_commit("assign", routed)
    office.one_commit("assign", given, "--owner", "张三")
    assert (office.event(routed)["owner"], office.event(given)["owner"]) == ("李明", "张三")
    office.policy(policy.replace("chief: []", "chief: [], desk: [李明, 张三]"))
    shared = office.new()
    office.one_commit("assign", shared)
    assert "owner" not in office.event(shared)


def test_a_graver_one_goes_to_another_in_the_same_department(office: Office) -> None:
    """Left to the category it goes to whom the severity calls for now; a department that is named keeps the owner."""
    by_severity = "role: desk, by_severity: {major: {department: sales, role: chief}}"
    policy = POLICY.replace("department: sales}", f"department: sales, {by_severity}}}")
    office.policy(policy.replace("chief: []", "chief: [周强], desk: [李明]"))
    complaint = office.new()
    office.ok("assign", complaint)
    office.ok("escalate", complaint, "--severity", "major", "--reason", "x")
    office.one_commit("assign", complaint, "sales")
    assert office.event(complaint)["owner"] == "李明"
    office.one_commit("assign", complaint)
    assert office.event(complaint)["owner"] == "周强"


def test_a_category_that_sends_nowhere_needs_a_department(office: Office) -> None:
    """Nothing to go by: the department has to be named."""
    office.policy(POLICY.replace("label: attitude, department: sales", "label: attitude"))
    complaint = office.new()
    office.refused(3, "assign", complaint, says=["attitude", f"cmplt assign {complaint} DEPARTMENT"])
    office.one_commit("assign", complaint, "parts")


def test_another_owner_in_the_same_department_moves_nothing(office: Office) -> None:
    """Neither status nor what is owed changes; the owner does."""
    complaint = office.new("--department", "sales", "--owner", "李明")
    office.ok("respond", complaint, "--note", "called")
    before = office.json("show", complaint)[0]
    office.one_commit("assign", complaint, "sales", "--owner", "张三", now="2026-03-16T11:00:00+08:00")
    assert office.event(complaint) == {
        "at": "2026-03-16T11:00:00+08:00", "by": "王芳", "action": "assign", "department": "sales", "owner": "张三",
    }  # fmt: skip
    after = office.json("show", complaint)[0]
    assert (after["status"], after["owner"]) == ("in-progress", "张三")
    assert after["obligations"] == before["obligations"]


def test_due_in_the_same_department_opens_the_resolution_alone(office: Office) -> None:
    """--due is the one thing that a second assignment to the same department opens."""
    complaint = office.new("--department", "sales")
    office.one_commit("assign", complaint, "sales", "--due", "2026-03-20 12:00")
    assert office.event(complaint)["due"] == {"resolution": "2026-03-20T12:00:00+08:00"}


@pytest.mark.parametrize(("at", "response"), [("12:00:00", "cancelled"), ("13:00:01", "late")])
def test_another_department_owes_a_new_response(office: Office, at: str, response: str) -> None:
    """The old one is cancelled, or late and charged to sales if its time has passed; whose it was is forgotten."""
    complaint = office.new("--department", "sales", "--owner", "李明")
    office.one_commit("assign", complaint, "service", now=f"2026-03-16T{at}+08:00")
    due = {"12:00:00": "2026-03-16T15:00:00+08:00", "13:00:01": "2026-03-16T15:00:01+08:00"}[at]
    assert office.event(complaint)["due"] == {"response": due, "progress": "2026-03-19T18:00:00+08:00"}
    shown = office.json("show", complaint)[0]
    assert (shown["department"], shown["owner"]) == ("service", None)
    old, new = (each for each in shown["obligations"] if each["name"] == "response")
    assert (old["state"], new["state"], new["owed_by"]) == (response, "open", "service")
    assert response == "cancelled" or old["owed_by"] == "sales"


def test_a_resolution_not_yet_due_passes_to_the_department_that_gets_it(office: Office) -> None:
    """The time promised for the outcome stays, whoever has the complaint."""
    complaint = office.new("--department", "sales", "--due", "2026-03-18 12:00")
    office.one_commit("assign", complaint, "service")
    resolution = [each for each in office.json("show", complaint)[0]["obligations"] if each["name"] == "resolution"]
    assert [(each["owed_by"], each["due"], each["state"]) for each in resolution] == [
        ("service", "2026-03-18T12:00:00+08:00", "open")
    ]


def test_an_urgent_complaint_is_answered_within_the_elapsed_hour(office: Office) -> None:
    """when_urgent shortens: one elapsed hour, also in the middle of the night."""
    complaint = office.new("--urgent", now="2026-03-16T22:00:00+08:00")
    office.one_commit("assign", complaint, "sales")
    assert office.event(complaint)["due"]["response"] == "2026-03-16T23:00:00+08:00"


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (["sale"], 3, ["no department 'sale'", "Did you mean 'sales'?", "customer-service", "parts"]),
        (["Sales"], 3, ["no department 'Sales'", "'sales'"]),
        (["export"], 3, ["'export' is retired"]),
        (["sales", "--due", "tomorrow"], 2, ["'tomorrow' is not a time"]),
        (["sales", "--owner", " "], 3, ["owner"]),
        (["sales", "service"], 2, ["unexpected extra argument"]),
        (["sales", "--ownr", "x"], 2, ["No such option", "--owner"]),
    ],
)
def test_assign_refuses(office: Office, given: list[str], code: int, says: list[str]) -> None:
    """A department that is not there or retired, a time that is none, an option that is none."""
    office.policy(
        POLICY.replace("parts: {label: Parts}", "parts: {label: Parts}, export: {label: Export, retired: true}")
    )
    office.refused(code, "assign", office.new(), *given, says=says)


@pytest.mark.parametrize(
    "end", [["resolve", "--outcome", "x"], ["close", "--reason", "x"], ["reject", "--reason", "x"]]
)
def test_what_is_over_is_not_assigned(office: Office, end: list[str]) -> None:
    """Resolved, closed, rejected: the refusal names what is possible instead."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "called")
    office.ok(end[0], complaint, *end[1:])
    office.refused(3, "assign", complaint, "service", says=["assign is not possible", "reopen"])
