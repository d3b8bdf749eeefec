"""`cmplt overdue`: to the second, soon, by department, and as an exit code."""

from datetime import datetime

import pytest

from tests.office import POLICY, Office

DUE = "2026-03-16T12:00:00+08:00"
AFTER = "2026-03-16T12:00:01+08:00"


@pytest.fixture
def complaint(office: Office) -> str:
    """A complaint whose response sales owes by noon, and the progress by Thursday evening."""
    return office.new("--department", "sales", "--owner", "李明")


def owed(office: Office, *args: str) -> list[tuple[str, int]]:
    """What is owed and by how many seconds it is late."""
    return [(row["obligation"], row["overdue_seconds"]) for row in office.json("overdue", *args)]


@pytest.mark.parametrize(
    ("as_of", "found"),
    [
        (DUE, []),
        (AFTER, [("response", 1)]),
        ("2026-03-16 13:00", [("response", 3600)]),
        ("2026-03-16T05:00:00Z", [("response", 3600)]),
        ("2026-03-19 18:00", [("response", 280800)]),
        ("2026-03-19 18:00:01", [("response", 280801), ("progress", 1)]),
    ],
)
def test_overdue_from_the_second_after(
    office: Office, complaint: str, as_of: str, found: list[tuple[str, int]]
) -> None:
    """Not at the due instant, but a second later; elapsed seconds, by due time."""
    assert owed(office, "--as-of", as_of) == found


def test_the_clock_decides_without_as_of(office: Office, complaint: str) -> None:
    """The same by the machine's clock."""
    office.now = datetime.fromisoformat(DUE)
    assert owed(office) == []
    office.now = datetime.fromisoformat(AFTER)
    assert owed(office) == [("response", 1)]


def test_overdue_is_a_table_for_people(office: Office, complaint: str) -> None:
    """Who owes what, since when it is late; no customer."""
    result = office.ok("overdue", "--as-of", "2026-03-16 14:30:05")
    for words in (complaint, "态度冷淡", "assigned", "general", "response", "Sales", "李明", "2026-03-16 12:00"):
        assert words in result.out
    for personal in ("客户甲", "138"):
        assert personal not in result.out
    assert len(result.out.splitlines()) == 3


def test_nothing_overdue_prints_nothing(office: Office, complaint: str) -> None:
    """Nothing at all, an empty array, a header; exit 0."""
    assert office.ok("overdue") == office.ok("overdue", "--exit-code")
    assert (office.ok("overdue").out, office.ok("overdue").err) == ("", "")
    assert office.ok("overdue", "--format", "json").out == "[]\n"
    assert office.ok("overdue", "--format", "csv").out == (
        "id,subject,status,severity,urgent,department,owner,obligation,owed_by,opened,due,overdue_seconds\n"
    )


@pytest.mark.parametrize(
    ("within", "found"),
    [
        ("119 minutes", []),
        ("120 minutes", [("response", -7200)]),
        ("2 hours", [("response", -7200)]),
        ("1 working hour", []),
        ("2 working hours", [("response", -7200)]),
        ("same day", [("response", -7200)]),
        ("2 working days", [("response", -7200)]),
        ("3 days", [("response", -7200), ("progress", -288000)]),
        ("3 working days", [("response", -7200), ("progress", -288000)]),
        ("1 week", [("response", -7200), ("progress", -288000)]),
    ],
)
def test_within_lists_what_falls_due_soon(
    office: Office, complaint: str, within: str, found: list[tuple[str, int]]
) -> None:
    """By the policy's own arithmetic, from now; up to and with that instant."""
    assert owed(office, "--within", within) == found


def test_what_is_late_and_what_is_soon_come_together(office: Office, complaint: str) -> None:
    """Sorted by due time, then id."""
    second = office.new("--department", "service")
    rows = office.json("overdue", "--as-of", AFTER, "--within", "3 working days")
    assert [(row["id"], row["obligation"]) for row in rows] == [
        *[(each, "response") for each in sorted((complaint, second))],
        *[(each, "progress") for each in sorted((complaint, second))],
    ]


def test_department_is_who_owes_it(office: Office, complaint: str) -> None:
    """Not who has the complaint: the follow-up of sales' complaint is owed by customer service."""
    office.ok("respond", complaint, "--note", "x")
    office.ok("resolve", complaint, "--outcome", "x")
    late = ["--as-of", "2026-03-23 18:00:01"]
    assert owed(office, *late, "--department", "sales") == []
    assert owed(office, *late, "--department", "customer-service") == [("followup", 1)]
    assert office.json("overdue", *late)[0]["department"] == "sales"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["--as-of", DUE], 0),
        (["--as-of", AFTER], 1),
        (["--as-of", DUE, "--within", "1 week"], 0),
        (["--as-of", AFTER, "--within", "1 week"], 1),
        (["--as-of", AFTER, "--department", "parts"], 0),
    ],
)
def test_exit_code_tells_a_script(office: Office, complaint: str, given: list[str], code: int) -> None:
    """1 if something is overdue, not for what only falls due soon; without --exit-code always 0."""
    assert office.run("overdue", *given, "--exit-code").code == code
    assert office.run("overdue", *given).code == 0


def test_what_is_met_late_is_overdue_no_more(office: Office, complaint: str) -> None:
    """It was owed until it was done, and as of then it still is."""
    office.ok("respond", complaint, "--note", "x", now="2026-03-16T14:00:00+08:00")
    assert owed(office) == []
    assert owed(office, "--as-of", "13:59:59") == [("response", 7199)]


def test_a_task_is_overdue_after_the_complaint_is_closed(office: Office, complaint: str) -> None:
    """Closing ends no task."""
    office.ok("task", complaint, "call", "--due", "2026-03-17 12:00")
    office.ok("respond", complaint, "--note", "x")
    office.ok("close", complaint, "--reason", "x")
    assert owed(office, "--as-of", "2026-03-17 12:00:01") == [("task:call", 1)]


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (["--within", "1 fortnight"], 2, ["'1 fortnight' is not a length", "2 working hours"]),
        (["--within", "0 days"], 2, ["'0 days' is not a length"]),
        (["--within", "-1 day"], 2, ["'-1 day' is not a length"]),
        (["--within", "2 working weeks"], 2, ["'2 working weeks' is not a length"]),
        (["--within", "11 years"], 2, ["'11 years' is not a length"]),
        (["--within", "99999 days"], 2, ["99999 days"]),
        (["--within", ""], 2, ["''"]),
        (["--department", "sale"], 3, ["no department 'sale'", "Did you mean 'sales'?"]),
        (["--as-of", "yesterday"], 2, ["'yesterday' is not a time"]),
        (["20260316"], 2, ["unexpected extra argument"]),
    ],
)
def test_overdue_refuses(office: Office, given: list[str], code: int, says: list[str]) -> None:
    """A length, a department, a time that is none."""
    office.refused(code, "overdue", *given, says=says)


@pytest.mark.parametrize("as_of", ["0001-01-01 00:00", "1900-01-01 00:00", "9999-12-31 23:59:59"])
@pytest.mark.parametrize("more", [[], ["--within", "10 hours"], ["--within", "3 working days"]])
def test_the_ends_of_time_end_in_a_sentence(office: Office, complaint: str, as_of: str, more: list[str]) -> None:
    """No instant that can be written makes a traceback."""
    result = office.run("overdue", "--as-of", as_of, *more)
    assert result.code in (0, 2, 3)
    assert "Traceback" not in result.err


def test_a_retired_department_may_still_owe(office: Office, complaint: str) -> None:
    """It is labelled and listed like any other."""
    office.policy(POLICY.replace("sales: {label: Sales}", "sales: {label: Sales, retired: true}"))
    assert owed(office, "--as-of", AFTER, "--department", "sales") == [("response", 1)]
    assert "Sales" in office.ok("overdue", "--as-of", AFTER).out


def test_a_deadline_the_policy_does_not_know_any_more(office: Office, complaint: str) -> None:
    """It is read so: it lasts until resolve and is owed by the department."""
    office.policy(POLICY.replace("  response:\n", "  answer:\n").replace("assignment, response, ", "assignment, "))
    office.ok("respond", complaint, "--note", "x")
    rows = office.json("overdue", "--as-of", AFTER)
    assert [(row["obligation"], row["owed_by"]) for row in rows] == [("response", "sales")]
    office.ok("resolve", complaint, "--outcome", "x")
    assert owed(office, "--as-of", AFTER) == []


def test_a_file_that_cannot_be_read_is_named(office: Office, complaint: str) -> None:
    """The rest is listed and the exit code is 1, also when nothing is overdue."""
    broken = office.new()
    office.file(broken).write_text("id: [\n", encoding="utf-8")
    for as_of, rows in ((DUE, 0), (AFTER, 1)):
        result = office.run("overdue", "--as-of", as_of, "--format", "csv")
        assert (result.code, len(result.out.splitlines())) == (1, 1 + rows)
        assert f"{broken}.yaml:" in result.err
