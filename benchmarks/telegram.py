"""A Bot API server that does no more than a load test needs: it gives updates to a poller and notes when which message came.

It checks nothing (the tests' server does) and is quick, so that what is measured is the bot.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TOKEN: Final = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcQ"  # noqa: S105 - of no bot
_ME: Final = {"id": 4839574812, "is_bot": True, "first_name": "Dépêche", "username": "depeche_bot"}
_SENDS: Final = frozenset({"sendMessage", "editMessageText"})


@dataclass(slots=True)
class Telegram:
    """The server's state. `sent` holds, by chat, the second and the text of each message that came."""

    base_url: str = ""
    sent: dict[int, list[tuple[float, str]]] = field(default_factory=lambda: defaultdict(list))
    calls: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _updates: list[dict[str, Any]] = field(default_factory=list)
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _number: int = 0

    def say(self, chat_id: int, text: str, language: str = "fr") -> float:
        """Let somebody write to the bot; return the second."""
        self._number += 1
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text[0] == "/" else []
        sender = {"id": chat_id, "is_bot": False, "first_name": "Ada", "language_code": language}
        message = {
            "message_id": self._number,
            "date": int(time.time()),
            "chat": {"id": chat_id, "type": "private", "first_name": "Ada"},
            "from": sender,
            "text": text,
            "entities": entities,
        }
        self._updates.append({"update_id": self._number, "message": message})
        self._arrived.set()
        return time.perf_counter()

    async def wait_until(self, count: int, chats: set[int], seconds: float) -> bool:
        """Wait until each of `chats` has got `count` messages; return whether that came true in time."""

        def ready() -> bool:
            return all(len(self.sent[chat]) >= count for chat in chats)

        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(ready)
        except TimeoutError:
            return False
        return True

    async def called(self, method: str, seconds: float) -> None:
        """Wait until the bot has called a method; raise `TimeoutError` where it does not."""
        async with asyncio.timeout(seconds), self._changed:
            await self._changed.wait_for(lambda: self.calls[method] > 0)

    async def _serve(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        given = await request.json() if request.can_read_body else {}
        result: Any = True
        if method == "getUpdates":
            result = await self._give(
                int(str(given.get("offset") or 0)),
                float(str(given.get("timeout") or 0)),
                int(str(given.get("limit") or 100)),
            )
        elif method == "getMe":
            result = _ME
        elif method in _SENDS:
            chat_id = int(str(given["chat_id"]))
            text = str(given["text"])
            # an answer's last message has buttons; one without them, but with markup, is the beginning of a long one
            if method == "sendMessage" and (given.get("reply_markup") or "<" not in text):
                self.sent[chat_id].append((time.perf_counter(), text))
            self._number += 1
            chat = {"id": chat_id, "type": "private", "first_name": "Ada"}
            result = {"message_id": self._number, "date": int(time.time()), "chat": chat, "text": "…"}
        self.calls[method] += 1
        async with self._changed:
            self._changed.notify_all()
        return web.Response(body=json.dumps({"ok": True, "result": result}), content_type="application/json")

    async def _give(self, offset: int, seconds: float, limit: int) -> list[dict[str, Any]]:
        self._updates = [update for update in self._updates if update["update_id"] >= offset]
        if not self._updates:
            self._arrived.clear()
            try:
                await asyncio.wait_for(self._arrived.wait(), seconds)
            except TimeoutError:
                return []
        return self._updates[:limit]


@asynccontextmanager
async def telegram() -> AsyncIterator[Telegram]:
    """Serve while the block runs."""
    server = Telegram()
    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", server._serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}/bot"
    try:
        yield server
    finally:
        await runner.cleanup()
