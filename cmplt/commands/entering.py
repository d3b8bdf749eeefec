"""What the commands that enter an event have in common: ids, --at, --by, --reason, --note, and the echo."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import click

from cmplt.app import App
from cmplt.commands.hints import hints
from cmplt.commands.options import ask
from cmplt.domain import approvals
from cmplt.domain.complaint import Complaint
from cmplt.domain.draft import Draft, Entry
from cmplt.domain.entry import CLOCK_DIFFERENCE, handed_back
from cmplt.domain.process import OPEN, PROCESS, History
from cmplt.domain.signers import Signer, accepted
from cmplt.domain.verdict import OWN_HAND
from cmplt.errors import NotSigning, OnlyIdentity, WrongKey
from cmplt.i18n import N_, _
from cmplt.storage import office

Fields = dict[str, Any]
Drafting = Callable[[App, History, Fields], list[Draft]]


def entering(
    action: str, *, many: bool = False, others: bool = True, first: Callable[[Fields], Fields] = dict
) -> Callable[[Drafting], click.Command]:
    """Make a command of a function that drafts the events of one action from its own options.

    `many`: it takes several ids. `others`: it may be entered for somebody else (--by). `first`: completes the options,
    by asking too; while it is the command's turn to write nobody is asked, for others wait.
    """

    def decorate(drafting: Drafting) -> click.Command:
        @click.pass_obj
        def run(
            app: App, /, complaint_ids: Any, at: str | None, reason: str | None, by: str | None = None, **options: Any
        ) -> None:
            fields = first(ask(app, action, {**options, "reason": reason}, _to_ask(action)))
            with app.writing() as mine:
                entry = entry_of(mine, at=at, by=by, reason=fields.pop("reason"))
                signed(mine, action)
                if action == "close" and by not in (None, entry.identity.name):
                    raise OnlyIdentity(action=action, identity=entry.identity.name)
                paths = mine.find(complaint_ids if many else [complaint_ids])
                entered = mine.desk.append(paths, lambda history: drafting(mine, history, dict(fields)), entry)
            echo(mine, entered, action)

        command: click.Command = click.command(action)(run)
        command.params = [_ids(many), *getattr(drafting, "__click_params__", [])[::-1], *_common(others)]
        command.help = drafting.__doc__
        return command

    return decorate


def signed(app: App, action: str) -> None:
    """Refuse an approval that must be signed where git does not sign, or with a key that audit would not accept."""
    if action not in OWN_HAND or not app.policy.signed_approvals:
        return
    if not app.ledger.signs:
        raise NotSigning
    author, used = app.ledger.identity(), Signer.read(app.ledger.signing_key or "")
    listed = [*filter(None, map(Signer.read, app.policy.signers))]
    if used and not accepted(listed, [used.fingerprint], author, (author.name, author.email)):
        raise WrongKey(key=used.fingerprint, name=author.name)


def entry_of(app: App, *, at: str | None, by: str | None, reason: str | None) -> Entry:
    """Who enters something, and when."""
    if not office.founded(app.ledger):  # init was killed
        click.echo(_("warning: cmplt.yaml is in no commit yet; finish setting up: cmplt init"), err=True)
    last = app.ledger.committed_at()
    if last and last - app.now > max(CLOCK_DIFFERENCE, app.policy.late_entry):
        told = _(
            "warning: this machine's clock says {now}, and the last commit here is of {last}: one of two clocks is "
            "wrong, and the audit will name it. If it is this one, set it before you go on."
        )
        click.echo(told.format(now=spoken(app, app.now), last=spoken(app, last)), err=True)
    given = app.time(at)
    identity = app.ledger.identity()
    return Entry(now=app.now, by=by or identity.name, identity=identity, at=given, reason=reason)


def echo(app: App, entered: Sequence[Complaint], action: str) -> None:
    """The ids on stdout; on stderr what is owed now, and what an escalation or an approval leaves to be done."""
    provisional: set[str] = set()
    for complaint in entered:
        click.echo(complaint.id)
        history = app.policy.history(complaint)
        _what_was(app, history, complaint.events[-1].at, action)
        for each in sorted((o for o in app.obligations(history) if o.stands), key=lambda o: (o.due, o.name)):
            line = _("{name}: {department} by {due}")
            due = line.format(
                name=each.name, department=app.label("departments", each.owed_by), due=spoken(app, each.due)
            )
            click.echo(f"  {due}", err=True)
        _what_waits(app, history, action)
        written = {name for event in complaint.events for name in event.get("provisional") or ()}
        provisional |= written & {o.name for o in app.obligations(history) if o.stands}
    if provisional:
        unpublished(provisional)
    if action in _AFTERWARDS:
        told = _(_AFTERWARDS[action])
        click.echo(told.format(id=" ".join(complaint.id for complaint in entered)), err=True)
    hints(app, entered, action)


# What is to be known once an action is done.
_AFTERWARDS = {
    "redact": N_(
        "The file is blank there from now on. Its older commits ('cmplt log {id}' names them), every other clone, "
        "notes and attachments still hold what they held."
    ),
}


def _what_was(app: App, history: History, at: datetime, action: str) -> None:
    """What came late with this entry, what did not count, and where the complaint has come to an end."""
    for each in app.obligations(history):
        if each.met == at and each.state(at) == "late":
            text = _("{name}: late, it was due {due}").format(name=each.name, due=spoken(app, each.due))
            click.echo(f"  {text}", err=True)
    last = history.steps[-1]
    if action == "followup" and last.before.early(last.event):
        click.echo("  " + _("early: it does not count as the follow-up that is owed"), err=True)
    if last.after.status not in OPEN:
        click.echo("  " + _(str(last.after.status)), err=True)


def unpublished(names: Any) -> None:
    """Warn, once a command, that due instants rest on a year whose make-up days are not published."""
    text = _(
        "warning: the working days of that year are not published yet, or this installation does not know them; "
        "the due time of {names} may be wrong. Bring the 'holidays' package up to date, or name the days under "
        "calendar.exceptions in cmplt.yaml."
    )
    click.echo(text.format(names=", ".join(sorted(names))), err=True)


def _what_waits(app: App, history: History, action: str) -> None:
    facts = history.now.facts
    if action == "escalate":
        department, role = app.policy.route(facts.category, facts.severity)
        elsewhere = department and department != history.now.department
        if elsewhere or (role and history.now.owner not in (None, *app.policy.members(role))):
            text = _("category {category} sends a complaint of severity {severity} to {department}")
            label = app.label("departments", department) + (f" ({role})" if role else "")
            click.echo("  " + text.format(category=facts.category, severity=facts.severity, department=label), err=True)
    if action in ("propose", "escalate", "approve", "decline", "close"):
        roles = approvals.missing(history, app.policy)
        waits = history.now.waiting
        if roles and (waits or action != "close"):
            told = _("approval needed from: {roles}") if waits else _("to be proposed, and approved by: {roles}")
            click.echo("  " + told.format(roles=", ".join(roles)), err=True)


def spoken(app: App, instant: datetime) -> str:
    """An instant for a person: local time, with seconds only where there are any."""
    local = instant.astimezone(app.policy.zone)
    return local.strftime("%Y-%m-%d %H:%M:%S" if local.second else "%Y-%m-%d %H:%M")


def hand_back(draft: Draft, history: History, fields: Fields, due: datetime | None) -> list[Draft]:
    """An event that starts a new round, and the assignment that goes with it."""
    back = handed_back(history.now, department=fields.get("department"), owner=fields.get("owner"))
    return [draft] if back is None else [draft, Draft("assign", back, due=due)]


# Compulsory fields that the program works out itself, or that a command asks for in its own way.
_WORKED_OUT = {
    "escalate": ("severity",),
    "approve": ("role",),
    "decline": ("role",),
    "amend": ("changes",),
    "attach": ("files",),
    "redact": ("fields",),
    "followup": ("result",),
    "assign": ("department",),
}


def _to_ask(action: str) -> tuple[str, ...]:
    return tuple(name for name in PROCESS[action].compulsory if name not in _WORKED_OUT.get(action, ()))


def _ids(many: bool) -> click.Argument:
    name = "ID…" if many else "ID"
    return click.Argument(["complaint_ids"], metavar=name, required=True, nargs=-1 if many else 1)


def _common(others: bool) -> list[click.Parameter]:
    found: list[click.Parameter] = [
        click.Option(["--at"], metavar="TIME", help=_("When it happened, if not now.")),
        click.Option(["--reason"], help=_("Why; also why it is entered late.")),
        click.Option(["--note"], help=_("What was said.")),
    ]
    if others:
        found.insert(1, click.Option(["--by"], metavar="NAME", help=_("Who did it (default: you, as git knows you).")))
    return found
