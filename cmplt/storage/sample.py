"""The sample offices that come with the program, and their histories: each command a commit by its actor."""

from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files as resources
from importlib.resources.abc import Traversable

from cmplt.domain.complaint import Complaint, Event
from cmplt.domain.draft import Identity
from cmplt.domain.measure import Measure
from cmplt.errors import UnknownProfile
from cmplt.repository.fastimport import Imported
from cmplt.repository.trail import message
from cmplt.storage import book, measuredesk, measures, office, yamlfile
from cmplt.storage.desk import commit_message

FIRST = "auto-dealer"  # whose office is the sample's own folder; the others lie below it


def names() -> list[str]:
    """The profiles that have a sample office."""
    others = _root(FIRST).joinpath("offices")
    return sorted([FIRST, *(each.name for each in others.iterdir() if each.joinpath("people.yaml").is_file())])


def people(profile: str = FIRST) -> dict[str, Identity]:
    """Who works in a sample, by name; the first is the clerk. Raises UnknownProfile."""
    if profile not in names():
        raise UnknownProfile(name=profile, near=[], names=names())
    listed = yamlfile.load(_root(profile).joinpath("people.yaml").read_text(encoding="utf-8"))
    return {name: Identity(name, email) for name, email in listed.items()}


def history(profile: str = FIRST) -> list[Imported]:
    """A sample's commits, oldest first: the office is set up the day before its first complaint."""
    who, root = people(profile), _root(profile)
    commits: list[Imported] = []
    for name, text in _below(root, book.COMPLAINTS):
        complaint = Complaint.read(yamlfile.load(text))
        for events, content in _entries(complaint.events, text):
            told = commit_message([complaint.id], events)
            files = {name: content, **_papers(root, events)}
            commits.append(Imported(who[events[0].by], events[0].entered, told, files))
    for name, text in _below(root, measures.MEASURES):
        measure = Measure.read(yamlfile.load(text))
        for events, content in _entries(measure.events, text):
            told = measuredesk.commit_message(measure.id, events)
            files = {name: content, **_papers(root, events)}
            commits.append(Imported(who[events[0].by], events[0].entered, told, files))
    commits.sort(key=lambda past: past.when)  # stable: what happened to one file at one instant keeps its order
    return [_setup(root, commits[0].when, next(iter(who.values()))), *commits]


def _setup(root: Traversable, first: datetime, clerk: Identity) -> Imported:
    policy = root.joinpath("cmplt.yaml").read_text(encoding="utf-8")
    start = first.replace(hour=0, minute=0, second=0)
    return Imported(clerk, start, message("init", [("Action", "init")]), office.contents(policy))


def _entries(events: tuple[Event, ...], text: str) -> Iterator[tuple[tuple[Event, ...], bytes]]:
    """The events of each command, and the file as it stood after it."""
    ends, first = yamlfile.beginnings(text), 0
    for index in range(1, len(events) + 1):
        if index == len(events) or not _goes_on(events[first], events[index]):
            yield events[first:index], text[: ends[index - 1]].encode()
            first = index


def _goes_on(first: Event, event: Event) -> bool:
    """Whether an event is of the same command: a handing on (design §3), or a task that a playbook opened."""
    if (event.at, event.entered, event.by) != (first.at, first.entered, first.by):
        return False
    hands_on = event.action == "assign" and first.action in ("register", "followup", "reopen")
    return hands_on or event.action == "task"


def _papers(root: Traversable, events: tuple[Event, ...]) -> dict[str, bytes]:
    names = [paper["path"] for event in events for paper in event.get("files", ())]
    return {name: root.joinpath(name).read_bytes() for name in names}


def _below(root: Traversable, name: str) -> Iterator[tuple[str, str]]:
    folder = root.joinpath(name)
    for each in sorted(folder.iterdir(), key=lambda item: item.name) if folder.is_dir() else ():
        if each.is_dir():
            yield from _below(root, f"{name}/{each.name}")
        elif each.name.endswith(".yaml"):
            yield f"{name}/{each.name}", each.read_text(encoding="utf-8")


def _root(profile: str) -> Traversable:
    top = resources("cmplt.sample")
    return top if profile == FIRST else top.joinpath("offices", profile)
