"""Work done ahead of whoever waits for it, in threads, by a bounded amount, its results in order.

The threads are daemons: a command that is told to stop does not wait for a slow server.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from queue import Empty, Full, Queue
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Result = TypeVar("Result")


def ordered(work: Callable[[Item], Result], items: Iterable[Item], at_once: int) -> Iterator[Result]:
    """Yield `work(item)` for each item, in their order, up to `at_once` of them under way or waiting to be taken."""
    pending: deque[Future[Result]] = deque()
    for item in items:
        pending.append(_begun(work, item))
        if len(pending) >= at_once:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


def ahead(items: Iterator[Item], room: int) -> Iterator[Item]:
    """Begin to take `items` at once, in a thread, `room` of them ahead; what is returned yields them.

    What they raise is raised there. Closing what is returned ends the thread at its next item.
    """
    queue: Queue[tuple[bool, Item | BaseException | None]] = Queue(room)
    over = threading.Event()

    def put(more: bool, item: Item | BaseException | None) -> None:
        while not over.is_set():
            try:
                queue.put((more, item), timeout=0.5)
            except Full:  # nobody has taken one yet
                continue
            return

    def take() -> None:
        try:
            for item in items:
                put(True, item)
                if over.is_set():
                    return
            put(False, None)
        except BaseException as error:
            put(False, error)

    threading.Thread(target=take, daemon=True).start()
    return _taken(queue, over)


def _taken(queue: Queue[tuple[bool, Item | BaseException | None]], over: threading.Event) -> Iterator[Item]:
    try:
        while True:
            more, item = queue.get()
            if not more:
                if isinstance(item, BaseException):
                    raise item
                return
            yield item  # type: ignore[misc]
    finally:
        over.set()
        while True:  # room for a thread that is putting one
            try:
                queue.get_nowait()
            except Empty:
                break


def _begun(work: Callable[[Item], Result], item: Item) -> Future[Result]:
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work(item))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future
