"""The digest that a chat has daily: when it is due, what it tells, and that it is told once."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.answers.render import plain_message, render
from bot.chats import answers, choices, digests, subscriptions
from bot.door.access import Access
from bot.news.newsdesk import Newsdesk
from bot.news.rhythm import rhythm
from bot.running.redact import describe
from bot.send import Place
from bot.texts import TEXTS
from retrieval import phrases
from retrieval.domain import DIGEST
from retrieval.news.asked import Request
from retrieval.news.texts import further
from retrieval.overview import Within

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    import sqlalchemy as sa

    from bot.chats.digests import Digest
    from bot.markup import Message
    from bot.news.courier import Courier
    from bot.office import Office
    from retrieval.domain import Answer, Language

log = logging.getLogger(__name__)

EVERY: Final = 10.0  # seconds between two looks at which are due
FAILED_AGAIN: Final = 30.0  # seconds before what failed is tried again
BETWEEN_POSTS: Final = (
    600.0  # seconds between two posts of new articles in a channel: what comes meanwhile is one post
)
LONGEST: Final = 7  # days that a digest looks back where the bot was down


async def send_digests(office: Office, courier: Courier) -> None:
    """Send the chats their digests, until cancelled."""
    desk = Newsdesk(office.news)  # its own: of many that are due at once no reader is to wait for
    sending = Digests(office, courier, desk)
    try:
        while True:
            pause = EVERY
            try:
                await sending.send()
            except (
                Exception
            ) as error:  # the disk is full: it will pass, and readers' questions are answered all the same
                log.error("Digests were not sent: %s", describe(error))
                pause = FAILED_AGAIN
            await asyncio.sleep(pause)
    finally:
        desk.close()


@dataclass(frozen=True, slots=True)
class _Due:
    """A digest that is due of a day, in the language it is told in, on which topics, the chat's day and the library's generation now."""

    digest: Digest
    day: date
    today: date
    language: Language
    topics: tuple[str, ...]
    generation: int


class Digests:
    """Sends the digests that are due; `now` gives the time, with its zone."""

    def __init__(
        self,
        office: Office,
        courier: Courier,
        desk: Newsdesk,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._office = office
        self._courier = courier
        self._desk = desk
        self._now = now
        self._posted_at: dict[int, int] = {}  # the library's generation that each channel had news of last

    def _generation(self) -> int:
        """Return the library's generation, 0 where there is none."""
        if not self._office.library.exists:
            return 0
        with self._office.library.snapshot() as snapshot:
            return snapshot.generation()

    async def send(self) -> None:
        """Send all that are due; what goes wrong for one chat is logged, and the others have theirs."""
        await self._courier.settle()
        generation = await asyncio.to_thread(self._generation)
        due = await self._office.store.run(lambda c: self._due(c, generation)) if generation else []
        if not due:
            return
        access = Access(self._office.settings, self._office.store)
        async with asyncio.TaskGroup() as group:
            for one in due:
                chat_id = one.digest.conversation.chat_id
                group.create_task(self._courier.attempt(chat_id, partial(self._tell, one, access)))

    def _due(self, connection: sa.Connection, generation: int) -> list[_Due]:
        now, settings, due = self._now(), self._office.settings, []
        for digest in digests.wanted(connection):
            chat_id = digest.conversation.chat_id
            chosen = choices.get(connection, chat_id)
            when = rhythm(chosen, settings)
            day, midnight = when.day_come(digest.minute or 0, now), when.midnight(now)
            if digest.minute == digests.AS_IT_COMES:
                soon = now.timestamp() - (digest.sent or 0) < BETWEEN_POSTS
                if soon or self._posted_at.get(chat_id) == generation:
                    continue
                day = when.today(now)
            elif (digest.sent or 0) >= midnight or day <= digest.day:
                continue
            channel = digest.channel is not None
            if self._courier.room(connection, chat_id, chosen, now, digest=True, channel=channel) <= 0:
                continue
            topics = topics_of(connection, chat_id)
            language = chosen.language or digest.language
            due.append(_Due(digest, day, when.today(now), language, topics, generation))
        return due

    async def _tell(self, due: _Due, access: Access) -> None:
        digest, place = due.digest, due.digest.conversation
        if not await access.admits(digest.user_id):
            return
        since = due.today - timedelta(days=1)
        if digest.sent:  # what came in late of the day before the last one too, but for what was told
            since = max(min(since, digest.day - timedelta(days=1)), due.today - timedelta(days=LONGEST))
        request = request_for(due.topics, due.language, since, due.today)
        answer = await self._desk.tell(replace(request, told=frozenset(digest.told)))
        if not answer.answered:
            await self._office.store.run(lambda c: digests.done(c, place.chat_id, due.day))
            self._posted_at[place.chat_id] = due.generation
            return
        texts = TEXTS[due.language]
        heading = texts.digest.heading.format(day=phrases.long_date(str(due.today), due.language))
        if digest.minute == digests.AS_IT_COMES:
            heading = texts.publishing.heading
        end = texts.digest.end if digest.channel is None else ""
        message, answer = one_message(replace(answer, text=heading), end)

        def keep(connection: sa.Connection, message_id: int) -> None:
            if digests.get(connection, place.chat_id) is None:
                return  # forgotten while the message was on its way
            digests.done(connection, place.chat_id, due.day)
            told = [article_id for item in answer.items for article_id in item.article_ids]
            digests.told(connection, place.chat_id, int(self._now().timestamp()), told)
            shown = [message_id] if message_id else []
            answers.put(connection, place, answer, user_id=digest.user_id, question_message=0, shown=shown)

        if await self._courier.bring(Place(place.chat_id, place.thread_id or None), message, keep):
            self._posted_at[place.chat_id] = due.generation


def topics_of(connection: sa.Connection, chat_id: int) -> tuple[str, ...]:
    """Return what a chat's digest is about: all that it follows, or anything."""
    return tuple(dict.fromkeys(one.text for one in subscriptions.of_chat(connection, chat_id)))


def request_for(topics: tuple[str, ...], language: Language, since: date, until: date) -> Request:
    """Return the request for a digest of some days."""
    asked = ", ".join(topics) or TEXTS[language].digest.asked
    return Request(DIGEST, asked, language, within=Within(since, until), topics=topics)


def one_message(answer: Answer, end: str = "") -> tuple[Message, Answer]:
    """Return a list of news as one message that a line may end, and what of it that tells: the first stories, as many as go into one."""
    if not answer.items:
        return plain_message("\n\n".join(filter(None, (answer.text, end)))), answer
    for count in range(len(answer.items), 0, -1):
        more = len(answer.items) - count
        notes = (further(more, answer.language),) if more else answer.notes
        told = replace(
            answer,
            sentences=answer.sentences[:count],
            citations=answer.citations[:count],
            items=answer.items[:count],
            notes=(*notes, end) if end else notes,
        )
        messages = render(told)
        if len(messages) == 1:
            break
    return messages[0], told
