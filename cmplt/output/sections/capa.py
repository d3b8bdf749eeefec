"""What is done so that it does not come again: recurring issues, and the measures (CAPA)."""

from shlex import quote

from cmplt.domain.capa import Undertaking
from cmplt.domain.figures import Recurring
from cmplt.i18n import N_, _
from cmplt.output.document import Section, Table
from cmplt.output.sections.brief import Brief, long, numbers, short
from cmplt.output.words import NOTHING, one_a_line, word


def recurring(brief: Brief) -> Section | None:
    """The issues, the measure that there is against each, or else the command that would propose one."""
    rows, missing = [], []
    for each in brief.found.recurring:
        against = brief.found.measures.of_issue(each.category, each.department)
        rows.append(
            [
                each.month,
                brief.label("categories", each.category),
                brief.department(each.department),
                str(len(each.ids)),
                one_a_line(each.ids),
                one_a_line(f"{one.id} ({word(one.status)})" for one in against) or _("none yet"),
            ]
        )
        missing += [] if against else [_command(each)]
    if not rows:
        return None
    columns = [
        *short(_("Month")),
        *long(_("Category"), _("Department")),
        *numbers(_("Count")),
        *short(_("Complaints"), _("Measure")),
    ]
    told = _("{count} or more of one category and department in a month: time for a preventive measure.")
    notes = [told.format(count=brief.policy.recurrence)]
    notes += [_("To propose one: {command}").format(command=command) for command in dict.fromkeys(missing)]
    return Section("recurring", _("Recurring issues"), tables=[Table("", columns, rows)], notes=notes)


def _command(issue: Recurring) -> str:
    """What to type; it asks for what only a person can say, the title and the time."""
    department = ["--department", issue.department] if issue.department else []
    options = ["--category", issue.category, *department]
    options += [part for each in issue.ids for part in ("--complaint", each)]
    return " ".join(["cmplt measure new --kind preventive", *map(quote, options)])


# What is counted of the measures, in the order of their life.
_COUNTS = {
    "opened": N_("Proposed in the period"),
    "done": N_("Carried out"),
    "verified": N_("Verified as effective"),
    "ineffective": N_("Found without effect"),
    "open": N_("Open at the end"),
}


def measures(brief: Brief) -> Section | None:
    found = brief.found.measures
    if not found.concerned:
        return None
    counts = [[_(title), str(len(getattr(found, name)))] for name, title in _COUNTS.items()]
    counts.append([_("Overdue at the end"), str(sum(map(found.overdue, found.open)))])
    rows = [_row(brief, each) for each in found.concerned]
    columns = [
        *short(_("Measure")),
        *long(_("Title")),
        *short(_("Kind"), _("Status")),
        *long(_("Department"), _("Owner")),
        *short(_("Due"), _("Overdue")),
    ]
    tables = [
        Table("", [*short(_("Measures")), *numbers(_("Count"))], counts),
        Table(_("Measures of the period, and those that stand open"), columns, rows),
    ]
    return Section("measures", _("Corrective and preventive measures"), tables=tables)


def _row(brief: Brief, measure: Undertaking) -> list[str]:
    facts, owes = measure.now.facts, measure.owes
    return [
        measure.id,
        facts.title,
        word(facts.kind),
        word(measure.status),
        brief.department(facts.department),
        facts.owner or NOTHING,
        brief.when(owes.due) if owes else NOTHING,
        _("yes") if brief.found.measures.overdue(measure) else _("no"),
    ]
