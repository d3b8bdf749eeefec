"""`cmplt init`."""

import json
import subprocess
from datetime import datetime
from importlib.resources import files
from pathlib import Path

import pytest

from tests.office import Office

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
        ".gitattributes", "cmplt.yaml", "schemas/complaint.schema.json", "schemas/policy.schema.json",
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
    assert roles.count("王芳") == 2
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


def test_init_leaves_an_office_alone(office: Office) -> None:
    """There is a policy already: exit 3, nothing touched."""
    office.refused(3, "init", "--profile", "auto-dealer", says=["cmplt.yaml exists already"])


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
