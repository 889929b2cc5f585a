"""The first minutes with the bot, over HTTP: what /start offers, and a library that is still empty, in both languages."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from bot_running import EN, FR, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from conftest import CLOSED, TOP, Run
from hypothesis import given
from hypothesis import strategies as st

from retrieval import phrases
from retrieval.answerer import Answerer
from retrieval.domain import Article
from retrieval.embedding import Embedder
from retrieval.library import Library
from retrieval.suggestions import names_of, questions_of


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, all questions are tried."""
    monkeypatch.setattr("bot.menus.greeting.TIME_LIMIT", 60.0)


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en-GB", EN), ("de", EN), (None, EN)])
async def test_start_says_what_to_expect_of_a_library_without_articles(
    api: BotApi, code: str | None, texts: Any
) -> None:
    async with running(api, admins={42}):
        api.say(7, "/start", language_code=code)
        api.say(42, "/start", language_code=code)
        said = [(await replies(api, chat))[0] for chat in (7, 42)]
    assert said == [
        f"{texts.talk.greeting}\n\n{texts.talk.nothing_yet}",
        f"{texts.talk.greeting}\n\n{texts.talk.nothing_yet_admin}",
    ]


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_start_offers_three_questions_that_this_library_answers(
    api: BotApi, samples: Path, embedder: Embedder, code: str, texts: Any
) -> None:
    library = Library(samples)
    answerer = Answerer(library, embedder)
    tried: list[str] = []

    def quote(question: Any) -> Any:
        tried.append(question.text)
        return answerer.quoted(question)

    async with running(api, answerer.answer, library=library, news=answerer.news, quote=quote):
        api.say(7, "/start", language_code=code)
        [text] = await replies(api, 7)
        keyboard = api.sent(7)[0].params["reply_markup"]
        offered = [row[0]["text"] for row in keyboard["keyboard"]]
        assert text == f"{texts.talk.greeting}\n\n" + "\n".join(f"• {one}" for one in offered)
        assert len(offered) == 3
        assert keyboard["one_time_keyboard"] is True
        before = len(tried)
        api.say(8, "/start", language_code=code)
        assert (await replies(api, 8))[0] == text
        assert len(tried) == before
        for number, question in enumerate(offered, start=1):
            api.say(7, question, language_code=code)
            answer = (await replies(api, 7, number + 1))[-1]
            assert phrases.REFUSED[code] not in answer  # type: ignore[index]
            assert api.labels(7, api.here(7)[-1])[0][-1] == "⋯"
    library.close()


async def test_a_question_that_is_not_answered_is_not_offered(
    api: BotApi, samples: Path, embedder: Embedder
) -> None:
    library = Library(samples)
    answerer = Answerer(library, embedder)

    def refusing(question: Any) -> Any:
        from dataclasses import replace

        answer = answerer.quoted(question)
        return answer if "Sainte-Orle" in question.text else replace(answer, answered=False, citations=())

    async with running(api, library=library, quote=refusing):
        api.say(7, "/start")
        await replies(api, 7)
    [[one]] = api.sent(7)[0].params["reply_markup"]["keyboard"]
    assert "Sainte-Orle" in one["text"]
    library.close()


@given(st.text(max_size=300), st.text(max_size=600), st.sampled_from(["fr", "en"]))
def test_questions_of_any_article_fit_a_button_and_name_what_it_says(
    title: str, text: str, code: Any
) -> None:
    article = Article("a", title, text, code)
    for name in names_of(article):
        assert name in text
    for question in questions_of(article, code, turn=1):
        assert len(question) < 80
        assert "\n" not in question


def test_the_bot_starts_on_an_empty_library_and_an_admin_fills_it(
    depeche: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    article = (TOP / "articles" / "skerrin-lighthouse-library.txt").read_bytes()
    with BotApi() as api:
        child = subprocess.Popen(
            [sys.executable, "-m", "depeche", "bot"],
            cwd=tmp_path,
            env=os.environ
            | {
                "PYTHONPATH": CLOSED,
                "TELEGRAM_BOT_TOKEN": api.token,
                "DEPECHE_TELEGRAM_BASE_URL": api.base_url,
                "DEPECHE_TELEGRAM_BASE_FILE_URL": api.base_file_url,
                "DEPECHE_BOT_ADMINS": "42",
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            api.say(7, "Qui tient le phare de Skerrin ?", language_code="fr")
            api.wait_for(lambda: api.sent(7))
            api.say(7, "/latest", language_code="fr")
            api.wait_for(lambda: len(api.sent(7)) == 2)
            assert [call.text for call in api.sent(7)] == [phrases.EMPTY["fr"], FR.library.empty]
            api.files["f1"] = article
            file = {
                "file_id": "f1",
                "file_unique_id": "f1",
                "file_name": "phare.txt",
                "file_size": len(article),
            }
            api.say(42, None, document=file, language_code="en")
            new = EN.bringing.new.partition("{")[0]
            api.wait_for(lambda: api.here(42) and (api.shown(42, api.here(42)[-1]) or "").startswith(new))
            api.say(7, "Who runs the lighthouse library on Skerrin?", language_code="en")
            api.wait_for(lambda: len(api.sent(7)) == 3)
            assert "Morag Tulloch" in api.sent(7)[2].text
        finally:
            child.send_signal(signal.SIGTERM)
            _, log = child.communicate(timeout=15)
        assert child.returncode == 0
        assert "holds no articles yet" in log
        assert "Traceback" not in log


def test_a_list_of_readers_with_nobody_on_it_is_told_at_the_start_and_by_doctor(
    depeche: Run, samples: Path
) -> None:
    told = "DEPECHE_BOT_ACCESS is list, and nobody is on it"
    environment = {"DEPECHE_BOT_ACCESS": "list", "DEPECHE_DATA_DIR": str(samples)}
    examined = depeche("doctor", **environment)
    started = depeche(
        "bot", TELEGRAM_BOT_TOKEN="1:x", DEPECHE_TELEGRAM_BASE_URL="http://127.0.0.1:9/bot", **environment
    )
    assert told in " ".join(examined.stdout.split())
    assert told in started.stderr
    wrong = depeche("bot", TELEGRAM_BOT_TOKEN="1:x", **environment | {"DEPECHE_BOT_ACCESS": "everybody"})
    assert wrong.returncode != 0
    assert "DEPECHE_BOT_ACCESS is not valid" in wrong.stderr
    assert "'open', 'list' or 'code'" in wrong.stderr
    listed = depeche("doctor", **environment | {"DEPECHE_BOT_READERS": "7"})
    assert told not in " ".join(listed.stdout.split())
