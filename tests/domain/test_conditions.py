"""The conditions of a policy: when and unless (design §6)."""

from typing import Any

import pytest

from cmplt.domain.complaint import Event
from cmplt.domain.conditions import Condition
from cmplt.storage import yamlfile
from tests.domain.build import event, history

FACTS: dict[str, Any] = {
    "severity": "major",
    "urgent": True,
    "kind": "claim",
    "channel": "visit",
    "category": "repair",
    "criteria": ["safety", "media"],
    "details": {"returned": True, "tier": "A", "claim": "5000.01", "count": 7, "tags": ["a", "b"], "text": "much"},
}
STORY = "10:00 register\n10:01 assign sales\n10:02 respond n\n10:03 propose a remedy=apology,goodwill compensation=1"


def holds(text: str, lines: str = STORY, last: str = "10:04 task look", **facts: Any) -> bool:
    now = history(lines, **{**FACTS, **facts}).now
    return Condition(yamlfile.load(text)).holds(now, Event.read(event(last)))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{}", True),
        ("severity: major", True),
        ("severity: general", False),
        ("severity: [general, major]", True),
        ("severity: [general]", False),
        ("urgent: true", True),
        ("urgent: false", False),
        ("kind: claim", True),
        ("kind: complaint", False),
        ("channel: visit", True),
        ("channel: [phone, letter]", False),
        ("category: [repair, attitude]", True),
        ("category: attitude", False),
        ("department: sales", True),
        ("department: [parts, service]", False),
        ("criterion: media", True),
        ("criterion: [lawyer, safety]", True),
        ("criterion: lawyer", False),
        ("remedy: goodwill", True),
        ("remedy: [indemnity, apology]", True),
        ("remedy: indemnity", False),
        ("task: look", True),
        ("task: [x, y]", False),
        ("details: {returned: true}", True),
        ("details: {returned: false}", False),
        ("details: {tier: A}", True),
        ("details: {tier: [B, A]}", True),
        ("details: {tier: A, returned: true}", True),
        ("details: {tier: A, returned: false}", False),
        ("details: {plate: A}", False),
        ("details: {tags: b}", True),  # a detail that is a list has each of its values
        ("details: {tags: [c, a]}", True),
        ("details: {tags: c}", False),
        ("details_over: {claim: '5000'}", True),
        ("details_over: {claim: '5000.01'}", False),
        ("details_over: {claim: ['9000', '5000']}", True),
        ("details_over: {claim: ['9000', '8000']}", False),
        ("details_over: {count: '6.99'}", True),
        ("details_over: {count: '7'}", False),
        ("details_over: {claim: '5000', count: '6'}", True),
        ("details_over: {claim: '5000', count: '8'}", False),
        ("details_over: {text: '0'}", False),
        ("details_over: {tags: '0'}", False),
        ("details_over: {returned: '0'}", False),
        ("details_over: {plate: '0'}", False),
        ("{severity: major, urgent: true, department: sales}", True),
        ("{severity: major, urgent: false, department: sales}", False),
    ],
)
def test_a_condition_holds_when_every_entry_does(text: str, wanted: bool) -> None:
    """Every entry must hold; a list means any of its values; amounts must be greater, to the cent."""
    assert holds(text) is wanted


@pytest.mark.parametrize("claim", ["NaN", "sNaN", "-NaN", "", None, [1], {"x": 1}])
def test_a_detail_that_is_no_number_is_over_nothing(claim: object) -> None:
    """A detail that is no number exceeds no amount, whatever stands there."""
    assert not holds("details_over: {claim: '0'}", details={"claim": claim})


@pytest.mark.parametrize(
    ("text", "lines", "wanted"),
    [
        ("department: sales", "10:00 register", False),
        ("remedy: apology", "10:00 register", False),
        ("remedy: apology", STORY + "\n10:04 propose b", False),
        ("remedy: apology", STORY + "\n10:04 decline quality", True),
        ("remedy: apology", STORY + "\n10:04 resolve o\n10:05 reopen r", False),
        ("severity: general", STORY + "\n10:04 amend changes.severity=general reason=r", True),
        ("criterion: lawyer", STORY + "\n10:04 escalate major criterion=lawyer reason=r", True),
    ],
)
def test_a_condition_is_judged_as_the_complaint_stands(text: str, lines: str, wanted: bool) -> None:
    """The department, the last proposal of this round, and the facts as amended and escalated decide."""
    assert holds(text, lines) is wanted


def test_a_complaint_that_names_no_kind_is_of_the_first() -> None:
    """Without a kind, a complaint is of the policy's first one."""
    now, last = history("10:00 register").now, Event.read(event("10:01 task look"))
    condition = Condition({"kind": ["suggestion"]})
    assert condition.holds(now, last, "suggestion")
    assert not condition.holds(now, last, "complaint")
    assert not condition.holds(now, last)


def test_a_condition_about_a_task_is_about_the_event() -> None:
    """An event that is about no task, or another one, does not fulfil it."""
    assert not holds("task: look", last="10:04 respond n")
    assert not holds("task: look", last="10:04 done other")
    assert holds("task: look", last="10:04 done look")
