"""Presses of the bot's buttons: each is looked up, answered at once, and then done.

Telegram shows a waiting sign on a button until its press is answered, so it is answered whatever happens.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler

from bot.answers.again import is_made_anew
from bot.answers.buttons import DATA, Action, Tap, under_answer
from bot.answers.passages import find
from bot.answers.sourcing import show_passage, show_rest
from bot.answers.views import view
from bot.chats import answers
from bot.menus.boards import acknowledge
from bot.running.redact import describe
from bot.send import Place, delete, edit, edit_keyboard
from bot.texts import TEXTS
from bot.updates import language_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

    import sqlalchemy as sa
    from telegram import CallbackQuery, InlineKeyboardMarkup, Update

    from bot.answers.again import Again
    from bot.answers.passages import Told
    from bot.chats.answers import Kept
    from bot.office import Office
    from bot.running.polling import AnyApplication
    from bot.texts import Texts
    from bot.updates import Context
    from retrieval.domain import Language

log = logging.getLogger(__name__)

# Which buttons stand under an answer, and which under what it rests on.
ON_ANSWERS: Final = frozenset[Action](("view", "more", "options", "alone", "again", "good", "bad"))
ON_PASSAGES: Final = frozenset[Action](("view", "page", "close"))


def add_taps(application: AnyApplication, office: Office, again: Again) -> None:
    """Let readers press the buttons of answers; what nobody else takes is answered that it is not here any more."""
    taps = Taps(office, again)
    application.add_handler(CallbackQueryHandler(taps.press, pattern=DATA))
    application.add_handler(CallbackQueryHandler(taps.unknown))


class Waiting:
    """The waiting sign on a button that was pressed: it ends once, by `end`, or else when the block is left."""

    def __init__(self, query: CallbackQuery, texts: Texts) -> None:
        self._query = query
        self._texts = texts
        self._ending: asyncio.Task[None] | None = None

    def end(self, text: str | None = None) -> None:
        """Take the sign away, and show `text` for a moment."""
        self._ending = self._ending or asyncio.create_task(acknowledge(self._query, text, alert=False))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end(self._texts.talk.failed if error else None)
        if self._ending:
            await self._ending


@dataclass(frozen=True, slots=True)
class Press:
    """A press that was looked up: in which message, what of which answer, and in whose language."""

    context: Context
    user_id: int
    tap: Tap
    waiting: Waiting
    place: Place
    message_id: int
    private: bool
    kept: Kept
    language: Language


class Taps:
    """Does what buttons say: one method an action, called once it is known that the message shows the answer."""

    def __init__(self, office: Office, again: Again) -> None:
        self._office = office
        self._again = again

    async def press(self, update: Update, context: Context) -> None:
        """Do what a button of an answer says."""
        query = update.callback_query
        if query is None:
            return
        async with Waiting(query, TEXTS[language_of(update)]) as waiting:
            press = await self._look_up(update, context, query, waiting)
            if press is None:
                return
            actions = {
                "view": self._view,
                "page": self._page,
                "close": self._close,
                "more": self._more,
                "options": self._options,
                "alone": self._alone,
                "again": self._other_language,
                "good": self._vote,
                "bad": self._vote,
            }
            await actions[press.tap.action](press)

    async def unknown(self, update: Update, context: Context) -> None:
        """Answer a press of what is no button of ours, or none any more."""
        if update.callback_query:
            texts = TEXTS[language_of(update)]
            async with Waiting(update.callback_query, texts) as waiting:
                waiting.end(texts.answer.gone)

    async def _look_up(
        self, update: Update, context: Context, query: CallbackQuery, waiting: Waiting
    ) -> Press | None:
        """Return the press; None, and say so, where the message does not show the answer that the button names."""
        tap, message, language = Tap.read(query.data), query.message, language_of(update)
        if tap and message:
            chat_id, message_id = message.chat.id, message.message_id

            def look_up(connection: sa.Connection) -> Kept | None:
                # a passage that is closed is deleted: whoever forges data must not delete an answer with it
                passage = answers.is_passage(connection, chat_id, message_id)
                fits = tap.action in (ON_PASSAGES if passage else ON_ANSWERS)
                return answers.in_message(connection, chat_id, message_id) if fits else None

            kept = await self._office.store.run(look_up)
            if kept and kept.answer_id == tap.answer_id:
                private = message.chat.type == "private"
                place = Place(chat_id, kept.conversation.thread_id or None, message_id)
                return Press(
                    context, query.from_user.id, tap, waiting, place, message_id, private, kept, language
                )
        waiting.end(TEXTS[language].answer.gone)
        return None

    async def _view(self, press: Press) -> None:
        """Show the passage of a citation in its article, or the beginning of an article nearby."""
        told = await self._told(press)
        if told:
            await show_passage(
                self._office,
                press.context.bot,
                press.place,
                press.kept,
                told,
                of=press.tap.of,
                language=press.language,
            )

    async def _page(self, press: Press) -> None:
        """Turn to another page of the article that a message shows."""
        told = await self._told(press)
        if told is None:
            return
        page = await asyncio.to_thread(
            view, told, press.kept.answer_id, press.tap.of, press.tap.page, press.language
        )
        with _logged(press):
            await edit(press.context.bot, press.place.chat_id, press.message_id, page.message, page.keyboard)

    async def _told(self, press: Press) -> Told | None:
        """Return the text that a button leads to, and end the waiting; None, and say so, where it is gone."""
        told = await asyncio.to_thread(find, self._office.library, press.kept.answer, press.tap.of)
        press.waiting.end(None if told else TEXTS[press.language].answer.nearby_gone)
        return told

    async def _close(self, press: Press) -> None:
        """Take a passage away."""
        press.waiting.end()
        if await delete(press.context.bot, press.place.chat_id, [press.message_id]):
            await self._office.store.run(
                lambda connection: answers.unshow(connection, press.place.chat_id, press.message_id)
            )
        else:
            await _put_keyboard(press, None)

    async def _more(self, press: Press) -> None:
        """Show what an answer left out."""
        press.waiting.end()
        await show_rest(self._office, press.context.bot, press.place, press.kept, private=press.private)

    async def _options(self, press: Press) -> None:
        """Show the buttons behind the last one."""
        press.waiting.end()
        votes = await self._office.store.run(lambda c: answers.tally(c, press.kept.answer_id))
        await _open(press, votes)

    async def _alone(self, press: Press) -> None:
        """Ask the answer's question again without what was said before it."""
        if press.kept.answer.understood is None:
            return
        press.waiting.end(TEXTS[press.language].answer.asking_alone)
        asking = self._again.alone(
            press.context.bot,
            press.place,
            press.kept.answer_id,
            language=press.language,
            private=press.private,
        )
        press.context.application.create_task(asking)

    async def _other_language(self, press: Press) -> None:
        """Show the answer in the other language."""
        wanted = press.tap.language
        if wanted is None or wanted == press.kept.answer.language:
            return
        waits = is_made_anew(press.kept.answer)
        press.waiting.end(TEXTS[wanted].answer.asking_again if waits else None)
        asking = self._again.in_language(
            press.context.bot,
            press.place,
            press.kept.answer_id,
            wanted,
            language=press.language,
            private=press.private,
        )
        # other presses, on this message too, must not wait until it is answered
        press.context.application.create_task(asking)

    async def _vote(self, press: Press) -> None:
        """Keep what a reader thinks of an answer, mark the button, and thank."""
        answer_id, good = press.kept.answer_id, press.tap.action == "good"

        def vote(connection: sa.Connection) -> tuple[tuple[int, int], tuple[int, int]]:
            before = answers.tally(connection, answer_id)
            answers.vote(connection, answer_id, press.user_id, good=good)
            return before, answers.tally(connection, answer_id)

        before, votes = await self._office.store.run(vote)
        texts = TEXTS[press.language].answer
        press.waiting.end(texts.thanks_good if good else texts.thanks_bad)
        if votes != before:
            await _open(press, votes)


async def _open(press: Press, votes: tuple[int, int]) -> None:
    """Put all buttons under the answer that was pressed."""
    answer, answer_id = press.kept.answer, press.kept.answer_id
    await _put_keyboard(
        press, under_answer(answer, answer_id, votes=votes, private=press.private, opened=True)
    )


async def _put_keyboard(press: Press, keyboard: InlineKeyboardMarkup | None) -> None:
    """Put other buttons under the message that was pressed."""
    with _logged(press):
        await edit_keyboard(press.context.bot, press.place.chat_id, press.message_id, keyboard)


@contextmanager
def _logged(press: Press) -> Iterator[None]:
    """Log what Telegram does not do: the press is answered already, and the message stays as it was."""
    try:
        yield
    except TelegramError as error:
        log.info("A message of chat %s was not edited: %s", press.place.chat_id, describe(error))
