"""Digests: which chats want one, at which hour, and up to which day they had it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa

from bot.chats.answers import Conversation
from bot.chats.tables import digests

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from retrieval.domain import Language

AS_IT_COMES: Final = -1  # the minute of a channel that has new articles as they come
REMEMBERED: Final = 300  # articles that were told; a digest has ten stories or so, and looks back two days


@dataclass(frozen=True, slots=True)
class Digest:
    """A chat's digest: where it goes, who asked for it, in which language, at which minute of the day (None: not any more).

    `day` is the last one that is done, `sent` when one was sent last (Unix seconds), `told` are the articles told of late, `channel` is the
    title of a channel it is posted in, None for a chat.
    """

    conversation: Conversation
    user_id: int
    language: Language
    minute: int | None
    day: date
    sent: int | None
    told: tuple[str, ...]
    channel: str | None = None


def get(connection: sa.Connection, chat_id: int) -> Digest | None:
    """Return a chat's digest; None where it never asked for one."""
    row = connection.execute(sa.select(digests).where(digests.c.chat_id == chat_id)).first()
    return _from_row(row) if row else None


def ask(
    connection: sa.Connection,
    conversation: Conversation,
    *,
    user_id: int,
    language: Language,
    minute: int,
    day: date,
    known: Iterable[str] = (),
    channel: str | None = None,
) -> None:
    """Send a chat its digest at a minute of the day from now on; `day` and those before are done, and it is not told of articles `known`."""
    before = get(connection, conversation.chat_id)
    row = {
        "chat_id": conversation.chat_id,
        "thread_id": conversation.thread_id,
        "user_id": user_id,
        "language": language,
        "minute": minute,
        "day": str(day),
        "sent": before.sent if before else None,
        "told": _packed(((*before.told, *known) if before else (*known,))[-REMEMBERED:]),
        "channel": channel,
    }
    connection.execute(digests.insert().prefix_with("OR REPLACE"), row)


def end(connection: sa.Connection, chat_id: int) -> bool:
    """Send a chat no digest any more; say whether it had one. When it last had one is kept: whoever asks again has no second one that day."""
    wanted = sa.and_(digests.c.chat_id == chat_id, digests.c.minute.is_not(None))
    return bool(connection.execute(digests.update().where(wanted).values(minute=None)).rowcount)


def wanted(connection: sa.Connection) -> list[Digest]:
    """Return the digests that chats want."""
    query = sa.select(digests).where(digests.c.minute.is_not(None)).order_by(digests.c.chat_id)
    return [*map(_from_row, connection.execute(query))]


def in_channels(connection: sa.Connection, user_id: int) -> list[Digest]:
    """Return what somebody has posted in channels."""
    return [one for one in wanted(connection) if one.user_id == user_id and one.channel is not None]


def takes(connection: sa.Connection, chat_id: int, midnight: int) -> int:
    """Return how many of a chat's messages of the day, which began at `midnight` (Unix time), its digest takes: one, sent or to come, or none."""
    theirs = get(connection, chat_id)
    return int(theirs is not None and (theirs.minute is not None or (theirs.sent or 0) >= midnight))


def done(connection: sa.Connection, chat_id: int, day: date) -> None:
    """Note that a chat's digest of a day is done."""
    connection.execute(digests.update().where(digests.c.chat_id == chat_id).values(day=str(day)))


def told(connection: sa.Connection, chat_id: int, moment: int, articles: Iterable[str]) -> None:
    """Note when a digest was sent (Unix seconds), and of which articles it told."""
    before = get(connection, chat_id)
    known = (*(before.told if before else ()), *articles)[-REMEMBERED:]
    values = {"sent": moment, "told": _packed(known)}
    connection.execute(digests.update().where(digests.c.chat_id == chat_id).values(values))


def forget(connection: sa.Connection, chat_id: int) -> None:
    """Forget a chat's digest."""
    connection.execute(digests.delete().where(digests.c.chat_id == chat_id))


def _packed(told: Collection[str]) -> str:
    return orjson.dumps([*told]).decode()


def _from_row(row: Any) -> Digest:  # noqa: ANN401 - SQLAlchemy rows are typed by their query alone
    return Digest(
        Conversation(row.chat_id, row.thread_id),
        row.user_id,
        "fr" if row.language == "fr" else "en",
        row.minute,
        date.fromisoformat(row.day),
        row.sent,
        tuple(orjson.loads(row.told)),
        row.channel,
    )
