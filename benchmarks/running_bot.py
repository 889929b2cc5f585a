"""The real `depeche bot`, a process of its own that talks to a Bot API server in this one."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import httpx

from benchmarks.telegram import TOKEN

if TYPE_CHECKING:
    from benchmarks.telegram import Telegram

HOOK: Final = "/hook"
SECRET: Final = "benchmarks"  # noqa: S105 - of nobody


class Running:
    """The bot's process, and those it has started."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.pid = process.pid
        self._port = port

    def memory_mb(self) -> int:
        """Return what of memory the process holds now."""
        told = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", told)
        return round(int(found[1]) / 1024) if found else 0

    def memory_of_all_mb(self) -> int:
        """Return what of memory it and its helpers hold now, what they share counted once."""
        family = {self.pid}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
                family |= {int(stat.parent.name)} if parent == self.pid else set()
        shares = []
        for pid in family:
            with suppress(OSError):
                told = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
                shares += [int(share) for share in re.findall(r"^Pss:\s+(\d+) kB", told, re.MULTILINE)]
        return round(sum(shares) / 1024)

    async def lag(self) -> dict[str, float]:
        """Return which share of the event loop's wakings was later than so many milliseconds, by the bot's own figures."""
        async with httpx.AsyncClient() as client:
            told = (await client.get(f"http://127.0.0.1:{self._port}/metrics")).text
        buckets = {
            le: float(count) for le, count in re.findall(r'lag_seconds_bucket\{le="([^"]+)"\} (\S+)', told)
        }
        total = buckets["+Inf"]
        return {
            f"over_{float(le) * 1000:g}_ms": round(1 - count / total, 5)
            for le, count in buckets.items()
            if le != "+Inf"
        } | {"wakings": total}


@asynccontextmanager
async def running_bot(
    server: Telegram, folder: Path, *, limited: bool = False, webhook: int | None = None
) -> AsyncIterator[Running]:
    """Run `depeche bot` on a library while the block runs; with `webhook`, updates come to that port's `HOOK`."""
    port = free_port()
    settings = {
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "DEPECHE_TELEGRAM_BASE_URL": server.base_url,
        "DEPECHE_DATA_DIR": str(folder),
        "DEPECHE_CHAT_MODEL": "quotes",
        "DEPECHE_BOT_HEALTH_LISTEN": f"127.0.0.1:{port}",
    }
    if not limited:
        settings |= {
            "DEPECHE_BOT_QUESTIONS_A_MINUTE": "1000000",
            "DEPECHE_BOT_ALL_QUESTIONS_A_MINUTE": "1000000",
        }
    if webhook:
        settings |= {
            "DEPECHE_BOT_WEBHOOK_URL": f"https://bot.example{HOOK}",
            "DEPECHE_BOT_WEBHOOK_LISTEN": f"127.0.0.1:{webhook}",
            "DEPECHE_BOT_WEBHOOK_SECRET": SECRET,
        }
    with (folder / "bot.log").open("ab") as log:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "depeche", "bot", env=os.environ | settings, stderr=log
        )
        try:
            await server.called("setWebhook" if webhook else "getUpdates", 120)
            await asyncio.sleep(2)
            yield Running(process, port)
        finally:
            process.send_signal(signal.SIGTERM)
            await process.wait()


def free_port() -> int:
    """Return the number of a port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
