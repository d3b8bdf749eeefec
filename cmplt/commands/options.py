"""Options that several commands share, and asking for what is missing."""

import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from cmplt.app import App
from cmplt.domain import instants
from cmplt.domain.policy import FIELDS
from cmplt.errors import BadMonth, BadPair, Missing, Twice, UnknownName
from cmplt.i18n import _
from cmplt.output import messages

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

as_of = click.option("--as-of", "as_of", metavar="TIME", help=_("As it stood at TIME (default: now)."))
output_format = click.option(
    "--format", "style", type=click.Choice(["table", "json", "csv"]), default="table", help=_("How to print it.")
)
due = click.option("--due", metavar="TIME", help=_("By when."))


def month(text: str) -> str:
    """A month as it was given; raises BadMonth."""
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) or not instants.EARLIEST < int(text[:4]) < instants.LATEST:
        raise BadMonth(text=text)
    return text


def pairs(texts: tuple[str, ...], form: str = "NAME=VALUE") -> dict[str, str]:
    """`a=1 b=2` as a mapping; raises BadPair."""
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not name or not equals:
            raise BadPair(text=text, form=form)
        if name in found:
            raise Twice(name=name)
        found[name] = value
    return found


def attended() -> bool:
    """Whether a person sits at a terminal who can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(app: App, command: str, values: Mapping[str, Any], needed: tuple[str, ...]) -> dict[str, Any]:
    """The values with those that are needed and missing asked for; raises Missing where nobody can be asked."""
    missing = [name for name in needed if values.get(name) in (None, "", ())]
    if missing and not attended():
        options = ", ".join("--" + name.rpartition(".")[2].replace("_", "-") for name in missing)
        raise Missing(options=options, command=command)
    return {**values, **{name: _asked(app, name) for name in missing}}


def _asked(app: App, name: str) -> Any:
    table = FIELDS.get(name)
    if name == "points":
        return click.prompt(_("Points"), type=int, err=True)
    title = name.rpartition(".")[2].replace("_", " ").capitalize()
    if name.startswith("details."):
        schema = app.policy.data["details"].get("properties", {}).get(name.removeprefix("details."), {})
        title = schema.get("title", title)
    if table is None:
        return str(click.prompt(_(title), err=True))
    names = app.policy.offered(table)
    for number, key in enumerate(names, 1):
        click.echo(f"  {number:2}  {key:24} {app.label(table, key)}", err=True)
    while True:
        answer = str(click.prompt(_(title), err=True))
        chosen = names[int(answer) - 1] if answer.isdigit() and 0 < int(answer) <= len(names) else answer
        try:
            app.policy.known(table, chosen)
        except UnknownName as error:
            click.echo(" ".join(messages.said(error)), err=True)
        else:
            return chosen
