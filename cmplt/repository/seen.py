"""The newest commits that this clone has seen, here and of others: what a history must go on from."""

import re
from collections.abc import Mapping

from cmplt.errors import CmpltError, GitFailed
from cmplt.repository.ledger import Ledger
from cmplt.repository.swap import replaced

NAME = "seen"
_LINE = re.compile(r"(?P<commit>[0-9a-f]{40,64})(?: (?P<other>.+))?")  # without another's branch: what is here
_HERE = ""


def last(ledger: Ledger) -> str | None:
    """The commit that was remembered, None where there is none or what stands there is no commit's name."""
    return _read(ledger).get(_HERE)


def exchanged(ledger: Ledger, other: str) -> str | None:
    """The commit up to which everything was exchanged with another one's branch (`origin/main`), and audited."""
    return _read(ledger).get(other)


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
        _write(ledger, commit, _HERE)
    except (CmpltError, OSError):  # git says no by failing; a clone that may only be read remembers nothing
        return False
    return True


def shared(ledger: Ledger, other: str, commit: str) -> None:
    """Remember a commit that others have; what was not sent, or was declined, may be thrown away."""
    _write(ledger, commit, _HERE, other)


def _read(ledger: Ledger) -> Mapping[str, str]:
    try:
        text = (ledger.private / NAME).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return {}
    return {found["other"] or _HERE: found["commit"] for found in map(_LINE.fullmatch, text.splitlines()) if found}


def _write(ledger: Ledger, commit: str, *whose: str) -> None:
    lines = [f"{each} {other}".rstrip() for other, each in {**_read(ledger), **dict.fromkeys(whose, commit)}.items()]
    ledger.private.mkdir(exist_ok=True)
    replaced(ledger.private / NAME, "".join(f"{line}\n" for line in lines).encode())
