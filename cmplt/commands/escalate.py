"""escalate: raises severity or urgency, or reports a complaint up."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.commands.propose import one_or_list
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.errors import OneOf
from cmplt.i18n import _


@click.option("--severity", metavar="KEY", help=_("Graver than now."))
@click.option("--criterion", multiple=True, metavar="KEY", help=_("What makes it so; may be given several times."))
@click.option("--urgent", is_flag=True, help=_("It cannot wait for working hours."))
@click.option("--to", metavar="ROLE", help=_("The role it is reported to."))
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Raise severity or urgency, or report it up. Deadlines that this shortens are drawn in."""
    urgent = fields["urgent"] or None
    if not (fields["severity"] or fields["criterion"] or fields["to"] or urgent):
        raise OneOf(options="--severity, --criterion, --urgent, --to", command="escalate")
    return [Draft("escalate", {**fields, "urgent": urgent, "criterion": one_or_list(fields["criterion"])})]


command = entering("escalate")(drafting)
