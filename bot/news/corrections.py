"""Telling of corrections: what an article that was quoted said, and what it says now, one message an article, in reply to the answer."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.answers.render import TITLE_LIMIT, byline, titled
from bot.chats import answers, corrections
from bot.door.access import Access
from bot.markup import Block, Message, Run, clean, head, one_line, pack, units
from bot.news.rereading import history_of
from bot.send import Place
from bot.texts import TEXTS, counted
from retrieval import phrases
from retrieval.links import link_to, safe_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from concurrent.futures import ThreadPoolExecutor

    import sqlalchemy as sa

    from bot.chats.answers import Conversation, Kept
    from bot.chats.choices import Choices
    from bot.chats.corrections import Correction
    from bot.news.courier import Courier
    from bot.office import Office
    from retrieval.changes import Change
    from retrieval.domain import Article, Language

# UTF-16 units of a sentence, and of all of them together: a correction stays one message.
QUOTE_LIMIT: Final = 800
QUOTES_LIMIT: Final = 2800
SENTENCES: Final = 8


class Corrector:
    """Sends what was found."""

    def __init__(self, office: Office, courier: Courier, thread: ThreadPoolExecutor) -> None:
        self._office = office
        self._courier = courier
        self._thread = thread

    async def send(self) -> None:
        """Send all that may be sent now; what goes wrong for one chat is logged, and the others are told."""
        await self._courier.settle()
        ready = await self._office.store.run(self._ready)
        access = Access(self._office.settings, self._office.store)
        async with asyncio.TaskGroup() as group:
            for wanted, chosen, room in ready:
                chat_id = wanted[0].conversation.chat_id
                tell = partial(self._tell, wanted, chosen, room, access)
                group.create_task(self._courier.attempt(chat_id, tell))

    def _ready(self, connection: sa.Connection) -> list[tuple[list[Correction], Choices, int]]:
        """Return what each chat is to be told that may be told now, what it has chosen, and in how many messages."""
        ready, now = [], datetime.now(UTC)
        for chat_id, chosen in corrections.pending(connection).items():
            room = self._courier.room(connection, chat_id, chosen, now)
            wanted = corrections.waiting(connection, chat_id) if room > 0 else []
            if wanted:
                ready.append((wanted, chosen, room))
        return ready

    async def _tell(self, wanted: Sequence[Correction], chosen: Choices, room: int, access: Access) -> None:
        """Tell one chat of as much as it may be told of now, for those readers who may talk to the bot: an article of a conversation at a time."""
        together: dict[tuple[Conversation, str], list[Correction]] = {}
        for one in wanted:
            if await access.admits(one.user_id):
                together.setdefault((one.conversation, one.article_id), []).append(one)
        for those in together.values():
            if room <= 0:
                return
            told = await self._one(those, chosen)
            if told is None:
                return
            room -= told

    async def _one(self, those: Sequence[Correction], chosen: Choices) -> bool | None:
        """Send one message; return whether there was anything to tell, None where the chat cannot be told."""
        conversation = those[0].conversation
        looking = asyncio.get_running_loop().run_in_executor(self._thread, self._look, those)
        article, changes = await looking

        def look_up(connection: sa.Connection) -> tuple[list[Correction], Kept | None, list[int]]:
            corrections.drop(connection, [one for one in those if one.said not in changes])
            # what was forgotten meanwhile, or whose question was asked again, is not told
            there = {*corrections.waiting(connection, conversation.chat_id)}
            still = [one for one in those if one in there]
            newest = max((one.answer_id for one in still), default=0)
            return still, answers.get(connection, newest), answers.shown(connection, newest)

        still, kept, shown = await self._office.store.run(look_up)
        if article is None or kept is None:
            return False

        def keep(connection: sa.Connection, message_id: int) -> None:
            corrections.sent(
                connection, still, {said: one.after for said, one in changes.items()}, message_id
            )
            if message_id:  # a reply to it is a follow-up on the answer
                shows = [message_id]
                answers.show(connection, kept.answer_id, conversation.chat_id, shows, passage=True)

        language = chosen.language or kept.answer.language
        told = [changes[said] for said in dict.fromkeys(one.said for one in still)]
        message = render(kept.answer.question, told, article, language)
        place = Place(conversation.chat_id, conversation.thread_id or None, shown[0] if shown else None)
        return True if await self._courier.bring(place, message, keep) else None

    def _look(self, those: Sequence[Correction]) -> tuple[Article | None, dict[str, Change]]:
        """Return an article as it is now, None where it is gone, and what became of the sentences that it says no more."""
        with self._office.library.snapshot() as snapshot:
            history = history_of(snapshot, those[0].article_id)
        if history is None:
            return None, {}
        changes = {one.said: history.change(one.said) for one in those}
        return history.now, {said: change for said, change in changes.items() if change}


def render(asked: str, changes: Sequence[Change], article: Article, language: Language) -> Message:
    """Return the message that corrects the answer to what was asked: each sentence as it was and is, title, source, date, link."""
    return pack(_blocks(asked, changes, article, language))[0]


def _blocks(asked: str, changes: Sequence[Change], article: Article, language: Language) -> Iterator[Block]:
    texts, told = TEXTS[language].corrections, changes[:SENTENCES]
    yield (Run(texts.heading.format(text=one_line(asked, TITLE_LIMIT)), bold=True),)
    yield (Run(texts.explained),)
    quotes = sum(1 + bool(one.after) for one in told)
    limit = min(QUOTE_LIMIT, QUOTES_LIMIT // max(1, quotes))
    for one in told:
        was = _quotation(one.before or "", limit, article.language)
        now = texts.gone if one.after is None else texts.says
        runs = [Run(f"{texts.said}\n{was}\n{now}")]
        if one.after is not None:
            runs.append(Run(f"\n{_quotation(one.after, limit, article.language)}"))
        yield tuple(runs)
    if more := len(changes) - len(told):
        yield (Run(counted(more, texts.more, language)),)
    after = next((one.after for one in told if one.after), None)
    link = safe_link(link_to(article.url, after) if after else None, article.url)
    runs = [Run(titled(article.title, language), link=link)]
    if line := byline(article.source, article.published, language):
        runs.append(Run(f"\n{line}"))
    yield tuple(runs)


def _quotation(sentence: str, limit: int, language: Language) -> str:
    words = clean(sentence).strip()
    return phrases.quoted(words if units(words) <= limit else head(words, limit), language)
