"""`/source`: the sources of the last answer, or with a number one of its passages; in reply to an answer, of that one."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, Final

from telegram.ext import CommandHandler, filters

from bot.answers.asking import say
from bot.answers.buttons import under_passages, under_sources
from bot.answers.passages import find
from bot.answers.render import cited_after, rest, sources
from bot.answers.views import view
from bot.chats import answers
from bot.send import deliver, place_of
from bot.texts import TEXTS, number
from bot.updates import arguments, conversation_of, language_of, message_of

if TYPE_CHECKING:
    import sqlalchemy as sa
    from telegram import Bot, Update

    from bot.answers.passages import Told
    from bot.chats.answers import Kept
    from bot.office import Office
    from bot.running.polling import AnyApplication
    from bot.send import Place
    from bot.updates import Context
    from retrieval.domain import Language

_NUMBER: Final = re.compile(r"\[?0*(\d{1,3})\]?", re.ASCII)  # as it is typed, or copied from an answer


def add_source(application: AnyApplication, office: Office) -> None:
    """Let readers ask for sources."""

    async def source(update: Update, context: Context) -> None:
        await show_source(office, update, context.bot, arguments(message_of(update)))

    application.add_handler(CommandHandler("source", source, filters=filters.UpdateType.MESSAGE))


async def show_source(office: Office, update: Update, bot: Bot, which: str) -> None:
    """Show the sources of an answer, or the passage that it cites under the number that `which` begins with."""
    message = message_of(update)
    conversation = conversation_of(message)

    def look_up(connection: sa.Connection) -> Kept | None:
        replied = message.reply_to_message
        return (
            answers.meant_by(connection, conversation.chat_id, replied.message_id) if replied else None
        ) or answers.last(connection, conversation)

    kept, language = await office.store.run(look_up), language_of(update)
    texts = TEXTS[language].answer
    if kept is None:
        await say(update, bot, texts.no_answer_yet)
    elif not kept.answer.citations:
        await say(update, bot, texts.no_sources)
    elif not which:
        await show_sources(office, bot, place_of(message), kept, language)
    else:
        typed = _NUMBER.fullmatch(which.split(maxsplit=1)[0])
        of = f"c{int(typed[1])}" if typed else ""
        told = await asyncio.to_thread(find, office.library, kept.answer, of)
        if told:
            await show_passage(office, bot, place_of(message), kept, told, of=of, language=language)
        else:
            count = len(kept.answer.citations)
            several = texts.no_such_source.format(count=number(count, language))
            await say(update, bot, texts.only_source if count == 1 else several)


async def show_sources(office: Office, bot: Bot, place: Place, kept: Kept, language: Language) -> None:
    """Send the list of an answer's sources."""
    sent = await deliver(
        bot, place, sources(kept.answer, language), under_sources(kept.answer, kept.answer_id)
    )
    await _note(office, kept, place, sent)


async def show_rest(office: Office, bot: Bot, place: Place, kept: Kept, *, private: bool) -> None:
    """Send what an answer left out."""
    after = cited_after(kept.answer, short=not private)
    messages = rest(kept.answer, short=not private)
    sent = await deliver(bot, place, messages, under_passages(after, kept.answer_id))
    await _note(office, kept, place, sent)


async def show_passage(
    office: Office, bot: Bot, place: Place, kept: Kept, told: Told, *, of: str, language: Language
) -> None:
    """Send the page with the quotation of what "c3" or "n1" of an answer leads to."""
    shown = await asyncio.to_thread(view, told, kept.answer_id, of, None, language)
    await _note(office, kept, place, await deliver(bot, place, [shown.message], shown.keyboard))


async def _note(office: Office, kept: Kept, place: Place, sent: list[int]) -> None:
    """Note that messages show what an answer rests on: their buttons, and replies to them, are that answer's."""
    await office.store.run(
        lambda connection: answers.show(connection, kept.answer_id, place.chat_id, sent, passage=True)
    )
