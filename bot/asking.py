"""A question's way through the bot: what came before it, its answer, the messages that show it, and what is kept."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from bot.answering import StoppedError, StoppingError, TooLateError
from bot.chats import answers, choices
from bot.render import plain_message, render
from bot.send import deliver, place_of, typing
from bot.texts import TEXTS, number
from bot.updates import chat_name, conversation_of, language_of, message_of, user_id_of, words
from retrieval.domain import Answer, Question

if TYPE_CHECKING:
    import sqlalchemy as sa
    from telegram import Bot, Update

    from bot.office import Office
    from bot.send import Place
    from retrieval.domain import Language

log = logging.getLogger(__name__)

QUESTION_LIMIT: Final = 1000  # characters; the longest question of our sets has 240


class Asking:
    """Takes readers' questions to the desk, and the answers back."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._told_of_stop: set[int] = set()

    async def take(self, update: Update, bot: Bot, text: str) -> None:
        """Answer `text`, or say what keeps it from being a question."""
        texts = words(update).talk
        if not any(map(str.isalnum, text)):
            await say(update, bot, texts.ask_usage)
        elif len(text) > QUESTION_LIMIT:
            await say(update, bot, _too_long(len(text), language_of(update)))
        else:
            await self._answer(update, bot, await self._question(update, text.strip()))

    async def _question(self, update: Update, text: str) -> Question:
        """Return the question with what the chat has chosen and what came before it."""
        message = message_of(update)
        conversation = conversation_of(message)
        replied = message.reply_to_message.message_id if message.reply_to_message else None

        def look_up(connection: sa.Connection) -> Question:
            until = answers.in_message(connection, conversation.chat_id, replied) if replied else None
            return Question(
                text,
                language=choices.get(connection, conversation.chat_id).language,
                chat_language=language_of(update),
                history=answers.turns(connection, conversation, until=until.answer_id if until else None),
                chat=chat_name(conversation),
            )

        return await self._office.store.run(look_up)

    async def _answer(self, update: Update, bot: Bot, question: Question) -> None:
        place = place_of(message_of(update))
        try:
            async with typing(bot, place):
                async for grown in self._office.desk.stream(question):
                    answer = grown
        except TooLateError:
            log.warning("Update %s: no answer in time", update.update_id)
            await say(update, bot, words(update).talk.too_late)
        except StoppedError:
            log.info("Update %s: stopped by the reader", update.update_id)
        except StoppingError:
            if place.chat_id not in self._told_of_stop:
                self._told_of_stop.add(place.chat_id)
                await say(update, bot, words(update).talk.stopping)
        else:
            await self._show(update, bot, place, answer)

    async def _show(self, update: Update, bot: Bot, place: Place, answer: Answer) -> None:
        """Send the answer, and keep it with the messages that show it."""
        messages = render(answer)
        shown = await deliver(bot, place, messages)
        message = message_of(update)
        await self._office.store.run(
            lambda connection: answers.put(
                connection,
                conversation_of(message),
                answer,
                user_id=user_id_of(update),
                question_message=message.message_id,
                shown=shown,
            )
        )
        log.info("Update %s: %s", update.update_id, outcome(answer, sent=len(shown) == len(messages)))


async def say(update: Update, bot: Bot, text: str) -> None:
    """Send one of the bot's own texts where `update` came from."""
    await deliver(bot, place_of(message_of(update)), [plain_message(text)])


def _too_long(length: int, language: Language) -> str:
    """Return what to say of a question that is too long, its figures as `language` writes them."""
    told = TEXTS[language].talk.too_long
    return told.format(length=number(length, language), limit=number(QUESTION_LIMIT, language))


def outcome(answer: Answer, *, sent: bool) -> str:
    """Return what became of a question, for the log: no words of the reader's or of the answer's."""
    said = f"{len(answer.citations)} citations" if answer.answered else "refused"
    return f"answered in {answer.language}, {answer.mode}, {said}, {'sent' if sent else 'not sent'}"
