"""reject: the complaint is not valid."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.i18n import _


@click.option("--via", metavar="CHANNEL", help=_("How it was explained."))
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Explain to the customer that the complaint is not valid, and why."""
    return [Draft("reject", fields)]


command = entering("reject")(drafting)
