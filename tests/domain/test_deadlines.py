"""From rules to due instants: what an event opens, what an escalation draws in (design §4).

The tests' office works 09:00-12:00 and 13:00-18:00, Monday to Friday; 16 March 2026 is a Monday.
"""

from typing import Any

import pytest

from cmplt.domain.complaint import Complaint, Event
from tests.domain.build import at, complaint, enter, short

REGISTERED = "10:00 register"
ASSIGNED = "10:00 register\n10:01 assign sales"
RESPONDED = ASSIGNED + "\n10:02 respond n"
RESOLVED = RESPONDED + "\n10:03 resolve o"


def entered(before: str, line: str, now: str, changes: str = "", *, when: str | None = None, **facts: Any) -> Event:
    """The event that an entry writes; it has a reason, so that it may be late."""
    return enter(complaint(before, **facts), line, now=now, when=when, changes=changes, reason="r").events[-1]


def due(*args: Any, **how: Any) -> dict[str, str]:
    return short(entered(*args, **how).due)


@pytest.mark.parametrize(
    ("before", "line", "now", "wanted"),
    [
        (REGISTERED, "assign sales", "10:05", {"response": "16T13:05", "progress": "19T18:00"}),
        (REGISTERED, "assign sales", "17:30", {"response": "17T10:30", "progress": "19T18:00"}),
        (REGISTERED, "assign sales due=18T15:00", "10:05",
         {"response": "16T13:05", "progress": "19T18:00", "resolution": "18T15:00"}),
        (REGISTERED, "task look due=18T15:00", "10:05", {"task:look": "18T15:00"}),
        (REGISTERED, "task look", "10:05", {}),
        (ASSIGNED, "respond n", "10:05", {}),
        (ASSIGNED, "assign parts", "10:05", {"response": "16T13:05", "progress": "19T18:00"}),
        (ASSIGNED, "assign sales owner=李明", "10:05", {}),
        (ASSIGNED, "assign sales due=18T15:00", "10:05", {"resolution": "18T15:00"}),
        (RESPONDED, "resolve o", "10:05", {"feedback": "16T18:00", "followup": "23T18:00"}),
        (RESPONDED, "resolve o agreed=13T17:00", "10:05", {"feedback": "13T18:00", "followup": "23T18:00"}),
        (RESPONDED, "resolve o agreed=13T19:00", "10:05", {"feedback": "16T18:00", "followup": "23T18:00"}),
        (RESPONDED, "resolve o", "18:00", {"feedback": "17T18:00", "followup": "23T18:00"}),
        (RESOLVED, "followup dissatisfied", "24T10:05", {}),
        (RESOLVED + "\n10:04 reopen r", "assign sales", "10:05", {"response": "16T13:05", "progress": "19T18:00"}),
    ],
)  # fmt: skip
def test_what_an_entry_opens(before: str, line: str, now: str, wanted: dict[str, str]) -> None:
    """Every rule that an event opens writes its due instant; another owner of the same department opens none."""
    assert due(before, line, now, received="12T10:00") == wanted


def test_a_registration_counts_from_the_receipt() -> None:
    """Registering opens from the receipt what counts from there, the rest from its own instant."""
    fresh = Complaint(complaint(REGISTERED, received="09:00").facts, ())
    found = enter(fresh, "register", now="11:45").events[0]
    assert short(found.due) == {"registration": "16T09:30", "assignment": "16T13:15"}


def test_a_pair_of_events_opens_twice() -> None:
    """Registering and assigning at once opens the deadlines of both, each in its own event."""
    fresh = Complaint(complaint(REGISTERED).facts, ())
    register, assign = enter(fresh, "register", "assign sales", now="10:10").events
    assert short(register.due) == {"registration": "16T10:30", "assignment": "16T10:40"}
    assert short(assign.due) == {"response": "16T13:10", "progress": "19T18:00"}


def test_the_due_instants_of_a_late_entry_count_from_when_it_happened() -> None:
    """A late assignment opens what it would have opened then, in the state of then."""
    before = REGISTERED + "\n11:00 escalate major reason=r\n11:01 amend changes.urgent=true reason=r"
    assert due(before, "assign sales", "17T09:00", when="10:05")["response"] == "16T13:05"
    assert due(before, "assign sales", "17T09:00", when="11:00")["response"] == "16T12:00"
    assert due(before, "assign sales", "17T09:00", when="16T17:30")["response"] == "16T18:30"


# --- shorter lengths ----------------------------------------------------------------------------------------

_CARE = """
deadlines:
  care: {from: assign, until: respond, within: 2 hours, by_severity: {major: 4 hours}, when_urgent: 3 hours,
         owed_by: department}
"""


@pytest.mark.parametrize(
    ("facts", "now", "wanted"),
    [
        ({}, "10:05", "16T13:05"),
        ({"severity": "major"}, "10:05", "16T11:05"),
        ({"urgent": True}, "10:05", "16T11:05"),
        ({"urgent": True}, "17:30", "16T18:30"),
        ({"severity": "major"}, "17:30", "17T09:30"),
        ({"severity": "major", "urgent": True}, "17:30", "16T18:30"),
        ({"severity": "major", "urgent": True}, "11:30", "16T12:30"),
        ({"severity": "unheard-of"}, "10:05", "16T13:05"),
    ],
)
def test_the_earliest_due_counts(facts: dict[str, Any], now: str, wanted: str) -> None:
    """Severity and urgency bring in further lengths, and the one that ends first is the due instant."""
    assert due(REGISTERED, "assign sales", now, **facts)["response"] == wanted


@pytest.mark.parametrize("facts", [{}, {"severity": "major"}, {"urgent": True}, {"severity": "major", "urgent": True}])
def test_severity_and_urgency_can_only_shorten(facts: dict[str, Any]) -> None:
    """A longer length for grave or urgent complaints changes nothing: `within` always applies."""
    assert due(REGISTERED, "assign sales", "10:05", _CARE, **facts)["care"] == "16T12:05"


# --- conditions, retired names, openings --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "line", "opens"),
    [
        ("when: {department: sales}", "assign sales", True),
        ("when: {department: sales}", "assign parts", False),
        ("unless: {department: sales}", "assign sales", False),
        ("unless: {department: sales}", "assign parts", True),
        ("when: {severity: major}, unless: {department: parts}", "assign sales", True),
        ("when: {severity: major}, unless: {department: parts}", "assign parts", False),
        ("when: {severity: general}, unless: {department: parts}", "assign sales", False),
        ("unless: {channel: phone, severity: general}", "assign sales", True),
        ("unless: {channel: phone, severity: major}", "assign sales", False),
        ("retired: true", "assign sales", False),
    ],
)
def test_conditions_are_judged_after_the_event(condition: str, line: str, opens: bool) -> None:
    """A deadline opens where its `when` holds and its `unless` does not, once the event has taken effect."""
    rule = f"deadlines: {{care: {{from: assign, until: respond, within: 1 hour, owed_by: department, {condition}}}}}"
    assert ("care" in due(REGISTERED, line, "10:05", rule, severity="major")) is opens


@pytest.mark.parametrize(
    ("opening", "before", "line", "opens"),
    [
        ("reopen", RESOLVED, "reopen", True),
        ("reopen", RESOLVED, "followup dissatisfied", True),
        ("reopen", RESOLVED, "followup unreached", False),
        ("reopen", RESOLVED, "followup satisfied", False),
        ("[register, reopen]", RESOLVED, "reopen", True),
        ("followup", RESOLVED, "followup unreached", True),
        ("[assign, progress]", ASSIGNED, "progress n", True),
        ("[assign, progress]", ASSIGNED, "assign sales", False),
        ("[assign, progress]", ASSIGNED, "assign parts", True),
        ("task", RESOLVED, "task look", True),
        ("escalate", RESOLVED, "escalate to=quality", True),
    ],
)
def test_every_action_can_open(opening: str, before: str, line: str, opens: bool) -> None:
    """A rule opens at any action it names; `reopen` is also a follow-up that starts a round."""
    rule = f"deadlines: {{care: {{from: {opening}, until: redact, within: 1 hour, owed_by: department}}}}"
    assert due(before, line, "17T10:00", rule).get("care") == ("17T11:00" if opens else None)


def test_a_recurring_deadline_opens_the_next() -> None:
    """An event that meets a deadline and opens it again writes the next due instant."""
    rule = (
        "deadlines: {update: {from: respond, until: [respond, resolve], within: 2 working days, owed_by: department}}"
    )
    assert due(ASSIGNED, "respond n", "10:05", rule) == {"update": "18T18:00"}
    assert due(RESPONDED, "respond n", "17T10:05", rule) == {"update": "19T18:00"}
    assert "update" not in due(RESPONDED, "resolve n", "17T10:05", rule)


# --- not before ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("not_before", "now", "opens"),
    [
        ("5 days", "10:05", "21T00:00"),
        ("5 days", "23:59", "21T00:00"),
        ("1 week", "10:05", "23T00:00"),
        ("5 working days", "10:05", "23T00:00"),
        ("5 working days", "14T10:05", "20T00:00"),
    ],
)
def test_a_window_opens_at_midnight(not_before: str, now: str, opens: str) -> None:
    """`not_before` counts dates from the start, and the window opens at 00:00 of the last."""
    rule = f"deadlines: {{followup: {{not_before: {not_before}, within: 30 days}}}}"
    found = entered(RESPONDED.replace("10:", "13T10:"), "resolve o", now, rule, received="12T10:00")
    assert short(found.opens) == {"followup": opens}
    assert found.data["opens"]["followup"] == found.opens["followup"]


def test_only_what_is_opened_has_a_window() -> None:
    """A deadline whose condition does not hold writes neither a due instant nor a window."""
    found = entered(RESPONDED, "resolve o", "10:05", "deadlines: {followup: {when: {severity: major}}}")
    assert (list(found.due), found.opens) == (["feedback"], {})


# --- a year that is not published ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "changes", "provisional"),
    [
        ("2026-12-20T10:00", "", None),
        ("2026-12-28T10:00", "", ["followup"]),
        ("2026-12-31T17:59", "", ["followup"]),
        ("2026-12-31T18:00", "", ["feedback", "followup"]),
        ("2026-12-28T10:00", "deadlines: {followup: {within: 24 hours, not_before: null}}", None),
        ("2026-12-28T10:00", "deadlines: {followup: {within: 24 hours, not_before: 5 working days}}", ["followup"]),
        ("2026-12-31T10:00", "deadlines: {followup: {within: 1 hour, not_before: null, when_urgent: 2 days}}",
         ["followup"]),
    ],
)  # fmt: skip
def test_what_looked_at_an_unpublished_year_is_provisional(
    now: str, changes: str, provisional: list[str] | None
) -> None:
    """The event lists the deadlines for which a date of a year not published was looked at, by any length compared."""
    found = entered(RESPONDED, "resolve o", now, changes, urgent=True)
    assert found.data.get("provisional") == provisional


# --- escalation ---------------------------------------------------------------------------------------------

# 11:00 assign: response due 14:00 (2 working hours), progress due 19 March.
_OPEN = "10:00 register due.assignment=10:30\n11:00 assign sales due.response=14:00 due.progress=19T18:00"
_BOTH = "escalate major urgent=true"


@pytest.mark.parametrize(
    ("facts", "line", "now", "wanted"),
    [
        ({}, "escalate major", "11:10", {"response": "16T13:10"}),
        ({}, "escalate major", "12:00", {}),
        ({}, "escalate major", "11:59:59", {"response": "16T13:59:59"}),
        ({}, "escalate urgent=true", "11:10", {"response": "16T12:10"}),
        ({}, "escalate urgent=true", "13:00", {}),
        ({}, "escalate urgent=true", "12:59:59", {"response": "16T13:59:59"}),
        ({}, _BOTH, "11:10", {"response": "16T12:10"}),
        ({}, "escalate to=quality", "11:10", {}),
        ({}, "escalate criterion=safety", "11:10", {"response": "16T13:10"}),
        ({}, "escalate major", "15:00", {}),
        ({"severity": "major"}, "escalate criterion=safety", "11:10", {}),
        ({"severity": "major"}, "escalate to=quality", "11:10", {}),
        ({"severity": "major"}, "escalate urgent=true", "11:10", {"response": "16T12:10"}),
        ({"urgent": True}, "escalate major", "11:10", {"response": "16T13:10"}),
        ({"urgent": True}, "escalate to=quality", "11:10", {}),
        ({"urgent": True}, "escalate urgent=true to=quality", "11:10", {}),
    ],
)
def test_an_escalation_draws_in_what_it_shortens(
    facts: dict[str, Any], line: str, now: str, wanted: dict[str, str]
) -> None:
    """A length newly in play counts from the escalation, and is written only where that is earlier."""
    found = entered(_OPEN, line, now, **facts)
    assert found.due == {name: at(text) for name, text in wanted.items()}


@pytest.mark.parametrize("line", ["11:01 respond n", "11:01 reject r"])
def test_an_escalation_draws_in_only_what_is_open(line: str) -> None:
    """What was met or ended is not owed again because the complaint became graver."""
    before = f"{_OPEN}\n{line}" if "respond" in line else f"{_OPEN}\n{line}\n11:02 reopen r"
    assert "response" not in due(before, _BOTH, "11:10")


def test_an_escalation_never_moves_a_due_instant_later() -> None:
    """An obligation due before the new length would end keeps its due instant, also when drawn in before."""
    once = enter(complaint(_OPEN), "escalate urgent=true", now="11:10", reason="r")
    assert short(once.events[-1].due) == {"response": "16T12:10"}
    twice = enter(once, "escalate major", now="11:11", reason="r")
    assert short(twice.events[-1].due) == {}


def test_within_is_not_counted_anew() -> None:
    """The ordinary length does not start again at an escalation."""
    rule = "deadlines: {progress: {within: 30 minutes}}"
    assert due(_OPEN, "escalate major", "11:10", rule) == {"response": "16T13:10"}


@pytest.mark.parametrize(("condition", "drawn_in"), [("", True), ("retired: true", False)])
def test_a_retired_deadline_is_not_drawn_in(condition: str, drawn_in: bool) -> None:
    """A retired deadline is written by no new event, an escalation's included."""
    rule = f"deadlines: {{response: {{{condition}}}}}"
    assert ("response" in due(_OPEN, _BOTH, "11:10", rule)) is drawn_in


def test_what_opens_from_escalate_is_new_and_has_all_lengths() -> None:
    """A rule that names escalate opens by its own lengths, longer or shorter than what stands."""
    rule = "deadlines: {response: {from: [assign, escalate], within: 6 hours, when_urgent: 5 hours}}"
    assert due(_OPEN, "escalate major", "11:10", rule) == {"response": "16T13:10"}
    assert due(_OPEN, "escalate to=quality", "11:10", rule) == {"response": "16T17:10"}
    assert due(_OPEN, "escalate to=quality", "11:10", rule, urgent=True) == {"response": "16T16:10"}


def test_an_escalation_draws_in_by_a_provisional_length() -> None:
    """Drawn in over an unpublished year, a due instant is provisional too."""
    before = "2026-12-30T10:00 register\n2026-12-30T11:00 assign sales due.response=2027-01-04T18:00"
    found = entered(before, "escalate major", "2026-12-31T17:59", received="2026-12-30T10:00")
    assert short(found.due) == {"response": "01T09:59"}
    assert found.data["provisional"] == ["response"]
