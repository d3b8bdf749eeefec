"""`cmplt new`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"
LEAST = ["new", "--channel", "phone", "--category", "attitude", "--customer", "客户甲", "--subject", "态度冷淡"]
FACTS: dict[str, Any] = {
    "channel": "phone",
    "category": "attitude",
    "customer": {"name": "客户甲"},
    "subject": "态度冷淡",
}
DETAILS = """
details:
  type: object
  required: [plate]
  properties:
    plate: {type: string, minLength: 5}
    visits: {type: integer}
    km: {type: number}
    heard: {type: boolean}
"""


def from_stdin(facts: Any) -> dict[str, Any]:
    """The arguments of `Office.run` for facts on standard input, as JSON."""
    return {"stdin": json.dumps(facts, ensure_ascii=False)}


# --- what is written --------------------------------------------------------------------------------------------


def test_new_registers_a_complaint_in_one_commit(office: Office) -> None:
    """A complaint is one new file, one commit, its id on stdout and what is due on stderr."""
    result = office.one_commit(*LEAST)
    found = result.out.strip()
    assert re.fullmatch(r"20260316-[0-9a-hjkmnp-tv-z]{4}", found)
    assert office.git("show", "--name-only", "--format=", "HEAD").strip() == f"complaints/2026/03/{found}.yaml"
    assert office.git("log", "-1", "--format=%B").strip() == f"register {found}\n\nComplaint: {found}\nAction: register"
    assert "assignment: CS by 2026-03-16 10:30" in result.err
    assert office.data(found) == {
        "id": found, "received": NOW, "channel": "phone", "customer": {"name": "客户甲"}, "category": "attitude",
        "severity": "general", "criteria": [], "urgent": False, "subject": "态度冷淡",
        "events": [{"at": NOW, "by": "王芳", "action": "register",
                    "due": {"registration": "2026-03-16T10:30:00+08:00", "assignment": "2026-03-16T10:30:00+08:00"}}],
    }  # fmt: skip
    assert office.ok("check", "--strict").out == ""


def test_the_file_reads_like_the_one_of_the_design(office: Office) -> None:
    """The editors' line first, facts in their order, events last, Chinese as it is, no line folded."""
    story = "客户反映上周来店看车时销售顾问多次打断提问。" * 20
    complaint = office.new("--detail", "plate=川A12345", "--criterion", "media", description=f"{story}\n第二行\n")
    text = office.file(complaint).read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../../../schemas/complaint.schema.json\nid: ")
    assert re.findall(r"^(\w+):", text, re.MULTILINE) == [
        "id", "received", "channel", "customer", "category", "severity", "criteria", "urgent", "subject",
        "description", "details", "events",
    ]  # fmt: skip
    assert f"  {story}\n  第二行\n" in text
    assert f"received: {NOW}\n" in text
    assert "contact: '13800000000'" in text
    assert "  - at: 2026-03-16T10:00:00+08:00\n    by: 王芳\n    action: register\n" in text


def test_every_option_is_a_fact(office: Office) -> None:
    """All of them at once."""
    other = office.new()
    office.policy(POLICY + DETAILS + "kinds: {complaint: {label: c}, suggestion: {label: s, counts: false}}\n")
    complaint = office.new(
        "--severity", "major", "--criterion", "safety", "--criterion", "media", "--urgent", "--received",
        "2026-03-16 09:40", "--received-by", "sales", "--description", "多次打断提问", "--detail", "plate=川A12345",
        "--detail", "visits=3", "--detail", "km=12.5", "--detail", "heard=true", "--related", other[-4:],
        "--kind", "suggestion", "--occurred", "2026-03-15", "--place", "展厅", "--external-id", "12315-1",
        channel="visit",
    )  # fmt: skip
    data = office.data(complaint)
    del data["events"]
    assert data == {
        "id": complaint, "received": "2026-03-16T09:40:00+08:00", "received_by": "sales", "channel": "visit",
        "kind": "suggestion", "customer": {"name": "客户甲", "contact": "13800000000"}, "category": "attitude",
        "severity": "major", "criteria": ["safety", "media"], "urgent": True, "subject": "态度冷淡",
        "description": "多次打断提问", "occurred": "2026-03-15", "place": "展厅", "external_id": "12315-1",
        "related": [other],
        "details": {"plate": "川A12345", "visits": 3, "km": 12.5, "heard": True},
    }  # fmt: skip


def test_the_time_of_the_occurrence_is_given_like_any_other(office: Office) -> None:
    """A local time is written with the office's offset; a date stays a date."""
    complaint = office.new("--occurred", "2026-03-15 09:00")
    assert office.data(complaint)["occurred"] == "2026-03-15T09:00:00+08:00"


@pytest.mark.parametrize(
    ("given", "severity"),
    [
        ([], "general"),
        (["--severity", "general"], "general"),
        (["--severity", "major"], "major"),
        (["--criterion", "safety"], "major"),
        (["--channel", "regulator"], "major"),
        (["--channel", "regulator", "--severity", "general"], "major"),
        (["--criterion", "media", "--severity", "general"], "major"),
    ],
)
def test_the_gravest_severity_wins(office: Office, given: list[str], severity: str) -> None:
    """Of the channel's, the criteria's and the one given; the mildest when nothing says. It is written out."""
    result = office.one_commit(*LEAST, *given)
    assert office.data(result.out.strip())["severity"] == severity


@pytest.mark.parametrize(("claim", "criteria"), [("5000", []), ("5000.01", ["loss"]), ("much", [])])
def test_a_criterion_may_be_found_by_its_condition(office: Office, claim: str, criteria: list[str]) -> None:
    """What holds is written among the criteria, and makes the complaint graver."""
    office.policy(
        POLICY.replace("media: media", "loss: {label: loss, when: {details_over: {claim: '5000'}}}, media: media")
    )
    complaint = office.new("--detail", f"claim={claim}")
    data = office.data(complaint)
    assert (data["criteria"], data["severity"]) == (criteria, "major" if criteria else "general")


@pytest.mark.parametrize(
    ("received", "folder", "prefix"),
    [
        ("2026-02-28T15:59:59Z", "2026/02", "20260228-"),
        ("2026-02-28T16:00:00Z", "2026/03", "20260301-"),
        ("2026-03-01 00:00", "2026/03", "20260301-"),
        ("2025-12-31 23:59:59", "2025/12", "20251231-"),
    ],
)
def test_id_and_folder_are_by_the_local_date_of_receipt(
    office: Office, received: str, folder: str, prefix: str
) -> None:
    """In the office's time zone, written with its offset."""
    complaint = office.new(received=received)
    assert complaint.startswith(prefix)
    assert (office.root / "complaints" / folder / f"{complaint}.yaml").exists()
    assert office.data(complaint)["received"].endswith("+08:00")


def test_ids_do_not_collide(office: Office) -> None:
    """A drawn id that is taken is drawn again."""
    many = office.ok("new", "--from", "-", **from_stdin([FACTS] * 60)).out.split()
    assert len(set(many)) == 60


def test_what_was_received_earlier_is_received_then(office: Office) -> None:
    """The registration is late or not by itself; it needs no reason, for it is entered now."""
    complaint = office.new(received="2026-03-13 17:20")
    event = office.event(complaint)
    assert event == {
        "at": NOW, "by": "王芳", "action": "register",
        "due": {"registration": "2026-03-13T17:50:00+08:00", "assignment": "2026-03-16T10:30:00+08:00"},
    }  # fmt: skip
    registration = office.json("show", complaint)[0]["obligations"][0]
    assert (registration["opened"], registration["met"], registration["state"]) == (
        "2026-03-13T17:20:00+08:00", NOW, "late",
    )  # fmt: skip


def test_at_is_when_it_was_registered(office: Office) -> None:
    """A line in the paper book: registered then, received then too unless told otherwise, recorded now, and why."""
    office.refused(3, *LEAST, "--at", "2026-03-13 17:50", says=["1 hour", "--reason"])
    complaint = office.new("--at", "2026-03-13 17:50", "--reason", "系统故障", "--by", "李明", "--note", "前台")
    data = office.data(complaint)
    assert data["received"] == "2026-03-13T17:50:00+08:00"
    assert data["events"][0] == {
        "at": "2026-03-13T17:50:00+08:00", "by": "李明", "action": "register", "recorded": NOW, "note": "前台",
        "reason": "系统故障",
        "due": {"registration": "2026-03-16T09:20:00+08:00", "assignment": "2026-03-16T09:20:00+08:00"},
    }  # fmt: skip


def test_department_registers_and_assigns_at_once(office: Office) -> None:
    """Two events, one instant, one commit; both carry a late entry's reason."""
    result = office.one_commit(*LEAST, "--department", "sales", "--owner", "李明", "--due", "2026-03-20 12:00",
                               "--at", "2026-03-16 08:00", "--reason", "电话转来")  # fmt: skip
    complaint = result.out.strip()
    register, assign = office.data(complaint)["events"]
    assert assign == {
        "at": "2026-03-16T08:00:00+08:00", "by": "王芳", "action": "assign", "recorded": NOW, "department": "sales",
        "owner": "李明", "reason": "电话转来",
        "due": {"response": "2026-03-16T11:00:00+08:00", "progress": "2026-03-19T18:00:00+08:00",
                "resolution": "2026-03-20T12:00:00+08:00"},
    }  # fmt: skip
    assert (register["at"], register["reason"]) == (assign["at"], "电话转来")
    assert office.git("log", "-1", "--format=%B").strip() == (
        f"register {complaint}: sales\n\nComplaint: {complaint}\nAction: register, assign"
    )
    assert office.json("show", complaint)[0]["status"] == "assigned"


@pytest.mark.parametrize("given", [["--owner", "李明"], ["--due", "2026-03-20 12:00"]])
def test_an_owner_or_a_time_needs_a_department(office: Office, given: list[str]) -> None:
    """Nothing that was given is silently dropped."""
    office.refused(2, *LEAST, *given, says=["--department"])


def test_the_description_may_come_from_standard_input(office: Office) -> None:
    """`-` reads it whole: several lines, quotes and all."""
    story = "客户说：\n\"再也不来了\" -- 'nie'\n\n  - 缩进: 有\n"
    complaint = office.ok(*LEAST, "--description", "-", stdin=story).out.strip()
    assert office.data(complaint)["description"] == story


@pytest.mark.parametrize("story", ["", "\n", "x\n\n", "\n\nx", "  x\n y", "x\r\ny\r\n", "x\u2028y\x85z", "x" * 20000])
def test_any_description_is_kept(office: Office, story: str) -> None:
    """Byte for byte; nothing stays nothing."""
    complaint = office.ok(*LEAST, "--description", "-", stdin=story).out.strip()
    assert office.data(complaint).get("description", "") == story


def test_a_description_that_is_not_utf8_is_refused(office: Office) -> None:
    """A sentence, no traceback."""
    result = office.run(*LEAST, "--description", "-", stdin=b"caf\xe9")
    assert result.code in (1, 3)
    assert "UTF-8" in result.err
    assert office.git("status", "--porcelain") == ""


def test_a_year_not_yet_published_makes_due_times_provisional(office: Office) -> None:
    """The event says which; one warning on stderr with the remedy."""
    result = office.one_commit(*LEAST, now="2060-01-05T10:00:00+08:00")
    assert office.event(result.out.strip())["provisional"] == ["registration", "assignment"]
    assert result.err.count("not published yet") == 1


# --- from a file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["yaml", "json", "stdin"])
def test_facts_may_come_from_a_file(office: Office, tmp_path: Path, form: str) -> None:
    """YAML, JSON, or standard input, with the facts of design §2; defaults are written out as ever."""
    facts = {**FACTS, "customer": {"name": "客户甲", "contact": "138", "address": "成都"}, "criteria": ["safety"],
             "received": "2026-03-16T01:40:00Z", "imported": True, "details": {"plate": "川A12345"}}  # fmt: skip
    path = tmp_path / f"facts.{form}"
    text = json.dumps(facts, ensure_ascii=False, indent="\t")
    if form == "yaml":
        text = (
            "# a note\nchannel: phone\ncategory: attitude\nsubject: 态度冷淡\ncriteria: [safety]\nimported: true\n"
            "customer: {name: 客户甲, contact: '138', address: 成都}\nreceived: 2026-03-16T01:40:00Z\n"
            "details: {plate: 川A12345}\n"
        )
    path.write_text(text, encoding="utf-8")
    source, stdin = ("-", text) if form == "stdin" else (str(path), "")
    complaint = office.ok("new", "--from", source, stdin=stdin).out.strip()
    data = office.data(complaint)
    assert data.pop("events")[0]["action"] == "register"
    assert data == {
        **facts,
        "id": complaint,
        "received": "2026-03-16T09:40:00+08:00",
        "severity": "major",
        "urgent": False,
    }


def test_json_is_read_as_every_tool_writes_it(office: Office) -> None:
    """Escapes of JSON, also the two halves of an emoji and the slash."""
    text = (
        r'{"channel":"phone","category":"attitude","customer":{"name":"\ud83d\ude00 \u738b"},"subject":"a\/b\tc \"d\""}'
    )
    data = office.data(office.ok("new", "--from", "-", stdin=text).out.strip())
    assert (data["customer"]["name"], data["subject"]) == ("😀 王", 'a/b\tc "d"')


def test_a_list_is_one_commit(office: Office) -> None:
    """Each its own file and id, in the order of the list; options of the handling hold for all of them."""
    before = office.git("rev-parse", "HEAD")
    facts = [{**FACTS, "subject": f"第{number}"} for number in range(3)]
    found = office.ok("new", "--from", "-", "--department", "sales", "--owner", "李明", **from_stdin(facts)).out.split()
    assert [office.data(each)["subject"] for each in found] == ["第0", "第1", "第2"]
    assert {office.event(each)["owner"] for each in found} == {"李明"}
    assert len(office.commits(before)) == 1
    assert office.git("log", "-1", "--format=%(trailers:key=Complaint,valueonly)").split() == found
    assert office.git("show", "--name-only", "--format=", "HEAD").split() == sorted(
        f"complaints/2026/03/{each}.yaml" for each in found
    )
    assert office.git("status", "--porcelain") == ""


@pytest.mark.parametrize("bad", [{**FACTS, "channel": "fax"}, {**FACTS, "colour": "red"}, {"channel": "phone"}, 5])
def test_of_a_list_all_are_registered_or_none(office: Office, bad: Any) -> None:
    """The last of three is wrong: nothing is written."""
    result = office.refused(3, "new", "--from", "-", **from_stdin([FACTS, FACTS, bad]))
    assert result.out == ""


@pytest.mark.parametrize("related", ["20250101-0000", "{other}"])
def test_related_complaints_of_a_file_have_to_be_there(office: Office, related: str) -> None:
    """As with --related: any part of an id that means one complaint; what means none is refused."""
    other = office.new()
    facts = {**FACTS, "related": [related.format(other=other[-4:])]}
    if "other" in related:
        complaint = office.ok("new", "--from", "-", **from_stdin(facts)).out.strip()
        assert office.data(complaint)["related"] == [other]
    else:
        office.refused(3, "new", "--from", "-", **from_stdin(facts), says=["20250101-0000"])


@pytest.mark.parametrize(
    ("facts", "says"),
    [
        ({"id": "20260316-0000"}, ["id"]),
        ({"events": []}, ["events"]),
        ({"colour": "red"}, ["'colour' is not known"]),
        ({"channel": "fax"}, ["no channel 'fax'"]),
        ({"channel": 5}, ["channel"]),
        ({"category": None}, ["category"]),
        ({"severity": "huge"}, ["no severity 'huge'"]),
        ({"criteria": "safety"}, ["criteria"]),
        ({"criteria": 5}, ["criteria"]),
        ({"criteria": ["nix"]}, ["no criterion 'nix'"]),
        ({"criteria": ["safety", "safety"]}, ["criteria"]),
        ({"customer": "客户甲"}, ["customer"]),
        ({"customer": {}}, ["name is missing"]),
        ({"customer": {"name": " "}}, ["customer.name"]),
        ({"urgent": "yes"}, ["urgent"]),
        ({"imported": False}, ["imported"]),
        ({"received": 5}, ["received"]),
        ({"received": [NOW]}, ["received"]),
        ({"received": "2026-03-16T10:00:01+08:00"}, ["lies in the future"]),
        ({"received_by": "nobody"}, ["no department 'nobody'"]),
        ({"kind": "rant"}, ["no kind 'rant'"]),
        ({"subject": ""}, ["subject"]),
        ({"subject": "a\nb"}, ["subject"]),
        ({"description": 5}, ["description"]),
        ({"details": "x"}, ["details"]),
        ({"external_id": 12}, ["external_id"]),
        ({"related": "7k3f"}, ["related"]),
    ],
)
def test_facts_that_are_none_are_refused(office: Office, facts: dict[str, Any], says: list[str]) -> None:
    """By the schema and by the policy: exit 3, the fact is named, nothing is written."""
    office.refused(3, "new", "--from", "-", **from_stdin({**FACTS, **facts}), says=says)


def test_no_refusal_shows_the_customers_data(office: Office) -> None:
    """A contact without quotes is a number, and refused; it is not repeated on the screen."""
    facts = {**FACTS, "customer": {"name": "客户甲", "contact": 13800000000}}
    result = office.refused(3, "new", "--from", "-", **from_stdin(facts), says=["customer.contact"])
    assert "13800000000" not in result.err


@pytest.mark.parametrize(
    "content", [b"a: [", b"caf\xe9: 1", b"\x00", b"a: 1\n---\nb: 2", b"a: &x 1", b"a: 1\na: 2", b"[" * 50]
)
def test_a_file_that_cannot_be_read_is_told(office: Office, content: bytes) -> None:
    """Not YAML of design §2: a file could not be read, exit 1, with the line; nothing to mend in the office."""
    result = office.refused(1, "new", "--from", "-", stdin=content)
    assert "git log" not in result.err


def test_a_file_that_is_not_there_is_told(office: Office, tmp_path: Path) -> None:
    """A file could not be read: exit 1."""
    office.refused(1, "new", "--from", str(tmp_path / "nix.yaml"), says=["nix.yaml"])
    office.refused(1, "new", "--from", str(tmp_path), says=[str(tmp_path)])


def test_the_file_is_seen_from_the_folder_of_dash_c(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """-C DIR works as if started there: so does a relative --from."""
    (office.root / "facts.json").write_text(json.dumps(FACTS), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    office.ok("new", "--from", "facts.json")


@pytest.mark.parametrize(
    "option",
    [["--channel", "phone"], ["--urgent"], ["--criterion", "safety"], ["--detail", "a=b"], ["--received", "09:00"],
     ["--customer", "x"], ["--description", "x"]],
)  # fmt: skip
def test_facts_come_from_the_file_or_from_options(office: Office, option: list[str]) -> None:
    """Both at once is a mistake of usage: one would be silently ignored."""
    office.refused(2, "new", "--from", "-", *option, **from_stdin(FACTS), says=[option[0], "--from"])


# --- refusals ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("missing", ["--channel", "--category", "--customer", "--subject"])
def test_what_is_compulsory_is_named(office: Office, missing: str) -> None:
    """Nobody at a terminal: exit 2 with the option."""
    index = LEAST.index(missing)
    office.refused(2, *LEAST[:index], *LEAST[index + 2 :], says=[f"{missing} must be given"])


def test_all_that_is_missing_is_named_at_once(office: Office) -> None:
    """Not one after the other."""
    office.refused(2, "new", says=["--channel, --category, --customer, --subject"])


def test_the_policy_may_ask_for_more(office: Office) -> None:
    """The contact, and details by the policy's own schema; what is missing is named as it is to be given."""
    office.policy(POLICY + "customer: {required: [name, contact], key: plate}\n" + DETAILS)
    office.refused(2, *LEAST, "--detail", "plate=川A12345", says=["--contact"])
    result = office.run(*LEAST, "--contact", "138")
    assert result.code in (2, 3)
    assert "plate" in result.err
    office.one_commit(*LEAST, "--contact", "138", "--detail", "plate=川A12345")


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (["--channel", "phne"], 3, ["no channel 'phne'", "Did you mean 'phone'?", "cmplt.yaml under channels"]),
        (["--category", "nix"], 3, ["no category 'nix'", "attitude, repair"]),
        (["--severity", "huge"], 3, ["no severity 'huge'", "general, major"]),
        (["--criterion", "safty"], 3, ["Did you mean 'safety'?"]),
        (["--kind", "rant"], 3, ["no kind 'rant'"]),
        (["--department", "nobody"], 3, ["no department 'nobody'"]),
        (["--received-by", "nobody"], 3, ["no department 'nobody'"]),
        (["--related", "zzzz"], 3, ["no complaint 'zzzz'"]),
        (["--received", "soon"], 2, ["'soon' is not a time"]),
        (["--received", "2026-03-16 10:00:01"], 3, ["lies in the future"]),
        (["--received", "09:30", "--at", "09:29:59"], 3, ["09:30"]),
        (["--at", "2026-03-16 10:00:01"], 3, ["lies in the future"]),
        (["--detail", "plate"], 2, ["'plate'", "NAME=VALUE"]),
        (["--detail", "visits=many"], 3, ["details.visits", "'many'"]),
        (["--detail", "heard=perhaps"], 3, ["details.heard", "'perhaps'"]),
        (["--detail", "plate=x"], 3, ["plate"]),
        (["--subject", "a\nb"], 3, ["subject"]),
        (["--subject", " "], 3, ["subject"]),
        (["--customer", "caf\udce9"], 3, ["UTF-8"]),
        (["--chanel", "phone"], 2, ["No such option", "--channel"]),
        (["extra"], 2, ["unexpected extra argument"]),
    ],
)
def test_new_refuses(office: Office, given: list[str], code: int, says: list[str]) -> None:
    """Names the policy does not know, times that cannot be, details that are none."""
    office.policy(POLICY + DETAILS.replace("  required: [plate]\n", "") + "kinds: {complaint: {label: c}}\n")
    office.refused(code, *LEAST, *given, says=says)


@pytest.mark.parametrize(
    ("kind", "old", "given"),
    [
        ("channel", "visit: {label: visit}", ["--channel", "visit"]),
        ("category", "repair: {label: repair, department: service}", ["--category", "repair"]),
        ("department", "parts: {label: Parts}", ["--department", "parts"]),
    ],
)
def test_nothing_new_goes_to_a_retired_name(office: Office, kind: str, old: str, given: list[str]) -> None:
    """Exit 3; the names that are left are told."""
    office.policy(POLICY.replace(old, old[:-1] + ", retired: true}"))
    result = office.refused(3, *LEAST, *given, says=[f"The {kind} '{given[1]}' is retired"])
    assert given[1] not in result.err.partition("There is:")[2]
