"""Which commits an audit walks: all that lead to here, or those since one; and what must still be among them."""

import re
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from cmplt.errors import NoSuchRevision, Problem, Shallow
from cmplt.history.audit import Audit
from cmplt.history.beginnings import first, strange
from cmplt.history.commits import Finding, Past
from cmplt.history.rulings import RESTORED, Rulings
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
    again: Collection[str] = ()  # what was judged before, while a policy held that these commits put back
    seen: Set[str] = frozenset()  # what this clone has seen before

    @classmethod
    def of(cls, past: Past, names: Set[str], tips: Sequence[str], findings: Sequence[Finding]) -> "Scope":
        """Some of the commits that lead to some tips, with what they make worth another look."""
        again = Rulings(past).put_back_by(names, tips) - names if len(names) < len(past.commits) else ()
        return cls(past, names, tips[-1] if tips else None, findings, again)

    def judged(self, audit: Audit) -> Iterator[Finding]:
        """What an audit finds; of what is only looked at again, what rests on the policy."""
        for each in audit.findings({*self.names, *self.again}):
            if each.commit in self.names or each.problem.rule == RESTORED:
                yield each


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
    lost = seen.lost(ledger)
    if lost and lost != start:
        findings.append(Finding(head, Problem("HEAD", _REWRITTEN, "history", fields={"commit": lost})))
    names = set(past.commits)
    if start is not None:
        if start not in past.commits:
            findings.append(Finding(head, Problem("HEAD", NOT_BEFORE, "history", fields={"commit": start})))
        names -= past.leading_to([start])
    origin = next((each for each in (start, known) if each and each in past.commits), head)
    found = Scope.of(past, names, (head,), [*findings, *strange(past, names, [first(past, origin)])])
    return replace(found, seen=past.leading_to([known] if known else []))


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
