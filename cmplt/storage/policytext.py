"""A policy's text with a value written into it: every comment and every other line stays as it was."""

from collections.abc import Mapping
from typing import Any

from cmplt.storage import yamlfile

Path = tuple[str | int, ...]


def changed(text: str, path: Path, value: Any) -> str:
    """The text with another value at a path; a key that is not there yet joins the mapping around it."""
    marks = yamlfile.places(text)
    if path not in marks:
        return _joined(text, marks[path[:-1]], str(path[-1]), value)
    place = marks[path]
    if place.end:  # a scalar, or in brackets
        owned = "\n" if text[place.offset : place.end].endswith("\n") else ""  # a block scalar owns its last line break
        return text[: place.offset] + inline(value) + owned + text[place.end :]
    end = max(each.end for step, each in marks.items() if step[: len(path)] == path)
    return f"{text[: place.offset]}  {inline(value)}{text[end:]}"  # a list may stand no deeper than its own key


def _joined(text: str, around: yamlfile.Place, key: str, value: Any) -> str:
    """The text with a key in front of those of a mapping."""
    entry = f"{inline(key)}: {inline(value)}"
    if around.flow:
        after = around.offset + 1
        empty = text[after : around.end - 1].strip() == ""
        return text[:after] + entry + ("" if empty else ", ") + text[after:]
    indent = around.offset - text.rfind("\n", 0, around.offset) - 1
    return f"{text[: around.offset]}{entry}\n{' ' * indent}{text[around.offset :]}"


def inline(value: Any) -> str:
    """A value as one line of YAML that reads the same within brackets and without."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{inline(key)}: {inline(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(inline, value)) + "]"
    return yamlfile.dump([value]).strip()[1:-1]


def line(text: str, path: Path) -> int:
    """The line, from 0, in which a value stands."""
    return text.count("\n", 0, yamlfile.places(text)[path].offset)
