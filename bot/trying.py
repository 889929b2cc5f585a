"""A call to Telegram made until it succeeds: waits that Telegram asks for, what it does not take given up, failures tried again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from telegram import InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, NetworkError, RetryAfter, TelegramError

from bot.markup import MESSAGE_LIMIT, Message, head, units
from bot.running.redact import describe
from bot.running.request import NEVER_LEFT

log = logging.getLogger(__name__)

TRIES: Final = 4
# Telegram asks for seconds after a burst and for hours after abuse; nobody waits for an answer that long.
LONGEST_WAIT: Final = 60.0
PAUSE: Final = 1.0  # seconds before a message that did not leave is tried again
_TOO_LONG: Final = ("message is too long", "message_too_long")

Result = TypeVar("Result")


@dataclass(slots=True)
class Manner:
    """How a call is made: given up, one by one, is what Telegram does not take."""

    chat_id: int
    html: bool = True
    links: bool = True
    limit: int = MESSAGE_LIMIT

    def text(self, message: Message) -> str:
        """Return the words of `message` that go with `parse_mode`, as many as Telegram takes."""
        if self.html:
            return message.html
        return message.plain if units(message.plain) <= self.limit else head(message.plain, self.limit)

    @property
    def parse_mode(self) -> ParseMode | None:
        """HTML, or none."""
        return ParseMode.HTML if self.html else None

    def keyboard(self, whole: InlineKeyboardMarkup | None) -> InlineKeyboardMarkup | None:
        """Return the buttons of `whole` that Telegram takes."""
        if whole is None or self.links:
            return whole
        rows = [[button for button in row if button.url is None] for row in whole.inline_keyboard]
        return InlineKeyboardMarkup([row for row in rows if row])

    def simpler(self, error: BadRequest) -> bool:
        """Give up what `error` complains of; say whether there was anything to give up."""
        said = str(error).lower()
        if self.html and "entities" in said:
            log.warning("Telegram could not parse a message; sending it plain: %s", describe(error))
            self.html = False
        elif any(words in said for words in _TOO_LONG):
            log.warning("A message was too long for Telegram; its beginning is sent: %s", describe(error))
            self.html, self.limit = False, self.limit // 2
        elif self.links and "url" in said:  # an address that leads nowhere outside, such as http://intranet/
            log.info("Telegram takes no button with this address: %s", describe(error))
            self.links = False
        else:
            return False
        return True


async def insist(
    chat_id: int,
    post: Callable[[Manner], Awaitable[Result]],
    *,
    again: Callable[[NetworkError], bool],
) -> Result:
    """Return what `post` returns, tried again after a wait Telegram asks for, and after the failures that `again` allows."""
    manner, waited = Manner(chat_id), False
    for left in reversed(range(TRIES)):
        try:
            return await post(manner)
        except RetryAfter as error:
            if not waited and _is_short(error) and left:
                log.info("Telegram asks for a wait of %.0f s in chat %s", seconds_asked(error), chat_id)
            waited = True
            await _wait_as_asked(error, left)
        except ChatMigrated as error:
            _raise_if_last(error, left)
            manner.chat_id = error.new_chat_id
        except BadRequest as error:
            if not left or not manner.simpler(error):
                raise
        except NetworkError as error:
            if not again(error):
                raise
            _raise_if_last(error, left)
            await asyncio.sleep(PAUSE)
    raise AssertionError("unreachable")


def seconds_asked(error: RetryAfter) -> float:
    """Return how many seconds Telegram asks to wait; `PTB_TIMEDELTA` decides the type it comes in."""
    asked = error.retry_after
    return asked.total_seconds() if isinstance(asked, timedelta) else float(asked)


async def _wait_as_asked(error: RetryAfter, left: int) -> None:
    if not _is_short(error):
        raise error
    _raise_if_last(error, left)
    await asyncio.sleep(seconds_asked(error))


def _is_short(error: RetryAfter) -> bool:
    return seconds_asked(error) <= LONGEST_WAIT


def _raise_if_last(error: TelegramError, left: int) -> None:
    if not left:
        raise error


def passes(error: TelegramError) -> bool:
    """Say whether what Telegram or the network refuses now may go later: no blocked chat, nothing that Telegram does not take."""
    return isinstance(error, RetryAfter | NetworkError) and not isinstance(error, BadRequest)


def may_have_arrived(error: TelegramError) -> bool:
    """Say whether a message that failed may have been sent all the same."""
    return isinstance(error, NetworkError) and not isinstance(error, BadRequest) and not surely_unsent(error)


def surely_unsent(error: NetworkError) -> bool:
    """Say whether the message cannot have arrived.

    It never left (no connection, no free one in the pool), or Telegram itself answered that it failed (no cause). After a
    timeout or a connection lost halfway it may have been sent, and an answer twice is worse than a line in the log.
    """
    cause = error.__cause__
    return cause is None or isinstance(cause, NEVER_LEFT)
