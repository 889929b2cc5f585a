"""The queue of the local chat model: bounded, and chats take turns."""

from __future__ import annotations

from collections import defaultdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.chat.local_queue import FairQueue, FullError


def test_chats_take_turns() -> None:
    queue: FairQueue[str] = FairQueue(9)
    for item in ("a1", "a2", "a3", "b1", "c1", "b2"):
        queue.put(item[0], item)
    assert [queue.get() for _ in range(6)] == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_no_more_than_the_bound_wait() -> None:
    queue: FairQueue[int] = FairQueue(2)
    queue.put("a", 1)
    queue.put("b", 2)
    with pytest.raises(FullError):
        queue.put("c", 3)
    queue.get()
    queue.put("c", 3)
    assert len(queue) == 2


def test_what_is_taken_out_is_not_given() -> None:
    queue: FairQueue[int] = FairQueue(9)
    queue.put("a", 1)
    queue.put("b", 2)
    assert queue.discard("a", 1)
    assert not queue.discard("a", 1)
    assert not queue.discard("nobody", 1)
    assert queue.get() == 2


def test_a_closed_queue_gives_back_what_waited_and_takes_no_more() -> None:
    queue: FairQueue[int] = FairQueue(9)
    queue.put("a", 1)
    assert queue.close() == [1]
    assert queue.get() is None
    with pytest.raises(FullError):
        queue.put("a", 2)


@given(st.lists(st.sampled_from("abcd"), max_size=40))
def test_each_chat_is_served_in_order_and_none_waits_more_than_a_round(asked: list[str]) -> None:
    queue: FairQueue[tuple[str, int]] = FairQueue(99)
    for number, chat in enumerate(asked):
        queue.put(chat, (chat, number))
    served = [item for _ in asked if (item := queue.get())]
    assert sorted(served, key=lambda item: item[1]) == [(chat, n) for n, chat in enumerate(asked)]
    numbers, left = defaultdict(list), {chat: asked.count(chat) for chat in asked}
    since = dict.fromkeys(left, 0)
    for chat, number in served:
        assert since[chat] < len(left)  # others served since its last turn: each once at most
        numbers[chat].append(number)
        left[chat] -= 1
        since = {other: since[other] + 1 for other in left} | {chat: 0}
    assert all(given == sorted(given) for given in numbers.values())
