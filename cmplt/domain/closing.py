"""What must be there before a complaint may be resolved or closed (design §6, `closing`)."""

from cmplt.domain.complaint import Event
from cmplt.domain.policy import Policy
from cmplt.domain.process import Standing

TASKS = "tasks"


def lacking(standing: Standing, event: Event, policy: Policy) -> list[str]:
    """What is not there yet, in the policy's order: names of tasks and kinds of attachment.

    `tasks` asks that every opened task is done, and stands for those that are open. A task that is named must have
    been done; a kind of attachment must have been attached.
    """
    needed = (each for each in policy.closing if each.when.holds(standing, event, policy.first_kind))
    names = dict.fromkeys(name for each in needed for name in each.names)
    return list(dict.fromkeys(each for name in names for each in _missing(name, standing)))


def _missing(name: str, standing: Standing) -> tuple[str, ...]:
    if name == TASKS:
        return tuple(standing.tasks)
    done = name in standing.finished and name not in standing.tasks
    return () if done or name in standing.attached else (name,)
