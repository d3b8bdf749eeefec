"""The command line as a whole: help, usage, terminals, pipes, other machines, and offices that are broken."""

import fcntl
import json
import os
import pty
import re
import select
import subprocess
import sys
import termios
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from cmplt import __version__
from cmplt.cli import COMMANDS, PLUMBING
from tests.office import POLICY, Office, Result

NAMES = [name for commands in COMMANDS.values() for name in commands]
CMPLT = [sys.executable, "-m", "cmplt"]


@pytest.fixture(autouse=True)
def long_ago(office: Office) -> None:
    """A process of its own sees the machine's clock; what the tests enter themselves lies well before it."""
    office.now = datetime.fromisoformat("2024-03-04T10:00:00+08:00")


def environment(office: Office, **more: str) -> dict[str, str]:
    """A process' environment: the tests', with the office's identity."""
    return {**os.environ, **office.identity(), **more}


def shell(office: Office, *args: str, **more: str) -> Result:
    """Run cmplt in a process of its own, in the office, by the machine's clock."""
    done = subprocess.run([*CMPLT, *args], cwd=office.root, env=environment(office, **more), capture_output=True,
                          stdin=subprocess.DEVNULL)  # fmt: skip
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


# --- help and usage ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("args", [[], ["--help"], ["-h"]])
def test_help_groups_the_commands_by_what_one_wants_to_do(office: Office, args: list[str]) -> None:
    """Alone, and with --help, anywhere: exit 0, every command with its summary below its heading."""
    result = office.run(*args, cwd=Path("/"))
    assert (result.code, result.err) == (0, "")
    for section, commands in COMMANDS.items():
        block = result.out.partition(f"\n{section}:\n")[2].partition("\n\n")[0]
        found = re.findall(r"^  (\S+)  +(\S.*)$", block, re.MULTILINE)
        assert [name for name, _ in found] == list(commands)
        assert all(summary[0].isupper() for _, summary in found)


@pytest.mark.parametrize("name", NAMES)
def test_every_command_explains_itself(office: Office, name: str) -> None:
    """--help of each: exit 0, a sentence, and a word on every option."""
    result = office.run(name, "--help", cwd=Path("/"))
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(f"Usage: cmplt {name} ")
    options = re.findall(r"^  (--?\S.*)$", result.out.partition("\nOptions:\n")[2], re.MULTILINE)
    bare = [line for line in options if not re.search(r"\S  +\S", line)]
    followed = [line for line in bare if re.search(re.escape(line) + r"\n {8,}\S", result.out)]
    assert bare == followed, "options without a word of help"


def test_the_table_and_the_modules_agree() -> None:
    """A command of the table has a module, and a command module is in the table."""
    folder = Path(sys.modules["cmplt.cli"].__file__ or "").parent / "commands"
    modules = {path.stem for path in folder.glob("*.py") if "\ncommand = " in (text := path.read_text(encoding="utf-8"))
               or "\ndef command(" in text}  # fmt: skip
    assert modules == {*NAMES, *(name.replace("-", "_") for name in PLUMBING)}


def test_the_version_is_told(office: Office) -> None:
    """--version, for a report of a bug."""
    assert office.ok("--version").out == f"cmplt, version {__version__}\n"


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["lst"], ["no command 'lst'", "Did you mean 'list'?"]),
        (["resolv"], ["Did you mean 'resolve'?"]),
        (["List"], ["no command 'List'", "'list'"]),
        (["xyzzy"], ["no command 'xyzzy'"]),
        (["--lang", "tlh", "list"], ["'tlh'", "en", "zh"]),
        (["--verbose"], ["--verbose"]),
        (["list", "--stauts", "closed"], ["--stauts", "Did you mean '--status'?"]),
        (["list", "--formt"], ["--formt", "--format"]),
        (["list", "--format"], ["--format", "requires an argument"]),
        (["list", "--status", "open"], ["'open'", "registered"]),
        (["assign"], ["Missing argument"]),
        (["done", "7k3f"], ["Missing argument 'TASK'"]),
    ],
)
def test_a_mistake_of_usage_is_met_with_what_was_meant(office: Office, args: list[str], says: list[str]) -> None:
    """Unknown commands, options and values, missing ones: exit 2 on stderr."""
    assert office.refused(2, *args, says=says).out == ""


def test_lang_speaks_of_the_same_things(office: Office) -> None:
    """--lang changes sentences and labels, never what JSON says."""
    complaint = office.new("--department", "sales")
    assert office.ok("--lang", "zh", "show", complaint, "--format", "json") == office.ok(
        "show", complaint, "--format", "json"
    )
    assert office.run("--lang", "zh", "assign", "zzzz", "sales").code == 3


# --- what is loaded ---------------------------------------------------------------------------------------------


def loaded(office: Office, *args: str) -> set[str]:
    """The libraries that a command imports."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-m", "cmplt", *args], cwd=office.root,
                          env=environment(office), capture_output=True, text=True, check=True)  # fmt: skip
    names = (line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines())
    return set(names)


@pytest.mark.parametrize("args", [["--help"], [], ["--version"]])
def test_help_loads_nothing_but_click(office: Office, args: list[str]) -> None:
    """Whoever only looks for a command does not wait."""
    found = loaded(office, *args)
    assert "click" in found
    assert not found & {"yaml", "git", "jsonschema", "tabulate", "matplotlib", "holidays"}


@pytest.mark.parametrize("command", [["overdue"], ["list"], ["overdue", "--format", "json"]])
def test_reading_loads_neither_git_nor_validators(office: Office, command: list[str]) -> None:
    """Once the policy has been found valid, what runs every minute is quick."""
    office.new()
    office.ok(*command)
    assert not loaded(office, *command) & {"git", "jsonschema", "matplotlib", "holidays"}


# --- terminals --------------------------------------------------------------------------------------------------


def on_terminal(office: Office, *args: str, answers: Sequence[str], end: bytes = b"\x04") -> Result:
    """Run cmplt with a person at a terminal, who types the answers and then ends it; stdout goes elsewhere."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*CMPLT, *args], cwd=office.root, env=environment(office, TERM="dumb"), stdin=slave, stdout=subprocess.PIPE,
        stderr=slave, start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
    )  # fmt: skip
    os.close(slave)
    typed = iter(f"{answer}\n".encode() for answer in answers)
    written, screen, silences = b"", b"", 0
    try:
        while True:
            if not select.select([master], [], [], 5)[0]:
                silences += 1
                if silences > 12:
                    process.kill()  # it neither asks nor ends
                elif written == end:
                    os.write(master, end)  # a Ctrl-C between the question and the reading of the answer is lost
                continue
            try:
                screen += os.read(master, 4096)
            except OSError:  # Linux: the other end is closed
                break
            if screen.endswith(b": "):  # it asks
                written = next(typed, end)
                os.write(master, written)
        assert process.stdout
        return Result(process.wait(60), process.stdout.read().decode(), screen.decode())
    finally:
        process.kill()
        process.wait()
        os.close(master)


def test_new_asks_for_what_is_missing(office: Office) -> None:
    """On a terminal, with the choices there are, by number or name; stdout is the id alone."""
    result = on_terminal(office, "new", answers=["2", "attitude", "客户甲", "态度冷淡"])
    assert result.code == 0, result.err
    complaint = result.out.strip()
    data = office.data(complaint)
    assert (data["channel"], data["category"], data["customer"], data["subject"]) == (
        "visit", "attitude", {"name": "客户甲"}, "态度冷淡",
    )  # fmt: skip
    for words in ("1  phone", "2  visit", "3  regulator", "1  attitude", "2  repair", "Channel", "Subject"):
        assert words in result.err
    assert office.git("status", "--porcelain") == ""


def test_new_asks_only_for_what_is_missing(office: Office) -> None:
    """What was given as an option is not asked for."""
    result = on_terminal(
        office, "new", "--channel", "phone", "--category", "repair", "--customer", "x", answers=["刹车"]
    )
    assert result.code == 0, result.err
    assert "Channel" not in result.err
    assert office.data(result.out.strip())["subject"] == "刹车"


def test_new_asks_for_what_the_policy_wants_besides(office: Office) -> None:
    """The contact and the compulsory details: the shipped profile asks for a plate."""
    office.policy(
        f"{POLICY}customer: {{required: [name, contact]}}\n"
        "details: {type: object, required: [plate], properties: {plate: {type: string, title: 车牌号}}}\n"
    )
    given = ["--channel", "phone", "--category", "repair", "--customer", "x", "--subject", "s"]
    result = on_terminal(office, "new", *given, answers=["13800000000", "川A12345"])
    assert result.code == 0, result.err
    data = office.data(result.out.strip())
    assert (data["customer"]["contact"], data["details"]) == ("13800000000", {"plate": "川A12345"})


def test_a_wrong_answer_is_asked_again(office: Office) -> None:
    """A number that is none of the choices, a name that is none: asked again, not thrown away with the rest."""
    result = on_terminal(office, "new", "--category", "repair", "--customer", "x", "--subject", "s",
                         answers=["9", "fax", "visit"])  # fmt: skip
    assert result.code == 0, result.err
    assert office.data(result.out.strip())["channel"] == "visit"


def test_respond_asks_for_the_note(office: Office) -> None:
    """An empty answer is asked again."""
    complaint = office.new("--department", "sales")
    result = on_terminal(office, "respond", complaint, answers=["", "已致电客户"])
    assert (result.code, result.out.strip()) == (0, complaint), result.err
    assert office.event(complaint)["note"] == "已致电客户"


def test_followup_asks_for_the_result(office: Office) -> None:
    """As the sentence without a terminal promises: what is missing is asked for."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "x")
    office.ok("resolve", complaint, "--outcome", "x")
    result = on_terminal(office, "followup", complaint, answers=["satisfied"])
    assert result.code == 0, result.err
    assert office.event(complaint)["result"] == "satisfied"


def test_a_number_that_is_none_is_asked_again(office: Office) -> None:
    """adjust asks for points until they are a whole number."""
    complaint = office.new("--department", "sales")
    result = on_terminal(office, "adjust", complaint, "--reason", "x", answers=["many", "-2"])
    assert result.code == 0, result.err
    assert office.event(complaint)["points"] == -2


@pytest.mark.parametrize("end", [b"\x04", b"\x03"])
def test_who_hangs_up_has_written_nothing(office: Office, end: bytes) -> None:
    """End of input or Ctrl-C at a question: no traceback, no file, no commit."""
    before = office.state()
    result = on_terminal(office, "new", answers=["1"], end=end)
    assert result.code not in (0, 1)
    assert "Traceback" not in result.err
    assert "nothing was written" in result.err
    assert office.state() == before


@pytest.mark.parametrize(
    ("args", "says"),
    [(["new"], "--channel"), (["respond", "20240304"], "--note"), (["reject", "20240304"], "--reason")],
)
def test_nobody_is_asked_without_a_terminal(office: Office, args: list[str], says: str) -> None:
    """In a script: exit 2 at once, with the options to give."""
    office.new()
    result = shell(office, *args)
    assert (result.code, result.out) == (2, "")
    assert f"{says}" in result.err


# --- pipes, and other machines ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "args", [["--help"], ["list"], ["list", "--format", "json"], ["show", "2024"], ["calendar"], ["overdue"]]
)
def test_a_pipe_that_closes_early_is_no_error(office: Office, args: list[str]) -> None:
    """`cmplt … | head -0`: silence, and exit 0."""
    office.new()
    process = subprocess.Popen([*CMPLT, *args], cwd=office.root, env=environment(office), stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)  # fmt: skip
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    err = process.stderr.read().decode()
    assert (process.wait(60), err) == (0, "")
    process.stderr.close()


MACHINES = {
    "here": {},
    "new-york": {"TZ": "America/New_York", "LC_ALL": "C"},
    "kiribati": {"TZ": "Pacific/Kiritimati", "LC_ALL": "POSIX", "LANG": "de_DE.UTF-8"},
    "ascii": {"TZ": "UTC", "LC_ALL": "C", "PYTHONIOENCODING": "utf-8:strict"},
}


@pytest.mark.parametrize("machine", MACHINES)
def test_time_zone_and_locale_of_the_machine_do_not_matter(office: Office, machine: str) -> None:
    """The office's own zone and UTF-8 decide, wherever the shell runs."""
    more = MACHINES[machine]
    late = ["--reason", "电话"]
    facts = ["--channel", "phone", "--category", "attitude", "--customer", "客户甲", "--subject", "态度冷淡"]
    times = ["--received", "2024-02-29 23:50", "--at", "2024-03-01 00:10"]
    new = shell(office, "new", *facts, *times, *late, **more)
    assert new.code == 0, new.err
    complaint = new.out.strip()
    assert complaint.startswith("20240229-")
    assert shell(office, "assign", complaint, "sales", "--at", "2024-03-04 09:00", *late, **more).code == 0
    data = office.data(complaint)
    assert (data["subject"], data["received"]) == ("态度冷淡", "2024-02-29T23:50:00+08:00")
    assert data["events"][1]["due"]["response"] == "2024-03-04T11:00:00+08:00"
    as_of = ["--as-of", "2024-03-04 11:00:01"]
    for args in (
        ["list", *as_of],
        ["overdue", *as_of],
        ["show", complaint, *as_of],
        ["show", complaint, "--format", "json"],
    ):
        seen = shell(office, *args, **more)
        assert (seen.code, seen.out) == (0, office.ok(*args, now="2025-01-01T10:00:00+08:00").out)
        assert "态度冷淡" in seen.out


def test_an_encoding_without_chinese_makes_no_traceback(office: Office) -> None:
    """Whatever the machine's settings say of its encoding, the list is printed."""
    complaint = office.new()
    done = subprocess.run(
        [*CMPLT, "list"], cwd=office.root, env=environment(office, PYTHONIOENCODING="ascii"), capture_output=True
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert complaint.encode() in done.stdout


def test_the_entry_point_is_the_module(office: Office) -> None:
    """`python -m cmplt` and `cmplt` are one; the exit code is the process'."""
    assert shell(office, "--version").out == f"cmplt, version {__version__}\n"
    assert shell(office, "overdue", "--exit-code").code == 0
    office.new()
    assert shell(office, "overdue", "--exit-code").code == 1
    assert shell(office, "assign", "zzzz", "sales").code == 3


# --- where the office is ----------------------------------------------------------------------------------------


def test_the_office_is_found_from_any_folder_of_it(office: Office) -> None:
    """The nearest folder upwards with a policy."""
    complaint = office.new()
    for folder in (office.root / "schemas", office.file(complaint).parent):
        result = office.run("list", "--format", "json", cwd=folder)
        assert [row["id"] for row in json.loads(result.out)] == [complaint]


def test_dash_c_is_where_cmplt_works(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """-C DIR, also relative to where one is."""
    office.new()
    monkeypatch.chdir(tmp_path)
    assert office.run("list", cwd=Path("office")).code == 0
    assert office.run("list", cwd=tmp_path).code == 4


def no_office(root: Path) -> None:
    """The policy is gone."""
    (root / "cmplt.yaml").unlink()


def no_repository(root: Path) -> None:
    """The git folder is gone."""
    (root / ".git").rename(root.parent / "gone")


def in_another(root: Path) -> None:
    """The office is a folder of another repository."""
    (root / ".git").rename(root.parent / ".git")


def empty_git(root: Path) -> None:
    """What is called .git is no repository."""
    (root / ".git").rename(root.parent / "gone")
    (root / ".git").mkdir()


def no_policy_but_a_folder(root: Path) -> None:
    """cmplt.yaml is a folder."""
    (root / "cmplt.yaml").unlink()
    (root / "cmplt.yaml").mkdir()


def policy_with(content: bytes) -> Callable[[Path], None]:
    """The policy's bytes are these."""

    def broken(root: Path) -> None:
        (root / "cmplt.yaml").write_bytes(content)

    return broken


def policy_edit(old: bytes, new: bytes) -> Callable[[Path], None]:
    """Something in the policy stands otherwise."""

    def broken(root: Path) -> None:
        text = (root / "cmplt.yaml").read_bytes()
        assert old in text
        (root / "cmplt.yaml").write_bytes(text.replace(old, new))

    return broken


NEW = ["new", "--channel", "phone", "--category", "attitude", "--customer", "x", "--subject", "s"]
READING = (
    ["list"],
    ["overdue"],
    ["overdue", "--within", "1 day"],
    ["show", "2024"],
    ["report", "--no-write"],
    ["calendar"],
)
WRITING = (NEW, ["assign", "2024", "sales"])


@pytest.mark.parametrize(
    ("broken", "code", "says"),
    [
        (no_office, 4, "cmplt init"),
        (no_repository, 4, "git"),
        (in_another, 4, "git"),
        (no_policy_but_a_folder, (3, 4), "cmplt"),
        (policy_with(b""), 3, "cmplt.yaml:1:1"),
        (policy_with(b"a: [\n"), 3, "cmplt.yaml:2:1"),
        (policy_with(b"caf\xe9"), 3, "cmplt.yaml:1:4"),
        (policy_with(b"a\x00b"), 3, "cmplt.yaml:1:2"),
        (policy_with(b"- a\n- b\n"), 3, "cmplt.yaml:1:1"),
        (policy_with(b"policy: 1\n"), 3, "is missing"),
        (policy_with(b"x" * (1 << 21)), 3, "bytes"),
        (policy_edit(b"Asia/Shanghai", b"Asia/Atlantis"), 3, "Asia/Atlantis"),
        (policy_edit(b"Asia/Shanghai", b"../../etc/passwd"), 3, "passwd"),
        (policy_edit(b"holidays: CN", b"holidays: XX"), 3, "XX"),
        (policy_edit(b"09:00-12:00 13:00-18:00", b"closed"), 3, "working"),
        (policy_edit(b"09:00-12:00", b"12:00-09:00"), 3, "12:00-09:00"),
        (policy_edit(b"within: 2 working hours", b"within: soon"), 3, "soon"),
        (policy_edit(b"intake: customer-service", b"intake: nobody"), 3, "nobody"),
        (policy_edit(b"intake:", b"colour: red\nintake:"), 3, "colour"),
        (policy_edit(b"intake:", b"office: twice\nintake:"), 3, "office"),
    ],
)
def test_a_broken_office_is_told_in_a_sentence(
    office: Office, broken: Callable[[Path], None], code: int | tuple[int, int], says: str
) -> None:
    """Every command: the exit code of design §7, what is wrong and what to do, never a traceback."""
    office.new()
    broken(office.root)
    for args in (*READING, *WRITING):
        result = office.run(*args)
        assert result.code in ((code,) if isinstance(code, int) else code), f"{args}: exit {result.code}: {result.err}"
        assert says in result.err, f"{args}: {result.err}"
        assert result.out == ""
        assert len(result.err.strip().splitlines()) >= 2, "a sentence and a hint"


def test_a_repository_that_is_none_is_told_when_git_is_needed(office: Office) -> None:
    """An empty .git: reading needs no git, writing says what is wrong."""
    office.new()
    empty_git(office.root)
    assert office.run("list").code in (0, 4)
    for args in (*WRITING, ["log", "2024"], ["check"]):
        result = office.run(*args)
        assert result.code == 4, f"{args}: {result.err}"


def test_no_git_is_told(office: Office, tmp_path: Path) -> None:
    """git is not installed: exit 4."""
    office.new()
    for args in (NEW, ["assign", "2024", "sales"], ["log", "2024"]):
        result = shell(office, *args, PATH=str(tmp_path))
        assert result.code == 4, result.err
        assert "git is not installed" in result.err
        assert "Traceback" not in result.err


def test_no_identity_is_told(office: Office) -> None:
    """git does not know who is at the keyboard: exit 4 with the command that says it."""
    complaint = office.new()
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_AUTHOR")}
    done = subprocess.run(
        [*CMPLT, "assign", complaint, "sales"], cwd=office.root, env=env, capture_output=True, text=True
    )
    assert done.returncode == 4
    assert "git config --global user.name" in done.stderr


def test_git_variables_of_a_hook_lead_nowhere_else(office: Office, tmp_path: Path) -> None:
    """Inside somebody's hook GIT_DIR points to another repository; the office is the one of the folder."""
    other = tmp_path / "other"
    other.mkdir()
    subprocess.run(["git", "init", "-q"], cwd=other, check=True)
    result = shell(
        office, *NEW, GIT_DIR=str(other / ".git"), GIT_INDEX_FILE=str(other / "index"), GIT_WORK_TREE=str(other)
    )
    assert result.code == 0, result.err
    assert office.git("log", "-1", "--format=%s").strip() == f"register {result.out.strip()}"
    assert list((other / ".git" / "refs" / "heads").iterdir()) == []


UNPRINTED = "The output could not be written: "


def redirected(office: Office, how: str, *args: str) -> Result:
    """Run cmplt as a shell does that was told to redirect its streams."""
    return shell_of(office, f'exec "$@" {how}', *args)


def shell_of(office: Office, script: str, *args: str) -> Result:
    """Run a line of sh whose arguments are the words of a command."""
    done = subprocess.run(["sh", "-c", script, "sh", *CMPLT, *args], cwd=office.root, env=environment(office),
                          capture_output=True, text=True)  # fmt: skip
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.mark.parametrize(
    ("how", "problem"), [(">/dev/full", "No space left on device"), (">&-", "Bad file descriptor")]
)
def test_a_result_that_cannot_be_printed(office: Office, how: str, problem: str) -> None:
    """A full disk or a closed stdout: exit 4, and where to look for what was done all the same."""
    before = office.git("rev-parse", "HEAD")
    result = redirected(office, how, *NEW)
    hint = "What the command did stands: git log -1 shows what was committed last."
    assert (result.code, result.err.splitlines()[-2:]) == (4, [f"cmplt: {UNPRINTED}{problem}.", hint])
    assert [subject.split()[0] for subject in office.commits(before)] == ["register"]
    assert redirected(office, how, "list").code == 4


@pytest.mark.parametrize("how", ["2>/dev/full", "2>&-"])
def test_a_word_that_cannot_be_printed(office: Office, how: str) -> None:
    """Of a command that was to say something on stderr the result is there, and the exit code 4; else nothing is."""
    complaint = office.new()
    result = redirected(office, how, "assign", complaint, "sales", "--at", "2024-03-04 10:01", "--reason", "x")
    assert (result.code, result.out) == (4, f"{complaint}\n")
    assert office.event(complaint)["action"] == "assign"
    assert redirected(office, how, "calendar").code == 0
    assert redirected(office, how, "show", "nobody").code == 3, "what was refused stays refused"


def test_all_streams_closed(office: Office) -> None:
    """As some schedulers start their jobs: no mistake of the program, and nothing is printed into a file."""
    before = office.git("rev-parse", "HEAD")
    assert redirected(office, "<&- >&- 2>&-", *NEW).code == 4
    assert len(office.commits(before)) == 1
    assert redirected(office, "<&- >&- 2>&-", "check").code == 0
    assert office.git("status", "--porcelain") == ""


def test_what_was_found_counts_though_its_reader_has_gone(office: Office) -> None:
    """`check | true` ends as `check` does."""
    path = office.file(office.new())
    path.write_text(path.read_text(encoding="utf-8").replace("态度冷淡", "换了"), encoding="utf-8")
    result = shell_of(office, '{ sleep 0.5; "$@"; echo $? >&2; } | true', "check")
    assert result.err == "1\n"


def test_two_desks_on_one_machine(office: Office) -> None:
    """Four commands at once: each waits for the others, all are committed, nothing is lost."""
    desks = [subprocess.Popen([*CMPLT, *NEW], cwd=office.root, env=environment(office), stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) for _ in range(4)]  # fmt: skip
    outcomes = [(desk.communicate(timeout=120), desk.returncode) for desk in desks]
    assert [code for _, code in outcomes] == [0] * 4, [err.decode() for (_, err), _ in outcomes]
    ids = {out.decode().strip() for (out, _), _ in outcomes}
    assert {row["id"] for row in json.loads(shell(office, "list", "--format", "json").out)} == ids
    assert office.git("status", "--porcelain") == ""
