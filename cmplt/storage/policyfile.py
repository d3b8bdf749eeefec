"""The office's policy, `cmplt.yaml`: read, and validated once for every text it has had."""

import hashlib
from pathlib import Path

from cmplt import __version__
from cmplt.domain.policy import Policy
from cmplt.errors import InvalidPolicy, Problem
from cmplt.storage import book, yamlfile

NAME = "cmplt.yaml"
# Keys that the schema accepts and nothing acts on in this version.
NOT_CARRIED_OUT = (
    *(("delegations",), ("playbooks",), ("requires",), ("phrases",), ("recurrence",), ("measures",), ("attachments",)),
    *(
        ("audit",),
        ("report",),
        ("customer", "key"),
        ("customer", "repeat"),
        ("closing", "requires"),
        ("closing", "also"),
    ),
    ("followup", "by_severity"),
)


def read(root: Path) -> Policy:
    """The policy of an office; raises InvalidPolicy with file, line and the first thing that is wrong."""
    path = root / NAME
    text = book.read_text(path, NAME)
    if isinstance(text, Problem):
        raise InvalidPolicy(problem=text)
    try:
        data = yamlfile.load(text)
    except yamlfile.YamlProblem as problem:
        raise InvalidPolicy(problem=book.from_yaml(NAME, problem)) from None
    if not _seen(root, text):
        problems = inspect(text, data)
        if problems:
            raise InvalidPolicy(problem=problems[0])
        _remember(root, text)
    return Policy(data)


def inspect(text: str, data: object) -> list[Problem]:
    """Everything that is wrong with a policy's data."""
    from cmplt.storage import validate

    findings = validate.policy_findings(data)
    return [book.at(NAME, text, path, sentence, rule, fields) for path, sentence, fields, rule in findings]


def _stamp(root: Path) -> Path:
    return root / ".git" / "cmplt" / "valid-policy"


def _digest(text: str) -> str:
    return hashlib.sha256(f"{__version__}\n{text}".encode()).hexdigest()


def _seen(root: Path, text: str) -> bool:
    """Whether this very text was found valid before: `overdue` then needs no validator."""
    try:
        return _stamp(root).read_text(encoding="ascii") == _digest(text)
    except (OSError, ValueError):
        return False


def _remember(root: Path, text: str) -> None:
    stamp = _stamp(root)
    try:
        stamp.parent.mkdir(exist_ok=True)
        stamp.write_text(_digest(text), encoding="ascii")
    except OSError:
        return  # a clone that may only be read is validated every time
