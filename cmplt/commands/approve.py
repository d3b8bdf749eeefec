"""approve: a role's consent to the proposal."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.i18n import _


@click.option("--role", metavar="ROLE", help=_("Default: the role of yours that is waited for."))
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Approve the proposal that waits. Only as yourself, under a role you hold."""
    return [Draft("approve", fields)]


command = entering("approve", many=True, others=False)(drafting)
