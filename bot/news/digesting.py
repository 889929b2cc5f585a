"""/digest: the news of today on what a chat follows, and when it wants them daily."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from bot.answers.asking import say
from bot.chats import choices, digests
from bot.groups import may_administer
from bot.news.digests import request_for, topics_of
from bot.news.rhythm import rhythm
from bot.texts import TEXTS, time_of_day
from bot.updates import arguments, conversation_of, language_of, message_of, speaker_of, words

if TYPE_CHECKING:
    import sqlalchemy as sa
    from telegram import Bot, Update

    from bot.chats.digests import Digest
    from bot.news.rhythm import Rhythm
    from bot.news.telling import Telling
    from bot.office import Office
    from bot.updates import Context
    from retrieval.domain import Language

OFF: Final = "off"
# « 7h », « 7 h 30 », "7:30", "19.30", "7pm"
_TIME: Final = re.compile(r"([0-9]{1,2})\s*(?:[h:.]\s*([0-5][0-9])?)?\s*(?:([ap])\.?m\.?)?", re.I)


class Digesting:
    """Shows today's digest, and keeps when a chat wants one."""

    def __init__(self, office: Office, telling: Telling) -> None:
        self._office = office
        self._telling = telling

    async def take(self, update: Update, context: Context) -> None:
        """Show today's digest, or take the time of day, or the word that ends it, which follows the command."""
        said, bot = arguments(message_of(update)).strip(), context.bot
        minute = minute_in(said)
        if not said:
            await self._show(update, bot)
        elif minute is None and said.casefold() != OFF:
            await say(update, bot, words(update).digest.unclear)
        elif not await may_administer(update, bot, self._office.settings):
            await say(update, bot, words(update).groups.administrators_only)
        elif minute is None:
            await self._end(update, bot)
        else:
            await self._ask(update, bot, minute)

    async def _show(self, update: Update, bot: Bot) -> None:
        chat_id, language = message_of(update).chat_id, language_of(update)

        def look(connection: sa.Connection) -> tuple[tuple[str, ...], Digest | None]:
            return topics_of(connection, chat_id), digests.get(connection, chat_id)

        topics, theirs = await self._office.store.run(look)
        today = datetime.now(ZoneInfo(self._office.settings.timezone)).date()
        request = request_for(topics, language, today - timedelta(days=1), today)
        await self._telling.tell(update, bot, request, _how(theirs.minute if theirs else None, language))

    async def _ask(self, update: Update, bot: Bot, minute: int) -> None:
        """Keep the time of day, which today has come already where it lies behind."""
        message, language = message_of(update), language_of(update)

        def keep(connection: sa.Connection) -> tuple[Rhythm, bool]:
            when = rhythm(choices.get(connection, message.chat_id), self._office.settings)
            digests.ask(
                connection,
                conversation_of(message),
                user_id=speaker_of(update),
                language=language,
                minute=minute,
                day=when.day_come(minute, datetime.now(UTC)),
            )
            return when, bool(topics_of(connection, message.chat_id))

        when, on_topics = await self._office.store.run(keep)
        texts = words(update)
        said = texts.digest.on_topics if on_topics else texts.digest.on_all
        lines = [said.format(time=time_of_day(*divmod(minute, 60), language), timezone=when.zone.key)]
        if not when.a_day:
            lines.append(texts.notices.muted)
        elif when.quiet_at(minute):
            end = time_of_day(*divmod(when.quiet_to, 60), language)
            lines.append(texts.digest.late.format(end=end))
        await say(update, bot, "\n\n".join(lines))

    async def _end(self, update: Update, bot: Bot) -> None:
        chat_id, texts = message_of(update).chat_id, words(update).digest
        had = await self._office.store.run(lambda c: digests.end(c, chat_id))
        await say(update, bot, texts.off if had else texts.not_on)


def minute_in(said: str) -> int | None:
    """Return the minute of the day that a time says, « 7h », "7:30", "7pm"; None where it says none."""
    found = _TIME.fullmatch(said.strip())
    if not found:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + 12 * (half == "p")
    return 60 * hour + minute if hour < 24 else None


def _how(minute: int | None, language: Language) -> str:
    """Return the line that says how to have the digest daily, or when it comes."""
    texts = TEXTS[language].digest
    if minute is None:
        return texts.how
    return texts.is_on.format(time=time_of_day(*divmod(minute, 60), language))
