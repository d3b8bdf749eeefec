"""The few statistics that a report needs, each with the number it rests on."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median

ENOUGH = 5  # answers; of fewer no mean is shown to people, since one customer would make it


@dataclass(frozen=True)
class Mean:
    """A mean with the number it rests on; no mean of nothing."""

    mean: float | None
    count: int

    @classmethod
    def of(cls, values: Iterable[int]) -> "Mean":
        numbers = list(values)
        return cls(round(fmean(numbers), 2) if numbers else None, len(numbers))

    @property
    def shown(self) -> float | None:
        """The mean where it rests on enough."""
        return self.mean if self.count >= ENOUGH else None


def middle(seconds: Sequence[float]) -> int | None:
    """The median in whole seconds, None of nothing."""
    return int(median(seconds)) if seconds else None


def ninetieth(seconds: Sequence[float]) -> int | None:
    """The 90th percentile in whole seconds by nearest rank: the least value that nine of ten do not exceed."""
    return int(sorted(seconds)[-(-9 * len(seconds) // 10) - 1]) if seconds else None
