"""What a chat has chosen: its language, how many notices a day, when it wants quiet, and whether it is told of corrections."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from bot.chats.tables import choices
from retrieval.domain import LANGUAGES, Language

if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, slots=True)
class Choices:
    """A chat's choices; None is the bot's own default. Quiet hours are minutes after midnight."""

    language: Language | None = None
    notices_a_day: int | None = None
    quiet_from: int | None = None
    quiet_to: int | None = None
    corrections: bool | None = None


# looked up for every question, and so put together once
_OF_CHAT: Final = sa.select(choices).where(choices.c.chat_id == sa.bindparam("chat_id"))


def get(connection: sa.Connection, chat_id: int) -> Choices:
    """Return what a chat has chosen."""
    row = connection.execute(_OF_CHAT, {"chat_id": chat_id}).first()
    return Choices() if row is None else from_row(row)


def from_row(row: Any) -> Choices:  # noqa: ANN401 - SQLAlchemy rows are typed by their query alone
    """Return the choices of a row of their table."""
    language = next((known for known in LANGUAGES if known == row.language), None)
    return Choices(language, row.notices_a_day, row.quiet_from, row.quiet_to, row.corrections)


def languages(connection: sa.Connection) -> dict[int, Language]:
    """Return the language of every chat that has chosen one."""
    rows = connection.execute(
        sa.select(choices.c.chat_id, choices.c.language).where(choices.c.language.in_(LANGUAGES))
    )
    return {row.chat_id: row.language for row in rows}


def choose(connection: sa.Connection, chat_id: int, **chosen: Any) -> None:  # noqa: ANN401 - a column each
    """Keep what a chat chooses, a keyword a field of `Choices`; the others stay as they are."""
    changed = connection.execute(choices.update().where(choices.c.chat_id == chat_id).values(**chosen))
    if not changed.rowcount:
        connection.execute(choices.insert().values(chat_id=chat_id, **chosen))


def forget(connection: sa.Connection, chat_id: int) -> None:
    """Forget what a chat has chosen."""
    connection.execute(choices.delete().where(choices.c.chat_id == chat_id))
