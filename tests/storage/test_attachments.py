"""Attachments: names that every clone can hold, and files taken as they are."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain.policy import Policy
from cmplt.errors import Missing, NotTaken
from cmplt.storage import attachments, validate, yamlfile
from tests.office import POLICY

DATA = yamlfile.load(POLICY)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("photo.jpg", "photo.jpg"),
        ("合同 (签字).pdf", "合同 (签字).pdf"),
        ("cafe\u0301.txt", "caf\u00e9.txt"),
        ("a\\b:c*d?.txt", "a_b_c_d_.txt"),
        ('"<a>|b"', "__a__b_"),
        ("a\nb\t\x1b[0m.txt", "a_b__[0m.txt"),
        ("\u202egpj.exe", "_gpj.exe"),
        ("a\udcff.txt", "a_.txt"),
        (" a .txt. ", "a .txt"),
        (".git", "_git"),
        (".gitattributes", "_gitattributes"),
        ("...", "_"),
        ("git~1", "_git~1"),
        ("CON.txt", "_CON.txt"),
        ("console.txt", "console.txt"),
        ("-rf", "-rf"),
        ("客" * 90 + ".jpg", "客" * 65 + ".jpg"),
        ("x" * 300, "x" * 200),
    ],
)
def test_names_are_made_harmless(name: str, kept: str) -> None:
    """What no git, YAML or file system can hold becomes an underscore; Chinese stays."""
    assert attachments.harmless(name) == kept


@given(st.text(st.characters(), min_size=1))
def test_any_name_can_be_kept(name: str) -> None:
    """Whatever a file is called: the schema takes it, it stays in its folder, and it is harmless for good."""
    kept = attachments.harmless(name)
    path = Path("attachments/20260316-7k3f") / kept
    assert (path.parent, path.name) == (Path("attachments/20260316-7k3f"), kept)
    assert attachments.harmless(kept) == kept == unicodedata.normalize("NFC", kept)
    assert len(kept.encode()) <= 210
    event = {"at": "2026-03-16T10:00:00+08:00", "by": "x", "action": "attach",
             "files": [{"path": path.as_posix(), "size": 0, "sha256": "0" * 64}]}  # fmt: skip
    assert not [each for each in validate.complaint_findings({"events": [event]}) if "files" in each[0]]


@pytest.mark.parametrize(("size", "limit"), [(None, 20 << 20), ("3 KiB", 3072), ("2 MiB", 2 << 20), ("1 GiB", 1 << 30)])
def test_the_limit_is_the_policys(size: str | None, limit: int) -> None:
    """20 MiB where it says nothing."""
    policy = Policy({**DATA, **({"attachments": {"max_size": size}} if size else {})})
    assert attachments.largest(policy) == limit


def test_a_file_of_just_the_limit_is_taken(tmp_path: Path) -> None:
    """One byte more is not; the empty file is one."""
    policy = Policy({**DATA, "attachments": {"max_size": "1 KiB"}})
    (tmp_path / "a").write_bytes(bytes(1024))
    (tmp_path / "b").write_bytes(b"")
    content, files = attachments.take(tmp_path, "20260316-7k3f", [tmp_path / "a", tmp_path / "b"], None, policy)
    folder = tmp_path / "attachments" / "20260316-7k3f"
    assert content == {folder / "a": bytes(1024), folder / "b": b""}
    assert [(each["path"], each["size"]) for each in files] == [
        ("attachments/20260316-7k3f/a", 1024), ("attachments/20260316-7k3f/b", 0),
    ]  # fmt: skip


def test_nothing_to_attach(tmp_path: Path) -> None:
    """An empty list is refused."""
    with pytest.raises(Missing):
        attachments.take(tmp_path, "20260316-7k3f", [], None, Policy(DATA))


def test_a_name_that_no_file_has(tmp_path: Path) -> None:
    """A zero byte in a path is refused as what is not there."""
    with pytest.raises(NotTaken):
        attachments.take(tmp_path, "20260316-7k3f", [tmp_path / "a\0b"], None, Policy(DATA))


def test_what_lies_in_the_way(tmp_path: Path) -> None:
    """A folder, a link or another file of that name, named by no event, is left alone: the next name is taken."""
    folder = tmp_path / "attachments" / "20260316-7k3f"
    (folder / "a.txt").mkdir(parents=True)
    (folder / "a-2.txt").symlink_to(tmp_path / "a.txt")
    (folder / "a-3.txt").write_bytes(b"other")
    (tmp_path / "a.txt").write_bytes(b"a")
    content, _ = attachments.take(tmp_path, "20260316-7k3f", [tmp_path / "a.txt"], None, Policy(DATA))
    assert list(content) == [folder / "a-4.txt"]
