"""What thousands of events of one complaint cost: each what it changes, and no walk through all others."""

import tracemalloc

import pytest

from cmplt.domain.obligations import obligations, standing_before
from cmplt.domain.process import fold
from tests.domain.build import complaint, policy
from tests.steps import steps


@pytest.mark.parametrize(
    "line",
    [
        "11:00 progress n due.d{n}=12:00",
        "11:00 assign d{n} due.d{n}=12:00",
        "11:00 escalate major reason=r due.d{n}=12:00",
        "11:00 task t{n} due.task:t{n}=12:00",
    ],
)
def test_what_events_cost(line: str) -> None:
    """Ten times the events are some ten times the work: steps are counted, not seconds."""
    of = policy()

    def cost(times: int) -> int:
        lines = [line.format(n=number) for number in range(80 * times)]
        read = complaint("10:00 register\n10:01 assign sales\n" + "\n".join(lines))

        def work() -> None:
            history = fold(read)
            obligations(history, of)
            for _each in standing_before(history, of):
                pass

        return steps(work)

    assert cost(10) < 20 * cost(1)


@pytest.mark.parametrize(
    "line",
    [
        "11:00 amend changes.details.k{n}=x reason=r",
        "11:00 attach files=a:k{n}",
        "11:00 task t{n}",
        "11:00 done t{n}",
    ],
)
def test_what_room_events_take(line: str) -> None:
    """Where a complaint stood is known after each of its events, and none takes a copy of all that was there."""

    def room(times: int) -> int:
        lines = [line.format(n=number) for number in range(200 * times)]
        read = complaint("10:00 register\n" + "\n".join(lines))
        tracemalloc.start()
        try:
            history = fold(read)
            assert len(history.steps) == len(read.events)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert room(10) < 20 * room(1)
