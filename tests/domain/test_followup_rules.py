"""Who follows up and how, by the severity; who stands in for a role; who sees to it (design §6)."""

import pytest

from cmplt.domain.draft import Identity
from cmplt.errors import CmpltError, NoMembers, NotInRole, NotThatWay, UnknownName
from tests.domain.build import LI, WANG, enter

RULES = """
roles: {relations: [王芳], chief: [lm@example.com], nobody: [], stand-ins: []}
followup:
  via: {meeting: Meeting}
  by_severity:
    general: {via: [phone, meeting], role: relations}
    major: {via: visit, role: [chief, relations]}
"""
RESOLVED = "10:00 register\n10:01 assign sales\n10:02 respond n\n10:03 resolve o\n"
MAJOR = RESOLVED + "10:04 amend changes.severity=major reason=r\n"
GUEST = Identity("赵敏", "zm@example.com")


@pytest.mark.parametrize(
    ("before", "line", "who", "by", "error"),
    [
        (RESOLVED, "followup satisfied via=phone", WANG, None, None),
        (RESOLVED, "followup satisfied via=meeting", WANG, None, None),
        (RESOLVED, "followup unreached via=phone", WANG, None, None),
        (RESOLVED, "followup satisfied via=visit", WANG, None, NotThatWay),
        (RESOLVED, "followup satisfied", WANG, None, NotThatWay),
        (RESOLVED, "followup dissatisfied via=visit", WANG, None, NotThatWay),
        (RESOLVED, "followup satisfied via=letter", WANG, None, UnknownName),
        (RESOLVED, "followup satisfied via=phone", LI, None, NotInRole),
        (RESOLVED, "followup satisfied via=phone", LI, "王芳", None),
        (RESOLVED, "followup satisfied via=phone", WANG, "李明", NotInRole),
        (MAJOR, "followup satisfied via=visit", LI, None, None),
        (MAJOR, "followup satisfied", WANG, None, None),
        (MAJOR, "followup satisfied via=phone", WANG, None, NotThatWay),
        (MAJOR, "followup satisfied via=visit", GUEST, None, NotInRole),
    ],
)
def test_who_follows_up_and_how(
    before: str, line: str, who: Identity, by: str | None, error: type[CmpltError] | None
) -> None:
    """One of the ways and by one of the roles that the severity names; where there is one way, it is the default."""
    try:
        found = enter(before, line, now="10:30", who=who, by=by, changes=RULES)
    except CmpltError as refused:
        assert type(refused) is error
    else:
        assert error is None
        assert found.events[-1].get("via") == ("visit" if before is MAJOR else line.rpartition("=")[2])


def test_a_severity_without_rules_is_followed_up_anyhow() -> None:
    """What is left out is free."""
    changes = "followup: {by_severity: {major: {via: visit, role: chief}}}"
    assert enter(RESOLVED, "followup satisfied", now="10:30", who=GUEST, changes=changes).events[-1].get("via") is None


DELEGATED = """
roles: {general-manager: [王芳], quality: [], adjusters: []}
approvals: [{compensation_over: '0', role: general-manager}]
scoring: {base: 0, late: 0, counts: [], adjust: [adjusters]}
closing: {unreconciled: {role: quality}}
followup: {by_severity: {general: {role: adjusters}}}
delegations:
  - {role: general-manager, to: 李明, until: '2026-03-16'}
  - {role: quality, to: lm@example.com}
  - {role: adjusters, to: 李明, until: '2026-03-16'}
"""
OFFER = "10:00 register\n10:01 assign sales\n10:02 respond n\n10:03 propose p compensation=300\n"


@pytest.mark.parametrize(
    ("before", "line", "when", "error"),
    [
        (OFFER, "approve role=general-manager", "10:30", None),
        (OFFER, "approve", "23:59:59", None),
        (OFFER, "approve role=general-manager", "17T00:00", NotInRole),
        (OFFER, "decline role=quality", "18T10:00", None),
        (OFFER, "close stuck", "18T10:00", None),
        (OFFER, "adjust points=-1", "10:30", None),
        (OFFER, "adjust points=-1", "17T10:30", NoMembers),
        (RESOLVED, "followup satisfied", "16T10:30", None),
        (RESOLVED, "followup satisfied", "17T10:30", NoMembers),
    ],
)
def test_a_stand_in_holds_the_role_up_to_the_day(
    before: str, line: str, when: str, error: type[CmpltError] | None
) -> None:
    """A delegation ends with its last day, by the office's clock; without one it holds."""
    try:
        enter(before, line, now=when, who=LI, reason="r", changes=DELEGATED)
    except CmpltError as refused:
        assert type(refused) is error
    else:
        assert error is None


ROUTES = """
roles: {one: [李明], two: [王芳, 李明], none: []}
categories:
  attitude: {department: sales, role: one, by_severity: {major: {department: service, role: two}}}
  repair: {department: service, role: none}
"""


@pytest.mark.parametrize(
    ("before", "line", "facts", "owner"),
    [
        ("10:00 register", "assign sales", {}, "李明"),
        ("10:00 register", "assign sales owner=赵敏", {}, "赵敏"),
        ("10:00 register", "assign service", {}, None),
        ("10:00 register", "assign service", {"severity": "major"}, None),
        ("10:00 register", "assign service", {"category": "repair"}, None),
        ("10:00 register\n10:01 assign sales owner=赵敏", "assign sales", {}, "赵敏"),
        ("10:00 register\n10:01 assign service owner=赵敏", "assign sales", {}, "李明"),
    ],
)
def test_who_sees_to_it_where_nobody_is_named(before: str, line: str, facts: dict[str, str], owner: str | None) -> None:
    """Whoever does in that department already, else the one name under the role of the category."""
    from tests.domain.build import complaint

    found = enter(complaint(before, **facts), line, now="10:30", changes=ROUTES)
    assert found.events[-1].get("owner") == owner
