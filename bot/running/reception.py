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
from bot.running.polling import ALLOWED_UPDATES
from bot.running.redact import describe
from bot.updates import is_of_a_person, is_to_bot, words
from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa
    from telegram import Bot

    from bot.chats.store import Store
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

    def __init__(self, application: AnyApplication, store: Store, metrics: Metrics) -> None:
        self._application = application
        self._store = store
        self._metrics = metrics
        self._came: dict[int, float] = {}
        self._done: set[int] = set()
        self._noting: asyncio.Task[None] | None = None

    async def take(self, updates: Sequence[Update]) -> None:
        """Write updates down and queue those that were not there before; once this returns they may be confirmed."""
        new = await self._store.run(
            lambda connection: inbox.put(connection, {one.update_id: self._words(one) for one in updates})
        )
        for update in updates:
            if update.update_id in new:
                self._came[update.update_id] = time.perf_counter()
                self._metrics.updates.labels(_kind(update)).inc()
                await self._application.update_queue.put(update)
            else:
                log.info("Update %s came again and was passed over", update.update_id)

    def _words(self, update: Update) -> str:
        """Return what an update must be taken up from: nothing of what people say to each other."""
        message = update.message
        ours = message and is_of_a_person(message) and is_to_bot(message, self._application.bot)
        return update.to_json() if ours else ""

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


def _left(connection: sa.Connection) -> list[inbox.Left]:
    """Return what was under way, each with whether its answer is kept already: it was killed between answer and note."""
    inbox.forget_old(connection)
    found = []
    for row in inbox.left(connection):
        message: dict[str, Any] = json.loads(row.update)["message"]
        answered = answers.to_message(connection, message["chat"]["id"], message["message_id"])
        found.append(row.with_answer() if answered else row)
    return found


def _kind(update: Update) -> str:
    return next((name for name in ALLOWED_UPDATES if getattr(update, name, None)), "other")


async def _apologise(update: Update, bot: Bot) -> None:
    await say(update, bot, words(update).talk.lost)
