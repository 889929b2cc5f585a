"""Edited messages: a question that was edited gets its answer brought up to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram.ext import CommandHandler, MessageHandler, filters

from bot.updates import arguments, message_of, question_to_bot

if TYPE_CHECKING:
    from telegram import Update

    from bot.answers.again import Again
    from bot.running.polling import AnyApplication
    from bot.updates import Context


def add_edits(application: AnyApplication, again: Again) -> None:
    """Let readers edit their questions; other messages they edit are nothing to the bot."""
    edits, edited = Edits(again), filters.UpdateType.EDITED_MESSAGE
    application.add_handler(CommandHandler("ask", edits.ask, filters=edited))
    application.add_handler(
        MessageHandler(edited & (filters.TEXT | filters.CAPTION) & ~filters.COMMAND, edits.text)
    )


class Edits:
    """One method a kind of edited message."""

    def __init__(self, again: Again) -> None:
        self._again = again

    async def ask(self, update: Update, context: Context) -> None:
        """Answer the question that now follows `/ask`."""
        await self._again.edited(update, context.bot, arguments(message_of(update)))

    async def text(self, update: Update, context: Context) -> None:
        """Answer a text or a caption as it now is: any in a private chat, in a group one that speaks to the bot."""
        question = question_to_bot(message_of(update), context.bot)
        if question is not None:
            await self._again.edited(update, context.bot, question)
