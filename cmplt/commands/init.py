"""init: sets up an office."""

from pathlib import Path

import click

from cmplt.app import App
from cmplt.commands import interview
from cmplt.commands.options import attended
from cmplt.errors import Edited, Exists, Missing
from cmplt.i18n import _
from cmplt.repository import driver, recording
from cmplt.repository.ledger import Ledger
from cmplt.repository.trail import message
from cmplt.repository.writing import writing
from cmplt.storage import office, policyfile


@click.command()
@click.argument("directory", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option(
    "--profile",
    metavar="NAME|FILE",
    help=_("The kind of organisation: {names}; or a policy of your own, a YAML file.").format(
        names=", ".join(office.profiles())
    ),
)
@click.option("--hooks", is_flag=True, help=_("Also check every commit, also those made without cmplt."))
@click.pass_obj
def command(app: App, directory: Path, profile: str | None, hooks: bool) -> None:
    """Set up an office in DIR (default: here): policy, schemas, .gitattributes, and the first commit.

    On a terminal it asks for what no document says: working hours, who is in which role, the limits that the profile
    assumed. Elsewhere whoever runs it is put under every role of the policy; change that in cmplt.yaml.

    A cmplt.yaml that is there and in no commit yet, as a killed init leaves it, becomes the office's policy.
    """
    root = (app.start / directory).resolve()
    policy, begun = root / policyfile.NAME, (root / policyfile.NAME).exists()
    if begun and office.founded(Ledger(root)):
        if not hooks:
            raise Exists(path=policy, remedy=_("This is an office already; nothing was changed."))
        click.echo(office.install_hook(Ledger(root)), err=True)
        return
    text = office.chosen(str(policy) if begun else profile or _chosen(), app.start)
    identity, roles = Ledger(root).identity(), list[str]()
    if begun:
        click.echo(_("{path} was there, in no commit yet: it is this office's policy.").format(path=policy), err=True)
    else:
        text, roles = office.with_member(interview.hold(text, identity) if attended() else text, identity)
    ledger = Ledger.create(root)
    with writing(ledger):
        files = office.files(root, text)
        attributes = root / ".gitattributes"
        if not ledger.unchanged(attributes) and attributes.read_bytes() != files[attributes]:
            raise Edited(path=attributes.name)
        driver.register(ledger)
        recording.record(ledger, files, message("init", [("Action", "init")]), when=app.clock().replace(microsecond=0))
    click.echo(root)
    if roles:
        click.echo(
            _("{name} holds these roles for now: {roles}. Put others under roles in cmplt.yaml.").format(
                name=identity.name, roles=", ".join(roles)
            ),
            err=True,
        )
    if hooks:
        click.echo(office.install_hook(ledger), err=True)
    click.echo(_("Lines marked 'assumed' in cmplt.yaml are for you to decide. Then: cmplt new"), err=True)


def _chosen() -> str:
    names = office.profiles()
    if not attended():
        raise Missing(options=f"--profile ({', '.join(names)})", command="init")
    return str(click.prompt(_("Profile"), type=click.Choice(names), err=True))
