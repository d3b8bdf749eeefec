"""measure new: proposes a measure."""

from typing import Any

import click

from cmplt.app import App
from cmplt.commands.entering import entry_of
from cmplt.commands.measure_steps import echo
from cmplt.commands.options import ask, attended, due
from cmplt.domain.draft import Draft
from cmplt.domain.measure import KINDS
from cmplt.i18n import _

_NEEDED = ("kind", "title", "department", "due")


@click.command()
@click.option("--kind", metavar="KIND", help=_("interim (begins at once), corrective, preventive or improvement."))
@click.option("--title", help=_("One line."))
@click.option("--description", help=_("What is to be done, and why."))
@click.option("--complaint", "complaints", multiple=True, metavar="ID", help=_("A complaint that it comes from."))
@click.option("--category", metavar="KEY", help=_("What it is about (default: that of the complaints)."))
@click.option("--department", metavar="KEY", help=_("Who carries it out (default: who has the complaints)."))
@click.option("--owner", metavar="NAME", help=_("Who sees to it there."))
@due
@click.option("--at", metavar="TIME", help=_("When it was proposed, if not now."))
@click.option("--by", metavar="NAME", help=_("Who did it (default: you, as git knows you)."))
@click.option("--reason", help=_("Why it is entered late."))
@click.option("--note", help=_("A remark on the proposal."))
@click.pass_obj
def new(app: App, /, at: str | None, by: str | None, reason: str | None, note: str | None, **options: Any) -> None:
    """Propose a measure and print its id. It may come from complaints, or from none."""
    options["complaints"] = [app.book.find(part).stem for part in dict.fromkeys(options["complaints"])]
    given = _asked(app, {**options, **_usual(app, options)})
    names = ("kind", "title", "description", "complaints", "category", "department", "owner")
    facts = {name: given[name] for name in names if given[name] is not None}
    with app.writing() as office:
        entry = entry_of(office, at=at, by=by, reason=reason)
        draft = Draft("new", {"note": note}, due=office.time(given["due"]))
        proposed = office.measure_desk.propose(facts, draft, entry, office.choice)
    echo(office, proposed)


def _usual(app: App, options: dict[str, Any]) -> dict[str, str]:
    """The category and the department that all of its complaints have, where nothing else was said."""
    files = (app.book.open(app.book.find(each)) for each in options["complaints"])
    found = [app.policy.history(file.complaint).now for file in files]
    shared: dict[str, set[str | None]] = {
        "category": {each.facts.category for each in found},
        "department": {each.department for each in found},
    }
    common = {name: values.pop() for name, values in shared.items() if len(values) == 1}
    return {name: value for name, value in common.items() if value and options[name] is None}


def _asked(app: App, given: dict[str, Any]) -> dict[str, Any]:
    """What is given, with what is missing asked for; raises Missing where nobody can be asked."""
    if attended() and not given["kind"]:
        given["kind"] = click.prompt(_("Kind"), type=click.Choice(KINDS), err=True)
    return ask(app, "measure new", given, _NEEDED)


STEPS = {"new": new}
