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
    from bot.news.jobs import Job
    from bot.outbox import Outbox
    from bot.running.metrics import Metrics
    from bot.running.order import ChatOrder
    from bot.settings import BotSettings
    from retrieval.library import Library

# What answers a request for news; called on threads.
News = Callable[[Request], Answer]
# What answers a question by quotations alone; called on threads.
Quote = Callable[[Question], Answer]
# Which of some articles answer which questions, or are about which topics; called on threads.
Match = Callable[[Sequence[Question], Collection[str]], list[Matched]]


# Which of some articles, by id, tell one story; called on threads.
Stories = Callable[[Sequence[str]], list[list[str]]]


@dataclass(frozen=True, slots=True, eq=False)
class Office:
    """Who answers (`desk`), whose turn it is (`order`), what is kept of the chats (`store`), what brings them answers (`outbox`), the articles (`library`), and the bot's settings.

    `news` tells the news, `quote` answers by quotations, `match` which articles meet which subscriptions; None, and none do;
    `stories` which articles tell one story; None, and each its own. `writer` is the chat model elsewhere that words answers, None where none does; `composes` whether any does. `jobs` are what admins sent to be taken in,
    `working` is held while one is.
    """

    desk: Desk
    order: ChatOrder
    store: Store
    outbox: Outbox
    library: Library
    settings: BotSettings
    metrics: Metrics
    news: News
    quote: Quote
    match: Match | None = None
    stories: Stories | None = None
    writer: str | None = None
    composes: bool = False
    jobs: asyncio.Queue[Job] = field(default_factory=asyncio.Queue)
    working: asyncio.Lock = field(default_factory=asyncio.Lock)
