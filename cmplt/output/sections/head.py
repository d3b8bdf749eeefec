"""The head of a report: the figures against the period before, and the departments' scores."""

from cmplt.domain.averages import ENOUGH, Mean
from cmplt.i18n import N_, _
from cmplt.output.document import Chart, Section, Table, Tile
from cmplt.output.sections.brief import Brief, long, numbers, short
from cmplt.output.words import NOTHING, listed, percent, signed

# The figures of the flow that are counts, and what they are called.
_COUNTS = {"received": N_("Received"), "closed": N_("Closed"), "open": N_("Open")}


def summary(brief: Brief) -> Section | None:
    now, before = brief.found.flow, brief.found.before
    tiles = [
        *(_count(_(title), getattr(now, name), getattr(before, name)) for name, title in _COUNTS.items()),
        Tile(
            _("On time"),
            percent(now.on_time),
            percent(before.on_time),
            _change(now.on_time, before.on_time),
            _("{met} of {due} obligations").format(met=now.met, due=now.due),
        ),
        Tile(
            _("Satisfaction"),
            brief.mean(now.rating),
            brief.mean(before.rating),
            _change(now.rating.shown, before.rating.shown),
            _rests_on(now.rating),
        ),
    ]
    told = _("Open at the beginning: {opening}. Rejected as not valid, and not among those received: {rejected}.")
    return Section(
        "summary",
        _("Summary"),
        tiles=tiles,
        notes=[told.format(opening=now.opening, rejected=now.rejected)],
    )


def _count(title: str, now: int, before: int) -> Tile:
    return Tile(title, str(now), str(before), signed(now - before))


def _rests_on(mean: Mean) -> str:
    if mean.count < ENOUGH:
        told = _("n = {count}: no mean of fewer than {enough} answers")
        return told.format(count=mean.count, enough=ENOUGH)
    return _("n = {count}").format(count=mean.count)


def _change(now: float | None, before: float | None) -> str:
    """By how much it moved, where both are known."""
    return NOTHING if now is None or before is None else signed(round(now - before, 2))


def scores(brief: Brief) -> Section | None:
    rows = brief.found.scores.rows
    if not rows:
        return None
    severities = brief.severities(row.by_severity for row in rows)
    columns = [
        *long(_("Department")),
        *numbers(*(brief.label("severities", name) for name in severities), _("Late"), _("Adjusted"), _("Score")),
    ]
    body = [
        [
            brief.department(row.department),
            *(str(row.by_severity[name]) for name in severities),
            str(row.late),
            signed(row.adjusted),
            signed(row.score(brief.policy)),
        ]
        for row in rows
    ]
    said = "; ".join(f"{each[0]} {each[-1]}" for each in body if each[-1] != NOTHING)
    return Section(
        "scores",
        _("Department scores"),
        charts=[Chart("scores", _("Scores by department: {said}.").format(said=said))],
        tables=[Table("", columns, body), *_adjustments(brief)],
        notes=[_rule(brief)],
    )


def _adjustments(brief: Brief) -> list[Table]:
    """The points that somebody gave or took, and why; no table of none."""
    rows = [
        [
            each.id,
            brief.department(each.department),
            signed(each.points),
            brief.when(each.at),
            each.reason or NOTHING,
        ]
        for each in brief.found.scores.adjustments
    ]
    columns = [
        *short(_("Complaint")),
        *long(_("Department")),
        *numbers(_("Points")),
        *short(_("When")),
        *long(_("Reason")),
    ]
    return [Table(_("Adjusted"), columns, rows)] if rows else []


def _rule(brief: Brief) -> str:
    """The rule of the scores as the policy has it (design §5)."""
    policy = brief.policy
    points = [f"{brief.label('severities', key)} {signed(policy.points(key))}" for key in policy.severities]
    counts = [_("tasks") if name == "tasks" else brief.obligation(name) for name in policy.scoring.counts]
    parts = [_("Base {points}.").format(points=signed(policy.scoring.base))] if policy.scoring.base else []
    parts.append(_("Each complaint received, not rejected: {points}.").format(points=listed(points)))
    if counts:
        told = _("Each obligation due in the period and late or overdue: {points} ({names}).")
        parts.append(told.format(points=signed(policy.scoring.late), names=listed(counts)))
    parts.append(_("Adjusted: points given or taken in the period."))
    return " ".join(parts)
