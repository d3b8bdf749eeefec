"""The shipped schemas against the process table, the profiles, the sample and another validator."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cmplt.domain import capa
from cmplt.domain.measure import AMENDABLE, KINDS, MeasureFacts
from cmplt.domain.policy import Policy
from cmplt.domain.process import TABLE, Action
from cmplt.storage import office as offices
from cmplt.storage import validate, yamlfile
from tests.office import Office

CASES = Path(__file__).parents[1] / "cases"
TOP = Path(__file__).parents[2]
SCHEMAS = {path.name.split(".")[0]: json.loads(path.read_text(encoding="utf-8")) for path in TOP.glob("schemas/*.json")}

FACTS = {
    "id": "20260316-7k3f", "received": "2026-03-16T10:00:00+08:00", "channel": "phone", "customer": {"name": "甲"},
    "category": "attitude", "severity": "general", "subject": "态度冷淡",
}  # fmt: skip
EVENT = {"at": "2026-03-16T10:00:00+08:00", "by": "王芳"}
# A good value for every field that an event can carry (design §3).
GOOD: dict[str, Any] = {
    "department": "sales", "owner": "李明", "note": "一", "via": "phone", "remedy": ["apology"],
    "compensation": "300.5", "role": "quality", "reason": "一",
    "severity": "major", "criterion": "media", "urgent": True, "to": "quality",
    "outcome": "一", "cause": "attitude", "agreed": "2026-03-16T10:00:00+08:00", "result": "satisfied", "rating": 5,
    "answers": {"outcome": 5}, "recourse": "一", "changes": {"subject": {"from": "a", "to": None}}, "points": -1,
    "task": "look", "title": "一", "fields": ["customer.name"],
    "files": [{"path": "attachments/x/y", "size": 0, "sha256": "0" * 64, "kind": "photo"}],
}  # fmt: skip
# What any event may carry besides.
COMMON = {
    "recorded": "2026-03-16T10:05:00+08:00", "note": "一", "reason": "一", "due": {"task:look": "2026-03-16T10:00:00Z"},
    "opens": {"followup": "2026-03-16T10:00:00Z"}, "provisional": ["followup"],
}  # fmt: skip


def findings(*events: dict[str, Any], **facts: Any) -> list[str]:
    """What is wrong with a complaint of these facts and events: the place and the rule of each finding."""
    data = {**FACTS, **facts, "events": list(events) or [{**EVENT, "action": "register"}]}
    data = {name: value for name, value in data.items() if value is not None}
    return [f"{'.'.join(map(str, path))} {rule}" for path, _, _, rule in validate.complaint_findings(data)]


def test_the_schemas_are_schemas() -> None:
    """Each shipped schema is one by its own meta-schema, has a name of its own and is what `init` copies."""
    for schema in SCHEMAS.values():
        Draft202012Validator.check_schema(schema)
    assert len({schema["$id"] for schema in SCHEMAS.values()}) == len(SCHEMAS)
    assert set(offices.SCHEMAS) <= set(SCHEMAS)
    assert {"complaint", "measure", "policy"} <= set(offices.SCHEMAS)


def nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in a schema."""
    if isinstance(schema, dict):
        yield schema
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from nodes(each)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_stand_alone(name: str) -> None:
    """A schema refers to nothing outside itself, so that an editor needs no network."""
    references = [node["$ref"] for node in nodes(SCHEMAS[name]) if isinstance(node.get("$ref"), str)]
    assert references
    assert all(reference.startswith("#/$defs/") for reference in references)
    assert {reference.split("/")[2] for reference in references} <= set(SCHEMAS[name]["$defs"])


# --- events against the process table ---------------------------------------------------------------------------


def test_the_actions_are_those_of_the_process() -> None:
    """The schema knows the actions of the process table, all of them and no other, in its order."""
    actions = SCHEMAS["complaint"]["$defs"]["event"]["properties"]["action"]["enum"]
    assert actions == [action.name for action in TABLE]
    assert {field for action in TABLE for field in action.carries} == set(GOOD)


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.name)
def test_what_an_event_must_carry(action: Action) -> None:
    """An action's compulsory fields are those of the process table: with them it is accepted, without one it is not."""
    event = {**EVENT, "action": action.name, **{field: GOOD[field] for field in action.compulsory}}
    assert findings(event) == []
    for field in ("at", "by", *action.compulsory):
        assert findings({name: value for name, value in event.items() if name != field}) == ["events.0 schema:required"]
    required = SCHEMAS["complaint"]["$defs"][action.name]["then"].get("required", [])
    assert sorted(required) == sorted(action.compulsory)


@pytest.mark.parametrize("action", TABLE, ids=lambda action: action.name)
def test_what_an_event_may_carry(action: Action) -> None:
    """An action takes its optional fields and what any event may carry, and no field of another action."""
    event = {**EVENT, "action": action.name, **{field: GOOD[field] for field in action.carries}, **COMMON}
    assert findings(event) == []
    for field in {*GOOD, "colour"} - {*action.carries, *COMMON}:
        assert findings({**event, field: GOOD.get(field, 1)}) == [f"events.0.{field} schema:additionalProperties"]


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [
        ("assign", "department", ""), ("assign", "department", "the sales"), ("assign", "department", "-x"),
        ("assign", "owner", " "), ("respond", "note", ""), ("respond", "note", "\n"), ("respond", "via", ["phone"]),
        ("propose", "remedy", []), ("propose", "remedy", ["a", "a"]), ("propose", "compensation", 300),
        ("propose", "compensation", "1.234"), ("propose", "compensation", "-1"), ("propose", "compensation", "1."),
        ("propose", "compensation", "１"), ("propose", "compensation", "1\n"), ("escalate", "urgent", False),
        ("escalate", "criterion", 5), ("followup", "result", "happy"), ("followup", "rating", 0),
        ("followup", "rating", 4.5), ("followup", "rating", True), ("followup", "answers", {"a": 6}),
        ("followup", "answers", {"a": "5"}), ("followup", "answers", [5]), ("adjust", "points", "1"),
        ("adjust", "points", 0.5), ("amend", "changes", {}), ("amend", "changes", {"id": {"from": 1, "to": 2}}),
        ("amend", "changes", {"subject": {"to": 2}}), ("amend", "changes", {"events": {"from": 1, "to": 2}}),
        ("attach", "files", []), ("redact", "fields", []), ("redact", "fields", "customer"),
        ("resolve", "agreed", "2026-03-16"), ("resolve", "agreed", None), ("task", "task", "a b"),
        ("attach", "files", [{**GOOD["files"][0], "path": "/etc/passwd"}]),
        ("attach", "files", [{**GOOD["files"][0], "path": "attachments/../cmplt.yaml"}]),
        ("attach", "files", [{**GOOD["files"][0], "sha256": "0" * 63}]),
        ("register", "at", "2026-03-16T10:00:00"), ("register", "at", "2026-03-16T10:00+08:00"),
        ("register", "at", "2026-03-16t10:00:00z"), ("register", "at", "2026-03-16T24:00:00Z"),
        ("register", "at", "2026-03-16T10:00:00Z\n"), ("register", "recorded", "10:00"), ("register", "by", "  "),
        ("register", "due", {}), ("register", "due", {"a b": "2026-03-16T10:00:00Z"}),
        ("register", "due", {"a": "soon"}),
        ("resolve", "provisional", []),
    ],
)  # fmt: skip
def test_bad_values_of_events(action: str, field: str, value: Any) -> None:
    """A value of the wrong type or form is found at its own place, and nothing else is."""
    row = next(each for each in TABLE if each.name == action)
    event = {**EVENT, "action": action, **{each: GOOD[each] for each in row.compulsory}}
    if field == "provisional":
        event["due"] = COMMON["opens"]
    assert findings(event) == []
    found = findings({**event, field: value})
    assert found
    assert all(each.startswith(f"events.0.{field}") for each in found)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "7k3f"), ("id", "20260316-7K3F"), ("id", "20260316-7k3l"), ("received", "2026-03-16"),
        ("channel", ""), ("customer", {}), ("customer", {"name": ""}), ("customer", {"name": "甲", "contact": 138}),
        ("customer", "甲"), ("subject", ""), ("subject", "a\nb"), ("subject", " "), ("criteria", "safety"),
        ("criteria", ["a", "a"]), ("urgent", "true"), ("urgent", 1), ("details", []), ("related", ["7k3f"]),
        ("occurred", "yesterday"), ("imported", False), ("place", ""), ("external_id", 42), ("description", None),
        ("kind", 1), ("received_by", "the sales"), ("severity", ["major"]),
    ],
)  # fmt: skip
def test_bad_values_of_facts(name: str, value: Any) -> None:
    """A fact of the wrong type or form is found at its own place."""
    data = {**FACTS, name: value, "events": [{**EVENT, "action": "register"}]}
    found = validate.complaint_findings(data)
    assert found
    assert {path[0] for path, *_ in found} == {name}


def test_compulsory_facts() -> None:
    """Each fact that design §2 asks for must be there, and so must an event."""
    for name in FACTS:
        assert findings(**{name: None}) == [" schema:required"]
    assert [rule for *_, rule in validate.complaint_findings({**FACTS, "events": []})] == ["schema:minItems"]
    assert [rule for *_, rule in validate.complaint_findings(FACTS)] == ["schema:required"]


# --- measures against their own table ---------------------------------------------------------------------------

MEASURE = {"id": "20260316-q8wd", "kind": "corrective", "title": "培训", "department": "service"}
OWED = {"due": {"measure": "2026-03-20T18:00:00+08:00"}}
FOUND: dict[str, Any] = {
    **{name: GOOD[name] for name in ("note", "department", "files")},
    "effective": True,
    "changes": {"owner": {"from": None, "to": "李明"}},
    "reason": "一",
}


def measure_findings(*events: dict[str, Any], **facts: Any) -> list[str]:
    """What is wrong with a measure of these facts and events."""
    data = {**MEASURE, **facts, "events": list(events) or [{**EVENT, "action": "new", **OWED}]}
    data = {name: value for name, value in data.items() if value is not None}
    return [f"{'.'.join(map(str, path))} {rule}" for path, _, _, rule in validate.measure_findings(data)]


@pytest.mark.parametrize("action", capa.TABLE, ids=lambda action: action.name)
def test_what_an_event_of_a_measure_carries(action: Action) -> None:
    """The fields of the measures' own table, and `due` where it opens the obligation; no other."""
    due = OWED if action.name == "new" else {}
    event = {**EVENT, "action": action.name, **{field: FOUND[field] for field in action.carries}, **due}
    assert measure_findings(event) == []
    assert measure_findings({**event, "recorded": EVENT["at"], "note": "一", "reason": "一"}) == []
    for field in ("at", "by", *action.compulsory, *due):
        missing = {name: value for name, value in event.items() if name != field}
        assert measure_findings(missing) == ["events.0 schema:required"], field
    for field in {*FOUND, "colour"} - {*action.carries, "note", "reason"}:
        assert measure_findings({**event, field: 1}) == [f"events.0.{field} schema:additionalProperties"]
    if action.name not in ("new", "verify"):
        assert measure_findings({**event, **OWED}) == ["events.0.due schema:additionalProperties"]


def test_a_measure_without_effect_has_a_new_time() -> None:
    """The schema asks for it; the actions and the kinds are those of the domain."""
    event = {**EVENT, "action": "verify", "effective": False}
    assert measure_findings(event) == ["events.0 schema:required"]
    assert measure_findings({**event, **OWED}) == []
    schema = SCHEMAS["measure"]
    assert schema["$defs"]["event"]["properties"]["action"]["enum"] == [action.name for action in capa.TABLE]
    assert schema["properties"]["kind"]["enum"] == list(KINDS)
    changed = schema["$defs"]["amend"]["then"]["properties"]["changes"]["propertyNames"]["enum"]
    assert sorted(changed) == sorted(AMENDABLE)
    assert {*MeasureFacts.__dataclass_fields__, "events"} == set(schema["properties"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", "q8wd"), ("kind", "other"), ("title", "a\nb"), ("title", " "), ("department", "the service"),
        ("complaints", "7k3f"), ("complaints", ["7k3f"]), ("owner", ""), ("category", 1), ("description", []),
    ],
)  # fmt: skip
def test_bad_values_of_a_measures_facts(name: str, value: Any) -> None:
    """A fact of the wrong type or form is found at its own place; the compulsory ones must be there."""
    assert {each.split(".")[0].split()[0] for each in measure_findings(**{name: value})} == {name}
    for each in MEASURE:
        assert measure_findings(**{each: None}) == [" schema:required"]


# --- files --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(CASES.glob("positive/complaint-*.yaml")), ids=lambda path: path.stem)
def test_good_complaints(path: Path) -> None:
    """A complaint with the least, with everything, and one written by hand, fit the schema."""
    assert validate.complaint_findings(yamlfile.load(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize("path", sorted(CASES.glob("positive/policy-*.yaml")), ids=lambda path: path.stem)
def test_good_policies(path: Path) -> None:
    """A policy with the least, and one with every key there is, are valid."""
    assert validate.policy_findings(yamlfile.load(path.read_text(encoding="utf-8"))) == []


def test_every_key_of_a_policy_is_shown() -> None:
    """The policy with every key has every key of the schema."""
    data = yamlfile.load((CASES / "positive" / "policy-full.yaml").read_text(encoding="utf-8"))
    assert set(data) == set(SCHEMAS["policy"]["properties"])


@pytest.mark.parametrize("name", offices.profiles())
def test_the_profiles(name: str) -> None:
    """Every profile that is shipped is a valid policy, names itself, and can be read in all its parts."""
    data = yamlfile.load(offices.profile(name))
    assert validate.policy_findings(data) == []
    assert data["profile"] == name
    policy = Policy(data)
    assert policy.tables["departments"]
    assert policy.deadlines
    assert all(policy.offered(table) for table in ("channels", "categories", "severities", "causes"))


def check_jsonschema(schema: str, paths: Sequence[Path], folder: Path = TOP / "schemas") -> tuple[int, str]:
    """What another validator says of files; it reads YAML and the schema by itself."""
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(folder / f"{schema}.schema.json")]
    done = subprocess.run(
        [*command, *map(str, paths)], capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_the_other_validator_on_a_real_office(office: Office) -> None:
    """A complaint that went through its whole life fits the schema that `init` copied, and so do policy and cases."""
    found = office.new("--detail", "plate=017", "--description", "一\n\n 二: #\n", subject="yes", contact="1:30")
    for args in (
        ("assign", found, "sales", "--owner", "~", "--due", "2026-03-20 18:00"),
        ("respond", found, "--note", "1_000", "--via", "phone"),
        ("escalate", found, "--reason", "a\x85b\u2028c", "--criterion", "media", "--urgent", "--to", "quality"),
        ("task", found, "look", "--title", "'\"\\", "--due", "18:00"),
        ("done", found, "look", "--note", "---\n...\n"),
        ("propose", found, "--note", "😀", "--remedy", "apology", "--remedy", "goodwill", "--compensation", "10"),
        ("approve", found, "--role", "general-manager"),
        ("approve", found, "--role", "quality"),
        ("amend", found, "details.plate=0x1f", "severity=general", "--reason", "\ttab"),
        ("adjust", found, "--points", "-2", "--reason", "- x", "--at", "10:00", "--department", "sales"),
        ("resolve", found, "--outcome", "null", "--cause", "attitude"),
        ("followup", found, "--dissatisfied", "--early", "--rating", "2", "--note", "a\n\n"),
    ):
        office.ok(*args, now="2026-03-16T10:05:00+08:00")
    schemas = office.root / "schemas"
    assert check_jsonschema("complaint", [office.file(found)], schemas) == (0, "ok -- validation done\n")
    assert check_jsonschema("policy", [office.root / "cmplt.yaml"], schemas) == (0, "ok -- validation done\n")


def test_the_other_validator_on_the_cases_and_profiles() -> None:
    """The positive cases and the profiles pass another validator as well."""
    complaints, policies = (sorted(CASES.glob(f"positive/{kind}-*.yaml")) for kind in ("complaint", "policy"))
    with_profiles = [*policies, *TOP.glob("templates/profiles/*.yaml")]
    assert len(complaints) >= 3
    assert len(with_profiles) >= 3
    assert check_jsonschema("complaint", complaints) == (0, "ok -- validation done\n")
    assert check_jsonschema("policy", with_profiles) == (0, "ok -- validation done\n")


def test_the_other_validator_on_the_sample() -> None:
    """Every file of the sample office fits the shipped schemas, and the sample's own copies are these schemas."""
    sample = TOP / "sample-repo"
    complaints = sorted(sample.glob("complaints/*/*/*.yaml"))
    assert len(complaints) > 20
    assert check_jsonschema("complaint", complaints) == (0, "ok -- validation done\n")
    assert check_jsonschema("policy", [sample / "cmplt.yaml"]) == (0, "ok -- validation done\n")
    copies = {path.name: path.read_bytes() for path in sample.glob("schemas/*.json")}
    assert copies
    assert copies == {name: files("cmplt.schemas").joinpath(name).read_bytes() for name in copies}


@pytest.mark.parametrize(
    "name", ["complaint-unknown-keys", "complaint-missing-keys", "complaint-wrong-types", "policy-names"]
)
def test_the_other_validator_agrees_on_what_is_bad(name: str) -> None:
    """What our schema check refuses, another validator refuses too; names are beyond it, they are ours to check."""
    code, _ = check_jsonschema(name.split("-")[0], [CASES / "negative" / f"{name}.yaml"])
    assert code == (0 if name == "policy-names" else 1)
