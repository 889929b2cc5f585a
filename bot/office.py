"""What the handlers share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.answering import Desk
    from bot.chats.store import Store
    from bot.settings import BotSettings
    from retrieval.library import Library


@dataclass(frozen=True, slots=True, eq=False)
class Office:
    """Who answers (`desk`), what is kept of the chats (`store`), the articles (`library`), and the bot's settings."""

    desk: Desk
    store: Store
    library: Library
    settings: BotSettings
