"""The buttons under an answer, pressed: passages, paging, sources, votes, what is nearby, and presses that are forged."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bot_running import EN, FR, GROUP, Asked, answer_to, bot_api, noted, press, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from small import HashEmbedder
from telegram_faults import Fault

from bot.chats.store import Store
from ingest.identity import content_digest
from ingest.passages import split_passages
from retrieval.batch import Batch
from retrieval.domain import Answer, Article, Citation, Nearby, Question, Sentence
from retrieval.layout import CATALOGUE
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
        return replace(made_, sentences=sentences, citations=citations)

    return answer


@pytest.fixture
def library(tmp_path: Path) -> Library:
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
        pressed = await press(api, chat, answer, "[1]", language_code=code)
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
        await press(api, 7, answer, "[1]", language_code="fr")
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
        await press(api, 7, answer, "[1]")
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
        await press(api, 7, answer, "[1]", language_code=code)
        view = await opened(api, 7, 2)
        assert texts.answer.article_gone in str(api.shown(7, view))
        assert QUOTE in str(api.shown(7, view))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://intranet/page", None])
async def test_only_a_link_telegram_takes_is_a_button(api: BotApi, library: Library, url: str | None) -> None:
    async with running(api, answering(citation(url=url, link=url)), library=library):
        answer = await asked(api)
        await press(api, 7, answer, "[1]")
        view = await opened(api, 7, 2)
        assert api.labels(7, view)[-1] == ["✕"]
        assert QUOTE in str(api.shown(7, view))


async def test_many_numbers_stand_in_even_rows(api: BotApi, library: Library) -> None:
    cited = [citation(number=n) for n in range(1, 9)]
    async with running(api, answering(*cited), library=library):
        answer = await asked(api)
        assert api.labels(7, answer)[:2] == [
            [f"[{n}]" for n in (1, 2, 3, 4)],
            [f"[{n}]" for n in (5, 6, 7, 8)],
        ]


async def test_a_passage_that_cannot_be_deleted_loses_its_buttons(api: BotApi, library: Library) -> None:
    api.fault("deleteMessages", Fault(400, "Bad Request: message can't be deleted for everyone"))
    async with running(api, answering(citation()), library=library):
        answer = await asked(api)
        await press(api, 7, answer, "[1]")
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
        assert api.labels(7, answer)[0] == [ARTICLE.title]
        assert len(api.labels(7, answer)) == 3
        await press(api, 7, answer, ARTICLE.title, language_code=code)
        view = await opened(api, 7, 2)
        assert "Paragraphe 0." in str(api.shown(7, view))
        await press(api, 7, view, "▶", language_code=code)
        await api.until(lambda: "2/" in str(api.labels(7, view)))
        assert "Paragraphe 0." not in str(api.shown(7, view))
        remove(library)
        for message, label in ((answer, ARTICLE.title), (view, "◀")):
            pressed = await press(api, 7, message, label, language_code=code)
            assert await toast(api, pressed) == texts.answer.nearby_gone
    assert len(api.here(7)) == 2


# Sources


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_sources_are_listed_with_their_links_by_the_button_and_by_the_command(
    api: BotApi, library: Library, code: str, texts: Any
) -> None:
    cited = [citation(), citation(number=2, article_id="a2", title="Le bac"), citation(number=3)]
    async with running(api, answering(*cited), library=library):
        api.say(7, "/source", language_code=code)
        await replies(api, 7)
        api.say(7, "la tour", language_code=code)
        answer = await opened(api, 7, 2)
        await press(api, 7, answer, texts.answer.sources, language_code=code)
        listed = await opened(api, 7, 3)
        text = str(api.shown(7, listed))
        api.say(7, "/source", language_code=code)
        assert api.shown(7, await opened(api, 7, 4)) == text
        await press(api, 7, listed, "[2]", language_code=code)
        assert "Le bac" in str(api.shown(7, await opened(api, 7, 5)))
        api.say(7, "/source 1", language_code=code)
        assert QUOTE in str(api.shown(7, await opened(api, 7, 6)))
        api.say(7, "/source 9", language_code=code)
        await opened(api, 7, 7)
    assert api.sent(7)[0].text == texts.answer.no_answer_yet
    assert api.sent(7)[-1].text == texts.answer.no_such_source.format(count=3)
    assert text.startswith("Sources\n[1][3] La tour <ferme>\nLe Journal, 1")
    assert "[2] Le bac" in text
    links = [e["url"] for e in api.sent(7)[2].entities if e["type"] == "text_link"]
    assert links == [citation().link] * 2


async def test_the_sources_of_a_refusal_and_of_an_answer_replied_to(api: BotApi, library: Library) -> None:
    async with running(api, answering(citation()), library=library):
        first = await asked(api, GROUP)
        api.say(GROUP, "/ask nothing", chat_type="supergroup")
        await opened(api, GROUP, 2)
        api.say(GROUP, "/source", chat_type="supergroup")
        await opened(api, GROUP, 3)
        assert api.sent(GROUP)[-1].text == EN.answer.no_sources
        reply = {"reply_to_message": api._messages[GROUP, first]}
        api.say(GROUP, "/source 2", chat_type="supergroup", **reply)
        await opened(api, GROUP, 4)
        assert api.sent(GROUP)[-1].text == EN.answer.only_source
        api.say(GROUP, "/source [1]", chat_type="supergroup", **reply)
        assert QUOTE in str(api.shown(GROUP, await opened(api, GROUP, 5)))


# Votes


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_a_vote_is_thanked_for_marked_and_may_change(
    api: BotApi, library: Library, code: str, texts: Any
) -> None:
    async with running(api, answering(citation()), library=library):
        answer = await asked(api, language_code=code)
        pressed = await press(api, 7, answer, "👍", language_code=code)
        assert await toast(api, pressed) == texts.answer.thanks_good
        await api.until(lambda: api.labels(7, answer)[-1] == ["👍 ✓", "👎"])
        pressed = await press(api, 7, answer, "👎", language_code=code)
        assert await toast(api, pressed) == texts.answer.thanks_bad
        await api.until(lambda: api.labels(7, answer)[-1] == ["👍", "👎 ✓"])
        calls = len(api.called("editMessageReplyMarkup"))
        await toast(api, await press(api, 7, answer, "👎 ✓", language_code=code))
        await asyncio.sleep(0.1)
        assert len(api.called("editMessageReplyMarkup")) == calls


async def test_votes_of_a_group_are_counted(api: BotApi, library: Library) -> None:
    async with running(api, answering(citation()), library=library):
        answer = await asked(api, GROUP)
        for user, label in ((1, "👍"), (2, "👍 1"), (3, "👎")):
            await toast(api, await press(api, GROUP, answer, label, user_id=user))
            await api.until(lambda user=user: len(api.called("editMessageReplyMarkup")) == user)
        assert api.labels(GROUP, answer)[-1] == ["👍 2", "👎 1"]


# Presses that are not what they seem


async def test_forged_presses_and_those_of_other_chats_get_nothing(api: BotApi, library: Library) -> None:
    async with running(api, answering(citation()), library=library):
        mine = await asked(api, 7)
        theirs = await asked(api, 8)
        data = api.buttons(8, theirs)[0][0]["callback_data"]
        question = mine - 1
        for message, forged in (
            (mine, data),
            (question, data),
            (9999, data),
            (mine, data.replace("a:v:", "a:z:")),
            (mine, "a:v:1:c1"),
            (mine, "<b>"),
            (mine, "x" * 64),
        ):
            assert await toast(api, api.press(7, message, "", data=forged)) == EN.answer.gone
        own = api.buttons(7, mine)[0][0]["callback_data"]
        for forged in (own.replace("c1", "c9"), own.replace("c1", "n1"), own.replace("c1", "fr")):
            assert await toast(api, api.press(7, mine, "", data=forged)) == EN.answer.nearby_gone
        assert await toast(api, api.press(7, mine, "", data=own.replace("a:v", "a:l"))) == ""
        # an answer is not closed, and nobody votes on a passage
        assert await toast(api, api.press(7, mine, "", data=own.replace("a:v", "a:x"))) == EN.answer.gone
        assert len(api.here(7)) == len(api.here(8)) == 1
        await press(api, 7, mine, "[1]")
        passage = await opened(api, 7, 2)
        await api.until(lambda: "✕" in str(api.labels(7, passage)))
        assert await toast(api, api.press(7, passage, "", data=own.replace("a:v", "a:g"))) == EN.answer.gone


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_a_forgotten_answer_says_so_in_the_language_the_chat_chose(
    api: BotApi, library: Library, code: str, texts: Any
) -> None:
    from bot.chats import answers
    from retrieval.settings import Settings

    async with running(api, answering(citation()), library=library):
        answer = await asked(api, language_code=code)
        chats = Store.open(Settings(_env_file=None))  # type: ignore[call-arg]
        await chats.run(lambda connection: answers.forget(connection, 7))
        assert await toast(api, api.press(7, answer, "[1]", language_code=code)) == texts.answer.gone
        other = "en" if code == "fr" else "fr"
        api.say(7, f"/lang {other}", language_code=code)
        await api.until(lambda: len(api.here(7)) == 2)
        said = await toast(api, api.press(7, answer, "[1]", language_code=code))
        chats.close()
    assert said == {"fr": FR, "en": EN}[other].answer.gone


async def test_a_press_is_answered_when_the_work_fails(api: BotApi, library: Library) -> None:
    async with running(api, answering(citation()), library=library):
        answer = await asked(api)
        library.close()
        for file in library.folder.glob(f"{CATALOGUE}*"):
            file.unlink()
        (library.folder / CATALOGUE).write_bytes(b"not a database" * 100)
        pressed = await press(api, 7, answer, "[1]")
        assert await toast(api, pressed) == EN.talk.failed


@pytest.mark.parametrize("fault", [Fault(500), Fault(0), Fault(429, retry_after=1)])
async def test_a_press_that_could_not_be_answered_is_answered_again(
    api: BotApi, library: Library, fault: Fault
) -> None:
    api.fault("answerCallbackQuery", fault)
    async with running(api, answering(citation()), library=library):
        answer = await asked(api)
        await toast(api, await press(api, 7, answer, "[1]"))
        await opened(api, 7, 2)


async def test_a_press_does_not_wait_for_the_answer_under_way(api: BotApi, library: Library) -> None:
    release = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(question: Question) -> None:
        if question.text == "lent":
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result(10)

    async with running(api, Asked(slow), library=library):
        answer = await asked(api)
        api.say(7, "lent")
        await toast(api, await press(api, 7, answer, "[1]"))
        await opened(api, 7, 2)
        release.set()
        await opened(api, 7, 3)
