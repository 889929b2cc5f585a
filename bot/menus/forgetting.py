"""/forget, and what is forgotten by itself: answers, votes, choices, subscriptions, and what the inbox still holds of a chat."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from bot.answers.asking import say
from bot.answers.render import plain_message
from bot.chats import answers, corrections, members, notices, requests
from bot.chats.forgetting import forget
from bot.groups import may_administer
from bot.menus.boards import acknowledge, change, keyboard, put_up
from bot.menus.owning import deciding_tap, owner_of
from bot.updates import message_of, words

if TYPE_CHECKING:
    import sqlalchemy as sa
    from telegram import Update

    from bot.menus.languages import Languages
    from bot.office import Office
    from bot.updates import Context

DAY: Final = 86_400  # seconds

FORGET_TAP: Final = r"^forget:(\d{1,19}):(yes|no)$"


class Forgetting:
    """Erases what is kept of a chat, once somebody who may has said so twice."""

    def __init__(self, office: Office, languages: Languages) -> None:
        self._office = office
        self._languages = languages

    async def ask(self, update: Update, context: Context) -> None:
        """Ask whether to erase, by buttons that only the one who asked can use."""
        texts, bot = words(update), context.bot
        if not await may_administer(update, bot, self._office.settings):
            await say(update, bot, texts.groups.administrators_only)
            return
        private = message_of(update).chat.type == "private"
        question = texts.choosing.forget if private else texts.choosing.forget_group
        mark = f"forget:{owner_of(update)}"
        buttons = [
            [(texts.choosing.forget_button, f"{mark}:yes"), (texts.choosing.keep_button, f"{mark}:no")]
        ]
        await put_up(update, bot, plain_message(question), keyboard(buttons))

    async def tap(self, update: Update, context: Context) -> None:
        """Erase or not, as the button says."""
        query = await deciding_tap(update, context, self._office.settings)
        if query is None or query.message is None or context.match is None:
            return
        texts = words(update)
        await acknowledge(query)
        if context.match[2] == "no":
            await change(update, context.bot, plain_message(texts.choosing.nothing_forgotten))
            return
        chat_id = query.message.chat.id
        await self._office.store.run(lambda connection: forget(connection, chat_id, until=update.update_id))
        await self._office.store.scrub()
        self._languages.look_again()
        context.application.drop_chat_data(chat_id)
        await change(update, context.bot, plain_message(texts.choosing.forgotten))


async def expire(office: Office) -> None:
    """Forget answers and notices older than the settings keep them, corrections that could not be told, and codes and requests that nobody used or decided on in time."""
    now = int(time.time())
    oldest = now - office.settings.keep_days * DAY

    def work(connection: sa.Connection) -> None:
        answers.forget_before(connection, oldest)
        notices.expire(connection, oldest)
        corrections.expire(connection)
        members.forget_expired(connection, now)
        requests.expire(connection)

    await office.store.run(work)
    await office.store.scrub()
