"""Limits, by a clock of the test's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.door.limits import READERS, SHORTEST_WAIT, Limits, Wait


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_who_goes_beyond_is_told_once_and_not_heard_until_the_wait_is_over() -> None:
    clock = Clock()
    limits = Limits(20, 1000, clock=clock)
    assert [limits.take(7) for _ in range(20)] == [None] * 20
    assert not limits.is_closed(7)
    assert limits.take(7) == Wait(15, first=True)
    clock.now += 5
    assert [limits.take(7) for _ in range(3)] == [Wait(10, first=False)] * 3
    assert (limits.is_closed(7), limits.is_closed(8)) == (True, False)
    clock.now += 10
    assert not limits.is_closed(7)
    assert [limits.take(7) for _ in range(6)] == [None] * 5 + [Wait(15, first=True)]


def test_one_reader_takes_nothing_from_another() -> None:
    limits = Limits(2, 1000, clock=Clock())
    assert [limits.take(7) for _ in range(4)] == [
        None,
        None,
        Wait(30, first=True),
        Wait(30, first=False),
    ]
    assert limits.take(8) is None


def test_where_all_together_ask_too_much_each_is_told_once() -> None:
    clock = Clock()
    limits = Limits(20, 3, clock=clock)
    assert [limits.take(reader) for reader in (1, 2, 3)] == [None] * 3
    assert limits.take(4) == Wait(15, first=True, all_together=True)
    assert limits.take(4) == Wait(15, first=False, all_together=True)
    assert limits.take(5) == Wait(15, first=True, all_together=True)
    clock.now += 20
    assert limits.take(4) is None


def test_a_flood_takes_nothing_from_what_all_may_ask() -> None:
    limits = Limits(5, 20, clock=Clock())
    for _ in range(1000):
        limits.take(7)
    assert [limits.take(reader) for reader in range(100, 115)] == [None] * 15


def test_readers_who_have_not_asked_for_long_are_not_kept() -> None:
    limits = Limits(1, 10**9, clock=Clock())
    for reader in range(3 * READERS):
        assert limits.take(reader) is None
    assert len(limits._readers) == READERS


@given(st.integers(1, 100), st.lists(st.floats(0, 30), max_size=200))
def test_in_any_minute_nobody_gets_more_than_twice_the_rate(a_minute: int, pauses: list[float]) -> None:
    clock = Clock()
    limits = Limits(a_minute, 10**9, clock=clock)
    let_through = []
    for pause in pauses:
        clock.now += pause
        wait = limits.take(7)
        if wait is None:
            let_through.append(clock.now)
        else:
            assert 1 <= wait.seconds <= max(SHORTEST_WAIT, 60 / a_minute) + 1
    for start in let_through:
        assert sum(start <= at < start + 60 for at in let_through) <= 2 * a_minute
