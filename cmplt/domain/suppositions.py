"""The calendars that an office may have reckoned by when fewer official days were known than today."""

from collections.abc import Callable, Iterator, Set
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import combinations
from typing import Any

from cmplt.domain.calendar import Calendar, Official, OfficialYear

MANY = 40  # days: those of a year; of a longer time only the last ones are doubted
MARGIN = timedelta(days=15)  # behind the last date in question: a long holiday may have moved it


def suppositions(calendar: Calendar, first: datetime, last: datetime) -> Iterator[Calendar]:
    """The calendar without some of the official days from one instant to a while after another.

    Without every run of neighbours among them; without those off alone, and without those that make up for them.
    """
    until = calendar.local_date(last) + MARGIN
    days = list(_official(calendar, calendar.local_date(first), until))[-MANY:]
    makeup = frozenset(day for day in days if day in calendar.official(day.year).makeup)
    runs = [frozenset(days[start:end]) for start, end in combinations(range(len(days) + 1), 2)]
    for unknown in dict.fromkeys((*runs, makeup, frozenset(days) - makeup)):
        if unknown:
            yield replace(calendar, official=_without(calendar.official, unknown), _days={})


def extremes(calendar: Calendar, doubted: Callable[[int], bool]) -> tuple[Calendar, Calendar]:
    """The calendars by which all falls due earliest and latest, whatever was known of the years that are doubted.

    One without their days off, and one without those that make up for them: work can only come earlier by more days.
    """

    def fewer(name: str, none: Any) -> Calendar:
        def year(number: int) -> OfficialYear:
            known = calendar.official(number)
            return replace(known, **{name: none}) if doubted(number) else known

        return replace(calendar, official=year, _days={})

    return fewer("holidays", {}), fewer("makeup", frozenset())


def _official(calendar: Calendar, first: date, last: date) -> Iterator[date]:
    for year in range(first.year, last.year + 1):
        known = calendar.official(year)
        yield from (day for day in sorted({*known.holidays, *known.makeup}) if first <= day <= last)


def _without(official: Official, unknown: Set[date]) -> Official:
    def year(number: int) -> OfficialYear:
        known = official(number)
        holidays = {day: name for day, name in known.holidays.items() if day not in unknown}
        return replace(known, holidays=holidays, makeup=known.makeup - unknown)

    return year
