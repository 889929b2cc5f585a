"""Sending what nobody waits for: each message noted once Telegram has it, and what becomes of those that do not go."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.chats.forgetting import send_nothing
from bot.running.redact import describe
from bot.send import send_one
from bot.trying import seconds_asked, surely_unsent
from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa
    from telegram import Bot, InlineKeyboardMarkup

    from bot.chats.store import Store
    from bot.markup import Message
    from bot.send import Place

log = logging.getLogger(__name__)

TRY_AGAIN: Final = 30.0  # seconds before a message that surely did not leave is tried again
LAST_WORD: Final = 1.0  # seconds, at a stop, for the message on its way


class Sender:
    """Sends and notes; keeps which chats are to be left alone for a while, and what was sent and could not be noted."""

    def __init__(self, store: Store, bot: Bot) -> None:
        self._store = store
        self._bot = bot
        self._not_before: dict[int, float] = {}
        self._unkept: deque[Callable[[sa.Connection], None]] = deque()

    async def catch_up(self) -> None:
        """Note what was sent and could not be noted, which goes before anything else is sent."""
        while self._unkept:
            await self._store.run(self._unkept[0])
            self._unkept.popleft()
        now = time.monotonic()
        self._not_before = {chat: until for chat, until in self._not_before.items() if until > now}

    def rests(self, chat_id: int) -> bool:
        """Say whether a chat is to be left alone for now."""
        return chat_id in self._not_before

    def rest(self, chat_id: int, seconds: float | None = None) -> None:
        """Leave a chat alone for so many seconds, or until what failed is tried again."""
        self._not_before[chat_id] = time.monotonic() + (TRY_AGAIN if seconds is None else seconds)

    async def send(
        self,
        place: Place,
        message: Message,
        note: Callable[[sa.Connection, int], None],
        keyboard: InlineKeyboardMarkup | None = None,
    ) -> bool:
        """Send a message and note its number, 0 where it may have arrived or never will; say whether that was done, or the chat has to wait."""
        sending = asyncio.create_task(self._send_and_note(place, message, note, keyboard))
        try:
            return await asyncio.shield(sending)
        except asyncio.CancelledError:  # a stop: what Telegram has taken is noted, lest it be sent again
            await asyncio.wait((sending,), timeout=LAST_WORD)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            raise

    async def _send_and_note(
        self,
        place: Place,
        message: Message,
        note: Callable[[sa.Connection, int], None],
        keyboard: InlineKeyboardMarkup | None,
    ) -> bool:
        try:
            message_id = await send_one(self._bot, place, message, keyboard)
        except TelegramError as error:
            if not await self._is_done_with(place.chat_id, error):
                return False
            message_id = 0

        def keep(connection: sa.Connection) -> None:
            note(connection, message_id)

        try:
            await self._store.run(keep)
        except DepecheError:  # a full disk: noted before anything else is sent
            self._unkept.append(keep)
            raise
        return True

    async def _is_done_with(self, chat_id: int, error: TelegramError) -> bool:
        """Say whether a message that failed may have arrived all the same, or never will; not where the chat cannot be told now."""
        if isinstance(error, Forbidden) or "chat not found" in str(error).lower():
            log.info("Chat %s is sent nothing any more: %s", chat_id, describe(error))
            await self._store.run(lambda c: send_nothing(c, chat_id))
            return False
        log.warning("A message was not sent to chat %s: %s", chat_id, describe(error))
        if isinstance(error, RetryAfter):
            self.rest(chat_id, seconds_asked(error))
            return False
        unsent = (
            isinstance(error, NetworkError) and not isinstance(error, BadRequest) and surely_unsent(error)
        )
        if unsent:
            self.rest(chat_id)
        return not unsent
