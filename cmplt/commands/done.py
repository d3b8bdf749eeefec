"""done: a task is done."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain.draft import Draft
from cmplt.domain.process import History


@click.argument("task")
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Write down that the task TASK is done."""
    return [Draft("done", fields)]


command = entering("done")(drafting)
