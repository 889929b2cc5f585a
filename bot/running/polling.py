"""Fetching updates: a poll loop of our own that stops at once and says in one line what keeps it from its work.

python-telegram-bot's `Updater` sleeps up to 30 s at a stop when the network is down, goes quiet for good when the token is
revoked while it runs, and asks for an update it cannot parse again and again without a pause.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final

from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, ExtBot

from bot.running.redact import describe
from bot.trying import seconds_asked
from retrieval.errors import DepecheError
from retrieval.told import Phrase

log = logging.getLogger(__name__)

LONG_POLL: Final = timedelta(seconds=20)  # how long Telegram holds the line open when nothing arrives
SHORTEST_PAUSE: Final = 1.0  # seconds, after a failure; each next one is half as long again
LONGEST_PAUSE: Final = 30.0
LONGEST_CONFIRM: Final = 3.0  # seconds, at a stop
SAME_WARNING_AGAIN: Final = 60.0  # seconds
ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")

TOKEN_REFUSED: Final = DepecheError(
    "Telegram does not accept the bot's token",
    "@BotFather shows the right one (/mybots, API Token); put it in TELEGRAM_BOT_TOKEN.",
)

AnyApplication = Application[Any, Any, Any, Any, Any, Any]


class PollingBot(ExtBot[None]):
    """A bot that fetches updates as Telegram tells them: who takes them reads each by itself, and only those that are wanted."""

    async def fetch(self, offset: int | None, wait: timedelta = LONG_POLL) -> list[Any]:
        """Return the JSON of updates from number `offset` on, which confirms those before; Telegram waits so long for the first."""
        asked = {
            "offset": offset,
            "timeout": int(wait.total_seconds()),
            "allowed_updates": ALLOWED_UPDATES,
        }
        longest = (self.request.read_timeout or 0.0) + wait.total_seconds()
        told: list[Any] = await self._post("getUpdates", asked, read_timeout=longest)
        return told


class Poller:
    """Takes updates to the reception, from the first that no poller has confirmed."""

    def __init__(self, bot: PollingBot, take: Callable[[Sequence[Any]], Awaitable[None]]) -> None:
        self._bot = bot
        self._take = take
        self._offset: int | None = None
        self._pause = 0.0
        self._warned: dict[str, float] = {}
        self._rival = float("-inf")

    @property
    def rivalled(self) -> bool:
        """Whether another program fetched this bot's messages in the last minute."""
        return time.monotonic() - self._rival < SAME_WARNING_AGAIN

    async def run(self) -> None:
        """Poll until cancelled; raise `DepecheError` if Telegram no longer accepts the token."""
        while True:
            try:
                await self._fetch()
            except InvalidToken:
                raise TOKEN_REFUSED from None
            except (TelegramError, DepecheError) as error:  # ours: what came could not be written down
                self._note(error)
                await asyncio.sleep(self._pause_after(error))
            else:
                if self._pause:
                    log.info("Fetching messages from Telegram again")
                self._pause = 0.0

    async def confirm(self) -> None:
        """Tell Telegram which updates were taken, so that the next start does not get them again."""
        if self._offset is None:
            return
        with suppress(TelegramError, TimeoutError):
            async with asyncio.timeout(LONGEST_CONFIRM):
                await self._bot.fetch(self._offset, timedelta())

    async def _fetch(self) -> None:
        if updates := await self._bot.fetch(self._offset):
            await self._take(updates)
            numbers = [one["update_id"] for one in updates if isinstance(one, dict) and "update_id" in one]
            if not numbers:
                raise TelegramError("its updates have no numbers")
            self._offset = max(numbers) + 1

    def _note(self, error: TelegramError | DepecheError) -> None:
        """Log why nothing comes, once a minute for each kind of reason."""
        kind, now = type(error).__name__, time.monotonic()
        if isinstance(error, Conflict):
            self._rival = now
        if now - self._warned.get(kind, float("-inf")) < SAME_WARNING_AGAIN:
            return
        self._warned[kind] = now
        if isinstance(error, Conflict):
            log.warning(
                "Another program fetches this bot's messages with the same token; stop one of the two"
            )
        elif isinstance(error, TelegramError):
            log.warning("Cannot fetch messages from Telegram, trying again: %s", describe(error))
        else:
            log.warning("Messages cannot be taken in, trying again: %s", describe(error))

    def _pause_after(self, error: TelegramError | DepecheError) -> float:
        self._pause = min(LONGEST_PAUSE, max(SHORTEST_PAUSE, 1.5 * self._pause))
        return max(self._pause, seconds_asked(error)) if isinstance(error, RetryAfter) else self._pause


def startup_error(error: TelegramError) -> DepecheError:
    """Return what to tell a person whose bot could not start."""
    if isinstance(error, InvalidToken):
        return TOKEN_REFUSED
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        return DepecheError(
            Phrase("Telegram cannot be reached ({kind})", kind=type(error).__name__),
            "Check the network, a proxy (HTTPS_PROXY), and DEPECHE_TELEGRAM_BASE_URL if it is set.",
        )
    if isinstance(error, BadRequest):
        return DepecheError(
            Phrase("Telegram refused to start the bot: {why}", why=error), "Check DEPECHE_BOT_WEBHOOK_URL."
        )
    return DepecheError(
        Phrase("Telegram refused to start the bot ({kind})", kind=type(error).__name__),
        "Try again in a minute.",
    )
