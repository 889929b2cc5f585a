"""Buttons that are one reader's own: what they carry begins with whose they are, and nobody else's tap on them counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.groups import may_administer
from bot.menus.boards import acknowledge
from bot.updates import message_of, user_id_of, words

if TYPE_CHECKING:
    from telegram import CallbackQuery, Update

    from bot.settings import BotSettings
    from bot.updates import Context

ANYBODY: Final = 0  # who writes in a group's name is nobody to Telegram, but taps as themselves


def owner_of(update: Update) -> int:
    """Return whose the buttons are that answer a command."""
    return ANYBODY if message_of(update).sender_chat else user_id_of(update)


async def own_tap(update: Update, context: Context) -> CallbackQuery | None:
    """Return the tap on a button that is the tapper's, by the first group of the handler's pattern; tell anybody else."""
    query = update.callback_query
    if query is None or query.message is None or context.match is None:
        return None
    if int(context.match[1]) not in {ANYBODY, query.from_user.id}:
        await acknowledge(query, words(update).choosing.not_yours)
        return None
    return query


async def deciding_tap(update: Update, context: Context, settings: BotSettings) -> CallbackQuery | None:
    """Return the tap on one's own button, where its sender may decide for the chat; tell anybody else.

    Rights are looked at again, for they may have ended since the buttons came, and a tap can be made up.
    """
    query = await own_tap(update, context)
    if query and not await may_administer(update, context.bot, settings):
        await acknowledge(query, words(update).groups.administrators_only)
        return None
    return query
