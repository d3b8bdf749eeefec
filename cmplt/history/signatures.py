"""Whether commits that have to be signed carry a good signature by a key that the policy lists for them."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from cmplt.domain.capa_entry import rules
from cmplt.domain.complaint import Event
from cmplt.domain.draft import Identity
from cmplt.domain.policy import Policy
from cmplt.domain.questions import day_of
from cmplt.domain.signers import Signer, accepted
from cmplt.errors import Problem
from cmplt.history.commits import Past
from cmplt.history.rulings import Ruling
from cmplt.i18n import N_

_UNSIGNED = N_("the approval's commit is not signed")
_BAD = N_("the signature of the approval's commit is not good")
_UNKNOWN = N_("the signature of the approval's commit cannot be checked: its key {key} is not here")
_NOT_LISTED = N_("the approval's commit is signed by the key {key}, which audit.signers does not list for {author}")
# How git puts it: good; good but of unknown standing, expired since, or by a key that has expired since. The
# policy's list decides whose signature counts, not this machine's keyring.
_GOOD = "GUXY"
_SAID = {"N": _UNSIGNED, "E": _UNKNOWN}
# A clone's settings name no program whose word is taken, and no file of keys.
_SETTLED = {
    "gpg.program": "gpg",
    "gpg.openpgp.program": "gpg",
    "gpg.x509.program": "gpgsm",
    "gpg.ssh.program": "ssh-keygen",
    "gpg.ssh.allowedSignersFile": os.devnull,
    "gpg.ssh.revocationFile": os.devnull,
}


@dataclass(frozen=True, slots=True)
class Owed:
    """A place that asks its commit for a signature, the policy that lists the keys, and by which names one acts there.

    A place that has a sentence already keeps it.
    """

    place: Problem
    ruling: Ruling
    acting: Sequence[str]


def acting(author: Identity, event: Event, policy: Policy, *, measure: bool) -> Sequence[str]:
    """The author's names by which he holds the role that an event asks for; all of them where it asks for none."""
    asked = rules(policy).get("approve") if measure else (policy.unreconciled or {}).get("role")
    members = policy.members(str(event.get("role") or asked), on=day_of(event, policy))
    names = (author.name, author.email)
    return [each for each in names if each in members] or names


def unsigned(past: Past, owed: Mapping[str, Sequence[Owed]]) -> Iterator[tuple[str, Problem]]:
    """For each place that owes its commit a signature it has not, the commit and what is wrong."""
    if not owed:
        return
    form = "--format=%H%x00%G?%x00%GF%x00%GP%x00"
    settings = (word for name, value in _SETTLED.items() for word in ("-c", f"{name}={value}"))
    words = (*settings, "log", "--no-walk=unsorted", "--stdin", "--no-show-signature", form)
    out = past.ledger.stream(*words, given="\n".join(owed).encode()).decode("utf-8", "replace")
    told = [each.strip() for each in out.split("\0")[:-1]]
    for name, state, key, primary in zip(*(told[start::4] for start in range(4)), strict=True):
        author = past.commits[name].author
        for each in owed[name]:
            signers = [*filter(None, map(Signer.read, each.ruling.policy.signers))]
            if state not in _GOOD or not accepted(signers, (key, primary), author, each.acting):
                sentence = each.place.sentence or (_NOT_LISTED if state in _GOOD else _SAID.get(state, _BAD))
                fields = {**each.place.fields, "key": key or "?", "author": each.acting[0]}
                yield name, replace(each.place, sentence=sentence, fields=fields)
