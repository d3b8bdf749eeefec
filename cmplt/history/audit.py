"""The history against the promise of design §2: commit by commit, what was added, and what else was done."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cmplt.domain.complaint import Complaint
from cmplt.domain.entry import CLOCK_DIFFERENCE
from cmplt.domain.instants import show
from cmplt.errors import Problem
from cmplt.history import growth, merges, signatures
from cmplt.history.commits import FILES, GONE, Commit, Finding, Past, Touched
from cmplt.history.growth import Document
from cmplt.history.judge import Judge
from cmplt.history.leaves import ITEM
from cmplt.history.papers import Papers
from cmplt.history.rulings import Ruling, Rulings
from cmplt.history.texts import Texts
from cmplt.i18n import N_
from cmplt.storage import attachments, book, policyfile, validate
from cmplt.storage.measures import MEASURES

ORDINARY = (*FILES, GONE)
RECORDS = (book.COMPLAINTS, MEASURES)
AREAS = (*RECORDS, attachments.FOLDER, policyfile.NAME)

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
_STRANGE = N_("this commit goes on from nothing: it is the beginning of another history")
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
            for problem in sorted(found, key=lambda each: (each.path, each.line)):
                yield Finding(commit.name, problem)
        for each in self.texts.otherwise():
            yield Finding(self.last_of[each.path], Problem(each.path, _OTHERWISE, "append-only"))
        for name, problem in signatures.unsigned(self.past, self.judge.to_sign):
            yield Finding(name, problem)
        yield from self._returns(names)

    # --- a commit with one parent ---------------------------------------------------------------------------

    def _ordinary(self, commit: Commit, touched: Sequence[Touched]) -> Iterator[Problem]:
        ours = [each for each in touched if each.path.split("/", 1)[0] in AREAS]
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
                elif each.path.startswith(f"{attachments.FOLDER}/") and each.before:
                    yield from self.papers.edited(commit, each)
        if written:
            yield from self._dated(commit, written[0])

    def _matters(self, commit: Commit, touched: Touched) -> bool:
        """Whether a deleted file was one: a record, the policy, or an attachment that some event names."""
        if touched.path.startswith(f"{attachments.FOLDER}/"):
            return self.papers.named(commit.parents[0] if commit.parents else "", touched.path)
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
            self.texts.keep_as(touched, touched.before)
            return [replace(new, rule="unreadable")], False
        if isinstance(old, Document):
            offence = growth.offence(old, new, commit.name)
            known = self.texts.before_it_was_changed(touched)
            if offence and known and growth.offence(known, new, commit.name) is None:
                offence = None  # somebody put back what another had changed, which was said where that was done
            elif offence:
                self.texts.keep_as(touched, touched.before)
                return [offence], False
            else:
                self.texts.carry_on(touched, old, new)
        else:
            known = self.texts.before_it_was_changed(touched)
            if known is not None:
                offence = growth.offence(known, new, commit.name)
                return ([offence] if offence else []), False
            if touched.before:
                return [], False  # it could not be read before, which was said there
            misplaced = list(_placed(touched.path, new))
            if misplaced:
                return misplaced, False
        self.last_of[touched.path] = commit.name
        number = len(old.owner.events) if isinstance(old, Document) else 0
        return list(self.judge.judged(commit, touched, new, number)), len(new.owner.events) > number

    def _dated(self, commit: Commit, path: str) -> Iterator[Problem]:
        """What a commit's own instants say against the clock, and against the commit before it."""
        ruling = self.rulings.held(commit.name)
        if ruling is None:
            yield Problem(path, _LAWLESS, "policy")
        if not commit.parents and commit.name != next(iter(self.past.commits)):
            yield Problem(path, _STRANGE, "history")
        if not isinstance(ruling, Ruling):
            return
        zone, patience = ruling.policy.zone, ruling.policy.late_entry
        fields = {"at": show(commit.authored, zone), "committed": show(commit.committed, zone)}
        if max(commit.committed, commit.authored) > self.now + CLOCK_DIFFERENCE:
            yield Problem(path, _NOT_YET, "future", fields=fields)
        before = self.past.latest_before(commit)
        if before and before - min(commit.authored, commit.committed) > patience:
            fields["at"] = show(min(commit.authored, commit.committed), zone)
            fields["parent"] = show(before, zone)
            yield Problem(path, _RECOVERED if commit.recovered else _CLOCK, "clock", fields=fields)
        elif abs(commit.committed - commit.authored) > patience:
            yield Problem(path, _AUTHORED, "clock", fields=fields)

    # --- a merge --------------------------------------------------------------------------------------------

    def _merge(self, commit: Commit, touched: Sequence[Sequence[Touched]]) -> Iterator[Problem]:
        for path in merges.wrong_kinds(touched, ORDINARY, AREAS):
            yield Problem(path, _KIND, "file-kind")
        yield from merges.offences(self.past, self.texts, commit, touched)
        blob = self.rulings.at(commit.name)
        if blob and blob != self.rulings.at(commit.parents[0]):
            yield from self._policy(commit, blob)

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


def is_record(path: str) -> bool:
    """Whether a path is that of a complaint's or a measure's file."""
    return path.startswith(tuple(f"{folder}/" for folder in RECORDS)) and path.endswith((".yaml", ".yml"))


def _placed(path: str, new: Document) -> Iterator[Problem]:
    """What is wrong with a new file's place and shape."""
    parse = book.Book if isinstance(new.owner, Complaint) else None
    expected = (
        f"{book.COMPLAINTS}/{new.owner.id[:4]}/{new.owner.id[4:6]}" if parse else f"{MEASURES}/{new.owner.id[:4]}"
    )
    if path != f"{expected}/{new.owner.id}.yaml":
        fields = {"id": new.owner.id, "folder": expected}
        yield book.at(path, new.text, ("id",), N_("the id is {id}; it belongs into {folder}"), "id", fields)
        return
    findings = (validate.complaint_findings if parse else validate.measure_findings)(new.data)
    for where, sentence, fields, rule in findings:
        yield book.at(path, new.text, where, sentence, rule, fields)
