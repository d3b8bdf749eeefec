"""What somebody should look at: majors, open complaints, late entries, restatements."""

from cmplt.domain.cases import Course, Happening
from cmplt.domain.obligations import TASK
from cmplt.domain.restatements import Score
from cmplt.i18n import _
from cmplt.output.document import Section, Table
from cmplt.output.sections.brief import Brief, by_days, long, short
from cmplt.output.words import NOTHING, length, listed, signed, word


def majors(brief: Brief) -> Section | None:
    if not brief.found.majors:
        return None
    columns = [*short(_("When"), _("Step")), *long(_("With"), _("Remark"))]
    tables = [
        Table(
            f"{case.id} · {case.subject} · {brief.label('categories', case.category)} · {word(case.status)}",
            columns,
            [_step(brief, each) for each in case.happenings],
        )
        for case in brief.found.majors
    ]
    gravest = brief.label("severities", brief.policy.offered("severities")[-1])
    return Section("majors", _("{severity}: what happened").format(severity=gravest), tables=tables)


def _step(brief: Brief, step: Happening) -> list[str]:
    result = word(step.result) if step.result else ""
    points = signed(step.points) if step.action == "adjust" else ""
    parts = dict.fromkeys((result, points, _about(brief, step), step.said))  # a task's title says it once
    remark = " · ".join(part for part in parts if part)
    return [brief.when(step.at), word(step.action), brief.department(step.department), remark or NOTHING]


# The tables of the policy that name what some steps are about.
_LABELLED = {"escalate": ("severities", "criteria", "roles"), "resolve": ("causes",)}


def _about(brief: Brief, step: Happening) -> str:
    if step.action in ("task", "done"):
        return brief.label("deadlines", f"{TASK}{step.about}").removeprefix(TASK)
    tables = _LABELLED.get(step.action)
    if not tables or not step.about:
        return step.about or ""
    known = {key: brief.label(table, key) for table in tables for key in brief.policy.tables[table]}
    return listed(known.get(key, key) for key in step.about.split(", "))


def open_by_age(brief: Brief) -> Section | None:
    if not brief.found.open:
        return None
    chart, ages = by_days("open", _("Age"), brief.found.ages)
    rows = [_open(brief, case) for case in brief.found.open]
    columns = [
        *short(_("Complaint")),
        *long(_("Subject")),
        *short(_("Severity"), _("Status")),
        *long(_("With")),
        *short(_("Received at"), _("Age")),
        *long(_("Overdue")),
    ]
    listed = Table(_("Open complaints, the oldest first"), columns, rows)
    return Section("open", _("Open complaints by age"), charts=[chart], tables=[ages, listed])


def _open(brief: Brief, case: Course) -> list[str]:
    then = case.at(brief.found.until) or case.happenings[0]
    return [
        case.id,
        case.subject,
        brief.label("severities", case.severity),
        word(then.status),
        brief.department(then.department),
        brief.when(case.received),
        length(brief.found.age(case).total_seconds()),
        listed(brief.obligation(each.name) for each in case.obligations if each.overdue_at(brief.found.seen))
        or NOTHING,
    ]


def late_entries(brief: Brief) -> Section | None:
    rows = [
        [
            each.id,
            word(each.happening.action),
            brief.when(each.happening.at),
            brief.when(each.happening.recorded),
            each.happening.reason or NOTHING,
        ]
        for each in brief.found.late_entries
    ]
    if not rows:
        return None
    columns = [*short(_("Complaint"), _("Step"), _("Happened"), _("Entered")), *long(_("Reason"))]
    return Section("late-entries", _("Late entries"), tables=[Table("", columns, rows)])


def restatements(brief: Brief) -> Section | None:
    rows = [
        [
            each.month,
            brief.department(each.department),
            _row(brief, each.was),
            _row(brief, each.would_be),
            listed(each.ids) or _("the policy has changed"),
        ]
        for each in brief.basis.restatements
    ]
    if not rows:
        return None
    columns = [*short(_("Month")), *long(_("Department"), _("Was"), _("Would be"), _("Why"))]
    note = _("These months were reported with other numbers than their complaints give today.")
    table = Table("", columns, rows)
    return Section("restatements", _("Restatements"), tables=[table], notes=[note])


def _row(brief: Brief, row: Score) -> str:
    """A row of the score table in one line."""
    counts = [f"{brief.label('severities', name)} {count}" for name, count in row.by_severity.items()]
    counts += [f"{_('late')} {row.late}"] if row.late else []
    counts += [f"{_('adjusted')} {signed(row.adjusted)}"] if row.adjusted else []
    return f"{signed(row.score)} ({listed(counts)})" if counts else signed(row.score)
