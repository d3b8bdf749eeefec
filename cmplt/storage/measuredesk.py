"""Where measures are written: an entry becomes lines at the end of one file, and one commit of that file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cmplt.domain import ids
from cmplt.domain.capa import undertaking
from cmplt.domain.capa_entry import enter, known_names, rules
from cmplt.domain.complaint import Event
from cmplt.domain.draft import Draft, Entry
from cmplt.domain.measure import Measure, MeasureFacts
from cmplt.domain.policy import Policy
from cmplt.errors import BadValue, Edited, FlowEvents, NotAppended, Unwritable
from cmplt.i18n import N_, _
from cmplt.repository import recording
from cmplt.repository.ledger import Ledger
from cmplt.repository.trail import message
from cmplt.repository.writing import writing
from cmplt.storage import attachments, validate, yamlfile
from cmplt.storage.book import Book
from cmplt.storage.measures import MeasureFile, Measures
from cmplt.storage.sound import bounded, continues, encodable, lines

SCHEMA_LINE = "../../schemas/measure.schema.json"
# A commit to be made: its files, its message, its instant.
Owed = tuple[dict[Path, bytes], str, datetime]
Files = Mapping[Path, bytes]


@dataclass(frozen=True)
class MeasureDesk:
    """Everything is worked out and checked before the first byte is written."""

    measures: Measures
    book: Book
    ledger: Ledger
    policy: Policy

    def propose(self, facts: Mapping[str, Any], draft: Draft, entry: Entry, choice: Callable[[str], str]) -> Measure:
        """Write a new measure from its facts; its id is unlike every measure's and every complaint's."""
        known_names(facts, self.policy)
        with writing(self.ledger):
            day = (entry.at or entry.now).astimezone(self.policy.zone).date()
            measure_id = ids.draw(day, {*self.measures.paths, *self.book.paths}, choice)
            written = {"id": measure_id, **facts}
            measure = enter(Measure(MeasureFacts.read(written), ()), draft, entry, self.policy)
            data = {**written, "events": [event.data for event in measure.events]}
            text = yamlfile.new_file(written, data["events"], SCHEMA_LINE)
            encodable(data)
            bounded(text, _("the measure"))
            found = yamlfile.load(text)
            if found != yamlfile.plain(data):
                raise Unwritable(place=_("the measure"), problem=(N_("it would read back as something else"), {}))
            _refuse(validate.measure_findings(found))
            self._record({self.measures.path_of(measure_id): text.encode()}, measure, entry)
        return measure

    def append(self, path: Path, draft: Draft, entry: Entry) -> Measure:
        """Append an event to a measure: one commit of its file and of what is attached."""
        with writing(self.ledger):
            file = self.measures.open(path)
            leftovers = self._leftover(file, entry.now)
            measure = enter(file.measure, draft, entry, self.policy)
            text = self._appended(file, measure)
            for content, told, when in leftovers:
                recording.record(self.ledger, content, told, when=when)
            self._record({**draft.papers, path: text.encode()}, measure, entry)
        return measure

    def settle(self, paths: Sequence[Path], now: datetime) -> None:
        """Commit what killed commands left in these files; raises Edited for any other change."""
        for path in paths:
            for content, told, when in self._leftover(self.measures.open(path), now):
                recording.record(self.ledger, content, told, when=when)

    def _record(self, files: Files, measure: Measure, entry: Entry) -> None:
        told = commit_message(measure.id, measure.events[-1:])
        recording.record(self.ledger, files, told, when=entry.now.astimezone(self.policy.zone))

    def _appended(self, file: MeasureFile, measure: Measure) -> str:
        shown, event = file.path.relative_to(self.measures.root), measure.events[-1]
        encodable(event)
        try:
            text = yamlfile.append(file.text, [event.data])
        except yamlfile.AppendError as error:
            raise (FlowEvents if error.flow else NotAppended)(path=shown) from None
        bounded(text, str(shown))
        here = ("events", len(file.measure.events))
        _refuse([each for each in validate.measure_findings(yamlfile.load(text)) if each[0][:2] == here])
        if event.get("changes"):
            facts = undertaking(measure).now.facts
            data = {name: value for name in MeasureFacts.__dataclass_fields__ if (value := facts.value(name))}
            _refuse(validate.measure_findings({**data, "events": yamlfile.plain([e.data for e in measure.events])}))
        return text

    def _leftover(self, file: MeasureFile, now: datetime) -> list[Owed]:
        """What a killed command left in this file: its commit, to be made first. Any other change is refused."""
        edited = Edited(path=file.path.relative_to(self.measures.root))
        text, old = lines(file.text), lines((self.ledger.committed(file.path) or b"").decode("utf-8", "replace"))
        if not recording.staged_like(self.ledger, file.path, text, old):
            raise edited
        if text == old:
            return []
        number = continues(old, file.measure.data)
        events = file.measure.events[number or 0 :]
        void = [position for position in undertaking(file.measure).void if position >= (number or 0)]
        behind = text.startswith(old if old.endswith("\n") or not old else old + "\n")
        if number is None or not events or not behind or void or validate.measure_findings(file.measure.data):
            raise edited
        if not all(map(self._as_oneself, events)):
            raise edited
        entered, now = events[-1].entered, now.astimezone(self.policy.zone)
        late = recording.recovered(self.ledger, entered, now, self.policy.late_entry)
        told = commit_message(file.measure.id, events, *late)
        papers = attachments.left_behind(self.measures.root, file.measure.id, events)
        return [({**papers, file.path: file.text.encode()}, told, entered)]

    def _as_oneself(self, event: Event) -> bool:
        """Nobody approves or declines for somebody else, not even by way of what a killed command left."""
        if event.action not in ("approve", "decline"):
            return True
        identity, role = self.ledger.identity(), str(rules(self.policy).get("approve"))
        members = self.policy.members(role, on=event.at.astimezone(self.policy.zone).date())
        return event.by == identity.name and identity.among(members)


def _refuse(findings: Sequence[validate.Finding]) -> None:
    for path, sentence, fields, _rule in findings:
        raise BadValue(place=".".join(str(step) for step in path) or "measure", problem=(sentence, fields))


def commit_message(measure_id: str, events: Sequence[Event], *more: tuple[str, str]) -> str:
    """`measure approve 20261130-q8wd`, then the trailers (design §2); behind a colon whether it works."""
    told = {True: ": effective", False: ": ineffective"}.get(events[0].get("effective"), "")
    actions = ", ".join(event.action for event in events)
    return message(
        f"measure {events[0].action} {measure_id}{told}", [("Measure", measure_id), ("Action", actions), *more]
    )
