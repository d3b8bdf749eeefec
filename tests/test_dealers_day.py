"""The life of one complaint at a car dealer's, from a Friday night to the third round, one commit a step."""

import shutil
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.office import Office


@dataclass
class Story:
    """One complaint's story: each step at its own time, by Shanghai's clock."""

    office: Office
    complaint: str = ""
    steps: int = 0
    lines: list[str] = field(default_factory=list)

    def at(self, time: str, command: str, *given: str) -> dict[str, Any]:
        """Take a step: one commit that only adds lines below those there were; returns its last event."""
        now = f"2026-{time.replace(' ', 'T')}+08:00"
        args = given if command == "new" else (self.complaint, *given)
        self.complaint = self.office.one_commit(command, *args, now=now).out.strip()
        text = self.office.file(self.complaint).read_text(encoding="utf-8").splitlines()
        assert text[: len(self.lines)] == self.lines
        self.steps, self.lines = self.steps + 1, text
        event: dict[str, Any] = self.office.event(self.complaint)
        return event

    def refused(self, time: str, command: str, *given: str, says: str) -> None:
        """A step that the office does not take."""
        now = f"2026-{time.replace(' ', 'T')}+08:00"
        self.office.refused(3, command, self.complaint, *given, now=now, says=[says])

    def shown(self, *args: str) -> dict[str, Any]:
        """Where it stands."""
        found: dict[str, Any] = self.office.json("show", self.complaint, *args)[0]
        return found

    def states(self) -> list[tuple[str, str, str]]:
        """Every obligation in the order of its opening: name, who owed it, how it ended."""
        return [(each["name"], each["owed_by"], each["state"]) for each in self.shown()["obligations"]]


def first_round(story: Story) -> None:
    """A car breaks down on Friday night; on Monday the dealer offers money, and the customer agrees."""
    registered = story.at(
        "03-13 20:45:00", "new", "--channel", "phone", "--category", "repair", "--customer", "客户甲", "--contact",
        "13800000000", "--subject", "刹车失灵", "--urgent", "--received", "2026-03-13 20:40",
    )  # fmt: skip
    assert registered["due"] == {
        "registration": "2026-03-16T09:30:00+08:00", "assignment": "2026-03-16T09:30:00+08:00",
    }, "half a working hour of the next working day"  # fmt: skip
    story.refused("03-13 20:46:00", "respond", "--note", "x", says="registered")
    assigned = story.at("03-13 20:50:00", "assign", "service", "--owner", "李明")
    assert assigned["due"] == {
        "response": "2026-03-13T21:50:00+08:00", "progress": "2026-03-18T18:00:00+08:00",
    }, "urgent: an elapsed hour; three working days after Friday"  # fmt: skip
    raised = story.at("03-13 21:00:00", "escalate", "--severity", "major", "--criterion", "safety", "--reason", "事故")
    assert "due" not in raised, "one working hour would end on Monday: nothing moves later"
    story.at("03-13 21:50:03", "respond", "--via", "phone", "--note", "拖车已派")
    story.refused("03-16 09:00:00", "resolve", "--outcome", "修好", says="quality")
    changed = story.at("03-16 09:05:00", "assign", "service", "--owner", "张三")
    assert "due" not in changed, "another owner in the same department"
    assert story.at("03-16 09:10:00", "task", "检测", "--due", "2026-03-16 12:00")["due"] == {
        "task:检测": "2026-03-16T12:00:00+08:00"
    }
    story.at("03-16 11:00:00", "done", "检测", "--note", "制动液泄漏")
    story.at(
        "03-16 11:30:00", "propose", "--note", "免费修理并补偿", "--remedy", "goodwill", "--compensation", "500.00"
    )
    story.at("03-16 11:40:00", "approve")
    story.refused("03-16 11:45:00", "resolve", "--outcome", "修好", says="quality")
    story.at("03-16 13:00:00", "decline", "--role", "quality", "--note", "太少")
    story.at("03-16 14:00:00", "propose", "--note", "再加保养", "--compensation", "800")
    story.at("03-16 14:05:00", "approve")
    story.at("03-16 14:06:00", "approve")
    resolved = story.at("03-16 17:00:00", "resolve", "--outcome", "修好", "--cause", "workmanship", "--agreed", "16:30")
    assert resolved["due"] == {"feedback": "2026-03-16T18:00:00+08:00", "followup": "2026-03-23T18:00:00+08:00"}
    assert resolved["opens"] == {"followup": "2026-03-21T00:00:00+08:00"}
    assert story.states() == [
        ("registration", "customer-service", "met"), ("assignment", "customer-service", "met"),
        ("response", "service", "late"), ("progress", "service", "met"), ("task:检测", "service", "met"),
        ("feedback", "service", "met"), ("followup", "customer-service", "open"),
    ]  # fmt: skip


def second_round(story: Story) -> None:
    """The brakes squeal again: back to service, on to sales, and resolved before the holidays of Qingming."""
    story.refused("03-20 23:59:59", "followup", "--satisfied", says="2026-03-21T00:00:00+08:00")
    again = story.at("03-23 10:00:00", "followup", "--dissatisfied", "--via", "visit", "--rating", "1")
    assert (again["action"], again["department"], again["owner"]) == ("assign", "service", "张三")
    assert again["due"] == {"response": "2026-03-23T11:00:00+08:00", "progress": "2026-03-26T18:00:00+08:00"}
    shown = story.shown()
    assert (shown["status"], shown["round"], shown["severity"], shown["urgent"]) == ("assigned", 2, "major", True)
    story.refused("03-23 10:05:00", "resolve", "--outcome", "x", says="assigned")
    handed_on = story.at("03-23 10:30:00", "assign", "sales")
    assert handed_on["due"] == {"response": "2026-03-23T11:30:00+08:00", "progress": "2026-03-26T18:00:00+08:00"}
    assert story.shown()["owner"] is None
    story.at("03-23 11:30:00", "respond", "--note", "到店谈过")
    story.at("03-26 18:00:00", "progress", "--note", "等总部答复")
    calmer = story.at("03-27 09:00:00", "amend", "urgent=false", "customer.contact=13911112222", "--reason", "客户来电")
    assert calmer["changes"]["urgent"] == {"from": True, "to": False}
    story.refused("03-30 09:00:00", "resolve", "--outcome", "换车", says="quality")
    story.at("03-30 09:10:00", "propose", "--note", "换车", "--remedy", "apology")
    story.at("03-30 09:20:00", "approve")
    resolved = story.at("03-30 10:00:00", "resolve", "--outcome", "换车")
    assert resolved["due"]["followup"] == "2026-04-07T18:00:00+08:00", "the sixth of April is a holiday"
    assert resolved["opens"] == {"followup": "2026-04-04T00:00:00+08:00"}
    story.at("04-07 18:00:00", "followup", "--unreached", "--via", "phone")
    assert (story.shown()["status"], story.states()[-1][2]) == ("resolved", "met")
    story.at("04-08 09:00:00", "followup", "--satisfied", "--rating", "4")
    assert story.shown()["status"] == "closed"
    assert story.states()[7:] == [
        ("response", "sales", "cancelled"), ("progress", "sales", "cancelled"), ("response", "sales", "met"),
        ("progress", "sales", "met"), ("feedback", "sales", "met"), ("followup", "customer-service", "met"),
    ]  # fmt: skip


def third_round(story: Story) -> None:
    """Weeks later the customer is back; nobody can agree, and the general manager closes it."""
    story.refused("04-27 09:00:00", "assign", "sales", says="closed")
    back = story.at(
        "04-27 09:10:00", "reopen", "--reason", "客户再次上门", "--department", "parts", "--due", "2026-05-08 12:00"
    )
    assert back["due"] == {
        "response": "2026-04-27T10:10:00+08:00", "progress": "2026-04-30T18:00:00+08:00",
        "resolution": "2026-05-08T12:00:00+08:00",
    }  # fmt: skip
    story.at("04-27 10:10:00", "respond", "--note", "谈不拢")
    story.at("04-28 10:00:00", "close", "--reason", "三轮未果", "--recourse", "12315")
    assert story.states()[13:] == [
        ("response", "parts", "met"), ("progress", "parts", "cancelled"), ("resolution", "parts", "cancelled"),
    ]  # fmt: skip
    story.at("04-28 11:00:00", "adjust", "--points", "1", "--department", "service", "--reason", "已补救")
    shown = story.shown()
    assert (shown["status"], shown["round"], shown["department"], shown["void"]) == ("closed", 3, "parts", [])


@pytest.fixture(scope="module")
def story(pristine: Path, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """The story told once, in an office of its own; the tests only read it."""
    root = tmp_path_factory.mktemp("dealer") / "office"
    shutil.copytree(pristine, root)
    told = Story(Office(root, datetime.fromisoformat("2026-03-13T20:00:00+08:00")))
    for tell in (first_round, second_round, third_round):
        tell(told)
    return told


def test_the_life_of_a_complaint(story: Story) -> None:
    """Each step was one commit that only added lines; the trail tells all of them, and no name."""
    trail = story.office.json("log", story.complaint)
    assert len(trail) == story.steps
    assert [row["subject"].split()[0] for row in trail] == [
        "register", "assign", "escalate", "respond", "assign", "task", "done", "propose", "approve", "decline",
        "propose", "approve", "approve", "resolve", "followup", "assign", "respond", "progress", "amend", "propose",
        "approve", "resolve", "followup", "followup", "reopen", "respond", "close", "adjust",
    ]  # fmt: skip
    assert story.office.ok("check", "--strict").out == ""
    everything = story.office.git("log", "--format=%B")
    assert "客户甲" not in everything
    assert "138" not in everything
    assert "139" not in everything


def test_the_day_as_it_stood_then(story: Story) -> None:
    """--as-of leads back to any second of it."""
    for as_of, status, number in (
        ("03-13 20:45", "registered", 1), ("03-13 21:50:02", "assigned", 1), ("03-13 21:50:03", "in-progress", 1),
        ("03-16 16:59:59", "in-progress", 1), ("03-16 17:00", "resolved", 1), ("03-23 10:00", "assigned", 2),
        ("04-07 23:59", "resolved", 2), ("04-08 09:00", "closed", 2), ("04-27 09:10", "assigned", 3),
    ):  # fmt: skip
        shown = story.shown("--as-of", f"2026-{as_of}")
        assert (shown["status"], shown["round"]) == (status, number), as_of
    for second, late in ((0, []), (1, [("response", 1)]), (2, [("response", 2)]), (3, [])):
        rows = story.office.json("overdue", "--as-of", f"2026-03-13T21:50:0{second}+08:00")
        assert [(row["obligation"], row["overdue_seconds"]) for row in rows] == late


def test_what_it_costs_each_month(story: Story) -> None:
    """A major complaint of March: five points for who has it, two for who was late, and in April what was adjusted."""

    def scores(month: str, as_of: str) -> dict[str, tuple[int, int]]:
        rows = story.office.json("report", "--month", month, "--as-of", as_of, "--no-write")["departments"]
        return {row["department"]: (row["late"], row["score"]) for row in rows if row["score"]}

    assert scores("2026-03", "2026-03-14 00:00") == {"service": (1, -7)}
    assert scores("2026-03", "2026-04-01 00:05") == {"service": (1, -2), "sales": (0, -5)}
    assert scores("2026-03", "2026-04-30 00:05") == {"service": (1, -2), "parts": (0, -5)}
    assert scores("2026-04", "2026-04-30 00:05") == {"service": (0, 1)}


def test_two_desks_at_once(office: Office) -> None:
    """Two clones take and handle complaints; merged, both are there and no id has been given twice."""
    theirs = office.new("--department", "sales")
    other = Office(office.root.parent / "branch", office.now, "李明", "lm@example.com")
    office.git("clone", "-q", str(office.root), str(other.root))
    both = {office.new("--department", "parts"), other.new(), theirs}
    other.ok("respond", theirs, "--note", "called")
    office.git("fetch", "-q", str(other.root), "main")
    office.git("merge", "-q", "--no-edit", "FETCH_HEAD")
    assert {row["id"]: row["status"] for row in office.json("list")}[theirs] == "in-progress"
    assert {row["id"] for row in office.json("list")} == both
    assert office.ok("check", "--strict").out == ""
