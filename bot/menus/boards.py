"""Messages with buttons: put up, changed by a tap, taken down; failures are logged, not raised."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.running.redact import describe
from bot.send import deliver, edit, place_of
from bot.trying import insist
from bot.updates import message_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot, CallbackQuery, Update

    from bot.markup import Message

log = logging.getLogger(__name__)


def keyboard(rows: Sequence[Sequence[tuple[str, str]]]) -> InlineKeyboardMarkup | None:
    """Return buttons, each a text and what a tap on it carries, in rows; None where there are none."""
    made = [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows if row]
    return InlineKeyboardMarkup(made) if made else None


async def put_up(update: Update, bot: Bot, message: Message, buttons: InlineKeyboardMarkup | None) -> None:
    """Send a message with buttons to where `update` came from."""
    await deliver(bot, place_of(message_of(update)), [message], buttons)


async def change(
    update: Update, bot: Bot, message: Message, buttons: InlineKeyboardMarkup | None = None
) -> None:
    """Let the message whose button was tapped say something else; without `buttons` it has none any more."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    # of a message that has become inaccessible, chat and number are all there is, and enough
    chat_id, message_id = query.message.chat.id, query.message.message_id
    try:
        await edit(bot, chat_id, message_id, message, buttons)
    except TelegramError as error:
        log.warning("A message of chat %s was not edited: %s", chat_id, describe(error))


async def acknowledge(query: CallbackQuery, text: str | None = None, *, alert: bool = True) -> None:
    """End the wait that a tap's sender sees; `text` is shown until it is read, or without `alert` for a moment."""
    show_alert = alert and text is not None
    try:
        await insist(0, lambda _manner: query.answer(text, show_alert=show_alert), again=lambda _error: True)
    except TelegramError as error:  # tapped long ago
        log.info("A tap was not answered: %s", describe(error))
