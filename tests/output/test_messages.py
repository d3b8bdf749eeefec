"""Sentences for people: nothing in them can drive a terminal, and every error can be said."""

import string

import pytest

from cmplt import errors
from cmplt.domain.policy import Policy
from cmplt.errors import CmpltError, Problem
from cmplt.output import messages
from cmplt.storage import yamlfile
from tests.office import POLICY

CONTROLS = [
    *range(0x20),
    0x7F,
    *range(0x80, 0xA0),
    0x61C,
    0x200E,
    0x200F,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
]


@pytest.mark.parametrize("code", [code for code in CONTROLS if chr(code) not in "\t\n"])
def test_control_characters_are_made_visible(code: int) -> None:
    """C0, DEL, C1 and the marks that turn the direction of writing: shown by their number, never sent."""
    shown = messages.harmless(f"a{chr(code)}b")
    assert shown == f"a\\x{code:02x}b"


@pytest.mark.parametrize("text", ["", "abc", "态度冷淡", "a\tb\nc", "😀👩‍👧", "é", "\u3000", "'\"<&>", "\\x1b"])
def test_other_text_stays_as_it_is(text: str) -> None:
    """Chinese, emoji with their joiners, tabs and line ends."""
    assert messages.harmless(text) == text


def errors_with_fields() -> list[type[CmpltError]]:
    """Every error that is raised with the fields of its sentence: without a class, or a form, of its own."""
    classes = [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, CmpltError)]
    return [each for each in classes if not each.__subclasses__() and each.__init__ is CmpltError.__init__]


@pytest.mark.parametrize("error", errors_with_fields())
@pytest.mark.parametrize("value", ["x", "{y}", "a\x1bb", 5, None, ["p", "q"], []])
def test_every_sentence_can_be_said(error: type[CmpltError], value: object) -> None:
    """Whatever its fields hold, braces and escapes included."""
    names = {name for text in (error.sentence, error.hint) for _, name, _, _ in string.Formatter().parse(text) if name}
    fields = dict.fromkeys(names - {"did_you_mean", "because"}, value)
    sentence, hint = messages.said(error(**fields))
    assert sentence
    assert hint
    assert "\x1b" not in sentence + hint


def test_near_names_are_offered() -> None:
    """One, or several with `or`."""
    with pytest.raises(errors.UnknownName) as refusal:
        Policy(yamlfile.load(POLICY)).known("channels", "visitor")
    sentence, hint = messages.said(refusal.value)
    assert sentence.startswith("The policy knows no channel 'visitor'. Did you mean 'visit'")
    assert "phone, visit, regulator" in hint


@pytest.mark.parametrize("fields", [{"byte": 233}, {"byte": 5}])
def test_a_problem_is_one_line_of_a_fixed_form(fields: dict[str, object]) -> None:
    """`path:line:column: level: sentence [rule]`."""
    found = Problem("complaints/a.yaml", "byte 0x{byte:02x} is not UTF-8", "yaml", 3, 7, fields=fields)
    assert messages.problem(found) == (f"complaints/a.yaml:3:7: error: byte 0x{fields['byte']:02x} is not UTF-8 [yaml]")


def test_a_problem_cannot_forge_another() -> None:
    """What a file holds stays within its line."""
    found = Problem("a\x1b.yaml", "'{name}' is not known", "names", fields={"name": "x\r\nb.yaml:1:1: error: forged"})
    text = messages.problem(found)
    assert "\x1b" not in text
    assert "\n" not in text
