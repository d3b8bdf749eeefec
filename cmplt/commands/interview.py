"""What `init` asks a person at a terminal: what no document says of an office, and the limits a profile assumed."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import click

from cmplt.domain.draft import Identity
from cmplt.domain.rules import spoken
from cmplt.i18n import N_, _
from cmplt.output import messages
from cmplt.storage import policyfile, policytext, yamlfile
from cmplt.storage.policytext import Path

_ANY = "*"  # in a pattern: every key of a mapping, every entry of a list
_ASSUMED = re.compile(r"(?<=\s)#.*\bassumed\b")


@dataclass(frozen=True, slots=True)
class Form:
    """How a value is shown on a line, and read from one; `present` is the value that stands there."""

    shown: Callable[[Any], str]
    read: Callable[[str, Any], Any]


def _hours(answer: str, present: Any) -> dict[str, str]:
    days = (part.split(maxsplit=1) for part in re.split("[;,；，]", answer) if part.strip())
    return {day: " ".join(spans) for day, *spans in days}


def _value(answer: str, present: Any) -> Any:
    return int(answer) if isinstance(present, int) and re.fullmatch("-?[0-9]{1,9}", answer) else answer


_VALUE = Form(lambda value: "" if value is None else str(value), _value)
_NAMES = Form(", ".join, lambda answer, present: [name.strip() for name in re.split("[,，]", answer) if name.strip()])
_HOURS = Form(lambda value: "; ".join(f"{day} {spans}" for day, spans in value.items()), _hours)

# What is asked of every office: where it stands, how the question reads, the form of the answer.
_OFFICE: tuple[tuple[Path, str, Form], ...] = (
    (("office",), N_("The office's name"), _VALUE),
    (("calendar", "timezone"), N_("Time zone"), _VALUE),
    (("calendar", "hours"), N_("Working hours (mon-fri 09:00-12:00 13:00-17:30; sat 09:00-12:00)"), _HOURS),
    (("roles", _ANY), N_("Role {name}: git names or e-mail addresses, with commas between"), _NAMES),
    (("departments", _ANY, "head"), N_("Head of department {name} (may stay empty)"), _VALUE),
)
# The limits that a profile may have assumed: asked where the line says so.
_LIMITS: tuple[Path, ...] = (
    ("late_entry",),
    ("customer", "repeat", "count"),
    ("customer", "repeat", "within"),
    ("severities", _ANY, "points"),
    ("severities", _ANY, "criteria", _ANY, "when", "details_over", _ANY),
    ("severities", _ANY, "criteria", _ANY, "unless", "details_over", _ANY),
    ("deadlines", _ANY, "within"),
    ("deadlines", _ANY, "by_severity", _ANY),
    ("deadlines", _ANY, "when_urgent"),
    ("deadlines", _ANY, "not_before"),
    ("scoring", "base"),
    ("scoring", "late"),
    ("approvals", _ANY, "compensation_over"),
    ("followup", "scale"),
    ("followup", "quotas", _ANY, "per_month"),
    ("closing", "unreconciled", "after_rounds"),
    ("playbooks", _ANY, "tasks", _ANY, "within"),
    ("recurrence", "count"),
    ("attachments", "max_size"),
)


def hold(text: str, identity: Identity) -> str:
    """A policy's text with the answers in it; every answer is tried at once, and asked for again if it cannot be."""
    click.echo(_("Enter keeps what stands in brackets. Ctrl-C stops; nothing is written before the end."), err=True)
    for pattern, title, form in _OFFICE:
        for path in _places(yamlfile.load(text), pattern, ()):
            text = _asked(text, path, _(title).format(name=_named(text, path)), form, identity)
    limits = assumed(text)
    question = _("{count} limits in it are assumed. Go through them now?").format(count=len(limits))
    if limits and click.confirm(question, default=False, err=True):
        for path in limits:
            text = _asked(text, path, _words(yamlfile.load(text), path), _VALUE, identity)
    return text


def assumed(text: str) -> list[Path]:
    """The limits whose line is marked as assumed, in the order of the table above."""
    data, lines = yamlfile.load(text), text.split("\n")
    paths = (
        path for pattern in _LIMITS for path in _places(data, pattern, ()) if isinstance(_at(data, path), str | int)
    )
    return [path for path in paths if _ASSUMED.search(lines[policytext.line(text, path)])]


def _asked(text: str, path: Path, title: str, form: Form, identity: Identity) -> str:
    data = yamlfile.load(text)
    present = _at(data, path)
    if path == ("office",):
        present = spoken(present or "", data.get("language", "en"))
    standing = form.shown(present)
    default = standing or (identity.name if form is _NAMES else "")
    while True:
        answer = str(click.prompt(title, default=default, show_default=bool(default), err=True)).strip()
        if answer == standing:
            return text
        found = policytext.changed(text, path, form.read(answer, present))
        problems = policyfile.inspect(found, yamlfile.load(found))
        if not problems:
            return _decided(found, path) if standing else found
        click.echo(messages.sentence(problems[0]), err=True)


def _decided(text: str, path: Path) -> str:
    """The text with the line of a value no longer marked as assumed."""
    lines, number = text.split("\n"), policytext.line(text, path)
    mark = _ASSUMED.search(lines[number])
    if mark:
        lines[number] = lines[number][: mark.end() - len("assumed")] + "decided" + lines[number][mark.end() :]
    return "\n".join(lines)


def _places(data: Any, pattern: Path, before: Path) -> Iterator[Path]:
    """The places that a pattern names; a last key that is not there yet is one too, a retired entry is none."""
    if isinstance(data, Mapping) and data.get("retired"):
        return
    if not pattern:
        yield (*before, "members") if before[0] == "roles" and isinstance(data, Mapping) else before
    elif isinstance(data, Mapping):
        for key in data if pattern[0] == _ANY else pattern[:1]:
            if key in data or len(pattern) == 1:
                yield from _places(data.get(key), pattern[1:], (*before, key))
    elif isinstance(data, list) and pattern[0] == _ANY:
        for index, each in enumerate(data):
            yield from _places(each, pattern[1:], (*before, index))


def _at(data: Any, path: Path) -> Any:
    """The value at a path, None where there is none."""
    for step in path:
        data = data.get(step) if isinstance(data, Mapping) else data[step]
    return data


def _named(text: str, path: Path) -> str:
    """The role or department that a question is about, with its label."""
    data = yamlfile.load(text)
    if len(path) < 2 or path[0] not in ("roles", "departments"):
        return ""
    entry = data[path[0]][path[1]]
    label = spoken(entry.get("label", ""), data.get("language", "en")) if isinstance(entry, Mapping) else ""
    return f"{path[1]} ({label})" if label else str(path[1])


def _words(data: Any, path: Path) -> str:
    """A place in words: its keys, and for an entry of a list the task or role that it is about."""
    words = []
    for step in path:
        data = data[step]
        named = data if isinstance(step, int) and isinstance(data, Mapping) else {}
        words.append(named.get("task") or named.get("role") if isinstance(step, int) else step)
    return " › ".join(str(word) for word in words if word and word != "tasks")
