"""The exchange with another clone of the office: what there is, what was merged, whether a push got through."""

import re
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path

from cmplt.errors import (
    Declined,
    Detached,
    GitBusy,
    GitFailed,
    InTheWay,
    NoRemote,
    NoSuchBranch,
    NoSuchRemote,
    NoSuchRevision,
    NotReached,
    NotSent,
    Rewritten,
    SidesConflict,
    Unrelated,
)
from cmplt.repository import driver, halfmerged, interrupts, recording, seen
from cmplt.repository.ledger import Ledger
from cmplt.repository.trail import message

# What git says where somebody else's push came first: before this one, or at the same moment.
_BEATEN = re.compile(
    r"\[rejected\] .*\((?:fetch first|non-fast-forward)\)|incorrect old value|reference already exists"
    r"|(?:is at [0-9a-f]+|reference is missing) but expected|\.lock': File exists"
)
_HOOK = re.compile("hook declined|aborted by hook")  # one of the other side said no, in whatever words
_ANSWER = "remote:"  # before each line that the other side says
_FINDING = re.compile(r" \[[a-z-]+\]$")  # how a line of an audit ends
_LONGEST = 20  # lines of an answer that are shown
_REPORTS = "reports/"
_BRANCHES = "refs/heads/"
# A merge looks at files by their names, whatever else they resemble, and does nothing besides.
_PLAINLY = {
    "merge.autoStash": "false",
    "merge.default": "text",
    "merge.directoryRenames": "false",
    "merge.ff": "true",
    "merge.log": "false",
    "merge.renames": "false",
    "rerere.enabled": "false",
}


class Overtaken(Exception):
    """Another command does the same at this moment; it can be tried again. `answer` is what git said."""

    def __init__(self, answer: str) -> None:
        super().__init__(answer)
        self.answer = answer


@dataclass(frozen=True)
class Exchange:
    """A branch of the clone at hand and the branch of the same name of another repository."""

    ledger: Ledger
    remote: str
    branch: str

    @classmethod
    def between(cls, ledger: Ledger, remote: str | None) -> "Exchange":
        """The exchange with a remote by its name, or the one there is; raises NoRemote, NoSuchRemote or Detached."""
        head = ledger.branch()
        if head is None:
            raise Detached()
        branch = head.removeprefix(_BRANCHES)
        # a name that begins with a hyphen would be an option of git
        names = [each for each in ledger.ask("remote").split("\n")[:-1] if not each.startswith("-")]
        if remote is not None and remote not in names:
            raise NoSuchRemote(name=remote, names=names)
        usual = _setting(ledger, f"branch.{branch}.remote")
        chosen = remote or next((each for each in (usual, "origin") if each in names), None)
        if chosen is None and len(names) != 1:
            raise NoRemote(names=names)
        return cls(ledger, chosen or names[0], branch)

    @property
    def name(self) -> str:
        return f"{self.remote}/{self.branch}"

    @property
    def exchanged(self) -> str | None:
        """The commit up to which both sides have met; None before the first time."""
        return seen.exchanged(self.ledger, self.name)

    def agree(self, commit: str) -> None:
        """Remember a commit that both sides have now."""
        seen.shared(self.ledger, self.name, commit)

    def fetched(self) -> str | None:
        """The other side's commit as it was when it was last fetched; None before the first time."""
        try:
            return self.ledger.resolve(f"refs/remotes/{self.name}")
        except NoSuchRevision:
            return None

    def fetch(self) -> str | None:
        """Fetch; returns the other side's commit, None where it has no such branch yet.

        Raises NoSuchBranch where it has other branches only, Rewritten where its history is no continuation of what
        was fetched before, Overtaken where another command fetches here at the same moment.
        """
        before = self.exchanged or self.fetched()
        try:
            with self._quietly():
                branches = f"+{_BRANCHES}*:refs/remotes/{self.remote}/*"
                self.ledger.ask("fetch", "--quiet", "--prune", "--refmap=", self.remote, branches)
        except GitFailed as error:
            if _beaten(error):
                raise Overtaken(error.fields["output"]) from None
            raise NotReached(name=self.remote, output=error.fields["output"]) from None
        now = self.fetched()
        others = now or self.ledger.ask("for-each-ref", "--format=%(refname:lstrip=3)", f"refs/remotes/{self.remote}/")
        if not now and others:
            raise NoSuchBranch(remote=self.remote, branch=self.branch, others=others.split())
        if before and now and not self._leads(before, now):
            self.ledger.ask("update-ref", f"refs/remotes/{self.name}", before)  # asked again, it says so again
            path = self.ledger.private / seen.NAME
            raise Rewritten(name=self.name, commit=before, remote=self.remote, path=path)
        return now

    def merge(self, theirs: str, when: datetime) -> bool:
        """Merge the other side's commit; False where there is nothing to merge.

        Raises SidesConflict, InTheWay or Unrelated, and Unfinished where somebody else's merge is going on, which is
        left alone.
        """
        recording.ready(self.ledger)
        head = self.ledger.head()
        if head and self.ledger.leads(theirs, head):
            return False
        if head and not halfmerged.related(self.ledger, head, theirs):
            raise Unrelated(name=self.name)
        if covered := self._covered(head, theirs):
            raise InTheWay(paths=covered)
        with interrupts.held_back() as held, self.ledger.dated(when):
            halfmerged.begin(self.ledger, theirs)
            try:
                self.ledger.ask(*self._merging(), theirs)
            except (GitBusy, GitFailed):
                held.ignore()
                if not self._ended(theirs):
                    raise
            halfmerged.end(self.ledger)
        if held.came:  # it is merged, and that is as far as it goes
            raise KeyboardInterrupt
        return True

    def _ended(self, theirs: str) -> bool:
        """Whether a merge stands that git failed to end, be it now; else everything is put back."""
        if halfmerged.stands(self.ledger, theirs):  # git failed too late
            return True
        conflicts = self.ledger.names("diff", "--name-only", "--diff-filter=U")
        if conflicts and all(name.startswith(_REPORTS) for name in conflicts) and self._take(conflicts):
            return True
        if Path(self.ledger.repo.git_dir, "MERGE_HEAD").exists():
            self.ledger.ask("merge", "--abort")
        halfmerged.take_back(self.ledger)  # a merge that goes forward has no end that git could call off
        if conflicts:
            raise SidesConflict(paths=conflicts, name=self.name) from None
        return False

    def _merging(self) -> list[str]:
        """git's command for a merge that depends on nothing that is set up here."""
        # a squash, say, would be no merge
        settings = {**_PLAINLY, f"branch.{self.branch}.mergeOptions": ""}
        usual = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        strategy = "ort" if self.ledger.repo.git.version_info >= (2, 34) else "recursive"
        told = message(f"{halfmerged.SUBJECT} {self.name}", [("Action", "sync")])
        words = ("merge", "--quiet", "--ff", "--no-edit", "--no-stat", f"--strategy={strategy}", "-m", told)
        return [*driver.settings(), *usual, *words]

    def _covered(self, head: str | None, theirs: str) -> list[str]:
        """Files that are none of git's, and lie where the other side has its own: git spares none that it ignores."""
        root, known = self.ledger.root, set(self.ledger.names("ls-files"))
        found = set[Path]()
        for name in set(halfmerged.touched(self.ledger, head, theirs, "--diff-filter=d")) - known:
            way = (root / name, *(root / each for each in Path(name).parents))
            found.update(each for each in (*way, *(root / name).rglob("*")) if each.is_symlink() or each.is_file())
        return sorted({path.relative_to(root).as_posix() for path in found} - known)

    def _take(self, reports: Sequence[str]) -> bool:
        """Of reports that both sides made, those of the other side stand: either can be made again."""
        names = [f":(top,literal){name}" for name in reports]
        try:
            self.ledger.ask("checkout", "--quiet", "--theirs", "--", *names)
            self.ledger.ask("add", "--force", "--", *names)
            self.ledger.ask("commit", "--quiet", "--no-edit")
        except GitFailed:  # one side has none of that name: somebody has to look
            return False
        return True

    def push(self) -> None:
        """Push. Raises Overtaken where somebody was faster, and NotSent, with what the other side says, for all else.

        Where that is what an audit says, it is Declined.
        """
        upstream = [] if _setting(self.ledger, f"branch.{self.branch}.remote") else ["--set-upstream"]
        try:
            with self._quietly():
                branch = f"{_BRANCHES}{self.branch}"
                self.ledger.ask("push", "--quiet", *upstream, self.remote, f"{branch}:{branch}")
        except GitFailed as error:
            answer = _answer(error)
            if _beaten(error):
                raise Overtaken("\n".join(answer)) from None
            kind = Declined if any(_FINDING.search(line) for line in answer) else NotSent
            raise kind(name=self.name, output="\n".join(answer), branch=self.spare()) from None

    def spare(self) -> str:
        """A name for a branch that keeps what is taken back here."""
        taken = set(self.ledger.ask("for-each-ref", "--format=%(refname:lstrip=2)", _BRANCHES).split("\n"))
        return next(name for number in count(1) if (name := f"refused-{number}") not in taken)

    def count(self, since: str | None, until: str | None) -> int:
        """How many commits lead to one and not to another."""
        if until is None:
            return 0
        return int(self.ledger.ask("rev-list", "--count", until, *([f"^{since}"] if since else [])))

    def changed(self, before: str | None, now: str) -> list[str]:
        """The complaints and measures that are not the same in two commits."""
        if before is None or before == now:
            return []
        return self.ledger.names("diff", "--name-only", before, now, "--", "complaints", "measures")

    def _leads(self, first: str, last: str) -> bool:
        """As the ledger says; False where the first is gone from here."""
        return self.ledger.named(first) is not None and self.ledger.leads(first, last)

    def _quietly(self) -> AbstractContextManager[None]:
        """Nobody is asked for a password where nobody is there to give one."""
        return self.ledger.repo.git.custom_environment(**({} if sys.stdin.isatty() else {"GIT_TERMINAL_PROMPT": "0"}))


def _beaten(error: GitFailed) -> bool:
    """Whether git failed because somebody else was faster, and not because somebody said no."""
    told = "\n".join(error.fields.get("lines", ()))
    return bool(_BEATEN.search(told)) and not _HOOK.search(told)


def _answer(error: GitFailed) -> Sequence[str]:
    """What the other side answered, as its hook put it; where it said nothing, what git did."""
    lines: Sequence[str] = error.fields["lines"]
    answered = [line.removeprefix(_ANSWER).strip() for line in lines if line.startswith(_ANSWER)]
    return (answered or lines)[:_LONGEST]


def _setting(ledger: Ledger, name: str) -> str:
    return ledger.ask("config", "--default", "", "--get", name).strip()
