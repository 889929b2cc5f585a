"""Sending, editing and deleting messages, and the typing sign while a reader waits."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Final

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions, ReplyKeyboardMarkup, ReplyParameters
from telegram import Message as Received
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.markup import Message
from bot.running.redact import describe
from bot.trying import Manner, insist, surely_unsent

log = logging.getLogger(__name__)

TYPING_AFTER: Final = 0.3  # seconds; an answer that is there sooner needs no sign, and most are
TYPING_EVERY: Final = 4.0  # seconds; Telegram shows the sign for five
NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: the chat, its topic, and in a group the message it replies to."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None

    def without_reply(self) -> Place:
        """Return where more of an answer goes."""
        return Place(self.chat_id, self.thread_id)


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of messages: the numbers of those that went, and what kept the next from going; None where all went."""

    shown: list[int]
    trouble: TelegramError | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A message that is in a chat, and what it shows; `message` is None where that is not known."""

    message_id: int
    message: Message | None
    keyboard: InlineKeyboardMarkup | None = None


def place_of(message: Received) -> Place:
    """Return where to answer `message`."""
    return Place(
        chat_id=message.chat_id,
        thread_id=message.message_thread_id if message.is_topic_message else None,
        reply_to=None if message.chat.type == "private" else message.message_id,
    )


async def deliver(
    bot: Bot, place: Place, messages: Sequence[Message], keyboard: InlineKeyboardMarkup | None = None
) -> list[int]:
    """Send `messages` in order, `keyboard` under the last, and return the numbers of those that went.

    The first that does not is the last tried. Failures are logged, not raised: there is nobody left to tell. What must not
    be lost goes by the outbox.
    """
    return (await bring_to(bot, place, (), messages, keyboard)).shown


async def bring_to(
    bot: Bot,
    place: Place,
    before: Sequence[Shown],
    messages: Sequence[Message],
    keyboard: InlineKeyboardMarkup | None = None,
) -> Delivery:
    """Make the messages `before` show `messages`, `keyboard` under the last; return which do.

    Those that differ are edited, missing ones sent, those too many deleted; nothing is called for what is as it should be.
    The first that fails is the last tried. Failures are logged, not raised.
    """
    done: list[int] = []
    for number, message in enumerate(messages):
        under = keyboard if number == len(messages) - 1 else None
        where = place if number == 0 else place.without_reply()
        old = before[number] if number < len(before) else None
        try:
            done.append(await show(bot, where, old, message, under))
        except Forbidden as error:
            log.info("Chat %s no longer takes messages: %s", place.chat_id, describe(error))
            return Delivery(done, error)
        except TelegramError as error:
            log.warning(
                "Message %d of %d not sent to chat %s: %s",
                number + 1,
                len(messages),
                place.chat_id,
                describe(error),
            )
            return Delivery(done, error)
    await delete(bot, place.chat_id, [old.message_id for old in before[len(messages) :]])
    return Delivery(done)


async def show(
    bot: Bot, place: Place, old: Shown | None, message: Message, keyboard: InlineKeyboardMarkup | None
) -> int:
    """Make `old` show `message`, or send it; return its number, or raise what Telegram did."""
    if old is None:
        return await send_one(bot, place, message, keyboard)
    if (old.message, old.keyboard) == (message, keyboard):
        return old.message_id
    try:
        await edit(bot, place.chat_id, old.message_id, message, keyboard)
    except BadRequest as error:
        log.info(
            "A message of chat %s cannot be edited, so another is sent: %s", place.chat_id, describe(error)
        )
        return await send_one(bot, place, message, keyboard)
    return old.message_id


async def edit(
    bot: Bot, chat_id: int, message_id: int, message: Message, keyboard: InlineKeyboardMarkup | None
) -> None:
    """Make a message show `message`; raise Telegram's error where that cannot be."""

    def post(manner: Manner) -> Awaitable[object]:
        return edit_once(bot, manner, message_id, message, keyboard)

    await _edit(chat_id, post)


async def edit_keyboard(
    bot: Bot, chat_id: int, message_id: int, keyboard: InlineKeyboardMarkup | None
) -> None:
    """Put other buttons under a message; raise Telegram's error where that cannot be."""

    def post(manner: Manner) -> Awaitable[object]:
        return bot.edit_message_reply_markup(
            chat_id=manner.chat_id, message_id=message_id, reply_markup=manner.keyboard(keyboard)
        )

    await _edit(chat_id, post)


async def _edit(chat_id: int, post: Callable[[Manner], Awaitable[object]]) -> None:
    """Edit by `post`: twice done is as well as once, so any failure of the network is tried again."""
    try:
        await insist(chat_id, post, again=lambda _error: True)
    except BadRequest as error:
        if not unchanged(error):
            raise


async def delete(bot: Bot, chat_id: int, message_ids: Sequence[int]) -> bool:
    """Delete messages; return whether they are gone. Telegram keeps those that are older than two days."""
    if not message_ids:
        return True
    try:
        return await bot.delete_messages(chat_id, message_ids)
    except TelegramError as error:
        log.info("Messages not deleted in chat %s: %s", chat_id, describe(error))
        return False


def unchanged(error: BadRequest) -> bool:
    """Say whether Telegram only complains that a message already is what an edit makes of it."""
    return "not modified" in str(error)


@asynccontextmanager
async def typing(bot: Bot, place: Place) -> AsyncIterator[asyncio.Event]:
    """Show "typing…" in the chat while the block runs, if that takes long, until the event it gives is set.

    A sign that cannot be shown is no failure.
    """
    done = asyncio.Event()
    sign = asyncio.create_task(_type_until(done, bot, place))
    try:
        yield done
    finally:
        done.set()
        # a sign on its way is let through: one that arrives after the answer would stay for five seconds
        with suppress(TimeoutError):
            await asyncio.wait_for(sign, 0.5)


async def _type_until(done: asyncio.Event, bot: Bot, place: Place) -> None:
    pause = TYPING_AFTER
    while True:
        with suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), pause)
        if done.is_set():
            return
        with suppress(TelegramError):
            await bot.send_chat_action(place.chat_id, ChatAction.TYPING, message_thread_id=place.thread_id)
        pause = TYPING_EVERY


async def send_one(
    bot: Bot,
    place: Place,
    message: Message,
    keyboard: InlineKeyboardMarkup | ReplyKeyboardMarkup | None = None,
) -> int:
    """Send one message, again only where it is sure that it was not sent; return its number, or raise what Telegram did."""

    def post(manner: Manner) -> Awaitable[Received]:
        return send_once(bot, place, message, manner, keyboard)

    return (await insist(place.chat_id, post, again=surely_unsent)).message_id


async def send_once(
    bot: Bot,
    place: Place,
    message: Message,
    manner: Manner | None = None,
    keyboard: InlineKeyboardMarkup | ReplyKeyboardMarkup | None = None,
) -> Received:
    """Send one message and return it; raise Telegram's error where it is not sent, or may not have been."""
    manner = manner or Manner(place.chat_id)
    return await bot.send_message(
        manner.chat_id,
        manner.text(message),
        parse_mode=manner.parse_mode,
        link_preview_options=NO_PREVIEW,
        message_thread_id=place.thread_id,
        reply_parameters=_reply_to(place),
        reply_markup=keyboard if isinstance(keyboard, ReplyKeyboardMarkup) else manner.keyboard(keyboard),
    )


async def edit_once(
    bot: Bot,
    manner: Manner,
    message_id: int,
    message: Message,
    keyboard: InlineKeyboardMarkup | None = None,
) -> None:
    """Edit one message; raise Telegram's error where it is not edited, or may not have been."""
    await bot.edit_message_text(
        manner.text(message),
        chat_id=manner.chat_id,
        message_id=message_id,
        parse_mode=manner.parse_mode,
        link_preview_options=NO_PREVIEW,
        reply_markup=manner.keyboard(keyboard),
    )


def _reply_to(place: Place) -> ReplyParameters | None:
    if place.reply_to is None:
        return None
    return ReplyParameters(place.reply_to, allow_sending_without_reply=True)
