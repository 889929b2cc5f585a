"""Telegram's menu of commands: in each reader's language, and shorter in groups."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeDefault
from telegram.error import TelegramError

from bot.running.redact import describe
from bot.texts import TEXTS
from bot.texts.commands import IN_GROUPS

if TYPE_CHECKING:
    from telegram.ext import ExtBot

    from bot.running.polling import AnyApplication

log = logging.getLogger(__name__)


async def register_commands(application: AnyApplication) -> None:
    """Show the commands in Telegram's menu, English unless the reader's Telegram is French."""
    bot: ExtBot[Any] = application.bot
    for texts, code in ((TEXTS["en"], None), (TEXTS["fr"], "fr")):
        commands = [BotCommand(name, text) for name, text in texts.commands]
        few = [command for command in commands if command.command in IN_GROUPS]
        for scope, shown in ((BotCommandScopeDefault(), commands), (BotCommandScopeAllGroupChats(), few)):
            try:
                await bot.set_my_commands(shown, scope, language_code=code)
            except TelegramError as error:  # a menu is no reason not to answer
                log.warning("The menu of commands was not set: %s", describe(error))
