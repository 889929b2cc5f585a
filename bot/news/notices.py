"""Sending notices: the best first, one message an article."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from telegram import InlineKeyboardMarkup

from bot.answers.render import TITLE_LIMIT, credit, quotation
from bot.answers.unfolding import passage_runs
from bot.chats import answers, notices, subscriptions
from bot.door.access import Access
from bot.markup import Block, Message, Run, one_line, pack
from bot.news.subscribing import end_button
from bot.send import Place
from bot.texts import TEXTS
from retrieval.domain import Question

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    import sqlalchemy as sa

    from bot.chats.answers import Conversation
    from bot.chats.notices import Notice
    from bot.chats.subscriptions import Subscription
    from bot.news.courier import Courier
    from bot.office import Office
    from retrieval.domain import Answer, Matched


class Notifier:
    """Sends what was found."""

    def __init__(
        self,
        office: Office,
        courier: Courier,
        match: Callable[[Sequence[Question], Sequence[str]], Awaitable[list[Matched]]],
    ) -> None:
        self._office = office
        self._courier = courier
        self._match = match

    async def send(self) -> None:
        """Send all that may be sent now; what goes wrong for one chat is logged, and the others are told."""
        await self._courier.settle()
        ready = await self._office.store.run(self._ready)
        # anew each time: whom the gate has let in by a code meanwhile is one of them
        access = Access(self._office.settings, self._office.store)
        async with asyncio.TaskGroup() as group:
            for wanted, room in ready:
                chat_id = wanted[0].subscription.conversation.chat_id
                group.create_task(self._courier.attempt(chat_id, partial(self._tell, wanted, room, access)))

    def _ready(self, connection: sa.Connection) -> list[tuple[list[Notice], int]]:
        """Return what each chat is to be told that may be told now, the best first, and of how much."""
        ready, now = [], datetime.now(UTC)
        for chat_id, chosen in notices.pending(connection).items():
            room = self._courier.room(connection, chat_id, chosen, now)
            wanted = notices.waiting(connection, chat_id) if room > 0 else []
            if wanted:
                ready.append((wanted, room))
        return ready

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
            story = await self._one(notice)
            if story is None:
                return
            told |= {(subscription.conversation, article_id) for article_id in story}
            room -= bool(story)

    async def _one(self, notice: Notice) -> list[str] | None:
        """Send one notice; return the articles that the chat knows now, none where it was dropped, None where the chat cannot be told."""
        subscription = notice.subscription
        found = await self._match([question_of(subscription)], [notice.article_id])
        if not found:  # removed or corrected meanwhile
            await self._office.store.run(lambda c: notices.drop(c, notice))
            return []
        answer = found[0].answer
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
        end = end_button(subscription, TEXTS[subscription.language].notices.end)
        message = render(subscription.text, answer)
        brought = await self._courier.bring(place, message, keep, InlineKeyboardMarkup([[end]]))
        return story if brought else None


def question_of(subscription: Subscription) -> Question:
    """Return what a subscription asks of new articles."""
    return Question(subscription.text, language=subscription.language, chat_language=subscription.language)


def render(text: str, answer: Answer) -> Message:
    """Return the message that tells of an article: for which subscription, whose it is, and its passage, from the sentence that is meant on."""
    return pack(_blocks(text, answer))[0]


def _blocks(text: str, answer: Answer) -> Iterator[Block]:
    language, cited = answer.language, answer.citations[0]
    yield (Run(TEXTS[language].notices.heading.format(text=one_line(text, TITLE_LIMIT)), bold=True),)
    if cited.passage.strip() == cited.quote.strip():
        yield tuple(quotation(cited, language))
    else:
        yield (*credit(cited, language), Run("\n"), *passage_runs(cited.passage, [cited.quote]))
