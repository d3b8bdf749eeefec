"""`cmplt init`."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import pytest

from cmplt.storage import office as offices
from cmplt.storage import yamlfile
from tests.office import Office
from tests.test_cli import on_terminal

NOW = datetime.fromisoformat("2026-03-16T10:00:00+08:00")
ATTRIBUTES = """\
complaints/**/*.yaml merge=cmplt text eol=lf
measures/**/*.yaml merge=cmplt text eol=lf
cmplt.yaml text eol=lf
attachments/** -text
reports/** -text
"""


@pytest.fixture
def fresh(tmp_path: Path) -> Office:
    """A folder in which there is no office yet."""
    root = tmp_path / "fresh"
    root.mkdir()
    return Office(root, NOW)


def test_init_sets_up_an_office_in_one_commit(fresh: Office) -> None:
    """Policy, schemas, attributes; a git repository with one clean commit and the path on stdout."""
    result = fresh.ok("init", "--profile", "auto-dealer")
    assert result.out == f"{fresh.root}\n"
    assert fresh.git("ls-files").split() == [
        ".gitattributes", "cmplt.yaml", "schemas/complaint.schema.json", "schemas/measure.schema.json",
        "schemas/policy.schema.json",
    ]  # fmt: skip
    assert fresh.git("log", "--format=%s|%an|%aI").strip() == "init|王芳|2026-03-16T10:00:00+08:00"
    assert fresh.git("status", "--porcelain") == ""
    assert (fresh.root / ".gitattributes").read_text(encoding="utf-8") == ATTRIBUTES
    for name in ("complaint", "policy"):
        schema = fresh.root / "schemas" / f"{name}.schema.json"
        assert schema.read_bytes() == files("cmplt.schemas").joinpath(schema.name).read_bytes()
        assert json.loads(schema.read_text(encoding="utf-8"))["$schema"]
    assert fresh.ok("check", "--strict").out == ""


def test_whoever_runs_it_is_under_every_role(fresh: Office) -> None:
    """And is told so; the profile's comments stay."""
    result = fresh.ok("init", "--profile", "auto-dealer")
    policy = (fresh.root / "cmplt.yaml").read_text(encoding="utf-8")
    roles = policy.partition("\nroles:")[2].partition("\ncustomer:")[0]
    assert "[]" not in roles
    assert roles.count("王芳") == 8
    assert "# D11" in roles
    for words in ("王芳", "general-manager", "administration-manager", "cmplt.yaml"):
        assert words in result.err


@pytest.mark.parametrize("name", ['O\'Neil: "the" #1, [x] & co', "null", "王 芳", "- a"])
def test_any_name_may_stand_under_the_roles(fresh: Office, name: str) -> None:
    """What YAML would take for something else is quoted: the office works from the first minute."""
    fresh.name = name
    fresh.ok("init", "--profile", "auto-dealer")
    assert fresh.ok("check").out == ""


def test_init_makes_the_folder(fresh: Office) -> None:
    """DIR is seen from where -C says, and made with its parents."""
    result = fresh.ok("init", "a/b", "--profile", "auto-dealer")
    assert result.out == f"{fresh.root / 'a' / 'b'}\n"
    assert (fresh.root / "a" / "b" / "cmplt.yaml").exists()


@pytest.mark.parametrize("committed", [True, False])
def test_an_existing_repository_keeps_what_it_has(fresh: Office, committed: bool) -> None:
    """Its files, its attributes and what is staged; the commit holds the office's files alone."""
    fresh.git("init", "-q")
    (fresh.root / ".gitattributes").write_text("*.png binary", encoding="utf-8")
    if committed:
        fresh.git("add", ".gitattributes")
        fresh.git("commit", "-qm", "pictures")
    (fresh.root / "mine.txt").write_text("mine", encoding="utf-8")
    fresh.git("add", "mine.txt")
    fresh.ok("init", "--profile", "auto-dealer")
    assert (fresh.root / ".gitattributes").read_text(encoding="utf-8") == "*.png binary\n" + ATTRIBUTES
    assert fresh.git("status", "--porcelain").splitlines() == ["A  mine.txt"]
    assert "mine.txt" not in fresh.git("show", "--name-only", "--format=", "HEAD")


def test_an_office_inside_another_repository_is_one_of_its_own(fresh: Office) -> None:
    """A folder below another work tree gets its own repository; the outer one has no commit of it."""
    fresh.git("init", "-q")
    fresh.ok("init", "inner", "--profile", "auto-dealer")
    assert (fresh.root / "inner" / ".git").is_dir()
    assert fresh.git("log", "--all", "--format=%s") == ""


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ([], 2, ["--profile", "auto-dealer"]),
        (["--profile", "autodealer"], 3, ["no profile 'autodealer'", "Did you mean 'auto-dealer'?"]),
        (["--profile", "../../etc/passwd"], 3, ["no profile"]),
    ],
)
def test_init_refuses_a_profile_that_is_none(fresh: Office, given: list[str], code: int, says: list[str]) -> None:
    """None given and nobody to ask, or one that does not exist: no file, no repository."""
    result = fresh.run("init", *given)
    assert result.code == code
    for words in says:
        assert words in result.err
    assert list(fresh.root.iterdir()) == []


def test_help_names_the_profiles_there_are(fresh: Office) -> None:
    """Each by its name, and that a file will do."""
    shown = " ".join(fresh.ok("init", "--help").out.split())
    assert all(name in shown for name in offices.profiles())
    assert "--profile NAME|FILE" in shown


# --- a policy of one's own --------------------------------------------------------------------------------------

LIBRARY = Path(__file__).parents[1] / "cases" / "positive" / "policy-library.yaml"


def test_an_office_of_no_shipped_kind(fresh: Office) -> None:
    """A library's policy from a file: a complaint runs from new to closed by its words, its tasks and its roles."""
    fresh.ok("init", "--profile", str(LIBRARY))
    assert fresh.ok("check", "--strict").out == ""
    given = {"channel": "postcard", "category": "fine", "customer": "Bo", "detail": "card=77", "subject": "Fined twice"}
    options = [part for name, value in given.items() for part in (f"--{name}", value)]
    complaint = fresh.ok("new", *options, "--detail", "fine=25").out.strip()
    assert fresh.data(complaint)["criteria"] == ["costly"]
    assert "task:look-it-up" in fresh.ok("assign", complaint).err
    fresh.ok("respond", complaint, "--note", "It is being looked up")
    fresh.refused(3, "propose", complaint, "--note", "x", says=["--remedy"])
    fresh.ok("propose", complaint, "--note", "No fine", "--remedy", "waiver")
    fresh.refused(3, "resolve", complaint, "--outcome", "x", says=["head-librarian"])
    fresh.ok("approve", complaint)
    fresh.refused(3, "resolve", complaint, "--outcome", "x", says=["look-it-up"])
    fresh.ok("done", complaint, "look-it-up", "--note", "It was back in time")
    fresh.ok("resolve", complaint, "--outcome", "Fine waived")
    fresh.refused(3, "followup", complaint, "--satisfied", "--via", "desk", says=["bookmark"])
    fresh.ok("followup", complaint, "--satisfied")
    assert fresh.event(complaint)["via"] == "bookmark"
    assert fresh.json("list", "--all")[0]["status"] == "closed"
    assert fresh.ok("check", "--strict").out == ""


def test_a_file_of_another_system(fresh: Office) -> None:
    """CRLF and a byte order mark do not get into the office; the comments and what else stands there do."""
    text = LIBRARY.read_text(encoding="utf-8")
    (fresh.root / "mine.yaml").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    fresh.ok("init", "o", "--profile", "mine.yaml")
    written = (fresh.root / "o" / "cmplt.yaml").read_bytes().decode("utf-8")
    assert written == text.replace("head-librarian: []", "head-librarian: [王芳]").replace(
        "门卫}, members: []", "门卫}, members: [王芳]"
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.replace("intake: front-desk", "intake: kitchen"), ["mine.yaml:20:1", "'kitchen'"]),
        (lambda text: text.replace("2 weeks", "soon"), ["mine.yaml:46:44", '"soon"', "A number and minutes"]),
        (lambda text: "a: [", ["mine.yaml:2:1", "not readable as YAML"]),
        (lambda text: "just words", ["mine.yaml:1:1"]),
    ],
)
def test_a_file_that_is_no_policy(fresh: Office, change: Callable[[str], str], says: list[str]) -> None:
    """Exit 3 with the file and the line; nothing is made, not even the folder."""
    before = LIBRARY.read_text(encoding="utf-8")
    assert change(before) != before
    (fresh.root / "mine.yaml").write_text(change(before), encoding="utf-8")
    result = fresh.run("init", "o", "--profile", "mine.yaml")
    assert result.code == 3
    for words in [*says, "nothing was written"]:
        assert words in result.err
    assert [path.name for path in fresh.root.iterdir()] == ["mine.yaml"]


# --- at a terminal ----------------------------------------------------------------------------------------------

# What the library is asked: its name, zone and hours, two roles in use, a role with a member, three departments.
KEEP = [""] * 9


def written(office: Office) -> str:
    return (office.root / "cmplt.yaml").read_text(encoding="utf-8")


def test_a_person_is_asked_for_what_no_document_says(fresh: Office) -> None:
    """The answers stand in the text, comments stay; a wrong one is asked again with what is wrong about it."""
    answers = ["河畔: 图书馆", "Europe/Nowhere", "Europe/Paris", "mon 9-12", "mon-fri 09:00-12:00; sat 10:00-11:00",
               "李明, li@example.com", "", "", "", "王强 #2", "陈静", "n"]  # fmt: skip
    result = on_terminal(fresh, "init", "--profile", str(LIBRARY), answers=answers)
    assert result.code == 0, result.err
    for words in ("There is no time zone 'Europe/Nowhere'", "One or more intervals", "porter (Porter)"):
        assert words in result.err
    assert "beadle" not in result.err  # retired
    policy = yamlfile.load(written(fresh))
    assert policy["office"] == "河畔: 图书馆"
    assert policy["calendar"] == {
        "timezone": "Europe/Paris", "hours": {"mon-fri": "09:00-12:00", "sat": "10:00-11:00"},
    }  # fmt: skip
    assert policy["roles"]["head-librarian"] == ["李明", "li@example.com"]
    assert policy["roles"]["porter"]["members"] == ["王芳"]
    assert policy["roles"]["friends"] == ["friends@example.com"]
    assert [policy["departments"][key].get("head") for key in policy["departments"]] == [None, "王强 #2", "陈静"]
    before = LIBRARY.read_text(encoding="utf-8").splitlines()
    comments = [line.rpartition("#")[2] for line in before if "#" in line and "10:00-13:00" not in line]
    assert all(comment in written(fresh) for comment in comments)
    assert fresh.git("status", "--porcelain") == ""
    assert fresh.ok("check", "--strict").out == ""


def test_who_only_says_enter_keeps_the_profile(fresh: Office) -> None:
    """Every default is what stands there; in the roles that have nobody, oneself."""
    result = on_terminal(fresh, "init", "--profile", str(LIBRARY), answers=[*KEEP, ""])
    assert result.code == 0, result.err
    before = LIBRARY.read_text(encoding="utf-8")
    changed = [line for line in written(fresh).splitlines() if line not in before.splitlines()]
    assert [line.split(":")[0].strip() for line in changed] == ["head-librarian", "porter"]
    assert "late_entry" not in result.err


def test_assumed_limits_are_gone_through_on_demand(fresh: Office) -> None:
    """Those whose line says assumed and no others, each tried at once; a line that was decided says so."""
    answers = [*KEEP, "y", "soon", "3 hours", "-4", "12.50", "2 fortnights", "5 days", ""]
    result = on_terminal(fresh, "init", "--profile", str(LIBRARY), answers=answers)
    assert result.code == 0, result.err
    assert "5 limits in it are assumed" in result.err
    limits = result.err.partition("5 limits")[2].splitlines()[1:]
    asked = [line.partition(" [")[0] for line in limits if " [" in line]
    assert asked == [
        "late_entry", "late_entry", "severities › dire › points",
        "severities › dire › criteria › costly › when › details_over › fine",
        "deadlines › answer › within", "deadlines › answer › within", "playbooks › look-it-up › within",
    ]  # fmt: skip
    for words in ('"soon" does not have the form', '"2 fortnights" does not have the form'):
        assert words in result.err
    before = LIBRARY.read_text(encoding="utf-8").splitlines()
    changed = [new for new, old in zip(written(fresh).splitlines(), before, strict=True) if new != old]
    assert [line.strip() for line in changed if "王芳" not in line] == [
        "late_entry: 3 hours                          # decided",
        "dire: {label: {en: Dire, zh: 严重}, points: -4, criteria: {costly: {label: {en: Costly, zh: 金额大},"
        " when: {details_over: {fine: '12.50'}}}}}   # decided",
        "answer: {from: assign, until: respond, within: 5 days, owed_by: department}   # decided",
    ]
    assert fresh.ok("check", "--strict").out == ""


@pytest.mark.parametrize("end", [b"\x04", b"\x03"])
def test_who_hangs_up_sets_up_nothing(fresh: Office, end: bytes) -> None:
    """End of input or Ctrl-C at any question: no folder, no repository."""
    result = on_terminal(fresh, "init", "o", "--profile", str(LIBRARY), answers=["Mine", ""], end=end)
    assert result.code == 130
    assert "nothing was written" in result.err
    assert list(fresh.root.iterdir()) == []


def test_init_leaves_an_office_alone(office: Office) -> None:
    """There is a policy already: exit 3, nothing touched."""
    office.refused(3, "init", "--profile", "auto-dealer", says=["cmplt.yaml exists already"])


@pytest.mark.parametrize("step", ["git half begun", "policy", "files", "staged"])
def test_a_killed_init_is_finished_by_the_next(fresh: Office, step: str) -> None:
    """Whatever it left, the next one makes the first commit of it, whole; the policy that stands there counts."""
    whole = fresh.root.parent / "whole"
    fresh.ok("init", str(whole), "--profile", "auto-dealer")
    (fresh.root / ".git").mkdir()
    if step != "git half begun":
        fresh.git("init", "-q")
        names = ["cmplt.yaml"] if step == "policy" else Office(whole, NOW).git("ls-files").split()
        for name in names:
            (fresh.root / name).parent.mkdir(exist_ok=True)
            (fresh.root / name).write_bytes((whole / name).read_bytes())
        if step == "staged":
            fresh.git("add", "-A")
    result = fresh.ok("init", *(("--profile", "retail") if step == "staged" else ("--profile", "auto-dealer")))
    assert result.out == f"{fresh.root}\n"
    assert ("in no commit yet" in result.err) == (step != "git half begun")
    assert fresh.git("log", "--format=%s").strip() == "init"
    assert fresh.git("rev-parse", "HEAD^{tree}") == Office(whole, NOW).git("rev-parse", "HEAD^{tree}")
    assert fresh.git("status", "--porcelain") == ""


def test_an_office_that_was_never_finished_says_so(fresh: Office) -> None:
    """Where `init` was killed before its commit, commands go on, and say what is to be done."""
    fresh.ok("init", "--profile", "auto-dealer")
    shutil.rmtree(fresh.root / ".git")
    fresh.git("init", "-q")
    told = fresh.ok("new", "--channel", "phone", "--category", "sales-attitude", "--customer", "x", "--contact", "1",
                    "--subject", "x", "--detail", "plate=AB12345")  # fmt: skip
    assert "cmplt.yaml is in no commit yet" in told.err
    assert "cmplt init" in told.err
    assert fresh.ok("init").out == f"{fresh.root}\n"
    assert fresh.git("status", "--porcelain") == ""
    assert "in no commit" not in fresh.ok("task", told.out.strip(), "x").err


def test_a_policy_that_is_none_is_not_made_an_offices(fresh: Office) -> None:
    """What stands there in no commit yet must be a policy."""
    (fresh.root / "cmplt.yaml").write_text("policy: 1\n", encoding="utf-8")
    result = fresh.run("init", "--profile", "auto-dealer")
    assert result.code == 3
    assert "not a valid policy" in result.err
    assert not (fresh.root / ".git").exists()


def test_init_needs_to_know_who_you_are(fresh: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """git has no identity: exit 4 with the command that gives it, and no office half made."""
    monkeypatch.setattr(Office, "identity", lambda self: {})
    result = fresh.run("init", "--profile", "auto-dealer")
    assert result.code == 4
    for words in ("git config", "user.name", "user.email"):
        assert words in result.err
    assert not (fresh.root / "cmplt.yaml").exists()


def test_a_file_in_the_way_is_told(fresh: Office) -> None:
    """DIR is a file: a sentence, no traceback."""
    (fresh.root / "taken").write_text("x", encoding="utf-8")
    result = fresh.run("init", "taken", "--profile", "auto-dealer")
    assert result.code == 4
    assert "taken" in result.err
    assert "Traceback" not in result.err


def test_hooks_check_every_commit(fresh: Office) -> None:
    """--hooks: a commit without cmplt that breaks a file does not get through; one that does not, does."""
    fresh.ok("init", "--profile", "auto-dealer", "--hooks")
    bad = fresh.root / "complaints" / "2026" / "03" / "20260316-0000.yaml"
    bad.parent.mkdir(parents=True)
    bad.write_text("id: 20260316-0000\n", encoding="utf-8")
    fresh.git("add", "complaints")
    with pytest.raises(subprocess.CalledProcessError):
        fresh.git("commit", "-qm", "bad")
    fresh.git("rm", "-q", "--cached", "-r", "complaints")
    (fresh.root / "readme.txt").write_text("x", encoding="utf-8")
    fresh.git("add", "readme.txt")
    fresh.git("commit", "-qm", "good")


def test_an_existing_hook_stays(fresh: Office) -> None:
    """It is not overwritten; the line to add is told."""
    fresh.git("init", "-q")
    hook = fresh.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    hook.chmod(0o755)
    result = fresh.ok("init", "--profile", "auto-dealer", "--hooks")
    assert hook.read_text(encoding="utf-8") == "#!/bin/sh\nexit 0\n"
    assert "check --staged" in result.err
