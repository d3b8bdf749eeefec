"""What git and the disk are asked for, in which order, and what comes after a git that was busy or killed."""

import errno
import io
import os
import shutil
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import git
import pytest

from cmplt.app import system_clock
from cmplt.repository import lock
from cmplt.repository.ledger import Ledger
from cmplt.repository.writing import writing
from tests.office import Office
from tests.repository.test_ledger import NEW, everything, hook, killed, refuses, relative, until

# --- in which order -----------------------------------------------------------------------------------------


@contextmanager
def heard(root: Path) -> Iterator[list[str]]:
    """What is asked of the disk below a folder and of git, as far as it writes, in its order."""
    told: list[str] = []

    def listening(name: str, real: Callable[..., Any], say: Callable[..., str | None]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if said := say(*args):
                told.append(f"{name} {said}".strip())
            return real(*args, **kwargs)

        return call

    def synced(descriptor: int) -> str:
        return "folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file"

    def made(path: Any, *_: Any) -> str | None:
        return None if Path(path).exists() else Path(path).name

    def opened(path: Any, mode: str = "r", *_: Any) -> str | None:
        if isinstance(path, int) or mode[0] == "r" or not Path(path).is_relative_to(root):
            return None  # what git says, say, is kept elsewhere
        return f"in {Path(path).parent.name}"

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", listening("sync", os.fsync, synced))
        patch.setattr(os, "replace", listening("rename", os.replace, lambda _, to: f"into {Path(to).parent.name}"))
        patch.setattr(os, "mkdir", listening("mkdir", os.mkdir, made))
        patch.setattr(io, "open", listening("write", io.open, opened))
        asked = listening("git", git.Git.execute, lambda _, words, *__: words[1] in ("add", "commit") and words[1])
        patch.setattr(git.Git, "execute", asked)
        yield told


def test_what_is_written_is_on_the_disk_before_it_takes_its_place(office: Office) -> None:
    """A file is written beside and synced, then renamed, then its folder is synced, and only then it is committed."""
    found = office.new()
    with heard(office.root) as told:
        office.ok("assign", found, "sales")
    assert told == [
        "write in cmplt",  # who has the lock
        "write in cmplt", "sync file", "rename into 03", "sync folder", "git commit",
        "write in cmplt", "sync file", "rename into cmplt", "sync folder",  # what this clone has seen
    ]  # fmt: skip


def test_a_folder_that_is_made_is_on_the_disk_before_what_is_in_it(office: Office) -> None:
    """Each folder on the way to a new file is synced into the one above it."""
    with heard(office.root) as told:
        office.ok(*NEW)
    assert told[told.index("sync file") :][:10] == [
        "sync file", "mkdir complaints", "sync folder", "mkdir 2026", "sync folder", "mkdir 03",
        "sync folder", "rename into 03", "sync folder", "git add",
    ]  # fmt: skip


def test_git_too_is_told_to_reach_the_disk(office: Office) -> None:
    """Objects, branch and index of a commit outlast a loss of power, whatever the clone's configuration says."""
    office.git("config", "core.fsync", "none")
    hook(office, "pre-commit", f"git config core.fsync > {office.root.parent}/said")
    office.new()
    assert (office.root.parent / "said").read_text(encoding="utf-8") == "added\n"


# --- git's own locks ----------------------------------------------------------------------------------------

LOCKS = ("index.lock", "HEAD.lock", "refs/heads/main.lock")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_of_git_that_stays_is_named(office: Office, name: str) -> None:
    """Exit 5 with the lock's path and what to do; it is never removed, and everything is as it was."""
    asked = [NEW, ("task", office.new(), "x")]
    path = office.root / ".git" / name
    path.touch()
    refuses(office, asked, 5, str(path), "delete it")
    assert path.exists()
    path.unlink()
    for args in asked:
        office.one_commit(*args)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_of_git_that_goes_is_waited_for(office: Office, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Somebody's git that comes in between does not fail the command."""
    monkeypatch.setattr(lock, "PATIENCE", 10.0)
    path = office.root / ".git" / name
    path.touch()
    threading.Timer(0.5, path.unlink).start()
    office.one_commit(*NEW)


def test_a_lock_that_comes_between_is_waited_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where it was not there when the command looked."""
    monkeypatch.setattr(lock, "PATIENCE", 10.0)
    path, real = office.root / ".git" / "index.lock", git.Git.execute

    def execute(asked: Any, words: Any, *args: Any, **kwargs: Any) -> Any:
        if words[1] in ("add", "commit") and not path.exists() and words[1] not in seen:
            seen.append(words[1])
            path.touch()
            threading.Timer(0.3, path.unlink).start()
        return real(asked, words, *args, **kwargs)

    seen: list[str] = []
    monkeypatch.setattr(git.Git, "execute", execute)
    office.one_commit(*NEW)
    assert seen == ["add", "commit"]


# --- after a kill -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("signed", [True, False], ids=["cmplt killed", "git killed"])
def test_a_git_that_was_killed_before_its_index_was_written(office: Office, signed: bool) -> None:
    """Its lock is named; once that is removed, the index is brought up to the commit, and nothing is entered twice."""
    one, two = office.new("--department", "sales"), office.new("--department", "sales")
    index, holder = office.root / ".git" / "index", office.root / ".git" / "cmplt" / "holder"
    for args in (("respond", one, two, "--note", "x"), NEW):
        shutil.copy(index, index.with_name("before"))
        fresh = office.ok(*args).out.split()
        index.with_name("before").replace(index)
        index.with_name("index.lock").touch()
        if signed:
            holder.write_text("", encoding="utf-8")
        refuses(office, [("task", fresh[0], "x")], 5, "index.lock", "delete it")
        index.with_name("index.lock").unlink()
        office.one_commit("task", fresh[0], "x")
    assert [event["action"] for event in office.data(one)["events"]] == ["register", "assign", "respond", "task"]
    assert not holder.exists()


def test_a_commit_that_git_did_not_live_to_report(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the commit was made although git failed, the command has succeeded."""
    found, real = office.new(), git.Git.execute

    def execute(asked: Any, words: Any, *args: Any, **kwargs: Any) -> Any:
        answer = real(asked, words, *args, **kwargs)
        if words[1] == "commit":
            raise git.GitCommandError(words, -9)
        return answer

    monkeypatch.setattr(git.Git, "execute", execute)
    office.one_commit("assign", found, "sales")


@pytest.mark.parametrize(("between", "told"), [("10:30", ""), ("12:00", "2026-03-16T12:30:00+08:00\n")])
def test_a_leftover_says_when_it_was_found(office: Office, between: str, told: str) -> None:
    """It keeps its own date; behind a commit that is younger by more than `late_entry` it says so in a trailer."""
    found = office.new()
    killed(office, "assign", found, "sales", staged=False)
    office.new(now=f"2026-03-16T{between}:00+08:00")
    office.ok("respond", found, "--note", "x", now="2026-03-16T12:30:00+08:00")
    shown = office.git("log", "-1", "HEAD~1", "--format=%s %aI %cI%n%(trailers:key=Recovered,valueonly)").strip()
    date = "2026-03-16T10:00:00+08:00"
    assert shown == f"assign {found}: sales {date} {date}\n{told}".strip()


def test_a_measures_leftover_says_so_too(office: Office) -> None:
    """Measures are written down the same way."""
    found = office.ok("measure", "new", "--kind", "corrective", "--title", "x", "--department", "sales", "--category",
                      "attitude", "--due", "2026-04-01 12:00").out.strip()  # fmt: skip
    killed(office, "measure", "amend", found, "title=y", "--reason", "x", staged=True)
    office.new(now="2026-03-16T12:00:00+08:00")
    office.ok("measure", "amend", found, "title=z", "--reason", "x")
    assert "\nRecovered: 2026-03-16T12:00:00+08:00\n" in office.git("log", "-1", "HEAD~1", "--format=%B")


@pytest.mark.parametrize("args", [NEW, ("attach", "{}", "{}/photo.jpg")], ids=["new", "attach"])
def test_a_git_that_was_killed_with_what_it_had_added(office: Office, tmp_path: Path, args: tuple[str, ...]) -> None:
    """Its lock keeps the command from taking that back; once it is removed, the next one does, and sync goes on."""
    found = office.new()
    (tmp_path / "photo.jpg").write_bytes(b"photo")
    office.git("init", "-q", "--bare", str(tmp_path / "shared.git"))
    office.git("remote", "add", "origin", str(tmp_path / "shared.git"))
    hook(office, "pre-commit", "rm $0; kill -9 $PPID")
    assert office.run(*[each.format(found if each == "{}" else tmp_path) for each in args]).code == 5
    (office.root / ".git" / "index.lock").unlink()
    assert office.git("status", "--porcelain").startswith("AD ")
    office.ok("sync")
    assert office.git("status", "--porcelain") == ""
    assert not (office.root / ".git" / "cmplt" / "holder").exists()


# --- interrupts ---------------------------------------------------------------------------------------------

WAITS = "touch {0}/begun; while [ ! -e {0}/go ]; do sleep 0.02; done"


def interrupted(office: Office, *args: str, group: bool, times: int = 1) -> tuple[int, str]:
    """Run a command that waits in a hook, and interrupt it there, with git and the hook or so many times alone.

    Returns its exit code and its words.
    """
    folder = office.root.parent
    with subprocess.Popen(
        [sys.executable, "-m", "cmplt", *args], cwd=office.root, env={**os.environ, **office.identity()},
        stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as running:  # fmt: skip
        until(folder / "begun")
        if group:
            os.killpg(running.pid, signal.SIGINT)
        else:
            for _ in range(times):
                running.send_signal(signal.SIGINT)
                time.sleep(0.1)
            (folder / "go").touch()
        told = running.communicate(timeout=30)[1]
    return running.returncode, told


@pytest.mark.parametrize("name", ["pre-commit", "post-commit"])
@pytest.mark.parametrize("group", [True, False], ids=["git too", "cmplt alone"])
def test_an_interrupt_while_git_commits(office: Office, name: str, group: bool) -> None:
    """What git has committed by then stands, and the command has done it; else nothing is written, and it says so."""
    found = office.new()
    hook(office, name, WAITS.format(office.root.parent))
    before = office.state()
    code, told = interrupted(office, "assign", found, "sales", group=group, times=3)
    (office.root / ".git" / "hooks" / name).unlink()
    if group and name == "pre-commit":
        assert (code, told) == (130, "Stopped; nothing was written.\n")
        assert office.state() == before
    else:
        assert code == 0, told
        assert office.commits(before[0]) == [f"assign {found}: sales"]
        assert office.git("status", "--porcelain") == ""
    assert office.run("task", found, "x", now=str(system_clock())).code == 0


@pytest.mark.parametrize("name", ["pre-merge-commit", "post-merge", "pre-push"])
@pytest.mark.parametrize("group", [True, False], ids=["git too", "cmplt alone"])
def test_an_interrupt_of_a_sync(office: Office, tmp_path: Path, name: str, group: bool) -> None:
    """Before the merge is committed nothing is merged; from then on it is said to be, and what is to be done."""
    found = office.new()
    office.git("init", "-q", "--bare", str(tmp_path / "shared.git"))
    office.git("remote", "add", "origin", str(tmp_path / "shared.git"))
    office.ok("sync")
    office.git("clone", "-q", str(tmp_path / "shared.git"), str(tmp_path / "other"))
    Office(tmp_path / "other", office.now).ok("assign", found, "sales")
    Office(tmp_path / "other", office.now).ok("sync")
    office.ok("task", found, "x")
    hook(office, name, WAITS.format(office.root.parent))
    before = office.state()
    code, told = interrupted(office, "sync", group=group)
    (office.root / ".git" / "hooks" / name).unlink()
    if group and name == "pre-merge-commit":
        assert (code, told) == (130, "Stopped; nothing was written.\n")
        assert office.state() == before
    else:
        assert code == 130
        assert "what came in is merged" in told and "cmplt sync again" in told
        assert len(office.git("log", "-1", "--format=%P").split()) == 2
    office.ok("sync", now=str(system_clock()))
    assert office.git("status", "--porcelain") == ""


# --- who only reads -----------------------------------------------------------------------------------------


def test_who_only_reads_waits_for_nobody_and_writes_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """While somebody writes, with git's lock held, on a disk that takes nothing: every reading command answers."""
    found = office.new("--department", "sales")
    office.git("config", "core.trustctime", "true")
    os.utime(office.file(found), (0, 0))  # git would like to refresh its index
    (office.root / ".git" / "index.lock").touch()
    index = (office.root / ".git" / "index").read_bytes()

    def refuse(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            if not isinstance(path, int) and mode[0] in "wax" and Path(path).is_relative_to(office.root):
                raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))
            return real(path, mode, *args, **kwargs)

        return call

    with writing(Ledger(office.root, "sync")):
        monkeypatch.setattr(io, "open", refuse(io.open))
        for args in (("overdue",), ("list", "--all"), ("show", found), ("check",), ("log", found), ("calendar",),
                     ("report", "--no-write"), ("measure", "list"), ("form",)):  # fmt: skip
            office.ok(*args)
        monkeypatch.undo()
    (office.root / ".git" / "index.lock").unlink()
    office.ok("report", "--no-write")
    assert (office.root / ".git" / "index").read_bytes() == index, "git was let refresh it"


def test_nothing_is_left_in_the_private_folder(office: Office) -> None:
    """What a killed command had begun there is gone after the next one."""
    found = office.new()
    private = office.root / ".git" / "cmplt"
    for name in (f"{found}.yaml.123.new", f"{found}.yaml.123.0.old", "seen.123.new", "courses.123.new"):
        (private / name).write_bytes(b"half")
    everything(office)
    office.one_commit("assign", found, "sales")
    assert {path.name for path in private.iterdir()} <= {"lock", "seen", "valid-policy"}
    assert relative(office, found) in office.git("ls-files")


# --- what a hook makes of a commit --------------------------------------------------------------------------

REWRITES = (
    "for f in $(git diff --cached --name-only -- complaints measures); do echo '# formatted' >> $f; git add $f; done"
)


@pytest.mark.parametrize("staged", [True, False])
def test_a_hook_that_writes_something_else(office: Office, staged: bool) -> None:
    """Refused, with branch, index, files and folders as they were: what is reported is what is committed."""
    asked = [NEW, ("task", office.new(), "x")]
    if staged:
        (office.root / "note.txt").write_text("x", encoding="utf-8")
        office.git("add", "note.txt")
    hook(office, "pre-commit", REWRITES)
    refuses(office, asked, 4, "A hook of this repository changes complaints/2026/03/")
    (office.root / ".git" / "hooks" / "pre-commit").unlink()
    for args in asked:
        office.ok(*args)
    assert "formatted" not in office.git("log", "-p", "--format=")


def test_a_hook_that_writes_something_else_into_the_first_commit(office: Office) -> None:
    """There is no branch again afterwards."""
    office.git("update-ref", "-d", "HEAD")
    office.git("rm", "-rq", "--cached", ".")
    hook(office, "pre-commit", REWRITES)
    result = office.run(*NEW)
    assert result.code == 4
    assert "A hook" in result.err
    assert office.git("ls-files", "complaints") + office.git("rev-list", "--all") == ""
    assert not (office.root / "complaints").exists()


# --- what git makes of a file -------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [".git/info/attributes", ".gitattributes"])
@pytest.mark.parametrize("attribute", ["working-tree-encoding=ISO-8859-1", "filter=shout", "ident"])
def test_an_attribute_that_changes_what_is_kept(office: Office, place: str, attribute: str) -> None:
    """Refused with the file's name, everything as it was: what git keeps is what was written, or nothing is."""
    found = office.new("--department", "sales")
    office.git("config", "filter.shout.clean", "tr a-z A-Z")
    with (office.root / place).open("a", encoding="utf-8") as file:
        file.write(f"complaints/**/*.yaml {attribute}\n")
    asked = [("respond", found, "--note", "客户甲 $Id: 1 $"), (*NEW, "--description", "$Id: 1 $")]
    for args in asked:
        before = office.state()[::2], office.git("ls-files", "--stage")  # to git itself the file may seem changed
        result = office.run(*args)
        assert result.code == 4
        assert "complaints/2026/03/" in result.err and "git check-attr -a" in result.err
        assert (office.state()[::2], office.git("ls-files", "--stage")) == before


@pytest.mark.parametrize("attribute", ["eol=crlf", "-text", "filter=same", "working-tree-encoding=UTF-8"])
def test_an_attribute_that_changes_nothing_or_line_ends(office: Office, attribute: str) -> None:
    """It stays the office's own."""
    office.git("config", "filter.same.clean", "cat")
    (office.root / ".git" / "info" / "attributes").write_text(f"complaints/** {attribute}\n", encoding="utf-8")
    found = office.one_commit(*NEW).out.split()[-1]
    office.one_commit("task", found, "客户甲")
    kept = office.git("cat-file", "blob", f"HEAD:{relative(office, found)}")
    assert "客户甲" in kept and "\r" not in kept


def test_a_report_may_be_kept_by_a_filter(office: Office) -> None:
    """As one does that keeps large files elsewhere: a report can be made again, and proves nothing."""
    office.new()
    office.git("config", "filter.shout.clean", "tr a-z A-Z")
    (office.root / ".git" / "info" / "attributes").write_text("reports/** filter=shout\n", encoding="utf-8")
    office.ok("report", "--month", "2026-02", "--commit")
    assert office.git("show", "HEAD:reports/2026-02/report.md").isupper()
    assert office.git("status", "--porcelain") == ""


def test_line_ends_of_a_paper_are_not_gits(office: Office, tmp_path: Path) -> None:
    """Where an attribute has git change them, the paper would not be the one that was attached: refused."""
    found = office.new()
    (tmp_path / "paper.txt").write_bytes(b"a\r\nb\r\n")
    with (office.root / ".gitattributes").open("a", encoding="utf-8") as file:
        file.write("* text=auto\n")
    office.git("commit", "-qam", "attributes")
    refuses(office, [("attach", found, str(tmp_path / "paper.txt"))], 4, "paper.txt", "git check-attr -a")
