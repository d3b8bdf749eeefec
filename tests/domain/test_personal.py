"""What is personal data, by the policy, and where it stands in a complaint's data."""

import pytest

from cmplt.domain import personal
from cmplt.errors import NotBlankable, NothingToRedact
from tests.domain.build import complaint, policy

KEY = "customer: {key: plate}"


def test_the_customer_and_the_key_are_personal() -> None:
    """The block always, the key where the policy names one."""
    assert personal.personal(policy()) == ("customer",)
    assert personal.personal(policy(KEY)) == ("customer", "details.plate")


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("customer", True), ("customer.contact", True), ("details", True), ("details.a.b", True), ("subject", True),
        ("description", True), ("place", True), ("external_id", True), ("customer.", False), ("subject.x", False),
        ("occurred", False), ("id", False), ("note", False), ("", False), (".", False),
    ],
)  # fmt: skip
def test_what_may_be_blanked(name: str, wanted: bool) -> None:
    """Blocks whole or by key, and the texts in which somebody may be named."""
    assert personal.blankable(name) is wanted


def test_where_it_stands() -> None:
    """Facts and both sides of amendments; nothing where there is nothing, or what is blank already."""
    found = complaint(
        "10:00 register\n10:01 amend changes.customer.contact=5 changes.subject=x reason=r",
        details={"plate": {"no": ["a", None], "of": ""}, "claim": "5"}, customer={"name": "[redacted]", "contact": "1"},
    )  # fmt: skip
    assert personal.standing_in(found.data, personal.personal(policy(KEY))) == {
        ("customer", "contact"): "customer.contact",
        ("details", "plate", "no", 0): "details.plate",
        ("events", 1, "changes", "customer.contact", "to"): "customer.contact",
    }


def test_a_redaction_names_each_field_once() -> None:
    """In the order of the file; what is not named in full is written out."""
    found = complaint("10:00 register\n10:01 amend changes.customer.contact=5 reason=r", details={"plate": "x"})
    assert personal.to_redact(found, (), policy()) == ["customer.name", "customer.contact"]
    assert personal.to_redact(found, (), policy(KEY)) == ["customer.name", "customer.contact", "details.plate"]
    assert personal.to_redact(found, ("subject", "details"), policy()) == ["details.plate", "subject"]


def test_nothing_is_redacted_that_is_not_there() -> None:
    """Each field that is named must hold something; without names anything will do."""
    blank = complaint("10:00 register", customer={"name": "[redacted]"})
    for named in ((), ("customer",), ("subject", "place")):
        with pytest.raises(NothingToRedact):
            personal.to_redact(blank, named, policy())
    with pytest.raises(NotBlankable):
        personal.to_redact(blank, ("received",), policy())
