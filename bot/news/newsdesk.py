"""Asking for the news from the event loop: one request after the other, on a thread of its own."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from bot.office import News
    from retrieval.domain import Answer
    from retrieval.news.asked import Request

LONGEST: Final = 20.0  # seconds that a reader waits, behind others too


class Newsdesk:
    """Has the news told: on the loop's own threads, those that wait would hold up everything else."""

    def __init__(self, news: News) -> None:
        self._news = news
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="news")

    async def tell(self, request: Request) -> Answer:
        """Return what answers a request for news."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._news, request)

    async def tell_reader(self, request: Request) -> Answer:
        """Return what answers a request; raise `TimeoutError` where a reader would wait too long."""
        async with asyncio.timeout(LONGEST):
            return await self.tell(request)

    def close(self) -> None:
        """Wait for nothing: what is being told goes on for a moment."""
        self._thread.shutdown(wait=False, cancel_futures=True)
