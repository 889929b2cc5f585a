"""What the bot's tests share: a chain of made answers, the real application served in the background."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import pytest
from botapi import BotApi
from langchain_core.runnables import Runnable

from bot.app import make_application
from bot.chats.store import CHATS, Store
from bot.office import Match, News, Quote, Stories
from bot.running.polling import AnyApplication
from bot.running.serving import serve
from bot.settings import BotSettings
from bot.texts import TEXTS
from retrieval.domain import Answer, Citation, Language, Nearby, Question, Sentence
from retrieval.library import Library
from retrieval.news.made import nothing_of
from retrieval.settings import QUOTES, Settings

FR, EN = TEXTS["fr"], TEXTS["en"]
GROUP = -100123


def settings_for(api: BotApi, **given: Any) -> Settings:
    fields = {
        "TELEGRAM_BOT_TOKEN": api.token,
        "telegram_base_url": api.base_url,
        "telegram_base_file_url": api.base_file_url,
    }
    return Settings(_env_file=None, **(fields | given))  # type: ignore[call-arg]


def answer_to(question: Question) -> Answer:
    """One made citation, of an article in the chat's language; "rien"/"nothing" is refused."""
    language: Language = question.chat_language or "en"
    if question.text in {"rien", "nothing"}:
        nearby = Nearby("a9", "Une grève", "fr", "https://journal.example/greve", "2024-10-24")
        return Answer(question.text, language, False, "quotes", "", nearby=(nearby,))
    words = f"À propos de {question.text}"
    cited = Citation(
        1,
        "a1",
        "La tour ferme",
        "Le Journal",
        None,
        None,
        "2024-10-24",
        language,
        words,
        0,
        len(words),
        words,
    )
    return Answer(question.text, language, True, "quotes", words, (Sentence(words, (1,)),), (cited,))


class Asked:
    """A chain that notes the questions, may wait, and may fail."""

    def __init__(self, before: Callable[[Question], Any] = lambda question: None) -> None:
        self.questions: list[Question] = []
        self.threads: set[str] = set()
        self._before = before

    def __call__(self, question: Question) -> Answer:
        self.questions.append(question)
        self.threads.add(threading.current_thread().name)
        self._before(question)
        return answer_to(question)


class Chain(Runnable[Question, Answer]):
    """A chain of one function, which gives a question's answer, or the answers that it grows through."""

    def __init__(self, answer: Callable[[Question], Any]) -> None:
        self._answer = answer

    def invoke(self, input: Question, config: Any = None, **given: Any) -> Answer:  # noqa: A002
        return [*self.stream(input, config, **given)][-1]

    def stream(
        self,
        input: Question,  # noqa: A002
        config: Any = None,
        *,
        left: threading.Event | None = None,
        **_: Any,
    ) -> Iterator[Answer]:
        made = self._answer(input)
        for answer in [made] if isinstance(made, Answer) else made:
            yield answer
            if left and left.is_set():
                return


def application_for(
    api: BotApi,
    chain: Callable[[Question], Any] = answer_to,
    *,
    telegram_timeout: float = 10.0,
    library: Library | None = None,
    news: News = nothing_of,
    quote: Quote | None = None,
    match: Match | None = None,
    stories: Stories | None = None,
    chat_model: str = QUOTES,
    **chosen: Any,
) -> AnyApplication:
    """The application, with the test's own chats and (empty, unless given) library; `chosen` are settings of the bot."""
    settings = settings_for(api, chat_model=chat_model)
    bot_settings = BotSettings(_env_file=None, **chosen)  # type: ignore[call-arg]
    return make_application(
        settings,
        bot_settings,
        Chain(chain),
        library or Library(settings.data_dir),
        Store.open(settings),
        news=news,
        quote=quote,
        match=match,
        stories=stories,
        telegram_timeout=telegram_timeout,
    )


@asynccontextmanager
async def running(
    api: BotApi, chain: Callable[[Question], Any] = answer_to, **options: Any
) -> AsyncIterator[asyncio.Task[None]]:
    """Serve in the background; stop on leaving, and fail if that takes longer than it may."""
    application = application_for(api, chain, **options)
    stop = asyncio.Event()
    task = asyncio.create_task(serve(application, stop))
    try:
        await api.until(lambda: api.called("setMyCommands")[3:] or task.done())
        yield task
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await task


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again after a twentieth of the time."""
    monkeypatch.setattr("bot.running.polling.SHORTEST_PAUSE", 0.05)
    monkeypatch.setattr("bot.trying.PAUSE", 0.05)


@pytest.fixture(name="api")
async def bot_api(soon: None) -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


async def replies(api: BotApi, chat_id: int, count: int = 1) -> list[str]:
    calls = await api.until(lambda: api.sent(chat_id)[count - 1 :] and api.sent(chat_id))
    return [call.text for call in calls]


def ask(api: BotApi, chat: int, text: str, **given: Any) -> int:
    """Ask in private, or by /ask in a group."""
    if chat == 7:
        return api.say(7, text, **given)
    return api.say(chat, f"/ask {text}", chat_type="supergroup", **given)


def grown(question: Question, count: int) -> Answer:
    """A composed answer of `count` sentences, each with its citation."""
    language: Language = question.language or question.chat_language or "en"
    words = [f"Phrase {number}." for number in range(1, count + 1)]
    cited = tuple(
        Citation(n, f"a{n}", f"Titre {n}", "Le Journal", None, None, None, "fr", w, 0, len(w), w)
        for n, w in enumerate(words, start=1)
    )
    sentences = tuple(Sentence(w, (n,)) for n, w in enumerate(words, start=1))
    return Answer(question.text, language, True, "chat", " ".join(words), sentences, cited)


class Gate:
    """A chain whose answer grows by a sentence each time the gate is opened; once more, and it is whole."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._passes = threading.Semaphore(0)

    def open(self, times: int = 1) -> None:
        self._passes.release(times)

    def again(self, count: int) -> None:
        """Let the next answer have so many sentences."""
        self._count = count

    def chain(self, question: Question) -> Iterator[Answer]:
        for number in range(1, self._count + 1):
            self._passes.acquire(timeout=10)
            yield grown(question, number)
        self._passes.acquire(timeout=10)
        yield grown(question, self._count)


async def press(api: BotApi, chat_id: int, message_id: int, label: str, **given: Any) -> str:
    """Press a button once the bot has noted what its message shows, which it does after sending it."""
    await noted(message_id)
    return api.press(chat_id, message_id, label, **given)


async def options(api: BotApi, chat_id: int, message_id: int, **given: Any) -> None:
    """Show the buttons that stand behind the last."""
    await press(api, chat_id, message_id, "⋯", **given)
    await api.until(lambda: "👎" in str(api.labels(chat_id, message_id)))


async def noted(message_id: int) -> None:
    """Wait until the bot's store knows a message."""
    with closing(sqlite3.connect(Path(os.environ["DEPECHE_DATA_DIR"]) / CHATS)) as chats:
        async with asyncio.timeout(60):
            while not chats.execute("SELECT 1 FROM messages WHERE message_id = ?", (message_id,)).fetchone():
                await asyncio.sleep(0.01)
