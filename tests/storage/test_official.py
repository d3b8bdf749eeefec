"""Public holidays and make-up working days as countries announced them."""

import json
from collections.abc import Iterator
from datetime import date, timedelta

import holidays
import pytest

from cmplt.domain.calendar import Calendar
from cmplt.domain.policy import Policy
from cmplt.errors import UnknownCountry
from cmplt.storage import yamlfile
from cmplt.storage.official import official
from tests.office import POLICY, Office

# The State Council's notices: days off (from, to), and the Saturdays and Sundays that are worked instead.
NOTICES = {
    2024: (
        ["01-01 01-01", "02-10 02-17", "04-04 04-06", "05-01 05-05", "06-10 06-10", "09-15 09-17", "10-01 10-07"],
        ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    ),
    2025: (
        ["01-01 01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"],
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ),
    2026: (
        ["01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07"],
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ),
}


def days_of(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((last - first).days + 1))


def day_in(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


def last_known() -> int:
    """The last year for which the package knows a make-up day."""
    return max(day.year for day in holidays.country_holidays("CN", years=range(2001, 2050)).weekend_workdays)


@pytest.mark.parametrize("year", NOTICES)
def test_china_as_the_state_council_announced_it(year: int) -> None:
    """Every day of three years: off on weekends and in the notice's holidays, worked on its make-up days."""
    off, makeup = NOTICES[year]
    holiday = {day for each in off for day in days_of(*(day_in(year, text) for text in each.split()))}
    made_up = {day_in(year, text) for text in makeup}
    data = {"timezone": "Asia/Shanghai", "hours": {"mon-fri": "09:00-18:00"}, "holidays": "CN"}
    calendar: Calendar = Policy({"calendar": data}).calendar(official)
    every = list(days_of(date(year, 1, 1), date(year, 12, 31)))
    expected = {day for day in every if (day.weekday() < 5 and day not in holiday) or day in made_up}
    assert {day for day in every if calendar.day(day).works} == expected
    assert {day for day in every if calendar.day(day).why == "make-up"} == made_up
    assert not any(calendar.day(day).provisional for day in every)


def test_holidays_have_names() -> None:
    """A holiday is shown by its name, in whatever language the package has it."""
    assert all(official("CN")(2026).holidays.values())
    assert all(official("US-CA")(2026).holidays.values())


def test_region_has_holidays_of_its_own() -> None:
    """California keeps Cesar Chavez Day besides the days of the United States."""
    day = date(2026, 3, 31)
    assert day in official("US-CA")(2026).holidays
    assert day not in official("US")(2026).holidays
    assert date(2026, 7, 4) in official("US-CA")(2026).holidays


def test_country_without_make_up_days_is_always_published() -> None:
    """Only China's years wait for an announcement."""
    for code in ("US-CA", "DE", "HK"):
        year = official(code)(last_known() + 1)
        assert (year.makeup, year.published) == (frozenset(), True)


@pytest.mark.parametrize(
    ("years", "published"), [(-2, True), (-1, True), (0, True), (1, False), (2, False), (9, False)]
)
def test_year_later_than_the_last_known_make_up_day_is_not_published(years: int, published: bool) -> None:
    """China announces its make-up days late in the year before; until then a year is provisional."""
    assert official("CN")(last_known() + years).published is published


@pytest.mark.parametrize("year", [1949, 1980, 1998, 2000])
def test_years_before_the_first_make_up_day_are_published(year: int) -> None:
    """Only later years than the last known one wait for an announcement: an old complaint's does not."""
    assert official("CN")(year).published is True


def test_year_holds_its_own_days_alone() -> None:
    """What a year lists lies in that year, also where a holiday is moved over New Year."""
    for code in ("CN", "US", "DE", "GB-ENG"):
        for year in (2021, 2022, 2027, 2028):
            found = official(code)(year)
            assert {day.year for day in (*found.holidays, *found.makeup)} == {year}
    assert date(2021, 12, 31) in official("US")(2021).holidays, "New Year's Day 2022 is a Saturday, observed on Friday"


@pytest.mark.parametrize("code", ["XX", "US-XX", "CN-SC", "", "us", "-CA"])
def test_unknown_country_or_region(code: str) -> None:
    """A code that the package does not know is refused as it was given."""
    with pytest.raises(UnknownCountry) as refused:
        official(code)
    assert refused.value.fields == {"code": code}


@pytest.mark.parametrize("code", ["XX", "US-XX"])
def test_policy_with_an_unknown_country_is_refused(office: Office, code: str) -> None:
    """The policy that names it is not valid."""
    data = yamlfile.load(POLICY)
    data["calendar"]["holidays"] = code
    office.policy(json.dumps(data, ensure_ascii=False))
    office.refused(3, "calendar", "2026-03", says=["cmplt.yaml", code])
