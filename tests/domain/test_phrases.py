"""Phrases better not said to a customer, in the texts that go out."""

import pytest

from cmplt.domain.complaint import Event
from cmplt.domain.phrases import said
from tests.domain.build import at, event


def found(text: str, *phrases: str) -> list[str]:
    return [phrase for _, phrase in said(Event(at("10:00"), "王芳", "respond", {"note": text}), phrases)]


@pytest.mark.parametrize(
    ("text", "phrase", "holds"),
    [
        ("好的，改天再通知你。", "改天再通知你", True),
        ("改天\n再 通知你", "改天再通知你", True),
        ("改天通知你", "改天再通知你", False),
        ("一分钱，一分货", "一分钱,一分货", True),
        ("一分钱,一分货", "一分钱，一分货", True),
        ("一分钱、\n  一分货", "一分钱,一分货", True),
        ("Those are THE\n  rules!", "those are the rules", True),
        ("Ｔｈｏｓｅ are the rules", "those are the rules", True),
        ("we don’t know", "don't know", True),
        ("thoseare the rules", "those are the rules", False),
        ("I know", "no", False),
        ("casino", "no", False),
        ("no!", "no", True),
        ("说no了", "no", True),
        ("(costs 100 %)", "100 %", True),
        ("a.b", "a?b", False),
        ("anything", "、、", False),
        ("", "改天再通知你", False),
    ],
)
def test_a_phrase_is_found_however_it_is_written(text: str, phrase: str, holds: bool) -> None:
    """Case, width, quotes, blanks and line breaks make no difference; Latin words are whole words."""
    assert found(text, phrase) == ([phrase] if holds else [])


def test_a_phrase_of_blanks_is_in_nothing() -> None:
    """What is left of such a phrase is no text."""
    assert found("anything", "　") == []


def test_every_phrase_is_found_in_its_order() -> None:
    """Several in one text, as the policy has them."""
    assert found("B, then a", "a", "c", "B") == ["a", "B"]


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("10:00 respond bad", ["note"]),
        ("10:00 propose bad", ["note"]),
        ("10:00 followup satisfied note=bad", ["note"]),
        ("10:00 resolve bad", ["outcome"]),
        ("10:00 reject bad", ["reason"]),
        ("10:00 close bad recourse=bad", ["reason", "recourse"]),
        ("10:00 close good recourse=bad", ["recourse"]),
        ("10:00 respond good reason=bad", []),
        ("10:00 resolve good note=bad", []),
        ("10:00 progress bad", []),
        ("10:00 escalate major reason=bad", []),
        ("10:00 dance note=bad", []),
    ],
)
def test_only_texts_that_go_out_are_looked_at(line: str, fields: list[str]) -> None:
    """What stays in the house may quote such a phrase."""
    assert [field for field, _ in said(Event.read(event(line)), ["bad"])] == fields
