"""Instants as text: RFC 3339 with whole seconds in files, local times as people type them.

Inside the program every instant is in UTC or has a fixed offset, never a zone: Python compares and subtracts two
times of one zone by their wall clocks, which is wrong in the hours of a clock change.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from cmplt.errors import AmbiguousTime, BadTime, SkippedTime

EARLIEST, LATEST = 1900, 9000  # years; beyond them zones have no offsets and calendars no end

_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII)
_LOCAL = re.compile(r"(?:(\d{4}-\d\d-\d\d)[ T])?(\d{1,2}:\d\d(?::\d\d)?)", re.ASCII)


def parse(text: str) -> datetime:
    """Read an RFC 3339 instant with whole seconds and an offset; ValueError for anything else."""
    if not _RFC3339.fullmatch(text) or not EARLIEST <= int(text[:4]) <= LATEST:
        raise ValueError(text)
    return datetime.fromisoformat(text)


def show(instant: datetime, zone: ZoneInfo) -> str:
    """Write `instant` as RFC 3339 with the offset of `zone` at that instant."""
    local = instant.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    if offset.seconds % 60:  # local mean time of the nineteenth century: RFC 3339 has no seconds there
        local = instant.astimezone(UTC)
    return local.isoformat(timespec="seconds")


def given(text: str, *, zone: ZoneInfo, today: date) -> datetime:
    """Read a time as a person gives it: RFC 3339, or `[YYYY-MM-DD] HH:MM[:SS]` in the office's zone.

    Raises BadTime for what is neither, SkippedTime or AmbiguousTime for a local time that a clock change
    removes or repeats (design §4, arithmetic 7).
    """
    text = text.strip()
    try:
        if _RFC3339.fullmatch(text):
            return parse(text).astimezone(UTC)
        match = _LOCAL.fullmatch(text)
        if not match:
            raise ValueError(text)
        day = date.fromisoformat(match[1]) if match[1] else today
        naive = datetime.combine(day, time.fromisoformat(match[2].rjust(len(match[2]) + (match[2][1] == ":"), "0")))
    except ValueError:
        raise BadTime(text=text) from None
    if not EARLIEST <= naive.year <= LATEST:
        raise BadTime(text=text)
    return local(naive, zone)


def local(naive: datetime, zone: ZoneInfo) -> datetime:
    """Put a wall-clock time into `zone`; refuse one that does not exist there, or exists twice."""
    first, second = (naive.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive:
        raise SkippedTime(text=naive.isoformat(" "), zone=zone.key)
    raise AmbiguousTime(text=naive.isoformat(" "), zone=zone.key, first=show(first, zone), second=show(second, zone))


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which `day` begins in `zone`: a 00:00 that is skipped moves forward, a double one is the first."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)


def month_of(instant: datetime, zone: ZoneInfo) -> str:
    """The calendar month (`YYYY-MM`) of `instant` in `zone`."""
    return instant.astimezone(zone).strftime("%Y-%m")


def due_date(due: datetime, zone: ZoneInfo) -> date:
    """The local date a due instant belongs to: exactly 00:00:00 local belongs to the day before (design §5).

    So does the instant at which a day begins whose 00:00 a clock change skips.
    """
    local_due = due.astimezone(zone)
    if local_due.time() == time() or due == midnight(local_due.date(), zone):
        return local_due.date() - timedelta(days=1)
    return local_due.date()


def months_before(month: str, count: int) -> list[str]:
    """The `count` months that end with `month`, oldest first."""
    last = int(month[:4]) * 12 + int(month[5:]) - 1
    return [f"{index // 12:04d}-{index % 12 + 1:02d}" for index in range(last - count + 1, last + 1)]
