"""Facts of complaints from a file in YAML or JSON: one mapping, or a list of them."""

import json
from typing import Any

from cmplt.errors import BadFacts, UnreadableFacts
from cmplt.i18n import N_
from cmplt.storage import yamlfile

# What a complaint's file has and its facts do not: the program gives both.
_OURS = ("id", "events")


def facts(content: bytes, name: str) -> list[dict[str, Any]]:
    """The facts in a file; raises Unreadable with file and line."""
    try:
        data = _data(yamlfile.decode(content))
    except yamlfile.YamlProblem as problem:
        where = f"{name}:{problem.line}:{problem.column}"
        raise UnreadableFacts(where=where, problem=(problem.sentence, problem.fields)) from None
    found = data if isinstance(data, list) else [data]
    if not found:
        raise BadFacts(where=name, problem=(N_("there are no facts in it"), {}))
    for number, each in enumerate(found, 1):
        if not isinstance(each, dict):
            raise BadFacts(where=f"{name}: {number}", problem=(N_("facts are a mapping of names and values"), {}))
        for key in _OURS:
            if key in each:
                raise BadFacts(where=f"{name}: {number}", problem=(N_("leave out '{key}'"), {"key": key}))
    return found


def _data(text: str) -> Any:
    """JSON is YAML but for its escapes (`\\ud83d\\ude00` is one character there), so it has its own reader."""
    if text.lstrip().startswith(("{", "[")):
        try:
            return json.loads(text, object_pairs_hook=_unique)
        except (ValueError, RecursionError):
            return yamlfile.load(text)  # which says what is wrong, and where
    return yamlfile.load(text)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found
