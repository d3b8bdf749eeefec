"""report: a period's document, charts and scores."""

import hashlib
import sys
from dataclasses import replace
from pathlib import Path

import click

from cmplt.app import App
from cmplt.commands.options import as_of, period, period_options
from cmplt.commands.reading import mention
from cmplt.commands.waiting import watched
from cmplt.domain.figures import figures
from cmplt.domain.period import Period
from cmplt.domain.restatements import restatements
from cmplt.errors import FOUND, BadOption
from cmplt.i18n import _, speaking
from cmplt.output import listing, reporting
from cmplt.output.edition import Edition
from cmplt.output.reporting import Basis
from cmplt.repository import recording, trail
from cmplt.repository.trail import message
from cmplt.repository.writing import writing
from cmplt.storage import reports
from cmplt.storage.tree import Revision


@click.command()
@period_options
@as_of
@click.option("--rev", metavar="COMMIT", help=_("Of the complaints and the policy as this commit has them."))
@click.option("--department", metavar="KEY", help=_("Only what is with this department, and what it owes."))
@click.option("--output", metavar="DIR", type=click.Path(path_type=Path), help=_("Default: reports/PERIOD."))
@click.option("--no-write", is_flag=True, help=_("Only print the scores."))
@click.option("--commit", "keep", is_flag=True, help=_("Commit what was written."))
@click.option("--lang", type=click.Choice(["en", "zh"]), help=_("The report's language (default: the policy's)."))
@click.option(
    "--format", "style", type=click.Choice(["table", "json", "csv", "md"]), default="table", help=_("What to print.")
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    as_of: str | None,
    rev: str | None,
    department: str | None,
    output: Path | None,
    no_write: bool,
    keep: bool,
    lang: str | None,
    style: str,
    **chosen: str | None,
) -> None:
    """Write a period's report (last month's) and print the departments' scores.

    The same commit and the same --as-of give the same files, byte for byte, on any day.
    """
    app: App = ctx.obj
    if keep and (no_write or output):
        raise BadOption(option="--commit", other="--no-write" if no_write else "--output")
    if no_write and output:
        raise BadOption(option="--no-write", other="--output")
    app = replace(app, revision=rev) if rev is not None else app
    now = app.time(as_of) or app.now
    if department is not None and department not in app.policy.tables["departments"]:
        app.policy.known("departments", department)
    of = period(chosen, now.astimezone(app.policy.zone).date())
    committed = app.tree if isinstance(app.tree, Revision) else Revision(app.ledger, app.ledger.head() or "")
    earlier, unlike = reports.committed(committed, before=of.first)
    looked_at = [of.before(), *(Period.month(each.month) for each in earlier)]
    courses, unreadable = app.courses(
        now,
        since=min(each.window(app.policy.zone).start for each in looked_at),
        watch=lambda paths: watched(paths, _("Reading complaints")),
    )
    measures, unread = app.measures.all()
    unreadable += unread
    found = figures(
        courses,
        app.policy,
        period=of,
        as_of=now,
        department=department,
        measures=measures,
        addresses=trail.addresses(app.ledger, committed.commit),
    )
    restated = restatements(earlier, courses, app.policy, as_of=now)
    basis = Basis(
        commit=committed.commit or None,
        policy=hashlib.sha256(app.policy_text.replace("\r\n", "\n").encode()).hexdigest(),
        uncommitted=app.ledger.differing(reports.SOURCES) if app.revision is None else (),
        unreadable=unreadable,
        unlike=unlike,
        restatements=[each for each in restated if department in (None, each.department)],
    )
    edition = Edition(
        found,
        app.policy,
        basis,
        lang or app.policy.language,
        reports.templates(app.tree, app.root),
        watch=lambda names: watched(names, _("Drawing charts")),
    )
    if not no_write:
        target = app.start / output if output else app.root / "reports" / edition.name
        _put(app, target, edition, keep)
    click.echo(_printed(edition, style, lang or app.language))
    mention((*unreadable, *unlike))
    if unreadable:
        ctx.exit(FOUND)


def _put(app: App, target: Path, edition: Edition, keep: bool) -> None:
    files, missing = edition.files()
    with writing(app.ledger):
        if keep:
            told = message(f"report {edition.name}", [("Action", "report")])
            when = app.now.astimezone(app.policy.zone)
            recording.record(app.ledger, {target / name: files[name] for name in files}, told, when=when, folder=target)
        else:
            recording.put(app.ledger, target, files)
    for character in missing:
        click.echo(
            _("No font here has {character}; the PNG charts show a box for it.").format(character=character), err=True
        )
    if sys.stderr.isatty():  # cron mails what it is told
        click.echo(_("written: {path}").format(path=target), err=True)


def _printed(edition: Edition, style: str, language: str) -> str:
    if style == "md":
        return edition.markdown()
    if style == "json":
        return listing.as_json(edition.record)
    rows, columns = reporting.scores(edition.record), reporting.score_columns(edition.record, edition.policy, language)
    if style == "csv":
        return listing.as_csv(rows, columns)
    with speaking(language):
        return listing.as_table(rows, columns, lambda table, key: edition.policy.label(table, key, language))
