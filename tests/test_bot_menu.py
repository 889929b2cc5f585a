"""Commands over HTTP: the menu, /articles, /latest, in both languages."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bot_running import EN, FR, GROUP, answer_to, bot_api, found, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from small import HashEmbedder

from bot.texts import TEXTS, counted
from ingest.identity import content_digest
from ingest.passages import split_passages
from retrieval import phrases
from retrieval.answerer import Answerer
from retrieval.batch import Batch
from retrieval.domain import Article, Hit, Language, Matched, Question
from retrieval.library import Library
from retrieval.onnx_runner import OnnxEmbedder
from retrieval.search import Found

BOTH = pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])


def article(number: int, **given: Any) -> Article:
    told: dict[str, Any] = {
        "article_id": f"a{number:04}",
        "title": f"Titre {number}",
        "text": f"Le bac numéro {number} a repris son service.",
        "language": "fr" if number % 2 else "en",
        "url": f"https://journal.example/{number}",
        "source": "Le Journal" if number % 3 else "The Paper",
        "published": f"2024-{number % 12 + 1:02}-{number % 28 + 1:02}",
    }
    return Article(**told | given)


def filled(folder: Path, *articles: Article) -> Library:
    library = Library(folder)
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[(one, content_digest(one), split_passages(one)) for one in articles]))
    return library


async def shown(api: BotApi, chat_id: int, text: str) -> None:
    """Wait until the bot's last message in a chat has `text` in it."""
    await api.until(lambda: api.here(chat_id) and text in (api.shown(chat_id, api.here(chat_id)[-1]) or ""))


# The menu


async def test_the_menu_is_in_both_languages_and_shorter_in_groups(api: BotApi) -> None:
    async with running(api):
        menus = {
            (call.params["scope"]["type"], call.params.get("language_code")): call.params["commands"]
            for call in api.called("setMyCommands")
        }
    assert {*menus} == {(scope, code) for scope in ("default", "all_group_chats") for code in (None, "fr")}
    for (_, code), commands in menus.items():
        texts = FR if code else EN
        assert [(one["command"], one["description"]) for one in commands] == [
            known for known in texts.commands if known[0] in {one["command"] for one in commands}
        ]
    whole, few = ([one["command"] for one in menus[scope, None]] for scope in ("default", "all_group_chats"))
    assert {
        "ask",
        "articles",
        "latest",
        "source",
        "lang",
        "forget",
        "settings",
        "subscribe",
        "stop",
        "help",
        "start",
    } <= {*whole}
    assert {"ask", "latest", "help"} <= {*few} < {*whole}
    assert not {"forget", "settings"} & {*few}


@BOTH
async def test_help_names_every_command(api: BotApi, code: str, texts: Any) -> None:
    async with running(api):
        api.say(7, "/help", language_code=code)
        [text] = await replies(api, 7)
    for name, what in texts.commands:
        assert re.search(f"^/{name}\\W+{re.escape(what)}$", text, re.M)


async def test_start_in_a_group_says_how_to_ask_there(api: BotApi) -> None:
    async with running(api):
        api.say(GROUP, "/start", chat_type="supergroup", language_code="fr")
        assert await replies(api, GROUP) == [FR.groups.joined]


async def test_the_menu_that_cannot_be_set_keeps_nobody_from_asking(api: BotApi) -> None:
    from telegram_faults import Fault

    api.fault("setMyCommands", *[Fault(500)] * 4)
    async with running(api):
        api.say(7, "/help")
        await replies(api, 7)


# /articles


@pytest.mark.parametrize(
    ("code", "first_line", "days"),
    [
        (
            "fr",
            "La bibliothèque compte 1\u202f234 articles (617 en français, 617 en anglais)",
            "du 1er\u00a0janvier\u00a02024 au 28\u00a0décembre\u00a02024",
        ),
        (
            "en",
            "The library holds 1,234 articles (617 in French, 617 in English)",
            "from 1\u00a0January\u00a02024 to 28\u00a0December\u00a02024",
        ),
    ],
)
async def test_articles_says_what_the_library_holds_in_the_languages_way(
    api: BotApi, tmp_path: Path, code: Language, first_line: str, days: str
) -> None:
    dated = {0: "2024-01-01", 1: "2024-12-28"}
    library = filled(
        tmp_path / "held",
        *(article(n, published=dated.get(n, f"2024-05-{n % 28 + 1:02}")) for n in range(1234)),
    )
    async with running(api, library=library):
        api.say(7, "/articles", language_code=code)
        [text] = await replies(api, 7)
    lines = text.split("\n")
    assert lines[0] == first_line
    assert lines[1] == counted(2, TEXTS[code].library.sources, code)
    assert days in lines[2]
    assert re.search(r"\d\u00a0h(\u00a0\d\d)?$" if code == "fr" else r"\d\d:\d\d$", lines[3])
    assert phrases.long_date(datetime.now(UTC).date().isoformat(), code).split("\u00a0")[2] in lines[3]  # type: ignore[union-attr]


@BOTH
async def test_titles_are_paged_to_and_fro_in_one_message(
    api: BotApi, tmp_path: Path, code: str, texts: Any
) -> None:
    articles = [article(n, published=f"2024-03-{n + 1:02}") for n in range(20)]
    library = filled(tmp_path / "held", *articles)
    async with running(api, library=library):
        api.say(7, "/articles", language_code=code)
        await shown(api, 7, "Titre 19\n")
        [message] = api.here(7)
        assert api.labels(7, message) == [[texts.library.earlier_button]]
        for label, first in (("earlier_button", 11), ("earlier_button", 3), ("later_button", 11)):
            api.press(7, message, getattr(texts.library, label), language_code=code)
            await shown(api, 7, f"Titre {first}\n")
        assert api.labels(7, message) == [[texts.library.later_button, texts.library.earlier_button]]
        text = api.shown(7, message) or ""
    assert texts.library.shown[1].format(first=9, last=16) in text
    assert [int(n) for n in re.findall(r"• Titre (\d+)", text)] == [*range(11, 3, -1)]
    assert len(api.sent(7)) == 1
    assert len(api.called("answerCallbackQuery")) == 3


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("fr", "La bibliothèque compte un article (1 en français)"),
        ("en", "The library holds one article (1 in French)"),
    ],
)
async def test_a_page_with_one_title_is_no_range(api: BotApi, tmp_path: Path, code: str, said: str) -> None:
    library = filled(tmp_path / "held", article(1))
    async with running(api, library=library):
        api.say(7, "/articles", language_code=code)
        [text] = await replies(api, 7)
    assert text.startswith(said)
    assert "\n\nArticle 1\n\n• Titre 1" in text


@BOTH
async def test_an_empty_library_says_so(api: BotApi, code: str, texts: Any) -> None:
    async with running(api):
        for text in ("/articles", "/latest"):
            api.say(7, text, language_code=code)
        assert await replies(api, 7, 2) == [texts.library.empty] * 2


HOSTILE = '</b><a href="tg://user?id=1">x</a> & <script>\u202e\n/forget @all'


async def test_what_an_article_says_is_no_markup_no_command_and_no_link(api: BotApi, tmp_path: Path) -> None:
    library = filled(
        tmp_path / "held",
        article(1, title=HOSTILE, source=HOSTILE, published="2024-01-02<b>", url="javascript:alert(1)"),
        article(2, title="x" * 5000, source="y" * 5000, url="https://journal.example/?a=\"><b>&c='d"),
        *(article(n, title="𝕏<" * 2000, source="&" * 4000) for n in range(3, 10)),
    )
    async with running(api, library=library):
        for text in ("/articles", "/latest"):
            api.say(7, text)
        calls = await api.until(lambda: len(api.sent(7)) >= 2 and api.sent(7))
        api.press(7, api.here(7)[0], EN.library.earlier_button)
        await api.until(lambda: api.called("answerCallbackQuery"))
        await api.until(lambda: api.called("editMessageText"))
    for call in [*calls, *api.called("editMessageText")]:
        assert call.ok
        for entity in call.entities:
            assert entity["type"] in {"bold", "text_link"}
            assert entity.get("url", "https:").startswith("https:")
    everything = "".join(call.text for call in [*calls, *api.called("editMessageText")])
    assert '</b><a href="tg://user?id=1">x</a> & <script> /forget @all' in everything
    assert "\u202e" not in everything


# /latest


@pytest.mark.parametrize(
    ("code", "date"), [("fr", "1er\u00a0mars\u00a02024"), ("en", "1\u00a0March\u00a02024")]
)
async def test_latest_lists_the_newest_first_each_with_date_source_and_link(
    api: BotApi, tmp_path: Path, code: Language, date: str
) -> None:
    articles = [article(n, published=f"2024-02-{n + 1:02}") for n in range(20)]
    library = filled(
        tmp_path / "held", *articles, article(99, title="Le phare", published="2024-03-01T08:00:00Z")
    )
    async with running(api, library=library):
        api.say(7, "/latest", language_code=code)
        [text] = await replies(api, 7)
    lines = text.split("\n\n")
    assert lines[0] == phrases.stale("2024-03-01", code)
    assert lines[1] == TEXTS[code].library.latest
    assert lines[2] == f"• Le phare\nThe Paper, {date}"
    assert [int(n) for n in re.findall(r"Titre (\d+)", text)] == [*range(19, 12, -1)]
    [link, *_] = [e for e in api.sent(7)[0].entities if e["type"] == "text_link"]
    assert link["url"] == "https://journal.example/99"


@BOTH
async def test_latest_of_a_library_that_is_fed_says_nothing_of_its_age(
    api: BotApi, tmp_path: Path, code: Language, texts: Any
) -> None:
    today = datetime.now(UTC).date().isoformat()
    library = filled(tmp_path / "held", article(1, published="2024-02-01"), article(2, published=today))
    async with running(api, library=library):
        api.say(7, "/latest", language_code=code)
        [text] = await replies(api, 7)
    assert text.split("\n\n")[0] == texts.library.latest


def searching(about: Sequence[Article], near: Sequence[Article] = ()) -> dict[str, Any]:
    """A search that finds articles, and what tells which of them are about the topic."""

    def find(question: Question, k: int) -> Found:
        hits = [Hit(split_passages(one)[0], one, 1.0) for one in (*near, *about)]
        return found(question, *hits[:k])

    def match(questions: Sequence[Question], ids: Collection[str]) -> list[Matched]:
        assert {one.article_id for one in (*near, *about)} == {*ids}
        return [Matched(0, one.article_id, answer_to(questions[0])) for one in about]

    return {"find": find, "match": match}


@BOTH
async def test_latest_on_a_topic_gives_the_newest_about_it_and_no_other(
    api: BotApi, code: str, texts: Any
) -> None:
    about = [
        article(1, title="Grève du bac", published="2024-01-05"),
        article(2, title="Fin de la grève", published="2024-02-05"),
        article(3, title="Sans date", published=None),
    ]
    near = [article(4, title="Tout autre chose", published="2024-11-05")]
    async with running(api, **searching(about, near)):
        api.say(7, "/latest <grève> & bac", language_code=code)
        [text] = await replies(api, 7)
        api.say(8, "/latest ?!", language_code=code)
        assert await replies(api, 8) == [texts.library.empty]
    assert text.startswith(texts.library.latest_about.format(words="<grève> & bac"))
    assert re.findall(r"• (.*)", text) == ["Fin de la grève", "Grève du bac", "Sans date"]


@BOTH
async def test_latest_on_a_topic_of_no_article_says_so_and_names_the_nearest(
    api: BotApi, code: Language, texts: Any
) -> None:
    async with running(api, **searching([], [article(4)])):
        api.say(7, "/latest <b>éléphants</b> " + "x" * 300, language_code=code)
        [text] = await replies(api, 7)
    assert text.startswith(texts.library.none_about.split("{")[0])
    assert f"{phrases.NEARBY[code]}\n\n• Titre 4\n" in text
    assert "<b>éléphants</b>" in text
    assert len(text) < 350


@BOTH
async def test_a_topic_that_takes_too_long_is_said_to_and_holds_up_nothing_else(
    api: BotApi, monkeypatch: pytest.MonkeyPatch, code: str, texts: Any
) -> None:
    monkeypatch.setattr("bot.menus.articles.LONGEST", 0.3)
    release, threads = threading.Event(), set[str]()

    def match(questions: Sequence[Question], ids: Collection[str]) -> list[Matched]:
        threads.add(threading.current_thread().name)
        release.wait(10)
        return []

    async with running(api, **(searching([article(1)]) | {"match": match})):
        for reader in range(10, 50):
            api.say(reader, "/latest grève", language_code=code)
        api.say(7, "/articles", language_code=code)
        assert await replies(api, 7) == [texts.library.empty]
        for reader in range(10, 50):
            assert await replies(api, reader) == [texts.library.too_late]
        assert len(threads) == 1
        monkeypatch.setattr("bot.menus.articles.LONGEST", 60.0)
        release.set()
        api.say(8, "/latest Titre 1", language_code=code)
        assert "• Titre 1" in (await replies(api, 8))[0]


async def test_latest_finds_what_real_articles_are_about_in_either_language(
    api: BotApi, samples: Path, packaged: Path
) -> None:
    library = Library(samples)
    answerer = Answerer(library, OnnxEmbedder.open(packaged, "packaged"))
    async with running(api, library=library, find=answerer.find, match=answerer.match):
        for number, (topic, title) in enumerate(
            [
                ("phare de Skerrin", "Skerrin"),
                ("Skerrin lighthouse", "Skerrin"),
                ("Eastmoor", "night train"),
                ("éléphants", None),
            ],
            start=1,
        ):
            api.say(7, f"/latest {topic}", language_code="fr")
            text = (await replies(api, 7, number))[-1]
            if title:
                assert re.search(f"(?i)^• .*{title}", text, re.M), text
            else:
                assert text.startswith(FR.library.none_about.format(words=topic))
    library.close()
