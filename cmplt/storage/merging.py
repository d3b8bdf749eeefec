"""The merge rule (design §2): two sides of a complaint's or a measure's file become one, the same whoever merges."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from cmplt.domain import instants, personal
from cmplt.i18n import N_
from cmplt.storage import redaction, yamlfile
from cmplt.storage.sound import is_remark

Data = Mapping[str, Any]
Remarks = Mapping[int, Sequence[str]]  # the lines that somebody added, by the line of the base that they stand before
_LINE = re.compile(r"[^\n]*\n|[^\n]+")

_UNREADABLE = N_("one of the sides, or what they share, cannot be read as a list of events")
_NOTHING_SHARED = N_("both sides made this file, and they share nothing")
_CHANGED = N_("what both sides share was changed, and not by adding events or remarks")
_MEANING = N_("together the two sides would read as something else")
_TOO_LARGE = N_("together the two sides have more bytes than are read")


class Conflict(ValueError):
    """The merge rule does not apply: a person has to look. The text says why."""


def merged(base: str, ours: str, theirs: str) -> str:
    """What becomes of a file that two sides went on from `base` with; `merged(b, x, y) == merged(b, y, x)`.

    What the base has stays where it is, byte for byte. A side's new events stand where that side has them: behind
    all that is shared, or, where it has merged before, between events that the other side learned of only later.
    Where both have new ones they come by the instant at which they were recorded (`recorded`, else `at`), a side's own
    in their order; on a tie first the side the texts of whose events, from that one on, sort first (by code points).
    Remarks (whole lines of comment or blanks) of both sides are kept: at one place once where they are the same, else
    both, in sorted order. Events are told apart by their place in the base, not by their text: two new ones that are
    alike are two.

    Redaction: what a side has blanked stays blanked. A new `redact` counts where everything before it in its side is
    blank in its fields, which is so whenever a command wrote it; the merge blanks nothing that no side has blanked.
    It blanks the facts and every event that stands before it in the result, of either side. What was recorded later
    stays as written: it may hold what the customer told anew, and where it repeats what was redacted, `redact` again.

    Raises Conflict where facts or shared events differ otherwise, where both made the file, or where the result would
    not read as the base and each new event once; nothing else, whatever the texts are.
    """
    if ours in (theirs, base):
        return theirs
    if theirs == base:
        return ours
    if not base:
        raise Conflict(_NOTHING_SHARED)
    try:
        return _merged(*(_Version.read(text) for text in (base, ours, theirs)))
    except Conflict:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):  # data of another shape than a file's
        raise Conflict(_UNREADABLE) from None


@dataclass(frozen=True, slots=True)
class _Event:
    """An event of a version: its data, and its lines (of the first: with the facts before it)."""

    text: str
    data: Data

    @property
    def recorded(self) -> datetime:
        return instants.parse(self.data["recorded"] if "recorded" in self.data else self.data["at"])


@dataclass(frozen=True, slots=True)
class _Version:
    """A file as one side has it."""

    facts: Data
    events: tuple[_Event, ...]

    @classmethod
    def read(cls, text: str) -> "_Version":
        yamlfile.decode(text.encode())
        data, pieces = yamlfile.pieces(_complete(text))
        facts = {name: value for name, value in data.items() if name != "events"}
        return cls(facts, tuple(map(_Event, pieces, data["events"])))

    @property
    def text(self) -> str:
        return "".join(event.text for event in self.events)

    @property
    def data(self) -> dict[str, Any]:
        return {**self.facts, "events": [event.data for event in self.events]}

    def redacts(self) -> Iterator[tuple[int, Data]]:
        """Where something is redacted, and the events that say so; measures have none."""
        for position, event in enumerate(self.events):
            if personal.CUSTOMER in self.facts and event.data.get("action") == "redact":
                yield position, event.data

    def redacted(self, fields: Mapping[str, int]) -> "_Version":
        """This version with each of these fields blank in the facts and in the events before a position."""
        first = _Version(self.facts, self.events[: max(fields.values(), default=0)])
        paths = {
            path
            for path, name in personal.held(first.data)
            if _position(path) < max(fields.get(each, -1) for each in (name, name.partition(".")[0]))
        }
        if not paths:
            return self
        blank = _Version.read(redaction.without(first.text, paths))
        return _Version(blank.facts, (*blank.events, *self.events[len(first.events) :]))


def _position(path: yamlfile.Path) -> int:
    """The event that a value belongs to; a fact stands before all of them."""
    return int(path[1]) if path[0] == "events" else -1


def _complete(text: str) -> str:
    """The text with its last line complete, which must not change what it says."""
    if text.endswith("\n"):
        return text
    whole = text + ("\r\n" if "\r\n" in text else "\n")
    if yamlfile.load(text) != yamlfile.load(whole):
        raise Conflict(_CHANGED)
    return whole


def _merged(base: _Version, *sides: _Version) -> str:
    redacts = [_redactions(base, side) for side in sides]
    fields = {field for found in redacts for event in found for field in event["fields"]}
    shared = base.redacted(dict.fromkeys(fields, len(base.events)))
    # the shared events in each side, told from its new ones with all blank that either side redacted
    places = [_aligned(shared, side.redacted(dict.fromkeys(fields, len(side.events)))) for side in sides]
    events: list[_Event] = []
    kept: list[int] = []  # where the shared events stand in the result
    for index, event in enumerate(base.events):
        kept.append(len(events))
        events.append(event)
        events += _by_instant(*(found.behind(side, index) for side, found in zip(sides, places, strict=True)))
    result = _Version(base.facts, tuple(events))
    count = {id(event) for found in redacts for event in found}
    result = result.redacted(
        {field: position for position, data in result.redacts() if id(data) in count for field in data["fields"]}
    )
    pieces = [event.text for event in result.events]
    for index, position in enumerate(kept):
        added = [found.remarks[index] for found in places]
        pieces[position] = _with_remarks(pieces[position], shared.events[index].text, *added)
    text = "".join(pieces)
    if len(text.encode()) > yamlfile.LARGEST:
        raise Conflict(_TOO_LARGE)
    if yamlfile.load(text) != result.data:
        raise Conflict(_MEANING)
    return text


def _redactions(base: _Version, side: _Version) -> list[Data]:
    """The new redactions of a side that blanked what they name; they hold nothing that is ever blanked themselves."""
    known = Counter(_alike(data) for _position, data in base.redacts())
    new = []
    for position, data in side.redacts():
        if known[_alike(data)]:
            known[_alike(data)] -= 1
        else:
            new.append((position, data))
    stands: dict[str, int] = {}  # where a field, or one in it, is first not blank
    before = _Version(side.facts, side.events[: new[-1][0]] if new else ())
    for path, name in personal.held(before.data):
        for field in (name, name.partition(".")[0]):
            stands.setdefault(field, _position(path))
    return [data for at, data in new if all(stands.get(field, at) >= at for field in data["fields"])]


def _alike(data: Data) -> str:
    """A text that data share which are equal."""
    return json.dumps(data, sort_keys=True)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the events of the base stand in a side, and the remarks that the side has added to each."""

    positions: Sequence[int]
    remarks: Sequence[Remarks]

    def behind(self, side: _Version, index: int) -> Sequence[_Event]:
        """The new events that a side has behind a shared one."""
        end = self.positions[index + 1] if index + 1 < len(self.positions) else len(side.events)
        return side.events[self.positions[index] + 1 : end]


def _aligned(base: _Version, side: _Version) -> _Places:
    """Find each shared event in a side, the first one after what was found before."""
    if base.facts != side.facts:
        raise Conflict(_CHANGED)
    positions: list[int] = []
    remarks: list[Remarks] = []
    candidates = enumerate(side.events)
    for event in base.events:
        for position, other in candidates:
            added = _remarks(event.text, other.text) if event.data == other.data else None
            if added is not None:
                positions.append(position)
                remarks.append(added)
                break
            if not positions:
                raise Conflict(_CHANGED)
        else:
            raise Conflict(_CHANGED)
    return _Places(positions, remarks)


def _remarks(old: str, new: str) -> Remarks | None:
    """The remarks that lines have more than others; None where they differ in anything else."""
    if old == new:
        return {}
    left, added = _LINE.findall(old), dict[int, list[str]]()
    place = 0
    for line in _LINE.findall(new):
        if place < len(left) and line == left[place]:
            place += 1
        elif is_remark(line):
            added.setdefault(place, []).append(line)
        else:
            return None
    return added if place == len(left) else None


def _with_remarks(text: str, shared: str, ours: Remarks, theirs: Remarks) -> str:
    """An event's lines with the remarks of both sides put in."""
    if not ours and not theirs:
        return text
    if text.count("\n") != shared.count("\n"):
        # it was recorded after a redaction that would have taken lines of it: counted without them, places are others
        raise Conflict(_CHANGED)
    lines = []
    for place, line in enumerate([*_LINE.findall(text), ""]):
        groups = sorted(list(each.get(place, ())) for each in (ours, theirs))
        lines += groups[0] if groups[0] != groups[1] else []
        lines += [*groups[1], line]
    return "".join(lines)


def _by_instant(*sides: Sequence[_Event]) -> Iterator[_Event]:
    """New events of both sides, a side's own in their order."""
    ours, theirs = sides
    our_ranks, their_ranks = _ranks(sides) if ours and theirs else ((), ())
    here = there = 0
    while here < len(ours) and there < len(theirs):
        first, second = ours[here].recorded, theirs[there].recorded
        if first < second or (first == second and our_ranks[here] <= their_ranks[there]):
            yield ours[here]
            here += 1
        else:
            yield theirs[there]
            there += 1
    yield from ours[here:]
    yield from theirs[there:]


def _ranks(sides: Sequence[Sequence[_Event]]) -> Sequence[Sequence[int]]:
    """Where each event would stand if all were sorted by their texts and the texts of those behind them in their side.

    Known of so many texts, it is known of twice as many: by those, and then by those behind them.
    """
    ranks = _ranked([[event.text for event in side] for side in sides])
    known = 1
    while known < max(map(len, ranks)):
        ranks = _ranked([[*zip_longest(side, side[known:], fillvalue=-1)] for side in ranks])
        known *= 2
    return ranks


def _ranked(sides: Sequence[Sequence[Any]]) -> Sequence[Sequence[int]]:
    order = {each: rank for rank, each in enumerate(sorted({each for side in sides for each in side}))}
    return [[order[each] for each in side] for side in sides]
