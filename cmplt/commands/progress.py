"""progress: a report to the customer department."""

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain.draft import Draft
from cmplt.domain.process import History


def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Report to the customer department how it goes."""
    return [Draft("progress", fields)]


command = entering("progress", many=True)(drafting)
