"""YAML text to data and back: the 1.2 core schema, strictly and within bounds, and appending without rewriting."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs leave it out
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from cmplt.i18n import N_

LARGEST = 1 << 20  # bytes
DEEPEST = 40  # levels of mappings and lists
LONGEST = 100  # digits of a number
MOST = 100_000  # values in a file; a complaint has a hundred, and a policy some thousands
DIRECTIVES = 8  # lines such as `%TAG`, each of which the library compares with all before it; an office needs none
BOM = "\ufeff"

Path = tuple[str | int, ...]

_MARKED = re.compile(r"^<<<<<<< ", re.MULTILINE)  # where git, or its driver, put both sides of a conflict
_CONFLICT = N_("the marks of a merge's conflict stand here: keep what holds, take them out, then 'git add' the file")
_TOO_DEEP = N_("nested more than {deepest} levels deep")
_TAG = "tag:yaml.org,2002:"
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]|\r(?!\n)")
# The scalars of the YAML 1.2 core schema (10.3.2); every other plain scalar is text.
_CORE = re.compile(
    r"""(?P<null>null|Null|NULL|~|)
      | (?P<true>true|True|TRUE) | (?P<false>false|False|FALSE)
      | (?P<int>[-+]?[0-9]+) | 0o(?P<oct>[0-7]+) | 0x(?P<hex>[0-9a-fA-F]+)
      | (?P<float>[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?)
      | (?P<inf>[-+]?\.(inf|Inf|INF)) | (?P<nan>\.(nan|NaN|NAN))""",
    re.VERBOSE | re.ASCII,
)
_MAYBE_CORE = frozenset("0123456789+-.~nNtTfF")
# What may be a directive: libyaml takes it for one wherever a line may begin, also by the line ends of YAML 1.1.
_DIRECTIVE = re.compile("%(?<![^\r\n\x85\u2028\u2029]%)(?:TAG|YAML)")
_KINDS = {"null": type(None), "bool": bool, "int": int, "float": (int, float), "str": str}


class YamlProblem(ValueError):
    """Text that is not read: a sentence with its fields, and where (line and column from 1)."""

    def __init__(self, sentence: str, line: int = 1, column: int = 1, **fields: Any) -> None:
        super().__init__(sentence.format(**fields))
        self.sentence, self.line, self.column, self.fields = sentence, line, column, fields


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: line and column from 1, and whether it is written in brackets."""

    line: int
    column: int
    flow: bool = False
    offset: int = 0  # in the text, of the value itself
    end: int = 0  # of a scalar, or of what is written in brackets: where it ends


def decode(content: bytes) -> str:
    """The text of a file's bytes; raises YamlProblem for what is too large, not UTF-8, or not text."""
    if len(content) > LARGEST:
        raise YamlProblem(
            N_("the file has {size} bytes; more than {largest} are not read"), size=len(content), largest=LARGEST
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        line, column = _line_and_column(before, len(before))
        raise YamlProblem(
            N_("byte 0x{byte:02x} is not UTF-8; save the file as UTF-8"), line, column, byte=content[error.start]
        ) from None
    bad = _NOT_TEXT.search(text)
    if bad:
        line, column = _line_and_column(text, bad.start())
        if bad[0] == "\r":
            raise YamlProblem(N_("a line ends in CR alone; save the file with LF or CRLF line ends"), line, column)
        raise YamlProblem(
            N_("the character U+{code:04X} does not belong in a text file"), line, column, code=ord(bad[0])
        )
    return text


def load(text: str) -> Any:
    """The data of one YAML document; raises YamlProblem, never anything else."""
    return _build(text, None)


def places(text: str) -> dict[Path, Place]:
    """Where each value of a document stands, by its path; the text is one that `load` has read."""
    found: dict[Path, Place] = {}
    _build(text, found)
    return found


def _build(text: str, marks: dict[Path, Place] | None) -> Any:
    """Build data from the parser's events: no recursion, so that depth is a number and not a crash."""
    text = text.removeprefix(BOM)
    found = next(islice(_DIRECTIVE.finditer(text), DIRECTIVES, None), None)
    if found:
        line = len(re.split("\r\n|[\r\n\x85\u2028\u2029]", text[: found.start()]))
        raise YamlProblem(N_("there are more than {most} directives (%) in the file"), line, most=DIRECTIVES)
    try:
        parser = CParser(text)
        try:
            return _assemble(parser, marks)
        finally:
            parser.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        what = error.problem or error.context or ""
        if conflict := _MARKED.search(text):
            line, column = _line_and_column(text, conflict.start())
            raise YamlProblem(_CONFLICT, line, column) from None
        if "nesting depth" in what:  # a limit of the library's own, while it looks ahead
            raise YamlProblem(_TOO_DEEP, *_of(mark), deepest=DEEPEST) from None
        if mark and text[mark.index : mark.index + 1] == "\t":
            raise YamlProblem(N_("a tab stands where blanks are expected; indent with blanks"), *_of(mark)) from None
        raise YamlProblem(N_("not readable as YAML: {what}"), *_of(mark), what=what) from None
    except yaml.YAMLError as error:
        raise YamlProblem(N_("not readable as YAML: {what}"), what=str(error).splitlines()[0]) from None


def _assemble(parser: Any, marks: dict[Path, Place] | None) -> Any:
    root: list[Any] = []
    container: Any = root
    key: Any = None  # of a mapping: the key whose value comes next
    has_key = False
    stack: list[tuple[Any, Any]] = []
    path: list[str | int] = []
    values = 0
    while True:
        event = parser.get_event()
        kind = type(event)
        if kind is ScalarEvent:
            value = event.value if not event.implicit[0] and event.tag is None else _scalar(event)
        elif kind is MappingStartEvent or kind is SequenceStartEvent:
            value = {} if kind is MappingStartEvent else []
            if event.tag not in (None, "!", _TAG + ("map" if kind is MappingStartEvent else "seq")):
                raise YamlProblem(N_("the tag {tag} is not allowed"), *_of(event.start_mark), tag=event.tag)
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            container, key = stack.pop()
            has_key = False
            if marks is not None and marks[tuple(path)].flow:
                marks[tuple(path)] = replace(marks[tuple(path)], end=event.end_mark.index)
            if path:
                path.pop()
            continue
        elif kind is AliasEvent:
            raise YamlProblem(
                N_("an alias (*) is not allowed; write the value out, or quote the text"), *_of(event.start_mark)
            )
        elif kind is DocumentStartEvent:
            if root:
                raise YamlProblem(N_("a second document begins here; a file holds one"), *_of(event.start_mark))
            continue
        elif event is None or kind.__name__ == "StreamEndEvent":
            return root[0] if root else None
        else:
            continue
        if event.anchor:
            raise YamlProblem(N_("an anchor (&) is not allowed; quote the text if it is meant"), *_of(event.start_mark))
        if type(container) is dict and not has_key:
            if type(value) is not str:
                raise YamlProblem(N_("a key must be text; put it in quotes"), *_of(event.start_mark))
            if value in container:
                raise YamlProblem(N_("the key '{name}' stands here a second time"), *_of(event.start_mark), name=value)
            key, has_key = value, True
            if marks is not None:
                marks[(*path, value)] = _place(event)
            continue
        values += 1
        if values > MOST:
            raise YamlProblem(N_("there are more than {most} values in the file"), *_of(event.start_mark), most=MOST)
        step: str | int = key if type(container) is dict else len(container)
        if type(container) is dict:
            container[key] = value
        else:
            container.append(value)
        if marks is not None and container is not root:
            # a problem in a mapping is shown at the key; style and offset are the value's
            place = marks[(*path, step)] if type(container) is dict else _place(event)
            flow = kind is not ScalarEvent and bool(event.flow_style)
            end = event.end_mark.index if kind is ScalarEvent else 0
            marks[(*path, step)] = Place(place.line, place.column, flow, event.start_mark.index, end)
        elif marks is not None:
            marks[()] = _place(event)
        has_key = False
        if kind is not ScalarEvent:
            if len(stack) >= DEEPEST:
                raise YamlProblem(_TOO_DEEP, *_of(event.start_mark), deepest=DEEPEST)
            stack.append((container, key))
            if container is not root:
                path.append(step)
            container = value


def _scalar(event: Any) -> Any:
    value, tag = event.value, event.tag
    if tag in (None, "!"):
        plain = event.implicit[0] and tag is None
        if not plain or (value and value[0] not in _MAYBE_CORE):
            return value
        return _resolve(value, event)
    kind = _KINDS.get(tag.removeprefix(_TAG)) if tag.startswith(_TAG) else None
    found = value if kind is str else _resolve(value, event)
    if kind is None or not isinstance(found, kind):  # type: ignore[arg-type]  # a type or a pair of them
        raise YamlProblem(N_("the tag {tag} is not allowed"), *_of(event.start_mark), tag=tag)
    return found


def _resolve(value: str, event: Any) -> Any:
    match = _CORE.fullmatch(value)
    if match is None:
        return value
    kind, text = next((kind, text) for kind, text in match.groupdict().items() if text is not None)
    if len(text) > LONGEST:
        raise YamlProblem(N_("this number is too long"), *_of(event.start_mark))
    return _READ[kind](text)


_READ: Mapping[str, Any] = {
    "null": lambda text: None,
    "true": lambda text: True,
    "false": lambda text: False,
    "int": int,
    "oct": lambda text: int(text, 8),
    "hex": lambda text: int(text, 16),
    "float": float,
    "inf": lambda text: float(text.replace(".", "").lower()),
    "nan": lambda text: float("nan"),
}


def _of(mark: Any) -> tuple[int, int]:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _place(event: Any) -> Place:
    return Place(*_of(event.start_mark))


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


# --- writing ------------------------------------------------------------------------------------------------


class _Dumper(yaml.SafeDumper):
    """Quotes whatever a reader of YAML 1.1 or 1.2 would take for something other than text; writes no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Dumper.yaml_implicit_resolvers = {k: list(v) for k, v in yaml.SafeDumper.yaml_implicit_resolvers.items()}
for _name in ("null", "bool", "int", "float"):
    _Dumper.add_implicit_resolver(
        _TAG + "core-" + _name,
        re.compile(f"^(?:{_CORE.pattern})$", re.VERBOSE | re.ASCII),
        list("0123456789+-.~nNtTfF"),
    )


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.Node:
    # what a block of lines would not give back as it was is quoted, with escapes
    quoted = value.endswith("\n\n") or value.isspace() or any(mark in value for mark in "\r\x85\u2028\u2029\ufeff")
    return dumper.represent_scalar(_TAG + "str", value, style='"' if quoted else "|" if "\n" in value else None)


def _instant(dumper: yaml.SafeDumper, value: datetime) -> yaml.Node:
    return dumper.represent_scalar(_TAG + "timestamp", value.isoformat(timespec="seconds"))


def _list(dumper: yaml.SafeDumper, value: Sequence[Any]) -> yaml.Node:
    flat = not any(isinstance(each, dict | list) for each in value)
    return dumper.represent_sequence(_TAG + "seq", value, flow_style=flat)


def _map(dumper: yaml.SafeDumper, value: Mapping[str, Any]) -> yaml.Node:
    return dumper.represent_mapping(_TAG + "map", value.items(), flow_style=not value)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(datetime, _instant)
_Dumper.add_representer(list, _list)
_Dumper.add_representer(tuple, _list)
_Dumper.add_representer(dict, _map)


def dump(data: Any) -> str:
    """YAML text of data in block style, keys in their order, lines never folded."""
    return str(yaml.dump(data, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1 << 30))


def plain(data: Any) -> Any:
    """Data as it reads back: instants as text, tuples as lists."""
    if isinstance(data, Mapping):
        return {key: plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [plain(value) for value in data]
    return data.isoformat(timespec="seconds") if isinstance(data, datetime) else data


def new_file(facts: Mapping[str, Any], events: Sequence[Mapping[str, Any]], schema: str) -> str:
    """The text of a new file: a line for editors, the facts, the events."""
    head = f"# yaml-language-server: $schema={schema}\n{dump(facts)}events:\n"
    return head + _items(events, indent=2)


def _items(events: Sequence[Mapping[str, Any]], *, indent: int) -> str:
    pad = " " * indent
    lines = []
    for event in events:
        first, *rest = dump(event).removesuffix("\n").split("\n")
        lines.append(f"{pad}- {first}")
        lines += [f"{pad}  {line}" if line else "" for line in rest]
    return "\n".join(lines) + "\n"


class AppendError(ValueError):
    """Nothing can be appended to this text; `flow`: because its events are written in brackets."""

    def __init__(self, *, flow: bool) -> None:
        super().__init__("flow" if flow else "meaning")
        self.flow = flow


def append(text: str, events: Sequence[Mapping[str, Any]]) -> str:
    """The text with events behind its last one, in its own style; every character that stood there stays.

    Raises AppendError where the result would not read as the old data and exactly these events.
    """
    old, marks = load(text), places(text)
    if ("events", 0) not in marks or marks[("events",)].flow:
        raise AppendError(flow=True)
    newline = "\r\n" if text.endswith("\r\n") or ("\r\n" in text and not text.endswith("\n")) else "\n"
    added = _items(events, indent=_indent(text.removeprefix(BOM), marks[("events",)].offset)).replace("\n", newline)
    longer = text + ("" if text.endswith("\n") else newline) + added
    try:
        if load(longer) != {**old, "events": [*old["events"], *plain(events)]}:
            raise AppendError(flow=False)
    except YamlProblem:
        raise AppendError(flow=False) from None
    return longer


def beginnings(text: str) -> list[int]:
    """For each event, the offset in the text at which its lines end: what was there when it had been written."""
    return _ends(text, places(text), len(load(text)["events"]))


def pieces(text: str) -> tuple[Any, list[str]]:
    """The data of a file with events in block style, and its text cut before every event but the first.

    The text is parsed once. Raises YamlProblem, ValueError, KeyError or TypeError for what is no such file.
    """
    marks: dict[Path, Place] = {}
    data = _build(text, marks)
    number = len(data["events"])
    if not number or marks[("events",)].flow:
        raise ValueError("no events in block style")
    ends = _ends(text, marks, number)
    return data, [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def _ends(text: str, marks: Mapping[Path, Place], number: int) -> list[int]:
    body, shift = text.removeprefix(BOM), text.startswith(BOM)
    hyphens = re.compile(rf"^ {{{_indent(body, marks[('events',)].offset)}}}-(?=\s)", re.MULTILINE)
    found = [each.start() for each in hyphens.finditer(body)]
    ends = [each.end() for each in hyphens.finditer(body)]
    # the last hyphen that stands, with what is behind it, before the event
    before = (bisect_left(ends, marks[("events", index)].offset) for index in range(1, number))
    return [*(found[index - 1] + shift for index in before), len(text)]


def _indent(text: str, offset: int) -> int:
    """How many blanks stand before what begins at an offset."""
    before = text[:offset]
    return len(before) - len(before.rstrip(" "))
