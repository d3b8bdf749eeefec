"""docs/requirements.md, held against the program: no row missing, and everything named as proof is there."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

from tests.scenarios import script

ROOT = Path(__file__).parent.parent
# The documents by the letter of their rows, with the number of these.
DOCUMENTS = {"D": ("auto-dealer", 80), "M": ("carmaker", 68), "R": ("retail", 49), "P": ("property", 41),
             "B": ("manufacturer", 75)}  # fmt: skip
# What is against the openness that ISO 10002 asks for, or stays with the departments.
NOT_BUILT = {"M32", "M33", "M34", "M55", "D77", "M40"}
# What a step may say besides what it must lead to.
ONLY_TOLD = {"at", "who", "rows", "run", "id", "ids", "papers", "why"}


def rows() -> dict[str, tuple[str, str, str]]:
    """Every row of the tables: what it asks, what carries it out, what shows it."""
    text = (ROOT / "docs" / "requirements.md").read_text(encoding="utf-8")
    found = re.findall(r"^\| ([A-Z][0-9]{2}) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    assert len({row for row, *_ in found}) == len(found), "a row stands there twice"
    return {row: (asks, carried, shown) for row, asks, carried, shown in found}


def proofs(shown: str) -> list[str]:
    return re.findall(r"`([^`]+)`", shown)


def tagged(name: str) -> dict[str, list[dict[str, Any]]]:
    """The steps of a scenario by the rows that they show."""
    found: dict[str, list[dict[str, Any]]] = {}
    for step in script.scenario(name)["steps"]:
        for row in step.get("rows", ()):
            found.setdefault(row, []).append(step)
    return found


def test_no_row_is_missing() -> None:
    """All 313 rows of the five documents, and no other."""
    wanted = {f"{letter}{number:02d}" for letter, (_, count) in DOCUMENTS.items() for number in range(1, count + 1)}
    assert len(wanted) == 313
    assert set(rows()) == wanted


def test_what_is_not_built_is_what_was_decided() -> None:
    """Six rows, each with its reason; every other is shown by something."""
    without = {row for row, (_, _, shown) in rows().items() if not proofs(shown)}
    assert without == NOT_BUILT
    assert all(rows()[row][1].startswith("not built") for row in without)


@pytest.mark.parametrize("letter", DOCUMENTS)
def test_every_proof_is_there(letter: str) -> None:
    """A scenario has a step for the row that expects something; a test that is named exists."""
    steps = tagged(DOCUMENTS[letter][0])
    for row, (_, _, shown) in rows().items():
        for proof in proofs(shown) if row[0] == letter else ():
            path, _, test = proof.partition("::")
            assert (ROOT / path).is_file(), f"{row}: {proof}"
            if path.endswith(".yaml"):
                assert path == f"tests/scenarios/{DOCUMENTS[letter][0]}.yaml", f"{row}: {proof}"
                assert any(set(step) - ONLY_TOLD for step in steps.get(row, ())), f"{row}: no step expects anything"
            else:
                defined = [node.name for node in ast.walk(ast.parse((ROOT / path).read_text(encoding="utf-8")))
                           if isinstance(node, ast.FunctionDef)]  # fmt: skip
                assert test.partition("[")[0] in defined, f"{row}: there is no {proof}"


@pytest.mark.parametrize("letter", DOCUMENTS)
def test_a_scenario_shows_no_row_of_another_document(letter: str) -> None:
    """And none that the table does not know."""
    assert {row for row in tagged(DOCUMENTS[letter][0]) if row not in rows() or row[0] != letter} == set()
