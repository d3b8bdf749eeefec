"""Whether git still stores and merges the office's files as `cmplt init` has set it, by what .gitattributes says."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase

from cmplt.errors import Problem
from cmplt.history.areas import AREAS, RECORDS
from cmplt.history.commits import Touched
from cmplt.i18n import N_
from cmplt.repository.ledger import Ledger
from cmplt.storage import yamlfile
from cmplt.storage.office import ATTRIBUTES

NAME = ".gitattributes"
_CHANGING = ("filter", "ident", "working-tree-encoding")  # let git keep other bytes than were written
_BINARY = "-diff -merge -text"  # which git itself knows under a name
_OTHERWISE = N_("git would treat {folder} otherwise than 'cmplt init' has set it ({name}): its lines must come last")
_WITHIN = N_("here it would let git treat these files otherwise than 'cmplt init' has set it; remove it")
_WORD = re.compile(r'"(?:\\.|[^"\\])*"|\S+')
_WILD = re.compile(r"[*?\[\\]")


def offences(ledger: Ledger, touched: Touched) -> Iterator[Problem]:
    """What is wrong with the attributes that a commit changes."""
    folder, _, name = touched.path.rpartition("/")
    if name != NAME:
        return
    if folder:
        if touched.now and touched.path.split("/", 1)[0] in AREAS:
            yield Problem(touched.path, _WITHIN, "attributes")
        return
    content = ledger.content(touched.now, yamlfile.LARGEST) if touched.now else b""
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    for area in AREAS:
        meant, found = _effective(ATTRIBUTES, area), _effective(text, area)
        wrong = [each for each in meant if found.get(each) != meant[each]]
        wrong += [each for each in _CHANGING if found.get(each, "-") != "-"]
        if wrong:
            yield Problem(touched.path, _OTHERWISE, "attributes", fields={"folder": area, "name": wrong[0]})
            return


def _effective(text: str, area: str) -> Mapping[str, str]:
    """What attributes hold, in the end, of some file in an area: `+` for one that is set, `-` for one unset."""
    macros, found = {"binary": _BINARY.split()}, dict[str, str]()
    for line in text.removeprefix("\ufeff").split("\n"):
        pattern, *given = _WORD.findall(line) or ["#"]
        if pattern.startswith("[attr]"):
            macros[pattern.removeprefix("[attr]")] = given
        elif not pattern.startswith("#") and _touches(pattern.strip('"').lower(), area):
            for word in _spelled_out(given, macros):
                name, _, value = word.lstrip("-!").partition("=")
                found[name] = "-" if word.startswith("-") else value or "+"
                if word.startswith("!"):
                    del found[name]
    return found


def _spelled_out(given: Sequence[str], macros: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Attributes, and behind each macro what it stands for; none is looked into twice, or macros of macros may grow."""
    left, looked_into = [*reversed(given)], set[str]()
    while left:
        yield (word := left.pop())
        if word in macros and word not in looked_into:
            looked_into.add(word)
            left += reversed(macros[word])


def _touches(pattern: str, area: str) -> bool:
    """Whether a pattern may mean a file in an area, or that file; what is written as an escape may mean any."""
    if "/" in pattern:
        return "\\" in pattern or fnmatchcase(area, pattern.removeprefix("/").split("/", 1)[0])
    head, *tails = _WILD.split(pattern)
    tail = "" if re.search(r"[\[\\]", pattern) else tails[-1] if tails else head  # brackets may mean any
    if area in RECORDS:  # called by their ids
        return (not head or head[0].isdigit()) and (".yaml".endswith(tail) or tail.endswith(".yaml"))
    return fnmatchcase(area, pattern) or not pattern.strip("*")
