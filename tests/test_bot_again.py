"""Questions asked again: edited by their readers, or in the other language; and replies to old answers."""

from __future__ import annotations

import asyncio
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
    bot_api,
    grown,
    noted,
    options,
    press,
    replies,
    running,
    soon,
)
from botapi import USERNAME, BotApi
from telegram_faults import Fault

from bot.texts import TEXTS, number
from retrieval import phrases
from retrieval.domain import Answer, Citation, Item, Language, Question, Sentence

CHATS = [(7, "private", "", "la tour"), (GROUP, "supergroup", "/ask ", "la tour")]


def long_or_short(question: Question) -> Answer:
    """As many messages as the question says, about."""
    count = int(question.text) if question.text.isdecimal() else 0
    if not count:
        return answer_to(question)
    words = [f"{number} " + "mot " * 800 + "." for number in range(count)]
    cited = tuple(
        Citation(n, f"a{n}", "T", None, None, None, None, "fr", text, 0, len(text), text)
        for n, text in enumerate(words, start=1)
    )
    sentences = tuple(Sentence(w, (n,)) for n, w in enumerate(words, start=1))
    return Answer(question.text, "fr", True, "quotes", "", sentences, cited)


def ask(api: BotApi, chat: int, text: str, **given: Any) -> int:
    if chat == 7:
        return api.say(7, text, **given)
    return api.say(chat, f"/ask {text}", chat_type="supergroup", **given)


# Edited questions


@pytest.mark.parametrize("chat", [7, GROUP])
@pytest.mark.parametrize("code", ["fr", "en"])
async def test_an_edited_question_gets_its_answer_changed_in_place(
    api: BotApi, chat: int, code: Language
) -> None:
    chain = Asked()
    async with running(api, chain):
        ask(api, chat, "avant", language_code=code)
        await replies(api, chat)
        question = ask(api, chat, "un", language_code=code)
        await replies(api, chat, 2)
        answer = api.here(chat)[-1]
        ask(api, chat, "plus tard", language_code=code)
        await replies(api, chat, 3)
        api.change(chat, question, "deux" if chat == 7 else "/ask deux")
        await api.until(lambda: "À propos de deux" in str(api.shown(chat, answer)))
        assert len(api.here(chat)) == 3
        assert api.labels(chat, answer) == [[TEXTS[code].answer.read, "⋯"]]
    # what came after the question is not what it is understood from
    assert [turn.question for turn in chain.questions[-1].history] == ["avant"]
    assert len(api.called("editMessageText")) == 1


async def test_an_edit_that_changes_no_word_or_no_answer_costs_no_call(api: BotApi) -> None:
    chain = Asked()

    def same(question: Question) -> Answer:
        chain(question)
        return answer_to(replace(question, text="toujours"))

    async with running(api, same):
        question = api.say(7, "un")
        await replies(api, 7)
        api.change(7, question, "toujours")
        api.change(7, question, "un")
        api.say(7, "/help")
        await replies(api, 7, 2)
    assert [asked.text for asked in chain.questions] == ["un", "un"]
    assert api.called("editMessageText") == []


@pytest.mark.parametrize("steps", [(3, 1), (1, 3), (2, 2), (3, 0, 2)])
async def test_messages_too_many_go_and_missing_ones_come(api: BotApi, steps: tuple[int, ...]) -> None:
    async with running(api, long_or_short):
        question = api.say(7, str(steps[0]))
        await api.until(lambda: len(api.here(7)) >= max(1, steps[0]))
        for step in steps[1:]:
            api.change(7, question, str(step) if step else "rien", language_code="fr")
            wanted = [f"«\u00a0{n} mot" for n in range(step)] or [phrases.REFUSED["en"]]
            await api.until(
                lambda wanted=wanted, step=step: (
                    all(words in " ".join(str(api.shown(7, m)) for m in api.here(7)) for words in wanted)
                    and f"«\u00a0{step} mot" not in " ".join(str(api.shown(7, m)) for m in api.here(7))
                    and api.labels(7, api.here(7)[-1])
                )
            )
            await asyncio.sleep(0.1)
        last = api.here(7)[-1]
        assert api.labels(7, last)[-1][-1] == "⋯"
        assert all(api.labels(7, number) == [] for number in api.here(7)[:-1])
        await options(api, 7, last)
        await press(api, 7, last, "👍")
        await api.until(
            lambda: EN.answer.thanks_good in [c.params.get("text") for c in api.called("answerCallbackQuery")]
        )


@pytest.mark.parametrize(
    "fault",
    [
        Fault(500),
        Fault(0),
        Fault(performed=True),
        Fault(429, retry_after=1),
        Fault(400, "Bad Request: can't parse entities: …"),
    ],
)
async def test_an_edit_that_meets_a_fault_is_made_all_the_same(api: BotApi, fault: Fault) -> None:
    async with running(api):
        question = api.say(7, "un")
        await replies(api, 7)
        api.fault("editMessageText", fault)
        api.change(7, question, "deux")
        await api.until(lambda: "deux" in str(api.shown(7, api.here(7)[0])))
        await api.until(lambda: api.called("editMessageText")[1:])
        assert len(api.here(7)) == 1


async def test_an_answer_that_was_deleted_is_sent_anew(api: BotApi) -> None:
    async with running(api):
        question = ask(api, GROUP, "un")
        await replies(api, GROUP)
        del api._messages[GROUP, api.here(GROUP)[0]]
        api.change(GROUP, question, "/ask deux")
        await replies(api, GROUP, 2)
        assert "deux" in str(api.shown(GROUP, api.here(GROUP)[0]))
        assert api.sent(GROUP)[-1].params["reply_parameters"]["message_id"] == question


async def test_a_reader_who_blocked_the_bot_keeps_the_old_answer(api: BotApi) -> None:
    async with running(api):
        question = api.say(7, "un")
        await replies(api, 7)
        api.fault("editMessageText", Fault(403))
        api.change(7, question, "deux")
        await api.until(lambda: api.called("editMessageText"))
        await asyncio.sleep(0.1)
        api.change(7, question, "un")  # what is kept is still the answer to "un"
        api.say(7, "/help")
        await replies(api, 7, 2)
    assert len(api.called("editMessageText")) == 1


async def test_edits_of_other_messages_are_nothing_to_the_bot_unless_they_now_speak_to_it(
    api: BotApi,
) -> None:
    chain = Asked()
    async with running(api, chain):
        talk = api.say(GROUP, "bonjour à tous", chat_type="supergroup")
        other = api.say(GROUP, "/ask@another_bot qui ?", chat_type="supergroup")
        api.change(GROUP, talk, "bonsoir à tous")
        api.change(GROUP, other, "/ask@another_bot quoi ?")
        api.change(GROUP, talk, f"@{USERNAME} qui ferme ?")
        await replies(api, GROUP)
        question = ask(api, GROUP, "un")
        await replies(api, GROUP, 2)
        api.change(GROUP, question, "rien à voir")
        start = api.say(7, "/start")
        await replies(api, 7)
        api.change(7, start, "/help")
        api.change(7, start, "qui ferme ?")
        await replies(api, 7, 2)
    assert [question.text for question in chain.questions] == ["qui ferme ?", "un", "qui ferme ?"]
    assert api.sent(GROUP)[0].params["reply_parameters"]["message_id"] == talk


@pytest.mark.parametrize("chat", [7, GROUP])
async def test_an_edited_caption_gets_its_answer_changed_too(api: BotApi, chat: int) -> None:
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    kind, name = ("private", "") if chat == 7 else ("supergroup", f"@{USERNAME} ")
    named = [{"type": "mention", "offset": 0, "length": len(name) - 1}] if name else []

    def pictured(caption: str) -> dict[str, Any]:
        return {"caption": f"{name}{caption}", "caption_entities": named, "photo": photo}

    async with running(api):
        question = api.say(chat, None, chat_type=kind, **pictured("la tour"))
        await replies(api, chat)
        [shown] = api.here(chat)
        asked = api.message(chat, question)
        api.push({"edited_message": asked | pictured("le pont") | {"edit_date": asked["date"] + 60}})
        await api.until(lambda: "À propos de le pont" in (api.shown(chat, shown) or ""))
    assert len(api.sent(chat)) == 1


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_an_edit_that_cannot_be_answered_says_why_and_leaves_the_answer(
    api: BotApi, code: Language, texts: Any
) -> None:
    release = threading.Event()
    chain = Asked(lambda question: release.wait(10) if question.text == "lent" else None)
    async with running(api, chain, answer_timeout=0.3):
        question = api.say(7, "un", language_code=code)
        [text] = await replies(api, 7)
        for words in ("?!", "a" * 1001, "lent"):
            api.change(7, question, words)
        said = (await replies(api, 7, 4))[1:]
        release.set()
        assert api.shown(7, api.here(7)[0]) == text
    assert said == [
        texts.talk.ask_usage,
        texts.talk.too_long.format(length=number(1001, code), limit=number(1000, code)),
        texts.talk.too_late,
    ]


async def test_an_edit_whose_answer_fails_is_apologised_for(api: BotApi) -> None:
    def fail(question: Question) -> None:
        if question.text == "deux":
            raise RuntimeError

    async with running(api, Asked(fail)):
        question = api.say(7, "un")
        [text] = await replies(api, 7)
        api.change(7, question, "deux")
        assert (await replies(api, 7, 2))[1] == EN.talk.failed
        assert api.shown(7, api.here(7)[0]) == text


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
        [text] = await replies(api, 7)
        [number] = api.here(7)
        await options(api, 7, number)
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
