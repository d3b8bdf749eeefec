"""`cmplt report`: what it writes, prints and commits; the figures are judged in test_json and the domain's tests."""

import json
from datetime import datetime
from pathlib import Path

import pytest

from tests.office import POLICY, Office


@pytest.fixture
def complaint(office: Office) -> str:
    """A complaint of March, whose response was late; it is April now."""
    found = office.new("--department", "sales")
    office.ok("respond", found, "--note", "x", now="2026-03-16T14:00:00+08:00")
    office.ok("progress", found, "--note", "x")
    office.now = datetime.fromisoformat("2026-04-01T00:05:00+08:00")
    return found


def written(folder: Path) -> list[str]:
    """The files of a report."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_report_writes_last_month_and_prints_the_scores(office: Office, complaint: str) -> None:
    """It is the first of April in Shanghai: March, in reports/2026-03, a row for every department."""
    result = office.ok("report")
    folder = office.root / "reports" / "2026-03"
    assert {"report.json", "scores.csv"} <= set(written(folder))
    assert [line.split() for line in result.out.splitlines()] == [
        ["department", "general", "major", "late", "adjusted", "score"],
        ["------------", "---------", "-------", "------", "----------", "-------"],
        ["CS", "0", "0", "0", "0", "0"],
        ["Sales", "1", "0", "1", "0", "-3"],
        ["Service", "0", "0", "0", "0", "0"],
        ["Parts", "0", "0", "0", "0", "0"],
    ]
    assert "reports/2026-03" in result.err
    assert "reports" not in office.git("log", "--name-only", "--format="), "nothing is committed unasked"
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert report == office.json("report", "--no-write")
    assert (folder / "scores.csv").read_text(encoding="utf-8").splitlines() == (
        office.ok("report", "--no-write", "--format", "csv").out.splitlines()
    )


def test_last_month_is_by_the_offices_clock(office: Office) -> None:
    """A minute before midnight in Shanghai it is still March, and last month February."""
    assert office.json("report", "--no-write", now="2026-03-31T15:59:59+00:00")["month"] == "2026-02"
    assert office.json("report", "--no-write", now="2026-03-31T16:00:00+00:00")["month"] == "2026-03"
    assert office.json("report", "--no-write", now="2027-01-31T10:00:00+08:00")["month"] == "2026-12"


def test_complaints_that_nobody_has_come_last(office: Office) -> None:
    """department null, score null; an empty cell in CSV."""
    office.new()
    rows = office.json("report", "--month", "2026-03", "--no-write")["departments"]
    assert [(row["department"], row["score"]) for row in rows][-1] == (None, None)
    assert (
        office.ok("report", "--month", "2026-03", "--no-write", "--format", "csv").out.splitlines()[-1] == ",1,0,0,0,"
    )


def test_no_write_writes_nothing(office: Office, complaint: str) -> None:
    """Only the scores are printed."""
    before = office.state()
    office.ok("report", "--no-write")
    assert office.state() == before


def test_commit_keeps_the_report_alone(office: Office, complaint: str) -> None:
    """One commit of exactly the report's folder, whatever else is staged."""
    (office.root / "mine.txt").write_text("mine", encoding="utf-8")
    office.git("add", "mine.txt")
    before = office.git("rev-parse", "HEAD")
    office.ok("report", "--commit")
    assert office.commits(before) == ["report 2026-03"]
    paths = office.git("-c", "core.quotePath=false", "show", "--name-only", "--format=", "HEAD").split()
    assert paths == [f"reports/2026-03/{name}" for name in written(office.root / "reports" / "2026-03")]
    assert office.git("status", "--porcelain").splitlines() == ["A  mine.txt"]
    assert datetime.fromisoformat(office.git("log", "-1", "--format=%aI").strip()) == office.now


def test_a_committed_report_is_written_again(office: Office, complaint: str) -> None:
    """A second run replaces the files and commits what has changed."""
    office.ok("report", "--commit")
    office.ok("adjust", complaint, "--points", "1", "--reason", "late", "--at", "2026-03-31 23:00")
    office.ok("report", "--commit")
    assert office.git("status", "--porcelain") == ""
    scores = (office.root / "reports" / "2026-03" / "scores.csv").read_text(encoding="utf-8")
    assert "sales,1,0,1,1,-2" in scores


def test_the_same_report_twice_is_the_same_bytes(office: Office, complaint: str) -> None:
    """As of the same instant, at another time and in another process' order: byte for byte."""
    contents = []
    for name, now in (("one", "2026-04-02T10:00:00+08:00"), ("two", "2026-05-09T23:00:00+08:00")):
        folder = office.root / name
        office.ok("report", "--month", "2026-03", "--as-of", "2026-04-01 00:05", "--output", str(folder), now=now)
        contents.append({each: (folder / each).read_bytes() for each in written(folder)})
    assert contents[0] == contents[1]


def test_output_names_the_folder(office: Office, complaint: str, tmp_path: Path) -> None:
    """A folder that is not there yet is made; reports/ stays empty."""
    office.ok("report", "--output", str(tmp_path / "a" / "b"))
    assert "report.json" in written(tmp_path / "a" / "b")
    assert not (office.root / "reports").exists()


def test_output_deletes_nothing_of_the_users(office: Office, complaint: str, tmp_path: Path) -> None:
    """A folder that holds something else: what was there is there afterwards, written to or refused."""
    folder = tmp_path / "desk"
    (folder / "charts").mkdir(parents=True)
    precious = [folder / "precious.txt", folder / "charts" / "mine.svg"]
    for path in precious:
        path.write_text("mine", encoding="utf-8")
    office.run("report", "--output", str(folder))
    assert [path.read_text(encoding="utf-8") for path in precious] == ["mine", "mine"]


def test_output_is_seen_from_the_folder_of_dash_c(
    office: Office, complaint: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """-C DIR works as if started there: so does a relative --output."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    office.ok("report", "--output", "out")
    assert "report.json" in written(office.root / "out")
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize(
    ("as_of", "row"),
    [
        ("2026-03-16 09:59:59", {"by_severity": {"general": 0, "major": 0}, "late": 0, "adjusted": 0, "score": 0}),
        ("2026-03-16 12:00", {"by_severity": {"general": 1, "major": 0}, "late": 0, "adjusted": 0, "score": -1}),
        ("2026-03-16 12:00:01", {"by_severity": {"general": 1, "major": 0}, "late": 1, "adjusted": 0, "score": -3}),
        ("2026-03-17 00:00", {"by_severity": {"general": 0, "major": 1}, "late": 1, "adjusted": 2, "score": -5}),
    ],
)
def test_scores_as_of_an_instant(office: Office, as_of: str, row: dict[str, object]) -> None:
    """Only the events up to then exist; lateness is judged then."""
    found = office.new("--department", "sales")
    office.ok("respond", found, "--note", "x", now="2026-03-16T14:00:00+08:00")
    office.ok("escalate", found, "--severity", "major", "--reason", "x")
    office.ok("adjust", found, "--points", "2", "--reason", "x")
    rows = {each["department"]: each for each in
            office.json("report", "--month", "2026-03", "--no-write", "--as-of", as_of)["departments"]}  # fmt: skip
    assert {name: rows["sales"][name] for name in row} == row


@pytest.mark.parametrize("language", ["en", "zh"])
def test_labels_are_in_the_policys_language(office: Office, complaint: str, language: str) -> None:
    """The report's own words follow the policy, not the shell."""
    labelled = POLICY.replace("sales: {label: Sales}", "sales: {label: {en: Sales, zh: 销售部}}")
    office.policy(f"{labelled}language: {language}\n")
    office.ok("report")
    folder = office.root / "reports" / "2026-03"
    chart = (folder / "charts" / "scores.svg").read_text(encoding="utf-8")
    assert {"en": "Sales", "zh": "销售部"}[language] in chart


@pytest.mark.parametrize("month", ["2026-13", "2026-3", "march", "0001-01", "9999-12"])
def test_a_month_that_is_none_is_a_mistake_of_usage(office: Office, month: str) -> None:
    """Exit 2, nothing written."""
    office.refused(2, "report", "--month", month, says=[month])


@pytest.mark.parametrize(
    ("given", "says"),
    [(["--as-of", "soon"], ["'soon'"]), (["--format", "html"], ["json", "csv"]), (["March"], ["March"])],
)
def test_report_refuses(office: Office, given: list[str], says: list[str]) -> None:
    """A time or a format that is none."""
    office.refused(2, "report", *given, says=says)


def test_a_file_that_cannot_be_read_is_named(office: Office, complaint: str) -> None:
    """The report is written of the rest; exit 1."""
    broken = office.root / "complaints" / "2026" / "03" / "20260301-0000.yaml"
    broken.write_text("id: [\n", encoding="utf-8")
    result = office.run("report")
    assert result.code == 1
    assert "complaints/2026/03/20260301-0000.yaml:2:1" in result.err
    assert "Sales" in result.out
    assert (office.root / "reports" / "2026-03" / "report.json").exists()


def test_the_report_holds_no_customer(office: Office, complaint: str) -> None:
    """Neither name nor contact, in none of its files."""
    office.ok("report")
    for path in (office.root / "reports").rglob("*.*"):
        content = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert "客户甲" not in content
        assert "13800000000" not in content
