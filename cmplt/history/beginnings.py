"""Where a history begins: an office's has one beginning, and what was joined to it is another history."""

from collections.abc import Collection

from cmplt.errors import Problem
from cmplt.history.commits import Finding, Past
from cmplt.i18n import N_

_STRANGE = N_("this commit goes on from nothing: it is the beginning of another history")


def first(past: Past, name: str) -> str:
    """The beginning that a commit goes back to by the first of each commit's parents."""
    while past.commits[name].parents:
        name = past.commits[name].parents[0]
    return name


def strange(past: Past, names: Collection[str], known: Collection[str]) -> list[Finding]:
    """What is wrong with the beginnings among some commits that do not lead to those known; whatever they hold."""
    own = past.leading_to(known)
    begin = [each.name for each in past.commits.values() if not each.parents]
    return [Finding(name, Problem("HEAD", _STRANGE, "history")) for name in begin if name in names and name not in own]
