"""An answer shown while it grows: as a draft in a private chat, elsewhere as a message that is edited, at most once a second.

What cannot be shown now is not queued: the next time, the answer is shown as far as it is then. The whole answer always comes at the
end, as messages.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

from telegram.constants import ParseMode
from telegram.error import BadRequest, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.answers.render import growing
from bot.send import Shown, edit_once, send_once, unchanged
from bot.trying import LONGEST_WAIT, Manner, seconds_asked

if TYPE_CHECKING:
    from types import TracebackType

    from telegram import Bot

    from bot.markup import Message
    from bot.send import Place
    from retrieval.domain import Answer

EVERY: Final = 1.0  # seconds between two calls in a chat; Telegram asks for no more of them
DRAFT_AGAIN: Final = 20.0  # seconds; Telegram shows a draft for thirty
DRAFT_GRACE: Final = (
    1.0  # seconds that the answer waits for a draft on its way, which must not arrive after it
)


class Showing:
    """One answer on its way to a reader. `draft_id` names its draft, None where there are none; leaving the block ends the growing.

    `drafts_known` turns false where the Bot API server is one's own and too old to know drafts.
    """

    def __init__(self, bot: Bot, place: Place, *, draft_id: int | None) -> None:
        self._bot = bot
        self._place = place
        self._draft_id = draft_id
        self.drafts_known = True
        self._wanted: Message | None = None
        self._shown: Message | None = None
        self._message_id: int | None = None
        self._next = 0.0
        self._stuck = False
        self._news = asyncio.Event()
        self._ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let the call on its way come to its end, so that none arrives after the answer."""
        self._ended.set()
        self._news.set()
        if self._task:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._task, DRAFT_GRACE if self._draft_id else None)

    def grow(self, answer: Answer) -> None:
        """Show `answer` as far as it goes, as soon as may be."""
        self._wanted = growing(answer) or self._wanted
        if self._wanted and not self._stuck:
            self._news.set()
            self._task = self._task or asyncio.create_task(self._run())

    async def so_far(self) -> list[Shown]:
        """Return the message that is to show the whole answer, after the block, once it may be edited; [] where there is none."""
        if self._message_id is None:
            return []
        pause = self._next - asyncio.get_running_loop().time()
        await asyncio.sleep(max(0.0, min(pause, LONGEST_WAIT)))
        return [Shown(self._message_id, self._shown)]

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while not self._stuck:
            try:
                await asyncio.wait_for(self._news.wait(), DRAFT_AGAIN if self._draft_id else None)
            except TimeoutError:
                self._shown = None  # a draft fades
            self._news.clear()
            if self._wanted == self._shown and not self._ended.is_set():
                continue
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ended.wait(), max(0.0, self._next - loop.time()))
            if self._ended.is_set():
                return
            self._next = loop.time() + EVERY
            try:
                await (self._draft(self._draft_id) if self._draft_id else self._put())
            except RetryAfter as error:
                self._next = loop.time() + seconds_asked(error)
                self._news.set()
            except TelegramError:  # blocked, deleted, or perhaps sent: the whole answer will tell
                self._stuck = True

    async def _draft(self, draft_id: int) -> None:
        """Show what is wanted as a draft; where that cannot be, as a message."""
        wanted = self._wanted
        try:
            await self._bot.send_message_draft(
                self._place.chat_id,
                draft_id,
                wanted.html if wanted else None,
                message_thread_id=self._place.thread_id,
                parse_mode=ParseMode.HTML,
            )
        except (InvalidToken, BadRequest) as error:  # python-telegram-bot makes 404 an InvalidToken
            self.drafts_known = isinstance(error, BadRequest)
            self._draft_id = None
            self._shown = None
            await self._put()
        except NetworkError:
            pass  # the next one shows more
        else:
            self._shown = wanted

    async def _put(self) -> None:
        """Show what is wanted in the message, which the first time is sent."""
        wanted = self._wanted
        if wanted is None:
            return
        if self._message_id is None:
            self._message_id = (await send_once(self._bot, self._place, wanted)).message_id
        else:
            try:
                await edit_once(self._bot, Manner(self._place.chat_id), self._message_id, wanted)
            except BadRequest as error:
                if not unchanged(error):
                    raise
            except NetworkError:
                self._shown = None  # perhaps it is, perhaps not
                return
        self._shown = wanted
