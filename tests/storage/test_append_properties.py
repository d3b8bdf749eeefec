"""Whatever is appended to whatever file: what stood there stays, and the event reads back as it was meant."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from cmplt.storage import yamlfile

# What people type, what they paste, and what a reader of YAML may take for something else.
PIECES = [
    "客户", "退款300元", "a", "x y", "yes", "no", "null", "~", "true", "017", "0o17", "1_000", "1:30", "1e3",
    ".5", ".inf", "-", "--- ", "...", "- ", "? ", ": ", ":", "#", " #", "# ", "'", '"', "\\", "|", ">", "%", "@",
    "`", "!", "!!str ", "&a ", "*a", "{", "}", "[", "]", ",", "=", "<<", "\n", "\n\n", "\r\n", "\r", "\t", " ",
    "  ", "\xa0", "\x85", "\u2028", "\u2029", "\ufeff", "\u200b", "😀", "👍\n", "2026-11-02",
    "2026-11-02T09:15:00+08:00", "\x00", "\x07", "\x7f", "\uffff",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), max_size=8).map("".join) | st.text(st.characters(exclude_categories=["Cs"]))
instants = st.builds(
    lambda seconds, hours: datetime.fromtimestamp(seconds, UTC).astimezone(timezone(timedelta(hours=hours))),
    st.integers(0, 4_000_000_000), st.integers(-12, 14),
)  # fmt: skip
scalars = texts | st.booleans() | st.none() | st.integers(-(10**18), 10**18) | st.floats(allow_nan=False)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner | instants, max_size=3),
    max_leaves=6,
)
events = st.dictionaries(texts, values | instants, min_size=1, max_size=4)
facts = st.dictionaries(texts.filter(lambda name: name != "events"), values | instants, min_size=1, max_size=4)


@st.composite
def files(draw: st.DrawFn) -> str:
    """A complaint's file as people and programs leave it: any indentation, comments, line ends, with a BOM or not."""
    pad = " " * draw(st.sampled_from([0, 2, 4]))
    gap = " " * draw(st.sampled_from([1, 3]))
    remark = draw(st.sampled_from(["", "# 备注 - 1\n", "\n", f"{pad}  # - 备注\n\n"]))
    lines = f"{remark}subject: 'a: #1'\nevents: # 事件\n{remark}"
    for number in range(draw(st.integers(1, 3))):
        lines += f"{pad}-{gap}at: x\n{pad} {gap}note: |\n{pad}   {gap} 一\n\n{pad}   {gap} {number}\n{remark}"
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    text = draw(st.sampled_from(["", "\ufeff"])) + lines.replace("\n", newline)
    return text.removesuffix(newline) if remark and draw(st.booleans()) else text


@given(files(), st.lists(events, min_size=1, max_size=2))
@example("events:\n  - at: x\n", [{"note": "\n"}])
@example("events:\n  - at: x\n", [{"note": "a\n\n"}, {"note": "b"}])
def test_append_then_load(text: str, new: list[dict[str, Any]]) -> None:
    """Every byte that stood there stays, and loading gives the old data, and behind its events exactly the new ones."""
    old = yamlfile.load(text)
    longer = yamlfile.append(text, new)
    assert longer.startswith(text)
    assert yamlfile.load(longer) == {**old, "events": [*old["events"], *yamlfile.plain(new)]}
    assert yamlfile.decode(longer.encode()) == longer
    assert yamlfile.load(longer[: yamlfile.beginnings(longer)[len(old["events"]) - 1]]) == old


@given(files(), st.lists(events, min_size=1, max_size=3))
def test_an_append_keeps_the_style_of_the_line_ends(text: str, new: list[dict[str, Any]]) -> None:
    """What is appended ends its lines as the file does, and its last line is complete."""
    added = yamlfile.append(text, new)[len(text) :]
    assert added.endswith("\n")
    assert added.count("\r\n") == (added.count("\n") if "\r\n" in text else 0)


@given(facts, st.lists(events, min_size=1, max_size=2))
@example({"description": "a\n\n"}, [{"at": "x"}])
def test_a_new_file_reads_back(given_facts: dict[str, Any], given_events: list[dict[str, Any]]) -> None:
    """A new file says exactly the facts and the events it was made of."""
    text = yamlfile.new_file(given_facts, given_events, "../schemas/complaint.schema.json")
    assert yamlfile.load(text) == yamlfile.plain({**given_facts, "events": given_events})


@given(files(), texts, texts)
def test_another_reader_of_yaml_agrees(text: str, note: str, name: str) -> None:
    """A validator that reads YAML 1.2 by itself (ruamel.yaml) finds the same text as values and as keys."""
    longer = yamlfile.append(text, [{"note": note, "details": {name: note}, "via": [note, name]}])
    found = YAML(typ="safe", pure=True).load(longer)["events"][-1]
    assert found == {"note": note, "details": {name: note}, "via": [note, name]}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text does more than be read or be refused with a place in it, and its places are those of what was read."""
    try:
        data = yamlfile.load(yamlfile.decode(text.encode()))
    except yamlfile.YamlProblem as problem:
        assert 1 <= problem.line <= len(text.splitlines()) + 1
        assert problem.column >= 1
        return
    marks = yamlfile.places(text)
    assert (() in marks) == bool(marks)
    if isinstance(data, dict):
        assert {path[0] for path in marks if path} == set(data)
