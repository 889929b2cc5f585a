"""`/stop`: gives up on the answer under way in a chat, and on the questions that wait behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import Update
from telegram.ext import CommandHandler, filters

from bot.answers.asking import say
from bot.updates import chat_name, conversation_of, message_of, words

if TYPE_CHECKING:
    from bot.office import Office
    from bot.running.polling import AnyApplication
    from bot.updates import Context


def is_stop(update: object) -> bool:
    """Tell whether an update is the command, which must not wait behind what it stops."""
    text = (update.message.text or "") if isinstance(update, Update) and update.message else ""
    return text.split("@")[0].strip() == "/stop"


def add_stop(application: AnyApplication, office: Office) -> None:
    """Let readers stop an answer."""

    async def stop(update: Update, context: Context) -> None:
        conversation = conversation_of(message_of(update))
        stopped = office.desk.stop(chat_name(conversation)) + office.order.drop(conversation.chat_id)
        texts = words(update).talk
        await say(update, context.bot, texts.stopped if stopped else texts.nothing_to_stop)

    application.add_handler(CommandHandler("stop", stop, filters=filters.UpdateType.MESSAGE))
