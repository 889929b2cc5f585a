"""Who is next: requests wait in one bounded queue, and chats take turns in it."""

from __future__ import annotations

from collections import OrderedDict, deque
from threading import Condition
from typing import Generic, TypeVar

T = TypeVar("T")


class FullError(Exception):
    """As many are waiting as may."""


class FairQueue(Generic[T]):
    """A queue in which chats take turns, one item each, however many any of them has put in. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._chats: OrderedDict[str, deque[T]] = OrderedDict()  # whose turn is next comes first
        self._changed = Condition()
        self._closed = False

    def __len__(self) -> int:
        with self._changed:
            return sum(map(len, self._chats.values()))

    def put(self, chat: str, item: T) -> None:
        """Add an item of a chat; raise `FullError` where too many wait, or the queue is closed."""
        with self._changed:
            if self._closed or sum(map(len, self._chats.values())) >= self._most:
                raise FullError
            self._chats.setdefault(chat, deque()).append(item)
            self._changed.notify()

    def get(self) -> T | None:
        """Return the next chat's oldest item, once there is one; None once the queue is closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._chats or self._closed)
            if self._closed:
                return None
            chat, items = self._chats.popitem(last=False)
            item = items.popleft()
            if items:
                self._chats[chat] = items  # behind all others
            return item

    def discard(self, chat: str, item: T) -> bool:
        """Take an item out; return whether it was still waiting."""
        with self._changed:
            items = self._chats.get(chat)
            if not items or item not in items:
                return False
            items.remove(item)
            if not items:
                del self._chats[chat]
            return True

    def close(self) -> list[T]:
        """Let `get` return None from now on, and return what was waiting."""
        with self._changed:
            self._closed = True
            left = [item for items in self._chats.values() for item in items]
            self._chats.clear()
            self._changed.notify_all()
            return left
