"""What a push does to a shared repository, by the lines that git hands to its pre-receive hook."""

import re

from cmplt.errors import BadPush, Problem
from cmplt.history.beginnings import first, strange
from cmplt.history.commits import Finding, Past
from cmplt.history.scope import NOT_BEFORE, Scope, commit_of, refuse_shallow
from cmplt.i18n import N_
from cmplt.repository.ledger import Ledger

_LINE = re.compile(r"(?P<old>[0-9a-f]{40,64}) (?P<new>[0-9a-f]{40,64}) (?P<ref>\S.*)")
_BRANCHES = "refs/heads/"
_DELETED = N_("the branch {ref} may not be deleted")
_REWRITTEN = N_("the push would rewrite {ref}: {old} would be lost; fetch and merge ('cmplt sync'), do not force")


def pushed(ledger: Ledger, lines: bytes, since: str | None) -> Scope:
    """What a push brings to the branches of a repository, and what it would take from them; raises BadPush.

    What leads to `since` is not looked at again.
    """
    refuse_shallow(ledger)
    changes = [_read(line) for line in lines.split(b"\n") if line.strip()]
    branches = [(old, new, ref) for old, new, ref in changes if ref.startswith(_BRANCHES)]
    tips = tuple(new for _old, new, _ref in branches if new.strip("0"))
    known = ledger.ask("for-each-ref", "--format=%(objectname)", _BRANCHES).split()
    past = Past(ledger, (*tips, *known))
    findings = []
    for old, new, ref in branches:
        fields = {"ref": ref.removeprefix(_BRANCHES), "old": old[:10]}
        if not new.strip("0"):
            findings.append(Finding(old, Problem(ref, _DELETED, "deleted", fields=fields)))
        elif old.strip("0") and old not in past.leading_to([new]):
            findings.append(Finding(new, Problem(ref, _REWRITTEN, "history", fields=fields)))
    names = past.leading_to(tips) - past.leading_to(known)
    start = None if since is None else commit_of(ledger, since)
    before = [each for each in (*known, start) if each and each in past.commits]
    findings += strange(past, names, before or [first(past, each) for each in tips[:1]])
    if start and start in past.commits:
        names = names - past.leading_to([start])
    elif start and tips:
        findings.append(Finding(tips[-1], Problem("HEAD", NOT_BEFORE, "history", fields={"commit": start})))
    return Scope.of(past, names, tips, findings)


def _read(line: bytes) -> tuple[str, str, str]:
    found = _LINE.fullmatch(told := line.decode("utf-8", "replace"))
    if found is None:
        raise BadPush(line=told)
    return found["old"], found["new"], found["ref"]
