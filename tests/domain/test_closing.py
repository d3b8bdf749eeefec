"""What must be there before a complaint ends, and what this office makes compulsory (design §6, closing, requires)."""

import pytest

from cmplt.domain.closing import lacking
from cmplt.domain.complaint import Complaint
from cmplt.errors import CmpltError, Lacking, Required
from tests.domain.build import complaint, enter, history, policy

TALKED = "10:00 register\n10:01 assign sales\n10:02 respond n\n"
SIGNED = "10:05 attach files=signed.pdf"


@pytest.mark.parametrize(
    ("closing", "lines", "facts", "names"),
    [
        ("requires: [tasks]", "", {}, []),
        ("requires: [tasks]", "10:03 task look\n10:04 task write", {}, ["look", "write"]),
        ("requires: [tasks]", "10:03 task look\n10:04 task write\n10:05 done look", {}, ["write"]),
        ("requires: [look]", "", {}, ["look"]),
        ("requires: [look]", "10:03 task look", {}, ["look"]),
        ("requires: [look]", "10:03 task look\n10:04 done look", {}, []),
        ("requires: [look]", "10:03 task look\n10:04 done look\n10:05 task look", {}, ["look"]),
        ("requires: [look, tasks]", "10:03 task look", {}, ["look"]),
        ("requires: [photo]", "", {}, ["photo"]),
        ("also: [{when: {severity: major}, requires: [photo]}]", "", {}, []),
        ("also: [{when: {severity: major}, requires: [photo]}]", "", {"severity": "major"}, ["photo"]),
        ("also: [{when: {severity: major}, unless: {channel: phone}, requires: [x]}]", "", {"severity": "major"}, []),
        ("also: [{when: {remedy: goodwill}, requires: [photo]}]", "10:03 propose p remedy=goodwill", {}, ["photo"]),
        ("{requires: [look], also: [{requires: [photo, look]}]}", "", {}, ["look", "photo"]),
    ],
)  # fmt: skip
def test_what_is_lacking(closing: str, lines: str, facts: dict[str, str], names: list[str]) -> None:
    """Open tasks by `tasks`, a named one that was not done, a kind of attachment that is not there."""
    found = history(TALKED + lines, **facts)
    changes = f"closing: {closing}" if closing.startswith("{") else f"closing: {{{closing}}}"
    assert lacking(found.now, found.steps[-1].event, policy(changes)) == names


def test_a_kind_of_attachment_is_there_once_it_was_attached() -> None:
    """Whatever happened since."""
    data = dict(complaint(TALKED + SIGNED).data)
    data["events"][-1]["files"][0]["kind"] = "signature"
    of = policy("closing: {requires: [signature]}")
    found = of.history(Complaint.read(data))
    assert lacking(found.now, found.steps[-1].event, of) == []


@pytest.mark.parametrize("line", ["resolve o", "close stuck"])
def test_resolve_and_close_are_refused_without_it(line: str) -> None:
    """And name what is lacking."""
    with pytest.raises(Lacking) as refused:
        enter(TALKED + "10:03 task look", line, now="10:30", reason="r", changes="closing: {requires: [tasks]}")
    assert refused.value.fields["names"] == ["look"]


def test_a_call_that_was_made_is_always_written_down() -> None:
    """A follow-up is never refused for it (design §6)."""
    before = TALKED + "10:03 resolve o\n10:04 task look"
    found = enter(before, "followup satisfied", now="10:30", changes="closing: {requires: [tasks, photo]}")
    assert found.events[-1].action == "followup"


@pytest.mark.parametrize(
    ("requires", "before", "line", "option"),
    [
        ("assign: [owner]", "10:00 register", "assign sales", "owner"),
        ("assign: [owner]", "10:00 register", "assign sales owner=李明", None),
        ("assign: [due]", "10:00 register", "assign sales", "due"),
        ("assign: [due]", "10:00 register", "assign sales due=18T12:00", None),
        ("resolve: [cause, agreed]", TALKED, "resolve o", "cause"),
        ("resolve: [cause, agreed]", TALKED, "resolve o cause=attitude", None),
        ("followup: [rating]", TALKED + "10:03 resolve o", "followup satisfied", "rating"),
        ("followup: [rating]", TALKED + "10:03 resolve o", "followup satisfied rating=4", None),
        ("followup: [rating]", TALKED + "10:03 resolve o", "followup unreached", None),
        ("register: [description]", "", "register", "description"),
        ("register: [note]", "", "register", "note"),
        ("register: [kind, criteria]", "", "register", "kind"),
        ("escalate: [reason]", "10:00 register", "escalate to=quality", "reason"),
        ("adjust: [points]", TALKED, "adjust points=-1", None),
    ],
)
def test_what_this_office_asks_for(requires: str, before: str, line: str, option: str | None) -> None:
    """An option of `requires` is refused where it is missing; an unreached follow-up needs none."""
    begun = (
        complaint(before) if before else complaint("10:00 register").__class__(complaint("10:00 register").facts, ())
    )
    try:
        enter(begun, line, now="10:30", changes=f"requires: {{{requires}}}")
    except CmpltError as error:
        assert isinstance(error, Required)
        assert error.fields["option"] == option
    else:
        assert option is None


def test_a_fact_counts_where_the_registration_asks_for_it() -> None:
    """`requires: {register: [description]}` looks at the facts."""
    whole = complaint("10:00 register", description="三次返修")
    assert enter(
        Complaint(whole.facts, ()), "register", now="10:30", changes="requires: {register: [description]}"
    ).events


def test_a_playbooks_task_needs_none_of_it() -> None:
    """What opens by itself cannot be asked for more."""
    changes = "requires: {task: [due, note]}\nplaybooks: [{after: assign, tasks: [{task: look}]}]"
    assert enter("10:00 register", "assign sales", now="10:30", changes=changes).events[-1].get("task") == "look"
