"""The guides that can be read: the shipped pages and the office's own, which stand before them."""

import re
from collections.abc import Mapping
from importlib.resources import files as resources
from pathlib import Path

from cmplt.domain.guides import Guide
from cmplt.errors import Problem
from cmplt.i18n import N_
from cmplt.storage import book, yamlfile
from cmplt.storage.tree import Tree, from_yaml, text

GUIDES = "templates/guides"
SUFFIX = ".yaml"
# A name is shown to be typed: nothing that a shell or a terminal would take for more than a word.
_NAME = re.compile(r"\w[\w-]*")

# Each by its name, or everything that is wrong with it.
Guides = Mapping[str, Guide | list[Problem]]


def guides(tree: Tree, root: Path | None) -> Guides:
    """The pages by their names, in the order of these; outside an office (no root) the shipped ones."""
    found = {**_shipped(), **(_own(tree, root) if root else {})}
    return {name: found[name] for name in sorted(found)}


def sound(found: Guides) -> list[Guide]:
    """The pages that can be used."""
    return [each for each in found.values() if isinstance(each, Guide)]


def faulty(found: Guides) -> list[Problem]:
    """What is wrong with the others."""
    return [problem for each in found.values() if isinstance(each, list) for problem in each]


def _shipped() -> dict[str, Guide | list[Problem]]:
    folder = resources("cmplt.templates").joinpath("guides")
    names = [each.name.removesuffix(SUFFIX) for each in folder.iterdir() if each.name.endswith(SUFFIX)]
    return {
        name: Guide.read(name, yamlfile.load(folder.joinpath(name + SUFFIX).read_text(encoding="utf-8")))
        for name in names
    }


def _own(tree: Tree, root: Path) -> dict[str, Guide | list[Problem]]:
    folder = root / GUIDES
    found = tree.files(folder, (SUFFIX,))
    # the folder itself stands for what cannot be looked into
    return {
        path.stem: _read(tree, root, path)
        for path in found
        if path.parent == folder or path in (folder, *folder.parents)
    }


def _read(tree: Tree, root: Path, path: Path) -> Guide | list[Problem]:
    shown = f"{path.relative_to(root)}"
    content = text(tree, path, shown)
    if isinstance(content, Problem):
        return [content]
    if not _NAME.fullmatch(path.stem):
        return [Problem(shown, N_("a guide's file is named with letters, digits and hyphens"), "guide")]
    try:
        data = yamlfile.load(content)
    except yamlfile.YamlProblem as problem:
        return [from_yaml(shown, problem)]
    from cmplt.storage import validate  # only where there are own pages

    problems = [
        book.at(shown, content, where, sentence, rule, fields)
        for where, sentence, fields, rule in validate.guide_findings(data)
    ]
    return problems or Guide.read(path.stem, data)
