"""log: the audit trail from git."""

import click

from cmplt.app import App
from cmplt.commands.options import output_format
from cmplt.output import listing, records
from cmplt.repository import trail


@click.command()
@click.argument("complaint_ids", metavar="ID…", nargs=-1, required=True)
@output_format
@click.pass_obj
def command(app: App, complaint_ids: tuple[str, ...], style: str) -> None:
    """Show who committed what to a complaint, and when, oldest first."""
    rows = [
        records.commit(path.stem, each, app.policy)
        for path in app.find(complaint_ids)
        for each in trail.commits(app.ledger, path)
    ]
    listing.emit(rows, records.COMMIT, style, app.label)
