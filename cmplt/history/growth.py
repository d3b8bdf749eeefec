"""Whether a committed text has only grown: complete events at its end, whole comment lines anywhere (design §2)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from cmplt.domain.complaint import Complaint, Event, Misread
from cmplt.domain.measure import Measure
from cmplt.errors import Problem
from cmplt.i18n import N_
from cmplt.storage import book, redaction, yamlfile
from cmplt.storage.measures import MEASURES
from cmplt.storage.sound import compared
from cmplt.storage.tree import from_yaml

Path = tuple[str | int, ...]
_HYPHEN = re.compile(r"^events:\r?\n(?P<indent> *)- ", re.MULTILINE)
_CHANGED = N_("{name} is not what was committed before; see 'git show {commit}'")
_GONE = N_("committed events are gone: there were {before}, and are {now}; see 'git show {commit}'")
_LINE = N_("a committed line was changed or removed; see 'git show {commit}'")
_MORE = N_("{name} was changed, which the redaction does not name; see 'git show {commit}'")
_OF_EVENT = {
    _CHANGED: N_("'{name}' of event {number} is not what was committed before; see 'git show {commit}'"),
    _MORE: N_("'{name}' of event {number} was changed, which the redaction does not name; see 'git show {commit}'"),
}


@dataclass(frozen=True)
class Document:
    """A complaint's or a measure's file as a commit has it."""

    path: str
    text: str
    data: Mapping[str, Any]
    owner: Complaint | Measure
    in_parts: bool = False  # only its tail was read, behind a text that had been read before

    @cached_property
    def redacts(self) -> bool:
        return any(event.action == "redact" for event in self.owner.events)


def read(path: str, text: str) -> Document | Problem:
    """What a file's text says, or the problem that makes it unreadable; its name is not looked at."""
    try:
        data = yamlfile.load(text)
        owner = (Measure if path.startswith(f"{MEASURES}/") else Complaint).read(data)
    except yamlfile.YamlProblem as problem:
        return from_yaml(path, problem)
    except Misread as error:
        return book.at(path, text, error.path, N_("expected {expected}"), "shape", {"expected": error.expected})
    return Document(path, text, data, owner)


def continued(old: Document, text: str) -> Document | None:
    """What a text says of which only the events behind an older one's have to be read; None where that cannot be told.

    A tail is read alone where it begins at an event's hyphen; `whole` tells whether all of it reads as its parts did.
    """
    tail = text[len(old.text) :]
    hyphen = _HYPHEN.search(old.text)
    if hyphen is None or not old.text.endswith("\n") or not text.startswith(old.text):
        return None
    if not tail.startswith(hyphen["indent"] + "- "):
        return None
    try:
        data = yamlfile.load(f"events:\n{tail}")
        first = len(old.owner.events)
        events = [Event.read(each, ("events", index)) for index, each in enumerate(data["events"], first)]
    except (yamlfile.YamlProblem, Misread):
        return None
    if set(data) != {"events"}:
        return None
    data = {**old.data, "events": [*old.data["events"], *data["events"]]}
    owner = replace(old.owner, events=(*old.owner.events, *events), data=data)
    return Document(old.path, text, data, owner, in_parts=True)


def offence(old: Document, new: Document, commit: str) -> Problem | None:
    """What keeps the new text from being the old one with more behind it; None where it is just that."""
    text, data = old.text, old.data
    if new.redacts and isinstance(new.owner, Complaint):
        text = redaction.as_redacted(text, new.owner)
        data = data if text == old.text else yamlfile.load(text)
    same = {**new.data, "events": new.data["events"][: len(data["events"])]}
    where = None if data == same else next(_differences(data, same), None)
    fields: dict[str, Any] = {"commit": commit[:10]}
    if len(new.data["events"]) < len(data["events"]):
        fields |= {"before": len(data["events"]), "now": len(new.data["events"])}
        return book.at(new.path, new.text, where or ("events",), _GONE, "append-only", fields)
    if where is not None:
        sentence, rule = (_MORE, "redaction") if text != old.text else (_CHANGED, "append-only")
        in_event = where[0] == "events" and len(where) > 2
        if in_event:  # people count from 1
            sentence = _OF_EVENT[sentence]
            fields["number"] = int(where[1]) + 1
        fields["name"] = ".".join(map(str, where[2:] if in_event else where)) or "events"
        return book.at(new.path, new.text, where, sentence, rule, fields)
    if list(new.data)[-1] != "events" != list(data)[-1]:
        return book.at(new.path, new.text, ("events",), _LINE, "append-only", fields)
    changed, _ = compared(text, new.text)
    return Problem(new.path, _LINE, "append-only", changed[0], fields=fields) if changed else None


def _differences(old: Any, new: Any, path: Path = ()) -> Iterator[Path]:
    """Where data differ, in the order of the old."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*old, *new)):
            if key not in old or key not in new:
                yield (*path, key)
            else:
                yield from _differences(old[key], new[key], (*path, key))
    elif isinstance(old, list) and isinstance(new, list):
        for index in range(max(len(old), len(new))):
            if index >= len(old) or index >= len(new):
                yield (*path, index)
            else:
                yield from _differences(old[index], new[index], (*path, index))
    elif type(old) is not type(new) or old != new:
        yield path
