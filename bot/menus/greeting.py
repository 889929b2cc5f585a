"""/start: what the bot does, in two sentences, and questions to tap that this library answers."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import TYPE_CHECKING, Final

from telegram import KeyboardButton, ReplyKeyboardMarkup
from telegram.error import TelegramError

from bot.answers.asking import say
from bot.answers.render import plain_message
from bot.groups import GROUPS
from bot.running.redact import describe
from bot.send import place_of, send_one, typing
from bot.updates import language_of, message_of, user_id_of, words
from retrieval import overview
from retrieval.domain import Question
from retrieval.errors import DepecheError
from retrieval.suggestions import names_of, questions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot, Update

    from bot.office import Office
    from bot.send import Place
    from bot.updates import Context
    from retrieval.domain import Article, Language

log = logging.getLogger(__name__)

OFFERED: Final = 3  # questions
LOOKED_AT: Final = 12  # newest articles that questions are made from
TIME_LIMIT: Final = 8.0  # seconds; a question is tried in a fifth of one, and of three tried two are answered
AT_LEAST: Final = 60.0  # seconds that questions stay, though articles come in meanwhile


class Greeting:
    """Greets whoever begins; keeps the questions that were tried."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._tried: dict[Language, tuple[int, float, list[str]]] = {}
        self._trying = asyncio.Lock()

    async def start(self, update: Update, context: Context) -> None:
        """Say what the bot does; in a private chat with questions to tap, or what to do where there are no articles yet."""
        message, bot, texts = message_of(update), context.bot, words(update)
        if message.chat.type in GROUPS:
            await say(update, bot, texts.groups.joined)
            return
        place = place_of(message)
        if await asyncio.to_thread(lambda: self._office.library.is_empty):
            admin = user_id_of(update) in self._office.settings.admins
            empty = texts.talk.nothing_yet_admin if admin else texts.talk.nothing_yet
            await _send(bot, place, f"{texts.talk.greeting}\n\n{empty}", [])
            return
        async with typing(bot, place):
            questions = await self.questions(language_of(update))
        text = "\n\n".join(filter(None, (texts.talk.greeting, bulleted(questions))))
        await _send(bot, place, text, questions)

    async def questions(self, language: Language) -> list[str]:
        """Return questions on the newest articles, each of which was tried and is answered from the article it is made from."""
        async with self._trying:
            generation, articles = await asyncio.to_thread(self._newest)
            known = self._tried.get(language)
            if known and (known[0] == generation or time.monotonic() - known[1] < AT_LEAST):
                return known[2]
            found = await tried(self._office, articles, language)
            self._tried[language] = generation, time.monotonic(), found
            return found

    def _newest(self) -> tuple[int, list[Article]]:
        """Return the library's generation, and its newest articles."""
        with self._office.library.snapshot() as snapshot:
            newest = [one.article_id for one in overview.newest(snapshot.connection, limit=LOOKED_AT)]
            rows = snapshot.articles_by_id(newest)
            return snapshot.generation(), [rows[i].article for i in newest]


async def tried(
    office: Office, articles: Sequence[Article], language: Language, most: int = OFFERED, *, each: int = 1
) -> list[str]:
    """Return questions on articles that are answered from them, up to `each` of one article; with one of each, no two on the same name."""
    found: list[str] = []
    end = time.monotonic() + TIME_LIMIT
    for article in articles:
        if each == 1 and any(name in question for question in found for name in names_of(article)[:1]):
            continue
        answered = 0
        for question in questions_of(article, language, turn=len(found)):
            if len(found) == most or answered == each or time.monotonic() > end:
                break
            if await _is_answered(office, question, article, language):
                found.append(question)
                answered += 1
    return found


async def _is_answered(office: Office, question: str, article: Article, language: Language) -> bool:
    asked = Question(question, chat_language=language)
    try:
        answer = await asyncio.to_thread(office.quote, asked)
    except DepecheError as error:
        log.warning("A question could not be tried: %s", describe(error))
        return False
    named = {cited.article_id for cited in answer.citations}
    return answer.answered and answer.understood is None and article.article_id in named


def bulleted(questions: Sequence[str]) -> str:
    """Return questions, a line each."""
    return "\n".join(f"• {question}" for question in questions)


def to_tap(questions: Sequence[str]) -> ReplyKeyboardMarkup | None:
    """Return questions as buttons in the keyboard's place: a tap sends one, as if its reader had written it."""
    rows = [[KeyboardButton(question)] for question in questions]
    return ReplyKeyboardMarkup(rows, resize_keyboard=True, one_time_keyboard=True) if rows else None


async def _send(bot: Bot, place: Place, text: str, questions: Sequence[str]) -> None:
    try:
        await send_one(bot, place, plain_message(text), to_tap(questions))
    except TelegramError as error:  # there is nobody left to tell
        log.warning("Chat %s was not greeted: %s", place.chat_id, describe(error))
