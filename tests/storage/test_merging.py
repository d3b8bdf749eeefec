"""The merge rule: nothing lost, nothing twice, the same whoever merges, and a conflict where it does not apply."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cmplt.storage import redaction, yamlfile
from cmplt.storage.merging import Conflict, merged
from tests.steps import steps

SAMPLE = Path(__file__).parents[2] / "sample-repo"
SAMPLES = sorted([*SAMPLE.glob("**/complaints/*/*/*.yaml"), *SAMPLE.glob("**/measures/*/*.yaml")])
START = datetime(2026, 3, 16, 2, tzinfo=UTC)
FACTS = {
    "id": "20260316-7k3f",
    "received": START,
    "channel": "phone",
    "customer": {"name": "客户甲", "contact": "13800000000"},
    "category": "attitude",
    "severity": "general",
    "subject": "a: b",
    "description": "一\n\n二\n",
}


def event(minute: int, action: str = "respond", **fields: Any) -> dict[str, Any]:
    return {"at": START + timedelta(minutes=minute), "by": "王芳", "action": action, **fields}


def told(text: str) -> list[str]:
    """The notes (or actions) of a file's events, in the file's order."""
    return [each.get("note", each["action"]) for each in yamlfile.load(text)["events"]]


def redact(text: str, fields: Sequence[str], minute: int) -> str:
    """A text as the command `redact` leaves it."""
    return yamlfile.append(
        redaction.blanked(text, fields), [event(minute, "redact", fields=list(fields), reason="asked for")]
    )


def both(base: str, ours: str, theirs: str) -> str:
    """What becomes of two sides, which must be the same seen from either."""
    found = merged(base, ours, theirs)
    assert merged(base, theirs, ours) == found
    return found


BASE = yamlfile.new_file(FACTS, [event(0, "register"), event(5, "assign", department="sales")], "x.json")


def note(text: str, minute: int, said: str, **fields: Any) -> str:
    return yamlfile.append(text, [event(minute, note=said, **fields)])


def test_new_events_come_by_the_instant_they_were_recorded() -> None:
    """Not by `at`, nor by the text of an instant (which may have another offset); a side's own keep their order."""
    late = START + timedelta(minutes=40)
    east = (START + timedelta(minutes=20)).astimezone(datetime.fromisoformat("2026-01-01T00:00:00+14:00").tzinfo)
    ours = note(note(BASE, 10, "late", recorded=late), 15, "after it")
    theirs = note(yamlfile.append(BASE, [{**event(0, note="east"), "at": east}]), 50, "last")
    result = both(BASE, ours, theirs)
    assert told(result) == ["register", "assign", "east", "late", "after it", "last"]
    assert result.startswith(BASE)


def test_a_tie_is_broken_by_the_texts() -> None:
    """Of the next events, and where these are alike of those behind them; events that are alike are two."""
    assert told(both(BASE, note(BASE, 10, "b"), note(BASE, 10, "a")))[2:] == ["a", "b"]
    same = note(BASE, 10, "same")
    ours, theirs = note(same, 30, "z"), note(same, 20, "a")
    assert told(both(BASE, ours, theirs))[2:] == ["same", "same", "a", "z"]
    assert told(both(BASE, note(same, 10, "z"), note(same, 10, "a")))[2:] == ["same", "a", "same", "z"]


def test_one_side_alone_is_that_side() -> None:
    """Byte for byte, whatever it is."""
    assert merged(BASE, BASE, "<<<<<<<") == "<<<<<<<"
    assert merged("", "x", "x") == "x"


def test_a_side_that_has_merged_before_is_merged_again() -> None:
    """Its file has what it learned from a third side between the shared events, and so has the result."""
    theirs = note(BASE, 20, "b1")
    ours = both(BASE, note(BASE, 10, "a1"), theirs)
    further = note(theirs, 30, "b2")
    result = both(theirs, ours, further)
    assert told(result)[2:] == ["a1", "b1", "b2"]


def test_a_last_line_that_is_not_complete_is_completed() -> None:
    """Of the base and of either side, unless that would change what it says."""
    base = BASE.removesuffix("\n")
    result = both(base, note(base, 10, "a"), note(base, 20, "b").removesuffix("\n"))
    assert told(result)[2:] == ["a", "b"]
    assert result.startswith(BASE)
    block = BASE + "    note: |\n      open end"
    with pytest.raises(Conflict):
        merged(block, note(block + "\n", 1, "a"), note(block + "\n", 2, "b"))


def test_windows_line_ends_and_a_mark_at_the_beginning_stay() -> None:
    """As the base and both sides have them."""
    base = yamlfile.BOM + BASE.replace("\n", "\r\n")
    result = both(base, note(base, 10, "a"), note(base, 20, "b"))
    assert result.startswith(base)
    assert result.count("\n") == result.count("\r\n")


def test_remarks_of_both_sides_are_kept() -> None:
    """At one place once where they are alike, else both; none of them moves an event or is one."""
    first, rest = BASE.split("\n", 1)
    ours = note(f"{first}\n# mine\n{rest}# same\n", 10, "a") + "# of a\n"
    theirs = note(f"{first}\n# theirs\n{rest}# same\n", 20, "b")
    result = both(BASE, ours, theirs)
    assert told(result)[2:] == ["a", "b"]
    assert result.startswith(f"{first}\n# mine\n# theirs\n{rest}# same\n  - ")
    assert result.index("# of a") < result.index("note: b")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("subject: 'a: b'", "subject: c"),
        lambda text: text.replace("  一\n", "  一\n  # 三\n"),  # a line of the description, not a remark
        lambda text: text.replace("channel: phone\n", ""),
        lambda text: text.replace("department: sales", "department: parts"),
        lambda text: text.replace("channel: phone", "channel: 'phone'"),
        lambda text: text + "other: key\n",
        lambda text: text + "...\n",
        lambda text: text[: yamlfile.beginnings(text)[0]],
        lambda text: text[: text.index("events:")] + "events: []\n",
        lambda text: "<<<<<<< ours\n" + text,
        lambda text: "",
    ],
)  # fmt: skip
def test_anything_else_is_a_conflict(change: Any) -> None:
    """Facts or shared events that one side changed, removed, or wrote otherwise; a file that is none."""
    with pytest.raises(Conflict):
        both(BASE, change(BASE), note(BASE, 10, "a"))


def test_two_new_files_of_one_id_are_a_conflict() -> None:
    """They share nothing."""
    with pytest.raises(Conflict, match="share nothing"):
        merged("", BASE, note(BASE, 10, "a"))


def test_what_would_be_too_large_to_read_is_a_conflict() -> None:
    """Each side may be just readable, and both together not."""
    half = "x" * (yamlfile.LARGEST // 2)
    with pytest.raises(Conflict, match="more bytes"):
        merged(BASE, note(BASE, 10, half), note(BASE, 20, half))


TIE = "  - {at: 2026-03-16T10:00:00Z}"
REDACT = "  - {at: 2026-03-16T10:00:00Z, action: redact, fields: [customer]}\n"
AMEND = "  - {at: 2026-03-16T09:00:00Z, action: amend, changes: {customer.name: {to: x}}}\n"
REDACTED = redaction.blanked(BASE, ["customer"])


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        ((BASE, ""), (BASE, REDACT), (BASE, REDACT.replace("customer", "").replace("00Z", "01Z"))),
        ((BASE, ""), (REDACTED, REDACT), (BASE, AMEND)),
        ((BASE, ""), (BASE, f"{TIE}\n"), (BASE, f"{TIE} \n")),
        ((BASE, f"{TIE}\n"), (BASE, f"{TIE}\n"), (BASE, f"# x\n{TIE}\n")),
    ],
    ids=["nothing-blank", "redacted", "ties", "shared"],
)
def test_what_a_merge_costs(base: tuple[str, str], ours: tuple[str, str], theirs: tuple[str, str]) -> None:
    """Ten times the events are some ten times the work, whatever they are: steps are counted, not seconds."""

    def cost(times: int) -> int:
        shared, *sides = (first + each * 100 * times for first, each in (base, ours, theirs))
        return steps(
            lambda: merged(shared, *(side + end for side, end in zip(sides, (AMEND, TIE + "\n"), strict=True)))
        )

    assert cost(10) < 20 * cost(1)


def test_what_a_redaction_costs() -> None:
    """As much as it blanks."""

    def cost(times: int) -> int:
        details = {f"k{number}": "x\n" for number in range(80 * times)}
        text = yamlfile.new_file({**FACTS, "details": details}, [event(0, "register")], "x.json")
        return steps(lambda: redaction.blanked(text, ["details"]))

    assert cost(10) < 20 * cost(1)


# --- redaction ----------------------------------------------------------------------------------------------


def amended(text: str, minute: int, **to: str) -> str:
    changes = {f"customer.{name}": {"from": "13800000000", "to": value} for name, value in to.items()}
    return yamlfile.append(text, [event(minute, "amend", changes=changes, reason="moved")])


def test_what_one_side_redacted_stays_redacted() -> None:
    """In the facts, in shared events, and in those of the other side that were recorded before the redaction."""
    base = amended(BASE, 6, contact="13900000001")
    ours = redact(base, ["customer"], 30)
    theirs = note(amended(base, 20, contact="13900000002"), 40, "a")
    result = both(base, ours, theirs)
    assert told(result)[3:] == ["amend", "redact", "a"]
    assert "客户甲" not in result
    assert "13" not in result.replace("2026-03-16T", "")
    assert "description: |\n  一\n\n  二\n" in result


def test_what_was_recorded_after_a_redaction_stays_as_written() -> None:
    """Also when a side that has merged it is merged again: an event is blank by the redactions behind it alone."""
    ours = redact(BASE, ["customer", "description"], 10)
    theirs = amended(BASE, 20, contact="13900000002")
    result = both(BASE, ours, theirs)
    assert told(result)[2:] == ["redact", "amend"]
    assert result.count("13800000000") == result.count("13900000002") == 1
    again = both(theirs, result, note(theirs, 30, "b"))
    assert again == note(result, 30, "b")


def test_remarks_on_what_was_recorded_after_a_redaction() -> None:
    """They are kept; where its lines are not those of the blank text, where they were found, a person has to look."""
    ours = redact(BASE, ["customer"], 10)
    for contact, lines in (("13900000002", 1), ("139\n00000002", 2)):
        theirs = amended(BASE, 20, contact=contact)
        further = theirs.replace("    reason: moved", "    # why\n    reason: moved")
        assert further != theirs
        result = both(BASE, ours, theirs)
        if lines == 1:
            assert both(theirs, result, further) == result.replace("    reason: moved", "    # why\n    reason: moved")
        else:
            with pytest.raises(Conflict):
                both(theirs, result, further)


def test_a_measure_has_no_redaction() -> None:
    """An event of that name in one is an event like any other: it blanks nothing."""
    base = yamlfile.new_file({"id": "20260316-q8wd", "title": "t"}, [event(0, "new")], "x.json")
    named = yamlfile.append(base, [event(30, "redact", fields=["description"], reason="by hand")])
    changes = {"description": {"from": None, "to": "13800000000"}}
    result = both(base, named, yamlfile.append(base, [event(20, "amend", changes=changes)]))
    assert "13800000000" in result


def test_both_sides_redact() -> None:
    """The same fields or others: all of them are blank, and both events are there."""
    ours, theirs = redact(BASE, ["customer.name"], 10), redact(BASE, ["customer.contact", "customer.name"], 20)
    result = both(BASE, ours, theirs)
    assert told(result)[2:] == ["redact", "redact"]
    assert yamlfile.load(result)["customer"] == {"name": "[redacted]", "contact": "[redacted]"}


def test_a_redaction_that_blanked_nothing_makes_the_merge_blank_nothing() -> None:
    """Somebody wrote the event by hand and left the data: to blank it is not the merge's to decide."""
    ours = yamlfile.append(BASE, [event(10, "redact", fields=["customer"], reason="by hand")])
    assert both(BASE, ours, note(BASE, 5, "a")).count("13800000000") == 1


def test_blank_data_without_a_redaction_is_a_conflict() -> None:
    """A line that says something else than it did is tampering."""
    with pytest.raises(Conflict):
        merged(BASE, note(redaction.blanked(BASE, ["customer"]), 5, "a"), note(BASE, 6, "b"))


def test_remarks_beside_a_redaction_are_kept() -> None:
    """Both sides' remarks, in a text one of them has blanked lines of."""
    ours = redact(BASE, ["description"], 10).replace("events:\n", "# mine\nevents:\n")
    theirs = note(BASE, 20, "a").replace("channel:", "# theirs\nchannel:").replace("customer:", "# above\ncustomer:")
    result = both(BASE, ours, theirs)
    assert "# theirs\nchannel: phone\n# above\ncustomer:" in result
    assert "description: '[redacted]'\n# mine\nevents:\n" in result


# --- whatever the texts are ---------------------------------------------------------------------------------

NOTES = st.text(st.sampled_from("客 a:#-|>'\"\n&*{[\\"), max_size=8)
FIELDS = st.sampled_from(["customer", "customer.contact", "subject", "description"])
REMARKS = st.sampled_from(["# 备注 - x", "  # - at: x", "", "    #"])


@st.composite
def made(draw: st.DrawFn) -> str:
    """A complaint's file: a real one of the samples, or one made up; a few with other line ends."""
    if draw(st.booleans()):
        text = draw(st.sampled_from(SAMPLES)).read_text(encoding="utf-8")
    else:
        facts = {**FACTS, "subject": draw(NOTES), "description": draw(NOTES)}
        notes = draw(st.lists(NOTES, max_size=3))
        text = yamlfile.new_file(facts, [event(0, "register"), *(event(1, note=said) for said in notes)], "x.json")
    return text.replace("\n", "\r\n") if draw(st.integers(0, 9)) == 0 else text


@st.composite
def gone_on(draw: st.DrawFn, text: str) -> tuple[str, list[str]]:
    """A text as a side goes on from it, and what its new events say that can be told apart."""
    marks = []
    for _ in range(draw(st.integers(0, 4))):
        step, minute = draw(st.sampled_from(["note", "note", "amend", "redact", "remark"])), draw(st.integers(0, 3))
        mark = f"mark-{draw(st.uuids(version=4))}"
        if step == "remark":
            lines = text.split("\n")
            place = draw(st.integers(1, len(lines) - 1))
            longer = "\n".join([*lines[:place], draw(REMARKS), *lines[place:]])
            with suppress(yamlfile.YamlProblem):  # where it was no place for a remark
                text = longer if yamlfile.load(longer) == yamlfile.load(text) else text
            continue
        if step == "redact":
            fields = draw(st.lists(FIELDS, min_size=1, unique=True))
            text = redaction.blanked(text, fields)
            new = event(minute, "redact", fields=fields, reason=mark)
        elif step == "amend":
            changes = {"customer.contact": {"from": "1", "to": draw(NOTES)}}
            new = event(minute, "amend", changes=changes, reason=mark)
        else:
            new = event(minute, note=draw(NOTES), reason=mark)
        text = yamlfile.append(text, [new])
        marks.append(mark)
    return text, marks


def marked(text: str, marks: Sequence[str]) -> list[str]:
    return [each["reason"] for each in yamlfile.load(text)["events"] if each.get("reason") in marks]


@st.composite
def forks(draw: st.DrawFn) -> tuple[str, tuple[str, list[str]], tuple[str, list[str]]]:
    base = draw(made())
    return base, draw(gone_on(base)), draw(gone_on(base))


@settings(max_examples=150)
@given(forks(), st.data())
def test_whatever_two_sides_add(fork: Any, data: st.DataObject) -> None:
    """Nothing is lost, nothing doubled, each side keeps its order, both get the same; and again after that."""
    base, (ours, mine), (theirs, others) = fork
    try:
        result = both(base, ours, theirs)
    except Conflict:
        assert "redact" in told(ours) + told(theirs)  # with remarks in what is blank on one side only
        return
    assert marked(result, mine) == mine
    assert marked(result, others) == others
    assert len(told(result)) == len(told(base)) + len(mine) + len(others)
    further, more = data.draw(gone_on(theirs))
    try:
        again = both(theirs, result, further)
    except Conflict:
        assert "redact" in told(result) + told(further)
        return
    for marks in (mine, [*others, *more]):
        assert marked(again, marks) == marks
    assert len(told(again)) == len(told(result)) + len(more)


@settings(max_examples=100)
@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["", BASE]), st.integers(0, len(BASE)))
@example("events: [[[", "events:\n  - a", BASE, 3)
@example("events:\n  - action: redact\n    fields: 3\ncustomer: 1\n", "x: 1", BASE, 0)
@example("\ud800", "x", BASE, 0)
def test_any_text_is_merged_or_a_conflict(ours: str, theirs: str, base: str, cut: int) -> None:
    """Nothing else is ever raised, and a result can be read."""
    for first, second in ((ours, theirs), (BASE[:cut] + ours + BASE[cut:], note(BASE, 1, "a"))):
        try:
            result = both(base, first, second)
        except Conflict:
            continue
        assert result in (first, second) or yamlfile.load(result)["events"]
