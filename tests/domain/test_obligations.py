"""The life of obligations: met, late, overdue or cancelled; passed on, drawn in, recurring (design §4)."""

import pytest
from hypothesis import given

from cmplt.domain.complaint import Complaint
from cmplt.domain.obligations import obligations
from cmplt.domain.process import fold
from tests.domain.build import at, complaint, complaints, history, owed, policy, states

# Deadlines besides those of the tests' policy.
UPDATE = "deadlines: {update: {from: respond, until: [respond, resolve], within: 2 working days, owed_by: department}}"
ANSWERED = "10:00 register\n10:01 assign sales\n10:02 respond called\n"
RESOLVED = ANSWERED + "10:03 resolve settled due.followup=23T18:00 opens.followup=21T00:00\n"


# --- met, late, open, overdue -------------------------------------------------------------------------------

_RESPONSE = "10:00 register\n10:05 assign sales due.response=12:05\n"


@pytest.mark.parametrize(
    ("lines", "now", "state"),
    [
        ("", "12:05", "open"),
        ("", "12:05:01", "overdue"),
        ("12:05 respond n", "12:06", "met"),
        ("12:05:01 respond n", "12:06", "late"),
        ("11:00 respond n\n13:00 respond n", "14:00", "met"),
        ("11:00 progress n", "14:00", "overdue"),
        ("11:00 reject r", "14:00", "cancelled"),
        ("12:05 reject r", "14:00", "cancelled"),
        ("12:05:01 reject r", "14:00", "late"),
    ],
)
def test_met_at_the_due_instant_is_in_time_to_the_second(lines: str, now: str, state: str) -> None:
    """Met or ended at the due instant is in time, a second later is late; past due and open is overdue."""
    assert states(_RESPONSE + lines, now) == [f"response sales {state}"]


def test_what_an_event_opens() -> None:
    """An obligation opens at the event that carries its due instant, and keeps when it was met."""
    (found,) = owed(_RESPONSE + "11:00 respond n\n13:00 respond n")
    assert (found.opened, found.due, found.met) == (at("10:05"), at("12:05"), at("11:00"))
    assert (found.opens, found.ended, found.stands) == (None, None, False)


def test_a_void_event_neither_opens_nor_meets() -> None:
    """What the process does not allow has no effect on what is owed."""
    lines = (
        "10:00 register\n10:01 respond n due.update=11:00\n10:02 assign sales due.response=12:00\n10:03 assign sales"
    )
    assert states(lines + "\n10:04 resolve o\n10:05 close r", "12:01") == ["response sales overdue"]


@pytest.mark.parametrize(
    ("received", "due", "state"), [("10:00", "10:30", "met"), ("09:00", "09:30", "late"), ("09:30", "10:00", "met")]
)
def test_registration_is_met_or_late_the_moment_it_is_written(received: str, due: str, state: str) -> None:
    """An obligation from the receipt opens then, and the registration that carries it meets it at once."""
    (found,) = owed(f"10:00 register due.registration={due}", received=received)
    assert (found.opened, found.met, found.state(at("10:00"))) == (at(received), at("10:00"), state)


@pytest.mark.parametrize(
    ("agreed", "due", "opened", "state"),
    [
        ("agreed=15:00", "18:00", "15:00", "met"),
        ("agreed=13T15:00", "13T18:00", "13T15:00", "late"),
        ("", "18:00", "17:00", "met"),
    ],
)
def test_feedback_counts_from_the_customers_agreement(agreed: str, due: str, opened: str, state: str) -> None:
    """An obligation from the agreement opens when the customer agreed (if nothing says so, at the resolution)."""
    (found,) = owed(f"{ANSWERED}17:00 resolve o {agreed} due.feedback={due}", received="13T10:00")
    assert (found.opened, found.met, found.state(at("17:00"))) == (at(opened), at("17:00"), state)


def test_an_agreement_written_with_another_offset() -> None:
    """The instant of the agreement is the one its text means."""
    (found,) = owed(ANSWERED + "17:00 resolve o agreed=15:00 due.feedback=18:00")
    utc = complaint(ANSWERED + "17:00 resolve o agreed=15:00 due.feedback=18:00")
    data = {**utc.events[-1].data, "agreed": "2026-03-16T07:00:00Z"}
    other = Complaint.read({**complaint(ANSWERED).data, "events": [*complaint(ANSWERED).data["events"], data]})
    assert obligations(fold(other), policy()) == (found,)


def test_an_event_that_both_opens_and_meets_recurs() -> None:
    """Each event of a recurring deadline closes the standing instance and opens the next."""
    lines = (
        "10:00 register\n10:01 assign sales\n10:02 respond a due.update=18T18:00\n"
        "18T18:01 respond b due.update=20T18:00\n19T10:00 respond c due.update=23T18:00\n19T11:00 resolve o"
    )
    found = owed(lines, UPDATE)
    assert [each.state(at("20T10:00")) for each in found] == ["late", "met", "met"]
    assert [each.opened for each in found] == [at("10:02"), at("18T18:01"), at("19T10:00")]
    assert found[-1].met == at("19T11:00")


def test_a_recurring_deadline_is_not_met_by_the_event_that_opens_it() -> None:
    """Only an opening named by an instant is met by the very event that carries the due instant."""
    assert states(ANSWERED + "10:03 respond b due.update=18T18:00", "11:00", UPDATE) == ["update sales open"]


def test_an_event_meets_what_stands_before_it_opens_its_own() -> None:
    """The hand-over that opens a response meets the assignment first."""
    lines = "10:00 register due.assignment=10:30\n10:05 assign sales due.response=12:05"
    assert states(lines, "10:06") == ["assignment customer-service met", "response sales open"]


# --- who owes it --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("facts", "by"), [({}, "customer-service"), ({"received_by": "sales"}, "sales")])
def test_registration_is_owed_by_who_took_it(facts: dict[str, str], by: str) -> None:
    """The department that took the complaint owes its registration, the intake if nobody is named."""
    assert states("10:00 register due.registration=10:30", "10:30", **facts) == [f"registration {by} met"]


def test_an_assignment_passes_on_what_the_department_owes_and_is_not_past_due() -> None:
    """A response not yet due goes with the complaint to the next department; what is owed by name stays."""
    lines = (
        "10:00 register due.assignment=18:00\n10:05 assign sales due.response=12:05 due.progress=11:00\n"
        "10:06 reject r\n10:07 reopen r due.assignment=18:00\n10:08 assign sales due.response=12:05 due.progress=11:00"
    )
    passed = "\n12:05 assign service"
    assert states(lines + passed, "12:05")[-2:] == ["response service open", "progress sales overdue"]
    assert states(lines + "\n12:05:01 assign service", "12:06")[-2:] == [
        "response sales overdue",
        "progress sales overdue",
    ]


def test_what_was_met_or_ended_stays_with_who_owed_it() -> None:
    """A later assignment does not hand over what is settled."""
    lines = "10:00 register\n10:05 assign sales due.response=12:05\n10:06 respond n\n10:07 assign service"
    assert states(lines, "13:00") == ["response sales met"]


def test_an_obligation_keeps_its_opening_when_it_passes_on() -> None:
    """Passing on changes who owes it and nothing else."""
    before, after = owed(_RESPONSE)[0], owed(_RESPONSE + "10:06 assign parts")[0]
    assert (after.owed_by, after.opened, after.due) == ("parts", before.opened, before.due)


def test_the_same_department_again_passes_nothing_on_and_meets_nothing() -> None:
    """Within a round, another owner in the same department changes nothing of what is owed."""
    policies = "deadlines: {care: {from: register, until: assign, within: 1 hour, owed_by: customer-service}}"
    lines = "10:00 register\n10:01 assign sales\n10:02 task x due.care=11:00\n10:03 assign sales owner=李明"
    assert states(lines, "11:00", policies) == ["care customer-service open"]
    assert states(lines + "\n10:04 assign parts", "11:00", policies) == ["care customer-service met"]


_EARLY_CARE = "deadlines: {care: {from: register, until: respond, within: 1 hour, owed_by: department}}"


def test_while_it_is_with_nobody_the_intake_owes_it() -> None:
    """What the department owes is the intake's until the first assignment, and passes then."""
    lines = "10:00 register due.care=11:00"
    assert states(lines, "10:01", _EARLY_CARE) == ["care customer-service open"]
    assert states(lines + "\n10:05 assign sales", "10:06", _EARLY_CARE) == ["care sales open"]
    assert states(lines + "\n11:05 assign sales", "11:06", _EARLY_CARE) == ["care customer-service overdue"]


def test_an_assignment_that_names_no_department_passes_nothing_on() -> None:
    """An assignment that somebody wrote by hand without a department leaves what is owed where it was."""
    lines = "10:00 register due.care=11:00\n10:05 assign owner=李明"
    assert states(lines, "10:06", _EARLY_CARE) == ["care customer-service open"]


def test_a_resolution_by_hand_passes_on_too() -> None:
    """The resolution that assign --due opens is owed by the department, also the next one."""
    lines = "10:00 register\n10:01 assign sales due.resolution=18T18:00\n10:02 assign parts"
    assert states(lines, "10:03") == ["resolution parts open"]
    assert states(lines + "\n10:03 respond n\n10:04 resolve o", "10:05") == ["resolution parts met"]


def test_a_deadline_that_the_policy_does_not_know_is_owed_until_resolve() -> None:
    """An unknown name lasts until resolve, and is owed by the department, passing with the complaint."""
    lines = (
        "10:00 register\n10:01 assign sales due.forgotten=12:00\n10:02 assign parts\n10:03 respond n\n10:04 progress n"
    )
    assert states(lines, "10:05") == ["forgotten parts open"]
    assert states(lines + "\n10:05 resolve o", "10:06") == ["forgotten parts met"]


# --- tasks --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("10:01 task look department=parts due.task:look=12:00", "task:look parts open"),
        ("10:01 task look due.task:look=12:00", "task:look customer-service open"),
        ("10:01 assign sales\n10:02 task look due.task:look=12:00", "task:look sales open"),
        ("10:01 task look due.task:look=12:00\n10:02 assign parts", "task:look customer-service open"),
        ("10:01 task look due.task:look=12:00\n11:00 done other", "task:look customer-service open"),
        ("10:01 task look due.task:look=12:00\n11:00 done look", "task:look customer-service met"),
        ("10:01 task look due.task:look=11:00\n11:00:01 done look", "task:look customer-service late"),
        ("10:01 task look due.task:look=12:00\n11:00 reject r", "task:look customer-service cancelled"),
        ("10:01 task look due.task:look=10:30\n11:00 reject r", "task:look customer-service late"),
        ("10:01 task look due.task:look=12:00\n11:00 reject r\n11:01 done look",
         "task:look customer-service cancelled"),
    ],
)  # fmt: skip
def test_a_task_is_owed_by_its_department_until_it_is_done(lines: str, wanted: str) -> None:
    """A task's obligation stays with its department and is met by its own done, or ended by a rejection."""
    assert states(f"10:00 register\n{lines}", "11:30") == [wanted]


_TASK = "10:03 task look due.task:look=27T12:00\n"


@pytest.mark.parametrize(
    "lines",
    [
        "10:04 resolve o",
        "10:04 close r",
        "10:04 resolve o\n10:05 followup satisfied",
        "10:04 resolve o\n10:05 followup dissatisfied",
        "10:04 resolve o\n10:05 reopen r",
    ],
)
def test_a_task_outlives_the_round(lines: str) -> None:
    """Nothing but a rejection ends a task that is not done, and it can be done afterwards."""
    assert states(ANSWERED + _TASK + lines, "11:00") == ["task:look sales open"]
    assert states(f"{ANSWERED}{_TASK}{lines}\n10:30 done look", "11:00") == ["task:look sales met"]


# --- ending -------------------------------------------------------------------------------------------------

# An obligation that nothing meets, opened in time and after its due.
_PENDING = "deadlines: {audit: {from: respond, until: redact, within: 1 hour, owed_by: department}}"


@pytest.mark.parametrize(
    ("lines", "ended"),
    [
        ("11:00 resolve o", "11:00"),
        ("11:00 close r", "11:00"),
        ("11:00 reject r", "11:00"),
        ("11:00 assign parts", None),
        ("11:00 escalate major reason=r", None),
        ("11:00 amend changes.severity=major reason=r", None),
    ],
)
def test_what_ends_everything_still_open(lines: str, ended: str | None) -> None:
    """A resolution, a closing or a rejection ends what stands open; other events do not."""
    (found,) = owed("10:00 register\n10:01 assign sales\n10:02 respond n due.audit=12:00\n" + lines, _PENDING)
    assert found.ended == (at(ended) if ended else None)
    assert found.met is None


_STILL = "deadlines: {audit: {from: resolve, until: redact, within: 1 hour, owed_by: department}}"


@pytest.mark.parametrize(
    ("lines", "ended"),
    [
        ("11:00 reopen r", "11:00"),
        ("11:00 close r", "11:00"),
        ("11:00 followup satisfied", "11:00"),
        ("11:00 followup dissatisfied", "11:00"),
        ("11:00 followup unreached", None),
        ("11:00 escalate major reason=r", None),
    ],
)
def test_what_ends_everything_after_a_resolution(lines: str, ended: str | None) -> None:
    """A reopening, a closing, and a follow-up that closes or starts a round end what stands; no other follow-up."""
    (found,) = owed(f"{ANSWERED}10:03 resolve o due.audit=12:00\n{lines}", _STILL)
    assert found.ended == (at(ended) if ended else None)


@pytest.mark.parametrize(("result", "ended"), [("satisfied", None), ("unreached", None), ("dissatisfied", "17T10:00")])
def test_an_early_followup_ends_nothing_unless_it_starts_a_round(result: str, ended: str | None) -> None:
    """An early follow-up closes nothing, so it ends nothing; a dissatisfied one ends everything."""
    lines = f"{ANSWERED}10:03 resolve o due.audit=20T12:00 due.followup=23T18:00 opens.followup=21T00:00\n"
    audit, _ = owed(f"{lines}17T10:00 followup {result}", _STILL)
    assert audit.ended == (at(ended) if ended else None)


def test_a_closing_carries_on_with_what_it_opens_itself() -> None:
    """An ending event ends first and then opens its own, which a second satisfied answer does not end."""
    rule = "deadlines: {letter: {from: close, until: attach, within: 3 days, owed_by: department}}"
    lines = ANSWERED + "10:03 close r due.letter=19T18:00"
    assert states(lines, "11:00", rule) == ["letter sales open"]
    assert states(lines + "\n11:00 followup satisfied\n12:00 attach files=x", "13:00", rule) == ["letter sales met"]


def test_a_rejected_complaints_late_obligation_stays_late() -> None:
    """What was past due when the complaint was rejected is charged to whoever owed it."""
    lines = "10:00 register\n10:01 assign sales due.response=11:00 due.progress=19T18:00\n11:01 reject r"
    assert states(lines, "20T10:00") == ["response sales late", "progress sales cancelled"]


# --- a second instance --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("when", "state"), [("11:00", "cancelled"), ("12:00", "cancelled"), ("12:01", "late")])
def test_a_second_instance_ends_the_first(when: str, state: str) -> None:
    """A second obligation of one name ends the first, cancelled or late by its own due instant."""
    lines = f"10:00 register\n10:01 assign sales due.resolution=12:00\n{when} assign sales due.resolution=13:00"
    assert states(lines, "12:30") == [f"resolution sales {state}", "resolution sales open"]


def test_a_reassignment_ends_the_response_it_opens_anew() -> None:
    """What passes to the next department is ended there by the response that the assignment opens."""
    lines = "10:00 register\n10:01 assign sales due.response=12:01\n11:00 assign parts due.response=14:00"
    assert states(lines, "13:00") == ["response parts cancelled", "response parts open"]


# --- escalation ---------------------------------------------------------------------------------------------


def test_an_escalation_draws_in() -> None:
    """The due instant that an escalation writes replaces the standing one; opening and owner stay."""
    lines = "10:00 register\n10:01 assign sales due.response=12:01\n10:30 escalate major reason=r due.response=11:30"
    (found,) = owed(lines)
    assert (found.opened, found.due, found.owed_by) == (at("10:01"), at("11:30"), "sales")
    assert states(lines, "11:31") == ["response sales overdue"]


def test_two_escalations_that_git_merged_never_move_it_later() -> None:
    """Where two desks drew the same obligation in, the earlier due instant holds (arithmetic 6: never later)."""
    lines = "10:00 register\n10:01 assign sales due.response=17:00\n"
    one = "10:30 escalate major reason=r due.response=11:30\n"
    other = "10:40 escalate general urgent=true reason=r due.response=11:40\n"
    assert [each.due for each in owed(lines + one + other)] == [at("11:30")]
    assert [each.due for each in owed(lines + other + one)] == [at("11:30")]


def test_what_an_escalation_draws_in_after_the_department_changed() -> None:
    """The obligation that was passed on is drawn in at the department that owes it now."""
    lines = "10:00 register\n10:01 assign sales due.response=17:00\n10:02 assign parts\n10:30 escalate major reason=r"
    assert states(lines + " due.response=11:30", "12:00") == ["response parts overdue"]


def test_an_escalation_that_opens_by_its_own_rule_is_new() -> None:
    """What a rule opens from escalate ends the standing instance and opens another."""
    rule = "deadlines: {report-up: {from: [assign, escalate], until: progress, within: 1 hour, owed_by: department}}"
    lines = "10:00 register\n10:01 assign sales due.report-up=11:01\n10:30 escalate major reason=r due.report-up=11:30"
    first, second = owed(lines, rule)
    assert (first.ended, first.due) == (at("10:30"), at("11:01"))
    assert (second.opened, second.due, second.stands) == (at("10:30"), at("11:30"), True)


def test_an_escalation_opens_a_deadline_that_the_policy_no_longer_knows() -> None:
    """What an escalation opened by a rule that is gone is still owed, by the department, until resolve."""
    lines = "10:00 register\n10:01 assign sales\n10:30 escalate major reason=r due.report-up=11:30"
    assert states(lines, "12:00") == ["report-up sales overdue"]


def test_an_escalation_draws_in_nothing_that_was_met_meanwhile() -> None:
    """If what an escalation wanted to draw in was met by another desk before, it is not owed anew."""
    lines = "10:00 register\n10:01 assign sales due.response=12:01\n10:20 respond n\n10:30 escalate major reason=r"
    assert states(lines + " due.response=11:30", "12:00") == ["response sales met"]


# --- follow-ups ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("20T23:59:59 followup satisfied", "open"),
        ("20T23:59:59 followup unreached", "open"),
        ("20T23:59:59 followup dissatisfied", "met"),
        ("21T00:00 followup satisfied", "met"),
        ("21T00:00 followup unreached", "met"),
        ("23T18:00 followup unreached", "met"),
        ("23T18:00:01 followup satisfied", "late"),
        ("17T10:00 close r", "cancelled"),
        ("17T10:00 reopen r", "cancelled"),
    ],
)
def test_a_followup_meets_its_obligation_once_the_window_is_open(line: str, wanted: str) -> None:
    """An early follow-up meets it only when it starts a round; from the opening on any does, reached or not."""
    assert states(RESOLVED + line, "23T18:00") == [f"followup customer-service {wanted}"]


def test_a_followup_without_a_window_is_met_by_any() -> None:
    """Where nothing opens later, a follow-up meets its obligation at once, reached or not."""
    lines = ANSWERED + "10:03 resolve o due.followup=23T18:00\n10:04 followup unreached"
    assert states(lines, "24T10:00") == ["followup customer-service met"]


def test_the_window_stands_beside_the_due_instant() -> None:
    """An obligation that opens later knows since when it stands and from when it can be met."""
    (found,) = owed(RESOLVED)
    assert (found.opened, found.opens, found.due) == (at("10:03"), at("21T00:00"), at("23T18:00"))


def test_an_early_answer_then_one_in_time() -> None:
    """After an early satisfied answer the obligation still waits, and the next one in the window meets it."""
    lines = RESOLVED + "17T10:00 followup satisfied\n21T10:00 followup satisfied"
    assert [(each.met, each.state(at("24T10:00"))) for each in owed(lines)] == [(at("21T10:00"), "met")]


def test_a_new_round_owes_its_own() -> None:
    """What a dissatisfied follow-up opens belongs to the department that had it, then to the next one."""
    rule = "deadlines: {again: {from: reopen, until: respond, within: 1 hour, owed_by: department}}"
    lines = ANSWERED + "10:03 resolve o\n11:00 followup dissatisfied due.again=12:00\n"
    assert states(lines, "11:01", rule) == ["again sales open"]
    assert states(lines + "11:00 assign parts", "11:01", rule) == ["again parts open"]
    assert states(lines + "11:00 assign parts\n11:30 respond n", "12:01", rule) == ["again parts met"]


# --- any history whatever -----------------------------------------------------------------------------------


@given(complaints())
def test_of_one_name_only_one_stands(found: Complaint) -> None:
    """Whatever happened, no two obligations of one name stand open, and none that was settled is settled twice."""
    everything = obligations(fold(found), policy())
    standing = [each.name for each in everything if each.stands]
    assert len(standing) == len(set(standing))
    assert all(each.met is None or each.ended is None for each in everything)


@given(complaints())
def test_void_events_change_nothing_that_is_owed(found: Complaint) -> None:
    """Without its void events a complaint owes exactly what it owed with them."""
    whole = fold(found)
    kept = tuple(event for position, event in enumerate(found.events) if position not in whole.void)
    assert obligations(whole, policy()) == obligations(fold(Complaint(found.facts, kept)), policy())


@given(complaints())
def test_a_rejected_or_closed_complaint_owes_nothing_but_tasks(found: Complaint) -> None:
    """What stands open after a rejection is nothing, after a closing only tasks and what came after it."""
    whole = fold(found)
    standing = {each.name for each in obligations(whole, policy()) if each.stands}
    if whole.now.status == "rejected":
        assert standing == set()
    if whole.now.status == "closed":
        assert standing <= {"task:look"}


def test_only_events_up_to_an_instant_open_and_meet() -> None:
    """As of an instant, what came later has neither opened nor met anything."""
    found = obligations(history(_RESPONSE + "12:00 respond n", as_of="11:59"), policy())
    assert [each.state(at("11:59")) for each in found] == ["open"]
