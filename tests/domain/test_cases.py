"""What became of a complaint as of an instant: whole, and boiled down."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain.cases import Case, Course, Happening, cases, course
from cmplt.domain.complaint import Complaint
from cmplt.domain.obligations import obligations
from cmplt.domain.process import OPEN
from tests.domain.build import at, complaint, complaints, courses, one_course, policy

SECOND = timedelta(seconds=1)
LINES = "10:00 register\n10:01 assign sales due.response=12:01\n"
MOMENTS = ["01-31T10:00", "02-01T00:00", "02-14T12:00", "03-01T00:00", "03-15T10:00", "07-01T00:00"]


def test_a_case_is_a_complaint_as_of_an_instant() -> None:
    """A case has the history and the obligations up to its instant; what is not yet registered is none."""
    found = complaint(LINES, id="20260316-000a")
    (case,) = cases([found, complaint("11:00 register")], policy(), as_of=at("10:30"))
    assert isinstance(case, Case)
    assert (case.id, case.received) == ("20260316-000a", at("10:00"))
    assert [each.name for each in case.obligations] == ["response"]
    assert case.history == policy().history(found, as_of=at("10:30"))


def test_the_course_of_a_complaint() -> None:
    """It has the facts as they stand, where the complaint is, and what happened, as of an instant."""
    found = one_course(
        """
        10:00 register
        10:01 assign sales owner=李明
        10:02 respond called by=李明
        10:03 escalate major urgent=true reason=worse
        10:04 resolve settled cause=attitude due.followup=23T18:00 opens.followup=21T00:00
        10:05 adjust -2 department=parts reason=r
        10:06 amend changes.subject=别的 changes.category=repair reason=r
        17T10:00 followup unreached rating=3 answers.outcome=4
        17T10:00 dance reason=r
        """,
        kind="complaint",
        as_of="17T10:00",
    )
    assert (found.id, found.received, found.subject, found.kind) == (
        "20260316-7k3f", at("10:00"), "别的", "complaint",
    )  # fmt: skip
    assert (found.channel, found.category, found.severity, found.urgent) == ("phone", "repair", "major", True)
    assert (found.status, found.round, found.department, found.owner) == ("resolved", 1, "sales", "李明")
    assert (found.cause, found.through, found.rejected) == ("attitude", at("17T10:00"), False)
    assert [each.action for each in found.happenings] == [
        "register", "assign", "respond", "escalate", "resolve", "adjust", "amend", "followup",
    ]  # fmt: skip
    adjust, followup = found.happenings[5], found.happenings[7]
    assert (adjust.points, adjust.charged, adjust.department) == (-2, "parts", "sales")
    assert (followup.by, followup.result, followup.rating, followup.answers, followup.early) == (
        "王芳", "unreached", 3, {"outcome": 4}, True,
    )  # fmt: skip


def test_no_course_before_the_registration() -> None:
    """What is not yet registered has none; from the second on in which it is, it has."""
    found = complaint(LINES)
    assert course(found, policy(), as_of=at("09:59:59")) is None
    first = course(found, policy(), as_of=at("10:00"))
    assert first is not None
    assert (first.status, len(first.happenings), first.through) == ("registered", 1, at("10:01"))


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        ("10:02 adjust -3 reason=r", ("sales", -3)),
        ("10:02 adjust -3 department=parts reason=r", ("parts", -3)),
        ("10:02 respond n department=parts points=4", (None, None)),
    ],
)
def test_who_is_charged(lines: str, wanted: tuple[str | None, int]) -> None:
    """An adjustment charges the department that it names, or the one that has the complaint; nothing else charges."""
    last = one_course(LINES + lines).happenings[-1]
    assert (last.charged, last.points) == wanted


def test_what_is_said_of_late_entries_and_of_the_gravest() -> None:
    """The reason is kept of late entries, the story of the gravest complaints; of the others neither."""
    lines = LINES + "10:02 respond n reason=电话里说过 recorded=12:00\n10:03 task look title=查看 reason=r"
    mild, grave = one_course(lines).happenings, one_course(lines, severity="major").happenings
    assert [(each.recorded, each.reason) for each in mild[2:]] == [(at("12:00"), "电话里说过"), (None, None)]
    assert [each.said for each in mild] == [None] * 4
    assert [each.said for each in grave] == [None, None, "n", "查看"]
    assert [each.about for each in grave] == [None, None, None, "look"]


@pytest.mark.parametrize(
    ("line", "about"),
    [
        ("10:03 propose n compensation=300", "300"),
        ("10:03 escalate major reason=r", "major"),
        ("10:03 escalate major criterion=safety,media to=quality reason=r", "major, safety, media, quality"),
        ("10:03 attach files=a.jpg:photo,b.jpg", "a.jpg, b.jpg"),
        ("10:03 resolve o cause=attitude", "attitude"),
        ("10:03 done look", "look"),
        ("10:03 amend changes.subject=x changes.details.plate=y reason=r", "subject, details.plate"),
    ],
)
def test_what_a_step_of_the_gravest_is_about(line: str, about: str) -> None:
    """A task, an amount, a severity, a cause, or what was amended."""
    lines = LINES + "10:02 respond n\n10:02 task look\n" + line
    assert one_course(lines, severity="major").happenings[-1].about == about
    if "escalate" not in line:
        assert one_course(lines).happenings[-1].about is None


def test_which_happening_closes() -> None:
    """The one by which a complaint enters closed, not those that find it closed; it may close again."""
    found = one_course(
        LINES + "10:02 respond n\n10:03 close r\n10:04 amend changes.subject=x reason=r\n10:05 followup satisfied\n"
        "10:06 reopen r\n10:07 assign sales\n10:08 respond n\n10:09 resolve o\n10:10 followup satisfied\n"
        "10:11 adjust 1 reason=r"
    )
    assert [each.at for each in found.happenings if each.closes] == [at("10:03"), at("10:10")]


@pytest.mark.parametrize(
    ("lines", "settled"),
    [
        ("", None),
        ("10:02 respond n\n10:03 resolve o", None),
        ("11:00 reject r", "12:01"),
        ("13:00 reject r", "13:00"),
        ("13:00 reject r\n13:01 assign sales", "13:01"),
        ("11:00 reject r recorded=18T10:00", "18T10:00"),
        ("11:00 respond n\n11:01 task look due.task:look=20T18:00\n11:02 close r", None),
        ("11:00 respond n\n11:01 task look due.task:look=20T18:00\n11:02 close r\n11:03 done look", "20T18:00"),
        ("11:00 respond n\n11:01 resolve o due.followup=25T18:00\n19T10:00 followup satisfied", "25T18:00"),
        ("11:00 reject r\n11:01 amend changes.received=2026-03-19T10:00:00+08:00 reason=r", "19T10:00"),
    ],
)
def test_since_when_nothing_more_is_to_be_said(lines: str, settled: str | None) -> None:
    """Once closed or rejected and owing nothing: the last instant of its events, entries, dues and of its receipt."""
    assert one_course(LINES + lines).settled == (at(settled) if settled else None)


# --- any complaint whatever ---------------------------------------------------------------------------------


@given(complaints(), st.sampled_from(MOMENTS))
def test_a_course_says_what_the_history_says(found: Complaint, moment: str) -> None:
    """Facts, status, happenings and obligations are those that the fold over the events finds."""
    history = policy().history(found, as_of=at(moment))
    taken = course(found, policy(), as_of=at(moment))
    assert (taken is not None) is history.exists
    if taken is None:
        return
    now = history.now
    for name in ("id", "received", "subject", "kind", "channel", "category", "severity", "urgent"):
        assert getattr(taken, name) == getattr(now.facts, name)
    for name in ("status", "round", "department", "owner", "cause"):
        assert getattr(taken, name) == getattr(now, name)
    assert taken.rejected is (now.status == "rejected")
    assert taken.obligations == obligations(history, policy())
    assert taken.through == max(event.at for event in found.events)
    steps = history.in_effect
    assert [(each.at, each.action, each.by) for each in taken.happenings] == [
        (step.event.at, step.event.action, step.event.by) for step in steps
    ]
    assert [(each.status, each.department) for each in taken.happenings] == [
        (step.after.status, step.after.department) for step in steps
    ]
    assert [each.closes for each in taken.happenings] == [step.enters_closed for step in steps]
    assert [each.early for each in taken.happenings] == [
        step.event.action == "followup" and step.before.early(step.event) for step in steps
    ]


def _before(found: Complaint, instant: datetime) -> str | None:
    """The status just before an instant, folded anew from the events before it."""
    return policy().history(found, as_of=instant - SECOND).now.status


@given(complaints())
def test_where_a_course_was_open(found: Complaint) -> None:
    """At the edges of every event, the course knows whether the complaint was neither closed nor rejected before."""
    (taken,) = courses([found], as_of="12-31T00:00")
    for event in found.events:
        for instant in (event.at - SECOND, event.at, event.at + SECOND):
            assert taken.open_at(instant) is (_before(found, instant) in OPEN)


@given(complaints(), st.sampled_from(MOMENTS))
def test_after_its_last_event_a_course_stays_the_same(found: Complaint, moment: str) -> None:
    """As of any instant from `through` on the course is one and the same; before it, `through` says that more comes."""
    whole = course(found, policy(), as_of=max(event.at for event in found.events))
    taken = course(found, policy(), as_of=at(moment))
    assert whole is not None
    if at(moment) >= whole.through:
        assert taken == whole
    else:
        assert taken is None or taken.through > at(moment)


def test_a_course_before_its_first_happening() -> None:
    """Before the registration nothing had happened, and it was not open."""
    found = one_course(LINES)
    assert (found.at(at("10:00")), found.open_at(at("10:00"))) == (None, False)
    assert found.at(at("10:00:01")) == found.happenings[0]
    assert found.at(at("12:00")) == found.happenings[1]
    assert isinstance(found, Course)
    assert all(isinstance(each, Happening) for each in found.happenings)
