"""`cmplt report`: what it writes, prints and commits; the figures are judged in test_json and the domain's tests."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest

from cmplt.output import edition
from cmplt.output.beside import beside
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
    charts = ("scores", "trend", "categories", "causes", "channels", "timeliness", "handling", "open")
    rows = ("complaints.csv", "measures.csv", "obligations.csv", "scores.csv")
    tables = (*rows, "report.html", "report.json", "report.md")
    assert written(folder) == sorted(
        [*tables, *(f"charts/{name}.{kind}" for name in charts for kind in ("png", "svg"))]
    )
    assert [line.split() for line in result.out.splitlines()] == [
        ["department", "general", "major", "late", "adjusted", "score"],
        ["------------", "---------", "-------", "------", "----------", "-------"],
        ["CS", "0", "0", "0", "0", "0"],
        ["Sales", "1", "0", "1", "0", "-3"],
        ["Service", "0", "0", "0", "0", "0"],
        ["Parts", "0", "0", "0", "0", "0"],
    ]
    assert result.err == ""
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
    assert not list((office.root / ".git" / "cmplt").glob("2026-03*"))


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
        content = path.read_bytes().decode("utf-8", "replace") if path.is_file() else ""
        assert "客户甲" not in content
        assert "13800000000" not in content


# --- periods ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "name", "days"),
    [
        (["--quarter", "2026-Q1"], "2026-Q1", ("2026-01-01", "2026-03-31")),
        (["--quarter", "2026-q1"], "2026-Q1", ("2026-01-01", "2026-03-31")),
        (["--year", "2026"], "2026", ("2026-01-01", "2026-12-31")),
        (["--from", "2026-03-10", "--to", "2026-03-16"], "2026-03-10_2026-03-16", ("2026-03-10", "2026-03-16")),
    ],
)
def test_other_periods(office: Office, complaint: str, given: list[str], name: str, days: tuple[str, str]) -> None:
    """A quarter, a year, any days: a folder of their own, and the same complaint counted."""
    office.ok("report", *given)
    report = json.loads((office.root / "reports" / name / "report.json").read_text(encoding="utf-8"))
    assert (report["period"], report["month"]) == ({"name": name, "from": days[0], "to": days[1]}, None)
    assert {row["department"]: row["score"] for row in report["departments"]}["sales"] == -3


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--quarter", "2026-Q5"], ["'2026-Q5'", "quarter", "2026-Q4"]),
        (["--quarter", "Q1"], ["quarter"]),
        (["--year", "26"], ["'26'", "year"]),
        (["--year", "0001"], ["year"]),
        (["--from", "2026-03-32", "--to", "2026-04-01"], ["'2026-03-32'", "date"]),
        (["--from", "20260301", "--to", "2026-04-01"], ["date"]),
        (["--from", "2026-04-01", "--to", "2026-03-01"], ["2026-04-01 is after 2026-03-01"]),
        (["--from", "2026-04-01"], ["--from needs --to"]),
        (["--to", "2026-04-01"], ["--to needs --from"]),
        (["--month", "2026-03", "--year", "2026"], ["--month", "--year"]),
        (["--month", "2026-03", "--from", "2026-03-01", "--to", "2026-03-02"], ["--month", "--from"]),
        (["--commit", "--no-write"], ["--commit", "--no-write"]),
        (["--commit", "--output", "x"], ["--commit", "--output"]),
    ],
)
def test_periods_that_are_none(office: Office, given: list[str], says: list[str]) -> None:
    """Exit 2, and what would be right."""
    office.refused(2, "report", *given, says=says)


def test_one_department(office: Office, complaint: str) -> None:
    """Its own folder, its own row, its complaints and what it owed."""
    other = office.new("--department", "service", category="repair", now="2026-03-17T10:00:00+08:00")
    office.ok("report", "--month", "2026-03", "--department", "sales", now="2026-04-01T00:05:00+08:00")
    folder = office.root / "reports" / "2026-03_sales"
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    assert [row["department"] for row in report["departments"]] == ["sales"]
    assert {each["owed_by"] for each in report["late"]} == {"sales"}
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert complaint in page
    assert other not in page
    office.refused(3, "report", "--department", "saels", says=["'saels'", "'sales'"])


# --- the same again -----------------------------------------------------------------------------------------


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a report."""
    return {name: (folder / name).read_bytes() for name in written(folder)}


def test_a_commit_and_an_instant_give_the_same_bytes_for_ever(office: Office, complaint: str) -> None:
    """What was reported at a commit is reported again from it years and commits later, whatever lies about."""
    when = ["--month", "2026-03", "--as-of", "2026-04-01 00:05"]
    commit = office.git("rev-parse", "HEAD").strip()
    office.ok("report", *when, "--output", "first")
    office.ok("escalate", complaint, "--severity", "major", "--reason", "x")
    office.policy(POLICY.replace("points: -1", "points: -7"))
    office.file(complaint).write_text("id: [", encoding="utf-8")
    before = office.state()
    office.ok("report", *when, "--rev", commit[:10], "--output", "again", now="2029-01-01T00:00:00+08:00")
    assert contents(office.root / "first") == contents(office.root / "again")
    for name in ("first", "again"):
        shutil.rmtree(office.root / name)
    after = office.state()
    assert after[0] == before[0]
    assert {name: text for name, text in before[2].items() if not name.startswith("first/")} == after[2]
    assert (
        json.loads(office.ok("report", *when, "--rev", commit, "--no-write", "--format", "json").out)["commit"]
        == commit
    )


@pytest.mark.parametrize("zone", ["UTC", "America/Havana"])
def test_it_is_the_same_in_another_process_zone_and_locale(office: Office, complaint: str, zone: str) -> None:
    """Neither TZ nor LANG nor the seed of the hashes nor a matplotlibrc changes a byte."""
    when = ["report", "--month", "2026-03", "--as-of", "2026-04-01 00:05"]
    office.ok(*when, "--output", str(office.root / "one"))
    (office.root / "matplotlibrc").write_text("font.size: 22\nsavefig.facecolor: red\n", encoding="utf-8")
    env = {**os.environ, "TZ": zone, "LC_ALL": "zh_CN.UTF-8", "LANG": "zh_CN.UTF-8", "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-m", "cmplt", *when, "--output", "two"]
    done = subprocess.run(command, cwd=office.root, env=env, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert contents(office.root / "one") == contents(office.root / "two")


@pytest.mark.parametrize("revision", ["nope", "--all", "HEAD~99", "HEAD:cmplt.yaml", ""])
def test_a_revision_that_is_none(office: Office, complaint: str, revision: str) -> None:
    """Exit 3, nothing written."""
    office.refused(3, "report", f"--rev={revision}", says=["no commit"])


def test_what_is_not_committed_is_said(office: Office, complaint: str) -> None:
    """The report names the commit, and the files that are not as it has them."""
    assert office.json("report", "--no-write")["uncommitted"] == []
    with office.file(complaint).open("a", encoding="utf-8") as file:
        file.write("# a remark\n")
    (office.root / "complaints" / "2026" / "03" / "20260316-9999.yaml").write_bytes(office.file(complaint).read_bytes())
    found = office.run("report", "--format", "json")
    names = [str(office.file(complaint).relative_to(office.root)), "complaints/2026/03/20260316-9999.yaml"]
    assert json.loads(found.out)["uncommitted"] == sorted(names)
    page = (office.root / "reports" / "2026-03" / "report.html").read_text(encoding="utf-8")
    assert all(name in page for name in names)
    assert "not as the commit has them" in page


# --- restatements -------------------------------------------------------------------------------------------


def restated(office: Office, *args: str) -> list[tuple[object, ...]]:
    """What April's report says of earlier months."""
    found = office.json("report", "--month", "2026-04", "--no-write", *args, now="2026-05-01T00:05:00+08:00")
    return [
        (each["month"], each["department"], each["was"]["score"], each["would_be"]["score"], each["ids"])
        for each in found["restatements"]
    ]


def test_a_month_that_stands_is_not_restated(office: Office, complaint: str) -> None:
    """As long as its numbers would be the same today."""
    office.ok("report", "--commit")
    assert restated(office) == []


def test_a_severity_raised_since_restates_the_month(office: Office, complaint: str) -> None:
    """Month, department, was, would be, and the ids that are why; in the page too."""
    office.ok("report", "--commit")
    office.ok("escalate", complaint, "--severity", "major", "--reason", "x", now="2026-04-03T10:00:00+08:00")
    assert restated(office) == [("2026-03", "sales", -3, -7, [complaint])]
    page = office.ok("report", "--month", "2026-04", "--no-write", "--format", "md").out
    table = page[page.index("## Restatements") :]
    assert f"| 2026-03 | Sales | −3 (general 1, late 1) | −7 (major 1, late 1) | {complaint} |" in table
    assert restated(office, "--department", "service") == []


def test_a_late_entry_restates_the_month(office: Office, complaint: str) -> None:
    """A call of March written up in April: what was late then was not, and the other way round."""
    office.ok("report", "--commit")
    office.ok("adjust", complaint, "--points", "1", "--reason", "x", "--at", "2026-03-31 12:00")
    assert restated(office) == [("2026-03", "sales", -3, -2, [complaint])]


def test_a_report_that_was_not_committed_is_none(office: Office, complaint: str) -> None:
    """What only lies in the work tree was never given to anybody."""
    office.ok("report")
    office.ok("escalate", complaint, "--severity", "major", "--reason", "x", now="2026-04-03T10:00:00+08:00")
    assert restated(office) == []


def test_a_damaged_report_is_named(office: Office, complaint: str) -> None:
    """It is compared with nothing, and the rest goes on."""
    office.ok("report", "--commit")
    (office.root / "reports" / "2026-03" / "report.json").write_text("{}", encoding="utf-8")
    office.git("commit", "-qam", "oops")
    result = office.ok("report", "--month", "2026-04", "--no-write")
    assert "reports/2026-03/report.json" in result.err


# --- whatever people write ----------------------------------------------------------------------------------

NASTY = '=HYPERLINK("http://x") <script>alert(1)</script> | `x` [y](z) *b* \u202eabc\x1b[31m & \\ {{ 7*7 }} {% x %}'


@pytest.fixture
def nasty(office: Office) -> Path:
    """A report of an office where everything that people can name or write is nasty."""
    quoted = json.dumps(NASTY)
    office.policy(
        POLICY.replace("attitude: {label: attitude", f"attitude: {{label: {quoted}")
        .replace("sales: {label: Sales}", f"sales: {{label: {quoted}}}")
        .replace("general: {label: general", f"general: {{label: {quoted}")
        .replace("phone: {label: phone}", f"phone: {{label: {quoted}}}")
    )
    found = office.new("--department", "sales", "--severity", "major", subject=NASTY)
    office.ok("respond", found, "--note", NASTY, now="2026-03-16T14:00:00+08:00")
    office.ok("report", "--month", "2026-03", now="2026-04-01T00:05:00+08:00")
    return office.root / "reports" / "2026-03"


def test_nothing_that_people_write_is_obeyed(nasty: Path, office: Office) -> None:
    """No script, no formula, no markup, no escape and no mark of direction reaches its reader as such."""
    for name in written(nasty):
        if not name.endswith("png"):
            text = (nasty / name).read_text(encoding="utf-8")
            assert not {"\x1b", "\u202e"} & set(text), name
    page = (nasty / "report.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 5
    assert "{{ 7*7 }}" in page
    text = (nasty / "report.md").read_text(encoding="utf-8")
    assert "<script" not in text.replace("\\<script", "")
    for line in text.splitlines():
        assert not re.search(r"(?<!\\)(`|\]\()", line) or line.startswith("![")
    for name in ("complaints", "obligations", "scores"):
        with (nasty / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        assert not [cell for cell in cells if cell.startswith(("=", "+", "@")) or re.match(r"-(?!\d+$)", cell)]
    for svg in (nasty / "charts").glob("*.svg"):
        ElementTree.fromstring(svg.read_bytes())
    for style in ("table", "json", "csv", "md"):
        printed = office.ok("report", "--month", "2026-03", "--no-write", "--format", style).out
        assert not {"\x1b", "\u202e"} & set(printed)


def test_the_markdown_tables_keep_their_columns(nasty: Path) -> None:
    """A bar in a label makes no new cell."""
    widths = {}
    for number, line in enumerate((nasty / "report.md").read_text(encoding="utf-8").splitlines()):
        if line.startswith("|"):
            bars = len(re.findall(r"(?<!\\)\|", line))
            widths[number] = bars
            assert widths.get(number - 1, bars) == bars, line


# --- templates ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["templates", "templates/report"])
def test_an_office_has_its_own_template(office: Office, complaint: str, folder: str) -> None:
    """What stands in the office's own templates/ is taken; what does not, from the program."""
    (office.root / folder).mkdir(parents=True)
    (office.root / folder / "report.html").write_text("<p>{{ document.office }}: {{ '<b>' }}", encoding="utf-8")
    office.ok("report")
    files = office.root / "reports" / "2026-03"
    assert (files / "report.html").read_text(encoding="utf-8") == "<p>Test office: &lt;b&gt;\n"
    assert "## " in (files / "report.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{% for x %}", ["report.html:1"]),
        ("\n{{ document.title }}\n{% endif %}", ["report.html:3"]),
        ("{{ nothing.there }}", ["report.html", "nothing"]),
        ("{{ document.sections[99].title }}", ["report.html"]),
        ("{{ 1 / 0 }}", ["report.html"]),
        ("{{ ''.__class__.__mro__ }}", ["report.html", "unsafe"]),
        ("{% include 'other.html' %}", ["other.html"]),
        ("{{ 1", ["report.html:1"]),
    ],
)
def test_a_template_that_cannot_be_used(office: Office, complaint: str, text: str, says: list[str]) -> None:
    """Exit 3 and where it is wrong; no report is written."""
    (office.root / "templates").mkdir()
    (office.root / "templates" / "report.html").write_text(text, encoding="utf-8")
    office.refused(3, "report", says=says)


def test_sections_are_those_of_the_policy(office: Office, complaint: str) -> None:
    """In its order, and no others; the empty ones are left out."""
    office.policy(f"{POLICY}report: {{sections: [timeliness, causes, scores]}}\n")
    text = office.ok("report", "--no-write", "--format", "md").out
    assert [line[3:] for line in text.splitlines() if line.startswith("## ")] == ["Timeliness", "Department scores"]


# --- cron ---------------------------------------------------------------------------------------------------


def test_cron_is_told_the_table_alone(office: Office, complaint: str) -> None:
    """No terminal, no HOME, TZ=UTC: the table on stdout, nothing else anywhere, exit 0."""
    env = {"PATH": os.environ["PATH"], "TZ": "UTC"}
    command = [sys.executable, "-m", "cmplt", "report", "--month", "2026-03"]
    done = subprocess.run(
        command, cwd=office.root, env=env, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    assert done.stderr == ""
    assert done.stdout.splitlines()[0].split() == ["department", "general", "major", "late", "adjusted", "score"]
    assert len(done.stdout.splitlines()) == 6


def test_the_report_names_what_could_not_be_read(office: Office, complaint: str) -> None:
    """In the page, in the figures and on stderr; the rest is counted."""
    broken = office.root / "complaints" / "2026" / "03" / "20260301-0000.yaml"
    broken.write_text("id: [\n", encoding="utf-8")
    result = office.run("report", "--format", "json")
    assert result.code == 1
    told = json.loads(result.out)
    assert [each["path"] for each in told["unreadable"]] == ["complaints/2026/03/20260301-0000.yaml"]
    assert told["complaints"]["received"] == 1
    page = (office.root / "reports" / "2026-03" / "report.html").read_text(encoding="utf-8")
    assert "1 files cannot be read" in page
    assert "complaints/2026/03/20260301-0000.yaml:2:1" in page


# --- what a review found ------------------------------------------------------------------------------------


def test_an_unchanged_report_makes_no_second_commit(office: Office, complaint: str) -> None:
    """The same commit and instant again: nothing to commit, exit 0."""
    when = ["report", "--month", "2026-03", "--as-of", "2026-04-01 00:05", "--rev", "HEAD", "--commit"]
    when[when.index("HEAD")] = office.git("rev-parse", "HEAD").strip()
    office.ok(*when)
    head = office.git("rev-parse", "HEAD")
    office.ok(*when)
    assert office.git("rev-parse", "HEAD") == head


def test_charts_are_drawn_beside_where_there_are_many(
    office: Office, complaint: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a process of their own or not: the same files, and here they are not drawn."""
    office.ok("report", "--output", "one")
    monkeypatch.setattr(edition, "MANY", 0)
    begun: list[int] = []
    monkeypatch.setattr(edition, "beside", lambda work: begun.append(1) or beside(work))
    office.ok("report", "--output", "two")
    assert begun
    one, two = (contents(office.root / name) for name in ("one", "two"))
    assert {name: text for name, text in one.items() if "report." not in name} == {
        name: text for name, text in two.items() if "report." not in name
    }


def test_what_git_ignores_is_named_too(office: Office, complaint: str) -> None:
    """A complaint that git is told to ignore is counted, so the report says that the commit has it not."""
    (office.root / ".git" / "info" / "exclude").write_text("*zzzz*\n", encoding="utf-8")
    copy = office.file("20260316-zzzz")
    text = office.file(complaint).read_text(encoding="utf-8").replace(complaint, "20260316-zzzz")
    copy.write_text(text, encoding="utf-8")
    assert office.json("report", "--no-write")["uncommitted"] == [str(copy.relative_to(office.root))]


def test_a_link_is_no_complaint(office: Office, complaint: str) -> None:
    """In the work tree as in a commit: named, counted nowhere."""
    other = office.file("20260316-zzzz")
    text = office.file(complaint).read_text(encoding="utf-8").replace(complaint, "20260316-zzzz")
    (office.root / "x.txt").write_text(text, encoding="utf-8")
    other.symlink_to("../../../x.txt")
    office.git("add", ".")
    office.git("commit", "-qm", "a link")
    for where in ([], ["--rev", "HEAD"]):
        result = office.run("report", "--no-write", "--format", "json", *where)
        assert result.code == 1
        told = json.loads(result.out)
        assert told["complaints"]["received"] == 1
        assert [each["path"] for each in told["unreadable"]] == [str(other.relative_to(office.root))]


def test_a_file_whose_name_is_not_utf8(office: Office, complaint: str) -> None:
    """It is named as far as that goes, in the page too, and the rest is reported."""
    folder = os.fsencode(office.file(complaint).parent)
    Path(os.fsdecode(folder + b"/2026\xff.yaml")).write_bytes(b"x: 1\n")
    assert office.run("report").code == 1
    page = (office.root / "reports" / "2026-03" / "report.html").read_text(encoding="utf-8")
    assert "2026\\xdcff.yaml" in page


def test_a_report_that_knew_more_restates_nothing(office: Office, complaint: str) -> None:
    """A month that was reported again later is not compared with what was known before."""
    office.ok("escalate", complaint, "--severity", "major", "--reason", "x", now="2026-04-20T10:00:00+08:00")
    office.ok("report", "--month", "2026-03", "--commit", now="2026-05-10T10:00:00+08:00")
    assert restated(office, "--as-of", "2026-04-10 10:00") == []
    assert restated(office, "--as-of", "2026-05-11 10:00") == []


def test_names_that_the_policy_does_not_know_have_a_column(office: Office, complaint: str) -> None:
    """A severity that left the policy is counted in the CSV and the table as in the page."""
    office.policy(POLICY.replace("general: {label: general, points: -1}", "mild: {label: mild, points: -1}"))
    out = office.ok("report", "--no-write", "--format", "csv").out.splitlines()
    assert out[0] == "department,mild,major,general,late,adjusted,score"
    assert "sales,0,0,1,1,0,-2" in out


def test_deadlines_go_by_the_offices_labels(office: Office, complaint: str) -> None:
    """In tables, rule and chart."""
    office.policy(
        POLICY.replace("    within: 2 working hours\n", "    within: 2 working hours\n    label: First answer\n")
    )
    office.ok("report")
    folder = office.root / "reports" / "2026-03"
    text = (folder / "report.md").read_text(encoding="utf-8")
    assert text.count("First answer") >= 4
    assert "First answer" in (folder / "charts" / "timeliness.svg").read_text(encoding="utf-8")


def test_the_gravest_in_use_are_the_majors(office: Office) -> None:
    """A graver severity that is retired takes no story from the others."""
    office.policy(POLICY.replace("causes:", "  critical: {label: critical, points: -9, retired: true}\ncauses:", 1))
    found = office.new("--severity", "major")
    assert office.json("report", "--month", "2026-03", "--no-write")["majors"] == [found]


def test_a_majors_story_says_what_a_step_was_about(office: Office) -> None:
    """An escalation with its severity, criteria and whom it was reported to; an attachment with its name."""
    office.policy(POLICY.replace("chief: []", "chief: {members: [], label: The chief}"))
    found = office.new()
    office.ok("escalate", found, "--criterion", "media", "--to", "chief", "--reason", "press")
    (office.root.parent / "clip.pdf").write_bytes(b"clip")
    office.ok("attach", found, str(office.root.parent / "clip.pdf"))
    told = office.ok("report", "--month", "2026-03", "--no-write", "--format", "md", "--lang", "en").out
    assert "| major, media, The chief · press |" in told
    assert "| clip.pdf |" in told


def test_a_task_of_a_playbook_goes_by_its_title(office: Office) -> None:
    """In the figures and in the story of a major, once; a task is no department, though it may be named like one."""
    playbook = "{after: register, when: {severity: major}, tasks: [{task: sales, title: Ask them, within: 2 hours}]}"
    office.policy(POLICY + f"playbooks: [{playbook}]\n")
    found = office.new("--severity", "major")
    office.ok("task", found, "parts", "--due", "2026-03-16 18:00")
    office.ok("done", found, "sales", "--note", "asked")
    told = office.ok("report", "--month", "2026-03", "--no-write", "--format", "md", "--lang", "en").out
    assert "| Ask them | 1 | 0 | 0 |" in told
    assert [line.split(" | ")[3] for line in told.splitlines() if "| task |" in line or "| done |" in line] == [
        "Ask them", "parts", "Ask them · asked",
    ]  # fmt: skip


def test_a_killed_command_leaves_the_old_report(office: Office, complaint: str) -> None:
    """Killed between the two renames: the next command that writes puts the folder back where it was."""
    office.ok("report")
    folder, private = office.root / "reports" / "2026-03", office.root / ".git" / "cmplt"
    (folder / "minutes.txt").write_text("mine", encoding="utf-8")
    before = contents(folder)
    folder.rename(private / "reports%2F2026-03.99999.old")
    (private / "reports%2F2026-03.99999.new").mkdir()
    office.ok("adjust", complaint, "--points", "1", "--reason", "x")
    assert contents(folder) == before
    assert not list(private.glob("*99999*"))
