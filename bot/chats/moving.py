"""A group that becomes a supergroup goes on under another number, and what is kept of it with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chats.tables import answers, choices, messages, subscriptions

if TYPE_CHECKING:
    import sqlalchemy as sa


def move(connection: sa.Connection, old: int, new: int) -> None:
    """Keep a chat's answers, choices and subscriptions under its new number; its messages were all numbered anew."""
    connection.execute(messages.delete().where(messages.c.chat_id == old))
    connection.execute(
        choices.update().prefix_with("OR REPLACE").where(choices.c.chat_id == old).values(chat_id=new)
    )
    for table in (answers, subscriptions):
        connection.execute(table.update().where(table.c.chat_id == old).values(chat_id=new))
