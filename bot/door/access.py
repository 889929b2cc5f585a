"""Who may talk to the bot: everybody, those on a list, or those who came in by a code. Admins always may."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bot.chats import members

if TYPE_CHECKING:
    from bot.chats.store import Store
    from bot.settings import BotSettings


class Access:
    """Knows who may talk to the bot; those who came in by a code are kept in memory, read when first asked for."""

    def __init__(self, settings: BotSettings, store: Store) -> None:
        self.kind = settings.access
        self._listed = settings.admins | settings.readers
        self._store = store
        self._members: set[int] | None = None

    async def admits(self, user_id: int) -> bool:
        """Say whether somebody may talk to the bot."""
        if self.kind == "open" or user_id in self._listed:
            return True
        return self.kind == "code" and user_id in await self._known()

    async def enter(self, digest: str, user_id: int) -> bool:
        """Let somebody in by a code, which is used up by that; say whether it was one."""
        known = await self._known()
        entered = await self._store.run(
            lambda connection: members.enter(connection, digest, user_id, now=int(time.time()))
        )
        if entered:
            known.add(user_id)
        return entered

    async def _known(self) -> set[int]:
        if self._members is None:
            self._members = {*await self._store.run(members.known)}
        return self._members
