"""The buttons under an answer, pressed: what it left out, votes, and presses that are forged, late or meet a fault."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from bot_articles import QUOTE, answering, article_library, asked, citation, opened, toast  # noqa: F401 (fixtures)
from bot_running import EN, FR, GROUP, Asked, bot_api, options, press, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from telegram_faults import Fault

from bot.chats.store import Store
from retrieval.domain import Answer, Copy, Question
from retrieval.layout import CATALOGUE
from retrieval.library import Library

# Sources


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_sources_are_listed_with_their_links_by_the_command(
    api: BotApi, library: Library, code: str, texts: Any
) -> None:
    cited = [citation(), citation(number=2, article_id="a2", title="Le bac"), citation(number=3)]
    async with running(api, answering(*cited), library=library):
        api.say(7, "/source", language_code=code)
        await replies(api, 7)
        api.say(7, "la tour", language_code=code)
        answer = await opened(api, 7, 2)
        assert api.labels(7, answer) == [["[1]", "[2]", "[3]", "⋯"]]
        api.say(7, "/source", language_code=code)
        listed = await opened(api, 7, 3)
        text = str(api.shown(7, listed))
        await press(api, 7, listed, "[2]", language_code=code)
        assert "Le bac" in str(api.shown(7, await opened(api, 7, 4)))
        api.say(7, "/source 1", language_code=code)
        assert QUOTE in str(api.shown(7, await opened(api, 7, 5)))
        api.say(7, "/source 9", language_code=code)
        await opened(api, 7, 6)
    assert api.sent(7)[0].text == texts.answer.no_answer_yet
    assert api.sent(7)[-1].text == texts.answer.no_such_source.format(count=3)
    assert text.startswith("Sources\n[1][3] La tour <ferme>\nLe Journal, 1")
    assert "[2] Le bac" in text
    links = [e["url"] for e in api.sent(7)[2].entities if e["type"] == "text_link"]
    assert links == [citation().link] * 2


# What an answer left out


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
@pytest.mark.parametrize("chat", [7, GROUP])
async def test_what_an_answer_left_out_is_a_tap_away(
    api: BotApi, library: Library, code: str, texts: Any, chat: int
) -> None:
    copies = (Copy("c", "Une tour", "Le Soir", None, None),)
    first, second = citation(also=copies), citation(number=2, article_id="a2", title="Le bac")

    def answer(question: Question) -> Answer:
        return replace(answering(first, second)(question), further=(citation(number=3, quote="Après elle."),))

    async with running(api, answer, library=library):
        number = await asked(api, chat, language_code=code)
        shown = str(api.shown(chat, number))
        if chat == GROUP:
            assert api.labels(chat, number) == [[texts.answer.read, texts.answer.more, "⋯"]]
        else:
            assert api.labels(chat, number) == [["[1]", "[2]", texts.answer.more, "⋯"]]
        await press(api, chat, number, texts.answer.more, language_code=code)
        more = await opened(api, chat, 2)
        text = str(api.shown(chat, more))
        await press(api, chat, more, "[3]", language_code=code)
        assert "Après elle." in str(api.shown(chat, await opened(api, chat, 3)))
        await press(api, chat, more, "✕", language_code=code)
        await api.until(lambda: more not in api.here(chat))
    assert ("Le bac" in shown, "Le bac" in text) == ((False, True) if chat == GROUP else (True, False))
    assert "Après elle." in text
    assert "Le Soir" in text
    assert "Le Soir" not in shown


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


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_what_is_no_number_of_a_source_is_said_to_be_none(
    api: BotApi, library: Library, code: str, texts: Any
) -> None:
    cited = [citation(), citation(number=2)]
    typed = ["foo", "0", "-1", "²", "c1", "1.5", "9" * 5000, "[]", "[3]", "١"]
    async with running(api, answering(*cited), library=library):
        await asked(api, language_code=code)
        for one in typed[:6]:
            api.say(7, f"/source {one}"[:4096], language_code=code)
        await replies(api, 7, 7)
        for one in typed[6:]:
            api.say(7, f"/source {one}"[:4096], language_code=code)
        said = await replies(api, 7, 1 + len(typed))
    assert said[1:] == [texts.answer.no_such_source.format(count=2)] * len(typed)


@pytest.mark.parametrize("typed", ["01", "[01]", "1 please"])
async def test_a_passage_asked_for_by_an_odd_number_can_be_paged(
    api: BotApi, library: Library, typed: str
) -> None:
    async with running(api, answering(citation()), library=library):
        await asked(api)
        api.say(7, f"/source {typed}")
        view = await opened(api, 7, 2)
        assert QUOTE in str(api.shown(7, view))
        pressed = await press(api, 7, view, "▶")
        assert await toast(api, pressed) == ""
        await api.until(lambda: QUOTE not in str(api.shown(7, view)))


# Votes


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_a_vote_is_thanked_for_marked_and_may_change(
    api: BotApi, library: Library, code: str, texts: Any
) -> None:
    async with running(api, answering(citation()), library=library):
        answer = await asked(api, language_code=code)
        assert api.labels(7, answer) == [[texts.answer.read, "⋯"]]
        await options(api, 7, answer, language_code=code)
        pressed = await press(api, 7, answer, "👍", language_code=code)
        assert await toast(api, pressed) == texts.answer.thanks_good
        await api.until(lambda: api.labels(7, answer)[-1][1:] == ["👍 ✓", "👎"])
        pressed = await press(api, 7, answer, "👎", language_code=code)
        assert await toast(api, pressed) == texts.answer.thanks_bad
        await api.until(lambda: api.labels(7, answer)[-1][1:] == ["👍", "👎 ✓"])
        calls = len(api.called("editMessageReplyMarkup"))
        await toast(api, await press(api, 7, answer, "👎 ✓", language_code=code))
        await asyncio.sleep(0.1)
        assert len(api.called("editMessageReplyMarkup")) == calls


async def test_votes_of_a_group_are_counted(api: BotApi, library: Library) -> None:
    async with running(api, answering(citation()), library=library):
        answer = await asked(api, GROUP)
        await options(api, GROUP, answer)
        for user, label in ((1, "👍"), (2, "👍 1"), (3, "👎")):
            await toast(api, await press(api, GROUP, answer, label, user_id=user))
            await api.until(lambda user=user: len(api.called("editMessageReplyMarkup")) == user + 1)
        assert api.labels(GROUP, answer)[-1][1:] == ["👍 2", "👎 1"]


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
        await press(api, 7, mine, EN.answer.read)
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
        assert (
            await toast(api, api.press(7, answer, texts.answer.read, language_code=code)) == texts.answer.gone
        )
        other = "en" if code == "fr" else "fr"
        api.say(7, f"/lang {other}", language_code=code)
        await api.until(lambda: len(api.here(7)) == 2)
        said = await toast(api, api.press(7, answer, texts.answer.read, language_code=code))
        chats.close()
    assert said == {"fr": FR, "en": EN}[other].answer.gone


async def test_a_press_is_answered_when_the_work_fails(api: BotApi, library: Library) -> None:
    async with running(api, answering(citation()), library=library):
        answer = await asked(api)
        library.close()
        for file in library.folder.glob(f"{CATALOGUE}*"):
            file.unlink()
        (library.folder / CATALOGUE).write_bytes(b"not a database" * 100)
        pressed = await press(api, 7, answer, EN.answer.read)
        assert await toast(api, pressed) == EN.talk.failed


@pytest.mark.parametrize("fault", [Fault(500), Fault(0), Fault(429, retry_after=1)])
async def test_a_press_that_could_not_be_answered_is_answered_again(
    api: BotApi, library: Library, fault: Fault
) -> None:
    api.fault("answerCallbackQuery", fault)
    async with running(api, answering(citation()), library=library):
        answer = await asked(api)
        await toast(api, await press(api, 7, answer, EN.answer.read))
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
        await toast(api, await press(api, 7, answer, EN.answer.read))
        await opened(api, 7, 2)
        release.set()
        await opened(api, 7, 3)
