"""adjust: points added or taken."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.i18n import _


@click.option("--points", type=int, help=_("For example 1 or -2."))
@click.option("--department", metavar="KEY", help=_("Whose points (default: the one that has the complaint)."))
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Add or take points of a department in the month of this entry."""
    return [Draft("adjust", {**fields, "points": int(fields["points"])})]


command = entering("adjust")(drafting)
