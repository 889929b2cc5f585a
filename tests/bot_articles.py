"""What tests of buttons share: an article in a library, answers that cite it, and a reader who asks and presses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bot_running import answer_to, noted, replies
from botapi import BotApi
from small import HashEmbedder

from ingest.identity import content_digest
from ingest.passages import split_passages
from retrieval.batch import Batch
from retrieval.domain import Answer, Article, Citation, Nearby, Question, Sentence
from retrieval.library import Library

PARAGRAPHS = [f"Paragraphe {n}. " + f"La phrase {n} dit une chose. " * 30 for n in range(8)]
QUOTE = "La tour a fermé lundi <matin> & soir."
TEXT = "\n\n".join([*PARAGRAPHS[:4], f"Avant la nouvelle. {QUOTE} Après elle.", *PARAGRAPHS[4:]])
START = TEXT.index(QUOTE)
ARTICLE = Article(
    "a1",
    "La tour <ferme>",
    TEXT,
    "fr",
    url="https://journal.example/tour",
    source="Le Journal",
    published="2024-10-01",
)


def citation(**given: Any) -> Citation:
    fields: dict[str, Any] = {
        "number": 1,
        "article_id": "a1",
        "title": ARTICLE.title,
        "source": ARTICLE.source,
        "url": ARTICLE.url,
        "link": "https://journal.example/tour#:~:text=La%20tour",
        "published": "2024-10-01",
        "language": "fr",
        "quote": QUOTE,
        "start": START,
        "end": START + len(QUOTE),
        "passage": f"Avant la nouvelle. {QUOTE} Après elle.",
    }
    return Citation(**(fields | given))


def answering(*citations: Citation) -> Any:
    def answer(question: Question) -> Answer:
        made_ = answer_to(question)
        if not made_.answered:
            return replace(made_, nearby=(Nearby("a1", ARTICLE.title, "fr", ARTICLE.url, "2024-10-01"),))
        sentences = tuple(Sentence(c.quote, (c.number,)) for c in citations)
        cited = tuple(replace(c, language=made_.language) for c in citations)
        return replace(made_, sentences=sentences, citations=cited)

    return answer


@pytest.fixture(name="library")
def article_library(tmp_path: Path) -> Library:
    found = Library(tmp_path / "library")
    store(found, ARTICLE)
    return found


def store(library: Library, article: Article) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[(article, content_digest(article), split_passages(article))]))


def remove(library: Library) -> None:
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(removed=["a1"]))


async def asked(api: BotApi, chat: int = 7, text: str = "/ask la tour", **given: Any) -> int:
    """Ask, and return the number of the message with the answer."""
    api.say(chat, text, chat_type="private" if chat > 0 else "supergroup", **given)
    await replies(api, chat)
    await noted(api.here(chat)[-1])
    return api.here(chat)[-1]


async def toast(api: BotApi, press: str) -> str:
    """What the reader is told for a moment."""
    found = await api.until(
        lambda: [
            c for c in api.called("answerCallbackQuery") if c.ok and c.params["callback_query_id"] == press
        ]
    )
    return str(found[0].params.get("text", ""))


async def opened(api: BotApi, chat: int, count: int) -> int:
    await api.until(lambda: len(api.here(chat)) == count)
    return api.here(chat)[-1]
