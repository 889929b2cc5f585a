"""Updates between their arrival and their answer: what was under way when the bot was killed is there after the start.

Telegram forgets an update once the next request confirms it, so it is written down before that, and one that comes twice, as
webhooks may deliver, is known by its number.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.chats.tables import inbox

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

REMEMBERED: Final = 2 * 86_400  # seconds; Telegram itself keeps an update for one day

# The statements on the way of every update, put together once; lists go in as JSON, so that they stay the same however long those are.
_LISTED: Final = sa.func.json_each(sa.bindparam("listed")).table_valued("value").c.value
_KNOWN: Final = sa.select(inbox.c.update_id).where(inbox.c.update_id.in_(sa.select(_LISTED)))
_INSERT: Final = inbox.insert()
_DONE: Final = inbox.update().where(inbox.c.update_id.in_(sa.select(_LISTED))).values(update=None)


@dataclass(frozen=True, slots=True)
class Left:
    """An update that was under way: when it came (Unix seconds), how often it was begun anew, its JSON."""

    update_id: int
    came: int
    tries: int
    update: str
    answered: bool = False

    def with_answer(self) -> Left:
        """Return it as one whose answer was given."""
        return replace(self, answered=True)


def put(connection: sa.Connection, updates: Mapping[int, str]) -> set[int]:
    """Write down updates, as JSON by number, "" for one whose words are not needed; return the numbers of those that are new."""
    if not updates:
        return set()
    known = connection.execute(_KNOWN, {"listed": json.dumps([*updates])}).scalars()
    new = {*updates} - {*known}
    now = int(time.time())
    rows = [
        {"update_id": number, "came": now, "tries": 0, "update": updates[number] or None}
        for number in sorted(new)
    ]
    if rows:
        connection.execute(_INSERT, rows)
    return new


def done(connection: sa.Connection, update_ids: Iterable[int]) -> None:
    """Forget the words of updates, and keep their numbers."""
    connection.execute(_DONE, {"listed": json.dumps([*update_ids])})


def left(connection: sa.Connection) -> list[Left]:
    """Return what was under way, oldest first. Each counts as begun once more."""
    under_way = inbox.c.update.is_not(None)
    query = sa.select(inbox.c.update_id, inbox.c.came, inbox.c.tries, inbox.c.update).where(under_way)
    rows = [
        Left(row.update_id, row.came, row.tries, row.update)
        for row in connection.execute(query.order_by(inbox.c.update_id))
    ]
    connection.execute(inbox.update().where(under_way).values(tries=inbox.c.tries + 1))
    return rows


def waiting(connection: sa.Connection) -> int:
    """Return how many updates are under way."""
    query = sa.select(sa.func.count()).select_from(inbox).where(inbox.c.update.is_not(None))
    return int(connection.execute(query).scalar_one())


def forget_old(connection: sa.Connection) -> None:
    """Forget the numbers of updates that Telegram will not give again."""
    old = inbox.c.came < int(time.time()) - REMEMBERED
    connection.execute(inbox.delete().where(old, inbox.c.update.is_(None)))
