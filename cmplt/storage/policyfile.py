"""The office's policy, `cmplt.yaml`: read, and validated once for every text it has had."""

import hashlib
from pathlib import Path

from cmplt import __version__
from cmplt.domain.policy import Policy
from cmplt.errors import InvalidPolicy, Problem
from cmplt.repository import links
from cmplt.storage import book, yamlfile
from cmplt.storage.tree import Tree, WorkTree, decoded, from_yaml

NAME = "cmplt.yaml"


def read(root: Path, tree: Tree) -> tuple[Policy, str]:
    """The policy of an office and its text; raises InvalidPolicy with file, line and the first thing that is wrong."""
    text = decoded(tree.read(root / NAME, NAME), NAME)
    if isinstance(text, Problem):
        raise InvalidPolicy(problem=text)
    try:
        data = yamlfile.load(text)
    except yamlfile.YamlProblem as problem:
        raise InvalidPolicy(problem=from_yaml(NAME, problem)) from None
    if not _seen(root, text):
        problems = inspect(text, data)
        if problems:
            raise InvalidPolicy(problem=problems[0])
        if tree == WorkTree():
            _remember(root, text)
    return Policy(data), text


def inspect(text: str, data: object, name: str = NAME) -> list[Problem]:
    """Everything that is wrong with a policy's data; `name` is that of its file."""
    from cmplt.storage import validate

    findings = validate.policy_findings(data)
    return [book.at(name, text, path, sentence, rule, fields) for path, sentence, fields, rule in findings]


def _stamp(root: Path) -> Path:
    return links.private(root, "valid-policy")


def _digest(text: str) -> str:
    return hashlib.sha256(f"{__version__}\n{text}".encode()).hexdigest()


def _seen(root: Path, text: str) -> bool:
    """Whether this very text was found valid before: `overdue` then needs no validator."""
    try:
        return _stamp(root).read_text(encoding="ascii") == _digest(text)
    except (OSError, ValueError):
        return False


def _remember(root: Path, text: str) -> None:
    try:
        stamp = _stamp(root)
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(_digest(text), encoding="ascii")
    except OSError:
        return  # a clone that may only be read is validated every time
