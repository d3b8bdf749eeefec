"""The time that a report is about: a month, a quarter, a year, or any days from one to another."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from cmplt.domain import instants

ONE = timedelta(days=1)
EVER = date(instants.EARLIEST, 1, 1)  # no complaint is older


@dataclass(frozen=True)
class Period:
    """Whole days of the office's calendar, the first and the last one included."""

    name: str  # 2026-10, 2026-Q4, 2026 or 2026-10-05_2026-10-20; its folder is called so
    first: date
    last: date

    @classmethod
    def of_months(cls, name: str, month: str, count: int) -> "Period":
        """`count` whole months from `month` (YYYY-MM) on."""
        first = date(int(month[:4]), int(month[5:]), 1)
        return cls(name, first, _later(first, count) - ONE)

    @classmethod
    def month(cls, month: str) -> "Period":
        return cls.of_months(month, month, 1)

    @classmethod
    def quarter(cls, year: int, quarter: int) -> "Period":
        return cls.of_months(f"{year:04d}-Q{quarter}", f"{year:04d}-{quarter * 3 - 2:02d}", 3)

    @classmethod
    def year(cls, year: int) -> "Period":
        return cls.of_months(f"{year:04d}", f"{year:04d}-01", 12)

    @classmethod
    def days(cls, first: date, last: date) -> "Period":
        return cls(f"{first}_{last}", first, last)

    @property
    def is_month(self) -> bool:
        return self.name == f"{self.first:%Y-%m}"

    @property
    def months(self) -> list[str]:
        """The months of which it holds a day (YYYY-MM), in order."""
        count = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        return instants.months_before(f"{self.last:%Y-%m}", count)

    @property
    def scored_months(self) -> int:
        """How often what the policy gives for a month counts: once a whole month, at least once."""
        whole = len(self.months) - (self.first.day != 1) - ((self.last + ONE).day != 1)
        return max(whole, 1)

    def before(self) -> "Period":
        """The one that ends where this begins: of as many months, or of as many days."""
        if self.first.day == 1 and (self.last + ONE).day == 1:
            ever = (self.first.year - EVER.year) * 12 + self.first.month - EVER.month
            count = min(len(self.months), ever)
            first = instants.months_before(self.months[0], count + 1)[0]
            if count == 1:
                return Period.month(first)
            if self == Period.year(self.first.year):
                return Period.year(self.first.year - 1)
            if self.name[5:6] == "Q":
                return Period.quarter(int(first[:4]), (int(first[5:]) + 2) // 3)
            return Period.days(date(int(first[:4]), int(first[5:]), 1), self.first - ONE)
        length = min(self.last - self.first + ONE, self.first - EVER)
        return Period.days(self.first - length, self.first - ONE)

    def window(self, zone: ZoneInfo) -> "Window":
        start, end = instants.midnight(self.first, zone), instants.midnight(self.last + ONE, zone)
        return Window(self, zone, start, end, start + ONE)


@dataclass(frozen=True, slots=True)
class Window:
    """A period by the clocks of the office's zone: from its first instant up to the first after it."""

    period: Period
    zone: ZoneInfo
    start: datetime
    end: datetime
    inner: datetime  # from here to the end a due date lies in it, whatever the clocks do

    def holds(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def holds_due(self, due: datetime) -> bool:
        """Whether a due date lies in it; exactly 00:00:00 local belongs to the day before (design §5)."""
        if self.inner <= due < self.end:
            return True
        return (
            self.start <= due < self.end + ONE
            and self.period.first <= instants.due_date(due, self.zone) <= self.period.last
        )


def _later(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)
