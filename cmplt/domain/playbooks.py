"""Tasks that open by themselves: which ones a playbook opens after an event, and by when (design §6)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from cmplt.domain.calendar import Calendar
from cmplt.domain.deadlines import Reckoned
from cmplt.domain.policy import Policy
from cmplt.domain.process import PROCESS, History, Step, allowed
from cmplt.domain.rules import PlannedTask, Playbook


def planned(history: History, policy: Policy) -> list[PlannedTask]:
    """The tasks that the last event of a history opens.

    A playbook opens its tasks once a round, after `done` each time; what stands open is not opened twice. Where the
    process has no more tasks (closed, rejected) nothing is opened: what is left may still be done.
    """
    *earlier, last = history.in_effect
    if not allowed(PROCESS["task"], last.after):
        return []
    if last.starts_round:
        earlier = []
    starts = [index for index, step in enumerate(earlier) if step.starts_round]
    earlier = earlier[starts[-1] :] if starts else earlier
    found: dict[str, PlannedTask] = {}
    for playbook in policy.playbooks:
        if _fires(playbook, last, policy):
            given = _given(playbook, earlier, policy) if last.event.action != "done" else set()
            for task in playbook.tasks:
                if task.task not in given and task.task not in last.after.tasks:
                    found.setdefault(task.task, task)
    return list(found.values())


def _fires(playbook: Playbook, step: Step, policy: Policy) -> bool:
    action = step.event.action in playbook.after or ("reopen" in playbook.after and step.starts_round)
    if not (action and playbook.when.holds(step.after, step.event, policy.first_kind)):
        return False
    # a correction that has nothing to do with the condition opens nothing
    return step.event.action != "amend" or not playbook.when.holds(step.before, step.event, policy.first_kind)


def _given(playbook: Playbook, earlier: Sequence[Step], policy: Policy) -> set[str]:
    """The tasks that stood open in this round when the playbook fired, or were opened since."""
    fired = next((index for index, step in enumerate(earlier) if _fires(playbook, step, policy)), None)
    if fired is None:
        return set()
    opened = {step.event.get("task") for step in earlier[fired:] if step.event.action == "task"}
    return opened | set(earlier[fired].after.tasks)


def reckon(task: PlannedTask, start: datetime, calendar: Calendar) -> Reckoned | None:
    """By when a task is due that is opened at an instant; None where no time is set."""
    if task.within is None:
        return None
    reckoning = calendar.reckon(start, task.within)
    return Reckoned(start, task.within, reckoning, reckoning.provisional)


def origin(history: History, step: Step, policy: Policy) -> PlannedTask | None:
    """The task of today's playbooks that a task event was written for, None where it was given by hand."""
    for opener in _before(history, step):
        upto = history.before(opener)
        opening = History(history.complaint, (*upto.steps, opener), opener.after)
        for task in planned(opening, policy):
            if task.task == step.event.get("task"):
                return task
    return None


def _before(history: History, step: Step) -> Iterator[Step]:
    """The events of the same command before a step, the nearest first."""
    index = history.steps.index(step)
    for each in reversed(history.steps[:index]):
        if (each.event.at, each.event.by) != (step.event.at, step.event.by):
            return
        if not each.void and each.event.action != "task":
            yield each
