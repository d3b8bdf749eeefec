"""respond: a talk with the customer."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.i18n import _


@click.option("--via", metavar="CHANNEL", help=_("How the customer was reached."))
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Write down a talk with the customer; the first one is the response."""
    return [Draft("respond", fields)]


command = entering("respond", many=True)(drafting)
