"""/publish: the news in short, or new articles as they come, posted in a channel by those who administer it."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from telegram import ChatMemberAdministrator
from telegram.error import TelegramError

from bot.answers.asking import say
from bot.answers.render import TITLE_LIMIT
from bot.chats import choices, digests
from bot.chats.answers import Conversation
from bot.groups import ADMINISTRATORS
from bot.markup import one_line
from bot.news.digesting import OFF, minute_in
from bot.news.rhythm import rhythm
from bot.running.redact import describe
from bot.texts import time_of_day
from bot.updates import arguments, language_of, message_of, user_id_of, words
from retrieval import overview
from retrieval.overview import Within

if TYPE_CHECKING:
    import sqlalchemy as sa
    from telegram import Bot, ChatFullInfo, Update

    from bot.office import Office
    from bot.updates import Context

log = logging.getLogger(__name__)

NOW: Final = "now"
LOOKED_BACK: Final = timedelta(days=2)  # of a channel that begins: what was there is no news


class Publishing:
    """Keeps which channels have what, and when."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def take(self, update: Update, context: Context) -> None:
        """Take a channel and what to post there; without, say how, and list the reader's channels."""
        texts, bot, given = words(update).publishing, context.bot, arguments(message_of(update)).split()
        if not given:
            await say(update, bot, await self._listed(update))
            return
        what = " ".join(given[1:]).casefold()
        minute = digests.AS_IT_COMES if what == NOW else minute_in(what)
        if minute is None and what != OFF:
            await say(update, bot, texts.usage)
            return
        channel = await _channel(bot, given[0])
        if channel is None:
            await say(update, bot, texts.no_channel)
        elif not await _administers(bot, channel.id, user_id_of(update)):
            await say(update, bot, texts.not_yours)
        else:
            title = one_line(channel.title or given[0], TITLE_LIMIT)
            await self._set(update, bot, channel.id, title, minute)

    async def _set(self, update: Update, bot: Bot, chat_id: int, title: str, minute: int | None) -> None:
        texts, language = words(update).publishing, language_of(update)
        if minute is None:
            had = await self._office.store.run(lambda c: digests.end(c, chat_id))
            await say(update, bot, (texts.off if had else texts.not_on).format(channel=title))
            return
        if not await _may_post(bot, chat_id):
            await say(update, bot, texts.may_not_post.format(channel=title))
            return
        now = datetime.now(UTC)
        known = await asyncio.to_thread(self._there, now) if minute == digests.AS_IT_COMES else []

        def keep(connection: sa.Connection) -> str:
            when = rhythm(choices.get(connection, chat_id), self._office.settings)
            day = when.today(now) if minute == digests.AS_IT_COMES else when.day_come(minute, now)
            digests.ask(
                connection,
                Conversation(chat_id),
                user_id=user_id_of(update),
                language=language,
                minute=minute,
                day=day,
                known=known,
                channel=title,
            )
            return when.zone.key

        zone = await self._office.store.run(keep)
        said = texts.always if minute == digests.AS_IT_COMES else texts.daily
        told = {"channel": title, "timezone": zone}
        if minute != digests.AS_IT_COMES:
            told["time"] = time_of_day(*divmod(minute, 60), language)
        await say(update, bot, said.format(**told))

    def _there(self, now: datetime) -> list[str]:
        """Return the newest articles that are there already."""
        if not self._office.library.exists:
            return []
        within = Within(since=(now - LOOKED_BACK).date())
        with self._office.library.snapshot() as snapshot:
            newest = overview.newest(snapshot.connection, limit=digests.REMEMBERED, within=within)
        return [one.article_id for one in newest]

    async def _listed(self, update: Update) -> str:
        texts, language, user_id = words(update).publishing, language_of(update), user_id_of(update)
        theirs = await self._office.store.run(lambda c: digests.in_channels(c, user_id))
        lines = []
        for one in theirs:
            if one.minute == digests.AS_IT_COMES:
                lines.append(texts.is_always.format(channel=one.channel))
            else:
                time = time_of_day(*divmod(one.minute or 0, 60), language)
                lines.append(texts.is_daily.format(channel=one.channel, time=time))
        return "\n".join([texts.usage, "", texts.listed, *lines]) if lines else texts.usage


async def _channel(bot: Bot, named: str) -> ChatFullInfo | None:
    """Return the channel of a name or a number; None where there is none that the bot knows."""
    number = named.removeprefix("-")
    try:
        found = await bot.get_chat(int(named) if number.isdecimal() else f"@{named.removeprefix('@')}")
    except (TelegramError, ValueError) as error:
        log.info("A channel could not be found: %s", describe(error))
        return None
    return found if found.type == "channel" else None


async def _administers(bot: Bot, chat_id: int, user_id: int) -> bool:
    try:
        return (await bot.get_chat_member(chat_id, user_id)).status in ADMINISTRATORS
    except TelegramError as error:
        log.info("Who administers channel %s could not be asked: %s", chat_id, describe(error))
        return False


async def _may_post(bot: Bot, chat_id: int) -> bool:
    try:
        own = await bot.get_chat_member(chat_id, bot.id)
    except TelegramError as error:
        log.info("What the bot may do in channel %s could not be asked: %s", chat_id, describe(error))
        return False
    return isinstance(own, ChatMemberAdministrator) and bool(own.can_post_messages)
