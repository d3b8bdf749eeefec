"""propose: what is offered to the customer."""

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.errors import BadAmount
from cmplt.i18n import _


@click.option("--remedy", multiple=True, metavar="KEY", help=_("A remedy of the policy; may be given several times."))
@click.option("--compensation", metavar="AMOUNT", help=_("Money offered, for example 300 or 1200.50."))
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Write down what is offered; the policy may ask for somebody's approval of it."""
    amount = fields["compensation"]
    if amount is not None and not is_amount(amount):
        raise BadAmount(text=amount)
    return [Draft("propose", {**fields, "remedy": one_or_list(fields["remedy"])})]


def is_amount(text: str) -> bool:
    whole, point, cents = text.partition(".")
    digits = whole.isascii() and whole.isdigit() and (not point or (cents.isascii() and cents.isdigit()))
    return digits and len(cents) <= 2


def one_or_list(keys: tuple[str, ...]) -> str | list[str] | None:
    """A key, or a list of keys, as events hold them."""
    return keys[0] if len(keys) == 1 else list(keys) or None


command = entering("propose")(drafting)
