"""What was said in each chat, as far as the next question needs it: the last few turns of the chats heard from last."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Hashable

    from retrieval.domain import Answer, Turn

TURNS: Final = 4  # kept of a chat: as many as a follow-up is understood from
CHATS: Final = 2_000  # a chat's turns are a few kilobytes


class Memory:
    """The last turns of each chat. Past its bounds the oldest turn goes, and the chat that was silent longest."""

    def __init__(self, *, turns: int = TURNS, chats: int = CHATS) -> None:
        self._turns = turns
        self._most = chats
        self._chats: OrderedDict[Hashable, tuple[Turn, ...]] = OrderedDict()

    def turns(self, chat: Hashable) -> tuple[Turn, ...]:
        """Return what is kept of a chat, oldest first."""
        return self._chats.get(chat, ())

    def add(self, chat: Hashable, answer: Answer) -> None:
        """Keep a question and its answer."""
        self._chats[chat] = (*self.turns(chat), answer.turn())[-self._turns :]
        self._chats.move_to_end(chat)
        while len(self._chats) > self._most:
            self._chats.popitem(last=False)
