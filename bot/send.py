"""Sending: what to try again, what not to, and the typing sign while a reader waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import httpx
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters
from telegram import Message as Received
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.markup import Message
from bot.redact import describe

log = logging.getLogger(__name__)

TRIES: Final = 4
# Telegram asks for seconds after a burst and for hours after abuse; nobody waits for an answer that long.
LONGEST_WAIT: Final = 60.0
PAUSE: Final = 1.0  # seconds before a message that did not leave is tried again
TYPING_EVERY: Final = 4.0  # seconds; Telegram shows the sign for five
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: the chat, its topic, and in a group the message it replies to."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None


def place_of(message: Received) -> Place:
    """Return where to answer `message`."""
    return Place(
        chat_id=message.chat_id,
        thread_id=message.message_thread_id if message.is_topic_message else None,
        reply_to=None if message.chat.type == "private" else message.message_id,
    )


async def deliver(bot: Bot, place: Place, messages: Sequence[Message]) -> list[int]:
    """Send `messages` in order and return the numbers of those that went; the first that does not is the last tried.

    Failures are logged, not raised: there is nobody left to tell.
    """
    sent: list[int] = []
    for number, message in enumerate(messages):
        where = place if number == 0 else Place(place.chat_id, place.thread_id)
        try:
            sent.append(await send_one(bot, where, message))
        except Forbidden as error:
            log.info("Chat %s no longer takes messages: %s", place.chat_id, describe(error))
            break
        except TelegramError as error:
            log.warning(
                "Message %d of %d not sent to chat %s: %s",
                number + 1,
                len(messages),
                place.chat_id,
                describe(error),
            )
            break
    return sent


@asynccontextmanager
async def typing(bot: Bot, place: Place) -> AsyncIterator[None]:
    """Show "typing…" in the chat for as long as the block runs; a sign that cannot be shown is no failure."""
    done = asyncio.Event()
    sign = asyncio.create_task(_type_until(done, bot, place))
    try:
        yield
    finally:
        done.set()
        # a sign on its way is let through: one that arrives after the answer would stay for five seconds
        with suppress(TimeoutError):
            await asyncio.wait_for(sign, 0.5)


async def _type_until(done: asyncio.Event, bot: Bot, place: Place) -> None:
    while not done.is_set():
        with suppress(TelegramError):
            await bot.send_chat_action(place.chat_id, ChatAction.TYPING, message_thread_id=place.thread_id)
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), TYPING_EVERY)


async def send_one(
    bot: Bot, place: Place, message: Message, keyboard: InlineKeyboardMarkup | None = None
) -> int:
    """Send one message, again only where it is sure that it was not sent; return its number, or raise what Telegram did."""
    chat_id, html = place.chat_id, True
    for left in reversed(range(TRIES)):
        try:
            sent = await bot.send_message(
                chat_id,
                message.html if html else message.plain,
                parse_mode=ParseMode.HTML if html else None,
                link_preview_options=NO_PREVIEW,
                message_thread_id=place.thread_id,
                reply_parameters=_reply_to(place),
                reply_markup=keyboard,
            )
        except RetryAfter as error:
            await _wait_as_asked(error, left)
        except ChatMigrated as error:
            _raise_if_last(error, left)
            chat_id = error.new_chat_id
        except BadRequest as error:
            if not (html and left and "parse entities" in str(error)):
                raise
            log.warning("Telegram could not parse an answer; sending it plain: %s", describe(error))
            html = False
        except NetworkError as error:
            if not surely_unsent(error):
                raise
            _raise_if_last(error, left)
            await asyncio.sleep(PAUSE)
        else:
            return sent.message_id
    raise AssertionError("unreachable")


def _reply_to(place: Place) -> ReplyParameters | None:
    if place.reply_to is None:
        return None
    return ReplyParameters(place.reply_to, allow_sending_without_reply=True)


def seconds_asked(error: RetryAfter) -> float:
    """Return how many seconds Telegram asks to wait; `PTB_TIMEDELTA` decides the type it comes in."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


async def _wait_as_asked(error: RetryAfter, left: int) -> None:
    seconds = seconds_asked(error)
    if seconds > LONGEST_WAIT:
        raise error
    _raise_if_last(error, left)
    await asyncio.sleep(seconds)


def _raise_if_last(error: TelegramError, left: int) -> None:
    if not left:
        raise error


def surely_unsent(error: NetworkError) -> bool:
    """Say whether the message cannot have arrived.

    It never left (no connection, no free one in the pool), or Telegram itself answered that it failed (no cause). After a
    timeout or a connection lost halfway it may have been sent, and an answer twice is worse than a line in the log.
    """
    cause = error.__cause__
    return cause is None or isinstance(cause, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout))
