"""What every section of a report is written from: its figures, and how the office calls things."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cmplt.domain.averages import Mean
from cmplt.domain.durations import Bucket
from cmplt.domain.figures import Figures
from cmplt.domain.policy import Policy
from cmplt.i18n import _
from cmplt.output import words
from cmplt.output.document import Chart, Column, Table
from cmplt.output.reporting import Basis


@dataclass(frozen=True)
class Brief:
    """The figures of a report, what it rests on, and the office's own names in one language."""

    found: Figures
    policy: Policy
    basis: Basis
    language: str

    def label(self, table: str, key: str | None) -> str:
        return self.policy.label(table, key, self.language)

    def department(self, key: str | None) -> str:
        return _("nobody yet") if key is None else self.label("departments", key)

    def obligation(self, name: str) -> str:
        """What is owed, by the label that the policy gives a deadline, or by the program's word for its name."""
        label = self.label("deadlines", name)
        return label if label != name else words.obligation(name)

    def when(self, instant: datetime | None) -> str:
        return words.when(instant, self.policy.zone)

    def mean(self, mean: Mean) -> str:
        """A mean of ratings on the policy's scale, where it rests on enough."""
        scale = self.policy.followup.get("scale", 5)
        return words.NOTHING if mean.shown is None else f"{mean.shown:.2f} / {scale}"

    def severities(self, counts: Iterable[Mapping[str, int]]) -> list[str]:
        """The policy's, mildest first, then those it does not know."""
        return list(dict.fromkeys([*self.policy.severities, *sorted({name for each in counts for name in each})]))

    def known(self, table: str, keys: Iterable[str]) -> list[str]:
        """Keys that occur, each once, in the policy's order."""
        order = {key: index for index, key in enumerate(self.policy.tables[table])}
        return sorted(set(keys), key=lambda key: (order.get(key, len(order)), key))


def short(*titles: str) -> list[Column]:
    """Columns of ids, instants, lengths and single words, which are not broken into lines."""
    return [Column(title) for title in titles]


def long(*titles: str) -> list[Column]:
    """Columns of names and sentences."""
    return [Column(title, "long") for title in titles]


def numbers(*titles: str) -> list[Column]:
    return [Column(title, "number") for title in titles]


def by_days(name: str, title: str, buckets: Sequence[Bucket]) -> tuple[Chart, Table]:
    """The chart and the table of complaints by how many days something took."""
    before = [None, *(each.days for each in buckets)]
    rows = [[words.days(each.days, low), str(len(each.ids))] for low, each in zip(before, buckets, strict=False)]
    said = "; ".join(": ".join(row) for row in rows)
    return Chart(name, f"{title}: {said}."), Table("", [*short(title), *numbers(_("Complaints"))], rows)
