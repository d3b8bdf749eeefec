"""Whether commits that have to be signed carry a good signature by a key that the policy lists for them."""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from cmplt.domain.signers import Signer
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


def unsigned(past: Past, owed: Mapping[str, Sequence[tuple[Problem, Ruling]]]) -> Iterator[tuple[str, Problem]]:
    """For each place that owes its commit a signature it has not, the commit and what is wrong.

    `owed` has the places by their commits, each with the policy that lists the keys; a place that has a sentence
    already keeps it.
    """
    if not owed:
        return
    form = "--format=%H%x00%G?%x00%GF%x00%GP%x00"
    settings = ("-c", f"gpg.ssh.allowedSignersFile={os.devnull}")
    words = (*settings, "log", "--no-walk=unsorted", "--stdin", "--no-show-signature", form)
    out = past.ledger.stream(*words, given="\n".join(owed).encode()).decode("utf-8", "replace")
    told = [each.strip() for each in out.split("\0")[:-1]]
    for name, state, key, primary in zip(*(told[start::4] for start in range(4)), strict=True):
        author = past.commits[name].author
        for place, ruling in owed[name]:
            signers = filter(None, map(Signer.read, ruling.policy.signers))
            listed = any(each.signed((key, primary), (author.name, author.email)) for each in signers)
            if state not in _GOOD or not listed:
                sentence = place.sentence or (_NOT_LISTED if state in _GOOD else _SAID.get(state, _BAD))
                fields = {**place.fields, "key": key or "?", "author": author.name}
                yield name, replace(place, sentence=sentence, fields=fields)
