"""Commands over HTTP: the menu, /articles, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bot_running import EN, FR, GROUP, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from small import HashEmbedder

from bot.texts import TEXTS, counted
from ingest.identity import content_digest
from ingest.passages import split_passages
from retrieval import phrases
from retrieval.answerer import Answerer
from retrieval.batch import Batch
from retrieval.domain import Article, Language
from retrieval.library import Library

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


async def test_the_menu_has_four_commands_in_each_language_other_ones_in_groups(api: BotApi) -> None:
    async with running(api):
        menus = {
            (call.params["scope"]["type"], call.params.get("language_code")): call.params["commands"]
            for call in api.called("setMyCommands")
        }
    assert {*menus} == {(scope, code) for scope in ("default", "all_group_chats") for code in (None, "fr")}
    for (_, code), commands in menus.items():
        texts = FR if code else EN
        assert len(commands) == 4
        assert [(one["command"], one["description"]) for one in commands] == [
            known for known in texts.commands if known[0] in {one["command"] for one in commands}
        ]
    whole, few = ({one["command"] for one in menus[scope, None]} for scope in ("default", "all_group_chats"))
    assert whole == {"latest", "subscribe", "settings", "help"}
    assert few == {"ask", "latest", "subscribe", "help"}


async def test_an_admins_menu_shows_ingest_too_and_waits_for_who_has_not_spoken_yet(api: BotApi) -> None:
    api.meet(42)
    async with running(api, admins={42, 43}):
        await api.until(lambda: len(api.called("setMyCommands")) == 7)
        api.say(7, "/help")
        await replies(api, 7)
    theirs = [call for call in api.called("setMyCommands") if call.params["scope"]["type"] == "chat"]
    assert [(c.params["scope"]["chat_id"], c.ok) for c in theirs] == [(42, True), (42, True), (43, False)]
    assert [{"ingest", "help"} <= {one["command"] for one in c.params["commands"]} for c in theirs] == [
        True
    ] * 3


async def test_the_bots_profile_says_what_it_does_in_both_languages(api: BotApi) -> None:
    async with running(api):
        api.say(7, "/help")
        await replies(api, 7)
    for code, texts in (("fr", FR), ("", EN)):
        assert api.about[code, "description"] == texts.about.long
        assert api.about[code, "short_description"] == texts.about.short


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
        for text in ("/articles", "/latest", "/timeline grève"):
            api.say(7, text, language_code=code)
        assert await replies(api, 7, 3) == [texts.library.empty] * 3


HOSTILE = '</b><a href="tg://user?id=1">x</a> & <script>\u202e\n/forget @all'


async def test_what_an_article_says_is_no_markup_no_command_and_no_link(api: BotApi, tmp_path: Path) -> None:
    library = filled(
        tmp_path / "held",
        article(1, title=HOSTILE, source=HOSTILE, published="2024-01-02<b>", url="javascript:alert(1)"),
        article(2, title="x" * 5000, source="y" * 5000, url="https://journal.example/?a=\"><b>&c='d"),
        *(article(n, title="𝕏<" * 2000, source="&" * 4000) for n in range(3, 10)),
    )
    async with running(api, library=library, news=Answerer(library, HashEmbedder()).news):
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
