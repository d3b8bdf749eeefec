"""What countries announce as days off and make-up working days, as the `holidays` package knows it."""

from datetime import date
from functools import cache, partial

from cmplt.domain.calendar import Official, OfficialYear
from cmplt.errors import UnknownCountry

# China announces each year's make-up days late in the year before; a year later than the last for which the
# package knows one is not published yet. It knew one for every year since 2001.
MAKEUP_COUNTRY = "CN"
LOOK_AHEAD = 3
FIRST_MAKEUP = 2001
LANGUAGE = "en_US"  # of the names, whatever the machine speaks


def official(code: str) -> Official:
    """The years of a country (`CN`) or region (`US-CA`); raises UnknownCountry for a code that is not known."""
    import holidays

    country, _, region = code.partition("-")
    try:
        holidays.country_holidays(country, subdiv=region or None)
    except NotImplementedError:
        raise UnknownCountry(code=code) from None
    return partial(_year, country, region or None)


@cache
def _year(country: str, region: str | None, year: int) -> OfficialYear:
    days, makeup = _known(country, region, year)
    published = country != MAKEUP_COUNTRY or any(
        _known(country, region, later)[1] for later in range(year, max(year + LOOK_AHEAD, FIRST_MAKEUP + 1))
    )
    return OfficialYear(days, makeup, published)


@cache
def _known(country: str, region: str | None, year: int) -> tuple[dict[date, str], frozenset[date]]:
    """A year's days off by name and its make-up days; what the package lists of other years is left out."""
    import holidays

    known = holidays.country_holidays(country, subdiv=region, years=year, language=LANGUAGE)
    days = {day: name for day, name in known.items() if day.year == year}
    return days, frozenset(day for day in getattr(known, "weekend_workdays", ()) if day.year == year)
