"""From rules to due instants: what an event opens, and what an escalation draws in (design §4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cmplt.domain.calendar import Calendar, Length, Reckoning
from cmplt.domain.obligations import Obligation, opening_instant
from cmplt.domain.policy import Policy
from cmplt.domain.process import Standing, Step
from cmplt.domain.rules import Deadline


@dataclass(frozen=True, slots=True)
class Opened:
    """The due instants that an event writes, the windows that open later, and what rests on an unpublished year."""

    due: Mapping[str, datetime] = field(default_factory=dict)
    opens: Mapping[str, datetime] = field(default_factory=dict)
    provisional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A due instant with the length that gave it and the instant that length runs from."""

    start: datetime
    length: Length
    reckoning: Reckoning
    provisional: bool  # one of the lengths compared looked at a year that is not published yet


def opened_by(step: Step, open_now: tuple[Obligation, ...], policy: Policy, calendar: Calendar) -> Opened:
    """What `step`'s event opens by the policy's rules, and what it draws in; `open_now` stood open before it."""
    found = {}
    for name, rule in policy.deadlines.items():
        reckoned = reckon(rule, step, open_now, policy, calendar)
        if reckoned:
            found[name] = reckoned
    opens = {
        name: calendar.opens(reckoned.start, not_before)
        for name, reckoned in found.items()
        if (not_before := policy.deadlines[name].not_before) and triggered(policy.deadlines[name], step)
    }
    return Opened(
        due={name: reckoned.reckoning.due for name, reckoned in found.items()},
        opens={name: opening.due for name, opening in opens.items()},
        provisional=tuple(
            name
            for name, reckoned in found.items()
            if reckoned.provisional or (name in opens and opens[name].provisional)
        ),
    )


def reckon(
    rule: Deadline, step: Step, open_now: tuple[Obligation, ...], policy: Policy, calendar: Calendar
) -> Reckoned | None:
    """The due instant that one rule gives at a step, if the step opens or draws in its obligation."""
    if rule.retired:
        return None
    start = triggered(rule, step)
    if start:
        if not applies(rule, step, policy):
            return None
        return _earliest(start, lengths(rule, step.after), calendar)
    if step.event.action != "escalate":
        return None
    standing = next((each for each in open_now if each.name == rule.name and each.stands), None)
    risen = _risen(rule, step)
    if standing and risen:
        reckoned = _earliest(step.event.at, risen, calendar)
        if reckoned.reckoning.due < standing.due:
            return reckoned
    return None


def triggered(rule: Deadline, step: Step) -> datetime | None:
    """The instant from which a rule's length runs, if the step's event opens its obligation."""
    event = step.event
    instant = opening_instant(rule, step.before, event)
    if instant:
        return instant
    if event.action == "assign" and not step.hands_over:
        return None
    if event.action in rule.opened_by:
        return event.at
    if "reopen" in rule.opened_by and step.starts_round:
        return event.at
    return None


def applies(rule: Deadline, step: Step, policy: Policy) -> bool:
    """Whether a rule's `when` holds and its `unless` does not."""
    return rule.when.holds(step.after, step.event, policy.first_kind)


def lengths(rule: Deadline, after: Standing) -> list[Length]:
    """`within`, and what severity and urgency may shorten it to."""
    found = [rule.within]
    if after.facts.severity in rule.by_severity:
        found.append(rule.by_severity[after.facts.severity])
    if after.facts.urgent and rule.when_urgent:
        found.append(rule.when_urgent)
    return found


def _risen(rule: Deadline, step: Step) -> list[Length]:
    """The lengths that an escalation brings into play: of the severity now reached, of the urgency now given."""
    before, after = step.before.facts, step.after.facts
    found = []
    if after.severity != before.severity and after.severity in rule.by_severity:
        found.append(rule.by_severity[after.severity])
    if after.urgent and not before.urgent and rule.when_urgent:
        found.append(rule.when_urgent)
    return found


def _earliest(start: datetime, candidates: list[Length], calendar: Calendar) -> Reckoned:
    reckonings = [(length, calendar.reckon(start, length)) for length in candidates]
    length, reckoning = min(reckonings, key=lambda each: each[1].due)
    return Reckoned(start, length, reckoning, any(each.provisional for _, each in reckonings))
