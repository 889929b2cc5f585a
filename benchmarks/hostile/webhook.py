"""Deliveries to the webhook of the real bot: whatever they hold, each is answered 200, and the bot goes on."""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING, Final

import httpx

from benchmarks.hostile.inputs import made
from benchmarks.hostile.tally import Tally
from benchmarks.running_bot import HOOK, SECRET, free_port, running_bot
from benchmarks.telegram import telegram
from bot.running.webhook import HEADER

if TYPE_CHECKING:
    import random
    from pathlib import Path

_LARGEST: Final = 1_000_000  # bytes; of more the webhook reads nothing
_PATIENCE: Final = 90.0  # seconds


def deliveries(count: int, seconds: float, chance: random.Random, folder: Path) -> Tally:
    """Try so many deliveries."""
    return asyncio.run(_deliveries(count, seconds, chance, folder))


async def _deliveries(count: int, seconds: float, chance: random.Random, folder: Path) -> Tally:
    tally, port = Tally(seconds), free_port()
    async with (
        telegram() as server,
        running_bot(server, folder, webhook=port),
        httpx.AsyncClient(timeout=_PATIENCE, headers={HEADER: SECRET}) as client,
    ):

        async def deliver(raw: bytes) -> str:
            return f"{(await client.post(f'http://127.0.0.1:{port}{HOOK}', content=raw)).status_code}"

        for _ in range(count):
            tally.tried += 1
            raw, began = made("webhook", chance, "")[:_LARGEST], time.perf_counter()
            try:
                status = await deliver(raw)
            except httpx.TimeoutException:
                tally.fault("hangs", repr(raw[:80]))
            except httpx.HTTPError as error:
                tally.fault("crashes", f"{type(error).__name__} at {raw[:80]!r}")
            else:
                if status != "200":
                    tally.fault("crashes", f"{status} to {raw[:80]!r}")
            tally.slowest = max(tally.slowest, time.perf_counter() - began)
        message = {
            "message_id": 9,
            "date": int(time.time()),
            "chat": {"id": 8, "type": "private", "first_name": "Eve"},
            "from": {"id": 8, "is_bot": False, "first_name": "Eve"},
            "text": "/start",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        }
        await deliver(json.dumps({"update_id": 1 << 32, "message": message}).encode())
        if not await server.wait_until(1, {8}, _PATIENCE):
            tally.fault("good_lost", "what came last was not answered")
    return tally
