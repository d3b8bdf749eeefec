"""`check`: everything that is wrong with an office's files, each at its place, in the work tree and in a commit."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from tests.office import POLICY, Office, Result

CASES = Path(__file__).parents[1] / "cases"
NAME = "complaints/2026/03/20260316-7k3f.yaml"
TEXT = """\
id: 20260316-7k3f
received: 2026-03-16T10:00:00+08:00
channel: phone
customer:
  name: 客户甲
category: attitude
severity: general
subject: 态度冷淡
events:
  - at: 2026-03-16T10:00:00+08:00
    by: 王芳
    action: register
"""
EVENT = "  - {at: 2026-03-16T10:10:00+08:00, by: 王芳, action: assign, department: sales}\n"


def put(office: Office, text: str | bytes, name: str = NAME, *, commit: bool = False) -> Path:
    """Put a file into the office, and commit it if asked to."""
    path = office.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if commit:
        office.git("add", "-A", "--force")
        office.git("commit", "-qm", "by hand")
    return path


def check(office: Office, code: int, *args: str) -> list[str]:
    """The lines of `check`, which must end with `code`."""
    result = office.run("check", *args)
    assert (result.code, result.err) == (code, ""), result
    return result.out.splitlines()


# --- a case is a file -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(CASES.glob("negative/*.yaml")), ids=lambda path: path.stem)
def test_negative_cases(office: Office, path: Path) -> None:
    """What its first lines say is found in a file, all of it and nothing else, at these lines and columns."""
    name = "cmplt.yaml" if path.name.startswith("policy") else NAME
    content = path.read_bytes()
    put(office, content, name)
    expected = re.findall(r"^# expect: (\S+) (.+)$", content.decode(), re.MULTILINE)
    assert expected
    found = check(office, 1 if " error: " in content.decode() else 0)
    assert len(found) == len(expected), found
    for line, (place, words) in zip(found, expected, strict=True):
        assert line.startswith(f"{name}:{place}: "), (line, place)
        assert words in line
        assert re.fullmatch(r".*: (error|warning): .+ \[[a-z]+(-[a-z]+)*(:\w+)?\]", line), line


@pytest.mark.parametrize("path", sorted(CASES.glob("positive/*.yaml")), ids=lambda path: path.stem)
def test_positive_cases(office: Office, path: Path) -> None:
    """Nothing is wrong with a good file, not even by --strict."""
    office.policy(POLICY + "attachments: {kinds: {photo: photo}}\n")
    put(office, path.read_bytes(), "cmplt.yaml" if path.name.startswith("policy") else NAME)
    for name in re.findall("path: (attachments/.*)", path.read_text(encoding="utf-8")):
        put(office, "", name)
    assert check(office, 0) == []
    if path.name.startswith("complaint"):
        check(office, 0, "--strict")


# --- the command ------------------------------------------------------------------------------------------------


def test_a_sound_office(office: Office) -> None:
    """Nothing is said of an office in which nothing is wrong, whatever was done in it."""
    found = office.new()
    for args in (("assign", found, "sales"), ("respond", found, "--note", "x"), ("resolve", found, "--outcome", "x"),
                 ("followup", found, "--dissatisfied", "--early"), ("reject", found, "--reason", "x")):  # fmt: skip
        office.ok(*args)
    assert check(office, 0, "--strict") == []


def test_strict(office: Office) -> None:
    """Warnings alone end with 0; with --strict they end with 1. Errors always do."""
    path = put(office, TEXT.replace("phone", "pigeon"))
    assert len(check(office, 0)) == 1
    assert len(check(office, 1, "--strict")) == 1
    put(office, path.read_text(encoding="utf-8").replace("subject", "topic"))
    check(office, 1)


def test_every_file_in_the_order_of_names_and_lines(office: Office) -> None:
    """All files are looked at, the policy too, and their problems come by file, line and column."""
    put(office, TEXT.replace("phone", "@phone").replace("7k3f", "7k3a"), NAME.replace("7k3f", "7k3a"))
    put(office, TEXT.replace("phone", "12").replace("general", "[general]"))
    put(office, b"\xff", "complaints/2025/12/20251201-0000.yaml")
    put(office, POLICY + "colour: red\n", "cmplt.yaml")
    lines = POLICY.count("\n") + 1
    assert [line.split(": ")[0] for line in check(office, 1)] == [
        f"cmplt.yaml:{lines}:1",
        "complaints/2025/12/20251201-0000.yaml:1:1",
        "complaints/2026/03/20260316-7k3a.yaml:3:10",
        "complaints/2026/03/20260316-7k3f.yaml:3:1",
        "complaints/2026/03/20260316-7k3f.yaml:7:1",
    ]


def test_a_broken_policy_hides_no_broken_complaint(office: Office) -> None:
    """Where the policy cannot be read, the complaints are still judged by schema and process."""
    put(office, POLICY + "colour: [", "cmplt.yaml")
    put(office, TEXT.replace("phone", "pigeon") + EVENT.replace("assign, department: sales", "resolve, outcome: x"))
    found = check(office, 1)
    assert [line.split(": ")[0].split(":")[0] for line in found] == ["cmplt.yaml", NAME]
    assert found[1].startswith(f"{NAME}:13:5: warning: void: resolve")


@pytest.mark.parametrize(
    "content", [b"\xff\n", b"a\0b\n", b"\x07", "a: 客户".encode("gb18030"), b"#" * (1 << 20) + b"\n"]
)
@pytest.mark.parametrize("name", [NAME, "cmplt.yaml"])
def test_bytes_that_are_no_text(office: Office, name: str, content: bytes) -> None:
    """A file that is no UTF-8 text, or too large, is one error, with the byte, the character or the size."""
    put(office, content, name)
    (found,) = check(office, 1)
    assert re.match(rf"{name}:1:\d+: error: (byte 0x|the character U\+|the file has 1048577 bytes)", found)


def test_format(office: Office) -> None:
    """JSON and CSV hold what the lines say, field by field; nothing wrong is an empty list, or a header alone."""
    assert office.json("check") == []
    assert office.ok("check", "--format", "csv").out == "path,line,column,level,sentence,rule\n"
    put(office, TEXT.replace("phone", "pigeon"))
    put(office, TEXT.replace("7k3f", "7k3a").replace("category", "kategory"), NAME.replace("7k3f", "7k3a"))
    result = office.run("check", "--format", "json")
    assert result.code == 1
    rows = json.loads(result.out)
    assert [(row["path"][-9:], row["line"], row["column"], row["level"], row["rule"]) for row in rows] == [
        ("7k3a.yaml", 1, 1, "error", "schema:required"),
        ("7k3a.yaml", 6, 1, "error", "schema:additionalProperties"),
        ("7k3f.yaml", 3, 1, "warning", "policy:names"),
    ]
    assert rows[0]["sentence"] == "category is missing"
    table = list(csv.DictReader(io.StringIO(office.run("check", "--format", "csv").out)))
    assert [{**row, "line": int(row["line"]), "column": int(row["column"])} for row in table] == rows
    line = "{path}:{line}:{column}: {level}: {sentence} [{rule}]"
    assert check(office, 1) == [line.format(**row) for row in rows]


# --- files that are named ---------------------------------------------------------------------------------------


def test_only_the_files_named(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Named files are judged alone, by absolute path or as seen from -C DIR, and the policy only if it is named."""
    bad = put(office, TEXT.replace("phone", "12"))
    good = put(office, TEXT.replace("7k3f", "7k3a"), NAME.replace("7k3f", "7k3a"))
    put(office, POLICY + "colour: red\n", "cmplt.yaml")
    assert check(office, 0, str(good)) == []
    for name in (str(bad), NAME, f"./complaints/../{NAME}"):
        assert [line.split(" ")[0] for line in check(office, 1, name)] == [f"{NAME}:3:1:"]
    assert [line.split(":")[0] for line in check(office, 1, str(bad), "cmplt.yaml", str(good))] == ["cmplt.yaml", NAME]
    monkeypatch.chdir(bad.parent)
    result = office.run("check", bad.name, cwd=Path())
    assert (result.code, result.out.split(" ")[0]) == (1, f"{NAME}:3:1:")


def test_files_that_are_not_there(office: Office) -> None:
    """A file that is not there, or is a folder, is an error that names it; one outside the office is refused."""
    put(office, TEXT)
    for name, words in ((f"{NAME}x.yaml", "No such file"), ("complaints", "a folder stands where a file should be")):
        (found,) = check(office, 1, name)
        assert found.startswith(f"{name}:1:1: error: ")
        assert words in found
    office.refused(3, "check", str(office.root.parent / "x.yaml"), says=["x.yaml does not lie in this office"])


def test_files_of_other_names(office: Office) -> None:
    """What ends like a complaint's file but is not named like one is an error, wherever it lies below complaints."""
    for name in (
        "complaints/note.yaml",
        "complaints/2026/03/20260316-7k3l.yaml",
        "complaints/2026/03/20260316-7k3f.yml",
    ):
        path = put(office, TEXT, name)
        (found,) = check(office, 1)
        assert found.startswith(f"{name}:1:1: error: a complaint's file is named by its id")
        path.unlink()


def test_a_complaint_in_another_folder(office: Office) -> None:
    """A complaint lies in the folder of its month."""
    name = NAME.replace("/03/", "/04/")
    put(office, TEXT, name)
    assert check(office, 1) == [f"{name}:1:1: error: it belongs into complaints/2026/03 [folder]"]


# --- against what was committed -----------------------------------------------------------------------------------

CHANGED = "error: this line was changed or removed since it was committed; events are only appended [append-only]"


@pytest.mark.parametrize(
    ("old", "new", "lines"),
    [
        ("态度冷淡", "态度热情", [8]),
        ("  name: 客户甲\n", "  name: 客户甲\n  contact: '138'\n", [6]),
        ("severity: general\n", "severity: general\nurgent: true\n", [8]),
        ("    by: 王芳\n", "    by: 李明\n", [14]),
        ("events:\n", "events:\n" + EVENT, [13]),
        ("客户甲", "客户乙", [5]),
        ("态度冷淡", "态度冷淡 ", [8]),
        ("    action: register\n" + EVENT, "    action: register\n", [16]),
        ("phone", "visit", [3]),
        ("  第一行\n", "  第一行\n  # 加一句\n", [11]),
        ("  第一行\n", "  第一行\n\n", [11]),
        (EVENT, EVENT.replace("sales", "parts"), [16]),
    ],
)  # fmt: skip
def test_tampering(office: Office, old: str, new: str, lines: list[int]) -> None:
    """A line that was committed and is changed, removed or pushed down is an error at that line, staged or not."""
    text = TEXT.replace("events:", "description: |\n  第一行\n  第二行\nevents:") + EVENT
    put(office, text, commit=True)
    assert old in text
    put(office, text.replace(old, new))
    expected = [f"{NAME}:{line}:1: {CHANGED}" for line in lines]
    assert [line for line in check(office, 1) if "append-only" in line] == expected
    office.git("add", "-A")
    assert [line for line in check(office, 1) if "append-only" in line] == expected
    assert [line for line in check(office, 1, NAME) if "append-only" in line] == expected


def test_a_committed_event_that_was_added_to(office: Office) -> None:
    """A key that is put below the last committed event changes that event: an error, though only a line was added."""
    put(office, TEXT, commit=True)
    for more in ("", EVENT):
        put(office, TEXT + "    note: 补一句\n" + more)
        assert [line for line in check(office, 1) if "append-only" in line] == [f"{NAME}:13:1: {CHANGED}"]


def test_every_line_that_was_tampered_with(office: Office) -> None:
    """Two changed lines are two errors, in each of two files."""
    other = NAME.replace("7k3f", "7k3a")
    put(office, TEXT.replace("7k3f", "7k3a"), other)
    put(office, TEXT, commit=True)
    for name, complaint in ((NAME, TEXT), (other, TEXT.replace("7k3f", "7k3a"))):
        put(office, complaint.replace("phone", "visit").replace("态度冷淡", "态度热情"), name)
    assert check(office, 1) == [f"{name}:{line}:1: {CHANGED}" for name in (other, NAME) for line in (3, 8)]


CRLF = TEXT.replace("\n", "\r\n")
REMARK = TEXT.replace("events:\n", "# 备注\n\nevents:\n")


@pytest.mark.parametrize(
    "new",
    [TEXT + EVENT, TEXT + "# 备注\n", CRLF, CRLF + EVENT, TEXT + "\n\n" + EVENT, REMARK],
    ids=["event", "comment", "crlf", "crlf-event", "blank-lines", "comment-between"],
)  # fmt: skip
def test_what_is_no_tampering(office: Office, new: str) -> None:
    """Lines added at the end, and other line ends in the work tree, are nothing to complain of."""
    put(office, TEXT, commit=True)
    put(office, new)
    assert check(office, 0, "--strict") == []


def test_a_missing_final_newline(office: Office) -> None:
    """A file without a final newline is a warning; the first append completes the line and is no tampering."""
    put(office, TEXT.removesuffix("\n"), commit=True)
    assert [line.split(": ", 1)[1] for line in check(office, 0)] == [
        "warning: the file has no final newline [final-newline]"
    ]
    check(office, 1, "--strict")
    office.ok("assign", "7k3f", "sales")
    assert check(office, 0, "--strict") == []
    put(office, TEXT.removesuffix("\n") + "\n" + EVENT)
    put(office, TEXT.removesuffix("\n"), commit=True)
    put(office, TEXT + EVENT)
    assert check(office, 0, "--strict") == []


def test_taking_the_final_newline_away(office: Office) -> None:
    """Taking away a committed final newline is a warning, not tampering: the next append completes it."""
    put(office, TEXT, commit=True)
    put(office, TEXT.removesuffix("\n"))
    assert len(check(office, 0)) == 1


@pytest.mark.parametrize("how", ["unlink", "git rm", "git rm --cached", "git mv", "rename"])
def test_a_complaint_that_is_gone(office: Office, how: str) -> None:
    """A committed complaint that was deleted or moved away is an error, and how to get it back is said."""
    path = put(office, TEXT, commit=True)
    match how:
        case "unlink":
            path.unlink()
        case "git rm" | "git rm --cached":
            office.git(*how.split()[1:], "-q", NAME)
        case "git mv":
            (office.root / "old").mkdir()
            office.git("mv", NAME, "old/20260316-7k3f.yaml")
        case "rename":
            path.rename(office.root / "7k3f.yaml")
    assert check(office, 1) == [f"{NAME}:1:1: error: it was deleted; put it back: git restore {NAME} [append-only]"]


def test_a_copied_complaint(office: Office) -> None:
    """Two files of one id are an error in both; a copy under another id is an error where the ids differ."""
    path = put(office, TEXT)
    copy, renamed = "complaints/2026/copy/20260316-7k3f.yaml", NAME.replace("7k3f", "7k3a")
    (office.root / copy).parent.mkdir()
    shutil.copy(path, office.root / copy)
    assert check(office, 1) == [
        f"{NAME}:1:1: error: {copy} has the same id [id]",
        f"{copy}:1:1: error: it belongs into complaints/2026/03 [folder]",
        f"{copy}:1:1: error: {NAME} has the same id [id]",
    ]
    assert len(check(office, 1, NAME)) == 1
    (office.root / copy).rename(office.root / renamed)
    (found,) = check(office, 1)
    assert found.startswith(f"{renamed}:1:1: error: the id is 20260316-7k3f, but the file is named 20260316-7k3a.yaml")


def test_retired_names_and_todays_policy(office: Office) -> None:
    """A retired name is known; one that was taken out of the policy is a warning; so is what details now lack."""
    put(office, TEXT + EVENT.replace("}", ", owner: x}"), commit=True)
    office.policy(POLICY.replace("sales: {label: Sales}", "sales: {label: Sales, retired: true}"))
    assert check(office, 0, "--strict") == []
    office.policy(POLICY.replace("sales: {label: Sales}, ", "").replace("department: sales", "department: parts")
                  + "details: {required: [plate]}\ncustomer: {required: [name, contact]}\n")  # fmt: skip
    assert [line.removeprefix(f"{NAME}:") for line in check(office, 0)] == [
        "1:1: warning: plate is missing [schema:required]",
        "4:1: warning: contact is missing [policy:customer]",
        "13:61: warning: 'sales' is not in the policy's departments [policy:names]",
    ]


# --- as git's hook ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def with_hook(sealed: None, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A new office set up with `init --hooks`, whose policy is the tests'."""
    office = Office(tmp_path_factory.mktemp("hooks") / "office", datetime.fromisoformat("2026-03-16T10:00:00+08:00"))
    office.root.mkdir()
    result = office.ok("init", ".", "--profile", "auto-dealer", "--hooks")
    assert "Every commit is checked now" in result.err
    office.policy(POLICY)
    return office


@pytest.fixture
def hooked(with_hook: Office, tmp_path: Path) -> Office:
    """That office, a test's own."""
    shutil.copytree(with_hook.root, tmp_path / "hooked")
    return Office(tmp_path / "hooked", with_hook.now)


def commit(office: Office, *args: str) -> Result:
    """`git commit` by hand: its exit code, and what the hook said."""
    done = subprocess.run(
        ["git", "commit", "-qm", "by hand", *args], cwd=office.root, env={**os.environ, **office.identity()},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return Result(done.returncode, done.stdout, done.stderr)


def test_the_hook_lets_good_commits_through(hooked: Office) -> None:
    """Commands commit under the hook, and so does a hand that only adds an event, or touches other files."""
    found = hooked.one_commit(
        "new", "--channel", "phone", "--category", "attitude", "--customer", "甲", "--subject", "x"
    )
    hooked.one_commit("assign", found.out.strip(), "sales")
    put(hooked, TEXT + EVENT)
    put(hooked, "x", "README")
    hooked.git("add", "-A")
    assert commit(hooked).code == 0
    assert hooked.git("status", "--porcelain") == ""


@pytest.mark.parametrize("how", [(), ("-a",), ("--", NAME)], ids=["staged", "all", "path"])
def test_the_hook_stops_a_commit(hooked: Office, how: tuple[str, ...]) -> None:
    """A commit by hand that tampers with a complaint or breaks it does not come about, however it is made."""
    put(hooked, TEXT, commit=True)
    put(hooked, TEXT.replace("态度冷淡", "态度热情") + "colour: red\n")
    if not how:
        hooked.git("add", "-A")
    head = hooked.git("rev-parse", "HEAD")
    result = commit(hooked, *how)
    assert result.code == 1
    said = [line for line in (result.out + result.err).splitlines() if line.startswith(NAME)]
    assert [line.split(": ")[0] for line in said] == [f"{NAME}:8:1", f"{NAME}:9:1", f"{NAME}:13:1"]
    assert hooked.git("rev-parse", "HEAD") == head


def test_the_hook_stops_the_loss_of_a_complaint(hooked: Office) -> None:
    """Deleting or moving a complaint is not committed, and neither is a broken policy."""
    put(hooked, TEXT, commit=True)
    hooked.git("rm", "-q", NAME)
    assert commit(hooked).code == 1
    hooked.git("reset", "-q", "--hard")
    hooked.git("mv", NAME, "20260316-7k3f.yaml")
    assert commit(hooked).code == 1
    hooked.git("reset", "-q", "--hard")
    put(hooked, POLICY + "colour: red\n", "cmplt.yaml")
    result = commit(hooked, "-a")
    assert result.code == 1
    assert "the key 'colour' is not known here" in result.out + result.err


def test_the_hook_judges_what_is_committed(hooked: Office) -> None:
    """What is staged counts, not what the work tree has: neither its faults nor their cure."""
    put(hooked, TEXT)
    hooked.git("add", "-A")
    put(hooked, TEXT.replace("phone", "12"))
    assert commit(hooked).code == 0
    hooked.git("add", "-A")
    put(hooked, TEXT)
    assert commit(hooked).code == 1


def test_the_hook_judges_the_files_of_the_commit_alone(hooked: Office) -> None:
    """Faults of other files, of the policy too, stop no commit that does not hold them."""
    put(hooked, TEXT.replace("phone", "12").replace("7k3f", "7k3a"), NAME.replace("7k3f", "7k3a"))
    put(hooked, POLICY + "colour: red\n", "cmplt.yaml")
    hooked.git("add", "-A")
    hooked.git("commit", "-qm", "broken", "--no-verify")
    put(hooked, TEXT)
    put(hooked, TEXT.replace("7k3f", "7k3b"), NAME.replace("7k3f", "7k3b").replace("/03/", "/04/"))
    hooked.git("add", NAME)
    result = commit(hooked)
    assert (result.code, result.out, result.err) == (0, "", "")
    assert "subject" in hooked.git("show", "HEAD", "--", NAME)


def test_the_hook_on_the_first_commit(hooked: Office) -> None:
    """In a repository without a commit the whole of the first one is judged."""
    hooked.git("update-ref", "-d", "HEAD")
    put(hooked, TEXT.replace("phone", "12"))
    hooked.git("add", "-A")
    assert commit(hooked).code == 1
    put(hooked, TEXT)
    hooked.git("add", "-A")
    assert commit(hooked).code == 0


def test_a_refused_command_under_the_hook(hooked: Office) -> None:
    """A command whose file the hook does not like changes nothing."""
    put(
        hooked,
        TEXT + "  - {at: 2026-03-16T10:05:00+08:00, by: 王芳, action: adjust, points: 1, reason: x, colour: red}\n",
    )
    hooked.git("add", "-A")
    hooked.git("commit", "-qm", "broken", "--no-verify")
    result = hooked.refused(4, "assign", "7k3f", "sales")
    assert "the key 'colour' is not known here" in result.err


def test_a_hook_that_is_there_already(tmp_path: Path, office: Office) -> None:
    """`init --hooks` leaves a pre-commit hook as it is and says which line to add to it."""
    root = tmp_path / "there"
    root.mkdir()
    there = Office(root, office.now)
    there.git("init", "-q")
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    hook.chmod(0o755)
    result = there.ok("init", ".", "--profile", "auto-dealer", "--hooks")
    assert "cmplt check --staged" in result.err
    assert hook.read_text(encoding="utf-8") == "#!/bin/sh\nexit 0\n"


def test_the_hook_in_a_linked_work_tree(hooked: Office) -> None:
    """The hook works in a second work tree too, on that one's index."""
    hooked.git("worktree", "add", "-q", "../two", "-b", "two")
    two = Office(hooked.root.parent / "two", hooked.now)
    put(two, TEXT.replace("phone", "12"))
    two.git("add", "-A")
    assert commit(two).code == 1
    put(two, TEXT)
    two.git("add", "-A")
    assert commit(two).code == 0


def test_staged_outside_a_hook(office: Office) -> None:
    """`check --staged` by hand looks at the index."""
    put(office, TEXT.replace("phone", "12"))
    assert check(office, 0, "--staged") == []
    office.git("add", "-A")
    put(office, TEXT)
    assert [line.split(" ")[0] for line in check(office, 1, "--staged")] == [f"{NAME}:3:1:"]
