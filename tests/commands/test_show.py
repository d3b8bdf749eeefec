"""`cmplt show`."""

from typing import Any

import pytest

from tests.office import POLICY, Office

NOW = "2026-03-16T10:00:00+08:00"


@pytest.fixture
def complaint(office: Office) -> str:
    """A complaint on the way: assigned, answered, its contact corrected."""
    found = office.new("--department", "sales", "--owner", "李明", "--detail", "plate=川A12345", "--criterion", "media",
                       description="第一行\n第二行")  # fmt: skip
    office.ok("respond", found, "--note", "已致电")
    office.ok("amend", found, "customer.contact=13911112222", "--reason", "写错")
    return found


def test_show_tells_facts_standing_owed_and_events(office: Office, complaint: str) -> None:
    """A page for a person: labels and keys, times by the office's clock, and what comes next."""
    page = office.ok("show", complaint).out
    lines = page.splitlines()
    assert lines[0] == f"{complaint}  态度冷淡"
    for words in ("in-progress, round 1", "next: assign, respond, propose, resolve", "Sales (sales), 李明", "major",
                  "media", "2026-03-16 10:00, phone", "plate: 川A12345", "  第一行", "  第二行", "note: 已致电",
                  "2026-03-16 10:00  respond  王芳", "department: sales"):  # fmt: skip
        assert words in page
    response = next(line for line in lines if line.startswith("response"))
    assert response.split() == [
        "response", "Sales", "2026-03-16", "10:00", "2026-03-16", "11:00", "2026-03-16", "10:00", "met",
    ]  # fmt: skip


def test_contacts_are_masked_unless_revealed(office: Office, complaint: str) -> None:
    """The contact, and both sides of its correction, in every format; --reveal shows all."""
    for style in ("table", "json", "csv"):
        hidden, shown = (office.ok("show", complaint, "--format", style, *more).out for more in ([], ["--reveal"]))
        for contact, mask in (("13800000000", "138****0000"), ("13911112222", "139****2222")):
            assert contact not in hidden
            assert mask in hidden
            assert contact in shown
        assert "客户甲" in hidden


def test_a_name_that_was_corrected_is_masked_in_the_event(office: Office) -> None:
    """Changes under customer are personal data like the block itself."""
    complaint = office.new()
    office.ok("amend", complaint, "customer.name=欧阳修远先生及夫人", "--reason", "x")
    change = office.json("show", complaint)[0]["events"][-1]["changes"]["customer.name"]
    assert change == {"from": "***", "to": "欧阳修**及夫人"[:3] + "**" + "生及夫人"}


def test_several_complaints_are_shown_in_the_order_given(office: Office) -> None:
    """Two pages, an array of two; an id twice is shown once."""
    first, second = office.new(), office.new()
    assert [each["id"] for each in office.json("show", second, first[-4:], second)] == [second, first]
    page = office.ok("show", second, first).out
    assert page.index(second) < page.index(first)


@pytest.mark.parametrize(
    ("as_of", "status", "states"),
    [
        ("2026-03-16T09:00:00+08:00", "registered", {"registration": "met", "assignment": "open"}),
        ("2026-03-16T09:30:00+08:00", "assigned",
         {"registration": "met", "assignment": "met", "response": "open", "progress": "open"}),
        ("2026-03-16T11:30:01+08:00", "assigned",
         {"registration": "met", "assignment": "met", "response": "overdue", "progress": "open"}),
        ("2026-03-16T11:40:00+08:00", "in-progress",
         {"registration": "met", "assignment": "met", "response": "late", "progress": "open"}),
    ],
)  # fmt: skip
def test_show_as_of_a_time(office: Office, as_of: str, status: str, states: dict[str, str]) -> None:
    """Only the events up to then exist, and lateness is judged then."""
    complaint = office.new(now="2026-03-16T09:00:00+08:00")
    office.ok("assign", complaint, "sales", now="2026-03-16T09:30:00+08:00")
    office.ok("respond", complaint, "--note", "x", now="2026-03-16T11:40:00+08:00")
    shown = office.json("show", complaint, "--as-of", as_of)[0]
    assert shown["status"] == status
    assert {each["name"]: each["state"] for each in shown["obligations"]} == states
    assert {event["at"] <= as_of for event in shown["events"]} == {True}


def test_a_complaint_is_not_shown_before_it_was_registered(office: Office) -> None:
    """As of the minute before there was none: exit 3."""
    complaint = office.new()
    office.refused(3, "show", complaint, "--as-of", "09:59:59", says=[complaint, "not registered yet"])


def test_void_events_are_shown_and_told(office: Office) -> None:
    """Two desks rejected at once and git merged them: the second has no effect, and its position is told."""
    complaint = office.new()
    path = office.file(complaint)
    rejection = f"  - {{at: '{NOW}', by: 王芳, action: reject, reason: x}}\n"
    path.write_text(path.read_text(encoding="utf-8") + rejection * 2, encoding="utf-8")
    shown = office.json("show", complaint)[0]
    assert (shown["status"], shown["void"], len(shown["events"])) == ("rejected", [2], 3)
    assert office.ok("show", complaint).out.count("void") == 1


def explained(office: Office, complaint: str) -> list[str]:
    """The lines of `show --explain` between what is owed and the events."""
    plain, full = (office.ok("show", complaint, *more).out.splitlines() for more in ([], ["--explain"]))
    return [line for line in full if line not in plain]


def test_explain_spells_out_intervals_and_skipped_days(office: Office) -> None:
    """Over lunch, over a holiday and a weekend: what was used, what was skipped and why."""
    complaint = office.new(now="2026-04-03T11:00:00+08:00")
    office.ok("assign", complaint, "sales")
    lines = "\n".join(explained(office, complaint))
    for words in ("response: 2 working hours from 2026-04-03 11:00 is 2026-04-03 14:00", "11:00–12:00, 13:00–14:00",
                  "progress: 3 working days from 2026-04-03 11:00 is 2026-04-09 18:00", "2026-04-04 Sat", "skipped",
                  "2026-04-06 Mon", "2026-04-07 Tue", "2026-04-09 Thu"):  # fmt: skip
        assert words in lines
    holiday = next(line for line in lines.splitlines() if "2026-04-06" in line)
    assert "skipped" in holiday
    assert holiday.endswith(")"), "and why: the name of the holiday"


def test_explain_says_where_todays_policy_leads_elsewhere(office: Office) -> None:
    """What was promised stays; the page says that policy or calendar have changed since."""
    complaint = office.new("--department", "sales")
    assert "stored" not in "\n".join(explained(office, complaint))
    office.policy(POLICY.replace("within: 2 working hours", "within: 3 working hours"))
    text = "\n".join(explained(office, complaint))
    assert "is 2026-03-16 14:00" in text
    assert "stored: 2026-03-16 12:00" in text


def test_explain_knows_what_was_given_by_hand(office: Office) -> None:
    """--due of an assignment or a task rests on no rule."""
    complaint = office.new("--department", "sales", "--due", "2026-03-18 12:00")
    office.ok("task", complaint, "call", "--due", "2026-03-17 12:00")
    text = "\n".join(explained(office, complaint))
    assert "resolution: 2026-03-18 12:00 (given by hand)" in text
    assert "task:call: 2026-03-17 12:00 (given by hand)" in text


def test_a_page_shows_no_terminal_escapes(office: Office) -> None:
    """What a customer's e-mail holds cannot colour, move or rename the terminal, nor forge a line."""
    complaint = office.new(subject="a\x1b]0;owned\x07b", description="x\\x0astatus    closed\u202eabc")
    page = office.ok("show", complaint).out
    assert not [character for character in page if (ord(character) < 32 and character != "\n") or character == "\u202e"]
    assert "\nstatus    closed" not in page


@pytest.mark.parametrize(
    ("given", "code", "says"),
    [
        ([], 2, ["Missing argument"]),
        (["zzzz"], 3, ["no complaint 'zzzz'"]),
        (["2026031"], 3, ["may mean"]),
        (["--as-of", "soon", "20260316"], 2, ["'soon' is not a time"]),
    ],
)
def test_show_refuses(office: Office, given: list[str], code: int, says: list[str]) -> None:
    """No id, none of a complaint, one of two, no time."""
    office.new()
    office.new()
    office.refused(code, "show", *given, says=says)


def test_all_ids_are_looked_up_before_the_first_is_shown(office: Office) -> None:
    """One that is not there: nothing on stdout."""
    assert office.refused(3, "show", office.new(), "zzzz", says=["zzzz"]).out == ""


@pytest.mark.parametrize("content", [b"\xff", b"a: b\n", b"id: [}", b""])
def test_a_file_that_cannot_be_read_is_named_with_line_and_column(office: Office, content: Any) -> None:
    """A file could not be read: exit 1, one sentence, the place once."""
    complaint = office.new()
    office.file(complaint).write_bytes(content)
    result = office.refused(1, "show", complaint, says=[f"complaints/2026/03/{complaint}.yaml:1:"])
    assert result.err.count(f"{complaint}.yaml:") == 1
