"""The places in a month's figures that a form may name; every number is the one that the report's JSON has."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cmplt.domain import instants
from cmplt.domain.averages import ENOUGH
from cmplt.domain.figures import Figures
from cmplt.domain.form import Vocabulary
from cmplt.domain.policy import Policy
from cmplt.domain.rules import spoken
from cmplt.i18n import _
from cmplt.output import reporting, words
from cmplt.output.dossier import Found
from cmplt.output.reporting import Basis

Row = Mapping[str, str]


@dataclass(frozen=True)
class Month:
    """A month as a form looks at it: its figures, and no customer's name or contact."""

    found: Figures
    policy: Policy
    language: str

    @cached_property
    def report(self) -> Mapping[str, Any]:
        """The figures as the report's JSON has them (design §7)."""
        return reporting.report(self.found, self.policy, Basis(None, ""))

    def label(self, table: str, key: str | None) -> str:
        return _("nobody yet") if key is None else self.policy.label(table, key, self.language)

    def mean(self, found: Mapping[str, Any]) -> str:
        """A mean of answers where it rests on enough."""
        return f"{found['mean']:.2f}" if found["count"] >= ENOUGH else words.NOTHING

    def when(self, text: str | None) -> str:
        return words.when(instants.parse(text), self.policy.zone) if text else ""


def _of(*path: str) -> Callable[[Month], str]:
    """A number of the report, by its place in the JSON."""

    def found(month: Month) -> str:
        value: Any = month.report
        for step in path:
            value = value[step]
        return words.NOTHING if value is None else str(value)

    return found


PLACES: Mapping[str, Callable[[Month], str]] = {
    "office": lambda month: spoken(month.policy.office, month.language),
    "month": _of("month"),
    "as_of": lambda month: month.when(month.report["as_of"]),
    **{name: _of("complaints", name) for name in ("opening", "received", "rejected", "closed", "open")},
    "due": _of("on_time", "due"),
    "met": _of("on_time", "met"),
    "on_time": lambda month: words.percent(month.report["on_time"]["percent"]),
    "rating": lambda month: month.mean(month.report["ratings"]),
    "ratings": _of("ratings", "count"),
    "followups": _of("followup", "done"),
    **{name: _of("followup", name) for name in ("satisfied", "dissatisfied", "unreached", "early")},
    "majors": lambda month: str(len(month.report["majors"])),
    "majors.ids": lambda month: words.listed(month.report["majors"]),
}


def _by(dimension: str, table: str) -> Callable[[Month], Sequence[Row]]:
    """What was received in the month and not rejected, by one of its facts."""

    def rows(month: Month) -> Sequence[Row]:
        counts: Mapping[str, int] = month.report["complaints"][f"by_{dimension}"]
        total = sum(counts.values())  # of causes those that are known yet, as in the report
        return [
            {
                "name": month.label(table, key),
                "count": str(number),
                "share": words.percent(100 * number / total if total else None),
            }
            for key, number in counts.items()
        ]

    return rows


def _departments(month: Month) -> Sequence[Row]:
    return [
        {
            "name": month.label("departments", row["department"]),
            "count": str(sum(row["by_severity"].values())),
            "late": str(row["late"]),
            "adjusted": words.signed(row["adjusted"]),
            "score": words.signed(row["score"]),
            "rating": month.mean(row["satisfaction"]),
        }
        for row in month.report["departments"]
    ]


def _timeliness(month: Month) -> Sequence[Row]:
    rows = []
    for name, found in month.report["timeliness"].items():
        label = month.label("deadlines", name)
        counts = {key: str(found[key]) for key in ("met", "late", "overdue")}
        median = words.length(found["median_seconds"])
        rows.append({"name": label if label != name else words.obligation(name), **counts, "median": median})
    return rows


def _answers(month: Month) -> Sequence[Row]:
    answers: Mapping[str, Any] = month.report["followup"]["answers"]
    return [
        {"name": month.label("questions", key), "mean": month.mean(found), "count": str(found["count"])}
        for key, found in answers.items()
    ]


def _quotas(month: Month) -> Sequence[Row]:
    return [
        {"name": month.label("roles", each["role"]), "required": str(each["required"]), "done": str(each["done"])}
        for each in month.report["followup"]["quotas"]
    ]


def _recurring(month: Month) -> Sequence[Row]:
    return [
        {
            "name": month.label("categories", each["category"]),
            "department": month.label("departments", each["department"]),
            "count": str(len(each["ids"])),
            "ids": words.one_a_line(each["ids"]),
        }
        for each in month.report["recurring"]
    ]


_LABELLED = {
    "kind": "kinds", "channel": "channels", "category": "categories", "severity": "severities", "cause": "causes",
}  # fmt: skip


def _complaints(month: Month) -> Sequence[Row]:
    """What came in in the month, in the order in which it came; also what was rejected."""
    found = [each for each in reporting.complaints(month.found, month.policy) if each["in_period"]]
    return [
        {
            **{name: each[name] or "" for name in ("id", "subject", "owner")},
            **{name: month.label(table, each[name] or "") for name, table in _LABELLED.items()},
            "department": month.label("departments", each["department"]),
            "received": month.when(each["received"]),
            "closed": month.when(each["closed"]),
            "status": words.word(each["status"]),
        }
        for each in sorted(found, key=lambda each: (each["received"], each["id"]))
    ]


_COUNTED = ("name", "count", "share")
TABLES: Mapping[str, tuple[Callable[[Month], Sequence[Row]], tuple[str, ...]]] = {
    "by_severity": (_by("severity", "severities"), _COUNTED),
    "by_category": (_by("category", "categories"), _COUNTED),
    "by_channel": (_by("channel", "channels"), _COUNTED),
    "by_cause": (_by("cause", "causes"), _COUNTED),
    "by_department": (_by("department", "departments"), _COUNTED),
    "departments": (_departments, ("name", "count", "late", "adjusted", "score", "rating")),
    "timeliness": (_timeliness, ("name", "met", "late", "overdue", "median")),
    "answers": (_answers, ("name", "mean", "count")),
    "quotas": (_quotas, ("name", "required", "done")),
    "recurring": (_recurring, ("name", "department", "count", "ids")),
    "complaints": (
        _complaints,
        ("id", "received", *_LABELLED, "subject", "department", "owner", "status", "closed"),
    ),
}


def vocabulary() -> Vocabulary:
    """All that a form of a month may name."""
    return Vocabulary(
        values=frozenset(PLACES),
        each=frozenset(),
        tables={name: columns for name, (_rows, columns) in TABLES.items()},
    )


def value(month: Month, place: str) -> Found:
    return Found(PLACES[place](month))


def rows(month: Month, table: str) -> Sequence[Row]:
    return TABLES[table][0](month)
