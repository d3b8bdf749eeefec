"""The newest commit that this clone has seen: what a history must go on from."""

import re

from cmplt.errors import CmpltError, GitFailed
from cmplt.repository.ledger import Ledger
from cmplt.repository.swap import replaced

NAME = "seen"


def last(ledger: Ledger) -> str | None:
    """The commit that was remembered, None where there is none or what stands there is no commit's name."""
    try:
        found = (ledger.private / NAME).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return None
    return found if re.fullmatch("[0-9a-f]{40,64}", found) else None


def lost(ledger: Ledger) -> str | None:
    """The commit that was remembered, where neither HEAD nor a branch of this clone contains it any more."""
    known = last(ledger)
    if known is None or ledger.head() is None:
        return None
    try:
        kept = ledger.ask("rev-list", "--max-count=1", known, "--not", "HEAD", "--branches").strip() == ""
    except GitFailed:  # the commit itself is gone
        return known
    return None if kept else known


def back_to(ledger: Ledger, commit: str) -> None:
    """Remember no more than a commit: what came after it was declined elsewhere, and may be thrown away."""
    replaced(ledger.private / NAME, f"{commit}\n".encode())


def remember(ledger: Ledger, commit: str, *, parent: str | None = None) -> bool:
    """Remember a commit; `parent` is one that it is known to go on from.

    False, and nothing changed, where the history is no continuation of what was seen, or it cannot be written down.
    """
    known = last(ledger)
    if known == commit:
        return True
    try:
        if known not in (None, parent):
            ledger.ask("merge-base", "--is-ancestor", known, commit)
        ledger.private.mkdir(exist_ok=True)
        replaced(ledger.private / NAME, f"{commit}\n".encode())
    except (CmpltError, OSError):  # git says no by failing; a clone that may only be read remembers nothing
        return False
    return True
