"""/subscribe and /unsubscribe, the button that makes a subscription of a question, and those that end one."""

from __future__ import annotations

import asyncio
import logging
import re
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Message
from telegram.error import TelegramError
from telegram.ext import CallbackQueryHandler, CommandHandler, filters

from bot.answers.asking import say
from bot.answers.buttons import FOLLOW
from bot.answers.render import plain_message
from bot.chats import answers, choices, notices, subscriptions
from bot.groups import may_administer
from bot.markup import clean, one_line
from bot.menus.boards import acknowledge
from bot.news.rhythm import Rhythm, rhythm
from bot.running.redact import describe
from bot.send import edit, edit_keyboard, place_of, send_one
from bot.texts import TEXTS, number, time_of_day
from bot.updates import arguments, conversation_of, language_of, message_of, speaker_of, words
from retrieval.language import detect

if TYPE_CHECKING:
    import sqlalchemy as sa
    from telegram import Bot, MaybeInaccessibleMessage, Update

    from bot.chats.subscriptions import Subscription
    from bot.office import Office
    from bot.running.polling import AnyApplication
    from bot.updates import Context
    from retrieval.domain import Language

log = logging.getLogger(__name__)

TEXT_LIMIT: Final = 200  # characters; what is longer is no topic
ECHO_LIMIT: Final = 120  # UTF-16 units of a reader's words where they are told what became of them
BUTTON_LIMIT: Final = 50  # UTF-16 units of a subscription on its button

_FOLLOWS: Final = re.compile(rf"{FOLLOW}(\d{{1,18}})")
_ENDS: Final = re.compile(r"unfollow:(\d{1,18})(:listed)?")


def add_subscribing(application: AnyApplication, office: Office) -> None:
    """Say which updates are about subscriptions."""
    subscribing = Subscribing(office)
    new = filters.UpdateType.MESSAGE
    application.add_handlers(
        [
            CommandHandler("subscribe", subscribing.subscribe, filters=new),
            CommandHandler("unsubscribe", subscribing.unsubscribe, filters=new),
            CallbackQueryHandler(subscribing.follow, pattern=_FOLLOWS),
            CallbackQueryHandler(subscribing.tapped, pattern=_ENDS),
        ]
    )


def end_button(subscription: Subscription, text: str, *, listed: bool = False) -> InlineKeyboardButton:
    """Return the button that ends a subscription; a tap on one that stands in a list makes the list anew."""
    data = f"unfollow:{subscription.subscription_id}" + (":listed" if listed else "")
    return InlineKeyboardButton(text, callback_data=data)


class Subscribing:
    """Makes, lists and ends the subscriptions of the chats."""

    def __init__(self, office: Office) -> None:
        self._office = office

    async def subscribe(self, update: Update, context: Context) -> None:
        """Keep what follows the command as a subscription; without words, list those of the chat."""
        message, texts = message_of(update), words(update).notices
        text = _words_of(message)
        if not text:
            await self._list(update, context.bot)
        elif not any(map(str.isalnum, text)):
            await say(update, context.bot, texts.wordless)
        else:
            await self._add(update, context.bot, text)

    async def follow(self, update: Update, context: Context) -> None:
        """Keep the question of the answer that was pressed as a subscription."""
        query, language = update.callback_query, language_of(update)
        found = _FOLLOWS.fullmatch(query.data or "") if query else None
        if not query or not found:
            return
        kept, message = None, query.message
        if isinstance(message, Message):  # not too old to be seen
            shown = message.chat_id, message.message_id
            kept = await self._office.store.run(lambda c: answers.in_message(c, *shown))
        if kept is None or kept.answer_id != int(found[1]):
            await acknowledge(query, TEXTS[language].answer.gone)
        else:
            await acknowledge(query)
            await self._add(update, context.bot, " ".join(clean(kept.answer.question).split()))

    async def unsubscribe(self, update: Update, context: Context) -> None:
        """End the subscription that follows the command, as it was put; else list those of the chat."""
        message = message_of(update)
        text = _words_of(message)
        theirs = await self._of(message.chat_id)
        meant = [known for known in theirs if known.text.casefold() == text.casefold()]
        if not meant:
            unknown = words(update).notices.unknown.format(text=one_line(text, ECHO_LIMIT))
            await self._list(update, context.bot, unknown if text else "")
        elif not await self._may_end(meant[0], update, context.bot):
            await say(update, context.bot, words(update).notices.not_yours)
        else:
            await self._end(meant[0])
            await say(update, context.bot, words(update).notices.ended.format(text=meant[0].text))

    async def tapped(self, update: Update, context: Context) -> None:
        """End the subscription of a button, and take the button away."""
        query, texts = update.callback_query, words(update).notices
        found = _ENDS.fullmatch(query.data or "") if query else None
        if not query or not query.message or not found:
            return
        chat = query.message.chat
        subscription = await self._office.store.run(lambda c: subscriptions.get(c, int(found[1])))
        if not subscription or subscription.conversation.chat_id != chat.id:
            await acknowledge(query, texts.gone)
        elif not await self._may_end(subscription, update, context.bot):
            await acknowledge(query, texts.not_yours)
            return
        else:
            await self._end(subscription)
            await acknowledge(query, texts.ended.format(text=one_line(subscription.text, ECHO_LIMIT)))
        try:
            await self._without_button(
                query.message, context.bot, found[0], listed=bool(found[2]), language=language_of(update)
            )
        except TelegramError as error:  # too old to be changed
            log.info("A button of chat %s stays: %s", chat.id, describe(error))

    async def _add(self, update: Update, bot: Bot, text: str) -> None:
        message, own = message_of(update), language_of(update)
        if len(text) > TEXT_LIMIT:
            length, limit = (number(count, own) for count in (len(text), TEXT_LIMIT))
            await say(update, bot, TEXTS[own].notices.too_long.format(length=length, limit=limit))
            return
        conversation = conversation_of(message)
        # on a thread: what holds no word of either language's grammar takes a library that loads for 0.7 s
        language = await asyncio.to_thread(detect, text, own)
        since = await self._office.store.run(notices.looked_from)
        there = await asyncio.to_thread(self._arrived, since)

        def keep(connection: sa.Connection) -> tuple[Subscription | None, bool, Rhythm]:
            before = subscriptions.of_chat(connection, conversation.chat_id)
            made = subscriptions.add(
                connection, conversation, text, user_id=speaker_of(update), language=language
            )
            if made and made not in before:
                notices.leave_out(connection, made, there)
            chosen = choices.get(connection, conversation.chat_id)
            return made, made in before, rhythm(chosen, self._office.settings)

        made, known, when = await self._office.store.run(keep)
        texts = TEXTS[own].notices
        if made is None:
            await self._list(update, bot, texts.full.format(limit=subscriptions.IN_A_CHAT))
            return
        said = texts.already if known else texts.subscribed
        lines = [said.format(text=made.text), _rhythm_line(when, own)]
        keyboard = InlineKeyboardMarkup([[end_button(made, texts.end)]])
        await send_one(bot, place_of(message), plain_message("\n\n".join(lines)), keyboard)

    async def _list(self, update: Update, bot: Bot, above: str = "") -> None:
        message, language = message_of(update), language_of(update)
        text, keyboard = await self._listed(message.chat_id, language)
        text = "\n\n".join(filter(None, (above, text)))
        await send_one(bot, place_of(message), plain_message(text), keyboard)

    async def _listed(self, chat_id: int, language: Language) -> tuple[str, InlineKeyboardMarkup | None]:
        """Return what lists a chat's subscriptions, a button each."""
        texts, theirs = TEXTS[language].notices, await self._of(chat_id)
        if not theirs:
            return texts.none, None
        rows = [[end_button(one, f"✕ {one_line(one.text, BUTTON_LIMIT)}", listed=True)] for one in theirs]
        return texts.listed, InlineKeyboardMarkup(rows)

    async def _without_button(
        self, message: MaybeInaccessibleMessage, bot: Bot, data: str, *, listed: bool, language: Language
    ) -> None:
        """Make the list anew, or take the button that carries `data` from its message and leave the others.

        Of a message that Telegram no longer shows us the others are not known; a message that is no list has none.
        """
        chat_id, message_id = message.chat.id, message.message_id
        if listed:
            text, keyboard = await self._listed(chat_id, language)
            await edit(bot, chat_id, message_id, plain_message(text), keyboard)
        else:
            left = _other_buttons(message.reply_markup, data) if isinstance(message, Message) else None
            await edit_keyboard(bot, chat_id, message_id, left)

    def _arrived(self, second: int) -> dict[str, int]:
        """Return the articles of that second (Unix time) or later that are there now."""
        if not self._office.library.exists:
            return {}
        with self._office.library.snapshot() as snapshot:
            return snapshot.arrived_since(second)

    async def _of(self, chat_id: int) -> list[Subscription]:
        return await self._office.store.run(lambda c: subscriptions.of_chat(c, chat_id))

    async def _end(self, subscription: Subscription) -> None:
        await self._office.store.run(lambda c: subscriptions.end(c, subscription.subscription_id))

    async def _may_end(self, subscription: Subscription, update: Update, bot: Bot) -> bool:
        """Say whether who is behind `update` may end a subscription: in a group who asked for it, its administrators, the bot's admins.

        Administrators may ask anonymously, but tap under their own number.
        """
        if speaker_of(update) == subscription.user_id:
            return True
        return await may_administer(update, bot, self._office.settings)


def _words_of(message: Message) -> str:
    """Return what follows the command, on one line, without what nobody sees and a screen obeys: others may read it too."""
    return " ".join(clean(arguments(message)).split())


def _rhythm_line(when: Rhythm, language: Language) -> str:
    texts = TEXTS[language].notices
    if not when.a_day:
        return texts.muted
    line = texts.rhythm_one if when.a_day == 1 else texts.rhythm.format(count=when.a_day)
    if when.quiet_from != when.quiet_to:
        start, end = (
            time_of_day(*divmod(minute, 60), language) for minute in (when.quiet_from, when.quiet_to)
        )
        line += ", " + texts.quiet.format(start=start, end=end)
    return f"{line}."


def _other_buttons(keyboard: InlineKeyboardMarkup | None, data: str) -> InlineKeyboardMarkup | None:
    """Return buttons without the one that carries `data`."""
    rows = [
        [b for b in row if b.callback_data != data] for row in (keyboard.inline_keyboard if keyboard else ())
    ]
    kept = [row for row in rows if row]
    return InlineKeyboardMarkup(kept) if kept else None
