"""What is sent until it is noted that it was: notices, digests, corrections, and answers that could not be sent at once.

When a chat may be told, one message at a time, and what becomes of it.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from telegram.error import Forbidden, RetryAfter, TelegramError

from bot.chats import corrections, digests, notices
from bot.chats.forgetting import send_nothing
from bot.news.rhythm import rhythm
from bot.running.redact import describe
from bot.send import show
from bot.trying import may_have_arrived, passes, seconds_asked
from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from datetime import datetime

    import sqlalchemy as sa
    from telegram import Bot, InlineKeyboardMarkup

    from bot.chats.choices import Choices
    from bot.markup import Message
    from bot.office import Office
    from bot.send import Place, Shown

log = logging.getLogger(__name__)

CHATS_AT_ONCE: Final = 4  # of the connections, which readers' answers need
TRY_AGAIN: Final = 30.0  # seconds before a message that surely did not leave is tried again
LAST_WORD: Final = 1.0  # seconds, at a stop, for the message on its way

# Notes that a message was sent, by its number; 0 where nobody knows whether it arrived.
Keep = Callable[["sa.Connection", int], None]


class Courier:
    """Brings messages; keeps which chats are to be left alone for a while, and what was sent and could not be noted."""

    def __init__(self, office: Office, bot: Bot) -> None:
        self._office = office
        self._bot = bot
        self._not_before: dict[int, float] = {}
        self._unkept: deque[Callable[[sa.Connection], None]] = deque()
        self._slots = asyncio.Semaphore(CHATS_AT_ONCE)
        self._settling = asyncio.Lock()

    async def settle(self) -> None:
        """Note what was sent and could not be noted, before anything else is sent."""
        async with self._settling:
            while self._unkept:
                await self._office.store.run(self._unkept[0])
                self._unkept.popleft()
        now = time.monotonic()
        self._not_before = {chat: until for chat, until in self._not_before.items() if until > now}

    def room(
        self,
        connection: sa.Connection,
        chat_id: int,
        chosen: Choices,
        now: datetime,
        *,
        digest: bool = False,
        channel: bool = False,
    ) -> int:
        """Return how many messages a chat may be sent now, all together; room is left for the day's digest, unless it is for the `digest`."""
        settings = self._office.settings
        when = rhythm(chosen, settings)
        barred = chat_id < 0 and not settings.groups and not channel  # Telegram's groups have numbers below 0
        if barred or chat_id in self._not_before or when.quiet(now):
            return 0
        midnight = when.midnight(now)
        told = notices.sent_since(connection, chat_id, midnight)
        told += corrections.sent_since(connection, chat_id, midnight)
        return when.a_day - told - (0 if digest else digests.takes(connection, chat_id, midnight))

    def rests(self, chat_id: int) -> bool:
        """Say whether a chat is to be left alone for a while."""
        return self._not_before.get(chat_id, 0.0) > time.monotonic()

    async def attempt(self, chat_id: int, tell: Callable[[], Awaitable[None]]) -> None:
        """Tell a chat; what goes wrong is logged, and the chat left alone for a while: others' messages are on their way."""
        try:
            await tell()
        except Exception as error:  # whatever it is
            log.error("Chat %s was not told of what is new: %s", chat_id, describe(error))
            self._not_before[chat_id] = time.monotonic() + TRY_AGAIN

    async def bring(
        self,
        place: Place,
        message: Message,
        keep: Keep,
        keyboard: InlineKeyboardMarkup | None = None,
        *,
        old: Shown | None = None,
        doubt: Callable[[sa.Connection], None] | None = None,
    ) -> bool:
        """Send a message, or make `old` show it, and have `keep` note it; return False where the chat cannot be told now.

        One of which nobody knows whether it arrived is noted as sent; with `doubt`, that is noted, and it may be sent again.
        """
        async with self._slots:
            sending = asyncio.create_task(
                self._send_and_keep(place, message, keep, keyboard, old=old, doubt=doubt)
            )
            try:
                return await asyncio.shield(sending)
            except asyncio.CancelledError:  # a stop: what Telegram has taken is noted, lest it be sent again
                await asyncio.wait((sending,), timeout=LAST_WORD)
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
                raise

    async def _send_and_keep(
        self,
        place: Place,
        message: Message,
        keep: Keep,
        keyboard: InlineKeyboardMarkup | None,
        *,
        old: Shown | None,
        doubt: Callable[[sa.Connection], None] | None,
    ) -> bool:
        try:
            number = await show(self._bot, place, old, message, keyboard)
        except TelegramError as error:
            if not await self._is_over(place.chat_id, error):
                return False
            if doubt and may_have_arrived(error):
                self._not_before[place.chat_id] = time.monotonic() + TRY_AGAIN
                await self._office.store.run(doubt)
                return False
            number = 0

        def note(connection: sa.Connection) -> None:
            keep(connection, number)

        try:
            await self._office.store.run(note)
        except DepecheError:  # a full disk: noted before anything else is sent
            self._unkept.append(note)
            raise
        return True

    async def _is_over(self, chat_id: int, error: TelegramError) -> bool:
        """Say whether a message may have arrived all the same, or never will; if not, the chat cannot be told now."""
        if isinstance(error, Forbidden) or "chat not found" in str(error).lower():
            log.info("Chat %s is told of nothing any more: %s", chat_id, describe(error))
            await self._office.store.run(lambda c: send_nothing(c, chat_id))
            return False
        log.warning("A message was not sent to chat %s: %s", chat_id, describe(error))
        if isinstance(error, RetryAfter):
            self._not_before[chat_id] = time.monotonic() + seconds_asked(error)
            return False
        unsent = passes(error) and not may_have_arrived(error)
        if unsent:
            self._not_before[chat_id] = time.monotonic() + TRY_AGAIN
        return not unsent
