"""git's objects exchanged under their names: the hash that was written down would tell nothing, so audit compares."""

import shutil
import subprocess
import zlib
from collections.abc import Callable

import pytest

from tests.audited import Audited


def rewritten(office: Audited, name: str, old: bytes, new: bytes) -> None:
    """An object of the repository with other bytes under the same name."""
    kind = office.git("cat-file", "-t", name).strip()
    path = office.root / ".git" / "objects" / name[:2] / name[2:]
    header, _, content = zlib.decompress(path.read_bytes()).partition(b"\0")
    assert header.startswith(kind.encode())
    changed = content.replace(old, new)
    assert changed != content
    path.chmod(0o644)
    path.write_bytes(zlib.compress(b"%s %d\0%s" % (kind.encode(), len(changed), changed)))


def of_a_file(office: Audited) -> None:
    name = office.name_of(office.at("A"))
    rewritten(office, office.git("rev-parse", f"HEAD:{name}").strip(), b"rating: 2", b"rating: 5")


def of_a_commit(office: Audited) -> None:
    rewritten(office, office.git("rev-parse", "HEAD~3").strip(), "李明".encode(), "周洁".encode())


def of_a_folder(office: Audited) -> None:
    """A complaint's older content in place of the newer one."""
    path = office.at("A")
    old, new = (
        bytes.fromhex(office.git("rev-parse", f"{revision}:{office.name_of(path)}").strip())
        for revision in ("HEAD", "HEAD~1")
    )
    rewritten(office, office.git("rev-parse", f"HEAD:{office.name_of(path.parent)}").strip(), old, new)


def gone(office: Audited) -> None:
    name = office.git("rev-parse", f"HEAD~2:{office.name_of(office.at('A'))}").strip()
    (office.root / ".git" / "objects" / name[:2] / name[2:]).unlink()


@pytest.mark.parametrize("harm", [of_a_file, of_a_commit, of_a_folder, gone])
def test_an_object_that_is_not_what_it_is_called(audited: Audited, harm: Callable[[Audited], None]) -> None:
    """Whatever kind of object; also in a clone by path, which git copies without looking."""
    audited.silent()
    harm(audited)
    copy = audited.root.parent / "copy"
    shutil.copytree(audited.root, copy)
    for office in (audited, Audited(copy, audited.now)):
        (only,) = office.found()
        assert (only.path, only.rule, only.level) == ("HEAD", "history", "error")
        assert "another clone" in office.audit().out


def test_a_header_that_git_would_not_write_is_no_damage(audited: Audited) -> None:
    """What git's check says of a commit's header, or of objects that nothing leads to, is nobody's business."""
    audited.git("commit", "-q", "--allow-empty", "-m", "x")
    raw = audited.git("cat-file", "commit", "HEAD").replace("author 李明 <", "author 李明<", 1)
    file = audited.root.parent / "commit"
    file.write_text(raw, encoding="utf-8")
    made = audited.git("hash-object", "-t", "commit", "-w", "--literally", str(file)).strip()
    audited.git("update-ref", "refs/heads/main", made)
    checked = subprocess.run(["git", "fsck"], cwd=audited.root, capture_output=True, text=True, check=False)
    assert (checked.returncode > 0, "missingSpaceBeforeEmail" in checked.stderr) == (True, True)
    audited.silent()
