"""Entries judged before they are written: their instant, the process, the policy (design §2, §3, §6)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt import errors
from cmplt.domain.complaint import Complaint, Event
from cmplt.domain.draft import Identity
from cmplt.domain.entry import handed_back
from cmplt.domain.process import fold
from tests.domain.build import LI, WANG, at, clock, complaint, complaints, enter, history, written

REGISTERED = "10:00 register"
ASSIGNED = "10:00 register\n10:01 assign sales owner=李明"
TALKED = ASSIGNED + "\n10:02 respond n"
RESOLVED = TALKED + "\n10:03 resolve o"


def last(*args: Any, **how: Any) -> Event:
    """The last event of what an entry makes of a complaint."""
    return enter(*args, **how).events[-1]


def refused(error: type[errors.CmpltError], *args: Any, **how: Any) -> dict[str, Any]:
    """The fields of the refusal that an entry meets."""
    with pytest.raises(error) as caught:
        enter(*args, **how)
    assert type(caught.value) is error
    return caught.value.fields


# --- when ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "happened"),
    [("10:30", "10:30"), ("10:20", "10:20"), ("10:19:59", "10:20"), ("10:15", "10:20")],
)
def test_an_entry_happens_now_or_just_after_the_last_event(now: str, happened: str) -> None:
    """Without a time it is now; a clock behind the last event by up to five minutes takes that event's instant."""
    found = last(REGISTERED + "\n10:20 assign sales\n10:10 task x", "respond n", now=now)
    assert found.at == at(happened)
    assert found.recorded is None
    assert "recorded" not in found.data


def test_clocks_that_differ_by_more_than_five_minutes() -> None:
    """A second more than five minutes behind is refused, naming both times in the office's zone."""
    fields = refused(errors.ClocksDiffer, REGISTERED + "\n10:20 assign sales", "respond n", now="10:14:59")
    assert fields == {"id": "20260316-7k3f", "clock": written("10:14:59"), "last": written("10:20")}


def test_the_first_event_may_lie_before_the_clock_as_well() -> None:
    """A complaint received by another desk's faster clock is registered at its receipt."""
    fresh = Complaint(complaint(REGISTERED).facts, ())
    assert last(fresh, "register", now="09:55").at == at("10:00")
    refused(errors.ClocksDiffer, fresh, "register", now="09:54:59")


@pytest.mark.parametrize(
    ("when", "now", "recorded"),
    [("10:30", "10:30", None), ("10:29:59", "10:30", "10:30"), ("10:01", "11:01", "11:01"), ("10:25", "10:25", None)],
)
def test_an_entry_with_a_time_records_the_clock_where_it_differs(when: str, now: str, recorded: str | None) -> None:
    """`recorded` is written exactly when a time was given that is not the clock's."""
    found = last(ASSIGNED, "respond n", now=now, when=when)
    assert found.at == at(when)
    assert found.recorded == found.data.get("recorded") == (at(recorded) if recorded else None)
    assert found.entered == at(now)


def test_a_time_given_may_lie_before_the_last_event_of_a_faster_clock() -> None:
    """An entry at the clock's own time is accepted though another desk's event is a little later."""
    assert last(REGISTERED + "\n10:20 task x", "task y", now="10:10", when="10:10").at == at("10:10")


def test_nothing_is_entered_of_the_future() -> None:
    """A second ahead of the clock is refused."""
    fields = refused(errors.InTheFuture, ASSIGNED, "respond n", now="10:30", when="10:30:01")
    assert fields == {"at": written("10:30:01"), "now": written("10:30")}


def test_nothing_happens_before_the_receipt() -> None:
    """An entry may lie at the receipt, not before it."""
    before = complaint("10:30 register", received="10:00")
    assert last(Complaint(before.facts, ()), "register", now="10:30", when="10:00").at == at("10:00")
    fields = refused(errors.BeforeReceipt, before, "task x", now="10:30", when="09:59:59")
    assert fields == {"id": "20260316-7k3f", "at": written("09:59:59"), "received": written("10:00")}


@pytest.mark.parametrize(
    ("when", "changes", "late"),
    [
        ("11:00", "", False),
        ("10:59:59", "", True),
        ("10:30", "late_entry: 90 minutes", False),
        ("10:29:59", "late_entry: 90 minutes", True),
        ("10:01", "late_entry: 1 day", False),
    ],
)
def test_a_late_entry_needs_a_reason(when: str, changes: str, late: bool) -> None:
    """More than the policy's `late_entry` back, a reason is compulsory."""
    if late:
        fields = refused(errors.LateEntry, ASSIGNED, "respond n", now="12:00", when=when, changes=changes)
        assert fields["at"] == written(when)
        assert fields["limit"] == (changes.partition(": ")[2] or "1 hour")
    found = last(ASSIGNED, "respond n", now="12:00", when=when, changes=changes, reason="called from the road")
    assert found.get("reason") == "called from the road"
    assert ("reason" in last(ASSIGNED, "respond n", now="12:00", when="11:30", changes=changes).data) is False


def test_an_actions_own_reason_serves_for_the_late_entry() -> None:
    """Where the action has a reason, that one says also why it is late."""
    found = last(ASSIGNED, "reject", now="18:00", when="11:00", reason="not ours")
    assert (found.get("reason"), found.recorded) == ("not ours", at("18:00"))


def test_a_pair_has_one_instant_and_one_reason() -> None:
    """Both events of a dissatisfied follow-up lie at one instant, each with the clock and the reason."""
    pair = enter(
        RESOLVED, "followup dissatisfied", "assign sales", now="24T12:00", when="24T10:00", reason="phoned at home"
    ).events[-2:]
    assert [event.action for event in pair] == ["followup", "assign"]
    assert {(event.at, event.recorded, event.get("reason")) for event in pair} == {
        (at("24T10:00"), at("24T12:00"), "phoned at home")
    }
    refused(errors.LateEntry, RESOLVED, "followup dissatisfied", "assign sales", now="24T12:00", when="24T10:00")


@pytest.mark.parametrize("line", ["assign parts due={}", "assign sales due={}", "task look due={}"])
def test_what_is_owed_by_hand_is_due_later_than_it_is_asked(line: str) -> None:
    """A time by hand that is not after the event is refused; after it, it may have passed already in a late entry."""
    fields = refused(errors.DueBefore, ASSIGNED, line.format("11:00"), now="12:30", when="11:00", reason="r")
    assert fields == {"due": written("11:00"), "at": written("11:00")}
    found = last(ASSIGNED, line.format("11:00:01"), now="12:30", when="11:00", reason="r")
    assert at("11:00:01") in found.due.values()


# --- how it is written --------------------------------------------------------------------------------------


def test_the_keys_of_a_written_event_stand_in_order() -> None:
    """An event is written with its instants in the office's zone and its keys in the order of the format."""
    found = last(
        TALKED, "resolve o note=n agreed=10:30 cause=attitude", now="12:30", when="11:00", reason="late", by="李明"
    )
    assert list(found.data) == [
        "at", "by", "action", "recorded", "outcome", "cause", "agreed", "note", "reason", "due", "opens"]  # fmt: skip
    assert found.data["by"] == found.by == "李明"
    assert found.data["agreed"] == at("10:30")
    instants = [
        found.data["at"],
        found.data["recorded"],
        found.data["agreed"],
        *found.data["due"].values(),
        *found.data["opens"].values(),
    ]
    assert all(each.utcoffset() == timedelta(hours=8) for each in instants)
    assert found.data["due"] == dict(found.due)


def test_what_was_not_said_is_not_written() -> None:
    """Options that were not given leave no key behind."""
    assert list(last(ASSIGNED, "respond n", now="11:00").data) == ["at", "by", "action", "note"]
    assert "urgent" not in last(ASSIGNED, "escalate to=quality reason=r", now="11:00", reason="r").data


def test_a_note_of_any_event() -> None:
    """Any event may carry a note and a reason."""
    found = last(ASSIGNED, "assign parts note=n", now="11:00", reason="r")
    assert (found.get("note"), found.get("reason")) == ("n", "r")


def test_the_old_events_stay_as_they_are() -> None:
    """An entry adds behind, and changes nothing before it."""
    before = complaint(ASSIGNED)
    after = enter(before, "respond n", now="11:00")
    assert after.events[:-1] == before.events
    assert after.facts == before.facts


# --- the process --------------------------------------------------------------------------------------------


def test_what_the_process_does_not_allow_is_refused_with_what_it_does() -> None:
    """A refusal names the status and the actions that move the complaint on."""
    fields = refused(errors.NotAllowed, REGISTERED, "resolve o", now="11:00")
    assert fields == {
        "id": "20260316-7k3f", "status": "registered", "action": "resolve", "waits": "", "next": ["assign", "reject"],
    }  # fmt: skip


def test_an_approval_without_a_proposal_is_refused_because_none_waits() -> None:
    """The refusal says that what is missing is a waiting proposal."""
    assert refused(errors.NotAllowed, TALKED, "approve general-manager", now="11:00")["waits"] == "a proposal waits"


def test_the_state_that_counts_is_that_of_the_entrys_instant() -> None:
    """A late entry is judged in the state of its own instant."""
    assert refused(errors.NotAllowed, ASSIGNED, "respond n", now="10:30", when="10:00:30")["status"] == "registered"
    assert last(ASSIGNED, "respond n", now="10:30", when="10:01").action == "respond"


def test_nothing_is_entered_before_a_complaint_was_registered() -> None:
    """Between receipt and registration there is nothing yet that anything could happen to."""
    before = complaint("10:30 register", received="10:00")
    fields = refused(errors.NotYet, before, "assign sales", now="11:00", when="10:29:59")
    assert fields == {"id": "20260316-7k3f", "at": written("10:29:59")}
    assert refused(errors.NotAllowed, before, "register", now="11:00")["status"] == "registered"


_BUSY = "10:00 register\n10:10 assign sales\n10:20 respond n\n10:21 propose o\n10:28 approve quality\n10:30 resolve o"


@pytest.mark.parametrize(
    ("line", "when", "later"),
    [
        ("reject", "10:15", "respond"),
        ("reject", "10:25", "approve"),
        ("assign parts", "10:25", "approve"),
        ("assign parts", "10:29", "resolve"),
        ("resolve o", "10:29", "resolve"),
        ("decline general-manager", "10:25", "approve"),
        ("close", "10:29", "resolve"),
    ],
)
def test_what_makes_a_later_event_void_is_refused(line: str, when: str, later: str) -> None:
    """An entry that leaves no place for an event that happened after it is refused, naming that event."""
    fields = refused(errors.MakesVoid, _BUSY, line, now="10:40", when=when, reason="r")
    assert (fields["action"], fields["later"]) == (line.split()[0], later)


@pytest.mark.parametrize(
    ("line", "when"), [("assign parts", "10:15"), ("respond n", "10:25"), ("propose p", "10:25"), ("task x", "10:05")]
)
def test_a_late_entry_that_leaves_the_later_events_their_place(line: str, when: str) -> None:
    """An entry between others is accepted where all that follows stays possible."""
    after = enter(_BUSY, line, now="10:40", when=when)
    assert fold(after).void == []
    assert after.events[-1].at == at(when)


def test_what_was_void_before_is_no_reason_to_refuse() -> None:
    """An event that git's merge left void hinders no other, and may come into effect by a late entry."""
    before = "10:00 register\n10:20 respond n\n10:21 resolve o"
    assert fold(enter(before, "task x", now="10:40")).void == [1, 2]
    assert fold(enter(before, "assign sales", now="10:40", when="10:10")).void == []


# --- names --------------------------------------------------------------------------------------------------

_RETIRED = """
departments: {old-desk: {retired: true}}
channels: {telex: {retired: true}}
categories: {horses: {retired: true}}
severities: {trifle: {retired: true}, grave: {retired: true}}
causes: {weather: {retired: true}}
roles: {clerk: {retired: true}}
kinds: {complaint: {}}
"""


@pytest.mark.parametrize(
    ("lines", "line", "error"),
    [
        (REGISTERED, "assign nowhere", errors.UnknownName),
        (REGISTERED, "assign old-desk", errors.Retired),
        (ASSIGNED, "respond n via=pigeon", errors.UnknownName),
        (ASSIGNED, "respond n via=telex", errors.Retired),
        (TALKED, "propose o remedy=gold", errors.UnknownName),
        (TALKED, "propose o remedy=apology,gold", errors.UnknownName),
        (TALKED + "\n10:03 propose o", "approve nobody", errors.UnknownName),
        (TALKED + "\n10:03 propose o", "approve clerk", errors.Retired),
        (ASSIGNED, "escalate awful", errors.UnknownName),
        (ASSIGNED, "escalate grave", errors.Retired),
        (ASSIGNED, "escalate criterion=noise", errors.UnknownName),
        (ASSIGNED, "escalate to=nobody", errors.UnknownName),
        (ASSIGNED, "escalate to=clerk", errors.Retired),
        (TALKED, "resolve o cause=luck", errors.UnknownName),
        (TALKED, "resolve o cause=weather", errors.Retired),
        (RESOLVED, "followup satisfied via=pigeon", errors.UnknownName),
        (ASSIGNED, "reject via=telex", errors.Retired),
        (ASSIGNED, "adjust 1 department=nowhere", errors.UnknownName),
        (ASSIGNED, "adjust 1 department=old-desk", errors.Retired),
        (ASSIGNED, "task x department=old-desk", errors.Retired),
        (ASSIGNED, "amend changes.channel=telex", errors.Retired),
        (ASSIGNED, "amend changes.category=horses", errors.Retired),
        (ASSIGNED, "amend changes.category=noise", errors.UnknownName),
        (ASSIGNED, "amend changes.severity=trifle", errors.Retired),
        (ASSIGNED, "amend changes.received_by=old-desk", errors.Retired),
        (ASSIGNED, "amend changes.kind=claim", errors.UnknownName),
        (ASSIGNED, "amend changes.criteria=safety,noise", errors.UnknownName),
    ],
)
def test_an_unknown_or_retired_name_is_refused(lines: str, line: str, error: type[errors.CmpltError]) -> None:
    """A new event takes no name that the policy does not know or has retired."""
    refused(error, lines, line, now="11:00", reason="r", changes=_RETIRED)


def test_a_retired_name_that_a_complaint_has_is_kept() -> None:
    """What an old complaint has hinders no other event, and is written out where it must be."""
    found = last(
        complaint(ASSIGNED, severity="trifle"), "escalate to=quality", now="11:00", reason="r", changes=_RETIRED
    )
    assert found.get("severity") == "trifle"


# --- approvals ----------------------------------------------------------------------------------------------

_OFFERED = TALKED + "\n10:03 propose o compensation=300"
_THREE = """
roles: {general-manager: [王芳], quality: [wf@example.com], chief: [李明]}
approvals: [{role: chief}, {role: quality}, {role: general-manager}]
"""


@pytest.mark.parametrize("judgement", ["approve", "decline"])
def test_without_a_role_the_waiting_one_of_mine_is_taken(judgement: str) -> None:
    """The default role is the first that waits and holds the git identity, by name or by e-mail address."""
    found = last(_OFFERED, judgement, now="11:00", changes=_THREE)
    assert found.get("role") == "quality"
    assert last(_OFFERED, judgement, now="11:00", who=LI, changes=_THREE).get("role") == "chief"
    again = _OFFERED + "\n10:04 approve quality"
    assert last(again, judgement, now="11:00", changes=_THREE).get("role") == "general-manager"


def test_who_holds_no_waiting_role_must_name_one() -> None:
    """Where no approval waits for the git identity, the refusal names those that wait."""
    before = _OFFERED + "\n10:04 approve chief"
    fields = refused(errors.NoWaitingRole, before, "approve", now="11:00", who=LI, changes=_THREE)
    assert fields == {
        "id": "20260316-7k3f",
        "identity": "李明",
        "roles": ["quality (wf@example.com)", "general-manager (王芳)"],
    }
    assert last(before, "approve chief", now="11:00", who=LI, changes=_THREE).get("role") == "chief"


@pytest.mark.parametrize("judgement", ["approve", "decline"])
def test_only_the_git_identity_under_the_role_may_judge(judgement: str) -> None:
    """Whoever git says it is must be named under the role; --by does not help."""
    fields = refused(errors.NotInRole, _OFFERED, f"{judgement} general-manager", now="11:00", who=LI, by="王芳")
    assert fields == {"role": "general-manager", "identity": "李明", "members": ["王芳"]}


@pytest.mark.parametrize("line", ["approve chief", "decline chief", "approve", "decline"])
def test_a_role_without_members_names_the_key_to_fill_in(line: str) -> None:
    """Where nobody holds the role that is asked, or the one that waits, the refusal names that role."""
    fields = refused(errors.NoMembers, _OFFERED, line, now="11:00", changes="approvals: [{role: chief}]")
    assert fields == {"role": "chief"}


def test_a_role_that_the_policy_has_retired_cannot_be_taken_by_default() -> None:
    """An approval of a retired role is refused as any retired name."""
    changes = "roles: {old: {members: [王芳], retired: true}}\napprovals: [{role: old}]"
    refused(errors.Retired, _OFFERED, "approve", now="11:00", changes=changes)


@pytest.mark.parametrize(
    ("identity", "members", "among"),
    [
        (WANG, ["王芳"], True),
        (WANG, ["wf@example.com"], True),
        (WANG, ["李明", "王芳"], True),
        (WANG, ["李明"], False),
        (WANG, [], False),
        (Identity("", ""), ["王芳"], False),
    ],
)
def test_members_are_named_by_name_or_address(identity: Identity, members: list[str], among: bool) -> None:
    """A git identity is a member by its name or its e-mail address."""
    assert identity.among(members) is among


# --- escalation ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "line", "severity"),
    [
        ({}, "escalate major", "major"),
        ({}, "escalate criterion=safety", "major"),
        ({}, "escalate criterion=safety,media", "major"),
        ({}, "escalate urgent=true", "general"),
        ({}, "escalate to=quality", "general"),
        ({"severity": "major"}, "escalate criterion=safety", "major"),
        ({"severity": "major"}, "escalate to=quality", "major"),
        ({"severity": "major"}, "escalate major urgent=true", "major"),
        ({"severity": "major"}, "escalate major criterion=safety", "major"),
        ({"severity": "unheard-of"}, "escalate general", "general"),
        ({"criteria": ["safety"]}, "escalate criterion=safety", "major"),
        ({"criteria": ["safety"], "severity": "major"}, "escalate criterion=safety,media", "major"),
    ],
)
def test_an_escalation_writes_the_resulting_severity(facts: dict[str, Any], line: str, severity: str) -> None:
    """The severity that results is always written, given or implied by a criterion; it never falls."""
    found = last(complaint(ASSIGNED, **facts), line, now="11:00", reason="r")
    assert found.get("severity") == severity


@pytest.mark.parametrize(
    ("facts", "line", "standing"),
    [
        ({}, "escalate", "general"),
        ({}, "escalate general", "general"),
        ({"severity": "major"}, "escalate general", "major"),
        ({"severity": "major"}, "escalate general urgent=true", "major"),
        ({"severity": "major"}, "escalate major", "major"),
        ({"urgent": True}, "escalate urgent=true", "general, urgent"),
        ({"severity": "major", "criteria": ["safety"]}, "escalate criterion=safety", "major"),
    ],
)
def test_an_escalation_that_raises_nothing_is_refused(facts: dict[str, Any], line: str, standing: str) -> None:
    """Something must be raised: a graver severity, a new criterion, urgency, or a role it is reported to."""
    fields = refused(errors.NothingRaised, complaint(ASSIGNED, **facts), line, now="11:00", reason="r")
    assert fields == {"id": "20260316-7k3f", "standing": standing}


# --- resolution ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "agreed"),
    [("resolve o", "11:00"), ("resolve o agreed=11:00", "11:00"), ("resolve o agreed=10:00", "10:00")],
)
def test_when_the_customer_agreed_is_written_out(line: str, agreed: str) -> None:
    """The agreement is at the resolution unless it is said when, from the receipt on."""
    assert last(TALKED, line, now="11:00").get("agreed") == at(agreed)


def test_a_customer_agrees_neither_afterwards_nor_before_the_receipt() -> None:
    """An agreement after the resolution or before the receipt is refused."""
    fields = refused(errors.NotAgreedYet, TALKED, "resolve o agreed=11:00:01", now="11:00")
    assert fields == {"agreed": written("11:00:01"), "at": written("11:00")}
    fields = refused(errors.BeforeReceipt, TALKED, "resolve o agreed=09:59:59", now="11:00")
    assert (fields["at"], fields["received"]) == (written("09:59:59"), written("10:00"))


def test_a_corrected_receipt_lets_an_earlier_agreement_in() -> None:
    """What the refusal advises helps: the receipt that counts is the one as it was amended."""
    before = TALKED + "\n10:03 amend changes.received=2026-03-16T09:00:00+08:00 reason=r"
    assert last(before, "resolve o agreed=09:30", now="11:00").get("agreed") == at("09:30")
    fields = refused(errors.BeforeReceipt, before, "resolve o agreed=08:59:59", now="11:00")
    assert fields["received"] == written("09:00")


# --- follow-up ----------------------------------------------------------------------------------------------

_WAITING = RESOLVED + " due.followup=23T18:00 opens.followup=21T00:00"


@pytest.mark.parametrize("result", ["satisfied", "dissatisfied", "unreached"])
def test_an_early_followup_must_be_meant(result: str) -> None:
    """Before the window a follow-up is refused unless it is said to be early; that leaves no key."""
    fields = refused(errors.Early, _WAITING, f"followup {result}", now="20T23:59:59")
    assert fields == {"id": "20260316-7k3f", "opens": written("21T00:00")}
    found = last(_WAITING, f"followup {result} early", now="20T23:59:59")
    assert list(found.data) == ["at", "by", "action", "result"]


def test_a_followup_in_its_window_needs_no_word() -> None:
    """From the opening of the window on a follow-up is entered as it is, as is one that has no window."""
    assert last(_WAITING, "followup satisfied", now="21T00:00").get("result") == "satisfied"
    assert last(_WAITING, "followup satisfied early", now="21T00:00").get("result") == "satisfied"
    assert last(RESOLVED, "followup satisfied", now="11:00").get("result") == "satisfied"


_ASKS = "followup: {scale: 10, questions: {outcome: O, treatment: T}}"


@pytest.mark.parametrize(
    ("line", "changes"),
    [
        ("rating=1", ""),
        ("rating=5", ""),
        ("rating=10", _ASKS),
        ("answers.outcome=1 answers.treatment=5", _ASKS),
        ("rating=7 answers.outcome=3", _ASKS),
    ],
)
def test_ratings_and_answers_on_their_scales(line: str, changes: str) -> None:
    """A rating goes up to the policy's scale (5, unless it says otherwise), an answer to 5."""
    assert last(RESOLVED, f"followup satisfied {line}", now="11:00", changes=changes).action == "followup"


@pytest.mark.parametrize(
    ("line", "changes", "name", "value", "scale"),
    [
        ("rating=0", "", "rating", 0, 5),
        ("rating=6", "", "rating", 6, 5),
        ("rating=11", _ASKS, "rating", 11, 10),
        ("answers.outcome=0", _ASKS, "outcome", 0, 5),
        ("answers.outcome=3 answers.treatment=6", _ASKS, "treatment", 6, 5),
    ],
)
def test_a_rating_off_the_scale_is_refused(line: str, changes: str, name: str, value: int, scale: int) -> None:
    """A number that is not on its scale is refused with the scale."""
    fields = refused(errors.OutOfScale, RESOLVED, f"followup satisfied {line}", now="11:00", changes=changes)
    assert fields == {"name": name, "value": value, "scale": scale}


def test_a_question_that_is_not_asked_is_refused() -> None:
    """Only the policy's questions can be answered."""
    fields = refused(errors.UnknownQuestion, RESOLVED, "followup satisfied answers.price=3", now="11:00", changes=_ASKS)
    assert fields == {"name": "price", "names": ["outcome", "treatment"]}


# --- closing without agreement ------------------------------------------------------------------------------


def test_closing_is_for_the_role_that_the_policy_names() -> None:
    """Whoever holds the role closes; the recourse is written if it was said."""
    found = last(TALKED, "close", now="11:00", reason="stuck")
    assert (found.get("reason"), "recourse" in found.data) == ("stuck", False)
    assert last(TALKED, "close recourse=court", now="11:00", reason="r").get("recourse") == "court"
    fields = refused(errors.NotInRole, TALKED, "close", now="11:00", reason="r", who=LI)
    assert fields["role"] == "general-manager"


@pytest.mark.parametrize(
    ("recourse", "language", "written_"),
    [
        ("call 12315", "en", "call 12315"),
        ("{en: court, zh: 法院}", "zh", "法院"),
        ("{en: court, zh: 法院}", "en", "court"),
        ("{en: court}", "zh", "court"),
    ],
)
def test_the_recourse_of_the_policy_is_written_out(recourse: str, language: str, written_: str) -> None:
    """Without another, the policy's recourse is written in the policy's language."""
    changes = f"language: {language}\nclosing: {{unreconciled: {{recourse: {recourse}}}}}"
    assert last(TALKED, "close", now="11:00", reason="r", changes=changes).get("recourse") == written_
    assert last(TALKED, "close recourse=other", now="11:00", reason="r", changes=changes).get("recourse") == "other"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ("closing: null", errors.NoClosing),
        ("closing: {unreconciled: null}", errors.NoClosing),
        ("closing: {unreconciled: {role: chief}}", errors.NoMembers),
        ("closing: {unreconciled: {after_rounds: 2}}", errors.NotThatRound),
    ],
)
def test_what_the_policy_does_not_allow_to_close(changes: str, error: type[errors.CmpltError]) -> None:
    """Without a role, with nobody in it, or in too early a round, closing is refused."""
    refused(error, TALKED, "close", now="11:00", reason="r", changes=changes)


def test_closing_from_a_round_on() -> None:
    """From the round that the policy names on, closing is accepted."""
    changes = "closing: {unreconciled: {after_rounds: 2}}"
    assert refused(errors.NotThatRound, RESOLVED, "close", now="11:00", reason="r", changes=changes) == {
        "id": "20260316-7k3f", "round": 1, "rounds": 2}  # fmt: skip
    second = RESOLVED + "\n10:04 followup dissatisfied\n10:05 assign sales\n10:06 respond n"
    assert last(second, "close", now="11:00", reason="r", changes=changes).action == "close"


# --- adjustments --------------------------------------------------------------------------------------------


def test_an_adjustment_is_written_with_its_department() -> None:
    """Without another the department is the one that has the complaint; with nobody there is none to adjust."""
    assert last(ASSIGNED, "adjust -1", now="11:00", reason="r").get("department") == "sales"
    assert last(ASSIGNED, "adjust 0 department=parts", now="11:00", reason="r").data["points"] == 0
    assert last(REGISTERED, "adjust 1 department=parts", now="11:00", reason="r").get("department") == "parts"
    assert refused(errors.NoDepartment, REGISTERED, "adjust 1", now="11:00", reason="r") == {"id": "20260316-7k3f"}


@pytest.mark.parametrize(
    ("adjust", "who", "error"),
    [
        ("[]", LI, None),
        ("[general-manager]", WANG, None),
        ("[quality]", WANG, None),
        ("[chief, quality]", WANG, None),
        ("[chief, general-manager]", LI, errors.NotInRole),
        ("[chief]", LI, errors.NoMembers),
    ],
)
def test_who_may_adjust(adjust: str, who: Identity, error: type[errors.CmpltError] | None) -> None:
    """Whoever holds one of the roles that the policy names may adjust, anybody where it names none."""
    how: dict[str, Any] = {"now": "11:00", "reason": "r", "who": who, "changes": f"scoring: {{adjust: {adjust}}}"}
    if error:
        assert refused(error, ASSIGNED, "adjust 1", **how)["role"].startswith("chief")
    else:
        assert last(ASSIGNED, "adjust 1", **how).action == "adjust"


# --- tasks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "line", "title", "department"),
    [
        (REGISTERED, "task look", "look", "customer-service"),
        (ASSIGNED, "task look", "look", "sales"),
        (ASSIGNED, "task look title=查看 department=parts", "查看", "parts"),
        (ASSIGNED + "\n10:02 task look\n10:03 done look", "task look", "look", "sales"),
        (ASSIGNED + "\n10:02 task look", "task call", "call", "sales"),
    ],
)
def test_a_task_is_written_with_title_and_department(lines: str, line: str, title: str, department: str) -> None:
    """The defaults of a task are written out: its name, and the department that has the complaint or the intake."""
    found = last(lines, line, now="11:00")
    assert (found.get("title"), found.get("department")) == (title, department)


def test_no_second_open_task_of_one_name() -> None:
    """A task that is open is not opened again; one that is not open is not done."""
    before = ASSIGNED + "\n10:02 task look\n10:03 task call"
    assert refused(errors.TaskOpen, before, "task look", now="11:00") == {"id": "20260316-7k3f", "task": "look"}
    assert last(before, "done look", now="11:00").action == "done"
    fields = refused(errors.TaskNotOpen, before + "\n10:04 done look", "done look", now="11:00")
    assert fields == {"id": "20260316-7k3f", "task": "look", "tasks": ["call"]}


# --- amendments ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        ("subject=x", "态度冷淡", "x"),
        ("severity=general", "major", "general"),
        ("urgent=false", True, False),
        ("category=repair", "attitude", "repair"),
        ("channel=visit", "phone", "visit"),
        ("criteria=media,safety", ["safety"], ["media", "safety"]),
        ("criteria=null", ["safety"], None),
        ("received=2026-03-16T09:00:00+08:00", "2026-03-16T10:00:00+08:00", "2026-03-16T09:00:00+08:00"),
        ("received_by=sales", None, "sales"),
        ("occurred=2026-03-15", None, "2026-03-15"),
        ("customer.contact=139", "13800000000", "139"),
        ("customer.contact=null", "13800000000", None),
        ("customer.fax=1", None, "1"),
        ("details.plate=B1", "A1", "B1"),
        ("details.colour=red", None, "red"),
    ],
)
def test_an_amendment_says_from_what_to_what(change: str, old: object, new: object) -> None:
    """`from` is the value as it stands, `to` the one from now on, null where there is none."""
    before = complaint(ASSIGNED, severity="major", urgent=True, criteria=["safety"], details={"plate": "A1"})
    found = last(before, f"amend changes.{change}", now="11:00", reason="r")
    assert found.get("changes") == {change.partition("=")[0]: {"from": old, "to": new}}


def test_an_amendment_counts_from_what_was_amended_before() -> None:
    """`from` is not what was taken at intake but what stands now; several facts go into one event."""
    before = enter(ASSIGNED, "amend changes.subject=x changes.customer.name=乙", now="11:00", reason="r")
    assert set(before.events[-1].get("changes")) == {"subject", "customer.name"}
    found = last(before, "amend changes.subject=y", now="11:01", reason="r")
    assert found.get("changes") == {"subject": {"from": "x", "to": "y"}}
    late = last(before, "amend changes.subject=z", now="11:01", when="10:30", reason="r")
    assert late.get("changes")["subject"]["from"] == "态度冷淡"


@pytest.mark.parametrize(
    ("facts", "line", "severity"),
    [
        ({}, "changes.channel=regulator", ("general", "major")),
        ({}, "changes.channel=visit", None),
        ({}, "changes.criteria=safety,media", ("general", "major")),
        ({"criteria": ["safety"], "severity": "major"}, "changes.criteria=null", None),
        ({"criteria": ["safety"], "channel": "regulator"}, "changes.subject=x", None),
        ({"severity": "major"}, "changes.criteria=safety,media changes.severity=general", ("major", "general")),
        ({}, "changes.channel=regulator changes.severity=major", ("general", "major")),
    ],
)
def test_an_amended_channel_or_criterion_raises_the_severity(
    facts: dict[str, Any], line: str, severity: tuple[str, str] | None
) -> None:
    """What an amended channel or criterion implies is written beside it, unless the severity itself is amended."""
    changes = last(complaint(ASSIGNED, **facts), f"amend {line}", now="11:00", reason="r").get("changes")
    assert changes.get("severity") == (dict(zip(("from", "to"), severity, strict=True)) if severity else None)


def test_an_amended_detail_meets_a_criterion() -> None:
    """A criterion that finds itself by its condition is added to those that are there, with the severity it implies."""
    loss = "severities: {major: {criteria: {loss: {label: loss, when: {details_over: {claim: '5000'}}}}}}"
    before = complaint(ASSIGNED, criteria=["media"], details={"claim": "100"})
    found = last(before, "amend changes.details.claim=6000", now="11:00", reason="r", changes=loss)
    assert found.get("changes") == {
        "details.claim": {"from": "100", "to": "6000"},
        "criteria": {"from": ["media"], "to": ["media", "loss"]},
        "severity": {"from": "general", "to": "major"},
    }


@pytest.mark.parametrize(
    "change",
    [
        "id=20260316-0000",
        "events=x",
        "nonsense=x",
        "nonsense.key=x",
        "customer=x",
        "details=x",
        "subject.key=x",
        "subject=null",
        "customer.name=null",
        "received=yesterday",
        "urgent=yes",
        "criteria=safety",
    ],
)
def test_what_cannot_be_amended(change: str) -> None:
    """What is no fact, and a value that a fact cannot have, are refused with the name of the field."""
    fields = refused(errors.BadAmendment, ASSIGNED, f"amend changes.{change}", now="11:00", reason="r")
    assert change.partition("=")[0] in fields["fields"]


def test_a_receipt_is_not_amended_into_the_future() -> None:
    """A complaint cannot have been received after the amendment that says so."""
    line = "amend changes.received=2026-03-16T11:00:0{}+08:00"
    fields = refused(errors.InTheFuture, ASSIGNED, line.format(1), now="11:00", reason="r")
    assert fields == {"at": written("11:00:01"), "now": written("11:00")}
    assert last(ASSIGNED, line.format(0), now="11:00", reason="r").action == "amend"


@pytest.mark.parametrize(
    "change", ["subject=态度冷淡", "severity=general", "received=2026-03-16T10:00:00+08:00", "details.plate=null"]
)
def test_an_amendment_that_changes_nothing_is_refused(change: str) -> None:
    """A fact that has the value already is not amended to it."""
    fields = refused(errors.Stands, ASSIGNED, f"amend changes.{change}", now="11:00", reason="r")
    assert fields == {"id": "20260316-7k3f", "field": change.partition("=")[0]}


# --- handing back -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "department", "owner", "wanted"),
    [
        (RESOLVED, None, None, {"department": "sales", "owner": None}),
        (RESOLVED, "sales", None, {"department": "sales", "owner": None}),
        (RESOLVED, None, "王芳", {"department": "sales", "owner": "王芳"}),
        (RESOLVED, "parts", None, {"department": "parts", "owner": None}),
        (RESOLVED, "parts", "王芳", {"department": "parts", "owner": "王芳"}),
        (REGISTERED + "\n10:01 reject r", None, None, None),
        (REGISTERED + "\n10:01 reject r", "parts", None, {"department": "parts", "owner": None}),
    ],
)
def test_to_whom_a_complaint_is_handed_back(
    lines: str, department: str | None, owner: str | None, wanted: dict[str, Any] | None
) -> None:
    """A new round goes to who had the complaint, or to the department named; where nobody had it, to nobody."""
    assert handed_back(history(lines).now, department=department, owner=owner) == wanted


@pytest.mark.parametrize("line", ["followup dissatisfied", "reopen"])
def test_a_new_round_is_two_events(line: str) -> None:
    """A dissatisfied follow-up, or a reopening, and the assignment: a new round with new deadlines and its own due."""
    after = enter(RESOLVED, line, "assign sales owner=李明 due=27T18:00", now="24T10:00", reason="r")
    now = fold(after).now
    assert (now.status, now.round, now.department, now.owner) == ("assigned", 2, "sales", "李明")
    assert set(after.events[-1].due) == {"response", "progress", "resolution"}


# --- any entry whatever -------------------------------------------------------------------------------------

_ENTRIES = (
    "assign sales", "assign parts due=05-01T12:00", "respond n", "progress n", "propose o compensation=1", "approve",
    "decline", "approve general-manager", "escalate major", "escalate urgent=true", "resolve o", "followup satisfied",
    "followup unreached early", "followup dissatisfied early", "reject", "close", "reopen", "amend changes.subject=y",
    "adjust 1", "task look due=05-01T12:00", "task look", "done look", "attach files=x", "redact fields=x",
)  # fmt: skip


@given(complaints(), st.sampled_from(_ENTRIES), st.integers(0, 90 * 24 * 60))
def test_an_entry_takes_effect_or_is_refused(before: Complaint, line: str, minute: int) -> None:
    """Whatever happened before: an entry is refused with a reason, or takes effect and makes nothing else void."""
    try:
        after = enter(before, line, now="05-01T10:00", when=clock(minute), reason="r")
    except errors.CmpltError:
        return
    assert set(fold(after).void) <= set(fold(before).void)
    assert after.events[:-1] == before.events
    assert (after.events[-1].at, after.events[-1].recorded) == (at(clock(minute)), at("05-01T10:00"))
