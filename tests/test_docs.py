"""The README and the docs, held against the program: their commands are run, their claims counted."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cmplt.domain import conditions, verdict
from cmplt.errors import Objection
from cmplt.output import measures, records, reporting
from cmplt.output.diagram import process_diagram
from cmplt.output.sections import SECTIONS
from cmplt.storage import yamlfile
from cmplt.storage.validate import complaint_findings, measure_findings, policy_findings
from tests.office import POLICY, Office

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title: str, text: str = README) -> str:
    """The text below a heading, up to the next of its rank."""
    return re.split(r"^#{1,3} ", text.partition(f"# {title}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]


def fenced(language: str, text: str) -> list[str]:
    """The fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def console(text: str) -> list[tuple[str, str]]:
    """The commands of the console blocks, each with what it is shown to print."""
    found = []
    for block in fenced("console", text):
        for part in block.split("$ ")[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def shell(folder: Path, commands: list[str], who: str) -> list[str]:
    """What each command prints, run one after the other in one shell with `cmplt` on its PATH."""
    programs = folder / "bin"
    programs.mkdir()
    (programs / "cmplt").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cmplt "$@"\n', encoding="utf-8")
    (programs / "cmplt").chmod(0o755)
    mark = "= = = next = = ="
    script = "".join(f"{command}\necho '{mark}'\n" for command in commands)
    identity = {f"GIT_{role}_{what}": value for role in ("AUTHOR", "COMMITTER")
                for what, value in (("NAME", who), ("EMAIL", "who@example.com"))}  # fmt: skip
    env = {**os.environ, **identity, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["sh", "-e"], input=script.encode(), cwd=folder, env=env, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)  # fmt: skip
    printed = done.stdout.decode()
    assert done.returncode == 0, printed
    return [part.lstrip("\n") for part in printed.split(f"{mark}\n")[:-1]]


def shown(expected: str) -> str:
    """What a block shows as a pattern: a line `…` stands for any lines, elsewhere `…` for any text."""
    lines = [
        r"(?:.*\n)*?" if line == "…" else re.escape(line).replace("…", ".*") + r"\s*\n"
        for line in expected.splitlines()
    ]
    return "".join(lines)


def test_the_quick_start_is_two_commands() -> None:
    """The first makes an environment and shows the program at work on real data, the second passes the tests."""
    (block,) = fenced("sh", section("Quick start"))
    first, second = block.splitlines()
    assert first.startswith("python3 -m venv .venv && ")
    assert "&& .venv/bin/cmplt demo " in first
    assert "pytest" in second


def test_the_minute_prints_what_it_shows(tmp_path: Path) -> None:
    """Every command of the one-minute tour, run in the demo office, prints what the README says."""
    tour = console(section("One minute"))
    assert len(tour) >= 5
    printed = shell(tmp_path, ["cmplt demo office >/dev/null && cd office", *(command for command, _ in tour)], "王芳")[
        1:
    ]
    for (command, expected), actual in zip(tour, printed, strict=True):
        assert re.fullmatch(shown(expected), actual), f"{command}\n--- shown\n{expected}\n--- printed\n{actual}"


def test_a_complaints_life_can_be_typed_from_the_readme(tmp_path: Path) -> None:
    """Setting up an office and taking a complaint through two rounds, command by command as the README has it."""
    (setup,) = fenced("sh", section("Your own office"))
    life = console(section("A complaint's life"))
    assert len(life) >= 12
    printed = shell(tmp_path, [setup.strip(), *(command for command, _ in life)], "王芳")[1:]
    for (command, expected), actual in zip(life, printed, strict=True):
        assert re.fullmatch(shown(expected), actual), f"{command}\n--- shown\n{expected}\n--- printed\n{actual}"
    office = tmp_path / "our-office"
    log = subprocess.run(["git", "log", "--numstat", "--format=", "--", "complaints"], cwd=office, check=True,
                         capture_output=True, text=True).stdout  # fmt: skip
    steps = [line.split("\t") for line in log.splitlines() if line]
    assert len(steps) == len([command for command, _ in life if "cmplt show" not in command])
    assert {removed for _, removed, _ in steps} == {"0"}


def test_the_diagram_is_that_of_the_process_table() -> None:
    """The README's state diagram is what the table gives."""
    assert fenced("mermaid", README) == [process_diagram() + "\n"]


@pytest.mark.parametrize(
    ("command", "columns"),
    [("overdue", records.OVERDUE), ("list", records.LINE), ("show", records.WHOLE), ("log", records.COMMIT),
     ("calendar", records.DAY), ("check", records.PROBLEM),
     ("audit", {"commit": "commit", **records.PROBLEM}), ("measure list", measures.LINE),
     ("measure show", measures.WHOLE)],
)  # fmt: skip
def test_the_fields_are_documented(command: str, columns: dict[str, str | None]) -> None:
    """docs/json.md names the fields of each command, in their order."""
    table = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| `{command}` \| `(.*?)`", table, re.MULTILINE)
    assert row.split(", ") == list(columns)


def test_the_fields_of_a_report_are_documented(office: Office) -> None:
    """docs/json.md names every field of the JSON and of the rows, in their order but for those of design §7."""
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    (row,) = re.findall(r"^\| `report` \| `(.*?)`", page, re.MULTILINE)
    assert sorted(row.split(", ")) == sorted(office.json("report", "--no-write"))
    for name, columns in (
        ("complaints", reporting.COMPLAINTS),
        ("obligations", reporting.OBLIGATIONS),
        ("measures", measures.ROWS),
    ):
        (row,) = re.findall(rf"^\| `{name}.csv` \| `(.*?)`", page, re.MULTILINE)
        assert row.split(", ") == list(columns)


def test_the_page_on_reports_can_be_followed(tmp_path: Path) -> None:
    """Its commands run in the demo office, and its sections are a policy's."""
    page = (ROOT / "docs" / "reports.md").read_text(encoding="utf-8")
    commands = [command for command, _ in console(page)]
    shown = shell(tmp_path, ["cmplt demo office >/dev/null && cd office", *commands], "王芳")[-1]
    assert set(re.findall(r"`(report\.\w+|\w+\.csv)`", page.partition("## ")[0])) <= set(shown.split())
    (block,) = fenced("yaml", page)
    assert set(yamlfile.load(block)["report"]["sections"]) == set(SECTIONS)


def test_the_example_files_are_a_complaint_and_a_measure() -> None:
    """The files that docs/files.md shows fit their schemas."""
    blocks = fenced("yaml", (ROOT / "docs" / "files.md").read_text(encoding="utf-8"))
    complaint, measure = (block for block in blocks if block.startswith("# yaml-language-server"))
    assert complaint_findings(yamlfile.load(complaint)) == []
    assert measure_findings(yamlfile.load(measure)) == []


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
)
def test_links_lead_somewhere(name: str) -> None:
    """Every relative link of a page names a file that is there."""
    page = ROOT / name
    for target in re.findall(r"\]\(([^):#]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_the_rules_of_the_policy_page_are_an_offices() -> None:
    """Every block of docs/policy.md is, beside the tests' policy, one that an office could have; its table is whole."""
    page = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
    blocks = fenced("yaml", page)
    assert len(blocks) == 4
    for block in blocks:
        assert policy_findings({**yamlfile.load(POLICY), **yamlfile.load(block)}) == []
    named = re.findall(r"`([a-z_]+)", "".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE)))
    assert sorted(named) == sorted(conditions._ENTRIES)


def test_the_page_on_audit_can_be_followed(tmp_path: Path) -> None:
    """Its commands find the demo office sound, its policy block is valid, and it names every rule there is."""
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    commands = console(page)
    printed = shell(tmp_path, ["cmplt demo office >/dev/null && cd office", *(c for c, _ in commands)], "王芳")[1:]
    for (command, expected), actual in zip(commands, printed, strict=True):
        assert re.fullmatch(shown(expected), actual), f"{command}\n--- printed\n{actual}"
    (block,) = fenced("yaml", page)
    assert policy_findings({**yamlfile.load(POLICY), **yamlfile.load(block)}) == []
    named = set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"^\| (`.*?) \|", page, re.MULTILINE))))
    assert {kind.rule for kind in Objection.__subclasses__()} | {*verdict.RULES.values(), "process"} <= named
    written = {rule for path in (ROOT / "cmplt" / "history").glob("*.py") for rule in rules_in(path)}
    assert {"attributes", "clock", "merge", "unreadable"} <= written <= named


def rules_in(path: Path) -> Iterator[str]:
    """The rules under which a module reports problems: `Problem(path, sentence, RULE, …)`, `replace(…, rule=RULE)`."""
    for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(call, ast.Call):
            given = [each.value for each in call.keywords if each.arg == "rule"]
            given += call.args[2:3] if isinstance(call.func, ast.Name) and call.func.id == "Problem" else []
            yield from (each.value for each in given if isinstance(each, ast.Constant) and each.value != "file")


def test_two_desks_can_be_played_from_the_page_on_sharing(tmp_path: Path) -> None:
    """Its commands, run in the demo office and a clone of it, print what it shows; both desks end with the same."""
    page = (ROOT / "docs" / "sharing.md").read_text(encoding="utf-8")
    steps = [(command.replace("/srv/", f"{tmp_path}/"), expected) for command, expected in console(page)]
    assert len(steps) >= 20
    setup = "git init --quiet --bare --initial-branch=main office.git && cmplt demo office >/dev/null && cd office"
    printed = shell(tmp_path, [setup, *(command for command, _ in steps)], "王芳")[1:]
    for (command, expected), actual in zip(steps, printed, strict=True):
        assert re.fullmatch(shown(expected), actual), f"{command}\n--- shown\n{expected}\n--- printed\n{actual}"
    (void,) = [actual for actual in printed if "is void:" in actual]
    assert "客户" not in void
