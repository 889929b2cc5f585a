"""How updates come in, by polling or by webhook: written down first, then queued, each once, and forgotten when they are done.

Telegram gives an update once. One that was under way when the bot was killed is therefore taken up again at the next start; one
that comes twice, as a webhook's may, is known by its number; one that twice ended in a kill is apologised for and left alone.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import TYPE_CHECKING, Any, Final

from telegram import Update

from bot.answers.asking import say
from bot.chats import answers, inbox
from bot.chats.store import StoreError
from bot.running.polling import ALLOWED_UPDATES
from bot.running.redact import describe
from bot.updates import is_of_a_person, is_to_bot, words
from retrieval.characters import whole
from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa
    from telegram import Bot

    from bot.chats.store import Store
    from bot.door.gate import Gate
    from bot.running.metrics import Metrics
    from bot.running.polling import AnyApplication

log = logging.getLogger(__name__)

STALE: Final = 3600  # seconds after which nobody waits for an answer any more, and an apology is kinder
_MOMENT: Final = (
    0.05  # seconds in which what is done is noted together; a kill meanwhile makes nothing be answered twice
)
BEGUN_ANEW: Final = 1  # how often an update is tried again after a kill


class Reception:
    """Takes updates to the application's queue, and keeps account of them in the store."""

    def __init__(self, application: AnyApplication, store: Store, metrics: Metrics, gate: Gate) -> None:
        self._application = application
        self._store = store
        self._metrics = metrics
        self._gate = gate
        self._came: dict[int, float] = {}
        self._done: set[int] = set()
        self._noting: asyncio.Task[None] | None = None
        self._told_to_wait: set[int] = set()

    async def take(self, told: Sequence[Any]) -> None:
        """Write updates, as JSON, down and queue those that were not there before; once this returns they may be confirmed."""
        arrived: dict[int, tuple[Update, str]] = {}
        for one in told:
            if self._gate.keeps_waiting(one):  # most of a flood: to read it would hold up the others
                self._metrics.updates.labels("message").inc()
            elif read := self._read(one):
                arrived[read[0].update_id] = read
                await asyncio.sleep(0)  # a long message takes 1.4 ms to read, and a hundred may come at once
        if not arrived:
            return
        try:
            new = await self._store.run(
                lambda connection: inbox.put(connection, {n: words for n, (_, words) in arrived.items()})
            )
        except StoreError:
            for update, ours in arrived.values():
                if ours:
                    await self._tell_of_wait(update)
            raise
        self._told_to_wait.clear()
        for number, (update, _) in arrived.items():
            if number not in new:
                log.info("Update %s came again and was passed over", number)
                continue
            self._metrics.updates.labels(_kind(update)).inc()
            if await self._admits(update):
                self._came[number] = time.perf_counter()
                await self._application.update_queue.put(update)
            else:
                self.done(update)

    async def _tell_of_wait(self, update: Update) -> None:
        """Tell a reader, once, that a message cannot be written down: Telegram gives it again until it can."""
        chat, bot = update.effective_chat, self._application.bot
        if chat is None or chat.id in self._told_to_wait or update.message is None:
            return
        try:
            if await self._gate.knows(update):
                self._told_to_wait.add(chat.id)
                await say(update, bot, words(update).talk.full_waits)
        except DepecheError as error:  # who may talk to the bot cannot be read either
            log.warning("Update %s could not be looked at: %s", update.update_id, describe(error))

    async def _admits(self, update: Update) -> bool:
        try:
            return await self._gate.admits(update, self._application.bot)
        except Exception as error:  # it is written down, and must not be lost for that, nor those behind it
            log.warning("Update %s could not be looked at: %s", update.update_id, describe(error))
            return True

    def _read(self, told: Any) -> tuple[Update, str] | None:  # noqa: ANN401 - JSON
        """Return the update that JSON tells of, and what it is to be taken up from: nothing of what people say to each other.

        None where it cannot be read.
        """
        bot = self._application.bot
        try:
            told = _plain(told)
            update = Update.de_json(told, bot)
            message = update.message or update.edited_message
            ours = message and is_of_a_person(message) and is_to_bot(message, bot)
            return update, json.dumps(told) if ours else ""
        except Exception as error:  # whatever an unknown shape makes the parser raise, or us
            number = told.get("update_id") if isinstance(told, dict) else None
            log.warning("Update %s could not be read and was passed over (%s)", number, type(error).__name__)
            return None

    def done(self, update: object) -> None:
        """Forget an update that has been worked on; those of a moment are forgotten together."""
        if isinstance(update, Update):
            self._done.add(update.update_id)
            if came := self._came.pop(update.update_id, None):
                self._metrics.update_seconds.observe(time.perf_counter() - came)
            if self._noting is None or self._noting.done():
                self._noting = asyncio.create_task(self._note_done())

    async def settle(self) -> None:
        """Wait until all that is done is noted."""
        if self._noting:
            await self._noting

    async def take_up(self) -> None:
        """Queue what was under way when the bot was last killed, or apologise for it."""
        left = await self._store.run(_left)
        for row in left:
            update = Update.de_json(json.loads(row.update), self._application.bot)
            if row.answered:
                self.done(update)
            elif row.tries < BEGUN_ANEW and time.time() - row.came < STALE:
                log.info("Update %s was under way at the last stop; taking it up again", row.update_id)
                await self._application.update_queue.put(update)
            else:
                log.warning("Update %s was under way at the last stop; apologising for it", row.update_id)
                await _apologise(update, self._application.bot)
                self.done(update)

    async def _note_done(self) -> None:
        await asyncio.sleep(_MOMENT)
        while self._done:
            some, self._done = self._done, set()
            try:
                await self._store.run(lambda connection, ids=some: inbox.done(connection, ids))  # type: ignore[misc]
            except DepecheError as error:
                self._done |= some  # with the next that is done
                log.warning("What was done could not be noted: %s", describe(error))
                return


def _plain(told: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return an update's JSON without halves of characters.

    Raises `ValueError`, `TypeError` or `RecursionError` where it cannot be kept: it is no object or has no number, is nested too deep,
    or holds a number that SQLite has not.
    """
    plain = json.loads(
        whole(json.dumps(told, ensure_ascii=False, allow_nan=False)), parse_int=_within_64_bits
    )
    if not isinstance(plain, dict) or not isinstance(plain.get("update_id"), int):
        raise TypeError("it is no update")
    return plain


def _within_64_bits(digits: str) -> int:
    number = int(digits)
    if not -(1 << 63) <= number < 1 << 63:
        raise ValueError("a number is beyond 64 bits")
    return number


def _left(connection: sa.Connection) -> list[inbox.Left]:
    """Return what was under way, each with whether its answer is kept already: it was killed between answer and note."""
    inbox.forget_old(connection)
    found = []
    for row in inbox.left(connection):
        # whether an edited one has its answer already is seen when it is taken up: that of what it now says
        message: dict[str, Any] | None = json.loads(row.update).get("message")
        answered = message and answers.to_message(connection, message["chat"]["id"], message["message_id"])
        found.append(row.with_answer() if answered else row)
    return found


def _kind(update: Update) -> str:
    return next((name for name in ALLOWED_UPDATES if getattr(update, name, None)), "other")


async def _apologise(update: Update, bot: Bot) -> None:
    await say(update, bot, words(update).talk.lost)
