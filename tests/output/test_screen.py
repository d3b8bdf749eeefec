"""What is printed passes one place that no escape gets through."""

import io

import click
import pytest

from cmplt.output.screen import Screen
from cmplt.storage import yamlfile
from tests.office import Office

# An escape, a carriage return, a C1 control, a mark that turns writing around, a blank that nobody sees.
EVIL = '"\\e]0;x\\a\\e[31mred\\r\\x9b2J\\u202egpj.exe\\u2069\\u200b\\b"'
CODES = "\x1b\r\x9b\u202e\u2069\u200b\x07\x08"


def test_nothing_that_is_printed_reaches_a_terminal_as_more_than_text() -> None:
    """Text and its line ends go through; what a terminal would obey is spelled out."""
    beneath = io.StringIO()
    click.echo("a\tb\x1b[31m\r\x9b2J\u202e", file=Screen(beneath), color=True)
    assert beneath.getvalue() == "a\tb\\x1b[31m\\x0d\\x9b2J\\x202e\n"


def evil(office: Office) -> str:
    """A complaint whose every text is hostile, in an office whose labels are."""
    text = (office.root / "cmplt.yaml").read_text(encoding="utf-8")
    for label in ("Test office", "label: CS", "label: Sales", "label: phone", "label: attitude", "label: general"):
        text = text.replace(label, label.rpartition(" ")[0] + " " + EVIL if ":" in label else EVIL)
    office.policy(text + f"phrases: [{EVIL}]\n")
    one = office.new("--department", "sales", "--owner", "x")
    path = office.file(one)
    path.write_text(
        path.read_text(encoding="utf-8")
        .replace("态度冷淡", EVIL)
        .replace("客户甲", EVIL)
        .replace("owner: x", f"owner: {EVIL}")
        .replace("by: 王芳", f"by: {EVIL}"),
        encoding="utf-8",
    )
    office.git("-c", "user.name=e\x1b[31mvil\u202e", "commit", "-qam", "a\x1b[2Jb\u202e\r")
    return one


@pytest.mark.parametrize(
    "args",
    [
        ("list",), ("show", "{}"), ("show", "{}", "--explain", "--reveal"), ("overdue", "--within", "9 weeks"),
        ("log", "{}"), ("check",), ("report", "--month", "2026-03", "--no-write"), ("calendar",), ("guide",),
        ("report", "--month", "2026-03", "--no-write", "--format", "md"), ("form", "{}", "record"),
        ("form", "{}", "record", "--format", "html"), ("measure", "list"), ("form",), ("guide", "phrases"),
        ("assign", "{}", "no\x1b[31m"), ("show", "no\x1b[31m"), ("check", "no\x1b[31m.yaml"), ("no\x1b[31m",),
        ("escalate", "{}", "--reason", "x", "--severity", "major"), ("respond", "{}", "--note", "\x1b", "--by", "\x1b"),
        *(
            (name, *rest, "--format", style)
            for style in ("json", "csv")
            for name, *rest in (
                ("list",), ("show", "{}"), ("overdue", "--within", "9 weeks"), ("log", "{}"), ("check",), ("calendar",)
            )
        ),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_command_sends_an_escape(office: Office, args: tuple[str, ...]) -> None:
    """Whatever files, policy, authors, commits and arguments hold: neither stdout nor stderr carries a control."""
    one = evil(office)
    result = office.run(*(part.format(one) for part in args))
    assert result.code in (0, 1, 2, 3), result.err
    assert not [char for char in result.out + result.err if char in CODES]


def test_json_keeps_what_is_written_exactly(office: Office) -> None:
    """Escaped for a terminal, and yet the very same value for whoever reads the JSON."""
    one = evil(office)
    assert office.json("show", one)[0]["subject"] == yamlfile.load(EVIL)
