"""The composition root: one office, one clock, and what a command is handed of them."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from cmplt.domain import instants
from cmplt.domain.calendar import Calendar
from cmplt.domain.capa import Undertaking, undertaking
from cmplt.domain.cases import Course
from cmplt.domain.obligations import Obligation, obligations
from cmplt.domain.policy import Policy
from cmplt.domain.process import History
from cmplt.domain.rules import spoken
from cmplt.errors import NotAnOffice, NotATop, Problem
from cmplt.repository import driver
from cmplt.storage import policyfile
from cmplt.storage.archive import Archive, Watch
from cmplt.storage.book import Book
from cmplt.storage.measures import Measures
from cmplt.storage.official import official
from cmplt.storage.tree import Revision, Tree, WorkTree

if TYPE_CHECKING:
    from cmplt.repository.ledger import Ledger
    from cmplt.storage.desk import Desk
    from cmplt.storage.measuredesk import MeasureDesk


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass
class App:
    """What the commands of one invocation share."""

    start: Path
    language: str = "en"
    clock: Callable[[], datetime] = system_clock
    choice: Callable[[str], str] = random.SystemRandom().choice
    revision: str | None = None  # the commit that is looked at instead of the work tree
    command: str = ""

    @cached_property
    def now(self) -> datetime:
        """The instant of this command, read once, in whole seconds."""
        return self.clock().replace(microsecond=0).astimezone(UTC)

    @cached_property
    def root(self) -> Path:
        root = find_root(self.start)
        if not driver.registered(root):
            from cmplt.repository.ledger import Ledger

            driver.register(Ledger(root, self.command))
        return root

    @cached_property
    def tree(self) -> Tree:
        if self.revision is None:
            return WorkTree()
        return Revision(self.ledger, self.ledger.resolve(self.revision))

    @cached_property
    def _policy(self) -> tuple[Policy, str]:
        return policyfile.read(self.root, self.tree)

    @property
    def policy(self) -> Policy:
        return self._policy[0]

    @property
    def policy_text(self) -> str:
        return self._policy[1]

    @cached_property
    def calendar(self) -> Calendar:
        return self.policy.calendar(official)

    @cached_property
    def book(self) -> Book:
        return Book(self.root, self.tree)

    @cached_property
    def measures(self) -> Measures:
        return Measures(self.root, self.tree)

    @cached_property
    def measure_desk(self) -> "MeasureDesk":
        from cmplt.storage.measuredesk import MeasureDesk

        return MeasureDesk(self.measures, self.book, self.ledger, self.policy)

    @cached_property
    def ledger(self) -> "Ledger":
        from cmplt.repository.ledger import Ledger

        return Ledger(self.root, self.command)

    @contextmanager
    def writing(self) -> Iterator["App"]:
        """The office as it stands when it is this command's turn to write.

        What was read before that may be old by then: policy, complaints, and the time.
        """
        fresh = replace(self)
        from cmplt.repository.writing import writing

        with writing(fresh.ledger):
            yield fresh

    @property
    def audited(self) -> "Ledger":
        """The ledger to be audited: the office's, or that of a repository without a work tree, as a server has it."""
        from cmplt.repository.ledger import Ledger

        start = self.start.resolve()
        if (start / "HEAD").is_file() and (start / "objects").is_dir():
            return Ledger(start)
        try:
            return self.ledger
        except NotAnOffice:  # its policy may be what somebody took away
            top = next((folder for folder in (start, *start.parents) if (folder / ".git").exists()), None)
            if top is None:
                raise
            return Ledger(top)

    @cached_property
    def desk(self) -> "Desk":
        from cmplt.storage.desk import Desk

        return Desk(self.book, self.ledger, self.policy, self.calendar)

    def courses(self, now: datetime, *, since: datetime, watch: Watch = iter) -> tuple[list[Course], list[Problem]]:
        """What became of every complaint that can be read, as of an instant, and a problem for each that cannot.

        What was settled before `since` may come without its happenings and obligations.
        """
        archive = Archive(self.root, self.policy_text)
        return archive.courses(self.book, self.policy, as_of=now, watch=watch, since=since)

    def undertaken(self, now: datetime) -> tuple[list[Undertaking], list[Problem]]:
        """Every measure that can be read and is there at an instant, and a problem for each that cannot be read."""
        measures, problems = self.measures.all()
        found = (undertaking(measure, as_of=now) for measure in measures)
        return [each for each in found if each.exists], problems

    def time(self, text: str | None) -> datetime | None:
        """An instant as it was given on the command line, by the office's clock where it has no offset."""
        if text is None:
            return None
        return instants.given(text, zone=self.policy.zone, today=self.now.astimezone(self.policy.zone).date())

    def show(self, instant: datetime) -> str:
        return instants.show(instant, self.policy.zone)

    @property
    def office(self) -> str:
        """What the office is called."""
        return spoken(self.policy.office, self.language)

    def label(self, table: str, key: str | None) -> str:
        return self.policy.label(table, key, self.language)

    def obligations(self, history: History) -> tuple[Obligation, ...]:
        return obligations(history, self.policy)

    def find(self, parts: Sequence[str]) -> list[Path]:
        """The files that the ids given mean, each once."""
        return list(dict.fromkeys(self.book.find(part) for part in parts))


def find_root(start: Path) -> Path:
    """The office that `start` lies in: the nearest folder upwards with a policy, the top of its own work tree."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if (folder / policyfile.NAME).is_file():
            if not (folder / ".git").exists():
                raise NotATop(path=folder)
            return folder
    raise NotAnOffice(path=start)
