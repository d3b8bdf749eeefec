"""show: one complaint, whole."""

import click

from cmplt.app import App
from cmplt.commands.options import as_of, output_format
from cmplt.commands.reading import mention
from cmplt.domain.cases import Case
from cmplt.domain.obligations import obligations
from cmplt.errors import NotYet
from cmplt.i18n import _
from cmplt.output import listing, measures, page, records


@click.command()
@click.argument("complaint_ids", metavar="ID…", nargs=-1, required=True)
@click.option("--explain", is_flag=True, help=_("Spell out how each due time came about."))
@click.option("--reveal", is_flag=True, help=_("Show the customer's contact and key whole."))
@as_of
@output_format
@click.pass_obj
def command(
    app: App, complaint_ids: tuple[str, ...], explain: bool, reveal: bool, as_of: str | None, style: str
) -> None:
    """Show complaints: facts, where they stand, what is owed by when, and their events."""
    now = app.time(as_of) or app.now
    found = []
    for path in app.find(complaint_ids):
        history = app.policy.history(app.book.open(path).complaint, as_of=now)
        if not history.exists:
            raise NotYet(id=history.complaint.id, at=app.show(now))
        found.append(Case(history, obligations(history, app.policy)))
    if style == "table":
        calendar = app.calendar if explain else None
        pages = [
            page.complaint(case, app.policy, now=now, reveal=reveal, language=app.language, calendar=calendar)
            for case in found
        ]
        found_measures, problems = app.undertaken(now)
        grown = [measures.of_complaint(found_measures, case.id, app.policy) for case in found]
        click.echo("\n\n".join("\n\n".join(filter(None, parts)) for parts in zip(pages, grown, strict=True)))
        mention(problems)
        return
    rows = [records.whole(case, app.policy, now=now, reveal=reveal) for case in found]
    listing.emit(rows, records.WHOLE, style, app.label)
