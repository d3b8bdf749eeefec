"""Judges what a commit put behind a record's events, by the policy of that commit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from cmplt.domain import verdict
from cmplt.domain.complaint import Complaint
from cmplt.domain.measure import Measure
from cmplt.domain.policy import Policy
from cmplt.domain.process import History, extended
from cmplt.domain.verdict import Circumstances, Verdict
from cmplt.errors import ApprovedOther, Problem
from cmplt.history.approving import Approvals
from cmplt.history.commits import Commit
from cmplt.history.growth import Document
from cmplt.history.leaves import Path, leaves
from cmplt.history.papers import Papers
from cmplt.history.rulings import Ruling, Rulings
from cmplt.history.signatures import Owed, acting
from cmplt.i18n import N_
from cmplt.storage import book, policyfile, validate

_WEAKENED = N_("{problem}: possible only while {keys} was otherwise (changed in {changed}, back in {back})")

# The keys of a policy that say who may approve or close, and whose signature counts.
_WHO_APPROVES = ("audit", "roles", "delegations", "approvals", "closing", "measures")
_LET_IN = N_("{name} says who approves, and was changed by a commit without a good signature by a listed key")


@dataclass
class Judge:
    """Asks of every event whether it was allowed then, and to whom it was."""

    rulings: Rulings
    papers: Papers
    require_signed: bool
    approvals: Approvals = field(default_factory=Approvals)
    to_sign: dict[str, list[Owed]] = field(default_factory=dict)  # by commits
    _courses: dict[str, History] = field(default_factory=dict)  # of each record, as it was judged last, by its path
    _laws: dict[str, str] = field(default_factory=dict)  # the content of the policy that holds, by commits

    def law(self, commit: str) -> Ruling | None:
        """The policy that holds at a commit: its own, or the last valid one before it; None where there was none."""
        passed, name = [], commit
        while name and name not in self._laws:
            passed.append(name)
            if isinstance(self.rulings.held(name), Ruling):
                self._laws[name] = self.rulings.at(name)
            else:
                name = next(iter(self.rulings.past.commits[name].parents), "")
        blob = self._laws.get(name, "")
        self._laws |= dict.fromkeys(passed, blob)
        ruling = self.rulings.read(blob) if blob else None
        return ruling if isinstance(ruling, Ruling) else None

    def judged(self, commit: Commit, new: Document, number: int) -> Iterator[Problem]:
        """What is wrong with the events of a file from a number on."""
        ruling = self.law(commit.name)
        if ruling is None:
            return  # which is said of the commit
        blob = self._laws[commit.name]
        verdicts = self._verdicts(commit, new, number, ruling)
        for each in verdicts:
            yield _said(new, each)
        if not number and isinstance(new.owner, Complaint):
            yield from _lacking(new, new.owner, ruling.policy)
        stricter = self.rulings.as_it_was(blob)
        if stricter and all(each.rule == "calendar" for each in verdicts):  # which is no offence, and hides none
            returns = self.rulings.put_back(blob)
            keys = ", ".join(dict.fromkeys(each.key for each in returns))
            fields = {"keys": keys, "changed": returns[0].changed[:10], "back": returns[0].back[:10]}
            for each in self._verdicts(commit, new, number, stricter):
                if each.rule != "calendar" and not each.asks_more:
                    told = _said(new, each)
                    yield replace(told, sentence=_WEAKENED, rule="policy-restored", fields={**fields, **told.fields})
        yield from self.papers.missing(commit, new, number, ruling.policy)
        self._collect(commit, new, number, ruling)

    def new_policy(self, commit: Commit, blob: str) -> None:
        """Keep a change of who approves, where approvals have to be signed: else anybody could let himself in.

        What a merge has from the side that changed it is none; to take the other's is, and to choose between two.
        """
        now = self.rulings.read(blob)
        sides = [each for name in commit.parents if (each := self.law(name))]
        asking = [each for each in sides if each.policy.signed_approvals]
        if not isinstance(now, Ruling) or not asking:
            return
        parted = self.rulings.past.parted(*commit.parents) if len(commit.parents) == 2 else ()
        bases = [each for name in parted if (each := self.law(name))]
        listing = [each.policy.data.get("audit") for each in bases]
        ruling = min(asking, key=lambda each: each.policy.data.get("audit") in listing)  # the newer list of keys
        names = (commit.author.name, commit.author.email)
        for key in _chosen(now, sides, bases):
            place = book.at(policyfile.NAME, now.text, (key,), _LET_IN, "signature", {"name": key})
            self.to_sign.setdefault(commit.name, []).append(Owed(place, ruling, names))

    def _verdicts(self, commit: Commit, new: Document, number: int, ruling: Ruling) -> list[Verdict]:
        under = Circumstances(commit.author, commit.authored, ruling.policy, ruling.calendar, commit.committer)
        fresh = new.owner.events[number:]
        if isinstance(new.owner, Measure):
            return list(verdict.of_measure(replace(new.owner, events=new.owner.events[:number]), fresh, under))
        history = self._course(new.path, new.owner, number, ruling.policy)
        found = list(verdict.of_complaint(history, fresh, under))
        for index, event in enumerate(fresh, number):
            if roles := self.approvals.lacking(history, event, ruling.policy):
                found.append(Verdict(index, ApprovedOther(roles=roles)))
            self.approvals.note(history, event)
            history = extended(history, event)
        self._courses[new.path] = history
        return found

    def _course(self, path: str, complaint: Complaint, number: int, policy: Policy) -> History:
        """The history before a commit; what was worked out for the commit before it is not done again."""
        before, known = replace(complaint, events=complaint.events[:number]), self._courses.get(path)
        if known and known.complaint == before and known.now.severities == tuple(policy.severities):
            return known
        return policy.history(before)

    def _collect(self, commit: Commit, new: Document, number: int, ruling: Ruling) -> None:
        """Keep the approvals whose commits have to be signed, to look at all signatures in one go."""
        if not (self.require_signed or ruling.policy.signed_approvals):
            return
        for index, event in enumerate(new.owner.events[number:], number):
            if event.action in verdict.OWN_HAND:
                place = book.at(new.path, new.text, ("events", index), "", "signature", {})
                names = acting(commit.author, event, ruling.policy, measure=isinstance(new.owner, Measure))
                self.to_sign.setdefault(commit.name, []).append(Owed(place, ruling, names))


def _chosen(now: Ruling, sides: Sequence[Ruling], bases: Sequence[Ruling]) -> Iterator[str]:
    """The keys that say who approves, and say it otherwise than follows from where the sides of a commit parted."""
    held, *others = (_who_approves(each) for each in (now, *sides, *bases))
    chosen = set()
    for path in {path for each in (held, *others) for path in each}:
        values = [each.get(path) for each in others]
        of_sides, of_bases = {*values[: len(sides)]}, {*values[len(sides) :]}
        if (of_sides if len(of_sides) == 1 else of_sides - of_bases) != {held.get(path)}:
            chosen.add(path[0])
    return (key for key in _WHO_APPROVES if key in chosen)


def _who_approves(ruling: Ruling) -> dict[Path, str | None]:
    found = leaves(ruling.policy.data)
    return {path: leaf.meant for path, leaf in found.items() if path[0] in _WHO_APPROVES}


def _lacking(new: Document, complaint: Complaint, policy: Policy) -> Iterator[Problem]:
    """What a new complaint has not, or otherwise than this office's own schema of details asks."""
    for where, sentence, fields, rule in validate.details_findings(complaint.facts.details, policy):
        yield book.at(new.path, new.text, where, sentence, rule, fields)
    for name in policy.customer_required:
        if not complaint.facts.customer.get(name):
            yield book.at(new.path, new.text, ("customer",), N_("{name} is missing"), "policy:customer", {"name": name})


def _said(new: Document, found: Verdict) -> Problem:
    level = "note" if found.rule == "calendar" else "error"
    where: tuple[str | int, ...] = ("events", found.index, *found.where)
    return book.at(new.path, new.text, where, N_("{problem}"), found.rule, {"problem": found.error}, level)
