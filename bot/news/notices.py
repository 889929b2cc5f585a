"""Sending notices: when a chat may be told, the best first, one message an article, and what becomes of each message."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.answers.render import TITLE_LIMIT, byline, passage_runs, titled
from bot.chats import answers, digests, notices, subscriptions
from bot.door.access import Access
from bot.markup import Block, Message, Run, clean, head, one_line, pack
from bot.news.rhythm import rhythm
from bot.news.sending import Sender
from bot.news.subscribing import end_button
from bot.running.redact import describe
from bot.send import Place
from bot.texts import TEXTS
from retrieval import phrases
from retrieval.domain import Question
from retrieval.links import safe_link

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    import sqlalchemy as sa
    from telegram import Bot

    from bot.chats.answers import Conversation
    from bot.chats.notices import Notice
    from bot.chats.subscriptions import Subscription
    from bot.office import Office
    from retrieval.domain import Answer, Matched

log = logging.getLogger(__name__)

CHATS_AT_ONCE: Final = 4  # of the connections, which readers' answers need
QUOTE_LIMIT: Final = 800  # UTF-16 units: with its passage and its title a notice stays one message


class Notifier:
    """Sends what was found."""

    def __init__(
        self,
        office: Office,
        bot: Bot,
        match: Callable[[Sequence[Question], Sequence[str]], Awaitable[list[Matched]]],
    ) -> None:
        self._office = office
        self._match = match
        self._sender = Sender(office.store, bot)
        self._slots = asyncio.Semaphore(CHATS_AT_ONCE)

    async def send(self) -> None:
        """Send all that may be sent now; what goes wrong for one chat is logged, and the others are told."""
        await self._sender.catch_up()
        ready = await self._office.store.run(self._ready)
        # anew each time: whom the gate has let in by a code meanwhile is one of them
        access = Access(self._office.settings, self._office.store)
        async with asyncio.TaskGroup() as group:
            for wanted, room in ready:
                group.create_task(self._try(wanted, room, access))

    def _ready(self, connection: sa.Connection) -> list[tuple[list[Notice], int]]:
        """Return what each chat is to be told that may be told now, the best first, and of how much."""
        ready, now, settings = [], datetime.now(UTC), self._office.settings
        for chat_id, chosen in notices.pending(connection).items():
            when = rhythm(chosen, settings)
            barred = chat_id < 0 and not settings.groups  # Telegram's groups have numbers below 0
            if barred or self._sender.rests(chat_id) or when.quiet(now):
                continue
            midnight = when.midnight(now)
            room = when.a_day - notices.sent_since(connection, chat_id, midnight)
            room -= digests.takes(connection, chat_id, midnight)
            wanted = notices.waiting(connection, chat_id) if room > 0 else []
            if wanted:
                ready.append((wanted, room))
        return ready

    async def _try(self, wanted: Sequence[Notice], room: int, access: Access) -> None:
        chat_id = wanted[0].subscription.conversation.chat_id
        try:
            await self._tell(wanted, room, access)
        except Exception as error:  # whatever it is, the other chats' messages are on their way
            log.error("Chat %s was not told of new articles: %s", chat_id, describe(error))
            self._sender.rest(chat_id)

    async def _tell(self, wanted: Sequence[Notice], room: int, access: Access) -> None:
        """Tell one chat of as much as it may be told of now, the best first, for those readers who may talk to the bot."""
        told: set[tuple[Conversation, str]] = set()
        for notice in wanted:
            subscription = notice.subscription
            if room <= 0:
                return
            if (subscription.conversation, notice.article_id) in told:
                continue
            if not await access.admits(subscription.user_id):
                continue
            async with self._slots:
                story = await self._one(notice)
            if story is None:
                return
            told |= {(subscription.conversation, article_id) for article_id in story}
            room -= bool(story)

    async def _one(self, notice: Notice) -> list[str] | None:
        """Send one notice; return the articles that the chat knows now, none where it was dropped, None where the chat cannot be told."""
        found = await self._match([question_of(notice.subscription)], [notice.article_id])
        if not found:  # removed or corrected meanwhile
            await self._office.store.run(lambda c: notices.drop(c, notice))
            return []
        subscription, answer = notice.subscription, found[0].answer
        story = [notice.article_id, *(copy.article_id for copy in answer.citations[0].also)]

        def keep(connection: sa.Connection, message_id: int) -> None:
            if subscriptions.get(connection, subscription.subscription_id) is None:
                return  # ended while the message was on its way
            notices.sent(connection, notice, story, message_id)
            answers.put(
                connection,
                subscription.conversation,
                answer,
                user_id=subscription.user_id,
                question_message=0,
                shown=[message_id] if message_id else [],
            )

        place = Place(subscription.conversation.chat_id, subscription.conversation.thread_id or None)
        keyboard = InlineKeyboardMarkup(
            [[end_button(subscription, TEXTS[subscription.language].notices.end)]]
        )
        sent = await self._sender.send(place, render(subscription.text, answer), keep, keyboard)
        return story if sent else None


def question_of(subscription: Subscription) -> Question:
    """Return what a subscription asks of new articles."""
    return Question(subscription.text, language=subscription.language, chat_language=subscription.language)


def render(text: str, answer: Answer) -> Message:
    """Return the message that tells of an article: for which subscription, its sentence, title, source, date, link and passage."""
    return pack(_blocks(text, answer))[0]


def _blocks(text: str, answer: Answer) -> Iterator[Block]:
    language, cited = answer.language, answer.citations[0]
    yield (Run(TEXTS[language].notices.heading.format(text=one_line(text, TITLE_LIMIT)), bold=True),)
    quote = clean(cited.quote).strip()
    quote = quote if len(quote) <= QUOTE_LIMIT else head(quote, QUOTE_LIMIT)
    yield (Run(phrases.quoted(quote, cited.language)),)
    runs = [Run(titled(cited.title, language), link=safe_link(cited.link, cited.url))]
    if line := byline(cited.source, cited.published, language):
        runs.append(Run(f"\n{line}"))
    if cited.passage.strip() != cited.quote.strip():
        runs.append(Run("\n"))
        runs += passage_runs(cited.passage, [cited.quote])
    yield tuple(runs)
