"""Updates by webhook: Telegram posts them to a port of ours, behind whatever ends TLS for its address."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from bot.running.polling import ALLOWED_UPDATES
from bot.running.ports import listening

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from aiohttp import web
    from telegram import Bot

    from bot.settings import BotSettings

log = logging.getLogger(__name__)

LARGEST: Final = 1 << 20  # bytes; Telegram's updates are a few kilobytes
HEADER: Final = "X-Telegram-Bot-Api-Secret-Token"
DELIVERIES: Final = 40  # at once; Telegram's own default


def secret_of(settings: BotSettings, token: str) -> str:
    """Return what Telegram must say with each delivery: the setting, or else a digest of the token, which only the two of us know."""
    if settings.webhook_secret:
        return settings.webhook_secret.get_secret_value()
    return hmac.new(token.encode(), b"depeche webhook", hashlib.sha256).hexdigest()


@asynccontextmanager
async def receiving(
    bot: Bot, settings: BotSettings, take: Callable[[Sequence[Any]], Awaitable[None]]
) -> AsyncIterator[None]:
    """Receive updates while the block runs. Telegram keeps what comes before and after, and delivers it later.

    Raises `DepecheError` where the port cannot be listened at, `TelegramError` where Telegram does not take the address.
    """
    from aiohttp import web

    url, secret = str(settings.webhook_url), secret_of(settings, bot.token)

    async def receive(request: web.Request) -> web.Response:
        given = request.headers.get(HEADER, "")
        if not hmac.compare_digest(given.encode(errors="surrogateescape"), secret.encode()):
            log.warning("A delivery without the webhook's secret was refused")
            return web.Response(status=403)
        body = await request.read()
        try:
            told = json.loads(body)
        except (ValueError, RecursionError) as error:
            # Refused, it would come again for a day, and so for ever.
            log.warning(
                "A delivery of %d bytes is no JSON and was passed over (%s)", len(body), type(error).__name__
            )
            return web.Response()
        await take([told])
        return web.Response()

    app = web.Application(client_max_size=LARGEST)
    app.router.add_post(urlsplit(url).path or "/", receive)
    async with listening(app, settings.webhook_listen):
        await bot.set_webhook(
            url, secret_token=secret, allowed_updates=ALLOWED_UPDATES, max_connections=DELIVERIES
        )
        log.info("Receiving at %s", settings.webhook_listen)
        yield
