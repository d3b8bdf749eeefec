"""A report says the same in every form, and what it says can be counted again from its own rows."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MONDAY
from tests.office import Office

MONTHS = [f"2026-{month:02d}" for month in range(5, 11)]
Tables = dict[str, list[list[list[str]]]]


@pytest.fixture(scope="module")
def reports(sealed: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of the sample office, month by month and of the third quarter, as of the first of December."""
    root = tmp_path_factory.mktemp("agrees") / "office"
    office = Office(root, MONDAY.replace(month=12, day=1))
    assert office.run("demo", str(root), cwd=root.parent).code == 0
    for period in (*(("--month", month) for month in MONTHS), ("--quarter", "2026-Q3")):
        office.ok("report", *period, "--as-of", "2026-12-01 00:00")
    return root / "reports"


@pytest.fixture(params=[*MONTHS, "2026-Q3"])
def report(reports: Path, request: pytest.FixtureRequest) -> Path:
    return reports / str(request.param)


def figures(report: Path) -> Any:
    return json.loads((report / "report.json").read_text(encoding="utf-8"))


def rows(report: Path, name: str) -> list[dict[str, str]]:
    with (report / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Page(HTMLParser):
    """The tables of a page by the section they stand in, cell by cell, and its tiles."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tables: Tables = {}
        self.tiles: dict[str, str] = {}
        self.section, self.into, self.tile = "", "", ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        about = dict(attrs)
        if tag == "section":
            self.section = about["id"] or ""
        elif tag == "table":
            self.tables.setdefault(self.section, []).append([])
        elif tag == "tr":
            self.tables[self.section][-1].append([])
        elif tag in ("th", "td"):
            self.tables[self.section][-1][-1].append("")
        self.into = about.get("class") or tag

    def handle_endtag(self, tag: str) -> None:
        self.into = ""

    def handle_data(self, data: str) -> None:
        if self.into in ("short", "long", "number"):
            self.tables[self.section][-1][-1][-1] += data
        elif self.into == "dt":
            self.tile = data
        elif self.into == "value":
            self.tiles[self.tile] = data


def page(report: Path) -> Page:
    return Page((report / "report.html").read_text(encoding="utf-8"))


def in_markdown(report: Path) -> list[list[list[str]]]:
    """The tables of the Markdown file, without the lines below their headings."""
    found: list[list[list[str]]] = []
    inside = False
    for line in (report / "report.md").read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        cells = [re.sub(r"\\(.)", r"\1", cell.strip()) for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not inside:
            found.append([])
        inside = True
        if not all(re.fullmatch(":?-+:?", cell) for cell in cells):
            found[-1].append(cells)
    return found


def numbers(cells: list[str]) -> list[int | None]:
    return [None if cell == "–" else int(cell.replace("−", "-")) for cell in cells]


def test_every_late_point_can_be_recounted(report: Path) -> None:
    """From obligations.csv alone: what each department was late with, and how every deadline was kept."""
    owed = rows(report, "obligations")
    missed = [row for row in owed if row["counts"] == "true" and row["state"] in ("late", "overdue")]
    late = Counter(row["owed_by"] for row in missed)
    told = figures(report)
    assert {row["department"]: row["late"] for row in told["departments"] if row["late"]} == late
    assert [(row["id"], row["obligation"], row["owed_by"], row["due"], row["met"] or None) for row in missed] == [
        (each["id"], each["obligation"], each["owed_by"], each["due"], each["met"]) for each in told["late"]
    ]
    for name, kept in told["timeliness"].items():
        states = Counter(row["state"] for row in owed if row["obligation"] == name)
        assert [states[state] for state in ("met", "late", "overdue")] == [kept["met"], kept["late"], kept["overdue"]]
        seconds = sorted(int(row["elapsed_seconds"]) for row in owed if row["obligation"] == name and row["met"])
        if seconds:
            low, high = seconds[(len(seconds) - 1) // 2], seconds[len(seconds) // 2]
            assert kept["median_seconds"] == (low + high) // 2
            assert told["p90_seconds"][name] == seconds[-(-len(seconds) * 9 // 10) - 1]
    kept = Counter(row["state"] for row in owed)
    assert told["on_time"]["met"] == kept["met"]
    assert told["on_time"]["due"] == kept["met"] + kept["late"] + kept["overdue"]


def test_every_complaint_can_be_recounted(report: Path) -> None:
    """From complaints.csv alone: what came in, went and stayed, by everything it is counted by, and its points."""
    cases, told = rows(report, "complaints"), figures(report)
    ours = [row for row in cases if row["in_period"] == "true" and row["status"] != "rejected"]
    flow = told["complaints"]
    assert flow["received"] == len(ours)
    assert flow["rejected"] == sum(row["in_period"] == "true" for row in cases) - len(ours)
    assert flow["closed"] == sum(row["closed"] != "" for row in cases)
    assert flow["opening"] == sum(row["open_at_start"] == "true" for row in cases)
    assert flow["open"] == sum(row["open_at_end"] == "true" for row in cases)
    for name in ("severity", "category", "channel", "cause", "department"):
        counted = {key: count for key, count in flow[f"by_{name}"].items() if count}
        assert counted == Counter(row[name] for row in ours if row[name])
    adjusted: Counter[str | None] = Counter()
    for each in told["adjustments"]:
        adjusted[each["department"]] += each["points"]
    for row in told["departments"]:
        if row["department"]:
            points = sum(int(case["points"]) for case in ours if case["department"] == row["department"])
            late = sum(int(each["points"]) for each in rows(report, "obligations")
                       if each["owed_by"] == row["department"])  # fmt: skip
            assert row["score"] == points + late + adjusted[row["department"]]
    seconds = sorted(int(row["handling_seconds"]) for row in cases if row["handling_seconds"])
    assert told["handling"]["count"] == len(seconds) == sum(each["count"] for each in told["handling"]["days"])
    assert sum(each["count"] for each in told["open"]["days"]) == flow["open"] == len(told["open"]["ids"])


def test_the_page_and_the_markdown_say_what_the_figures_say(report: Path) -> None:
    """Every table of the page stands in the Markdown cell for cell, and holds the JSON's numbers."""
    told, shown = figures(report), page(report)
    listed: Iterator[list[list[str]]] = (
        [[cell.replace("\n", " ") for cell in row] for row in table]
        for tables in shown.tables.values()
        for table in tables
    )
    tiles, *tables = in_markdown(report)
    assert tables == list(listed)
    assert {row[0]: row[1] for row in tiles[1:]} == shown.tiles
    values = list(shown.tiles.values())
    assert numbers(values[:3]) == [told["complaints"][name] for name in ("received", "closed", "open")]
    assert values[3] == f"{told['on_time']['percent']:.1f} %"
    scores = [[*row["by_severity"].values(), row["late"], row["adjusted"], row["score"]] for row in told["departments"]]
    assert [numbers(row[1:]) for row in shown.tables["scores"][0][1:]] == scores
    in_csv = [list(row.values())[1:] for row in rows(report, "scores")]
    assert [[int(cell) if cell else None for cell in row] for row in in_csv] == scores
    trend = [[*each["by_severity"].values(), sum(each["by_severity"].values())] for each in told["trend"]]
    assert [numbers(row[1:]) for row in shown.tables["trend"][0][1:]] == trend
    for section, name in (("categories", "category"), ("causes", "cause")):
        counts = [int(row[1]) for row in shown.tables[section][0][1:]]
        assert counts == sorted(told["complaints"][f"by_{name}"].values(), reverse=True)
    kept = [[row["met"], row["late"], row["overdue"]] for row in told["timeliness"].values()]
    assert [numbers(row[1:4]) for row in shown.tables["timeliness"][0][1:]] == [row for row in kept if any(row)]
    ages = [each["count"] for each in told["open"]["days"]]
    assert not sum(ages) or [int(row[1]) for row in shown.tables["open"][0][1:]] == ages
    handled = [each["count"] for each in told["handling"]["days"]]
    assert [int(row[1]) for row in shown.tables["handling"][0][1:]] == handled
    made = [told["followup"][name] for name in ("done", "satisfied", "dissatisfied", "unreached", "early")]
    assert [int(row[1]) for row in shown.tables["followup"][0][1:]] == made
    assert len(shown.tables.get("majors", [])) == len(told["majors"])
    assert len(shown.tables.get("late-entries", [[[]]])[0]) - 1 == len(told["late_entries"])


def test_months_make_the_quarter(reports: Path) -> None:
    """What the three months count, the quarter counts, and its opening and closing balances are theirs."""
    july, august, september, quarter = (figures(reports / name) for name in (*MONTHS[2:5], "2026-Q3"))
    months = (july, august, september)
    for name in ("received", "rejected"):
        assert quarter["complaints"][name] == sum(month["complaints"][name] for month in months)
    assert quarter["complaints"]["opening"] == july["complaints"]["opening"]
    assert quarter["complaints"]["open"] == september["complaints"]["open"]
    assert july["complaints"]["open"] == august["complaints"]["opening"]
    for index, row in enumerate(quarter["departments"]):
        same = [month["departments"][index] for month in months]
        assert {each["department"] for each in same} == {row["department"]}
        for name in ("late", "adjusted", "score"):
            assert row["score"] is None or row[name] == sum(each[name] for each in same)


@pytest.mark.parametrize(("earlier", "month"), list(pairwise(MONTHS)))
def test_the_figures_of_the_month_before_are_those_it_reported(reports: Path, earlier: str, month: str) -> None:
    """What the head compares with is what the month before says of itself as of the same instant."""
    before, told = figures(reports / earlier), figures(reports / month)["before"]
    flow = ("opening", "received", "rejected", "closed", "open")
    assert {name: told[name] for name in flow} == {name: before["complaints"][name] for name in flow}
    assert told["on_time"] == before["on_time"]
    assert told["ratings"] == {name: before["ratings"][name] for name in ("mean", "count")}
