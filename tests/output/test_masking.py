"""Masking of personal data."""

from typing import Any

import pytest

from cmplt.output import masking

FIELDS = ("customer", "details.plate")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("13800000000", "138****0000"),
        ("12345678", "123*5678"),
        ("1234567", "*******"),
        ("1", "*"),
        ("", ""),
        ("+86 138 0000 0000", "+86**********0000"),
        ("wang.fang@example.com", "wan**************.com"),
        ("四川省成都市武侯区一号", "四川省****侯区一号"),
        ("😀" * 8, "😀😀😀*😀😀😀😀"),
    ],
)
def test_a_contact_keeps_three_and_four_characters(text: str, masked: str) -> None:
    """All but the first three and last four; under eight characters all."""
    assert masking.masked(text) == masked
    assert len(masking.masked(text)) == len(text)


def test_what_was_redacted_says_so() -> None:
    """There is nothing to mask in it."""
    assert masking.masked("[redacted]") == "[redacted]"


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"subject": {"from": "13800000000", "to": "x"}}, {"subject": {"from": "13800000000", "to": "x"}}),
        ({"customer.contact": {"from": "13800000000", "to": None}},
         {"customer.contact": {"from": "138****0000", "to": None}}),
        ({"customer.name": {"from": "客户甲", "to": "客户乙"}}, {"customer.name": {"from": "***", "to": "***"}}),
        ({"customer": {"from": {"name": "客户甲"}, "to": {"name": "x", "contact": "13800000000"}}},
         {"customer": {"from": {"name": "***"}, "to": {"name": "*", "contact": "138****0000"}}}),
        ({"details.plate": {"from": 13800000000, "to": ["a", "b"]}},
         {"details.plate": {"from": "138****0000", "to": ["*", "*"]}}),
        ({"details.claim": {"from": "13800000000", "to": "1"}}, {"details.claim": {"from": "13800000000", "to": "1"}}),
        ({"details": {"from": {"plate": "a", "claim": "1"}, "to": None}},
         {"details": {"from": {"plate": "*", "claim": "1"}, "to": None}}),
    ],
)  # fmt: skip
def test_changes_of_personal_data_are_masked(changes: dict[str, Any], shown: dict[str, Any]) -> None:
    """On both sides, dotted or whole; nothing else of an event is touched, and revealed it is as in the file."""
    event = {
        "at": "2026-03-16T10:00:00+08:00",
        "by": "王芳",
        "action": "amend",
        "changes": changes,
        "reason": "13800000000",
    }
    assert masking.event(event, FIELDS) == {**event, "changes": shown}
    assert masking.event(event, ()) == event


def test_of_the_customer_the_name_is_shown() -> None:
    """Everything else in the block is masked; of the details the key alone, whatever its type."""
    assert masking.block("customer", {"name": "客户甲", "address": "成都市武侯区一号院"}, FIELDS) == {
        "name": "客户甲", "address": "成都市**区一号院",
    }  # fmt: skip
    assert masking.block("details", {"plate": 12345, "claim": 500}, FIELDS) == {"plate": "*****", "claim": 500}
