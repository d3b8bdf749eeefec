"""Facts and events as they stand in a complaint's file."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain.complaint import AMENDABLE, Complaint, Event, Facts, Misread
from cmplt.domain.figures import figures
from cmplt.domain.period import Period
from tests.domain.build import FACTS, at, complaint, courses, event, policy, written

REGISTER = event("10:00 register")


def test_the_compulsory_facts_are_enough() -> None:
    """A complaint with the compulsory facts alone has harmless values for all others."""
    facts = Complaint.read({**FACTS, "events": [REGISTER]}).facts
    assert facts == Facts(
        id="20260316-7k3f",
        received=at("10:00"),
        channel="phone",
        customer={"name": "客户甲", "contact": "13800000000"},
        category="attitude",
        severity="general",
        subject="态度冷淡",
    )
    assert (facts.received_by, facts.kind, facts.criteria, facts.urgent) == (None, None, (), False)
    assert (facts.description, facts.details, facts.related, facts.imported) == ("", {}, (), False)


OPTIONAL = {
    "received_by": "sales",
    "kind": "claim",
    "criteria": ["safety"],
    "urgent": True,
    "description": "a\nb",
    "details": {"plate": "A1"},
    "related": ["20260316-0000"],
    "occurred": "2026-03-15",
    "place": "hall",
    "external_id": "12315",
    "imported": True,
}


def test_every_optional_fact_is_read() -> None:
    """All optional facts are read as they stand."""
    facts = Complaint.read({**FACTS, **OPTIONAL, "events": [REGISTER]}).facts
    assert {name: facts.value(name) for name in OPTIONAL} == OPTIONAL
    assert set(AMENDABLE) == {*FACTS, *OPTIONAL} - {"id"}


@pytest.mark.parametrize("name", ["description", "received_by", "kind", "occurred", "place", "external_id"])
def test_an_optional_text_may_be_null(name: str) -> None:
    """An optional text of null is as good as none."""
    assert Complaint.read({**FACTS, name: None, "events": [REGISTER]}).facts == complaint("10:00 register").facts


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"id": 5}, ("id",)),
        ({"channel": None}, ("channel",)),
        ({"category": ["a"]}, ("category",)),
        ({"severity": 1}, ("severity",)),
        ({"subject": {}}, ("subject",)),
        ({"received": "2026-03-16"}, ("received",)),
        ({"received": "2026-03-16T10:00:00"}, ("received",)),
        ({"received": "2026-03-16T10:00:00.5+08:00"}, ("received",)),
        ({"received": "2026-02-30T10:00:00+08:00"}, ("received",)),
        ({"received": 20260316}, ("received",)),
        ({"customer": "甲"}, ("customer",)),
        ({"customer": {}}, ("customer",)),
        ({"customer": {"name": 5}}, ("customer", "name")),
        ({"kind": 5}, ("kind",)),
        ({"criteria": "safety"}, ("criteria",)),
        ({"criteria": [5]}, ("criteria",)),
        ({"criteria": ["safety", 5]}, ("criteria",)),
        ({"criteria": ["safety", 5]}, ("criteria",)),
        ({"criteria": ["safety", 5]}, ("criteria",)),
        ({"related": {}}, ("related",)),
        ({"urgent": "yes"}, ("urgent",)),
        ({"imported": 1}, ("imported",)),
        ({"details": []}, ("details",)),
        ({"events": []}, ("events",)),
        ({"events": {}}, ("events",)),
        ({"events": ["register"]}, ("events", 0)),
        ({"events": [REGISTER, {**REGISTER, "at": "now"}]}, ("events", 1, "at")),
        ({"events": [REGISTER, {**REGISTER, "by": 5}]}, ("events", 1, "by")),
        ({"events": [REGISTER, {**REGISTER, "action": None}]}, ("events", 1, "action")),
        ({"events": [{**REGISTER, "recorded": "now"}]}, ("events", 0, "recorded")),
        ({"events": [{**REGISTER, "due": []}]}, ("events", 0, "due")),
        ({"events": [{**REGISTER, "due": {"response": None}}]}, ("events", 0, "due", "response")),
        ({"events": [{**REGISTER, "opens": {"followup": "soon"}}]}, ("events", 0, "opens", "followup")),
        ({"events": [{**REGISTER, "note": 5}]}, ("events", 0, "note")),
        ({"events": [{**REGISTER, "points": True}]}, ("events", 0, "points")),
        ({"events": [{**REGISTER, "urgent": "true"}]}, ("events", 0, "urgent")),
        ({"events": [{**REGISTER, "files": "x"}]}, ("events", 0, "files")),
        ({"events": [{**REGISTER, "remedy": ["a", 5]}]}, ("events", 0, "remedy")),
        ({"events": [{**REGISTER, "changes": {"subject": "x"}}]}, ("events", 0, "changes")),
        ({"events": [{**REGISTER, "compensation": "a lot"}]}, ("events", 0, "compensation")),
        ({"events": [{**REGISTER, "compensation": "1.234"}]}, ("events", 0, "compensation")),
        ({"events": [{**REGISTER, "compensation": "１００"}]}, ("events", 0, "compensation")),
        ({"events": [{**REGISTER, "agreed": "2026-03-16"}]}, ("events", 0, "agreed")),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(changes: dict[str, Any], path: tuple[str | int, ...]) -> None:
    """A value of a wrong type raises Misread with the path to it."""
    with pytest.raises(Misread) as caught:
        Complaint.read({**FACTS, "events": [REGISTER], **changes})
    assert caught.value.path == path
    assert str(caught.value) == caught.value.expected != ""


@pytest.mark.parametrize("name", [*(name for name in FACTS if name != "id"), "id", "events"])
def test_a_missing_fact_is_named_where_it_is_missing(name: str) -> None:
    """A compulsory key that is not there is reported of the mapping that lacks it."""
    data = {key: value for key, value in {**FACTS, "events": [REGISTER]}.items() if key != name}
    with pytest.raises(Misread) as caught:
        Complaint.read(data)
    assert caught.value.path == ()


@pytest.mark.parametrize("data", [None, [], "text", 5])
def test_a_file_that_is_no_mapping_is_misread(data: object) -> None:
    """A file that holds a list or a single value is no complaint."""
    with pytest.raises(Misread) as caught:
        Complaint.read(data)
    assert caught.value.path == ()


@pytest.mark.parametrize("name", ["at", "by", "action"])
def test_a_missing_key_of_an_event(name: str) -> None:
    """An event without its instant, its author or its action is reported as that event."""
    with pytest.raises(Misread) as caught:
        Complaint.read({**FACTS, "events": [REGISTER, {key: each for key, each in REGISTER.items() if key != name}]})
    assert caught.value.path == ("events", 1)


def test_an_event_is_read_with_its_instants() -> None:
    """Recorded, due and opens are instants; all else stays as the file has it."""
    found = Event.read(event("10:05 resolve done recorded=11:00 due.followup=23T18:00 opens.followup=21T00:00"))
    assert (found.at, found.recorded, found.entered) == (at("10:05"), at("11:00"), at("11:00"))
    assert (found.due, found.opens) == ({"followup": at("23T18:00")}, {"followup": at("21T00:00")})
    assert (found.by, found.action, found.get("outcome"), found.get("cause", "-")) == ("王芳", "resolve", "done", "-")


def test_an_event_without_recorded_was_entered_when_it_happened() -> None:
    """Without `recorded`, the instant of entering is the event's own."""
    found = Event.read(REGISTER)
    assert (found.recorded, found.entered, dict(found.due), dict(found.opens)) == (None, at("10:00"), {}, {})


@pytest.mark.parametrize(
    ("value", "keys"),
    [({"remedy": "goodwill"}, ("goodwill",)), ({"remedy": ["a", "b"]}, ("a", "b")), ({"remedy": []}, ()), ({}, ())],
)
def test_one_key_or_a_list_of_keys(value: dict[str, Any], keys: tuple[str, ...]) -> None:
    """A field that is one key or several is read as several, also where there is none."""
    assert Event.read({**REGISTER, **value}).keys("remedy") == keys


def test_a_complaint_with_further_events() -> None:
    """Events are added behind those there are, and nothing else changes."""
    one = complaint("10:00 register")
    further = Event.read(event("10:01 assign sales"))
    longer = one.with_events(further, further)
    assert (longer.id, longer.facts) == ("20260316-7k3f", one.facts)
    assert longer.events == (*one.events, further, further)


@pytest.mark.parametrize(
    ("name", "value"),
    [("subject", "态度冷淡"), ("customer.contact", "13800000000"), ("customer.fax", None), ("criteria", ["safety"])],
)
def test_the_value_of_a_fact_by_its_name(name: str, value: object) -> None:
    """Facts are had by the names that amend uses, lists as lists."""
    assert complaint("10:00 register", criteria=["safety"]).facts.value(name) == value


# --- what can be read can be counted ------------------------------------------------------------------------

FULL = [
    event(line)
    for line in """
10:00 register due.registration=10:30
10:01 assign sales due.response=12:01
10:02 respond called
10:03 propose offer compensation=300 remedy=goodwill
10:04 task look due.task:look=11:00
10:05 adjust points=-1 reason=r
10:06 escalate major reason=r criterion=safety
10:07 approve general-manager
10:08 resolve settled cause=attitude agreed=10:07 due.feedback=18:00
10:09 followup unreached rating=3 answers.outcome=4
10:10 amend changes.subject=x reason=r
""".strip().splitlines()
]
_FIELDS = (
    "department", "owner", "note", "remedy", "compensation", "role", "severity", "criterion", "urgent", "to", "outcome",
    "cause", "agreed", "result", "rating", "answers", "points", "task", "title", "changes", "reason", "files",
)  # fmt: skip


def counted_or_misread(data: dict[str, Any]) -> None:
    """What every command that lists or reports does with a file: it names it as unreadable, or counts it."""
    try:
        found = Complaint.read(data)
    except Misread:
        return
    known, march = courses([found], as_of="04-20T10:00"), Period.month("2026-03")
    assert figures(known, policy(), period=march, as_of=at("04-20T10:00")).flow.received in (0, 1)


@pytest.mark.parametrize(
    ("action", "edit"),
    [
        ("followup", {"result": ["satisfied"]}),
        ("resolve", {"agreed": "2026-03-16"}),
        ("resolve", {"agreed": "2026-03-16T10:07:00"}),
        ("resolve", {"cause": ["attitude"]}),
        ("escalate", {"severity": ["major"]}),
        ("assign", {"department": ["sales"]}),
        ("adjust", {"department": ["sales"]}),
        ("adjust", {"points": "1"}),
        ("followup", {"rating": "good"}),
        ("followup", {"answers": ["good"]}),
        ("followup", {"answers": {"outcome": "good"}}),
        ("task", {"department": ["sales"]}),
        ("amend", {"changes": {"received": {"from": None, "to": "0001-01-01T00:00:00+08:00"}}}),
    ],
)
def test_a_hand_edited_event_never_stops_a_report(action: str, edit: dict[str, Any]) -> None:
    """An event with a value of a wrong type makes its file unreadable, or is counted; it stops nothing."""
    events = [each | edit if each["action"] == action else each for each in FULL]
    assert any(edit.items() <= each.items() for each in events)
    counted_or_misread({**FACTS, "events": events})


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
@pytest.mark.parametrize("place", ["received", "at", "recorded", "due"])
def test_an_instant_at_the_end_of_time_never_stops_a_report(year: str, place: str) -> None:
    """Instants so early or late that no zone has them make a file unreadable, or are counted."""
    register = {**REGISTER, "due": {}, "recorded": written("10:00")}
    register[place] = {"registration": year} if place == "due" else year
    counted_or_misread({**FACTS, "received": register.pop("received", FACTS["received"]), "events": [register]})


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["sales", "major", "2026-03-16", "x", ""]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["from", "to", "subject"]), inner),
    max_leaves=4,
)


@given(
    st.integers(0, 10),
    st.dictionaries(st.sampled_from(_FIELDS), _ANYTHING, max_size=3),
    st.sets(st.sampled_from(_FIELDS)),
)
def test_what_can_be_read_can_be_counted(position: int, edit: dict[str, Any], struck: set[str]) -> None:
    """Whatever somebody strikes out of an event or writes into it, its file is named as unreadable or counted."""
    kept = {name: value for name, value in FULL[position].items() if name not in struck}
    events = [kept | edit if index == position else each for index, each in enumerate(FULL)]
    counted_or_misread({**FACTS, "events": events})
