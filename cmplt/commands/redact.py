"""redact: blanks personal data."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain import personal
from cmplt.domain.draft import Draft
from cmplt.domain.process import History


@click.argument("fields", nargs=-1, metavar="[FIELD…]")
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Blank the personal data of a closed or rejected complaint: the customer, and the detail that is the key.

    FIELD names other values, for example customer.contact, details.plate or description. They become [redacted],
    also in amendments. This blanks the file of today alone: older commits (cmplt log ID names them), every other
    clone, notes, and attachments still hold what they held.
    """
    found = personal.to_redact(history.complaint, fields["fields"], app.policy)
    return [Draft("redact", {"fields": found, "note": fields["note"]})]


command = entering("redact")(drafting)
