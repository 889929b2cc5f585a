"""The tables of the chats' database. Times are Unix seconds; a conversation is a chat and its topic (0: none)."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

# Grows by one with every change below that a database made before needs. 2: corrections; 3: requests, which an earlier version would not erase
SCHEMA: Final = 3

metadata = sa.MetaData()

meta = sa.Table(
    "meta", metadata, sa.Column("key", sa.Text, primary_key=True), sa.Column("value", sa.Text, nullable=False)
)

# Updates that Telegram gave: those in work with their JSON, those done as a number, by which one that comes twice is known.
inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("update_id", sa.BigInteger, primary_key=True),
    sa.Column("came", sa.BigInteger, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("update", sa.Text),
)

sa.Index("inbox_under_way", inbox.c.update_id, sqlite_where=inbox.c.update.is_not(None))

# Answers as they were given. `turn` is what a follow-up needs of them; `answer` the whole, packed.
answers = sa.Table(
    "answers",
    metadata,
    sa.Column("answer_id", sa.Integer, primary_key=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("thread_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("question_message", sa.BigInteger, nullable=False),
    sa.Column("asked", sa.BigInteger, nullable=False),
    sa.Column("turn", sa.Text, nullable=False),
    sa.Column("answer", sa.LargeBinary, nullable=False),
    sa.Index("answers_conversation", "chat_id", "thread_id", "answer_id"),
    sa.Index("answers_asked", "asked"),
    sqlite_autoincrement=True,  # a button of an answer that was forgotten never points at another
)

# Which message shows which answer, or (`passage`) what it rests on: a reply to it, a tap on it.
messages = sa.Table(
    "messages",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True),
    sa.Column("message_id", sa.BigInteger, primary_key=True),
    sa.Column(
        "answer_id",
        sa.Integer,
        sa.ForeignKey("answers.answer_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("passage", sa.Boolean, nullable=False),
)

# Messages of answers that could not be sent yet. `edits` is the message that is to show it (NULL: it is sent anew); `perhaps`: Telegram may have
# it already.
outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column(
        "answer_id",
        sa.Integer,
        sa.ForeignKey("answers.answer_id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("thread_id", sa.BigInteger),
    sa.Column("reply_to", sa.BigInteger),
    sa.Column("html", sa.Text, nullable=False),
    sa.Column("plain", sa.Text, nullable=False),
    sa.Column("keyboard", sa.Text),
    sa.Column("edits", sa.BigInteger),
    sa.Column("since", sa.BigInteger, nullable=False),
    sa.Column("perhaps", sa.Boolean, nullable=False),
    sa.Index("outbox_chat", "chat_id", "number"),
    sqlite_autoincrement=True,
)

votes = sa.Table(
    "votes",
    metadata,
    sa.Column(
        "answer_id", sa.Integer, sa.ForeignKey("answers.answer_id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("good", sa.Boolean, nullable=False),
    sa.Column("at", sa.BigInteger, nullable=False),
)

# What a chat has chosen; a column is NULL where it has not, and the bot's own default holds.
choices = sa.Table(
    "choices",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True),
    sa.Column("language", sa.Text),
    sa.Column("notices_a_day", sa.Integer),
    sa.Column("quiet_from", sa.Integer),  # minutes after midnight
    sa.Column("quiet_to", sa.Integer),
    sa.Column("corrections", sa.Boolean),
)

# What readers asked to be told of, in their own words, and the language they are told in.
subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("subscription_id", sa.Integer, primary_key=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False, index=True),
    sa.Column("thread_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("made", sa.BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

# Of which articles a subscription was told, or is to be once quiet hours or the day's number allow it (`sent` NULL). `message_id` is the
# message that told of it; NULL where that of another subscription of the chat did.
notices = sa.Table(
    "notices",
    metadata,
    sa.Column(
        "subscription_id",
        sa.Integer,
        sa.ForeignKey("subscriptions.subscription_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("found", sa.BigInteger, nullable=False),
    sa.Column("sent", sa.BigInteger),
    sa.Column("message_id", sa.BigInteger),
    sa.Index("notices_waiting", "found", sqlite_where=sa.text("sent IS NULL")),
)

# Which chats want a digest, at which minute of their day (NULL: not any more). `day` is the last one that is done, in ISO 8601: told, or found
# to bring nothing new; `sent` when one was sent last, `told` the ids of the articles that were told of late, as JSON. `channel` is the title of a channel, NULL for a chat.
digests = sa.Table(
    "digests",
    metadata,
    sa.Column("chat_id", sa.BigInteger, primary_key=True),
    sa.Column("thread_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("minute", sa.Integer),
    sa.Column("day", sa.Text, nullable=False),
    sa.Column("sent", sa.BigInteger),
    sa.Column("told", sa.Text, nullable=False),
    sa.Column("channel", sa.Text),
)

# Articles that were in the library, but not looked at, when a subscription was made: it is not told of them. Seconds cannot say which
# of two things of the same second came first.
there_before = sa.Table(
    "there_before",
    metadata,
    sa.Column(
        "subscription_id",
        sa.Integer,
        sa.ForeignKey("subscriptions.subscription_id", ondelete="CASCADE"),
        primary_key=True,
    ),
    sa.Column("article_id", sa.Text, primary_key=True),
)

# Which of the library's newest articles were looked at for the subscriptions, with the second they came in; the older ones all were.
looked_at = sa.Table(
    "looked_at",
    metadata,
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("added", sa.BigInteger, nullable=False, index=True),
)

# Which sentences that an answer rests on its articles say no more: `said` as the answer quoted it, or as a correction told it, `says` what
# its chat was told instead (NULL: that it is gone). `sent` is NULL until then; `message_id` is the message that told it, 0 where nobody knows
# whether it arrived, NULL where the chat could not be told.
corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column(
        "answer_id", sa.Integer, sa.ForeignKey("answers.answer_id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column("article_id", sa.Text, primary_key=True),
    sa.Column("said", sa.Text, primary_key=True),
    sa.Column("says", sa.Text),
    sa.Column("found", sa.BigInteger, nullable=False),
    sa.Column("sent", sa.BigInteger),
    sa.Column("message_id", sa.BigInteger),
    sa.Index("corrections_waiting", "found", sqlite_where=sa.text("sent IS NULL")),
)

# Links that readers asked to have taken in, until an admin has decided; in which language their reader is told.
requests = sa.Table(
    "requests",
    metadata,
    sa.Column("request_id", sa.Integer, primary_key=True),
    sa.Column("chat_id", sa.BigInteger, nullable=False),
    sa.Column("thread_id", sa.BigInteger, nullable=False),
    sa.Column("user_id", sa.BigInteger, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("language", sa.Text, nullable=False),
    sa.Column("made", sa.BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

# Who came in by a code. Admins and the allow-list stand in the settings.
members = sa.Table(
    "members",
    metadata,
    sa.Column("user_id", sa.BigInteger, primary_key=True),
    sa.Column("since", sa.BigInteger, nullable=False),
)

# Codes that let somebody in, as digests; each is used once.
invites = sa.Table(
    "invites",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("expires", sa.BigInteger, nullable=False),
)


def make(connection: sa.Connection) -> None:
    """Make the tables that are not there, and the columns and indexes that a table made before may lack; such columns are empty."""
    metadata.create_all(connection)
    there = sa.inspect(connection)
    for table in metadata.tables.values():
        known = {column["name"] for column in there.get_columns(table.name)}
        for column in table.columns:
            if column.name not in known:
                connection.exec_driver_sql(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {column.type}")
        for index in table.indexes:
            index.create(connection, checkfirst=True)
