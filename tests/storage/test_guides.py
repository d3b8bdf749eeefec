"""The shipped pages of know-how, and an office's own."""

import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import click
import pytest

from cmplt.cli import COMMANDS, cli
from cmplt.domain.guides import Guide
from cmplt.domain.policy import FIELDS, Policy
from cmplt.storage import guides as pages
from cmplt.storage import validate, yamlfile
from cmplt.storage.tree import WorkTree

FOLDER = Path(str(files("cmplt.templates"))) / "guides"
SHIPPED = sorted(FOLDER.glob("*.yaml"))
LONGEST = 40  # lines of a page in one language, its title included
# The rules of the five organisations that a page carries.
ROWS = """
    D34 D35 D51 D56 M14 M15 M16 M17 M18 M19 M20 M21 M22 M23 M24 M26 M28 M29 M30 M31 M35 M43 M44 M45 M46 M47
    M48 M49 M50 M51 M52 M53 M54 M58 M60 M63 M64 M67 R33 R41 P06 P08 P17 P18 P23 B04 B18 B34 B35 B36 B37 B38
    B58 B59 B60 B61 B62 B63 B64 B65 B68 B69 B71
"""


def data(path: Path) -> Any:
    return yamlfile.load(path.read_text(encoding="utf-8"))


def own(root: Path, text: str, name: str = "own.yaml") -> Guide | list[str]:
    """What becomes of an office's own page: the page, or its problems as line and sentence."""
    folder = root / "templates" / "guides"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    found = pages.guides(WorkTree(), root)[name.removesuffix(".yaml")]
    return (
        found if isinstance(found, Guide) else [f"{each.line}: {each.sentence.format(**each.fields)}" for each in found]
    )


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_page_is_whole_and_short(path: Path) -> None:
    """It would be accepted from an office, speaks both languages, names its rows, and fits on a screen."""
    found = data(path)
    assert validate.guide_findings(found) == []
    assert set(found["title"]) == set(found["text"]) == {"en", "zh"}
    assert found["rows"]
    assert all(re.fullmatch(r"[DMRPB]\d\d", row) for row in found["rows"])
    for language, text in found["text"].items():
        assert text.count("\n") + 2 <= LONGEST
        assert (re.search(r"[\u4e00-\u9fff]{4}", text) is not None) == (language == "zh")
        assert not re.search(r"[\u4e00-\u9fff]", found["title"]["en"])


def test_every_row_of_the_know_how_has_a_page() -> None:
    """The rows that the five organisations' rules give to guides."""
    carried = {row for path in SHIPPED for row in data(path)["rows"]}
    assert [row for row in ROWS.split() if row not in carried] == []


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_page_names_only_commands_that_there_are(path: Path) -> None:
    """Every command in it exists, with the options named; every page that it leads to is there."""
    names = {name for commands in COMMANDS.values() for name in commands}
    for text in data(path)["text"].values():
        for line in re.findall(r"`(?:cmplt )?(\w+(?: [^`]*)?)`", text):
            if f"cmplt {line}" in text or line.split()[0] in names:
                name, *words = line.split()
                assert name in names, line
                command = cli.get_command(click.Context(cli), name)
                assert command
                options = {option for parameter in command.params for option in parameter.opts}
                assert {word for word in words if word.startswith("--")} <= options, line
        for name in re.findall(r"cmplt guide (\S+?)`", text):
            assert (FOLDER / f"{name}.yaml").is_file(), name


def test_the_shipped_pages_speak_of_names_that_a_shipped_profile_has() -> None:
    """A category, channel, criterion or approach that no profile knows would never be met."""
    policies = [Policy(data(path)) for path in (FOLDER.parent / "profiles").glob("*.yaml")]
    for path in SHIPPED:
        for name, wanted in data(path).get("when", {}).items():
            values = wanted if isinstance(wanted, list) else [wanted]
            if name in FIELDS:
                unknown = [v for v in values if not any(v in policy.tables[FIELDS[name]] for policy in policies)]
                assert not unknown, f"{path.name}: {name} {unknown}"
            else:
                ((key, value),) = wanted.items()
                properties = [policy.data.get("details", {}).get("properties", {}) for policy in policies]
                assert any(value in each.get(key, {}).get("enum", ()) for each in properties), f"{path.name}: {value}"


def test_pages_come_by_name(tmp_path: Path) -> None:
    """The shipped ones alone outside an office; an office's own among them, and in the place of one."""
    assert list(pages.guides(WorkTree(), None)) == [path.stem for path in SHIPPED]
    assert own(tmp_path, "title: T\ntext: x\n", "listening.yaml") == Guide("listening", "T", "x")
    own(tmp_path, "title: T\ntext: x\n", "aaa.yaml")
    assert list(pages.guides(WorkTree(), tmp_path)) == ["aaa", *(path.stem for path in SHIPPED)]


def test_only_the_folder_itself_is_read(tmp_path: Path) -> None:
    """Drafts in a folder below it, and files of another kind, are no pages."""
    (tmp_path / "templates" / "guides" / "drafts").mkdir(parents=True)
    for name in ("drafts/a.yaml", "notes.md"):
        (tmp_path / "templates" / "guides" / name).write_text("?", encoding="utf-8")
    assert list(pages.guides(WorkTree(), tmp_path)) == [path.stem for path in SHIPPED]


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["1: null stands where a mapping is expected"]),
        ("title: T\n", ["1: text is missing"]),
        ("title: T\ntext: {de: x}\n", ["2: the key 'de' is not known here"]),
        ("title: T\nafter: new\ntext: x\n", ["2: new is none of register"]),
        ("title: T\nwhen:\n  colour: red\ntext: x\n", ["3: the key 'colour' is not known here"]),
        ("title: T\nwhen: {urgent: maybe}\ntext: x\n", ["2: maybe stands where true or false is expected"]),
        ("title: T\nwhen: {details: irate}\ntext: x\n", ["2: irate stands where a mapping is expected"]),
        ("title: T\ntext: x\ncolour: red\nafter: dance\n", ["3: the key 'colour'", "4: dance is none of"]),
        ("title: T\n\ttext: x\n", ["2: a tab stands where blanks are expected"]),
        ("title: T\ntitle: T\ntext: x\n", ["2: the key 'title' stands here a second time"]),
    ],
)
def test_a_faulty_page_is_told_with_its_lines(tmp_path: Path, text: str, problems: list[str]) -> None:
    """All that is wrong with it, each at its line."""
    found = own(tmp_path, text)
    assert isinstance(found, list)
    found.sort()
    assert len(found) == len(problems), found
    for told, wanted in zip(found, problems, strict=True):
        assert told.replace(chr(34), "").startswith(wanted), told


def test_a_page_has_a_name_that_can_be_typed(tmp_path: Path) -> None:
    """It is shown as a command, which somebody may copy."""
    assert own(tmp_path, "title: T\ntext: x\n", "a;reboot.yaml") == [
        "1: a guide's file is named with letters, digits and hyphens"
    ]
    assert isinstance(own(tmp_path, "title: T\ntext: x\n", "钣金-1.yaml"), Guide)


def test_what_is_no_file_is_no_page(tmp_path: Path) -> None:
    """A folder that is named like one is told."""
    (tmp_path / "templates" / "guides" / "x.yaml").mkdir(parents=True)
    (problem,) = pages.faulty(pages.guides(WorkTree(), tmp_path))
    assert "folder" in problem.sentence
