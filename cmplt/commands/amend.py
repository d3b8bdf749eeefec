"""amend: corrects facts."""

from typing import Any

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.commands.facts import fact
from cmplt.commands.options import pairs
from cmplt.domain.draft import Draft
from cmplt.domain.process import History


@click.argument("changes", nargs=-1, required=True, metavar="FIELD=VALUE…")
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Correct facts, for example severity=general, customer.contact=…, details.plate=… Nothing old is erased.

    An empty value takes the fact away. Deadlines already given stay as they are.
    """
    given: dict[str, Any] = pairs(fields["changes"], "FIELD=VALUE")
    changes = {name: {"to": fact(app, name, text)} for name, text in given.items()}
    return [Draft("amend", {"changes": changes, "note": fields["note"]})]


command = entering("amend")(drafting)
