"""What the bot does with each kind of message."""

from __future__ import annotations

import logging
from typing import Any, Final

from telegram import Bot, Message, MessageEntity, Update
from telegram.error import TelegramError
from telegram.ext import CallbackContext, ExtBot

from bot.answering import Desk, StoppingError, TooLateError
from bot.memory import Memory
from bot.redact import describe
from bot.render import plain_message, render
from bot.send import deliver, place_of, typing
from bot.texts import TEXTS, Texts, chat_language
from retrieval.domain import Answer, Language, Question

log = logging.getLogger(__name__)

QUESTION_LIMIT: Final = 1000  # characters; the longest question of our sets has 240

Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]


class Conversation:
    """The bot's side of the conversation: one method a kind of message."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._memory = Memory()
        self._told_of_stop: set[int] = set()

    async def start(self, update: Update, context: Context) -> None:
        """Greet, say what the bot does, show questions one can ask."""
        await say(update, context.bot, words(update).greeting)

    async def help(self, update: Update, context: Context) -> None:
        """Say how to ask and how to read an answer."""
        await say(update, context.bot, words(update).help)

    async def ask(self, update: Update, context: Context) -> None:
        """Answer the question that follows `/ask`."""
        await self._reply(update, context.bot, "".join((message_of(update).text or "").split(maxsplit=1)[1:]))

    async def text(self, update: Update, context: Context) -> None:
        """Answer a text: any in a private chat, in a group those that speak to the bot."""
        question = question_to_bot(message_of(update), context.bot)
        if question is not None:
            await self._reply(update, context.bot, question)

    async def unknown_command(self, update: Update, context: Context) -> None:
        """Point at /help."""
        await say(update, context.bot, words(update).unknown_command)

    async def not_text(self, update: Update, context: Context) -> None:
        """Say that the bot reads text only; once for an album, which comes as a message a picture."""
        album = message_of(update).media_group_id
        chat_data = context.chat_data
        if album is None or chat_data is None or chat_data.get("album") != album:
            await say(update, context.bot, words(update).not_text)
        if chat_data is not None and album is not None:
            chat_data["album"] = album

    async def error(self, update: object, context: Context) -> None:
        """Log what went wrong without anybody's words, and apologise once."""
        if context.error is not None:
            log.error("Update %s failed: %s", getattr(update, "update_id", None), describe(context.error))
        if isinstance(update, Update) and update.message and not isinstance(context.error, TelegramError):
            await say(update, context.bot, words(update).failed)

    async def _reply(self, update: Update, bot: Bot, text: str) -> None:
        texts = words(update)
        if not any(map(str.isalnum, text)):
            await say(update, bot, texts.ask_usage)
        elif len(text) > QUESTION_LIMIT:
            await say(update, bot, texts.too_long.format(length=len(text), limit=QUESTION_LIMIT))
        else:
            conversation = conversation_of(update)
            history = self._memory.turns(conversation)
            question = Question(
                text.strip(),
                chat_language=language_of(update),
                history=history,
                chat=f"telegram {conversation}",
            )
            await self._answer(update, bot, question)

    async def _answer(self, update: Update, bot: Bot, question: Question) -> None:
        place = place_of(message_of(update))
        try:
            async with typing(bot, place):
                answer = await self._desk.answer(question)
        except TooLateError:
            log.warning("Update %s: no answer in time", update.update_id)
            await say(update, bot, words(update).too_late)
        except StoppingError:
            if place.chat_id not in self._told_of_stop:
                self._told_of_stop.add(place.chat_id)
                await say(update, bot, words(update).stopping)
        else:
            self._memory.add(conversation_of(update), answer)
            sent = await deliver(bot, place, render(answer))
            log.info("Update %s: %s", update.update_id, outcome(answer, sent=sent))


def message_of(update: Update) -> Message:
    """Return the message of an update that the handlers' filters let through."""
    if update.message is None:
        raise ValueError("an update without a message reached a handler for messages")
    return update.message


def conversation_of(update: Update) -> tuple[int, int | None]:
    """Return which conversation a message is of: its chat, and its topic where the chat has topics."""
    place = place_of(message_of(update))
    return place.chat_id, place.thread_id


def language_of(update: Update) -> Language:
    """Return the language of the reader's Telegram, as far as the bot speaks it."""
    user = update.effective_user
    return chat_language(user.language_code if user else None)


def words(update: Update) -> Texts:
    """Return the bot's words in the reader's language."""
    return TEXTS[language_of(update)]


async def say(update: Update, bot: Bot, text: str) -> None:
    """Send one of the bot's own texts where `update` came from."""
    await deliver(bot, place_of(message_of(update)), [plain_message(text)])


def question_to_bot(message: Message, bot: Bot) -> str | None:
    """Return the question `message` puts to the bot, without the mention of it; `None` if it speaks to others."""
    text = message.text or ""
    if message.chat.type == "private":
        return text
    for entity, mention in message.parse_entities([MessageEntity.MENTION]).items():
        if mention.lower() == f"@{bot.username}".lower():
            before = _first_units(text, entity.offset)
            return f"{before}{text[len(before) + len(mention) :]}".strip()
    answered = message.reply_to_message
    if answered and answered.from_user and answered.from_user.id == bot.id:
        return text
    return None


def outcome(answer: Answer, *, sent: bool) -> str:
    """Return what became of a question, for the log: no words of the reader's or of the answer's."""
    said = f"{len(answer.citations)} citations" if answer.answered else "refused"
    return f"answered in {answer.language}, {answer.mode}, {said}, {'sent' if sent else 'not sent'}"


def _first_units(text: str, units: int) -> str:
    """Return the first `units` UTF-16 units of `text`: Telegram's offsets count those."""
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", errors="ignore")
