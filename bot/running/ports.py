"""The local ports of the bot: how one is listened at, and what the one for its operator shows."""

from __future__ import annotations

import asyncio
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from bot.settings import place
from retrieval.errors import DepecheError
from retrieval.told import Phrase, recovered

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import web

    from bot.running.metrics import Metrics
    from bot.running.polling import AnyApplication, Poller
    from bot.running.sources import Sources

_GOODBYE: Final = 1.0  # seconds for a request under way at a stop


@asynccontextmanager
async def listening(app: web.Application, listen: str) -> AsyncIterator[int]:
    """Serve `app` at an address while the block runs; give the port. Raises `DepecheError` where that cannot be."""
    from aiohttp import web

    host, port = place(listen)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_GOODBYE)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            raise DepecheError(
                Phrase(
                    "The bot cannot listen at {listen}: {why}",
                    listen=listen,
                    why=recovered(error.strerror or str(error)),
                ),
                "Is another program there? Choose another in DEPECHE_BOT_WEBHOOK_LISTEN or DEPECHE_BOT_HEALTH_LISTEN.",
            ) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def health(
    application: AnyApplication, metrics: Metrics, sources: Sources, poller: Poller
) -> web.Application:
    """Return what an operator's port shows: `/health`, 200 while the bot answers, else 503, and `/metrics` for Prometheus.

    Both tell how fresh each source is; a silent one leaves the status as it is, and so does another program that fetches this bot's messages.
    """
    from aiohttp import web
    from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

    started = time.monotonic()
    metrics.registry.register(sources)

    async def show_health(_: web.Request) -> web.Response:
        up = application.running
        told = {
            "status": "ok" if up else "starting or stopping",
            "uptime_s": round(time.monotonic() - started),
            "another_poller": poller.rivalled,
            "sources": [one.to_json() for one in await asyncio.to_thread(sources.known)],
        }
        return web.json_response(told, status=200 if up else 503)

    async def show_metrics(_: web.Request) -> web.Response:
        shown = await asyncio.to_thread(generate_latest, metrics.registry)
        return web.Response(body=shown, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application()
    app.router.add_get("/health", show_health)
    app.router.add_get("/metrics", show_metrics)
    return app
