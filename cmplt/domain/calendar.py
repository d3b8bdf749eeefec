"""Working time: which intervals of which days are worked, and what a length of time comes to in them.

The arithmetic is that of design §4; where it leaves a choice it follows the PRC Civil Code, articles 200–204.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from cmplt.domain import instants
from cmplt.errors import BadHours, BadLength, LengthTooLong, NoWorkingTime, NoWorkingTimeAhead

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY = timedelta(days=1)
_LONGEST = timedelta(days=3660)  # ten years
_FURTHEST = timedelta(days=73_050)  # how far ahead working time is looked for: two hundred years
# An interval of a working day in minutes after 00:00, half-open: (510, 720) is 08:30–12:00.
Span = tuple[int, int]
Interval = tuple[datetime, datetime]
Why = Literal["weekday", "exception", "holiday", "make-up", "skipped"]

_LENGTH = re.compile(r"([1-9][0-9]*) (working )?(minute|hour|day|week)s?", re.ASCII)
_SPAN = re.compile(r"(\d\d):(\d\d)-(\d\d):(\d\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time as a policy gives it: `2 working hours`, `3 days`, `same day`."""

    text: str
    number: int
    unit: Literal["minute", "hour", "day", "week", "same day"]
    working: bool

    @classmethod
    def parse(cls, text: str) -> "Length":
        """Read a length; raises BadLength with the forms there are, LengthTooLong for more than ten years."""
        text = " ".join(text.split())
        if text == "same day":
            return cls(text, 0, "same day", working=False)
        match = _LENGTH.fullmatch(text)
        if not match or (match[2] and match[3] == "week"):
            raise BadLength(text=text)
        unit: Any = match[3]
        # bounded before it is a number: nobody's deadline has more digits than that
        if len(match[1]) > 7 or timedelta(**{f"{unit}s": int(match[1])}) > _LONGEST:
            raise LengthTooLong(text=text)
        return cls(text, int(match[1]), unit, working=bool(match[2]))

    @property
    def elapsed(self) -> timedelta:
        """Minutes and hours as elapsed time."""
        return timedelta(**{f"{self.unit}s": self.number})

    @property
    def dates(self) -> int:
        """Days and weeks as a number of dates."""
        return self.number * (7 if self.unit == "week" else 1)


@dataclass(frozen=True, slots=True)
class OfficialYear:
    """What a country has announced for a year: days off and make-up working days, by name."""

    holidays: Mapping[date, str]
    makeup: frozenset[date]
    published: bool = True


Official = Callable[[int], OfficialYear]
NO_HOLIDAYS = OfficialYear({}, frozenset())


def no_holidays(year: int) -> OfficialYear:
    """The years of an office that names no country."""
    return NO_HOLIDAYS


@dataclass(frozen=True, slots=True)
class Day:
    """A date of the calendar: its working intervals and what decided them."""

    date: date
    spans: tuple[Span, ...]
    why: Why
    name: str = ""  # of the holiday
    provisional: bool = False  # its year is not published yet

    @property
    def works(self) -> bool:
        return bool(self.spans)


@dataclass(frozen=True, slots=True)
class Use:
    """What a computation made of one day: the intervals it used (none where it only looked, or skipped)."""

    day: Day
    used: tuple[Interval, ...] = ()
    counted: bool = False


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A due instant with the days that were looked at on the way."""

    due: datetime
    uses: tuple[Use, ...] = ()

    @property
    def provisional(self) -> bool:
        return any(use.day.provisional for use in self.uses)


@dataclass(frozen=True)
class DayRule:
    """How dates end (design §4, arithmetic 3)."""

    ends: Literal["close", "midnight"] = "close"
    roll: bool = True


@dataclass(frozen=True)
class Calendar:
    """An office's working time in its zone. All instants returned are in UTC."""

    zone: ZoneInfo
    week: tuple[tuple[Span, ...], ...]  # Monday first
    official: Official = no_holidays
    work_makeup_days: bool = True
    exceptions: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    rule: DayRule = DayRule()
    _days: dict[date, Day] = field(default_factory=dict, repr=False, compare=False)

    def day(self, day: date) -> Day:
        """What `day` is: the office's exceptions win over the official days, and these over the weekday."""
        if day not in self._days:
            found = self._decide(day)
            if found.spans and not self._moved(day, found.spans):
                found = replace(found, spans=(), why="skipped")  # all its hours fall into a clock change
            self._days[day] = found
        return self._days[day]

    def _decide(self, day: date) -> Day:
        if instants.midnight(day + _DAY, self.zone) <= instants.midnight(day, self.zone):
            return Day(day, (), "skipped")  # a zone that crossed the date line went without this date
        if day in self.exceptions:
            return Day(day, self.exceptions[day], "exception")
        year = self.official(day.year)
        if day in year.holidays:
            return Day(day, (), "holiday", year.holidays[day], not year.published)
        if day in year.makeup and self.work_makeup_days:
            return Day(day, next(filter(None, self.week)), "make-up", provisional=not year.published)
        return Day(day, self.week[day.weekday()], "weekday", provisional=not year.published)

    def intervals(self, day: date) -> list[Interval]:
        """The working intervals of a date as instants, half-open, in order, without overlap.

        An opening or closing time that a clock change removes moves forward by the gap; of one that exists
        twice the first counts (design §4, arithmetic 7).
        """
        return self._moved(day, self.day(day).spans)

    def _moved(self, day: date, spans: tuple[Span, ...]) -> list[Interval]:
        return union((self._instant(day, opening), self._instant(day, closing)) for opening, closing in spans)

    def _worked(self, day: date) -> list[Interval]:
        """What is worked between a date's midnights: a clock change can move an interval from one into another."""
        start, end = instants.midnight(day, self.zone), instants.midnight(day + _DAY, self.zone)
        around = (interval for each in (day - _DAY, day) for interval in self.intervals(each))
        return [(max(a, start), min(b, end)) for a, b in union(around) if a < end and b > start]

    def _instant(self, day: date, minutes: int) -> datetime:
        moved = datetime.combine(day, time()) + timedelta(minutes=minutes)
        return moved.replace(tzinfo=self.zone).astimezone(UTC)

    def end(self, day: date) -> datetime:
        """The instant at which a date ends: its close of business, or 24:00 (design §4, arithmetic 3)."""
        intervals = self.intervals(day) if self.rule.ends == "close" else []
        return intervals[-1][1] if intervals else instants.midnight(day + _DAY, self.zone)

    def local_date(self, instant: datetime) -> date:
        return instant.astimezone(self.zone).date()

    def reckon(self, start: datetime, length: Length) -> Reckoning:
        """When a length of time that begins at `start` is over, and which days that looked at."""
        try:
            if length.unit == "same day":
                reckoning = self._same_day(start)
            elif length.unit in ("day", "week"):
                reckoning = self._dates(start, length)
            elif length.working:
                reckoning = self._working(start, length)
            else:  # elapsed time, added in UTC: a night with a clock change has 23 or 25 hours
                reckoning = Reckoning(start.astimezone(UTC) + length.elapsed)
        except OverflowError:
            raise NoWorkingTimeAhead(start=instants.show(start, self.zone)) from None
        return reckoning

    def opens(self, start: datetime, length: Length) -> Reckoning:
        """When a window that opens `length` (days) after `start` does so: at 00:00 of that date."""
        first = self.local_date(start)
        if not length.working:
            return Reckoning(instants.midnight(first + length.dates * _DAY, self.zone))
        uses = self._count_working(first, length.dates)
        return Reckoning(instants.midnight(uses[-1].day.date, self.zone), uses)

    def _working(self, start: datetime, length: Length) -> Reckoning:
        left, cursor, uses = length.elapsed, start.astimezone(UTC), []
        day = self.local_date(start)
        while True:
            used = []
            for opening, closing in self._worked(day):
                if closing > cursor:
                    begin = max(opening, cursor)
                    cursor = min(closing, begin + left)
                    left -= cursor - begin
                    used.append((begin, cursor))
                    if not left:
                        break
            uses.append(Use(self.day(day), tuple(used), counted=bool(used)))
            if not left:
                return Reckoning(cursor, tuple(uses))
            day = self._next(day, self.local_date(start))

    def _dates(self, start: datetime, length: Length) -> Reckoning:
        first = self.local_date(start)
        if not length.working:
            return self._ending(first + length.dates * _DAY)
        uses = self._count_working(first, length.dates)
        return Reckoning(self.end(uses[-1].day.date), uses)

    def _count_working(self, first: date, number: int) -> tuple[Use, ...]:
        """The dates after `first` up to the `number`th working one."""
        uses: list[Use] = []
        day = first
        while number:
            day = self._next(day, first)
            found = self.day(day)
            uses.append(Use(found, counted=found.works))
            number -= found.works
        return tuple(uses)

    def _next(self, day: date, first: date) -> date:
        """The next day, unless it is so far from the first that the calendar says nothing of it."""
        if day - first >= _FURTHEST:
            raise NoWorkingTimeAhead(start=first.isoformat())
        return day + _DAY

    def _same_day(self, start: datetime) -> Reckoning:
        today = self.local_date(start)
        own = self._ending(today)
        if own.due > start:
            return own
        later = self._next_working(today + _DAY)
        return Reckoning(later.due, own.uses + later.uses)

    def _ending(self, day: date) -> Reckoning:
        """The end of `day`, or of the next working day where dates roll."""
        if self.rule.roll:
            return self._next_working(day)
        found = self.day(day)
        end = self.end(day) if found.works else instants.midnight(day + _DAY, self.zone)
        return Reckoning(end, (Use(found, counted=True),))

    def _next_working(self, day: date) -> Reckoning:
        uses = self._count_working(day - _DAY, 1)
        return Reckoning(self.end(uses[-1].day.date), uses)


def union(intervals: Iterable[Interval]) -> list[Interval]:
    """Intervals in order, those that share time made one; empty ones left out."""
    found: list[Interval] = []
    for start, end in sorted(interval for interval in intervals if interval[0] < interval[1]):
        if found and start < found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def parse_week(hours: Mapping[str, str]) -> tuple[tuple[Span, ...], ...]:
    """Read `hours` of a policy: `{mon-fri: '08:30-12:00 13:30-17:30'}`, a later key replacing the day.

    Raises BadHours for what cannot be read, NoWorkingTime where no day of the week has an interval.
    """
    week: list[tuple[Span, ...]] = [()] * 7
    for days, text in hours.items():
        first, _, last = days.partition("-")
        if first not in WEEKDAYS or (last or first) not in WEEKDAYS:
            raise BadHours(text=days)
        begin, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        if begin > end:
            raise BadHours(text=days)
        week[begin : end + 1] = [parse_spans(text)] * (end + 1 - begin)
    if not any(week):
        raise NoWorkingTime()
    return tuple(week)


def parse_spans(text: str) -> tuple[Span, ...]:
    """Read the working intervals of a day, `09:00-12:00 13:00-18:00` or `closed`; raises BadHours."""
    if text.strip() == "closed":
        return ()
    spans: list[Span] = []
    for part in text.split():
        match = _SPAN.fullmatch(part)
        if not match:
            raise BadHours(text=text)
        hours_from, minutes_from, hours_to, minutes_to = map(int, match.groups())
        span = (hours_from * 60 + minutes_from, hours_to * 60 + minutes_to)
        if max(minutes_from, minutes_to) > 59 or span[0] >= span[1] or span[1] > 24 * 60:
            raise BadHours(text=text)
        if spans and span[0] < spans[-1][1]:
            raise BadHours(text=text)
        spans.append(span)
    if not spans:
        raise BadHours(text=text)
    return tuple(spans)
