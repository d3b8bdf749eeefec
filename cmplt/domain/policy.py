"""An office's policy as the domain asks it: names, deadlines, scoring, approvals."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from cmplt.domain.calendar import Calendar, DayRule, Length, Official, Span, no_holidays, parse_spans, parse_week
from cmplt.domain.complaint import Complaint, Data, Event, Facts
from cmplt.domain.conditions import Condition
from cmplt.domain.process import History, Standing, fold
from cmplt.domain.rules import (
    Approval,
    Deadline,
    Delegation,
    FollowupRule,
    Label,
    Needed,
    Playbook,
    Repeat,
    Route,
    Scoring,
    spoken,
)
from cmplt.errors import Retired, UnknownName, UnknownZone

# The tables of the policy by the kind of name they hold, in the words of a refusal, and the fields of facts
# and events that name something in them.
TABLES = {
    "departments": "department",
    "channels": "channel",
    "categories": "category",
    "severities": "severity",
    "kinds": "kind",
    "criteria": "criterion",
    "causes": "cause",
    "remedies": "remedy",
    "roles": "role",
    "ways": "way",
    "questions": "question",
    "deadlines": "deadline",
    "attachments": "kind of attachment",
}
# Where in cmplt.yaml a table stands that is no key of its own.
PLACES = {"criteria": "severities", "ways": "channels", "attachments": "attachments.kinds"}
FIELDS = {
    "department": "departments",
    "received_by": "departments",
    "channel": "channels",
    "category": "categories",
    "severity": "severities",
    "kind": "kinds",
    "criteria": "criteria",
    "criterion": "criteria",
    "cause": "causes",
    "remedy": "remedies",
    "role": "roles",
    "to": "roles",
    "via": "ways",
}


# What a report shows where the policy does not say.
SECTIONS = (
    *("summary", "scores", "trend", "categories", "causes", "channels", "timeliness", "handling", "followup"),
    *("majors", "recurring", "measures", "open", "late-entries", "restatements"),
)


@dataclass(frozen=True, slots=True)
class Named:
    """An entry of one of the policy's tables: its key, its label, whether it is retired, and all it says."""

    key: str
    label: Label
    retired: bool = False
    data: Data = field(default_factory=dict)


@dataclass(frozen=True)
class Policy:
    """A policy that the schema has accepted. Reading it can still raise what only arithmetic finds out."""

    data: Data

    @cached_property
    def zone(self) -> ZoneInfo:
        name = self.data["calendar"]["timezone"]
        try:
            return ZoneInfo(name)
        except (OSError, ValueError, KeyError):
            raise UnknownZone(zone=name) from None

    @property
    def office(self) -> Label:
        found: Label = self.data.get("office", "")
        return found

    @property
    def language(self) -> str:
        return str(self.data.get("language", "en"))

    @property
    def intake(self) -> str:
        return str(self.data["intake"])

    @cached_property
    def late_entry(self) -> timedelta:
        """How far back an event may lie without a reason."""
        length = Length.parse(self.data.get("late_entry", "1 hour"))
        return timedelta(days=length.dates) if length.unit in ("day", "week") else length.elapsed

    @cached_property
    def tables(self) -> Mapping[str, Mapping[str, Named]]:
        """Every table of names (departments, categories, …), by its key in the policy, in its order."""
        data = self.data
        criteria = {k: v for severity in data["severities"].values() for k, v in _sub(severity, "criteria").items()}
        followup = _sub(data, "followup")
        raw = {
            **{table: data.get(table, {}) for table in TABLES},
            "criteria": criteria,
            "ways": {**data["channels"], **_sub(followup, "via")},
            "questions": _sub(followup, "questions"),
            "deadlines": {**data.get("deadlines", {}), **_titles(data.get("playbooks", ()))},
            "attachments": _sub(data.get("attachments"), "kinds"),
        }
        return {table: {key: _named(key, entry) for key, entry in raw[table].items()} for table in TABLES}

    def label(self, table: str, key: str | None, language: str) -> str:
        """The label of a name in `language`, or in the language there is; the name itself where it has none."""
        entry = self.tables[table].get(key or "")
        return spoken(entry.label, language) if entry else (key or "")

    def known(self, table: str, key: str) -> None:
        """Raise UnknownName (with the nearest names) or Retired unless `key` may be used for a new event."""
        entry = self.tables[table].get(key)
        if entry is None:
            names = self.offered(table)
            near = difflib.get_close_matches(key, names) or self._keys_of_label(table, key)
            labelled = [self.labelled(table, name) for name in names]
            raise UnknownName(kind=TABLES[table], name=key, near=near, names=labelled, place=PLACES.get(table, table))
        if entry.retired:
            raise Retired(kind=TABLES[table], name=key, names=self.offered(table))

    def labelled(self, table: str, key: str) -> str:
        """A name with its label in the office's language: `sales (销售部)`."""
        label = self.label(table, key, self.language)
        return key if label == key else f"{key} ({label})"

    def _keys_of_label(self, table: str, label: str) -> list[str]:
        """The names that go by a label, in whatever language."""
        entries = self.tables[table].items()
        return [
            key
            for key, entry in entries
            if not entry.retired and label in ([entry.label] if isinstance(entry.label, str) else entry.label.values())
        ]

    def offered(self, table: str) -> list[str]:
        """The names of a table that new events may use, in the policy's order."""
        return [key for key, entry in self.tables[table].items() if not entry.retired]

    @cached_property
    def severities(self) -> list[str]:
        """The severities, mildest first."""
        return list(self.data["severities"])

    @cached_property
    def gravest_ones(self) -> frozenset[str]:
        """The gravest severity in use, and what was graver and is retired."""
        return frozenset(self.severities[self.severities.index(self.offered("severities")[-1]) :])

    def history(self, complaint: Complaint, *, as_of: datetime | None = None) -> History:
        """A complaint's events, those up to `as_of`, folded over the process."""
        return fold(complaint, as_of=as_of, severities=tuple(self.severities))

    def rank(self, severity: str) -> int:
        return self.severities.index(severity) if severity in self.severities else -1

    def gravest(self, *severities: str | None) -> str:
        """The gravest of those given, the mildest there is when none is (design §6)."""
        return max((s for s in severities if s), key=self.rank, default=self.offered("severities")[0])

    def severity_of_criterion(self, criterion: object) -> str | None:
        for severity, entry in self.data["severities"].items():
            if isinstance(criterion, str) and criterion in _sub(entry, "criteria"):
                return str(severity)
        return None

    def criteria_that_hold(self, facts: Facts) -> list[str]:
        """The criteria whose own condition finds them in a complaint's facts (design §6)."""
        standing, event = Standing(facts), Event(facts.received, "", "register")
        return [
            key
            for key, entry in self.tables["criteria"].items()
            if {"when", "unless"} & set(entry.data)
            and not entry.retired
            and Condition.of(entry.data).holds(standing, event, self.first_kind)
        ]

    def severity_of_channel(self, channel: object) -> str | None:
        """The severity that everything has that comes in through a channel, if it has one."""
        entry = self.data["channels"].get(channel) if isinstance(channel, str) else None
        return entry.get("severity") if isinstance(entry, dict) else None

    def points(self, severity: str) -> int:
        entry = self.data["severities"].get(severity)
        return int(entry.get("points", 0)) if isinstance(entry, dict) else 0

    def counts_kind(self, kind: str | None) -> bool:
        entry = self.data.get("kinds", {}).get(kind or self.first_kind)
        return not isinstance(entry, dict) or entry.get("counts", True) is True

    @property
    def first_kind(self) -> str:
        return next(iter(self.data.get("kinds", {})), "complaint")

    @cached_property
    def deadlines(self) -> Mapping[str, Deadline]:
        return {name: Deadline.read(name, rule) for name, rule in self.data.get("deadlines", {}).items()}

    def deadline(self, name: str) -> Deadline:
        return self.deadlines.get(name) or Deadline.unknown(name)

    @cached_property
    def scoring(self) -> Scoring:
        return Scoring.read(self.data.get("scoring", {}))

    @cached_property
    def approvals(self) -> tuple[Approval, ...]:
        return tuple(map(Approval.read, self.data.get("approvals", ())))

    @cached_property
    def playbooks(self) -> tuple[Playbook, ...]:
        return tuple(map(Playbook.read, self.data.get("playbooks", ())))

    @cached_property
    def delegations(self) -> tuple[Delegation, ...]:
        return tuple(map(Delegation.read, self.data.get("delegations", ())))

    def members(self, role: str, on: date | None = None) -> tuple[str, ...]:
        """The git names and e-mail addresses under a role; with a day also those who stand in for it then."""
        entry = self.data.get("roles", {}).get(role, ())
        own = tuple(entry.get("members", ()) if isinstance(entry, dict) else entry)
        stand_ins = (each.to for each in self.delegations if on and each.role == role and each.holds(on))
        return tuple(dict.fromkeys((*own, *stand_ins)))

    def required(self, action: str) -> tuple[str, ...]:
        """The fields that this office makes compulsory in an event (design §6, `requires`)."""
        return tuple(_sub(self.data, "requires").get(action, ()))

    @cached_property
    def closing(self) -> tuple[Needed, ...]:
        """What must be there before `resolve` and `close`, each where its condition holds."""
        found = _sub(self.data, "closing")
        return tuple(map(Needed.read, ({"requires": found.get("requires", ())}, *found.get("also", ()))))

    def followup_rule(self, severity: str) -> FollowupRule:
        """Who follows up a complaint of a severity, and how."""
        return FollowupRule.read(_sub(_sub(self.followup, "by_severity"), severity))

    @cached_property
    def repeat(self) -> Repeat | None:
        """When a customer comes back often enough to be pointed out."""
        found = _sub(_sub(self.data, "customer"), "repeat")
        return Repeat.read(found) if found else None

    @property
    def unreconciled(self) -> Data | None:
        """What the policy says of closing without agreement, if it allows it at all."""
        found = _sub(self.data.get("closing"), "unreconciled")
        return found or None

    @property
    def customer_required(self) -> tuple[str, ...]:
        return tuple(_sub(self.data, "customer").get("required", ()))

    @property
    def details_required(self) -> tuple[str, ...]:
        return tuple(self.data.get("details", {}).get("required", ()))

    @property
    def customer_key(self) -> str | None:
        """The detail by which a customer is known again: personal data too (design §6)."""
        found = _sub(self.data, "customer").get("key")
        return str(found) if found else None

    @property
    def attachment_size(self) -> str:
        """The size up to which a file is attached, such as `20 MiB`."""
        return str(_sub(self.data, "attachments").get("max_size", "20 MiB"))

    @property
    def followup(self) -> Data:
        return _sub(self.data, "followup")

    @property
    def own_entries(self) -> bool:
        """Whether everybody enters what is theirs: an event is by whoever commits it."""
        return _sub(self.data, "audit").get("own_entries") is True

    @property
    def signed_approvals(self) -> bool:
        """Whether the commits of approvals must be signed."""
        return _sub(self.data, "audit").get("signed_approvals") is True

    @property
    def signers(self) -> tuple[str, ...]:
        """The keys whose signatures are accepted."""
        return tuple(_sub(self.data, "audit").get("signers", ()))

    @property
    def phrases(self) -> tuple[str, ...]:
        """What is not said to a customer (design §6)."""
        return tuple(self.data.get("phrases", ()))

    @property
    def recurrence(self) -> int | None:
        """How many complaints of one category and department in a month call for a preventive measure."""
        found = _sub(self.data, "recurrence").get("count")
        return int(found) if found else None

    @property
    def sections(self) -> tuple[str, ...]:
        """What a report shows, in its order."""
        return tuple(_sub(self.data, "report").get("sections", SECTIONS))

    def route(self, category: str, severity: str) -> Route:
        """Where a category sends its complaints of a severity: the department, and the role that sees to it."""
        entry = self.data["categories"].get(category, {})
        special = _sub(entry, "by_severity").get(severity, {})
        if isinstance(special, str):
            special = {"department": special}
        return Route(*(special.get(name, entry.get(name)) for name in ("department", "role")))

    def routed_owner(self, facts: Facts, department: str) -> str | None:
        """The one name under the role that a category's complaints go to in a department, if there is one."""
        route = self.route(facts.category, facts.severity)
        members = self.members(route.role) if route.role and route.department == department else ()
        return members[0] if len(members) == 1 else None

    def calendar(self, official: Callable[[str], Official]) -> Calendar:
        """The working calendar; `official` finds the announced days for the policy's `holidays` code."""
        data, days = self.data["calendar"], self.data.get("days", {})
        return Calendar(
            zone=self.zone,
            week=parse_week(data["hours"]),
            official=official(data["holidays"]) if "holidays" in data else no_holidays,
            work_makeup_days=data.get("makeup_days", "work") == "work",
            exceptions=_exceptions(data.get("exceptions", {})),
            rule=DayRule(days.get("ends", "close"), days.get("roll", True)),
        )


def _titles(playbooks: Iterable[Data]) -> Data:
    """What the playbooks call the tasks that they open, by the names of what is owed then.

    A task that has several titles goes by its name: none of them is that of every such task.
    """
    titles: dict[str, list[Label]] = {}
    for playbook in playbooks:
        for task in playbook["tasks"]:
            titles.setdefault(task["task"], []).append(task.get("title", task["task"]))
    return {f"task:{key}": {"label": found[0]} for key, found in titles.items() if all(t == found[0] for t in found)}


def _sub(entry: Any, name: str) -> Data:
    found = entry.get(name) if isinstance(entry, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _named(key: str, entry: Any) -> Named:
    if isinstance(entry, Mapping):
        if not _is_label(entry):
            return Named(key, entry.get("label", key), entry.get("retired") is True, entry)
        return Named(key, entry)
    return Named(key, entry if isinstance(entry, str) else key)


def _is_label(entry: Data) -> bool:
    """A bare `{en: …, zh: …}` where an entry is only a label."""
    return bool(entry) and all(isinstance(v, str) and len(k) == 2 for k, v in entry.items())


def _exceptions(data: Mapping[str, str]) -> dict[date, tuple[Span, ...]]:
    return {date.fromisoformat(day): parse_spans(text) for day, text in data.items()}
