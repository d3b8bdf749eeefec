"""Everything that is wrong with an office's files, as values: schema, policy, process, and what git remembers."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from cmplt.domain import ids, instants, phrases
from cmplt.domain.complaint import Complaint
from cmplt.domain.personal import REDACTED
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.process import History, fold
from cmplt.errors import NotInOffice, Problem
from cmplt.i18n import N_
from cmplt.repository.ledger import Ledger
from cmplt.storage import (
    book,
    enclosed,
    guides,
    measurecheck,
    policyfile,
    policyrules,
    redaction,
    tree,
    validate,
    yamlfile,
)
from cmplt.storage.measures import MEASURES, Measures
from cmplt.storage.sound import compared, lines
from cmplt.storage.tree import WorkTree, from_yaml

_FOLDERS = ("complaints/", "measures/")
_OURS = (*_FOLDERS, policyfile.NAME)


def inspect(root: Path, ledger: Ledger, *, files: Sequence[Path], staged: bool) -> list[Problem]:
    """Every problem of the office's files, or of those named, or of those in the commit being made."""
    letters = ledger.staged() if staged else ledger.changed()
    texts = dict(_texts(root, ledger, files, letters if staged else None))
    policy, problems = _policy(root, ledger, staged)
    if (files or staged) and root / policyfile.NAME not in texts:
        problems = []  # the policy itself is not asked about
    complaints = book.Book(root).paths
    for path, text in texts.items():
        if path != root / policyfile.NAME:
            if isinstance(text, Problem):
                problems.append(text)
            elif path.is_relative_to(root / MEASURES):
                problems += measurecheck.inspect(root, path, text, policy, complaints)
            else:
                problems += _file(root, path, text, policy)
            problems += _tampered(root, ledger, path, text, letters)
    if not files or staged:
        problems += [
            Problem(name, N_("it was deleted; put it back: git restore {path}"), "append-only", fields={"path": name})
            for name, letter in letters.items()
            if letter == "D" and name.startswith(_FOLDERS)
        ]
    problems += _doubles(root, texts)
    if not files and not staged:
        problems += guides.faulty(guides.guides(WorkTree(), root))
    chosen = letters if staged else None
    problems += enclosed.inspect(root, ledger, texts, whole=not files and not staged, staged=chosen)
    return sorted(problems, key=lambda each: (each.path, each.line, each.column))


def _texts(
    root: Path, ledger: Ledger, files: Sequence[Path], staged: dict[str, str] | None
) -> Iterator[tuple[Path, str | Problem]]:
    """The files to be looked at, each with its text or what keeps it from being read."""
    if staged is not None:
        for name, letter in staged.items():
            if letter != "D" and name.startswith(_OURS):
                yield root / name, tree.decoded(ledger.staged_content(root / name) or b"", name)
        return
    for path in [path.resolve() for path in files] or [root / policyfile.NAME, *_all(root)]:
        if not path.is_relative_to(root):
            raise NotInOffice(path=path)
        yield path, tree.text(WorkTree(), path, str(path.relative_to(root)))


def _all(root: Path) -> list[Path]:
    """The files of complaints and measures."""
    return [*book.Book(root).files(), *Measures(root).files()]


def _policy(root: Path, ledger: Ledger, staged: bool) -> tuple[Policy | None, list[Problem]]:
    """The policy if it is valid, and what is wrong with it."""
    path = root / policyfile.NAME
    name, content = policyfile.NAME, ledger.staged_content(path) if staged else None
    text = tree.text(WorkTree(), path, name) if content is None else tree.decoded(content, name)
    if isinstance(text, Problem):
        return None, [text]
    try:
        data = yamlfile.load(text)
    except yamlfile.YamlProblem as problem:
        return None, [from_yaml(policyfile.NAME, problem)]
    problems = policyfile.inspect(text, data)
    if problems:
        return None, problems
    doubts = [
        _warning(policyfile.NAME, text, where, sentence, rule, **fields)
        for where, sentence, fields, rule in policyrules.doubts(data)
    ]
    return Policy(data), doubts


def _file(root: Path, path: Path, text: str, policy: Policy | None) -> Iterator[Problem]:
    shown = str(path.relative_to(root))
    if not ids.is_id(path.stem) or path.suffix != ".yaml":
        yield Problem(shown, N_("a complaint's file is named by its id, such as 20261102-7k3f.yaml"), "id")
        return
    try:
        data = yamlfile.load(text)
    except yamlfile.YamlProblem as problem:
        yield from_yaml(shown, problem)
        return
    findings = validate.complaint_findings(data)
    for where, sentence, fields, rule in findings:
        yield book.at(shown, text, where, sentence, rule, fields)
    read = book.parse(path, shown, text)
    if isinstance(read, Problem):
        if not findings:
            yield read
        return
    if path != book.Book(root).path_of(read.complaint.id):
        yield Problem(
            shown,
            N_("it belongs into {folder}"),
            "folder",
            fields={"folder": f"complaints/{path.stem[:4]}/{path.stem[4:6]}"},
        )
    if list(data)[-1] != "events":
        yield book.at(shown, text, ("events",), N_("events must be the last key"), "append-only", {})
    if not text.endswith("\n"):
        lines = text.splitlines() or [""]
        sentence = N_("the file has no final newline")
        yield Problem(shown, sentence, "final-newline", len(lines), len(lines[-1]) + 1, "warning")
    yield from _by_process(shown, text, read.complaint)
    if policy:
        yield from _by_policy(shown, text, policy.history(read.complaint), policy)


def _by_process(shown: str, text: str, complaint: Complaint) -> Iterator[Problem]:
    history = fold(complaint)
    for step in history.steps:
        if step.void:
            sentence = N_("void: {action} is not possible while it is {status}")
            yield _warning(
                shown,
                text,
                ("events", step.position),
                sentence,
                "process",
                action=step.event.action,
                status=step.before.status or "-",
            )


def _by_policy(shown: str, text: str, history: History, policy: Policy) -> Iterator[Problem]:
    """What the file breaks by today's policy: names it does not know, details its schema does not allow."""
    facts = history.now.facts
    complaint = history.complaint
    for name, table in FIELDS.items():
        for key in _keys(complaint.data.get(name)):
            if key not in policy.tables[table]:
                yield _unknown(shown, text, (name,), key, table)
        for index, event in enumerate(complaint.events):
            change = (event.get("changes") or {}).get(name, {})
            for steps, value in (((name,), event.get(name)), (("changes", name, "to"), change.get("to"))):
                for key in _keys(value):
                    if key not in policy.tables[table]:
                        yield _unknown(shown, text, ("events", index, *steps), key, table)
    for index, event in enumerate(complaint.events):
        for number, file in enumerate(event.get("files", ())):
            for key in _keys(file.get("kind")):
                if key not in policy.tables["attachments"]:
                    yield _unknown(shown, text, ("events", index, "files", number, "kind"), key, "attachments")
        for name in event.due:
            if name not in policy.deadlines and name != "resolution" and not name.startswith("task:"):
                yield _unknown(shown, text, ("events", index, "due", name), name, "deadlines")
        for field, phrase in phrases.said(event, policy.phrases):
            sentence = N_("'{phrase}' is on the policy's list of what is not said to a customer")
            yield _warning(shown, text, ("events", index, field), sentence, "phrases", phrase=phrase)
    for where, sentence, fields, rule in validate.details_findings(facts.details, policy):
        if facts.value(".".join(map(str, where[:2]))) == REDACTED:
            continue
        yield replace(book.at(shown, text, where, sentence, rule, fields), level="warning")
    for key in policy.customer_required:
        if not facts.customer.get(key):
            yield _warning(shown, text, ("customer",), N_("{name} is missing"), "policy:customer", name=key)
    if complaint.id[:8] != instants.show(complaint.facts.received, policy.zone)[:10].replace("-", ""):
        yield _warning(shown, text, ("received",), N_("the id is of another day than the receipt"), "id")


def _tampered(
    root: Path, ledger: Ledger, path: Path, text: str | Problem, letters: dict[str, str]
) -> Iterator[Problem]:
    """A line that stood in the last commit and stands there no longer."""
    name = path.relative_to(root).as_posix()
    if letters.get(name) not in ("M", "T") or isinstance(text, Problem):
        return
    committed = (ledger.committed(path) or b"").decode("utf-8", "replace")
    old = _redacted(committed, text)
    changed, added = compared(lines(old), lines(text))
    if not changed and _reads_differently(old, text):
        changed = added  # a key below an event, a line inside a text: nothing changed, and yet all did
    sentence = N_("this line was changed or removed since it was committed; events are only appended")
    for line in changed:
        yield Problem(name, sentence, "append-only", line)


def _redacted(old: str, text: str) -> str:
    """The committed text with what the file's new events redact blank."""
    try:
        return redaction.as_redacted(old, Complaint.read(yamlfile.load(text)))
    except ValueError:  # a file that cannot be read is reported as that
        return old


def _reads_differently(old: str, text: str) -> bool:
    """Whether added lines changed the data of what stood there; what cannot be read is reported as that."""
    try:
        before, after = yamlfile.load(old), yamlfile.load(text)
        return bool(before != {**after, "events": after["events"][: len(before["events"])]})
    except (KeyError, TypeError, ValueError):
        return False


def _doubles(root: Path, texts: dict[Path, str | Problem]) -> Iterator[Problem]:
    """Files of one id, copied by hand."""
    by_id = defaultdict(list)
    for path in _all(root):
        by_id[path.stem].append(path)
    for path in texts:
        for other in by_id[path.stem]:
            if other != path and ids.is_id(path.stem):
                yield Problem(
                    str(path.relative_to(root)),
                    N_("{other} has the same id"),
                    "id",
                    fields={"other": other.relative_to(root)},
                )


def _keys(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [each for each in value or () if isinstance(each, str)]  # type: ignore[attr-defined]


def _unknown(shown: str, text: str, where: tuple[str | int, ...], key: str, table: str) -> Problem:
    return _warning(
        shown, text, where, N_("'{name}' is not in the policy's {table}"), "policy:names", name=key, table=table
    )


def _warning(
    shown: str, text: str, where: tuple[str | int, ...], sentence: str, rule: str, **fields: object
) -> Problem:
    return book.at(shown, text, where, sentence, rule, fields, level="warning")
