"""close: no agreement could be reached."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.i18n import _


@click.option("--recourse", help=_("Where the customer may turn (default: what the policy says)."))
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Close the complaint although no agreement could be reached. Only as yourself, under the role the policy names."""
    return [Draft("close", fields)]


command = entering("close")(drafting)
