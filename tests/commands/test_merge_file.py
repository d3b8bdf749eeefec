"""`merge-file`: what git is told by an exit code, and a person by marks and a reason."""

import os
import subprocess
from pathlib import Path

import pytest

from cmplt.repository import driver
from cmplt.storage import yamlfile
from tests.office import Office, Result


@pytest.fixture
def sides(office: Office) -> dict[str, Path]:
    """A complaint, and two sides that each responded, as three files outside the office."""
    path = office.file(office.new("--department", "sales"))
    folder = office.root.parent / "sides"
    folder.mkdir()
    found = {"base": folder / "base", "ours": folder / "ours", "theirs": folder / "theirs"}
    found["base"].write_bytes(path.read_bytes())
    for name, minute in (("ours", "05"), ("theirs", "03")):
        office.ok("respond", path.stem, "--note", name, now=f"2026-03-16T10:{minute}:00+08:00")
        found[name].write_bytes(path.read_bytes())
        office.git("reset", "-q", "--hard", "HEAD~1")
    return found


def merge(office: Office, sides: dict[str, Path], *name: str) -> Result:
    return office.run("merge-file", *(str(path) for path in sides.values()), *name)


def conflict(office: Office, sides: dict[str, Path], says: str) -> bytes:
    """A merge that must end in a conflict: exit 1, the reason on stderr alone, marks in `ours`, both sides whole."""
    ours, theirs, base = (sides[name].read_bytes() for name in ("ours", "theirs", "base"))
    result = merge(office, sides, "complaints/x.yaml")
    assert (result.code, result.out) == (1, "")
    assert result.err.startswith("complaints/x.yaml: conflict: ") and says in result.err
    assert len(result.err.splitlines()) == 1
    content = sides["ours"].read_bytes()
    head, _, rest = content.partition(b"<<<<<<< ours\n")
    first, _, rest = rest.partition(b"=======\n")
    second, _, tail = rest.partition(b">>>>>>> theirs\n")
    assert (head + first + tail).rstrip(b"\n") == ours.rstrip(b"\n")
    assert (head + second + tail).rstrip(b"\n") == theirs.rstrip(b"\n")
    assert (sides["theirs"].read_bytes(), sides["base"].read_bytes()) == (theirs, base)
    return content


def test_both_sides_are_in_ours(office: Office, sides: dict[str, Path]) -> None:
    """Exit 0 without a word; the events by their instants behind what was shared, the other two files untouched."""
    before = {name: path.read_bytes() for name, path in sides.items()}
    result = merge(office, sides)
    assert (result.code, result.out, result.err) == (0, "", "")
    content = sides["ours"].read_bytes()
    assert content.startswith(before["base"])
    events = yamlfile.load(content.decode())["events"]
    assert [each.get("note") for each in events[-2:]] == ["theirs", "ours"]
    assert (sides["base"].read_bytes(), sides["theirs"].read_bytes()) == (before["base"], before["theirs"])


def test_facts_that_differ(office: Office, sides: dict[str, Path]) -> None:
    """Marks stand around what differs, so that git and `check` see it, and the complaint's text is not told."""
    for name in ("ours", "theirs"):
        sides[name].write_text(sides[name].read_text(encoding="utf-8").replace("态度冷淡", name), encoding="utf-8")
    content = conflict(office, sides, "was changed")
    with pytest.raises(yamlfile.YamlProblem):
        yamlfile.load(content.decode())


def test_marks_are_never_a_part_of_the_text(office: Office, sides: dict[str, Path]) -> None:
    """Where two sides differ in one line of a text in quotes, marks there would only be read as more of it."""
    for name, path in sides.items():
        path.write_text(path.read_text(encoding="utf-8").replace("态度冷淡", f'"a\n{name}\nb"'), encoding="utf-8")
    content = conflict(office, sides, "was changed")
    with pytest.raises(yamlfile.YamlProblem):
        yamlfile.load(content.decode())


@pytest.mark.parametrize("side", ["ours", "theirs", "base"])
@pytest.mark.parametrize(
    ("harm", "says"),
    [(b"id: [", "cannot be read"), (b"\xff\xfe: 1\n", "cannot be read"), (b"a" * (1 << 20 | 1), "cannot be read"),
     (b"- 1\n", "cannot be read")],
    ids=["yaml", "encoding", "size", "list"],
)  # fmt: skip
def test_what_cannot_be_read(office: Office, sides: dict[str, Path], side: str, harm: bytes, says: str) -> None:
    """Whichever of the three it is: a conflict, never a traceback and never a guess."""
    sides[side].write_bytes(harm)
    conflict(office, sides, says)


def test_two_files_of_one_name(office: Office, sides: dict[str, Path]) -> None:
    """git hands an empty base over where both sides made the file."""
    sides["base"].write_bytes(b"")
    conflict(office, sides, "share nothing")


def test_three_files_are_needed(office: Office, sides: dict[str, Path]) -> None:
    """A missing file, a folder or too few words are a usage error, and nothing is written."""
    before = sides["ours"].read_bytes()
    base, ours, theirs = map(str, sides.values())
    for words in ([base, ours], [base, ours, f"{theirs}.gone"], [f"{base}.gone", ours, theirs], [base, "..", theirs]):
        result = office.run("merge-file", *words)
        assert (result.code, result.out) == (2, ""), words
        assert "Traceback" not in result.err
    assert sides["ours"].read_bytes() == before


def test_it_is_gits_command_and_not_a_clerks(office: Office) -> None:
    """Not among the commands that `--help` lists, yet it explains itself."""
    assert "merge-file" not in office.ok("--help").out
    assert "merge driver" in office.ok("merge-file", "--help").out


def test_it_needs_no_office(office: Office, sides: dict[str, Path]) -> None:
    """git runs it where it likes."""
    assert office.run("merge-file", *map(str, sides.values()), cwd=sides["ours"].parent).code == 0


def test_nothing_of_the_office_is_imported(office: Office) -> None:
    """A folder `cmplt` at the root, as anybody could push it, is not what git runs; the merge is."""
    complaint = office.new("--department", "sales")
    trap = office.root / "cmplt"
    trap.mkdir()
    for name in ("__init__.py", "__main__.py", "cli.py", "../yaml.py", "../click.py"):
        (trap / name).write_text("open('trapped', 'w').close()\n", encoding="utf-8")
    office.git("checkout", "-qb", "other")
    office.ok("respond", complaint, "--note", "one")
    office.git("checkout", "-q", "main")
    office.ok("respond", complaint, "--note", "two", now="2026-03-16T10:01:00+08:00")
    words = ["git", *driver.settings(), "merge", "-q", "-m", "x", "other"]
    env = {**os.environ, **office.identity()}
    done = subprocess.run(words, cwd=office.root, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert [event["note"] for event in office.data(complaint)["events"][-2:]] == ["one", "two"]
    assert not (office.root / "trapped").exists()
