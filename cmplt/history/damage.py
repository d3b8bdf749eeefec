"""Whether git's objects still are what they are called: a name is a checksum, which git compares only when asked."""

import re

from cmplt.errors import GitFailed, Problem
from cmplt.history.commits import Finding
from cmplt.i18n import N_
from cmplt.repository.ledger import Ledger

_DAMAGED = N_("git's own objects are damaged, or were exchanged: {said}; fetch them from another clone")
# Of what git's own check says that which concerns content; how a commit's header is written is nobody's business.
_SAID = re.compile(r"(error: .*(mismatch|corrupt|missing)|missing |broken link)")


def findings(ledger: Ledger) -> list[Finding]:
    """What git's own check of all objects says: the checksum of the last commit then covers everything before it."""
    head = ledger.head()
    if head is None:
        return []
    try:
        ledger.ask("fsck", "--full", "--no-dangling", "--no-reflogs", "--no-progress")
    except GitFailed as error:
        lines = [each for each in error.fields["lines"] if not each.endswith(ledger.nothing)]
        said = list(filter(_SAID.match, lines))
        return [Finding(head, Problem("HEAD", _DAMAGED, "history", fields={"said": each})) for each in said[:1]]
    return []
