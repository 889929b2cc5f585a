"""What the handlers share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from retrieval.domain import Answer, Matched, Question
from retrieval.news.asked import Request

if TYPE_CHECKING:
    from bot.answering import Desk
    from bot.chats.store import Store
    from bot.news.bringing import Job
    from bot.running.metrics import Metrics
    from bot.running.order import ChatOrder
    from bot.settings import BotSettings
    from retrieval.library import Library

# What answers a request for news; called on threads.
News = Callable[[Request], Answer]
# Which of some articles answer which questions, or are about which topics; called on threads.
Match = Callable[[Sequence[Question], Collection[str]], list[Matched]]


@dataclass(frozen=True, slots=True, eq=False)
class Office:
    """Who answers (`desk`), whose turn it is (`order`), what is kept of the chats (`store`), the articles (`library`), and the bot's settings.

    `news` tells the news, `match` which articles meet which subscriptions; None, and none do. `jobs` are what admins sent to be taken in,
    `working` is held while one is.
    """

    desk: Desk
    order: ChatOrder
    store: Store
    library: Library
    settings: BotSettings
    metrics: Metrics
    news: News
    match: Match | None = None
    jobs: asyncio.Queue[Job] = field(default_factory=asyncio.Queue)
    working: asyncio.Lock = field(default_factory=asyncio.Lock)
