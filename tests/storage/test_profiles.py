"""The profiles that are shipped: each is an office from the first minute, in two languages, traceable row by row."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cmplt.storage import office as offices
from cmplt.storage import policyrules, validate, yamlfile
from tests.office import Office

# The rows of the document that a profile carries out, as its comments name them: the letter, and how many there are.
ROWS = {
    "auto-dealer": ("D", 80),
    "carmaker": ("M", 68),
    "retail": ("R", 49),
    "property": ("P", 41),
    "manufacturer": ("B", 75),
}
ROW = re.compile(r"\b([A-Z])([0-9]{2})(?:–([A-Z])([0-9]{2}))?\b")
LINES = {name: offices.profile(name).splitlines() for name in ROWS}
DATA: dict[str, Any] = {name: yamlfile.load(offices.profile(name)) for name in ROWS}


def comments(name: str) -> Iterator[str]:
    """The comment of each line that has one."""
    for line in LINES[name]:
        found = re.search(r"(?:^|\s)# .*", line)
        if found and "yaml-language-server" not in line:
            yield found[0]


def rows(name: str) -> list[int]:
    """The numbers of the rows that a profile's comments name; a row of another document fails."""
    letter, last = ROWS[name]
    found: list[int] = []
    for comment in comments(name):
        for match in ROW.finditer(comment):
            low, high = int(match[2]), int(match[4] or match[2])
            assert {match[1], match[3] or letter} == {letter}, comment
            assert 1 <= low <= high <= last, comment
            found += range(low, high + 1)
    return found


def test_these_are_the_profiles() -> None:
    """Five kinds of office, each by its own document."""
    assert offices.profiles() == sorted(ROWS)


@pytest.mark.parametrize("name", ROWS)
def test_a_profile_is_an_office_from_the_first_minute(name: str, tmp_path: Path) -> None:
    """`init` sets it up, and neither `check --strict` nor a second look at its names finds anything."""
    office = Office(tmp_path, datetime.fromisoformat("2026-03-16T10:00:00+08:00"))
    office.ok("init", "--profile", name)
    assert office.ok("check", "--strict").out == ""
    assert office.git("status", "--porcelain") == ""
    assert validate.policy_findings(DATA[name]) == []
    assert list(policyrules.doubts(DATA[name])) == []
    assert DATA[name]["profile"] == name


@pytest.mark.parametrize("name", ROWS)
def test_each_row_named_is_a_row_of_its_own_document(name: str) -> None:
    """No number of another document, none beyond the last one, and every row of it is named somewhere."""
    found, last = set(rows(name)), ROWS[name][1]
    missing = [f"{ROWS[name][0]}{number:02}" for number in range(1, last + 1) if number not in found]
    assert missing == []


@pytest.mark.parametrize("name", ROWS)
def test_every_line_says_where_it_comes_from(name: str) -> None:
    """Each length, each amount and each count has a row, or `assumed`, on its own line."""
    bare = [
        line
        for line in LINES[name]
        if re.search(r"\b(within|when_urgent|not_before|count|per_month|after_rounds|max_size|scale): ['0-9]", line)
        and not re.search(r"#.*(\b[A-Z][0-9]{2}\b|assumed)", line)
    ]
    assert bare == []


@pytest.mark.parametrize("name", ROWS)
def test_a_profile_stands_alone(name: str) -> None:
    """An editor finds its schema, and no line points at a file that an office does not have."""
    assert LINES[name][0] == "# yaml-language-server: $schema=schemas/policy.schema.json"
    assert not [line for line in LINES[name] if "requirements/" in line or ".md" in line]


def labels(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Whatever a person reads: labels, titles, recourse, and the bare labels of criteria, causes and the like."""
    if not isinstance(value, Mapping):
        if isinstance(value, list):
            for index, each in enumerate(value):
                yield from labels(each, (*path, index))
        return
    if value and set(value) <= {"en", "zh"}:
        yield path, value
        return
    for key, each in value.items():
        if key in ("label", "recourse", "office") or (key == "title" and "task" in value):
            yield (*path, key), each
        elif path[:1] != ("details",):
            yield from labels(each, (*path, key))


@pytest.mark.parametrize("name", ROWS)
def test_every_label_speaks_both_languages(name: str) -> None:
    """No label in one language only; a detail has a Chinese title and an English description."""
    data = DATA[name]
    found = list(labels(data))
    assert len(found) > 40
    assert [path for path, label in found if not isinstance(label, dict) or set(label) != {"en", "zh"}] == []
    tables = (data["departments"], data["channels"], data["categories"], data["severities"], data.get("kinds", {}))
    assert [key for table in tables for key, entry in table.items() if "label" not in entry] == []
    bare = (data.get("causes", {}), data.get("remedies", {}), data["attachments"]["kinds"])
    assert [key for table in bare for key, entry in table.items() if set(entry) != {"en", "zh"}] == []
    assert [task for book in data["playbooks"] for task in book["tasks"] if "title" not in task] == []
    for key, schema in data["details"]["properties"].items():
        assert re.search("[一-鿿]", schema["title"]), key
        assert schema["description"].isascii(), key


@pytest.mark.parametrize("name", ROWS)
def test_a_task_is_called_the_same_wherever_it_opens(name: str) -> None:
    """Playbooks that open a task of one name for the same department say the same thing of it."""
    titles: dict[tuple[str, str], set[str]] = {}
    for book in DATA[name]["playbooks"]:
        for task in book["tasks"]:
            titles.setdefault((task["task"], task["department"]), set()).add(str(task["title"]))
    assert {key: each for key, each in titles.items() if len(each) > 1} == {}
