"""Rereading corrected articles: which sentences that kept answers rest on they say no more.

Where the library's generation has moved, the articles corrected since are compared with the answers that cite them, on the thread of the
watch. Up to where that was done is kept, and what was found before anything is sent, so that what is corrected while the bot is down is
told once. Of corrections before the first start nobody is told.
"""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Any, Final

from bot.chats import corrections
from retrieval import revisions
from retrieval.changes import History

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from concurrent.futures import ThreadPoolExecutor

    import sqlalchemy as sa

    from bot.chats.answers import Kept
    from bot.office import Office
    from retrieval.snapshot import Snapshot

log = logging.getLogger(__name__)

AT_ONCE: Final = 50  # articles compared at once, with every answer that cites one of them
# Seconds after which corrected articles are compared once more: an answer that was under way by then is there now.
ONCE_MORE: Final = 660.0

Found = list[tuple["Kept", str, list[str]]]  # an answer, an article, sentences


class Rereader:
    """Finds what is to be corrected; keeps the generation it last saw, and which revisions it compared."""

    def __init__(self, office: Office, thread: ThreadPoolExecutor) -> None:
        self._office = office
        self._thread = thread
        self._seen = -1
        self._read: dict[str, int] = {}
        self._again = float("inf")

    async def look(self) -> None:
        """Compare the articles corrected since the last look with the answers that cite them, and keep what is to be told."""
        generation = await self._on_thread(self._generation)
        again = time.monotonic() >= self._again
        if generation == self._seen and not again:
            return
        since = await self._office.store.run(corrections.read_from)
        corrected = await self._on_thread(self._corrected, since)
        new = [one for one, (revision, _) in corrected.items() if self._read.get(one) != revision]
        wanted = [*corrected] if again else new
        for start in range(0, len(wanted), AT_ONCE):
            await self._compare(wanted[start : start + AT_ONCE])
        newest = max((second for _, second in corrected.values()), default=0)
        await self._office.store.run(lambda c: corrections.read(c, newest))
        self._read = {one: revision for one, (revision, _) in corrected.items()}
        self._seen = generation
        if new or again:
            self._again = time.monotonic() + ONCE_MORE if new else float("inf")

    async def _compare(self, article_ids: Sequence[str]) -> None:
        found = await self._on_thread(self._no_longer_said, article_ids)

        def keep(connection: sa.Connection) -> int:
            return sum(corrections.find(connection, *one) for one in found)

        kept = await self._office.store.run(keep) if found else 0
        log.info("%d corrected articles looked at: %d sentences to correct", len(article_ids), kept)

    def _no_longer_said(self, article_ids: Sequence[str]) -> Found:
        """Return which answers rest on sentences that one of the articles says no more."""
        found: Found = []
        with self._office.store.reading() as chats, self._office.library.snapshot() as snapshot:
            read = {one: history for one in article_ids if (history := history_of(snapshot, one))}
            for kept in corrections.citing(chats, read):
                for article_id in {cited.article_id for cited in kept.answer.citations} & read.keys():
                    history = read[article_id]
                    told = corrections.told(chats, kept.answer_id, article_id)
                    rests_on = [*_quoted(kept, article_id, history), *sorted(told)]
                    wrong = [said for said in dict.fromkeys(rests_on) if history.change(said)]
                    if wrong:
                        found.append((kept, article_id, wrong))
        return found

    def _generation(self) -> int:
        with self._office.library.snapshot() as snapshot:
            return snapshot.generation()

    def _corrected(self, second: int) -> dict[str, tuple[int, int]]:
        with self._office.library.snapshot() as snapshot:
            return snapshot.changed_since(second)

    async def _on_thread(self, work: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401 - what `work` takes and gives
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *given)


def history_of(snapshot: Snapshot, article_id: str) -> History | None:
    """Return an article as it is and as it was; None where it is gone."""
    row = snapshot.articles_by_id([article_id]).get(article_id)
    if row is None:
        return None
    earlier = revisions.of(snapshot.connection, article_id)
    return History(row.article, [one.article for one in reversed(earlier)])


def _quoted(kept: Kept, article_id: str, history: History) -> list[str]:
    """Return the sentences of an article that an answer quotes, in its order."""
    return [
        said
        for cited in kept.answer.citations
        if cited.article_id == article_id
        for said in history.quoted(cited)
    ]
