"""resolve: the outcome."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.i18n import _


@click.option("--outcome", help=_("What was done for the customer."))
@click.option("--cause", metavar="KEY", help=_("What it came from."))
@click.option("--agreed", metavar="TIME", help=_("When the customer agreed, if not now."))
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Write down the outcome. What the policy wants approved must have been approved."""
    agreed = app.time(fields["agreed"])
    return [Draft("resolve", {**fields, "agreed": app.show(agreed) if agreed else None})]


command = entering("resolve")(drafting)
