"""`cmplt followup`."""

from datetime import datetime
from typing import Any

import pytest

from tests.office import POLICY, Office

OPENS, NOW, CLOSES = "2026-03-21T00:00:00+08:00", "2026-03-23T10:00:00+08:00", "2026-03-23T18:00:00+08:00"


@pytest.fixture
def complaint(office: Office) -> str:
    """A complaint resolved a week ago; the follow-up's time has come."""
    found = office.new("--department", "sales", "--owner", "李明")
    office.ok("respond", found, "--note", "called")
    office.ok("resolve", found, "--outcome", "x")
    office.now = datetime.fromisoformat(NOW)
    return found


def standing(office: Office, complaint: str) -> tuple[str, str]:
    """The complaint's status and the state of its last follow-up obligation."""
    shown = office.json("show", complaint)[0]
    return shown["status"], [each["state"] for each in shown["obligations"] if each["name"] == "followup"][-1]


@pytest.mark.parametrize(("result", "after"), [("satisfied", ("closed", "met")), ("unreached", ("resolved", "met"))])
def test_followup_writes_how_it_stands_with_the_customer(
    office: Office, complaint: str, result: str, after: tuple[str, str]
) -> None:
    """Satisfied closes; a call that reached nobody was made all the same."""
    assert office.one_commit("followup", complaint, f"--{result}", "--via", "visit").out == f"{complaint}\n"
    assert office.event(complaint) == {
        "at": NOW, "by": "王芳", "action": "followup", "result": result, "via": "visit",
    }  # fmt: skip
    assert standing(office, complaint) == after
    assert office.git("log", "-1", "--format=%s").strip() == f"followup {complaint}: {result}"


def test_who_was_not_reached_is_called_again(office: Office, complaint: str) -> None:
    """The complaint stays resolved until somebody answers."""
    office.one_commit("followup", complaint, "--unreached")
    office.one_commit("followup", complaint, "--satisfied")
    assert standing(office, complaint) == ("closed", "met")


def test_a_dissatisfied_customer_starts_the_next_round_at_once(office: Office, complaint: str) -> None:
    """Two events, one instant, one commit: back to the department and owner that had it, with new deadlines."""
    office.one_commit("followup", complaint, "--dissatisfied", "--note", "还是不满意")
    followup, assign = office.data(complaint)["events"][-2:]
    assert followup == {
        "at": NOW, "by": "王芳", "action": "followup", "result": "dissatisfied", "note": "还是不满意",
    }  # fmt: skip
    assert assign == {
        "at": NOW, "by": "王芳", "action": "assign", "department": "sales", "owner": "李明",
        "due": {"response": "2026-03-23T12:00:00+08:00", "progress": "2026-03-26T18:00:00+08:00"},
    }  # fmt: skip
    shown = office.json("show", complaint)[0]
    assert (shown["status"], shown["round"], shown["department"], shown["owner"]) == ("assigned", 2, "sales", "李明")
    assert standing(office, complaint)[1] == "met"
    assert office.git("log", "-1", "--format=%B").strip() == (
        f"followup {complaint}: dissatisfied\n\nComplaint: {complaint}\nAction: followup, assign"
    )


def test_a_dissatisfied_customer_may_go_to_another_department(office: Office, complaint: str) -> None:
    """--department, --owner and --due are the assignment's; who had it before has it no more."""
    office.one_commit("followup", complaint, "--dissatisfied", "--department", "service", "--due", "2026-03-27 12:00")
    assign = office.event(complaint)
    assert (assign["department"], "owner" in assign) == ("service", False)
    assert assign["due"]["resolution"] == "2026-03-27T12:00:00+08:00"
    assert office.json("show", complaint)[0]["owner"] is None


@pytest.mark.parametrize("late", [[], ["--at", "2026-03-23 09:00", "--reason", "电话记录晚到"]])
def test_both_events_of_a_pair_say_when_and_why(office: Office, complaint: str, late: list[str]) -> None:
    """A late entry's reason and recording are in the follow-up and in the assignment."""
    office.one_commit("followup", complaint, "--dissatisfied", *late)
    for event in office.data(complaint)["events"][-2:]:
        assert event["at"] == ("2026-03-23T09:00:00+08:00" if late else NOW)
        assert event.get("recorded") == (NOW if late else None)
        assert event.get("reason") == ("电话记录晚到" if late else None)


@pytest.mark.parametrize(
    ("at", "result", "early", "after"),
    [
        ("2026-03-20T23:59:59+08:00", "satisfied", True, ("resolved", "open")),
        ("2026-03-20T23:59:59+08:00", "unreached", True, ("resolved", "open")),
        ("2026-03-20T23:59:59+08:00", "dissatisfied", True, ("assigned", "met")),
        (OPENS, "satisfied", False, ("closed", "met")),
        (CLOSES, "satisfied", False, ("closed", "met")),
        ("2026-03-23T18:00:01+08:00", "satisfied", False, ("closed", "late")),
        ("2026-03-23T18:00:01+08:00", "unreached", False, ("resolved", "late")),
    ],
)
def test_the_window_of_the_followup_counts_to_the_second(
    office: Office, complaint: str, at: str, result: str, early: bool, after: tuple[str, str]
) -> None:
    """Before it opens --early is needed, and only a dissatisfied customer meets it; after its due it is late."""
    office.now = datetime.fromisoformat(at)
    if early:
        office.refused(3, "followup", complaint, f"--{result}", says=[OPENS, "--early"])
    office.one_commit("followup", complaint, f"--{result}", *(["--early"] if early else []))
    assert "early" not in str(office.event(complaint))
    assert standing(office, complaint) == after


def test_a_closed_complaint_may_be_followed_up_again(office: Office, complaint: str) -> None:
    """No window is open then, so none is early; a dissatisfied customer takes it up again."""
    office.ok("followup", complaint, "--satisfied")
    office.one_commit("followup", complaint, "--satisfied")
    office.one_commit("followup", complaint, "--dissatisfied")
    assert office.json("show", complaint)[0]["round"] == 2


@pytest.fixture
def asking(office: Office, complaint: str) -> str:
    """The same complaint in an office that asks questions on a scale of ten."""
    office.policy(
        POLICY + "followup: {scale: 10, via: {meeting: 座谈会}, questions: {outcome: 结果满意, manner: 态度}}\n"
    )
    return complaint


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        (["--rating", "10"], {"rating": 10}),
        (["--via", "meeting"], {"via": "meeting"}),
        (["--answers", "outcome=5"], {"answers": {"outcome": 5}}),
        (["--answers", "outcome=1", "--answers", "manner=4"], {"answers": {"outcome": 1, "manner": 4}}),
    ],
)
def test_ratings_and_answers_are_whole_numbers(
    office: Office, asking: str, given: list[str], fields: dict[str, Any]
) -> None:
    """The rating up to the policy's scale, answers from 1 to 5 by the policy's questions."""
    office.one_commit("followup", asking, "--satisfied", *given)
    assert office.event(asking) == {
        "at": NOW, "by": "王芳", "action": "followup", "result": "satisfied", **fields,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ([], 2, ["--satisfied", "--dissatisfied", "--unreached"]),
        (["--satisfied", "--rating", "good"], 2, ["--rating"]),
        (["--satisfied", "--rating", "11"], 3, ["11", "1 to 10"]),
        (["--satisfied", "--rating", "0"], 3, ["0", "1 to 10"]),
        (["--satisfied", "--answers", "outcome=6"], 3, ["outcome", "1 to 5"]),
        (["--satisfied", "--answers", "outcome=0"], 3, ["outcome", "1 to 5"]),
        (["--satisfied", "--answers", "outcome=very"], 2, ["outcome=very"]),
        (["--satisfied", "--answers", "outcome"], 2, ["'outcome'"]),
        (["--satisfied", "--answers", "price=3"], 3, ["'price'", "outcome, manner"]),
        (["--satisfied", "--via", "smoke"], 3, ["'smoke'", "meeting"]),
        (["--dissatisfied", "--department", "nobody"], 3, ["no department 'nobody'"]),
        (["--dissatisfied", "--due", "soon"], 2, ["'soon' is not a time"]),
        (["--satisfied", "--department", "service"], 2, ["--department"]),
        (["--unreached", "--owner", "李明"], 2, ["--owner"]),
        (["--satisfied", "--due", "2026-03-27 12:00"], 2, ["--due"]),
    ],
)
def test_followup_refuses(office: Office, asking: str, given: list[str], code: int, says: list[str]) -> None:
    """No result, what is not on the scale, questions nobody asks, an assignment that there will not be."""
    office.refused(code, "followup", asking, *given, says=says)


def test_only_one_of_the_results_is_given(office: Office, complaint: str) -> None:
    """Satisfied and dissatisfied at once is a mistake of usage."""
    office.refused(2, "followup", complaint, "--satisfied", "--dissatisfied", says=["--satisfied", "--dissatisfied"])


@pytest.mark.parametrize("steps", [[], [["respond", "--note", "x"]], [["reject", "--reason", "x"]]])
def test_followup_comes_after_the_resolution(office: Office, steps: list[list[str]]) -> None:
    """Assigned, in progress and rejected complaints are not followed up."""
    complaint = office.new("--department", "sales")
    for command, *given in steps:
        office.ok(command, complaint, *given)
    office.refused(3, "followup", complaint, "--satisfied", says=["followup is not possible"])
