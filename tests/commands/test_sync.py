"""`sync`: desks come together through a shared repository; nothing is lost, and what cannot be merged is left alone."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from unittest import mock

import click
import pytest

from cmplt.repository.exchange import Exchange
from cmplt.storage import meeting
from tests.office import Office

WHO = {"a": ("王芳", "wf@example.com"), "b": ("李明", "lm@example.com"), "c": ("陈刚", "cg@example.com")}


def tip(office: Office, name: str = "HEAD") -> str:
    return office.git("rev-parse", name).strip()


def synced(office: Office, *args: str) -> str:
    """What a sync that must succeed prints; it leaves a clean work tree."""
    found = office.ok("sync", *args).out.strip()
    assert office.git("status", "--porcelain") == ""
    return found


def later(office: Office, seconds: int, *args: str) -> str:
    """Run a command some seconds after this desk's last one; returns the id that it prints."""
    office.now += timedelta(seconds=seconds)
    note = () if "--note" in args or args[0] not in ("respond", "progress") else ("--note", "called")
    return office.ok(*args, *note).out.split()[-1]


def received(count: int, sent: int) -> str:
    return f"commits: {count} received, {sent} sent"


class Town:
    """A shared bare repository, and the desks that have a clone of it."""

    def __init__(self, first: Office) -> None:
        self.first = first
        self.bare = first.root.parent / "office.git"
        first.git("init", "-q", "--bare", "--initial-branch=main", str(self.bare))
        first.git("remote", "add", "origin", str(self.bare))

    def desk(self, name: str) -> Office:
        """A fresh clone, with somebody of its own."""
        root = self.bare.parent / name
        self.first.git("clone", "-q", str(self.bare), str(root))
        return Office(root, self.first.now, *WHO[name])

    def tip(self) -> str:
        return self.first.git("--git-dir", str(self.bare), "rev-parse", "main").strip()

    def hook(self, name: str, *lines: str) -> None:
        executable(self.bare / "hooks" / name, *lines)


def executable(path: Path, *lines: str) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines, "")), encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def town(office: Office) -> Town:
    """An office with nobody's clone but its own; nothing has been pushed."""
    return Town(office)


@pytest.fixture
def desks(town: Town) -> tuple[Office, Office, str]:
    """Two clones, level with the shared repository, and a complaint that both have, assigned and responded to."""
    complaint = town.first.new("--department", "sales")
    later(town.first, 60, "respond", complaint)
    synced(town.first)
    here, there = town.desk("a"), town.desk("b")
    return here, there, complaint


def test_nothing_to_do(desks: tuple[Office, Office, str]) -> None:
    """Level already: said so, exit 0, nothing moves; asked from any folder of the office, and for a remote by name."""
    here, _there, _complaint = desks
    before = here.state()
    assert synced(here) == received(0, 0)
    assert here.ok("sync", "origin").out.strip() == received(0, 0)
    assert here.run("sync", cwd=here.root / "complaints").out.strip() == received(0, 0)
    assert here.state() == before


def test_the_first_push(town: Town) -> None:
    """Into an empty repository: everything is sent, and the branch follows the remote from then on."""
    town.first.new()
    count = int(town.first.git("rev-list", "--count", "HEAD"))
    assert synced(town.first) == received(0, count)
    assert town.tip() == tip(town.first)
    assert town.first.git("rev-parse", "--abbrev-ref", "main@{upstream}").strip() == "origin/main"


def test_a_desk_that_wrote_nothing_goes_forward(desks: tuple[Office, Office, str]) -> None:
    """No merge commit is made where none is needed."""
    here, there, complaint = desks
    later(there, 60, "progress", complaint)
    assert synced(there) == received(0, 1)
    assert synced(here) == received(1, 0)
    assert tip(here) == tip(there)


def test_different_complaints(desks: tuple[Office, Office, str], town: Town) -> None:
    """Both desks took one: a merge in the name of who syncs, at the time of the sync, without personal data."""
    here, there, _complaint = desks
    one, two = here.new(), there.new()
    assert synced(there) == received(0, 1)
    here.now += timedelta(minutes=5)
    assert synced(here) == received(1, 2)
    assert synced(there) == received(2, 0)
    assert tip(here) == tip(there) == town.tip()
    assert here.file(two).read_bytes() == there.file(two).read_bytes()
    assert here.file(one).read_bytes() == there.file(one).read_bytes()
    told = here.git("log", "-1", "--format=%an|%cn|%aI|%cI|%B").strip()
    assert (
        told == "王芳|王芳|2026-03-16T02:06:00+00:00|2026-03-16T02:06:00+00:00|sync: merge origin/main\n\nAction: sync"
    )


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_one_complaint(desks: tuple[Office, Office, str], order: str) -> None:
    """Both appended: the same bytes in both clones whoever syncs first, by the instant of each event, nothing void."""
    here, there, complaint = desks
    base = here.file(complaint).read_bytes()
    later(there, 100, "progress", complaint, "--note", "two")
    later(here, 60, "progress", complaint, "--note", "one")
    later(here, 120, "progress", complaint, "--note", "three")
    first, second = (here, there) if order == "ab" else (there, here)
    synced(first)
    assert second.ok("sync").err == ""
    synced(first)
    assert here.file(complaint).read_bytes() == there.file(complaint).read_bytes()
    assert here.file(complaint).read_bytes().startswith(base)
    assert [event.get("note") for event in here.data(complaint)["events"][-3:]] == ["one", "two", "three"]
    assert here.ok("check", "--strict").out == there.ok("audit").out == ""


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_two_desks_resolved_at_once(desks: tuple[Office, Office, str], order: str) -> None:
    """Both stay; the later one is void, and named: its complaint, who and when, no customer and not the earlier one."""
    here, there, complaint = desks
    for desk, seconds, name in ((here, 60, "王芳"), (there, 90, "李明")):
        later(desk, seconds, "resolve", complaint, "--outcome", f"客户甲 {name}", "--cause", "attitude")
    first, second = (here, there) if order == "ab" else (there, here)
    synced(first)
    result = second.ok("sync")
    assert result.out.strip() == received(1, 2)
    (line,) = result.err.splitlines()
    assert line.startswith(f"{complaint}: the resolve of ") and " by 李明 is void" in line
    assert "10:02:30" in line and "王芳" not in line and "客户" not in result.err
    synced(first)
    second.now += timedelta(minutes=5)
    shown = second.json("show", complaint)[0]
    assert [shown["events"][index]["by"] for index in shown["void"]] == ["李明"]
    assert first.ok("sync").err == ""
    assert first.file(complaint).read_bytes() == second.file(complaint).read_bytes()
    assert first.ok("audit").out == ""


def test_what_is_void_is_named_though_it_cannot_be_sent(desks: tuple[Office, Office, str], town: Town) -> None:
    """The merge stands, and no later sync would name it."""
    here, there, complaint = desks
    for desk, seconds in ((there, 60), (here, 90)):
        later(desk, seconds, "resolve", complaint, "--outcome", "x", "--cause", "attitude")
    synced(there)
    town.hook("pre-receive", "exit 1")
    result = here.run("sync")
    assert result.code == 4
    assert f"{complaint}: the resolve of " in result.err


def resolved_twice(desks: tuple[Office, Office, str]) -> Office:
    """The desk that is to hear of a void event when it syncs."""
    here, there, complaint = desks
    for desk, seconds in ((here, 60), (there, 90)):
        later(desk, seconds, "resolve", complaint, "--outcome", "x", "--cause", "attitude")
    synced(here)
    return there


def test_a_reader_who_has_gone_keeps_nothing_back(desks: tuple[Office, Office, str], town: Town) -> None:
    """`sync 2>&1 | true`, with something to say: all the same everything is sent."""
    desk = resolved_twice(desks)
    reading, writing = os.pipe()
    os.close(reading)
    env = {**os.environ, **desk.identity()}
    words = [sys.executable, "-m", "cmplt", "sync"]
    done = subprocess.run(words, cwd=desk.root, env=env, stdout=writing, stderr=writing, check=False)
    os.close(writing)
    assert done.returncode == 0
    assert town.tip() == tip(desk)


def test_nobody_waits_for_a_reader(
    desks: tuple[Office, Office, str], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What there is to say is said when all is done: a stopped terminal holds no lock, and keeps nothing back."""
    desk = resolved_twice(desks)
    echo, seen = click.echo, list[str]()
    monkeypatch.setattr(click, "echo", lambda *args, **how: (seen.append(town.tip()), echo(*args, **how)))
    assert " is void" in desk.ok("sync").err
    assert seen == [tip(desk)] * 2


def overtaking(town: Town, rival: Office, times: int) -> Callable[[Exchange], str | None]:
    """A fetch after which somebody else pushes, so many times."""
    fetch, left = Exchange.fetch, [times]

    def fetched(exchange: Exchange) -> str | None:
        found = fetch(exchange)
        if left[0]:
            left[0] -= 1
            rival.git("fetch", "-q")
            rival.git("reset", "-q", "--hard", "origin/main")
            rival.now += timedelta(seconds=1)
            rival.new()
            rival.git("push", "-q")
        return found

    return fetched


def test_somebody_was_faster(desks: tuple[Office, Office, str], town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between fetch and push: fetched, merged and pushed again, and counted once."""
    here, there, _complaint = desks
    mine = here.new()
    monkeypatch.setattr(Exchange, "fetch", overtaking(town, there, 2))
    monkeypatch.setattr(meeting, "LONGEST", 0.001)
    assert here.ok("sync").out.strip() == received(2, 3)
    assert town.tip() == tip(here)
    assert here.git("status", "--porcelain") == ""
    monkeypatch.undo()
    synced(there)
    assert there.file(mine).is_file()


def test_somebody_is_always_faster(
    desks: tuple[Office, Office, str], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten times in a row: exit 5, and what came in is merged here."""
    here, there, _complaint = desks
    here.new()
    monkeypatch.setattr(Exchange, "fetch", overtaking(town, there, 99))
    monkeypatch.setattr(meeting, "LONGEST", 0.001)
    result = here.run("sync")
    assert (result.code, result.out) == (5, "")
    assert "origin/main" in result.err and "10 times" in result.err
    assert here.git("status", "--porcelain") == ""
    assert len(here.git("log", "--merges", "--format=%H").split()) == 9  # what the tenth was beaten by is not here yet
    monkeypatch.undo()
    synced(here)
    assert town.tip() == tip(here)


def never(attempt: int) -> None:
    raise AssertionError("it was tried again")


def test_a_server_that_cannot_write(
    desks: tuple[Office, Office, str], town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own trouble with its files is no race: not tried again, and passed on."""
    here, _there, _complaint = desks
    here.new()
    here.git("--git-dir", str(town.bare), "pack-refs", "--all")
    (town.bare / "refs" / "heads" / "main").mkdir()
    (town.bare / "refs" / "heads" / "main" / "left.lock").touch()
    monkeypatch.setattr(meeting, "pause", never)
    result = here.run("sync")
    assert (result.code, result.out) == (4, "")
    assert "could not be sent" in result.err and "error: couldn't set 'refs/heads/main'" in result.err


def test_a_lock_on_the_server(desks: tuple[Office, Office, str], town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another push may hold it, so it is tried again; and it is no lock of this clone's, whatever the paths are."""
    here, _there, _complaint = desks
    here.new()
    lock, waited = town.bare / "refs" / "heads" / "main.lock", list[int]()
    lock.touch()
    monkeypatch.setattr(meeting, "pause", waited.append)
    result = here.run("sync")
    assert (result.code, result.out, len(waited)) == (5, "", 10)
    assert "10 times in a row" in result.err and f"{lock.name}': File exists" in result.err
    lock.unlink()
    assert synced(here) == received(0, 1)


@pytest.mark.parametrize("before", ["", "x\013", "x\342\200\250"], ids=["", "VT", "LS"])
def test_words_of_the_other_side_are_its_own(desks: tuple[Office, Office, str], town: Town, before: str) -> None:
    """A hook that names a lock of this very clone, or says that somebody was faster, is passed on as it is."""
    here, _there, _complaint = desks
    here.new()
    lock = here.root / ".git" / "index.lock"
    told = f"{before}Unable to create '{lock}': File exists. (fetch first)"
    town.hook("pre-receive", f'printf "{told}\\n" >&2; exit 1')
    result = here.run("sync")
    assert (result.code, result.out) == (4, "")
    assert "could not be sent to origin/main" in result.err and f"Unable to create '{lock}'" in result.err


def by_hand(office: Office, path: Path, text: str) -> None:
    """Write a file and commit it, as somebody does who knows git and not the rules."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    office.git("add", "--", str(path))
    office.git("commit", "-qm", "by hand")


def facts_edited(here: Office, there: Office, complaint: str, tmp: Path) -> list[str]:
    for desk, subject in ((here, "甲"), (there, "乙")):
        path = desk.file(complaint)
        by_hand(desk, path, path.read_text(encoding="utf-8").replace("态度冷淡", subject))
    return [here.file(complaint).relative_to(here.root).as_posix()]


def new_files(here: Office, there: Office, complaint: str, tmp: Path) -> list[str]:
    names = []
    for twin in ("20260316-0001", "20260316-0002"):
        for desk in (here, there):
            text = desk.file(complaint).read_text(encoding="utf-8").replace(complaint, twin)
            by_hand(desk, desk.file(twin), text.replace("态度冷淡", desk.name))
        names.append(here.file(twin).relative_to(here.root).as_posix())
    return names


def attachments(here: Office, there: Office, complaint: str, tmp: Path) -> list[str]:
    for desk in (here, there):
        path = desk.root / "attachments" / complaint / "照片.jpg"
        by_hand(desk, path, desk.name)
    return [f"attachments/{complaint}/照片.jpg"]


@pytest.mark.parametrize("harm", [facts_edited, new_files, attachments])
def test_what_no_rule_merges(
    desks: tuple[Office, Office, str], tmp_path: Path, harm: Callable[[Office, Office, str, Path], list[str]]
) -> None:
    """Every file is named, and everything stays as it was, with a merge going on neither here nor there."""
    here, there, complaint = desks
    names = harm(here, there, complaint, tmp_path)
    later(there, 60, "progress", complaint)
    if there.run("sync").code:  # of what was edited by hand nothing is sent
        there.git("push", "-q")
    here.refused(3, "sync", says=[*names, "git merge origin/main"])
    assert not (here.root / ".git" / "MERGE_HEAD").exists()
    here.refused(3, "sync", says=names)
    later(here, 60, "progress", complaint)  # the desk goes on working


def test_two_desks_attach_files_of_one_name(desks: tuple[Office, Office, str], tmp_path: Path) -> None:
    """Both stay, each under a name of its own; the same file twice is one."""
    here, there, complaint = desks
    for desk in (here, there):
        (tmp_path / "照片.jpg").write_bytes(b"\xff\xd8\x00" + desk.name.encode())
        later(desk, 60, "attach", complaint, str(tmp_path / "照片.jpg"))
    synced(there)
    synced(here)
    names = sorted(path.name for path in (here.root / "attachments" / complaint).iterdir())
    assert len(names) == 2 and all(re.fullmatch(r"照片-[0-9a-f]{8}\.jpg", name) for name in names)
    assert here.ok("check").out == ""


def test_both_make_a_report_of_one_month(desks: tuple[Office, Office, str]) -> None:
    """The one that was there first stands: either can be made again."""
    here, there, complaint = desks
    later(there, 60, "progress", complaint)
    for desk in (there, here):
        later(desk, 90, "report", "--month", "2026-02", "--commit")
    synced(there)
    synced(here)
    assert (here.root / "reports/2026-02/report.md").read_bytes() == (
        there.root / "reports/2026-02/report.md"
    ).read_bytes()
    assert here.git("status", "--porcelain") == ""


def test_what_was_edited_by_hand_comes_first(desks: tuple[Office, Office, str]) -> None:
    """Not committed yet: refused, the file named, and nothing of the other side is in the work tree."""
    here, there, complaint = desks
    there.new()
    synced(there)
    path = here.file(complaint)
    path.write_text(path.read_text(encoding="utf-8").replace("态度冷淡", "改"), encoding="utf-8")
    here.refused(3, "sync", says=[path.relative_to(here.root).as_posix()])
    here.git("checkout", "-q", ".")
    path.unlink()
    here.refused(3, "sync", says=[path.relative_to(here.root).as_posix()])


def test_what_is_no_record_keeps_nobody(desks: tuple[Office, Office, str]) -> None:
    """What an operating system or an editor leaves beside complaints, ignored or not, has nothing to do with it."""
    here, there, _complaint = desks
    there.new()
    synced(there)
    (here.root / ".git" / "info" / "exclude").write_text(".DS_Store\n", encoding="utf-8")
    for name in ("complaints/.DS_Store", "complaints/2026/.x.yaml.swp", "measures/notes.txt"):
        (here.root / name).parent.mkdir(exist_ok=True)
        (here.root / name).write_text("x", encoding="utf-8")
    assert here.ok("sync").out.strip() == received(1, 0)
    assert (here.root / "complaints" / ".DS_Store").read_text(encoding="utf-8") == "x"
    (here.root / "complaints" / "2026" / "notes.yml").write_text("x", encoding="utf-8")
    here.refused(3, "sync", says=["complaints/2026/notes.yml"])
    (here.root / ".git" / "info" / "exclude").write_text("complaints/2020\n*.yml\n", encoding="utf-8")
    (here.root / "complaints" / "2026" / "notes.yml").unlink()
    (here.root / "complaints" / "2020").mkdir()
    here.ok("sync")
    (here.root / "complaints" / "2020" / "20200101-0000.yaml").write_text("x", encoding="utf-8")
    here.refused(3, "sync", says=["complaints/2020"])


@pytest.mark.parametrize("what", ["event", "complaint", "measure"])
def test_what_a_killed_command_left_is_sent_too(desks: tuple[Office, Office, str], town: Town, what: str) -> None:
    """A whole event or file that was not committed: committed first under its own message, then merged and pushed."""
    here, there, complaint = desks
    there.new()
    synced(there)
    if what == "event":
        later(here, 60, "progress", complaint)
    elif what == "complaint":
        here.new()
    else:
        due = ("--due", "2026-04-01 12:00")
        later(here, 60, "measure", "new", "--kind", "corrective", "--title", "x", "--department", "sales", *due)
    lost = here.git("show", "--format=%B", "--name-status")
    here.git("reset", "-q", "HEAD~1")
    assert synced(here) == received(1, 2)
    assert here.git("show", "--format=%B", "--name-status", "HEAD^1") == lost
    assert town.tip() == tip(here)


@pytest.mark.parametrize("staged", [False, True])
@pytest.mark.parametrize("both", [False, True])
def test_other_changes_stay_as_they_are(desks: tuple[Office, Office, str], staged: bool, both: bool) -> None:
    """A policy being rewritten, a README being written: neither committed nor lost, whether or not there is a merge."""
    here, there, complaint = desks
    later(there, 60, "progress", complaint)
    synced(there)
    if both:
        later(here, 90, "progress", complaint)
    policy = here.root / "cmplt.yaml"
    policy.write_text(policy.read_text(encoding="utf-8") + "# being thought about\n", encoding="utf-8")
    (here.root / "README.md").write_text("ours\n", encoding="utf-8")
    if staged:
        here.git("add", "cmplt.yaml", "README.md")
    before = here.git("status", "--porcelain")
    if staged and both:  # git merges nothing into an index that holds something
        here.refused(4, "sync", says=["cmplt.yaml", "README.md"])
        return
    assert here.ok("sync").out.strip() == received(1, 2 if both else 0)
    assert here.git("status", "--porcelain") == before
    assert (here.root / "README.md").read_text(encoding="utf-8") == "ours\n"
    assert policy.read_text(encoding="utf-8").endswith("# being thought about\n")
    assert here.git("diff", "--name-only", "origin/main", "HEAD") == ""


def test_a_change_that_a_merge_would_overwrite_is_left(desks: tuple[Office, Office, str]) -> None:
    """A README that the other side has too: refused with git's words, every byte as it was; without it, merged."""
    here, there, complaint = desks
    by_hand(there, there.root / "README.md", "theirs\n")
    synced(there)
    later(here, 60, "progress", complaint)
    for text in ("ours\n", "theirs\n"):
        (here.root / "README.md").write_text(text, encoding="utf-8")
        here.refused(4, "sync", says=["README.md"])
    (here.root / "README.md").unlink()
    synced(here)


def no_remote(here: Office) -> tuple[list[str], str]:
    here.git("remote", "remove", "origin")
    return [], "git remote add origin URL"


def two_remotes(here: Office) -> tuple[list[str], str]:
    for name in ("one", "two"):
        here.git("remote", "add", name, "../office.git")
    here.git("remote", "remove", "origin")
    return [], "one, two"


def detached(here: Office) -> tuple[list[str], str]:
    here.git("checkout", "-q", "--detach")
    return [], "git switch main"


def unreachable(here: Office) -> tuple[list[str], str]:
    here.git("remote", "set-url", "origin", "../nowhere.git")
    return [], "nowhere.git"


def merging(here: Office) -> tuple[list[str], str]:
    here.git("checkout", "-qb", "side", "HEAD~1")
    by_hand(here, here.root / "notes.md", "side\n")
    here.git("checkout", "-q", "main")
    here.git("merge", "-q", "--no-ff", "--no-commit", "side")
    return [], "git merge --abort"


@pytest.mark.parametrize("harm", [no_remote, two_remotes, detached, unreachable, merging])
@pytest.mark.parametrize("behind", [False, True])
def test_what_the_repository_does_not_allow(
    desks: tuple[Office, Office, str], harm: Callable[[Office], tuple[list[str], str]], behind: bool
) -> None:
    """Exit 4, a sentence that says what to do, and nothing is changed."""
    here, there, complaint = desks
    if behind:
        later(there, 60, "progress", complaint)
        synced(there)
    args, says = harm(here)
    here.refused(4, "sync", *args, says=[says])


@pytest.mark.parametrize(
    "name", ["nobody", "", ".", "../office.git", "ext::sh -c touch% ../pwned", "file:///etc", "-", "origin main"]
)
def test_only_a_remote_by_its_name(desks: tuple[Office, Office, str], name: str) -> None:
    """An address, a program or a word that git would take for something else is no remote."""
    here = desks[0]
    here.refused(4, "sync", name, says=["origin"])
    assert not (here.root.parent / "pwned").exists()


@pytest.mark.parametrize("words", [["--upload-pack=touch ../pwned"], ["-u", "x"], ["origin", "main"]])
def test_no_option_reaches_git(desks: tuple[Office, Office, str], words: list[str]) -> None:
    """What looks like one is a usage error; behind `--` it is a remote that there is not."""
    here = desks[0]
    here.refused(2, "sync", *words)
    if words[0].startswith("--"):
        here.refused(4, "sync", "--", *words)
    assert not (here.root.parent / "pwned").exists()


def test_somebody_must_be_known(desks: tuple[Office, Office, str]) -> None:
    """Without an identity there is nobody in whose name to merge."""
    here = desks[0]
    here.name = here.email = ""
    here.refused(4, "sync", says=["git config --global user.name"])


def test_a_rewritten_history_is_named_each_time(desks: tuple[Office, Office, str], town: Town) -> None:
    """A push by force: the commit that was there is named, nothing is merged or sent, and asked again it says so."""
    here, there, complaint = desks
    later(there, 60, "progress", complaint)
    synced(there)
    synced(here)
    lost = tip(here)
    there.git("reset", "-q", "--hard", "HEAD~1")
    later(there, 60, "progress", complaint, "--note", "a nicer story")
    there.git("push", "-q", "--force")
    forged = town.tip()
    for _again in range(2):
        here.refused(4, "sync", says=["origin/main", lost, "Nothing was merged"])
    later(here, 60, "progress", complaint)
    here.refused(4, "sync", says=[lost])
    assert town.tip() == forged


def test_a_push_that_the_other_side_declines(desks: tuple[Office, Office, str], town: Town) -> None:
    """Its hook's words are shown, and it is not tried again; what came in stays merged, and is said to be."""
    here, there, complaint = desks
    there.new()
    synced(there)
    later(here, 60, "progress", complaint)
    town.hook("pre-receive", "echo tried >> tries", "echo 'not today: fetch first, says the guard' >&2", "exit 1")
    before, there_before = tip(here), town.tip()
    result = here.run("sync")
    assert (result.code, result.out) == (4, "")
    assert result.err.splitlines()[1] == "not today: fetch first, says the guard"
    assert "nothing was changed" not in result.err
    assert (town.bare / "tries").read_text(encoding="utf-8") == "tried\n"
    assert town.tip() == there_before
    assert here.git("rev-parse", "HEAD^1").strip() == before
    assert here.git("status", "--porcelain") == ""
    town.hook("pre-receive", "exit 0")
    synced(here)


@pytest.mark.parametrize("how", ["forward", "merge", "declined"])
def test_what_came_in_is_audited(desks: tuple[Office, Office, str], town: Town, how: str) -> None:
    """Where no guard kept it out, a line edited elsewhere is named by the sync that brings it: found, exit code 1."""
    here, there, complaint = desks
    path = there.file(complaint)
    text = path.read_text(encoding="utf-8")
    by_hand(there, path, text.replace("态度冷淡", "态度热情"))
    there.git("push", "-q")
    forged = tip(there)[:10]
    if how != "forward":
        here.new()
    if how == "declined":
        town.hook("pre-receive", "exit 1")
    result = here.run("sync")
    assert result.code == (4 if how == "declined" else 1)
    finding, told = result.err.splitlines()[:2]
    assert finding.startswith(f"{forged} {here.file(complaint).relative_to(here.root)}:")
    assert finding.endswith("[append-only]")
    assert told.endswith(f"git show {forged}")
    town.hook("pre-receive", "exit 0")
    assert forged not in here.ok("sync").err


def test_what_honest_desks_wrote_is_not_remarked_on(desks: tuple[Office, Office, str]) -> None:
    """Neither by who merges nor by who goes forward."""
    here, there, complaint = desks
    for desk in (here, there):
        later(desk, 60, "progress", complaint)
    for desk in (here, there, here):
        assert desk.ok("sync").err == ""


def test_what_breaks_a_rule_is_not_sent(desks: tuple[Office, Office, str], town: Town) -> None:
    """Who edited a line here reads so before anybody else does, and can take it back."""
    here, _there, complaint = desks
    path, before = here.file(complaint), town.tip()
    by_hand(here, path, path.read_text(encoding="utf-8").replace("态度冷淡", "态度热情"))
    forged = tip(here)[:10]
    later(here, 60, "progress", complaint)
    for _again in range(2):
        result = here.run("sync")
        assert (result.code, result.out) == (1, "")
        assert result.err.startswith(forged)
        assert "[append-only]" in result.err
        assert "ask who" not in result.err
        assert town.tip() == before
    for command in re.findall(r"git (branch refused-1|reset --keep origin/main)", result.err):
        here.git(*command.split())
    assert synced(here) == received(0, 0)
    assert here.ok("audit").out == ""
    later(here, 60, "progress", complaint)
    assert synced(here) == received(0, 1)


def test_what_others_have_already_is_named_once(desks: tuple[Office, Office, str], town: Town) -> None:
    """However it was fetched: by sync, by plain git before it, or by a sync that went no further."""
    here, there, complaint = desks
    path, stray = there.file(complaint), here.root / "complaints" / "x.yaml"
    for fetch, (old, new) in {"sync": ("冷淡", "热情"), "git": ("热情", "友好"), "refused": ("友好", "冷淡")}.items():
        by_hand(there, path, path.read_text(encoding="utf-8").replace(f"subject: 态度{old}", f"subject: 态度{new}"))
        there.git("push", "-q")
        if fetch == "git":
            here.git("fetch", "-q")
        if fetch == "refused":
            stray.write_text("x\n", encoding="utf-8")
            here.refused(1, "sync")
            stray.unlink()
        result = here.run("sync")
        assert (result.code, result.out.strip()) == (1, received(1, 0)), fetch
        assert result.err.startswith(tip(there)[:10])
        assert "ask who committed it" in result.err
        assert synced(here) == received(0, 0)


def test_a_commit_that_was_amended_after_it_was_sent(desks: tuple[Office, Office, str], town: Town) -> None:
    """Merging would bring the event back beside its other version: nothing is merged or sent, each time."""
    here, _there, complaint = desks
    later(here, 60, "progress", complaint)
    synced(here)
    sent = tip(here)
    path = here.file(complaint)
    path.write_text(path.read_text(encoding="utf-8").replace("called", "never called"), encoding="utf-8")
    here.git("commit", "-qa", "--amend", "--no-edit")
    for _again in range(2):
        here.refused(4, "sync", says=[sent, "reset --keep", "seen"])
    assert town.tip() == sent
    here.git("reset", "-q", "--hard", sent)
    assert synced(here) == received(0, 0)


def test_what_was_declined_may_be_thrown_away(desks: tuple[Office, Office, str], town: Town) -> None:
    """As the refusal advises: what was entered stands in a branch of its own, and neither sync nor audit mourns it."""
    here, there, complaint = desks
    later(there, 60, "progress", complaint)
    synced(there)
    later(here, 60, "progress", complaint)
    town.hook("pre-receive", "echo '4b7c19e0aa x.yaml:1:1: error: it was deleted [deleted]'; exit 1")
    here.git("branch", "refused-1")
    advice = here.run("sync").err
    assert "git branch refused-2" in advice
    for command in re.findall(r"git (branch refused-2|reset --keep origin/main)", advice):
        here.git(*command.split())
    town.hook("pre-receive", "exit 0")
    assert synced(here) == received(0, 0)
    assert here.run("audit").out == ""


def test_a_branch_that_the_other_side_has_not(desks: tuple[Office, Office, str], town: Town) -> None:
    """Nobody else would see what is sent to a branch of one's own; it is not made by the way."""
    here, _there, complaint = desks
    here.git("switch", "-qc", "holiday")
    later(here, 60, "progress", complaint)
    here.refused(4, "sync", says=["holiday", "main"])
    assert here.git("--git-dir", str(town.bare), "branch", "--list", "holiday") == ""


def test_a_clone_without_the_beginning_audits_nothing(desks: tuple[Office, Office, str], town: Town) -> None:
    """It can still be synced."""
    _here, there, complaint = desks
    root = town.bare.parent / "shallow"
    town.first.git("clone", "-q", "--depth=1", f"file://{town.bare}", str(root))
    shallow = Office(root, there.now, *WHO["c"])
    later(there, 60, "progress", complaint)
    synced(there)
    assert shallow.ok("sync").err == ""


def test_a_shared_repository_that_may_only_be_read(desks: tuple[Office, Office, str], town: Town) -> None:
    """Who writes nothing needs no right to push."""
    here, there, complaint = desks
    later(there, 60, "progress", complaint)
    synced(there)
    town.hook("pre-receive", "exit 1")
    assert synced(here) == received(1, 0)


@pytest.mark.parametrize(
    "setting",
    ["merge.ff no", "merge.ff only", "pull.rebase true", "merge.renames false", "merge.directoryRenames true",
     "branch.main.mergeOptions --squash", "branch.main.mergeOptions --no-commit", "branch.main.mergeOptions -Xours",
     "merge.log true", "merge.autoStash true", "push.default nothing", "fetch.prune true", "commit.cleanup strip",
     "core.commentChar S", "merge.default union", "core.autocrlf true", "merge.cmplt.driver false",
     "pull.twohead ours", "pull.twohead resolve", "rerere.enabled true"],
)  # fmt: skip
def test_settings_of_the_user_change_nothing(desks: tuple[Office, Office, str], setting: str) -> None:
    """The same history and the same bytes whatever a clone's git is set to: one forward, then one merge."""
    here, there, complaint = desks
    here.git("config", *setting.split())
    later(there, 60, "progress", complaint, "--note", "one")
    synced(there)
    assert synced(here) == received(1, 0)
    assert tip(here) == tip(there)
    later(there, 60, "progress", complaint, "--note", "two")
    synced(there)
    later(here, 150, "progress", complaint, "--note", "three")
    assert synced(here) == received(1, 2)
    told = f"sync: merge origin/main\n\nAction: sync\n\n{tip(here, 'HEAD^1')} {tip(there)}"
    assert here.git("log", "-1", "--format=%B%n%P").strip() == told
    assert [event.get("note") for event in here.data(complaint)["events"][-3:]] == ["one", "two", "three"]
    synced(there)
    assert here.git("rev-parse", "HEAD^{tree}") == there.git("rev-parse", "HEAD^{tree}")


def test_from_desk_to_desk(desks: tuple[Office, Office, str], town: Town) -> None:
    """Two clones without a server, each merging the other's: the same bytes, every event once, audit silent."""
    here, there, complaint = desks
    for desk, name in ((here, "b"), (there, "a")):
        desk.git("remote", "add", "peer", f"../{name}")
        desk.git("config", "receive.denyCurrentBranch", "updateInstead")
    for turn in range(3):
        for desk, seconds in ((here, 60), (there, 75)):
            later(desk, seconds, "progress", complaint, "--note", f"{turn} {desk.name}")
        heads = tip(here), tip(there)
        for desk, other in ((here, heads[1]), (there, heads[0])):  # each merges what the other has: criss-cross
            desk.git("fetch", "-q", "peer")
            with mock.patch.dict(os.environ, GIT_COMMITTER_DATE=desk.now.isoformat()):
                desk.git("merge", "-q", "-m", "met", other)
        assert here.file(complaint).read_bytes() == there.file(complaint).read_bytes()
    assert synced(here, "peer").startswith("commits: ")
    assert synced(there, "peer") == received(0, 0)
    assert tip(here) == tip(there)
    notes = [event["note"] for event in here.data(complaint)["events"] if event["action"] == "progress"]
    assert sorted(notes) == sorted(f"{turn} {name}" for turn in range(3) for name in ("王芳", "李明"))
    assert here.ok("audit").out == ""


def test_another_offices_history_is_not_merged(desks: tuple[Office, Office, str], pristine: Path) -> None:
    """Two repositories that share nothing: everything as it was, and the desk goes on working."""
    here, _there, complaint = desks
    other = Office(here.root.parent / "other", here.now)
    other.root.mkdir()
    other.ok("init", ".", "--profile", "retail", now="2026-03-15T08:00:00+08:00")
    here.git("remote", "add", "other", str(other.root))
    for _again in range(2):
        here.refused(4, "sync", "other", says=["another office", "git clone URL"])
    later(here, 60, "progress", complaint)


def test_the_other_sides_new_file_where_a_file_lies(desks: tuple[Office, Office, str], tmp_path: Path) -> None:
    """An attachment of that name which no event names: refused, and nobody's bytes are lost."""
    here, there, complaint = desks
    (tmp_path / "照片.jpg").write_bytes(b"theirs")
    later(there, 60, "attach", complaint, str(tmp_path / "照片.jpg"))
    synced(there)
    later(here, 90, "progress", complaint)
    left = here.root / str(there.event(complaint)["files"][0]["path"])
    left.parent.mkdir(parents=True)
    left.write_bytes(b"ours")
    here.refused(4, "sync")
    left.unlink()
    synced(here)


@pytest.mark.parametrize("forward", [True, False], ids=["forward", "merge"])
@pytest.mark.parametrize("theirs", ["drafts/x.md", "drafts", "drafts/x.md/y"])
def test_an_ignored_draft_is_not_overwritten(desks: tuple[Office, Office, str], forward: bool, theirs: str) -> None:
    """The other side committed a file where an ignored one lies here: refused, the file named; without it, merged."""
    here, there, complaint = desks
    draft = here.root / "drafts" / "x.md"
    (here.root / ".git" / "info" / "exclude").write_text("drafts/\n", encoding="utf-8")
    draft.parent.mkdir()
    draft.write_text("ours\n", encoding="utf-8")
    by_hand(there, there.root / theirs, "theirs\n")
    synced(there)
    if not forward:
        later(here, 60, "progress", complaint)
    for _again in range(2):
        here.refused(4, "sync", says=["drafts/x.md", "Nothing was merged"])
    draft.unlink()
    synced(here)
    assert (here.root / theirs).read_text(encoding="utf-8") == "theirs\n"


def test_a_draft_that_was_taken_out_of_the_repository_here(desks: tuple[Office, Office, str]) -> None:
    """What the other side has had all along, and leaves alone, is in nobody's way."""
    here, there, _complaint = desks
    by_hand(there, there.root / "notes.md", "theirs\n")
    synced(there)
    synced(here)
    here.git("rm", "-q", "--cached", "notes.md")
    here.git("commit", "-qm", "a draft of mine")
    (here.root / ".git" / "info" / "exclude").write_text("notes.md\n", encoding="utf-8")
    by_hand(there, there.root / "README.md", "theirs\n")
    synced(there)
    synced(here)
    assert (here.root / "notes.md").read_text(encoding="utf-8") == "theirs\n"


@pytest.mark.parametrize("name", ["main", "heads/main", "HEAD", "origin/main"])
def test_a_tag_of_the_branchs_name(desks: tuple[Office, Office, str], town: Town, name: str) -> None:
    """It is the branch that is exchanged, whatever else is called so."""
    here, there, complaint = desks
    for desk in (here, there):
        desk.git("tag", name, "HEAD~1")
    later(there, 60, "progress", complaint)
    assert synced(there) == received(0, 1)
    assert synced(here) == received(1, 0)
    later(here, 60, "progress", complaint)
    assert synced(here) == received(0, 1)
    assert town.tip() == tip(here, "refs/heads/main")
    assert here.git("--git-dir", str(town.bare), "for-each-ref", "--format=%(refname)") == "refs/heads/main\n"


@pytest.mark.parametrize("follows", [True, False])
def test_a_remote_whose_name_would_be_an_option(desks: tuple[Office, Office, str], follows: bool) -> None:
    """It is not asked, and nothing that it says is run."""
    here = desks[0]
    name = f"--upload-pack=touch {here.root.parent}/pwned;"
    with (here.root / ".git" / "config").open("a", encoding="utf-8") as config:
        config.write(f'[remote "{name}"]\n\turl = ../office.git\n')
    if follows:
        here.git("config", "branch.main.remote", name)
    assert synced(here) == received(0, 0)
    here.git("remote", "remove", "origin")
    here.refused(4, "sync", says=["git remote add origin URL"])
    here.refused(4, "sync", "--", name, says=["There is no remote"])
    assert not (here.root.parent / "pwned").exists()


@pytest.mark.parametrize("fetch", [None, "+refs/heads/other:refs/remotes/origin/other", "+refs/heads/*:refs/x/*"])
def test_what_the_remote_is_set_to_fetch(desks: tuple[Office, Office, str], fetch: str | None) -> None:
    """Nothing or something else: the office's branch is fetched all the same, and counted right."""
    here, there, complaint = desks
    here.git("config", "--unset-all", "remote.origin.fetch")
    if fetch:
        here.git("config", "remote.origin.fetch", fetch)
    for _again in range(2):
        later(there, 60, "progress", complaint)
        synced(there)
        assert synced(here) == received(1, 0)
        later(here, 90, "progress", complaint)
        assert synced(here) == received(0, 1)
        assert synced(here) == received(0, 0)
        synced(there)


def test_a_draft_gets_no_marks(desks: tuple[Office, Office, str]) -> None:
    """A README being written that the other side changed too is refused, not stashed and merged."""
    here, there, complaint = desks
    by_hand(there, there.root / "README.md", "shared\n")
    synced(there)
    synced(here)
    by_hand(there, there.root / "README.md", "theirs\n")
    synced(there)
    here.git("config", "merge.autoStash", "true")
    later(here, 60, "progress", complaint)
    (here.root / "README.md").write_text("ours\n", encoding="utf-8")
    here.refused(4, "sync", says=["README.md"])
    assert here.git("stash", "list") == ""


def test_what_was_solved_before_is_not_solved_again(desks: tuple[Office, Office, str]) -> None:
    """A conflict is a person's to solve, whatever git remembers of another one like it."""
    here, there, _complaint = desks
    for name, value in (("enabled", "true"), ("autoUpdate", "true")):
        here.git("config", f"rerere.{name}", value)
    by_hand(there, there.root / "README.md", "theirs\n")
    by_hand(here, here.root / "README.md", "ours\n")
    synced(there)
    here.git("fetch", "-q")
    here.git("merge", "-q", "origin/main", check=False)
    (here.root / "README.md").write_text("both\n", encoding="utf-8")
    here.git("commit", "-qam", "solved")
    here.git("reset", "-q", "--hard", "HEAD^1")
    here.refused(3, "sync", says=["README.md", "git merge origin/main"])


def test_an_approval_of_what_nobody_had_seen(desks: tuple[Office, Office, str]) -> None:
    """A proposal that was recorded before the approval at another desk stands between: the desk that merges is told."""
    here, there, complaint = desks
    offer = ("--note", "n", "--remedy", "goodwill", "--compensation")
    later(here, 60, "propose", complaint, *offer, "100")
    synced(here)
    synced(there)
    later(there, 60, "propose", complaint, *offer, "90000")
    later(here, 120, "approve", complaint)
    synced(there)
    told = here.ok("sync").err
    assert told.startswith(f"{complaint}: the approve of")
    assert "was given for another proposal" in told
    for desk in (here, there, here):
        assert desk.ok("sync").err == ""


def test_quiet(desks: tuple[Office, Office, str]) -> None:
    """For cron: nothing is printed unless somebody has to look at it."""
    here, there, complaint = desks
    later(here, 60, "progress", complaint)
    result = here.ok("sync", "--quiet")
    assert (result.out, result.err) == ("", "")
    synced(there)
    path = there.file(complaint)
    by_hand(there, path, path.read_text(encoding="utf-8").replace("态度冷淡", "态度热情"))
    there.git("push", "-q")
    result = here.run("sync", "--quiet")
    assert (result.code, result.out) == (1, "")
    assert "[append-only]" in result.err
