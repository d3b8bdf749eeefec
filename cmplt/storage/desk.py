"""The desk: takes entries to complaints, and turns them into files and one commit."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from cmplt.domain import ids
from cmplt.domain.calendar import Calendar
from cmplt.domain.complaint import Complaint, Event, Facts
from cmplt.domain.draft import Draft, Entry
from cmplt.domain.entry import enter
from cmplt.domain.policy import FIELDS, Policy
from cmplt.domain.process import History, fold
from cmplt.errors import BadValue, BadValues, Edited, FlowEvents, NotAppended, NotRedacted, Unwritable
from cmplt.i18n import N_, _
from cmplt.repository import recording
from cmplt.repository.ledger import Ledger
from cmplt.repository.trail import message
from cmplt.repository.writing import writing
from cmplt.storage import attachments, redaction, validate, yamlfile
from cmplt.storage.book import Book, File
from cmplt.storage.measures import Measures
from cmplt.storage.sound import bounded, continues, encodable, lines

SCHEMA_LINE = "../../../schemas/complaint.schema.json"
Drafts = Callable[[History], list[Draft]]


@dataclass(frozen=True)
class Desk:
    """Where complaints are written. Everything is worked out and checked before the first byte is."""

    book: Book
    ledger: Ledger
    policy: Policy
    calendar: Calendar

    def append(self, paths: Sequence[Path], drafts: Drafts, entry: Entry) -> list[Complaint]:
        """Append to each complaint what `drafts` makes of its history: one commit for all of them."""
        with writing(self.ledger):
            return self._append(paths, drafts, entry)

    def _append(self, paths: Sequence[Path], drafts: Drafts, entry: Entry) -> list[Complaint]:
        files: dict[Path, bytes] = {}
        leftovers, complaints = [], []
        events: tuple[Event, ...] = ()
        for path in paths:
            file = self.book.open(path)
            leftovers += self._leftover(file, entry.now)
            asked = drafts(self.policy.history(file.complaint, as_of=entry.at))
            files |= {paper: content for draft in asked for paper, content in draft.papers.items()}
            file = self._redacted(file, asked)
            complaint = enter(file.complaint, asked, entry, self.policy, self.calendar)
            fresh = complaint.events[len(file.complaint.events) :]
            events += fresh
            files[path] = self._appended(file, fresh).encode()
            complaints.append(complaint)
        for content, text, when in leftovers:
            recording.record(self.ledger, content, text, when=when)
        self._commit(files, complaints, events, entry)
        return complaints

    def settle(self, paths: Sequence[Path], now: datetime) -> None:
        """Commit what killed commands left in these files; raises Edited for any other change."""
        for path in paths:
            for content, text, when in self._leftover(self.book.open(path), now):
                recording.record(self.ledger, content, text, when=when)

    def register(
        self, intake: Sequence[Mapping[str, Any]], drafts: list[Draft], entry: Entry, choice: Callable[[str], str]
    ) -> list[Complaint]:
        """Register complaints from their facts, all in one commit or none."""
        with writing(self.ledger):
            return self._register(intake, drafts, entry, choice)

    def _register(
        self, intake: Sequence[Mapping[str, Any]], drafts: list[Draft], entry: Entry, choice: Callable[[str], str]
    ) -> list[Complaint]:
        files, complaints = {}, []
        taken = {*self.book.paths, *Measures(self.book.root).paths}
        for facts in intake:
            received = facts["received"].astimezone(self.policy.zone)
            complaint_id = ids.draw(received.date(), taken, choice)
            taken.add(complaint_id)
            written = {"id": complaint_id, **facts, "received": received}
            fresh = Complaint(Facts.read(yamlfile.plain(written)), ())
            complaint = enter(fresh, drafts, entry, self.policy, self.calendar)
            text = yamlfile.new_file(written, [event.data for event in complaint.events], SCHEMA_LINE)
            self._meant(text, {**written, "events": [event.data for event in complaint.events]})
            files[self.book.path_of(complaint_id)] = text.encode()
            complaints.append(complaint)
        self._commit(files, complaints, [event for each in complaints for event in each.events], entry)
        return complaints

    def _commit(
        self, files: Mapping[Path, bytes], complaints: Sequence[Complaint], events: Sequence[Event], entry: Entry
    ) -> None:
        told = commit_message([each.id for each in complaints], events)
        recording.record(self.ledger, files, told, when=entry.now.astimezone(self.policy.zone))

    def check_facts(self, facts: Mapping[str, Any], changed: Collection[str] | None = None) -> None:
        """Refuse facts (of an amendment: those changed) that break the schema or the policy.

        Raises BadValue, UnknownName or Retired. What an amendment does not touch is judged by no policy of today.
        """
        probe = {
            "id": "20000101-0000",
            **yamlfile.plain(facts),
            "events": [{"at": "2000-01-01T00:00:00Z", "by": "-", "action": "register"}],
        }

        def asked(path: Sequence[str | int], missing: object = None) -> bool:
            whole = [*map(str, path), *([str(missing)] if missing else [])]
            return changed is None or any(name in changed for name in (path[0], ".".join(whole[:2])))

        self._refuse([each for each in validate.complaint_findings(probe) if asked(each[0])])
        for name, table in FIELDS.items():
            value = facts.get(name) if asked((name,)) else None
            for key in value if isinstance(value, list) else [value] if value else []:
                self.policy.known(table, key)
        self._refuse(
            [
                each
                for each in validate.details_findings(facts.get("details"), self.policy)
                if asked(each[0], each[2].get("name"))
            ]
        )
        for key in self.policy.customer_required:
            if asked(("customer", key)) and not facts["customer"].get(key):
                self._refuse([(("customer",), N_("{name} is missing"), {"name": key}, "policy:customer")])

    def _redacted(self, file: File, asked: Sequence[Draft]) -> File:
        """The file that the events are to be appended to: what one of them redacts is blank in it."""
        fields = [field for draft in asked if draft.action == "redact" for field in draft.fields["fields"]]
        try:
            text = redaction.blanked(file.text, fields) if fields else file.text
        except redaction.RedactionError:
            raise NotRedacted(path=file.path.relative_to(self.book.root)) from None
        return file if text == file.text else File(file.path, text, Complaint.read(yamlfile.load(text)))

    def _appended(self, file: File, events: Sequence[Event]) -> str:
        shown = file.path.relative_to(self.book.root)
        encodable(events)
        try:
            text = yamlfile.append(file.text, [event.data for event in events])
        except yamlfile.AppendError as error:
            raise (FlowEvents if error.flow else NotAppended)(path=shown) from None
        bounded(text, str(shown))
        data, old = yamlfile.load(text), len(file.complaint.events)
        findings = validate.complaint_findings(data)
        self._refuse([each for each in findings if each[0][:1] == ("events",) and _index(each[0]) >= old])
        changed = {name for event in events for name in event.get("changes") or ()}
        if changed:
            self.check_facts(amended(file.complaint, events), changed)
        return text

    def _meant(self, text: str, data: Mapping[str, Any]) -> None:
        """A new file must read back as it was meant, and fit the schema."""
        encodable(data)
        bounded(text, _("the complaint"))
        try:
            found = yamlfile.load(text)
        except yamlfile.YamlProblem as problem:  # what came as JSON may be longer or deeper than what is read here
            raise Unwritable(place=_("the complaint"), problem=(problem.sentence, problem.fields)) from None
        if found != yamlfile.plain(data):
            raise Unwritable(place=_("the complaint"), problem=(N_("it would read back as something else"), {}))
        self._refuse(validate.complaint_findings(found))

    def _refuse(self, findings: Sequence[validate.Finding]) -> None:
        found = [
            (".".join(map(str, path)) or "complaint", (sentence, fields)) for path, sentence, fields, _rule in findings
        ]
        if len(found) == 1:
            raise BadValue(place=found[0][0], problem=found[0][1])
        if found:
            told = [(N_("{place}: {problem}"), {"place": place, "problem": problem}) for place, problem in found]
            raise BadValues(problems=told)

    def _as_oneself(self, event: Event, file: File) -> None:
        """Nobody approves, declines or closes for somebody else, not even by way of what a killed command left."""
        if event.action not in ("approve", "decline", "close"):
            return
        identity = self.ledger.identity()
        role = (self.policy.unreconciled or {}).get("role") if event.action == "close" else event.get("role")
        members = self.policy.members(str(role), on=event.at.astimezone(self.policy.zone).date())
        if event.by != identity.name or not identity.among(members):
            raise Edited(path=file.path.relative_to(self.book.root))

    def _leftover(self, file: File, now: datetime) -> list[tuple[dict[Path, bytes], str, datetime]]:
        """What a killed command left in this file: its commit, to be made first. Any other change is refused."""
        committed = self.ledger.committed(file.path)
        text, old = lines(file.text), lines((committed or b"").decode("utf-8", "replace"))
        if not recording.staged_like(self.ledger, file.path, text, old):
            raise Edited(path=file.path.relative_to(self.book.root))
        if text == old:
            return []
        old = redaction.as_redacted(old, file.complaint)
        number = continues(old, file.complaint.data)
        events = file.complaint.events[number or 0 :]
        void = set(fold(file.complaint).void) & set(range(number or 0, len(file.complaint.events)))
        behind = text.startswith(old if old.endswith("\n") or not old else old + "\n")
        if number is None or not events or not behind or void or validate.complaint_findings(file.complaint.data):
            raise Edited(path=file.path.relative_to(self.book.root))
        for event in events:
            self._as_oneself(event, file)
        entered, now = events[-1].entered, now.astimezone(self.policy.zone)
        late = recording.recovered(self.ledger, entered, now, self.policy.late_entry)
        commit = commit_message([file.complaint.id], events, *late)
        papers = attachments.left_behind(self.book.root, file.complaint.id, events)
        return [({**papers, file.path: file.text.encode()}, commit, entered)]


def amended(complaint: Complaint, events: Sequence[Event]) -> dict[str, Any]:
    """A complaint's facts as data, as they stand after `events`."""
    facts = fold(complaint.with_events(*events)).now.facts
    data = {name: value for name, value in complaint.data.items() if name not in ("id", "events")}
    for event in (*complaint.events, *events):
        for name in event.get("changes") or {}:
            block = name.partition(".")[0]
            value = facts.value(block)
            data[block] = value.isoformat() if block == "received" else value
    return {name: value for name, value in data.items() if value not in (None, {}, [])}


def _index(path: Sequence[str | int]) -> int:
    return path[1] if len(path) > 1 and isinstance(path[1], int) else 0


def commit_message(complaint_ids: Sequence[str], events: Sequence[Event], *more: tuple[str, str]) -> str:
    """`assign 20261102-7k3f: sales`, then the trailers (design §2)."""
    # a task that a playbook opened besides is not what the command was about
    asked = [event for event in events if event.action != "task" or event is events[0]]
    told = next((told for event in asked if (told := _told(event))), "")
    subject = f"{events[0].action} {' '.join(complaint_ids)}" + (f": {told}" if told else "")
    actions = ", ".join(dict.fromkeys(event.action for event in events))
    return message(subject, [*(("Complaint", each) for each in complaint_ids), ("Action", actions), *more])


def _told(event: Event) -> str:
    """What a commit's subject says of an event: the new department, result, task or role."""
    names = {
        "assign": "department",
        "followup": "result",
        "task": "task",
        "done": "task",
        "approve": "role",
        "decline": "role",
        "escalate": "to",
    }
    return str(event.get(names.get(event.action, ""), "") or "")
