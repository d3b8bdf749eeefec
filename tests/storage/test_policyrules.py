"""What a policy's own names and lengths tell that its schema cannot: each at its place, in a clerk's words."""

from typing import Any

import pytest

from cmplt.errors import Problem
from cmplt.output.messages import sentence
from cmplt.storage import policyrules, validate, yamlfile
from tests.office import POLICY, Office

DETAILS = "details: {properties: {plate: {type: string}, claim: {type: string}}}\n"
MAJOR = "severities: {general: {label: g}, major: {label: m, criteria: {big: {label: b, when: {%s}}}}}"


def policy(extra: str) -> dict[str, Any]:
    """The tests' policy as data, with more keys; those of the tests' own give way."""
    return {**yamlfile.load(POLICY), **yamlfile.load(extra)}


def said(findings: list[policyrules.Finding]) -> list[str]:
    """Findings as a person reads them."""
    return [
        f"{'.'.join(map(str, path))}: {sentence(Problem('x', words, rule, fields=fields))}"
        for path, words, fields, rule in findings
    ]


def undefined(name: str, table: str) -> str:
    return f"'{name}' is not defined under {table}"


@pytest.mark.parametrize(
    ("extra", "place", "words"),
    [
        ("categories: {a: {label: a, by_severity: {major: kitchen}}}", "categories.a.by_severity.major",
         undefined("kitchen", "departments")),
        ("playbooks: [{after: assign, tasks: [{task: a, department: sales}, {task: b, department: kitchen}]}]",
         "playbooks.0.tasks.1.department", undefined("kitchen", "departments")),
        ("playbooks: [{after: assign, when: {remedy: [apology, gold]}, tasks: [{task: a}]}]",
         "playbooks.0.when.remedy", undefined("gold", "remedies")),
        ("playbooks: [{after: assign, unless: {channel: fax}, tasks: [{task: a}]}]",
         "playbooks.0.unless.channel", undefined("fax", "channels")),
        ("playbooks: [{after: assign, tasks: [{task: a, within: 11 years}]}]",
         "playbooks.0.tasks.0.within", '"11 years" does not have the form asked for'),
        ("playbooks: [{after: assign, tasks: [{task: a, within: 9999 days}]}]",
         "playbooks.0.tasks.0.within", "'9999 days' is longer than ten years"),
        ("followup: {by_severity: {lethal: {via: phone}}}", "followup.by_severity.lethal",
         undefined("lethal", "severities")),
        ("followup: {by_severity: {major: {role: [chief, king]}}}", "followup.by_severity.major.role.1",
         undefined("king", "roles")),
        ("followup: {by_severity: {major: {role: king}}}", "followup.by_severity.major.role.0",
         undefined("king", "roles")),
        ("followup: {quotas: [{role: chief, per_month: 1}, {role: king, per_month: 1}]}", "followup.quotas.1.role",
         undefined("king", "roles")),
        ("delegations: [{role: king, to: x}]", "delegations.0.role", undefined("king", "roles")),
        ("delegations: [{role: chief, to: x, until: '2026-02-29'}]", "delegations.0.until", "day is out of range"),
        ("measures: {approve: king}", "measures.approve", undefined("king", "roles")),
        ("measures: {verify: kitchen}", "measures.verify", undefined("kitchen", "departments")),
        ("closing: {also: [{when: {severity: lethal}, requires: [tasks]}]}", "closing.also.0.when.severity",
         undefined("lethal", "severities")),
        (MAJOR % "category: tea", "severities.major.criteria.big.when.category", undefined("tea", "categories")),
        (DETAILS + "customer: {key: unit}", "customer.key", "details has no property 'unit'; there is: plate, claim"),
        ("customer: {repeat: {count: 2, within: 9999 days}}", "customer.repeat.within",
         "'9999 days' is longer than ten years"),
        ("customer: {repeat: {count: 2, within: 1 week, criterion: tea}}", "customer.repeat.criterion",
         undefined("tea", "criteria")),
        ("requires: {respond: [via, rating]}", "requires.respond.1",
         "respond does not carry 'rating'; it carries: note, via, reason"),
        ("requires: {register: [due]}", "requires.register.0", "register does not carry 'due'; it carries: received"),
    ],
)  # fmt: skip
def test_what_keeps_a_policy_from_being_used(extra: str, place: str, words: str) -> None:
    """One finding, at the very value."""
    (found,) = said(validate.policy_findings(policy(extra)))
    assert found.startswith(f"{place}: {words}")


@pytest.mark.parametrize(
    "extra",
    [
        "playbooks: [{after: assign, when: {task: anything}, tasks: [{task: a, department: department}, {task: b}]}]",
        "customer: {key: anything}",
        DETAILS + "customer: {key: plate, repeat: {count: 2, within: 1 week, criterion: media}}",
        "requires: {register: [kind, description], assign: [owner, due], resolve: [cause, note], task: [due],"
        " reject: [via], followup: [rating, answers]}",
        "followup: {via: {meet: m}, by_severity: {major: {via: [phone, meet], role: [chief]}, general: {via: phone}}}",
        "closing: {requires: [tasks, photo, look]}\nattachments: {kinds: {photo: p}}\n"
        "playbooks: [{after: resolve, tasks: [{task: look}]}, {after: assign, tasks: [{task: look}]}]",
        MAJOR % "details_over: {claim: '1'}" + "\n" + DETAILS,
    ],
)  # fmt: skip
def test_what_is_in_order(extra: str) -> None:
    """Nothing is found and nothing is doubted."""
    assert validate.policy_findings(policy(extra)) == []
    assert list(policyrules.doubts(policy(extra))) == []


NEITHER = "is neither tasks, nor a task of a playbook, nor a kind of attachment"


@pytest.mark.parametrize(
    ("extra", "doubt"),
    [
        ("followup: {by_severity: {major: {via: [phone, pigeon]}}}",
         "followup.by_severity.major.via.1: 'pigeon' is neither a channel nor under followup.via"),
        ("followup: {by_severity: {major: {via: pigeon}}}",
         "followup.by_severity.major.via.0: 'pigeon' is neither a channel nor under followup.via"),
        ("closing: {requires: [tasks, look]}", f"closing.requires.1: 'look' {NEITHER}"),
        ("closing: {also: [{when: {severity: major}, requires: [photo]}]}",
         f"closing.also.0.requires.0: 'photo' {NEITHER}"),
        ("closing: {requires: [look]}\nplaybooks: [{after: [resolve, followup], tasks: [{task: look}]}]",
         "closing.requires.0: the task 'look' is opened only by what has to wait for it"),
        ("departments: {customer-service: {}, sales: {}, service: {}, parts: {}, old: {retired: true}}\n"
         "playbooks: [{after: assign, tasks: [{task: x, department: old}]}]",
         "playbooks.0.tasks.0.department: 'old' is retired; nothing new can go there"),
        (DETAILS + MAJOR % "details_over: {clam: '1'}",
         "severities.major.criteria.big.when.details_over.clam:"
         " details has no property 'clam'; there is: plate, claim"),
        (DETAILS + "approvals: [{role: chief, details: {vip: true}}]",
         "approvals.0.details.vip: details has no property 'vip'; there is: plate, claim"),
    ],
)  # fmt: skip
def test_what_may_not_be_meant(extra: str, doubt: str) -> None:
    """A policy that can be used all the same: a task may be opened by hand, a channel may come later."""
    assert validate.policy_findings(policy(extra)) == []
    assert said(list(policyrules.doubts(policy(extra)))) == [doubt]


def test_check_warns_of_what_may_not_be_meant(office: Office) -> None:
    """At its line, as a warning; the office goes on working."""
    office.policy(POLICY + "followup:\n  by_severity:\n    major: {via: pigeon}\n")
    number = POLICY.count("\n") + 3
    (line,) = office.ok("check").out.splitlines()
    assert line == (
        f"cmplt.yaml:{number}:13: warning: 'pigeon' is neither a channel nor under followup.via [policy:names]"
    )
    assert office.run("check", "--strict").code == 1
    office.new()


@pytest.mark.parametrize(
    ("audit", "place"),
    [("{signed_approvals: false}", None), ("{signed_approvals: false, signers: []}", None),
     ("{signed_approvals: true}", 9), ("{signers: [wf@example.com]}", 19),
     ("{signed_approvals: true, signers: ['SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA']}", None),
     ("{signers: [王芳 ssh-ed25519 AAAABBBB]}", None), ("{signers: [nobody@example.com ssh-ed25519 AAAABBBB]}", 19)],
)  # fmt: skip
def test_a_demand_that_nobody_can_meet(office: Office, audit: str, place: int | None) -> None:
    """Signed approvals without a key, and a signer that names none, are warned of at their place."""
    office.policy(f"{POLICY}audit: {audit}\n")
    found = office.ok("check").out.splitlines()
    line = POLICY.count("\n") + 1
    assert [each.split(": ")[0] for each in found] == ([f"cmplt.yaml:{line}:{place}"] if place else [])
    assert all(each.endswith("[policy:signers]") for each in found)
