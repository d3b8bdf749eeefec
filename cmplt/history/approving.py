"""What each approval was given for: a merge may put another proposal before it than its giver had before him."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from cmplt.domain import approvals
from cmplt.domain.complaint import Event
from cmplt.domain.policy import Policy
from cmplt.domain.process import History


@dataclass
class Approvals:
    """The approvals of a history of commits, each with the proposal that waited where it was committed."""

    _given_for: dict[str, str] = field(default_factory=dict)

    def note(self, history: History, event: Event) -> None:
        """Remember what waits where an approval is committed."""
        if event.action == "approve" and history.now.proposal:
            self._given_for[_text(history, event)] = str(history.now.proposal.data)

    def of_another(self, history: History) -> Iterator[Event]:
        """The approvals that stand behind another proposal than they were given for."""
        for step in history.in_effect:
            if step.event.action == "approve" and step.before.proposal:
                proposal = str(step.before.proposal.data)
                if self._given_for.get(_text(history, step.event), proposal) != proposal:
                    yield step.event

    def lacking(self, history: History, event: Event, policy: Policy) -> list[str]:
        """The roles that a complaint is resolved without, because what they approved was another proposal."""
        if event.action != "resolve":
            return []
        known = approvals.missing(history, policy)
        return [each for each in approvals.missing(history, policy, without=[*self.of_another(history)])
                if each not in known]  # fmt: skip


def _text(history: History, event: Event) -> str:
    return f"{history.complaint.id} {event.data}"
