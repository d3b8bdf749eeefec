"""What became of a complaint as of an instant: whole, for a page, and boiled down to what lists and figures ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from cmplt.domain.complaint import Complaint, Event
from cmplt.domain.obligations import Obligation, obligations
from cmplt.domain.policy import Policy
from cmplt.domain.process import CLOSED, OPEN, REJECTED, History

# What tells an event's story, the first that it has.
_SAID = ("outcome", "note", "title", "reason")
# What else of an event belongs to the story.
_ABOUT = {"task": "task", "done": "task", "propose": "compensation", "resolve": "cause"}


@dataclass(frozen=True)
class Case:
    """A complaint as of an instant: its history and its obligations."""

    history: History
    obligations: tuple[Obligation, ...]

    @property
    def id(self) -> str:
        return self.history.complaint.id

    @property
    def received(self) -> datetime:
        return self.history.now.facts.received


class Happening(NamedTuple):
    """An event in effect: what it was, and where it left the complaint."""

    at: datetime
    action: str
    by: str
    status: str
    department: str | None
    closes: bool  # the complaint was not closed before it
    early: bool  # a follow-up before its window
    result: str | None = None
    rating: int | None = None
    answers: Mapping[str, int] | None = None
    points: int | None = None
    charged: str | None = None  # the department whose points are adjusted
    recorded: datetime | None = None
    reason: str | None = None  # kept of late entries and adjustments only
    about: str | None = None  # this and the next kept of complaints of the gravest severity only, for their story
    said: str | None = None


@dataclass(frozen=True, slots=True)
class Course:
    """The course that a complaint took up to an instant, and the facts as they stand then."""

    id: str
    received: datetime
    subject: str
    kind: str | None
    channel: str
    category: str
    severity: str
    urgent: bool
    status: str
    round: int
    department: str | None
    owner: str | None
    cause: str | None
    through: datetime  # its last event; as of any later instant the course is the same
    happenings: tuple[Happening, ...]
    obligations: tuple[Obligation, ...]

    @property
    def rejected(self) -> bool:
        return self.status == REJECTED

    @property
    def settled(self) -> datetime | None:
        """The last instant that it has to do with, once it is closed or rejected and owes nothing any more."""
        if self.status in OPEN or any(each.stands for each in self.obligations):
            return None
        entered = (each.recorded or each.at for each in self.happenings)
        return max(self.through, self.received, *entered, *(each.due for each in self.obligations))

    def at(self, instant: datetime) -> Happening | None:
        """The last thing that had happened before an instant: it says where the complaint stood."""
        found = None
        for each in self.happenings:
            if each.at >= instant:
                break
            found = each
        return found

    def open_at(self, instant: datetime) -> bool:
        """Whether it had come in, and was neither closed nor rejected, just before an instant.

        What was received before and registered after stood open, so that consecutive months add up.
        """
        before = self.at(instant)
        return self.received < instant if before is None else before.status in OPEN


def cases(complaints: list[Complaint], policy: Policy, *, as_of: datetime) -> list[Case]:
    """The complaints that exist at an instant, each with its obligations then."""
    histories = (policy.history(complaint, as_of=as_of) for complaint in complaints)
    return [Case(history, obligations(history, policy)) for history in histories if history.exists]


def course(complaint: Complaint, policy: Policy, *, as_of: datetime) -> Course | None:
    """The course of a complaint up to an instant; None before it was registered."""
    history = policy.history(complaint, as_of=as_of)
    now = history.now
    if now.status is None:
        return None
    facts = now.facts
    return Course(
        id=facts.id,
        received=facts.received,
        subject=facts.subject,
        kind=facts.kind,
        channel=facts.channel,
        category=facts.category,
        severity=facts.severity,
        urgent=facts.urgent,
        status=now.status,
        round=now.round,
        department=now.department,
        owner=now.owner,
        cause=now.cause,
        through=max(event.at for event in complaint.events),
        happenings=_happenings(history, story=facts.severity in policy.gravest_ones),
        obligations=obligations(history, policy),
    )


def _happenings(history: History, *, story: bool) -> tuple[Happening, ...]:
    found = []
    for step in history.in_effect:
        event, action = step.event, step.event.action
        followup, adjust = action == "followup", action == "adjust"
        found.append(
            Happening(
                at=event.at,
                action=action,
                by=event.by,
                status=step.after.status or "",
                department=step.after.department,
                closes=step.after.status == CLOSED != step.before.status,
                result=event.get("result") if followup else None,
                rating=event.get("rating") if followup else None,
                answers=event.get("answers") if followup else None,
                early=followup and step.before.early(event),
                points=event.get("points", 0) if adjust else None,
                charged=(event.get("department") or step.before.department) if adjust else None,
                recorded=event.recorded,
                reason=event.get("reason") if event.recorded or adjust else None,
                about=_about(event) if story else None,
                said=next((event.get(name) for name in _SAID if event.get(name)), None) if story else None,
            )
        )
    return tuple(found)


def _about(event: Event) -> str | None:
    if event.action == "amend":
        return ", ".join(event.get("changes"))
    if event.action == "attach":
        return ", ".join(file["path"].rpartition("/")[2] for file in event.get("files"))
    if event.action == "escalate":
        return ", ".join(filter(None, (event.get("severity"), *event.keys("criterion"), event.get("to"))))
    found: str | None = event.get(_ABOUT.get(event.action, ""))
    return found
