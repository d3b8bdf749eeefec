"""The reports that were committed, and the templates that a report is made from."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from cmplt.domain.cases import course
from cmplt.domain.period import Period
from cmplt.domain.restatements import Reported, Score
from cmplt.domain.scores import scores
from cmplt.errors import Problem
from cmplt.repository.ledger import Ledger
from cmplt.storage import policyfile, yamlfile
from cmplt.storage.book import Book
from cmplt.storage.reports import SHIPPED, committed, templates
from cmplt.storage.tree import Revision, WorkTree
from tests.office import Office

ROW = {"department": "sales", "by_severity": {"general": 1, "major": 0}, "late": 0, "adjusted": 0, "score": -1}
APRIL = date(2026, 4, 1)


def record(**more: Any) -> bytes:
    """A small report.json."""
    return json.dumps({"departments": [ROW], "counted": [], "late": [], "adjustments": [], **more}).encode()


def write(office: Office, files: dict[str, bytes]) -> None:
    """Write files and commit them."""
    for name, content in files.items():
        path = office.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    office.git("add", "-A")
    office.git("commit", "-qm", "reports")


def head(office: Office) -> Revision:
    return Revision(Ledger(office.root), office.git("rev-parse", "HEAD").strip())


def months(office: Office, before: date = APRIL) -> list[str]:
    found, problems = committed(head(office), before=before)
    assert problems == []
    return [each.month for each in found]


# --- committed reports --------------------------------------------------------------------------------------


def test_what_was_committed_is_what_was_scored(office: Office) -> None:
    """A report as the program prints it, once committed, is read as the very scores it was made from."""
    one = office.new("--department", "sales", now="2026-03-16T10:00:00+08:00")
    office.ok("adjust", one, "--points", "-3", "--reason", "r", now="2026-03-17T10:00:00+08:00")
    office.new("--severity", "major", now="2026-03-18T10:00:00+08:00")
    then = "2026-04-02T10:00:00+08:00"
    printed = office.ok("report", "--month", "2026-03", "--no-write", "--format", "json", now=then).out
    write(office, {"reports/2026-03/report.json": printed.encode()})
    (found,), problems = committed(head(office), before=APRIL)
    assert problems == []
    policy, _ = policyfile.read(office.root, WorkTree())
    known = [course(each, policy, as_of=office.now) for each in Book(office.root).all()[0]]
    window = Period.month("2026-03").window(policy.zone)
    table = scores(window, [each for each in known if each], policy, as_of=office.now)
    assert found == replace(Reported.of("2026-03", table, policy), as_of=datetime.fromisoformat(then))
    assert found.rows["sales"] == Score({"general": 1}, 2, -3, -8)
    assert found.because["adjustments"] == Counter([(one, "sales", "-3")])


@pytest.mark.parametrize(
    ("before", "found"),
    [
        (date(2026, 1, 1), ["2025-12"]),
        (date(2026, 1, 31), ["2025-12"]),
        (date(2026, 2, 1), ["2025-12", "2026-01"]),
        (date(2026, 3, 31), ["2025-12", "2026-01", "2026-02"]),
        (date(2026, 4, 1), ["2025-12", "2026-01", "2026-02", "2026-03"]),
        (date(2025, 12, 31), []),
    ],
)
def test_only_months_that_ended_before(office: Office, before: date, found: list[str]) -> None:
    """A month that is still running on the day before, or comes later, is nothing to compare with; oldest first."""
    write(office, {f"reports/{month}/report.json": record() for month in ("2026-03", "2025-12", "2026-02", "2026-01")})
    assert months(office, before) == found


def test_other_folders_are_no_months(office: Office) -> None:
    """Quarters, years, days, departments, copies, and whatever else somebody keeps among the reports."""
    names = [
        *("2026-Q1", "2026", "2026-01-01_2026-01-31", "2026-01-sales", "2026-13", "2026-00", "2026-1", "26-01"),
        *("2026-01 (copy)", "0000-01", "0001-01", "9999-12", "２０２６-01", "2026-01.old", "archive/2026-01", "."),
    ]
    write(office, {f"reports/{name}/report.json": b"no JSON" for name in names})
    assert months(office, date(8999, 12, 31)) == []


@pytest.mark.parametrize(
    "name",
    ["2026-01/old-report.json", "2026-01/report.json.bak", "2026-01/charts/report.json", "2026-01/report.yaml"],
)
def test_other_files_are_no_report(office: Office, name: str) -> None:
    """Only the file that the program writes is one, not what is called alike, nor what lies deeper."""
    write(office, {f"reports/{name}": b"no JSON", "other/reports/2026-01/report.json": b"no JSON"})
    assert months(office) == []


def test_no_reports_yet(office: Office, tmp_path: Path) -> None:
    """An office without a report, and a repository without a commit, have none."""
    assert months(office) == []
    ledger = Ledger.create(tmp_path / "fresh")
    assert committed(Revision(ledger, ""), before=APRIL) == ([], [])


def test_it_is_the_commit_that_counts(office: Office) -> None:
    """A report in the work tree that was never committed is none; one that was changed or deleted since still is."""
    write(office, {f"reports/2026-0{n}/report.json": record() for n in (1, 2)})
    (office.root / "reports" / "2026-01" / "report.json").write_text("changed", encoding="utf-8")
    (office.root / "reports" / "2026-02" / "report.json").unlink()
    (office.root / "reports" / "2026-03").mkdir()
    (office.root / "reports" / "2026-03" / "report.json").write_bytes(record())
    found, problems = committed(head(office), before=APRIL)
    assert [(each.month, each.rows) for each in found] == [
        (month, {"sales": Score({"general": 1}, 0, 0, -1)}) for month in ("2026-01", "2026-02")
    ]
    assert problems == []


@pytest.mark.parametrize(
    "content",
    [
        b"", b"no JSON", b"{", b"[]", b"null", b"5", b"{}", b'{"departments": 5}', b'{"departments": [5]}',
        record()[:-1], record(departments=[{**ROW, "late": "1"}]), record(departments=[{**ROW, "department": 5}]),
        record(counted=None), record(late=[{}]), record(counted=[{"id": 5, "department": "x", "severity": "y"}]),
        b"[" * 100_000, b'{"departments": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        '{"备注": "'.encode() + "一".encode("gb18030") + b'"}', b"#" * (yamlfile.LARGEST + 1), b"\x00",
    ],
)  # fmt: skip
def test_a_report_that_cannot_be_read(office: Office, content: bytes) -> None:
    """Whatever is wrong with one, it is a problem with its path, and the others are compared all the same."""
    write(office, {"reports/2026-01/report.json": content, "reports/2026-02/report.json": record()})
    found, problems = committed(head(office), before=APRIL)
    assert [each.month for each in found] == ["2026-02"]
    assert [(each.path, each.level) for each in problems] == [("reports/2026-01/report.json", "error")]


def test_a_link_in_the_place_of_a_report(office: Office) -> None:
    """A report.json that is a link in the commit is a problem, too; what it points to is not read."""
    (office.root / "reports" / "2026-01").mkdir(parents=True)
    (office.root / "reports" / "2026-01" / "report.json").symlink_to("../../cmplt.yaml")
    write(office, {})
    found, problems = committed(head(office), before=APRIL)
    assert (found, [each.path for each in problems]) == ([], ["reports/2026-01/report.json"])


# --- templates ----------------------------------------------------------------------------------------------


def test_the_shipped_templates(office: Office) -> None:
    """Without templates of its own an office has those that are shipped."""
    found = templates(WorkTree(), office.root)
    assert sorted(found) == sorted(SHIPPED)
    assert all(shown == name and text for name, (shown, text) in found.items())


@pytest.mark.parametrize("of_commit", [True, False])
def test_an_offices_own_templates_stand_before_the_shipped(office: Office, of_commit: bool) -> None:
    """templates/report/ stands before templates/, and that before the shipped; what is not there is the shipped."""
    shipped = templates(WorkTree(), office.root)
    write(
        office,
        {
            "templates/report.html": b"theirs", "templates/report/report.html": "我们的".encode(),
            "templates/report.css": b"ours {}", "templates/report/head.html": b"<h1>",
            "templates/report/old/report.md": b"not this one", "templates/letters/report.md": b"nor this one",
            "templates/report/notes.txt": b"nor this",
        },
    )  # fmt: skip
    found = templates(head(office) if of_commit else WorkTree(), office.root)
    assert found == {
        "report.html": ("templates/report/report.html", "我们的"),
        "report.css": ("templates/report.css", "ours {}"),
        "head.html": ("templates/report/head.html", "<h1>"),
        "report.md": shipped["report.md"],
    }


def test_the_templates_of_a_commit(office: Office) -> None:
    """A report of a commit is made with that commit's templates, whatever stands in the work tree today."""
    write(office, {"templates/report/report.html": b"then"})
    then = head(office)
    write(office, {"templates/report/report.html": b"now"})
    assert templates(then, office.root)["report.html"][1] == "then"
    assert templates(head(office), office.root)["report.html"][1] == "now"
    assert templates(WorkTree(), office.root)["report.html"][1] == "now"


@pytest.mark.parametrize("content", ["<p>".encode("utf-16"), b"\xff", b"#" * (yamlfile.LARGEST + 1)])
def test_a_template_that_cannot_be_read(office: Office, content: bytes) -> None:
    """An office's own template that cannot be read is a problem with its path, and not quietly the shipped one."""
    write(office, {"templates/report/report.html": content})
    for tree in (WorkTree(), head(office)):
        shown, found = templates(tree, office.root)["report.html"]
        assert shown == "templates/report/report.html"
        assert isinstance(found, Problem)
        assert found.path == "templates/report/report.html"
