"""overdue: who owes what and is past the time."""

import click

from cmplt.app import App
from cmplt.commands.options import as_of, output_format
from cmplt.commands.reading import mention
from cmplt.domain.calendar import Length
from cmplt.errors import FOUND, BadLength, BadOptionLength, LengthTooLong
from cmplt.i18n import _
from cmplt.output import listing, records


@click.command()
@click.option("--within", metavar="LENGTH", help=_("Also what falls due within, for example, '2 working hours'."))
@click.option("--department", metavar="KEY", help=_("Only what this department owes."))
@click.option("--exit-code", is_flag=True, help=_("Exit with 1 if something is overdue."))
@as_of
@output_format
@click.pass_context
def command(
    ctx: click.Context, within: str | None, department: str | None, exit_code: bool, as_of: str | None, style: str
) -> None:
    """List every obligation that is past its due instant. Prints nothing when nothing is."""
    app: App = ctx.obj
    now = app.time(as_of) or app.now
    until = now
    if within is not None:
        try:
            until = app.calendar.reckon(now, Length.parse(within)).due
        except (BadLength, LengthTooLong) as error:
            raise BadOptionLength(**error.fields) from None
    if department is not None and department not in app.policy.tables["departments"]:
        app.policy.known("departments", department)
    found, problems = app.courses(now, since=now)
    measures, unread = app.undertaken(now)
    problems += unread
    rows = records.overdue([*found, *measures], app.policy, now=now, until=until, department=department)
    listing.emit(rows, records.OVERDUE, style, app.label)
    mention(problems)
    if problems or (exit_code and any(row["overdue_seconds"] > 0 for row in rows)):
        ctx.exit(FOUND)
