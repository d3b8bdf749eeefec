"""Which pages of the know-how fit where a complaint stands."""

from typing import Any

import pytest

from cmplt.domain.complaint import Event
from cmplt.domain.guides import Guide, fitting
from tests.domain.build import event, history, policy

FACTS: dict[str, Any] = {"channel": "visit", "details": {"approach": "irate", "tier": "A"}}
LINES = "10:00 register\n10:01 assign sales"


def guide(name: str, **data: Any) -> Guide:
    return Guide.read(name, {"title": name, "text": "t", "after": ["respond"], **data})


def named(*guides: Guide, last: str = "10:02 respond n", changes: str = "", **facts: Any) -> list[str]:
    now = history(f"{LINES}\n{last}", changes, **{**FACTS, **facts}).now
    return [each.name for each in fitting(guides, policy(changes), now, Event.read(event(last)))]


def test_a_page_fits_after_its_actions_where_its_condition_holds() -> None:
    """Neither another action nor another condition; without a condition always, without an action never."""
    assert named(guide("a")) == ["a"]
    assert named(guide("a", after="respond")) == ["a"]
    assert named(guide("a", after=["progress"])) == []
    assert named(Guide.read("a", {"title": "a", "text": "t"})) == []
    assert named(guide("a", when={"channel": ["phone", "visit"]})) == ["a"]
    assert named(guide("a", when={"channel": "phone"})) == []
    assert named(guide("a", unless={"channel": "visit"})) == []


def test_the_page_that_asks_most_comes_first() -> None:
    """By the entries of `when`, each detail one, then by name."""
    two = guide("z", when={"details": {"approach": "irate", "tier": "A"}})
    one = guide("y", when={"channel": ["visit", "phone", "regulator"]})
    assert named(guide("b"), one, two) == ["z", "y"]
    assert named(guide("b"), one) == ["y", "b"]
    assert named(guide("b"), guide("a")) == ["a", "b"]


def test_at_most_two_are_named() -> None:
    """More are noise."""
    assert named(guide("c"), guide("b"), guide("a")) == ["a", "b"]


@pytest.mark.parametrize("names", [["repair-skill"], ["repair-skill", "repair"]])
def test_a_name_that_the_policy_does_not_know_is_about_nothing(names: list[str]) -> None:
    """A complaint may still carry a name of another office; a page about it is not pointed to."""
    assert named(guide("a", when={"category": names}), category="repair-skill") == []
    assert named(guide("a", when={"category": "repair"}), category="repair") == ["a"]


def test_a_complaint_without_a_kind_is_of_the_first() -> None:
    """As in the policy's own conditions."""
    kinds = "kinds: {opinion: {label: opinion}, complaint: {label: complaint}}"
    assert named(guide("a", when={"kind": "opinion"}), changes=kinds) == ["a"]
    assert named(guide("a", when={"kind": "complaint"}), changes=kinds) == []


def test_what_a_page_is_about() -> None:
    """The categories and the approaches that its condition names."""
    page = guide("a", when={"category": ["x", "y"], "details": {"approach": "irate"}})
    assert (page.about("category"), page.about("approach")) == (("x", "y"), ("irate",))
    assert guide("a", when={"details": {"tier": "A"}}).about("approach") == ()
    assert guide("a").about("category") == ()
    assert guide("a").about("approach") == ()
