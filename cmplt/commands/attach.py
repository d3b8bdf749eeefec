"""attach: files that belong to a complaint."""

from pathlib import Path

import click

from cmplt.app import App
from cmplt.commands.entering import Fields, entering
from cmplt.domain.draft import Draft
from cmplt.domain.process import History
from cmplt.i18n import _
from cmplt.storage import attachments


@click.argument("files", nargs=-1, required=True, metavar="FILE…", type=click.Path(path_type=Path))
@click.option("--as", "kind", metavar="KIND", help=_("What they are: a kind of the policy's attachments."))
def drafting(app: App, history: History, fields: Fields) -> list[Draft]:
    """Copy files into attachments/ID/ and write down their size and checksum, which 'cmplt check' compares.

    A file whose name is taken is kept under the next free one; in an office that has a remote a piece of the checksum
    goes into the name, since another desk may attach another file of that name. What is committed stays in git:
    'cmplt redact' erases no attachment.
    """
    complaint = history.complaint
    papers, files = attachments.take(
        app.root,
        complaint.id,
        [app.start / file for file in fields["files"]],
        fields["kind"],
        app.policy,
        recorded=attachments.of(complaint.events),
        shared=app.ledger.shared,
    )
    return [Draft("attach", {"files": files, "note": fields["note"]}, papers=papers)]


command = entering("attach")(drafting)
