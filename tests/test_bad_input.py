"""Bad input of every kind ends in a clear sentence and the right exit code, no traceback, and nothing changed."""

import copy
import errno
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from cmplt.storage import yamlfile
from tests.office import POLICY, Office, Result

FOUND, USAGE, REFUSED, REPOSITORY, BUSY = 1, 2, 3, 4, 5  # design §7

NEW = ("new", "--channel", "phone", "--category", "attitude", "--customer", "客户甲", "--subject", "态度冷淡")


def bad(office: Office, code: int, *args: str, says: Sequence[str] = (), **how: Any) -> Result:
    """A command that must fail with `code`: a sentence, what to do about it, nothing on stdout, nothing changed."""
    result = office.refused(code, *args, says=says, **how)
    assert result.out == ""
    if not result.err.startswith("Usage: "):
        sentence, hint = result.err.rstrip("\n").split("\n")
        assert sentence.startswith("cmplt: ")
        assert hint
    return result


# A policy that asks after everything a condition may name, so that a value of any type is compared with something.
WHEN = """{severity: general, urgent: true, kind: complaint, channel: [phone], category: attitude, department: sales}
{criterion: [safety, media]}
{remedy: goodwill}
{task: look}
{details: {plate: [a, b], claim: '10'}}
{details_over: {claim: '5000'}}""".splitlines()
CRITERIA = ", ".join(f"c{number}: {{label: c, when: {when}}}" for number, when in enumerate(WHEN))
RULES = "".join(
    f"  {word}{number}: {{from: [register, progress], until: close, within: 1 day, owed_by: sales, {word}: {when}}}\n"
    for word in ("when", "unless")
    for number, when in enumerate(WHEN)
)
CURIOUS = (
    POLICY.replace("media: media", f"media: media, {CRITERIA}")
    .replace("deadlines:\n", f"kinds: {{complaint: {{label: c}}}}\ndeadlines:\n{RULES}")
    .replace("approvals: [", "approvals: [" + "".join(f"{{role: chief, {when[1:]}, " for when in WHEN))
)

# --- what is asked of the office --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (("show", "zzzz"), REFUSED, ["There is no complaint 'zzzz' here.", "cmplt list"]),
        (("log", "zzzz"), REFUSED, ["'zzzz'"]),
        (("assign", "zzzz", "sales"), REFUSED, ["'zzzz'"]),
        (("respond", "{one}", "zzzz", "--note", "x"), REFUSED, ["'zzzz'"]),
        (("show", ""), REFUSED, ["There is no complaint"]),
        (("show", "../cmplt"), REFUSED, ["There is no complaint"]),
        (("show", "2026"), REFUSED, ["'2026' may mean", "{one}", "{two}", "Give more of the id"]),
        (("assign", "20260316", "sales"), REFUSED, ["may mean"]),
        (("assign", "{one}", "kitchen"), REFUSED, ["no department 'kitchen'", "customer-service (CS), sales"]),
        (("assign", "{one}", "sale"), REFUSED, ["Did you mean 'sales'?"]),
        ((*NEW, "--department", "kitchen"), REFUSED, ["knows no department 'kitchen'"]),
        ((*NEW, "--received-by", "kitchen"), REFUSED, ["knows no department 'kitchen'"]),
        ((*NEW[:4], "weather", *NEW[5:]), REFUSED, ["knows no category 'weather'"]),
        ((*NEW[:2], "pigeon", *NEW[3:]), REFUSED, ["knows no channel 'pigeon'"]),
        ((*NEW, "--severity", "lethal"), REFUSED, ["knows no severity 'lethal'"]),
        ((*NEW, "--criterion", "luck"), REFUSED, ["knows no criterion 'luck'"]),
        ((*NEW, "--kind", "praise"), REFUSED, ["knows no kind 'praise'"]),
        ((*NEW, "--related", "zzzz"), REFUSED, ["'zzzz'"]),
        (("list", "--department", "kitchen"), REFUSED, ["knows no department 'kitchen'"]),
        (("list", "--category", "weather"), REFUSED, ["knows no category 'weather'"]),
        (("list", "--severity", "lethal"), REFUSED, ["knows no severity 'lethal'"]),
        (("overdue", "--department", "kitchen"), REFUSED, ["knows no department 'kitchen'"]),
        (("escalate", "{two}", "--reason", "x", "--to", "king"), REFUSED, ["knows no role 'king'"]),
        (("respond", "{two}", "--note", "x", "--via", "drums"), REFUSED, ["knows no way 'drums'"]),
        (("resolve", "{one}", "--outcome", "x"), REFUSED, ["{one} is registered: resolve", "Next: assign, reject"]),
        (("respond", "{two}", "{one}", "--note", "x"), REFUSED, ["{one} is registered: respond is not possible"]),
        (("followup", "{two}", "--satisfied"), REFUSED, ["{two} is assigned: followup is not possible"]),
        (("reopen", "{two}", "--reason", "x"), REFUSED, ["{two} is assigned: reopen is not possible"]),
        (("approve", "{two}"), REFUSED, ["{two} is assigned: approve is not possible"]),
        (("done", "{two}", "look"), REFUSED, ["no open task 'look'"]),
        (("amend", "{one}", "id=x", "--reason", "x"), REFUSED, ["id cannot be amended"]),
        (("amend", "{one}", "colour=red", "--reason", "x"), REFUSED, ["colour cannot be amended"]),
        (("amend", "{one}", "category=weather", "--reason", "x"), REFUSED, ["knows no category 'weather'"]),
        (("amend", "{one}", "urgent=perhaps", "--reason", "x"), REFUSED, ["'perhaps' is neither true nor false"]),
        (("task", "{one}", "two words"), REFUSED, ["task", "two words"]),
        (("assign", "{one}", "sales", "--at", "10:01"), REFUSED, ["2026-03-16T10:01:00+08:00 lies in the future"]),
        (("assign", "{one}", "sales", "--at", "2026-03-16T02:00:01Z"), REFUSED, ["lies in the future"]),
        (("assign", "{one}", "sales", "--at", "09:00"), REFUSED, ["lies before the complaint {one} was received"]),
        ((*NEW, "--received", "2026-03-17 09:00"), REFUSED, ["2026-03-17T09:00:00+08:00 lies in the future"]),
        (("show", "{one}", "--as-of", "2026-03-15 09:00"), REFUSED, ["{one} was not registered yet"]),
        (("assign", "{one}", "sales", "--at", "yesterday"), USAGE, ["'yesterday' is not a time"]),
        (("assign", "{one}", "sales", "--at", "25:00"), USAGE, ["'25:00' is not a time"]),
        (("assign", "{one}", "sales", "--at", "2026-02-30 10:00"), USAGE, ["'2026-02-30 10:00' is not a time"]),
        (("assign", "{one}", "sales", "--due", "soon"), USAGE, ["'soon' is not a time"]),
        ((*NEW, "--received", "2026-03-16"), USAGE, ["'2026-03-16' is not a time"]),
        (("list", "--as-of", "now"), USAGE, ["'now' is not a time"]),
        (("overdue", "--as-of", "9"), USAGE, ["'9' is not a time"]),
        (("report", "--month", "2026-13"), USAGE, ["'2026-13' is not a month", "YYYY-MM"]),
        (("report", "--month", "March"), USAGE, ["'March' is not a month"]),
        (("list", "--month", "2026"), USAGE, ["'2026' is not a month"]),
        (("calendar", "2026-3"), USAGE, ["'2026-3' is not a month"]),
        (("overdue", "--within", "a while"), USAGE, ["'a while' is not a length of time", "2 working hours"]),
        (("overdue", "--within", "11 weeks and 1 day"), USAGE, ["is not a length of time"]),
        (("overdue", "--within", "999999999 weeks"), USAGE, ["is not a length of time"]),
        (("propose", "{two}", "--note", "x", "--compensation", "a lot"), USAGE, ["'a lot' is not an amount of money"]),
        (("amend", "{one}", "subject", "--reason", "x"), USAGE, ["'subject' is not of the form FIELD=VALUE"]),
        ((*NEW, "--detail", "plate"), USAGE, ["'plate' is not of the form NAME=VALUE"]),
        (("adjust", "{one}", "--points", "many", "--reason", "x"), USAGE, ["'many'"]),
        (("followup", "{two}"), USAGE, ["--satisfied", "--dissatisfied", "--unreached", "must be given"]),
        (("respond", "{two}"), USAGE, ["--note must be given"]),
        (("new", "--channel", "phone"), USAGE, ["--category, --customer, --subject must be given"]),
        (("assign", "{one}", "sales", "--colour", "red"), USAGE, ["--colour"]),
        (("assign",), USAGE, ["ID"]),
        (("asign", "{one}"), USAGE, ["There is no command 'asign'. Did you mean 'assign'?"]),
        (("list", "--format", "xml"), USAGE, ["xml"]),
        (("list", "--status", "open"), USAGE, ["open"]),
    ],
    ids=lambda value: " ".join(value)[:40] if isinstance(value, tuple) else None,
)  # fmt: skip
def test_what_cannot_be(office: Office, args: tuple[str, ...], code: int, says: list[str]) -> None:
    """Unknown and ambiguous names, what the state or the clock does not allow, and what cannot be parsed."""
    ids = {"one": office.new(), "two": office.new()}
    office.ok("assign", ids["two"], "sales")
    bad(office, code, *(part.format(**ids) for part in args), says=[words.format(**ids) for words in says])


BERLIN = POLICY.replace("Asia/Shanghai", "Europe/Berlin").replace("  holidays: CN\n", "")


@pytest.mark.parametrize(
    ("now", "time", "says"),
    [
        ("2026-03-30T10:00:00+02:00", "2026-03-29 02:30", ["02:30:00 does not exist in Europe/Berlin", "offset"]),
        ("2026-10-26T10:00:00+01:00", "2026-10-25 02:30", ["2026-10-25 02:30:00 exists twice in Europe/Berlin",
                                                          "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"]),
    ],
)  # fmt: skip
def test_a_time_when_the_clocks_change(office: Office, now: str, time: str, says: list[str]) -> None:
    """A local time that a clock change removes or repeats is refused everywhere; with an offset it is taken."""
    office.policy(BERLIN)
    found = office.new(now="2026-03-16T10:00:00+01:00")
    for args in (
        (*NEW, "--received", time), ("assign", found, "sales", "--at", time, "--reason", "x"),
        ("list", "--as-of", time),
        ("assign", found, "sales", "--due", time), ("amend", found, f"received={time}", "--reason", "x"),
    ):  # fmt: skip
        bad(office, REFUSED, *args, says=says, now=now)
    office.ok("assign", found, "sales", "--at", time.replace(" ", "T") + ":00+02:00", "--reason", "x")


# --- files: the complaint's and the policy's ----------------------------------------------------------------------

PAIRS = [(a, b, ", ".join([f"*{a}"] * 9)) for a, b in zip("abcdefgh", "bcdefghi", strict=True)]
LAUGHS = "\na: &a [lol, lol]\n" + "".join(f"{b}: &{b} [{nine}]\n" for a, b, nine in PAIRS)

# What is done to a file that was good, and what is said of it.
Damage = Callable[[bytes], bytes]
DAMAGES: dict[str, tuple[Damage, str]] = {
    "a double key": (lambda text: text + text, "a second time"),
    "a tab": (lambda text: text + b"x:\n\ty: 1\n", "a tab stands where blanks are expected"),
    "a billion laughs": (lambda text: text + LAUGHS.encode(), "an anchor (&) is not allowed"),
    "an alias": (lambda text: text + b"x: *x\n", "an alias (*) is not allowed"),
    "a python object": (
        lambda text: text + b"x: !!python/object/apply:os.system [id]\n",
        "python/object/apply:os.system is not",
    ),
    "a python name": (lambda text: text + b"x: !!python/name:os.system ''\n", "is not allowed"),
    "an unknown tag": (lambda text: text + b"x: !y z\n", "the tag !y is not allowed"),
    "a number as a key": (lambda text: text + b"2026: x\n", "a key must be text"),
    "a second document": (lambda text: text + b"---\nx: y\n", "a second document begins here"),
    "an open bracket": (lambda text: text + b"x: [\n", "not readable as YAML"),
    "a hundred thousand brackets": (lambda text: text + b"x: " + b"[" * 100_000, "nested more than 40 levels deep"),
    "a hundred thousand hyphens": (lambda text: text + b"x:\n  " + b"- " * 100_000, "nested more than 40 levels deep"),
    "a hundred thousand question marks": (lambda text: text + b"? " * 100_000, "a key must be text"),
    "a long number": (lambda text: text + b"x: " + b"1" * 5000, "this number is too long"),
    "not UTF-8": (lambda text: text + b"x: \xff\n", "byte 0xff is not UTF-8"),
    "GB 18030": (lambda text: text + "x: 客户".encode("gb18030"), "is not UTF-8"),
    "UTF-16": (lambda text: text.decode().encode("utf-16"), "is not UTF-8"),
    "NUL": (lambda text: text + b"x: \0\n", "U+0000"),
    "an escape": (lambda text: text + b"x: \x1b[31m\n", "U+001B"),
    "2 MB": (lambda text: text + b"#" * (2 << 20), "more than 1048576 are not read"),
    "empty": (lambda text: b"", ""),
    "a remark": (lambda text: b"# x\n", ""),
    "a list": (lambda text: b"- x\n", ""),
    "a word": (lambda text: b"x\n", ""),
    "null bytes only": (lambda text: bytes(1000), "U+0000"),
}
READING = (
    ("list",),
    ("list", "--all", "--format", "json"),
    ("overdue",),
    ("overdue", "--format", "csv"),
    ("report", "--no-write"),
)
TOUCHING = (
    ("show", "{}"),
    ("show", "{}", "--format", "json"),
    ("assign", "{}", "service"),
    ("respond", "{}", "{good}", "--note", "x"),
    ("amend", "{}", "subject=x", "--reason", "x"),
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_complaint(office: Office, damage: str) -> None:
    """Lists and reports go on with the rest, name file and line on stderr and end with 1; to touch it is refused."""
    broken, good = office.new(), office.new()
    for each in (broken, good):
        office.ok("assign", each, "sales")
    path = office.file(broken)
    change, words = DAMAGES[damage]
    path.write_bytes(change(path.read_bytes()))
    name = path.relative_to(office.root).as_posix()
    for args in READING:
        result = office.refused(FOUND, *args, says=[f"{name}:", words], now="2026-03-17T10:00:00+08:00")
        assert good in result.out or args[0] == "report"
        assert broken not in result.out
        assert len(result.err.splitlines()) == 1
    for args in TOUCHING:
        bad(office, FOUND, *(part.format(broken, good=good) for part in args), says=[f"cmplt: {name}:", words])
    found = office.run("check")
    assert (found.code, found.err) == (FOUND, "")
    assert all(line.startswith(f"{name}:") for line in found.out.splitlines())
    assert words in found.out
    office.ok("respond", good, "--note", "x")


ALL = (
    *READING,
    ("show", "{}"),
    ("assign", "{}", "sales"),
    NEW,
    ("calendar",),
    ("report",),
    ("overdue", "--within", "1 day"),
)


def refused_by_the_policy(office: Office, complaint_id: str, *words: str) -> None:
    """Every command refuses to work with a policy that is not valid, and names it; `check` says the same."""
    for args in ALL:
        bad(
            office,
            REFUSED,
            *(part.format(complaint_id) for part in args),
            says=["The policy is not valid: cmplt.yaml:", *words],
        )
    found = office.run("check")
    assert (found.code, found.err) == (FOUND, "")
    for each in words:
        assert each in found.out


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_policy(office: Office, damage: str) -> None:
    """With a policy that cannot be read no command goes on, and each says where it is broken."""
    found = office.new()
    path = office.root / "cmplt.yaml"
    change, words = DAMAGES[damage]
    path.write_bytes(change(path.read_bytes()))
    refused_by_the_policy(office, found, words)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("2 working hours", "a while", ["23:5", "a while"]),
        ("within: 30 working minutes", "within: 99 years", ["99 years"]),
        ("3 working days", "999999999 weeks", ["'999999999 weeks' is longer than ten years"]),
        ("{mon-fri: '09:00-12:00 13:00-18:00'}", "{mon-fri: closed}", ["5:3", "The calendar has no working time"]),
        (
            "{mon-fri: '09:00-12:00 13:00-18:00'}",
            "{mon-fri: '18:00-09:00'}",
            ["'18:00-09:00' is not a day's working hours"],
        ),
        ("Asia/Shanghai", "Asia/Chengdu", ["4:3", "There is no time zone 'Asia/Chengdu'"]),
        ("Asia/Shanghai", "../../etc/passwd", ["4:3", "passwd"]),
        ("holidays: CN", "holidays: XX", ["6:3", "No holidays are known for 'XX'"]),
        ("  holidays: CN", "  exceptions: {'2026-02-30': closed}", ["6:16"]),
        ("policy: 1\n", "policy: 1\ncolour: red\n", ["2:1", "the key 'colour' is not known here"]),
        ("{label: Sales}", "{label: Sales, 销售}", ["7:68", "the key '销售' is not known here"]),
        ("intake: customer-service", "intake: kitchen", ["8:1", "'kitchen' is not defined under departments"]),
        ("owed_by: department\n    by_severity", "owed_by: kitchen\n    by_severity", ["'kitchen' is not defined"]),
        ("policy: 1\n", "", ["1:1", "policy is missing"]),
        ("policy: 1\n", "policy: 2\n", ["1:1"]),
    ],
)
def test_a_policy_that_cannot_be(office: Office, old: str, new: str, words: list[str]) -> None:
    """A length, a calendar, a zone, a country or a key that cannot be makes the policy invalid, with its line."""
    found = office.new()
    assert old in POLICY
    office.policy(POLICY.replace(old, new, 1))
    refused_by_the_policy(office, found, *words)


@pytest.mark.parametrize("name", ["cmplt.yaml", "complaint"])
def test_a_huge_file(office: Office, name: str) -> None:
    """A file of 50 MB is refused by its size, before it is read."""
    found, good = office.new(), office.new()
    path = office.file(found) if name == "complaint" else office.root / name
    with path.open("ab") as file:
        file.truncate(50 << 20)
    code = FOUND if name == "complaint" else REFUSED
    for args in (("list",), ("overdue",), ("show", found), ("assign", found, "sales")):
        result = office.run(*args)
        assert (result.code, "has 52428800 bytes; more than 1048576 are not read" in result.err) == (code, True)
        assert (good in result.out) == (args == ("list",) and name == "complaint")
    assert path.stat().st_size == 50 << 20


@pytest.mark.parametrize("kind", ["folder", "dangling link"])
def test_something_else_where_a_file_should_be(office: Office, kind: str) -> None:
    """A folder, or a link to nothing, in the place of a complaint's file is named like any file that cannot be read."""
    broken, good = office.new(), office.new()
    path = office.file(broken)
    path.unlink()
    if kind == "folder":
        path.mkdir()
        (path / "x").touch()
    else:
        path.symlink_to("nowhere")
    name = path.relative_to(office.root).as_posix()
    for args in READING:
        office.refused(FOUND, *args, says=[f"{name}:1:1"])
    assert good in office.run("list").out
    bad(office, FOUND, "show", broken, says=[name])
    bad(office, FOUND, "assign", broken, "sales", says=[name])


@pytest.mark.parametrize("kind", ["folder", "dangling link", "nothing"])
def test_no_policy_at_all(office: Office, kind: str) -> None:
    """Without a file cmplt.yaml there is no office, and it says what is missing."""
    path = office.root / "cmplt.yaml"
    path.unlink()
    if kind == "folder":
        path.mkdir()
    elif kind == "dangling link":
        path.symlink_to("nowhere")
    for args in (("list",), NEW, ("check",), ("calendar",)):
        bad(office, REPOSITORY, *args, says=["cmplt.yaml", "cmplt init"])


def indented(text: bytes, *, by: int, gap: int) -> bytes:
    """A file whose events stand `by` blanks in, with `gap` blanks behind each hyphen."""
    head, events = text.split(b"events:\n")
    lines = [b" " * by + b"-" + b" " * gap + line[4:] if line.startswith(b"  -") else b" " * (by + gap + 1) + line[4:]
             for line in events.splitlines(keepends=True)]  # fmt: skip
    return head + b"events:\n" + b"".join(lines)


STYLES: dict[str, Damage] = {
    "CRLF": lambda text: text.replace(b"\n", b"\r\n"),
    "BOM": lambda text: b"\xef\xbb\xbf" + text,
    "BOM and CRLF": lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"),
    "CRLF without the last": lambda text: text.replace(b"\n", b"\r\n")[:-2],
    "no final newline": lambda text: text[:-1],
    "deep indentation": lambda text: indented(text, by=6, gap=3),
    "no indentation": lambda text: indented(text, by=0, gap=1),
    "comments": lambda text: b"# 1\n" + text.replace(b"events:", b"# 2\nevents: # 3\n\n  # 4") + b"  # 5\n# 6\n",
}


@pytest.mark.parametrize("style", STYLES)
def test_files_in_a_style_of_their_own(office: Office, style: str) -> None:
    """CRLF, a byte order mark, any indentation, comments: such a file is read, and appended to in its own style."""
    found = office.new()
    path = office.file(found)
    data, before = office.data(found), STYLES[style](path.read_bytes())
    path.write_bytes(before)
    assert yamlfile.load(yamlfile.decode(before)) == data
    office.git("commit", "-qam", "by hand", check=False)
    assert [row["id"] for row in office.json("list")] == [found]
    office.ok("assign", found, "sales")
    office.ok("respond", found, "--note", "一\n\n二")
    after = path.read_bytes()
    assert after.startswith(before)
    added = after[len(before) :]
    assert added.count(b"\r\n") == (added.count(b"\n") if "CRLF" in style else 0)
    assert [event["action"] for event in office.data(found)["events"]] == ["register", "assign", "respond"]
    assert office.event(found)["note"] == "一\n\n二"
    assert office.git("status", "--porcelain") == ""
    assert "\r" not in office.git("show", f"HEAD:{path.relative_to(office.root)}")
    assert office.ok("check", "--strict").out == ""


@pytest.mark.parametrize("style", ["CRLF", "BOM", "BOM and CRLF", "no final newline"])
def test_a_policy_in_a_style_of_its_own(office: Office, style: str) -> None:
    """A policy with CRLF, a byte order mark or without a final newline is read like any other."""
    path = office.root / "cmplt.yaml"
    path.write_bytes(STYLES[style](path.read_bytes()))
    found = office.new()
    assert office.ok("check").out == ""
    assert [row["id"] for row in office.json("list")] == [found]


def test_old_line_ends(office: Office) -> None:
    """A file whose lines end in CR alone is read like any broken file: named, with what to do, never a traceback."""
    found = office.new()
    path = office.file(found)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r"))
    for args in (("show", found), ("assign", found, "sales")):
        bad(office, FOUND, *args, says=["CR"])


def test_events_in_brackets(office: Office) -> None:
    """To events in flow style nothing is appended; they are read all the same."""
    found = office.new()
    path = office.file(found)
    head, _ = path.read_text(encoding="utf-8").split("events:")
    path.write_text(head + "events: [{at: 2026-03-16T10:00:00+08:00, by: 王芳, action: register}]\n", encoding="utf-8")
    office.git("commit", "-qam", "by hand")
    assert [row["id"] for row in office.json("list")] == [found]
    bad(office, REFUSED, "assign", found, "sales", says=[path.relative_to(office.root).as_posix(), "brackets"])


def test_events_that_are_not_last(office: Office) -> None:
    """Where something stands behind the events nothing is appended."""
    found = office.new()
    path = office.file(found)
    path.write_text(path.read_text(encoding="utf-8") + "place: 二号展厅\n", encoding="utf-8")
    office.git("commit", "-qam", "by hand")
    bad(office, REFUSED, "assign", found, "sales", says=[path.relative_to(office.root).as_posix()])


def test_a_file_that_would_become_too_large(office: Office) -> None:
    """A complaint that could not be read afterwards is not written: neither a new one nor one by appending."""
    bad(office, REFUSED, *NEW, "--description", "-", stdin="长" * 500_000, says=["1048576"])
    found = office.new()
    path = office.file(found)
    text = path.read_text(encoding="utf-8")
    path.write_text("# " + "x" * ((1 << 20) - len(text.encode()) - 100) + "\n" + text, encoding="utf-8")
    office.git("commit", "-qam", "large")
    bad(office, REFUSED, "assign", found, "sales", says=["1048576"])


def test_an_unknown_key_in_a_complaint(office: Office) -> None:
    """A complaint with an unknown key is listed and can be worked on; `check` calls it an error."""
    found = office.new()
    path = office.file(found)
    path.write_text(path.read_text(encoding="utf-8").replace("urgent:", "colour: red\nurgent:"), encoding="utf-8")
    office.git("commit", "-qam", "by hand")
    assert [row["id"] for row in office.json("list")] == [found]
    office.ok("assign", found, "sales")
    result = office.run("check")
    assert result.code == FOUND
    assert "error: the key 'colour' is not known here" in result.out


ODD: list[Any] = [
    None, 5, True, "x", "", [], ["x"], [[]], {"x": {}}, {"x": {"from": 1}}, 10**30, "2026-02-30T00:00:00Z",
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00",
]  # fmt: skip
FIELDS = {
    "facts": "received received_by channel kind customer category severity",
    "more facts": "criteria urgent subject description occurred place",
    "still more facts": "external_id related details imported events",
    "register": "at by action recorded note reason due opens provisional",
    "assign": "department owner due",
    "respond": "note via",
    "escalate": "reason severity criterion urgent to",
    "task": "task title department due",
    "done": "task",
    "propose": "note remedy compensation",
    "approve": "role",
    "amend": "changes",
    "adjust": "points department",
    "resolve": "outcome cause agreed due opens",
    "followup": "result via rating answers",
}
LIFE = (
    ("assign", "sales"), ("respond", "--note", "x", "--via", "phone"), ("task", "look", "--due", "18:00"),
    ("done", "look"),
    ("propose", "--note", "x", "--remedy", "goodwill", "--compensation", "10"), ("approve", "--role", "quality"),
    ("approve", "--role", "general-manager"), ("escalate", "--reason", "x", "--criterion", "safety", "--to", "quality"),
    ("amend", "severity=general", "details.claim=11", "--reason", "x"), ("adjust", "--points", "2", "--reason", "x"),
    ("resolve", "--outcome", "x", "--cause", "attitude"), ("followup", "--dissatisfied", "--early", "--rating", "2"),
)  # fmt: skip


@pytest.fixture(scope="module")
def life(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The data of a complaint to which nearly everything has happened."""
    root = tmp_path_factory.mktemp("life") / "office"
    shutil.copytree(pristine, root)
    office = Office(root, datetime.fromisoformat("2026-03-16T10:00:00+08:00"))
    found = office.new("--detail", "claim=10", "--criterion", "media")
    for action, *more in LIFE:
        office.ok(action, found, *more)
    return office.data(found)


@pytest.mark.parametrize("where", FIELDS)
def test_values_of_any_type(office: Office, life: Any, where: str) -> None:
    """Whatever type a value written by hand has, its file is listed or named on stderr; no command fails over it."""
    office.policy(CURIOUS)
    index = next((i for i, event in enumerate(life["events"]) if event["action"] == where), None)
    odd = [(field, value) for field in FIELDS[where].split() for value in ODD]
    if where == "register":
        odd.remove(("at", ODD[-1]))  # that one is not registered yet
    ids = [f"20260316-{number:04d}" for number in range(len(odd))]
    for complaint_id, (field, value) in zip(ids, odd, strict=True):
        data = copy.deepcopy({**life, "id": complaint_id})
        (data if index is None else data["events"][index])[field] = value
        path = office.file(complaint_id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yamlfile.dump(data), encoding="utf-8")
    result = office.run("list", "--all", "--format", "json")
    listed = {row["id"] for row in json.loads(result.out)}
    named = {each for each in ids if f"/{each}.yaml:" in result.err}
    assert (sorted(listed | named), listed & named) == (ids, set())
    assert result.code == (FOUND if named else 0)
    for args in (("overdue",), ("report", "--no-write", "--month", "2026-03"), ("list", "客户")):
        assert office.run(*args).code == result.code
    assert office.run("check").code == FOUND
    for each in ids:
        for args in (("show", each), ("show", each, "--format", "json"), ("progress", each, "--note", "x")):
            assert office.run(*args).code in (0, FOUND, REFUSED)


# --- the repository -------------------------------------------------------------------------------------------------


def test_not_an_office(tmp_path: Path, office: Office) -> None:
    """Outside an office every command says that there is none, and how to get one."""
    for args in (
        ("list",),
        ("overdue",),
        ("report",),
        ("check",),
        ("calendar",),
        NEW,
        ("show", "7k3f"),
        ("assign", "7k3f", "sales"),
    ):
        result = office.run(*args, cwd=tmp_path)
        assert result.code == REPOSITORY
        assert "there is no cmplt.yaml in it or above it" in result.err
        assert "cmplt init" in result.err


@pytest.mark.parametrize("inside", [False, True])
def test_an_office_that_is_no_repository_of_its_own(office: Office, tmp_path: Path, inside: bool) -> None:
    """A cmplt.yaml without git, or lying inside another repository, is no office; nothing is committed to that one."""
    outer = Office(tmp_path / "outer", office.now)
    sample = outer.root / "sample"
    sample.mkdir(parents=True)
    (sample / "cmplt.yaml").write_text(POLICY, encoding="utf-8")
    if inside:
        outer.git("init", "-q")
        outer.git("add", "-A")
        outer.git("commit", "-qm", "outer")
    files = sorted(outer.root.rglob("*"))
    for args in (("list",), ("check",), NEW, ("report",)):
        for folder in (sample, sample / "complaints" / "2026"):
            result = office.run(*args, cwd=folder)
            assert result.code == REPOSITORY
            assert "holds a cmplt.yaml but is not the top of a git work tree" in result.err
    assert sorted(path for path in outer.root.rglob("*") if ".git" not in path.parts) == [
        path for path in files if ".git" not in path.parts
    ]


def test_a_broken_repository(office: Office) -> None:
    """Where .git is not a repository, commands that need git say so."""
    found = office.new()
    (office.root / ".git").rename(office.root.parent / "away")
    (office.root / ".git").mkdir()
    for args in (NEW, ("assign", found, "sales"), ("log", found), ("check",)):
        result = office.run(*args)
        assert (result.code, result.out) == (REPOSITORY, "")
        assert "is not the top of a git work tree" in result.err


def test_no_git_on_the_machine(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without git the commands that need it say so; the lists do without."""
    found = office.new()
    monkeypatch.setenv("PATH", str(tmp_path))
    for args in (
        NEW,
        ("assign", found, "sales"),
        ("log", found),
        ("check",),
        ("check", "--staged"),
        ("init", "x", "--profile", "auto-dealer"),
    ):
        result = office.run(*args)
        assert (result.code, result.out) == (REPOSITORY, "")
        assert "git is not installed" in result.err
    for args in (("list",), ("overdue",), ("show", found)):
        assert office.run(*args).code == 0


def test_no_identity(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a git identity nothing is written, and what needs none works; `init` leaves no half an office."""
    found = office.new()
    monkeypatch.setattr(office, "identity", dict)
    for args in (NEW, ("assign", found, "sales")):
        bad(office, REPOSITORY, *args, says=["git does not know who you are", "git config"])
    for args in (("list",), ("overdue",), ("show", found), ("check",), ("calendar",)):
        office.ok(*args)
    result = office.run("init", str(office.root.parent / "fresh"), "--profile", "auto-dealer")
    assert result.code == REPOSITORY
    assert not [path for path in (office.root.parent / "fresh").rglob("*") if ".git" not in path.parts]
    monkeypatch.undo()
    office.ok("init", str(office.root.parent / "fresh"), "--profile", "auto-dealer")


@pytest.mark.parametrize("name", ["pre-commit", "commit-msg"])
def test_a_hook_that_refuses(office: Office, name: str) -> None:
    """A hook that refuses ends a command with 4 and its own words."""
    found = office.new()
    hook = office.root / ".git" / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'no, not today' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    for args in (NEW, ("assign", found, "sales")):
        bad(office, REPOSITORY, *args, says=["no, not today"])


def test_a_merge_in_progress(office: Office) -> None:
    """During a merge nothing is written; lists and checks work."""
    found = office.new()
    office.git("checkout", "-q", "-b", "other")
    office.git("commit", "-q", "--allow-empty", "-m", "x")
    office.git("checkout", "-q", "main")
    office.git("merge", "-q", "--no-ff", "--no-commit", "other")
    for args in (NEW, ("assign", found, "sales")):
        bad(office, REPOSITORY, *args, says=["A merge is going on", "git merge --abort"])
    for args in (("list",), ("overdue",), ("check",)):
        office.ok(*args)


def test_conflict_marks_in_a_complaint(office: Office) -> None:
    """A complaint with conflict marks in it is named with the line of the first mark, the rest is listed."""
    broken, good = office.new(), office.new()
    path = office.file(broken)
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("subject", "<<<<<<< HEAD\nsubject").replace("events:", "=======\n>>>>>>> other\nevents:"),
        encoding="utf-8",
    )
    line = text[: text.index("subject")].count("\n") + 1
    result = office.refused(FOUND, "list", says=[f"{path.name}:{line}:1", "marks of a merge's conflict"])
    assert good in result.out


def test_the_index_is_locked(office: Office) -> None:
    """While git's index.lock is there a command ends with 5 and names it."""
    found = office.new()
    lock = office.root / ".git" / "index.lock"
    lock.touch()
    for args in (NEW, ("assign", found, "sales")):
        bad(office, BUSY, *args, says=[str(lock)])
    assert lock.exists()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
@pytest.mark.parametrize(
    "args", [NEW, ("assign", "{}", "sales"), ("report", "--month", "2026-03")], ids=lambda args: args[0]
)
def test_a_disk_that_is_full_or_read_only(office: Office, args: tuple[str, ...], code: int) -> None:
    """Wherever the disk refuses to take a file, the command ends with 4; nothing is changed, no half report left."""
    found = office.new()
    office.ok("report", "--month", "2026-03")
    office.git("add", "-A")
    office.git("commit", "-qm", "report")
    opened = io.open
    for nth in count(1):
        calls = 0

        def full(path: Any, mode: str = "r", *more: Any, **others: Any) -> Any:
            nonlocal calls
            ours = not isinstance(path, int) and Path(path).is_relative_to(office.root)
            if ours and mode[0] in "wax" and not Path(path).name.startswith("seen."):  # written when all is done
                calls += 1
                if calls >= nth:  # noqa: B023 (called before the next turn)
                    raise OSError(code, os.strerror(code), str(path))
            return opened(path, mode, *more, **others)

        with pytest.MonkeyPatch.context() as patch:
            before = office.state()
            patch.setattr(io, "open", full)
            patch.setattr("builtins.open", full)
            result = office.run(*(part.format(found) for part in args), now="2026-03-16T11:00:00+08:00")
        if calls < nth:
            assert (result.code, nth > 1) == (0, True)
            return
        assert (result.code, os.strerror(code) in result.err) == (REPOSITORY, True), result
        assert "Traceback" not in result.err
        assert office.state() == before


# --- arguments and facts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ((*NEW[:-1], b"\xff"), REFUSED),
        ((*NEW, "--description", b"a\xe5"), REFUSED),
        ((*NEW, "--contact", b"\xed\xa0\x80"), REFUSED),
        ((*NEW, "--by", b"\xff"), REFUSED),
        ((*NEW, "--note", b"\xff"), REFUSED),
        ((*NEW, "--detail", b"plate=\xff"), REFUSED),
        ((*NEW, "--detail", b"\xff=x"), REFUSED),
        ((*NEW, "--department", b"\xff"), REFUSED),
        ((*NEW, "--department", "sales", "--owner", b"\xff"), REFUSED),
        (("assign", "{}", b"\xff"), REFUSED),
        (("assign", "{}", "sales", "--owner", b"\xff"), REFUSED),
        (("assign", "{}", "sales", "--at", b"\xff"), USAGE),
        (("task", "{}", b"\xff"), REFUSED),
        (("amend", "{}", b"subject=\xff", "--reason", "x"), REFUSED),
        (("amend", "{}", "subject=x", "--reason", b"\xff"), REFUSED),
        (("amend", "{}", b"details.\xff=x", "--reason", "x"), REFUSED),
        (("show", b"\xff"), REFUSED),
        (("report", "--month", b"\xff"), USAGE),
        (("new", "--from", b"\xff"), FOUND),
        ((b"\xff",), USAGE),
        (("list", b"--\xff"), USAGE),
    ],
    ids=ascii,
)
def test_arguments_that_are_not_utf8(office: Office, args: tuple[str | bytes, ...], code: int) -> None:
    """Bytes that are no UTF-8 are refused wherever text is given, and leave no trace in a file or a commit."""
    found = office.new()
    before = office.state()
    given = [part if isinstance(part, bytes) else part.format(found).encode() for part in args]
    done = subprocess.run(
        [sys.executable.encode(), b"-m", b"cmplt", *given], cwd=office.root, env={**os.environ, **office.identity()},
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert b"Traceback" not in done.stderr
    assert b"mistake of the program" not in done.stderr
    assert done.stderr.decode("utf-8")
    assert done.stdout == b""
    assert office.state() == before


@pytest.mark.parametrize("content", [b"a\xff\n", b"\xed\xa0\x80", "客户".encode("gb18030")])
def test_standard_input_that_is_not_utf8(office: Office, content: bytes) -> None:
    """A description or facts on standard input that are no UTF-8 are refused."""
    bad(office, REFUSED, *NEW, "--description", "-", stdin=content, says=["UTF-8"])
    bad(office, FOUND, "new", "--from", "-", stdin=b"subject: " + content, says=["UTF-8"])


GOOD = {"channel": "phone", "category": "attitude", "customer": {"name": "甲", "contact": "138"}, "subject": "态度冷淡"}


@pytest.mark.parametrize(
    "text",
    ["a\n", "a\n\n", "a ", "a\x85", "a\u2028b", "a\tb", "a\r\nb", "\n", "\n\na", "😀", "a\n\u2029", " a\n b"],
    ids=ascii,
)
def test_text_of_any_kind_is_kept(office: Office, text: str) -> None:
    """Text with odd ends, separators and pictures is written and reads back as it was given, from wherever it comes."""
    found = office.ok(*NEW, "--description", "-", stdin=text).out.strip()
    other = office.ok("new", "--from", "-", stdin=json.dumps({**GOOD, "description": text})).out.strip()
    assert [office.data(each)["description"] for each in (found, other)] == [text, text]
    office.ok("assign", found, "sales")
    if text.strip():
        office.ok("respond", found, "--note", text)
        assert office.event(found)["note"] == text
    office.ok("reject", found, "--reason", f"x{text}")
    assert office.event(found)["reason"] == f"x{text}"
    assert office.ok("check", "--strict").out == ""


def test_facts_as_json_writes_them(office: Office) -> None:
    """JSON as other programs write it is taken: escapes, surrogate pairs, tabs, long lines."""
    facts = {
        **GOOD,
        "subject": "😀 é \u2028",
        "description": 'a"b\\c/\t\n' * 50,
        "details": {"a" * 200: [1, None, True, 1.5]},
    }
    for text in (json.dumps(facts), json.dumps(facts, ensure_ascii=False), json.dumps([facts], indent="\t")):
        found = office.ok("new", "--from", "-", stdin=text).out.strip()
        assert {name: office.data(found)[name] for name in facts} == facts


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", REFUSED, []),
        ("[]", REFUSED, []),
        ("null", REFUSED, []),
        ("text", REFUSED, []),
        ("[1, 2]", REFUSED, []),
        ('{"subject": ', FOUND, ["-:", "not readable"]),
        ("a: [", FOUND, ["-:", "not readable"]),
        ("a: 1\n\tb: 2", FOUND, ["-:2:1", "a tab stands"]),
        ("a: 1\na: 2", FOUND, ["-:2:1", "a second time"]),
        ('{"a": 1, "a": 2}', FOUND, ["a second time"]),
        (LAUGHS, FOUND, ["-:2:4", "an anchor"]),
        ("a: !!python/object/apply:os.system [id]", FOUND, ["-:1:4", "is not allowed"]),
        ("[" * 100_000, FOUND, ["nested more than 40 levels deep"]),
        ('subject: "\\ud800"', FOUND, ["-:1:"]),
        (
            json.dumps({"channel": "phone", "category": "attitude", "customer": {"name": "x"}, "subject": "\ud800"}),
            REFUSED,
            [],
        ),
        ("x" * (50 << 20), FOUND, ["more than 1048576 are not read"]),
        ("a: 1\n---\nb: 2", FOUND, ["a second document"]),
        ("a: \0", FOUND, ["U+0000"]),
        ({"id": "20260316-7k3f"}, REFUSED, ["leave out 'id'"]),
        ({"events": []}, REFUSED, ["leave out 'events'"]),
        ({"colour": "red"}, REFUSED, ["colour"]),
        ({"subject": None}, REFUSED, ["subject"]),
        ({"subject": "a\nb"}, REFUSED, ["subject"]),
        ({"channel": "pigeon"}, REFUSED, ["knows no channel 'pigeon'"]),
        ({"channel": ["phone"]}, REFUSED, ["channel"]),
        ({"category": {"a": 1}}, REFUSED, ["category"]),
        ({"severity": "lethal"}, REFUSED, ["lethal"]),
        ({"severity": ["major"]}, REFUSED, ["severity"]),
        ({"criteria": "media"}, REFUSED, ["criteria"]),
        ({"criteria": [["media"]]}, REFUSED, ["criteria"]),
        ({"criteria": 5}, REFUSED, ["criteria"]),
        ({"customer": "甲"}, REFUSED, ["customer"]),
        ({"customer": {"contact": "138"}}, REFUSED, ["name"]),
        ({"customer": {"name": 5}}, REFUSED, ["customer.name"]),
        ({"urgent": "yes"}, REFUSED, ["urgent"]),
        ({"received": "yesterday"}, USAGE, ["'yesterday' is not a time"]),
        ({"received": "2026-03-17T10:00:00+08:00"}, REFUSED, ["lies in the future"]),
        ({"received": 5}, REFUSED, ["received"]),
        ({"received": "0001-01-01T00:00:00+14:00"}, USAGE, ["0001-01-01T00:00:00+14:00"]),
        ({"details": [1]}, REFUSED, ["details"]),
        ({"details": {"claim": "a lot"}, "colour": 1}, REFUSED, ["colour"]),
        ({"details": {"claim": 6000, "plate": ["a"]}, "colour": 1}, REFUSED, ["colour"]),
        ({"details": {"claim": {"a": 1}, "plate": {"b": 2}}, "colour": 1}, REFUSED, ["colour"]),
        ({"kind": ["complaint"]}, REFUSED, ["kind"]),
        ({"urgent": [True]}, REFUSED, ["urgent"]),
        ({"criteria": [{"a": 1}]}, REFUSED, ["criteria"]),
        ({"related": ["zzzz"]}, REFUSED, ["zzzz"]),
        ({"occurred": "yesterday"}, REFUSED, ["occurred"]),
        ({"imported": False}, REFUSED, ["imported"]),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str | dict) else None,
)
def test_facts_that_cannot_be_taken(office: Office, text: str | dict[str, Any], code: int, says: list[str]) -> None:
    """Facts from a file are taken all or none: alone, and as one of three, they are refused and leave no trace."""
    if isinstance(text, str):
        bad(office, code, "new", "--from", "-", stdin=text, says=says)
        (office.root.parent / "facts.yaml").write_text(text, encoding="utf-8")
        bad(office, code, "new", "--from", "../facts.yaml", says=[each.replace("-:", "facts.yaml:") for each in says])
        return
    office.policy(CURIOUS)
    assert office.ok("check").out == ""
    facts = {**GOOD, **text}
    bad(office, code, "new", "--from", "-", stdin=json.dumps(facts), says=says)
    bad(office, code, "new", "--from", "-", stdin=json.dumps([GOOD, facts, GOOD], ensure_ascii=False), says=says)
    bad(office, code, "new", "--from", "-", "--department", "sales", stdin=yamlfile.dump([GOOD, facts]), says=says)


def test_facts_from_a_file_that_is_not_there(office: Office) -> None:
    """A file that is not there, or is a folder, is named."""
    bad(office, FOUND, "new", "--from", "nowhere.yaml", says=["nowhere.yaml"])
    bad(office, FOUND, "new", "--from", ".", says=[".", "directory"])


def test_good_facts_beside_the_bad(office: Office) -> None:
    """The same facts without the bad one are taken, all in one commit."""
    before = office.git("rev-parse", "HEAD")
    found = office.ok("new", "--from", "-", stdin=yamlfile.dump([GOOD, GOOD, GOOD])).out.split()
    assert len(set(found)) == 3
    assert office.commits(before) == [f"register {' '.join(found)}"]
