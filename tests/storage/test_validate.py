"""Findings: the place of what is wrong, a sentence a clerk understands, and no personal data in it."""

from typing import Any

import pytest

from cmplt.domain.policy import Policy
from cmplt.errors import Problem
from cmplt.output.messages import sentence
from cmplt.storage import validate, yamlfile
from tests.office import POLICY

COMPLAINT = {
    "id": "20260316-7k3f", "received": "2026-03-16T10:00:00+08:00", "channel": "phone", "customer": {"name": "甲"},
    "category": "attitude", "severity": "general", "subject": "态度冷淡",
    "events": [{"at": "2026-03-16T10:00:00+08:00", "by": "王芳", "action": "register"}],
}  # fmt: skip
DETAILS = """\
details:
  type: object
  required: [plate]
  additionalProperties: false
  properties:
    plate: {type: string, minLength: 5, pattern: '^.A', description: as on the plate}
    claim: {type: string, pattern: '^[0-9]+$'}
    visits: {type: integer, minimum: 0}
    parts: {type: array, items: {$ref: '#/$defs/part'}}
    how: {enum: [bought, leased]}
    when: {anyOf: [{type: string, pattern: '^2'}, {type: 'null'}]}
  $defs:
    part: {type: object, required: [number], properties: {number: {type: string}}}
"""


def said(findings: list[validate.Finding]) -> list[str]:
    """Findings as a person reads them: the place, and the sentence."""
    return [
        f"{'.'.join(map(str, path))}: {sentence(Problem('x', words, rule, fields=fields))}"
        for path, words, fields, rule in findings
    ]


def policy(extra: str = "") -> dict[str, Any]:
    """The tests' policy as data, with more keys; those of the tests' own give way."""
    more = yamlfile.load(extra) or {}
    return {**yamlfile.load(POLICY), **more}


def test_nothing_is_wrong() -> None:
    """A good complaint and a good policy have no findings."""
    assert validate.complaint_findings(COMPLAINT) == []
    assert validate.policy_findings(policy()) == []
    assert validate.policy_findings(policy(DETAILS)) == []


@pytest.mark.parametrize("data", [None, "text", 5, [], [COMPLAINT], True])
def test_what_is_no_mapping(data: Any) -> None:
    """Data of another shape altogether is one finding at the root, for complaints and policies."""
    for findings in (validate.complaint_findings(data), validate.policy_findings(data)):
        assert [(path, rule) for path, _, _, rule in findings] == [((), "schema:type")]


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"plate": "川A12345"}, []),
        ({"plate": "川A12345", "visits": 0, "parts": [{"number": "1"}], "how": "bought", "when": None}, []),
        (None, ["details: plate is missing"]),
        ({}, ["details: plate is missing"]),
        ({"plate": 12345}, ["details.plate: 12345 stands where text is expected"]),
        ({"plate": "川B12345"}, ['details.plate: "川B12345" does not have the form asked for: as on the plate']),
        ({"plate": "川A12345", "claim": "5 元"}, ['details.claim: "5 元" does not have the form asked for: ^[0-9]+$']),
        ({"plate": "川A12345", "colour": 1}, ["details.colour: the key 'colour' is not known here"]),
        ({"plate": "川A12345", "visits": True}, ["details.visits: true stands where a whole number is expected"]),
        ({"plate": "川A12345", "visits": -1}, ["details.visits: -1 is less than the minimum of 0"]),
        ({"plate": "川A12345", "how": "stolen"}, ['details.how: "stolen" is none of "bought", "leased"']),
        ({"plate": "川A12345", "parts": [{"number": "1"}, {}]}, ["details.parts.1: number is missing"]),
        ({"plate": "川A12345", "when": "1999"}, ['details.when: "1999" does not have the form asked for: ^2']),
        ({"claim": 5, "visits": "x"}, ["details: plate is missing", "details.claim: 5 stands where text is expected",
                                      'details.visits: "x" stands where a whole number is expected']),
    ],
)  # fmt: skip
def test_details_by_the_policys_own_schema(details: Any, expected: list[str]) -> None:
    """What an office asks for besides is checked by the schema in its policy, every key at its place."""
    assert said(validate.details_findings(details, Policy(policy(DETAILS)))) == expected


def test_details_without_a_schema() -> None:
    """A policy without a schema for details takes any."""
    assert validate.details_findings({"x": [1]}, Policy(policy())) == []


@pytest.mark.parametrize(
    ("plate", "more"),
    [(12345678, ""), ("川B12345", ""), ("川A1", ""), ("川A12345", "  minProperties: 9\n"), (["川A12345"], ""),
     ("川A12345", "  not: {required: [plate]}\n")],
)  # fmt: skip
def test_no_sentence_shows_the_detail_by_which_a_customer_is_known(plate: Any, more: str) -> None:
    """Of the policy's customer.key a finding says where and which rule, never the value; of other details both."""
    data = policy(DETAILS.replace("  required", more + "  required", 1) + "customer: {key: plate}\n")
    found = said(validate.details_findings({"plate": plate, "visits": "many"}, Policy(data)))
    assert 'details.visits: "many" stands where a whole number is expected' in found
    assert len(found) == 2
    assert not [line for line in found if "川" in line or "12345678" in line]


@pytest.mark.parametrize(
    "schema",
    ["{properties: {a: {$ref: '#/nowhere'}}}", "{properties: {a: {$ref: 'https://example.com/a.json'}}}",
     "{$dynamicRef: '#x'}", "{properties: {a: {pattern: '['}}}", "{patternProperties: {'(': {}}}", "{type: text}",
     "{allOf: [{properties: {b: {$ref: other.json}}}]}", "{required: plate}", "{properties: []}",
     "{$ref: '#'}"],
)  # fmt: skip
def test_a_details_schema_that_cannot_be_used(schema: str) -> None:
    """A schema with a reference to nowhere or to the network, or with a broken pattern, makes the policy invalid."""
    found = validate.policy_findings(policy(f"details: {schema}"))
    assert found
    assert all(path[0] == "details" for path, *_ in found)


@pytest.mark.parametrize("schema", ["{}", "{$schema: 'https://json-schema.org/draft/2020-12/schema'}", "{$id: plate}"])
def test_a_details_schema_that_can_be_used(schema: str) -> None:
    """A schema may name its dialect and itself; nothing is fetched to use it."""
    data = policy(f"details: {schema}")
    assert validate.policy_findings(data) == []
    assert validate.details_findings({"a": 1}, Policy(data)) == []


SECRETS = ("张三丰", "13912345678")


@pytest.mark.parametrize(
    "change",
    [
        {"customer": "张三丰 13912345678"},
        {"customer": ["张三丰", "13912345678"]},
        {"customer": {"name": "甲", "contact": 13912345678}},
        {"customer": {"name": ["张三丰"], "contact": "13912345678"}},
        {"customer": {"name": "张三丰", "address": {"tel": 13912345678}}},
        {"customer": {"contact": "13912345678"}, "colour": "red"},
        {"events": [{"at": "x", "by": "王芳", "action": "amend", "reason": "x",
                     "changes": {"customer.contact": {"from": "13912345678"}}}]},
        {"events": [{"at": "2026-03-16T10:00:00Z", "by": "王芳", "action": "amend", "reason": "x",
                     "changes": {"customer.contact": "13912345678"}}]},
        {"events": [{"at": "2026-03-16T10:00:00Z", "by": "王芳", "action": "amend", "reason": "x",
                     "changes": {"customer": {"from": {"name": "张三丰"}, "to": {"name": "甲"}, "why": 1}}}]},
        {"events": [{"at": "2026-03-16T10:00:00Z", "by": "王芳", "action": "amend", "reason": "x",
                     "changes": [{"customer.contact": "13912345678"}]}]},
        {"events": [{"at": "2026-03-16T10:00:00Z", "by": "王芳", "action": "amend", "reason": "x",
                     "changes": {"details.phone": "13912345678"}}]},
        {"events": {"customer": "张三丰"}},
    ],
)  # fmt: skip
def test_no_personal_data_in_a_finding(change: dict[str, Any]) -> None:
    """Whatever is wrong with the customer block or a change of it, no sentence shows a name or a number."""
    found = said(validate.complaint_findings({**COMPLAINT, **change}))
    assert found
    assert not [line for line in found for secret in SECRETS if secret in line]


def test_no_personal_data_when_all_is_wrong() -> None:
    """A file that is a list of complaints shows nothing of them."""
    data = [{"customer": {"name": "张三丰"}, "id": "20260316-7k3f"}]
    assert not [line for line in said(validate.complaint_findings(data)) if "张三丰" in line]


def test_each_finding_once_and_whole() -> None:
    """Every finding is told once, with all the keys that are missing, and long values are cut."""
    found = said(validate.complaint_findings({"subject": ["长" * 100], "events": [{}, {"action": "assign"}]}))
    assert len(found) == len(set(found))
    assert [line for line in found if line.startswith(":")] == [
        f": {name} is missing" for name in ("id", "received", "channel", "customer", "category", "severity")
    ]
    assert [line for line in found if line.startswith("events.1")] == [
        "events.1: at is missing", "events.1: by is missing", "events.1: department is missing"]  # fmt: skip
    assert max(map(len, found)) < 200


@pytest.mark.parametrize(
    ("extra", "place", "name", "table"),
    [
        ("intake: kitchen", "intake", "kitchen", "departments"),
        ("categories: {a: {label: a, department: kitchen}}", "categories.a.department", "kitchen", "departments"),
        ("categories: {a: {label: a, role: king}}", "categories.a.role", "king", "roles"),
        ("categories: {a: {label: a, by_severity: {lethal: {department: sales}}}}", "categories.a.by_severity.lethal",
         "lethal", "severities"),
        ("channels: {phone: {label: a, severity: lethal}}", "channels.phone.severity", "lethal", "severities"),
        ("scoring: {adjust: [chief, king]}", "scoring.adjust.1", "king", "roles"),
        ("approvals: [{role: king}]", "approvals.0.role", "king", "roles"),
        ("approvals: [{role: chief, remedy: [apology, gold]}]", "approvals.0.remedy", "gold", "remedies"),
        ("closing: {unreconciled: {role: king}}", "closing.unreconciled.role", "king", "roles"),
    ],
)  # fmt: skip
def test_names_that_nothing_defines(extra: str, place: str, name: str, table: str) -> None:
    """A name that the policy uses and does not define is found where it is used."""
    assert said(validate.policy_findings(policy(extra))) == [f"{place}: '{name}' is not defined under {table}"]


def test_scores_count_deadlines_that_there_are() -> None:
    """What `scoring.counts` names is a deadline, `resolution` or `tasks`."""
    found = said(validate.policy_findings(policy("scoring: {counts: [response, tea, resolution, tasks]}")))
    assert found == ["scoring.counts.1: there is no deadline 'tea'"]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("timezone", "Asia/Chengdu", "There is no time zone 'Asia/Chengdu'"),
        ("timezone", "Asia", "There is no time zone 'Asia'"),
        ("hours", {"mon": "closed"}, "The calendar has no working time"),
        ("hours", {"mon": "10:00-09:00"}, "'10:00-09:00' is not a day's working hours"),
        ("hours", {"mon": "09:00-11:00 10:00-12:00"}, "'09:00-11:00 10:00-12:00' is not a day's working hours"),
        ("holidays", "XX", "No holidays are known for 'XX'"),
        ("holidays", "US-XX", "No holidays are known for 'US-XX'"),
        ("exceptions", {"2026-02-29": "closed"}, ""),
        ("exceptions", {"2026-02-28": "18:00-09:00"}, "'18:00-09:00' is not a day's working hours"),
    ],
)
def test_a_calendar_that_cannot_be(key: str, value: Any, words: str) -> None:
    """What only arithmetic finds out about the calendar is found at its place."""
    data = policy()
    data["calendar"] = {"timezone": "Asia/Shanghai", "hours": {"mon": "09:00-10:00"}, key: value}
    place = f"calendar.{key}" + (f".{next(iter(value))}" if key == "exceptions" else "")
    (found,) = said(validate.policy_findings(data))
    assert found.startswith(f"{place}: {words}")


@pytest.mark.parametrize("holidays", ["CN", "US-CA", "DE"])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/Argentina/Buenos_Aires", "Europe/Berlin"])
def test_countries_regions_and_zones(holidays: str, zone: str) -> None:
    """Countries, regions and zones of the IANA list are known."""
    extra = f"calendar: {{timezone: {zone}, hours: {{mon: '09:00-24:00'}}, holidays: {holidays}}}"
    assert validate.policy_findings(policy(extra)) == []


def test_all_that_is_wrong_with_a_policy() -> None:
    """An unknown key does not hide a name that nothing defines, nor that a length that cannot be read."""
    found = said(validate.policy_findings(policy("colour: red\nintake: kitchen\nlate_entry: soon")))
    assert sorted(line.split(":")[0] for line in found) == ["colour", "intake", "late_entry"]
