"""What happens to a measure after it was proposed: one event each."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from cmplt.app import App
from cmplt.commands.entering import entry_of, signed, spoken
from cmplt.commands.options import ask, attended, due, pairs
from cmplt.domain.capa import PROCESS, undertaking
from cmplt.domain.capa_entry import rules
from cmplt.domain.draft import Draft
from cmplt.domain.measure import Measure
from cmplt.errors import BadOption, OneOf
from cmplt.i18n import N_, _
from cmplt.output.words import word

Fields = dict[str, Any]
Drafting = Callable[[App, Measure, Fields], Draft]


def step(
    action: str, *, others: bool = True, first: Callable[[App, Fields], Fields] | None = None
) -> Callable[[Drafting], click.Command]:
    """Make a command of a function that drafts the event; `others`: it may be entered for somebody else (--by).

    `first` completes the options, by asking too, before it is the command's turn to write.
    """

    needed = tuple(name for name in PROCESS[action].compulsory if name == "reason")  # the rest is worked out

    def decorate(drafting: Drafting) -> click.Command:
        @click.pass_obj
        def run(
            app: App, /, measure_id: str, at: str | None, reason: str | None, by: str | None = None, **fields: Any
        ) -> None:
            fields = ask(app, f"measure {action}", {**fields, "reason": reason}, needed)
            fields = first(app, fields) if first else fields
            with app.writing() as office:
                entry = entry_of(office, at=at, by=by, reason=fields.pop("reason"))
                signed(office, action)
                path = office.measures.find(measure_id)
                draft = drafting(office, office.measures.open(path).measure, fields)
                entered = office.measure_desk.append(path, draft, entry)
            echo(office, entered)

        command: click.Command = click.command(action)(run)
        own = getattr(drafting, "__click_params__", [])[::-1]
        command.params = [click.Argument(["measure_id"], metavar="ID"), *own, *_common(others)]
        command.help = drafting.__doc__
        return command

    return decorate


def _common(others: bool) -> list[click.Parameter]:
    by = click.Option(["--by"], metavar="NAME", help=_("Who did it (default: you, as git knows you)."))
    return [
        click.Option(["--at"], metavar="TIME", help=_("When it happened, if not now.")),
        *([by] if others else []),
        click.Option(["--reason"], help=_("Why; also why it is entered late.")),
        click.Option(["--note"], help=_("What was said, done or found.")),
    ]


# What is to be done about a measure where it stands.
_WAITS = {
    "proposed": N_("waits for the approval of: {role}"),
    "approved": N_("to be started"),
    "done": N_("to be verified by {verifier}, and not by {doer}"),
}


def echo(app: App, measure: Measure) -> None:
    """The id on stdout; on stderr what is owed by when, what came late, and what is next."""
    click.echo(measure.id)
    found = undertaking(measure)
    for each in found.obligations:
        fields = {"name": word(each.name), "department": app.label("departments", each.owed_by)}
        if each.stands:
            told = _("{name}: {department} by {due}").format(**fields, due=spoken(app, each.due))
            click.echo(f"  {told}", err=True)
        elif each.met == measure.events[-1].at and each.state(each.met) == "late":
            told = _("{name}: late, it was due {due}").format(**fields, due=spoken(app, each.due))
            click.echo(f"  {told}", err=True)
    policy = rules(app.policy)
    told = _(_WAITS.get(found.status, word(found.status))).format(
        role=policy.get("approve") or _("nobody"),
        verifier=app.label("departments", policy.get("verify")) or _("somebody"),
        doer=found.now.done.by if found.now.done else "",
    )
    click.echo(f"  {told}", err=True)


@step("approve", others=False)
def approve(app: App, measure: Measure, fields: Fields) -> Draft:
    """Approve a proposed measure. Only as yourself, under the role that the policy names."""
    return Draft("approve", {"note": fields["note"]})


@step("decline", others=False)
def decline(app: App, measure: Measure, fields: Fields) -> Draft:
    """Decline a proposed measure. Only as yourself, under the role that the policy names."""
    return Draft("decline", {"note": fields["note"]})


@step("start")
def start(app: App, measure: Measure, fields: Fields) -> Draft:
    """Write down that the department begins to carry an approved measure out."""
    return Draft("start", {"note": fields["note"]})


@step("done")
def done(app: App, measure: Measure, fields: Fields) -> Draft:
    """Write down that a measure has been carried out. Somebody else then verifies whether it works."""
    return Draft("done", {"note": fields["note"]})


def _with_effect(app: App, fields: Fields) -> Fields:
    results = [name for name in ("effective", "ineffective") if fields[name]]
    if not results and attended():
        results = [click.prompt(_("The measure is"), type=click.Choice(["effective", "ineffective"]), err=True)]
    if len(results) != 1:
        raise OneOf(options="--effective, --ineffective", command="measure verify")
    effective = results == ["effective"]
    if effective and fields["due"]:
        raise BadOption(option="--due", other="--effective")
    return ask(app, "measure verify", {**fields, "effective": effective}, () if effective else ("due",))


@step("verify", first=_with_effect)
@click.option("--effective", is_flag=True, help=_("It works: this ends it."))
@click.option("--ineffective", is_flag=True, help=_("It does not: it starts again, and needs a new --due."))
@click.option("--department", metavar="KEY", help=_("Who verified (default: the department that the policy names)."))
@due
def verify(app: App, measure: Measure, fields: Fields) -> Draft:
    """Write down whether a measure works, --effective or --ineffective. Not by the person who carried it out."""
    own = {name: fields[name] for name in ("effective", "department", "note")}
    return Draft("verify", own, due=app.time(fields["due"]))


@step("amend")
@click.argument("changes", nargs=-1, required=True, metavar="FIELD=VALUE…")
def amend(app: App, measure: Measure, fields: Fields) -> Draft:
    """Correct facts, for example owner=… or department=… or complaints=ID,ID. Nothing old is erased.

    An empty value takes the fact away. The time by which it must be done stays as it is.
    """
    given = pairs(fields["changes"], "FIELD=VALUE")
    return Draft("amend", {"changes": {n: {"to": _fact(app, n, v)} for n, v in given.items()}, "note": fields["note"]})


def _fact(app: App, name: str, text: str) -> Any:
    if name == "complaints":
        return [app.book.find(part).stem for part in text.split(",") if part.strip()]
    return text or None


@step("attach")
@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--as", "kind", metavar="KIND", help=_("What it is: a kind of the policy's attachments."))
def attach(app: App, measure: Measure, fields: Fields) -> Draft:
    """Add files to a measure: they are copied into the office, and their checksums into the record."""
    from cmplt.storage import attachments

    paths, recorded = [app.start / path for path in fields["files"]], attachments.of(measure.events)
    papers, files = attachments.take(
        app.root, measure.id, paths, fields["kind"], app.policy, recorded=recorded, shared=app.ledger.shared
    )
    return Draft("attach", {"files": files, "note": fields["note"]}, papers=papers)


STEPS = {each.name: each for each in (approve, decline, start, done, verify, amend, attach)}
