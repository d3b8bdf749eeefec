"""Files read from the work tree, and from a commit that the work tree is not like any more."""

import os
from pathlib import Path

import pytest

from cmplt.errors import InvalidPolicy, Problem
from cmplt.output.messages import sentence
from cmplt.repository.ledger import Ledger
from cmplt.storage import policyfile, yamlfile
from cmplt.storage.book import Book
from cmplt.storage.tree import Revision, Tree, WorkTree, text
from tests.office import POLICY, Office


def committed(office: Office, files: dict[str, bytes | str], subject: str = "files") -> str:
    """Commit files as they are given, a text being what a link points to; returns the commit."""
    for name, content in files.items():
        path = office.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            path.symlink_to(content)
        else:
            path.write_bytes(content)
    office.git("add", "-A")
    office.git("commit", "-qm", subject)
    return office.git("rev-parse", "HEAD").strip()


def revision(office: Office, commit: str) -> Revision:
    return Revision(Ledger(office.root), commit)


def both(office: Office) -> list[Tree]:
    """The work tree, and the last commit."""
    return [WorkTree(), revision(office, office.git("rev-parse", "HEAD").strip())]


def said(found: str | Problem | bytes) -> str:
    assert isinstance(found, Problem)
    return f"{found.path}:{found.line}:{found.column}: {sentence(found)} [{found.rule}]"


# --- an older commit ----------------------------------------------------------------------------------------


def test_a_commit_is_read_whatever_the_work_tree_holds(office: Office) -> None:
    """Complaints and policy are those of the commit, where the work tree has changed, lost or broken them since."""
    one, two, three = (office.new() for _ in range(3))
    then = office.git("rev-parse", "HEAD").strip()
    office.ok("assign", one, "sales")
    office.policy(POLICY.replace("late: -2", "late: -3"))
    office.git("rm", "-q", str(office.file(two)))
    office.git("commit", "-qm", "gone")
    office.file(three).write_text("broken: [", encoding="utf-8")
    office.new()
    tree = revision(office, then)
    complaints, problems = Book(office.root, tree).all()
    assert [each.id for each in complaints] == sorted([one, two, three])
    assert {event.action for each in complaints for event in each.events} == {"register"}
    assert problems == []
    policy, source = policyfile.read(office.root, tree)
    assert (policy.scoring.late, source) == (-2, POLICY)
    now = Book(office.root)
    assert len(now.all()[0]) == 2
    assert len(now.all()[1]) == 1
    assert policyfile.read(office.root, WorkTree())[0].scoring.late == -3


def test_a_commit_is_read_where_the_work_tree_is_gone(office: Office) -> None:
    """Not even a folder of the complaints needs to be there."""
    found = office.new()
    tree = revision(office, office.git("rev-parse", "HEAD").strip())
    office.git("rm", "-rq", "complaints")
    assert not (office.root / "complaints").exists()
    assert [each.id for each in Book(office.root, tree).all()[0]] == [found]
    assert Book(office.root).all() == ([], [])


def test_a_policy_that_is_not_in_the_commit(office: Office) -> None:
    """A commit without a policy, or with one that is not valid, is refused with the file's name."""
    committed(office, {"cmplt.yaml": b"policy: 1\n"})
    with pytest.raises(InvalidPolicy) as refused:
        policyfile.read(office.root, revision(office, office.git("rev-parse", "HEAD").strip()))
    assert refused.value.fields["problem"].path == "cmplt.yaml"
    office.git("rm", "-q", "cmplt.yaml")
    office.git("commit", "-qm", "no policy")
    with pytest.raises(InvalidPolicy) as refused:
        policyfile.read(office.root, revision(office, office.git("rev-parse", "HEAD").strip()))
    assert "is not in the commit" in sentence(refused.value.fields["problem"])


def test_a_policy_of_a_commit_is_not_taken_for_the_work_trees(office: Office) -> None:
    """That an older policy was found valid says nothing of today's."""
    stamp = office.root / ".git" / "cmplt" / "valid-policy"
    stamp.parent.mkdir(exist_ok=True)
    stamp.unlink(missing_ok=True)
    policyfile.read(office.root, both(office)[1])
    assert not stamp.exists()
    policyfile.read(office.root, WorkTree())
    assert stamp.exists()


def test_before_the_first_commit_there_is_no_file(tmp_path: Path) -> None:
    """A repository without a commit has nothing, and says so without an error."""
    ledger = Ledger.create(tmp_path / "office")
    tree = Revision(ledger, ledger.head() or "")
    assert tree.files(ledger.root / "complaints", (".yaml",)) == []
    assert "is not in the commit" in said(text(tree, ledger.root / "cmplt.yaml", "cmplt.yaml"))


# --- what cannot be read ------------------------------------------------------------------------------------

YAML = "complaints/2026/03/20260316-0000.yaml"
LARGE = b"#" * (yamlfile.LARGEST + 1)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (LARGE, "1:1: the file has 1048577 bytes; more than 1048576 are not read [file]"),
        ("主题: 一\n二".encode("gb18030"), "1:1: byte 0xd6 is not UTF-8"),
        (b"a: 1\nb: \xff\n", "2:4: byte 0xff is not UTF-8; save the file as UTF-8 [yaml]"),
        (b"a: 1\rb: 2\n", "1:5: a line ends in CR alone"),
        (b"a: \x00\n", "1:4: the character U+0000 does not belong in a text file [yaml]"),
    ],
)
def test_content_that_is_not_read(office: Office, content: bytes, words: str) -> None:
    """Too large, not UTF-8, not text: the same problem at the same place, from the disk and from a commit."""
    committed(office, {YAML: content})
    for tree in both(office):
        found = said(text(tree, office.root / YAML, YAML))
        assert found.startswith(f"{YAML}:{words}")


def test_the_largest_file_that_is_read(office: Office) -> None:
    """Exactly as large as is allowed, in both."""
    committed(office, {YAML: LARGE[1:]})
    assert [text(tree, office.root / YAML, YAML) for tree in both(office)] == [LARGE[1:].decode()] * 2


def test_a_link_in_a_commit_is_not_followed(office: Office) -> None:
    """What a link points to is the disk's of today, and maybe somebody's secret: a commit's link is no file."""
    secret = office.root.parent / "secret.yaml"
    secret.write_text("secret: 1\n", encoding="utf-8")
    committed(office, {YAML: f"{secret}", "complaints/loop.yaml": "loop.yaml"})
    tree = both(office)[1]
    for name in (YAML, "complaints/loop.yaml"):
        assert said(text(tree, office.root / name, name)) == f"{name}:1:1: it is no ordinary file; move it away [file]"
    complaints, problems = Book(office.root, tree).all()
    assert (complaints, len(problems)) == ([], 2)


def test_a_repository_in_a_commit_is_no_file(office: Office) -> None:
    """A submodule that is called like a complaint's file is named, too."""
    blob = office.git("rev-parse", "HEAD").strip()
    office.git("update-index", "--add", "--cacheinfo", f"160000,{blob},{YAML}")
    office.git("commit", "-qm", "submodule")
    tree = both(office)[1]
    assert tree.files(office.root / "complaints", (".yaml",)) == [office.root / YAML]
    assert said(text(tree, office.root / YAML, YAML)) == f"{YAML}:1:1: it is no ordinary file; move it away [file]"


def test_a_file_that_is_not_there(office: Office) -> None:
    """A missing file is a problem that says where it was looked for."""
    work, commit = (said(text(tree, office.root / YAML, YAML)) for tree in both(office))
    assert work == f"{YAML}:1:1: cannot be read: No such file or directory [file]"
    head = office.git("rev-parse", "HEAD")[:10]
    assert commit == f"{YAML}:1:1: is not in the commit {head} [file]"


def test_a_pipe_is_no_file(office: Office) -> None:
    """What would never end is not read."""
    path = office.root / YAML
    path.parent.mkdir(parents=True)
    os.mkfifo(path)
    assert said(text(WorkTree(), path, YAML)) == f"{YAML}:1:1: it is no ordinary file; move it away [file]"


# --- names --------------------------------------------------------------------------------------------------

NAMES = [
    "complaints/with blanks/a b.yaml",
    "complaints/中文/投诉 一.yaml",
    'complaints/"quoted"\\n\t.yaml',
    "complaints/-x.yaml",
]


def test_names_with_blanks_and_chinese(office: Office) -> None:
    """Whatever a file is called, both find it and read it."""
    committed(office, {name: f"name: {number}\n".encode() for number, name in enumerate(NAMES)})
    for tree in both(office):
        found = tree.files(office.root / "complaints", (".yaml", ".yml"))
        assert sorted(found) == sorted(office.root / name for name in NAMES)
        assert [text(tree, office.root / name, name) for name in NAMES] == [f"name: {n}\n" for n in range(len(NAMES))]


def test_a_name_that_is_not_utf8(office: Office) -> None:
    """A file whose name is of another encoding is found, and named, in both."""
    name = os.fsdecode("complaints/2026/投诉.yaml".encode("gb18030"))
    committed(office, {name: b"a: 1\n"})
    for tree in both(office):
        assert tree.files(office.root / "complaints", (".yaml",)) == [office.root / name]
        assert text(tree, office.root / name, name) == "a: 1\n"


def test_only_what_ends_so_and_lies_below(office: Office) -> None:
    """Files elsewhere, with other endings, or in a folder that is but called alike, are not listed."""
    committed(
        office,
        {
            "complaints/2026/a.yaml": b"", "complaints/b.yml": b"", "complaints/c.txt": b"",
            "complaints.yaml": b"", "complaints-old/d.yaml": b"", "old/complaints/e.yaml": b"",
        },
    )  # fmt: skip
    for tree in both(office):
        found = tree.files(office.root / "complaints", (".yaml", ".yml"))
        assert sorted(path.name for path in found) == ["a.yaml", "b.yml"]
        assert [path.name for path in tree.files(office.root / "complaints" / "2026", (".yaml", ".yml"))] == ["a.yaml"]


def test_a_file_is_read_byte_for_byte(office: Office) -> None:
    """Line ends and a byte order mark come as they stand."""
    content = "\ufeffa: 1\r\nb: 2\r\n".encode()
    office.git("config", "core.autocrlf", "false")
    committed(office, {"complaints/a.yaml": content, ".gitattributes": b"* -text\n"})
    for tree in both(office):
        assert tree.read(office.root / "complaints" / "a.yaml", "a.yaml") == content
