"""Blanking values in a text: these alone, however they are written; every other byte stays."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cmplt.domain import personal
from cmplt.domain.complaint import Complaint
from cmplt.storage import redaction, yamlfile
from tests.storage.test_append_properties import texts

HEAD = "# 投诉\nid: 20260316-7k3f\n"
TAIL = "subject: x  # 客户甲\nevents:\n  - {at: x, by: y, action: register}\n"
BLANK = "'[redacted]'"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("customer:\n  name: 客户甲\n", f"customer:\n  name: {BLANK}\n"),
        ("customer: {name: 客户甲, contact: '138'}\n", f"customer: {{name: {BLANK}, contact: {BLANK}}}\n"),
        ('customer: {"name":"a", contact: null}\n', f'customer: {{"name":{BLANK}, contact: null}}\n'),
        ("customer:\n  name: 'it''s'  # who\n  contact:\n", f"customer:\n  name: {BLANK}  # who\n  contact:\n"),
        ('customer:\n  name: "a\\\n    b"\n', f"customer:\n  name: {BLANK}\n"),
        ("customer:\n  name: one\n    two\n\n    three\n\n", f"customer:\n  name: {BLANK}\n\n"),
        ("customer:\n  name: |\n    one\n\n    two\n  at: x\n", f"customer:\n  name: {BLANK}\n  at: {BLANK}\n"),
        ("customer:\n  name: |+ # who\n    one\n\n# after\n", f"customer:\n  name: {BLANK} # who\n\n# after\n"),
        ("customer:\n  name: >-\n      one\n       two\n   # no\n", f"customer:\n  name: {BLANK}\n   # no\n"),
        ("customer:\n  name: |2\n      one\n    two\n", f"customer:\n  name: {BLANK}\n"),
        ("customer:\n  name: |1-\n     one\n   two\n", f"customer:\n  name: {BLANK}\n"),
        ("customer:\n  name: !!str 138\n", f"customer:\n  name: {BLANK}\n"),
        ("customer:\n  name: !!str |\n    138\n", f"customer:\n  name: {BLANK}\n"),
        ("customer:\n  ? name\n  : 客户甲\n", f"customer:\n  ? name\n  : {BLANK}\n"),
        ("customer:\n  name:\n    客户甲\n", f"customer:\n  name:\n    {BLANK}\n"),
        ("customer:\n  name: ''\n", "customer:\n  name: ''\n"),
        (f"customer:\n  name: {BLANK}\n", f"customer:\n  name: {BLANK}\n"),
        ("details: {plate: {a: [x, 1], b: true}, claim: '5'}\ncustomer: {name: 😀}\n",
         f"details: {{plate: {{a: [{BLANK}, {BLANK}], b: {BLANK}}}, claim: '5'}}\ncustomer: {{name: {BLANK}}}\n"),
        ("details:\n  plate:\n  - |1\n     x\n    y\n  - z\ncustomer: {}\n",
         f"details:\n  plate:\n  - {BLANK}\n  - {BLANK}\ncustomer: {{}}\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_however_a_value_is_written(before: str, after: str, newline: str, start: str) -> None:
    """Plain, quoted, in brackets, over several lines, as a block: only the value is replaced."""
    text, wanted = (start + (HEAD + each + TAIL).replace("\n", newline) for each in (before, after))
    assert redaction.blanked(text, ("customer", "details.plate")) == wanted


def test_amendments_are_blanked_too() -> None:
    """On both sides, dotted or whole; a value that is not there stays so."""
    changes = (
        "    changes:\n"
        "      customer.contact: {from: '138', to: null}\n"
        "      customer: {from: {name: a}, to: {name: b, contact: c}}\n"
        "      details: {from: {plate: p, claim: '5'}, to: {}}\n"
        "      subject: {from: old, to: x}\n"
    )
    text = HEAD + "customer: {name: a}\n" + TAIL + "  - at: x\n    by: y\n    action: amend\n" + changes
    found = yamlfile.load(redaction.blanked(text, ("customer", "details.plate")))
    blank = "[redacted]"
    assert found["events"][1]["changes"] == {
        "customer.contact": {"from": blank, "to": None},
        "customer": {"from": {"name": blank}, "to": {"name": blank, "contact": blank}},
        "details": {"from": {"plate": blank, "claim": "5"}, "to": {}},
        "subject": {"from": "old", "to": "x"},
    }


PERSONS = st.dictionaries(st.sampled_from(["name", "contact", "address", "客户"]), texts, min_size=1)
DETAILS = st.dictionaries(st.sampled_from(["plate", "claim", "a b"]), texts | st.integers() | st.lists(texts))
CHANGES = st.dictionaries(
    st.sampled_from(["customer.contact", "details.plate", "details.claim", "subject"]),
    st.fixed_dictionaries({"from": texts | st.none(), "to": texts | st.none()}),
)
FIELDS = st.lists(
    st.sampled_from(["customer", "customer.name", "details.plate", "description", "subject", "details", "place"]),
    min_size=1,
)


@st.composite
def complaints(draw: st.DrawFn) -> dict[str, Any]:
    """Facts and an amendment with whatever people type in them."""
    return {
        "id": "20260316-7k3f", "customer": draw(PERSONS), "subject": draw(texts), "description": draw(texts),
        "details": draw(DETAILS), "place": draw(texts),
        "events": [{"at": "x", "note": draw(texts)}, {"action": "amend", "changes": draw(CHANGES)}],
    }  # fmt: skip


@given(complaints(), FIELDS, st.booleans())
@example({"description": "a\n", "events": [{"at": "x"}]}, ["description"], True)
@example({"description": "  a\n b\n", "subject": "x", "events": [{"at": "x"}]}, ["description"], True)
@example({"description": "\n\n a\n", "subject": "x", "events": [{"at": "x"}]}, ["description"], False)
def test_only_the_named_values_change(data: dict[str, Any], fields: list[str], windows: bool) -> None:
    """Whatever stands in a file: every value of these fields is blank, each other value and line is as it was."""
    facts = {name: value for name, value in data.items() if name != "events"}
    text = yamlfile.new_file(facts, data["events"], "../schemas/complaint.schema.json")
    text = text.replace("\n", "\r\n") if windows else text
    old = yamlfile.load(text)
    blank = redaction.blanked(text, fields)
    found = yamlfile.load(blank)
    assert found == _expected(old, fields)
    assert redaction.blanked(blank, fields) == blank
    before, kept = text.splitlines(), iter(text.splitlines())
    new = [line for line in blank.splitlines() if line not in before]
    assert all(BLANK in line for line in new)
    assert all(line in kept for line in blank.splitlines() if line in before and BLANK not in line)


def _expected(data: dict[str, Any], fields: list[str]) -> dict[str, Any]:
    """The data with these fields blank, worked out the plain way."""

    def blank(value: Any) -> Any:
        if isinstance(value, list):
            return [blank(each) for each in value]
        return value if value in (None, "") else "[redacted]"

    def asked(name: str) -> bool:
        return name in fields or name.split(".", 1)[0] in fields

    found = dict(data)
    for name in ("subject", "description", "place"):
        if asked(name) and name in found:
            found[name] = blank(found[name])
    for name in ("customer", "details"):
        if name in found:
            found[name] = {k: blank(v) if asked(f"{name}.{k}") else v for k, v in found[name].items()}
    found["events"] = [
        {**event, "changes": {name: {side: blank(value) for side, value in change.items()} if asked(name) else change
                              for name, change in event["changes"].items()}} if "changes" in event else event
        for event in found["events"]
    ]  # fmt: skip
    return found


def test_what_would_change_more_is_refused() -> None:
    """A line end of another kind in a block hides where it ends: nothing is guessed."""
    text = HEAD + "customer:\n  name: |\n    a\u2028  contact: b\n" + TAIL
    with pytest.raises(redaction.RedactionError):
        redaction.blanked(text, ("customer.name",))


@pytest.mark.parametrize("old", ["", "events: [", "a: 1\n", "- x\n"])
def test_a_committed_text_that_cannot_be_read_stays(old: str) -> None:
    """Others say what is wrong with it."""
    event = {"at": "2026-03-16T10:00:00+08:00", "by": "x"}
    facts = {"id": "20260316-7k3f", "received": event["at"], "channel": "c", "customer": {"name": "a"},
             "category": "c", "severity": "s", "subject": "s"}  # fmt: skip
    events = [{**event, "action": action} for action in ("register", "reject", "redact")]
    events[-1] |= {"fields": ["customer"]}  # type: ignore[dict-item]  # a list among texts
    assert personal.covered("customer.name", ["customer"])
    assert redaction.as_redacted(old, Complaint.read({**facts, "events": events})) == old
