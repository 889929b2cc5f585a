"""Row d: how much memory a question takes from cold, and the bot while nobody asks."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.running_bot import running_bot
from benchmarks.speed.bench import called
from benchmarks.speed.measures import OURS, Measure
from benchmarks.speed.processes import own_mb, run
from benchmarks.speed.stores import tell
from benchmarks.speed.texts import QUESTIONS
from benchmarks.telegram import telegram

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.speed.bench import Bench


def memory(bench: Bench) -> Iterator[Measure]:
    """Yield the most memory of one `ask`, all that was in memory and what no other process has, and the idle bot's."""
    library = bench.whole()
    stores = [(system, bench.stores.store(system, library)) for system in bench.systems]
    tell(f"looking at memory: {called(library)}")
    most: dict[str, list[float]] = defaultdict(list)
    own: dict[str, list[float]] = defaultdict(list)
    for number in range(bench.runs):
        question = QUESTIONS[number % len(QUESTIONS)]
        for system, folder in stores:
            ran = run(system.ask(folder, question), looked_at=True)
            most[system.name].append(ran.peak_mb)
            own[system.name].append(ran.own_mb)
    yield Measure(f"most memory of one ask, {called(library)}", "MB", most, panel="memory of one question")
    yield Measure("one ask, without what other processes may share", "MB", own)
    tell("looking at the idle bot")
    held, alone = zip(*(asyncio.run(_idle(library.folder)) for _ in range(bench.runs)), strict=True)
    yield Measure("the idle bot with that library", "MB", {OURS: held})
    yield Measure("the idle bot, without what other processes may share", "MB", {OURS: alone})


async def _idle(library: Path) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "library"  # the bot keeps its chats beside it
        shutil.copytree(library, folder)
        async with telegram() as server, running_bot(server, folder) as running:
            return running.memory_mb(), own_mb(running.pid)
