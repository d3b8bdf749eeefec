"""Tasks that open by themselves (design §6, playbooks)."""

import pytest

from cmplt.domain import playbooks
from cmplt.domain.complaint import Complaint
from tests.domain.build import LI, at, calendar, complaint, enter, history, policy, short

RULES = """
language: zh
playbooks:
  - after: [register, escalate]
    when: {severity: major}
    tasks: [{task: supervise, title: {en: Watch it, zh: 跟踪监督}, department: customer-service, within: 1 working day}]
  - after: assign
    unless: {department: parts}
    tasks: [{task: investigate, within: 3 working days}, {task: tell}]
  - {after: done, when: {task: investigate}, tasks: [{task: write-up, department: department, within: 2 hours}]}
  - {after: reopen, tasks: [{task: rectify, title: Again, department: service}]}
  - {after: resolve, tasks: [{task: investigate}, {task: verify}]}
"""


def opened(found: Complaint, after: str) -> list[str]:
    """The tasks that the last command opened, each with who has it and its due time."""
    number = len(complaint(after).events)
    return [
        " ".join([each.get("task"), each.get("title"), each.get("department"), *short(each.due).values()])
        for each in found.events[number:]
        if each.action == "task"
    ]


ASSIGNED = "10:00 register\n10:01 assign sales\n10:01 task investigate\n10:01 task tell department=sales"


@pytest.mark.parametrize(
    ("before", "line", "tasks"),
    [
        ("10:00 register", "escalate severity=major", ["supervise 跟踪监督 customer-service 17T18:00"]),
        ("10:00 register", "escalate to=quality", []),
        ("10:00 register", "assign sales", ["investigate investigate sales 19T18:00", "tell tell sales"]),
        ("10:00 register", "assign parts", []),
        (ASSIGNED, "assign service", []),
        (ASSIGNED + "\n10:02 done tell", "assign service", []),
        (ASSIGNED, "done investigate", ["write-up write-up sales 16T13:00"]),
        (ASSIGNED + "\n10:02 done investigate\n10:02 task write-up", "done tell", []),
        (ASSIGNED + "\n10:02 respond n", "resolve o", ["verify verify sales"]),
        (ASSIGNED + "\n10:02 respond n\n10:03 done investigate\n10:03 task write-up", "resolve o",
         ["investigate investigate sales", "verify verify sales"]),
        (ASSIGNED + "\n10:02 respond n\n10:03 resolve o", "reopen r", ["rectify Again service"]),
        ("10:00 register\n10:01 assign sales\n10:02 respond n\n10:03 resolve o", "followup dissatisfied",
         ["rectify Again service"]),
        ("10:00 register\n10:01 assign sales\n10:02 respond n\n10:03 resolve o", "followup satisfied", []),
        (ASSIGNED + "\n10:02 respond n\n10:03 resolve o\n10:04 followup satisfied", "done investigate", []),
        ("10:00 register\n10:01 escalate severity=major reason=r\n10:02 task supervise\n10:03 done supervise",
         "escalate to=quality", []),
        ("10:00 register\n10:01 escalate severity=major reason=r", "escalate to=quality",
         ["supervise 跟踪监督 customer-service 17T18:00"]),
    ],
)  # fmt: skip
def test_what_an_event_opens(before: str, line: str, tasks: list[str]) -> None:
    """Where the condition holds, once a round and never twice at a time, in the words of the office's language."""
    found = enter(before, line, now="11:00", reason="r", changes=RULES)
    assert opened(found, before) == tasks


def test_a_chain_of_done_runs_each_time() -> None:
    """After `done` a playbook fires each time, also for a task that it opened before in this round."""
    before = ASSIGNED + "\n10:02 done investigate\n10:02 task write-up\n10:03 done write-up\n10:04 task investigate"
    assert opened(enter(before, "done investigate", now="11:00", changes=RULES), before) == [
        "write-up write-up sales 16T13:00"
    ]


def test_a_new_round_opens_them_anew() -> None:
    """What was opened in the first round is opened again in the second, but for what still stands open."""
    before = ASSIGNED + "\n10:02 done investigate\n10:03 respond n\n10:04 resolve o\n10:05 reopen r"
    assert opened(enter(before, "assign sales", now="10:30", changes=RULES), before) == [
        "investigate investigate sales 19T18:00"
    ]
    before += "\n10:06 assign sales\n10:06 task investigate\n10:07 done investigate"
    assert opened(enter(before, "assign service", now="10:30", changes=RULES), before) == []
    before += "\n10:08 respond n\n10:09 resolve o\n10:10 reopen r"  # the third round, as the second
    assert opened(enter(before, "assign sales", now="10:30", changes=RULES), before) == [
        "investigate investigate sales 19T18:00"
    ]


@pytest.mark.parametrize(
    ("amended", "department"),
    [("", "customer-service"), ("\n10:01 amend changes.received_by=parts reason=r", "parts")],
)
def test_a_task_may_be_that_of_who_took_the_complaint(amended: str, department: str) -> None:
    """`received_by`: the department that took it, as the facts stand then; where none is named, the intake."""
    rules = "playbooks: [{after: escalate, tasks: [{task: call, department: received_by}]}]"
    before = "10:00 register" + amended
    found = enter(before, "escalate urgent=true reason=r", now="10:30", changes=rules)
    assert opened(found, before) == [f"call call {department}"]


def test_they_are_written_by_the_same_actor_in_the_same_words() -> None:
    """An ordinary task event: at, by, recorded and the reason of a late entry as in the event that opened it."""
    found = enter("10:00 register", "assign sales", now="13:30", when="10:10", who=LI, reason="late", changes=RULES)
    assign, task, _ = found.events[1:]
    names = ("at", "by", "recorded", "reason")
    assert [task.data[name] for name in names] == [assign.data[name] for name in names]
    assert (task.by, task.recorded) == ("李明", at("13:30"))


def test_a_due_time_over_an_unpublished_year_is_provisional() -> None:
    """As with a deadline: the working days of that year are not known yet."""
    found = enter("10:00 register", "assign sales", now="12-30T10:30", when="12-30T10:30", changes=RULES)
    assert found.events[2].data["provisional"] == ["task:investigate"]


def test_what_a_task_was_opened_for() -> None:
    """The event of the same command whose playbook opened it; a task given by hand has none."""
    found = enter("10:00 register", "assign sales", now="10:30", changes=RULES)
    told = policy(RULES).history(found)
    (_, _, investigate, tell) = told.steps
    origins = [playbooks.origin(told, step, policy(RULES)) for step in (investigate, tell)]
    assert [each and each.task for each in origins] == ["investigate", "tell"]
    by_hand = history("10:00 register\n10:30 assign sales\n10:31 task investigate\n10:31 task other", RULES)
    assert [playbooks.origin(by_hand, step, policy(RULES)) for step in by_hand.steps[2:]] == [None, None]
    other = history("10:30 register\n10:30 assign sales\n10:30 task other", RULES)
    assert playbooks.origin(other, other.steps[-1], policy(RULES)) is None


def test_a_task_without_a_time_is_reckoned_as_nothing() -> None:
    """Where no time is set none is due."""
    of = policy(RULES)
    tell = of.playbooks[1].tasks[1]
    assert playbooks.reckon(tell, at("10:30"), calendar(of)) is None
