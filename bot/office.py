"""What the handlers share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.answering import Desk
    from bot.chats.store import Store
    from bot.metrics import Metrics
    from bot.order import ChatOrder
    from bot.settings import BotSettings
    from retrieval.domain import Question
    from retrieval.library import Library
    from retrieval.search import Found

Find = Callable[["Question", int], "Found"]  # a question's best passages, so many; it is called on threads


@dataclass(frozen=True, slots=True, eq=False)
class Office:
    """Who answers (`desk`), whose turn it is (`order`), what is kept of the chats (`store`), the articles (`library`), and the rest."""

    desk: Desk
    order: ChatOrder
    store: Store
    library: Library
    settings: BotSettings
    metrics: Metrics
    find: Find
