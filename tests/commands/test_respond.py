"""`cmplt respond`."""

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"


def test_the_first_talk_is_the_response(office: Office) -> None:
    """It meets the response and puts the complaint in progress."""
    complaint = office.new("--department", "sales")
    result = office.one_commit("respond", complaint, "--note", "已致电客户", "--via", "visit")
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {
        "at": NOW, "by": "王芳", "action": "respond", "note": "已致电客户", "via": "visit",
    }  # fmt: skip
    shown = office.json("show", complaint)[0]
    assert shown["status"] == "in-progress"
    assert [(each["met"], each["state"]) for each in shown["obligations"] if each["name"] == "response"] == [
        (NOW, "met")
    ]


@pytest.mark.parametrize(("at", "state"), [("12:00:00", "met"), ("12:00:01", "late")])
def test_the_response_is_late_from_the_second_after(office: Office, at: str, state: str) -> None:
    """Met when at <= due, to the second."""
    complaint = office.new("--department", "sales")
    office.one_commit("respond", complaint, "--note", "called", now=f"2026-03-16T{at}+08:00")
    found = {each["name"]: each["state"] for each in office.json("show", complaint)[0]["obligations"]}
    assert found["response"] == state


def test_later_talks_keep_the_customer_informed(office: Office) -> None:
    """A second talk changes no status and opens nothing by itself."""
    complaint = office.new("--department", "sales")
    office.one_commit("respond", complaint, "--note", "one")
    office.one_commit("respond", complaint, "--note", "two")
    assert [event["action"] for event in office.data(complaint)["events"][-2:]] == ["respond", "respond"]
    assert office.json("show", complaint)[0]["status"] == "in-progress"


def test_a_deadline_from_and_until_respond_recurs(office: Office) -> None:
    """Each talk closes one and opens the next, until the complaint is resolved."""
    office.policy(POLICY.replace("deadlines:\n", "deadlines:\n  update: {from: respond, until: [respond, resolve], "
                                 "within: 2 working days, owed_by: department}\n"))  # fmt: skip
    complaint = office.new("--department", "sales")
    office.one_commit("respond", complaint, "--note", "one")
    assert office.event(complaint)["due"] == {"update": "2026-03-18T18:00:00+08:00"}
    office.one_commit("respond", complaint, "--note", "two", now="2026-03-17T10:00:00+08:00")
    assert office.event(complaint)["due"] == {"update": "2026-03-19T18:00:00+08:00"}
    updates = [each for each in office.json("show", complaint)[0]["obligations"] if each["name"] == "update"]
    assert [(each["opened"][:10], each["state"]) for each in updates] == [("2026-03-16", "met"), ("2026-03-17", "open")]


def test_a_way_of_the_follow_up_is_a_way_to_talk(office: Office) -> None:
    """via is a channel or one of followup.via."""
    office.policy(POLICY + "followup: {via: {meeting: 座谈会}}\n")
    complaint = office.new("--department", "sales")
    office.one_commit("respond", complaint, "--note", "met", "--via", "meeting")
    assert office.event(complaint)["via"] == "meeting"


def test_respond_refuses_an_unknown_way(office: Office) -> None:
    """The names that there are are told, and the parts of the policy that hold them."""
    result = office.refused(3, "respond", office.new("--department", "sales"), "--note", "x", "--via", "phon",
                            says=["'phon'", "Did you mean 'phone'?", "phone, visit, regulator"])  # fmt: skip
    assert "under ways" not in result.err, "no such key in cmplt.yaml"


def test_nobody_is_answered_before_the_complaint_is_assigned(office: Office) -> None:
    """A registered complaint is with nobody yet: exit 3, with what comes next."""
    office.refused(3, "respond", office.new(), "--note", "x", says=["registered", "assign"])


def test_respond_needs_a_note(office: Office) -> None:
    """What was said is the point of it."""
    office.refused(2, "respond", office.new("--department", "sales"), says=["--note must be given"])
