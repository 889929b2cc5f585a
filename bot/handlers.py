"""What the bot does with messages: greets, explains, and takes what is a question to `Asking`."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import CommandHandler, MessageHandler, filters

from bot.again import Again
from bot.asking import Asking, say
from bot.editing import add_edits
from bot.redact import describe
from bot.sourcing import add_source
from bot.taps import add_taps
from bot.updates import message_of, question_to_bot, words

if TYPE_CHECKING:
    from bot.office import Office
    from bot.polling import AnyApplication
    from bot.updates import Context

log = logging.getLogger(__name__)


def add_handlers(application: AnyApplication, office: Office) -> None:
    """Say which message goes to which handler: the first that fits takes it."""
    asking = Asking(office)
    talk, again = Talk(asking), Again(office, asking)
    add_source(application, office)
    add_edits(application, again)
    new = filters.UpdateType.MESSAGE  # an edited message is no second question
    private = filters.ChatType.PRIVATE
    application.add_handlers(
        [
            CommandHandler("start", talk.start, filters=new),
            CommandHandler("help", talk.help, filters=new),
            CommandHandler("ask", talk.ask, filters=new),
            MessageHandler(new & private & filters.COMMAND, talk.unknown_command),
            MessageHandler(new & filters.TEXT & ~filters.COMMAND, talk.text),
            MessageHandler(new & private & ~filters.TEXT & ~filters.StatusUpdate.ALL, talk.not_text),
        ]
    )
    add_taps(application, office, again)  # last: what no other handler takes is answered there
    application.add_error_handler(apologise)


class Talk:
    """The bot's side of the conversation: one method a kind of message."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def start(self, update: Update, context: Context) -> None:
        """Greet, say what the bot does, show questions one can ask."""
        await say(update, context.bot, words(update).talk.greeting)

    async def help(self, update: Update, context: Context) -> None:
        """Say how to ask and how to read an answer."""
        await say(update, context.bot, words(update).talk.help)

    async def ask(self, update: Update, context: Context) -> None:
        """Answer the question that follows `/ask`."""
        text = "".join((message_of(update).text or "").split(maxsplit=1)[1:])
        await self._asking.take(update, context.bot, text)

    async def text(self, update: Update, context: Context) -> None:
        """Answer a text: any in a private chat, in a group those that speak to the bot."""
        question = question_to_bot(message_of(update), context.bot)
        if question is not None:
            await self._asking.take(update, context.bot, question)

    async def unknown_command(self, update: Update, context: Context) -> None:
        """Point at /help."""
        await say(update, context.bot, words(update).talk.unknown_command)

    async def not_text(self, update: Update, context: Context) -> None:
        """Say that the bot reads text only; once for an album, which comes as a message a picture."""
        album = message_of(update).media_group_id
        chat_data = context.chat_data
        if album is None or chat_data is None or chat_data.get("album") != album:
            await say(update, context.bot, words(update).talk.not_text)
        if chat_data is not None and album is not None:
            chat_data["album"] = album


async def apologise(update: object, context: Context) -> None:
    """Log what went wrong without anybody's words, and apologise once."""
    if context.error is not None:
        log.error("Update %s failed: %s", getattr(update, "update_id", None), describe(context.error))
    if isinstance(update, Update) and update.message and not isinstance(context.error, TelegramError):
        await say(update, context.bot, words(update).talk.failed)
