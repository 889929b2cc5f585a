"""Sending notices: the best first, one message a story."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.answers.render import TITLE_LIMIT, credit, quotation
from bot.answers.unfolding import passage_runs
from bot.chats import answers, notices, subscriptions
from bot.door.access import Access
from bot.markup import Block, Message, Run, clean, head, one_line, pack
from bot.news.subscribing import end_button
from bot.send import Place
from bot.texts import TEXTS
from retrieval import phrases
from retrieval.domain import Question, Sentence

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator, Sequence

    import sqlalchemy as sa

    from bot.chats.answers import Conversation
    from bot.chats.notices import Notice
    from bot.chats.subscriptions import Subscription
    from bot.news.courier import Courier
    from bot.office import Office
    from retrieval.domain import Answer, Citation, Language, Matched

TOGETHER: Final = 5  # articles of a story in one message
OTHER_LIMIT: Final = 250  # UTF-16 units of the sentence of one that is not the first


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
        """Tell one chat of as much as it may be told of now, the best first, for those readers who may talk to the bot.

        Several articles that tell one story to one subscription are one message.
        """
        told: set[tuple[Conversation, str]] = set()
        stories = await self._stories([notice.article_id for notice in wanted])
        for notice in wanted:
            subscription = notice.subscription
            if room <= 0:
                return
            if (subscription.conversation, notice.article_id) in told:
                continue
            if not await access.admits(subscription.user_id):
                continue
            same = [
                other
                for other in wanted
                if other.subscription == subscription
                and stories.get(other.article_id) == stories.get(notice.article_id)
                and (subscription.conversation, other.article_id) not in told
            ]
            story = await self._one(same[:TOGETHER])
            if story is None:
                return
            told |= {(subscription.conversation, article_id) for article_id in story}
            room -= bool(story)

    async def _stories(self, article_ids: Sequence[str]) -> dict[str, int]:
        """Return a number for the story that each article tells; those that are gone have none."""
        ids = [*dict.fromkeys(article_ids)]
        if len(ids) < 2 or self._office.stories is None:
            return {article_id: number for number, article_id in enumerate(ids)}
        stories = await asyncio.to_thread(self._office.stories, ids)
        return {article_id: number for number, story in enumerate(stories) for article_id in story}

    async def _one(self, same: Sequence[Notice]) -> list[str] | None:
        """Send one message of the notices of one story to a subscription, the best first.

        Returns the articles that the chat knows now, none where all were dropped, None where the chat cannot be told.
        """
        subscription = same[0].subscription
        matched = await self._match([question_of(subscription)], [notice.article_id for notice in same])
        found = {one.article_id: one.answer for one in matched}
        for gone in [
            notice for notice in same if notice.article_id not in found
        ]:  # removed or corrected meanwhile
            await self._office.store.run(lambda c, gone=gone: notices.drop(c, gone))  # type: ignore[misc]
        there = [notice for notice in same if notice.article_id in found]
        if not there:
            return []
        answer = _together([found[notice.article_id] for notice in there])
        story = [article_id for cited in answer.citations for article_id in _told_by(cited)]

        def keep(connection: sa.Connection, message_id: int) -> None:
            if subscriptions.get(connection, subscription.subscription_id) is None:
                return  # ended while the message was on its way
            notices.sent(connection, there[0], story, message_id)
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


def _together(found: Sequence[Answer]) -> Answer:
    """Return what is told of several articles as one answer: the first's, with a sentence of each of the others."""
    first, *others = found
    cited = [*first.citations]
    for other in others:
        if other.citations[0].article_id not in {article_id for one in cited for article_id in _told_by(one)}:
            cited.append(replace(other.citations[0], number=len(cited) + 1))
    more = cited[len(first.citations) :]
    sentences = (*first.sentences, *(Sentence(one.quote, (one.number,)) for one in more))
    return replace(first, sentences=sentences, citations=tuple(cited))


def _told_by(cited: Citation) -> list[str]:
    return [cited.article_id, *(copy.article_id for copy in cited.also)]


def question_of(subscription: Subscription) -> Question:
    """Return what a subscription asks of new articles."""
    return Question(subscription.text, language=subscription.language, chat_language=subscription.language)


def render(text: str, answer: Answer) -> Message:
    """Return the message that tells of an article: for which subscription, whose it is, and its passage, from the sentence that is meant on.

    Of others on the same story it has a sentence, title, source and date each, as many as there is room for.
    """
    return pack(_blocks(text, answer))[0]


def _blocks(text: str, answer: Answer) -> Iterator[Block]:
    language, cited = answer.language, answer.citations[0]
    yield (Run(TEXTS[language].notices.heading.format(text=one_line(text, TITLE_LIMIT)), bold=True),)
    if cited.passage.strip() == cited.quote.strip():
        yield tuple(quotation(cited, language))
    else:
        yield (*credit(cited, language), Run("\n"), *passage_runs(cited.passage, [cited.quote]))
    others = {one.article_id: one for one in answer.citations if one.article_id != cited.article_id}
    for other in others.values():
        yield tuple(_other_runs(other, language))


def _other_runs(cited: Citation, language: Language) -> Iterator[Run]:
    yield Run("• ")
    yield from credit(cited, language)
    quote = clean(cited.quote).strip()
    yield Run(
        f"\n{phrases.quoted(quote if len(quote) <= OTHER_LIMIT else head(quote, OTHER_LIMIT), cited.language)}"
    )
