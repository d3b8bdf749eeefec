"""Whatever bytes stand in a file, and whatever is appended: read, or refused with a sentence; never anything else.

CMPLT_FUZZ says how many examples are tried of each (default 150).
"""

import os
from collections.abc import Iterator
from importlib.resources import files as resources
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from cmplt.storage import yamlfile
from tests.storage.test_append_properties import PIECES
from tests.storage.test_append_properties import events as event_values

EXAMPLES = int(os.environ.get("CMPLT_FUZZ", "150"))
bounded = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

SAMPLE = resources("cmplt.sample")
FOLDERS = ("complaints/2026/07", "offices/manufacturer/measures/2026", "offices/retail/complaints/2026/10")
REAL = [
    *(
        path.read_bytes()
        for folder in FOLDERS
        for path in sorted(SAMPLE.joinpath(folder).iterdir(), key=lambda each: each.name)[:4]
    ),
    SAMPLE.joinpath("cmplt.yaml").read_bytes()[:6000],
]
# What bends YAML most for its length, besides what people type.
TOKENS = [
    *(piece.encode("utf-8", "surrogatepass") for piece in PIECES),
    b"events:\n", b"\nevents: []\n", b"  - at: x\n", b"\n  - ", b"\n- ", b"\n", b"\t", b"\xff", b"\xc0\x80",
    b"\xed\xa0\x80", b"\xef\xbb\xbf", b"&a", b"*a", b"<<: ", b"!!python/object:os.system ", b"!!binary ",
    b"%YAML 1.1\n---\n", b"%TAG ! x\n", b"{" * 50, b"[" * 50, b"? " * 50, b"- " * 50, b"'" * 3, b'"\\',
    b'"\\ud800"', b'"\\x00"', b'"\\e[31m"', b"|9\n", b">-1\n", b"1" * 120, b"1e999999999", b"0x" + b"f" * 90,
    b".inf", b"-.nan", b"---\n", b"...\n", b" # ", b"\r", b"\r\n", b"\x85", b"\0",
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real file with pieces cut out, repeated, moved, or put in."""
    content = draw(st.sampled_from(REAL))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 1, 2, 5, 20, 200])))
        match draw(st.sampled_from(["put", "cut", "repeat", "move", "replace", "newlines"])):
            case "put":
                content = content[:start] + draw(st.sampled_from(TOKENS)) + content[start:]
            case "cut":
                content = content[:start] + content[end:]
            case "repeat":
                content = content[:end] + content[start:end] * draw(st.integers(1, 3)) + content[end:]
            case "move":
                piece, content = content[start:end], content[:start] + content[end:]
                where = draw(st.integers(0, len(content)))
                content = content[:where] + piece + content[where:]
            case "replace":
                content = content[:start] + draw(st.binary(max_size=4)) + content[end:]
            case "newlines":
                content = content.replace(b"\n", b"\r\n") if draw(st.booleans()) else content.removesuffix(b"\n")
    return content


def read(content: bytes) -> tuple[str, Any] | None:
    """The text of a file and what it says; None where it is refused, with a sentence and a place."""
    try:
        text = yamlfile.decode(content)
        return text, yamlfile.load(text)
    except yamlfile.YamlProblem as problem:
        assert problem.sentence.format(**problem.fields)
        assert 1 <= problem.line <= len(content.decode("utf-8", "replace").splitlines()) + 2
        assert problem.column >= 1
        return None


def leaves(data: Any, path: yamlfile.Path = ()) -> Iterator[tuple[yamlfile.Path, Any]]:
    """Every value, containers too, by its path."""
    yield path, data
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, each in pairs:
        yield from leaves(each, (*path, key))


@bounded
@given(st.binary(max_size=200) | st.lists(st.sampled_from(TOKENS), max_size=20).map(b"".join) | mutated())
@example(b"[" * 200_000)
@example(b"? " * 200_000)
@example(b"- " * 200_000)
@example(b"{a: " * 200_000)
@example(b"a:\n" * 3 + b"".join(b" " * depth + b"a:\n" for depth in range(900)))
@example(b"'" + b"x" * (1 << 20))
@example(b"[" + b"1," * 500_000 + b"]")
@example(b"[" + b"1," * 9_000 + b"]")
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Data within bounds or a YamlProblem, nothing else; and the places are exactly those of the values."""
    found = read(content)
    if found is None:
        return
    text, data = found
    values, marks = dict(leaves(data)), yamlfile.places(text)
    assert set(marks) == (set(values) if marks else set())
    for path, value in values.items():
        assert len(path) <= yamlfile.DEEPEST
        assert isinstance(value, dict | list | str | int | float | bool | None)
        assert not isinstance(value, int) or abs(value) < 16**yamlfile.LONGEST
    plain = text.removeprefix(yamlfile.BOM)
    for path, place in marks.items():
        assert 0 <= place.offset <= len(plain)
        assert not place.end or place.offset <= place.end <= len(plain)
        if place.flow:
            assert plain[place.offset] in "[{"
            assert plain[place.end - 1] in "]}"
        assert place.line <= len(plain.splitlines()) + 1, path


@bounded
@given(mutated())
def test_an_independent_reader_finds_the_same(content: bytes) -> None:
    """What a strict reader of YAML 1.2 (ruamel.yaml) reads too says the same, texts to the letter."""
    found = read(content)
    if found is None:
        return
    text, data = found
    try:
        theirs = YAML(typ="base", pure=True).load(text)
    except (
        YAMLError,
        ValueError,
        IndexError,
        AttributeError,
        TypeError,
        KeyError,
        AssertionError,
        NotImplementedError,
    ):
        return  # of what it does not read there is nothing to compare
    ours = dict(leaves(data))
    other = dict(leaves(theirs))
    texts = {path: value for path, value in ours.items() if isinstance(value, str)}
    assert {path: other.get(path) for path in texts} == texts


@bounded
@given(mutated(), st.lists(event_values, min_size=1, max_size=2))
def test_what_is_appended_reads_back_or_is_refused(content: bytes, new: list[dict[str, Any]]) -> None:
    """Every character that stood there stays; behind the old events stand exactly the new ones, or nothing is made."""
    found = read(content)
    if found is None:
        return
    text, old = found
    if not isinstance(old, dict) or not isinstance(old.get("events"), list):
        return  # which no command opens
    try:
        longer = yamlfile.append(text, new)
    except yamlfile.AppendError:
        return
    assert longer.startswith(text)
    assert yamlfile.load(longer) == {**old, "events": [*old["events"], *yamlfile.plain(new)]}
    try:
        again = yamlfile.decode(longer.encode())
    except yamlfile.YamlProblem:
        pytest.fail("what was appended could not be read again from the disk")
    assert again == longer
    ends = yamlfile.beginnings(longer)
    assert len(ends) == len(old["events"]) + len(new)
    assert ends == sorted(ends)
