"""What customers said when they were asked afterwards."""

from collections import Counter

import pytest

from cmplt.domain.averages import Mean
from cmplt.domain.followups import Followups, followups, in_period, satisfaction
from cmplt.domain.period import Period
from tests.domain.build import at, complaint, courses, policy

RESOLVED = "02-10T10:00 register\n02-10T10:01 assign sales\n02-10T10:02 respond n\n02-10T10:03 resolve o\n"
MARCH = Period.month("2026-03")


def asked(*lines: str, period: Period = MARCH, changes: str = "") -> Followups:
    """The follow-ups of a period, of complaints that were resolved in February."""
    of = policy(changes)
    found = courses(
        (complaint(RESOLVED + each, received="02-10T10:00") for each in lines), changes, as_of="12-01T00:00"
    )
    looked_at = period.window(of.zone)
    return followups(looked_at, in_period(looked_at, found), of)


def test_ratings_by_how_often_each_was_given() -> None:
    """The ratings of a period with their mean; a follow-up without one has none."""
    found = asked(
        "16T10:00 followup unreached\n17T10:00 followup satisfied rating=5",
        "16T10:00 followup unreached rating=3\n17T10:00 followup satisfied rating=5",
        "16T10:00 followup satisfied rating=2\n04-02T10:00 followup satisfied rating=1",
    )
    assert found.ratings == Counter({5: 2, 3: 1, 2: 1})
    assert found.rating == Mean(3.75, 4)
    assert (found.done, found.results) == (5, Counter(satisfied=3, unreached=2))


def test_no_rating_is_no_mean() -> None:
    """Where nobody rated there is no rating."""
    assert asked("16T10:00 followup unreached").rating == Mean(None, 0)


def test_a_follow_up_without_a_result_by_hand() -> None:
    """It was made, and counts under no result."""
    found = asked("16T10:00 followup rating=3")
    assert (found.done, found.results, found.rating) == (1, Counter(), Mean(3.0, 1))


def test_a_void_follow_up_counts_nowhere() -> None:
    """What is not in effect is neither done nor rated nor in a quota."""
    found = asked("16T10:00 reopen r\n16T10:01 followup satisfied rating=5")
    assert (found.done, found.ratings) == (0, Counter())


_QUOTA = """
roles: {quality: [王芳, 李明], chief: []}
followup: {quotas: [{role: quality, per_month: 3}, {role: chief, per_month: 1}]}
"""
_MADE = "02-20T10:00 followup unreached\n16T10:00 followup unreached by=李明\n04-10T10:00 followup unreached by=x\n"


@pytest.mark.parametrize(
    ("period", "quotas"),
    [
        (MARCH, [("quality", 3, 1), ("chief", 1, 0)]),
        (Period.quarter(2026, 1), [("quality", 9, 2), ("chief", 3, 0)]),
        (Period.year(2026), [("quality", 36, 2), ("chief", 12, 0)]),
        (Period.days(MARCH.first, MARCH.first), [("quality", 3, 0), ("chief", 1, 0)]),
    ],
)
def test_a_quota_is_owed_for_every_month_of_the_period(period: Period, quotas: list[tuple[str, int, int]]) -> None:
    """Three a month are nine a quarter; what is done is what the role's members did in the whole period."""
    assert asked(_MADE, period=period, changes=_QUOTA).quotas == quotas


@pytest.mark.parametrize(("addresses", "done"), [({}, 0), ({"王芳": {"wf@example.com", "old@example.com"}}, 1)])
def test_a_role_may_list_an_address(addresses: dict[str, set[str]], done: int) -> None:
    """Who commits with it holds the role; an event has the name alone."""
    of = policy("roles: {quality: [old@example.com]}\nfollowup: {quotas: [{role: quality, per_month: 1}]}")
    found = courses([complaint(RESOLVED + "16T10:00 followup unreached", received="02-10T10:00")], as_of="12-01T00:00")
    window = MARCH.window(of.zone)
    assert followups(window, in_period(window, found), of, addresses).quotas == [("quality", 1, done)]


def test_who_stands_in_for_a_role_keeps_its_quota() -> None:
    """Up to the last day of the delegation."""
    changes = """
        roles: {quality: []}
        delegations: [{role: quality, to: 王芳, until: '2026-03-16'}]
        followup: {quotas: [{role: quality, per_month: 2}]}
        """
    assert asked("16T10:00 followup unreached\n17T10:00 followup unreached", changes=changes).quotas == [
        ("quality", 2, 1)
    ]


def test_satisfaction_is_of_the_department_that_was_asked_about() -> None:
    """A rating belongs to the department that had the complaint then, whoever has it afterwards."""
    lines = "16T10:00 followup dissatisfied rating=1\n16T10:00 assign parts\n17T10:00 respond n\n18T10:00 resolve o\n"
    found = courses(
        [complaint(f"{RESOLVED}{lines}19T10:00 followup satisfied rating=4", received="02-10T10:00")],
        as_of="04-01T00:00",
    )
    assert satisfaction(in_period(MARCH.window(policy().zone), found)) == {"sales": Mean(1.0, 1), "parts": Mean(4.0, 1)}


def test_follow_ups_in_a_period() -> None:
    """Those made from its first instant up to the first after it."""
    lines = "03-01T00:00 followup unreached\n03-31T23:59:59 followup unreached\n04-01T00:00 followup unreached"
    found = courses([complaint(RESOLVED + lines, received="02-10T10:00")], as_of="04-02T00:00")
    made = in_period(MARCH.window(policy().zone), found)
    assert [each.at for each in made] == [at("03-01T00:00"), at("03-31T23:59:59")]
