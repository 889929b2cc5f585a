"""What the tests of corrections share: a newspaper, answers that quote it, and what chats are told."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from bot_running import EN, FR, noted, settings_for
from botapi import BotApi
from notices_running import Newsroom, newsroom_with

from bot.chats.store import CHATS
from retrieval.citations import cite
from retrieval.domain import Answer, Hit, Language, Question, Sentence
from retrieval.embedding import Embedder
from retrieval.quotes import Quote

OPENS = "Le pont <b>de Lauzan</b> & son quai rouvriront le 3 mars."
COSTS = "Le chantier a coûté 41 millions d’euros."
TEXT = f"{OPENS} {COSTS} La mairie s’en félicite. Un bal est prévu sur le quai."
FERRY = "Le bac de Skerrin part à midi. Il revient le soir."


def article(text: str = TEXT, name: str = "pont", **given: str) -> str:
    fields = {
        "id": name,
        "title": f"Le {name} <rouvre>",
        "text": text,
        "url": f"https://phare.example/{name}",
        "published": "2026-03-01",
        "lang": "fr",
        "source": "Le Phare",
    }
    return json.dumps(fields | given) + "\n"


@pytest.fixture(name="paper")
def a_paper(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    embedder: Embedder,
    monkeypatch: pytest.MonkeyPatch,
) -> Newsroom:
    monkeypatch.setattr("bot.news.watching.EVERY", 0.05)
    articles = {"pont.jsonl": article(), "bac.jsonl": article(FERRY, "bac")}
    place = tmp_path_factory.getbasetemp() / "paper"
    return newsroom_with(place, tmp_path / "library", embedder, articles)


def quoting(paper: Newsroom, *sentences: str) -> Callable[[Question], Answer]:
    """Return a chain whose answers quote sentences, each from the article that has it."""

    def answer(question: Question) -> Answer:
        with paper.library.snapshot() as snapshot:
            articles = [row.article for row in snapshot.articles()]
            cited = []
            for number, sentence in enumerate(sentences, start=1):
                [one] = [article for article in articles if sentence in article.text]
                [whole] = snapshot.passages_of(one.article_id)
                start = one.text.index(sentence)
                quote = Quote(Hit(whole, one, 1.0), start, start + len(sentence), 1.0, 0, 0)
                cited.append(cite(number, quote, []))
        language: Language = question.language or question.chat_language or "en"
        said = tuple(Sentence(one.quote, (one.number,)) for one in cited)
        return Answer(question.text, language, True, "quotes", " ".join(sentences), said, tuple(cited))

    return answer


async def asked(api: BotApi, chat: int = 7, text: str = "Quand <rouvre> le pont ?", **given: Any) -> int:
    """Ask, and return the number of the message with the answer once it is kept."""
    before = len(api.here(chat))
    api.say(chat, text, **({"language_code": "fr"} | given))
    await api.until(lambda: len(api.here(chat)) > before)
    await noted(api.here(chat)[-1])
    return api.here(chat)[-1]


async def corrected(api: BotApi, chat: int = 7, count: int = 1) -> list[str]:
    """Wait for so many corrections; return all that came, a little later."""

    def come() -> list[str]:
        heads = tuple(texts.corrections.heading.split("{")[0] for texts in (FR, EN))
        return [call.text for call in api.sent(chat) if call.text.startswith(heads)]

    if count:
        await api.until(lambda: len(come()) >= count)
    await asyncio.sleep(0.5)
    return come()


def rows(api: BotApi) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(settings_for(api).data_dir / CHATS)) as chats:
        return chats.execute("SELECT said, says, sent IS NOT NULL, message_id FROM corrections").fetchall()


async def found(api: BotApi, count: int = 1) -> None:
    await api.until(lambda: len(rows(api)) >= count)
