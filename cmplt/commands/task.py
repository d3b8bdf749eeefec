"""task: something to be done in a complaint."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.commands.options import due
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.i18n import _


@click.argument("task")
@click.option("--title", help=_("What it is about (default: its name)."))
@click.option("--department", metavar="KEY", help=_("Who does it (default: the one that has the complaint)."))
@due
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Give a department the task TASK; with --due it is owed by then."""
    due = app.time(fields.pop("due"))
    return [Draft("task", fields, due=due)]


command = entering("task")(drafting)
