"""`attach`: files and the event that names them are one commit, and nothing is taken that cannot be kept."""

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from tests.office import POLICY, Office

KINDS = "attachments: {max_size: 1 KiB, kinds: {photo: {en: Photo, zh: 照片}}}\n"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder outside the office, with a photo."""
    folder = tmp_path / "desk"
    folder.mkdir()
    (folder / "照片.jpg").write_bytes(b"\xff\xd8\r\n\x00")
    return folder


def told(name: str, content: bytes, kind: str | None = None) -> dict[str, Any]:
    """What an event says of a file."""
    about = {"path": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    return about | ({"kind": kind} if kind else {})


def attached(office: Office, *args: str) -> list[str]:
    """Run a command that must make one commit, leaving nothing behind; the files of that commit."""
    before = office.git("rev-parse", "HEAD")
    office.ok(*args)
    assert len(office.commits(before)) == 1
    assert office.git("status", "--porcelain", "--ignored") == ""
    return office.git("-c", "core.quotePath=false", "show", "--format=", "--name-only", "HEAD").split()


def test_a_file_and_its_event_are_one_commit(office: Office, desk: Path) -> None:
    """Copied byte for byte under its own name, whatever a global gitignore says; size, checksum and kind written."""
    office.policy(POLICY + KINDS)
    (office.root / ".git" / "info" / "exclude").write_text("*.jpg\n", encoding="utf-8")
    complaint = office.new()
    name = f"attachments/{complaint}/照片.jpg"
    found = attached(
        office, "attach", complaint, str(desk / "照片.jpg"), "--as", "photo", "--note", "from the customer"
    )
    assert found == [name, str(office.file(complaint).relative_to(office.root))]
    content = (desk / "照片.jpg").read_bytes()
    assert (office.root / name).read_bytes() == content
    assert office.event(complaint) == {
        "at": "2026-03-16T10:00:00+08:00", "by": "王芳", "action": "attach",
        "files": [told(name, content, "photo")], "note": "from the customer",
    }  # fmt: skip
    assert office.git("log", "-1", "--format=%B").rstrip() == (
        f"attach {complaint}\n\nComplaint: {complaint}\nAction: attach"
    )
    assert office.ok("check").out == ""


def test_the_id_is_printed(office: Office, desk: Path) -> None:
    """As every command that enters an event does."""
    complaint = office.new()
    assert office.ok("attach", complaint[-4:], str(desk / "照片.jpg")).out == f"{complaint}\n"


def test_show_says_what_was_attached_in_words(office: Office, desk: Path) -> None:
    """Path, kind and size for a person; all of it as the file has it in JSON."""
    office.policy(POLICY + KINDS.replace("1 KiB", "2 MiB"))
    (desk / "b.bin").write_bytes(bytes(1536 * 1024))
    complaint = office.new()
    office.ok("attach", complaint, str(desk / "照片.jpg"), str(desk / "b.bin"), "--as", "photo")
    lines = office.ok("show", complaint).out.splitlines()
    assert f"    files: attachments/{complaint}/照片.jpg (Photo, 5 bytes)" in lines
    assert f"    files: attachments/{complaint}/b.bin (Photo, 1.5 MiB)" in lines
    assert office.json("show", complaint)[0]["events"][-1]["files"] == office.event(complaint)["files"]


def test_a_name_that_is_taken_gets_a_number(office: Office, desk: Path) -> None:
    """Other content under the same name; names that some file systems take for one are one. Nothing is overwritten."""
    complaint = office.new()
    (desk / "a").mkdir()
    for content, name in ((b"1", "photo.jpg"), (b"2", "photo.jpg"), (b"3", "a/PHOTO.JPG")):
        (desk / name).write_bytes(content)
        attached(office, "attach", complaint, str(desk / name))
    folder = office.root / "attachments" / complaint
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "photo.jpg": b"1", "photo-2.jpg": b"2", "PHOTO-3.JPG": b"3",
    }  # fmt: skip
    assert office.ok("check").out == ""


def test_brackets_in_a_name_are_no_pattern(office: Office, desk: Path) -> None:
    """Another file that `photo[1].jpg` would mean as a pattern is not committed with it."""
    complaint = office.new()
    (desk / "photo1.jpg").write_bytes(b"1")
    office.ok("attach", complaint, str(desk / "photo1.jpg"))
    other = office.root / "attachments" / complaint / "photo1.jpg"
    other.write_bytes(b"changed")
    (desk / "photo[1].jpg").write_bytes(b"2")
    office.ok("attach", complaint, str(desk / "photo[1].jpg"))
    assert office.git("status", "--porcelain").split() == ["M", f"attachments/{complaint}/photo1.jpg"]


@pytest.mark.parametrize(
    ("files", "code", "says"),
    [
        ((), 2, ["FILE"]),
        (("none.jpg",), 3, ["none.jpg", "cannot be attached"]),
        (("folder",), 3, ["it is a folder"]),
        (("link.jpg",), 3, ["it is a link"]),
        (("pipe",), 3, ["no ordinary file"]),
        (("large.bin",), 3, ["1025 bytes", "1024", "attachments.max_size"]),
        (("照片.jpg", "照片.jpg"), 3, ["照片.jpg", "already"]),
        (("/proc/self/comm",), 3, ["the size that it is said to have"]),
        (("照片.jpg", "--as", "photos"), 3, ["no kind of attachment 'photos'", "Did you mean 'photo'?"]),
        (("照片.jpg", "none.jpg"), 3, ["none.jpg"]),
        (("照片.jpg", "--at", "2026-03-16 09:00"), 3, ["before"]),
    ],
)
def test_attach_refuses(office: Office, desk: Path, files: tuple[str, ...], code: int, says: list[str]) -> None:
    """What is no ordinary file, what is too large, what the policy does not know: all or nothing."""
    office.policy(POLICY + KINDS)
    (desk / "folder").mkdir()
    (desk / "folder" / "照片.jpg").write_bytes(b"2")
    (desk / "large.bin").write_bytes(bytes(1025))
    (desk / "link.jpg").symlink_to(desk / "照片.jpg")
    os.mkfifo(desk / "pipe")
    given = [each if each.startswith(("--", "photo", "2026")) else str(desk / each) for each in files]
    office.refused(code, "attach", office.new(), *given, says=says)


def test_a_policy_without_kinds_says_where_to_name_them(office: Office, desk: Path) -> None:
    """The key to fill in."""
    office.refused(3, "attach", office.new(), str(desk / "照片.jpg"), "--as", "photo", says=["attachments.kinds"])


def test_the_same_content_is_not_attached_twice(office: Office, desk: Path) -> None:
    """Under its name, or under the one it got; under another name it is another paper."""
    complaint = office.new()
    photo = desk / "照片.jpg"
    for content in (b"1", b"2"):
        photo.write_bytes(content)
        office.ok("attach", complaint, str(photo))
    office.refused(3, "attach", complaint, str(photo), says=["照片-2.jpg", "already"])
    attached(office, "attach", complaint, str(photo.rename(desk / "b.jpg")))


@pytest.mark.parametrize("folder", ["attachments", "attachments/{}"])
def test_no_link_leads_out_of_the_office(office: Office, desk: Path, folder: str) -> None:
    """A folder that is a link is refused, and nothing is written behind it."""
    complaint = office.new()
    link = office.root / folder.format(complaint)
    link.parent.mkdir(exist_ok=True)
    elsewhere = desk.parent / "elsewhere"
    elsewhere.mkdir()
    link.symlink_to(elsewhere)
    office.refused(3, "attach", complaint, str(desk / "照片.jpg"), says=["no folder of this office"])
    assert not list(elsewhere.iterdir())


def test_a_commit_that_fails_leaves_nothing(office: Office, desk: Path) -> None:
    """A hook that refuses: file, folder, index and complaint are as they were."""
    complaint = office.new()
    hook = office.root / ".git" / "hooks" / "pre-commit"
    hook.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    office.refused(4, "attach", complaint, str(desk / "照片.jpg"))
    assert not (office.root / "attachments").exists()


@pytest.mark.parametrize("staged", [True, False])
def test_what_a_killed_command_left_is_committed_with_its_file(office: Office, desk: Path, staged: bool) -> None:
    """The next command commits event and attachment together, as the killed one would have."""
    complaint = office.new()
    office.ok("attach", complaint, str(desk / "照片.jpg"))
    lost = office.git("show", "--format=%B", "--name-status")
    office.git("reset", "-q", "--soft" if staged else "--mixed", "HEAD~1")
    before = office.git("rev-parse", "HEAD")
    office.ok("assign", complaint, "sales")
    assert len(office.commits(before)) == 2
    assert office.git("show", "--format=%B", "--name-status", "HEAD~1") == lost
    assert office.git("status", "--porcelain") == ""


@pytest.mark.parametrize("harm", ["changed", "gone", "link"])
def test_a_leftover_event_with_another_file_is_refused(office: Office, desk: Path, harm: str) -> None:
    """What lies there is not what the event says: nobody commits that unseen."""
    complaint = office.new()
    office.ok("attach", complaint, str(desk / "照片.jpg"))
    office.git("reset", "-q", "HEAD~1")
    path = office.root / "attachments" / complaint / "照片.jpg"
    path.unlink()
    if harm == "changed":
        path.write_bytes(b"other")
    if harm == "link":
        path.symlink_to(desk / "照片.jpg")
    office.refused(3, "assign", complaint, "sales", says=[f"attachments/{complaint}/照片.jpg"])


def test_a_file_that_a_killed_command_left_is_attached_again(office: Office, desk: Path) -> None:
    """Written, but not its event: check names it, and the same command succeeds under the same name."""
    complaint = office.new()
    left = office.root / "attachments" / complaint / "照片.jpg"
    left.parent.mkdir(parents=True)
    left.write_bytes((desk / "照片.jpg").read_bytes())
    assert f"attachments/{complaint}/照片.jpg:1:1: warning: no event names this file" in office.ok("check").out
    attached(office, "attach", complaint, str(desk / "照片.jpg"))
    assert [path.name for path in left.parent.iterdir()] == ["照片.jpg"]


def test_a_file_of_the_office_is_found_from_its_folder(office: Office) -> None:
    """A file put into the complaint's folder by hand is attached where it lies, its path told from -C."""
    complaint = office.new()
    folder = office.root / "attachments" / complaint
    folder.mkdir(parents=True)
    (folder / "a.txt").write_bytes(b"a")
    office.ok("attach", complaint, f"attachments/{complaint}/a.txt")
    assert office.event(complaint)["files"] == [told(f"attachments/{complaint}/a.txt", b"a")]
    assert office.git("status", "--porcelain") == ""


def test_papers_are_added_in_every_state(office: Office, desk: Path) -> None:
    """Also to what is over, and nothing that is owed is touched."""
    complaint = office.new("--department", "sales")
    office.ok("reject", complaint, "--reason", "x")
    before = office.json("show", complaint)[0]
    attached(office, "attach", complaint, str(desk / "照片.jpg"))
    after = office.json("show", complaint)[0]
    assert (after["status"], after["obligations"]) == ("rejected", before["obligations"])


def test_two_files_of_one_name_are_both_kept(office: Office, desk: Path) -> None:
    """From two folders of a phone, say: the second under the next free name, in the same commit."""
    complaint = office.new()
    (desk / "folder").mkdir()
    (desk / "folder" / "照片.jpg").write_bytes(b"2")
    office.ok("attach", complaint, str(desk / "照片.jpg"), str(desk / "folder" / "照片.jpg"))
    paths = [file["path"].rpartition("/")[2] for file in office.event(complaint)["files"]]
    assert paths == ["照片.jpg", "照片-2.jpg"]
    assert office.ok("check", "--strict").out == ""
