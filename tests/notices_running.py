"""What the tests of notices share: the real bot with real articles, ingested while it runs."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bot_running import answer_to, running, settings_for
from botapi import BotApi

from bot.chats import notices, subscriptions
from bot.chats.answers import Conversation
from bot.chats.store import Store
from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.embedding import Embedder
from retrieval.library import Library

ARTICLES = Path(__file__).parent.parent / "articles"
TOPIC = "l’hôpital de Sainte-Orle"
HOSPITAL = (
    "L’hôpital de Sainte-Orle ouvrira ses portes le 3 mars\n\n"
    "Le nouvel hôpital de Sainte-Orle accueillera ses premiers malades le 3 mars, a annoncé jeudi sa directrice, Nadège Corbin. "
    "Le bâtiment compte 120 lits et deux blocs opératoires.\n\n"
    "Les travaux ont coûté 41 millions d’euros, payés pour moitié par la région. Les urgences de Brévannes fermeront en avril."
)
BREAD = (
    "Bread prices rise again in Wexley\n\n"
    "The price of bread in Wexley rose by nine per cent in October, the third rise this year, the bakers’ guild said on Monday. "
    "A large white loaf now costs £1.85.\n\n"
    "Bakers blame the cost of flour and of electricity. The guild expects no further rise before the spring."
)


QUAY = "Le quai de Lauzan est repeint\n\nLe quai de Lauzan a été repeint en bleu, dit la mairie de la ville."


class Newsroom:
    """A library that articles are put into while the bot runs, out of files in `place`; `first` is what it had before."""

    def __init__(self, place: Path, folder: Path, embedder: Embedder) -> None:
        self.place = place
        self.embedder = embedder
        self.library = Library(folder)
        self.answerer = Answerer(self.library, embedder)
        self.first: set[str] = set()

    def put(self, name: str, text: str) -> None:
        """Ingest an article as another process does: by a library of its own."""
        file = self.place / name
        file.write_text(text, encoding="utf-8")
        writing = Library(self.library.folder)
        assert not ingest([str(file)], writing, lambda: self.embedder).problems
        writing.close()


def newsroom_with(place: Path, folder: Path, embedder: Embedder, articles: Mapping[str, str]) -> Newsroom:
    """Return one whose library, in `folder`, has these articles: they are ingested once, in `place`, and copied from there."""
    if not place.exists():
        place.mkdir()
        made = Newsroom(place, place / "library", embedder)
        for name, text in articles.items():
            made.put(name, text)
        made.library.close()
    shutil.copytree(place / "library", folder)
    newsroom = Newsroom(place, folder, embedder)
    with newsroom.library.snapshot() as snapshot:
        newsroom.first = {row.article.article_id for row in snapshot.articles()}
    return newsroom


@pytest.fixture(name="newsroom")
def a_newsroom(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
) -> Newsroom:
    monkeypatch.setattr("bot.news.watching.EVERY", 0.05)
    place = tmp_path_factory.getbasetemp() / "newsroom"
    return newsroom_with(place, tmp_path / "library", embedder, {"quai.txt": QUAY})


@asynccontextmanager
async def telling(
    api: BotApi, newsroom: Newsroom, chain: Callable[..., Any] = answer_to, **chosen: Any
) -> AsyncIterator[Any]:
    """Run the bot over a newsroom; it is never quiet unless `chosen` says so."""
    options = {
        "quiet": "none",
        "library": newsroom.library,
        "news": newsroom.answerer.news,
        "match": newsroom.answerer.match,
        "stories": newsroom.answerer.stories,
    } | chosen
    async with running(api, chain, **options) as task:
        yield task


def subscribed(api: BotApi, text: str = TOPIC, language: str = "fr", chat_id: int = 7) -> Store:
    """Return a chats' database in which a chat follows something, the library having been looked through already."""
    api.meet(chat_id)
    store = Store.open(settings_for(api))
    with store.begin() as connection:
        subscriptions.add(connection, Conversation(chat_id), text, user_id=chat_id, language=language)  # type: ignore[arg-type]
        notices.look(connection, {})
    return store


def rows(store: Store) -> list[tuple[Any, ...]]:
    with store.begin() as connection:
        return [
            tuple(row)
            for row in connection.exec_driver_sql("SELECT sent IS NOT NULL, message_id FROM notices").all()
        ]


async def looked(store: Store, newsroom: Newsroom, count: int) -> None:
    """Wait until so many articles, beside those that were there first, were looked at."""
    for _ in range(1200):
        with store.begin() as connection:
            known = connection.exec_driver_sql("SELECT article_id FROM looked_at").scalars()
            if len({*known} - newsroom.first) >= count:
                return
        await asyncio.sleep(0.05)
    raise TimeoutError


# What is told


def quiet_now() -> str:
    now = datetime.now(UTC)
    return f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(hours=1):%H:%M}"
