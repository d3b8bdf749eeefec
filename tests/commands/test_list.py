"""`cmplt list`."""

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"


def ids(office: Office, *args: str) -> list[str]:
    """The ids that `list` shows."""
    return [line["id"] for line in office.json("list", *args)]


def in_states(office: Office) -> dict[str, str]:
    """A complaint in every state, by the state."""
    found = {"registered": office.new()}
    for status in ("assigned", "in-progress", "resolved", "closed", "rejected"):
        found[status] = office.new("--department", "sales")
    office.ok("respond", found["in-progress"], found["resolved"], found["closed"], "--note", "x")
    office.ok("resolve", found["resolved"], "--outcome", "x")
    office.ok("close", found["closed"], "--reason", "x")
    office.ok("reject", found["rejected"], "--reason", "x")
    return found


def test_list_shows_what_is_open(office: Office) -> None:
    """Neither closed nor rejected; --all shows these too, --status any one of them; by id."""
    found = in_states(office)
    still_open = {found[status] for status in ("registered", "assigned", "in-progress", "resolved")}
    assert set(ids(office)) == still_open
    assert ids(office, "--all") == sorted(found.values())
    for status, complaint in found.items():
        assert ids(office, "--status", status) == [complaint]


def test_list_is_a_table_of_lines(office: Office) -> None:
    """A line each, with the next due time; the customer is not shown."""
    complaint = office.new("--urgent", "--department", "sales", "--owner", "李明")
    result = office.ok("list")
    assert result.err == ""
    for words in (complaint, "assigned", "general", "Sales", "李明", "attitude", "态度冷淡", "2026-03-16 11:00"):
        assert words in result.out
    for personal in ("客户甲", "13800000000"):
        assert personal not in result.out


def test_nothing_to_list_prints_nothing(office: Office) -> None:
    """No table without rows, an empty array, a header."""
    assert office.ok("list").out == ""
    assert office.json("list") == []
    assert office.ok("list", "--format", "csv").out.splitlines() == [
        "id,status,severity,urgent,department,owner,channel,category,subject,received,due"
    ]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (["--department", "sales"], ["sales"]),
        (["--owner", "李明"], ["sales"]),
        (["--category", "repair"], ["repair"]),
        (["--severity", "major"], ["major"]),
        (["--severity", "general", "--category", "repair"], ["repair"]),
        (["--department", "sales", "--category", "repair"], []),
        (["--owner", "李"], []),
        (["--overdue"], ["sales"]),
        (["--month", "2026-02"], ["february"]),
        (["--month", "2026-01"], []),
    ],
)
def test_filters_narrow_the_list(office: Office, given: list[str], found: list[str]) -> None:
    """By department, owner, category, severity, month of receipt, and what is overdue; all of them together."""
    names = {
        office.new(now="2026-02-27T10:00:00+08:00"): "february",
        office.new("--department", "sales", "--owner", "李明", now=NOW): "sales",
        office.new(category="repair", now="2026-03-16T12:00:00+08:00"): "repair",
        office.new(severity="major"): "major",
    }
    february = next(iter(names))
    office.ok("assign", february, "service")
    office.ok("respond", february, "--note", "x")
    office.ok("progress", february, "--note", "x")
    assert [names[each] for each in ids(office, *given, "--as-of", "2026-03-16T12:00:01+08:00")] == found


def test_the_month_is_the_offices(office: Office) -> None:
    """Received in the last second of February in Shanghai, which is still the afternoon in Greenwich."""
    complaint = office.new(received="2026-02-28T15:59:59Z")
    later = office.new(received="2026-02-28T16:00:00Z")
    assert (ids(office, "--month", "2026-02"), ids(office, "--month", "2026-03")) == ([complaint], [later])


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ([], True),
        (["刹车"], True),
        (["ABS"], True),
        (["abs", "四月"], True),
        (["abs", "五月"], False),
        (["川a1"], True),
        (["客户甲"], True),
        (["1380000"], True),
        (["成都"], True),
        (["20260316-"], True),
        (["phone"], False),
        (["attitude"], False),
        (["sales"], False),
        (["%"], False),
        ([".*"], False),
    ],
)
def test_words_are_looked_for_in_facts_and_customer(office: Office, words: list[str], hits: bool) -> None:
    """All words, case ignored: id, subject, description, details, and the customer block, which is not shown."""
    facts = (
        "{channel: phone, category: attitude, subject: 刹车 ABS, description: 去年四月修过, "
        "details: {plate: 川A12345}, customer: {name: 客户甲, contact: '13800000000', address: 成都}}"
    )
    complaint = office.ok("new", "--from", "-", "--department", "sales", stdin=facts).out.strip()
    assert ids(office, *words) == ([complaint] if hits else [])


def test_words_find_what_was_amended(office: Office) -> None:
    """A corrected name finds the complaint, the wrong one does so no longer."""
    complaint = office.new()
    office.ok("amend", complaint, "customer.name=Jörg STRAẞE", "--reason", "x")
    assert ids(office, "jörg", "strasse") == [complaint]
    assert ids(office, "客户甲") == []


def test_list_as_of_an_earlier_time(office: Office) -> None:
    """Only what had been registered by then, as it stood then."""
    early = office.new(now="2026-03-16T09:00:00+08:00")
    office.new(now="2026-03-16T09:30:00+08:00")
    office.ok("assign", early, "sales", now=NOW)
    assert [(each["id"], each["status"]) for each in office.json("list", "--as-of", "09:29:59")] == [
        (early, "registered")
    ]
    assert len(ids(office, "--as-of", "09:30")) == 2


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        (["--status", "open"], 2, ["registered"]),
        (["--department", "sale"], 3, ["Did you mean 'sales'?"]),
        (["--category", "nix"], 3, ["no category 'nix'"]),
        (["--severity", "nix"], 3, ["no severity 'nix'"]),
        (["--month", "2026-3"], 2, ["'2026-3' is not a month"]),
        (["--month", "2026-13"], 2, ["'2026-13' is not a month"]),
        (["--month", "march"], 2, ["'march' is not a month"]),
        (["--as-of", "soon"], 2, ["'soon' is not a time"]),
        (["--format", "xml"], 2, ["table", "json", "csv"]),
    ],
)
def test_list_refuses(office: Office, given: list[str], code: int, says: list[str]) -> None:
    """A state, a name, a month or a time that is none."""
    office.refused(code, "list", *given, says=says)


def test_a_retired_name_is_still_a_filter(office: Office) -> None:
    """Old complaints keep it; so does the list."""
    complaint = office.new("--department", "parts")
    office.policy(POLICY.replace("parts: {label: Parts}", "parts: {label: Parts, retired: true}"))
    assert ids(office, "--department", "parts") == [complaint]


@pytest.mark.parametrize("content", [b"\xff", b"\x00", b"[" * 3000, b"a: b\n", b"", b"- x", b"{}", b"\t"])
def test_a_file_that_cannot_be_read_never_vanishes(office: Office, content: bytes) -> None:
    """The rest is listed, the file is named on stderr, and the exit code is 1."""
    broken, complaint = office.new(), office.new()
    office.file(broken).write_bytes(content)
    for args in (["list"], ["list", "--format", "json"], ["list", "--format", "csv"], ["list", complaint]):
        result = office.run(*args)
        assert result.code == 1
        assert complaint in result.out
        assert result.err.startswith(f"complaints/2026/03/{broken}.yaml:1:")
        assert "Traceback" not in result.err
