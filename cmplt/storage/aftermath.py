"""What a merge makes of events that were right at their desks: some are void, some approve another proposal."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cmplt.domain import capa, process
from cmplt.domain.complaint import Event
from cmplt.repository.ledger import Ledger
from cmplt.storage.book import Book, File
from cmplt.storage.measures import MEASURES, MeasureFile, Measures
from cmplt.storage.tree import Revision


@dataclass(frozen=True, slots=True)
class Turned:
    """An event that is not any more what it was at its desk: void, or an approval of another proposal.

    `next` are the actions that are possible now.
    """

    id: str
    event: Event
    void: bool
    next: Sequence[str]


def turned(ledger: Ledger, names: Sequence[str], sides: Sequence[str], merged: str) -> Iterator[Turned]:
    """The events of some files that a merge has turned into something else than they were in either of its sides.

    Where the first side's commit went forward to one that others had merged, it is the only one.
    """
    for name in names:
        now, *before = (_read(ledger, commit, name) for commit in (merged, *sides))
        for text, event in now.void.items():
            if text not in before[0].void:
                yield Turned(Path(name).stem, event, True, now.next)
        for text, (event, proposal) in now.approved.items():
            if any(each.approved.get(text, (event, proposal))[1] != proposal for each in before):
                yield Turned(Path(name).stem, event, False, now.next)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The void events of a file and its approvals, by all that they say, each approval with its proposal."""

    void: Mapping[str, Event] = field(default_factory=dict)
    approved: Mapping[str, tuple[Event, str]] = field(default_factory=dict)
    next: Sequence[str] = ()


def _read(ledger: Ledger, commit: str, name: str) -> _Reading:
    shelf = Measures if name.startswith(f"{MEASURES}/") else Book
    file: Any = shelf(ledger.root, Revision(ledger, commit)).read(ledger.root / name)
    if isinstance(file, File):
        history = process.fold(file.complaint)
        steps = [each for each in history.in_effect if each.event.action == "approve" and each.before.proposal]
        given = {str(each.event.data): (each.event, str(each.before.proposal)) for each in steps}
        return _Reading(_at(file.complaint.events, history.void), given, process.next_actions(history.now))
    if isinstance(file, MeasureFile):
        found = capa.undertaking(file.measure)
        return _Reading(_at(file.measure.events, found.void), next=capa.next_actions(found.status))
    return _Reading()


def _at(events: Sequence[Event], places: Sequence[int]) -> Mapping[str, Event]:
    return {str(events[place].data): events[place] for place in places}
