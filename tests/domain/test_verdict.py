"""Committed events judged once more: silent on what a command wrote, and the right rule for everything else."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from cmplt.domain.calendar import Calendar, OfficialYear, no_holidays
from cmplt.domain.complaint import Complaint
from cmplt.domain.draft import Identity
from cmplt.domain.measure import Measure, MeasureFacts
from cmplt.domain.verdict import Circumstances, of_complaint, of_measure
from cmplt.storage import yamlfile
from tests.domain.build import FACTS, LI, WANG, at, calendar, complaint, enter, policy

PLAYBOOK = "playbooks: [{after: assign, tasks: [{task: look, within: 1 working day}, {task: tell}]}]"
REGISTERED = "10:00 register"
ASSIGNED = "10:00 register\n10:01 assign sales owner=李明"
TALKED = f"{ASSIGNED}\n10:02 respond n"
OFFERED = f"{TALKED}\n10:03 propose offer compensation=300"
CLOSED = f"{TALKED}\n10:04 resolve o\n10:05 close r"
Events = list[dict[str, Any]]


def told(
    before: str,
    events: Events,
    changes: str = "",
    *,
    who: Identity = WANG,
    committed: str = "11:00",
    official: Calendar | None = None,
    **facts: Any,
) -> list[str]:
    """What is said of events behind others: `2 due: due.response`, by the position in the file."""
    earlier = complaint(before, **facts).data["events"] if before else []
    found = Complaint.read({**FACTS, **facts, "events": [*earlier, *events]})
    of = policy(changes)
    history = of.history(replace(found, events=found.events[: len(earlier)]))
    under = Circumstances(who, at(committed), of, official or calendar(of))
    verdicts = of_complaint(history, found.events[len(earlier) :], under)
    return [f"{each.index} {each.rule}: {'.'.join(each.where) or type(each.error).__name__}" for each in verdicts]


def written(before: str, *lines: str, now: str = "11:00", **how: Any) -> Events:
    """The events that one command would write, as a file has them."""
    number = len(complaint(before).events)
    return [yamlfile.plain(each.data) for each in enter(before, *lines, now=now, **how).events[number:]]


def forged(event: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An event with fields changed, added, or (by None) left out."""
    return {name: value for name, value in {**event, **changes}.items() if value is not None}


@pytest.mark.parametrize(
    ("before", "lines", "how"),
    [
        (REGISTERED, ["assign sales"], {}),
        (REGISTERED, ["assign sales due=18T12:00"], {}),
        (REGISTERED, ["assign sales"], {"changes": PLAYBOOK}),
        (ASSIGNED, ["respond called via=phone"], {"when": "10:30"}),
        (ASSIGNED, ["respond called"], {"when": "10:30", "now": "18T11:00", "reason": "written up later"}),
        (ASSIGNED, ["task look due=18T12:00"], {"by": "李明"}),
        (TALKED, ["amend changes.customer.contact=13900000000"], {"reason": "r"}),
        (OFFERED, ["approve general-manager"], {}),
        (TALKED, ["escalate severity=major"], {"reason": "r"}),
        (TALKED, ["resolve o cause=attitude agreed=10:30"], {}),
        (f"{TALKED}\n10:03 resolve o", ["followup dissatisfied", "assign service"], {}),
        (f"{TALKED}\n10:03 resolve o", ["close no"], {"reason": "r"}),
        (CLOSED, ["redact fields=customer.contact"], {"reason": "r"}),
        (ASSIGNED, ["assign service"], {"changes": PLAYBOOK, "when": "10:00:30"}),
    ],
)  # fmt: skip
def test_what_a_command_wrote_is_no_wrong(before: str, lines: list[str], how: dict[str, Any]) -> None:
    """Whatever a command writes, the judge would write too: by its policy, its author, its clock."""
    events = written(before, *lines, **how)
    changes = how.get("changes", "")
    assert told(before, events, changes, committed=how.get("now", "11:00")) == []
    assert told(before, [forged(events[0], note="n"), *events[1:]], changes, committed=how.get("now", "11:00")) == []


def test_a_registration() -> None:
    """A new complaint's facts are judged with its first event."""
    half_past = "2026-03-16T10:30:00+08:00"
    register = {"at": "2026-03-16T10:00:00+08:00", "by": "王芳", "action": "register",
                "due": {"registration": half_past, "assignment": half_past}}  # fmt: skip
    assert told("", [register], committed="10:00") == []
    assert told("", [register], committed="10:00", channel="regulator") == ["0 process: TooMild"]
    assert told("", [register], committed="10:00", criteria=["safety"]) == ["0 process: TooMild"]
    assert told("", [register], committed="10:00", channel="pigeon") == ["0 process: UnknownName"]


FOUND = """
severities:
  general:
    criteria:
      watched: {label: Watched, when: {severity: major}}
      both: {label: Both, when: {criterion: costly}}
  major:
    criteria:
      costly: {label: Costly, when: {details_over: {claim: '5000'}}}
"""


def test_criteria_that_the_policy_finds() -> None:
    """A new complaint has the criteria that are found in its facts; those that need others may have come too late."""
    half_past = "2026-03-16T10:30:00+08:00"
    register = {"at": "2026-03-16T10:00:00+08:00", "by": "王芳", "action": "register",
                "due": {"registration": half_past, "assignment": half_past}}  # fmt: skip
    costly: dict[str, Any] = {"details": {"claim": 9000}}
    assert told("", [register], FOUND, committed="10:00", **costly) == ["0 process: NotAsWritten"]
    found = told("", [register], FOUND, committed="10:00", **costly, criteria=["costly"])
    assert found == ["0 process: TooMild"]
    major = {**costly, "criteria": ["costly"], "severity": "major"}
    assert "0 process: NotAsWritten" not in told("", [register], FOUND, committed="10:00", **major)


ASSIGN = written(REGISTERED, "assign sales")[0]
RESPOND = written(ASSIGNED, "respond called")[0]
LATE = written(ASSIGNED, "respond called", when="10:30", now="18T11:00", reason="r")[0]


@pytest.mark.parametrize(
    ("before", "event", "committed", "wanted"),
    [
        (ASSIGNED, RESPOND, "10:59:59", ["2 future: at"]),
        (ASSIGNED, forged(RESPOND, by=" "), "11:00", ["2 process: NotAsWritten"]),
        (ASSIGNED, forged(RESPOND, provisional=[]), "11:00", ["2 process: NotAsWritten"]),
        (ASSIGNED, forged(RESPOND, at="2026-03-16T10:00:59+08:00"), "10:01",
         ["2 late-entry: at", "2 process: MakesVoid"]),
        (ASSIGNED, forged(RESPOND, at="2026-03-16T10:01:00+08:00"), "09:56", []),
        (ASSIGNED, forged(RESPOND, at="2026-03-16T10:01:00+08:00"), "09:55:59", ["2 future: at"]),
        (ASSIGNED, RESPOND, "12:00", []),
        (ASSIGNED, RESPOND, "12:00:01", ["2 late-entry: at"]),
        (ASSIGNED, LATE, "18T11:00", []),
        (ASSIGNED, LATE, "18T10:00", ["2 future: at"]),
        (ASSIGNED, LATE, "19T11:00", ["2 late-entry: at"]),
        (ASSIGNED, forged(LATE, reason=None), "18T11:00", ["2 late-entry: LateEntry"]),
        (ASSIGNED, forged(RESPOND, at="2026-03-16T09:00:00+08:00", recorded=RESPOND["at"]), "11:00",
         ["2 process: BeforeReceipt"]),
        (ASSIGNED, forged(RESPOND, recorded=RESPOND["at"]), "11:00", ["2 process: recorded"]),
        (REGISTERED, forged(RESPOND), "11:00", ["1 process: NotAllowed"]),
        (ASSIGNED, forged(RESPOND, note=None), "11:00", ["2 process: Required"]),
        (ASSIGNED, forged(RESPOND, action="forgive"), "11:00", ["2 process: NotAsWritten"]),
        (ASSIGNED, forged(RESPOND, via="pigeon"), "11:00", ["2 process: UnknownName"]),
        (CLOSED, forged(RESPOND, action="redact", fields=["channel"], note=None, reason="r"), "11:00",
         ["5 process: NotBlankable"]),
        (OFFERED, forged(RESPOND, action="approve", role="quality", note=None, by="李明"), "11:00",
         ["4 author: by"]),
        (TALKED, forged(RESPOND, action="resolve", outcome="o", note=None), "11:00",
         ["3 due: DueMissing", "3 due: DueMissing", "3 due: DueMissing"]),
        (TALKED, forged(RESPOND, action="escalate", severity="major", reason="r"), "11:00", []),
    ],
)  # fmt: skip
def test_an_event_that_no_command_wrote(before: str, event: dict[str, Any], committed: str, wanted: list[str]) -> None:
    """Each wrong has its rule, and its place in the event where it has one."""
    assert told(before, [event], committed=committed) == wanted


def test_who_may_approve() -> None:
    """An approval is by its author, who holds the role by the policy of its commit."""
    approve = forged(RESPOND, action="approve", role="general-manager", note=None)
    assert told(OFFERED, [approve]) == []
    assert told(OFFERED, [forged(approve, by="李明")], who=LI) == ["4 role: NotInRole"]
    assert told(OFFERED, [approve], who=LI) == ["4 author: by", "4 role: NotInRole"]


def test_own_entries() -> None:
    """Where everybody enters what is theirs, an event of somebody else's hand is named, whatever it is."""
    rule = "audit: {own_entries: true}"
    assert told(ASSIGNED, [RESPOND], rule) == []
    assert told(ASSIGNED, [RESPOND], rule, who=LI) == ["2 author: OnlyIdentity"]


DUE = ASSIGN["due"]


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"due": {**DUE, "response": "2026-03-16T14:00:01+08:00"}}, ["1 due: due.response"]),
        ({"due": {**DUE, "response": "2026-03-16T06:00:00Z"}}, []),
        ({"due": {"response": DUE["response"]}}, ["1 due: DueMissing"]),
        ({"due": {**DUE, "followup": "2026-03-16T14:00:00+08:00"}}, ["1 due: due.followup"]),
        (
            {"due": {**DUE, "response": "2026-03-17T14:00:01+08:00"}, "provisional": ["response"]},
            ["1 due: due.response"],
        ),
        ({"due": {**DUE, "resolution": "2026-03-16T10:59:00+08:00"}}, ["1 process: DueBefore"]),
        ({"owner": "周洁"}, []),
        ({"urgent": True}, ["1 process: urgent"]),
    ],
)
def test_due_instants(changes: dict[str, Any], wanted: list[str]) -> None:
    """What is due follows from the policy, to the second, in whatever offset it is written; provisional ones rest."""
    assert told(REGISTERED, [forged(ASSIGN, **changes)]) == wanted


@pytest.mark.parametrize(
    ("progress", "named", "wanted"),
    [
        ("2027-01-04T18:00:00+08:00", ["progress"], []),  # by all that is known today, and by nothing of it
        ("2027-01-05T18:00:00+08:00", ["progress"], []),  # the make-up day was not known
        ("2027-01-02T18:00:00+08:00", ["progress", "nothing"], []),  # the day off was not known
        ("2027-01-06T18:00:00+08:00", ["progress"], ["1 due: due.progress"]),
        ("2027-01-01T18:00:00+08:00", ["progress"], ["1 due: due.progress"]),
        ("2027-01-05T18:00:00+08:00", ["response"], ["1 calendar: due.progress"]),
        (None, ["progress"], ["1 due: DueMissing"]),
    ],
)
@pytest.mark.parametrize("known", [True, False])
def test_what_may_rest_on_an_unpublished_year(
    progress: str | None, named: list[str], wanted: list[str], known: bool
) -> None:
    """No farther off than its days can move it, also where it is not published to this day."""
    year = OfficialYear({date(2027, 1, 1): "new year"}, frozenset([date(2027, 1, 2)]), published=known)
    published = policy().calendar(lambda code: lambda number: year if number == 2027 else OfficialYear({}, frozenset()))
    (assign,) = written(REGISTERED, "assign sales", now="2026-12-30T17:00")
    due = {name: value for name, value in {**assign["due"], "progress": progress}.items() if value}
    events = [forged(assign, due=due, provisional=named)]
    assert told(REGISTERED, events, committed="2026-12-30T17:00", official=published) == wanted


@pytest.mark.parametrize(
    ("opens", "wanted"),
    [
        ("2027-01-02T00:00:00+08:00", []),
        ("2027-01-04T00:00:00+08:00", []),
        ("2027-01-05T00:00:00+08:00", ["3 due: opens.followup"]),
        (None, ["3 due: DueMissing"]),
    ],
)
def test_a_window_that_rests_on_an_unpublished_year(opens: str | None, wanted: list[str]) -> None:
    """When it opens as when it closes: each no farther off than the year's days can move it."""
    rule = "{from: resolve, until: followup, not_before: 2 working days, within: 9 working days, owed_by: sales}"
    changes = f"deadlines: {{followup: {rule}}}"
    year = OfficialYear({date(2027, 1, 1): "new year"}, frozenset([date(2027, 1, 2)]))
    known = policy(changes).calendar(
        lambda code: lambda number: year if number == 2027 else OfficialYear({}, frozenset())
    )
    (resolve,) = written(TALKED, "resolve o", now="2026-12-30T17:00", changes=changes)
    event = forged(resolve, opens=opens and {"followup": opens}, provisional=["followup"])
    assert told(TALKED, [event], changes, committed="2026-12-30T17:00", official=known) == wanted


def test_nothing_is_provisional_without_a_country() -> None:
    """An office that names no country waits for no calendar to be published."""
    nowhere = policy().calendar(lambda code: no_holidays)
    (assign,) = written(REGISTERED, "assign sales", now="2026-12-30T17:00")
    events = [forged(assign, due={**assign["due"], "progress": "2027-01-20T18:00:00+08:00"}, provisional=["progress"])]
    found = told(REGISTERED, events, committed="2026-12-30T17:00", official=nowhere)
    assert found == ["1 due: due.progress"]


def test_a_playbooks_tasks_are_there() -> None:
    """The tasks that the policy opens follow in the same commit; one that was left out is named."""
    assign, look, tell = written(REGISTERED, "assign sales", changes=PLAYBOOK)
    assert told(REGISTERED, [assign, tell], PLAYBOOK) == ["2 process: TaskNotOpened"]
    assert told(REGISTERED, [assign], PLAYBOOK) == ["1 process: TaskNotOpened", "1 process: TaskNotOpened"]
    later = forged(look, due={"task:look": "2026-03-19T18:00:00+08:00"})
    assert told(REGISTERED, [assign, later, tell], PLAYBOOK) == ["2 due: due.task:look"]
    respond = forged(RESPOND, at=assign["at"])
    assert told(REGISTERED, [assign, respond], PLAYBOOK) == ["2 process: TaskNotOpened", "2 process: TaskNotOpened"]
    assert told("", [assign], PLAYBOOK) == ["0 process: NotYet"]


def in_may() -> Calendar:
    """A calendar with three days off and a make-up day."""
    days = {date(2026, 3, 17): "a", date(2026, 3, 18): "b", date(2026, 3, 20): "c"}
    return policy().calendar(lambda code: lambda year: OfficialYear(days, frozenset([date(2026, 3, 21)])))


@pytest.mark.parametrize(
    ("progress", "wanted"),
    [
        ("2026-03-23T18:00:00+08:00", []),  # 19, 21 (made up), 23
        ("2026-03-19T18:00:00+08:00", ["1 calendar: due.progress"]),  # none of them known
        ("2026-03-24T18:00:00+08:00", ["1 calendar: due.progress"]),  # the make-up day was not known
        ("2026-03-21T18:00:00+08:00", ["1 calendar: due.progress"]),  # one day off was not known
        ("2026-03-26T18:00:00+08:00", ["1 due: due.progress"]),
        ("2026-03-23T17:00:00+08:00", ["1 due: due.progress"]),
    ],
)
def test_days_that_were_not_known_yet(progress: str, wanted: list[str]) -> None:
    """A due instant that follows where fewer official days were known is a note; any other difference is not."""
    event = forged(ASSIGN, due={**DUE, "progress": progress})
    assert told(REGISTERED, [event], official=in_may()) == wanted


@pytest.mark.parametrize(
    ("due", "more"),
    [("2026-03-18T18:00:00+08:00", True), ("2026-03-20T18:00:00+08:00", False), (None, False)],
)
def test_what_asks_more_than_it_need(due: str | None, more: bool) -> None:
    """Due earlier than the policy asks, or where it asks nothing: nobody gains by that."""
    history = policy().history(complaint(REGISTERED))
    name = "progress" if due else "urgent"
    changed = {"due": {**DUE, "progress": due}} if due else {"urgent": True}
    (event,) = Complaint.read({**FACTS, "events": [forged(ASSIGN, **changed)]}).events
    of = policy()
    (found,) = of_complaint(history, [event], Circumstances(WANG, at("11:00"), of, calendar(of)))
    assert (found.where[-1], found.asks_more) == (name, more)


# --- measures ---------------------------------------------------------------------------------------------------

RULES = "measures: {approve: general-manager, verify: parts}"
MEASURE = MeasureFacts("20260316-q8wd", "corrective", "t", "sales")


def measured(lines: Sequence[tuple[str, str, dict[str, Any]]], who: Identity = WANG) -> list[str]:
    """What is said of a measure's events, all of them in one commit of 11:00."""
    events = [
        {"at": f"2026-03-16T{time}:00+08:00", "by": "王芳", "action": action, **rest} for time, action, rest in lines
    ]
    data = {"id": MEASURE.id, "kind": MEASURE.kind, "title": "t", "department": "sales", "events": events}
    found, of = Measure.read(data), policy(RULES)
    under = Circumstances(who, at("11:00"), of, calendar(of))
    verdicts = of_measure(replace(found, events=found.events[:1]), found.events[1:], under)
    return [f"{each.index} {each.rule}: {'.'.join(each.where) or type(each.error).__name__}" for each in verdicts]


NEW = ("10:00", "new", {"due": {"measure": "2026-03-30T18:00:00+08:00"}})


@pytest.mark.parametrize(
    ("lines", "who", "wanted"),
    [
        ([("10:30", "approve", {})], WANG, []),
        ([("10:30", "approve", {})], LI, ["1 author: by", "1 role: NotInRole"]),
        ([("10:30", "approve", {}), ("10:31", "start", {}), ("10:32", "done", {})], WANG, []),
        ([("10:30", "done", {})], WANG, ["1 process: NotAllowed"]),
        ([("10:30", "approve", {}), ("10:31", "start", {}), ("10:32", "done", NEW[2])], WANG, ["3 due: due.measure"]),
        ([("10:30", "approve", {}), ("10:31", "start", {}), ("10:32", "done", {"by": "李明"}),
          ("10:33", "verify", {"effective": False, "department": "parts", **NEW[2]})], WANG, []),
        ([("10:30", "approve", {}), ("10:31", "start", {}), ("10:32", "done", {"by": "李明"}),
          ("10:33", "verify", {"effective": True, "department": "parts", **NEW[2]})], WANG,
         ["4 due: due.measure"]),
        ([("10:30", "approve", {}), ("10:31", "start", {}),
          ("10:32", "done", {**NEW[2], "provisional": ["measure"]})], WANG, ["3 due: due.measure"]),
        ([("10:30", "amend", {"reason": "r"})], WANG, ["1 process: Required"]),
        ([("10:30", "approve", {"cost": 3})], WANG, ["1 process: cost"]),
        ([("09:30", "approve", {})], WANG, ["1 late-entry: at", "1 late-entry: at", "1 process: ClocksDiffer"]),
    ],
)  # fmt: skip
def test_measures(lines: list[tuple[str, str, dict[str, Any]]], who: Identity, wanted: list[str]) -> None:
    """A measure's events are judged as a complaint's are."""
    assert measured([NEW, *lines], who) == wanted
