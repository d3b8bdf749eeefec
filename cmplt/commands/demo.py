"""demo: a sample office to play with."""

from pathlib import Path

import click

from cmplt.app import App
from cmplt.errors import Exists
from cmplt.i18n import _
from cmplt.storage import sample
from cmplt.storage.ledger import Ledger

NEXT = _("""\
Half a year of a car dealer's complaints: {complaints} complaints, {commits} commits. You are {name} here.
Try:

  cd {directory}
  cmplt overdue                      who owes what and is past the time
  cmplt list                         what is open
  cmplt show --explain {example}          one complaint, each due time spelled out
  cmplt log {example}                     its audit trail
  cmplt report --month 2026-10       the month's scores and charts
  cmplt check                        every file is sound""")


@click.command()
@click.argument("directory", metavar="[DIR]", default="cmplt-demo", type=click.Path(path_type=Path))
@click.pass_obj
def command(app: App, directory: Path) -> None:
    """Build a sample office in DIR (default: cmplt-demo): a car dealer with half a year of complaints.

    Its git history is real: each event is a commit by its actor at its instant.
    """
    root = (app.start / directory).resolve()
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise Exists(path=root, remedy=_("Name a folder that does not exist yet: cmplt demo DIR."))
    clerk = next(iter(sample.people().values()))
    history = sample.history()
    ledger = Ledger.create(root)
    ledger.bring_in(history, clerk=clerk)
    ids = sorted({name for past in history for name in past.files if name.startswith("complaints/")})
    example = max(ids, key=lambda name: sum(name in past.files for past in history))
    told = NEXT.format(
        complaints=len(ids), commits=len(history), name=clerk.name, directory=directory, example=Path(example).stem[-4:]
    )
    click.echo(told)
