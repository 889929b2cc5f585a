"""Edited questions: their answers change in place."""

from __future__ import annotations

import asyncio
import threading
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
from retrieval.domain import Answer, Citation, Language, Question, Sentence


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
