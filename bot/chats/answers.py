"""Answers as readers got them: what a follow-up is understood from, what a button points at, and what was thought of them."""

from __future__ import annotations

import time
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson
import sqlalchemy as sa

from bot.chats.tables import answers, corrections, messages, votes
from retrieval.domain import Answer, Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

TURNS: Final = 4  # as many as a follow-up is understood from
GOES_ON: Final = 6 * 3600  # seconds after which a question is no follow-up, unless it replies to an answer
CUT_OFF: Final = (
    3600  # seconds after which a place is no answer's any more; none takes longer than ten minutes
)

GIVEN: Final = answers.c.turn != ""  # not only a place for an answer under way

# The statements on the way of every question, put together once: that takes four times as long as SQLite does to answer.
_INSERT: Final = answers.insert()
_FILL: Final = (
    answers.update()
    .where(answers.c.answer_id == sa.bindparam("place"), ~GIVEN)
    .values(asked=sa.bindparam("asked"), turn=sa.bindparam("turn"), answer=sa.bindparam("answer"))
    .returning(answers.c.chat_id)
)
_SHOW: Final = messages.insert().prefix_with("OR REPLACE")
_TURNS: Final = (
    sa.select(answers.c.turn)
    .where(
        answers.c.chat_id == sa.bindparam("chat_id"),
        answers.c.thread_id == sa.bindparam("thread_id"),
        GIVEN,
        answers.c.answer_id <= sa.bindparam("until"),
        answers.c.asked > sa.bindparam("since"),
    )
    .order_by(answers.c.answer_id.desc())
    .limit(TURNS)
)
_NEWEST: Final = 2**63 - 1  # no answer's number is larger


@dataclass(frozen=True, slots=True)
class Conversation:
    """Where one is held: a chat, and its topic where the chat has topics (0: none)."""

    chat_id: int
    thread_id: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given: to whom, where, to which message, and when (Unix seconds)."""

    answer_id: int
    conversation: Conversation
    user_id: int
    question_message: int
    asked: int
    answer: Answer


def reserve(
    connection: sa.Connection, conversation: Conversation, *, user_id: int, question_message: int
) -> int:
    """Keep a place for an answer to come and return its id: its buttons name it before there are messages to keep it with.

    The place is forgotten and moves with the chat, so an answer that was under way then is not kept, or is kept where the chat is now.
    """
    return _insert(connection, conversation, user_id, question_message, {"turn": "", "answer": b""})


def fill(connection: sa.Connection, answer_id: int, answer: Answer, shown: Iterable[int]) -> bool:
    """Keep an answer in the place that `reserve` kept for it, with the messages that show it; say whether the place was still there."""
    row = {"place": answer_id, "asked": int(time.time()), **_packed(answer)}
    chat_id = connection.execute(_FILL, row).scalar()
    if chat_id is None:
        return False
    _show(connection, answer_id, chat_id, shown, passage=False)
    return True


def release(connection: sa.Connection, answer_id: int) -> None:
    """Give up the place of an answer that did not come."""
    connection.execute(answers.delete().where(answers.c.answer_id == answer_id, ~GIVEN))


def put(
    connection: sa.Connection,
    conversation: Conversation,
    answer: Answer,
    *,
    user_id: int,
    question_message: int,
    shown: Iterable[int],
) -> int:
    """Keep an answer, who asked for it by which message, and the numbers of the messages that show it; return its id."""
    answer_id = _insert(connection, conversation, user_id, question_message, _packed(answer))
    _show(connection, answer_id, conversation.chat_id, shown, passage=False)
    return answer_id


def replace(
    connection: sa.Connection, answer_id: int, chat_id: int, answer: Answer, shown: Iterable[int]
) -> None:
    """Put another answer in the place of one that was given: its question was edited, or asked in the other language.

    Its messages are now those in `shown`, its passages are closed, and what was thought of the first is forgotten, and how it was
    corrected. Nothing is kept where the first was forgotten meanwhile.
    """
    connection.execute(answers.update().where(answers.c.answer_id == answer_id).values(**_packed(answer)))
    for table in (votes, corrections):
        connection.execute(table.delete().where(table.c.answer_id == answer_id))
    connection.execute(messages.delete().where(messages.c.answer_id == answer_id))
    show(connection, answer_id, chat_id, shown)


def show(
    connection: sa.Connection,
    answer_id: int,
    chat_id: int,
    message_ids: Iterable[int],
    *,
    passage: bool = False,
) -> None:
    """Note that messages show an answer, or with `passage` what it rests on; not where it was forgotten meanwhile."""
    if _is_there(connection, answer_id):
        _show(connection, answer_id, chat_id, message_ids, passage=passage)


def unshow(connection: sa.Connection, chat_id: int, message_id: int) -> None:
    """Note that a message is gone."""
    connection.execute(
        messages.delete().where(messages.c.chat_id == chat_id, messages.c.message_id == message_id)
    )


def shown(connection: sa.Connection, answer_id: int, *, passages: bool = False) -> list[int]:
    """Return the messages that show an answer, or with `passages` what it rests on, in order."""
    query = sa.select(messages.c.message_id).where(
        messages.c.answer_id == answer_id, messages.c.passage == passages
    )
    return [*connection.execute(query.order_by(messages.c.message_id)).scalars()]


def get(connection: sa.Connection, answer_id: int) -> Kept | None:
    """Return an answer by its id; None where it is forgotten."""
    return _one(connection, answers.c.answer_id == answer_id)


def in_message(connection: sa.Connection, chat_id: int, message_id: int) -> Kept | None:
    """Return the answer that a message shows; None where it shows none, or it is forgotten."""
    of_message = sa.select(messages.c.answer_id).where(
        messages.c.chat_id == chat_id, messages.c.message_id == message_id
    )
    return _one(connection, answers.c.answer_id == of_message.scalar_subquery())


def is_passage(connection: sa.Connection, chat_id: int, message_id: int) -> bool:
    """Tell whether a message shows what an answer rests on, rather than the answer."""
    query = sa.select(messages.c.passage).where(
        messages.c.chat_id == chat_id, messages.c.message_id == message_id
    )
    return bool(connection.execute(query).scalar())


def to_message(connection: sa.Connection, chat_id: int, question_message: int) -> Kept | None:
    """Return the answer that a reader's message got; None where it got none."""
    return _one(
        connection, sa.and_(answers.c.chat_id == chat_id, answers.c.question_message == question_message)
    )


def meant_by(connection: sa.Connection, chat_id: int, message_id: int) -> Kept | None:
    """Return the answer that a reply to a message means: the one that it shows, or the one that it got."""
    return in_message(connection, chat_id, message_id) or to_message(connection, chat_id, message_id)


def last(connection: sa.Connection, conversation: Conversation) -> Kept | None:
    """Return the last answer of a conversation; None where there is none."""
    return _one(connection, _of(conversation))


def of_chat(connection: sa.Connection, chat_id: int) -> Iterator[Kept]:
    """Yield every answer given in a chat, oldest first."""
    query = sa.select(answers).where(answers.c.chat_id == chat_id, GIVEN).order_by(answers.c.answer_id)
    yield from map(from_row, connection.execute(query))


def turns(
    connection: sa.Connection,
    conversation: Conversation,
    *,
    until: int | None = None,
    before: Kept | None = None,
) -> tuple[Turn, ...]:
    """Return the last turns of a conversation, oldest first.

    They are those up to the answer `until`, or those that came before the answer `before`, or else those of late.
    """
    if until is not None:
        since = 0
    elif before is not None:
        until, since = before.answer_id - 1, before.asked - GOES_ON
    else:
        until, since = _NEWEST, int(time.time()) - GOES_ON
    wanted = {
        "chat_id": conversation.chat_id,
        "thread_id": conversation.thread_id,
        "until": until,
        "since": since,
    }
    rows = connection.execute(_TURNS, wanted).scalars()
    return tuple(Turn.from_json(orjson.loads(row)) for row in rows)[::-1]


def vote(connection: sa.Connection, answer_id: int, user_id: int, *, good: bool) -> None:
    """Keep what a reader thinks of an answer, unless it was forgotten meanwhile; a second thought replaces the first."""
    row = {"answer_id": answer_id, "user_id": user_id, "good": good, "at": int(time.time())}
    if _is_there(connection, answer_id):
        connection.execute(votes.insert().prefix_with("OR REPLACE"), row)


def tally(connection: sa.Connection, answer_id: int) -> tuple[int, int]:
    """Return how many readers found an answer good, and how many bad."""
    query = sa.select(votes.c.good, sa.func.count()).where(votes.c.answer_id == answer_id)
    counts = {row[0]: int(row[1]) for row in connection.execute(query.group_by(votes.c.good))}
    return counts.get(True, 0), counts.get(False, 0)


def judged(connection: sa.Connection) -> Iterator[tuple[Kept, Sequence[tuple[bool, int]]]]:
    """Yield every answer that was voted on, oldest first, with its votes: good or not, and when."""
    query = sa.select(votes).order_by(votes.c.answer_id, votes.c.at)
    by_answer: dict[int, list[tuple[bool, int]]] = {}
    for row in connection.execute(query):
        by_answer.setdefault(row.answer_id, []).append((row.good, row.at))
    for answer_id, theirs in by_answer.items():
        kept = get(connection, answer_id)
        if kept:
            yield kept, theirs


def forget(connection: sa.Connection, chat_id: int) -> int:
    """Forget every answer given in a chat, and what was thought of it; return how many there were."""
    return connection.execute(answers.delete().where(answers.c.chat_id == chat_id)).rowcount


def forget_before(connection: sa.Connection, moment: int) -> None:
    """Forget answers given before a moment (Unix seconds); those that were voted on stay for the operator.

    Places kept for answers that a kill of the bot cut off go with them.
    """
    voted = sa.select(votes.c.answer_id)
    connection.execute(answers.delete().where(answers.c.asked < moment, answers.c.answer_id.not_in(voted)))
    connection.execute(answers.delete().where(~GIVEN, answers.c.asked < int(time.time()) - CUT_OFF))


def _insert(
    connection: sa.Connection,
    conversation: Conversation,
    user_id: int,
    question_message: int,
    packed: dict[str, Any],
) -> int:
    row = {
        "chat_id": conversation.chat_id,
        "thread_id": conversation.thread_id,
        "user_id": user_id,
        "question_message": question_message,
        "asked": int(time.time()),
        **packed,
    }
    inserted = connection.execute(_INSERT, row).inserted_primary_key
    assert inserted is not None  # noqa: S101 - SQLAlchemy's type: an INSERT of one row has one
    return int(inserted[0])


def _show(
    connection: sa.Connection, answer_id: int, chat_id: int, message_ids: Iterable[int], *, passage: bool
) -> None:
    rows = [
        {"chat_id": chat_id, "message_id": number, "answer_id": answer_id, "passage": passage}
        for number in message_ids
    ]
    if rows:
        connection.execute(_SHOW, rows)


def _is_there(connection: sa.Connection, answer_id: int) -> bool:
    query = sa.select(answers.c.answer_id).where(answers.c.answer_id == answer_id)
    return connection.execute(query).first() is not None


def _of(conversation: Conversation) -> sa.ColumnElement[bool]:
    return sa.and_(answers.c.chat_id == conversation.chat_id, answers.c.thread_id == conversation.thread_id)


def _packed(answer: Answer) -> dict[str, Any]:
    return {"turn": orjson.dumps(answer.turn()).decode(), "answer": zlib.compress(orjson.dumps(answer), 1)}


def _one(connection: sa.Connection, where: sa.ColumnElement[bool]) -> Kept | None:
    """Return the newest answer that was given for which `where` holds."""
    query = sa.select(answers).where(where, GIVEN).order_by(answers.c.answer_id.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else from_row(row)


def from_row(row: Any) -> Kept:  # noqa: ANN401 - SQLAlchemy rows are typed by their query alone
    """Return the answer of a row of its table."""
    return Kept(
        row.answer_id,
        Conversation(row.chat_id, row.thread_id),
        row.user_id,
        row.question_message,
        row.asked,
        Answer.from_json(orjson.loads(zlib.decompress(row.answer))),
    )
