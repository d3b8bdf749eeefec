"""The sample office that comes with the program, and its history: each event a commit by its actor at its instant."""

from collections.abc import Iterator
from importlib.resources import files as resources
from importlib.resources.abc import Traversable

from cmplt.domain.complaint import Complaint, Event
from cmplt.domain.draft import Identity
from cmplt.storage import yamlfile
from cmplt.storage.desk import commit_message
from cmplt.storage.ledger import Past, message

_FIRST = ("cmplt.yaml", ".gitattributes", "schemas/complaint.schema.json", "schemas/policy.schema.json")


def people() -> dict[str, Identity]:
    """Who works in the sample, by name; the first is the clerk."""
    listed = yamlfile.load(_root().joinpath("people.yaml").read_text(encoding="utf-8"))
    return {name: Identity(name, email) for name, email in listed.items()}


def history() -> list[Past]:
    """The sample's commits, oldest first: the office is set up the day before its first complaint."""
    who = people()
    commits = []
    for name, text in _complaints(_root().joinpath("complaints"), "complaints"):
        complaint = Complaint.read(yamlfile.load(text))
        ends = yamlfile.beginnings(text)
        for first, last in _entries(complaint.events):
            events = complaint.events[first : last + 1]
            content = text[: ends[last]].encode()
            told = commit_message([complaint.id], events)
            commits.append(Past(who[events[0].by], events[0].entered, told, {name: content}))
    commits.sort(key=lambda past: (past.when, past.message))
    start = commits[0].when.replace(hour=0, minute=0, second=0)
    first_files = {name: _root().joinpath(name).read_bytes() for name in _FIRST}
    clerk = next(iter(who.values()))
    return [Past(clerk, start, message("init", [("Action", "init")]), first_files), *commits]


def _entries(events: tuple[Event, ...]) -> Iterator[tuple[int, int]]:
    """The first and last event of each command: what hands a complaint on comes in pairs (design §3)."""
    index = 0
    while index < len(events):
        following = events[index + 1] if index + 1 < len(events) else None
        pair = (
            following is not None
            and following.action == "assign"
            and events[index].action in ("register", "followup", "reopen")
            and (following.at, following.entered) == (events[index].at, events[index].entered)
        )
        yield index, index + pair
        index += 1 + pair


def _complaints(folder: Traversable, name: str) -> Iterator[tuple[str, str]]:
    for each in sorted(folder.iterdir(), key=lambda item: item.name):
        if each.is_dir():
            yield from _complaints(each, f"{name}/{each.name}")
        elif each.name.endswith(".yaml"):
            yield f"{name}/{each.name}", each.read_text(encoding="utf-8")


def _root() -> Traversable:
    return resources("cmplt.sample")
