"""The shared repository guarded by `cmplt audit --stdin`: what forges is refused at its door, the rest comes in."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.audited import Audited
from tests.test_docs import ROOT, fenced, section


@dataclass(frozen=True)
class Shared:
    """A bare repository with the hook, and the clone that pushes to it."""

    office: Audited
    bare: Path
    programs: Path

    def push(self, *args: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, **self.office.identity(), "PATH": f"{self.programs}{os.pathsep}{os.environ['PATH']}"}
        words = ["git", "push", "-q", *(args or ("origin", "main"))]
        return subprocess.run(words, cwd=self.office.root, env=env, capture_output=True, text=True, check=False)

    def refs(self) -> str:
        return subprocess.run(["git", "for-each-ref", "--format=%(refname) %(objectname)"], cwd=self.bare, check=True,
                              capture_output=True, text=True).stdout  # fmt: skip

    def takes(self, *args: str) -> str:
        """A push that must come in; the refs afterwards."""
        done = self.push(*args)
        assert done.returncode == 0, done.stderr
        return self.refs()

    def refuses(self, *args: str, says: tuple[str, ...] = ()) -> None:
        """A push that must be refused with the reason, and leave every ref where it was."""
        before = self.refs()
        done = self.push(*args)
        assert done.returncode != 0
        assert "pre-receive hook declined" in done.stderr, done.stderr
        assert "Traceback" not in done.stderr
        told = "\n".join(line for line in done.stderr.splitlines() if line.startswith("remote: "))
        for words in says:
            assert words in told, f"{words!r} is not in {done.stderr}"
        assert self.refs() == before


@pytest.fixture
def empty(audited: Audited, tmp_path: Path) -> Shared:
    """Set up by the lines of docs/sharing.md; nothing has been pushed."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "cmplt").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cmplt "$@"\n', encoding="utf-8")
    (programs / "cmplt").chmod(0o755)
    page = (ROOT / "docs" / "sharing.md").read_text(encoding="utf-8")
    (lines,) = fenced("sh", section("Guarding the shared repository", page))
    assert len(lines.splitlines()) == 6
    here = re.sub(r"/srv/\S*?office\.git", str(tmp_path / "office.git"), lines)
    assert here != lines
    setup = [line for line in here.splitlines() if not line.startswith(("git push", "git remote"))]
    subprocess.run(["sh", "-e"], input="\n".join(setup), cwd=tmp_path, text=True, check=True, capture_output=True)
    audited.git("remote", "add", "origin", str(tmp_path / "office.git"))
    return Shared(audited, tmp_path / "office.git", programs)


@pytest.fixture
def shared(empty: Shared) -> Shared:
    """The office's history is there."""
    empty.takes()
    return empty


def test_the_first_push_and_the_next(empty: Shared) -> None:
    """A whole history into an empty repository, then a day's work."""
    office = empty.office
    assert empty.takes() == f"refs/heads/main {office.tip()}\n"
    office.do("respond", office.ids["A"], "--note", "n")
    office.new()
    assert office.tip() in empty.takes()


def test_a_first_push_that_was_forged(empty: Shared) -> None:
    """It is audited from its first commit on."""
    office = empty.office
    office.edit(office.at("A"), "rating: 2", "rating: 5")
    commit = office.commit()
    office.do("respond", office.ids["B"], "--note", "n")
    empty.refuses(says=("[append-only]", commit[:10], office.name_of(office.at("A"))))


def test_new_branches_and_several_refs(shared: Shared) -> None:
    """A branch of a desk's own, tags, and everything at once; one bad ref keeps all of them out."""
    office = shared.office
    office.git("switch", "-qc", "desk")
    office.do("respond", office.ids["A"], "--note", "n")
    assert "refs/heads/desk" in shared.takes("origin", "desk")
    office.git("tag", "-a", "-m", "q", "Q1")
    office.git("switch", "-q", "main")
    office.do("respond", office.ids["B"], "--note", "n")
    shared.takes("origin", "main", "desk", "Q1")
    office.do("respond", office.ids["D"], "--note", "n")
    office.git("switch", "-qc", "other")
    office.edit(office.at("A"), "rating: 2", "rating: 5")
    office.commit()
    shared.refuses("origin", "main", "other", says=("[append-only]",))


def test_a_merged_branch(shared: Shared) -> None:
    """Two desks' work, merged by git."""
    office = shared.office
    office.git("switch", "-qc", "desk")
    office.do("respond", office.ids["A"], "--note", "n")
    office.git("switch", "-q", "main")
    office.do("respond", office.ids["B"], "--note", "n")
    office.later()
    office.git("merge", "-q", "--no-ff", "-m", "Merge branch 'desk'", "desk")
    assert office.tip() in shared.takes()


def test_a_rewritten_history(shared: Shared) -> None:
    """A force push that takes back, amends or replaces what the repository has."""
    office = shared.office
    office.git("commit", "-q", "--amend", "-m", "another message")
    shared.refuses("--force", "origin", "main", says=("[history]",))
    office.git("reset", "-q", "--hard", "origin/main~2")
    shared.refuses("--force", "origin", "main", says=("[history]",))
    office.git("checkout", "-q", "--orphan", "fresh", "origin/main")
    office.commit("office")
    shared.refuses("--force", "origin", "fresh:main", says=("[history]",))


def test_another_beginning(shared: Shared) -> None:
    """A history of nobody's, merged into the office's or on a branch of its own; the hook knows where it begins."""
    office = shared.office
    office.git("switch", "-q", "--orphan", "other")
    office.git("checkout", "-q", "main", "--", "cmplt.yaml")
    commit = office.commit("init")[:10]
    shared.refuses("origin", "other", says=("[history]", commit))
    office.git("switch", "-q", "main")
    office.later()
    office.git("merge", "-q", "--no-edit", "--allow-unrelated-histories", "-s", "ours", "other")
    shared.refuses(says=("[history]", commit))
    hook = shared.bare / "hooks" / "pre-receive"
    text = hook.read_text(encoding="utf-8")
    known = office.git("rev-parse", "origin/main").strip()
    hook.write_text(text.replace("--stdin", f"--stdin --since {known}"), encoding="utf-8")
    shared.refuses(says=("[history]", commit))


def test_a_first_push_of_two_beginnings(empty: Shared) -> None:
    """Also where there is nothing yet to compare with."""
    office = empty.office
    office.git("switch", "-q", "--orphan", "other")
    office.git("checkout", "-q", "main", "--", "cmplt.yaml")
    commit = office.commit("init")[:10]
    office.git("switch", "-q", "main")
    office.later()
    office.git("merge", "-q", "--no-edit", "--allow-unrelated-histories", "-s", "ours", "other")
    empty.refuses(says=("[history]", commit))


def test_a_branch_with_a_strange_name(shared: Shared) -> None:
    """A name that holds what some call the end of a line; git's own lines end in one way only."""
    office = shared.office
    office.do("respond", office.ids["A"], "--note", "n")
    assert "desk\u2028two" in shared.takes("origin", "main:refs/heads/desk\u2028two")


def test_a_branch_deleted(shared: Shared) -> None:
    """The branch that everybody shares stays."""
    subprocess.run(["git", "config", "receive.denyDeleteCurrent", "ignore"], cwd=shared.bare, check=True)
    shared.refuses("origin", ":main", says=("[deleted]",))


def forged_approval(office: Audited) -> None:
    office.do("propose", office.ids["B"], "--remedy", "goodwill", "--compensation", "9", "--note", "n")
    office.later()
    event = f"- at: {office.now.isoformat()}\n  by: 王芳\n  action: approve\n  role: general-manager\n"
    office.add(office.at("B"), event)


FORGERIES = {
    "deleted": lambda office: office.git("rm", "-q", office.name_of(office.at("A"))),
    "append-only": lambda office: office.edit(office.at("A"), "rating: 2", "rating: 5"),
    "author": forged_approval,
    "attachment": lambda office: (
        office.root / "attachments" / office.ids["A"] / "照片.jpg").write_bytes(b"another"),
}  # fmt: skip


@pytest.mark.parametrize("rule", FORGERIES)
def test_a_forgery_is_refused(shared: Shared, rule: str) -> None:
    """With the commit and the rule on the pusher's screen; mended, the same clone's work comes in."""
    office = shared.office
    FORGERIES[rule](office)
    commit = office.commit()
    office.do("respond", office.ids["D"], "--note", "n")
    shared.refuses(says=(f"[{rule}]", commit[:10]))
    office.git("reset", "-q", "--hard", "origin/main")
    office.do("respond", office.ids["D"], "--note", "n")
    assert office.tip() in shared.takes()


def test_old_findings_keep_nobody_out(shared: Shared) -> None:
    """What came in before there was a hook is not held against today's push."""
    office = shared.office
    hook = shared.bare / "hooks" / "pre-receive"
    hook.rename(shared.bare / "off")
    office.edit(office.at("A"), "rating: 2", "rating: 5")
    office.commit()
    shared.takes()
    (shared.bare / "off").rename(hook)
    office.do("respond", office.ids["B"], "--note", "n")
    assert office.tip() in shared.takes()


def test_an_office_with_an_old_finding_moves_in(empty: Shared) -> None:
    """A new server is told from where on to look; another history than that is kept out."""
    office, hook = empty.office, empty.bare / "hooks" / "pre-receive"
    office.edit(office.at("A"), "rating: 2", "rating: 5")
    known = office.commit()
    empty.refuses(says=("[append-only]", known[:10]))
    text = hook.read_text(encoding="utf-8")
    hook.write_text(text.replace("--stdin", f"--stdin --since {'7' * 40}"), encoding="utf-8")
    empty.refuses(says=("[history]", "7" * 40))
    hook.write_text(text.replace("--stdin", f"--stdin --since {known}"), encoding="utf-8")
    assert known in empty.takes()
    office.edit(office.at("B"), "called", "written")
    empty.refuses(says=("[append-only]", office.commit()[:10]))


def test_nothing_is_let_in_when_the_hook_cannot_judge(shared: Shared) -> None:
    """Without the program, or with lines that git would not write, the answer is no."""
    office = shared.office
    office.do("respond", office.ids["B"], "--note", "n")
    shutil.move(shared.programs / "cmplt", shared.programs / "gone")
    before = shared.refs()
    assert shared.push().returncode != 0
    assert shared.refs() == before
    done = subprocess.run([sys.executable, "-m", "cmplt", "audit", "--stdin"], cwd=shared.bare, input="garbage\n",
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert done.returncode in (2, 3, 4)
    assert "Traceback" not in done.stderr
