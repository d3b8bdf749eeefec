"""A clone from a stranger: no file, name, link, policy or setting in it makes a command do more than it says."""

import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from cmplt import patience
from cmplt.output import rendering
from cmplt.storage import validate, yamlfile
from tests.office import POLICY, Office

REFUSED = 3
NEW = ("new", "--channel", "phone", "--category", "attitude", "--customer", "x", "--subject", "y")


# --- links that lead out of the office --------------------------------------------------------------------------


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Path]:
    """A folder beside the office that nothing may be written to."""
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "secret.yaml").write_text("secret\n", encoding="utf-8")
    before = sorted(folder.rglob("*"))
    yield folder
    assert sorted(folder.rglob("*")) == before
    assert (folder / "secret.yaml").read_text(encoding="utf-8") == "secret\n"


WRITING = {
    "complaints": (NEW,),
    "complaints/2026": (NEW,),
    "complaints/2026/03": (NEW,),
    "measures": (("measure", "new", "--kind", "corrective", "--title", "t", "--department", "sales",
                  "--category", "repair", "--due", "2026-04-01 10:00"),),
    "reports": (("report", "--month", "2026-02"), ("report", "--month", "2026-02", "--commit")),
    "reports/2026-02": (("report", "--month", "2026-02"), ("report", "--month", "2026-02", "--commit")),
    "attachments": (("attach", "{one}", "cmplt.yaml"),),
    "attachments/{one}": (("attach", "{one}", "cmplt.yaml"),),
    ".git/cmplt": (NEW, ("assign", "{one}", "sales"), ("report", "--month", "2026-02")),
}  # fmt: skip


@pytest.mark.parametrize("name", WRITING)
def test_no_command_writes_behind_a_link(office: Office, outside: Path, name: str) -> None:
    """Whatever folder is a link: the command is refused in a sentence, and beside the office nothing changes."""
    one = "" if name.startswith("complaints") else office.new()
    path = office.root / name.format(one=one)
    if path.exists():
        path.rename(path.with_name("before"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(outside, target_is_directory=True)
    for args in WRITING[name]:
        result = office.run(*(part.format(one=one) for part in args))
        assert result.code == REFUSED, result.err
        assert "Move it away" in result.err


@pytest.mark.parametrize("name", ["complaints", "complaints/2026", "measures"])
def test_what_lies_behind_a_link_is_not_read_and_named(office: Office, outside: Path, name: str) -> None:
    """Neither does it vanish: every list says that there is something that it does not look into."""
    (office.root / name).parent.mkdir(exist_ok=True)
    (office.root / name).symlink_to(outside, target_is_directory=True)
    listing = office.run("measure", "list") if name == "measures" else office.run("list")
    assert (listing.code, listing.out) == (1, "")
    assert f"{name}:1:1: error: it is no ordinary file" in listing.err
    assert f"{name}:1:1: error: it is no ordinary file" in office.run("check").out


def test_templates_behind_a_link_are_no_templates(office: Office, outside: Path) -> None:
    """An office whose own forms, pages and report cannot be looked into is told so."""
    (office.root / "templates").symlink_to(outside, target_is_directory=True)
    for args in (("guide",), ("form",), ("check",)):
        result = office.run(*args)
        assert result.code == 1
        assert "templates:1:1: error: it is no ordinary file" in result.out + result.err
    office.refused(REFUSED, "report", "--month", "2026-02", says=["templates:1"])


@pytest.mark.parametrize("name", [".gitattributes", "schemas", "cmplt.yaml"])
def test_an_office_is_not_set_up_over_a_link(office: Office, outside: Path, tmp_path: Path, name: str) -> None:
    """What the link leads to is neither written to nor copied into the first commit."""
    fresh = Office(tmp_path / "fresh", office.now)
    fresh.root.mkdir()
    (fresh.root / name).symlink_to(outside / ("secret.yaml" if name != "schemas" else ""))
    result = fresh.run("init", ".", "--profile", "auto-dealer")
    assert result.code == REFUSED, result.err


# --- names --------------------------------------------------------------------------------------------------------

NAMES = ["-rf.yaml", "--help.yaml", "a\nb.yaml", "a'\"[*]?.yaml", "$(touch x).yaml", b"\xff\xfe.yaml", ":(top).yaml"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_may_be_called_anything(office: Office, name: str | bytes) -> None:
    """Options, patterns, line ends and bytes that are no text: `check` names the file in one line, and lists go on."""
    one = office.new()
    folder = bytes(office.file(one).parent)
    encoded = name if isinstance(name, bytes) else name.encode()
    Path(folder.decode(), encoded.decode("utf-8", "surrogateescape")).write_bytes(b"subject: x\n")
    office.git("add", "-A")
    office.git("commit", "-qm", "x")
    found = office.run("check")
    assert found.code == 1
    assert len(found.out.splitlines()) == 1
    assert "named by its id" in found.out
    assert office.run("check", "--", f"complaints/2026/03/{encoded.decode('utf-8', 'surrogateescape')}").code == 1
    assert one in office.run("list").out
    assert office.run("report", "--month", "2026-03", "--rev", "HEAD", "--no-write").code == 1
    assert office.ok("assign", one, "sales").code == 0


@pytest.mark.parametrize("name", ["--all", "-rf", "a\nb", "a[1]*.txt", ":(top)x", "$(x)`y`", "a\x1b[31mb", "git~1"])
def test_an_attachment_may_be_called_anything(office: Office, name: str) -> None:
    """It is kept under a name that is one everywhere, and `check` finds it as it was attached."""
    one = office.new()
    (office.root.parent / name).write_text("x", encoding="utf-8")
    office.ok("attach", one, "--", str(office.root.parent / name))
    (kept,) = office.event(one)["files"]
    assert (office.root / kept["path"]).read_text(encoding="utf-8") == "x"
    assert kept["path"].isprintable()
    assert office.ok("check").out == ""


@pytest.mark.parametrize("text", ["../../etc/passwd", "/etc/passwd", "..", "-x", "--output=x", "a\nb", ""])
def test_no_name_leads_out_of_its_folder(office: Office, text: str) -> None:
    """Ids, forms, guides, revisions and related complaints are names, not paths and not options."""
    one = office.new()
    for args in (
        ("show", "--", text), ("form", "--", one, text), ("guide", "--", text), (*NEW, f"--related={text}"),
        ("report", f"--rev={text}", "--month", "2026-02", "--no-write"), ("measure", "show", "--", text),
    ):  # fmt: skip
        office.refused(REFUSED, *args)


@pytest.mark.parametrize("path", ["../../../x", "/etc/passwd", "attachments/../../x"])
def test_an_event_names_no_file_elsewhere(office: Office, path: str) -> None:
    """What an event says was attached is looked at below attachments/ alone."""
    one = office.new()
    file = office.file(one)
    event = (
        "- {at: '2026-03-16T10:00:00+08:00', by: x, action: attach, files: [{path: PATH, size: 1, sha256: 'SUM'}]}\n"
    )
    added = event.replace("PATH", path).replace("SUM", "0" * 64)
    file.write_text(file.read_text(encoding="utf-8") + f"  {added}", encoding="utf-8")
    office.git("commit", "-qam", "x")
    found = office.run("check")
    assert found.code == 1
    assert "bytes, not 1" not in found.out


# --- git ------------------------------------------------------------------------------------------------------------

SETTINGS = """
[color]
    ui = always
    diff = always
    status = always
[core]
    quotePath = true
    pager = {evil} pager
    fsmonitor = {evil}
    ignoreStat = true
    abbrev = 4
[log]
    showSignature = true
    date = human
    follow = true
    mailmap = true
    decorate = full
    abbrevCommit = true
[format]
    pretty = fuller
[diff]
    noprefix = true
    renames = copies
    orderFile = /nonexistent/order
    relative = true
    ignoreSubmodules = all
[i18n]
    logOutputEncoding = UTF-16
    commitEncoding = latin1
[status]
    showUntrackedFiles = no
    branch = true
    showStash = true
    short = true
[trailer]
    separators = "="
[trailer "Action"]
    key = Foo
[gpg]
    program = {evil} gpg
[pager]
    log = {evil} pager
    status = true
[alias]
    log = !{evil} alias
    status = !{evil} alias
    rev-parse = !{evil} alias
"""


def readings(office: Office, one: str) -> list[str]:
    """What the commands that read print."""
    commands = (
        ("log", one, "--format", "json"), ("check", "--strict"), ("check", "--staged"), ("show", one), ("list",),
        ("report", "--month", "2026-03", "--no-write", "--format", "json"),
        ("report", "--month", "2026-03", "--no-write", "--format", "json", "--rev", "HEAD"),
    )  # fmt: skip
    return [office.ok(*args).out for args in commands]


def test_settings_of_a_clone_change_nothing_that_is_read(office: Office) -> None:
    """No setting of git's makes a reading command start a program, or print anything else; writing works as well."""
    one = office.new("--department", "sales")
    before = readings(office, one)
    ran, evil = office.root.parent / "ran", office.root.parent / "evil"
    evil.write_text(f"#!/bin/sh\necho $* >> {ran}\n", encoding="utf-8")
    evil.chmod(0o755)
    with (office.root / ".git" / "config").open("a", encoding="utf-8") as file:
        file.write(SETTINGS.format(evil=evil))
    assert readings(office, one) == before
    assert not ran.exists()
    office.ok("respond", one, "--note", "好")
    assert office.json("log", one)[-1]["actions"] == "respond"
    assert not ran.exists()


def test_nobody_else_is_put_in_the_audit_trail(office: Office) -> None:
    """Neither a .mailmap nor a replaced commit changes who did what, as `log` and the history have it."""
    one = office.new()
    before = office.json("log", one)
    (office.root / ".mailmap").write_text("Forged <f@example.com> <wf@example.com>\n", encoding="utf-8")
    commit = office.git("rev-parse", "HEAD").strip()
    office.git("commit", "-q", "--amend", "--allow-empty", "-m", "forged", "--author", "Forged <f@example.com>")
    forged = office.git("rev-parse", "HEAD").strip()
    office.git("reset", "-q", "--hard", commit)
    office.git("replace", commit, forged)
    (office.root / ".git" / "info" / "grafts").write_text(f"{commit}\n", encoding="utf-8")
    assert office.json("log", one) == before


def test_a_commit_may_hold_anything(office: Office) -> None:
    """Separators, escapes and instants beyond all calendars in a commit that was made by hand end no command."""
    one = office.new()
    tree, parent = office.git("rev-parse", "HEAD^{tree}").strip(), office.git("rev-parse", "HEAD").strip()
    path = office.file(one)
    path.write_text(path.read_text(encoding="utf-8") + "# x\n", encoding="utf-8")
    office.git("commit", "-qam", "x")
    tree = office.git("rev-parse", "HEAD^{tree}").strip()
    raw = (
        f"tree {tree}\nparent {parent}\nauthor a\x1f\x1e\u2028b\x1b <x\x1fy> 99999999999999 +0000\n"
        f"committer c <c@d> 99999999999999 +0000\n\ns\x1fu\x1eb\x1bject\n\nAction: a\x1f\x1e, b\n"
    )
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        cwd=office.root, input=raw.encode(), capture_output=True, check=True,
    )  # fmt: skip
    office.git("reset", "-q", "--hard", made.stdout.decode().strip())
    found = office.json("log", one)
    assert [each["subject"] for each in found][-1] == "s\x1fu\x1eb\x1bject"
    assert office.run("log", one).code == 0
    assert office.run("report", "--month", "2026-03", "--no-write").code == 0


# --- policies ---------------------------------------------------------------------------------------------------------


def branching(depth: int) -> dict[str, object]:
    """A schema in which every definition asks for the next one twice."""
    steps: dict[str, object] = {
        f"d{number}": {"allOf": [{"$ref": f"#/$defs/d{number + 1}"}] * 2} for number in range(depth)
    }
    return {"properties": {"p": {"$ref": "#/$defs/d0"}}, "$defs": {**steps, f"d{depth}": {"type": "string"}}}


LONG = "a" * 40 + "!"
ENDLESS = {
    "pattern": ({"properties": {"p": {"pattern": "^(a+)+$"}}}, {"p": LONG}),
    "patternProperties": ({"patternProperties": {"^(a+)+$": {}}}, {LONG: 1}),
    "propertyNames": ({"propertyNames": {"pattern": "^(a+)+$"}}, {LONG: 1}),
    "branching": (branching(40), {"p": "x"}),
    "enum": ({"properties": {"p": {"items": {"enum": list(range(30_000))}}}}, {"p": list(range(30_000, 60_000))}),
    "unique": ({"properties": {"p": {"uniqueItems": True}}}, {"p": [{"a": number} for number in range(9000)]}),
    "circle": ({"if": {"required": ["p"]}, "then": {"$ref": "#"}}, {"p": 1}),
    "numbers": ({"properties": {"p": {"multipleOf": 0.01}}}, {"p": float("inf")}),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_no_schema_for_details_keeps_a_command_for_ever(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Patterns, references and lists that take for ever or go round in circles: a finding, in bounded time."""
    from cmplt.domain.policy import Policy

    monkeypatch.setattr(validate, "_PATIENCE", 0.3)
    schema, details = ENDLESS[name]
    data = yamlfile.load(POLICY + f"details: {json.dumps(schema)}\n")
    assert validate.policy_findings(data) == []
    begun = time.process_time()
    for _ in range(20):  # a schema that was too slow once is not asked again
        found = validate.details_findings(details, Policy(data))
    assert time.process_time() - begun < 10
    assert [(path, rule) for path, _sentence, _fields, rule in found] == [(("details",), "policy:details")]


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "http://127.0.0.1:PORT/x"}, {"$id": "http://127.0.0.1:PORT/x", "properties": {"p": {"$ref": "y"}}},
        {"$ref": "file:///etc/passwd"}, {"allOf": [{"$ref": "#"}]},
        {"properties": {"p": {"pattern": "a{99999999999}"}}},
        {"properties": {"p": {"pattern": "(" * 5000 + ")" * 5000}}}, {"$ref": "#/$defs/d0", **branching(40)},
    ],
)  # fmt: skip
def test_a_schema_that_cannot_be_used_is_a_finding(monkeypatch: pytest.MonkeyPatch, schema: object) -> None:
    """Nothing is fetched, nothing is read from the disk, and nothing ends in a traceback."""
    monkeypatch.setattr(validate, "_PATIENCE", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        text = json.dumps(schema).replace("PORT", str(server.getsockname()[1]))
        found = validate.policy_findings(yamlfile.load(POLICY + f"details: {text}\n"))
        with pytest.raises(BlockingIOError):
            server.accept()
    assert {path[0] for path, *_ in found} == {"details"}


def test_details_may_be_called_as_keywords_are(office: Office) -> None:
    """A detail named `$ref` or `pattern` is no reference and no pattern."""
    office.policy(POLICY + "details: {properties: {$ref: {type: string}, pattern: {type: string}}}\n")
    office.new("--detail", "pattern=x", "--detail", "$ref=y")


def test_patience_ends_only_what_takes_too_long() -> None:
    """What computes for ever is ended from outside; what sleeps or is quick is not; and the limit goes away again."""
    with pytest.raises(patience.Endless), patience.at_most(0.1):
        while True:
            pass
    with patience.at_most(0.1):
        time.sleep(0.2)
    begun = time.process_time()
    while time.process_time() - begun < 0.2:
        pass


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_patience_ends_what_python_did_not_let_it_end() -> None:
    """What is raised while Python cleans up after an object is ignored; so it is raised once more."""

    class Slow:
        def __del__(self) -> None:
            while True:
                pass

    with pytest.raises(patience.Endless), patience.at_most(0.1):
        Slow()
        while True:
            pass


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% set x = namespace(y='aaaaaaaa') %}{% for a in range(99) %}{% set x.y = x.y ~ x.y %}{% endfor %}",
        "{{ 'a' * 10 ** 10 }}",
        "{{ cycler.__init__.__globals__ }}",
        "{% include '../../cmplt.yaml' %}",
        "{% include 'form.md' %}",
    ],
)
def test_a_template_is_stopped(monkeypatch: pytest.MonkeyPatch, office: Office, text: str) -> None:
    """One that loops, grows, reaches out of its cage or opens itself is refused with its name."""
    monkeypatch.setattr(rendering, "PATIENCE", 0.5)
    one = office.new()
    folder = office.root / "templates" / "forms"
    folder.mkdir(parents=True)
    (folder / "form.md").write_text(text, encoding="utf-8")
    office.refused(REFUSED, "form", one, "record", says=["templates/forms/form.md"])


# --- size -------------------------------------------------------------------------------------------------------------


def test_thousands_of_events_are_read_in_seconds(office: Office) -> None:
    """A file as large as is read takes no command more than some seconds: no step of it goes through all others."""
    one = office.new("--department", "sales")
    office.ok("respond", one, "--note", "x")
    path = office.file(one)
    event = (
        "  - {at: '2026-03-16T10:00:00+08:00', by: a, action: progress, note: x,"
        " due: {progress: '2026-03-19T18:00:00+08:00'}}\n"
    )
    path.write_text(path.read_text(encoding="utf-8") + event * 4000, encoding="utf-8")
    office.git("commit", "-qam", "x")
    for args in (("list",), ("show", one), ("show", one, "--explain"), ("check",)):
        begun = time.process_time()
        office.ok(*args)
        assert time.process_time() - begun < 15, args  # a second or three; it took minutes


def test_a_file_of_nothing_but_mistakes_is_checked_in_seconds(office: Office) -> None:
    """Each of thousands of problems has its line, and the text is not parsed anew for each."""
    one = office.new()
    path = office.file(one)
    path.write_text(path.read_text(encoding="utf-8") + "  - {x: 1}\n" * 3000, encoding="utf-8")
    office.git("commit", "-qam", "x")
    begun = time.process_time()
    assert len(office.run("check").out.splitlines()) > 3000
    assert time.process_time() - begun < 15


def test_more_values_than_any_file_needs_are_not_read(office: Office) -> None:
    """A megabyte of commas is refused before it has become half a million values."""
    office.new()
    (office.root / "complaints" / "x.yaml").write_text("[" + "1," * 500_000 + "]", encoding="utf-8")
    assert "more than 100000 values" in office.run("list").err


def test_a_calendar_of_a_minute_a_week_ends_the_search(office: Office) -> None:
    """Years of working time in an office that hardly works: refused in a second, not looked for in thousands."""
    hours = POLICY.replace("{mon-fri: '09:00-12:00 13:00-18:00'}", "{sun: '23:59-24:00'}")
    office.policy(hours.replace("2 working hours", "87000 working hours"))
    one = office.new()
    begun = time.process_time()
    office.refused(REFUSED, "assign", one, "sales", says=["No working time was found"])
    assert time.process_time() - begun < 10


@pytest.mark.parametrize(
    ("policy", "says"),
    [
        ("followup: {scale: 999999999}", "999999999 is greater"),
        ("attachments: {max_size: 99999999999 GiB}", "99999999999 GiB"),
    ],
)
def test_numbers_of_a_policy_are_bounded(office: Office, policy: str, says: str) -> None:
    """What would fill the memory, or no machine has, is refused with its line."""
    office.policy(f"{POLICY}{policy}\n")
    assert says in office.run("check").out
    office.refused(REFUSED, "list", says=["cmplt.yaml:36"])


@pytest.mark.parametrize("value", ["9" * 4000, "[" * 60 + "]" * 60])
def test_json_that_no_file_could_hold_is_refused(office: Office, value: str) -> None:
    """Facts in JSON may be longer or deeper than what is read as YAML: a sentence, and nothing is written."""
    facts = '{"channel":"phone","category":"attitude","customer":{"name":"x"},"subject":"y","details":{"n":VALUE}}'
    office.refused(REFUSED, "new", "--from", "-", stdin=facts.replace("VALUE", value), says=["cannot be kept"])


def test_numbers_that_json_has_not_are_nothing_there(office: Office) -> None:
    """Infinity is a number of YAML; what is printed as JSON can be read by every reader of JSON."""
    one = office.new("--detail", "n=1", "--detail", "m=2")
    path = office.file(one)
    path.write_text(path.read_text(encoding="utf-8").replace("n: '1'", "n: .inf").replace("n: 1", "n: .inf"), "utf-8")
    office.git("commit", "-qam", "x")
    out = office.ok("show", one, "--format", "json").out
    assert json.loads(out, parse_constant=pytest.fail)[0]["details"]["n"] is None
