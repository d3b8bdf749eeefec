"""form: a paper that is filled from the record of a complaint, or of a month."""

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import click

from cmplt.app import App
from cmplt.commands.options import as_of, period
from cmplt.commands.reading import mention
from cmplt.domain.cases import Case
from cmplt.domain.figures import figures
from cmplt.domain.form import COMPLAINT, MONTH, Form
from cmplt.domain.obligations import obligations
from cmplt.domain.rules import spoken
from cmplt.errors import (
    FOUND,
    BadOption,
    BadOutput,
    Exists,
    FormOfComplaint,
    FormOfMonth,
    NoSuchComplaint,
    NotYet,
    Problem,
    WhichForm,
)
from cmplt.i18n import N_, _
from cmplt.output import filling, listing
from cmplt.output.dossier import Dossier
from cmplt.output.monthplaces import Month
from cmplt.output.paper import Paper
from cmplt.storage import forms

SUFFIXES = {".md": "md", ".html": "html", ".htm": "html"}
COLUMNS = {"name": N_("name"), "title": N_("title"), "of": N_("filled for")}
PURPOSES = {COMPLAINT: N_("a complaint"), MONTH: N_("a month")}


@click.command()
@click.argument("words", metavar="[ID] [NAME]", nargs=-1)
@click.option("--month", metavar="YYYY-MM", help=_("Fill it for this month."))
@click.option("--output", metavar="FILE", type=click.Path(path_type=Path), help=_("Write it there: .html or .md."))
@click.option(
    "--format", "style", type=click.Choice(["md", "html"]), help=_("Default: as --output ends, else Markdown.")
)
@as_of
@click.option("--lang", type=click.Choice(["en", "zh"]), help=_("The form's language (default: the policy's)."))
@click.pass_context
def command(
    ctx: click.Context,
    /,
    words: tuple[str, ...],
    month: str | None,
    output: Path | None,
    style: str | None,
    as_of: str | None,
    lang: str | None,
) -> None:
    """Fill a form from the record: as Markdown, or as a page that prints on A4 with lines to sign on.

    'cmplt form' lists the forms there are, 'cmplt form ID NAME' fills one for a complaint, 'cmplt form NAME --month
    YYYY-MM' for a month. A complaint's form is the paper for the file or the customer: it shows the customer's name and
    contact whole. A month's form shows no customer.
    """
    app: App = ctx.obj
    suffix = SUFFIXES.get(output.suffix.lower()) if output else "md"
    if output and suffix is None:
        raise BadOutput(path=output)
    counter = Counter(app, forms.texts(app.tree, app.root), lang or app.policy.language, as_of)
    if not words and month is None:
        ctx.exit(counter.listed())
    if month is None:
        paper, problems = counter.of_complaint(words)
    else:
        paper, problems = counter.of_month(words, month)
    text = filling.STYLES[style or suffix or "md"](paper, forms.templates(app.tree, app.root))
    if output:
        _written(app, app.start / output, text)
    else:
        click.echo(text, nl=False)
    mention(problems)
    if problems:
        ctx.exit(FOUND)


def _written(app: App, path: Path, text: str) -> None:
    """Write a paper, but over no link and over nothing that was attached."""
    office = (app.root / "attachments").resolve()
    if path.is_symlink() or (path.exists() and not path.is_file()) or path.resolve().is_relative_to(office):
        raise Exists(path=path, remedy=_("It is no ordinary file, or lies among the attachments; name another."))
    path.write_bytes(text.encode())


@dataclass(frozen=True)
class Counter:
    """Where forms are filled: the forms there are, and the office whose records fill them."""

    app: App
    found: forms.Texts
    language: str
    as_of: str | None

    def listed(self) -> int:
        """Print the forms there are; returns the exit code."""
        vocabularies = filling.vocabularies()
        rows, faulty = [], []
        for name in sorted(self.found):
            form = forms.parsed(name, self.found, vocabularies)
            if isinstance(form, Problem):
                faulty.append(form)
                continue
            of = _(" or ").join(_(PURPOSES[each]) for each in form.of)
            rows.append({"name": name, "title": spoken(form.title, self.app.language), "of": of})
        click.echo(listing.as_table(rows, COLUMNS))
        mention(faulty)
        return FOUND if faulty else 0

    def of_complaint(self, words: tuple[str, ...]) -> tuple[Paper, list[Problem]]:
        app = self.app
        if len(words) != 2:
            self._which(words)
        form = self._form(words[1])
        path = app.book.find(words[0])
        if COMPLAINT not in form.of:
            raise FormOfMonth(name=form.name)
        now = app.time(self.as_of) or app.now
        history = app.policy.history(app.book.open(path).complaint, as_of=now)
        if not history.exists:
            raise NotYet(id=history.complaint.id, at=app.show(now))
        case = Case(history, obligations(history, app.policy))
        measures, unreadable = app.undertaken(now) if "measures" in form.tables else ([], [])
        ours = [each for each in measures if case.id in each.now.facts.complaints]
        return filling.of_complaint(form, Dossier(case, app.policy, now, self.language, ours)), unreadable

    def of_month(self, words: tuple[str, ...], month: str) -> tuple[Paper, list[Problem]]:
        app = self.app
        if len(words) > 1:
            raise BadOption(option="--month", other="ID")
        if not words:
            self._which(words)
        now = app.time(self.as_of) or app.now
        of = period({"month": month, "quarter": None, "year": None, "first": None, "last": None}, now.date())
        form = self._form(words[0])
        if MONTH not in form.of:
            raise FormOfComplaint(name=form.name)
        courses, unreadable = app.courses(now, since=of.before().window(app.policy.zone).start)
        found = figures(courses, app.policy, period=of, as_of=now)
        return filling.of_month(form, Month(found, app.policy, self.language), unreadable), unreadable

    def _form(self, name: str) -> Form:
        return forms.form(name, self.found, filling.vocabularies())

    def _which(self, words: tuple[str, ...]) -> NoReturn:
        """Refuse a command line that leaves open which form, or of what."""
        if len(words) == 1 and words[0] not in self.found:
            try:
                self.app.book.find(words[0])
            except NoSuchComplaint:
                raise forms.unknown_form(words[0], self.found) from None
        raise WhichForm(names=list(self.found))
