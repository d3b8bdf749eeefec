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
    """Hand the complaint to DEPARTMENT; left out: where its category sends it.

    --due sets a time by which it is to be resolved.
    """
    due = app.time(fields.pop("due"))
    facts = history.now.facts
    route = app.policy.route(facts.category, facts.severity)
    fields["department"] = fields["department"] or route.department
    if fields["department"] is None:
        raise NoRoute(category=facts.category, id=history.complaint.id)
    if fields["owner"] is None and route.role and fields["department"] == route.department:
        members = app.policy.members(route.role)
        fields["owner"] = members[0] if len(members) == 1 else None
    if fields["owner"] is None and fields["department"] == history.now.department:
        fields["owner"] = history.now.owner
    return [Draft("assign", fields, due=due)]


command = entering("assign")(drafting)
