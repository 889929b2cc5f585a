"""Work done ahead of whoever waits for it, in threads, by a bounded amount, its results in order.

The threads are daemons: a command that is told to stop does not wait for a slow server.
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future
from queue import Full, Queue
from typing import TYPE_CHECKING, Any, Generic, TypeVar

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


class Ahead(Generic[Item]):
    """Takes items at once, in a thread, `room` of them ahead; iterating yields them, and raises what they raise."""

    def __init__(self, items: Iterable[Item], room: int) -> None:
        self._queue: Queue[tuple[bool, Any]] = Queue(room)
        self._over = threading.Event()
        threading.Thread(target=self._take, args=(items,), daemon=True).start()

    def __iter__(self) -> Iterator[Item]:
        try:
            while True:
                more, item = self._queue.get()
                if more:
                    yield item
                elif item is None:
                    return
                else:
                    raise item
        finally:
            self.close()

    def close(self) -> None:
        """End the thread at its next item."""
        self._over.set()

    def _take(self, items: Iterable[Item]) -> None:
        try:
            for item in items:
                if not self._put(True, item):
                    return
            self._put(False, None)
        except BaseException as error:  # it is raised where the items are waited for
            self._put(False, error)

    def _put(self, more: bool, item: object) -> bool:
        while not self._over.is_set():
            try:
                self._queue.put((more, item), timeout=0.2)
            except Full:  # nobody has taken one yet
                continue
            return True
        return False


def _begun(work: Callable[[Item], Result], item: Item) -> Future[Result]:
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work(item))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return future
