"""The chats' database: one SQLite file beside the catalogue, its transactions run on a thread of their own.

A file of its own, because SQLite has one writer a file: a reader's question must not wait until an ingestion has committed, and
a catalogue that is damaged, mended or put aside takes no conversation with it. It survives a kill at any moment; of a power cut it may
lose the last second.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Final, TypeVar

import sqlalchemy as sa

from bot.chats import tables
from retrieval.errors import DepecheError
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from retrieval.settings import Settings

CHATS: Final = "chats.sqlite3"
_PATIENCE_MS: Final = 30_000  # for another process's write to end

Result = TypeVar("Result")


class StoreError(DepecheError):
    """The chats' database cannot be read or written: no room, no right, another's lock, or damage."""


class Store:
    """The chats' database, open. Each transaction is a function of a connection: `await store.run(lambda c: …)`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": _PATIENCE_MS / 1000})
        sa.event.listen(self._engine, "connect", _on_connect)
        sa.event.listen(self._engine, "begin", _on_begin)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chats")

    @classmethod
    def open(cls, settings: Settings) -> Store:
        """Return the store of the settings' library, its file made where there is none.

        Raises `DepecheError` where it cannot be written, or was made by a newer Dépêche.
        """
        try:
            settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise DepecheError(
                Phrase(
                    "The folder {folder} cannot be made: {why}",
                    folder=settings.data_dir,
                    why=error.strerror or error,
                ),
                "Change its rights, or choose another DEPECHE_DATA_DIR.",
            ) from error
        store = cls(settings.data_dir / CHATS)
        with store.begin() as connection:
            tables.make(connection)
            known = connection.execute(
                sa.select(tables.meta.c.value).where(tables.meta.c.key == "schema")
            ).scalar()
            if known is not None and int(known) > tables.SCHEMA:
                raise DepecheError(
                    Phrase("The chats in {path} were kept by a newer Dépêche", path=store.path),
                    "Upgrade, or choose another DEPECHE_DATA_DIR.",
                )
            row = {"key": "schema", "value": str(tables.SCHEMA)}
            connection.execute(tables.meta.insert().prefix_with("OR REPLACE"), row)
        return store

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """Give a transaction on the calling thread, committed at the end of the block, or not at all where it raises."""
        with self._transaction(self._engine) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Give a transaction that only reads, on the calling thread: it keeps no writer waiting, however long it takes."""
        with self._transaction(self._engine.execution_options(only_reads=True)) as connection:
            yield connection

    @contextmanager
    def _transaction(self, engine: sa.Engine) -> Iterator[sa.Connection]:
        try:
            with engine.begin() as connection:
                yield connection
        except sa.exc.DBAPIError as error:
            # the statement's parameters are readers' words: they must not reach a log
            raise StoreError(
                Phrase("The chats' database {path} cannot be used: {why}", path=self.path, why=error.orig),
                "Is there room on the disk, and may the folder be written? If it is damaged, move the file away.",
            ) from None

    async def run(self, work: Callable[[sa.Connection], Result]) -> Result:
        """Return what `work` makes of a transaction, run on the store's own thread, one after the other.

        It runs in the caller's context (`contextvars`), as with `asyncio.to_thread`: the language to speak is part of that.
        """
        context = copy_context()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, lambda: context.run(self._run, work))

    async def scrub(self) -> None:
        """Leave nothing of what was erased in the write-ahead log: its pages go into the file, and it is emptied.

        Where somebody reads meanwhile that is left to the next time: readers' questions would wait for it.
        """

        def work() -> None:
            connection = self._engine.raw_connection()
            try:
                for pragma in (
                    "busy_timeout = 0",
                    "wal_checkpoint(TRUNCATE)",
                    f"busy_timeout = {_PATIENCE_MS}",
                ):
                    connection.cursor().execute(f"PRAGMA {pragma}").close()
            finally:
                connection.close()

        await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def close(self) -> None:
        """Let the transactions that wait be done, and give back the file."""
        self._thread.shutdown()
        self._engine.dispose()

    def _run(self, work: Callable[[sa.Connection], Result]) -> Result:
        with self.begin() as connection:
            return work(connection)


def _on_begin(connection: sa.Connection) -> None:
    # A transaction that reads before it writes fails at once where another wrote in between; one that begins by writing waits.
    kind = "DEFERRED" if connection.get_execution_options().get("only_reads") else "IMMEDIATE"
    connection.exec_driver_sql(f"BEGIN {kind}")


def _on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - a DBAPI connection
    connection.isolation_level = None  # SQLAlchemy's BEGIN, not pysqlite's guess of when
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "secure_delete = ON"):
        connection.execute(f"PRAGMA {pragma}")
