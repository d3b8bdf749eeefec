"""`check` and what is attached: every file as its event says, in the work tree and in the commit being made."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from cmplt.storage import enclosed
from tests.office import POLICY, Office


@pytest.fixture
def complaint(office: Office, tmp_path: Path) -> str:
    """A complaint with two attachments, committed; its id."""
    found = office.new()
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_bytes(name.encode())
    office.ok("attach", found, str(tmp_path / "a.txt"), str(tmp_path / "b.txt"))
    return found


def check(office: Office, code: int, *args: str) -> list[str]:
    """What check finds, without the id of the complaint."""
    result = office.run("check", *args)
    assert (result.code, result.err) == (code, "")
    return [re.sub("[0-9]{8}-[0-9a-z]{4}", "ID", line) for line in result.out.splitlines()]


def link(path: Path) -> None:
    """A link to the very content that was attached."""
    other = path.parents[3] / "same"
    other.write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(other)


def behind_a_link(path: Path) -> None:
    """The complaint's whole folder moved away, and a link put in its place."""
    path.parent.rename(path.parents[3] / "moved")
    path.parent.symlink_to(path.parents[3] / "moved")


def folder(path: Path) -> None:
    """A folder of the file's name."""
    path.unlink()
    path.mkdir()


HARMS: dict[str, tuple[Callable[[Path], object], str]] = {
    "gone": (Path.unlink, "is missing; put it back: git restore attachments/ID/a.txt"),
    "longer": (lambda path: path.write_bytes(b"longer"), "is not what was attached: it has 6 bytes, not 5"),
    "other": (lambda path: path.write_bytes(b"A.txt"), "is not what was attached: its content was changed"),
    "link": (link, "is no ordinary file, but a link, or behind one; put it back: git restore attachments/ID/a.txt"),
    "folder": (folder, "is no ordinary file, but a link, or behind one; put it back: git restore attachments/ID/a.txt"),
}
ERROR = "complaints/2026/03/ID.yaml:24:7: error: attachments/ID/a.txt {} [attachment]"


@pytest.mark.parametrize("harm", HARMS)
def test_what_happened_to_a_file(office: Office, complaint: str, harm: str) -> None:
    """An error at the event's line, before a commit and after one."""
    how, says = HARMS[harm]
    assert check(office, 0) == []
    how(office.root / "attachments" / complaint / "a.txt")
    assert check(office, 1) == [ERROR.format(says)]
    assert check(office, 1, str(office.file(complaint))) == [ERROR.format(says)]
    office.git("add", "-A", "--force")
    office.git("commit", "-qm", "by hand")
    assert check(office, 1) == [ERROR.format(says)]


def test_no_folder_is_followed_out_of_the_office(office: Office, complaint: str) -> None:
    """The content is the same, and yet it does not lie here."""
    behind_a_link(office.root / "attachments" / complaint / "a.txt")
    link, *files = check(office, 1)
    assert link.startswith(
        "attachments/ID:1:1: warning: no event names this file"
    )  # and what it leads to is not looked at
    assert [line.partition(" is ")[2] for line in files] == [
        "no ordinary file, but a link, or behind one; put it back: git restore attachments/ID/a.txt [attachment]",
        "no ordinary file, but a link, or behind one; put it back: git restore attachments/ID/b.txt [attachment]",
    ]


def test_a_file_that_no_event_names(office: Office, complaint: str) -> None:
    """A warning; with the complaint alone too. What a system puts there by itself is passed over."""
    path = office.root / "attachments" / complaint / "deep" / "c.txt"
    path.parent.mkdir()
    path.write_bytes(b"c")
    (path.parent / ".DS_Store").write_bytes(b"")
    stranger = office.root / "attachments" / "20260101-zzzz" / "d.txt"
    stranger.parent.mkdir()
    stranger.write_bytes(b"d")
    unnamed = (
        "attachments/ID/deep/c.txt:1:1: warning: no event names this file; "
        "attach it: cmplt attach ID attachments/ID/deep/c.txt, or remove it [attachment]"
    )
    nobodys = (
        "attachments/ID/d.txt:1:1: warning: "
        "there is no complaint or measure ID that this file could belong to; remove it [attachment]"
    )
    assert check(office, 0) == [nobodys, unnamed]
    assert check(office, 0, str(office.file(complaint))) == [unnamed]


def test_a_complaint_that_cannot_be_read_names_no_strangers(office: Office, complaint: str) -> None:
    """What its events name is not known then."""
    office.file(complaint).write_text("id: [", encoding="utf-8")
    assert [line for line in check(office, 1) if "[attachment]" in line] == []


def test_the_commit_is_judged_by_what_is_in_it(office: Office, complaint: str) -> None:
    """The index counts, not the work tree; a file that changes without its complaint is found as well."""
    path = office.root / "attachments" / complaint / "a.txt"
    path.write_bytes(b"A.txt")
    assert check(office, 0, "--staged") == []
    office.git("add", "-A", "--force")
    path.write_bytes(b"a.txt")
    assert check(office, 1, "--staged") == [ERROR.format("is not what was attached: its content was changed")]
    assert check(office, 0) == []
    office.git("rm", "-q", "--cached", "--force", str(path))
    assert check(office, 1, "--staged") == [ERROR.format("is missing; put it back: git restore attachments/ID/a.txt")]
    (path.parent / "c.txt").write_bytes(b"c")
    office.git("add", "-A", "--force")
    assert [line.partition(": ")[2][:38] for line in check(office, 0, "--staged")] == [
        "warning: no event names this file; att"
    ]


def test_an_event_without_its_file_is_found_in_the_commit(office: Office, complaint: str) -> None:
    """Somebody commits the complaint and forgets the attachment."""
    office.git("reset", "-q", "--mixed", "HEAD~1")
    office.git("add", "complaints")
    assert [line.partition("error: ")[2] for line in check(office, 1, "--staged")] == [
        f"attachments/ID/{name} is missing; put it back: git restore attachments/ID/{name} [attachment]"
        for name in ("a.txt", "b.txt")
    ]


def test_a_kind_that_the_policy_does_not_know(office: Office, complaint: str, tmp_path: Path) -> None:
    """A warning at its place, once: the name may have been taken out of the policy."""
    office.policy(POLICY + "attachments: {kinds: {photo: Photo}}\n")
    (tmp_path / "c.txt").write_bytes(b"c")
    office.ok("attach", complaint, str(tmp_path / "c.txt"), "--as", "photo")
    assert check(office, 0) == []
    office.policy(POLICY)
    assert [line.partition(": ")[2] for line in check(office, 0)] == [
        "warning: 'photo' is not in the policy's attachments [policy:names]"
    ]


@pytest.mark.parametrize("path", ["../secret", "/etc/hostname", "a/../../b", 5, None])
def test_a_path_out_of_the_office_is_not_looked_at(tmp_path: Path, path: object) -> None:
    """The schema says what is wrong with it."""
    shelf = enclosed.OnDisk(tmp_path)
    assert not list(enclosed.problems("x", "a: 1\n", "20260316-7k3f", [{"files": [{"path": path}, "x"]}], shelf))


def test_only_what_has_the_right_size_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checksum is worked out of what is named and may be right, of nothing else."""
    (tmp_path / "a").write_bytes(b"long")
    monkeypatch.setattr(enclosed, "_sum", lambda path: pytest.fail("it was read"))
    assert enclosed.OnDisk(tmp_path).look("a", 3) == enclosed.Found(True, 4)
