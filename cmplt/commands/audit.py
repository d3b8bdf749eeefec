"""audit: the history against its promise."""

import sys

import click

from cmplt.app import App
from cmplt.commands.options import output_format
from cmplt.errors import FOUND
from cmplt.history import damage, guard, scope
from cmplt.history.audit import Audit
from cmplt.i18n import _
from cmplt.output import listing, messages, records
from cmplt.repository import seen


@click.command()
@click.option("--since", metavar="REV", help=_("Only what was committed after REV, which must be in the history."))
@click.option("--require-signed", is_flag=True, help=_("Approvals must be signed, whatever the policy says."))
@click.option(
    "--stdin", "pushed", is_flag=True, help=_("Judge a push: lines 'OLD NEW REF', as git hands them to pre-receive.")
)
@output_format
@click.pass_context
def command(ctx: click.Context, since: str | None, require_signed: bool, pushed: bool, style: str) -> None:
    """Prove that nobody changed the past: walk the history and name every commit that did more than add.

    Each finding names commit, file, line and rule. The last commit looked at is printed, and remembered in this clone:
    later it must still be part of the history. Written down elsewhere and given as --since, it proves the same of
    any clone.
    """
    app: App = ctx.obj
    ledger = app.audited
    asked = guard.pushed(ledger, sys.stdin.buffer.read(), since) if pushed else scope.history(ledger, since)
    damaged = [] if pushed else damage.findings(ledger)  # what is pushed is named anew by who receives it
    audit = Audit(asked.past, app.now, require_signed=require_signed)
    found = damaged or [*asked.findings, *asked.judged(audit)]
    if style == "table":
        for each in found:
            click.echo(messages.finding(each.commit, each.problem))
    else:
        rows = [{"commit": each.commit, **records.problem(each.problem)} for each in found]
        listing.emit(rows, {"commit": _("commit"), **records.PROBLEM}, style, app.label)
    failed = [each.commit for each in found if each.problem.level == "error"]
    if asked.last and not (pushed and failed):  # what is refused leads to nothing
        # what is pushed is not in yet; and what breaks a rule here, and was not sent, may still be taken back
        if not pushed and asked.seen >= set(failed):
            seen.remember(ledger, asked.last)
        click.echo(
            _("commits audited: {count}, up to {last}").format(count=len(asked.names), last=asked.last), err=True
        )
    if failed:
        ctx.exit(FOUND)
