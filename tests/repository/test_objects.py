"""What git has under its objects' names: told in any repository, and only as long as it fits the name."""

import gc
import hashlib
import os
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from cmplt.errors import Damaged, GitFailed
from cmplt.repository.ledger import Ledger
from tests.office import Office

CONTENT = b"rating: 2\nx: \0\r\n"
LARGEST = 1 << 20


@pytest.fixture(params=["sha1", "sha256"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    """A repository with one commit of a file and an empty one, whose names are made in either way."""
    git(tmp_path, "init", "-q", f"--object-format={request.param}")
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "a b").write_bytes(CONTENT)
    (tmp_path / "empty").touch()
    git(tmp_path, "add", "-A")
    git(tmp_path, "-c", "user.name=x", "-c", "user.email=x@x", "commit", "-qm", "x")
    return Ledger(tmp_path)


def git(root: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=True).stdout.strip()


def name_of(root: Path, expression: str = "HEAD:d/a b") -> str:
    return git(root, "rev-parse", expression)


def exchange(root: Path, name: str, content: bytes = CONTENT.replace(b"2", b"5")) -> None:
    """Put another content where git keeps that of a name."""
    path = root / ".git" / "objects" / name[:2] / name[2:]
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"blob %d\0" % len(content) + content))


def test_what_there_is(ledger: Ledger) -> None:
    """Name, size, content and digest of a file; several times, in any order, the empty one too."""
    name, empty = name_of(ledger.root), name_of(ledger.root, "HEAD:empty")
    for _ in range(2):
        assert ledger.named("HEAD:d/a b") == (name, len(CONTENT))
        assert ledger.named(name) == (name, len(CONTENT))
        assert ledger.blob(name) == ledger.content(name, LARGEST) == CONTENT
        assert ledger.digest(name) == hashlib.sha256(CONTENT).hexdigest()
        assert ledger.blob(empty) == b""
    assert list(ledger.contents([name, empty], LARGEST)) == [(name, CONTENT), (empty, b"")]


@pytest.mark.parametrize(
    "expression", ["HEAD:no", "no:d/a b", "HEAD:d/a b\n", "HEAD:d/a b\0", "", "0" * 40, "HEAD:d/甲"]
)
def test_what_there_is_not(ledger: Ledger, expression: str) -> None:
    """Nothing is found, and the next question has its own answer."""
    assert ledger.named(expression) is None
    assert ledger.named("HEAD:empty") == (name_of(ledger.root, "HEAD:empty"), 0)


def test_no_file(ledger: Ledger) -> None:
    """A folder has a name and no content, and what is missing has none either."""
    folder = name_of(ledger.root, "HEAD:d")
    for name in (folder, "0" * len(folder)):
        with pytest.raises(GitFailed):
            ledger.blob(name)
    assert ledger.blob(name_of(ledger.root)) == CONTENT


READINGS: list[Callable[[Ledger, str], object]] = [
    lambda ledger, name: ledger.blob(name),
    lambda ledger, name: ledger.content(name, LARGEST),
    lambda ledger, name: ledger.digest(name),
    lambda ledger, name: list(ledger.contents([name], LARGEST)),
    lambda ledger, name: ledger.committed(ledger.root / "d" / "a b"),
]


@pytest.mark.parametrize("reading", READINGS, ids=["blob", "content", "digest", "contents", "committed"])
def test_a_content_that_was_exchanged(ledger: Ledger, reading: Callable[[Ledger, str], object]) -> None:
    """git hands it out under the old name; here it is named, and nothing of it is believed."""
    name, empty = name_of(ledger.root), name_of(ledger.root, "HEAD:empty")
    exchange(ledger.root, name)
    assert git(ledger.root, "cat-file", "blob", name).startswith("rating: 5")
    with pytest.raises(Damaged) as error:
        reading(ledger, name)
    assert error.value.fields["name"] == name
    assert ledger.blob(empty) == b""


def test_nothing_larger_than_wanted_is_read(ledger: Ledger) -> None:
    """Of that there is the size, and nobody has looked into it."""
    name = name_of(ledger.root)
    exchange(ledger.root, name)
    assert ledger.content(name, len(CONTENT) - 1) == len(CONTENT)
    assert list(ledger.contents([name], len(CONTENT) - 1)) == [(name, len(CONTENT))]


def test_git_that_ends(ledger: Ledger) -> None:
    """What git has to say comes with the error, and it is begun again for the next question."""
    name = name_of(ledger.root)
    path = ledger.root / ".git" / "objects" / name[:2] / name[2:]
    kept = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(b"")
    with pytest.raises(GitFailed) as error:
        ledger.blob(name)
    assert "empty" in error.value.fields["output"] or "missing" in error.value.fields["output"]
    path.write_bytes(kept)
    assert ledger.blob(name) == CONTENT


def test_its_processes_end_with_it(ledger: Ledger) -> None:
    """Nobody has to close anything."""
    ledger.blob(name_of(ledger.root))
    ledger.named("HEAD")
    running = [process.pid for process, _ in ledger.objects._asked.values()]
    assert len(running) == 2
    del ledger.__dict__["objects"]
    gc.collect()
    assert not [pid for pid in running if Path(f"/proc/{pid}").exists()]


def test_audit_names_an_exchanged_content(office: Office) -> None:
    """The same commits, another content: a finding in this clone and in a fresh one; what reads it there is refused."""
    complaint = office.new("--department", "sales")
    name = office.git("rev-parse", f"HEAD:{office.file(complaint).relative_to(office.root)}").strip()
    exchange(office.root, name, office.file(complaint).read_bytes().replace("态度冷淡".encode(), "态度很好".encode()))
    office.git("clone", "-q", str(office.root), "../fresh")
    for desk in (office, Office(office.root.parent / "fresh", office.now)):
        result = desk.run("audit")
        assert result.code == 1
        assert "damaged, or were exchanged" in result.out
        log = desk.run("report", "--rev", "HEAD", "--month", "2026-03", "--no-write")
        assert log.code == 4
        assert f"git's object {name} is damaged or was exchanged" in log.err


def test_an_office_whose_objects_have_long_names(office: Office) -> None:
    """In a SHA-256 repository every command that looks into the history does as in any other."""
    root = office.root.parent / "long"
    git(office.root.parent, "init", "-q", "--object-format=sha256", str(root))
    git(office.root.parent, "init", "-q", "--bare", "--object-format=sha256", "--initial-branch=main", "long.git")
    desk = Office(root, office.now)
    desk.ok("init", ".", "--profile", "auto-dealer")
    paper = root.parent / "照片.jpg"
    paper.write_bytes(os.urandom(5000))
    facts = ["--channel", "phone", "--category", "sales-attitude", "--customer", "x", "--contact", "13800000000"]
    complaint = desk.ok("new", *facts, "--subject", "s", "--detail", "plate=12345").out.split()[-1]
    desk.ok("assign", complaint, "sales")
    desk.ok("attach", complaint, str(paper))
    desk.git("remote", "add", "origin", "../long.git")
    assert desk.ok("sync").out.startswith("commits: 0 received, ")
    assert desk.ok("audit").out == desk.ok("check").out == ""
    assert desk.ok("report", "--month", "2026-02", "--no-write").out
