"""The process of a complaint (design §3): one table, and the fold of events over it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from cmplt.domain.complaint import Complaint, Event, Facts, Misread
from cmplt.domain.versions import Versioned

REGISTERED, ASSIGNED, IN_PROGRESS = "registered", "assigned", "in-progress"
RESOLVED, CLOSED, REJECTED = "resolved", "closed", "rejected"
STATUSES = (REGISTERED, ASSIGNED, IN_PROGRESS, RESOLVED, CLOSED, REJECTED)
OPEN = (REGISTERED, ASSIGNED, IN_PROGRESS, RESOLVED)

_ANY = " ".join(STATUSES)
_SAME: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Action:
    """A row of the table: where an action is allowed, where it leads (or by which result), what it carries."""

    name: str
    allowed: tuple[str, ...]
    leads_to: str | None
    by_result: Mapping[str, str | None]
    compulsory: tuple[str, ...]
    optional: tuple[str, ...]
    only_while: str = ""

    @property
    def carries(self) -> tuple[str, ...]:
        return self.compulsory + self.optional

    def begins_in(self, status: str | None) -> bool:
        """Whether it is allowed in a status; None is that of what is not there yet."""
        return status in self.allowed if self.allowed else status is None


def row(
    name: str, allowed: str, leads_to: str | Mapping[str, str | None] | None, carries: str, only_while: str = ""
) -> Action:
    """A row as it is written: words between blanks, a star behind what is compulsory."""
    fields = carries.split()
    fixed = leads_to if isinstance(leads_to, str) else None
    by_result = leads_to if isinstance(leads_to, Mapping) else _SAME
    compulsory = tuple(field.rstrip("*") for field in fields if field.endswith("*"))
    optional = tuple(field for field in fields if not field.endswith("*"))
    return Action(name, tuple(allowed.split()), fixed, by_result, compulsory, optional, only_while)


_FOLLOWUP = {"satisfied": CLOSED, "unreached": None, "dissatisfied": REGISTERED}

# fmt: off
TABLE = tuple(row(*each) for each in (
    # action      allowed in                                     leads to      carries (* compulsory)
    ("register",  "",                                            REGISTERED,   ""),
    ("assign",    "registered assigned in-progress",             ASSIGNED,     "department* owner"),
    ("respond",   "assigned in-progress",                        IN_PROGRESS,  "note* via"),
    ("progress",  "assigned in-progress",                        None,         "note*"),
    ("propose",   "in-progress",                                 None,         "note* remedy compensation"),
    ("approve",   "in-progress",                                 None,         "role* note", "a proposal waits"),
    ("decline",   "in-progress",                                 None,         "role* note", "a proposal waits"),
    ("escalate",  "registered assigned in-progress resolved",    None,         "reason* severity* criterion urgent to"),
    ("resolve",   "in-progress",                                 RESOLVED,     "outcome* cause agreed"),
    ("followup",  "resolved closed",                             _FOLLOWUP,    "result* via rating answers note"),
    ("reject",    "registered assigned in-progress",             REJECTED,     "reason* via"),
    ("close",     "in-progress resolved",                        CLOSED,       "reason* recourse"),
    ("reopen",    "resolved closed rejected",                    REGISTERED,   "reason*"),
    ("amend",     _ANY,                                          None,         "changes* reason*"),
    ("adjust",    _ANY,                                          None,         "points* reason* department"),
    ("task",      "registered assigned in-progress resolved",    None,         "task* title department"),
    ("done",      _ANY,                                          None,         "task* note"),
    ("attach",    _ANY,                                          None,         "files*"),
    ("redact",    "closed rejected",                             None,         "fields* reason*"),
))
# fmt: on
PROCESS: Mapping[str, Action] = {action.name: action for action in TABLE}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a complaint stands: what its events so far have made of its facts."""

    facts: Facts
    severities: tuple[str, ...] = ()  # of the policy, mildest first
    status: str | None = None
    round: int = 0
    department: str | None = None
    owner: str | None = None
    cause: str | None = None
    proposal: Event | None = None  # the last one of this round
    waiting: bool = False  # that proposal was neither declined nor replaced
    window: datetime | None = None  # a follow-up before this instant is early
    tasks: Versioned = field(default_factory=Versioned)  # open ones
    finished: Versioned = field(default_factory=Versioned)  # tasks that were done at least once
    attached: Versioned = field(default_factory=Versioned)  # the kinds of what was attached so far

    def early(self, followup: Event) -> bool:
        """Whether a follow-up comes before the window of the open follow-up obligation (design §4, arithmetic 4)."""
        return self.window is not None and followup.at < self.window


@dataclass(frozen=True, slots=True)
class Step:
    """One event with the standing before and after it; a void one changes nothing."""

    position: int  # in the file, from 0
    event: Event
    before: Standing
    after: Standing
    void: bool

    @property
    def hands_over(self) -> bool:
        """An assignment that counts: to another department, or the first of a round (design §3)."""
        return self.event.action == "assign" and not self.void and hands_over(self.before, self.event)

    @property
    def starts_round(self) -> bool:
        return self.after.round > max(self.before.round, 1)

    @property
    def enters_closed(self) -> bool:
        return self.after.status == CLOSED != self.before.status


@dataclass(frozen=True, slots=True)
class History:
    """A complaint's steps in order of their instants, and where it stands after the last."""

    complaint: Complaint
    steps: tuple[Step, ...]
    now: Standing

    @property
    def void(self) -> list[int]:
        return sorted(step.position for step in self.steps if step.void)

    @property
    def exists(self) -> bool:
        """False for a complaint that was not yet registered at the instant looked at."""
        return self.now.status is not None

    def before(self, step: Step) -> "History":
        """This history up to the step, without it."""
        return History(self.complaint, self.steps[: self.steps.index(step)], step.before)

    @property
    def in_effect(self) -> tuple[Step, ...]:
        return tuple(step for step in self.steps if not step.void)


def fold(complaint: Complaint, *, as_of: datetime | None = None, severities: tuple[str, ...] = ()) -> History:
    """Fold a complaint's events, those up to `as_of`, over the process; total: what is not allowed is void.

    `severities`, mildest first, let the graver of two escalations win that were made offline; what is void
    does not depend on them.
    """
    ordered = sorted(enumerate(complaint.events), key=lambda item: item[1].at)
    standing = Standing(complaint.facts, severities)
    steps = []
    for position, event in ordered:
        if as_of is not None and event.at > as_of:
            break
        after = advance(standing, event)
        steps.append(Step(position, event, standing, after or standing, after is None))
        standing = after or standing
    return History(complaint, tuple(steps), standing)


def extended(history: History, event: Event) -> History:
    """A history of all of a complaint's events with one more behind them."""
    complaint = history.complaint.with_events(event)
    if history.steps and event.at < history.steps[-1].event.at:
        return fold(complaint, severities=history.now.severities)
    after = advance(history.now, event)
    step = Step(len(history.complaint.events), event, history.now, after or history.now, after is None)
    return History(complaint, (*history.steps, step), step.after)


def upto(history: History, instant: datetime) -> History:
    """What of a history there was at an instant."""
    if not history.steps or history.steps[-1].event.at <= instant:
        return history
    return fold(history.complaint, as_of=instant, severities=history.now.severities)


def advance(standing: Standing, event: Event) -> Standing | None:
    """The standing after `event`, or None where the process does not allow it: it is void then."""
    action = PROCESS.get(event.action)
    if action is None or not allowed(action, standing):
        return None
    effect = _EFFECTS.get(action.name)
    after = effect(standing, event) if effect else standing
    if after is None:
        return None
    status = action.by_result.get(event.get("result"), action.leads_to)
    if action.name == "assign" and not hands_over(standing, event):
        status = None
    if action.name == "followup" and standing.early(event) and event.get("result") != "dissatisfied":
        return after  # it neither meets the obligation nor closes the complaint
    if status and status != after.status:
        after = replace(after, status=status)
    return _with_window(after, event)


def allowed(action: Action, standing: Standing) -> bool:
    if action.only_while and not standing.waiting:
        return False
    return action.begins_in(standing.status)


def next_actions(standing: Standing) -> list[str]:
    """The actions that move a complaint on from here: what a refusal offers instead."""
    moving = [a for a in TABLE if a.allowed and (a.leads_to or a.by_result or a.name == "propose" or a.only_while)]
    return [action.name for action in moving if allowed(action, standing)]


def hands_over(before: Standing, assign: Event) -> bool:
    return before.status == REGISTERED or before.department != assign.get("department")


def ends_all(step: Step) -> bool:
    """Whether a step ends every obligation still open, but tasks (design §4, an obligation's life)."""
    action = step.event.action
    if action == "followup":
        return step.starts_round or step.enters_closed
    return action in ("resolve", "close", "reopen", "reject")


def _with_window(after: Standing, event: Event) -> Standing:
    """Keep the instant before which a follow-up is early: what `opens` says since the complaint was resolved."""
    window = after.window if event.action not in ("resolve", "close", "reopen", "followup") else None
    if window is None and event.opens and after.status in (RESOLVED, CLOSED):
        window = min(event.opens.values())
    return after if window == after.window else replace(after, window=window)


def _register(standing: Standing, event: Event) -> Standing:
    return replace(standing, round=1)


def _assign(standing: Standing, event: Event) -> Standing:
    department = event.get("department")
    kept = standing.owner if department == standing.department else None
    return replace(standing, department=department, owner=event.get("owner", kept))


def _propose(standing: Standing, event: Event) -> Standing:
    return replace(standing, proposal=event, waiting=True)


def _decline(standing: Standing, event: Event) -> Standing:
    return replace(standing, waiting=False)


def _escalate(standing: Standing, event: Event) -> Standing:
    facts = standing.facts
    added = tuple(key for key in event.keys("criterion") if key not in facts.criteria)
    facts = replace(
        facts,
        severity=_graver(standing, event.get("severity", facts.severity)),
        criteria=facts.criteria + added,
        urgent=facts.urgent or event.get("urgent") is True,
    )
    return replace(standing, facts=facts)


def _graver(standing: Standing, severity: str) -> str:
    """Nothing lowers a severity but an amendment (design §6)."""
    now, order = standing.facts.severity, standing.severities
    if now in order and severity in order:
        return max(now, severity, key=order.index)
    return severity


def _resolve(standing: Standing, event: Event) -> Standing:
    return replace(standing, cause=event.get("cause"))


def _followup(standing: Standing, event: Event) -> Standing:
    return _new_round(standing, event) if event.get("result") == "dissatisfied" else standing


def _new_round(standing: Standing, event: Event) -> Standing:
    return replace(standing, round=standing.round + 1, proposal=None, waiting=False, window=None)


def _reject(standing: Standing, event: Event) -> Standing:
    return replace(standing, tasks=Versioned())


def _amend(standing: Standing, event: Event) -> Standing | None:
    facts = standing.facts
    changes = event.get("changes")
    try:
        for name, change in changes.items():
            facts = facts.with_value(name, change["to"])
    except (Misread, AttributeError, TypeError, KeyError):
        return None  # it names no fact, or gives one a value that cannot be read
    return replace(standing, facts=facts)


def _task(standing: Standing, event: Event) -> Standing:
    return replace(standing, tasks=standing.tasks.but(event.get("task"), True))


def _done(standing: Standing, event: Event) -> Standing:
    task = event.get("task")
    return replace(standing, tasks=standing.tasks.but(task, None), finished=standing.finished.but(task, True))


def _attach(standing: Standing, event: Event) -> Standing:
    attached = standing.attached
    for file in event.get("files", ()):
        if isinstance(file.get("kind"), str):
            attached = attached.but(file["kind"], True)
    return replace(standing, attached=attached)


# What an action changes besides the status.
_EFFECTS: Mapping[str, Callable[[Standing, Event], Standing | None]] = {
    "register": _register,
    "assign": _assign,
    "propose": _propose,
    "decline": _decline,
    "escalate": _escalate,
    "resolve": _resolve,
    "followup": _followup,
    "reject": _reject,
    "reopen": _new_round,
    "amend": _amend,
    "task": _task,
    "done": _done,
    "attach": _attach,
}
