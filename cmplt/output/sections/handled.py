"""How it went: timeliness, handling time, and what customers said afterwards."""

from collections.abc import Iterable

from cmplt.domain.averages import ENOUGH, Mean
from cmplt.i18n import _
from cmplt.output.document import Chart, Section, Table
from cmplt.output.sections.brief import Brief, by_days, long, numbers, short
from cmplt.output.words import length, percent, word

_RESULTS = ("satisfied", "dissatisfied", "unreached")


def timeliness(brief: Brief) -> Section | None:
    rows = [
        [
            brief.obligation(name),
            str(row.met),
            str(row.late),
            str(row.overdue),
            percent(100 * row.met / row.due),
            length(row.median_seconds),
            length(row.p90_seconds),
        ]
        for name, row in brief.found.timeliness.items()
        if row.due
    ]
    if not rows:
        return None
    columns = [
        *long(_("Deadline")),
        *numbers(_("Met"), _("Late"), _("Overdue"), _("On time"), _("Median"), _("90th percentile")),
    ]
    said = "; ".join(
        _("{name}: {met} met, {late} late, {overdue} overdue").format(
            name=row[0], met=row[1], late=row[2], overdue=row[3]
        )
        for row in rows
    )
    late = _late(brief)
    return Section(
        "timeliness",
        _("Timeliness"),
        charts=[Chart("timeliness", f"{said}.")],
        tables=[Table("", columns, rows), *([late] if late.rows else [])],
        notes=[
            _("Late: met, or ended, after the due time. Overdue: still not met. The score counts both as late."),
            _("Lengths are elapsed time from opened to met."),
        ],
    )


def _late(brief: Brief) -> Table:
    """Every obligation that was late or is overdue, also those that the score does not count."""
    scored = {(each.id, each.obligation) for each in brief.found.scores.late}
    rows = []
    for each in brief.found.owed:
        owed = each.obligation
        if each.state not in ("late", "overdue"):
            continue
        until = owed.met or owed.ended or brief.found.as_of
        rows.append(
            [
                each.case.id,
                brief.obligation(owed.name),
                brief.department(owed.owed_by),
                brief.when(owed.due),
                brief.when(owed.met) if owed.met else _("ended unmet") if owed.ended else _("not yet"),
                length((until - owed.due).total_seconds()),
                _("yes") if (each.case.id, owed) in scored else _("no"),
            ]
        )
    columns = [
        *short(_("Complaint")),
        *long(_("Owed"), _("By")),
        *short(_("Due"), _("Met at"), _("Late by"), _("Scored")),
    ]
    return Table(_("Late and overdue obligations"), columns, rows)


def handling(brief: Brief) -> Section | None:
    found = brief.found.handling
    if not found.seconds:
        return None
    told = _("{count} complaints were closed: median {median}, 90th percentile {p90}.")
    note = told.format(count=len(found.seconds), median=length(found.median_seconds), p90=length(found.p90_seconds))
    chart, table = by_days("handling", _("Time from receipt to close"), found.buckets)
    return Section("handling", _("Handling time"), charts=[chart], tables=[table], notes=[note])


def followup(brief: Brief) -> Section | None:
    found = brief.found.followups
    if not found.done and not found.quotas:
        return None
    counts = [(_("Done"), found.done)]
    counts += [(word(name).capitalize(), found.results[name]) for name in _RESULTS]
    counts.append((_("Early"), found.early))
    made = Table("", [*short(_("Follow-ups")), *numbers(_("Count"))], [[t, str(n)] for t, n in counts])
    asked = [(_("Rating"), found.rating)]
    asked += [(brief.label("questions", key), mean) for key, mean in found.answers.items()]
    said = [(title, mean) for title, mean in asked if mean.count]
    ratings = [[str(rating), str(count)] for rating, count in sorted(found.ratings.items(), reverse=True)]
    tables = [
        made,
        _means(brief, _("What customers said"), _("Question"), said),
        Table(_("Ratings"), [*short(_("Rating")), *numbers(_("Count"))], ratings),
        _means(
            brief,
            _("Satisfaction by department"),
            _("Department"),
            [
                (brief.department(key), brief.found.satisfaction[key])
                for key in brief.known("departments", (key for key in brief.found.satisfaction if key))
            ],
        ),
        _quotas(brief, found.quotas),
    ]
    note = _("No mean is shown of fewer than {enough} answers.").format(enough=ENOUGH)
    return Section("followup", _("Follow-up"), tables=[table for table in tables if table.rows], notes=[note])


def _means(brief: Brief, title: str, column: str, means: Iterable[tuple[str, Mean]]) -> Table:
    rows = [[name, brief.mean(mean), str(mean.count)] for name, mean in means]
    return Table(title, [*long(column), *numbers(_("Mean"), _("n"))], rows)


def _quotas(brief: Brief, quotas: Iterable[tuple[str, int, int]]) -> Table:
    rows = [[brief.label("roles", role), str(required), str(done)] for role, required, done in quotas]
    return Table(_("Follow-ups by role"), [*long(_("Role")), *numbers(_("Required"), _("Done"))], rows)
