"""measure list and measure show: where the measures stand."""

import click

from cmplt.app import App
from cmplt.commands.options import as_of, output_format
from cmplt.commands.reading import mention
from cmplt.domain.capa import STATUSES, undertaking
from cmplt.domain.capa_entry import known_names
from cmplt.errors import FOUND, NotYet
from cmplt.i18n import _
from cmplt.output import listing, measures


@click.command("list")
@click.option("--all", "everything", is_flag=True, help=_("Declined and verified ones too."))
@click.option("--status", type=click.Choice(STATUSES), help=_("Only these, open or not."))
@click.option("--department", metavar="KEY", help=_("Of this department."))
@click.option("--kind", metavar="KIND", help=_("Of this kind."))
@as_of
@output_format
@click.pass_context
def listed(
    ctx: click.Context,
    everything: bool,
    status: str | None,
    department: str | None,
    kind: str | None,
    as_of: str | None,
    style: str,
) -> None:
    """List the measures that are neither declined nor verified."""
    app: App = ctx.obj
    known_names({"kind": kind}, app.policy)
    if department is not None and department not in app.policy.tables["departments"]:
        app.policy.known("departments", department)
    found, problems = app.undertaken(app.time(as_of) or app.now)
    rows = [
        measures.line(each, app.policy)
        for each in found
        if (everything or status or each.stands_open)
        and status in (None, each.status)
        and department in (None, each.department)
        and kind in (None, each.now.facts.kind)
    ]
    listing.emit(rows, measures.LINE, style, app.label)
    mention(problems)
    if problems:
        ctx.exit(FOUND)


@click.command("show")
@click.argument("measure_id", metavar="ID")
@as_of
@output_format
@click.pass_obj
def show(app: App, measure_id: str, as_of: str | None, style: str) -> None:
    """Show a measure: facts, where it stands, what is owed by when, and its events."""
    now = app.time(as_of) or app.now
    found = undertaking(app.measures.open(app.measures.find(measure_id)).measure, as_of=now)
    if not found.exists:
        raise NotYet(id=found.id, at=app.show(now))
    if style == "table":
        click.echo(measures.measure(found, app.policy, now=now, language=app.language))
        return
    listing.emit([measures.whole(found, app.policy, now=now)], measures.WHOLE, style, app.label)


STEPS = {"list": listed, "show": show}
