"""What Telegram shows of the bot: its description, and its menu of commands, in each reader's language, longer for admins, other in groups."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeChat, BotCommandScopeDefault
from telegram.error import BadRequest, TelegramError

from bot.running.redact import describe
from bot.texts import TEXTS
from bot.texts.commands import IN_GROUPS, IN_PRIVATE

if TYPE_CHECKING:
    from collections.abc import Collection

    from telegram.ext import ExtBot

    from bot.running.polling import AnyApplication
    from bot.texts import Texts
    from bot.texts.commands import Commands

log = logging.getLogger(__name__)

_LANGUAGES = ((TEXTS["en"], None), (TEXTS["fr"], "fr"))  # English unless the reader's Telegram is French


async def introduce(application: AnyApplication, admins: Collection[int]) -> None:
    """Show the commands in Telegram's menu and what the bot is in its profile; what fails is logged: it is no reason not to answer."""
    bot: ExtBot[Any] = application.bot
    for texts, code in _LANGUAGES:
        few = _chosen(texts.commands, IN_PRIVATE)
        for scope, shown in (
            (BotCommandScopeDefault(), few),
            (BotCommandScopeAllGroupChats(), _chosen(texts.commands, IN_GROUPS)),
        ):
            try:
                await bot.set_my_commands(shown, scope, language_code=code)
            except TelegramError as error:
                log.warning("The menu of commands was not set: %s", describe(error))
    for texts, code in _LANGUAGES:
        await _describe(bot, texts, code)
    for admin in sorted(admins):
        await _show_admin(bot, admin)


async def _describe(bot: ExtBot[Any], texts: Texts, code: str | None) -> None:
    try:
        await bot.set_my_description(texts.about.long, language_code=code)
        await bot.set_my_short_description(texts.about.short, language_code=code)
    except TelegramError as error:
        log.warning("The bot's description was not set: %s", describe(error))


async def _show_admin(bot: ExtBot[Any], admin: int) -> None:
    """Show an admin's own commands too, in their private chat with the bot."""
    for texts, code in _LANGUAGES:
        shown = [*_chosen(texts.commands, IN_PRIVATE), *map(_command, texts.admin_commands)]
        try:
            await bot.set_my_commands(shown, BotCommandScopeChat(admin), language_code=code)
        except (
            BadRequest
        ):  # "chat not found": they have not spoken with the bot yet, and have the menu after the next start
            log.info("Admin %s has not spoken with the bot yet", admin)
            return
        except TelegramError as error:
            log.warning("An admin's menu of commands was not set: %s", describe(error))
            return


def _chosen(commands: Commands, names: Collection[str]) -> list[BotCommand]:
    return [_command(command) for command in commands if command[0] in names]


def _command(command: tuple[str, str]) -> BotCommand:
    return BotCommand(*command)
