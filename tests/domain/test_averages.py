"""Means, medians and percentiles, each with the number it rests on."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cmplt.domain.averages import ENOUGH, Mean, middle, ninetieth

WHOLE = st.lists(st.integers(0, 10**7).map(float), max_size=60)


@pytest.mark.parametrize(
    ("values", "mean"),
    [
        ([], Mean(None, 0)),
        ([1], Mean(1.0, 1)),
        ([1, 2], Mean(1.5, 2)),
        ([1, 1, 2], Mean(1.33, 3)),
        ([5, 5, 4], Mean(4.67, 3)),
        ([0], Mean(0.0, 1)),
    ],
)
def test_a_mean_says_on_how_many_it_rests(values: list[int], mean: Mean) -> None:
    """Two places; a mean of nothing is none, one of zeros is zero."""
    assert Mean.of(values) == mean
    assert Mean.of(iter(values)) == mean


@pytest.mark.parametrize(
    ("values", "shown"), [([], None), ([5] * 4, None), ([5] * 5, 5.0), ([0] * 5, 0.0), ([1, 2, 2, 2, 2, 2], 1.83)]
)
def test_a_mean_of_fewer_than_five_is_not_shown(values: list[int], shown: float | None) -> None:
    """Of fewer than five answers one customer would make the mean; the figures still have it."""
    assert ENOUGH == 5
    assert Mean.of(values).shown == shown


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_a_mean_lies_among_its_values(values: list[int]) -> None:
    """To half a hundredth it is the sum by the number."""
    found = Mean.of(values)
    assert found.count == len(values)
    assert found.mean is not None
    assert abs(Fraction(sum(values), len(values)) - Fraction(found.mean)) <= Fraction(51, 10000)


def rank(values: Sequence[float]) -> float:
    """The 90th percentile by its definition: the least of the values that at least nine tenths do not exceed."""
    enough = (value for value in sorted(values) if 10 * sum(each <= value for each in values) >= 9 * len(values))
    return next(enough)


@pytest.mark.parametrize(
    ("seconds", "median", "ninety"),
    [
        ([], None, None),
        ([60.0], 60, 60),
        ([60.0, 120.0], 90, 120),
        ([120.0, 0.0, 60.0], 60, 120),
        ([1.0, 2.0], 1, 2),
        ([float(each) for each in range(1, 10)], 5, 9),
        ([float(each) for each in range(10, 0, -1)], 5, 9),
        ([float(each) for each in range(1, 12)], 6, 10),
        ([float(each) for each in range(1, 101)], 50, 90),
        ([7.0] * 30, 7, 7),
    ],
)
def test_medians_and_ninetieth_percentiles(seconds: list[float], median: int | None, ninety: int | None) -> None:
    """Whole seconds, in whatever order they come; of nothing there is none."""
    assert (middle(seconds), ninetieth(seconds)) == (median, ninety)


@given(WHOLE.filter(bool))
def test_the_ninetieth_percentile_is_by_nearest_rank(seconds: list[float]) -> None:
    """It is one of the values: the least that nine of ten do not exceed."""
    assert ninetieth(seconds) == rank(seconds)


@given(WHOLE.filter(bool))
def test_the_median_halves(seconds: list[float]) -> None:
    """As many lie below it as above it; between two middle ones it is their mean, cut to whole seconds."""
    ordered, half = sorted(seconds), len(seconds) // 2
    found = middle(seconds)
    assert found == (ordered[half] if len(seconds) % 2 else int((ordered[half - 1] + ordered[half]) / 2))
