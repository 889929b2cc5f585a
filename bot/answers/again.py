"""A question asked again: its reader edited it, or wants the answer in the other language, or to the question alone. The answer's own messages change."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from bot.answering import StoppedError, StoppingError, TooLateError
from bot.answers.asking import question_in
from bot.answers.render import plain_message
from bot.answers.renewing import renew
from bot.answers.replied import as_typed, said_before
from bot.chats import answers, choices
from bot.running.redact import describe
from bot.send import deliver, place_of, typing
from bot.texts import TEXTS
from bot.updates import chat_name, language_of, message_of
from retrieval.domain import Question
from retrieval.reframing import reframed

if TYPE_CHECKING:
    from collections.abc import Callable

    import sqlalchemy as sa
    from telegram import Bot, Update

    from bot.answers.asking import Asking
    from bot.chats.answers import Kept
    from bot.office import Office
    from bot.send import Place
    from retrieval.domain import Answer, Language

log = logging.getLogger(__name__)


class Again:
    """Asks again, one question a chat at a time, so that two wishes for one answer come one after the other."""

    def __init__(self, office: Office, asking: Asking) -> None:
        self._office = office
        self._asking = asking
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def edited(self, update: Update, bot: Bot, text: str) -> None:
        """Bring the answer to a message up to what the message now says; one that had no answer gets one."""
        message = message_of(update)
        text = text.strip() or said_before(message, bot) or ""
        async with self._turn(message.chat_id):
            kept = await self._office.store.run(
                lambda connection: answers.to_message(connection, message.chat_id, message.message_id)
            )
            if kept is None:
                await self._asking.take(update, bot, text)
            # Telegram tells of edits that change no word: a link's preview came
            elif text != kept.answer.question and await self._asking.is_question(update, bot, text):
                question = await self._office.store.run(
                    lambda connection: question_in(connection, update, bot, text, before=kept)
                )
                private = message.chat.type == "private"
                language = language_of(update)
                await self._renew(
                    bot, place_of(message), kept, question, language, private=private, typed=text
                )

    async def in_language(
        self, bot: Bot, place: Place, answer_id: int, wanted: Language, *, language: Language, private: bool
    ) -> None:
        """Give an answer in the language `wanted`; `language` is that of an apology.

        It keeps its passages: what a chat model composed, and a list with its heading, are made anew where that is of the same.
        """

        def look_up(connection: sa.Connection) -> tuple[Kept, Question] | None:
            kept = answers.get(connection, answer_id)
            if kept is None or kept.answer.language == wanted:
                return None
            return kept, Question(
                kept.answer.question,
                language=wanted,
                chat_language=wanted,
                history=answers.turns(connection, kept.conversation, before=kept),
                chat=chat_name(kept.conversation),
            )

        await self._once_more(bot, place, answer_id, look_up, language, private=private, same=True)

    async def alone(
        self, bot: Bot, place: Place, answer_id: int, *, language: Language, private: bool
    ) -> None:
        """Answer a follow-up as a question that follows nothing; `language` is that of an apology."""

        def look_up(connection: sa.Connection) -> tuple[Kept, Question] | None:
            kept = answers.get(connection, answer_id)
            if kept is None or kept.answer.understood is None:
                return None
            return kept, Question(
                kept.answer.question,
                language=choices.get(connection, place.chat_id).language,
                chat_language=kept.answer.language,
                chat=chat_name(kept.conversation),
            )

        await self._once_more(bot, place, answer_id, look_up, language, private=private)

    async def _once_more(
        self,
        bot: Bot,
        place: Place,
        answer_id: int,
        look_up: Callable[[sa.Connection], tuple[Kept, Question] | None],
        language: Language,
        *,
        private: bool,
        same: bool = False,
    ) -> None:
        """Bring an answer up to what its question is now; where it is the `same` one in another language, with the same passages."""
        async with self._turn(place.chat_id):
            found = await self._office.store.run(look_up)
            if found is None:
                return
            kept, question = found
            try:
                if same and question.language and not is_made_anew(kept.answer):
                    await self._show(
                        bot, place, kept, reframed(kept.answer, question.language), private=private
                    )
                else:
                    await self._renew(bot, place, kept, question, language, private=private, same=same)
            except Exception as error:  # whoever pressed the button was told that it is being asked
                log.error("Answer %d could not be asked again: %s", answer_id, describe(error))
                await deliver(bot, place, [plain_message(TEXTS[language].talk.failed)])

    async def _renew(
        self,
        bot: Bot,
        place: Place,
        kept: Kept,
        question: Question,
        language: Language,
        *,
        private: bool,
        same: bool = False,
        typed: str | None = None,
    ) -> None:
        try:
            async with typing(bot, place):
                async for answer in self._office.desk.stream(question):
                    last = answer
        except (TooLateError, StoppedError, StoppingError) as error:
            await self._asking.apologise(place, bot, error, language)
            return
        last = as_typed(last, typed or question.text, question)
        if same and question.language and not _is_of_the_same(last, kept.answer):
            last = reframed(kept.answer, question.language)
        await self._show(bot, place, kept, last, private=private)

    async def _show(self, bot: Bot, place: Place, kept: Kept, answer: Answer, *, private: bool) -> None:
        place = replace(place, reply_to=kept.question_message if place.reply_to else None)
        await renew(self._office, bot, place, kept, answer, private=private)

    def _turn(self, chat_id: int) -> asyncio.Lock:
        lock = self._locks.get(chat_id)
        if lock is None:
            self._locks[chat_id] = lock = asyncio.Lock()
        return lock


def is_made_anew(answer: Answer) -> bool:
    """Tell whether an answer has words that only asking again gives in another language."""
    return answer.answered and (answer.mode == "chat" or bool(answer.items) or not answer.citations)


def _is_of_the_same(answer: Answer, earlier: Answer) -> bool:
    """Tell whether an answer rests on nothing that an earlier one did not rest on; a list must have the same lines."""
    if not answer.answered or bool(answer.items) != bool(earlier.items):
        return False
    quoted, before = ([(one.article_id, one.quote) for one in a.citations] for a in (answer, earlier))
    if answer.items:
        return quoted == before
    passages = {(one.article_id, one.passage) for one in (*earlier.citations, *earlier.further)}
    return {(one.article_id, one.passage) for one in answer.citations} <= passages
