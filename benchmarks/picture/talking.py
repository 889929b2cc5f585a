"""A conversation with the real bot, over an invented press, by way of the tests' Bot API server; what both sides see of it."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.app import make_application
from bot.chats.store import Store
from bot.running.serving import serve
from bot.settings import BotSettings
from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.chain import AnswerChain
from retrieval.embedding import open_embedder
from retrieval.library import Library
from retrieval.reader.opening import open_reader
from retrieval.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

TOP: Final = Path(__file__).parents[2]
CHAT: Final = 7
PATIENCE: Final = 60.0  # seconds for an answer
TODAY: Final = date(2026, 11, 26)  # the day after the press ends
SETTLED: Final = 1.5  # seconds without another call after which an answer is whole


@dataclass(frozen=True, slots=True)
class Bubble:
    """What one side said, as it stood at that moment: text with Telegram's entities, and rows of buttons."""

    mine: bool
    text: str
    entities: tuple[dict[str, Any], ...] = ()
    buttons: tuple[tuple[str, ...], ...] = ()
    forwarded: bool = False


@dataclass(frozen=True, slots=True)
class Forward:
    """A message of somebody's that is forwarded to the bot."""

    text: str


@dataclass(slots=True)
class Talk:
    """What is said in the chat, in order, and what both sides saw of it."""

    language: str
    steps: Sequence[str | Forward]
    seen: list[Bubble] = field(default_factory=list)


def hold(talks: Sequence[Talk]) -> None:
    """Hold each conversation with a bot of its own; what is seen is put into it."""
    sys.path.insert(0, str(TOP / "tests"))  # the server is the tests' own
    settings = Settings.load()
    with tempfile.TemporaryDirectory() as folder:
        library, embedder = Library(Path(folder)), open_embedder(settings)
        ingest([str(TOP / "benchmarks" / "press" / "articles.jsonl")], library, lambda: embedder)
        reader = open_reader(settings, embedder)
        answerer = Answerer(library, embedder, open_reader=lambda: reader, today=lambda: TODAY)
        for talk in talks:
            asyncio.run(_hold(talk, answerer))
        library.close()


async def _hold(talk: Talk, answerer: Answerer) -> None:
    from botapi import BotApi  # type: ignore[import-not-found]

    with tempfile.TemporaryDirectory() as folder:
        async with BotApi() as api:
            settings = Settings(  # type: ignore[call-arg]
                _env_file=None,
                TELEGRAM_BOT_TOKEN=api.token,
                telegram_base_url=api.base_url,
                telegram_base_file_url=api.base_file_url,
                data_dir=Path(folder),
            )
            bot_settings = BotSettings(_env_file=None)  # type: ignore[call-arg]
            application = make_application(
                settings,
                bot_settings,
                AnswerChain(answerer),
                answerer.library,
                Store.open(settings),
                news=answerer.news,
                quote=answerer.quoted,
            )
            stop = asyncio.Event()
            serving = asyncio.create_task(serve(application, stop))
            for step in talk.steps:
                await _step(talk, api, step)
            stop.set()
            await serving


async def _step(talk: Talk, api: Any, step: str | Forward) -> None:  # noqa: ANN401 - the tests' BotApi
    before = {number: _state(api, number) for number in api.here(CHAT)}
    if isinstance(step, str):
        talk.seen.append(Bubble(mine=True, text=step))
        api.say(CHAT, step, language_code=talk.language)
    else:
        talk.seen.append(Bubble(mine=True, text=step.text, forwarded=True))
        somebody = {"type": "hidden_user", "sender_user_name": "Ada", "date": 1_732_000_000}
        api.say(CHAT, step.text, language_code=talk.language, forward_origin=somebody)
    await api.until(lambda: {n: _state(api, n) for n in api.here(CHAT)} != before, PATIENCE)
    calls = -1
    while calls != len(api.calls):
        calls = len(api.calls)
        await asyncio.sleep(SETTLED)
    talk.seen += [
        _state(api, number) for number in api.here(CHAT) if _state(api, number) != before.get(number)
    ]


def _state(api: Any, number: int) -> Bubble:  # noqa: ANN401
    message = api.message(CHAT, number)
    buttons = tuple(tuple(row) for row in api.labels(CHAT, number))
    return Bubble(
        mine=False, text=message["text"], entities=tuple(message.get("entities", ())), buttons=buttons
    )
