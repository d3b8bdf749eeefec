"""What the commands that enter an event have in common: ids, times, who and why, and the commit."""

import re
from datetime import datetime

import pytest

from tests.office import POLICY, Office

NINE, NOW = "2026-03-16T09:00:00+08:00", "2026-03-16T10:00:00+08:00"

# Every command that enters an event on one complaint, with all it needs.
ENTERING = {
    "assign": ["sales"],
    "respond": ["--note", "x"],
    "progress": ["--note", "x"],
    "propose": ["--note", "x"],
    "approve": [],
    "decline": [],
    "escalate": ["--urgent", "--reason", "x"],
    "resolve": ["--outcome", "x"],
    "followup": ["--satisfied"],
    "reject": ["--reason", "x"],
    "close": ["--reason", "x"],
    "reopen": ["--reason", "x"],
    "amend": ["subject=x", "--reason", "x"],
    "adjust": ["--points", "1", "--department", "sales", "--reason", "x"],
    "task": ["call"],
    "done": ["call"],
}
MANY = ("respond", "progress", "approve", "decline")


# --- which complaint --------------------------------------------------------------------------------------------


def test_any_unambiguous_beginning_or_end_of_an_id_means_the_complaint(office: Office) -> None:
    """The random end of an id, a part of it, the whole id and its beginning all do, in either case of letters."""
    other = office.new(received="2026-03-13 10:00")
    complaint = office.new()
    for part in (complaint, complaint[-4:], complaint[:10], complaint[-4:].upper(), f" {complaint} "):
        assert office.one_commit("adjust", part, "--points", "1", "--department", "sales", "--reason", "x").out == (
            f"{complaint}\n"
        )
    assert [event["action"] for event in office.data(other)["events"]] == ["register"]


def test_an_ambiguous_part_of_an_id_is_refused_with_the_ids_it_may_mean(office: Office) -> None:
    """The beginning that two ids share names neither, and both are told."""
    first, second = sorted((office.new(), office.new()))
    office.refused(3, "assign", "20260316", "sales", says=[first, second, "Give more of the id"])


@pytest.mark.parametrize("part", ["zzzz", "20260317", "-", "20260316-", "%", "*", "..", "/"])
def test_an_id_that_means_no_complaint_is_refused(office: Office, part: str) -> None:
    """What is neither beginning nor end of an id is no complaint; 'cmplt list' is where to look."""
    office.new(received="2026-03-13 10:00")
    office.refused(3, "assign", "--", part, "sales", says=[f"'{part}'", "cmplt list"])


def test_a_mistyped_id_is_met_with_the_one_that_was_meant(office: Office) -> None:
    """One wrong character brings the id that is nearest."""
    complaint = office.new()
    wrong = "z" if complaint[-1] != "z" else "y"
    office.refused(3, "assign", complaint[:-1] + wrong, "sales", says=[f"Did you mean '{complaint}'?"])


@pytest.mark.parametrize("command", ENTERING)
def test_every_command_refuses_a_complaint_that_is_not_there(office: Office, command: str) -> None:
    """No such complaint: exit 3, nothing written."""
    office.refused(3, command, "zzzz", *ENTERING[command], says=["There is no complaint 'zzzz' here"])


@pytest.mark.parametrize("command", ENTERING)
def test_every_command_asks_for_its_id(office: Office, command: str) -> None:
    """Without an id it is a mistake of usage."""
    office.refused(2, command, says=["Missing argument 'ID"])


# --- several complaints at once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("command", MANY)
def test_several_complaints_share_one_commit(office: Office, command: str) -> None:
    """Every complaint gets its event, the ids are printed in the order given, git gets one commit of their files."""
    complaints = [office.new("--department", "sales") for _ in range(3)]
    if command in ("approve", "decline"):
        office.ok("respond", *complaints, "--note", "called")
        for complaint in complaints:
            office.ok("propose", complaint, "--note", "money", "--compensation", "100")
    before = office.git("rev-parse", "HEAD")
    result = office.ok(command, complaints[2][-4:], complaints[0], complaints[1], complaints[2], *ENTERING[command])
    assert result.out.split() == [complaints[2], complaints[0], complaints[1]]
    assert len(office.commits(before)) == 1
    stat = [line.split("\t") for line in office.git("show", "--numstat", "--format=", "HEAD").splitlines()]
    assert sorted(path for _, _, path in stat) == sorted(f"complaints/2026/03/{each}.yaml" for each in complaints)
    assert {removed for _, removed, _ in stat} == {"0"}
    assert [office.event(each)["action"] for each in complaints] == [command] * 3
    trailers = office.git("log", "-1", "--format=%(trailers:key=Complaint,valueonly)").split()
    assert trailers == [complaints[2], complaints[0], complaints[1]]
    assert office.git("status", "--porcelain") == ""


@pytest.mark.parametrize("command", ["respond", "progress"])
def test_one_complaint_that_is_not_ready_keeps_all_of_them_as_they_were(office: Office, command: str) -> None:
    """All are checked before the first is written: a registered one, or one that is not there, stops the command."""
    ready, not_ready = office.new("--department", "sales"), office.new()
    office.refused(3, command, ready, not_ready, "--note", "x", says=[not_ready, "registered"])
    office.refused(3, command, ready, "zzzz", "--note", "x", says=["zzzz"])
    office.refused(3, command, ready, "20260316", "--note", "x", says=["may mean"])


# --- when -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-16T09:50:00+08:00",
        "2026-03-16T01:50:00Z",
        "2026-03-15T20:50:00-05:00",
        "2026-03-16 09:50",
        "2026-03-16 09:50:00",
        "09:50",
        "09:50:00",
    ],
)
def test_a_time_may_be_given_in_every_form(office: Office, text: str) -> None:
    """RFC 3339 with any offset, local date and time, or a time of today: the file has the office's offset."""
    complaint = office.new(now=NINE)
    office.one_commit("assign", complaint, "sales", "--at", text, now=NOW)
    event = office.event(complaint)
    assert event["at"] == "2026-03-16T09:50:00+08:00"
    assert event["recorded"] == NOW
    assert event["due"]["response"] == "2026-03-16T11:50:00+08:00"


def test_a_time_is_kept_to_the_second(office: Office) -> None:
    """Seconds that were given are written."""
    complaint = office.new(now=NINE)
    office.one_commit("assign", complaint, "sales", "--at", "09:50:07", now=NOW)
    assert office.event(complaint)["at"] == "2026-03-16T09:50:07+08:00"


@pytest.mark.parametrize(
    "text",
    ["", "25:00", "09:60", "9", "now", "yesterday", "2026-03-16", "2026-02-30 10:00", "2026-13-01 10:00",
     "2026-03-16T09:50:00.5+08:00", "2026-03-16T09:50:00+25:00", "16.03.2026 09:50", "0950", "09:50 pm", "０９:５０"],
)  # fmt: skip
def test_a_time_that_is_none_is_a_mistake_of_usage(office: Office, text: str) -> None:
    """What cannot be read as a time: exit 2, and the forms there are."""
    complaint = office.new()
    office.refused(2, "assign", complaint, "sales", "--at", text, says=[f"'{text}'", "2026-11-02T09:15:00+08:00"])


@pytest.mark.parametrize(
    ("local", "with_offset", "says"),
    [
        ("2026-03-29 02:30", "2026-03-29T03:30:00+02:00", "does not exist"),
        ("2026-10-25 02:30", "2026-10-25T02:30:00+01:00", "exists twice"),
    ],
)
def test_a_local_time_of_a_clock_change_needs_an_offset(
    office: Office, local: str, with_offset: str, says: str
) -> None:
    """The hour that is skipped or repeated is refused with the offset to give; with it, all is clear."""
    office.policy(POLICY.replace("Asia/Shanghai", "Europe/Berlin"))
    day = local[:10]
    complaint = office.new(now=f"{day}T00:15:00+00:00")
    office.now = datetime.fromisoformat(f"{day}T08:00:00+00:00")
    reason = ["--reason", "from the paper book"]
    office.refused(3, "assign", complaint, "sales", "--at", local, *reason, says=[says, "offset"])
    office.one_commit("assign", complaint, "sales", "--at", with_offset, *reason)
    assert office.event(complaint)["at"] == with_offset


def test_a_time_of_now_is_no_late_entry(office: Office) -> None:
    """--at that names the clock's own second leaves no trace of having been given."""
    complaint = office.new()
    office.one_commit("assign", complaint, "sales", "--at", "10:00")
    assert "recorded" not in office.event(complaint)


@pytest.mark.parametrize(
    ("at", "says"),
    [("2026-03-16 10:00:01", "lies in the future"), ("2026-03-16 08:59:59", "was received")],
)
def test_the_future_and_the_time_before_receipt_are_refused(office: Office, at: str, says: str) -> None:
    """An event lies between the receipt and now."""
    complaint = office.new(received="2026-03-16 09:00")
    office.refused(3, "assign", complaint, "sales", "--at", at, "--reason", "x", says=[says, "2026-03-16T"])


def test_an_event_before_the_registration_is_refused(office: Office) -> None:
    """A complaint received but not yet registered has no state that could be told; the sentence says so plainly."""
    complaint = office.new(received="2026-03-16 09:00")
    result = office.refused(3, "assign", complaint, "sales", "--at", "09:30", says=[complaint, "regist"])
    assert "none" not in result.err


def test_the_receipt_itself_is_no_time_before_it(office: Office) -> None:
    """An event at the very second of the receipt is accepted."""
    complaint = office.new("--at", "2026-03-16 09:00", received="2026-03-16 09:00")
    office.one_commit("assign", complaint, "sales", "--at", "2026-03-16 09:00")


def test_more_than_an_hour_back_needs_a_reason(office: Office) -> None:
    """One hour back needs none; one second more does, and the reason is kept."""
    complaint = office.new("--at", "08:00", "--reason", "the system was down", received="2026-03-16 08:00")
    office.refused(3, "assign", complaint, "sales", "--at", "08:59:59", says=["1 hour", "--reason"])
    office.one_commit("assign", complaint, "sales", "--at", "09:00")
    assert "reason" not in office.event(complaint)
    office.one_commit("assign", complaint, "parts", "--at", "09:00", "--reason", "not needed, and kept")
    assert office.event(complaint)["reason"] == "not needed, and kept"


def test_the_policy_says_how_late_an_entry_may_be(office: Office) -> None:
    """late_entry: 30 minutes asks for a reason after 30 minutes."""
    office.policy(POLICY + "late_entry: 30 minutes\n")
    complaint = office.new(now=NINE)
    office.now = datetime.fromisoformat(NOW)
    office.refused(3, "assign", complaint, "sales", "--at", "09:29:59", says=["30 minutes", "--reason"])
    office.one_commit("assign", complaint, "sales", "--at", "09:30")


def test_a_reason_of_the_action_serves_for_a_late_entry_too(office: Office) -> None:
    """What an action has to give as its reason explains its lateness as well."""
    complaint = office.new("--at", "08:00", "--reason", "down", received="2026-03-16 08:00")
    office.one_commit("reject", complaint, "--reason", "not ours", "--at", "08:30")
    assert office.event(complaint) == {
        "at": "2026-03-16T08:30:00+08:00", "by": "王芳", "action": "reject", "recorded": NOW, "reason": "not ours",
    }  # fmt: skip


def test_a_late_entry_takes_its_place_in_time(office: Office) -> None:
    """Appended to the file, it counts from when it happened; its due times come from the state just before it."""
    complaint = office.new(received="2026-03-16 09:30")
    office.one_commit("escalate", complaint, "--urgent", "--reason", "cannot drive", now="2026-03-16T10:10:00+08:00")
    office.one_commit("assign", complaint, "sales", "--at", "10:05")
    assert [event["action"] for event in office.data(complaint)["events"]] == ["register", "escalate", "assign"]
    assert office.event(complaint)["due"]["response"] == "2026-03-16T13:05:00+08:00", "it was not urgent yet"
    assert office.json("show", complaint)[0]["status"] == "assigned"


def test_an_entry_that_makes_a_later_event_void_is_refused(office: Office) -> None:
    """A rejection before the talk that was written down already would make that talk impossible."""
    complaint = office.new("--department", "sales", received="2026-03-16 09:30")
    office.ok("respond", complaint, "--note", "called", now="2026-03-16T10:30:00+08:00")
    office.refused(3, "reject", complaint, "--reason", "x", "--at", "10:15", says=["respond", "10:30", complaint])


def test_a_clock_a_little_behind_the_last_event_takes_its_time(office: Office) -> None:
    """Five minutes between the clocks of two desks are allowed for; the event then bears the last one's time."""
    complaint = office.new()
    office.one_commit("assign", complaint, "sales", now="2026-03-16T09:55:00+08:00")
    event = office.event(complaint)
    assert event["at"] == NOW
    assert "recorded" not in event


def test_a_clock_far_behind_the_last_event_is_refused(office: Office) -> None:
    """A second more, and the command names both times: one of the machines is wrong."""
    complaint = office.new()
    office.refused(3, "assign", complaint, "sales", now="2026-03-16T09:54:59+08:00",
                   says=["2026-03-16T09:54:59+08:00", NOW])  # fmt: skip


# --- who, and why -----------------------------------------------------------------------------------------------


def test_an_event_is_by_whom_git_says_unless_told_otherwise(office: Office) -> None:
    """--by names who did it; the commit keeps who entered it."""
    complaint = office.new()
    office.one_commit("assign", complaint, "sales", "--by", "李明")
    assert office.event(complaint)["by"] == "李明"
    assert office.git("log", "-1", "--format=%an <%ae>, %cn <%ce>").strip() == (
        "王芳 <wf@example.com>, 王芳 <wf@example.com>"
    )


@pytest.mark.parametrize("command", ["approve", "decline"])
def test_nobody_approves_for_somebody_else(office: Office, command: str) -> None:
    """approve and decline have no --by at all."""
    office.refused(2, command, office.new(), "--by", "李明", says=["No such option", "--by"])


@pytest.mark.parametrize("command", [name for name in ENTERING if name not in ("followup", "close", "done", "reopen")])
def test_every_event_may_carry_a_note_and_a_reason(office: Office, command: str) -> None:
    """--note and --reason are options of every command, and are kept word for word."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "called")
    office.ok("propose", complaint, "--note", "money", "--compensation", "100")
    if command == "resolve":
        office.ok("approve", complaint)
    given = {
        "resolve": ["--outcome", "x"],
        "escalate": ["--urgent"],
        "adjust": ["--points", "1"],
        "amend": ["subject=x"],
    }
    own = given.get(command, [part for part in ENTERING[command] if not part.startswith("--") and part != "x"])
    office.one_commit(command, complaint, *own, "--note", "两行\n  备注: 有", "--reason", "- why #1")
    event = office.event(complaint)
    assert (event["action"], event["note"], event["reason"]) == (command, "两行\n  备注: 有", "- why #1")


@pytest.mark.parametrize(
    "text",
    [
        "null", "true", "123", "1e3", "017", "2026-03-16", "~", "=", "<<", "*a", "&a", "!x", "@x", "a: b", "a #b", "[x",
        "{x", "'q' \"r\"", "---", "...", "|", "- a\n- b", "key: v\nother: w", "---\nx", "...\nx", "  a\n b", "a\nb\n",
        "a\n\n", "\n\na", "a\n  \nb", "\ta\n\tb", " a ", "a\r\nb", "a\u2028b", "a\x85b", "\ufeffa", "😀", "龘" * 300,
    ],
)  # fmt: skip
def test_text_is_kept_as_it_was_given(office: Office, text: str) -> None:
    """Whatever YAML might take it for, a note reads back the same and adds lines only."""
    complaint = office.new("--department", "sales")
    office.one_commit("respond", complaint, "--note", text)
    assert office.event(complaint)["note"] == text
    assert office.json("show", complaint)[0]["events"][-1]["note"] == text


def test_text_that_is_not_utf8_is_refused(office: Office) -> None:
    """A shell hands over other bytes as lone surrogates: nothing is written."""
    complaint = office.new("--department", "sales")
    office.refused(3, "respond", complaint, "--note", "caf\udce9", says=["UTF-8"])


@pytest.mark.parametrize("command", [name for name, given in ENTERING.items() if "x" in given])
def test_what_is_compulsory_is_named_when_it_is_missing(office: Office, command: str) -> None:
    """Without a terminal nobody is asked: exit 2, with the option to give; an empty text is none."""
    complaint = office.new("--department", "sales")
    given = ENTERING[command]
    index = given.index("x")
    option = "FIELD=VALUE" if command == "amend" and index == 0 else given[index - 1]
    office.refused(2, command, complaint, *given[: index - 1], *given[index + 1 :], says=[option])
    office.refused(2, command, complaint, *given[:index], "", *given[index + 1 :], says=[option])


@pytest.mark.parametrize("command", [name for name, given in ENTERING.items() if "x" in given])
def test_a_compulsory_text_of_blanks_is_refused(office: Office, command: str) -> None:
    """Blanks say nothing."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "called")
    given = [part if part != "x" else " " for part in ENTERING[command]]
    if command == "reopen":
        office.ok("reject", complaint, "--reason", "not ours")
    office.refused(3, command, complaint, *given)


# --- the commit -------------------------------------------------------------------------------------------------


def test_a_commit_bears_the_instant_of_recording(office: Office) -> None:
    """Author and committer date are the clock's, also of an event that happened before."""
    complaint = office.new(now=NINE)
    office.one_commit("assign", complaint, "sales", "--at", "09:30", now="2026-03-16T10:17:03+08:00")
    dates = office.git("log", "-1", "--format=%aI %cI").split()
    assert [datetime.fromisoformat(date) for date in dates] == [datetime.fromisoformat("2026-03-16T10:17:03+08:00")] * 2
    assert office.event(complaint)["recorded"] == "2026-03-16T10:17:03+08:00"


@pytest.mark.parametrize(
    ("command", "given", "told"),
    [
        ("assign", ["service"], ": service"),
        ("respond", ["--note", "x"], ""),
        ("progress", ["--note", "x"], ""),
        ("propose", ["--note", "x"], ""),
        ("approve", ["--role", "quality"], ": quality"),
        ("decline", ["--role", "general-manager"], ": general-manager"),
        ("escalate", ["--urgent", "--to", "chief", "--reason", "x"], ": chief"),
        ("escalate", ["--severity", "major", "--reason", "x"], ""),
        ("reject", ["--reason", "x"], ""),
        ("close", ["--reason", "x"], ""),
        ("amend", ["subject=x", "--reason", "x"], ""),
        ("task", ["call"], ": call"),
    ],
)
def test_the_message_says_what_was_done_to_which_complaint(
    office: Office, command: str, given: list[str], told: str
) -> None:
    """Action and id, after the colon the new department, result, task or role; the same below as trailers."""
    complaint = office.new("--department", "sales")
    office.ok("respond", complaint, "--note", "called")
    office.ok("propose", complaint, "--note", "money", "--compensation", "100")
    office.one_commit(command, complaint, *given)
    message = office.git("log", "-1", "--format=%B").strip()
    assert message == f"{command} {complaint}{told}\n\nComplaint: {complaint}\nAction: {command}"


def test_no_message_holds_personal_data(office: Office) -> None:
    """Neither name nor contact nor what was said gets into git's messages."""
    complaint = office.new("--department", "sales", customer="张三丰", contact="13912345678", subject="秘密主题")
    for command, *given in (
        ["respond", "--note", "张三丰 called"], ["amend", "customer.name=李四光", "customer.contact=13887654321",
        "--reason", "李四光 says"], ["propose", "--note", "李四光"], ["task", "call", "--title", "call 李四光"],
        ["resolve", "--outcome", "李四光 agreed"], ["followup", "--satisfied", "--early", "--note", "李四光"],
    ):  # fmt: skip
        office.one_commit(command, complaint, *given)
    messages = office.git("log", "--format=%B")
    for personal in ("张三丰", "李四光", "139", "138", "秘密"):
        assert personal not in messages


def test_what_the_user_has_changed_and_staged_is_left_alone(office: Office) -> None:
    """Another file staged, another complaint edited by hand: neither gets into the commit, both stay as they are."""
    complaint, other = office.new(), office.new()
    (office.root / "mine.txt").write_text("mine", encoding="utf-8")
    office.git("add", "mine.txt")
    edited = office.file(other)
    edited.write_text(edited.read_text(encoding="utf-8") + "# by hand\n", encoding="utf-8")
    office.ok("assign", complaint, "sales")
    assert office.git("show", "--name-only", "--format=", "HEAD").split() == [f"complaints/2026/03/{complaint}.yaml"]
    assert office.git("status", "--porcelain").splitlines() == [f" M complaints/2026/03/{other}.yaml", "A  mine.txt"]


def test_a_complaint_edited_by_hand_is_refused(office: Office) -> None:
    """A file that differs from the last commit is first to be committed or put back."""
    complaint = office.new()
    path = office.file(complaint)
    path.write_text(path.read_text(encoding="utf-8").replace("态度冷淡", "态度很好"), encoding="utf-8")
    office.refused(3, "assign", complaint, "sales", says=["git restore", f"{complaint}.yaml"])


def test_a_lock_that_git_left_is_named(office: Office) -> None:
    """Somebody else's git, or a crash: exit 5 and the file to look at."""
    complaint = office.new()
    (office.root / ".git" / "index.lock").touch()
    office.refused(5, "assign", complaint, "sales", says=["index.lock", "delete it"])


def test_a_merge_that_is_going_on_is_to_be_finished_first(office: Office) -> None:
    """In the middle of a merge nothing is committed: exit 4, with the way out."""
    complaint = office.new()
    (office.root / ".git" / "MERGE_HEAD").write_text(office.git("rev-parse", "HEAD"), encoding="utf-8")
    office.refused(4, "assign", complaint, "sales", says=["merge", "git merge --abort"])


def test_a_hook_that_refuses_is_heard(office: Office) -> None:
    """What the hook said is told, exit 4, and the file is put back byte for byte."""
    complaint = office.new()
    hook = office.root / ".git" / "hooks" / "commit-msg"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'a ticket number is missing' >&2\nexit 1\n", encoding="utf-8")
    hook.chmod(0o755)
    office.refused(4, "assign", complaint, "sales", says=["a ticket number is missing"])
    office.refused(4, "new", "--channel", "phone", "--category", "repair", "--customer", "x", "--contact", "1",
                   "--subject", "s", says=["a ticket number is missing"])  # fmt: skip


def test_what_is_due_is_told_by_when(office: Office) -> None:
    """After an event stderr lists what is open, by due time; stdout holds the id alone."""
    complaint = office.new()
    result = office.one_commit("assign", complaint, "sales", "--due", "2026-03-17 12:00:30")
    assert result.out == f"{complaint}\n"
    assert re.findall(r"^ *(\S+): (\S+) by (.+)$", result.err, re.MULTILINE) == [
        ("response", "Sales", "2026-03-16 12:00"),
        ("resolution", "Sales", "2026-03-17 12:00:30"),
        ("progress", "Sales", "2026-03-19 18:00"),
    ]


@pytest.mark.parametrize(("now", "warned"), [("09:01", False), ("08:59", True)])
def test_a_clock_behind_the_last_commit(office: Office, now: str, warned: bool) -> None:
    """By more than may be entered late it is wrong, or the other desk's is: said before the audit says it."""
    office.new(now="2026-03-16T10:00:00+08:00")
    facts = ("--channel", "phone", "--category", "repair", "--customer", "客户乙", "--subject", "异响")
    told = office.ok("new", *facts, now=f"2026-03-16T{now}:00+08:00").err
    assert (f"clock says 2026-03-16 {now}, and the last commit here is of 2026-03-16 10:00" in told) is warned
