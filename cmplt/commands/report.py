"""report: a month's charts and scores."""

from pathlib import Path
from typing import Any

import click

from cmplt.app import App
from cmplt.commands.options import as_of, month, output_format
from cmplt.commands.reading import mention
from cmplt.domain import instants
from cmplt.domain.figures import Figures, figures
from cmplt.errors import FOUND, BadOption
from cmplt.i18n import _
from cmplt.output import listing, records
from cmplt.storage import folder
from cmplt.storage.ledger import message


@click.command()
@click.option("--month", "in_month", metavar="YYYY-MM", help=_("Default: last month."))
@click.option("--output", metavar="DIR", type=click.Path(path_type=Path), help=_("Default: reports/YYYY-MM."))
@click.option("--no-write", is_flag=True, help=_("Only print the scores."))
@click.option("--commit", "keep", is_flag=True, help=_("Commit what was written."))
@as_of
@output_format
@click.pass_context
def command(
    ctx: click.Context,
    in_month: str | None,
    output: Path | None,
    no_write: bool,
    keep: bool,
    as_of: str | None,
    style: str,
) -> None:
    """Write a month's report and print the departments' scores."""
    app: App = ctx.obj
    if keep and (no_write or output):
        raise BadOption(option="--commit", other="--no-write" if no_write else "--output")
    now = app.time(as_of) or app.now
    chosen = (
        month(in_month)
        if in_month is not None
        else instants.months_before(instants.month_of(now, app.policy.zone), 2)[0]
    )
    complaints, problems = app.book.all()
    found = figures(complaints, app.policy, month=chosen, as_of=now)
    report = records.report(found, app.policy, app.ledger.head())
    if not no_write:
        target = app.start / output if output else app.root / "reports" / chosen
        files = _files(app, found, report)
        if keep:
            content = {target / name: text for name, text in files.items()}
            told = message(f"report {chosen}", [("Action", "report")])
            with app.ledger.writing():
                app.ledger.record(content, told, when=app.now.astimezone(app.policy.zone))
        else:
            folder.put(target, files, app.ledger.private)
        click.echo(_("written: {path}").format(path=target), err=True)
    if style == "json":
        click.echo(listing.as_json(report))
    else:
        rows = records.scores(report)
        columns = records.score_columns(app.policy, app.language)
        click.echo(listing.as_csv(rows, columns) if style == "csv" else listing.as_table(rows, columns, app.label))
    mention(problems)
    if problems:
        ctx.exit(FOUND)


def _files(app: App, found: Figures, report: dict[str, Any]) -> dict[str, bytes]:
    """The report's files by their name."""
    from cmplt.output.charts import charts

    language = app.policy.language
    pictures = {f"charts/{name}": content for name, content in charts(found, app.policy, language).items()}
    rows = listing.as_csv(records.scores(report), dict.fromkeys(records.score_columns(app.policy, language)))
    return {"report.json": (listing.as_json(report) + "\n").encode(), "scores.csv": (rows + "\n").encode(), **pictures}
