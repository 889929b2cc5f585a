"""An invitation for a reader: a code, kept by its digest alone, and a link that sends it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from telegram import Bot
from telegram.error import TelegramError
from telegram.helpers import create_deep_linked_url

from bot.chats import members
from bot.door.invites import DAYS, digest_of, new_code
from retrieval.told import Phrase

if TYPE_CHECKING:
    from bot.chats.store import Store
    from bot.settings import BotSettings
    from retrieval.settings import Settings

DAY: Final = 86_400  # seconds


async def invitation(settings: Settings, bot_settings: BotSettings, store: Store) -> list[str]:
    """Make a code and return what to print of it."""
    code = new_code()
    digest = digest_of(code)
    assert digest is not None  # noqa: S101 - it was made as one
    expires = int(time.time()) + DAYS * DAY
    await store.run(lambda connection: members.invite(connection, digest, expires=expires))
    lines = [code]
    username = await _username(settings)
    if username:
        lines.append(create_deep_linked_url(username, code))
    lines.append(
        Phrase("Good once, for {days} days. The reader sends it to the bot, or opens the link.", days=DAYS)
    )
    if bot_settings.access != "code":
        lines.append(
            Phrase(
                "The bot asks for no codes now: DEPECHE_BOT_ACCESS is {access}, not code.",
                access=bot_settings.access,
            )
        )
    return lines


async def _username(settings: Settings) -> str | None:
    """Return the bot's name in Telegram; None where it cannot be had."""
    token = settings.telegram_bot_token
    if token is None:
        return None
    try:
        async with Bot(token.get_secret_value().strip(), base_url=settings.telegram_base_url) as bot:
            return bot.username
    except TelegramError:
        return None
