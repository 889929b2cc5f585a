"""In which order updates are worked on: one at a time in a chat, a bounded number of chats at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from telegram import Update
from telegram.ext import BaseUpdateProcessor

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

# The base class takes its semaphore before an update waits for its chat, so a chat with sixteen questions would
# hold all sixteen slots: we give it more than there can be, and count ourselves.
NO_LIMIT: Final = 2**31


@dataclass(slots=True)
class _Line:
    """The updates of one chat: the one being worked on holds the lock, `inside` counts it and those behind it.

    `came` numbers them; `waiting` holds those that are not begun and still wanted.
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    inside: int = 0
    came: int = 0
    waiting: dict[int, Update] = field(default_factory=dict)


class ChatOrder(BaseUpdateProcessor):
    """Works on each chat's updates in the order they came, and on `at_once` chats at a time.

    An update without a chat waits for nobody but the slots, one that is `urgent` for nobody at all. Taps on buttons have slots of their
    own, and wait for those on the same message. `on_done` is told each update that was worked on, or dropped; not one that a stop cut off.
    """

    def __init__(
        self,
        at_once: int,
        *,
        urgent: Callable[[object], bool] = lambda _update: False,
        on_done: Callable[[object], None] = lambda _update: None,
    ) -> None:
        super().__init__(max_concurrent_updates=NO_LIMIT)
        self._slots = asyncio.Semaphore(at_once)
        self._tap_slots = asyncio.Semaphore(at_once)
        self._lines: dict[int | tuple[int, int], _Line] = {}
        self._under_way: set[asyncio.Task[Any]] = set()
        self._urgent = urgent
        self.on_done = on_done

    @property
    def chats_in_line(self) -> int:
        """How many chats have an update being worked on or waiting."""
        return len(self._lines)

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Await `coroutine` when it is the turn of the update's chat and a slot is free."""
        task = asyncio.current_task()
        if task:
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        try:
            if self._urgent(update):
                await coroutine
            else:
                tap = isinstance(update, Update) and update.callback_query is not None
                async with self._turn(update) as wanted, self._tap_slots if tap else self._slots:
                    if wanted():
                        await coroutine
            self.on_done(update)
        finally:
            # cancelled while it waited, or dropped: it would warn that it was never awaited
            if isinstance(coroutine, Coroutine):
                coroutine.close()

    def drop(self, chat_id: int, unwanted: Callable[[Update], bool]) -> int:
        """Drop those updates of a chat that wait for their turn and are `unwanted`; return how many there are."""
        line = self._lines.get(chat_id)
        if line is None:
            return 0
        dropped = [number for number, update in line.waiting.items() if unwanted(update)]
        for number in dropped:
            del line.waiting[number]
        return len(dropped)

    async def abandon(self) -> None:
        """Give up on what is under way or waits: at a stop whose time is over. None of it is told to be done."""
        under_way = [*self._under_way]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def initialize(self) -> None:
        """Do nothing: there is nothing to open."""

    async def shutdown(self) -> None:
        """Do nothing: there is nothing to close."""

    @asynccontextmanager
    async def _turn(self, update: object) -> AsyncIterator[Callable[[], bool]]:
        """Wait for an update's turn in its line; give what tells whether it is still wanted then."""
        key = _line_of(update)
        if key is None or not isinstance(update, Update):
            yield lambda: True
            return
        line = self._lines.setdefault(key, _Line())
        line.inside += 1
        line.came += 1
        number = line.came
        line.waiting[number] = update
        try:
            async with line.lock:
                yield lambda: line.waiting.pop(number, None) is not None
        finally:
            line.waiting.pop(number, None)
            line.inside -= 1
            if not line.inside:
                del self._lines[key]


def _line_of(update: object) -> int | tuple[int, int] | None:
    """Return in which line an update waits: its chat's, and a tap on a button in one of the message that has the button.

    A tap must not wait for an answer under way: it shows a waiting sign, and after seconds Telegram takes no answer to it.
    """
    chat = update.effective_chat if isinstance(update, Update) else None
    if not isinstance(update, Update) or chat is None:
        return None
    pressed = update.callback_query.message if update.callback_query else None
    return (chat.id, pressed.message_id) if pressed else chat.id
