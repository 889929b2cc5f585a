"""Questions asked again in the other language or as they were typed, and replies to old answers."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from bot_running import (  # noqa: F401 (fixtures)
    EN,
    FR,
    GROUP,
    Asked,
    answer_to,
    ask,
    bot_api,
    grown,
    noted,
    options,
    press,
    replies,
    running,
    soon,
)
from botapi import BotApi

from retrieval import phrases
from retrieval.domain import Answer, Item, Language, Question

# The other language


@pytest.mark.parametrize(("code", "texts", "other"), [("fr", FR, EN), ("en", EN, FR)])
@pytest.mark.parametrize("chat", [7, GROUP])
async def test_the_other_language_is_a_tap_there_and_a_tap_back_and_keeps_the_passage(
    api: BotApi, code: str, texts: Any, other: Any, chat: int
) -> None:
    chain = Asked()

    def answer(question: Question) -> Answer:
        chain(question)
        made = answer_to(question)
        return replace(made, notes=(phrases.age(made.language, several=False),), understood="Et la tour ?")

    async with running(api, answer):
        ask(api, chat, "la tour", language_code=code)
        await replies(api, chat)
        number = api.here(chat)[-1]
        first = str(api.shown(chat, number))
        label = other.answer.in_this_language
        await options(api, chat, number, language_code=code)
        await press(api, chat, number, label, language_code=code)
        await api.until(lambda: api.shown(chat, number) != first)
        there = str(api.shown(chat, number))
        await options(api, chat, number, language_code=code)
        await press(api, chat, number, texts.answer.in_this_language, language_code=code)
        await api.until(lambda: api.shown(chat, number) == first)
        await api.until(lambda: other.answer.read not in str(api.labels(chat, number)))
        assert len(api.here(chat)) == 1
    told: Language = "en" if code == "fr" else "fr"
    lines = there.splitlines()
    assert phrases.quoted("À propos de la tour", told) in lines
    elsewhere = {
        "en": "The article is in French; here is the passage.",
        "fr": "L’article est en anglais\u202f; voici le passage.",
    }
    assert lines[0] == elsewhere[told]
    assert phrases.age(told, several=False) in there
    assert len(chain.questions) == 1


@pytest.mark.parametrize(("code", "word", "other"), [("fr", "rien", EN), ("en", "nothing", FR)])
async def test_a_refusal_in_the_other_language_is_that_refusal(
    api: BotApi, code: str, word: str, other: Any
) -> None:
    chain = Asked()
    async with running(api, chain):
        api.say(7, word, language_code=code)
        [text] = await replies(api, 7)
        [number] = api.here(7)
        await options(api, 7, number, language_code=code)
        await press(api, 7, number, other.answer.in_this_language, language_code=code)
        await api.until(lambda: api.shown(7, number) != text)
        assert str(api.shown(7, number)).startswith(phrases.REFUSED["en" if code == "fr" else "fr"])
        assert "1. Une grève" in str(api.shown(7, number))
    assert len(chain.questions) == 1


def listing(question: Question) -> Answer:
    """A list in the question's language; asked again it finds nothing."""
    if question.language:
        return answer_to(replace(question, text="rien", chat_language=question.language))
    made = answer_to(question)
    item = Item(None, made.citations[0].quote, (1,), ("a1",))
    return replace(made, text="En bref\u00a0:", items=(item,), kind="list")


async def test_a_list_or_a_composed_answer_never_turns_into_a_refusal(api: BotApi) -> None:
    composed = {"un": listing, "deux": lambda q: listing(q) if q.language else [grown(q, 2)]}
    async with running(api, lambda question: composed[question.text](question)):
        for number, text in enumerate(composed, start=1):
            api.say(7, text, language_code="fr")
            await replies(api, 7, number)
            message = api.here(7)[-1]
            await options(api, 7, message, language_code="fr")
            pressed = await press(api, 7, message, "In English", language_code="fr")
            await api.until(lambda message=message: "“" in str(api.shown(7, message)))
            toasts = {
                c.params["callback_query_id"]: c.params.get("text") for c in api.called("answerCallbackQuery")
            }
            assert toasts[pressed] == EN.answer.asking_again
    listed, quoted = (str(api.shown(7, message)) for message in api.here(7))
    assert listed == f"{phrases.FOUND['en']}\n\n“À propos de un”"
    assert quoted.startswith(
        "The articles are in French; here are the passages.\n\n“Phrase 1.”\u00a0[1]\nTitre 1"
    )


async def test_two_taps_on_the_other_language_ask_once(api: BotApi) -> None:
    chain = Asked(lambda question: time.sleep(0.2) if question.language else None)

    def answer(question: Question) -> Any:
        chain(question)
        return [grown(question, 3)]

    async with running(api, answer):
        api.say(7, "la tour")
        await replies(api, 7)
        [number] = api.here(7)
        await press(api, 7, number, "[1]")
        await options(api, 7, number)
        await press(api, 7, number, FR.answer.in_this_language)
        await press(api, 7, number, FR.answer.in_this_language)
        await api.until(lambda: api.labels(7, number) == [["[1]", "[2]", "[3]", "⋯"]])
        # the passage of the first answer goes with it
        await api.until(lambda: api.here(7) == [number])
        await api.until(lambda: len(api.called("answerCallbackQuery")) == 4)
    assert [question.language for question in chain.questions] == [None, "fr"]


async def test_an_answer_asked_again_that_takes_too_long_stays_and_says_so(api: BotApi) -> None:
    release = threading.Event()

    def answer(question: Question) -> Any:
        if question.language:
            release.wait(10)
        return [grown(question, 1)]

    async with running(api, answer, answer_timeout=0.3):
        api.say(7, "la tour")
        await replies(api, 7)
        [number] = api.here(7)
        await options(api, 7, number)
        text = api.shown(7, number)
        await press(api, 7, number, FR.answer.in_this_language)
        assert (await replies(api, 7, 2))[1] == EN.talk.too_late
        release.set()
        assert api.shown(7, number) == text


async def test_an_answer_asked_again_in_vain_is_apologised_for(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: Question) -> Any:
        if question.language:
            raise RuntimeError(question.text)
        return [grown(question, 1)]

    async with running(api, fail):
        api.say(7, "mon secret", language_code="fr")
        [text] = await replies(api, 7)
        [number] = api.here(7)
        await options(api, 7, number, language_code="fr")
        await press(api, 7, number, EN.answer.in_this_language, language_code="fr")
        assert await replies(api, 7, 2) == [text, FR.talk.failed]
    assert "could not be asked again: RuntimeError" in caplog.text
    assert "secret" not in caplog.text


# The question alone


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
@pytest.mark.parametrize("chat", [7, GROUP])
async def test_a_follow_up_can_be_asked_as_it_was_typed(
    api: BotApi, code: str, texts: Any, chat: int
) -> None:
    chain = Asked()

    def answer(question: Question) -> Answer:
        chain(question)
        return replace(answer_to(question), understood="Et la tour, alors ?" if question.history else None)

    async with running(api, answer):
        ask(api, chat, "avant", language_code=code)
        await replies(api, chat)
        ask(api, chat, "et la tour", language_code=code)
        await replies(api, chat, 2)
        number = api.here(chat)[-1]
        assert api.labels(chat, number) == [[texts.answer.read, texts.answer.alone, "⋯"]]
        assert api.labels(chat, api.here(chat)[0]) == [[texts.answer.read, "⋯"]]
        pressed = await press(api, chat, number, texts.answer.alone, language_code=code)
        await api.until(lambda: "alors" not in str(api.shown(chat, number)))
        await api.until(lambda: api.labels(chat, number) == [[texts.answer.read, "⋯"]])
        toasts = {
            c.params["callback_query_id"]: c.params.get("text") for c in api.called("answerCallbackQuery")
        }
        assert toasts[pressed] == texts.answer.asking_alone
    assert [(q.text, len(q.history)) for q in chain.questions] == [
        ("avant", 0),
        ("et la tour", 1),
        ("et la tour", 0),
    ]


# Replies to an old answer


@pytest.mark.parametrize("chat", [7, GROUP])
async def test_a_reply_to_an_old_answer_or_to_its_passage_is_understood_from_that_answer(
    api: BotApi, chat: int
) -> None:
    chain = Asked()
    async with running(api, chain):
        for number, text in enumerate(("un", "deux", "trois"), start=1):
            ask(api, chat, text)
            await replies(api, chat, number)
        first = api.here(chat)[0]
        await press(api, chat, first, EN.answer.read)
        passage = (await api.until(lambda: len(api.here(chat)) == 4 and api.here(chat)))[-1]
        await noted(passage)
        for count, (message, text) in enumerate(((first, "et là ?"), (passage, "et ici ?")), start=5):
            kind = "private" if chat == 7 else "supergroup"
            api.say(chat, text, chat_type=kind, reply_to_message=api._messages[chat, message])
            await replies(api, chat, count)
        ask(api, chat, "et maintenant ?")
        await replies(api, chat, 7)
    histories = {q.text: [turn.question for turn in q.history] for q in chain.questions}
    assert histories["et là ?"] == histories["et ici ?"] == ["un"]
    assert histories["et maintenant ?"] == ["deux", "trois", "et là ?", "et ici ?"]


@pytest.mark.parametrize("chat", [7, GROUP])
async def test_a_reply_to_an_old_question_is_understood_from_its_answer(api: BotApi, chat: int) -> None:
    chain = Asked()
    async with running(api, chain):
        first = ask(api, chat, "un")
        await replies(api, chat)
        ask(api, chat, "deux")
        await replies(api, chat, 2)
        ask(api, chat, "et là ?", reply_to_message=api.message(chat, first))
        await replies(api, chat, 3)
    assert [turn.question for turn in chain.questions[-1].history] == ["un"]


async def test_a_composed_answer_that_is_asked_again_changes_once_it_is_whole(api: BotApi) -> None:
    def answer(question: Question) -> Any:
        return [grown(question, 1), grown(question, 2)]

    async with running(api, answer):
        question = api.say(7, "un")
        await api.until(lambda: api.here(7))
        [number] = api.here(7)
        await api.until(lambda: api.labels(7, number))
        edited = len(api.called("editMessageText"))
        api.change(7, question, "deux")
        await api.until(lambda: len(api.called("editMessageText")) > edited and api.labels(7, number))
        await options(api, 7, number)
        await press(api, 7, number, FR.answer.in_this_language)
        await api.until(lambda: "⋯" in str(api.labels(7, number)))
    assert api.here(7) == [number]
