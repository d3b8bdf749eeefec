"""`redact`: personal data of what is over is blanked, in one commit that changes these lines and adds an event."""

from pathlib import Path

import pytest

from tests.office import POLICY, Office

KEY = """\
customer: {required: [name, contact], key: plate}
details:
  type: object
  required: [plate]
  properties: {plate: {type: string, minLength: 5, pattern: '^示'}, claim: {type: string, pattern: '^[0-9]+$'}}
"""
SECRETS = ("客户甲", "13800000000", "13911112222", "示A12345")


@pytest.fixture
def closed(office: Office) -> str:
    """A rejected complaint whose contact was amended, with a key; its id."""
    office.policy(POLICY + KEY)
    complaint = office.new("--detail", "plate=示A12345", "--detail", "claim=500", description="两行\n  说明")
    office.ok("amend", complaint, "customer.contact=13911112222", "--reason", "typo")
    office.ok("reject", complaint, "--reason", "not valid")
    return complaint


def test_the_customer_and_the_key_are_blanked(office: Office, closed: str) -> None:
    """In the facts and in amendments; one commit, in which only these lines go; nobody sees them in the file again."""
    before = office.file(closed).read_text(encoding="utf-8")
    result = office.one_commit("redact", closed, "--reason", "the customer asks", "--note", "n", adds_only=False)
    assert result.out == f"{closed}\n"
    for words in ("older commits", f"cmplt log {closed}", "clone", "notes", "attachments"):
        assert words in result.err
    text = office.file(closed).read_text(encoding="utf-8")
    assert not [secret for secret in SECRETS if secret in text]
    gone = [line.strip() for line in before.splitlines() if line not in text.splitlines()]
    assert gone == [
        "name: 客户甲",
        "contact: '13800000000'",
        "plate: 示A12345",
        "from: '13800000000'",
        "to: '13911112222'",
    ]
    assert office.event(closed) == {
        "at": "2026-03-16T10:00:00+08:00", "by": "王芳", "action": "redact",
        "fields": ["customer.name", "customer.contact", "details.plate"], "note": "n", "reason": "the customer asks",
    }  # fmt: skip
    message = office.git("log", "-1", "--format=%B")
    assert message.rstrip() == f"redact {closed}\n\nComplaint: {closed}\nAction: redact"


def test_everything_works_afterwards(office: Office, closed: str) -> None:
    """Nothing is found wrong, nothing is shown, and the complaint counts as it did."""
    before = office.json("report", "--month", "2026-03", "--no-write", now="2026-04-01T10:00:00+08:00")
    office.ok("redact", closed, "--reason", "x")
    assert office.ok("check", "--strict").out == ""
    assert office.json("show", closed)[0]["customer"] == {"name": "[redacted]", "contact": "[redacted]"}
    assert "plate: [redacted]" in office.ok("show", closed, "--reveal").out
    assert office.json("list", "--all", "示A12345") == []
    assert office.json("overdue") == []
    after = office.json("report", "--month", "2026-03", "--no-write")
    assert {**after, "commit": ""} == {**before, "commit": ""}
    office.one_commit("amend", closed, "subject=z", "--reason", "x")
    office.one_commit("reopen", closed, "--reason", "x")


@pytest.mark.parametrize(
    ("fields", "blank"),
    [
        (("customer.contact",), ["customer.contact"]),
        (("details.claim", "description"), ["details.claim", "description"]),
        (("subject", "customer"), ["customer.name", "customer.contact", "subject"]),
        (("details",), ["details.plate", "details.claim"]),
    ],
)
def test_fields_are_named(office: Office, closed: str, fields: tuple[str, ...], blank: list[str]) -> None:
    """Those alone; what they hold is written out one by one, and the rest can be blanked later."""
    office.one_commit("redact", closed, *fields, "--reason", "x", adds_only=False)
    assert sorted(office.event(closed)["fields"]) == sorted(blank)
    facts = office.data(closed)
    for name in blank:
        block, _, key = name.partition(".")
        assert (facts[block][key] if key else facts[block]) == "[redacted]"
    assert office.ok("check", "--strict").out == ""
    office.refused(3, "redact", closed, fields[0], "--reason", "x", says=["nothing to redact", fields[0]])


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        ((), 2, ["--reason"]),
        (("note", "--reason", "x"), 3, ["note cannot be redacted", "description"]),
        (("id", "--reason", "x"), 3, ["id"]),
        (("subject.x", "--reason", "x"), 3, ["subject.x"]),
        (("customer.", "--reason", "x"), 3, ["customer."]),
        (("customer.age", "--reason", "x"), 3, ["nothing to redact", "customer.age"]),
        (("customer", "place", "--reason", "x"), 3, ["nothing to redact", "place"]),
    ],
)
def test_redact_refuses(office: Office, closed: str, args: tuple[str, ...], code: int, says: list[str]) -> None:
    """What is no such field, or holds nothing; a reason is needed."""
    office.refused(code, "redact", closed, *args, says=says)


def test_only_what_is_over_is_redacted(office: Office) -> None:
    """While a complaint is open its customer is needed."""
    office.refused(3, "redact", office.new(), "--reason", "x", says=["registered"])


def test_twice_is_refused(office: Office, closed: str) -> None:
    """What is blank already stays so; after an amendment there is something again."""
    office.ok("redact", closed, "--reason", "x")
    office.refused(3, "redact", closed, "--reason", "x", says=["nothing to redact"])
    office.ok("amend", closed, "customer.contact=13711112222", "--reason", "x")
    office.one_commit("redact", closed, "--reason", "x", adds_only=False)
    assert office.event(closed)["fields"] == ["customer.contact"]


def test_a_hand_that_blanks_is_still_found(office: Office, closed: str) -> None:
    """Without its event, or with one that the process does not allow, a changed line is tampering."""
    path = office.file(closed)
    path.write_text(path.read_text(encoding="utf-8").replace("客户甲", "'[redacted]'"), encoding="utf-8")
    assert "was changed or removed" in office.run("check").out
    opened = office.new("--detail", "plate=示A12345")
    path = office.file(opened)
    event = "  - {at: 2026-03-16T10:00:00+08:00, by: x, action: redact, fields: [customer.name], reason: x}\n"
    text = path.read_text(encoding="utf-8").replace("name: 客户甲", "name: '[redacted]'")
    path.write_text(text + event, encoding="utf-8")
    assert f"{opened}.yaml:6:1: error: this line was changed or removed" in office.run("check").out


def test_the_hook_lets_a_redaction_through(office: Office, closed: str) -> None:
    """The check of what is committed knows it for what it is."""
    office.ok("init", ".", "--hooks")
    assert (office.root / ".git" / "hooks" / "pre-commit").exists()
    office.one_commit("redact", closed, "--reason", "x", adds_only=False)


@pytest.mark.parametrize("staged", [True, False])
def test_what_a_killed_command_left_is_committed_first(office: Office, closed: str, staged: bool) -> None:
    """A redaction is no tampering before its commit either."""
    office.ok("redact", closed, "--reason", "x")
    lost = office.git("show", "--format=%B")
    office.git("reset", "-q", "--soft" if staged else "--mixed", "HEAD~1")
    assert office.ok("check", "--strict").out == ""
    office.ok("reopen", closed, "--reason", "x")
    assert office.git("show", "--format=%B", "HEAD~1") == lost
    assert office.git("status", "--porcelain") == ""


def test_a_commit_that_fails_leaves_the_file_as_it_was(office: Office, closed: str) -> None:
    """Byte for byte."""
    hook = office.root / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    office.refused(4, "redact", closed, "--reason", "x")


def test_a_file_written_by_hand_is_redacted(office: Office, closed: str) -> None:
    """With comments, blocks and CRLF: every other byte stays."""
    path = office.file(closed)
    text = path.read_text(encoding="utf-8").replace("  name: 客户甲\n", "  # 备注\n  name: |\n    客户甲\n    太太\n")
    Path(path).write_bytes(text.replace("\n", "\r\n").encode())
    office.git("commit", "-qam", "by hand")
    old = path.read_bytes()
    office.ok("redact", closed, "customer.name", "--reason", "x")
    new = path.read_bytes()
    blank = old.replace("|\r\n    客户甲\r\n    太太\r\n".encode(), b"'[redacted]'\r\n")
    assert new.startswith(blank)
    assert new[len(blank) :].startswith(b"  - at:")


def test_the_key_is_masked_like_the_contact(office: Office) -> None:
    """Wherever it is shown, in amendments and in sentences; found by its words, and revealed when asked for."""
    office.policy(POLICY + KEY)
    complaint = office.new("--detail", "plate=示A12345XYZ", "--detail", "claim=500")
    office.ok("amend", complaint, "details.plate=示B12345XYZ", "details.claim=600", "--reason", "x")
    shown = office.json("show", complaint)[0]
    assert shown["details"] == {"plate": "示B1***5XYZ", "claim": "600"}
    assert shown["events"][-1]["changes"]["details.plate"] == {"from": "示A1***5XYZ", "to": "示B1***5XYZ"}
    assert shown["events"][-1]["changes"]["details.claim"] == {"from": "500", "to": "600"}
    assert "示B12345XYZ" not in office.ok("show", complaint).out
    assert "示B12345XYZ" in office.ok("show", complaint, "--reveal").out
    assert office.json("show", complaint, "--reveal")[0]["details"]["plate"] == "示B12345XYZ"
    found = office.ok("list", "示b12345")
    assert complaint in found.out
    assert "示B" not in found.out
    for given in ("details.plate=京C12345", "details.plate=示1"):
        result = office.refused(3, "amend", complaint, given, "--reason", "x", says=["details.plate"])
        assert given.partition("=")[2] not in result.err
    assert "示B12345XYZ" not in office.ok("report", "--month", "2026-03", now="2026-04-01T10:00:00+08:00").out
    written = [path for path in (office.root / "reports").rglob("*") if path.is_file()]
    assert written
    assert not [path for path in written if "示B12345XYZ" in path.read_bytes().decode("utf-8", "replace")]
