"""sync: brings the desks of an office together."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from cmplt.app import App
from cmplt.commands.entering import spoken
from cmplt.errors import FOUND, Edited, Shallow, StoppedOnceMerged
from cmplt.history import scope
from cmplt.history.audit import Audit
from cmplt.history.commits import Finding
from cmplt.i18n import _
from cmplt.output import messages
from cmplt.repository.exchange import Exchange
from cmplt.storage import meeting
from cmplt.storage.aftermath import Turned
from cmplt.storage.book import COMPLAINTS
from cmplt.storage.measures import MEASURES

_RECORDS = (".yaml", ".yml")
_CLOCKS = ("clock", "future")  # the rules that a machine's clock breaks


@click.command()
@click.argument("remote", metavar="[REMOTE]", required=False)
@click.option("--quiet", is_flag=True, help=_("Print only what somebody has to look at."))
@click.pass_context
def command(ctx: click.Context, remote: str | None, quiet: bool) -> None:
    """Fetch what other desks wrote, merge it, and push what was written here; again when somebody was faster.

    REMOTE is one of 'git remote'; left out, the one that the branch follows, or origin. Any git host will do.

    Where two desks wrote to one complaint, both desks' events stay, in the order in which they were recorded. What the
    process does not allow together stays too, and is void: it is named here, for you to say what is to be done.
    What came in, and what is to be sent, is audited. Where something breaks a rule it is named, and the exit code is 1;
    if it was written here, nothing is sent: it can still be taken back.
    """
    app: App = ctx.obj
    app.ledger.identity()  # a merge is somebody's
    exchange = Exchange.between(app.ledger, remote)
    found: list[Finding] = []  # in what came in
    told: list[str] = []  # at the end: nobody waits with the lock, or with what is to be sent, for a reader
    before = app.ledger.head()
    try:
        met = meeting.hold(
            exchange,
            app.now,
            turn=lambda: _turn(app),
            tell=lambda event: told.append(_turned(app, event)),
            look=lambda since, theirs: _sound(app, since, theirs, found, told),
        )
    except KeyboardInterrupt:
        if app.ledger.head() == before:
            raise
        raise StoppedOnceMerged() from None
    finally:
        for line in told:
            click.echo(line, err=True)
    if not quiet:
        click.echo(_("commits: {received} received, {sent} sent").format(received=met.received, sent=met.sent))
    if found:
        ctx.exit(FOUND)


def _sound(app: App, since: str | None, theirs: str | None, received: list[Finding], told: list[str]) -> bool:
    """Audit what came in and what is to be sent: where the shared repository has no guard, every desk is one.

    False where something that others do not have yet was no command's doing. That a clock was wrong keeps nothing
    back: it may have been another desk's.
    """
    try:
        asked = scope.history(app.ledger, since)
    except Shallow:  # a clone without the beginning proves nothing
        return True
    found = [each for each in asked.judged(Audit(asked.past, app.now)) if each.problem.level == "error"]
    told += [messages.finding(each.commit, each.problem) for each in found]
    shared = asked.past.leading_to([theirs] if theirs else [])
    old = [each for each in found if each.commit in shared]
    if old:
        sentence = _("others have this already; ask who committed it: git show {commits}")
        told.append(sentence.format(commits=" ".join(dict.fromkeys(each.commit[:10] for each in old))))
    received += found
    return all(each.commit in shared or each.problem.rule in _CLOCKS for each in found)


def _turned(app: App, turned: Turned) -> str:
    void = _(
        "{id}: the {action} of {at} by {by} is void: it was not possible after what another desk wrote; "
        "see 'cmplt show {id}', and write down what holds (amend, or what is possible now: {next})"
    )
    other = _(
        "{id}: the {action} of {at} by {by} was given for another proposal than now stands before it; "
        "propose again, and have that approved: cmplt propose {id}"
    )
    event, fields = turned.event, {"id": turned.id, "next": ", ".join(turned.next)}
    return (void if turned.void else other).format(action=event.action, by=event.by, at=spoken(app, event.at), **fields)


@contextmanager
def _turn(app: App) -> Iterator[None]:
    """This command's turn to write: what killed commands left is committed, whatever else was changed is refused."""
    with app.writing() as here:
        differing = [app.root / name for name in here.ledger.differing([COMPLAINTS, MEASURES])]
        # what else lies there is none of ours; of a folder that git ignores it names only that
        changed = [path for path in differing if path.suffix in _RECORDS or any(path.rglob("*.y*ml"))]
        for path in changed:
            if not path.is_file() or path.suffix != ".yaml":
                raise Edited(path=path.relative_to(app.root))
        measures = [path for path in changed if path.is_relative_to(app.root / MEASURES)]
        here.desk.settle([path for path in changed if path not in measures], here.now)
        here.measure_desk.settle(measures, here.now)
        yield
