"""/privacy and /export: what is kept of a chat, told and given."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from telegram import InputFile
from telegram.error import TelegramError

from bot.answers.asking import say
from bot.chats.exporting import everything
from bot.groups import may_administer
from bot.running.redact import describe
from bot.send import place_of
from bot.texts import counted
from bot.updates import language_of, message_of, user_id_of, words
from retrieval import freshness

if TYPE_CHECKING:
    from collections.abc import Iterable

    from telegram import Bot, Update

    from bot.office import Office
    from bot.updates import Context

log = logging.getLogger(__name__)


class Privacy:
    """Says what is kept, and gives it to whoever it is about."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def tell(self, update: Update, context: Context) -> None:
        """Say what is kept, how long, where, who else sees it, and how to have it or erase it."""
        texts, settings = words(update).privacy, self._office.settings
        kept = counted(settings.keep_days, texts.answers, language_of(update))
        lines = [texts.heading, "", kept, texts.choices, texts.links, "", texts.identity, texts.where]
        if self._office.writer:
            lines.append(texts.elsewhere.format(name=self._office.writer))
        if settings.log_messages:
            lines.append(texts.logged)
        await say(update, context.bot, "\n".join([*lines, texts.telegram, "", texts.rights]))

    async def export(self, update: Update, context: Context) -> None:
        """Send all that is kept of the chat as a file, and to an admin the feeds the library reads; in a group its administrators may have it."""
        texts, bot, chat_id = words(update), context.bot, message_of(update).chat_id
        if not await may_administer(update, bot, self._office.settings):
            await say(update, bot, texts.groups.administrators_only)
            return
        kept = await self._office.store.run(lambda c: everything(c, chat_id))
        content = json.dumps(kept, ensure_ascii=False, indent=1).encode()
        await self._send(update, bot, "depeche.json", content, texts.privacy.exported)
        private = message_of(update).chat.type == "private"
        if private and user_id_of(update) in self._office.settings.admins:
            feeds = await asyncio.to_thread(self._feeds)
            if feeds:
                await self._send(update, bot, "depeche.opml", opml(feeds).encode(), texts.privacy.feeds)

    def _feeds(self) -> list[str]:
        """Return the addresses of the feeds and sites that the library reads."""
        if not self._office.library.exists:
            return []
        with self._office.library.snapshot() as snapshot:
            known = freshness.look(snapshot.connection, int(time.time()))
        return [one.source for one in known if one.source.startswith(("http://", "https://"))]

    async def _send(self, update: Update, bot: Bot, name: str, content: bytes, caption: str) -> None:
        place = place_of(message_of(update))
        document = InputFile(content, filename=name)
        try:
            await bot.send_document(
                place.chat_id, document, caption=caption, message_thread_id=place.thread_id
            )
        except TelegramError as error:
            log.warning("A file was not sent to chat %s: %s", place.chat_id, describe(error))
            await say(update, bot, words(update).talk.failed)


def opml(feeds: Iterable[str]) -> str:
    """Return addresses of feeds as OPML 2.0, which feed readers take."""
    lines = [f'    <outline type="rss" text={quoteattr(feed)} xmlUrl={quoteattr(feed)}/>' for feed in feeds]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n  <head><title>Dépêche</title></head>\n  <body>'
    return "\n".join([head, *lines, "  </body>", "</opml>", ""])
