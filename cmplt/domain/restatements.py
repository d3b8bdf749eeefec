"""Where a month's scores would differ today from the report that was committed, and which complaints are why."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cmplt.domain import instants
from cmplt.domain.cases import Course
from cmplt.domain.complaint import Misread
from cmplt.domain.period import Period
from cmplt.domain.policy import Policy
from cmplt.domain.scores import Scores, place, scores

Because = Counter[tuple[str, str | None, str]]  # complaint, department, what of it counts; how often


@dataclass(frozen=True)
class Score:
    """A department's row as a report has it."""

    by_severity: Mapping[str, int]
    late: int
    adjusted: int
    score: int | None


@dataclass(frozen=True)
class Reported:
    """The scores of a month as they stand in a report."""

    month: str
    rows: Mapping[str | None, Score]
    because: Mapping[str, Because]  # what the rows count, by what it is; an old report does not say all of it
    as_of: datetime | None = None

    @classmethod
    def read(cls, month: str, data: Any) -> "Reported":
        """The scores in a report.json; raises Misread where it is none."""
        try:
            if data.get("department") is not None or data.get("month", month) != month:
                raise Misread((), "the report of a month")
            rows = {
                _name(row["department"]): Score(
                    {name: number for name, number in row["by_severity"].items() if _whole(number)},
                    _whole(row["late"]),
                    _whole(row["adjusted"]),
                    None if row["score"] is None else _whole(row["score"]),
                )
                for row in data["departments"]
            }
            because = {name: Counter(_why(e, *keys) for e in data[name]) for name, keys in _WHY.items() if name in data}
            as_of = instants.parse(data["as_of"]) if "as_of" in data else None
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise Misread((), "the report of a month") from error
        return cls(month, rows, because, as_of)

    @classmethod
    def of(cls, month: str, found: Scores, policy: Policy) -> "Reported":
        return cls(
            month,
            {r.department: Score(+Counter(r.by_severity), r.late, r.adjusted, r.score(policy)) for r in found.rows},
            {
                "counted": Counter((each.id, each.department, each.severity) for each in found.counted),
                "late": Counter((each.id, each.obligation.owed_by, each.obligation.name) for each in found.late),
                "adjustments": Counter((each.id, each.department, str(each.points)) for each in found.adjustments),
            },
        )


# The lists of a report.json that say what its rows count, and where in them complaint, department and that stand.
_WHY = {
    "counted": ("id", "department", "severity"),
    "late": ("id", "owed_by", "obligation"),
    "adjustments": ("id", "department", "points"),
}
_NOTHING = Score({}, 0, 0, None)


@dataclass(frozen=True)
class Restatement:
    """A row of an earlier month that would be another today; without ids the policy alone has changed."""

    month: str
    department: str | None
    was: Score
    would_be: Score
    ids: tuple[str, ...]


def restatements(
    committed: Iterable[Reported], found: list[Course], policy: Policy, *, as_of: datetime
) -> list[Restatement]:
    """Every row of the committed reports that differs from what it would be at `as_of`, by month and department."""
    order = list(policy.tables["departments"])
    restated = []
    for old in sorted(committed, key=lambda each: each.month):
        if old.as_of is not None and old.as_of > as_of:
            continue  # it knew more than this one does
        window = Period.month(old.month).window(policy.zone)
        new = Reported.of(old.month, scores(window, found, policy, as_of=as_of), policy)
        for name in sorted({*old.rows, *new.rows}, key=lambda name: place(name, order)):
            was, would_be = old.rows.get(name, _NOTHING), new.rows.get(name, _NOTHING)
            if was != would_be and (name in old.rows.keys() & new.rows.keys() or _counts(was) or _counts(would_be)):
                restated.append(Restatement(old.month, name, was, would_be, _ids(old, new, name)))
    return restated


def _counts(row: Score) -> bool:
    """Whether it has more in it than the base: a department that came or went since restates nothing by that alone."""
    return bool(row.by_severity or row.late or row.adjusted)


def _ids(old: Reported, new: Reported, department: str | None) -> tuple[str, ...]:
    """The complaints of which one of the two counts something for a department that the other does not."""
    both = [(known, new.because[name]) for name, known in old.because.items()]
    changed = (each for known, now in both for each in (known - now) + (now - known))
    return tuple(sorted({complaint_id for complaint_id, charged, _what in changed if charged == department}))


def _why(each: Any, complaint: str, department: str, what: str) -> tuple[str, str | None, str]:
    if not isinstance(each[complaint], str):
        raise TypeError(each)
    return each[complaint], _name(each[department]), str(each[what])


def _name(found: Any) -> str | None:
    if found is not None and not isinstance(found, str):
        raise TypeError(found)
    return found


def _whole(number: Any) -> int:
    if type(number) is not int:
        raise TypeError(number)
    return number
