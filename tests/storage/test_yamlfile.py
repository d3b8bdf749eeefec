"""YAML text to data and back: the core schema scalar by scalar, the bounds, and appending."""

import math
from datetime import datetime
from itertools import pairwise
from typing import Any

import pytest

from cmplt.storage import yamlfile
from cmplt.storage.yamlfile import AppendError, YamlProblem

# --- reading: the 1.2 core schema -----------------------------------------------------------------------------

CORE = {
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "0": 0, "7": 7, "-7": -7, "+7": 7, "-0": 0, "017": 17, "08": 8, "13800000000": 13800000000,
    "0o17": 15, "0o0": 0, "0x1f": 31, "0xFF": 255,
    "1.5": 1.5, "-1.5": -1.5, "+1.5": 1.5, ".5": 0.5, "-.5": -0.5, "5.": 5.0, "1e3": 1000.0, "1E3": 1000.0,
    "1e+3": 1000.0, "1e-3": 0.001, "12e03": 12000.0, "1.5e3": 1500.0, ".5e1": 5.0, "1.e1": 10.0,
    ".inf": math.inf, ".Inf": math.inf, ".INF": math.inf, "+.inf": math.inf, "-.inf": -math.inf, "-.INF": -math.inf,
}  # fmt: skip
TEXT = [
    "yes", "no", "on", "off", "y", "n", "Yes", "NO", "On", "Off", "nULL", "tRUE", "fALSE", "nil", "none",
    "2026-11-02", "2026-11-02T09:15:00+08:00", "09:15", "1:30", "190:20:30", "1_000", "0b11", "0B11",
    "0X1F", "0O17", "-0o7", "+0x1", "0o8", "0xg", "1e", "1e+", ".e1", ".", "+", "..", "1..2", "1.2.3",
    "1,5", "._1", "inf", "nan", "Inf", "NaN", "-.nan", "+.nan", ".nanx", ".infx", "=", "<<", "==x", "１",
    "一", "川A12345", "x#y", "a:b", "http://x/y?z=1", "20261102-7k3f", "-x", "?x", ":x", "1-2",
    "100%", "5m", "C:\\x", "it's", 'say"x"', "😀",
]  # fmt: skip


@pytest.mark.parametrize("text", CORE)
def test_core_scalars(text: str) -> None:
    """The plain scalars of YAML 1.2's core schema (10.3.2) read as what they stand for, of that very type."""
    found = yamlfile.load(f"key: {text}\n")["key"]
    assert (type(found), found) == (type(CORE[text]), CORE[text])


@pytest.mark.parametrize("text", [".nan", ".NaN", ".NAN"])
def test_not_a_number(text: str) -> None:
    """The three spellings of not-a-number are the float that is unlike itself."""
    found = yamlfile.load(f"- {text}")[0]
    assert isinstance(found, float)
    assert math.isnan(found)


@pytest.mark.parametrize("text", TEXT)
def test_everything_else_is_text(text: str) -> None:
    """No timestamps, no yes and no, no base-60 numbers: a plain scalar beyond the core schema is text."""
    assert yamlfile.load(f"key: {text}\n") == {"key": text}


@pytest.mark.parametrize("text", [*CORE, *TEXT])
def test_quoted_is_text(text: str) -> None:
    """Whatever stands in quotes is text."""
    assert yamlfile.load("- '{}'".format(text.replace("'", "''"))) == [text]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("# nothing but a remark\n", None),
        ("---\n", None),
        ("--- # the only document\na: 1\n...\n", {"a": 1}),
        ("%YAML 1.2\n---\na: 017", {"a": 17}),
        ("%YAML 1.1\n---\na: yes", {"a": "yes"}),
        ("phone: #123", {"phone": None}),
        ("a: x # y", {"a": "x"}),
        ("a:\t1\nb: x\ty\t# z", {"a": 1, "b": "x\ty"}),
        ("a: |\n  x\n   y\n\n", {"a": "x\n y\n"}),
        ("a: |-\n  x\n", {"a": "x"}),
        ("a: |+\n  x\n\n", {"a": "x\n\n"}),
        ("a: >\n  x\n  y\n", {"a": "x y\n"}),
        ("a: x\n  y", {"a": "x y"}),
        (r'a: "\t\x41\u4e00\U0001F600\e\0"', {"a": "\tA一😀\x1b\0"}),
        ("{a, b: [c, {d: }], 'e': 1}", {"a": None, "b": ["c", {"d": None}], "e": 1}),
        ("a:\n- 1\n-\n- - 2\n  - b: 3\n", {"a": [1, None, [2, {"b": 3}]]}),
        ("? a\n: b\n", {"a": "b"}),
        ("'1': a\n\"~\": b\n'': c", {"1": "a", "~": "b", "": "c"}),
        ("<<: {a: 1}", {"<<": {"a": 1}}),
        ("a: !!str 017\nb: !!int '17'\nc: ! 17\nd: !!null ''\ne: !!bool true\nf: !!seq []\ng: !!map {}\n!!str 1: h",
         {"a": "017", "b": 17, "c": "17", "d": None, "e": True, "f": [], "g": {}, "1": "h"}),
        ("a: 1\r\nb: |\r\n  x\r\n  y\r\n", {"a": 1, "b": "x\ny\n"}),
        ("\ufeffa: 1\n", {"a": 1}),
        ("\ufeff", None),
        ('{"a":1,"b":["x","\\u00e9\\/\\n"],"c":null,"d":true,"e":-1.5e3}',
         {"a": 1, "b": ["x", "é/\n"], "c": None, "d": True, "e": -1500.0}),
        ('{\n\t"a":\t1\n}', {"a": 1}),
    ],
)  # fmt: skip
def test_documents(text: str, data: Any) -> None:
    """Documents of every style, JSON among them, read as their data."""
    assert yamlfile.load(text) == data


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a: 1\nb: 2\na: 3", 3, 1, "the key 'a' stands here a second time"),
        ("a:\n  客户: 1\n  '客户': 2", 3, 3, "the key '客户' stands here a second time"),
        ("{x: 1, x: 1}", 1, 8, "a second time"),
        ("- {? a : 1, ? !!str a : 2}", 1, 15, "a second time"),
        ("a: 1\n2026: x", 2, 1, "a key must be text"),
        ("true: x", 1, 1, "a key must be text"),
        ("~: x", 1, 1, "a key must be text"),
        ("{? : x}", 1, 4, "a key must be text"),
        ("1.5: x", 1, 1, "a key must be text"),
        ("[a]: x", 1, 1, "a key must be text"),
        ("? {a: b}\n: c", 1, 3, "a key must be text"),
        ("a: !!python/object/apply:os.system [x]", 1, 4, "the tag tag:yaml.org,2002:python/object/apply:os.system"),
        ("a: !!python/name:os.system ''", 1, 4, "is not allowed"),
        ("a:\n  - !office x", 2, 5, "the tag !office is not allowed"),
        ("%TAG ! tag:x,2026:\n---\na: !y z", 3, 4, "the tag tag:x,2026:y is not allowed"),
        ("a: !!timestamp 2026-01-01", 1, 4, "is not allowed"),
        ("a: !!binary aGk=", 1, 4, "is not allowed"),
        ("a: !!set {b}", 1, 4, "is not allowed"),
        ("a: !!omap [b: 1]", 1, 4, "is not allowed"),
        ("a: !!bool yes", 1, 4, "is not allowed"),
        ("a: !!int x", 1, 4, "is not allowed"),
        ("a: !!null x", 1, 4, "is not allowed"),
        ("a: !!map [b]", 1, 4, "is not allowed"),
        ("text: &company owes me", 1, 7, "an anchor (&) is not allowed; quote the text"),
        ("a: &x [1]\nb: *x", 1, 4, "an anchor"),
        ("&x a: 1", 1, 1, "an anchor"),
        ("b: *x", 1, 4, "an alias (*) is not allowed"),
        ("<<: *x", 1, 5, "an alias (*) is not allowed"),
        ("*x : 1", 1, 1, "an alias (*) is not allowed"),
        ("a: 1\n---\nb: 2", 2, 1, "a second document begins here"),
        ("a: 1\n...\n---\n", 3, 1, "a second document begins here"),
        ("a:\n\tb: 1", 2, 1, "a tab stands where blanks are expected"),
        ("\tb: 1", 1, 1, "a tab stands"),
        ("- a\n-\tb: 1", 2, 2, "a tab stands"),
        ("\ufeffa:\n\tb: 1", 2, 1, "a tab stands"),
        ("客户: [甲, 乙", 1, 10, "not readable as YAML"),
        ("a: 'b", 1, 6, "not readable as YAML"),
        ("a: b: c", 1, 5, "not readable as YAML"),
        ("a: }", 1, 4, "not readable as YAML"),
        ("@a: b", 1, 1, "not readable as YAML"),
        ("a: \"\\q\"", 1, 5, "not readable as YAML"),
        ("a: " + "1" * 5000, 1, 4, "this number is too long"),
        ("a: -" + "1" * 5000, 1, 4, "this number is too long"),
        ("a: 0x" + "f" * 5000, 1, 4, "this number is too long"),
        ("a: 0o" + "7" * 9000, 1, 4, "this number is too long"),
    ],
)  # fmt: skip
def test_what_is_refused_says_where(text: str, line: int, column: int, words: str) -> None:
    """What is not read is refused with the line and the column, counted from 1 in characters, and the reason."""
    with pytest.raises(YamlProblem) as caught:
        yamlfile.load(text)
    assert words in str(caught.value)
    if "not readable" not in words:  # where the parser itself gives up, the line is enough
        assert (caught.value.line, caught.value.column) == (line, column)
    assert caught.value.line in (line, line + 1)


PAIRS = [(a, b, ", ".join([f"*{a}"] * 9)) for a, b in pairwise("abcdefghi")]
LAUGHS = "a: &a [lol, lol]\n" + "".join(f"{b}: &{b} [{nine}]\n" for a, b, nine in PAIRS)
MERGES = "a: &a {x: 1}\n" + "".join(f"{b}: &{b} {{<<: [{nine}]}}\n" for a, b, nine in PAIRS)


def directives(count: int) -> str:
    return "".join(f"%TAG !{number}! x\n" for number in range(count))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (directives(60_000) + "---\na: 1\n", 9),
        ("%YAML 1.2\r\n# x\r\n" + directives(9).replace("\n", "\r\n") + "---\r\na: 1\r\n", 10),
        ("a: 1\n...\n" + directives(9) + "---\na: 1\n", 11),
        *((directives(9).replace("\n", end) + "---\na: 1\n", 9) for end in ("\r", "\x85", "\u2028", "\u2029")),
    ],
    ids=["many", "CRLF", "later", "CR", "NEL", "LS", "PS"],
)
def test_many_directives_are_refused_unread(text: str, line: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library compares each with all before it, which takes it seconds: it is not even asked."""
    monkeypatch.setattr(yamlfile, "CParser", None)
    with pytest.raises(YamlProblem, match="more than 8 directives") as error:
        yamlfile.load(text)
    assert (error.value.line, error.value.column) == (line, 1)


def test_what_only_looks_like_directives() -> None:
    """Some are allowed, and in a text there may be any number."""
    assert yamlfile.load(directives(8) + "---\na: 1\n") == {"a": 1}
    lines = "%TAG x\n" * 20
    assert yamlfile.load("a: |\n  " + lines.replace("\n", "\n  ").rstrip(" ")) == {"a": lines}


@pytest.mark.parametrize("text", [LAUGHS, MERGES])
def test_alias_bombs(text: str) -> None:
    """A billion laughs, or merges, end at the first anchor."""
    with pytest.raises(YamlProblem) as caught:
        yamlfile.load(text)
    assert (caught.value.line, caught.value.column) == (1, 4)


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000, "[\n" * 100_000, "? [" * 100_000,
     "".join(" " * depth + "a:\n" for depth in range(1000)), "[" * 100_000 + "]" * 100_000, ": " * 100_000,
     "!" * 100_000, "*" * 100_000, "&" * 100_000, "'" * 99_999, "a: " * 100_000],
    ids=lambda text: repr(text[:4]),
)  # fmt: skip
def test_depth_ends_in_a_problem(text: str) -> None:
    """A hundred thousand open brackets, hyphens or question marks are a problem with its place, and no crash."""
    with pytest.raises(YamlProblem):
        yamlfile.load(text)
    with pytest.raises(YamlProblem):
        yamlfile.places(text)


def test_the_deepest_level() -> None:
    """Forty levels are read, the forty-first is refused where it begins."""
    found = yamlfile.load("[" * 40 + "]" * 40)
    for _ in range(39):
        (found,) = found
    assert found == []
    with pytest.raises(YamlProblem, match="nested more than 40 levels deep") as caught:
        yamlfile.load("[" * 41 + "]" * 41)
    assert (caught.value.line, caught.value.column) == (1, 41)


# --- bytes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "line", "column", "words"),
    [
        (b"a: \xff", 1, 4, "byte 0xff is not UTF-8"),
        (b"a: 1\nb: \xe5\xae", 2, 4, "byte 0xe5 is not UTF-8"),
        ("a: 客户".encode() + b"\xfe", 1, 6, "byte 0xfe is not UTF-8"),
        ("a: 客户".encode("gb18030"), 1, 4, "is not UTF-8"),
        ("a: x".encode("utf-16"), 1, 1, "byte 0xff is not UTF-8"),
        (b"a: \xed\xa0\xbd\xed\xb8\x80", 1, 4, "is not UTF-8"),
        (b"a: \xc0\x80", 1, 4, "is not UTF-8"),
        (b"a\x00b", 1, 2, "U+0000"),
        (b"a: 1\r\nb: \x07", 2, 4, "U+0007"),
        (b"a: 1\nb: x\ry", 2, 5, "CR"),
        ("客户\x0b".encode(), 1, 3, "U+000B"),
        (b"x\x7f", 1, 2, "U+007F"),
        ("x\x9f".encode(), 1, 2, "U+009F"),
        ("x\ufffe".encode(), 1, 2, "U+FFFE"),
        (b" " * (1 << 20) + b"x", 1, 1, "the file has 1048577 bytes; more than 1048576 are not read"),
    ],
)  # fmt: skip
def test_bytes_that_are_not_read(content: bytes, line: int, column: int, words: str) -> None:
    """Bytes that are no UTF-8 text, or too many, are refused with their place, counted in characters."""
    with pytest.raises(YamlProblem) as caught:
        yamlfile.decode(content)
    problem = caught.value
    assert words in problem.sentence.format(**problem.fields)
    assert (problem.line, problem.column) == (line, column)


@pytest.mark.parametrize("text", ["", "\ufeffa: 1\r\n", "客户\t😀\x85\u2028\xa0\ue000\ufffd", "x" * (1 << 20)])
def test_bytes_that_are_read(text: str) -> None:
    """Tabs, line ends of any kind, a byte order mark and every printable character are text, up to 1 MiB."""
    assert yamlfile.decode(text.encode()) == text


# --- places ---------------------------------------------------------------------------------------------------


def test_places() -> None:
    """Every value has its place: a mapping's entry at its key, a list's at its beginning, from line and column 1."""
    text = "# 备注\na: 1\n客户: {姓名: 甲, 电话: ['1']}\nevents:\n  - at: x\n    due:\n      b: c\n  -   {by: y}\n"
    assert {path: (place.line, place.column, place.flow) for path, place in yamlfile.places(text).items()} == {
        (): (2, 1, False),
        ("a",): (2, 1, False),
        ("客户",): (3, 1, True),
        ("客户", "姓名"): (3, 6, False),
        ("客户", "电话"): (3, 13, True),
        ("客户", "电话", 0): (3, 18, False),
        ("events",): (4, 1, False),
        ("events", 0): (5, 5, False),
        ("events", 0, "at"): (5, 5, False),
        ("events", 0, "due"): (6, 5, False),
        ("events", 0, "due", "b"): (7, 7, False),
        ("events", 1): (8, 7, True),
        ("events", 1, "by"): (8, 8, False),
    }


@pytest.mark.parametrize("start", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_places_whatever_the_line_ends(newline: str, start: str) -> None:
    """A byte order mark and the style of the line ends move no place."""
    marks = yamlfile.places(start + newline.join(["a: 1", "b: [x,", "  y]", "c:", "- d"]))
    found = [(marks[path].line, marks[path].column) for path in (("a",), ("b", 1), ("c", 0))]
    assert found == [(1, 1), (3, 3), (5, 3)]


# --- writing --------------------------------------------------------------------------------------------------

NASTY = [
    *CORE, *TEXT, "a: b", "a #b", "#a", "'", '"', "''", '""', "\\", "-", "- a", "? a", ": a", ":", "a:", "%a",
    "@a", "`a", "!a", "!!str", "&a", "*a", "|", "> a", "{a", "{}", "[]", "[a]", "}", ",", "---", "...", "--- a",
    "a\n---\nb", "a\n...\nb", " a", "a ", "  ", " ", "\t", "\ta", "a\tb", "a\t", "\n", "\n\n", "a\n", "a\n\n",
    "\na", "a\nb", "a\n\n\nb\n", " a\n b", "a \nb", "a\n b\n  c\n", "# a\nb", "a\r\nb", "a\rb", "\r", "\xa0",
    "\xa0a\nb", "\u3000a", "a\x85b", "a\u2028b", "a\u2029b", "a\n\u2028b", "\u2028", "\x85", "\ufeffa",
    "a\ufeffb", "\u200b", "\u202e123", "\x00", "\x07", "\x1b[31m", "\x7f", "\x9f", "\ufffd", "\uffff", "\ue000",
    "😀", "👨\u200d👩\u200d👧", "👍\n", "e\u0301", "\U0010ffff", "x" * 5000, "客 户 " * 500, "a\n" * 200,
    "Ω: ≈ç√", "key: |\n  text", "<script>", "$(rm -rf)", "=1+1",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text[:12]))
def test_text_is_written_so_that_it_reads_back(text: str) -> None:
    """Text comes back equal as a value, in a list, as a key, and under a key; as the last thing and before others."""
    for data in (
        {"a": text},
        {"a": text, "b": 1},
        {"a": [text, text]},
        {text: text},
        {"a": {text: 1}},
        {"a": [{"b": text}]},
    ):
        assert yamlfile.load(yamlfile.dump(data)) == data


@pytest.mark.parametrize("text", NASTY, ids=lambda text: ascii(text[:12]))
def test_a_new_file_reads_back(text: str) -> None:
    """A new complaint's facts and events come back equal, whatever the text at the end of each."""
    facts = {"id": "20261102-7k3f", "customer": {"name": text}, "description": text}
    events = [{"action": "register", "note": text}, {"note": text, "answers": {"a": 1}}, {"note": text}]
    found = yamlfile.new_file(facts, events, "../complaint.schema.json")
    assert yamlfile.load(found) == {**facts, "events": events}
    assert yamlfile.decode(found.encode()) == found


def test_data_keep_their_types_and_order() -> None:
    """Numbers, truth values, nothing, empty lists and mappings come back as they were, keys in their order."""
    data = {"z": 1, "a": [1, -1.5, True, None, [], {}], "m": {"y": [], "b": {}, "c": [{"d": [[1], []]}]}, "e": 1e300}
    found = yamlfile.load(yamlfile.dump(data))
    assert found == data
    assert [list(found), list(found["m"])] == [["z", "a", "m", "e"], ["y", "b", "c"]]
    assert [type(each) for each in found["a"]] == [int, float, bool, type(None), list, dict]


def test_instants_are_plain() -> None:
    """An instant is written unquoted in RFC 3339 with whole seconds, and reads back as that text; text is quoted."""
    instant = datetime.fromisoformat("2026-11-02T09:15:00.123+08:00")
    text = yamlfile.dump({"at": instant, "text": "2026-11-02T09:15:00+08:00"})
    assert text == "at: 2026-11-02T09:15:00+08:00\ntext: '2026-11-02T09:15:00+08:00'\n"
    assert yamlfile.load(text)["at"] == yamlfile.plain(instant) == "2026-11-02T09:15:00+08:00"


def test_a_new_file_as_a_person_reads_it() -> None:
    """A new file has the editors' line, facts in their order, lines never folded, and the events as its last key."""
    facts = {
        "id": "20261102-7k3f", "customer": {"name": "客户甲", "contact": "13800000000"}, "criteria": [],
        "urgent": False, "subject": "很" * 200, "description": "一\n二\n", "details": {"plate": "川A12345"},
    }  # fmt: skip
    at, due = map(datetime.fromisoformat, ("2026-11-02T09:20:00+08:00", "2026-11-02T09:50:00+08:00"))
    events = [{"at": at, "by": "王芳", "action": "register", "due": {"assignment": due}, "answers": ["a", "b"]}]
    assert yamlfile.new_file(facts, events, "schemas/complaint.schema.json") == (
        "# yaml-language-server: $schema=schemas/complaint.schema.json\n"
        "id: 20261102-7k3f\n"
        "customer:\n"
        "  name: 客户甲\n"
        "  contact: '13800000000'\n"
        "criteria: []\n"
        "urgent: false\n"
        f"subject: {'很' * 200}\n"
        "description: |\n"
        "  一\n"
        "  二\n"
        "details:\n"
        "  plate: 川A12345\n"
        "events:\n"
        "  - at: 2026-11-02T09:20:00+08:00\n"
        "    by: 王芳\n"
        "    action: register\n"
        "    due:\n"
        "      assignment: 2026-11-02T09:50:00+08:00\n"
        "    answers: [a, b]\n"
    )


# --- appending ------------------------------------------------------------------------------------------------

EVENT = {"at": "z", "note": "一\n\n二"}


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("events:\n- at: x\n", "- at: z\n  note: |-\n    一\n\n    二\n"),
        ("events:\n  - at: x\n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events:\n    -   at: x\n        by: y\n", "    - at: z\n      note: |-\n        一\n\n        二\n"),
        ("events:\n  - {at: x}\n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events:\n  - !!map\n    at: x\n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events:\n  -\n    at: x\n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events:\n  - # 第一-件\n    at: x-y\n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events:\n  - at: x\n# 完", "\n  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events:\n  - at: x\n\n  \n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events:\n  - at: x", "\n  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events:\n  - at: x\n   ", "\n  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events:\n  - note: |+\n      x\n\n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("--- # 文件\nevents:\n  - at: x\n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events: # 事件\n\n  # 第一件\n  - at: x # 时间\n  # 完\n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events:\r\n  - at: x\r\n", "  - at: z\r\n    note: |-\r\n      一\r\n\r\n      二\r\n"),
        ("a: 1\r\nevents:\r\n  - at: x", "\r\n  - at: z\r\n    note: |-\r\n      一\r\n\r\n      二\r\n"),
        ("\ufeffevents:\n  - at: x\n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("\ufeffevents:\r\n- at: x", "\r\n- at: z\r\n  note: |-\r\n    一\r\n\r\n    二\r\n"),
        ("subject: 'a\u2028b'\nevents:\n  - at: x\n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("subject: 'a\x85  b\u2029c'\nevents:\n  - at: x\n", "  - at: z\n    note: |-\n      一\n\n      二\n"),
        ("events:\n  - at: x\nlater: {b: c}\n", None),
    ],
)  # fmt: skip
def test_append_in_the_own_style(text: str, added: str | None) -> None:
    """An event goes behind the last, with the file's own indentation and line ends; all that stood there stays."""
    if added is None:
        with pytest.raises(AppendError):
            yamlfile.append(text, [EVENT])
        return
    found = yamlfile.append(text, [EVENT])
    assert found == text + added
    assert yamlfile.load(found)["events"][-1] == EVENT


def test_append_several_in_order() -> None:
    """Several events are appended in their order, instants as text."""
    at = datetime.fromisoformat("2026-11-02T09:20:00+08:00")
    found = yamlfile.append("events:\n  - a: 1\n", [{"b": 2}, {"at": at, "due": {"x": at}}])
    assert found.endswith("  - b: 2\n  - at: 2026-11-02T09:20:00+08:00\n    due:\n      x: 2026-11-02T09:20:00+08:00\n")
    assert len(yamlfile.load(found)["events"]) == 3


@pytest.mark.parametrize(
    ("text", "flow"),
    [
        ("events: []\n", True),
        ("events: [{at: x}]\n", True),
        ("events: [\n  {at: x},\n]\n", True),
        ("{events: [{at: x}]}\n", True),
        ("events:\n  - at: x\n...\n", False),
        ("events:\n  - at: x\nother: 1\n", False),
        ("events:\n- at: x\nother:\n- y\n", False),
        ("events:\n  - at: x\n    note: |\n      no end of line", False),
        ("events:\n  - at: x\n    note: 'open\n", None),
    ],
)
def test_append_refused(text: str, flow: bool | None) -> None:
    """Nothing is appended to events in brackets, or where anything else would read differently afterwards."""
    if flow is None:
        with pytest.raises(YamlProblem):
            yamlfile.append(text, [EVENT])
        return
    with pytest.raises(AppendError) as caught:
        yamlfile.append(text, [EVENT])
    assert caught.value.flow is flow


@pytest.mark.parametrize(
    "text",
    ["a: 1\revents:\r  - at: x\r", "a: 1\nevents:\r\n  - at: x\r", "# a\r# b\r\nevents:\n- b: c\n",
     "a: 1\x85events:\x85  - at: x\n", "a: >\n  x\u2028  y\nevents:\n  - at: 'x\u2028  y'\n",
     "events:\n- - a\n- b\n", "events:\n  - ? at\n    : x\n", "events:\n  - at: |1\n     x\n",
     "? events\n: - at: x\n", "events:\n  - at: x\n    due: {a: b,\n  c: d}\n", "events:\n  - at: 'x\n\n\n- y'\n",
     "'events':\n  - 'at-x': - \n", "events:\n\n\n- x", "events:\n-\n- a: 1\n", "events:\n- # - \n  - x\n"],
    ids=ascii,
)  # fmt: skip
def test_append_keeps_the_meaning_or_refuses(text: str) -> None:
    """However oddly a file is written, an append leaves all of it and adds the event, or is refused; it never fails."""
    try:
        old = yamlfile.load(yamlfile.decode(text.encode()))
        found = yamlfile.append(text, [EVENT])
    except (AppendError, YamlProblem):
        return
    assert found.startswith(text)
    assert yamlfile.load(found) == {**old, "events": [*old["events"], EVENT]}


@pytest.mark.parametrize(
    "text",
    [
        "# 头\na: 1\nevents:\n  - at: x\n    note: |\n      一\n\n      二\n  # 第-二\n  - at: y\n  - {at: z}\n\n#\n",
        "events:\n  - # 第一-件\n    at: x-y\n  -\n    at: y\n  -   # z\n    at: z\n",
        "\ufeffa: 1\r\nevents:\r\n- at: x\r\n- at: y\r\n",
        "events:\n  - at: x",
        "subject: 'a\u2028b'\nevents:\n  - at: x\n  - at: 'y\u2028'\n  - at: z\n",
    ],
    ids=ascii,
)
def test_beginnings(text: str) -> None:
    """Cut at its n-th offset, a text holds the first n events and all that stood above; the last offset is its end."""
    data, offsets = yamlfile.load(text), yamlfile.beginnings(text)
    assert offsets[-1] == len(text)
    assert len(offsets) == len(data["events"])
    for number, offset in enumerate(offsets, 1):
        assert yamlfile.load(text[:offset]) == {**data, "events": data["events"][:number]}


def test_beginnings_undo_appends() -> None:
    """The offset of the last but one event is where the text ended before the last append."""
    before = "events:\n  - at: x\n    note: 一\n"
    assert yamlfile.beginnings(yamlfile.append(before, [EVENT])) == [len(before), len(yamlfile.append(before, [EVENT]))]
