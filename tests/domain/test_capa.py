"""A measure: its process, what it owes, and how a new entry to it is judged."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from cmplt.domain.capa import OPEN, STATUSES, TABLE, Undertaking, undertaking
from cmplt.domain.capa_entry import enter
from cmplt.domain.complaint import Misread
from cmplt.domain.draft import Draft, Entry, Identity
from cmplt.domain.measure import AMENDABLE, KINDS, Measure, MeasureFacts
from cmplt.domain.measured import measured
from cmplt.domain.period import Period
from cmplt.domain.policy import Policy
from cmplt.errors import (
    BadMeasureAmendment,
    ClocksDiffer,
    DueBefore,
    InTheFuture,
    LateEntry,
    MakesVoid,
    NoMeasureRole,
    NoMembers,
    NoSuchKind,
    NotAllowed,
    NotInRole,
    NotYet,
    OnlyIdentity,
    Retired,
    SamePerson,
    Stands,
    UnknownName,
)
from cmplt.storage import yamlfile
from tests.office import POLICY

WANG, LI = Identity("王芳", "wf@example.com"), Identity("李明", "lm@example.com")
RULES = "measures: {approve: general-manager, verify: parts}\n"
FACTS = {"id": "20260316-q8wd", "kind": "corrective", "title": "培训", "department": "service", "category": "repair"}


def at(day: int, time: str = "10:00:00") -> datetime:
    """A time of March 2026 in Shanghai."""
    return datetime.fromisoformat(f"2026-03-{day:02d}T{time}+08:00")


def event(day: int, action: str, time: str = "10:00:00", due: int | None = None, **fields: Any) -> dict[str, Any]:
    """An event as a file has it."""
    owed = {"due": {"measure": at(due).isoformat()}} if due else {}
    return {"at": at(day, time).isoformat(), "by": "王芳", "action": action, **fields, **owed}


def measure(*events: dict[str, Any], **facts: Any) -> Measure:
    return Measure.read({**FACTS, **facts, "events": list(events) or [event(2, "new", due=20)]})


NOW = at(9)
NEW, APPROVE, START, DONE = event(2, "new", due=20), event(3, "approve"), event(4, "start"), event(5, "done")
LIFE = (NEW, APPROVE, START, DONE)


def policy(more: str = RULES, **replaced: str) -> Policy:
    text = POLICY
    for old, new in replaced.items():
        text = text.replace(old, new)
    return Policy(yamlfile.load(text + more))


def entered(found: Measure, action: str, *, now: datetime = NOW, who: Identity = LI, **how: Any) -> Measure:
    """The measure with an entry of 李明's (unless told otherwise)."""
    entry = Entry(now, how.pop("by", who.name), who, how.pop("at", None), how.pop("reason", None))
    rules = how.pop("policy", None) or policy()
    return enter(found, Draft(action, how.pop("fields", {}), due=how.pop("due", None)), entry, rules)


# --- the process ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "events", "status"),
    [
        ("preventive", (), "proposed"), ("interim", (), "started"), ("improvement", ("approve",), "approved"),
        ("corrective", ("decline",), "declined"), ("corrective", ("approve", "start"), "started"),
        ("interim", ("done",), "done"), ("interim", ("done", "verify+"), "verified"),
        ("interim", ("done", "verify-"), "approved"), ("interim", ("done", "verify-", "start", "done"), "done"),
    ],
)  # fmt: skip
def test_where_a_measure_stands(kind: str, events: tuple[str, ...], status: str) -> None:
    """Each action leads where the table of design §6 says; an interim measure needs no approval."""
    steps = [
        event(3 + i, name.rstrip("+-"), **({"effective": name[-1] == "+"} if name[-1] in "+-" else {}))
        for i, name in enumerate(events)
    ]
    found = undertaking(measure(NEW, *steps, kind=kind))
    assert (found.status, found.void) == (status, [])
    assert found.stands_open == (status in OPEN)


@pytest.mark.parametrize("action", [row.name for row in TABLE if row.name not in ("amend", "attach")])
def test_what_the_process_does_not_allow_is_void(action: str) -> None:
    """Kept, without effect, in every status but its own."""
    told = {"effective": True} if action == "verify" else {}
    life = {
        "proposed": (NEW,), "approved": LIFE[:2], "started": LIFE[:3], "done": LIFE,
        "declined": (NEW, event(3, "decline")), "verified": (*LIFE, event(6, "verify", effective=True)),
    }  # fmt: skip
    assert set(life) == set(STATUSES)
    row = next(each for each in TABLE if each.name == action)
    for status, events in life.items():
        found = undertaking(measure(*events, event(9, action, **told)))
        assert bool(found.void) == (status not in row.allowed), status
        if found.void:
            assert (found.status, found.void) == (status, [len(events)])


def test_events_count_by_their_instants() -> None:
    """Two desks' events that git merged: the order of the instants decides, and a name that is no action is void."""
    found = undertaking(measure(NEW, event(4, "decline"), event(3, "approve"), event(5, "bless")))
    assert (found.status, found.void) == ("approved", [1, 3])
    assert undertaking(measure(*LIFE), as_of=at(4)).status == "started"
    before = undertaking(measure(*LIFE), as_of=at(1))
    assert (before.exists, before.status) == (False, "")


@pytest.mark.parametrize("changes", [{"id": {"to": "x"}}, {"title": {"to": None}}, {"title": 5}, [], None])
def test_an_amendment_that_cannot_be_read_is_void(changes: Any) -> None:
    """It names no fact, takes a compulsory one away, or has no form."""
    found = undertaking(Measure.read({**FACTS, "events": [NEW, event(3, "amend", changes={}, reason="x")]}))
    bad = found.measure.events[1]
    object.__setattr__(bad, "data", {**bad.data, "changes": changes})
    assert undertaking(found.measure).void == [1]


def test_an_amendment_changes_the_facts_from_then_on() -> None:
    """A value, a list, and one that is taken away; what a list of obligations asks of a complaint is there."""
    changes = {"owner": {"to": "陈刚"}, "complaints": {"to": ["20260301-aaaa"]}, "category": {"to": None}}
    found = undertaking(measure(NEW, event(3, "amend", changes=changes, reason="x")))
    facts = found.now.facts
    assert (facts.owner, facts.complaints, facts.category) == ("陈刚", ("20260301-aaaa",), None)
    assert facts.value("complaints") == ["20260301-aaaa"]
    assert (found.subject, found.severity, found.urgent, found.owner) == ("培训", None, False, "陈刚")
    assert facts.with_value("complaints", None).complaints == ()


# --- what is owed -----------------------------------------------------------------------------------------------


def owed(*events: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.state(at(21)), each.owed_by) for each in undertaking(measure(*events)).obligations]


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ((), [("overdue", "service")]),
        ((event(20, "decline"),), [("cancelled", "service")]),
        ((event(20, "decline", "10:00:01"),), [("late", "service")]),
        ((APPROVE, START, event(20, "done")), [("met", "service")]),
        ((APPROVE, START, event(20, "done", "10:00:01")), [("late", "service")]),
        (
            (APPROVE, START, DONE, event(6, "verify", effective=False, due=22)),
            [("met", "service"), ("open", "service")],
        ),
        ((event(3, "done"),), [("overdue", "service")]),
    ],
)  # fmt: skip
def test_what_a_measure_owes(events: tuple[dict[str, Any], ...], found: list[tuple[str, str]]) -> None:
    """Open until it is done, to the second; a declined one owes nothing, one without effect owes again."""
    assert owed(NEW, *events) == found


def test_it_is_owed_by_the_department_that_has_it() -> None:
    """What is not past its time passes on with the measure; what is late stays with who was late."""
    change = {"department": {"from": "service", "to": "parts"}}
    assert owed(NEW, event(20, "amend", changes=change, reason="x")) == [("overdue", "parts")]
    assert owed(NEW, event(20, "amend", "10:00:01", changes=change, reason="x")) == [("overdue", "service")]


def test_a_second_due_does_not_open_what_stands_open() -> None:
    """A hand-written due beside an open one changes nothing."""
    assert owed(NEW, event(3, "approve", due=25)) == [("overdue", "service")]


# --- reading ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], ()), ({**FACTS}, ()), ({**FACTS, "events": {}}, ("events",)), ({**FACTS, "events": []}, ("events",)),
        ({**FACTS, "events": [APPROVE]}, ("events", 0, "action")), ({**FACTS, "events": [5]}, ("events", 0)),
        ({**FACTS, "title": None, "events": [NEW]}, ("title",)), ({**FACTS, "owner": 5, "events": [NEW]}, ("owner",)),
        ({**FACTS, "complaints": "x", "events": [NEW]}, ("complaints",)),
        ({**FACTS, "complaints": [5], "events": [NEW]}, ("complaints",)),
        ({"id": "x", "events": [NEW]}, ()),
        ({**FACTS, "events": [{**NEW, "effective": "yes"}]}, ("events", 0, "effective")),
    ],
)  # fmt: skip
def test_what_cannot_be_read(data: Any, path: tuple[str | int, ...]) -> None:
    """The place of what is wrong is told."""
    with pytest.raises(Misread) as error:
        Measure.read(data)
    assert error.value.path == path


def test_the_facts_are_those_of_the_design() -> None:
    """Id, kind, title, description, complaints, category, department, owner; all but the id can be amended."""
    assert set(AMENDABLE) == set(MeasureFacts.__dataclass_fields__) - {"id"}
    assert KINDS == ("interim", "corrective", "preventive", "improvement")


# --- entries ----------------------------------------------------------------------------------------------------


def test_an_entry_is_written_as_the_file_has_it() -> None:
    """Keys in their order, instants with the office's offset, what was worked out written out."""
    found = entered(
        measure(*LIFE), "verify", at=at(8), reason="r", due=at(25), fields={"effective": False, "note": "n"}
    )
    assert list(found.events[-1].data.items()) == [
        ("at", at(8)), ("by", "李明"), ("action", "verify"), ("recorded", at(9)), ("effective", False),
        ("department", "parts"), ("note", "n"), ("reason", "r"), ("due", {"measure": at(25)}),
    ]  # fmt: skip
    told = entered(measure(*LIFE), "verify", fields={"effective": True, "department": "sales"}).events[-1]
    assert (told.data["department"], "due" in told.data) == ("sales", False)
    assert (
        "department"
        not in entered(measure(*LIFE), "verify", policy=policy(""), fields={"effective": True}).events[-1].data
    )


@pytest.mark.parametrize(
    ("events", "action", "how", "error"),
    [
        ((NEW,), "start", {}, NotAllowed),
        ((NEW,), "approve", {"at": at(1)}, NotYet),
        ((NEW,), "approve", {"at": at(10)}, InTheFuture),
        ((NEW,), "approve", {"now": at(2) - timedelta(minutes=5, seconds=1)}, ClocksDiffer),
        ((NEW,), "approve", {"who": LI}, NotInRole),
        ((NEW,), "decline", {"who": LI}, NotInRole),
        ((NEW,), "approve", {"policy": policy("")}, NoMeasureRole),
        ((NEW,), "approve", {"policy": policy("measures: {approve: chief}\n")}, NoMembers),
        ((NEW, APPROVE), "start", {"by": "王芳", "policy": policy("audit: {own_entries: true}\n")}, OnlyIdentity),
        (LIFE, "verify", {"by": "王芳", "fields": {"effective": True}}, SamePerson),
        (LIFE, "verify", {"by": " 王芳 ", "fields": {"effective": True}}, SamePerson),
        (LIFE, "verify", {"fields": {"effective": True, "department": "sale"}}, UnknownName),
        (LIFE, "verify", {"fields": {"effective": False}, "due": at(9)}, DueBefore),
        ((*LIFE[:2], event(8, "start")), "start", {"at": at(7), "reason": "x"}, MakesVoid),
        ((NEW, APPROVE), "start", {"at": at(9, "08:59:59")}, LateEntry),
        ((NEW,), "amend", {"fields": {"changes": {"id": {"to": "x"}}}}, BadMeasureAmendment),
        ((NEW,), "amend", {"fields": {"changes": {"title": {"to": None}}}}, BadMeasureAmendment),
        ((NEW,), "amend", {"fields": {"changes": {"title": {"to": "培训"}}}}, Stands),
        ((NEW,), "amend", {"fields": {"changes": {"complaints": {"to": None}}}}, Stands),
        ((NEW,), "amend", {"fields": {"changes": {"kind": {"to": "correctiv"}}}}, NoSuchKind),
        ((NEW,), "amend", {"fields": {"changes": {"category": {"to": "rep"}}}}, UnknownName),
        ((NEW,), "amend", {"fields": {"changes": {"department": {"to": "parts"}}},
                           "policy": policy(**{"{label: Parts}": "{label: Parts, retired: true}"})}, Retired),
    ],
)  # fmt: skip
def test_what_is_refused(
    events: tuple[dict[str, Any], ...], action: str, how: dict[str, Any], error: type[Exception]
) -> None:
    """By the process, by the clock, by the policy; each with its own sentence."""
    with pytest.raises(error):
        entered(measure(*events), action, **how)


def test_who_may_approve_includes_who_stands_in() -> None:
    """The role's members, and its delegates up to their last day."""
    assert undertaking(entered(measure(NEW), "approve", who=WANG)).status == "approved"
    standing_in = policy(RULES + "delegations: [{role: general-manager, to: lm@example.com, until: '2026-03-09'}]\n")
    assert undertaking(entered(measure(NEW), "approve", policy=standing_in)).status == "approved"
    with pytest.raises(NotInRole):
        entered(measure(NEW), "approve", policy=standing_in, now=at(10))


def test_an_amendment_writes_down_what_stood_there() -> None:
    """`from` is the value as it stands, also when one entry changes several."""
    changes = {"title": {"to": "复训"}, "owner": {"to": "陈刚"}}
    found = entered(measure(NEW), "amend", fields={"changes": changes}, reason="x")
    assert found.events[-1].data["changes"] == {
        "title": {"from": "培训", "to": "复训"}, "owner": {"from": None, "to": "陈刚"},
    }  # fmt: skip


# --- figures ----------------------------------------------------------------------------------------------------


def ids(found: tuple[Undertaking, ...]) -> list[str]:
    return [each.id[-4:] for each in found]


def test_the_figures_of_a_period() -> None:
    """What was opened, done, verified, found without effect in it; what stands open, and is late, at its end."""
    zone = policy().zone
    again = event(6, "verify", effective=False, due=20)
    life = {
        "aaaa": (NEW,), "bbbb": LIFE, "cccc": (*LIFE, event(6, "verify", effective=True)), "dddd": (*LIFE, again),
        "eeee": (event(3, "new", due=20), event(4, "decline")), "ffff": (event(25, "new", due=30),),
    }  # fmt: skip
    all_of = [measure(*events, id=f"20260302-{name}") for name, events in life.items()]
    all_of[0] = measure(NEW, id="20260302-aaaa", department="parts")
    window = Period.days(at(3).date(), at(21).date()).window(zone)

    def of(department: str | None = None, until: datetime = window.end) -> Any:
        seen = min(until, window.end)
        return measured(all_of, window, until=until, seen=seen, department=department)

    found = of()
    assert (ids(found.opened), ids(found.done)) == (["eeee"], ["bbbb", "cccc", "dddd"])
    assert (ids(found.verified), ids(found.ineffective)) == (["cccc"], ["dddd"])
    assert ids(found.open) == ["aaaa", "bbbb", "dddd"]
    assert [each.id[-4:] for each in found.open if found.overdue(each)] == ["aaaa", "dddd"]
    assert ids(found.concerned) == ["aaaa", "bbbb", "cccc", "dddd", "eeee"], "the last was not there yet"
    assert ids(of("parts").concerned) == ["aaaa"]
    early = of(until=at(5) + timedelta(seconds=1))
    assert (ids(early.done), ids(early.verified)) == (["bbbb", "cccc", "dddd"], [])
    assert not any(map(early.overdue, early.open))
    assert ids(of(until=at(5)).done) == [], "what happens at the first instant after is not seen"
    assert [each.id[-4:] for each in found.of_issue("repair", "service")] == ["bbbb", "dddd"]
    assert (found.open[1].opened, found.open[1].owes) == (at(2), None)
    assert found.of_issue("attitude", "service") == found.of_issue("repair", None) == []
