"""A merge that was killed on its way leaves nothing that could be taken for what was written here."""

import os
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import pytest

from cmplt.repository import halfmerged, lock
from cmplt.repository.ledger import Ledger
from tests.office import Office
from tests.repository.test_ledger import hook, until

# How far git had come: the files, or git's index too, or all but the commit itself.
STAGES = ("files", "index", "merge")


def two_desks(office: Office, tmp_path: Path) -> tuple[Office, str, str]:
    """A clone that has fetched what another desk wrote: an event, a new complaint, a paper; and its commit."""
    first = office.new("--department", "sales")
    office.git("init", "-q", "--bare", str(tmp_path / "shared.git"))
    office.git("remote", "add", "origin", str(tmp_path / "shared.git"))
    office.ok("sync")
    office.git("clone", "-q", str(tmp_path / "shared.git"), str(tmp_path / "other"))
    other = Office(tmp_path / "other", office.now, "李明", "lm@example.com")
    other.ok("respond", first, "--note", "called", now="2026-03-16T10:05:00+08:00")
    other.new(now="2026-03-16T10:06:00+08:00")
    (tmp_path / "photo.jpg").write_bytes(b"photo")
    other.ok("attach", first, str(tmp_path / "photo.jpg"), now="2026-03-16T10:07:00+08:00")
    other.ok("sync")
    office.git("fetch", "-q", "origin")
    return other, first, office.git("rev-parse", "origin/main").strip()


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("forward", [True, False], ids=["forward", "merge"])
def test_it_is_taken_back(office: Office, tmp_path: Path, stage: str, forward: bool) -> None:
    """Whatever git had done, the next command finds what was committed, writes its own, and sync brings the rest."""
    other, first, theirs = two_desks(office, tmp_path)
    if not forward:
        office.ok("respond", first, "--note", "wrote", now="2026-03-16T10:04:00+08:00")
    before = office.git("rev-parse", "HEAD")
    files = office.state()[2]
    halfmerged.begin(Ledger(office.root), theirs)
    if stage == "merge":
        office.git("merge", "-q", "--no-commit", "--no-ff", "-m", f"{halfmerged.SUBJECT} origin/main", theirs)
    elif stage == "index":
        office.git("merge", "-q", "--no-commit", "--no-ff", theirs)
        (office.root / ".git" / "MERGE_HEAD").unlink()
    else:
        for name in office.git("diff", "--name-only", f"HEAD...{theirs}").splitlines():
            (office.root / name).parent.mkdir(parents=True, exist_ok=True)
            (office.root / name).write_text(office.git("show", f"{theirs}:{name}"), encoding="utf-8")
    note = office.run("amend", first, "subject=anew", "--reason", "r", now="2026-03-16T10:10:00+08:00")
    assert note.code == 0, note.err
    assert office.commits(before) == [f"amend {first}"]
    assert {name: files[name] for name in files if first not in name} == {
        name: content for name, content in office.state()[2].items() if first not in name
    }
    assert not (office.root / ".git" / "cmplt" / halfmerged.NAME).exists()
    office.ok("sync", now="2026-03-16T10:11:00+08:00")
    assert [each["action"] for each in office.data(first)["events"]].count("attach") == 1
    other.ok("sync", now="2026-03-16T10:12:00+08:00")
    assert office.file(first).read_bytes() == other.file(first).read_bytes()
    assert office.git("status", "--porcelain") == ""
    assert office.ok("check").out == ""


def test_what_was_committed_stays(office: Office, tmp_path: Path) -> None:
    """A merge that was killed after its commit is no half of one; what was changed by hand elsewhere stays."""
    _other, first, theirs = two_desks(office, tmp_path)
    office.ok("sync", now="2026-03-16T10:10:00+08:00")
    halfmerged.begin(Ledger(office.root), theirs)
    (office.root / "README").write_text("ours\n", encoding="utf-8")
    office.ok("amend", first, "subject=anew", "--reason", "r", now="2026-03-16T10:11:00+08:00")
    assert office.git("status", "--porcelain") == "?? README\n"
    assert [each["action"] for each in office.data(first)["events"]][-2:] == ["attach", "amend"]


def killed(office: Office, theirs: str, stage: str) -> None:
    """A merge by `sync` that is killed when git has come so far."""
    halfmerged.begin(Ledger(office.root), theirs)
    office.git("merge", "-q", "--no-commit", "--no-ff", "-m", f"{halfmerged.SUBJECT} origin/main", theirs)
    if stage != "merge":
        (office.root / ".git" / "MERGE_HEAD").unlink()
    if stage == "files":
        office.git("reset", "-q")


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("forward", [True, False], ids=["forward", "merge"])
def test_what_was_edited_after_the_kill_is_not_lost(office: Office, tmp_path: Path, stage: str, forward: bool) -> None:
    """A complaint that somebody has written into since is refused and named, byte for byte as it is, each time."""
    _other, first, theirs = two_desks(office, tmp_path)
    if not forward:
        office.ok("respond", first, "--note", "wrote", now="2026-03-16T10:04:00+08:00")
    killed(office, theirs, stage)
    path = office.file(first)
    merged = path.read_bytes()
    for edited in (merged.replace("态度冷淡".encode(), b"by hand"), merged + b"# by hand\n"):
        path.write_bytes(edited)
        for _again in range(2):
            office.refused(3, "sync", says=[path.relative_to(office.root).as_posix()])
    path.write_bytes(merged)
    office.ok("sync", now="2026-03-16T10:11:00+08:00")
    assert office.git("status", "--porcelain") == ""
    assert [each["action"] for each in office.data(first)["events"]].count("attach") == 1


@pytest.mark.parametrize("how", ["killed before", "of the same", "of another"])
def test_a_merge_by_hand_is_not_called_off(office: Office, tmp_path: Path, how: str) -> None:
    """Who merges by hand after a kill is left to it, until it is committed or called off; then all goes on."""
    _other, first, theirs = two_desks(office, tmp_path)
    office.git("branch", "side")
    office.ok("respond", first, "--note", "wrote", now="2026-03-16T10:04:00+08:00")
    halfmerged.begin(Ledger(office.root), theirs)
    if how == "killed before":
        office.git("merge", "-q", "--no-commit", "--no-ff", theirs)
    else:
        office.git("switch", "-q", "side")
        (office.root / "README").write_text("side\n", encoding="utf-8")
        office.git("add", "README")
        with mock.patch.dict(os.environ, GIT_COMMITTER_DATE=office.now.isoformat()):
            office.git("commit", "-qm", "side")
        office.git("switch", "-q", "main")
        office.git("merge", "-q", "--no-commit", "--no-ff", "side" if how == "of another" else theirs)
    for _again in range(2):
        asked = ("amend", first, "subject=anew", "--reason", "r")
        office.refused(4, *asked, now="2026-03-16T10:10:00+08:00", says=["git merge --abort"])
    with mock.patch.dict(os.environ, GIT_COMMITTER_DATE=office.now.isoformat()):
        office.git("commit", "-qm", "by hand")
    office.ok("amend", first, "subject=anew", "--reason", "r", now="2026-03-16T10:10:00+08:00")
    office.ok("sync", now="2026-03-16T10:11:00+08:00")
    assert office.git("status", "--porcelain") == ""
    assert [each["action"] for each in office.data(first)["events"]].count("attach") == 1


@pytest.mark.parametrize("solved", [True, False])
def test_a_conflict_that_somebody_solves_is_left_to_them(office: Office, tmp_path: Path, solved: bool) -> None:
    """Killed between git's conflict and its end: git's way out is named, and no line of the solution is lost."""
    other, first, _theirs = two_desks(office, tmp_path)
    for desk in (office, other):
        (desk.root / "README").write_text(f"{desk.name}\n", encoding="utf-8")
        desk.git("add", "README")
        desk.git("commit", "-qm", "readme")
    other.git("push", "-q")
    office.git("fetch", "-q")
    theirs = office.git("rev-parse", "origin/main").strip()
    halfmerged.begin(Ledger(office.root), theirs)
    office.git("merge", "-q", "-m", f"{halfmerged.SUBJECT} origin/main", theirs, check=False)
    if solved:
        (office.root / "README").write_text("both\n", encoding="utf-8")
    asked = ("amend", first, "subject=anew", "--reason", "r")
    office.refused(4, *asked, now="2026-03-16T10:10:00+08:00", says=["git merge --abort"])


# --- what is nobody's record --------------------------------------------------------------------------------


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("since", ["", "edited", "edited and staged"])
def test_a_policy_that_both_changed_is_taken_back(office: Office, tmp_path: Path, stage: str, since: str) -> None:
    """What git had merged of it goes, staged or not; what somebody has written into it since the kill stays."""
    other, first, _theirs = two_desks(office, tmp_path)
    policy = office.root / "cmplt.yaml"
    ours = f"# ours\n{policy.read_text(encoding='utf-8')}"
    other.policy(f"{policy.read_text(encoding='utf-8')}# theirs\n")
    other.git("push", "-q")
    office.policy(ours)
    office.git("fetch", "-q")
    killed(office, office.git("rev-parse", "origin/main").strip(), stage)
    merged = policy.read_text(encoding="utf-8")
    assert merged == f"{ours}# theirs\n"
    if since:
        policy.write_text(f"{merged}# mine\n", encoding="utf-8")
    if since == "edited and staged":
        office.git("add", "cmplt.yaml")
    office.ok("amend", first, "subject=anew", "--reason", "r", now="2026-03-16T10:10:00+08:00")
    assert policy.read_text(encoding="utf-8") == (f"{merged}# mine\n" if since else ours)
    shown = {"": "", "edited": " M cmplt.yaml\n", "edited and staged": "M  cmplt.yaml\n"}
    assert office.git("status", "--porcelain") == shown[since]
    if not since:
        office.ok("sync", now="2026-03-16T10:11:00+08:00")
        assert policy.read_text(encoding="utf-8") == merged


@pytest.mark.parametrize("stage", STAGES)
def test_lines_that_git_is_told_to_keep_of_both(office: Office, tmp_path: Path, stage: str) -> None:
    """A file to which .gitattributes gives `merge=union` is taken back like any other."""
    other, first, _theirs = two_desks(office, tmp_path)
    for desk in (other, office):
        (desk.root / "NEWS").write_text(f"{desk.root.name}\n", encoding="utf-8")
        (desk.root / ".git" / "info" / "attributes").write_text("NEWS merge=union\n", encoding="utf-8")
        desk.git("add", "NEWS")
        desk.policy(f"{(desk.root / 'cmplt.yaml').read_text(encoding='utf-8')}\n")
    other.git("push", "-q")
    office.git("fetch", "-q")
    killed(office, office.git("rev-parse", "origin/main").strip(), stage)
    assert (office.root / "NEWS").read_text(encoding="utf-8") == "office\nother\n"
    office.ok("amend", first, "subject=anew", "--reason", "r", now="2026-03-16T10:10:00+08:00")
    assert office.git("status", "--porcelain") == ""


# --- a git that fails on its way ----------------------------------------------------------------------------

FAILING = {
    "reference-transaction": "cat > said; grep -q refs/heads/main said || exit 0; rm said; exit 1",
    "post-index-change": "grep -q called complaints/*/*/*.yaml && rm $0 && kill -9 $PPID",
}


@pytest.mark.parametrize("name", FAILING)
@pytest.mark.parametrize("forward", [True, False], ids=["forward", "merge"])
def test_a_merge_that_git_fails_to_end_is_put_back(office: Office, tmp_path: Path, name: str, forward: bool) -> None:
    """A hook that refuses, or a git that is killed, when the files are there already: all is as it was, and later
    nothing of the other desk is committed as written here."""
    _other, first, _theirs = two_desks(office, tmp_path)
    if not forward:
        office.ok("respond", first, "--note", "wrote", now="2026-03-16T10:04:00+08:00")
    before = office.git("rev-parse", "HEAD")
    hook(office, name, FAILING[name])
    office.refused(4, "sync", now="2026-03-16T10:09:00+08:00")
    (office.root / ".git" / "hooks" / name).unlink(missing_ok=True)
    office.ok("amend", first, "subject=anew", "--reason", "r", now="2026-03-16T10:10:00+08:00")
    assert office.commits(before) == [f"amend {first}"]
    office.ok("sync", now="2026-03-16T10:11:00+08:00")
    assert [each["action"] for each in office.data(first)["events"]].count("attach") == 1
    assert office.git("status", "--porcelain") == ""


# --- a git that lives on ------------------------------------------------------------------------------------


def test_a_git_that_outlives_its_command_is_waited_for(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its sync was killed while it merged: nobody calls that merge off under it, and what it commits stays."""
    _other, first, theirs = two_desks(office, tmp_path)
    office.ok("respond", first, "--note", "wrote", now="2026-03-16T10:04:00+08:00")
    hook(office, "pre-merge-commit", f"touch {tmp_path}/begun\nwhile [ ! -e {tmp_path}/go ]; do sleep 0.02; done")
    words = [sys.executable, "-m", "cmplt", "sync"]
    with subprocess.Popen(words, cwd=office.root, env={**os.environ, **office.identity()}) as killed:
        until(tmp_path / "begun")
        killed.kill()
    asked = ("amend", first, "subject=anew", "--reason", "r")
    for _again in range(2):
        office.refused(5, *asked, now="2026-03-16T10:10:00+08:00", says=[str(office.root / ".git" / "cmplt" / "git")])
    monkeypatch.setattr(lock, "PATIENCE", 10.0)
    (tmp_path / "go").touch()
    office.ok(*asked, now="2026-03-16T10:10:00+08:00")
    assert office.git("log", "-1", "--format=%s %P", "HEAD~1").split()[-1] == theirs
    assert office.git("status", "--porcelain") == ""
    assert [each["action"] for each in office.data(first)["events"]].count("attach") == 1
    assert not (office.root / ".git" / "cmplt" / "git").exists()


def test_a_hooks_job_holds_nobody_up(office: Office) -> None:
    """What a hook leaves running in the background has nothing to do with the next command's turn."""
    found = office.new()
    hook(office, "post-commit", "sleep 5 >/dev/null 2>&1 &")
    office.one_commit("assign", found, "sales")
    begun = time.monotonic()
    office.one_commit("task", found, "x")
    assert time.monotonic() - begun < 4
