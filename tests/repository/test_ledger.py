"""One command is one commit of exactly its files; and if it cannot be, everything is as it was."""

import builtins
import errno
import io
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from cmplt.errors import GitBusy, NoSuchRevision, NotATop
from cmplt.repository import recording, trail
from cmplt.repository.ledger import Ledger
from cmplt.repository.trail import message
from cmplt.repository.writing import writing
from tests.office import Office

NEW = ("new", "--channel", "phone", "--category", "attitude", "--customer", "客户甲", "--subject", "态度冷淡")


def everything(office: Office) -> tuple[Any, ...]:
    """What a refused command must leave: HEAD, status, bytes, the index entry by entry, folders, nothing temporary."""
    found = [path.relative_to(office.root) for path in office.root.rglob("*") if path.is_dir()]
    folders = sorted(str(path) for path in found if path.parts[0] != ".git")
    private = office.root / ".git" / "cmplt"
    names = sorted(path.name for path in private.iterdir() if path.name != "valid-policy") if private.exists() else []
    return *office.state(), office.git("ls-files", "--stage"), folders, names


def hook(office: Office, name: str, script: str) -> None:
    """Put a hook into the office."""
    path = office.root / ".git" / "hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def shell(office: Office, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run cmplt as its own process, with the machine's clock."""
    return subprocess.run(
        [sys.executable, "-m", "cmplt", *args], cwd=office.root, env={**os.environ, **office.identity(), **env},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def until(found: Path) -> None:
    """Wait for a file."""
    patience = time.monotonic() + 30
    while not found.exists():
        assert time.monotonic() < patience, f"{found} does not come"
        time.sleep(0.02)


def relative(office: Office, complaint_id: str) -> str:
    """The path of a complaint's file as git names it."""
    return office.file(complaint_id).relative_to(office.root).as_posix()


def numstat(office: Office, commit: str = "HEAD") -> list[list[str]]:
    """The lines added and removed in each file of a commit."""
    return [line.split("\t") for line in office.git("show", "--numstat", "--format=", commit).splitlines() if line]


# --- one commit -----------------------------------------------------------------------------------------------


def test_a_commit_says_who_when_and_what(office: Office) -> None:
    """Author and committer are git's, both dates the recorded instant with the office's offset; no personal data."""
    found = office.new()
    office.one_commit("assign", found, "sales", "--at", "10:05", now="2026-03-16T10:15:30+08:00")
    assert office.git("log", "-1", "--format=%an <%ae> %aI%n%cn <%ce> %cI%n%B").rstrip("\n").splitlines() == [
        "王芳 <wf@example.com> 2026-03-16T10:15:30+08:00",
        "王芳 <wf@example.com> 2026-03-16T10:15:30+08:00",
        f"assign {found}: sales",
        "",
        f"Complaint: {found}",
        "Action: assign",
    ]
    assert office.event(found)["at"] == "2026-03-16T10:05:00+08:00"


def test_one_commit_for_several_complaints(office: Office) -> None:
    """A command that takes several ids makes one commit of just these files, with a trailer for each."""
    one, two, three = (office.new() for _ in range(3))
    for each in (one, two, three):
        office.ok("assign", each, "sales")
    before = office.git("rev-parse", "HEAD")
    office.ok("respond", one, three, "--note", "已通话")
    assert office.commits(before) == [f"respond {one} {three}"]
    assert office.git("log", "-1", "--format=%(trailers:key=Complaint,valueonly)").split() == [one, three]
    assert {name for _, _, name in numstat(office)} == {
        str(office.file(e).relative_to(office.root)) for e in (one, three)
    }
    assert all(removed == "0" for _, removed, _ in numstat(office))


def untidy(office: Office) -> None:
    """Leave the office as a busy clerk does: things staged, edited, deleted, new, in every combination."""
    for name in ("staged", "edited", "both", "removed", "deleted", "renamed"):
        (office.root / f"{name}.txt").write_text("1\n", encoding="utf-8")
    office.git("add", "-A")
    office.git("commit", "-qm", "files")
    for name in ("staged", "both"):
        (office.root / f"{name}.txt").write_text("2\n", encoding="utf-8")
    (office.root / "fresh.txt").write_text("1\n", encoding="utf-8")
    office.git("add", "staged.txt", "both.txt", "fresh.txt")
    office.git("rm", "-q", "removed.txt")
    office.git("mv", "renamed.txt", "elsewhere.txt")
    for name in ("edited", "both"):
        (office.root / f"{name}.txt").write_text("3\n", encoding="utf-8")
    (office.root / "deleted.txt").unlink()
    (office.root / "untracked.txt").write_text("1\n", encoding="utf-8")
    (office.root / "meant.txt").write_text("1\n", encoding="utf-8")
    office.git("add", "--intent-to-add", "meant.txt")


def test_what_else_is_staged_edited_or_untracked_stays(office: Office) -> None:
    """A command commits its file alone; what the user has staged, edited, deleted or not added stays just so."""
    first, other = office.new(), office.new()
    untidy(office)
    other_file = office.file(other)
    other_file.write_text(other_file.read_text(encoding="utf-8") + "# 备注\n", encoding="utf-8")
    office.git("add", str(other_file))
    status, index, files = office.git("status", "--porcelain"), office.git("ls-files", "--stage"), office.state()[2]
    path = relative(office, first)
    office.ok("assign", first, "sales")
    assert [[added != "0", removed, name] for added, removed, name in numstat(office)] == [[True, "0", path]]
    assert office.git("status", "--porcelain") == status
    without = [line for line in index.splitlines() if not line.endswith(f"\t{path}")]
    assert [
        line for line in office.git("ls-files", "--stage").splitlines() if not line.endswith(f"\t{path}")
    ] == without
    assert {**office.state()[2], str(path): b""} == {**files, str(path): b""}

    fresh = office.ok(*NEW).out.strip()
    assert [name for _, _, name in numstat(office)] == [relative(office, fresh)]
    assert office.git("status", "--porcelain") == status


def test_an_ignored_file_is_committed_all_the_same(office: Office) -> None:
    """A .gitignore that would swallow complaints does not keep them out of the record."""
    (office.root / ".gitignore").write_text("*.yaml\n", encoding="utf-8")
    office.git("add", "-A")
    office.git("commit", "-qm", "ignore")
    found = office.ok(*NEW).out.strip()
    office.one_commit("assign", found, "sales")
    assert office.git("ls-files", "complaints").split() == [relative(office, found)]


def test_the_first_commit_of_a_repository(office: Office) -> None:
    """An office without a single commit takes complaints; a refused first commit leaves it without one."""
    (office.root / ".git").rename(office.root.parent / "old.git")
    office.git("init", "-q")
    hook(office, "pre-commit", "exit 1")
    assert office.run(*NEW).code == 4
    assert not (office.root / "complaints").exists()
    assert office.git("ls-files") == ""
    (office.root / ".git" / "hooks" / "pre-commit").unlink()
    found = office.ok(*NEW).out.strip()
    assert office.git("ls-files").split() == [relative(office, found)]
    assert office.git("log", "--format=%s").split("\n")[0] == f"register {found}"


def test_a_detached_head(office: Office) -> None:
    """A commit can be made where no branch is checked out."""
    office.git("checkout", "-q", "--detach")
    office.one_commit(*NEW)


def test_a_linked_work_tree(office: Office) -> None:
    """A second work tree of the office is an office too; its commits go to its own branch."""
    found = office.new()
    office.git("worktree", "add", "-q", "../desk two", "-b", "two")
    desk = Office(office.root.parent / "desk two", office.now)
    head = office.git("rev-parse", "HEAD")
    desk.one_commit("assign", found, "sales")
    assert office.git("rev-parse", "HEAD") == head
    assert office.git("log", "-1", "--format=%s", "two").strip() == f"assign {found}: sales"
    (desk.root / ".gitattributes").write_text("", encoding="utf-8")
    desk.git("commit", "-qam", "attributes")
    office.git("merge", "-q", "--no-commit", "--no-ff", "two")
    desk.one_commit("respond", found, "--note", "x")


@pytest.mark.parametrize("name", ["办公 室", "o'brien's \"office\"", "-rf", "a$(b)", "x\ny"])
def test_an_office_of_any_name(office: Office, name: str) -> None:
    """Blanks, quotes, Chinese, hyphens and line breaks in the office's path are only characters."""
    root = office.root.rename(office.root.parent / name)
    moved = Office(root, office.now)
    found = moved.one_commit(*NEW).out.strip()
    moved.one_commit("assign", found, "sales")
    assert moved.ok("log", found).out.count(found) == 2
    hook(moved, "pre-commit", "exit 1")
    moved.refused(4, "respond", found, "--note", "x")


# --- a repository that is ill -----------------------------------------------------------------------------------


def object_of(office: Office, expression: str) -> Path:
    """Where git keeps an object."""
    name = office.git("rev-parse", expression).strip()
    return office.root / ".git" / "objects" / name[:2] / name[2:]


def emptied(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(b"")


ILLS: dict[str, Callable[[Office], object]] = {
    "branch": lambda office: emptied(office.root / ".git" / "refs" / "heads" / "main"),
    "branch-of-garbage": lambda office: (office.root / ".git" / "refs" / "heads" / "main").write_bytes(b"x\n"),
    "config": lambda office: (office.root / ".git" / "config").write_bytes(b"[broken"),
    "index": lambda office: (office.root / ".git" / "index").write_bytes(b"DIRCx"),
    "commit": lambda office: emptied(object_of(office, "HEAD")),
    "tree": lambda office: object_of(office, "HEAD^{tree}").unlink(),
    "elsewhere": lambda office: office.git("config", "core.worktree", str(office.root.parent)),
    "bare": lambda office: office.git("config", "core.bare", "true"),
}


@pytest.mark.parametrize("ill", [*ILLS, "owner"])
def test_git_that_fails_is_no_answer(office: Office, monkeypatch: pytest.MonkeyPatch, ill: str) -> None:
    """What git cannot tell is not taken for a no: nothing is passed, nothing written, and its own words are shown."""
    complaint = office.new("--department", "sales")
    path = office.file(office.new())
    path.write_text(path.read_text(encoding="utf-8").replace("态度冷淡", "换了"), encoding="utf-8")
    office.git("remote", "add", "origin", "nowhere")
    if ill == "owner":
        monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    else:
        ILLS[ill](office)
    for args in (("check",), ("respond", complaint, "--note", "x"), NEW, ("sync",)):
        result = office.run(*args)
        assert (result.code, result.out) == (4, ""), args
        for words in ("in no commit yet", "who you are", "No branch", "mistake of the program"):
            assert words not in result.err, args
    assert office.data(complaint)["events"][-1]["action"] == "assign"


def test_what_is_in_the_index_alone(office: Office) -> None:
    """A file is had from the index under any name, and one that is not there is none."""
    ledger = Ledger(office.root)
    for name in ("0:x", "甲 [1]", "a\nb"):
        (office.root / name).write_text("1", encoding="utf-8")
        office.git("add", "--", f":(literal){name}")
        assert ledger.committed(office.root / name, revision="") == b"1"
        assert ledger.committed(office.root / name) is None
        office.git("rm", "-q", "--cached", "--", f":(literal){name}")
        assert ledger.committed(office.root / name, revision="") is None
    assert ledger.committed(office.root / "schemas") is None


def test_a_submodule_is_no_file(office: Office) -> None:
    """Nothing of it is here, and it keeps nobody from anything."""
    office.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    office.git("commit", "-qm", "module")
    assert Ledger(office.root).committed(office.root / "module") is None


# --- refused: everything is as it was -------------------------------------------------------------------------


def commands(office: Office) -> list[tuple[str, ...]]:
    """A command that makes a file and its folders, one that appends to a file, and one that appends to two."""
    one, two = office.new(), office.new()
    office.ok("assign", two, "sales")
    office.ok("assign", one, "sales")
    fresh = (*NEW, "--received", "2026-02-27 17:00", "--reason", "补录")
    return [fresh, ("progress", one, "--note", "x"), ("respond", one, two, "--note", "x")]


def refuses(office: Office, asked: list[tuple[str, ...]], code: int, *says: str) -> None:
    """Each of the commands must be refused with `code`, say each of `says`, and leave everything as it was."""
    for args in asked:
        before = everything(office)
        office.refused(code, *args, says=says)
        assert everything(office) == before


@pytest.mark.parametrize("name", ["pre-commit", "prepare-commit-msg", "commit-msg"])
def test_a_hook_that_refuses(office: Office, name: str) -> None:
    """A hook that refuses is obeyed: its own words are passed on, and file, folders and index are as before."""
    asked = commands(office)
    hook(office, name, "echo '本月已封账: ask the boss' >&2; exit 1")
    (office.root / "note.txt").write_text("x", encoding="utf-8")
    office.git("add", "note.txt")
    refuses(office, asked, 4, "本月已封账: ask the boss")


def test_a_hook_that_writes_and_refuses(office: Office) -> None:
    """What a hook did to the file before it refused is undone as well."""
    found = office.new()
    path = relative(office, found)
    hook(office, "pre-commit", f"echo '# hook' >> {path}; git add {path}; exit 1")
    before = everything(office)
    office.refused(4, "assign", found, "sales")
    assert everything(office) == before


@pytest.mark.parametrize("guess", [{}, {"EMAIL": "somebody@example.com"}], ids=["nothing", "EMAIL"])
def test_nobody(office: Office, monkeypatch: pytest.MonkeyPatch, guess: dict[str, str]) -> None:
    """Without an identity git would guess one: refused, with the two commands that cure it."""
    asked = commands(office)
    monkeypatch.setattr(office, "identity", lambda: guess)
    refuses(office, asked, 4, "git does not know who you are", "git config --global user.name", "user.email")


@pytest.mark.parametrize("missing", ["name", "email"])
def test_half_an_identity(office: Office, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """A name without an address, or an empty name, is no identity."""
    asked = commands(office)
    if missing == "email":
        monkeypatch.setattr(office, "identity", lambda: {"GIT_AUTHOR_NAME": "王芳", "GIT_COMMITTER_NAME": "王芳"})
    else:
        office.name = ""
    refuses(office, asked, 4, "git does not know who you are")


def conflict(office: Office, start: Callable[[Office], None]) -> None:
    """Bring the office into the middle of a merge, rebase, cherry-pick or revert that is stuck on a conflict."""
    readme = office.root / "README"
    for branch, text in (("main", "0"), ("other", "1"), ("main", "2")):
        office.git("checkout", "-q", "-B" if branch == "other" else "main", *(["other"] if branch == "other" else []))
        readme.write_text(text, encoding="utf-8")
        office.git("add", "README")
        office.git("commit", "-qm", text)
    start(office)


@pytest.mark.parametrize(
    ("what", "command"),
    [("merge", ("merge", "other")), ("rebase", ("rebase", "other")), ("rebase", ("rebase", "--apply", "other")),
     ("cherry-pick", ("cherry-pick", "other")), ("revert", ("revert", "HEAD~1"))],
)  # fmt: skip
def test_in_the_middle_of_a_merge(office: Office, what: str, command: tuple[str, ...]) -> None:
    """While a merge, rebase, cherry-pick or revert is going on nothing is written; the way out is named."""
    asked = commands(office)
    conflict(office, lambda office: office.git(*command, check=False) and None)
    refuses(office, asked, 4, f"A {what} is going on", f"git {what} --abort")


def test_a_merge_without_conflict_but_not_committed(office: Office) -> None:
    """A merge that only waits for its commit counts too: git cannot commit one file in it."""
    asked = commands(office)
    office.git("checkout", "-q", "-b", "other")
    office.git("commit", "-q", "--allow-empty", "-m", "x")
    office.git("checkout", "-q", "main")
    office.git("merge", "-q", "--no-ff", "--no-commit", "other")
    refuses(office, asked, 4, "A merge is going on")


def test_git_at_work(office: Office) -> None:
    """While another git command holds the index nothing is written: exit 5, and the lock is named, never removed."""
    asked = commands(office)
    lock = office.root / ".git" / "index.lock"
    lock.touch()
    refuses(office, asked, 5, str(lock), "delete it")
    assert lock.exists()


@pytest.mark.parametrize("name", ["index.lock", "../../refs/heads/two.lock"])
def test_git_at_work_in_a_linked_work_tree(office: Office, name: str) -> None:
    """The locks of such a tree lie in its own folder and in the repository's."""
    office.git("worktree", "add", "-q", "../two", "-b", "two")
    desk = Ledger(office.root.parent / "two")
    (Path(desk.repo.git_dir) / name).touch()
    with pytest.raises(GitBusy):
        desk.ask("-c", "user.name=x", "-c", "user.email=x@x", "commit", "--allow-empty", "--message", "x")


def test_somebody_else_is_writing(office: Office) -> None:
    """While another command writes, one that writes too waits and gives up with 5; those that read do not care."""
    asked = commands(office)
    with writing(Ledger(office.root)):
        refuses(office, asked, 5, "lock")
        for args in (("list",), ("overdue",), ("check",), ("calendar",)):
            office.ok(*args)
    office.ok(*asked[0])


def test_many_at_once(office: Office) -> None:
    """Commands that come at the same time to the same complaint succeed, each with its event and its commit; on a
    machine so slow that one waits too long, it says so and has left nothing."""
    found = office.new()
    before = office.git("rev-parse", "HEAD")
    asked = [["task", found, f"t{number}"] for number in range(4)] + [list(NEW)] * 2
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "cmplt", *args], cwd=office.root, env={**os.environ, **office.identity()},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for args in asked
    ]  # fmt: skip
    ended = [(*process.communicate(timeout=60), process.returncode) for process in running]
    done = [args for args, (_, _, code) in zip(asked, ended, strict=True) if code == 0]
    assert {code for _, _, code in ended} <= {0, 5}, ended
    assert done
    assert all("still writing here" in told for _, told, code in ended if code == 5), ended
    tasks = sorted(args[2] for args in done if args[0] == "task")
    assert sorted(event["task"] for event in office.data(found)["events"][1:]) == tasks
    assert len(office.commits(before)) == len(done)
    assert {len(numstat(office, f"HEAD~{number}")) for number in range(len(done))} == {1}
    assert office.git("status", "--porcelain") == ""


def test_git_is_not_there(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without git on the machine a command that writes says so."""
    asked, before, path = commands(office), everything(office), os.environ["PATH"]
    monkeypatch.setenv("PATH", str(tmp_path))
    results = [office.run(*args) for args in asked]
    monkeypatch.setenv("PATH", path)
    assert [(result.code, "git is not installed" in result.err) for result in results] == [(4, True)] * 3
    assert everything(office) == before


class Disk:
    """A disk that fails a call of one kind below the office: the n-th only, or from the n-th on."""

    def __init__(self, patch: pytest.MonkeyPatch, root: Path, *, call: str, code: int, nth: int, forever: bool) -> None:
        self.calls, self.hit = 0, False
        self.root, self.code, self.nth, self.forever = root, code, nth, forever
        if call == "open":
            for module in (io, builtins):
                patch.setattr(
                    module, "open", self.failing(open, lambda path, mode="r", *_, **__: self.writes(path, mode))
                )
        else:
            patch.setattr(os, call, self.failing(getattr(os, call), lambda *_, **__: True))

    def writes(self, path: Any, mode: str) -> bool:
        return not isinstance(path, int) and Path(path).is_relative_to(self.root) and mode[0] in "wax"

    def failing(self, real: Callable[..., Any], counts: Callable[..., bool]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            if counts(*args, **kwargs):
                self.calls += 1
                if self.calls == self.nth or (self.forever and self.calls > self.nth):
                    self.hit = True
                    raise OSError(self.code, os.strerror(self.code), str(args[0]))
            return real(*args, **kwargs)

        return call


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
@pytest.mark.parametrize(
    ("call", "forever"),
    [("open", False), ("fsync", False), ("replace", False), ("open", True), ("fsync", True)],
    ids=["open-once", "fsync-once", "replace-once", "open-from-then-on", "fsync-from-then-on"],
)
def test_a_disk_that_is_full_or_read_only(office: Office, call: str, forever: bool, code: int) -> None:
    """Wherever on the way the disk fails, the command says so (exit 4), and everything is as it was."""
    for args in commands(office):
        for nth in count(1):
            before = everything(office)
            with pytest.MonkeyPatch.context() as patch:
                disk = Disk(patch, office.root, call=call, code=code, nth=nth, forever=forever)
                result = office.run(*args)
            if not disk.hit:
                assert result.code == 0
                assert nth > 1
                break
            if result.code == 0:  # it is committed, and only what this clone has seen could not be written down
                assert office.git("rev-parse", "HEAD~1") == before[0], (args[0], nth)
                assert office.git("status", "--porcelain") == before[1], (args[0], nth)
                continue
            assert (result.code, os.strerror(code) in result.err) == (4, True), (args[0], nth, result)
            assert everything(office) == before, (args[0], nth)


@pytest.mark.parametrize("call", ["open", "fsync"])
def test_a_disk_that_is_full_when_the_file_is_put_back(office: Office, call: str) -> None:
    """To put a file back takes no room: it works too when the disk filled up meanwhile."""
    asked = commands(office)
    hook(office, "pre-commit", "exit 1")
    for args in asked:
        for nth in count(1):
            before = everything(office)
            with pytest.MonkeyPatch.context() as patch:
                disk = Disk(patch, office.root, call=call, code=errno.ENOSPC, nth=nth, forever=True)
                result = office.run(*args)
            assert result.code == 4
            assert everything(office) == before, (args[0], nth)
            if not disk.hit:
                assert nth > 1
                break


# --- what a hook's environment says ---------------------------------------------------------------------------


def other_repository(office: Office) -> Office:
    """Another git repository beside the office, with one commit."""
    other = Office(office.root.parent / "other", office.now)
    other.root.mkdir()
    other.git("init", "-q")
    other.git("commit", "-q", "--allow-empty", "-m", "first")
    return other


def test_the_environment_of_another_repositorys_hook(office: Office, tmp_path: Path) -> None:
    """GIT_DIR and its like, inherited from a hook of another repository, do not lead a command astray."""
    other = other_repository(office)
    before = other.git("rev-parse", "HEAD")
    result = shell(
        office, *NEW, GIT_DIR=str(other.root / ".git"), GIT_WORK_TREE=str(other.root), GIT_PREFIX="x/",
        GIT_INDEX_FILE=str(other.root / ".git" / "index"), GIT_OBJECT_DIRECTORY=str(other.root / ".git" / "objects"),
        GIT_COMMON_DIR=str(other.root / ".git"), GIT_AUTHOR_DATE="2001-01-01T00:00:00Z", GIT_NAMESPACE="x",
        GIT_COMMITTER_DATE="2001-01-01T00:00:00Z", GIT_LITERAL_PATHSPECS="1", GIT_EDITOR="false",
        GIT_CEILING_DIRECTORIES=str(tmp_path), GIT_DISCOVERY_ACROSS_FILESYSTEM="0",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert office.git("log", "-1", "--format=%s").strip() == f"register {result.stdout.strip()}"
    assert office.git("status", "--porcelain") == ""
    assert not office.git("log", "-1", "--format=%cI%aI").count("2001")
    assert other.git("rev-parse", "HEAD") == before
    assert other.git("ls-files") == ""


def test_inside_a_hook(office: Office) -> None:
    """A hook of another repository may enter complaints here: they are committed here, and its own commit is made."""
    other = other_repository(office)
    hook(other, "pre-commit", f"'{sys.executable}' -m cmplt -C '{office.root}' {' '.join(NEW)}")
    other.git("commit", "-q", "--allow-empty", "-m", "second")
    assert other.git("log", "-1", "--format=%s").strip() == "second"
    assert office.git("log", "-1", "--format=%s").startswith("register ")
    assert office.git("status", "--porcelain") == other.git("status", "--porcelain") == ""


# --- what a killed command left ---------------------------------------------------------------------------------


def killed(office: Office, *args: str, staged: bool) -> str:
    """Run a command as if it had been killed between writing its files and committing them; returns its commit."""
    office.ok(*args)
    commit = office.git("rev-parse", "HEAD").strip()
    office.git("reset", "-q", "--soft" if staged else "--mixed", "HEAD~1")
    return commit


def same(office: Office, commit: str, other: str) -> bool:
    """Whether two commits are the same but for their parents: files, message, authors and dates."""
    told = [office.git("show", "--format=%an%ae%aI%cn%ce%cI%n%B", each) for each in (commit, other)]
    return told[0] == told[1]


@pytest.mark.parametrize("staged", [True, False])
@pytest.mark.parametrize(
    "args",
    [("assign", "{}", "sales", "--owner", "李明"), ("assign", "{}", "sales", "--at", "10:00"), ("task", "{}", "look"),
     ("escalate", "{}", "--reason", "x", "--to", "quality"), ("amend", "{}", "subject=y", "--reason", "x")],
    ids=lambda args: args[0],
)  # fmt: skip
def test_leftover_events_come_first(office: Office, args: tuple[str, ...], staged: bool) -> None:
    """Events that a killed command left are committed first, with the message and date that command would have used."""
    found = office.new()
    office.now = datetime.fromisoformat("2026-03-16T10:10:00+08:00")
    lost = killed(office, *[part.format(found) for part in args], staged=staged)
    before = office.git("rev-parse", "HEAD")
    office.ok(
        "adjust", found, "--points", "1", "--reason", "x", "--department", "sales", now="2026-03-16T11:00:00+08:00"
    )
    assert len(office.commits(before)) == 2
    assert same(office, "HEAD~1", lost)
    assert office.git("log", "-1", "--format=%cI").strip() == "2026-03-16T11:00:00+08:00"
    assert office.git("status", "--porcelain") == ""


@pytest.mark.parametrize("staged", [True, False])
def test_a_leftover_pair_of_events_is_one_commit(office: Office, staged: bool) -> None:
    """What one killed command wrote as two events is one commit, naming both."""
    found = office.new()
    for args in (("assign", found, "sales"), ("respond", found, "--note", "x"), ("resolve", found, "--outcome", "x")):
        office.ok(*args)
    lost = killed(office, "followup", found, "--dissatisfied", "--early", staged=staged)
    office.ok("respond", found, "--note", "x")
    assert same(office, "HEAD~1", lost)
    assert office.git("log", "-1", "HEAD~1", "--format=%(trailers:key=Action,valueonly)").strip() == "followup, assign"


@pytest.mark.parametrize("staged", [True, False])
@pytest.mark.parametrize("more", [(), ("--department", "sales"), ("--at", "09:30", "--received", "09:00")])
def test_a_leftover_new_file_comes_first(office: Office, more: tuple[str, ...], staged: bool) -> None:
    """A whole new file that a killed `new` left is committed first, as that command would have done it."""
    lost = killed(office, *NEW, *more, staged=staged)
    found = office.git("log", "-1", "--format=%(trailers:key=Complaint,valueonly)", lost).strip()
    office.ok("assign", found, "service", now="2026-03-16T11:00:00+08:00")
    assert same(office, "HEAD~1", lost)
    assert office.git("status", "--porcelain") == ""


def test_leftovers_of_several_complaints(office: Office) -> None:
    """What a killed command left in other complaints waits for the command that touches them."""
    one, two = office.new(), office.new()
    for each in (one, two):
        office.ok("assign", each, "sales")
    killed(office, "respond", one, two, "--note", "x", staged=False)
    before = office.git("rev-parse", "HEAD")
    office.ok("progress", one, "--note", "x")
    assert office.commits(before) == [f"progress {one}", f"respond {one}"]
    assert office.git("status", "--porcelain").split() == ["M", relative(office, two)]
    office.ok("progress", one, two, "--note", "x")
    assert office.commits(before)[:2] == [f"progress {one} {two}", f"respond {two}"]
    assert office.git("status", "--porcelain") == ""


def test_a_refused_command_commits_no_leftover(office: Office) -> None:
    """A command that is refused leaves also the leftovers as they are."""
    found = office.new()
    killed(office, "assign", found, "sales", staged=False)
    office.refused(3, "followup", found, "--satisfied")
    hook(office, "pre-commit", "exit 1")
    office.refused(4, "respond", found, "--note", "x")


def test_a_leftover_in_a_file_with_crlf(office: Office) -> None:
    """Leftovers are found in a work-tree file with CRLF line ends too; git gets LF."""
    found = office.new()
    killed(office, "assign", found, "sales", staged=False)
    path = office.file(found)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    before = office.git("rev-parse", "HEAD")
    office.ok("respond", found, "--note", "一\n二")
    assert office.commits(before) == [f"respond {found}", f"assign {found}: sales"]
    assert (
        b"\r"
        not in subprocess.run(
            ["git", "show", f"HEAD:{relative(office, found)}"], cwd=office.root, capture_output=True, check=True
        ).stdout
    )
    content = path.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert office.git("status", "--porcelain") == ""


EVENT = "  - at: 2026-03-16T10:00:00+08:00\n    by: 王芳\n    action: assign\n    department: sales\n"


def but(old: str, new: str) -> str:
    """The event with something in it replaced."""
    assert old in EVENT
    return EVENT.replace(old, new)


HALF_EDITS: dict[str, Callable[[str], str]] = {
    "a fact changed": lambda text: text.replace("态度冷淡", "态度热情"),
    "a fact changed and an event": lambda text: text.replace("态度冷淡", "态度热情") + EVENT,
    "a comment": lambda text: text + "# 备注\n",
    "an event and a key": lambda text: text + EVENT + "extra: 1\n",
    "a field missing": lambda text: text + but("    department: sales\n", ""),
    "a field unknown": lambda text: text + EVENT + "    colour: red\n",
    "a key that is none": lambda text: text + but("sales", "'the sales'"),
    "the last event added to": lambda text: text + "    note: 补一句\n",
    "the last event added to, and an event": lambda text: text + "    note: 补一句\n" + EVENT,
    "a void event": lambda text: text + but("assign", "resolve").replace("department: sales", "outcome: x"),
    "an optional fact gone": lambda text: text.replace("urgent: false\n", ""),
    "a comment changed": lambda text: text.replace("# yaml-language-server", "# yaml language server"),
    "no final newline": lambda text: text.removesuffix("\n"),
}


@pytest.mark.parametrize("staged", [True, False])
@pytest.mark.parametrize("edit", HALF_EDITS)
def test_half_an_edit_is_refused(office: Office, edit: str, staged: bool) -> None:
    """A complaint changed by hand in any other way is refused (exit 3): commit it, or put it back."""
    found = office.new()
    path = office.file(found)
    good = path.read_text(encoding="utf-8")
    path.write_text(HALF_EDITS[edit](good), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != good
    if staged:
        office.git("add", "-A")
    refuses(office, [("task", found, "look")], 3, relative(office, found), "git restore")


@pytest.mark.parametrize("edit", [lambda text: text.replace("attitude", "nonsense, [", 1), lambda text: "a: 1\n"])
def test_a_broken_file_mended_but_not_committed(office: Office, edit: Callable[[str], str]) -> None:
    """Where the last commit's version cannot be read, the mended file must be committed first."""
    found = office.new()
    path = office.file(found)
    good = path.read_text(encoding="utf-8")
    path.write_text(edit(good), encoding="utf-8")
    office.git("commit", "-qam", "broken")
    path.write_text(good, encoding="utf-8")
    office.refused(3, "assign", found, "sales", says=["git restore", relative(office, found)])


# --- the ledger by itself ---------------------------------------------------------------------------------------


def test_record_returns_the_commit(office: Office) -> None:
    """Recording files returns the commit that holds exactly these, new and changed ones."""
    ledger = Ledger(office.root)
    when = datetime.fromisoformat("2026-03-16T10:00:00+08:00")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in office.identity().items():
            patch.setenv(name, value)
        commit = recording.record(ledger,
            {office.root / "a" / "b.txt": b"\x00\r\n", office.root / ".gitattributes": b"* -text\n"},
            message("subject", [("Action", "x")]), when=when,
        )  # fmt: skip
    assert commit == ledger.head() == office.git("rev-parse", "HEAD").strip()
    assert ledger.committed(office.root / "a" / "b.txt") == b"\x00\r\n"
    assert ledger.committed(office.root / "a" / "c.txt") is None
    assert office.git("show", "--name-only", "--format=%B").split() == [
        "subject",
        "Action:",
        "x",
        ".gitattributes",
        "a/b.txt",
    ]


def test_a_file_keeps_its_mode(office: Office) -> None:
    """A file that is read-only for others, or executable, stays so when it is appended to."""
    found = office.new()
    path = office.file(found)
    path.chmod(0o640)
    office.ok("assign", found, "sales")
    assert path.stat().st_mode & 0o777 == 0o640


def test_log_is_the_audit_trail(office: Office) -> None:
    """The commits of a complaint come oldest first, with author, instant and actions, also those made by hand."""
    found = office.new()
    office.now = datetime.fromisoformat("2026-03-16T10:20:00+08:00")
    office.ok("assign", found, "sales")
    path = office.file(found)
    path.write_text(path.read_text(encoding="utf-8") + EVENT, encoding="utf-8")
    office.git("commit", "-qam", "by hand | with 'quotes'")
    log = trail.commits(Ledger(office.root), path)
    assert [(each.subject, each.actions, each.author, each.email) for each in log] == [
        (f"register {found}", ("register",), "王芳", "wf@example.com"),
        (f"assign {found}: sales", ("assign",), "王芳", "wf@example.com"),
        ("by hand | with 'quotes'", (), "王芳", "wf@example.com"),
    ]
    assert log[1].at == office.now


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    """The ledger refuses a folder that is not the top of a work tree."""
    (tmp_path / ".git").mkdir()
    with pytest.raises(NotATop):
        _ = Ledger(tmp_path).repo


def test_messages() -> None:
    """A message is a subject, a blank line and trailers."""
    assert message("assign x: sales", [("Complaint", "x"), ("Action", "assign")]) == (
        "assign x: sales\n\nComplaint: x\nAction: assign\n"
    )


def test_what_names_a_commit(office: Office) -> None:
    """A whole hash, an abbreviation, HEAD and what stands before it, a branch, a tag: all lead to the commit."""
    first = office.git("rev-parse", "HEAD").strip()
    office.new()
    office.git("tag", "-a", "v1", "-m", "x", first)
    office.git("branch", "旧 年".replace(" ", "-"), first)
    ledger = Ledger(office.root)
    for name in (first, first[:8], first[:8].upper(), "HEAD~1", "HEAD^", "v1", "refs/tags/v1", "旧-年", "@~1"):
        assert ledger.resolve(name) == first, name
    assert ledger.resolve("HEAD") == ledger.head() != first


@pytest.mark.parametrize(
    "name",
    [
        *(
            "",
            " ",
            "no-such",
            "0000000",
            "f" * 40,
            "HEAD~99",
            "HEAD:cmplt.yaml",
            "HEAD^{tree}",
            "HEAD cmplt",
            "..",
            "HEAD..HEAD~1",
        ),
        *("--all", "-x", "--git-dir", "--help", "HEAD\nHEAD", ":/", "a\tb", "投诉"),
    ],
)
def test_what_names_no_commit(office: Office, name: str) -> None:
    """What is none, or would be an option or several, is refused with what was given."""
    office.new()
    with pytest.raises(NoSuchRevision) as refused:
        Ledger(office.root).resolve(name)
    assert refused.value.fields == {"revision": name}


def test_the_files_of_a_commit(office: Office) -> None:
    """By their names below a folder of the root or as a file of it, with mode and content; else nothing."""
    (office.root / "a b").mkdir()
    (office.root / "a b" / "报 表.txt").write_bytes(b"\x00\xff\n\n")
    (office.root / "a b" / "run").write_bytes(b"x")
    (office.root / "a b" / "run").chmod(0o755)
    (office.root / "a b" / "link").symlink_to("run")
    office.git("add", "-A")
    office.git("commit", "-qm", "x")
    ledger = Ledger(office.root)
    commit = ledger.resolve("HEAD")
    found = ledger.listed(commit, "a b")
    assert {name: each.mode for name, each in found.items()} == {
        "a b/报 表.txt": "100644", "a b/run": "100755", "a b/link": "120000",
    }  # fmt: skip
    assert [ledger.blob(found[name].blob) for name in ("a b/报 表.txt", "a b/run", "a b/link")] == [
        b"\x00\xff\n\n", b"x", b"run",
    ]  # fmt: skip
    assert list(ledger.listed(commit, "cmplt.yaml")) == ["cmplt.yaml"]
    assert ledger.listed(commit, "a") == ledger.listed(commit, "nothing") == {}


def test_what_is_not_as_the_commit_has_it(office: Office) -> None:
    """Changed, staged, deleted and new files below what is asked for, by name and in order; nothing else."""
    one, two, three = (office.new() for _ in range(3))
    ledger = Ledger(office.root)
    asked = ["cmplt.yaml", "complaints", "measures", "templates"]
    assert ledger.differing(asked) == []
    office.file(one).write_text("changed", encoding="utf-8")
    office.git("rm", "-q", "--cached", str(office.file(two)))
    office.file(three).unlink()
    for name in ("templates/report/页 一.html", "elsewhere.txt", "complaints/new.yaml"):
        (office.root / name).parent.mkdir(parents=True, exist_ok=True)
        (office.root / name).write_text("x", encoding="utf-8")
    (office.root / "cmplt.yaml").write_text("x", encoding="utf-8")
    office.git("add", "cmplt.yaml")
    names = ["cmplt.yaml", "complaints/new.yaml", "templates/report/页 一.html"]
    assert sorted(set(ledger.differing(asked))) == sorted([*names, *(relative(office, e) for e in (one, two, three))])
    assert ledger.differing(["measures"]) == []


def test_a_folder_put_in_place_is_not_committed(office: Office) -> None:
    """What is put is there, and nothing of it is staged."""
    ledger, before = Ledger(office.root), office.git("rev-parse", "HEAD")
    recording.put(ledger, office.root / "reports" / "2026-03", {"report.md": b"x\n", "charts/a.svg": b"y\n"})
    assert (office.root / "reports" / "2026-03" / "charts" / "a.svg").read_bytes() == b"y\n"
    assert office.git("rev-parse", "HEAD") == before
    assert office.git("status", "--porcelain", "-uall").splitlines() == [
        "?? reports/2026-03/charts/a.svg", "?? reports/2026-03/report.md",
    ]  # fmt: skip


def test_a_folder_recorded_is_one_commit_of_its_files(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """New and again: the commit has what is given, and nothing that others keep in the folder."""
    for name, value in office.identity().items():
        monkeypatch.setenv(name, value)
    folder = office.root / "reports" / "2026-03"
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("x", encoding="utf-8")
    ledger = Ledger(office.root)
    for number in range(2):
        files = {folder / name: f"{number}\n".encode() for name in ("report.md", "charts/a.svg")}
        commit = recording.record(ledger, files, message("report 2026-03", []), when=office.now, folder=folder)
        assert sorted(name for _, _, name in numstat(office, commit)) == [
            "reports/2026-03/charts/a.svg", "reports/2026-03/report.md",
        ]  # fmt: skip
        assert office.git("status", "--porcelain") == "?? reports/2026-03/notes.txt\n"
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "x"


# --- what the desk asks of others' hands ---------------------------------------------------------------------


def test_an_approval_written_by_hand_is_not_taken_for_a_killed_commands(office: Office) -> None:
    """Nobody approves for somebody else by putting the event into the file: the next command refuses the file."""
    found = office.new("--department", "sales")
    office.ok("respond", found, "--note", "x")
    office.ok("propose", found, "--note", "x", "--compensation", "10")
    path = office.file(found)
    at = office.event(found)["at"]
    forged = f"  - at: {at}\n    by: 林涛\n    action: approve\n    role: general-manager\n"
    path.write_text(path.read_text(encoding="utf-8") + forged, encoding="utf-8")
    office.refused(3, "resolve", found, "--outcome", "x", says=["git restore"])


def test_what_is_staged_of_the_complaint_itself_is_not_thrown_away(office: Office) -> None:
    """A complaint whose index differs is refused, also where its work tree is as the last commit has it."""
    found = office.new("--department", "sales")
    path = office.file(found)
    good = path.read_text(encoding="utf-8")
    path.write_text(good + "# staged\n", encoding="utf-8")
    office.git("add", "-A")
    path.write_text(good, encoding="utf-8")
    office.refused(3, "respond", found, "--note", "x", says=["git restore"])
