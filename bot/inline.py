"""Inline mode: `@bot question` in any chat, and the answer ready to post there.

Telegram sends what a reader has typed with every few letters. A question that has not ended is answered after a pause, and a
newer one of the same reader takes the place of the older.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from telegram import InlineQueryResultArticle, InlineQueryResultsButton, InputTextMessageContent
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.answering import StoppedError, StoppingError
from bot.answers.asking import QUESTION_LIMIT, outcome
from bot.posting import described, posted
from bot.running.redact import describe
from bot.send import NO_PREVIEW
from bot.texts import counted
from bot.updates import language_of, speaker_of, words
from retrieval.domain import Question

if TYPE_CHECKING:
    from telegram import InlineQuery, Update

    from bot.door.limits import Limits
    from bot.office import Office
    from bot.updates import Context
    from retrieval.domain import Answer

log = logging.getLogger(__name__)

SHORTEST: Final = 8  # characters; "Who won?" has them
ENDS: Final = ("?", "!", ".", "…", "\n")
PAUSE: Final = (
    0.7  # seconds without another letter, after which a question that has no end is taken for whole
)
LONGEST: Final = 8.0  # seconds; Telegram gives up on an inline query after about ten
ANSWER_CACHED: Final = 120  # seconds; a library that grows gives other answers
HINT_CACHED: Final = 300
START: Final = "inline"  # what the button above the results sends with /start


class Inline:
    """Answers inline queries, each reader's newest."""

    def __init__(self, office: Office, questions: Limits) -> None:
        self._office = office
        self._questions = questions
        self._typing: dict[int, asyncio.Task[None]] = {}

    async def take(self, update: Update, context: Context) -> None:
        """Begin to answer a query, in a task of its own: it holds no place in line while its reader types."""
        query, reader = update.inline_query, speaker_of(update)
        if query is None:
            return
        older = self._typing.pop(reader, None)
        if older:
            older.cancel()
        answering = self._answer(update, query)
        task = self._typing[reader] = context.application.create_task(answering, update)

        def done(task: asyncio.Task[None]) -> None:
            answering.close()  # cancelled before it began: it would warn that it was never awaited
            if self._typing.get(reader) is task:
                del self._typing[reader]

        task.add_done_callback(done)

    async def _answer(self, update: Update, query: InlineQuery) -> None:
        texts, text = words(update), query.query.strip()
        if not any(map(str.isalnum, text)):
            await offer_nothing(query, texts.inline.hint)
        elif len(text) < SHORTEST:
            await offer_nothing(query, texts.inline.go_on)
        elif len(text) > QUESTION_LIMIT:
            await offer_nothing(query, texts.inline.too_long)
        else:
            if not text.endswith(ENDS):
                await asyncio.sleep(PAUSE)
            reader = speaker_of(update)
            wait = None if reader in self._office.settings.admins else self._questions.take(reader)
            if wait:
                why = counted(wait.seconds, texts.door.short_wait, language_of(update))
                await offer_nothing(query, why, cached=0)
                return
            try:
                await self._offer(update, query, text)
            except Exception:
                await offer_nothing(query, texts.inline.failed, cached=0)
                raise

    async def _offer(self, update: Update, query: InlineQuery, text: str) -> None:
        """Answer, and offer the answer, as far as it got in the time there is."""
        question = Question(
            text, chat_language=language_of(update), chat=f"telegram inline {speaker_of(update)}"
        )
        answer: Answer | None = None
        try:
            async with asyncio.timeout(LONGEST), aclosing(self._office.desk.stream(question)) as growing:
                async for grown in growing:
                    answer = grown
        except (TimeoutError, StoppedError, StoppingError):
            log.info("Update %s: no inline answer in time", update.update_id)
        if answer is None:
            await offer_nothing(query, words(update).inline.failed, cached=0)
            return
        message = posted(answer)
        title, description = described(answer)
        result = InlineQueryResultArticle(
            id="answer",
            title=title,
            description=description,
            input_message_content=InputTextMessageContent(
                message.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW
            ),
        )
        try:
            await query.answer(
                [result], cache_time=ANSWER_CACHED, is_personal=self._office.settings.access != "open"
            )
        except TelegramError as error:  # "query is too old": the reader types on
            log.info("Update %s: inline answer not taken: %s", update.update_id, describe(error))
            return
        log.info("Update %s: inline, %s", update.update_id, outcome(answer, sent=True))


async def offer_nothing(query: InlineQuery, why: str, *, cached: int = HINT_CACHED) -> None:
    """Show no result but a button that says why, in the reader's language, and leads to the bot."""
    button = InlineQueryResultsButton(why, start_parameter=START)
    try:
        await query.answer([], cache_time=cached, is_personal=True, button=button)
    except TelegramError as error:
        log.info("Inline query not answered: %s", describe(error))
