"""Judges what a commit put behind a record's events, by the policy of that commit."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from cmplt.domain import verdict
from cmplt.domain.complaint import Complaint
from cmplt.domain.measure import Measure
from cmplt.domain.policy import Policy
from cmplt.domain.process import History, extended
from cmplt.domain.verdict import Circumstances, Verdict
from cmplt.errors import Problem
from cmplt.history.commits import Commit, Touched
from cmplt.history.growth import Document
from cmplt.history.papers import Papers
from cmplt.history.rulings import Ruling, Rulings
from cmplt.i18n import N_
from cmplt.storage import book, policyfile

_WEAKENED = N_("{problem}: possible only while {keys} was otherwise (changed in {changed}, back in {back})")


# The keys of a policy that say who may approve, and whose signature counts.
_WHO_APPROVES = ("audit", "roles", "delegations", "approvals", "measures")
_LET_IN = N_("{name} says who approves, and was changed by a commit without a good signature by a listed key")


@dataclass
class Judge:
    """Asks of every event whether it was allowed then, and to whom it was."""

    rulings: Rulings
    papers: Papers
    require_signed: bool
    to_sign: dict[str, list[tuple[Problem, Ruling]]] = field(default_factory=dict)  # by commits, who lists the keys
    _courses: dict[str, tuple[str, History]] = field(default_factory=dict)  # by path: of which content

    def judged(self, commit: Commit, touched: Touched, new: Document, number: int) -> Iterator[Problem]:
        """What is wrong with the events of a file from a number on."""
        blob, ruling = self.rulings.at(commit.name), self.rulings.held(commit.name)
        if not isinstance(ruling, Ruling):
            return  # what is wrong with the policy was said where it was changed
        verdicts = self._verdicts(commit, touched, new, number, ruling)
        for each in verdicts:
            yield _said(new, each)
        weaker = self.rulings.as_it_was(blob)
        if weaker and not verdicts:
            returns = self.rulings.returns[blob]
            keys = ", ".join(dict.fromkeys(each.key for each in returns))
            fields = {"keys": keys, "changed": returns[0].changed[:10], "back": returns[0].back[:10]}
            for each in self._verdicts(commit, touched, new, number, weaker):
                if each.rule != "calendar":
                    told = _said(new, each)
                    yield replace(told, sentence=_WEAKENED, rule="policy-restored", fields={**fields, **told.fields})
        yield from self.papers.missing(commit, new, number, ruling.policy)
        self._collect(commit, new, number, ruling)

    def new_policy(self, commit: Commit, blob: str) -> None:
        """Keep a change of who approves, where approvals have to be signed: else anybody could let himself in.

        What one of a merge's parents had already is no change.
        """
        now = self.rulings.read(blob)
        before = [each for name in commit.parents if isinstance(each := self.rulings.held(name), Ruling)]
        if not isinstance(now, Ruling) or not any(each.policy.signed_approvals for each in before):
            return
        for key in _WHO_APPROVES:
            if all(each.policy.data.get(key) != now.policy.data.get(key) for each in before):
                place = book.at(policyfile.NAME, now.text, (key,), _LET_IN, "signature", {"name": key})
                self.to_sign.setdefault(commit.name, []).append((place, before[0]))

    def _verdicts(self, commit: Commit, touched: Touched, new: Document, number: int, ruling: Ruling) -> list[Verdict]:
        under = Circumstances(commit.author, commit.authored, ruling.policy, ruling.calendar)
        fresh = new.owner.events[number:]
        if isinstance(new.owner, Measure):
            return list(verdict.of_measure(replace(new.owner, events=new.owner.events[:number]), fresh, under))
        history = self._course(touched, new.owner, number, ruling.policy)
        found = list(verdict.of_complaint(history, fresh, under))
        for event in fresh:
            history = extended(history, event)
        self._courses[touched.path] = (touched.now, history)
        return found

    def _course(self, touched: Touched, complaint: Complaint, number: int, policy: Policy) -> History:
        """The history before a commit; what was worked out for the commit before it is not done again."""
        content, known = self._courses.get(touched.path, ("", None))
        if known and content == touched.before and known.now.severities == tuple(policy.severities):
            return known
        return policy.history(replace(complaint, events=complaint.events[:number]))

    def _collect(self, commit: Commit, new: Document, number: int, ruling: Ruling) -> None:
        """Keep the approvals whose commits have to be signed, to look at all signatures in one go."""
        if not (self.require_signed or ruling.policy.signed_approvals):
            return
        for index, event in enumerate(new.owner.events[number:], number):
            if event.action in verdict.OWN_HAND:
                place = book.at(new.path, new.text, ("events", index), "", "signature", {})
                self.to_sign.setdefault(commit.name, []).append((place, ruling))


def _said(new: Document, found: Verdict) -> Problem:
    level = "note" if found.rule == "calendar" else "error"
    where: tuple[str | int, ...] = ("events", found.index, *found.where)
    return book.at(new.path, new.text, where, N_("{problem}"), found.rule, {"problem": found.error}, level)
