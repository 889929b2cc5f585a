"""The passages that buttons show: the article as it was quoted, a page at a time, and what is nearby."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from bot_articles import (  # noqa: F401 (fixtures)
    ARTICLE,
    QUOTE,
    TEXT,
    answering,
    article_library,
    asked,
    citation,
    opened,
    remove,
    store,
    toast,
)
from bot_running import EN, FR, GROUP, bot_api, options, press, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from telegram_faults import Fault

from retrieval.library import Library

# Passages


@pytest.mark.parametrize(
    ("texts", "line"),
    [(FR, "Le Journal, 1er\u00a0octobre\u00a02024"), (EN, "Le Journal, 1\u00a0October\u00a02024")],
    ids=["fr", "en"],
)
@pytest.mark.parametrize("chat", [7, GROUP])
async def test_a_tap_on_a_number_shows_the_quotation_in_its_article_and_pages_through_it(
    api: BotApi, library: Library, texts: Any, line: str, chat: int
) -> None:
    code = "fr" if texts is FR else "en"
    async with running(api, answering(citation()), library=library):
        answer = await asked(api, chat, language_code=code)
        pressed = await press(api, chat, answer, texts.answer.read, language_code=code)
        assert await toast(api, pressed) == ""
        view = await opened(api, chat, 2)
        [call] = [c for c in api.sent(chat) if c.text == api.shown(chat, view)]
        assert call.params["reply_parameters"]["message_id"] == answer
        title, byline, _, *rest = call.text.split("\n")
        assert (title, byline) == (ARTICLE.title, line)
        assert f"Avant la nouvelle. {QUOTE} Après elle." in "\n".join(rest)
        bold = [e for e in call.entities if e["type"] == "bold"]
        assert [_of(call.text, e) for e in bold] == [QUOTE]
        place = api.labels(chat, view)[0]
        assert (place[0], place[-1]) == ("◀", "▶")
        number, count = map(int, place[1].split("/"))
        assert 1 < number < count
        assert api.labels(chat, view)[1] == [texts.answer.open_page, "✕"]
        assert api.buttons(chat, view)[1][0]["url"] == citation().link

        pages = {number: api.shown(chat, view)}
        for label, last in (("◀", 1), ("▶", count)):
            while number != last:
                pressed = await press(api, chat, view, label, language_code=code)
                number += 1 if label == "▶" else -1
                await api.until(lambda n=number: f"{n}/{count}" in api.labels(chat, view)[0])
                pages[number] = api.shown(chat, view)
            assert label not in api.labels(chat, view)[0]
        whole = "".join(str(pages[n]).split("\n", 3)[3] for n in sorted(pages))
        assert "".join(whole.split()) == "".join(TEXT.split())

        await press(api, chat, view, "✕", language_code=code)
        await api.until(lambda: api.here(chat) == [answer])
    assert len([c for c in api.called("answerCallbackQuery") if c.ok]) == len(
        api.called("answerCallbackQuery")
    )


def _of(text: str, entity: dict[str, Any]) -> str:
    encoded = text.encode("utf-16-le")
    return encoded[entity["offset"] * 2 : (entity["offset"] + entity["length"]) * 2].decode("utf-16-le")


async def test_a_corrected_article_is_shown_as_it_was_quoted(api: BotApi, library: Library) -> None:
    store(library, replace(ARTICLE, text="Une correction. " + TEXT.replace("lundi", "mardi")))
    store(library, replace(ARTICLE, text="Une autre. " + TEXT.replace("lundi", "jeudi")))
    async with running(api, answering(citation()), library=library):
        answer = await asked(api, language_code="fr")
        await press(api, 7, answer, FR.answer.read, language_code="fr")
        view = await opened(api, 7, 2)
        assert FR.answer.corrected in str(api.shown(7, view))
        assert QUOTE in str(api.shown(7, view))
        assert "/" in api.labels(7, view)[0][1]


async def test_where_no_revision_holds_the_quotation_the_passage_is_shown(
    api: BotApi, library: Library
) -> None:
    cited = citation(start=3, end=40)
    async with running(api, answering(cited), library=library):
        answer = await asked(api)
        await press(api, 7, answer, EN.answer.read)
        view = await opened(api, 7, 2)
        text = str(api.shown(7, view))
    assert EN.answer.changed in text
    assert text.endswith(cited.passage)
    assert api.labels(7, view) == [[EN.answer.open_page, "✕"]]


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_an_article_that_is_gone_leaves_the_passage_and_says_so(
    api: BotApi, library: Library, code: str, texts: Any
) -> None:
    async with running(api, answering(citation()), library=library):
        answer = await asked(api, language_code=code)
        remove(library)
        await press(api, 7, answer, texts.answer.read, language_code=code)
        view = await opened(api, 7, 2)
        assert texts.answer.article_gone in str(api.shown(7, view))
        assert QUOTE in str(api.shown(7, view))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://intranet/page", None])
async def test_only_a_link_telegram_takes_is_a_button(api: BotApi, library: Library, url: str | None) -> None:
    async with running(api, answering(citation(url=url, link=url)), library=library):
        answer = await asked(api)
        await press(api, 7, answer, EN.answer.read)
        view = await opened(api, 7, 2)
        assert api.labels(7, view)[-1] == ["✕"]
        assert QUOTE in str(api.shown(7, view))


async def test_many_numbers_stand_in_even_rows(api: BotApi, library: Library) -> None:
    cited = [citation(number=n) for n in range(1, 9)]
    async with running(api, answering(*cited), library=library):
        answer = await asked(api)
        assert api.labels(7, answer) == [["⋯"]]
        await options(api, 7, answer)
        assert api.labels(7, answer) == [
            [f"[{n}]" for n in (1, 2, 3, 4)],
            [f"[{n}]" for n in (5, 6, 7, 8)],
            [FR.answer.in_this_language, "👍", "👎"],
        ]


async def test_a_passage_that_cannot_be_deleted_loses_its_buttons(api: BotApi, library: Library) -> None:
    api.fault("deleteMessages", Fault(400, "Bad Request: message can't be deleted for everyone"))
    async with running(api, answering(citation()), library=library):
        answer = await asked(api)
        await press(api, 7, answer, EN.answer.read)
        view = await opened(api, 7, 2)
        await press(api, 7, view, "✕")
        await api.until(lambda: api.labels(7, view) == [])


# What is nearby


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_a_refusal_offers_what_is_nearby_page_by_page(
    api: BotApi, library: Library, code: str, texts: Any
) -> None:
    async with running(api, answering(), library=library):
        word = {"fr": "rien", "en": "nothing"}[code]
        answer = await asked(api, text=word, language_code=code)
        ways_on = [texts.answer.tell_when, texts.answer.newest, "⋯"]
        assert api.labels(7, answer) == [["1."], ways_on]
        await press(api, 7, answer, "1.", language_code=code)
        view = await opened(api, 7, 2)
        assert "Paragraphe 0." in str(api.shown(7, view))
        await press(api, 7, view, "▶", language_code=code)
        await api.until(lambda: "2/" in str(api.labels(7, view)))
        assert "Paragraphe 0." not in str(api.shown(7, view))
        remove(library)
        for message, label in ((answer, "1."), (view, "◀")):
            pressed = await press(api, 7, message, label, language_code=code)
            assert await toast(api, pressed) == texts.answer.nearby_gone
    assert len(api.here(7)) == 2
