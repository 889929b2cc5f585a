"""The news by commands, over HTTP: /latest and /timeline, in both languages."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import pytest
from bot_running import EN, FR, GROUP, bot_api, press, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from small import HashEmbedder
from test_bot_menu import BOTH, article, filled

from bot.texts import TEXTS
from retrieval import phrases
from retrieval.answerer import Answerer
from retrieval.domain import Answer, Language
from retrieval.embedding import Embedder
from retrieval.library import Library
from retrieval.news.asked import Request
from retrieval.news.made import nothing_of

# /latest


@pytest.mark.parametrize("code", ["fr", "en"])
async def test_latest_tells_what_the_command_line_tells(
    api: BotApi, samples: Path, embedder: Embedder, code: Language
) -> None:
    library = Library(samples)
    answerer = Answerer(library, embedder)
    told = answerer.news(Request("latest", "", code))
    async with running(api, library=library, news=answerer.news):
        for text in ("/latest", "/latest ?!"):
            api.say(7, text, language_code=code)
        first, second = await replies(api, 7, 2)
    library.close()
    heading, *lines = first.split("\n\n")
    assert first == second
    assert heading == told.heading
    for line, cited in zip(lines, told.citations, strict=False):
        assert line.startswith(cited.title)
        assert phrases.quoted(cited.quote, code) in line


@pytest.mark.parametrize(("code", "word"), [("fr", "rien"), ("en", "nothing")])
async def test_under_a_refusal_a_tap_tells_the_newest(
    api: BotApi, samples: Path, embedder: Embedder, code: Language, word: str
) -> None:
    library = Library(samples)
    answerer = Answerer(library, embedder)
    async with running(api, library=library, news=answerer.news):
        for number, text in enumerate((word, "/latest"), start=1):
            api.say(7, text, language_code=code)
            await replies(api, 7, number)
        await press(api, 7, api.here(7)[0], TEXTS[code].answer.newest, language_code=code)
        _, latest, tapped = await replies(api, 7, 3)
    library.close()
    assert tapped == latest


async def test_latest_on_a_topic_tells_what_is_about_it_in_either_language(
    api: BotApi, samples: Path, embedder: Embedder
) -> None:
    library = Library(samples)
    answerer = Answerer(library, embedder)
    async with running(api, library=library, news=answerer.news):
        for number, (topic, title) in enumerate(
            [("phare de Skerrin", "Skerrin"), ("Skerrin lighthouse", "Skerrin"), ("Eastmoor", "night train")],
            start=1,
        ):
            api.say(7, f"/latest {topic}", language_code="fr")
            text = (await replies(api, 7, number))[-1]
            assert re.search(f"(?i)^.*{title}", text.split("\n\n")[1], re.M), text
        api.say(7, "/latest <b>éléphants</b> roses", language_code="fr")
        none = (await replies(api, 7, 4))[-1]
    library.close()
    assert none == "La bibliothèque n’a rien sur «\u00a0<b>éléphants</b> roses\u00a0»."


@BOTH
async def test_news_that_take_too_long_are_said_to_and_hold_up_nothing_else(
    api: BotApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, texts: Any
) -> None:
    monkeypatch.setattr("bot.news.newsdesk.LONGEST", 0.3)
    release, threads = threading.Event(), set[str]()

    def news(request: Request) -> Answer:
        threads.add(threading.current_thread().name)
        release.wait(10)
        return nothing_of(request)

    async with running(api, library=filled(tmp_path / "held", article(1)), news=news):
        for reader in range(10, 50):
            api.say(reader, "/latest grève", language_code=code)
        api.say(7, "/help", language_code=code)
        assert await replies(api, 7) == [texts.talk.help]
        for reader in range(10, 50):
            assert await replies(api, reader) == [texts.library.too_late]
        assert len(threads) == 1
        monkeypatch.setattr("bot.news.newsdesk.LONGEST", 60.0)
        release.set()
        api.say(8, "/latest grève", language_code=code)
        assert "grève" in (await replies(api, 8))[0]


# /timeline


@pytest.mark.parametrize(("code", "topic"), [("fr", "phare de Skerrin"), ("en", "Skerrin lighthouse")])
async def test_a_timeline_tells_what_the_command_line_tells(
    api: BotApi, samples: Path, embedder: Embedder, code: Language, topic: str
) -> None:
    library = Library(samples)
    answerer = Answerer(library, embedder)
    told = answerer.news(Request("timeline", topic, code, topic))
    async with running(api, library=library, news=answerer.news):
        api.say(7, f"/timeline {topic}", language_code="fr")
        [text] = await replies(api, 7)
        api.say(7, "/timeline éléphants roses", language_code="fr")
        none = (await replies(api, 7, 2))[-1]
    library.close()
    heading, *lines = text.split("\n\n")
    assert heading == told.heading
    for line, item, cited in zip(lines, told.items, told.citations, strict=True):
        assert line.startswith(phrases.long_date(item.date, code) or "")
        assert phrases.quoted(cited.quote, code) in line
    assert none == "La bibliothèque n’a aucun article daté sur «\u00a0éléphants roses\u00a0»."


async def test_a_long_timeline_is_told_to_its_last_day_in_messages_parted_between_days(
    api: BotApi, tmp_path: Path
) -> None:
    library = filled(
        tmp_path / "held",
        *(
            article(
                n,
                title=f"Le chantier du viaduc de Sainte-Orle, épisode {n}",
                text=f"Le chantier du viaduc de Sainte-Orle a franchi l’étape {n}, dont {'la pile ' * 40}{n}{n}{n}.",
                published=f"2024-03-{n:02}",
            )
            for n in range(1, 13)
        ),
    )
    news = Answerer(library, HashEmbedder()).news
    told = news(Request("timeline", "viaduc de Sainte-Orle", "fr", "viaduc de Sainte-Orle"))
    async with running(api, library=library, news=news):
        api.say(7, "/timeline viaduc de Sainte-Orle", language_code="fr")
        texts = await replies(api, 7, 2)
    assert len(texts) == 2
    blocks = [block for text in texts for block in text.split("\n\n")]
    assert len(blocks) == 1 + len(told.items) == 13
    for block, item in zip(blocks[1:], told.items, strict=True):
        assert block.startswith(phrases.long_date(item.date, "fr") or "")
        assert item.text in block


@BOTH
async def test_a_timeline_of_nothing_says_how_to_ask(api: BotApi, code: str, texts: Any) -> None:
    async with running(api):
        for text in ("/timeline", "/timeline ?!"):
            api.say(7, text, language_code=code)
        assert await replies(api, 7, 2) == [texts.talk.timeline_usage] * 2
