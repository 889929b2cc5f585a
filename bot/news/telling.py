"""What a command or a button asks of the news room, told: /latest, /timeline, /digest."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from telegram import Message

from bot.answers.asking import say
from bot.answers.render import render
from bot.chats import answers
from bot.markup import one_line
from bot.menus.boards import acknowledge
from bot.news.digests import one_message
from bot.news.newsdesk import Newsdesk
from bot.send import deliver, place_of, typing
from bot.updates import arguments, conversation_of, language_for, language_of, message_of, user_id_of, words
from retrieval.language import detect
from retrieval.news.asked import Request

if TYPE_CHECKING:
    import sqlalchemy as sa
    from telegram import Bot, Update

    from bot.office import Office
    from bot.updates import Context
    from retrieval.domain import Language

TOPIC_LIMIT: Final = 200  # characters of a topic


class Telling:
    """Tells readers the news they ask for by a command; what was told is kept like an answer."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._desk = Newsdesk(office.news)

    async def latest(self, update: Update, context: Context) -> None:
        """Tell the newest stories, or the newest on the topic that follows the command."""
        topic, language = await _topic_of(update)
        asked = topic or words(update).digest.asked
        await self.tell(update, context.bot, Request("latest", asked, language, topic))

    async def newest(self, update: Update, context: Context) -> None:
        """Tell the newest stories to who pressed the button that offers them."""
        query = update.callback_query
        if query is None:
            return
        if not isinstance(query.message, Message):  # too old to be seen
            await acknowledge(query, words(update).answer.gone)
            return
        await acknowledge(query)
        asked = words(update).digest.asked
        await self.tell(update, context.bot, Request("latest", asked, language_of(update)))

    async def timeline(self, update: Update, context: Context) -> None:
        """Tell what happened in the story that follows the command, day by day."""
        topic, language = await _topic_of(update)
        if topic:
            await self.tell(update, context.bot, Request("timeline", topic, language, topic))
        else:
            await say(update, context.bot, words(update).talk.timeline_usage)

    async def tell(self, update: Update, bot: Bot, request: Request, end: str = "") -> None:
        """Tell what is made for a request, in one message that a line may end, or say why nothing is.

        A chronology is told whole, in as many messages as it takes: its last days are where things stand.
        """
        message, texts, place = message_of(update), words(update), place_of(message_of(update))
        if await asyncio.to_thread(lambda: self._office.library.is_empty):
            await say(update, bot, texts.library.empty)
            return
        try:
            async with typing(bot, place):
                answer = await self._desk.tell_reader(request)
        except TimeoutError:
            await say(update, bot, texts.library.too_late)
            return
        messages, told = render(answer), answer
        if request.kind != "timeline":
            first, told = one_message(answer, end)
            messages = [first]

        def keep(connection: sa.Connection, shown: list[int]) -> int:
            return answers.put(
                connection,
                conversation_of(message),
                told,
                user_id=user_id_of(update),
                question_message=message.message_id,
                shown=shown,
            )

        if told.answered:
            await self._office.outbox.bring(bot, place, messages, None, keep)
        else:
            await deliver(bot, place, messages)


async def _topic_of(update: Update) -> tuple[str, Language]:
    """Return the topic that follows a command, "" where none does, and the language to tell of it in."""
    language, topic = language_of(update), one_line(arguments(message_of(update)), TOPIC_LIMIT)
    if not any(map(str.isalnum, topic)):
        return "", language
    return topic, language_for(await asyncio.to_thread(detect, topic, language))
