"""Options that several commands share, and asking for what is missing."""

import re
import sys
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import click

from cmplt.app import App
from cmplt.domain import instants
from cmplt.domain.period import Period
from cmplt.domain.policy import FIELDS
from cmplt.errors import Backwards, BadMonth, BadOption, BadPair, BadPeriod, Missing, NeedsOption, Twice, UnknownName
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


def period_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of which one says what time a report is about."""
    options = (
        click.option("--month", metavar="YYYY-MM", help=_("Default: last month.")),
        click.option("--quarter", metavar="YYYY-QN", help=_("Three months, for example 2026-Q4.")),
        click.option("--year", metavar="YYYY", help=_("Twelve months.")),
        click.option("--from", "first", metavar="DATE", help=_("From this day on …")),
        click.option("--to", "last", metavar="DATE", help=_("… up to this day, itself included.")),
    )
    for option in reversed(options):
        command = option(command)
    return command


def period(given: Mapping[str, str | None], today: date) -> Period:
    """The period that the options name, last month where they name none; raises BadOption, BadPeriod, BadMonth."""
    named = [name for name in ("month", "quarter", "year", "from", "to") if given[_DAYS.get(name, name)] is not None]
    text = {name: given[_DAYS.get(name, name)] or "" for name in named}
    if named == ["from", "to"]:
        first, last = _date(text["from"]), _date(text["to"])
        if first > last:
            raise Backwards(first=first, last=last)
        return Period.days(first, last)
    if len(named) > 1:
        raise BadOption(option=f"--{named[0]}", other=f"--{named[1]}")
    match named:
        case []:
            return Period.month(f"{today:%Y-%m}").before()
        case ["month"]:
            return Period.month(month(text["month"]))
        case ["quarter"]:
            match = re.fullmatch(r"([0-9]{4})-Q([1-4])", text["quarter"], re.IGNORECASE)
            if not match:
                raise BadPeriod(text=text["quarter"], kind=_("quarter"), form="2026-Q4")
            return Period.quarter(_year(match[1], text["quarter"]), int(match[2]))
        case ["year"]:
            return Period.year(_year(text["year"], text["year"]))
        case _:
            raise NeedsOption(option=f"--{named[0]}", other="--to" if named == ["from"] else "--from")


_DAYS = {"from": "first", "to": "last"}


def _year(digits: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{4}", digits) or not instants.EARLIEST < int(digits) < instants.LATEST:
        raise BadPeriod(text=text, kind=_("year"), form="2026")
    return int(digits)


def _date(text: str) -> date:
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError(text)
        found = date.fromisoformat(text)
    except ValueError:
        raise BadPeriod(text=text, kind=_("date"), form="2026-10-05") from None
    if not instants.EARLIEST < found.year < instants.LATEST:
        raise BadPeriod(text=text, kind=_("date"), form="2026-10-05")
    return found


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
