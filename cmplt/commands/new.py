"""new: takes complaints."""

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from cmplt.app import App
from cmplt.commands import again
from cmplt.commands.entering import echo, entry_of
from cmplt.commands.facts import detail, fact, in_order
from cmplt.commands.options import ask, attended, due, pairs
from cmplt.domain.complaint import Facts, Misread
from cmplt.domain.draft import Draft
from cmplt.errors import BadOption, CmpltError, InFile, InTheFuture, Missing, UnreadableFacts, Unwritable
from cmplt.i18n import N_, _
from cmplt.storage import yamlfile

_OPTIONS = {"criteria": "criterion", "details": "detail"}  # facts whose option has another name
_NEEDED = ("channel", "category", "customer", "subject")


@click.command()
@click.option("--channel", metavar="KEY", help=_("How it reached you."))
@click.option("--category", metavar="KEY", help=_("What it is about."))
@click.option("--severity", metavar="KEY", help=_("Default: what channel and criteria make it."))
@click.option("--criterion", "criteria", multiple=True, metavar="KEY", help=_("What makes it graver."))
@click.option("--urgent", is_flag=True, help=_("It cannot wait for working hours."))
@click.option("--customer", metavar="NAME", help=_("The customer's name."))
@click.option("--contact", help=_("Telephone number or e-mail address."))
@click.option("--received", metavar="TIME", help=_("When it reached you (default: the time of registering)."))
@click.option("--received-by", metavar="DEPARTMENT", help=_("Who took it (default: the intake department)."))
@click.option("--subject", help=_("One line."))
@click.option("--description", help=_("The whole story; - reads it from standard input."))
@click.option("--detail", "details", multiple=True, metavar="K=V", help=_("What the policy asks for besides."))
@click.option("--related", multiple=True, metavar="ID", help=_("Another complaint it belongs to."))
@click.option("--kind", metavar="KEY", help=_("Complaint, suggestion …"))
@click.option("--occurred", metavar="TIME", help=_("When it happened."))
@click.option("--place", help=_("Where it happened."))
@click.option("--external-id", help=_("Its number elsewhere."))
@click.option("--department", metavar="KEY", help=_("Hand it to a department at once."))
@click.option("--owner", metavar="NAME", help=_("Who sees to it there."))
@due
@click.option(
    "--from", "source", metavar="FILE", help=_("Facts from a YAML or JSON file, one or a list; - reads stdin.")
)
@click.option("--at", metavar="TIME", help=_("When it was registered, if not now."))
@click.option("--by", metavar="NAME", help=_("Who did it (default: you, as git knows you)."))
@click.option("--reason", help=_("Why it is entered late."))
@click.option("--note", help=_("A remark on the registration."))
@click.pass_obj
def command(
    app: App,
    /,
    source: str | None,
    at: str | None,
    by: str | None,
    reason: str | None,
    note: str | None,
    department: str | None,
    owner: str | None,
    due: str | None,
    **options: Any,
) -> None:
    """Take a complaint: registers it, opens its first deadlines and prints its id."""
    if (owner or due) and not department:
        raise Missing(options="--department", command="new")
    intake = _from_file(app, source, options) if source else [_from_options(app, options)]
    with app.writing() as office:
        entry = entry_of(office, at=at, by=by, reason=reason)
        complete = _all_completed(office, intake, source, entry.at or entry.now)
        drafts = [Draft("register", {"note": note})]
        if department:
            drafts.append(Draft("assign", {"department": department, "owner": owner}, due=office.time(due)))
        taken = office.desk.register(complete, drafts, entry, office.choice)
    echo(office, taken, "register")
    for complaint in taken:
        again.mention(office, complaint)


def _all_completed(
    app: App, intake: Sequence[Mapping[str, Any]], source: str | None, moment: datetime
) -> list[dict[str, Any]]:
    complete = []
    for number, facts in enumerate(intake, 1):
        try:
            complete.append(_completed(app, facts, moment))
        except CmpltError as error:
            if source:  # which of the file's complaints it is
                told = InFile(where=f"{source}: {number}", error=error)
                told.exit_code = error.exit_code
                raise told from None
            raise
    return complete


def _from_options(app: App, options: Mapping[str, Any]) -> dict[str, Any]:
    needed = _NEEDED + tuple(f"customer.{key}" for key in app.policy.customer_required if key == "contact")
    given = {**options, "customer.contact": options["contact"]}
    details = pairs(options["details"])
    if attended():  # what the policy asks for besides; where nobody can be asked, its schema says so
        needed += tuple(f"details.{key}" for key in app.policy.details_required if key not in details)
    given = ask(app, "new", given, needed)
    contact = given.pop("customer.contact")
    details |= {name.removeprefix("details."): given.pop(name) for name in needed if name.startswith("details.")}
    customer = {"name": given.pop("customer"), **({"contact": contact} if contact else {})}
    del given["contact"]
    if given["description"] == "-":
        given["description"] = _piped()
    if given["occurred"]:
        given["occurred"] = fact(app, "occurred", given["occurred"])
    typed = {name: detail(app, name, text) for name, text in details.items()}
    facts = {
        **given,
        "customer": customer,
        "criteria": list(given["criteria"]),
        "related": list(given["related"]) or None,
        "details": typed or None,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _found(app: App, facts: Mapping[str, Any]) -> list[str]:
    """The criteria that the policy's conditions find in facts; what cannot be read is refused a little later."""
    try:
        probe = {"id": "", **yamlfile.plain(facts)}
        return app.policy.criteria_that_hold(Facts.read({"severity": app.policy.gravest(), **probe}))
    except Misread:
        return []


def _piped() -> str:
    """What comes in on standard input, as text."""
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unwritable(place="description", problem=(N_("it is not UTF-8"), {})) from None


def _from_file(app: App, source: str, options: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Facts from a file; the other options would be silently ignored, so none may be given."""
    from cmplt.storage import intake

    given = [name for name, value in options.items() if value not in (None, (), False)]
    if given:
        name = _OPTIONS.get(given[0], given[0]).replace("_", "-")
        raise BadOption(option=f"--{name}", other="--from")
    try:
        content = sys.stdin.buffer.read() if source == "-" else (app.start / source).read_bytes()
    except OSError as error:
        raise UnreadableFacts(where=source, problem=(N_("{problem}"), {"problem": error.strerror})) from None
    return intake.facts(content, source)


def _completed(app: App, given: Mapping[str, Any], moment: datetime) -> dict[str, Any]:
    """Facts with the defaults written out: the instant of receipt, the gravest severity that applies."""
    policy, facts = app.policy, dict(given)
    received = facts.setdefault("received", moment)
    if isinstance(received, str):
        facts["received"] = app.time(received)
    if isinstance(facts.get("related"), list):
        facts["related"] = [app.book.find(str(part)).stem for part in facts["related"]]
    criteria = facts.setdefault("criteria", [])
    facts.setdefault("urgent", False)
    if isinstance(criteria, list):
        criteria = facts["criteria"] = [*criteria, *(key for key in _found(app, facts) if key not in criteria)]
    implied = [policy.severity_of_channel(facts.get("channel"))]
    if isinstance(criteria, list):
        implied += [policy.severity_of_criterion(each) for each in criteria]
    severity = facts.get("severity")
    if severity is None or severity in policy.severities:
        facts["severity"] = policy.gravest(severity, *implied)
    app.desk.check_facts(in_order(facts))
    if facts["received"] > moment:
        raise InTheFuture(at=app.show(facts["received"]), now=app.show(moment))
    return in_order(facts)
