"""A question asked again: its reader edited it, or wants the answer in the other language. The answer's own messages change."""

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
from bot.chats import answers
from bot.running.redact import describe
from bot.send import deliver, place_of, typing
from bot.texts import TEXTS
from bot.updates import chat_name, language_of, message_of
from retrieval.domain import Question

if TYPE_CHECKING:
    import sqlalchemy as sa
    from telegram import Bot, Update

    from bot.answers.asking import Asking
    from bot.chats.answers import Kept
    from bot.office import Office
    from bot.send import Place
    from retrieval.domain import Language

log = logging.getLogger(__name__)


class Again:
    """Asks again, one question a chat at a time, so that two wishes for one answer come one after the other."""

    def __init__(self, office: Office, asking: Asking) -> None:
        self._office = office
        self._asking = asking
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def edited(self, update: Update, bot: Bot, text: str) -> None:
        """Bring the answer to a message up to what the message now says; one that had no answer gets one."""
        message, text = message_of(update), text.strip()
        async with self._turn(message.chat_id):
            kept = await self._office.store.run(
                lambda connection: answers.to_message(connection, message.chat_id, message.message_id)
            )
            if kept is None:
                await self._asking.take(update, bot, text)
            # Telegram tells of edits that change no word: a link's preview came
            elif text != kept.answer.question and await self._asking.is_question(update, bot, text):
                question = await self._office.store.run(
                    lambda connection: question_in(connection, update, text, before=kept)
                )
                private = message.chat.type == "private"
                language = language_of(update)
                await self._renew(bot, place_of(message), kept, question, language, private=private)

    async def in_language(
        self, bot: Bot, place: Place, answer_id: int, wanted: Language, *, language: Language, private: bool
    ) -> None:
        """Answer a question again in the language `wanted`; `language` is that of an apology."""
        async with self._turn(place.chat_id):

            def look_up(connection: sa.Connection) -> tuple[Kept, Question] | None:
                kept = answers.get(connection, answer_id)
                if kept is None or kept.answer.language == wanted:
                    return None
                history = answers.turns(connection, kept.conversation, before=kept)
                return kept, Question(
                    kept.answer.question,
                    language=wanted,
                    chat_language=wanted,
                    history=history,
                    chat=chat_name(kept.conversation),
                )

            found = await self._office.store.run(look_up)
            if found is None:
                return
            try:
                await self._renew(bot, place, *found, language, private=private)
            except Exception as error:  # whoever pressed the button was told that it is being asked
                log.error("Answer %d could not be asked again: %s", answer_id, describe(error))
                await deliver(bot, place, [plain_message(TEXTS[language].talk.failed)])

    async def _renew(
        self, bot: Bot, place: Place, kept: Kept, question: Question, language: Language, *, private: bool
    ) -> None:
        try:
            async with typing(bot, place):
                async for answer in self._office.desk.stream(question):
                    last = answer
        except (TooLateError, StoppedError, StoppingError) as error:
            await self._asking.apologise(place, bot, error, language)
        else:
            place = replace(place, reply_to=kept.question_message if place.reply_to else None)
            await renew(self._office, bot, place, kept, last, private=private)

    def _turn(self, chat_id: int) -> asyncio.Lock:
        lock = self._locks.get(chat_id)
        if lock is None:
            self._locks[chat_id] = lock = asyncio.Lock()
        return lock
