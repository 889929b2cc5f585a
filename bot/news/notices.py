"""Sending notices: when a chat may be told, the best first, one message an article, and what becomes of each message."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.answers.render import TITLE_LIMIT, byline, passage_runs, titled
from bot.chats import answers, notices, subscriptions
from bot.door.access import Access
from bot.markup import Block, Message, Run, clean, head, one_line, pack
from bot.news.rhythm import rhythm
from bot.news.subscribing import end_button
from bot.running.redact import describe
from bot.send import Place, send_one
from bot.texts import TEXTS
from bot.trying import seconds_asked, surely_unsent
from retrieval import phrases
from retrieval.domain import Question
from retrieval.errors import DepecheError
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
TRY_AGAIN: Final = 30.0  # seconds before a message that surely did not leave is tried again
LAST_WORD: Final = 1.0  # seconds, at a stop, for the message on its way


class Notifier:
    """Sends what was found; keeps which chats are to be left alone for a while, and what was sent and could not be noted."""

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
        self._unkept: deque[Callable[[sa.Connection], None]] = deque()
        self._slots = asyncio.Semaphore(CHATS_AT_ONCE)

    async def send(self) -> None:
        """Send all that may be sent now; what goes wrong for one chat is logged, and the others are told."""
        while self._unkept:
            await self._office.store.run(self._unkept[0])
            self._unkept.popleft()
        now = time.monotonic()
        self._not_before = {chat: until for chat, until in self._not_before.items() if until > now}
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
            if barred or chat_id in self._not_before or when.quiet(now):
                continue
            room = when.a_day - notices.sent_since(connection, chat_id, when.midnight(now))
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
            self._not_before[chat_id] = time.monotonic() + TRY_AGAIN

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
        sending = asyncio.create_task(self._send_and_keep(notice, found[0].answer))
        try:
            return await asyncio.shield(sending)
        except asyncio.CancelledError:  # a stop: what Telegram has taken is noted, lest it be sent again
            await asyncio.wait((sending,), timeout=LAST_WORD)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            raise

    async def _send_and_keep(self, notice: Notice, answer: Answer) -> list[str] | None:
        subscription = notice.subscription
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

        try:
            await self._office.store.run(keep)
        except DepecheError:  # a full disk: noted before anything else is sent
            self._unkept.append(keep)
            raise
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
