"""The conversation, over HTTP: the real application against a Bot API server on this machine."""

from __future__ import annotations

import asyncio
import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from bot_running import EN, FR, GROUP, Asked, answer_to, bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BOT_ID, USERNAME, BotApi
from telegram_faults import Fault

from bot.texts import number
from retrieval import phrases
from retrieval.domain import Answer, Citation, Language, Question, Sentence

# What a reader gets


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_help_and_unknown_commands_say_how_to_go_on(api: BotApi, code: str, texts: Any) -> None:
    async with running(api):
        for text in ("/help", "/nonsense", f"/help@{USERNAME}"):
            api.say(7, text, language_code=code)
        assert await replies(api, 7, 3) == [texts.talk.help, texts.talk.unknown_command, texts.talk.help]


@pytest.mark.parametrize(("code", "opening"), [("fr", "«\u00a0"), ("en", "“")])
async def test_any_text_in_a_private_chat_is_a_question(api: BotApi, code: str, opening: str) -> None:
    chain = Asked()
    async with running(api, chain):
        api.say(7, "  La tour <a fermé> ?\n", language_code=code)
        [text] = await replies(api, 7)
    assert text.startswith(f"{opening}À propos de La tour <a fermé> ?")
    (question,) = chain.questions
    assert (question.text, question.chat_language) == ("La tour <a fermé> ?", code)  # type: ignore[arg-type]


async def test_an_answer_is_html_without_a_link_preview_and_no_reply_in_private(api: BotApi) -> None:
    async with running(api):
        api.say(7, "la tour")
        await replies(api, 7)
    params = api.sent(7)[0].params
    assert params["parse_mode"] == "HTML"
    assert params["link_preview_options"] == {"is_disabled": True}
    assert "reply_parameters" not in params
    assert api.sent(7)[0].entities == ()


@pytest.mark.parametrize(("code", "word"), [("fr", "rien"), ("en", "nothing")])
async def test_a_refusal_names_nearby_articles(api: BotApi, code: Language, word: str) -> None:
    async with running(api):
        api.say(7, word, language_code=code)
        [text] = await replies(api, 7)
    assert text.startswith(phrases.REFUSED[code])
    assert "Une grève" in text
    assert api.sent(7)[0].entities[0]["url"] == "https://journal.example/greve"


async def test_ask_takes_the_words_that_follow_it_and_asks_for_them_when_there_are_none(api: BotApi) -> None:
    chain = Asked()
    async with running(api, chain):
        api.say(7, "/ask Qui a\ngagné ?", language_code="fr")
        for text in ("/ask", "?!", "🌧"):
            api.say(7, text, language_code="fr")
        assert (await replies(api, 7, 4))[1:] == [FR.talk.ask_usage] * 3
    assert [question.text for question in chain.questions] == ["Qui a\ngagné ?"]


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_a_question_over_a_thousand_characters_gets_a_kind_line(
    api: BotApi, code: Language, texts: Any
) -> None:
    chain = Asked()
    async with running(api, chain):
        api.say(7, "a" * 1001, language_code=code)
        api.say(7, "a" * 1000, language_code=code)
        assert (await replies(api, 7, 2))[0] == texts.talk.too_long.format(
            length=number(1001, code), limit=number(1000, code)
        )
    assert len(chain.questions) == 1


async def test_what_is_not_text_gets_one_kind_line_and_an_album_only_one(api: BotApi) -> None:
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 1}
    async with running(api):
        for _ in range(3):
            api.say(7, None, photo=photo, media_group_id="g1", language_code="fr")
        api.say(7, None, voice=voice, language_code="fr")
        api.say(GROUP, None, photo=photo, chat_type="supergroup")
        api.say(7, None, pinned_message=None, new_chat_title="x")
        api.say(7, "/help", language_code="fr")
        assert await replies(api, 7, 3) == [FR.talk.not_text, FR.talk.not_text, FR.talk.help]
    assert api.sent(GROUP) == []


async def test_the_caption_of_a_picture_is_a_question_and_the_rest_of_its_album_is_none(api: BotApi) -> None:
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    chain = Asked()
    async with running(api, chain):
        api.say(7, None, photo=photo, media_group_id="g1", caption="la tour")
        api.say(7, None, photo=photo, media_group_id="g1")
        api.say(7, "/help")
        said = await replies(api, 7, 2)
    assert [question.text for question in chain.questions] == ["la tour"]
    assert (said[0].startswith("“À propos de la tour”"), said[1:]) == (True, [EN.talk.help])


async def test_in_a_group_only_those_who_speak_to_the_bot_are_answered_and_replied_to(api: BotApi) -> None:
    chain = Asked()
    of_bot = {"message_id": 1, "date": 1, "chat": {"id": GROUP, "type": "supergroup"}, "text": "x"}
    of_bot["from"] = {"id": BOT_ID, "is_bot": True, "first_name": "D", "username": USERNAME}
    async with running(api, chain):
        for text in ("bonjour à tous", "@another_bot qui ?", "/ask@another_bot qui ?", "/nonsense"):
            api.say(GROUP, text, chat_type="supergroup")
        asked = [
            api.say(GROUP, "/ask un", chat_type="supergroup"),
            api.say(GROUP, f"👋 @{USERNAME.upper()} deux", chat_type="supergroup"),
            api.say(GROUP, "trois", chat_type="supergroup", reply_to_message=of_bot),
        ]
        await replies(api, GROUP, 3)
    assert [question.text for question in chain.questions] == ["un", "👋  deux", "trois"]
    assert [call.params["reply_parameters"]["message_id"] for call in api.sent(GROUP)] == asked


async def test_an_answer_in_a_topic_stays_in_the_topic(api: BotApi) -> None:
    async with running(api):
        api.say(GROUP, "/ask un", chat_type="supergroup", is_topic_message=True, message_thread_id=33)
        await replies(api, GROUP)
    assert api.sent(GROUP)[0].params["message_thread_id"] == 33


async def test_a_long_answer_comes_as_several_messages_in_order(api: BotApi) -> None:
    def long_answer(question: Question) -> Answer:
        words = [f"{number} " + "mot " * 500 + "." for number in range(4)]
        cited = tuple(
            Citation(n + 1, f"a{n}", "T", None, None, None, None, "fr", text, 0, len(text), text)
            for n, text in enumerate(words)
        )
        return Answer(
            "?", "fr", True, "chat", "", tuple(Sentence(w, (n + 1,)) for n, w in enumerate(words)), cited
        )

    async with running(api, long_answer):
        message_id = api.say(GROUP, "/ask un", chat_type="group")
        texts = await replies(api, GROUP, 2)
    assert "".join(texts).index("0 mot") < "".join(texts).index("3 mot")
    replied = [call.params.get("reply_parameters", {}).get("message_id") for call in api.sent(GROUP)]
    assert replied == [message_id, *[None] * (len(texts) - 1)]


# While a reader waits


async def test_typing_is_shown_while_the_answer_is_made_and_repeated(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.send.TYPING_AFTER", 0.1)
    monkeypatch.setattr("bot.send.TYPING_EVERY", 0.1)
    async with running(api, Asked(lambda question: time.sleep(0.5))):
        api.say(7, "la tour")
        await replies(api, 7)
        signs = len(api.called("sendChatAction"))
        await asyncio.sleep(0.3)
    assert 3 <= signs <= 6
    assert len(api.called("sendChatAction")) == signs
    assert api.called("sendChatAction")[0].params == {"chat_id": 7, "action": "typing"}
    assert [c.method for c in api.calls if c.method.startswith("send")][-1] == "sendMessage"


async def test_a_typing_sign_that_fails_or_hangs_keeps_no_answer_back(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.send.TYPING_AFTER", 0.05)
    api.fault("sendChatAction", Fault(500), Fault(200, delay=600))
    async with running(api, Asked(lambda question: time.sleep(0.2))):
        for text in ("un", "deux"):
            api.say(7, text)
        await replies(api, 7, 2)


async def test_the_chain_works_on_its_own_threads_and_the_loop_stays_free(api: BotApi) -> None:
    release = threading.Event()
    chain = Asked(lambda question: release.wait(10) if question.text == "lent" else None)
    async with running(api, chain):
        api.say(7, "lent")
        api.say(8, "vite")
        await replies(api, 8)
        assert api.sent(7) == []
        release.set()
        await replies(api, 7)
    assert all(name.startswith("answer") for name in chain.threads)


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_an_answer_that_takes_too_long_gets_an_apology(api: BotApi, code: str, texts: Any) -> None:
    release = threading.Event()
    async with running(api, Asked(lambda question: release.wait(10)), answer_timeout=0.2):
        api.say(7, "la tour", language_code=code)
        assert await replies(api, 7) == [texts.talk.too_late]
        release.set()


# Follow-ups


async def test_what_was_said_in_a_chat_goes_with_its_next_question_and_into_no_other(api: BotApi) -> None:
    chain = Asked()
    async with running(api, chain):
        for number, text in enumerate(("un", "deux", "trois", "quatre", "cinq", "six"), start=1):
            api.say(7, text)
            await replies(api, 7, number)
        api.say(8, "sept")
        await replies(api, 8)
        for thread, number in ((33, 1), (34, 2)):
            api.say(
                GROUP, "/ask huit", chat_type="supergroup", is_topic_message=True, message_thread_id=thread
            )
            await replies(api, GROUP, number)
    asked = {question.text: [turn.question for turn in question.history] for question in chain.questions}
    assert asked["un"] == []
    assert asked["deux"] == ["un"]
    assert asked["six"] == ["deux", "trois", "quatre", "cinq"]
    assert asked["sept"] == asked["huit"] == []
    assert chain.questions[1].history[0].said == ("À propos de un",)


@pytest.mark.parametrize("text", ["la tour", "rien"])
async def test_the_question_as_understood_stands_beneath_the_answer_and_the_refusal(
    api: BotApi, text: str
) -> None:
    def understanding(question: Question) -> Answer:
        return replace(answer_to(question), understood="Que dit <Poutine> de l’Ukraine\u202f?")

    async with running(api, understanding):
        api.say(7, text, language_code="fr")
        [reply] = await replies(api, 7)
    assert reply.endswith("\n\nQuestion comprise ainsi\u00a0: Que dit <Poutine> de l’Ukraine\u202f?")
    assert [e["type"] for e in api.sent(7)[0].entities][-1] == "italic"


async def test_a_question_that_failed_is_not_remembered(api: BotApi) -> None:
    def failing(question: Question) -> None:
        if question.text == "un":
            raise ValueError

    chain = Asked(failing)
    async with running(api, chain):
        api.say(7, "un")
        await replies(api, 7)
        api.say(7, "deux")
        await replies(api, 7, 2)
    assert chain.questions[1].history == ()
