"""git's merge driver: what plain git makes of two sides with it and without it, and how a clone gets it."""

import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cmplt.repository import driver
from cmplt.storage import yamlfile
from cmplt.storage.merging import merged
from tests.office import Office

Act = Callable[[Office, str], object]
MARKS = ("<<<<<<< ", "=======\n", ">>>>>>> ")


@pytest.fixture
def complaint(office: Office) -> str:
    """A complaint that both sides know, and that is over: whatever comes later, each side can write to it."""
    complaint = office.new("--department", "sales")
    office.ok("reject", complaint, "--reason", "not valid", now="2026-03-16T10:05:00+08:00")
    return complaint


def adds(*texts: str) -> Act:
    """A side that appends events with these texts."""

    def act(office: Office, complaint: str) -> None:
        for text in texts:
            office.ok("adjust", complaint, "--points", "1", "--reason", text)

    return act


def at_once(act: Act) -> Act:
    """A side whose clock and name are the other's; that its commits are not the very same, it has another address."""

    def acted(office: Office, complaint: str) -> None:
        office.now, office.email = office.now.replace(minute=10), "another@example.com"
        act(office, complaint)

    return acted


def redacts(office: Office, complaint: str) -> None:
    office.ok("redact", complaint, "--reason", "asked for")


def attaches(text: str) -> Act:
    """A side that attaches a file of a name that the other side's has too."""

    def act(office: Office, complaint: str) -> None:
        paper = office.root.parent / "photo.jpg"
        paper.write_text(text, encoding="utf-8")
        office.ok("attach", complaint, str(paper))

    return act


def edits(subject: str) -> Act:
    """A side on which somebody changed a fact with an editor."""

    def act(office: Office, complaint: str) -> None:
        path = office.file(complaint)
        path.write_text(text_of(office, complaint).replace("态度冷淡", subject), encoding="utf-8")
        office.git("commit", "-qam", "edited")

    return act


def makes(text: str) -> Act:
    """A side on which a file was made by hand, under a name that the other side gave another one."""

    def act(office: Office, complaint: str) -> None:
        copied = text_of(office, complaint).replace(complaint, "20260316-zzzz").replace("态度冷淡", text)
        office.file("20260316-zzzz").write_text(copied, encoding="utf-8")
        office.git("add", "complaints")
        office.git("commit", "-qm", "made")

    return act


SIDES: dict[str, tuple[Act, Act]] = {
    "events": (adds("ours"), adds("theirs", "theirs again")),
    "events that begin alike": (adds("alike", "ours"), at_once(adds("alike", "theirs"))),
    "events of which one side has more": (adds("alike"), at_once(adds("alike", "theirs"))),
    "an event and a redaction": (adds("ours"), redacts),
    "a redaction and an event": (redacts, adds("theirs")),
    "the same attachment": (attaches("same"), attaches("same")),
}


def text_of(office: Office, complaint: str) -> str:
    return office.file(complaint).read_text(encoding="utf-8")


def divided(office: Office, complaint: str, ours: Act, theirs: Act) -> tuple[str, str, str]:
    """Let `main` and `other` go on from what there is; the file as both began, as ours, as theirs."""
    texts = [text_of(office, complaint)]
    office.git("branch", "other")
    for minute, branch, act in ((10, "main", ours), (20, "other", theirs)):
        office.git("checkout", "-q", branch)
        office.now = office.now.replace(minute=minute)
        act(office, complaint)
        texts.append(text_of(office, complaint))
    office.git("checkout", "-q", "main")
    return texts[0], texts[1], texts[2]


def git(office: Office, *args: str) -> subprocess.CompletedProcess[str]:
    """Run git as a clerk would, whatever comes of it."""
    env = {**os.environ, **office.identity()}
    return subprocess.run(["git", *args], cwd=office.root, env=env, capture_output=True, text=True, check=False)


def assert_in_conflict(office: Office, complaint: str) -> None:
    """git says so, the file has its marks, and so neither git commits it nor cmplt reads it."""
    assert office.file(complaint).relative_to(office.root).as_posix() in office.git(
        "diff", "--name-only", "--diff-filter=U"
    )
    text = text_of(office, complaint)
    assert all(any(line.startswith(mark) for line in text.splitlines(keepends=True)) for mark in MARKS), text
    with pytest.raises(yamlfile.YamlProblem):
        yamlfile.load(text)


# --- without it -------------------------------------------------------------------------------------------------


def use(office: Office, python: str) -> None:
    """Register the driver as one that runs with another interpreter."""
    office.git("config", "merge.cmplt.driver", driver.command().replace(shlex.quote(sys.executable), python))


def unregistered(office: Office) -> None:
    office.git("config", "--remove-section", "merge.cmplt")


def without_python(office: Office) -> None:
    use(office, "/nowhere/bin/python")


def without_cmplt(office: Office) -> None:
    """The interpreter is there, and the program was taken out of it."""
    python = office.root.parent / "python"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -I -S "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    use(office, str(python))


@pytest.mark.parametrize("missing", [unregistered, without_python, without_cmplt])
@pytest.mark.parametrize("sides", SIDES)
def test_without_the_driver_two_sides_are_an_ordinary_conflict(
    office: Office, complaint: str, sides: str, missing: Callable[[Office], None]
) -> None:
    """With marks in the file, whichever way the driver is missing; never a file of one side, or of parts of both."""
    divided(office, complaint, *SIDES[sides])
    missing(office)
    merge = git(office, "merge", "-q", "other")
    assert merge.returncode == 1, merge
    assert_in_conflict(office, complaint)


# --- with it ----------------------------------------------------------------------------------------------------

WAYS = {
    "merge": ("merge", "-q", "other"),
    "pull": ("pull", "-q", "--no-rebase", ".", "other"),
    "pull --rebase": ("pull", "-q", "--rebase", ".", "other"),
    "rebase": ("rebase", "-q", "other"),
    "cherry-pick": ("cherry-pick", "main..other"),
}


@pytest.mark.parametrize("way", WAYS)
def test_plain_git_gives_what_the_rule_gives(office: Office, complaint: str, way: str) -> None:
    """Whichever way both sides come together, in an office that `init` made."""
    base, ours, theirs = divided(office, complaint, adds("ours"), adds("theirs"))
    done = git(office, *WAYS[way])
    assert done.returncode == 0, done
    assert text_of(office, complaint) == merged(base, ours, theirs)
    assert office.git("status", "--porcelain") == ""


@pytest.mark.parametrize("sides", SIDES)
def test_both_clones_get_the_same(office: Office, complaint: str, sides: str) -> None:
    """Whatever the sides are, and whoever merges."""
    base, ours, theirs = divided(office, complaint, *SIDES[sides])
    for branch, other in (("main", "other"), ("other", "main~1")):
        office.git("checkout", "-q", branch)
        assert git(office, "merge", "-q", other).returncode == 0
        assert text_of(office, complaint) == merged(base, ours, theirs)


@pytest.mark.parametrize("act", [edits, makes])
def test_where_the_rule_does_not_apply_git_is_told_so(
    office: Office, complaint: str, act: Callable[[str], Act]
) -> None:
    """A fact edited on both sides, two files of one name: exit 1, with marks."""
    divided(office, complaint, act("ours"), act("theirs"))
    assert git(office, "merge", "-q", "other").returncode == 1
    assert_in_conflict(office, complaint if act is edits else "20260316-zzzz")


# --- how a clone gets it ----------------------------------------------------------------------------------------


@pytest.fixture
def clone(office: Office, complaint: str, tmp_path: Path) -> Office:
    """A fresh clone by plain git: it has the attribute, and no driver."""
    office.git("clone", "-q", str(office.root), str(tmp_path / "clone"))
    clone = Office(tmp_path / "clone", office.now)
    assert configured(clone) == ""
    return clone


def configured(office: Office) -> str:
    return git(office, "config", "merge.cmplt.driver").stdout


def test_the_first_command_in_a_fresh_clone_registers_it(clone: Office, complaint: str) -> None:
    """Also one that only reads; plain git then merges by the rule."""
    clone.ok("list")
    assert configured(clone).rstrip("\n") == driver.command()
    base, ours, theirs = divided(clone, complaint, adds("ours"), adds("theirs"))
    assert git(clone, "merge", "-q", "other").returncode == 0
    assert text_of(clone, complaint) == merged(base, ours, theirs)


def test_a_driver_whose_python_has_gone_is_registered_anew(clone: Office) -> None:
    """The folder that a program was installed in has another name today."""
    without_python(clone)
    clone.ok("list")
    assert configured(clone).rstrip("\n") == driver.command()


def test_where_it_is_registered_no_command_asks_git(clone: Office) -> None:
    """`list` starts as fast as before: it does not load what git is asked with."""
    clone.ok("list")
    asked = "import sys; from cmplt.cli import run; run(sys.argv[1:]); sys.exit('git' in sys.modules)"
    words = (sys.executable, "-c", asked, "-C", str(clone.root), "list", "--all")
    assert subprocess.run(words, capture_output=True, check=False).returncode == 0


def test_a_repository_that_may_only_be_read_is_left_alone(clone: Office, complaint: str) -> None:
    """The command that reads does its work all the same, and says nothing of it."""
    folder = clone.root / ".git"
    before = (folder / "config").read_bytes()
    (folder / "config.lock").touch()  # which keeps root from writing too
    folder.chmod(0o555)
    try:
        result = clone.ok("list", "--all")
    finally:
        folder.chmod(0o755)
    assert complaint in result.out
    assert result.err == ""
    assert (folder / "config").read_bytes() == before
