"""Links that readers asked to have taken in, until somebody has decided on them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import sqlalchemy as sa

from bot.chats.answers import Conversation
from bot.chats.tables import requests

if TYPE_CHECKING:
    from retrieval.domain import Language

OF_ONE: Final = 5  # that may wait of one reader
OF_ALL: Final = 200
KEPT: Final = 14 * 86_400  # seconds that one waits for a decision


@dataclass(frozen=True, slots=True)
class Request:
    """A link that a reader asked for, where, and in which language to tell them what came of it."""

    request_id: int
    conversation: Conversation
    user_id: int
    url: str
    language: Language


def add(
    connection: sa.Connection, conversation: Conversation, url: str, *, user_id: int, language: Language
) -> Request | None:
    """Keep a request and return it, or the one this reader has for the link; None where too many wait."""
    waiting = every(connection)
    theirs = [one for one in waiting if one.user_id == user_id and one.conversation == conversation]
    for known in theirs:
        if known.url == url:
            return known
    if len(theirs) >= OF_ONE or len(waiting) >= OF_ALL:
        return None
    row = {
        "chat_id": conversation.chat_id,
        "thread_id": conversation.thread_id,
        "user_id": user_id,
        "url": url,
        "language": language,
        "made": int(time.time()),
    }
    number = connection.execute(requests.insert().values(row)).inserted_primary_key
    assert number is not None  # noqa: S101 - SQLAlchemy's type: an INSERT of one row has one
    return Request(number[0], conversation, user_id, url, language)


def get(connection: sa.Connection, request_id: int) -> Request | None:
    """Return a request that waits; None where it was decided."""
    row = connection.execute(sa.select(requests).where(requests.c.request_id == request_id)).first()
    return _from_row(row) if row else None


def every(connection: sa.Connection) -> list[Request]:
    """Return all that wait, oldest first."""
    return [*map(_from_row, connection.execute(sa.select(requests).order_by(requests.c.request_id)))]


def take(connection: sa.Connection, url: str) -> list[Request]:
    """Return all that wait for a link, which do so no more."""
    theirs = [one for one in every(connection) if one.url == url]
    connection.execute(requests.delete().where(requests.c.url == url))
    return theirs


def forget(connection: sa.Connection, chat_id: int) -> None:
    """Forget what was asked for in a chat."""
    connection.execute(requests.delete().where(requests.c.chat_id == chat_id))


def expire(connection: sa.Connection) -> None:
    """Forget what nobody has decided on in time."""
    connection.execute(requests.delete().where(requests.c.made < int(time.time()) - KEPT))


def _from_row(row: Any) -> Request:  # noqa: ANN401 - SQLAlchemy rows are typed by their query alone
    language: Language = "fr" if row.language == "fr" else "en"
    return Request(row.request_id, Conversation(row.chat_id, row.thread_id), row.user_id, row.url, language)
