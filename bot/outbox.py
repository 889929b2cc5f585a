"""The outbox of answers: what could not be sent is kept with the answer that it shows, and sent as soon as that can be.

Nothing is written for an answer that goes at once: until it is noted as given its question is in the inbox, and a kill in between
has it asked again. One that does not go is kept, with its buttons, in the transaction that keeps the answer.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from telegram.error import RetryAfter

from bot.chats import answers, outbox
from bot.running.redact import describe
from bot.send import Delivery, Shown, bring_to
from bot.trying import may_have_arrived, passes, seconds_asked
from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa
    from telegram import Bot, InlineKeyboardMarkup

    from bot.chats.store import Store
    from bot.markup import Message
    from bot.news.courier import Courier
    from bot.send import Place

log = logging.getLogger(__name__)

LOOK_AGAIN: Final = 1.0  # seconds between two looks at what waits; the courier says which chats rest

# Keeps an answer that the messages with these numbers show; returns its id, None where it is not to be kept (any more).
Keep = Callable[["sa.Connection", list[int]], int | None]


class Outbox:
    """Sends answers, and keeps those that could not be sent. One for which an earlier one of its chat waits goes behind it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._chats: set[int] = set()
        self._not_before: dict[int, float] = {}
        self._news = asyncio.Event()

    @property
    def chats_waiting(self) -> int:
        """How many chats have an answer that could not be sent."""
        return len(self._chats)

    async def bring(
        self,
        bot: Bot,
        place: Place,
        messages: Sequence[Message],
        keyboard: InlineKeyboardMarkup | None,
        keep: Keep,
        *,
        before: Sequence[Shown] = (),
    ) -> bool:
        """Make the messages `before` show an answer, or send it, and have `keep` note that; return whether all of it is there.

        What could not be sent is kept together with the answer. Raises `DepecheError` where that cannot be written.
        """
        if place.chat_id in self._chats:
            done, doubtful, waits = Delivery([]), False, True
        else:
            done = await bring_to(bot, place, before, messages, keyboard)
            waits = done.trouble is not None and passes(done.trouble)
            doubtful = done.trouble is not None and may_have_arrived(done.trouble)
        went = len(done.shown)
        edits = [old.message_id for old in before[went : len(messages)]]

        def note(connection: sa.Connection) -> None:
            answer_id = keep(connection, done.shown + (edits if waits else []))
            if answer_id is not None and waits:
                rest = place if went == 0 else place.without_reply()
                outbox.put(
                    connection, answer_id, rest, messages[went:], keyboard, edits=edits, perhaps=doubtful
                )

        try:
            await self._store.run(note)
        except DepecheError as error:
            if waits:
                raise
            # it is there, and was not kept: its buttons lead nowhere, which is no reason for an apology below it
            log.warning("An answer to chat %s was not kept: %s", place.chat_id, describe(error))
        if waits:
            self._chats.add(place.chat_id)
            if isinstance(done.trouble, RetryAfter):
                self._not_before[place.chat_id] = time.monotonic() + seconds_asked(done.trouble)
            self._news.set()
        return went == len(messages)

    async def send_kept(self, courier: Courier) -> None:
        """Send what waits, oldest first in each chat, until cancelled; a chat that takes long keeps no other waiting."""
        under_way: dict[int, asyncio.Task[None]] = {}
        try:
            while True:
                self._news.clear()
                try:
                    await courier.settle()
                    self._chats = {*(waiting := await self._store.run(outbox.chats))}
                except DepecheError as error:
                    log.warning("What waits to be sent could not be looked at: %s", describe(error))
                    await asyncio.sleep(LOOK_AGAIN)
                    continue
                under_way = {chat_id: task for chat_id, task in under_way.items() if not task.done()}
                for chat_id in waiting:
                    if not (chat_id in under_way or courier.rests(chat_id) or self._rests(chat_id)):
                        sending = courier.attempt(chat_id, partial(self._send, chat_id, courier))
                        under_way[chat_id] = asyncio.create_task(sending)
                if self._chats:
                    await asyncio.sleep(LOOK_AGAIN)
                else:
                    await self._news.wait()
        finally:
            for task in under_way.values():
                task.cancel()
            await asyncio.gather(*under_way.values(), return_exceptions=True)

    def _rests(self, chat_id: int) -> bool:
        """Say whether Telegram asked for a wait that is not over."""
        return self._not_before.get(chat_id, 0.0) > time.monotonic()

    async def _send(self, chat_id: int, courier: Courier) -> None:
        """Send what waits for a chat until that fails or nothing is left."""
        while unsent := await self._store.run(partial(outbox.first, chat_id=chat_id)):

            def keep(connection: sa.Connection, message_id: int, unsent: outbox.Unsent = unsent) -> None:
                outbox.sent(connection, unsent.number)
                if message_id:
                    answers.show(connection, unsent.answer_id, chat_id, [message_id])

            old = None if unsent.edits is None else Shown(unsent.edits, None)
            twice = unsent.perhaps and old is None  # an edit twice done is as well as once
            doubt = None if twice else partial(outbox.doubt, number=unsent.number)
            if not await courier.bring(
                unsent.place, unsent.message, keep, unsent.keyboard, old=old, doubt=doubt
            ):
                return
            log.info("Chat %s has an answer after %d s", chat_id, time.time() - unsent.since)
        self._chats.discard(chat_id)
        self._not_before.pop(chat_id, None)
