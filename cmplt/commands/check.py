"""check: every file against schema, policy and process."""

from pathlib import Path

import click

from cmplt.app import App
from cmplt.commands.options import output_format
from cmplt.errors import FOUND
from cmplt.i18n import _
from cmplt.output import filling, listing, messages, records
from cmplt.storage import forms, inspection
from cmplt.storage.tree import WorkTree


@click.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE…]")
@click.option("--strict", is_flag=True, help=_("Exit with 1 on warnings too."))
@click.option(
    "--staged", is_flag=True, help=_("The files of the commit that is being made, as they will be committed.")
)
@output_format
@click.pass_context
def command(ctx: click.Context, files: tuple[Path, ...], strict: bool, staged: bool, style: str) -> None:
    """Check files (default: all of them) against schema, policy and process; list everything that is wrong.

    Errors: what makes a file unreadable, breaks the schema, or was changed after the fact. Warnings: events that
    the process did not allow, and what a file breaks only by today's policy.
    """
    app: App = ctx.obj
    found = inspection.inspect(app.root, app.ledger, files=[app.start / file for file in files], staged=staged)
    if not files and not staged:
        own = forms.faulty(WorkTree(), app.root, filling.vocabularies())
        found += [each for each in own if each not in found]  # a folder of both may be what is wrong
    if style == "table":
        for each in found:
            click.echo(messages.problem(each))
    else:
        listing.emit([records.problem(each) for each in found], records.PROBLEM, style, app.label)
    if any(each.level == "error" or strict for each in found):
        ctx.exit(FOUND)
