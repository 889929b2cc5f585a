"""What the tests of notices share: the real bot with real articles, ingested while it runs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from bot_running import answer_to, running
from botapi import BotApi

from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.embedding import Embedder
from retrieval.library import Library
from retrieval.onnx_runner import OnnxEmbedder

ARTICLES = Path(__file__).parent.parent / "articles"
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


class Newsroom:
    """A library that articles are put into while the bot runs."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.folder = folder
        self.embedder = embedder
        self.library = Library(folder / "library")
        self.answerer = Answerer(self.library, embedder)
        self.put(
            "quai.txt",
            "Le quai de Lauzan est repeint\n\nLe quai de Lauzan a été repeint en bleu, dit la mairie de la ville.",
        )
        with self.library.snapshot() as snapshot:
            self.first = snapshot.articles()[0].article.article_id

    def put(self, name: str, text: str) -> None:
        """Ingest an article as another process does: by a library of its own."""
        file = self.folder / name
        file.write_text(text, encoding="utf-8")
        writing = Library(self.library.folder)
        assert not ingest([str(file)], writing, lambda: self.embedder).problems
        writing.close()


@pytest.fixture(scope="session", name="embedder")
def real_embedder(packaged: Path) -> Embedder:
    return OnnxEmbedder.open(packaged, "packaged")


@pytest.fixture(name="newsroom")
def a_newsroom(tmp_path: Path, embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.setattr("bot.news.watching.EVERY", 0.05)
    return Newsroom(tmp_path, embedder)


@asynccontextmanager
async def telling(
    api: BotApi, newsroom: Newsroom, chain: Callable[..., Any] = answer_to, **chosen: Any
) -> AsyncIterator[Any]:
    """Run the bot over a newsroom; it is never quiet unless `chosen` says so."""
    options = {"quiet": "none", "library": newsroom.library, "match": newsroom.answerer.match} | chosen
    async with running(api, chain, **options) as task:
        yield task
