"""decline: a role's refusal of the proposal."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.i18n import _


@click.option("--role", metavar="ROLE", help=_("Default: the role of yours that is waited for."))
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Decline the proposal that waits. Only as yourself, under a role you hold."""
    return [Draft("decline", fields)]


command = entering("decline", many=True, others=False)(drafting)
