"""reopen: a complaint is taken up again."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering, hand_back
from cmplt.commands.options import due
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.errors import NoDepartment
from cmplt.i18n import _


@click.option("--department", metavar="KEY", help=_("Hand it to another department than had it."))
@click.option("--owner", metavar="NAME", help=_("Who sees to it there."))
@due
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Take it up again: it was closed by mistake, or the customer comes back. Starts the next round."""
    due = app.time(fields["due"])
    if (fields["owner"] or due) and not (fields["department"] or history.now.department):
        raise NoDepartment(id=history.complaint.id)
    return hand_back(Draft("reopen", {"note": fields["note"]}), history, fields, due)


command = entering("reopen")(drafting)
