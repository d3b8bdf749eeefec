"""demo: a sample office to play with."""

from pathlib import Path

import click

from cmplt.app import App
from cmplt.errors import Exists
from cmplt.i18n import _
from cmplt.repository import driver
from cmplt.repository.fastimport import bring_in
from cmplt.repository.ledger import Ledger
from cmplt.storage import sample

NEXT = _("""\
{office}: {complaints} complaints, {commits} commits. You are {name} here.
Try:

  cd {directory}
  cmplt overdue                      who owes what and is past the time
  cmplt list                         what is open
  cmplt show --explain {example}          one complaint, each due time spelled out
  cmplt log {example}                     its audit trail
  cmplt report --month {month}       the month's figures and charts
  cmplt check                        every file is sound""")


@click.command(
    help=_("""\
Build a sample office in DIR (default: cmplt-demo): a car dealer with half a year of complaints, or another kind.

Its git history is real: each command is a commit by its actor at its instant.
""")
)
@click.argument("directory", metavar="[DIR]", default="cmplt-demo", type=click.Path(path_type=Path))
@click.option(
    "--profile",
    metavar="NAME",
    default=sample.FIRST,
    help=_("The kind of organisation: {names}.").format(names=", ".join(sample.names())),
)
@click.pass_obj
def command(app: App, directory: Path, profile: str) -> None:
    root = (app.start / directory).resolve()
    clerk = next(iter(sample.people(profile).values()))
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise Exists(path=root, remedy=_("Name a folder that does not exist yet: cmplt demo DIR."))
    history = sample.history(profile)
    ledger = Ledger.create(root)
    bring_in(ledger, history, clerk=clerk)
    driver.register(ledger)
    ids = sorted({Path(name).stem for past in history for name in past.files if name.startswith("complaints/")})
    example = max(ids, key=lambda each: sum(any(each in name for name in past.files) for past in history))
    told = NEXT.format(
        office=App(root, app.language).office,
        complaints=len(ids),
        commits=len(history),
        name=clerk.name,
        directory=directory,
        example=example[-4:],
        month=f"{ids[-1][:4]}-{ids[-1][4:6]}",
    )
    click.echo(told)
