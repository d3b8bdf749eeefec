"""list: what is open, or what matches."""

from typing import Any

import click

from cmplt.app import App
from cmplt.commands.options import as_of, month, output_format
from cmplt.commands.reading import cases_of, mention
from cmplt.domain.cases import Case
from cmplt.domain.process import OPEN, STATUSES
from cmplt.errors import FOUND
from cmplt.i18n import _
from cmplt.output import listing, records

_TABLES = {"department": "departments", "category": "categories", "severity": "severities"}


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD…]")
@click.option("--all", "everything", is_flag=True, help=_("Closed and rejected ones too."))
@click.option("--status", type=click.Choice(STATUSES), help=_("Only these, closed or not."))
@click.option("--department", metavar="KEY", help=_("With this department."))
@click.option("--owner", metavar="NAME", help=_("With this person."))
@click.option("--category", metavar="KEY", help=_("Of this category."))
@click.option("--severity", metavar="KEY", help=_("Of this severity."))
@click.option("--month", "in_month", metavar="YYYY-MM", help=_("Received in this month, closed or not."))
@click.option("--overdue", is_flag=True, help=_("Only those in which something is overdue."))
@as_of
@output_format
@click.pass_context
def command(
    ctx: click.Context,
    /,
    words: tuple[str, ...],
    everything: bool,
    in_month: str | None,
    overdue: bool,
    as_of: str | None,
    style: str,
    **filters: str | None,
) -> None:
    """List the complaints that are neither closed nor rejected.

    Each WORD must occur in the id, the subject, the description, the details or the customer's data (which are
    searched but not shown).
    """
    app: App = ctx.obj
    now = app.time(as_of) or app.now
    for name, table in _TABLES.items():
        value = filters[name]
        if value is not None and value not in app.policy.tables[table]:
            app.policy.known(table, value)
    wanted_month = month(in_month) if in_month is not None else None
    found, problems = cases_of(app, now)
    whole = everything or wanted_month or filters["status"]
    shown = [
        case
        for case in found
        if (whole or case.history.now.status in OPEN)
        and _matches(case, filters)
        and (not wanted_month or app.show(case.received)[:7] == wanted_month)
        and (not overdue or any(each.state(now) == "overdue" for each in case.obligations))
        and all(_holds(case, word.casefold()) for word in words)
    ]
    listing.emit([records.line(case, app.policy) for case in shown], records.LINE, style, app.label)
    mention(problems)
    if problems:
        ctx.exit(FOUND)


def _matches(case: Case, filters: dict[str, str | None]) -> bool:
    now = case.history.now
    actual = {
        "status": now.status,
        "department": now.department,
        "owner": now.owner,
        "category": now.facts.category,
        "severity": now.facts.severity,
    }
    return all(wanted is None or actual[name] == wanted for name, wanted in filters.items())


def _holds(case: Case, word: str) -> bool:
    facts = case.history.now.facts
    texts: list[Any] = [facts.id, facts.subject, facts.description, *facts.details.values(), *facts.customer.values()]
    return any(word in str(text).casefold() for text in texts)
