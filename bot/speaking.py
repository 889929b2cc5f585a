"""In which language the bot's own words are: the chat's choice, or else that of the reader's Telegram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chats import choices
from bot.updates import language_of

if TYPE_CHECKING:
    import sqlalchemy as sa
    from telegram import Update

    from bot.office import Office
    from retrieval.domain import Language


async def language_here(office: Office, update: Update) -> Language:
    """Return the language to speak to whoever sent `update`, in the chat it came from."""
    chat = update.effective_chat
    own = await office.store.run(lambda connection: chosen(connection, chat.id)) if chat else None
    return own or language_of(update)


def chosen(connection: sa.Connection, chat_id: int) -> Language | None:
    """Return the language a chat has chosen, None where it has chosen none."""
    return choices.get(connection, chat_id).language
