"""The process table of design §3 and the fold of events over it."""

import re
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain.complaint import Complaint, Event
from cmplt.domain.process import PROCESS, STATUSES, fold, next_actions
from tests.domain.build import at, complaint, complaints, happenings, history

# How a complaint gets into each status; wherever that can be, a proposal waits, so that only the status decides.
_OFFERED = "10:00 register\n10:01 assign sales owner=李明\n10:02 respond called\n10:03 propose offer\n"
STORIES = {
    "registered": "10:00 register",
    "assigned": _OFFERED + "10:04 assign service",
    "in-progress": _OFFERED,
    "resolved": _OFFERED + "10:04 resolve settled cause=attitude",
    "closed": _OFFERED + "10:04 close stuck",
    "rejected": _OFFERED + "10:04 reject invalid",
}
# The table: the status that each event leads to, = where it stays, - where the event is void.
TABLE = """
event                              registered  assigned     in-progress  resolved    closed      rejected
register                           -           -            -            -           -           -
assign parts                       assigned    assigned     assigned     -           -           -
respond called                     -           in-progress  =            -           -           -
progress looked                    -           =            =            -           -           -
propose offer                      -           -            =            -           -           -
approve general-manager            -           -            =            -           -           -
decline general-manager            -           -            =            -           -           -
escalate major reason=r            =           =            =            =           -           -
resolve settled                    -           -            resolved     -           -           -
followup satisfied                 -           -            -            closed      =           -
followup unreached                 -           -            -            =           =           -
followup dissatisfied              -           -            -            registered  registered  -
reject invalid                     rejected    rejected     rejected     -           -           -
close stuck                        -           -            closed       closed      -           -
reopen mistake                     -           -            -            registered  registered  registered
amend changes.subject=x reason=r   =           =            =            =           =           =
adjust -1 reason=r                 =           =            =            =           =           =
task look                          =           =            =            =           -           -
done look                          =           =            =            =           =           =
attach files=photo.jpg             =           =            =            =           =           =
redact fields=subject reason=r     -           -            -            -           =           =
"""
_ROWS = [re.split(r"\s{2,}", line) for line in TABLE.strip().splitlines()]
CELLS = [(row[0], status, cell) for row in _ROWS[1:] for status, cell in zip(_ROWS[0][1:], row[1:], strict=True)]


@pytest.mark.parametrize(("line", "status", "cell"), CELLS)
def test_every_row_of_the_process_in_every_status(line: str, status: str, cell: str) -> None:
    """An event leads where the table says from every status, and is void where the table has no place for it."""
    found = history(f"{STORIES[status]}\n11:00 {line}")
    last = found.steps[-1]
    assert last.before.status == status
    assert found.void == ([len(found.steps) - 1] if cell == "-" else [])
    assert found.now.status == (status if cell in "-=" else cell)
    if cell == "-":
        assert last.after == last.before


def test_the_table_names_every_action() -> None:
    """No action of the program is missing from the table above."""
    assert {row[0].split()[0] for row in _ROWS[1:]} == set(PROCESS)
    assert tuple(_ROWS[0][1:]) == STATUSES


@pytest.mark.parametrize("line", [row[0] for row in _ROWS[2:]])
def test_nothing_happens_before_a_complaint_is_registered(line: str) -> None:
    """Every action but register is void for a complaint that is registered only later."""
    found = history(f"11:00 register\n10:01 {line}")
    assert found.void == [1]
    assert found.now == history("11:00 register").now
    assert not history(f"11:00 register\n10:01 {line}", as_of="10:59").exists


def test_an_action_that_nobody_knows_is_void() -> None:
    """An unknown action is kept as void and changes nothing."""
    found = history("10:00 register\n10:01 dance reason=r")
    assert found.void == [1]
    assert found.now.status == "registered"


CARRIES = {
    "register": ("", ""),
    "assign": ("department", "owner"),
    "respond": ("note", "via"),
    "progress": ("note", ""),
    "propose": ("note", "remedy compensation"),
    "approve": ("role", "note"),
    "decline": ("role", "note"),
    "escalate": ("reason severity", "criterion urgent to"),
    "resolve": ("outcome", "cause agreed"),
    "followup": ("result", "via rating answers note"),
    "reject": ("reason", "via"),
    "close": ("reason", "recourse"),
    "reopen": ("reason", ""),
    "amend": ("changes reason", ""),
    "adjust": ("points reason", "department"),
    "task": ("task", "title department"),
    "done": ("task", "note"),
    "attach": ("files", ""),
    "redact": ("fields reason", ""),
}


@pytest.mark.parametrize("action", PROCESS)
def test_what_an_event_carries(action: str) -> None:
    """The fields of every action, and which of them are compulsory, are those of the table."""
    compulsory, optional = CARRIES[action]
    assert sorted(PROCESS[action].compulsory) == sorted(compulsory.split())
    assert sorted(PROCESS[action].optional) == sorted(optional.split())
    assert set(PROCESS[action].carries) == set(f"{compulsory} {optional}".split())


# --- proposals ----------------------------------------------------------------------------------------------

_ANSWERED = "10:00 register\n10:01 assign sales\n10:02 respond called\n"


@pytest.mark.parametrize(
    ("lines", "waits"),
    [
        ("", False),
        ("10:03 propose a", True),
        ("10:03 propose a\n10:04 decline quality", False),
        ("10:03 propose a\n10:04 decline quality\n10:05 propose b", True),
        ("10:03 propose a\n10:04 propose b", True),
        ("10:03 propose a\n10:04 approve quality", True),
        ("10:03 propose a\n10:04 escalate major reason=r", True),
        ("10:03 propose a\n10:04 assign service\n10:05 respond called", True),
        ("10:03 propose a\n10:04 resolve o\n10:05 reopen r\n10:06 assign sales\n10:07 respond called", False),
        ("10:03 propose a\n10:04 resolve o\n10:05 followup dissatisfied\n10:06 assign sales\n10:07 respond c", False),
    ],
)
@pytest.mark.parametrize("judgement", ["approve", "decline"])
def test_only_a_waiting_proposal_is_approved_or_declined(lines: str, waits: bool, judgement: str) -> None:
    """A proposal waits until it is declined or replaced or the round ends; an approval does not end it."""
    found = history(f"{_ANSWERED}{lines}\n11:00 {judgement} general-manager")
    assert bool(found.void) is not waits


# --- rounds, departments and owners -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "round_", "department", "owner"),
    [
        ("", 1, None, None),
        ("10:01 assign sales", 1, "sales", None),
        ("10:01 assign sales owner=李明", 1, "sales", "李明"),
        ("10:01 assign sales owner=李明\n10:02 assign sales owner=王芳", 1, "sales", "王芳"),
        ("10:01 assign sales owner=李明\n10:02 assign service", 1, "service", None),
        ("10:01 assign sales owner=李明\n10:02 reject r\n10:03 reopen r", 2, "sales", "李明"),
        ("10:01 reject r\n10:02 reopen r", 2, None, None),
        ("10:01 assign sales\n10:02 respond n\n10:03 resolve o\n10:04 followup dissatisfied", 2, "sales", None),
        ("10:01 assign sales\n10:02 respond n\n10:03 resolve o\n10:04 followup unreached", 1, "sales", None),
        ("10:01 assign sales\n10:02 respond n\n10:03 close r\n10:04 followup dissatisfied\n10:05 assign parts\n"
         "10:06 respond n\n10:07 resolve o\n10:08 reopen r", 3, "parts", None),
    ],
)  # fmt: skip
def test_a_round_leaves_the_complaint_with_who_had_it(
    lines: str, round_: int, department: str | None, owner: str | None
) -> None:
    """Rounds are counted from one, and a new one leaves department and owner until the next assignment."""
    now = history(f"10:00 register\n{lines}").now
    assert (now.round, now.department, now.owner) == (round_, department, owner)


def test_another_owner_within_a_round_changes_nothing_else() -> None:
    """Assigning to the department that has the complaint neither changes the status nor counts as handing over."""
    found = history(_ANSWERED + "10:03 assign sales owner=李明")
    assert found.now.status == "in-progress"
    assert not found.steps[-1].hands_over
    assert found.steps[1].hands_over
    assert not found.steps[2].hands_over


def test_the_first_assignment_of_a_round_counts_also_to_the_same_department() -> None:
    """After a new round began, an assignment to the department that had it hands it over again."""
    found = history(_ANSWERED + "10:03 resolve o\n10:04 followup dissatisfied\n10:05 assign sales")
    assert [step.starts_round for step in found.steps] == [False, False, False, False, True, False]
    assert found.steps[-1].hands_over
    assert found.now.status == "assigned"


def test_a_reassigned_complaint_must_be_answered_again() -> None:
    """After another department got it, a complaint cannot be resolved before that department answered."""
    found = history(_ANSWERED + "10:03 assign service\n10:04 resolve o\n10:05 respond n\n10:06 resolve o")
    assert found.void == [4]
    assert found.now.status == "resolved"


def test_closing_is_entered_once() -> None:
    """A satisfied follow-up closes a resolved complaint; asking again when it is closed does not close it again."""
    found = history(_ANSWERED + "10:03 resolve o\n10:04 followup satisfied\n10:05 followup satisfied")
    assert [step.enters_closed for step in found.steps] == [False] * 4 + [True, False]


# --- early follow-ups ---------------------------------------------------------------------------------------

_WINDOW = _ANSWERED + "10:03 resolve o due.followup=23T18:00 opens.followup=21T00:00\n"


@pytest.mark.parametrize(
    ("lines", "status", "early"),
    [
        ("20T23:59:59 followup satisfied", "resolved", [True]),
        ("20T23:59:59 followup unreached", "resolved", [True]),
        ("20T23:59:59 followup dissatisfied", "registered", [True]),
        ("21T00:00 followup satisfied", "closed", [False]),
        ("21T00:00 followup unreached", "resolved", [False]),
        ("18T10:00 followup unreached\n19T10:00 followup satisfied", "resolved", [True, True]),
        ("18T10:00 followup satisfied\n21T10:00 followup satisfied", "closed", [True, False]),
        ("21T10:00 followup unreached\n21T10:01 followup satisfied", "closed", [False, False]),
        ("17T10:00 close stuck\n17T10:01 followup satisfied", "closed", [False]),
        ("17T10:00 escalate major reason=r\n17T10:01 followup satisfied", "resolved", [True]),
    ],
)
def test_an_early_followup_closes_nothing(lines: str, status: str, early: list[bool]) -> None:
    """Before the window opens only a dissatisfied customer moves the complaint; from then on everybody does."""
    found = history(_WINDOW + lines)
    assert found.void == []
    assert found.now.status == status
    asked = [step for step in found.steps if step.event.action == "followup"]
    assert [step.before.early(step.event) for step in asked] == early


def test_the_window_of_something_else_is_not_that_of_the_followup() -> None:
    """A window that another deadline opens meanwhile leaves that of the follow-up as it is."""
    other = "17T10:00 attach files=x due.inspection=18T10:00 opens.inspection=17T00:00\n17T12:00 followup satisfied"
    assert history(_WINDOW + other).now.status == "resolved"


def test_a_new_round_has_its_own_window() -> None:
    """After a reopening, a second resolution without a window is followed up at any time."""
    found = history(
        _WINDOW + "17T10:00 reopen r\n17T10:01 assign sales\n17T10:02 respond n\n17T10:03 resolve o\n"
        "17T10:04 followup satisfied"
    )
    assert found.now.status == "closed"


def test_of_two_windows_the_first_to_open_counts() -> None:
    """Where a resolution opens two windows, a follow-up in either of them is not early."""
    both = _ANSWERED + "10:03 resolve o opens.followup=21T00:00 opens.survey=25T00:00\n"
    assert history(both + "20T10:00 followup satisfied").now.status == "resolved"
    assert history(both + "22T10:00 followup satisfied").now.status == "closed"


def test_a_second_window_replaces_the_first() -> None:
    """The window is that of the last resolution."""
    found = history(
        _WINDOW + "17T10:00 followup dissatisfied\n17T10:01 assign sales\n17T10:02 respond n\n"
        "17T10:03 resolve o due.followup=25T18:00 opens.followup=22T00:00\n21T12:00 followup satisfied"
    )
    assert found.now.status == "resolved"
    assert found.now.early(Event(at("21T12:00"), "", "followup"))


# --- facts that events change -------------------------------------------------------------------------------


def test_an_escalation_raises_and_adds() -> None:
    """Escalations set the severity, add criteria once each, and make urgent for good."""
    facts = history(
        "10:00 register\n10:01 escalate major criterion=safety,media urgent=true reason=r\n"
        "10:02 escalate major criterion=safety to=quality reason=r",
        criteria=["media"],
    ).now.facts
    assert (facts.severity, facts.criteria, facts.urgent) == ("major", ("media", "safety"), True)


@pytest.mark.parametrize(
    ("severities", "severity"),
    [(("general", "major", "critical"), "critical"), (("general", "major"), "major"), ((), "major")],
)
def test_nothing_but_an_amendment_lowers_a_severity(severities: tuple[str, ...], severity: str) -> None:
    """The graver of two escalations wins by the policy's order; of names that stand in none, the later one."""
    found = complaint("10:00 register\n10:01 escalate critical reason=r\n10:02 escalate major reason=r")
    assert fold(found, severities=severities).now.facts.severity == severity
    amended = complaint("10:00 register\n10:01 escalate critical reason=r\n10:02 amend changes.severity=major reason=r")
    assert fold(amended, severities=severities).now.facts.severity == "major"


def test_what_was_attached_is_known_by_its_kinds() -> None:
    """Of every attachment so far that has one; a void one attaches nothing."""
    found = history("10:00 register\n10:01 attach files=a.jpg:photo,b.txt\n10:02 attach files=c.pdf:signature")
    assert list(found.now.attached) == ["photo", "signature"]
    assert [[*step.after.attached] for step in found.steps] == [[], ["photo"], ["photo", "signature"]]
    assert not history("10:00 attach files=a.jpg:photo\n10:01 register").now.attached


def test_a_resolution_says_the_cause() -> None:
    """The cause is that of the last resolution in effect."""
    first = _ANSWERED + "10:03 resolve o cause=attitude\n10:04 resolve o cause=workmanship"
    assert history(first).now.cause == "attitude"
    again = first + "\n10:05 reopen r\n10:06 assign sales\n10:07 respond n\n10:08 resolve o cause=workmanship"
    assert history(again).now.cause == "workmanship"


@pytest.mark.parametrize(
    ("change", "value"),
    [
        ("received=2026-03-15T09:00:00Z", at("15T17:00")),
        ("received_by=sales", "sales"),
        ("kind=claim", "claim"),
        ("channel=visit", "visit"),
        ("category=repair", "repair"),
        ("severity=minor", "minor"),
        ("criteria=safety,media", ["safety", "media"]),
        ("criteria=null", []),
        ("urgent=true", True),
        ("urgent=null", False),
        ("subject=rude", "rude"),
        ("description=long", "long"),
        ("description=null", None),
        ("imported=null", None),
        ("occurred=2026-03-14", "2026-03-14"),
        ("place=hall", "hall"),
        ("external_id=A1", "A1"),
        ("related=20260316-0000,20260316-0001", ["20260316-0000", "20260316-0001"]),
        ("imported=true", True),
        ("customer.name=乙", "乙"),
        ("customer.contact=139", "139"),
        ("customer.contact=null", None),
        ("customer.address=here", "here"),
        ("details.plate=B1", "B1"),
        ("details.plate=null", None),
        ("details.a.b=deep", "deep"),
    ],
)
def test_every_kind_of_fact_can_be_amended(change: str, value: object) -> None:
    """An amendment sets any fact but the id from its event on; null takes a fact away."""
    given_: dict[str, Any] = {
        "severity": "major",
        "urgent": True,
        "details": {"plate": "A1"},
        "criteria": ["safety"],
        "description": "d",
    }
    found = history(f"10:00 register\n10:01 amend changes.{change} reason=r", **given_)
    assert found.void == []
    assert found.now.facts.value(change.partition("=")[0]) == value
    assert found.steps[0].after.facts == found.complaint.facts


def test_a_whole_block_can_be_amended() -> None:
    """An amendment of all details at once, as the schema lets a file have it, is read."""
    changes = {"details": {"from": {}, "to": {"plate": "B1"}}, "subject": {"from": "", "to": "x"}}
    data = {"at": "2026-03-16T10:01:00+08:00", "by": "王芳", "action": "amend", "reason": "r", "changes": changes}
    found = fold(complaint("10:00 register").with_events(Event.read(data)))
    assert (found.now.facts.details, found.now.facts.subject) == ({"plate": "B1"}, "x")


@pytest.mark.parametrize(
    "changes",
    [
        {"id": {"to": "20260316-0000"}},
        {"nonsense": {"to": "x"}},
        {"nonsense.key": {"to": "x"}},
        {"subject": {"to": None}},
        {"subject": {"to": 5}},
        {"subject": {}},
        {"received": {"to": "yesterday"}},
        {"customer.name": {"to": None}},
        {"customer": {"to": {}}},
        {"urgent": {"to": "yes"}},
        {"criteria": {"to": "safety"}},
        {"details": {"to": ["x"]}},
        {"with_value": {"to": "x"}},
        {"with_value.x": {"to": "x"}},
        {"subject": {"to": "fine"}, "nonsense": {"to": "x"}},
        {5: {"to": "x"}},
    ],
)
def test_an_amendment_that_cannot_be_read_changes_nothing(changes: object) -> None:
    """An amendment of what is no fact, or to a value that a fact cannot have, is void as a whole."""
    before = complaint("10:00 register")
    data = {"at": "2026-03-16T10:01:00+08:00", "by": "王芳", "action": "amend", "changes": changes}
    found = fold(before.with_events(Event.read(data)))
    assert found.void == [1]
    assert found.now == fold(before).now


@pytest.mark.parametrize(
    ("lines", "open_tasks"),
    [
        ("10:01 task a\n10:02 task b", ("a", "b")),
        ("10:01 task a\n10:02 task b\n10:03 done a", ("b",)),
        ("10:01 task a\n10:02 done c", ("a",)),
        ("10:01 task a\n10:02 reject r", ()),
        ("10:01 task a\n10:02 reject r\n10:03 reopen r", ()),
        ("10:01 task a\n10:02 assign sales\n10:03 respond n\n10:04 close r", ("a",)),
        ("10:01 task a\n10:02 task a\n10:03 done a", ()),
    ],
)
def test_tasks_stay_open_until_done(lines: str, open_tasks: tuple[str, ...]) -> None:
    """A task is open until it is done or the complaint is rejected."""
    assert history(f"10:00 register\n{lines}").now.tasks.keys() == set(open_tasks)


# --- order --------------------------------------------------------------------------------------------------


def test_events_count_in_the_order_of_their_instants() -> None:
    """An event entered late takes effect where it happened, and positions stay those of the file."""
    found = history("10:00 register\n10:20 respond n\n10:10 assign sales\n10:05 respond n")
    assert [step.position for step in found.steps] == [0, 3, 2, 1]
    assert found.void == [3]
    assert found.now.status == "in-progress"


def test_one_instant_is_compared_across_offsets() -> None:
    """Events written with different offsets are ordered by the instant they mean."""
    lines = complaint("10:00 register\n10:30 assign sales").events
    utc = Event.read({"at": "2026-03-16T02:15:00Z", "by": "王芳", "action": "assign", "department": "parts"})
    found = fold(complaint("10:00 register").with_events(lines[1], utc))
    assert found.now.department == "sales"


@pytest.mark.parametrize(("first", "second", "department"), [("sales", "parts", "parts"), ("parts", "sales", "sales")])
def test_the_order_of_the_file_breaks_ties(first: str, second: str, department: str) -> None:
    """Of two events of one instant the one that stands first in the file comes first."""
    found = history(f"10:00 register\n10:01 assign {first}\n10:01 assign {second}")
    assert found.now.department == department


def test_what_two_desks_did_at_once_counts_once() -> None:
    """When two desks resolved and git merged them, the later one is void and opens nothing."""
    found = history(_ANSWERED + "10:05 resolve b\n10:04 resolve a cause=attitude\n10:06 respond n")
    assert found.void == [3, 5]
    assert found.now.cause == "attitude"
    assert [step.event.action for step in found.in_effect] == ["register", "assign", "respond", "resolve"]


def test_as_of_an_instant_later_events_do_not_exist() -> None:
    """The events up to and at the instant are folded, and no others."""
    found = history(_ANSWERED, as_of="10:01")
    assert (len(found.steps), found.now.status) == (2, "assigned")
    assert not history(_ANSWERED, as_of="09:59").exists


def test_the_history_before_a_step() -> None:
    """A history can be had as it was when one of its events happened."""
    found = history(_ANSWERED)
    before = found.before(found.steps[2])
    assert (before.now.status, len(before.steps)) == ("assigned", 2)


@pytest.mark.parametrize(
    ("status", "following"),
    [
        ("registered", "assign reject"),
        ("assigned", "assign respond reject"),
        ("in-progress", "assign respond propose approve decline resolve reject close"),
        ("resolved", "followup close reopen"),
        ("closed", "followup reopen"),
        ("rejected", "reopen"),
    ],
)
def test_what_moves_a_complaint_on_from_each_status(status: str, following: str) -> None:
    """A refusal offers the actions that move the complaint on from where it stands."""
    assert next_actions(history(STORIES[status]).now) == following.split()


# --- any history whatever -----------------------------------------------------------------------------------


@given(happenings())
def test_the_fold_takes_any_sequence_of_events(events: list[dict[str, object]]) -> None:
    """Whatever the events are and in whatever order, the fold accounts for each of them once."""
    found = fold(Complaint(complaint("10:00 register").facts, tuple(map(Event.read, events))))
    assert sorted(step.position for step in found.steps) == list(range(len(events)))
    assert found.exists is any(not step.void for step in found.steps)


@given(complaints())
def test_a_void_event_changes_nothing(found: Complaint) -> None:
    """Without its void events a complaint stands exactly where it stood with them."""
    whole = fold(found)
    kept = [event for position, event in enumerate(found.events) if position not in whole.void]
    without = fold(Complaint(found.facts, tuple(kept)))
    assert without.void == []
    assert without.now == whole.now


@given(complaints(distinct=True), st.randoms())
def test_the_order_of_the_file_means_nothing_for_distinct_instants(found: Complaint, chance: Random) -> None:
    """Two desks' events merged by git in either order give the same history."""
    register, *later = found.events
    later = [event for event in later if event.at != register.at]
    shuffled = list(later)
    chance.shuffle(shuffled)
    one, other = (fold(Complaint(found.facts, (register, *events))) for events in (later, shuffled))
    assert one.now == other.now
    assert [(step.event, step.void) for step in one.steps] == [(step.event, step.void) for step in other.steps]


@given(complaints(), st.integers(0, 90))
def test_as_of_is_the_fold_of_the_events_up_to_then(found: Complaint, day: int) -> None:
    """Looking back to an instant is the same as never having had the later events."""
    moment = found.facts.received + timedelta(days=day)
    past = Complaint(found.facts, tuple(event for event in found.events if event.at <= moment))
    assert fold(found, as_of=moment).now == fold(past).now
