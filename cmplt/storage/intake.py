"""Facts of complaints from a file in YAML or JSON: one mapping, or a list of them."""

from typing import Any

from cmplt.errors import Unreadable
from cmplt.i18n import N_
from cmplt.storage import yamlfile

# What a complaint's file has and its facts do not: the program gives both.
_OURS = ("id", "events")


def facts(content: bytes, name: str) -> list[dict[str, Any]]:
    """The facts in a file; raises Unreadable with file and line."""
    try:
        text = yamlfile.decode(content)
        data = yamlfile.load(text)  # JSON is YAML
    except yamlfile.YamlProblem as problem:
        raise Unreadable(
            where=f"{name}:{problem.line}:{problem.column}", problem=(problem.sentence, problem.fields)
        ) from None
    found = data if isinstance(data, list) else [data]
    for index, each in enumerate(found):
        if not isinstance(each, dict):
            raise Unreadable(where=f"{name}: {index + 1}", problem=(N_("facts are a mapping of names and values"), {}))
        for key in _OURS:
            if key in each:
                raise Unreadable(where=f"{name}: {index + 1}", problem=(N_("leave out '{key}'"), {"key": key}))
    if not found:
        raise Unreadable(where=name, problem=(N_("there are no facts in it"), {}))
    return found
