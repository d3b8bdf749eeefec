"""assign: hands a complaint to a department."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.commands.options import due
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.errors import NoRoute
from cmplt.i18n import _


@click.argument("department", required=False)
@click.option("--owner", metavar="NAME", help=_("Who sees to it there."))
@due
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Hand the complaint to DEPARTMENT; left out: where its category sends it, and to whom.

    --due sets a time by which it is to be resolved.
    """
    due = app.time(fields.pop("due"))
    facts = history.now.facts
    if fields["department"] is None:
        department = app.policy.route(facts.category, facts.severity).department
        if department is None:
            raise NoRoute(category=facts.category, id=history.complaint.id)
        # once it is graver the category may send it to somebody else in the department that already has it
        fields["owner"] = fields["owner"] or app.policy.routed_owner(facts, department)
        fields["department"] = department
    return [Draft("assign", fields, due=due)]


command = entering("assign")(drafting)
