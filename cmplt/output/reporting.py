"""A report's figures as records: the JSON of design §7, and the rows of its CSV files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cmplt.domain import instants
from cmplt.domain.averages import Mean
from cmplt.domain.cases import Course
from cmplt.domain.durations import Bucket, Owed, closed_in
from cmplt.domain.figures import Figures, Flow
from cmplt.domain.policy import Policy
from cmplt.domain.restatements import Restatement, Score
from cmplt.domain.scores import counts
from cmplt.errors import Problem
from cmplt.i18n import N_
from cmplt.output import measures, records

COMPLAINTS = (
    *("id", "received", "in_period", "status", "kind", "severity", "urgent", "channel", "category", "cause"),
    *("department", "owner", "subject", "rounds", "open_at_start", "open_at_end", "closed", "handling_seconds"),
    *("rating", "points"),
)
OBLIGATIONS = (
    *("id", "obligation", "owed_by", "opened", "opens", "due", "met", "ended", "state", "elapsed_seconds"),
    *("counts", "points"),
)


@dataclass(frozen=True)
class Basis:
    """What a report rests on besides its figures: it is the same again wherever these are."""

    commit: str | None
    policy: str  # SHA-256 of the policy's text
    uncommitted: Sequence[str] = ()
    unreadable: Sequence[Problem] = ()
    unlike: Sequence[Problem] = ()  # earlier reports that nothing can be compared with
    restatements: Sequence[Restatement] = ()


def report(found: Figures, policy: Policy, basis: Basis) -> dict[str, Any]:
    """A period's figures with the fields of design §7, and what the report shows besides."""

    def show(instant: datetime | None) -> str | None:
        return instants.show(instant, policy.zone) if instant else None

    followups = found.followups
    return {
        "month": found.period.name if found.period.is_month else None,
        "period": {"name": found.period.name, "from": f"{found.period.first}", "to": f"{found.period.last}"},
        "department": found.department,
        "as_of": show(found.as_of),
        "commit": basis.commit,
        "policy": basis.policy,
        "uncommitted": list(basis.uncommitted),
        "unreadable": [records.problem(each) for each in basis.unreadable],
        "complaints": {
            **_flow(found.flow),
            "by_severity": _severities(found.by["severity"], policy),
            **{
                f"by_{name}": _ordered(found.by[name], list(policy.tables[table]))
                for name, table in (
                    ("category", "categories"),
                    ("channel", "channels"),
                    ("cause", "causes"),
                    ("department", "departments"),
                )
            },
        },
        "on_time": {"met": found.flow.met, "due": found.flow.due, "percent": found.flow.on_time},
        "before": {
            "period": found.before_period,
            **_flow(found.before),
            "on_time": {"met": found.before.met, "due": found.before.due, "percent": found.before.on_time},
            "ratings": mean(found.before.rating),
        },
        "departments": [
            {
                "department": row.department,
                "by_severity": _severities(row.by_severity, policy),
                "late": row.late,
                "adjusted": row.adjusted,
                "score": row.score(policy),
                "satisfaction": mean(found.satisfaction.get(row.department, Mean(None, 0))),
            }
            for row in found.scores.rows
        ],
        "counted": [
            {"id": each.id, "department": each.department, "severity": each.severity} for each in found.scores.counted
        ],
        "late": [
            {
                "id": late.id,
                "obligation": late.obligation.name,
                "owed_by": late.obligation.owed_by,
                "due": show(late.obligation.due),
                "met": show(late.obligation.met),
            }
            for late in found.scores.late
        ],
        "adjustments": [
            {
                "id": each.id,
                "department": each.department,
                "points": each.points,
                "at": show(each.at),
                "reason": each.reason,
            }
            for each in found.scores.adjustments
        ],
        "timeliness": {
            name: {
                "met": row.met,
                "late": row.late,
                "overdue": row.overdue,
                "median_seconds": row.median_seconds,
            }
            for name, row in found.timeliness.items()
        },
        "p90_seconds": {name: row.p90_seconds for name, row in found.timeliness.items()},
        "handling": {
            "count": len(found.handling.seconds),
            "median_seconds": found.handling.median_seconds,
            "p90_seconds": found.handling.p90_seconds,
            "days": _buckets(found.handling.buckets),
        },
        "followup": {
            "done": followups.done,
            **{result: followups.results[result] for result in ("satisfied", "dissatisfied", "unreached")},
            "early": followups.early,
            "answers": {question: mean(each) for question, each in followups.answers.items()},
            "quotas": [{"role": role, "required": required, "done": done} for role, required, done in followups.quotas],
        },
        "ratings": {
            **mean(followups.rating),
            "counts": {str(rating): number for rating, number in sorted(followups.ratings.items())},
        },
        "channels": [
            {"channel": channel, "category": category, "count": number}
            for (channel, category), number in sorted(found.crossed.items())
        ],
        "majors": [each.id for each in found.majors],
        "recurring": [
            {
                "month": each.month,
                "category": each.category,
                "department": each.department,
                "ids": list(each.ids),
                "measures": [one.id for one in found.measures.of_issue(each.category, each.department)],
            }
            for each in found.recurring
        ],
        "measures": measures.of_report(found),
        "open": {"days": _buckets(found.ages), "ids": [each.id for each in found.open]},
        "late_entries": [
            {
                "id": each.id,
                "action": each.happening.action,
                "at": show(each.happening.at),
                "recorded": show(each.happening.recorded),
                "reason": each.happening.reason,
            }
            for each in found.late_entries
        ],
        "restatements": [
            {
                "month": each.month,
                "department": each.department,
                "was": _score(each.was),
                "would_be": _score(each.would_be),
                "ids": list(each.ids),
            }
            for each in basis.restatements
        ],
        "trend": [{"month": month, "by_severity": _severities(count, policy)} for month, count in found.trend.items()],
    }


def _flow(flow: Flow) -> dict[str, int]:
    return {name: getattr(flow, name) for name in ("opening", "received", "rejected", "closed", "open")}


def _score(row: Score) -> dict[str, Any]:
    return {"by_severity": dict(row.by_severity), "late": row.late, "adjusted": row.adjusted, "score": row.score}


def _buckets(buckets: Iterable[Bucket]) -> list[dict[str, Any]]:
    return [{"up_to": each.days, "count": len(each.ids)} for each in buckets]


def _severities(count: Mapping[str, int], policy: Policy) -> dict[str, int]:
    """Every severity of the policy, mildest first, also with nothing; then those it does not know."""
    return {name: count.get(name, 0) for name in policy.severities} | {
        k: v for k, v in sorted(count.items()) if k not in policy.severities
    }


def _ordered(count: Mapping[str, int], known: list[str]) -> dict[str, int]:
    """What occurred, in the policy's order."""
    position = {name: index for index, name in enumerate(known)}
    return {name: count[name] for name in sorted(count, key=lambda name: (position.get(name, len(known)), name))}


def mean(found: Mean) -> dict[str, Any]:
    return {"mean": found.mean, "count": found.count}


def scores(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The score table of a report: a row a department."""
    occurring = {name for row in report["departments"] for name in row["by_severity"]}
    return [
        {
            "department": row["department"],
            **dict.fromkeys(occurring, 0),
            **row["by_severity"],
            "late": row["late"],
            "adjusted": row["adjusted"],
            "score": row["score"],
        }
        for row in report["departments"]
    ]


def score_columns(report: Mapping[str, Any], policy: Policy, language: str) -> dict[str, str | None]:
    """The columns of the score table: one for each severity, then late, adjusted, and the sum."""
    occurring = sorted({name for row in report["departments"] for name in row["by_severity"]})
    names = dict.fromkeys((*policy.severities, *occurring))
    severities = {name: policy.label("severities", name, language) for name in names}
    return {
        "department": N_("department"),
        **severities,
        "late": N_("late"),
        "adjusted": N_("adjusted"),
        "score": N_("score"),
    }


def complaints(found: Figures, policy: Policy) -> list[dict[str, Any]]:
    """A row for every complaint that the period has to do with."""
    points = {each.id: policy.points(each.severity) for each in found.scores.counted}
    return [_complaint(case, found, policy, points.get(case.id, 0)) for case in found.cases]


def _complaint(case: Course, found: Figures, policy: Policy, points: int) -> dict[str, Any]:
    closed = closed_in(found.window, case)
    ratings = [each.rating for each in case.happenings if each.rating is not None]
    return {
        "id": case.id,
        "received": instants.show(case.received, policy.zone),
        "in_period": found.window.holds(case.received),
        "status": case.status,
        "kind": case.kind or policy.first_kind,
        "severity": case.severity,
        "urgent": case.urgent,
        "channel": case.channel,
        "category": case.category,
        "cause": case.cause,
        "department": case.department,
        "owner": case.owner,
        "subject": case.subject,
        "rounds": case.round,
        "open_at_start": case.open_at(min(found.window.start, found.until)),
        "open_at_end": case.open_at(found.until),
        "closed": instants.show(closed, policy.zone) if closed else None,
        "handling_seconds": int((closed - case.received).total_seconds()) if closed else None,
        "rating": ratings[-1] if ratings else None,
        "points": points,
    }


def obligations(found: Figures, policy: Policy) -> list[dict[str, Any]]:
    """A row for every obligation that was due in the period, also those still open and those cancelled."""
    return [_obligation(each, policy) for each in found.owed]


def _obligation(owed: Owed, policy: Policy) -> dict[str, Any]:
    each = owed.obligation
    times = {name: getattr(each, name) for name in ("opened", "opens", "due", "met", "ended")}
    counted = counts(owed.case, each, policy)
    return {
        "id": owed.case.id,
        "obligation": each.name,
        "owed_by": each.owed_by,
        **{name: instants.show(instant, policy.zone) if instant else None for name, instant in times.items()},
        "state": owed.state,
        "elapsed_seconds": int((each.met - each.opened).total_seconds()) if each.met else None,
        "counts": counted,
        "points": policy.scoring.late if counted and owed.state in ("late", "overdue") else 0,
    }
