"""The history against the promise of design §2: commit by commit, what was added, and what else was done."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from cmplt.domain.entry import CLOCK_DIFFERENCE
from cmplt.domain.instants import show
from cmplt.errors import Problem
from cmplt.history import attributes, growth, merges, signatures
from cmplt.history.areas import ORDINARY, is_attached, is_ours, is_record, misplaced
from cmplt.history.commits import Commit, Finding, Past, Touched
from cmplt.history.growth import Document
from cmplt.history.judge import Judge
from cmplt.history.leaves import ITEM
from cmplt.history.papers import Papers
from cmplt.history.rulings import Ruling, Rulings
from cmplt.history.texts import Texts
from cmplt.i18n import N_
from cmplt.storage import book, policyfile

_KIND = N_("it is no ordinary file any more, but a link or another repository")
_DELETED = N_("it was deleted; bring it back: git checkout {commit}^ -- {path}")
_RENAMED = N_("it was renamed to {to}; bring it back: git checkout {commit}^ -- {path}")
_NOT_YET = N_("this commit says {committed}, which is not yet")
_CLOCK = N_("this commit says {at}, but stands behind one of {parent}")
_RECOVERED = N_(
    "a killed command's event of {at} was committed only after one of {parent}; nothing shows when it was written"
)
_AUTHORED = N_("this commit says it was made at {at}, but was committed at {committed}")
_LAWLESS = N_("there is no policy (cmplt.yaml) in this commit, by which its events could be judged")
_OCTOPUS = N_("more than two histories are merged at once; merge one after the other: no rule says what this must give")
_OTHERWISE = N_("read as a whole it does not say what was written event by event")
_BACK = N_("{key} was changed here, and changed back in {back}")


@dataclass
class Audit:
    """One walk over commits, parents before children."""

    past: Past
    now: datetime
    require_signed: bool = False

    def __post_init__(self) -> None:
        self.texts = Texts(self.past.ledger)
        self.merges = merges.Merges(self.past, self.texts)
        self.rulings = Rulings(self.past)
        self.last_of: dict[str, str] = {}  # the commit that last wrote a record, by its path
        self.papers = Papers(self.past.ledger)
        self.judge = Judge(self.rulings, self.papers, self.require_signed)

    def findings(self, names: Collection[str]) -> Iterator[Finding]:
        """Everything that is wrong with these commits, in their order; notes too."""
        walk = list(self.past.touched(names))
        self.texts.expect(
            blob
            for commit, touched in walk
            for each in (touched[0] if len(commit.parents) < 2 else ())
            if is_record(each.path) and each.mode in ORDINARY
            for blob in (each.before, each.now)
            if blob
        )
        for commit, touched in walk:
            policy = next((each for each in touched[0] if each.path == policyfile.NAME), None)
            self.rulings.note(commit, policy.now if policy else None)
            found = self._merge(commit, touched) if len(commit.parents) > 1 else self._ordinary(commit, touched[0])
            problems = [*found, *self._attributes(commit, touched), *self._ahead(commit, touched)]
            for problem in sorted(problems, key=lambda each: (each.path, each.line)):
                yield Finding(commit.name, problem)
        for each in self.texts.otherwise():
            yield Finding(self.last_of[each.path], Problem(each.path, _OTHERWISE, "append-only"))
        for name, problem in signatures.unsigned(self.past, self.judge.to_sign):
            yield Finding(name, problem)
        if any(each.path == policyfile.NAME for _commit, touched in walk for group in touched for each in group):
            yield from self._returns(names)

    # --- a commit with one parent ---------------------------------------------------------------------------

    def _ordinary(self, commit: Commit, touched: Sequence[Touched]) -> Iterator[Problem]:
        ours = [each for each in touched if is_ours(each.path)]
        added = {each.now: each.path for each in touched if not each.before}
        named = {each.path.rsplit("/", 1)[-1]: each.path for each in touched if not each.before}
        moved: set[str] = set()
        for each in ours:
            fields = {"commit": commit.name[:10], "path": each.path}
            if each.mode not in ORDINARY:
                self.texts.keep(each.path, each.before)
                yield Problem(each.path, _KIND, "file-kind", fields=fields)
            elif not each.now and each.before and self._matters(commit, each):
                to = added.get(each.before) or named.get(each.path.rsplit("/", 1)[-1])
                moved |= {to} if to else set()
                self.texts.keep(each.path, each.before)
                sentence, rule = (_RENAMED, "renamed") if to else (_DELETED, "deleted")
                yield Problem(each.path, sentence, rule, fields={**fields, "to": to})
        written = []
        for each in ours:
            if each.mode in ORDINARY and each.now and each.path not in moved:
                if each.path == policyfile.NAME:
                    yield from self._policy(commit, each.now)
                elif is_record(each.path):
                    problems, fresh = self._grown(commit, each)
                    yield from problems
                    written += [each.path] if fresh else []
                elif is_attached(each.path):
                    yield from self.papers.edited(commit, each)
        if written:
            yield from self._dated(commit, written[0])

    def _matters(self, commit: Commit, touched: Touched) -> bool:
        """Whether a deleted file was one: a record, the policy, or an attachment that some event names."""
        if is_attached(touched.path):
            return self.papers.said(commit.parents[0] if commit.parents else "", touched.path) is not None
        return is_record(touched.path) or touched.path == policyfile.NAME

    def _policy(self, commit: Commit, blob: str) -> Iterator[Problem]:
        self.judge.new_policy(commit, blob)
        found = self.rulings.read(blob)
        if isinstance(found, Problem):
            yield replace(found, rule="policy")

    def _grown(self, commit: Commit, touched: Touched) -> tuple[list[Problem], bool]:
        """What is wrong with how a record's file was changed, and whether events were written into it."""
        old = self.texts.read(touched.path, touched.before) if touched.before else None
        new = self.texts.read(touched.path, touched.now, old if isinstance(old, Document) else None)
        if isinstance(new, Problem):
            self.texts.keep_as(touched)
            return [replace(new, rule="unreadable")], False
        # first what it should be: whoever puts that back does no wrong, and writes no event once more
        states = [each for each in (self.texts.before_it_was_changed(touched), old) if isinstance(each, Document)]
        offences = [growth.offence(each, new, commit.name) for each in states]
        before = next((each for each, offence in zip(states, offences, strict=True) if offence is None), None)
        wrong = [offence for offence in offences[-1:] if offence and not before]
        if before is None and not states:
            if not self.texts.is_new(touched):
                return [], False  # it could not be read before, which was said there
            wrong = list(misplaced(touched.path, new))
        if wrong:
            self.texts.keep_as(touched)
            return wrong, False
        if before is not None and before is old:
            self.texts.carry_on(touched, old, new)
        self.last_of[touched.path] = commit.name
        number = len(before.owner.events) if before else 0
        return list(self.judge.judged(commit, new, number)), len(new.owner.events) > number

    def _dated(self, commit: Commit, path: str) -> Iterator[Problem]:
        """What a commit's own instants say against the clock, and against the commit before it."""
        if self.rulings.held(commit.name) is None:
            yield Problem(path, _LAWLESS, "policy")
        ruling = self.judge.law(commit.name)
        if ruling is None:
            return
        zone, patience = ruling.policy.zone, max(ruling.policy.late_entry, CLOCK_DIFFERENCE)
        fields = {"at": show(commit.authored, zone), "committed": show(commit.committed, zone)}
        before = self.past.latest_before(commit)
        if before and before - min(commit.authored, commit.committed) > patience:
            fields["at"] = show(min(commit.authored, commit.committed), zone)
            fields["parent"] = show(before, zone)
            yield Problem(path, _RECOVERED if commit.recovered else _CLOCK, "clock", fields=fields)
        elif abs(commit.committed - commit.authored) > patience:
            yield Problem(path, _AUTHORED, "clock", fields=fields)

    def _ahead(self, commit: Commit, touched: Sequence[Sequence[Touched]]) -> Iterator[Problem]:
        """What the clock says against a commit, whatever it holds: what is made behind it could not be dated right."""
        latest = max(commit.committed, commit.authored)
        if latest > self.now + CLOCK_DIFFERENCE:
            paths = [each.path for group in touched for each in group]
            path = next((each for each in paths if is_record(each) or each == policyfile.NAME), "HEAD")
            ruling = self.judge.law(commit.name)
            committed = show(latest, ruling.policy.zone if ruling else ZoneInfo("UTC"))
            yield Problem(path, _NOT_YET, "future", fields={"committed": committed})

    def _attributes(self, commit: Commit, touched: Sequence[Sequence[Touched]]) -> Iterator[Problem]:
        """What is wrong with git's attributes where a commit has them otherwise than all its parents."""
        if self.judge.law(commit.name) is None:  # there is no office yet
            return
        first, *others = ({each.path: each for each in group} for group in touched)
        for path, each in first.items():
            if all(path in group for group in others):
                yield from attributes.offences(self.past.ledger, each)

    # --- a merge --------------------------------------------------------------------------------------------

    def _merge(self, commit: Commit, touched: Sequence[Sequence[Touched]]) -> Iterator[Problem]:
        if len(commit.parents) > 2:
            yield Problem("HEAD", _OCTOPUS, "merge")
            return
        for path in merges.wrong_kinds(touched):
            yield Problem(path, _KIND, "file-kind")
        offences = list(self.merges.offences(commit, touched))
        yield from offences
        named = {each.path for each in offences}
        yield from (each for each in self.papers.merged(commit, touched) if each.path not in named)
        blob, *sides = map(self.rulings.at, (commit.name, *commit.parents))
        if blob and blob != sides[0]:
            yield from self._policy(commit, blob)
        elif blob and blob != sides[1]:  # the other side's may be the one that holds
            self.judge.new_policy(commit, blob)

    # --- the policy -----------------------------------------------------------------------------------------

    def _returns(self, names: Collection[str]) -> Iterator[Finding]:
        """A note for each key of the policy that was changed and changed back."""
        told = set()
        for blob, returns in self.rulings.returns.items():
            for each in returns:
                # people and their approvals come and go; what is written of a value that came back is more than that
                if ITEM not in each.path and each.changed in names and (each.key, each.changed) not in told:
                    told.add((each.key, each.changed))
                    ruling = self.rulings.read(blob)
                    text = ruling.text if isinstance(ruling, Ruling) else ""
                    fields = {"key": each.key, "back": each.back[:10]}
                    place = book.at(policyfile.NAME, text, (each.key,), _BACK, "policy-restored", fields, "note")
                    yield Finding(each.changed, place)
