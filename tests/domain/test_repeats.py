"""Customers who come back (design §6, customer.key and customer.repeat)."""

import pytest

from cmplt.domain import repeats
from cmplt.domain.process import Standing
from tests.domain.build import calendar, complaint, policy

BY_PLATE = "customer: {key: plate, repeat: {count: 3, within: 30 days, criterion: safety}}"


def standing(day: str, plate: object = "A1", **facts: object) -> Standing:
    """A complaint of a day."""
    found = complaint("06-30T10:00 register", id=f"2026{day[:2]}{day[3:5]}-0000", received=f"{day}T10:00",
                      details={"plate": plate}, **facts)  # fmt: skip
    return Standing(found.facts)


@pytest.mark.parametrize(
    ("rules", "facts", "known"),
    [
        (BY_PLATE, {}, "a1"),
        (BY_PLATE, {"plate": " a 1 "}, "a1"),
        (BY_PLATE, {"plate": "Ａ1"}, "a1"),
        (BY_PLATE, {"plate": " "}, None),
        (BY_PLATE, {"plate": 7}, "7"),
        (BY_PLATE, {"plate": ["A1"]}, None),
        ("customer: {key: other}", {}, None),
        ("customer: {repeat: {count: 3, within: 30 days}}", {}, "13800000000"),
        ("customer: {repeat: {count: 3, within: 30 days}}", {"customer": {"name": "x"}}, None),
        ("customer: {required: [name]}", {}, None),
        ("", {}, None),
    ],
)
def test_what_a_customer_is_known_by(rules: str, facts: dict[str, object], known: str | None) -> None:
    """The detail that the policy names, else the contact; nothing where the policy does not ask."""
    assert repeats.known_by(standing("03-16", **facts).facts, policy(rules)) == known


def test_the_customers_earlier_complaints() -> None:
    """The latest first; neither itself, nor a later one, nor another customer's."""
    others = [standing("02-20"), standing("03-01"), standing("03-16"), standing("03-17"), standing("03-02", "B2")]
    found = repeats.same_customer(standing("03-16").facts, others, policy(BY_PLATE))
    assert [each.facts.id for each in found] == ["20260301-0000", "20260220-0000"]


def test_who_is_not_known_has_none() -> None:
    """Two customers without a plate are not one."""
    blank = standing("03-16", "")
    assert repeats.same_customer(blank.facts, [standing("03-01", "")], policy(BY_PLATE)) == []


def test_working_days_are_reckoned_as_deadlines_are() -> None:
    """Up to the end of the last working day: from Friday to Monday is one."""
    of = policy("customer: {repeat: {count: 2, within: 1 working day}}")
    assert of.repeat is not None
    friday, monday = standing("03-13"), standing("03-16").facts
    assert repeats.in_time(monday, [friday, standing("03-12")], of.repeat, calendar(of)) == 2


@pytest.mark.parametrize(("earlier", "count"), [([], 1), (["02-13"], 1), (["02-14"], 2), (["02-14", "03-01"], 3)])
def test_how_many_in_the_time_that_is_set(earlier: list[str], count: int) -> None:
    """Thirty days by the office's calendar, up to the end of the last."""
    of = policy(BY_PLATE)
    assert of.repeat is not None
    others = [standing(day) for day in earlier]
    assert repeats.in_time(standing("03-16").facts, others, of.repeat, calendar(of)) == count
