"""Everything that is wrong with a measure's file, as values: schema, place, process, and names of today's policy."""

from collections.abc import Collection, Iterator
from pathlib import Path

from cmplt.domain import ids
from cmplt.domain.capa import undertaking
from cmplt.domain.measure import Measure
from cmplt.domain.policy import FIELDS, Policy
from cmplt.errors import Problem
from cmplt.i18n import N_
from cmplt.storage import measures, validate, yamlfile
from cmplt.storage.book import at
from cmplt.storage.tree import from_yaml


def inspect(root: Path, path: Path, text: str, policy: Policy | None, complaints: Collection[str]) -> Iterator[Problem]:
    """The problems of one file; `complaints`: the ids that it may name."""
    shown = str(path.relative_to(root))
    if not ids.is_id(path.stem) or path.suffix != ".yaml":
        yield Problem(shown, N_("a measure's file is named by its id, such as 20261130-q8wd.yaml"), "id")
        return
    try:
        data = yamlfile.load(text)
    except yamlfile.YamlProblem as problem:
        yield from_yaml(shown, problem)
        return
    findings = validate.measure_findings(data)
    for where, sentence, fields, rule in findings:
        yield at(shown, text, where, sentence, rule, fields)
    read = measures.parse(path, shown, text)
    if isinstance(read, Problem):
        if not findings:
            yield read
        return
    if path != measures.Measures(root).path_of(path.stem):
        yield Problem(shown, N_("it belongs into {folder}"), "folder", fields={"folder": f"measures/{path.stem[:4]}"})
    if list(data)[-1] != "events":
        yield at(shown, text, ("events",), N_("events must be the last key"), "append-only", {})
    if not text.endswith("\n"):
        lines = text.splitlines() or [""]
        sentence = N_("the file has no final newline")
        yield Problem(shown, sentence, "final-newline", len(lines), len(lines[-1]) + 1, "warning")
    yield from _warnings(shown, text, read.measure, policy, complaints)


def _warnings(
    shown: str, text: str, measure: Measure, policy: Policy | None, complaints: Collection[str]
) -> Iterator[Problem]:
    """Void events, complaints that are not there, and what only today's policy does not know."""
    for step in undertaking(measure).steps:
        if step.void:
            sentence = N_("void: {action} is not possible while it is {status}")
            fields = {"action": step.event.action, "status": step.before.status or "-"}
            yield at(shown, text, ("events", step.position), sentence, "process", fields, "warning")
    for index, each in enumerate(measure.facts.complaints):
        if each not in complaints:
            sentence = N_("there is no complaint {id}")
            yield at(shown, text, ("complaints", index), sentence, "complaints", {"id": each}, "warning")
    if policy is None:
        return
    used: list[tuple[yamlfile.Path, str, object]] = [
        ((name,), name, measure.data.get(name)) for name in ("category", "department")
    ]
    for index, event in enumerate(measure.events):
        used.append((("events", index, "department"), "department", event.get("department")))
        for name in ("category", "department"):
            change = (event.get("changes") or {}).get(name, {})
            used.append((("events", index, "changes", name, "to"), name, change.get("to")))
    for where, name, key in used:
        table = FIELDS[name]
        if isinstance(key, str) and key not in policy.tables[table]:
            sentence = N_("'{name}' is not in the policy's {table}")
            yield at(shown, text, where, sentence, "policy:names", {"name": key, "table": table}, "warning")
