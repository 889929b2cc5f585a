"""A question's way through the bot: what came before it, its answer as it grows, the messages that show it, and what is kept."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from bot.answering import StoppedError, StoppingError, TooLateError
from bot.answers.buttons import under_answer
from bot.answers.render import plain_message, render
from bot.answers.replied import as_typed, doubts, said_before
from bot.answers.showing import Showing
from bot.chats import answers, choices
from bot.running.redact import describe
from bot.send import deliver, place_of, typing
from bot.texts import TEXTS, counted, number
from bot.updates import chat_name, conversation_of, language_for, language_of, message_of, user_id_of
from retrieval.courtesies import BACK, courtesy
from retrieval.domain import Answer, Question, Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    import sqlalchemy as sa
    from telegram import Bot, Update

    from bot.chats.answers import Kept
    from bot.office import Office
    from bot.send import Place, Shown
    from bot.texts.answer import AnswerTexts
    from retrieval.domain import Language

log = logging.getLogger(__name__)

QUESTION_LIMIT: Final = 1000  # characters; the longest question of our sets has 240


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was taken, as it was `typed` and as it is put: the id its answer will have, and the language the bot's own words are in."""

    typed: str
    question: Question
    answer_id: int
    language: Language


class Asking:
    """Takes readers' questions to the desk, and the answers back."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._told_of_stop: set[int] = set()

    async def take(self, update: Update, bot: Bot, text: str) -> None:
        """Answer `text`, or what it replies to where it says nothing; or say what keeps it from being a question."""
        text = text.strip() or said_before(message_of(update), bot) or ""
        if await self.is_question(update, bot, text):
            await self._answer(update, bot, await self._asked(update, bot, text))

    async def is_question(self, update: Update, bot: Bot, text: str) -> bool:
        """Tell whether `text` can be asked; say so to the reader where it cannot, and return a courtesy."""
        language = language_of(update)
        if meant := courtesy(text, language):
            kind, said = meant
            spoken = language_for(said)
            talk = TEXTS[spoken].talk
            own = {"help": talk.help, "yes_no": talk.ask_usage}
            await say(update, bot, BACK[spoken].get(kind) or own[kind])
            return False
        if any(map(str.isalnum, text)) and len(text) <= QUESTION_LIMIT:
            return True
        texts = TEXTS[language].talk
        if len(text) > QUESTION_LIMIT:
            length, limit = number(len(text), language), number(QUESTION_LIMIT, language)
            await say(update, bot, texts.too_long.format(length=length, limit=limit))
        else:
            await say(update, bot, texts.ask_usage)
        return False

    async def _asked(self, update: Update, bot: Bot, text: str) -> Asked:
        message = message_of(update)

        def look_up(connection: sa.Connection) -> Asked:
            question = question_in(connection, update, bot, text)
            answer_id = answers.reserve(
                connection,
                conversation_of(message),
                user_id=user_id_of(update),
                question_message=message.message_id,
            )
            return Asked(text, question, answer_id, question.language or language_of(update))

        return await self._office.store.run(look_up)

    async def _answer(self, update: Update, bot: Bot, asked: Asked) -> None:
        """Show the answer as it grows, and conclude it honestly whatever becomes of it."""
        message = message_of(update)
        place, answer = place_of(message), None
        trouble: Exception | None = None

        def waits() -> str:
            before = self._office.desk.before(asked.question)
            return (
                counted(before, TEXTS[asked.language].answer.before_yours, asked.language) if before else ""
            )

        showing = Showing(bot, place, short=message.chat.type != "private", waits=waits)
        try:
            async with typing(bot, place) as sign, showing:
                async for grown in self._office.desk.stream(asked.question):
                    answer = as_typed(grown, asked.typed, asked.question)
                    if self._office.composes or answer.mode == "chat":
                        showing.grow(answer)
                    if answer.mode == "chat":  # one by quotations comes whole, or goes on to be worded
                        sign.set()
        except (TooLateError, StoppedError, StoppingError) as error:
            trouble = error
        except Exception as error:
            if answer is None:
                await self._release(asked)
                await showing.withdraw()
                raise
            log.error("Update %s failed halfway: %s", update.update_id, describe(error))
            trouble = error
        if trouble:
            log.warning("Update %s: not answered whole (%s)", update.update_id, type(trouble).__name__)
        if answer and trouble:
            line = _cut_short(trouble, TEXTS[answer.language].answer)
            answer = replace(answer, notes=(*answer.notes, line))
        if answer:
            await self._show(update, bot, await showing.so_far(), asked, answer)
            return
        await self._release(asked)
        await showing.withdraw()
        if trouble:
            await self.apologise(place, bot, trouble, asked.language)

    async def apologise(self, place: Place, bot: Bot, trouble: Exception, language: Language) -> None:
        """Say why there is no answer, of a stop once a chat; the reader who stopped it knows."""
        texts = TEXTS[language].talk
        if isinstance(trouble, TooLateError):
            await deliver(bot, place, [plain_message(texts.too_late)])
        elif isinstance(trouble, StoppingError) and place.chat_id not in self._told_of_stop:
            self._told_of_stop.add(place.chat_id)
            await deliver(bot, place, [plain_message(texts.stopping)])

    async def _show(
        self, update: Update, bot: Bot, before: Sequence[Shown], asked: Asked, answer: Answer
    ) -> None:
        """Show the whole answer, and keep it with the messages that show it, unless its chat was forgotten meanwhile."""
        message = message_of(update)
        private = message.chat.type == "private"
        keyboard = under_answer(answer, asked.answer_id, private=private)

        def keep(connection: sa.Connection, shown: list[int]) -> int | None:
            return asked.answer_id if answers.fill(connection, asked.answer_id, answer, shown) else None

        messages = render(answer, short=not private)
        sent = await self._office.outbox.bring(
            bot, place_of(message), messages, keyboard, keep, before=before
        )
        log.info("Update %s: %s", update.update_id, outcome(answer, sent=sent))

    async def _release(self, asked: Asked) -> None:
        await self._office.store.run(lambda connection: answers.release(connection, asked.answer_id))


def question_in(
    connection: sa.Connection, update: Update, bot: Bot, text: str, *, before: Kept | None = None
) -> Question:
    """Return a question with what the chat has chosen and what came before it.

    That is what came up to the answer it replies to, or to whose question, or before the answer `before`, or else what was said of late.
    In reply to anything else, that is what came before; where it only asks whether that is true, that is the question.
    """
    message, own = message_of(update), language_of(update)
    conversation = conversation_of(message)
    replied = message.reply_to_message
    until = answers.meant_by(connection, conversation.chat_id, replied.message_id) if replied else None
    about = None if until else said_before(message, bot)
    history: tuple[Turn, ...]
    if about and (about == text or doubts(text)):
        text, history = about, ()
    elif about:
        history = (Turn(about, own),)
    else:
        history = answers.turns(
            connection, conversation, until=until.answer_id if until else None, before=before
        )
    return Question(
        text,
        language=choices.get(connection, conversation.chat_id).language,
        chat_language=own,
        history=history,
        chat=chat_name(conversation),
    )


async def say(update: Update, bot: Bot, text: str) -> None:
    """Send one of the bot's own texts where `update` came from."""
    await deliver(bot, place_of(message_of(update)), [plain_message(text)])


def outcome(answer: Answer, *, sent: bool) -> str:
    """Return what became of a question, for the log: no words of the reader's or of the answer's."""
    said = f"{len(answer.citations)} citations" if answer.answered else "refused"
    return f"answered in {answer.language}, {answer.mode}, {said}, {'sent' if sent else 'not sent'}"


def _cut_short(trouble: Exception, texts: AnswerTexts) -> str:
    """Return the line that ends an answer which is not whole."""
    if isinstance(trouble, TooLateError):
        return texts.cut_by_time
    if isinstance(trouble, StoppedError):
        return texts.cut_by_reader
    return texts.cut_by_stop if isinstance(trouble, StoppingError) else texts.cut_by_failure
