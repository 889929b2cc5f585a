"""Everything that is kept of a chat, erased at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.chats import answers, choices
from bot.chats.tables import inbox, subscriptions

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Where an update's JSON names its chat
CHAT_PATHS: Final = (
    "$.message.chat.id",
    "$.edited_message.chat.id",
    "$.callback_query.message.chat.id",
    "$.my_chat_member.chat.id",
)


def forget(connection: Connection, chat_id: int, *, until: int) -> None:
    """Erase a chat's answers, votes, choices, subscriptions and notices, and the words of its updates before number `until`."""
    answers.forget(connection, chat_id)
    choices.forget(connection, chat_id)
    connection.execute(subscriptions.delete().where(subscriptions.c.chat_id == chat_id))
    words = inbox.c.update
    of_chat = sa.or_(*(sa.func.json_extract(words, path) == chat_id for path in CHAT_PATHS))
    connection.execute(
        inbox.update().where(inbox.c.update_id < until, words.is_not(None), of_chat).values(update=None)
    )
