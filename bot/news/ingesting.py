"""Running the project's own `depeche ingest` as a process of its own: its memory, its time and its crashes are not the bot's."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import AsyncGenerator, AsyncIterator, Sequence
    from pathlib import Path

    from retrieval.domain import Language

log = logging.getLogger(__name__)

LINE_LIMIT: Final = 1 << 20  # bytes of one event
TOLD: Final = 2_000  # characters of what the command says of its failure
# The command reads .env as the bot does, and the environment wins over it: a name left out, or empty, would be read there.
_NO_TOKEN: Final = dict.fromkeys(("TELEGRAM_BOT_TOKEN", "DEPECHE_TELEGRAM_BOT_TOKEN"), "none")


class IngestError(Exception):
    """The command failed, with what it said of that in one line."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of `depeche ingest --events`: what happened, and its particulars."""

    kind: str
    told: dict[str, Any]


async def ingest(sources: Sequence[str], library: Path, language: Language) -> AsyncGenerator[Event, None]:
    """Yield what the command tells while it brings `sources` into the library of a folder; the last event is its result.

    What could not be read it tells in `language`.     Raises `IngestError` where it gives none. Left early, it kills the command. A time limit is its caller's: one in here would strike
    while the caller does something else between two events.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "depeche", "ingest", "--events", "--", *sources),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=os.environ
        | _NO_TOKEN
        | {"DEPECHE_DATA_DIR": str(library.resolve()), "PYTHONUTF8": "1", "LC_ALL": language},
        limit=LINE_LIMIT,
        start_new_session=True,  # a Ctrl-C at the bot's terminal is the bot's to handle
    )
    said = asyncio.create_task(_said(process))
    done = False
    try:
        async for event in _events(process):
            done = done or event.kind == "done"
            yield event
        await process.wait()
        if not done:
            raise IngestError(await said)
    finally:
        ending = asyncio.create_task(_end(process, said))
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:  # the bot stops: milliseconds, and no process is left
            await ending
            raise


async def _events(process: Process) -> AsyncIterator[Event]:
    assert process.stdout is not None  # noqa: S101 - asked for above
    while line := await process.stdout.readline():
        told: dict[str, Any] = json.loads(line)
        yield Event(str(told.get("event")), told)


async def _said(process: Process) -> str:
    """Return the last line that the command wrote to standard error, all of which has to be read lest it wait."""
    assert process.stderr is not None  # noqa: S101 - asked for above
    last = ""
    while block := await process.stderr.read(1 << 16):
        last = (last + block.decode(errors="replace"))[-TOLD:]
    lines = [line for line in last.splitlines() if line.strip()]
    return lines[-1].removeprefix("depeche: ") if lines else f"exit code {process.returncode}"


async def _end(process: Process, said: asyncio.Task[str]) -> None:
    """Kill the command where it still runs; a library survives that at any moment."""
    if process.returncode is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
    said.cancel()
    await asyncio.gather(said, return_exceptions=True)
