"""What scripts rely on: the fields of design §7 in JSON, exactly, and the cells of CSV."""

import csv
import hashlib
import io
import json
from typing import Any

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"
LATER, AFTER = "2026-03-16T10:20:00+08:00", "2026-03-16T12:00:01+08:00"


def table(text: str) -> list[dict[str, str]]:
    """The rows of CSV by their header."""
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


# --- overdue, list, show ----------------------------------------------------------------------------------------


def test_overdue_has_exactly_its_fields(office: Office) -> None:
    """In this order, with these values; an array also of one."""
    complaint = office.new("--department", "sales", "--owner", "李明", "--urgent", "--criterion", "safety")
    rows = office.json("overdue", "--as-of", AFTER)
    assert rows == [
        {
            "id": complaint, "subject": "态度冷淡", "status": "assigned", "severity": "major", "urgent": True,
            "department": "sales", "owner": "李明", "obligation": "response", "owed_by": "sales", "opened": NOW,
            "due": "2026-03-16T11:00:00+08:00", "overdue_seconds": 3601,
        }
    ]  # fmt: skip
    assert list(rows[0]) == ["id", "subject", "status", "severity", "urgent", "department", "owner", "obligation",
                             "owed_by", "opened", "due", "overdue_seconds"]  # fmt: skip


def test_overdue_knows_what_is_with_nobody(office: Office) -> None:
    """Department and owner are null; who owes it is told."""
    office.new()
    row = office.json("overdue", "--as-of", "10:30:01")[0]
    assert (row["department"], row["owner"], row["owed_by"], row["urgent"]) == (None, None, "customer-service", False)


def test_overdue_is_sorted_by_due_then_id(office: Office) -> None:
    """Whatever order they were entered in."""
    late = [office.new("--department", "sales") for _ in range(4)]
    early = office.new("--urgent", "--department", "sales")
    rows = office.json("overdue", "--as-of", "2026-03-20 10:00")
    assert [row["id"] for row in rows] == [early, *sorted(late), *sorted([*late, early])]
    assert [row["due"] for row in rows] == sorted(row["due"] for row in rows)


def test_list_has_exactly_its_fields(office: Office) -> None:
    """The earliest open due, passed or not, or null."""
    first = office.new("--department", "sales", "--owner", "李明")
    second = office.new("--urgent", category="repair", channel="regulator")
    office.ok("respond", first, "--note", "x")
    office.ok("progress", first, "--note", "x")
    rows = {row["id"]: row for row in office.json("list", "--as-of", "2026-03-16 10:45")}
    assert rows[first] == {
        "id": first, "status": "in-progress", "severity": "general", "urgent": False, "department": "sales",
        "owner": "李明", "channel": "phone", "category": "attitude", "subject": "态度冷淡", "received": NOW,
        "due": None,
    }  # fmt: skip
    assert rows[second] == {
        "id": second, "status": "registered", "severity": "major", "urgent": True, "department": None, "owner": None,
        "channel": "regulator", "category": "repair", "subject": "态度冷淡", "received": NOW,
        "due": "2026-03-16T10:30:00+08:00",
    }  # fmt: skip


def test_show_has_exactly_its_fields(office: Office) -> None:
    """Facts as they stand, what is owed, events as in the file, positions of void ones."""
    other = office.new()
    complaint = office.new(
        "--department", "sales", "--owner", "李明", "--detail", "plate=川A12345", "--criterion", "media",
        "--related", other, description="多次打断提问",
    )  # fmt: skip
    office.ok("respond", complaint, "--note", "x", "--at", NOW, now=LATER)
    office.ok("propose", complaint, "--note", "sorry", "--remedy", "apology")
    office.ok("approve", complaint)
    office.ok("resolve", complaint, "--outcome", "done", "--agreed", "10:10")
    events = office.data(complaint)["events"]
    shown = office.json("show", complaint)
    assert shown == [
        {
            "id": complaint, "status": "resolved", "round": 1, "kind": "complaint", "severity": "major",
            "criteria": ["media"], "urgent": False, "department": "sales", "owner": "李明", "channel": "phone",
            "category": "attitude", "subject": "态度冷淡", "description": "多次打断提问", "received": NOW,
            "received_by": "customer-service", "details": {"plate": "川A12345"},
            "customer": {"name": "客户甲", "contact": "138****0000"},
            "obligations": [
                owed("registration", "customer-service", due="2026-03-16T10:30:00+08:00", met=NOW, state="met"),
                owed("assignment", "customer-service", due="2026-03-16T10:30:00+08:00", met=NOW, state="met"),
                owed("response", "sales", due="2026-03-16T11:00:00+08:00", met=NOW, state="met"),
                owed("progress", "sales", due="2026-03-19T18:00:00+08:00", met=LATER, state="met"),
                owed("feedback", "sales", opened="2026-03-16T10:10:00+08:00", due="2026-03-16T18:00:00+08:00",
                     met=LATER, state="met"),
                owed("followup", "customer-service", opened=LATER, opens="2026-03-21T00:00:00+08:00",
                     due="2026-03-23T18:00:00+08:00", state="open"),
            ],
            "events": events, "void": [],
        }
    ]  # fmt: skip
    assert list(shown[0]) == [
        "id", "status", "round", "kind", "severity", "criteria", "urgent", "department", "owner", "channel", "category",
        "subject", "description", "received", "received_by", "details", "customer", "obligations", "events", "void",
    ]  # fmt: skip
    assert office.json("show", complaint, "--as-of", NOW)[0]["events"] == events[:3], "later ones are left out"


def owed(name: str, owed_by: str, **known: str) -> dict[str, str | None]:
    """An obligation of `show`, opened at ten o'clock unless told otherwise."""
    rest = ("opened", "opens", "due", "met", "state")
    return {"name": name, "owed_by": owed_by} | {key: {"opened": NOW, **known}.get(key) for key in rest}


def test_void_counts_in_the_list_that_is_shown(office: Office) -> None:
    """Positions in the events that are left after --as-of, from 0, in the file's order."""
    complaint = office.new(now="2026-03-16T09:00:00+08:00")
    path = office.file(complaint)
    late = "  - {at: '2026-03-16T11:00:00+08:00', by: x, action: progress, note: x}\n"
    void = "  - {at: '2026-03-16T09:10:00+08:00', by: x, action: resolve, outcome: x}\n"
    path.write_text(path.read_text(encoding="utf-8") + late + void, encoding="utf-8")
    for as_of, events, positions in (("10:00", 2, [1]), ("12:00", 3, [1, 2]), ("09:05", 1, [])):
        shown = office.json("show", complaint, "--as-of", as_of, now="2026-03-16T12:30:00+08:00")[0]
        assert (len(shown["events"]), shown["void"]) == (events, positions)


def test_nobody_and_nothing_are_null(office: Office) -> None:
    """A complaint of the bare minimum has every field all the same."""
    complaint = office.ok(
        "new", "--channel", "phone", "--category", "repair", "--customer", "x", "--subject", "s"
    ).out.strip()
    shown = office.json("show", complaint)[0]
    assert (shown["department"], shown["owner"], shown["criteria"], shown["details"]) == (None, None, [], {})
    assert shown["customer"] == {"name": "x"}


@pytest.mark.parametrize("command", ["overdue", "list", "show"])
def test_instants_are_as_in_the_files(office: Office, command: str) -> None:
    """With the office's offset, also for what a file gives in another one."""
    complaint = office.new("--department", "sales")
    path = office.file(complaint)
    text = path.read_text(encoding="utf-8").replace(f"received: {NOW}", "received: 2026-03-16T02:00:00Z")
    path.write_text(text, encoding="utf-8")
    row = office.json(command, *([complaint] if command == "show" else ["--as-of", AFTER]))[0]
    assert row.get("received", NOW) == NOW
    assert row.get("due", "+08:00").endswith("+08:00")


@pytest.mark.parametrize(
    "command", [["list"], ["overdue", "--as-of", AFTER], ["show"], ["log"], ["calendar"], ["report", "--no-write"]]
)
def test_json_is_text_for_people_too(office: Office, command: list[str]) -> None:
    """One document, Chinese as it is, a line end at the end."""
    complaint = office.new("--department", "sales")
    name, *rest = command
    out = office.ok(name, *([complaint] if name in ("show", "log") else []), *rest, "--format", "json").out
    assert out.endswith(("]\n", "}\n"))
    assert "\\u" not in out
    assert isinstance(json.loads(out), dict if name == "report" else list)


# --- report -----------------------------------------------------------------------------------------------------


def march(office: Office) -> tuple[str, str, str, str]:
    """A month of four complaints: an old one, one that goes well, a rejected one, one that nobody has yet."""
    policy = POLICY + ("followup: {questions: {outcome: 结果, manner: 态度}, "
                       "quotas: [{role: general-manager, per_month: 3}]}\n")  # fmt: skip
    office.policy(policy)
    old = office.new("--department", "sales", now="2026-02-27T10:00:00+08:00")
    office.ok("respond", old, "--note", "x")
    office.ok("progress", old, "--note", "x")
    well = office.new("--department", "sales", now="2026-03-16T10:00:00+08:00")
    office.ok("respond", well, "--note", "x", now="2026-03-16T14:00:00+08:00")
    office.ok(
        "resolve", well, "--outcome", "x", "--cause", "attitude", "--agreed", "09:30", now="2026-03-17T10:00:00+08:00"
    )
    wrong = office.new(
        "--department", "service", channel="regulator", category="repair", now="2026-03-18T10:00:00+08:00"
    )
    office.ok("respond", wrong, "--note", "x", now="2026-03-18T10:30:00+08:00")
    office.ok("reject", wrong, "--reason", "x", now="2026-03-18T15:00:00+08:00")
    nobodys = office.new("--criterion", "safety", channel="visit", category="repair", now="2026-03-20T10:00:00+08:00")
    office.ok(
        "followup", well, "--satisfied", "--rating", "4", "--answers", "outcome=5", now="2026-03-23T10:00:00+08:00"
    )
    office.ok("adjust", well, "--points", "2", "--reason", "x", now="2026-03-24T10:00:00+08:00")
    office.ok("resolve", old, "--outcome", "x", now="2026-03-25T10:00:00+08:00")
    office.ok("followup", old, "--dissatisfied", "--early", "--rating", "2", "--answers", "outcome=2",
              now="2026-03-26T10:00:00+08:00")  # fmt: skip
    office.ok("respond", old, "--note", "x")
    return old, well, wrong, nobodys


def test_report_has_exactly_its_fields(office: Office) -> None:
    """Every figure of a month that was worked out by hand."""
    old, well, wrong, nobodys = march(office)
    report = office.json("report", "--no-write", now="2026-04-01T00:05:00+08:00")
    none = {"general": 0, "major": 0}
    unrated = {"mean": None, "count": 0}
    days = (1, 3, 7, 14, 30, None)
    assert report == {
        "month": "2026-03",
        "period": {"name": "2026-03", "from": "2026-03-01", "to": "2026-03-31"},
        "department": None,
        "policy": hashlib.sha256((office.root / "cmplt.yaml").read_bytes()).hexdigest(),
        "uncommitted": [],
        "unreadable": [],
        "on_time": {"met": 12, "due": 15, "percent": 80.0},
        "before": {
            "period": "2026-02", "opening": 0, "received": 1, "rejected": 0, "closed": 0, "open": 1,
            "on_time": {"met": 3, "due": 3, "percent": 100.0}, "ratings": unrated,
        },
        "counted": [
            {"id": well, "department": "sales", "severity": "general"},
            {"id": nobodys, "department": None, "severity": "major"},
        ],
        "adjustments": [
            {"id": well, "department": "sales", "points": 2, "at": "2026-03-24T10:00:00+08:00", "reason": "x"}
        ],
        "p90_seconds": {
            "registration": 0, "assignment": 0, "response": 14400, "progress": 86400, "feedback": 1800,
            "followup": 518400,
        },
        "handling": {
            "count": 1, "median_seconds": 604800, "p90_seconds": 604800,
            "days": [{"up_to": each, "count": int(each == 7)} for each in days],
        },
        "ratings": {"mean": 3.0, "count": 2, "counts": {"2": 1, "4": 1}},
        "channels": [
            {"channel": "phone", "category": "attitude", "count": 1},
            {"channel": "visit", "category": "repair", "count": 1},
        ],
        "majors": [wrong, nobodys],
        "recurring": [],
        "measures": {name: [] for name in ("opened", "done", "verified", "ineffective", "open", "overdue")},
        "open": {"days": [{"up_to": each, "count": int(each in (14, None))} for each in days], "ids": [old, nobodys]},
        "late_entries": [],
        "restatements": [],
        "as_of": "2026-04-01T00:05:00+08:00",
        "commit": office.git("rev-parse", "HEAD").strip(),
        "complaints": {
            "opening": 1, "received": 2, "rejected": 1, "closed": 1, "open": 2,
            "by_severity": {"general": 1, "major": 1}, "by_category": {"attitude": 1, "repair": 1},
            "by_channel": {"phone": 1, "visit": 1}, "by_cause": {"attitude": 1}, "by_department": {"sales": 1},
        },
        "departments": [
            {"department": "customer-service", "by_severity": none, "late": 1, "adjusted": 0, "score": -2,
             "satisfaction": unrated},
            {"department": "sales", "by_severity": {"general": 1, "major": 0}, "late": 2, "adjusted": 2, "score": -3,
             "satisfaction": {"mean": 3.0, "count": 2}},
            *({"department": department, "by_severity": none, "late": 0, "adjusted": 0, "score": 0,
               "satisfaction": unrated} for department in ("service", "parts")),
            {"department": None, "by_severity": {"general": 0, "major": 1}, "late": 0, "adjusted": 0, "score": None,
             "satisfaction": unrated},
        ],
        "late": [
            {"id": well, "obligation": "response", "owed_by": "sales", "due": "2026-03-16T12:00:00+08:00",
             "met": "2026-03-16T14:00:00+08:00"},
            {"id": nobodys, "obligation": "assignment", "owed_by": "customer-service",
             "due": "2026-03-20T10:30:00+08:00", "met": None},
            {"id": old, "obligation": "progress", "owed_by": "sales", "due": "2026-03-31T18:00:00+08:00", "met": None},
        ],
        "timeliness": {
            "registration": {"met": 3, "late": 0, "overdue": 0, "median_seconds": 0},
            "assignment": {"met": 2, "late": 0, "overdue": 1, "median_seconds": 0},
            "response": {"met": 2, "late": 1, "overdue": 0, "median_seconds": 1800},
            "progress": {"met": 2, "late": 0, "overdue": 1, "median_seconds": 43200},
            "feedback": {"met": 2, "late": 0, "overdue": 0, "median_seconds": 900},
            "followup": {"met": 1, "late": 0, "overdue": 0, "median_seconds": 518400},
        },
        "followup": {
            "done": 2, "satisfied": 1, "dissatisfied": 1, "unreached": 0, "early": 1,
            "answers": {"outcome": {"mean": 3.5, "count": 2}, "manner": unrated},
            "quotas": [{"role": "general-manager", "required": 3, "done": 2}],
        },
        "trend": [
            *({"month": f"2025-{month:02d}", "by_severity": none} for month in range(4, 13)),
            {"month": "2026-01", "by_severity": none},
            {"month": "2026-02", "by_severity": {"general": 1, "major": 0}},
            {"month": "2026-03", "by_severity": {"general": 1, "major": 1}},
        ],
    }  # fmt: skip


def test_report_as_of_the_middle_of_the_month(office: Office) -> None:
    """Only the events up to then exist: open and late as they stood."""
    march(office)
    report = office.json("report", "--month", "2026-03", "--no-write", "--as-of", "2026-03-18 12:00")
    figures = report["complaints"]
    assert [figures[name] for name in ("opening", "received", "rejected", "closed", "open")] == [1, 2, 0, 0, 3]
    assert figures["by_severity"] == {"general": 1, "major": 1}
    assert [late["obligation"] for late in report["late"]] == ["response"]
    assert report["timeliness"]["progress"] == {"met": 2, "late": 0, "overdue": 0, "median_seconds": 43200}


def test_months_add_up(office: Office) -> None:
    """What is open at the end of one month is what the next begins with."""
    march(office)
    office.ok("list", now="2026-05-02T10:00:00+08:00")
    figures = [
        office.json("report", "--month", month, "--no-write")["complaints"]
        for month in ("2026-02", "2026-03", "2026-04")
    ]
    assert [each["opening"] for each in figures] == [0, 1, 2]
    assert [each["open"] for each in figures] == [1, 2, 2]


def test_the_late_table_is_what_the_score_counts(office: Office) -> None:
    """Each late obligation once, under who owed it."""
    march(office)
    report = office.json("report", "--no-write", now="2026-04-01T00:05:00+08:00")
    for row in report["departments"]:
        assert row["late"] == sum(late["owed_by"] == row["department"] for late in report["late"])


def test_scores_as_csv(office: Office) -> None:
    """One column per severity, then late, adjusted, and the sum; keys in English, nobody an empty cell."""
    march(office)
    text = office.ok("report", "--no-write", "--format", "csv", now="2026-04-01T00:05:00+08:00").out
    assert text == (
        "department,general,major,late,adjusted,score\ncustomer-service,0,0,1,0,-2\nsales,1,0,2,2,-3\n"
        "service,0,0,0,0,0\nparts,0,0,0,0,0\n,0,1,0,0,\n"
    )


# --- CSV --------------------------------------------------------------------------------------------------------

HEADERS = {
    "overdue": "id,subject,status,severity,urgent,department,owner,obligation,owed_by,opened,due,overdue_seconds",
    "list": "id,status,severity,urgent,department,owner,channel,category,subject,received,due",
    "show": "id,status,round,kind,severity,criteria,urgent,department,owner,channel,category,subject,description,"
            "received,received_by,details,customer,obligations,events,void",
}  # fmt: skip


def as_csv(office: Office, command: str, complaint: str) -> str:
    """A command's CSV, of a complaint whose response is late."""
    given = [complaint] if command == "show" else []
    return office.ok(command, *given, "--as-of", AFTER, "--format", "csv").out


@pytest.mark.parametrize("command", HEADERS)
def test_csv_has_the_fields_of_json(office: Office, command: str) -> None:
    """The same header, the same values: null an empty cell, true and false in words, the rest as JSON."""
    complaint = office.new("--department", "sales", "--urgent", "--detail", "plate=川A12345")
    text = as_csv(office, command, complaint)
    assert text.splitlines()[0] == HEADERS[command]
    (row,) = table(text)
    (expected,) = office.json(command, *([complaint] if command == "show" else []), "--as-of", AFTER)
    assert list(expected) == list(row)
    assert row == {name: cell(value) for name, value in expected.items()}


def cell(value: Any) -> str:
    """A value of JSON as CSV has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "=cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "+86 138"]
)
def test_no_cell_begins_a_formula(office: Office, start: str) -> None:
    """What a customer or a clerk typed is never run by a spreadsheet; it stays recognisable."""
    complaint = office.new(
        "--department", "sales", "--owner", f"{start}o", subject=f"{start}1+1", description=f"{start}x"
    )
    for command in HEADERS:
        text = as_csv(office, command, complaint)
        (row,) = table(text)
        for name, value in row.items():
            number = value.lstrip("-").isdigit() and name == "overdue_seconds"
            assert number or not value.startswith(("=", "+", "-", "@", "\t", "\r")), (command, name, value)
        assert f"{start}1+1" in row["subject"]


def test_cells_may_hold_anything(office: Office) -> None:
    """Commas, quotes, line ends: one row all the same."""
    complaint = office.new("--department", "sales", subject='a,"b";c', description='x\n"y",\r\nz')
    (row,) = table(as_csv(office, "show", complaint))
    assert (row["subject"], row["description"].replace("\r", "")) == ('a,"b";c', 'x\n"y",\nz')


def test_what_is_only_due_soon_is_a_negative_number(office: Office) -> None:
    """A number, not text with an apostrophe."""
    office.new("--department", "sales")
    (row, *_) = table(office.ok("overdue", "--within", "1 week", "--format", "csv").out)
    assert row["overdue_seconds"] == "-7200"
