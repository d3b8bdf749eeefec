"""`cmplt amend`."""

from typing import Any

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"
DETAILS = """
details:
  type: object
  properties: {plate: {type: string, minLength: 5}, visits: {type: integer}, heard: {type: boolean}, km: {type: number}}
"""


@pytest.mark.parametrize(
    ("given", "changes"),
    [
        ("subject=刹车异响", {"subject": {"from": "态度冷淡", "to": "刹车异响"}}),
        ("channel=visit", {"channel": {"from": "phone", "to": "visit"}}),
        ("category=repair", {"category": {"from": "attitude", "to": "repair"}}),
        ("severity=general", {"severity": {"from": "major", "to": "general"}}),
        ("urgent=false", {"urgent": {"from": True, "to": False}}),
        ("criteria=safety,media", {"criteria": {"from": ["media"], "to": ["safety", "media"]}}),
        ("customer.contact=13911112222", {"customer.contact": {"from": "13800000000", "to": "13911112222"}}),
        ("customer.name=客户乙", {"customer.name": {"from": "客户甲", "to": "客户乙"}}),
        ("customer.address=成都", {"customer.address": {"from": None, "to": "成都"}}),
        ("customer.contact=", {"customer.contact": {"from": "13800000000", "to": None}}),
        ("description=a=b", {"description": {"from": "long ago", "to": "a=b"}}),
        ("description=", {"description": {"from": "long ago", "to": None}}),
        ("place=展厅", {"place": {"from": None, "to": "展厅"}}),
        ("external_id=12315-1", {"external_id": {"from": None, "to": "12315-1"}}),
        ("received_by=sales", {"received_by": {"from": None, "to": "sales"}}),
        ("occurred=2026-03-15", {"occurred": {"from": None, "to": "2026-03-15"}}),
        ("occurred=2026-03-15 09:00", {"occurred": {"from": None, "to": "2026-03-15T09:00:00+08:00"}}),
        ("received=2026-03-16 09:30", {"received": {"from": NOW, "to": "2026-03-16T09:30:00+08:00"}}),
        ("received=2026-03-16T01:30:00Z", {"received": {"from": NOW, "to": "2026-03-16T09:30:00+08:00"}}),
        ("imported=true", {"imported": {"from": None, "to": True}}),
    ],
)  # fmt: skip
def test_amend_keeps_the_old_value_and_gives_the_new_one(office: Office, given: str, changes: dict[str, Any]) -> None:
    """Any fact but the id: `from` is the value as it stands, `to` the value from this event on."""
    complaint = office.new("--urgent", criterion="media", description="long ago")
    result = office.one_commit("amend", complaint, given, "--reason", "写错")
    assert result.out == f"{complaint}\n"
    assert office.event(complaint) == {
        "at": NOW, "by": "王芳", "action": "amend", "changes": changes, "reason": "写错",
    }  # fmt: skip
    name, change = next(iter(changes.items()))
    shown = office.json("show", complaint, "--reveal")[0]
    block, _, key = name.partition(".")
    if block in shown and change["to"] is not None:
        assert (shown[block][key] if key else shown[block]) == change["to"]


def test_several_facts_are_one_event(office: Office) -> None:
    """All changes of a command stand in its event, in the order given."""
    complaint = office.new()
    office.one_commit("amend", complaint, "subject=x", "category=repair", "--reason", "r", "--note", "n")
    event = office.event(complaint)
    assert list(event["changes"]) == ["subject", "category"]
    assert (event["note"], event["reason"]) == ("n", "r")


def test_from_is_what_the_last_amendment_said(office: Office) -> None:
    """The value as it stands now, not as it was taken."""
    complaint = office.new()
    office.ok("amend", complaint, "subject=one", "--reason", "r")
    office.one_commit("amend", complaint, "subject=two", "--reason", "r")
    assert office.event(complaint)["changes"] == {"subject": {"from": "one", "to": "two"}}


@pytest.mark.parametrize(
    ("given", "value"), [("plate=川A12345", "川A12345"), ("visits=3", 3), ("heard=true", True), ("km=12.5", 12.5)]
)
def test_a_detail_is_of_the_type_that_the_policy_gives_it(office: Office, given: str, value: object) -> None:
    """The policy's own schema says text, whole number, number, or true and false."""
    office.policy(POLICY + DETAILS)
    complaint = office.new()
    office.one_commit("amend", complaint, f"details.{given}", "--reason", "x")
    name = f"details.{given.partition('=')[0]}"
    assert office.event(complaint)["changes"] == {name: {"from": None, "to": value}}


def test_amend_moves_no_due_time_and_no_file(office: Office) -> None:
    """A receipt in another month: the file stays in its folder, what was promised stays promised."""
    complaint = office.new()
    before = office.json("show", complaint)[0]["obligations"]
    office.one_commit("amend", complaint, "received=2026-02-27 10:00", "--reason", "x")
    assert office.file(complaint).exists()
    after = office.json("show", complaint)[0]
    assert after["received"] == "2026-02-27T10:00:00+08:00"
    assert [each["due"] for each in after["obligations"]] == [each["due"] for each in before]
    assert office.ok("check").out == ""


def test_an_amendment_may_bring_a_criterion(office: Office) -> None:
    """A criterion that holds by its own condition makes the complaint graver when the facts are corrected."""
    office.policy(
        POLICY.replace("media: media", "loss: {label: loss, when: {details_over: {claim: '5000'}}}, media: media")
    )
    complaint = office.new()
    office.one_commit("amend", complaint, "details.claim=5000.01", "--reason", "x")
    shown = office.json("show", complaint)[0]
    assert (shown["severity"], shown["criteria"]) == ("major", ["loss"])


@pytest.mark.parametrize(
    "end", [["reject", "--reason", "x"], ["close", "--reason", "x"], ["resolve", "--outcome", "x"]]
)
def test_facts_are_corrected_in_every_state(office: Office, end: list[str]) -> None:
    """Also of what is over."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "x")
    office.ok(end[0], complaint, *end[1:])
    office.one_commit("amend", complaint, "subject=x", "--reason", "x")


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ([], 2, ["FIELD=VALUE"]),
        (["subject"], 2, ["'subject'", "FIELD=VALUE"]),
        (["=x"], 2, ["'=x'"]),
        (["subject=x", "subject=y"], 2, ["subject"]),
        (["id=20260316-0000"], 3, ["id cannot be amended"]),
        (["events=x"], 3, ["events cannot be amended"]),
        (["colour=red"], 3, ["colour cannot be amended"]),
        (["customer=x"], 3, ["customer"]),
        (["customer.=x"], 3, ["customer"]),
        (["subject.x=y"], 3, ["subject.x"]),
        (["subject="], 3, ["subject"]),
        (["subject= "], 3, ["subject"]),
        (["subject=a\nb"], 3, ["subject"]),
        (["customer.name="], 3, ["customer.name"]),
        (["category=repairs"], 3, ["no category 'repairs'", "Did you mean 'repair'?"]),
        (["severity=huge"], 3, ["no severity 'huge'"]),
        (["criteria=safety,nix"], 3, ["no criterion 'nix'"]),
        (["received_by=nobody"], 3, ["no department 'nobody'"]),
        (["urgent=maybe"], 3, ["'maybe'", "true nor false"]),
        (["received=soon"], 2, ["'soon' is not a time"]),
        (["received=2026-03-16 10:00:01"], 3, ["2026-03-16T10:00:01+08:00"]),
        (["occurred=once"], 2, ["'once' is not a time"]),
        (["related=zzzz"], 3, ["zzzz"]),
        (["details.plate=short"], 3, ["plate"]),
        (["details.visits=many"], 3, ["details.visits", "'many'"]),
        (["severity=general"], 3, ["severity", "already"]),
        (["customer.contact=13800000000"], 3, ["customer.contact", "already"]),
    ],
)
def test_amend_refuses(office: Office, given: list[str], code: int, says: list[str]) -> None:
    """What is no fact, no value of it, or no change."""
    office.policy(POLICY + DETAILS.replace("minLength: 5", "minLength: 6"))
    office.refused(code, "amend", office.new(), *given, "--reason", "x", says=says)


def test_related_complaints_are_named_by_any_part_of_their_ids(office: Office) -> None:
    """As with `new --related`, the whole ids are written."""
    first, second, complaint = office.new(), office.new(), office.new()
    office.one_commit("amend", complaint, f"related={first[-4:]},{second}", "--reason", "x")
    assert office.event(complaint)["changes"]["related"]["to"] == [first, second]


def test_no_refusal_shows_the_customers_data(office: Office) -> None:
    """Every message is free of it, also the one that says what stands already."""
    complaint = office.new()
    for given in ("customer.contact=13800000000", "customer.name=客户甲"):
        result = office.refused(3, "amend", complaint, given, "--reason", "x")
        assert "13800000000" not in result.err
        assert "客户甲" not in result.err
