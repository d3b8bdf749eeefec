"""Which commits an audit walks: all that lead to here, or those since one; and what must still be among them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from cmplt.errors import NoSuchRevision, Problem, Shallow
from cmplt.history.commits import Finding, Past
from cmplt.i18n import N_
from cmplt.repository import seen
from cmplt.repository.ledger import Ledger

_REWRITTEN = N_("the history was rewritten: it does not contain {commit}, which this clone has seen")
NOT_BEFORE = N_("the history was rewritten, or is another one: it does not contain {commit}")


@dataclass(frozen=True)
class Scope:
    """What an audit looks at: the history, the commits of it, and what is wrong with it as a whole."""

    past: Past
    names: Collection[str]
    last: str | None
    findings: Sequence[Finding] = ()


def history(ledger: Ledger, since: str | None) -> Scope:
    """The history that is checked out, or what of it came after a commit.

    Raises NoSuchRevision for a name that means no commit, Shallow where the clone has only the newest ones.
    """
    refuse_shallow(ledger)
    head = ledger.head()
    past = Past(ledger, (head,) if head else ())
    if head is None:
        return Scope(past, (), None)
    findings = []
    known = seen.last(ledger)
    start = None if since is None else commit_of(ledger, since)
    if known and known not in past.commits and known != start:
        findings.append(Finding(head, Problem("HEAD", _REWRITTEN, "history", fields={"commit": known})))
    names = set(past.commits)
    if start is not None:
        if start not in past.commits:
            findings.append(Finding(head, Problem("HEAD", NOT_BEFORE, "history", fields={"commit": start})))
        names -= past.leading_to([start])
    return Scope(past, names, head, findings)


def refuse_shallow(ledger: Ledger) -> None:
    """Refuse a clone that has only the newest commits: nothing can be proved of the others."""
    if ledger.ask("rev-parse", "--is-shallow-repository").strip() == "true":
        raise Shallow()


def commit_of(ledger: Ledger, revision: str) -> str:
    """The commit that is meant; a hash is one even where nothing of that name is left."""
    try:
        return ledger.resolve(revision)
    except NoSuchRevision:
        if re.fullmatch("[0-9a-f]{7,64}", revision):
            return revision
        raise
