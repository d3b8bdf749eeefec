"""The arithmetic of deadlines against a slow reference: minute by minute and date by date, on random calendars.

The reference is written from the words of the design alone. It knows time only as UTC seconds and as what the
clocks of a zone show at one of them; it never subtracts, folds or compares local times of two offsets.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, cached_property
from itertools import count, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cmplt.domain.calendar import Calendar, Length, Official, OfficialYear, Reckoning
from cmplt.domain.policy import Policy

Hours = list[tuple[int, int]]  # minutes after 00:00
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)

# Zones, a date on which something happens to their clocks, and at how many minutes after its 00:00.
PLACES = {
    "Shanghai, where no clock changes, over New Year": ("Asia/Shanghai", date(2026, 12, 31), 0),
    "Berlin forward": ("Europe/Berlin", date(2026, 3, 29), 120),
    "Berlin back": ("Europe/Berlin", date(2026, 10, 25), 180),
    "New York forward": ("America/New_York", date(2026, 3, 8), 120),
    "New York back": ("America/New_York", date(2026, 11, 1), 120),
    "Lord Howe forward by half an hour": ("Australia/Lord_Howe", date(2026, 10, 4), 120),
    "Lord Howe back by half an hour": ("Australia/Lord_Howe", date(2026, 4, 5), 120),
    "Havana forward at midnight": ("America/Havana", date(2026, 3, 8), 0),
    "Havana back onto midnight": ("America/Havana", date(2026, 11, 1), 60),
    "Beirut forward at midnight": ("Asia/Beirut", date(2026, 3, 29), 0),
    "Beirut back from midnight": ("Asia/Beirut", date(2026, 10, 25), 0),
    "Nuuk forward onto midnight": ("America/Nuuk", date(2026, 3, 29), -60),
    "Nuuk back from midnight": ("America/Nuuk", date(2026, 10, 25), 0),
    "St. John's forward at 00:01": ("America/St_Johns", date(2011, 3, 13), 1),
    "St. John's back over midnight": ("America/St_Johns", date(2010, 11, 7), 1),
    "Apia without 30 December 2011": ("Pacific/Apia", date(2011, 12, 30), 0),
}
# Opening and closing times: those of a day, and (in minutes from it) those about a clock change.
BY_DAY = (0, 510, 720, 780, 1080, 1440)
ABOUT = (-120, -60, -40, -30, -10, 0, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 120)


@dataclass(frozen=True)
class Setting:
    """A calendar as a policy and a country would give it, and an instant at which something begins."""

    zone: str
    week: tuple[Hours, ...]
    exceptions: dict[date, Hours]
    holidays: frozenset[date]
    makeup: frozenset[date]
    work_makeup: bool
    last_published: int
    ends: str
    roll: bool
    start: int  # seconds, UTC

    @property
    def calendar(self) -> Calendar:
        hours = {name: _text(hours) for name, hours in zip(WEEKDAYS, self.week, strict=True)}
        exceptions = {day.isoformat(): _text(hours) for day, hours in self.exceptions.items()}
        makeup = "work" if self.work_makeup else "rest"
        data = {
            "timezone": self.zone,
            "hours": hours,
            "holidays": "XX",
            "makeup_days": makeup,
            "exceptions": exceptions,
        }
        policy = Policy({"calendar": data, "days": {"ends": self.ends, "roll": self.roll}})
        return policy.calendar(lambda code: self._official)

    @property
    def _official(self) -> Official:
        return lambda year: OfficialYear(
            {day: "holiday" for day in self.holidays if day.year == year},
            frozenset(day for day in self.makeup if day.year == year),
            published=year <= self.last_published,
        )

    @property
    def begins(self) -> datetime:
        return datetime.fromtimestamp(self.start, UTC)

    def reckon(self, length: str) -> Reckoning:
        return self.calendar.reckon(self.begins, Length.parse(length))


def _text(hours: Hours) -> str:
    return " ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in hours) or "closed"


# --- the reference --------------------------------------------------------------------------------------------


@cache
def _clock(zone: str, second: int) -> datetime:
    """What the clocks of a zone show."""
    return datetime.fromtimestamp(second, ZoneInfo(zone)).replace(tzinfo=None, fold=0)


@cache
def _second(zone: str, shown: datetime) -> int:
    """When the clocks show this: the first time, if twice; moved forward by the gap, if never."""
    utc = int(shown.replace(tzinfo=UTC).timestamp())
    seen = [at for at in range(utc - 15 * 3600, utc + 13 * 3600, 900) if _clock(zone, at) == shown]
    if seen:  # every offset is a multiple of 15 minutes
        return min(seen)
    for at in range(utc - 15 * 3600, utc + 13 * 3600, 60):
        before, after = _clock(zone, at), _clock(zone, at + 60)
        if before < shown < after:
            return _second(zone, shown + (after - before - MINUTE))
    raise AssertionError(f"the clocks of {zone} never pass {shown}")


@cache
def _happens(zone: str, day: date) -> bool:
    """Whether the clocks ever show this date."""
    noon = int(datetime.combine(day, time(12), UTC).timestamp())
    return any(_clock(zone, noon + hours * 3600).date() == day for hours in range(-26, 27))


@dataclass
class Reference:
    """Due instants the slow way, with the dates that had to be looked at."""

    given: Setting

    def __post_init__(self) -> None:
        self.looked: list[date] = []

    @cached_property
    def today(self) -> date:
        return _clock(self.given.zone, self.given.start).date()

    def hours(self, day: date) -> Hours:
        given = self.given
        if not _happens(given.zone, day):
            return []
        if day in given.exceptions:
            return given.exceptions[day]
        if day in given.holidays:
            return []
        if day in given.makeup and given.work_makeup:
            return next(hours for hours in given.week if hours)
        return given.week[day.weekday()]

    def minutes(self, day: date) -> set[int]:
        """The minutes (UTC) that are worked by the hours of a day; what two intervals share is there once."""
        return {
            minute
            for opening, closing in self.hours(day)
            for minute in range(self.at(day, opening) // 60, self.at(day, closing) // 60)
        }

    def at(self, day: date, minutes: int) -> int:
        return _second(self.given.zone, datetime.combine(day, time()) + minutes * MINUTE)

    def midnight(self, day: date) -> int:
        """24:00 of a day."""
        return self.at(day + DAY, 0)

    def works(self, day: date) -> bool:
        """Whether any minute of a day is worked: not where all its hours fall into the gap of a clock change."""
        self.looked.append(day)
        return bool(self.minutes(day))

    def days(self, first: date) -> Iterator[date]:
        return (first + number * DAY for number in count())

    def working_minutes(self, number: int) -> int:
        """Through the worked minutes from the start on, until so many are used up."""
        start, left, owner = self.given.start, number * 60, dict[int, date]()
        days = self.days(self.today - DAY)  # whose hours may end after midnight, where a clock change moves them
        while len(owner) <= number:
            self._add(owner, next(days))
        self._add(owner, next(days))  # in case its first minutes come before the last ones of the day before
        for minute in sorted(owner):
            begin = max(minute * 60, start)
            used = min(left, (minute + 1) * 60 - begin)
            left -= used
            if not left:
                self.looked = self.days_until(self.today, max(self.today, owner[minute]))
                return begin + used
        raise AssertionError("more minutes than needed were collected")

    def _add(self, owner: dict[int, date], day: date) -> None:
        for minute in self.minutes(day):
            if (minute + 1) * 60 > self.given.start:
                owner.setdefault(minute, day)

    @staticmethod
    def days_until(first: date, last: date) -> list[date]:
        return [first + number * DAY for number in range((last - first).days + 1)]

    def end(self, day: date) -> int:
        """The end of a date: its close of business, or 24:00."""
        if self.given.ends == "close" and self.works(day):
            return (max(self.minutes(day)) + 1) * 60
        return self.midnight(day)

    def last_date(self, day: date) -> int:
        """The end of a last date, or of the next working day where dates roll."""
        return self.end(self.next_working(day) if self.given.roll else day)

    def next_working(self, day: date) -> date:
        return next(each for each in self.days(day) if self.works(each))

    def dates(self, number: int) -> int:
        return self.last_date(self.today + number * DAY)

    def working_dates(self, number: int) -> int:
        day = self.today
        for _ in range(number):
            day = self.next_working(day + DAY)
        return self.end(day)

    def same_day(self) -> int:
        own = self.last_date(self.today)
        return own if own > self.given.start else self.end(self.next_working(self.today + DAY))

    @property
    def provisional(self) -> bool:
        given = self.given
        return any(
            day.year > given.last_published and day not in given.exceptions and _happens(given.zone, day)
            for day in self.looked
        )


# --- random calendars -----------------------------------------------------------------------------------------


def _hours(bounds: list[int], left_out: int) -> Hours:
    return [pair for number, pair in enumerate(pairwise(sorted(bounds))) if number != left_out]


def hours_near(change: int) -> st.SearchStrategy[Hours]:
    """Some of the intervals between some of the bounds: apart, touching, to 24:00, or none."""
    near = sorted({0, 1440, *((change + minutes) % 1440 for minutes in ABOUT)})
    return st.one_of(
        st.builds(_hours, st.lists(st.sampled_from(bounds), max_size=5, unique=True), st.integers(0, 4))
        for bounds in (BY_DAY, near, near)
    )


# Seconds from midnight of the change: within days, at a quarter of an hour, within two hours.
QUARTERS = st.integers(-16, 16).map(lambda number: number * 900)
START = st.one_of(st.integers(-4 * 86400, 4 * 86400), QUARTERS, st.integers(-7200, 7200))


def _setting(
    place: str, some: list[Hours], pattern: int, exceptions: dict[int, int], holidays: set[int], makeup: set[int],
    work_makeup: bool, last_published: int, ends: str, roll: bool, start: int,
) -> Setting:  # fmt: skip
    zone, near, _ = PLACES[place]
    some = some if any(some) else [*some, [(540, 1020)]]
    week = [some[pattern // 3**number % 3 % len(some)] for number in range(7)]
    week = week if any(week) else [*week[:6], max(some, key=len)]
    off = frozenset(near + number * DAY for number in holidays)
    return Setting(
        zone=zone,
        week=tuple(week),
        exceptions={near + number * DAY: [*some, []][which % (len(some) + 1)] for number, which in exceptions.items()},
        holidays=off,
        makeup=frozenset(day for day in (near + number * DAY for number in makeup) if day.weekday() > 4) - off,
        work_makeup=work_makeup,
        last_published=near.year - last_published,
        ends=ends,
        roll=roll,
        start=_second(zone, datetime.combine(near, time())) + start,
    )


def settings_near(place: str) -> st.SearchStrategy[Setting]:
    """Calendars of every kind, with a start within days, hours or minutes of the change."""
    day = st.integers(-4, 9)
    return st.builds(
        _setting, st.just(place),
        some=st.lists(hours_near(PLACES[place][2]), min_size=1, max_size=3),
        pattern=st.integers(0, 3**7 - 1),
        exceptions=st.dictionaries(day, st.integers(0, 3), max_size=2),
        holidays=st.sets(day, max_size=3),
        makeup=st.sets(day, max_size=3),
        work_makeup=st.booleans(),
        last_published=st.integers(0, 1),
        ends=st.sampled_from(["close", "midnight"]),
        roll=st.booleans(),
        start=START,
    )  # fmt: skip


SETTINGS = {place: settings_near(place) for place in PLACES}
MINUTES = st.one_of(st.integers(1, 90), st.integers(1, 3000))
NUMBER = st.integers(1, 9)
KIND = st.sampled_from(["days", "weeks", "working days", "same day"])
everywhere = pytest.mark.parametrize("place", PLACES)
often = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
at_times = settings(often, max_examples=25)


@everywhere
@often
@given(data=st.data())
def test_working_time_is_what_a_walk_through_the_minutes_finds(place: str, data: st.DataObject) -> None:
    """N working minutes or hours run only in working intervals, half-open, each shared minute once."""
    setting = data.draw(SETTINGS[place])
    weekly = sum(closing - opening for hours in setting.week for opening, closing in hours)
    number = min(data.draw(MINUTES), 2 * weekly)
    in_hours = number % 60 == 0
    reckoning = setting.reckon(f"{number // 60} working hours" if in_hours else f"{number} working minutes")
    reference = Reference(setting)
    assert reckoning.due.timestamp() == reference.working_minutes(number)
    assert reckoning.provisional == reference.provisional
    shown = sum((end - begin for use in reckoning.uses for begin, end in use.used), timedelta())
    assert shown == number * MINUTE, "what the explanation shows adds up to the length"


@everywhere
@often
@given(data=st.data())
def test_dates_are_what_a_walk_through_the_days_finds(place: str, data: st.DataObject) -> None:
    """N days, weeks or working days, and the same day, end as the design says."""
    setting, number, kind = data.draw(SETTINGS[place]), data.draw(NUMBER), data.draw(KIND)
    reckoning = setting.reckon(kind if kind == "same day" else f"{number} {kind}")
    reference = Reference(setting)
    assert (
        reckoning.due.timestamp()
        == {
            "days": lambda: reference.dates(number),
            "weeks": lambda: reference.dates(7 * number),
            "working days": lambda: reference.working_dates(number),
            "same day": reference.same_day,
        }[kind]()
    )
    if reference.looked:  # a midnight that does not roll needs no look at the day
        assert reckoning.provisional == reference.provisional


@everywhere
@at_times
@given(data=st.data())
def test_elapsed_time_and_windows_know_no_calendar(place: str, data: st.DataObject) -> None:
    """Minutes and hours are added in UTC, and a window opens at 00:00 of its date, whatever the calendar says."""
    setting, number = data.draw(SETTINGS[place]), data.draw(NUMBER)
    for unit, seconds in (("minutes", 60), ("hours", 3600)):
        reckoning = setting.reckon(f"{number} {unit}")
        assert reckoning.due.timestamp() == setting.start + number * seconds
        assert not reckoning.provisional
    reference = Reference(setting)
    opening = setting.calendar.opens(setting.begins, Length.parse(f"{number} days"))
    assert opening.due.timestamp() == reference.at(reference.today + number * DAY, 0)
    assert not opening.provisional
