"""Watching the library: which new articles the subscriptions are to be told of, and which corrected ones whoever was answered from them.

A cheap look every two seconds at the library's generation; where it moved, what came in since is compared with all subscriptions, on
a thread of its own, so many articles at once. Up to where it has looked is kept, so that what comes while the bot is down is
noticed, and told once. Nobody is told of what was there before they asked: with a subscription is kept what was there and is still
to be looked at.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

from bot.chats import notices, subscriptions
from bot.news.corrections import Corrector
from bot.news.notices import Notifier, question_of
from bot.news.rereading import Rereader
from bot.running.redact import describe
from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import sqlalchemy as sa

    from bot.chats.subscriptions import Subscription
    from bot.news.courier import Courier
    from bot.office import Match, Office
    from retrieval.domain import Matched, Question

log = logging.getLogger(__name__)

EVERY: Final = 2.0  # seconds between two looks
AT_ONCE: Final = 50  # articles compared at once: with 1,000 subscriptions a few seconds of one thread
FAILED_AGAIN: Final = 30.0  # seconds before what failed is tried again


async def watch(office: Office, courier: Courier) -> None:
    """Tell the chats of what they follow, and of corrections to what they were answered, until cancelled."""
    if office.match is None:
        return
    thread = ThreadPoolExecutor(1, thread_name_prefix="watch")
    watcher = _Watcher(office, office.match, thread)
    rounds = (
        ("Corrected", Rereader(office, thread), Corrector(office, courier, thread)),
        ("New", watcher, Notifier(office, courier, watcher.match)),
    )
    try:
        while True:
            pause = EVERY
            for which, looking, telling in rounds:
                try:
                    await looking.look()
                    await telling.send()
                except DepecheError as error:  # the library is being mended, the disk is full: it will pass
                    log.warning("%s articles were not looked at: %s", which, describe(error))
                    pause = FAILED_AGAIN
                except Exception as error:  # readers' questions are answered all the same
                    log.error("%s articles were not looked at: %s", which, describe(error))
                    pause = FAILED_AGAIN
            await asyncio.sleep(pause)
    finally:  # at a stop a comparison may go on for seconds, and the loop must not wait for it
        thread.shutdown(wait=False, cancel_futures=True)


class _Watcher:
    """Finds what is to be told; keeps the generation it last saw."""

    def __init__(self, office: Office, match: Match, thread: ThreadPoolExecutor) -> None:
        self._office = office
        self._match = match
        self._thread = thread
        self._seen = -1

    async def match(self, questions: Sequence[Question], article_ids: Sequence[str]) -> list[Matched]:
        """Return which articles meet which questions."""
        found: list[Matched] = await self._on_thread(self._match, questions, article_ids)
        return found

    async def look(self) -> None:
        """Compare what came in since the last look with every subscription, and keep what is to be told."""
        generation = await self._on_thread(self._generation)
        if generation == self._seen:
            return
        since = await self._office.store.run(notices.looked_from)
        arrived = await self._on_thread(self._arrived, since)
        new = await self._office.store.run(lambda c: notices.not_looked_at(c, arrived))
        for start in range(0, len(new), AT_ONCE):
            await self._compare({i: arrived[i] for i in new[start : start + AT_ONCE]})
        self._seen = generation

    async def _compare(self, articles: dict[str, int]) -> None:
        """Look at articles, given with the second they came in: all that is found is kept, and that they were looked at, or nothing is."""
        asking = await self._office.store.run(_by_text)
        questions = [*asking]
        found = await self.match(questions, [*articles]) if questions else []

        def keep(connection: sa.Connection) -> int:
            kept = 0
            for matched in found:
                copies = [copy.article_id for cited in matched.answer.citations for copy in cited.also]
                for subscription in asking[questions[matched.number]]:
                    if articles[matched.article_id] < subscription.made - notices.LATE:
                        continue  # out of a backup: it was known to the world before they asked
                    notice = notices.Notice(subscription, matched.article_id, matched.answer.confidence)
                    kept += notices.find(connection, notice, copies)
            notices.look(connection, articles)
            return kept

        kept = await self._office.store.run(keep)
        log.info(
            "%d new articles looked at for %d subscriptions: %d notices",
            len(articles),
            sum(map(len, asking.values())),
            kept,
        )

    def _generation(self) -> int:
        with self._office.library.snapshot() as snapshot:
            return snapshot.generation()

    def _arrived(self, second: int) -> dict[str, int]:
        with self._office.library.snapshot() as snapshot:
            return snapshot.arrived_since(second)

    async def _on_thread(self, work: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401 - what `work` takes and gives
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)


def _by_text(connection: sa.Connection) -> dict[Question, list[Subscription]]:
    """Return all subscriptions, those that ask the same together."""
    found: dict[Question, list[Subscription]] = {}
    for subscription in subscriptions.every(connection):
        found.setdefault(question_of(subscription), []).append(subscription)
    return found
