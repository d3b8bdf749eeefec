"""Complaints, policies and entries for tests of the domain, from short text.

An event is a line: `10:05 assign sales owner=李明 due.response=12:05`. Times are of Monday 16 March 2026 in Shanghai
unless a day (`18T10:05`), a month (`04-02T10:05`) or a year stands before them; a word without `=` is the field that
the action is about.
"""

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from cmplt.domain import entry
from cmplt.domain.calendar import Calendar, OfficialYear
from cmplt.domain.cases import Course, course
from cmplt.domain.complaint import Complaint
from cmplt.domain.draft import Draft, Entry, Identity
from cmplt.domain.obligations import Obligation, obligations
from cmplt.domain.period import Period, Window
from cmplt.domain.policy import Policy
from cmplt.domain.process import History
from cmplt.storage import validate, yamlfile
from tests.office import POLICY

ZONE = ZoneInfo("Asia/Shanghai")
WANG = Identity("王芳", "wf@example.com")
LI = Identity("李明", "lm@example.com")

FACTS = {
    "id": "20260316-7k3f",
    "received": "2026-03-16T10:00:00+08:00",
    "channel": "phone",
    "customer": {"name": "客户甲", "contact": "13800000000"},
    "category": "attitude",
    "severity": "general",
    "subject": "态度冷淡",
}

_ABOUT = {
    "assign": "department", "respond": "note", "progress": "note", "propose": "note", "approve": "role",
    "decline": "role", "escalate": "severity", "resolve": "outcome", "followup": "result", "reject": "reason",
    "close": "reason", "reopen": "reason", "adjust": "points", "task": "task", "done": "task", "redact": "reason",
}  # fmt: skip
_NUMBERS = ("points", "rating", "answers")
_INSTANTS = ("due", "opens", "agreed", "recorded")
_LISTS = ("fields",)


def at(text: str) -> datetime:
    """An instant: `10:05`, `10:05:01`, `18T10:05`, `04-02T10:05` or `2025-12-31T10:05`."""
    day, _, time = text.rpartition("T")
    return datetime.fromisoformat(f"{'2026-03-16'[: 10 - len(day)]}{day}T{time}").replace(tzinfo=ZONE).astimezone(UTC)


def written(text: str) -> str:
    """An instant as files have it."""
    return at(text).astimezone(ZONE).isoformat()


def fields(action: str, words: list[str]) -> dict[str, Any]:
    """The fields of an event from its words."""
    found: dict[str, Any] = {}
    for word in words:
        name, _, text = word.partition("=") if "=" in word else (_ABOUT[action], "=", word)
        block, _, key = name.partition(".")
        if block == "changes":
            found.setdefault(block, {})[key] = {"from": None, "to": _value(key, text)}
        elif key:
            found.setdefault(block, {})[key] = _value(block, text)
        else:
            found[name] = _value(name, text)
    return found


def _value(name: str, text: str) -> Any:
    if name in _INSTANTS:
        return written(text)
    if name in _NUMBERS:
        return int(text)
    if name == "files":
        return [_file(*each.split(":")) for each in text.split(",")]
    known: dict[str, Any] = {"true": True, "false": False, "null": None}
    if name == "files":
        return [{"path": path, "size": 0, "sha256": "0" * 64} for path in text.split(",")]
    return text.split(",") if "," in text or name in _LISTS else known.get(text, text)


def _file(name: str, kind: str = "") -> dict[str, Any]:
    """An attachment, of a kind if it has one: `photo.jpg:photo`."""
    about = {"path": f"attachments/20260316-7k3f/{name}", "size": 5, "sha256": "0" * 64}
    return about | ({"kind": kind} if kind else {})


def event(line: str) -> dict[str, Any]:
    """An event, as a file has it, from a line."""
    moment, action, *words = shlex.split(line)
    return {"at": written(moment), "by": "王芳", "action": action, **fields(action, words)}


def complaint(lines: str, **facts: Any) -> Complaint:
    """A complaint of 10:00 with an event for each line; `received` may be given in short."""
    if "received" in facts:
        facts["received"] = written(facts["received"])
    events = [event(line) for line in lines.splitlines() if line.strip()]
    return Complaint.read({**FACTS, **facts, "events": events})


@cache
def policy(changes: str = "") -> Policy:
    """The tests' policy with keys added, replaced, or (by null) left out; it must be one that an office could have."""
    data = _merged(yamlfile.load(POLICY), yamlfile.load(changes) if changes else {})
    assert validate.policy_findings(data) == []
    return Policy(data)


def _merged(old: Any, new: Any) -> Any:
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    both = {name: _merged(old.get(name), new[name]) if name in new else old[name] for name in {**old, **new}}
    return {name: value for name, value in both.items() if value is not None}


def calendar(of: Policy) -> Calendar:
    """A policy's calendar in a country without holidays, which has not published 2027 yet."""
    return of.calendar(lambda code: lambda year: OfficialYear({}, frozenset(), published=year < 2027))


def history(lines: str, changes: str = "", *, as_of: str | None = None, **facts: Any) -> History:
    """What became of a complaint."""
    return policy(changes).history(complaint(lines, **facts), as_of=at(as_of) if as_of else None)


def courses(found: Iterable[Complaint], changes: str = "", *, as_of: str) -> list[Course]:
    """What became of complaints up to an instant, those that were registered by then."""
    taken = (course(each, policy(changes), as_of=at(as_of)) for each in found)
    return [each for each in taken if each is not None]


def one_course(lines: str, changes: str = "", *, as_of: str = "12-31T00:00", **facts: Any) -> Course:
    """What became of a complaint by the end of the year, or by another instant."""
    (found,) = courses([complaint(lines, **facts)], changes, as_of=as_of)
    return found


def window(month: str = "2026-03", changes: str = "") -> Window:
    """A month by the clocks of the tests' office."""
    return Period.month(month).window(policy(changes).zone)


def owed(lines: str, changes: str = "", **facts: Any) -> tuple[Obligation, ...]:
    """The obligations of a complaint."""
    return obligations(history(lines, changes, **facts), policy(changes))


def states(lines: str, now: str, changes: str = "", **facts: Any) -> list[str]:
    """Every obligation of a complaint at an instant: `response sales late`."""
    return [f"{each.name} {each.owed_by} {each.state(at(now))}" for each in owed(lines, changes, **facts)]


def draft(line: str) -> Draft:
    """What somebody asks for: `assign sales due=18T12:00`, `followup unreached early`."""
    action, *words = shlex.split(line)
    asked = fields(action, [word for word in words if word != "early"])
    due = asked.pop("due", None)
    found = Draft(action, asked, due=datetime.fromisoformat(due) if due else None)
    return replace(found, early=True) if "early" in words else found


def enter(
    before: Complaint | str,
    *lines: str,
    now: str,
    when: str | None = None,
    who: Identity = WANG,
    by: str | None = None,
    reason: str | None = None,
    changes: str = "",
) -> Complaint:
    """A complaint with new entries, all of one command, by the rules of the tests' policy with `changes`."""
    of = policy(changes)
    asked = Entry(now=at(now), by=by or who.name, identity=who, at=at(when) if when else None, reason=reason)
    found = complaint(before) if isinstance(before, str) else before
    return entry.enter(found, [draft(line) for line in lines], asked, of, calendar(of))


def short(instants: Mapping[str, datetime]) -> dict[str, str]:
    """Due instants in short: `{'response': '16T12:05'}`."""
    return {name: found.astimezone(ZONE).strftime("%dT%H:%M") for name, found in instants.items()}


# --- any history whatever -----------------------------------------------------------------------------------

_LINES = (
    "assign sales due.response={due}", "assign service due.response={due} due.progress={due}", "assign sales",
    "respond called", "progress looked", "propose offer compensation=300 remedy=goodwill", "approve general-manager",
    "decline general-manager", "escalate major reason=worse due.response={due}", "escalate general to=quality reason=r",
    "resolve settled due.feedback={due} due.followup={due} opens.followup={opens}", "resolve settled cause=attitude",
    "followup satisfied rating=4", "followup unreached", "followup dissatisfied", "reject invalid", "close stuck",
    "reopen mistake due.gone={due}", "amend changes.severity=major reason=r", "amend changes.nonsense=x reason=r",
    "adjust points=-1 reason=r", "task look due.task:look={due}", "task look", "done look", "attach files=x",
    "redact fields=x reason=r", "register due.assignment={due}", "dance reason=r",
)  # fmt: skip


@st.composite
def happenings(draw: st.DrawFn, *, distinct: bool = False) -> list[dict[str, Any]]:
    """Events of any kind in any order within a quarter, at distinct instants if need be."""
    minutes = st.integers(0, 90 * 24 * 60)
    moments = draw(st.lists(minutes, max_size=12, unique=distinct))
    return [_happening(draw, minute) for minute in moments]


def _happening(draw: st.DrawFn, minute: int) -> dict[str, Any]:
    due, opens = (clock(minute + draw(st.integers(0, 10 * 24 * 60))) for _ in range(2))
    return event(f"{clock(minute)} {draw(st.sampled_from(_LINES))}".format(due=due, opens=opens))


def clock(minute: int) -> str:
    """So many minutes after the last midnight of January, in short."""
    return (at("02-01T00:00") + timedelta(minutes=minute)).astimezone(ZONE).strftime("%m-%dT%H:%M")


@st.composite
def complaints(draw: st.DrawFn, *, distinct: bool = False) -> Complaint:
    """Any complaint that was registered at all, then anything."""
    received = written("02-01T00:00")
    register = {"at": received, "by": "王芳", "action": "register"}
    return Complaint.read({**FACTS, "received": received, "events": [register, *draw(happenings(distinct=distinct))]})
