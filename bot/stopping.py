"""`/stop`: gives up on the answer under way in a chat, and on the questions that wait behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import Update
from telegram.ext import CommandHandler, filters

from bot.answers.asking import say
from bot.updates import chat_name, command_of, conversation_of, message_of, user_id_of, words

if TYPE_CHECKING:
    from bot.office import Office
    from bot.running.polling import AnyApplication
    from bot.updates import Context


def is_stop(update: object) -> bool:
    """Tell whether an update is the command, which must not wait behind what it stops."""
    command = command_of(update.message) if isinstance(update, Update) and update.message else None
    return command is not None and command.partition("@")[0] == "stop"


def add_stop(application: AnyApplication, office: Office) -> None:
    """Let readers stop the answer under way in their conversation, and what they asked there meanwhile; not what others did."""

    async def stop(update: Update, context: Context) -> None:
        conversation, asker = conversation_of(message_of(update)), user_id_of(update)

        def theirs(waiting: Update) -> bool:
            message = waiting.message or waiting.edited_message
            return (
                message is not None
                and conversation_of(message) == conversation
                and user_id_of(waiting) == asker
            )

        stopped = office.desk.stop(chat_name(conversation)) + office.order.drop(conversation.chat_id, theirs)
        texts = words(update).talk
        await say(update, context.bot, texts.stopped if stopped else texts.nothing_to_stop)

    application.add_handler(CommandHandler("stop", stop, filters=filters.UpdateType.MESSAGE))
