"""merge-file: what git runs to merge two sides of a complaint or measure."""

from pathlib import Path

import click

from cmplt.errors import FOUND
from cmplt.i18n import _
from cmplt.output.messages import harmless
from cmplt.storage import mergefile

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command()
@click.argument("base", type=_FILE)
@click.argument("ours", type=_FILE)
@click.argument("theirs", type=_FILE)
@click.argument("name", default="", metavar="[PATH]")
@click.pass_context
def command(ctx: click.Context, base: Path, ours: Path, theirs: Path, name: str) -> None:
    """Merge THEIRS into OURS, both gone on from BASE, as git's merge driver: the events of both sides are kept.

    Where that cannot be, OURS is left with git's marks of a conflict, and the exit code is 1.
    """
    reason = mergefile.merge_files(base, ours, theirs)
    if reason is not None:
        click.echo(harmless(_("{path}: conflict: {reason}").format(path=name or ours, reason=_(reason))), err=True)
        ctx.exit(FOUND)
