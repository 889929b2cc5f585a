"""Messages with buttons: put up, changed by a tap, taken down. What a button carries is at most 64 bytes, and ours alone."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, TypeVar

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.redact import describe
from bot.send import LONGEST_WAIT, NO_PREVIEW, place_of, seconds_asked
from bot.updates import message_of

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from telegram import Bot, CallbackQuery, Update

    from bot.markup import Message

log = logging.getLogger(__name__)


Result = TypeVar("Result")


def keyboard(rows: Sequence[Sequence[tuple[str, str]]]) -> InlineKeyboardMarkup | None:
    """Return buttons, each a text and what a tap on it carries, in rows; None where there are none."""
    made = [[InlineKeyboardButton(text, callback_data=data) for text, data in row] for row in rows if row]
    return InlineKeyboardMarkup(made) if made else None


async def put_up(update: Update, bot: Bot, message: Message, buttons: InlineKeyboardMarkup | None) -> None:
    """Send a message with buttons to where `update` came from."""
    place = place_of(message_of(update))
    reply = ReplyParameters(place.reply_to, allow_sending_without_reply=True) if place.reply_to else None
    await _insist(
        lambda: bot.send_message(
            place.chat_id,
            message.html,
            parse_mode=ParseMode.HTML,
            link_preview_options=NO_PREVIEW,
            message_thread_id=place.thread_id,
            reply_parameters=reply,
            reply_markup=buttons,
        )
    )


async def change(query: CallbackQuery, message: Message, buttons: InlineKeyboardMarkup | None = None) -> None:
    """Let the message whose button was tapped say something else; without `buttons` it has none any more."""
    await _insist(
        lambda: query.edit_message_text(
            message.html, parse_mode=ParseMode.HTML, link_preview_options=NO_PREVIEW, reply_markup=buttons
        )
    )


async def acknowledge(query: CallbackQuery, text: str | None = None) -> None:
    """End the wait that a tap's sender sees, with a notice where there is `text`."""
    await _insist(lambda: query.answer(text, show_alert=text is not None))


async def _insist(call: Callable[[], Awaitable[Result]]) -> Result | None:
    """Return what `call` gives, tried once more where Telegram asks to wait; failures are logged, not raised."""
    try:
        try:
            return await call()
        except RetryAfter as error:
            if seconds_asked(error) > LONGEST_WAIT:
                raise
            await asyncio.sleep(seconds_asked(error))
            return await call()
    except BadRequest as error:
        if "not modified" not in str(error):  # a second tap on the same button
            log.warning("Telegram refused: %s", describe(error))
    except TelegramError as error:
        log.warning("Not sent: %s", describe(error))
    return None
