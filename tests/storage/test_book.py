"""The complaints of an office as a collection: which files there are, which one an id means, what is in the way."""

import os
import shutil
from pathlib import Path

import pytest

from cmplt.domain.complaint import Complaint
from cmplt.errors import AmbiguousId, NoSuchComplaint, Problem, Unreadable
from cmplt.output.messages import sentence
from cmplt.storage.book import Book, File

TEXT = """\
id: {id}
received: 2026-03-16T10:00:00+08:00
channel: phone
customer: {{name: 甲}}
category: attitude
severity: general
subject: 态度冷淡
events:
  - {{at: 2026-03-16T10:00:00+08:00, by: 王芳, action: register}}
"""
FOUR = ("20251230-0000", "20260316-7k3f", "20260316-7k3g", "20260401-ab16")


def put(root: Path, complaint_id: str, content: bytes | None = None, name: str = "") -> Path:
    """Put a complaint's file where it belongs, or under another name."""
    path = root / (name or f"complaints/{complaint_id[:4]}/{complaint_id[4:6]}/{complaint_id}.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(TEXT.format(id=complaint_id).encode() if content is None else content)
    return path


@pytest.fixture
def book(tmp_path: Path) -> Book:
    """A book of four complaints."""
    for each in reversed(FOUR):
        put(tmp_path, each)
    return Book(tmp_path)


def test_the_complaints_in_order(book: Book) -> None:
    """Every complaint is found, oldest id first, in whatever folder it lies, and read."""
    assert tuple(book.paths) == FOUR
    complaints, problems = book.all()
    assert [each.id for each in complaints] == list(FOUR)
    assert problems == []


def test_no_complaint_yet(tmp_path: Path) -> None:
    """An office without a complaint has an empty book."""
    book = Book(tmp_path)
    assert (book.paths, book.all()) == ({}, ([], []))
    with pytest.raises(NoSuchComplaint):
        book.find("7k3f")


def test_where_a_complaint_belongs(book: Book) -> None:
    """A complaint's folder is the year and the month that its id begins with."""
    for each in FOUR:
        assert book.path_of(each) == book.paths[each]
    assert book.path_of("20260401-ab16") == book.root / "complaints/2026/04/20260401-ab16.yaml"


@pytest.mark.parametrize(
    ("part", "found"),
    [("20260316-7k3f", 1), ("7k3f", 1), ("k3g", 2), ("6", 3), ("2025", 0), ("20260401", 3), ("7K3F", 1), (" 7k3f ", 1),
     ("0000", 0), ("20260316-7k3G", 2)],
)  # fmt: skip
def test_a_part_of_an_id(book: Book, part: str, found: int) -> None:
    """The whole id, or whatever begins or ends exactly one, in either case of letters."""
    assert book.find(part) == book.paths[FOUR[found]]


def test_a_whole_id_is_never_ambiguous(book: Book) -> None:
    """An id that is given whole means that complaint, even if others end like it."""
    put(book.root, "20260316-0000")
    assert Book(book.root).find("20251230-0000").stem == "20251230-0000"
    with pytest.raises(AmbiguousId):
        Book(book.root).find("0000")


@pytest.mark.parametrize(
    ("part", "matches"), [("2026", FOUR[1:]), ("20260316", FOUR[1:3]), ("2", FOUR), ("20260316-7k3", FOUR[1:3])]
)
def test_an_ambiguous_part(book: Book, part: str, matches: tuple[str, ...]) -> None:
    """A part that several ids begin or end with is refused, and they are named."""
    with pytest.raises(AmbiguousId) as caught:
        book.find(part)
    assert caught.value.fields == {"id": part, "matches": list(matches)}


@pytest.mark.parametrize(
    ("part", "near"),
    [
        ("7k3x", True),
        ("20260316-7k3h", True),
        ("zzzz", False),
        ("", False),
        ("-", False),
        ("*", False),
        ("../x", False),
    ],
)
def test_no_such_complaint(book: Book, part: str, near: bool) -> None:
    """What no id begins or ends with is refused; a slip of the finger is answered with the nearest id."""
    with pytest.raises(NoSuchComplaint) as caught:
        book.find(part)
    assert bool(caught.value.fields["near"]) is near
    assert set(caught.value.fields["near"]) <= {"20260316-7k3f", "20260316-7k3g"}


def test_read_gives_path_text_and_complaint(book: Book) -> None:
    """A file that can be read comes with its text as it stands, line ends included."""
    path = put(book.root, FOUR[1], TEXT.format(id=FOUR[1]).replace("\n", "\r\n").encode())
    found = book.open(path)
    assert isinstance(found, File)
    assert isinstance(found.complaint, Complaint)
    assert (found.path, found.text.count("\r\n"), found.complaint.id) == (path, 9, FOUR[1])


SECOND = TEXT.format(id=FOUR[1])


def but(old: str, new: str) -> bytes:
    """The second complaint's file with something in it replaced."""
    assert old in SECOND
    return SECOND.replace(old, new).encode()


OTHER_ID = "the id is 20251230-0000, but the file is named 20260316-7k3f.yaml"
BROKEN: dict[str, tuple[bytes, int, int, str]] = {
    "empty": (b"", 1, 1, "expected a mapping"),
    "a remark": ("# 备注\n".encode(), 1, 1, "expected a mapping"),
    "a list": (b"- a\n", 1, 1, "expected a mapping"),
    "a word": (b"a\n", 1, 1, "expected a mapping"),
    "a bracket": (but("{name: 甲}", "[name: 甲"), 5, 9, "not readable as YAML"),
    "a tab": (but("  - ", "\t- "), 9, 1, "a tab stands where blanks are expected"),
    "a double key": (but("category", "channel"), 5, 1, "the key 'channel' stands here a second time"),
    "bytes": (SECOND.encode("gb18030"), 4, 18, "is not UTF-8"),
    "NUL": (b"id: 1\nx: \0\n", 2, 4, "U+0000"),
    "no id": (but("id: 20260316-7k3f\n", ""), 1, 1, "expected id: text"),
    "another id": (but(FOUR[1], FOUR[0]), 1, 1, OTHER_ID),
    "no events": (SECOND.split("events:")[0].encode(), 1, 1, "the first of them register"),
    "empty events": (SECOND.split("events:")[0].encode() + b"events: []\n", 8, 1, "the first of them register"),
    "no customer": (but("customer: {name: 甲}\n", ""), 1, 1, "expected customer"),
    "a number": (but("态度冷淡", "12"), 7, 1, "expected subject: text"),
    "no instant": (but("T10:00:00+08:00, by", ", by"), 9, 6, "expected an RFC 3339 instant"),
    "no such day": (but("2026-03-16T10:00:00+08:00\n", "2026-02-30T10:00:00+08:00\n"), 2, 1, "an RFC 3339 instant"),
}


@pytest.mark.parametrize("broken", BROKEN)
def test_a_file_that_cannot_be_read(book: Book, broken: str) -> None:
    """It is a problem with its place, all the others are read; opening it alone is refused with the place."""
    content, line, column, words = BROKEN[broken]
    path = put(book.root, FOUR[1], content)
    complaints, problems = book.all()
    assert [each.id for each in complaints] == [FOUR[0], FOUR[2], FOUR[3]]
    (problem,) = problems
    assert (problem.path, problem.line, problem.column) == ("complaints/2026/03/20260316-7k3f.yaml", line, column)
    assert words in sentence(problem)
    with pytest.raises(Unreadable) as caught:
        book.open(path)
    assert caught.value.fields["where"] == f"{problem.path}:{line}:{column}"


def test_what_stands_in_the_way_of_reading(book: Book) -> None:
    """A folder named like a file, a link, a huge file: a problem each, named, and the rest is read."""
    folder, link, huge = (book.path_of(each) for each in ("20260501-0000", "20260501-0001", "20260501-0002"))
    folder.mkdir(parents=True)
    link.symlink_to("nowhere")
    with huge.open("wb") as file:
        file.truncate(50 << 20)
    complaints, problems = book.all()
    assert len(complaints) == 4
    assert [(Path(each.path).stem[-4:], each.line, sentence(each)) for each in problems] == [
        ("0000", 1, "a folder stands where a file should be; move it away"),
        ("0001", 1, "it is no ordinary file; move it away"),
        ("0002", 1, "the file has 52428800 bytes; more than 1048576 are not read"),
    ]


def test_no_file_vanishes(book: Book) -> None:
    """Files with the other ending, or with a name that is no id, are not passed over in silence."""
    put(book.root, FOUR[0], name="complaints/2026/05/20260501-000a.yml")
    put(book.root, FOUR[0], name="complaints/copy of 7k3f.yaml")
    put(book.root, FOUR[0], name="complaints/README.md")
    complaints, problems = Book(book.root).all()
    assert len(complaints) == 4
    found = sorted(each.path for each in problems)
    assert found == ["complaints/2026/05/20260501-000a.yml", "complaints/copy of 7k3f.yaml"]


def test_a_folder_that_cannot_be_listed(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    """Complaints in a folder that may not be read do not vanish: that is a problem too, naming the folder."""
    closed, scandir = book.root / "complaints" / "2026" / "04", os.scandir

    def refuse(path: object = ".") -> object:
        if Path(str(path)) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)  # type: ignore[call-overload]  # scandir is overloaded by kind of path

    monkeypatch.setattr(os, "scandir", refuse)
    complaints, problems = book.all()
    assert [each.id for each in complaints] == list(FOUR[:3])
    assert [each.path for each in problems] == ["complaints/2026/04"]
    assert all(isinstance(each, Problem) for each in problems)


def test_a_copied_complaint_is_seen_twice(book: Book) -> None:
    """Two files of one id are both read: which of them is the copy, is for a person to say."""
    shutil.copytree(book.root / "complaints" / "2025", book.root / "complaints" / "old")
    complaints, _ = Book(book.root).all()
    assert [each.id for each in complaints].count("20251230-0000") == 2
