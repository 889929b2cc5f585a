"""Which language a chat has chosen: asked for with every update, and so kept at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chats import choices

if TYPE_CHECKING:
    from bot.chats.store import Store
    from retrieval.domain import Language


class Languages:
    """The language of each chat that has chosen one. Few have, so all are kept in memory, read when first asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._chosen: dict[int, Language] | None = None

    async def of(self, chat_id: int) -> Language | None:
        """Return the language a chat has chosen; None where it follows that of the question."""
        if self._chosen is None:
            self._chosen = await self._store.run(choices.languages)
        return self._chosen.get(chat_id)

    async def choose(self, chat_id: int, language: Language | None) -> None:
        """Keep a chat's choice; None: the language of each question."""
        await self._store.run(lambda connection: choices.choose(connection, chat_id, language=language))
        self.look_again()

    def look_again(self) -> None:
        """Read the choices anew when next asked for one: a chat's were forgotten or moved."""
        self._chosen = None
