"""Links that readers send: an article of the library is told in short, another is taken in, or put to the admins."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from telegram.error import TelegramError

from bot.answers.render import byline, plain_message, render, titled
from bot.chats import answers
from bot.menus.greeting import bulleted, to_tap, tried
from bot.news.newsdesk import Newsdesk
from bot.running.redact import describe
from bot.send import place_of, send_one, typing
from bot.texts import TEXTS
from bot.updates import conversation_of, language_of, message_of, user_id_of
from retrieval.news.asked import Request
from retrieval.urls import address_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot, Update

    from bot.news.bringing import Bringing
    from bot.news.requesting import Requesting
    from bot.office import Office
    from retrieval.domain import Answer, Article, Language

log = logging.getLogger(__name__)

TOLD: Final = 3  # articles of one message


class Linking:
    """Says what a message's links lead to."""

    def __init__(self, office: Office, bringing: Bringing, requesting: Requesting) -> None:
        self._office = office
        self._bringing = bringing
        self._requesting = requesting
        self._desk = Newsdesk(office.news)

    async def take(self, update: Update, bot: Bot, links: Sequence[str]) -> None:
        """Tell the articles of the library in short; take the others in for an admin, and propose them for anybody else."""
        known = await asyncio.to_thread(self._known, links)
        for article in [*{one.article_id: one for one in known.values()}.values()][:TOLD]:
            await self._tell(update, bot, article)
        others = [link for link in links if link not in known]
        if others and user_id_of(update) in self._office.settings.admins:
            await self._bringing.take(update, bot, links=tuple(others))
        elif others:
            await self._requesting.ask(update, bot, others)

    def _known(self, links: Sequence[str]) -> dict[str, Article]:
        """Return the articles at those addresses that the library has, by link."""
        if not self._office.library.exists:
            return {}
        with self._office.library.snapshot() as snapshot:
            found = {link: snapshot.articles_at(address) for link in links if (address := address_of(link))}
        return {link: rows[0].article for link, rows in found.items() if rows}

    async def _tell(self, update: Update, bot: Bot, article: Article) -> None:
        """Tell an article's title, day and lead, and what can be asked of it; what is said next may lean on it."""
        message, language = message_of(update), language_of(update)
        texts, place = TEXTS[language].links, place_of(message)
        asked = texts.about.format(title=titled(article.title, language))
        async with typing(bot, place):
            answer = await self._desk.tell(
                Request("summary", asked, language, articles=(article.article_id,))
            )
            questions = await tried(self._office, [article], language, each=2)
        if article.author:
            questions.append(texts.who_wrote)
        answer = _lead(answer, f"{texts.can_ask}\n{bulleted(questions)}" if questions else "")
        messages = render(answer) if answer.citations else [plain_message(_named(article, language))]
        keyboard = to_tap(questions) if message.chat.type == "private" else None
        try:
            shown = [await send_one(bot, place, messages[0], keyboard)]
        except TelegramError as error:  # there is nobody left to tell
            log.warning("An article was not told to chat %s: %s", place.chat_id, describe(error))
            return
        if answer.answered:
            await self._office.store.run(
                lambda c: answers.put(
                    c,
                    conversation_of(message),
                    answer,
                    user_id=user_id_of(update),
                    question_message=message.message_id,
                    shown=shown,
                )
            )


def _lead(answer: Answer, end: str) -> Answer:
    """Return the lead alone of what tells an article in short, with a line at its end."""
    return replace(
        answer,
        sentences=answer.sentences[:1],
        citations=answer.citations[:1],
        items=answer.items[:1],
        notes=(end,) if end else (),
    )


def _named(article: Article, language: Language) -> str:
    """Return an article's title and where and when it was published: of one that holds no sentence worth quoting."""
    line = byline(article.source, article.published, language)
    return "\n".join(filter(None, (titled(article.title, language), line)))
