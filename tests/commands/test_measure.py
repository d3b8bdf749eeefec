"""`cmplt measure`: from the proposal to the verification, one commit each, in `overdue`, `show`, `check`, `report`."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from cmplt.cli import run
from cmplt.storage import yamlfile
from tests.office import POLICY, Office

NOW, DUE = "2026-03-16T10:00:00+08:00", "2026-03-20T18:00:00+08:00"
RULES = "measures: {approve: general-manager, verify: parts}\nattachments: {kinds: {bulletin: bulletin}}\n"
GIVEN = {"kind": "corrective", "title": "接车流程培训", "department": "service", "due": "2026-03-20 18:00"}


@pytest.fixture
def office(office: Office) -> Office:
    """An office whose policy says who approves and who verifies."""
    office.policy(POLICY + RULES)
    return office


def given(**options: str) -> list[str]:
    """The options of an ordinary measure, with what is given changed or added."""
    return [part for name, value in {**GIVEN, **options}.items() if value for part in (f"--{name}", value)]


def new(office: Office, *args: str, **options: str) -> str:
    """Propose an ordinary measure, with what is given changed or added; returns its id."""
    return office.one_commit("measure", "new", *given(**options), *args, folder="measures/2026/").out.strip()


def path(office: Office, measure: str) -> Path:
    return office.root / "measures" / measure[:4] / f"{measure}.yaml"


def data(office: Office, measure: str) -> Any:
    return yamlfile.load(path(office, measure).read_text(encoding="utf-8"))


def step(office: Office, *args: str, **how: Any) -> str:
    """Run a step that must be one commit of the measure's file; what it says on stderr."""
    result = office.one_commit("measure", *args, folder="measures/2026/", **how)
    assert result.out == f"{args[1]}\n"
    return result.err


def done(office: Office, **options: str) -> str:
    """A measure that 王芳 has carried out."""
    measure = new(office, **options)
    for action in ("approve", "start", "done"):
        step(office, action, measure)
    return measure


# --- the steps --------------------------------------------------------------------------------------------------


def test_new_writes_facts_and_one_event(office: Office) -> None:
    """Facts in their order, the due time in the event, the id on stdout, what is owed and by whom on stderr."""
    complaint = office.new("--department", "service", category="repair")
    options = given(department="")
    told = ["--complaint", complaint[-4:], "--owner", "陈刚", "--description", "每周一次", "--note", "周会提出"]
    result = office.one_commit("measure", "new", *options, *told, folder="measures/2026/")
    measure = result.out.strip()
    assert (
        path(office, measure)
        .read_text(encoding="utf-8")
        .startswith(
            f"# yaml-language-server: $schema=../../schemas/measure.schema.json\nid: {measure}\nkind: corrective\n"
        )
    )
    assert data(office, measure) == {
        "id": measure, "kind": "corrective", "title": "接车流程培训", "description": "每周一次",
        "complaints": [complaint], "category": "repair", "department": "service", "owner": "陈刚",
        "events": [{"at": NOW, "by": "王芳", "action": "new", "note": "周会提出", "due": {"measure": DUE}}],
    }  # fmt: skip
    assert result.err == "  measure: Service by 2026-03-20 18:00\n  waits for the approval of: general-manager\n"
    assert office.git("log", "-1", "--format=%B").strip() == (
        f"measure new {measure}\n\nMeasure: {measure}\nAction: new"
    )
    assert measure in office.ok("show", complaint).out, "the complaint names what came from it"
    assert office.ok("check").out == ""


def test_an_id_is_unlike_complaints_and_measures(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn again when one of either kind has it, by a measure and by a complaint."""
    complaint, measure = office.new(), new(office)
    drawn = iter([*complaint[-4:], *measure[-4:], *"aaaa", *complaint[-4:], *measure[-4:], *"aaaa", *"bbbb"])
    for name, value in office.identity().items():
        monkeypatch.setenv(name, value)
    facts = ("--channel", "phone", "--category", "repair", "--customer", "甲", "--subject", "x")
    for args in (("measure", "new", *given()), ("new", *facts)):
        where = ["-C", str(office.root), *args]
        assert run(where, clock=lambda: office.now, choice=lambda alphabet: next(drawn)) == 0
    assert path(office, "20260316-aaaa").exists()
    assert office.file("20260316-bbbb").exists()


def test_a_measure_from_proposal_to_verification(office: Office) -> None:
    """Each step one event and one commit; the obligation is met by `done`, another person verifies."""
    measure = new(office)
    assert "to be started" in step(office, "approve", measure, "--note", "同意")
    step(office, "start", measure, "--by", "陈刚")
    told = step(office, "done", measure, "--by", "陈刚", "--note", "已培训")
    assert told == "  to be verified by Parts, and not by 陈刚\n"
    assert step(office, "verify", measure, "--effective", "--note", "两批次无异常") == "  verified\n"
    assert data(office, measure)["events"][1:] == [
        {"at": NOW, "by": "王芳", "action": "approve", "note": "同意"},
        {"at": NOW, "by": "陈刚", "action": "start"},
        {"at": NOW, "by": "陈刚", "action": "done", "note": "已培训"},
        {"at": NOW, "by": "王芳", "action": "verify", "effective": True, "department": "parts", "note": "两批次无异常"},
    ]
    assert office.git("log", "-1", "--format=%s") == f"measure verify {measure}: effective\n"
    assert office.json("measure", "list") == []
    assert office.ok("check", "--strict").out == ""


def test_without_effect_it_starts_again(office: Office) -> None:
    """Approved once more, with a new time, which must be given; owed again from then on."""
    measure = done(office)
    office.refused(2, "measure", "verify", measure, "--ineffective", "--by", "李明", says=["--due"])
    step(office, "verify", measure, "--ineffective", "--by", "李明", "--due", "2026-03-25 18:00")
    shown = office.json("measure", "show", measure)[0]
    assert shown["status"] == "approved"
    assert [(each["due"][:10], each["state"]) for each in shown["obligations"]] == [
        ("2026-03-20", "met"), ("2026-03-25", "open"),
    ]  # fmt: skip
    assert data(office, measure)["events"][-1]["effective"] is False
    step(office, "start", measure)
    late = step(office, "done", measure, now="2026-03-25T18:00:01+08:00")
    assert "late, it was due 2026-03-25 18:00" in late


def test_an_interim_measure_begins_at_once(office: Office) -> None:
    """Nobody has to approve it."""
    measure = new(office, kind="interim")
    assert office.json("measure", "list")[0]["status"] == "started"
    office.refused(3, "measure", "approve", measure, says=["is started", "done"])
    step(office, "done", measure)


def test_declining_ends_it(office: Office) -> None:
    """It owes nothing any more."""
    measure = new(office)
    step(office, "decline", measure, "--note", "太贵")
    assert [each["state"] for each in office.json("measure", "show", measure)[0]["obligations"]] == ["cancelled"]
    assert office.json("overdue", "--as-of", "2026-04-01 10:00") == []


def test_amend_keeps_the_old_value(office: Office) -> None:
    """Facts change from then on; the department that has it owes it."""
    complaint, measure = office.new(), new(office)
    step(office, "amend", measure, "department=parts", "owner=陈刚", f"complaints={complaint[-4:]}", "--reason", "转交")
    assert data(office, measure)["events"][-1]["changes"] == {
        "department": {"from": "service", "to": "parts"}, "owner": {"from": None, "to": "陈刚"},
        "complaints": {"from": [], "to": [complaint]},
    }  # fmt: skip
    shown = office.json("measure", "show", measure)[0]
    assert (shown["department"], shown["obligations"][0]["owed_by"]) == ("parts", "parts")
    office.refused(2, "measure", "amend", measure, "owner=x", says=["--reason"])
    office.refused(3, "measure", "amend", measure, "status=done", "--reason", "x", says=["status", "title"])
    office.refused(3, "measure", "amend", measure, "title=  ", "--reason", "x", says=["title"])


def test_attach_takes_files(office: Office) -> None:
    """Copied below attachments/ID, with size and checksum in the event, in one commit of both."""
    measure = new(office)
    (office.root.parent / "通报.pdf").write_bytes(b"x")
    office.ok("measure", "attach", measure, str(office.root.parent / "通报.pdf"), "--as", "bulletin")
    stored = f"attachments/{measure}/通报.pdf"
    assert (office.root / stored).read_bytes() == b"x"
    (file,) = data(office, measure)["events"][-1]["files"]
    assert (file["path"], file["size"], file["kind"]) == (stored, 1, "bulletin")
    names = office.git("-c", "core.quotePath=false", "show", "--name-only", "--format=", "HEAD").split()
    assert sorted(names) == sorted([stored, f"measures/2026/{measure}.yaml"])
    assert office.git("status", "--porcelain") == office.ok("check").out == ""


def test_a_late_entry_needs_a_reason(office: Office) -> None:
    """As for complaints: recorded beside the time that was given; the file is of the year it was proposed in."""
    earlier = ("--at", "2025-12-31 10:00")
    office.refused(3, "measure", "new", *given(), *earlier, says=["more than 1 hour ago"])
    options = (*given(), *earlier, "--reason", "纸质会议纪要")
    measure = office.one_commit("measure", "new", *options, folder="measures/2025/20251231-").out.strip()
    event = data(office, measure)["events"][0]
    assert (event["at"], event["recorded"], event["reason"]) == ("2025-12-31T10:00:00+08:00", NOW, "纸质会议纪要")
    assert office.ok("check").out == ""


@pytest.mark.parametrize(
    ("changed", "code", "says"),
    [
        ({"kind": "correctiv"}, 3, ["no kind of measure 'correctiv'", "Did you mean 'corrective'?", "interim"]),
        ({"department": "servce"}, 3, ["no department 'servce'", "'service'"]),
        ({"category": "repairs"}, 3, ["no category 'repairs'"]),
        ({"complaint": "zzzz"}, 3, ["no complaint 'zzzz'"]),
        ({"title": ""}, 2, ["--title"]), ({"due": ""}, 2, ["--due"]), ({"kind": "", "department": ""}, 2, ["--kind"]),
        ({"due": "soon"}, 2, ["'soon' is not a time"]), ({"due": "2026-03-16 10:00"}, 3, ["no later than"]),
        ({"title": "a\nb"}, 3, ["title"]), ({"at": "2026-03-16 10:01"}, 3, ["future"]),
    ],
)  # fmt: skip
def test_new_refuses(office: Office, changed: dict[str, str], code: int, says: list[str]) -> None:
    """What is missing, unknown, or over already."""
    office.refused(code, "measure", "new", *given(**changed), says=says)


def test_only_the_role_approves(office: Office) -> None:
    """The git identity must hold it; there is no --by; without the policy's word nobody does."""
    measure = new(office)
    office.refused(2, "measure", "approve", measure, "--by", "王芳", says=["--by"])
    office.name, office.email = "李明", "lm@example.com"
    office.refused(3, "measure", "approve", measure, says=["李明 does not hold the role 'general-manager'"])
    office.policy(POLICY + RULES + "delegations: [{role: general-manager, to: 李明, until: '2026-03-16'}]\n")
    step(office, "approve", measure)
    office.policy(POLICY)
    other = new(office)
    office.refused(3, "measure", "decline", other, says=["does not say who approves", "measures.approve"])


def test_who_did_it_does_not_verify_it(office: Office) -> None:
    """Neither effective nor not; nor both at once, nor neither, nor a time for what works."""
    measure = done(office)
    office.refused(3, "measure", "verify", measure, "--effective", says=["carried out by 王芳"])
    office.refused(2, "measure", "verify", measure, "--by", "李明", says=["--effective, --ineffective"])
    office.refused(2, "measure", "verify", measure, "--effective", "--due", "18:00", says=["--due"])


def test_what_is_not_a_measure(office: Office) -> None:
    """An unknown id, a complaint's, an unknown step."""
    complaint, measure = office.new(), new(office)
    office.refused(3, "measure", "show", complaint, says=["no measure", "measure list"])
    office.refused(3, "measure", "start", "2025", says=["no measure '2025'"])
    office.refused(2, "measure", "finish", measure, says=["no command 'measure finish'"])
    office.refused(3, "measure", "show", measure, "--as-of", "2026-03-01 10:00", says=[measure])


# --- files ------------------------------------------------------------------------------------------------------


def test_an_edited_file_is_refused(office: Office) -> None:
    """A fact changed by hand stops every step until it is committed or put back."""
    measure = new(office)
    file = path(office, measure)
    file.write_text(file.read_text(encoding="utf-8").replace("培训", "教育"), encoding="utf-8")
    office.refused(3, "measure", "approve", measure, says=["differs from the last commit", "git restore"])


def test_what_a_killed_command_left_is_committed_first(office: Office) -> None:
    """Whole events at the end, or a whole new file; never an approval for somebody else."""
    measure = new(office)
    step(office, "approve", measure)
    text = path(office, measure).read_text(encoding="utf-8")
    office.git("reset", "--hard", "-q", "HEAD~2")
    path(office, measure).parent.mkdir(parents=True, exist_ok=True)
    path(office, measure).write_text(text, encoding="utf-8")
    before = office.git("rev-parse", "HEAD")
    office.ok("measure", "start", measure)
    assert office.commits(before) == [f"measure start {measure}", f"measure new {measure}"]
    trailers = office.git("log", "-1", "--skip=1", "--format=%(trailers:key=Action,valueonly)").split()
    assert trailers == ["new,", "approve"]
    forged = text.replace("by: 王芳\n    action: approve", "by: 李明\n    action: approve")
    office.git("reset", "--hard", "-q", "HEAD~2")
    path(office, measure).parent.mkdir(parents=True, exist_ok=True)
    path(office, measure).write_text(forged, encoding="utf-8")
    office.refused(3, "measure", "start", measure, says=["differs from the last commit"])


def test_check_finds_what_is_wrong(office: Office) -> None:
    """Schema, place, void events, names, tampering; each at its line, and a deleted file."""
    measure = new(office, category="repair")
    file = path(office, measure)
    good = file.read_text(encoding="utf-8")
    cases = {
        "a fact": (good.replace("title: 接", "title: 换"), 1, ":4:1: error: this line was changed", "append-only"),
        "the schema": (good.replace("kind: corrective", "kind: other"), 1, ":3:1: error: ", "schema:enum"),
        "yaml": (good + "\t", 1, ": error: ", "yaml"),
        "void": (good + f"  - {{at: '{NOW}', by: x, action: start}}\n", 0, ":14:5: warning: void", "process"),
        "a department": (good.replace("department: service", "department: x"), 1, "warning: 'x'", "policy:names"),
        "a complaint": (
            good.replace("complaints: []", "complaints: [20260101-aaaa]"), 1, "no complaint", "complaints",
        ),
        "an id": (good.replace(measure, "20260316-zzzz"), 1, "the file is named", "id"),
    }  # fmt: skip
    for name, (text, code, says, rule) in cases.items():
        file.write_text(text, encoding="utf-8")
        result = office.run("check")
        assert result.code == code, name
        told = [line for line in result.out.splitlines() if says in line and line.endswith(f"[{rule}]")]
        assert told, f"{name}: {result.out}"
        assert told[0].startswith(f"measures/2026/{measure}.yaml:"), name
        assert office.run("check", str(file)).code == code
    file.unlink()
    assert "was deleted" in office.run("check").out
    office.git("restore", ".")
    (office.root / "measures" / "2025").mkdir()
    shutil.copy(file, office.root / "measures" / "2025")
    (file.parent / "notes.yaml").write_text("a: 1\n", encoding="utf-8")
    out = office.run("check").out
    assert "it belongs into measures/2026" in out
    assert "has the same id" in out
    assert "notes.yaml:1:1: error: a measure's file is named by its id" in out


# --- lists ------------------------------------------------------------------------------------------------------


def test_overdue_lists_what_measures_owe(office: Office) -> None:
    """Among the complaints' obligations, by due time and id, to the second; also soon, and by department."""
    complaint = office.new("--department", "sales")
    measure = new(office, owner="陈刚")
    assert [row["id"] for row in office.json("overdue", "--as-of", DUE)] == [complaint, complaint]
    rows = office.json("overdue", "--as-of", "2026-03-20 18:00:01")
    assert rows[-1] == {
        "id": measure, "subject": "接车流程培训", "status": "proposed", "severity": None, "urgent": False,
        "department": "service", "owner": "陈刚", "obligation": "measure", "owed_by": "service", "opened": NOW,
        "due": DUE, "overdue_seconds": 1,
    }  # fmt: skip
    assert office.json("overdue", "--department", "service", "--within", "1 week")[0]["overdue_seconds"] < 0
    assert "接车流程培训" in office.ok("overdue", "--as-of", "2026-03-21 10:00").out


def test_an_unreadable_measure_never_vanishes(office: Office) -> None:
    """The rest is shown, it is named on stderr, and the exit code is 1."""
    kept, broken = new(office), new(office)
    path(office, broken).write_text("id: [\n", encoding="utf-8")
    for args in (("overdue", "--as-of", "2026-04-01 10:00"), ("measure", "list"), ("report", "--no-write")):
        result = office.run(*args)
        assert (result.code, f"measures/2026/{broken}.yaml" in result.err) == (1, True), args
    assert kept in office.run("measure", "list").out
    office.refused(1, "measure", "show", broken, says=[broken])


def test_list_and_show_have_exactly_their_fields(office: Office) -> None:
    """As docs/json.md has them; filters, and what is over only when asked for."""
    open_one, over = new(office, category="repair"), done(office, department="parts", kind="preventive")
    office.refused(
        3, "measure", "verify", over, "--effective", "--by", "李明", says=["carried out by parts", "--department"]
    )
    step(office, "verify", over, "--effective", "--by", "李明", "--department", "sales")
    assert office.json("measure", "list") == [
        {
            "id": open_one, "kind": "corrective", "status": "proposed", "department": "service", "owner": None,
            "category": "repair", "title": "接车流程培训", "complaints": [], "due": DUE,
        }
    ]  # fmt: skip

    def listed(*args: str) -> list[str]:
        return sorted(row["id"] for row in office.json("measure", "list", *args))

    assert listed("--all") == sorted([open_one, over])
    assert listed("--status", "verified") == [over]
    assert listed("--all", "--department", "parts") == listed("--all", "--kind", "preventive") == [over]
    assert listed("--as-of", "2026-03-01 10:00") == []
    shown = office.json("measure", "show", over[-4:])[0]
    assert list(shown) == [
        "id", "kind", "status", "title", "description", "complaints", "category", "department", "owner",
        "obligations", "events", "void",
    ]  # fmt: skip
    assert shown["events"] == data(office, over)["events"]
    page = office.ok("measure", "show", open_one).out
    for words in (open_one, "接车流程培训", "proposed; next: approve, decline", "Service", "2026-03-20 18:00", "王芳"):
        assert words in page
    office.refused(3, "measure", "list", "--kind", "x", says=["no kind of measure 'x'"])
    office.refused(3, "measure", "list", "--department", "x", says=["no department 'x'"])


# --- the report -------------------------------------------------------------------------------------------------


def test_the_report_has_its_measures(office: Office) -> None:
    """What happened in the month and what stands open at its end: JSON, CSV, Markdown; the same out of a commit."""
    over, late = done(office), new(office, title="换件")
    step(office, "verify", over, "--effective", "--by", "李明")
    office.ok("report", "--month", "2026-03", now="2026-04-01T09:00:00+08:00")
    folder = office.root / "reports" / "2026-03"
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report["measures"] == {
        "opened": sorted([over, late]), "done": [over], "verified": [over], "ineffective": [], "open": [late],
        "overdue": [late],
    }  # fmt: skip
    rows = (folder / "measures.csv").read_text(encoding="utf-8").splitlines()
    assert rows[0] == "id,kind,status,title,category,department,owner,complaints,opened,due,met,overdue"
    assert sorted(rows[1:]) == sorted([
        f"{over},corrective,verified,接车流程培训,,service,,[],{NOW},{DUE},{NOW},false",
        f"{late},corrective,proposed,换件,,service,,[],{NOW},{DUE},,true",
    ])  # fmt: skip
    page = (folder / "report.md").read_text(encoding="utf-8")
    assert "## Corrective and preventive measures" in page
    assert f"| {late} | 换件 | corrective | proposed | Service | – | 2026-03-20 18:00 | yes |" in page
    assert "2026-03-20 18:00" in (folder / "report.html").read_text(encoding="utf-8")
    before = {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()}
    head = office.git("rev-parse", "HEAD").strip()
    path(office, late).write_text("[", encoding="utf-8")
    office.ok("report", "--month", "2026-03", "--rev", head, "--as-of", "2026-04-01 09:00")
    assert {each.name: each.read_bytes() for each in folder.iterdir() if each.is_file()} == before
    office.git("restore", "measures")
    other = office.json("report", "--month", "2026-03", "--department", "parts", "--no-write")
    assert not any(other["measures"].values())


def test_a_recurring_issue_proposes_a_measure(office: Office) -> None:
    """The command to type, which works as it stands but for what only a person knows; then the measure's name."""
    office.policy(POLICY + RULES + "recurrence: {count: 2, per: month}\n")
    complaints = [office.new("--department", "sales") for _ in range(2)]
    march = ("report", "--month", "2026-03", "--no-write", "--format", "md", "--as-of", "2026-04-01 09:00")
    command = "cmplt measure new --kind preventive --category attitude --department sales " + " ".join(
        f"--complaint {each}" for each in sorted(complaints)
    )
    assert command in office.ok(*march).out.replace("\\", "")
    result = office.ok(*command.split()[1:], "--title", "微笑服务", "--due", "2026-05-01 10:00")
    measure = result.out.strip()
    told = office.ok(*march).out
    assert f"{measure} (proposed)" in told
    assert "cmplt measure new" not in told
    report = office.json("report", "--month", "2026-03", "--no-write", "--as-of", "2026-04-01 09:00")
    assert report["recurring"][0]["measures"] == [measure]
