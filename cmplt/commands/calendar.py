"""calendar: a month's working days and hours."""

import click

from cmplt.app import App
from cmplt.commands.entering import unpublished
from cmplt.commands.options import month, output_format
from cmplt.domain import instants
from cmplt.i18n import _
from cmplt.output import listing, records


@click.command()
@click.argument("in_month", metavar="[YYYY-MM]", required=False)
@output_format
@click.pass_obj
def command(app: App, in_month: str | None, style: str) -> None:
    """Show a month's working days and hours (default: this month), as the deadlines see them."""
    chosen = month(in_month) if in_month is not None else instants.month_of(app.now, app.policy.zone)
    rows = records.days(chosen, app.calendar)
    listing.emit(rows, records.DAY, style, app.label)
    if any(row["provisional"] for row in rows):
        unpublished([_("what falls into {month}").format(month=chosen)])
