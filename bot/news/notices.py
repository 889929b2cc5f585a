"""Sending notices: when a chat may be told, the best first, one message an article, and what becomes of each message."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.answers.render import SOURCE_LIMIT, TITLE_LIMIT, date_line, passage_runs
from bot.chats import answers, choices, notices, subscriptions
from bot.markup import Block, Message, Run, clean, head, one_line, pack, safe_link
from bot.news.rhythm import rhythm
from bot.news.subscribing import end_button
from bot.running.redact import describe
from bot.send import Place, send_one
from bot.texts import TEXTS
from bot.trying import seconds_asked, surely_unsent
from retrieval import phrases
from retrieval.domain import Question

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    import sqlalchemy as sa
    from telegram import Bot

    from bot.chats.answers import Conversation
    from bot.chats.notices import Notice
    from bot.office import Office
    from retrieval.domain import Answer, Matched

log = logging.getLogger(__name__)

CHATS_AT_ONCE: Final = 4  # of the connections, which readers' answers need
QUOTE_LIMIT: Final = 800  # UTF-16 units: with its passage and its title a notice stays one message
TRY_AGAIN: Final = 30.0  # seconds before a message that surely did not leave is tried again


class Notifier:
    """Sends what was found, and keeps which chats Telegram asked to leave alone for a while."""

    def __init__(
        self,
        office: Office,
        bot: Bot,
        match: Callable[[Sequence[Question], Sequence[str]], Awaitable[list[Matched]]],
    ) -> None:
        self._office = office
        self._bot = bot
        self._match = match
        self._not_before: dict[int, float] = {}
        self._slots = asyncio.Semaphore(CHATS_AT_ONCE)

    async def send(self) -> None:
        """Send all that may be sent now."""
        waiting = await self._office.store.run(notices.waiting)
        ready = [c for c in waiting if self._not_before.get(c.chat_id, 0.0) <= time.monotonic()]
        by_chat: dict[int, list[Conversation]] = {}
        for conversation in ready:
            by_chat.setdefault(conversation.chat_id, []).append(conversation)
        async with asyncio.TaskGroup() as group:
            for theirs in by_chat.values():
                group.create_task(
                    self._tell(
                        sorted(
                            (notice for c in theirs for notice in waiting[c]),
                            key=lambda notice: -notice.score,
                        )
                    )
                )

    async def _tell(self, wanted: Sequence[Notice]) -> None:
        """Tell one chat of as much as it may be told of now, the best first."""
        chat_id = wanted[0].subscription.conversation.chat_id
        now = datetime.now(UTC)

        def room(connection: sa.Connection) -> int:
            when = rhythm(choices.get(connection, chat_id), self._office.settings)
            if when.quiet(now):
                return 0
            return when.a_day - notices.sent_since(connection, chat_id, when.midnight(now))

        told: set[tuple[Conversation, str]] = set()
        left = await self._office.store.run(room)
        for notice in wanted:
            if left <= 0:
                return
            if (notice.subscription.conversation, notice.article_id) in told:
                continue
            async with self._slots:
                story = await self._one(notice)
            if story is None:
                return
            told |= {(notice.subscription.conversation, article_id) for article_id in story}
            left -= bool(story)

    async def _one(self, notice: Notice) -> list[str] | None:
        """Send one notice; return the articles that the chat knows now, none where it was dropped, None where the chat cannot be told."""
        subscription = notice.subscription
        question = Question(
            subscription.text, language=subscription.language, chat_language=subscription.language
        )
        found = await self._match([question], [notice.article_id])
        if not found:  # removed or corrected meanwhile
            await self._office.store.run(lambda c: notices.drop(c, notice))
            return []
        answer = found[0].answer
        story = [notice.article_id, *(copy.article_id for copy in answer.citations[0].also)]
        message_id = await self._send(notice, answer)
        if message_id is None:
            return None

        def keep(connection: sa.Connection) -> None:
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

        await self._office.store.run(keep)
        return story

    async def _send(self, notice: Notice, answer: Answer) -> int | None:
        """Return the number of the message, 0 where it may have arrived or never will, None where it has to wait."""
        subscription = notice.subscription
        place = Place(subscription.conversation.chat_id, subscription.conversation.thread_id or None)
        texts = TEXTS[subscription.language].notices
        keyboard = InlineKeyboardMarkup([[end_button(subscription, texts.end)]])
        try:
            return await send_one(self._bot, place, render(subscription.text, answer), keyboard)
        except TelegramError as error:
            return await self._not_sent(place.chat_id, error)

    async def _not_sent(self, chat_id: int, error: TelegramError) -> int | None:
        """Return 0 where the message may have arrived all the same, or never will; None where the chat cannot be told now."""
        if isinstance(error, Forbidden) or "chat not found" in str(error).lower():
            log.info("The subscriptions of chat %s have ended: %s", chat_id, describe(error))
            await self._office.store.run(lambda c: subscriptions.forget(c, chat_id))
            return None
        log.warning("A notice was not sent to chat %s: %s", chat_id, describe(error))
        if isinstance(error, RetryAfter):
            self._not_before[chat_id] = time.monotonic() + seconds_asked(error)
            return None
        unsent = (
            isinstance(error, NetworkError) and not isinstance(error, BadRequest) and surely_unsent(error)
        )
        if unsent:
            self._not_before[chat_id] = time.monotonic() + TRY_AGAIN
        return None if unsent else 0


def render(text: str, answer: Answer) -> Message:
    """Return the message that tells of an article: for which subscription, its sentence, title, source, date, link and passage."""
    return pack(_blocks(text, answer))[0]


def _blocks(text: str, answer: Answer) -> Iterator[Block]:
    language, cited = answer.language, answer.citations[0]
    yield (Run(TEXTS[language].notices.heading.format(text=one_line(text, TITLE_LIMIT)), bold=True),)
    quote = clean(cited.quote).strip()
    quote = quote if len(quote) <= QUOTE_LIMIT else head(quote, QUOTE_LIMIT)
    yield (Run(phrases.quoted(quote, cited.language)),)
    title = one_line(cited.title, TITLE_LIMIT) or TEXTS[language].talk.untitled
    runs = [Run(title, link=safe_link(cited.link, cited.url))]
    source = one_line(cited.source or "", SOURCE_LIMIT)
    byline = ", ".join(filter(None, (source, date_line(cited.published, language))))
    if byline:
        runs.append(Run(f"\n{byline}"))
    if cited.passage.strip() != cited.quote.strip():
        runs.append(Run("\n"))
        runs += passage_runs(cited.passage, [cited.quote])
    yield tuple(runs)
