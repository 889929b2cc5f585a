"""An answer shown before it is whole: quotations at once where a chat model words them, its sentences by editing that message.

At most once a second a chat. What cannot be shown now is not queued: the next time, the answer is shown as far as it is then. The whole
answer always comes at the end. Who waits long is told how many questions are before theirs.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from bot.answers.render import growing, plain_message
from bot.send import Shown, delete, edit_once, send_once, unchanged
from bot.trying import LONGEST_WAIT, Manner, seconds_asked

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from telegram import Bot

    from bot.markup import Message
    from bot.send import Place
    from retrieval.domain import Answer

EVERY: Final = 1.0  # seconds between two calls in a chat; Telegram asks for no more of them
WORDS_AFTER: Final = 0.3  # seconds; what is worded sooner, or not at all, comes as the one message
WAIT_TOLD: Final = (
    5.0  # seconds after which a reader is told how many are before them, and between two looks at that
)


class Showing:
    """One answer on its way to a reader; leaving the block ends the growing. `waits` returns what to tell who waits, "" for nothing."""

    def __init__(self, bot: Bot, place: Place, *, short: bool, waits: Callable[[], str]) -> None:
        self._bot = bot
        self._place = place
        self._short = short
        self._waits = waits
        self._answer: Answer | None = None
        self._line = ""
        self._shown: Message | None = None
        self._message_id: int | None = None
        self._next = 0.0
        self._stuck = False
        self._news = asyncio.Event()
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._begins: list[asyncio.TimerHandle] = []

    async def __aenter__(self) -> Self:
        self._begin(WAIT_TOLD)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the call on its way come to its end, so that none arrives after the answer."""
        self._ended.set()
        for begins in self._begins:
            begins.cancel()
        if self._task:
            self._news.set()
            await self._task

    def grow(self, answer: Answer) -> None:
        """Show `answer` as far as it goes, as soon as may be: quotations in a moment, as most are the whole answer."""
        first, self._answer = self._answer is None, answer
        if self._task:
            self._news.set()
        elif answer.mode == "chat":
            self._start()
        elif first:
            self._begin(WORDS_AFTER)

    async def so_far(self) -> list[Shown]:
        """Return the message that is to show the whole answer, after the block, once it may be edited; [] where there is none."""
        if self._message_id is None:
            return []
        pause = self._next - asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, min(pause, LONGEST_WAIT)))
        return [Shown(self._message_id, self._shown)]

    async def withdraw(self) -> None:
        """Delete what was shown, after the block: there is no answer, and nobody waits any more."""
        if self._message_id is not None:
            await delete(self._bot, self._place.chat_id, [self._message_id])

    def _begin(self, seconds: float) -> None:
        self._begins.append(asyncio.get_running_loop().call_later(seconds, self._start))

    def _start(self) -> None:
        self._news.set()
        self._task = self._task or asyncio.create_task(self._run())

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        began = loop.time()
        while not self._stuck:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), WAIT_TOLD)
            self._news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), max(0.0, self._next - loop.time()))
            if self._ended.is_set():
                return
            if self._answer is None or loop.time() - began >= WAIT_TOLD:
                self._line = self._waits()
            wanted = self._wanted()
            if wanted is None or wanted == self._shown:
                continue
            self._next = loop.time() + EVERY
            try:
                await self._put(wanted)
            except RetryAfter as error:
                self._next = loop.time() + seconds_asked(error)
                self._news.set()
            except TelegramError:  # blocked, deleted, or perhaps sent: the whole answer will tell
                self._stuck = True

    def _wanted(self) -> Message | None:
        if self._answer is None:
            return plain_message(self._line) if self._line else None
        return growing(self._answer, short=self._short, line=self._line)

    async def _put(self, wanted: Message) -> None:
        """Show what is wanted in the message, which the first time is sent."""
        if self._message_id is None:
            self._message_id = (await send_once(self._bot, self._place, wanted)).message_id
        else:
            try:
                await edit_once(self._bot, Manner(self._place.chat_id), self._message_id, wanted)
            except BadRequest as error:
                if not unchanged(error):
                    raise
            except NetworkError:
                self._shown = None  # perhaps it is, perhaps not
                return
        self._shown = wanted
