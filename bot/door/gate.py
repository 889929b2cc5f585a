"""The gate before all handlers: what is not for the bot, whom it does not know and who asks too fast get no further.

What is dropped here costs a look at the update and, where somebody is to be told, one message.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from telegram.ext import ApplicationHandlerStop, filters

from bot.answers.asking import say
from bot.door.invites import digest_of
from bot.door.limits import Limits, Wait
from bot.inline import offer_nothing
from bot.menus.boards import acknowledge
from bot.stopping import is_stop
from bot.texts import counted
from bot.updates import is_of_a_person, is_to_bot, language_of, speak, speaker_of, words

if TYPE_CHECKING:
    from collections.abc import Callable

    from telegram import Bot, Message, Update

    from bot.door.access import Access
    from bot.groups import Groups
    from bot.menus.languages import Languages
    from bot.office import Office
    from bot.updates import Context

TAPS: Final = 3  # on buttons, for each question that one may ask: paging is quick and cheap
CODES_AN_HOUR: Final = 5  # that one person may try; a code has 80 bits
ALL_CODES_AN_HOUR: Final = 1000
TOLD_AGAIN: Final = 86_400.0  # seconds after which somebody who was refused is told why once more
REMEMBERED: Final = 10_000  # people who were told, messages that were counted


class Gate:
    """Lets an update through to the handlers, or stops it by raising `ApplicationHandlerStop`."""

    def __init__(
        self,
        office: Office,
        access: Access,
        groups: Groups,
        languages: Languages,
        questions: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        settings = office.settings
        self._settings = settings
        self._access = access
        self._groups = groups
        self._languages = languages
        self._questions = questions
        self._metrics = office.metrics
        self._taps = Limits(
            TAPS * settings.questions_a_minute, TAPS * settings.all_questions_a_minute, clock=clock
        )
        self._codes = Limits(CODES_AN_HOUR, ALL_CODES_AN_HOUR, seconds=3600.0, clock=clock)
        self._told = Told(clock)
        self._counted: OrderedDict[int, Wait | None] = OrderedDict()

    def keeps_waiting(self, told: Any) -> bool:  # noqa: ANN401 - JSON
        """Say of an update's JSON whether it is one more question, in private, of somebody who was told to wait."""
        try:
            message = told["message"]
            text, sender = message["text"], message["from"]["id"]
            plain = message["chat"]["type"] == "private" and not text.startswith("/")
            waits = plain and self._questions.is_closed(sender)
        except (KeyError, TypeError, AttributeError):  # something else: `check` sees what it is
            return False
        if not waits:
            return False
        self._metrics.turned_away.labels("too_fast").inc()
        return True

    async def admits(self, update: Update, bot: Bot) -> bool:
        """Say of an update that has just come whether it is to be worked on at all: not where its sender was told to wait.

        A message counts when it comes, not when its turn is: of a thousand at once most are too many from the start. Who is to be told
        so is told by `check`, in their turn.
        """
        message, chat = update.message or update.edited_message, update.effective_chat
        if message is None or filters.StatusUpdate.ALL.check_update(update):
            return True
        if chat and self._groups.is_barred(chat):
            return True
        if not (is_of_a_person(message) and is_to_bot(message, bot)):
            return True
        if not await self._access.admits(speaker_of(update)):
            return True
        wait = self._count(update, message)
        if wait and not wait.first:
            self._metrics.turned_away.labels("too_fast").inc()
            return False
        self._counted[update.update_id] = wait
        if len(self._counted) > REMEMBERED:  # of what /stop has dropped, `check` hears nothing
            self._counted.popitem(last=False)
        return True

    async def knows(self, update: Update) -> bool:
        """Say whether whoever is behind an update may talk to the bot."""
        return await self._access.admits(speaker_of(update))

    async def check(self, update: Update, context: Context) -> None:
        """Let `update` through, or raise `ApplicationHandlerStop`; from here on the chat's language is spoken."""
        bot, message = context.bot, update.message or update.edited_message
        chat = update.effective_chat
        if message and filters.StatusUpdate.ALL.check_update(update):
            return
        speak(await self._languages.of(chat.id) if chat else None)
        if update.my_chat_member:
            return
        if chat and self._groups.is_barred(chat):
            await self._groups.leave(update, bot, chat)
            raise ApplicationHandlerStop
        if message and not (is_of_a_person(message) and is_to_bot(message, bot)):
            raise ApplicationHandlerStop
        if not (message or update.callback_query or update.inline_query):
            raise ApplicationHandlerStop
        if not await self._access.admits(speaker_of(update)):
            self._metrics.turned_away.labels("unknown_reader").inc()
            await self._refuse(update, bot, message)
            raise ApplicationHandlerStop
        await self._hold_back(update, bot, message)

    async def _hold_back(self, update: Update, bot: Bot, message: Message | None) -> None:
        """Stop who asks or taps too fast; in inline mode what counts is the question, not each letter."""
        if update.inline_query:
            return
        number = update.update_id
        wait = self._counted.pop(number) if number in self._counted else self._count(update, message)
        if wait is None:
            return
        self._metrics.turned_away.labels("too_fast").inc()
        if wait.first:
            await _ask_to_wait(update, bot, message, wait)
        raise ApplicationHandlerStop

    def _count(self, update: Update, message: Message | None) -> Wait | None:
        """Count a message or a tap; return how long its sender has to wait, None where it may go on."""
        reader = speaker_of(update)
        if reader in self._settings.admins:
            return None
        cheap = message is None or is_stop(update)
        return (self._taps if cheap else self._questions).take(reader)

    async def _refuse(self, update: Update, bot: Bot, message: Message | None) -> None:
        """Say how to get in, once; or try the code that somebody sends."""
        texts, user_id = words(update).door, speaker_of(update)
        if message and message.chat.type == "private" and self._access.kind == "code":
            digest = digest_of((message.text or "").removeprefix("/start"))
            if digest:
                await self._try_code(update, bot, digest)
                return
        if update.callback_query:
            await acknowledge(update.callback_query, texts.short_refused)
        elif update.inline_query:
            await offer_nothing(update.inline_query, texts.short_refused)
        elif self._told.is_new(user_id):
            text = texts.by_list if self._access.kind == "list" else texts.by_code
            await say(update, bot, text.format(user_id=user_id))

    async def _try_code(self, update: Update, bot: Bot, digest: str) -> None:
        texts, user_id = words(update), speaker_of(update)
        wait = self._codes.take(user_id)
        if wait is None:
            entered = await self._access.enter(digest, user_id)
            answer = f"{texts.door.let_in}\n\n{texts.talk.greeting}" if entered else texts.door.wrong_code
            await say(update, bot, answer)
        elif wait.first:
            await say(update, bot, texts.door.too_many_codes.format(minutes=wait.minutes))


class Told:
    """Remembers who was told something of late, so that nobody is told it with every message."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._when: OrderedDict[int, float] = OrderedDict()

    def is_new(self, user_id: int) -> bool:
        """Say whether somebody was not told for a day, and remember that they are now."""
        now = self._clock()
        if now - self._when.get(user_id, float("-inf")) < TOLD_AGAIN:
            return False
        self._when[user_id] = now
        self._when.move_to_end(user_id)
        if len(self._when) > REMEMBERED:
            self._when.popitem(last=False)
        return True


async def _ask_to_wait(update: Update, bot: Bot, message: Message | None, wait: Wait) -> None:
    texts, language = words(update).door, language_of(update)
    if message:
        text = texts.too_many if wait.all_together else texts.too_fast
        await say(update, bot, text.format(seconds=wait.seconds))
    elif update.callback_query:
        await acknowledge(update.callback_query, counted(wait.seconds, texts.short_wait, language))
