"""An answer shown before it is whole: quotations at once, sentences by edits, and the whole answer at the end whatever happens."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from bot_running import EN, FR, GROUP, Asked, Gate, answer_to, bot_api, grown, press, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from telegram_faults import Fault

from bot.texts import TEXTS
from retrieval.domain import Answer, Question


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Show every tenth of a second."""
    monkeypatch.setattr("bot.answers.showing.EVERY", 0.1)


async def test_an_answer_by_quotations_is_one_call_and_nothing_else(api: BotApi) -> None:
    async with running(api):
        api.say(7, "la tour")
        api.say(GROUP, "/ask la tour", chat_type="supergroup")
        await replies(api, 7)
        await replies(api, GROUP)
    assert {call.method for call in api.calls} - {
        "getUpdates",
        "getMe",
        "setMyCommands",
        "setMyDescription",
        "setMyShortDescription",
        "deleteWebhook",
    } == {"sendMessage"}
    assert len(api.called("sendMessage")) == 2


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
@pytest.mark.parametrize("chat", [7, GROUP])
async def test_quotations_come_at_once_and_are_worded_by_editing_their_message(
    api: BotApi, code: str, texts: Any, chat: int
) -> None:
    gate = Gate(2)

    def chain(question: Question) -> Iterator[Answer]:
        yield answer_to(question)
        yield from gate.chain(question)

    async with running(api, chain, chat_model="openai:a-model"):
        api.say(chat, "/ask la tour", language_code=code, chat_type="private" if chat == 7 else "supergroup")
        [text] = await replies(api, chat)
        assert "À propos de la tour" in text
        assert text.endswith(texts.answer.wording)
        [number] = api.here(chat)
        assert api.labels(chat, number) == []
        gate.open()
        await api.until(lambda: api.shown(chat, number) == "Phrase 1.\u00a0[1]")
        gate.open()
        await api.until(lambda: api.shown(chat, number) == "Phrase 1.\u00a0[1] Phrase 2.\u00a0[2]")
        gate.open()
        await api.until(lambda: "] Titre 1 ·" in str(api.shown(chat, number)))
        await press(api, chat, number, "⋯", language_code=code)
        await api.until(lambda: "👎" in str(api.labels(chat, number)))
    assert len(api.sent(chat)) == 1


async def test_quotations_that_nothing_comes_of_stay_and_get_their_buttons(api: BotApi) -> None:
    gate = threading.Event()

    def chain(question: Question) -> Iterator[Answer]:
        yield answer_to(question)
        gate.wait(60)
        yield replace(answer_to(question), notes=("The chat model is silent.",))

    async with running(api, chain, chat_model="openai:a-model"):
        api.say(7, "la tour")
        await replies(api, 7)
        gate.set()
        [number] = api.here(7)
        await api.until(lambda: str(api.shown(7, number)).endswith("The chat model is silent."))
        assert api.labels(7, number)
    assert len(api.sent(7)) == 1


@pytest.mark.parametrize("code", ["fr", "en"])
@pytest.mark.parametrize(("model", "places"), [("local", 16), ("openai:a-model", 1)])
async def test_who_waits_is_told_how_many_come_before(
    api: BotApi, code: str, model: str, places: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.answers.showing.WAIT_TOLD", 0.3)
    monkeypatch.setattr("bot.app.WAITING_THREADS", places)
    gate = threading.Event()
    one, several = TEXTS[code].answer.before_yours

    def shown(chat: int) -> str:
        return str(api.here(chat) and api.shown(chat, api.here(chat)[0]))

    async with running(api, Asked(lambda question: gate.wait(60)), chat_model=model):
        for chat in (1, 2, 3):
            api.say(chat, "la tour", language_code=code)
            await api.until(lambda: api.unconfirmed == 0)
        await api.until(lambda: shown(2) == one)
        await api.until(lambda: shown(3) == several.format(count=2))
        assert api.here(1) == []
        gate.set()
        for chat in (1, 2, 3):
            await api.until(lambda chat=chat: "propos de la tour" in shown(chat))
    assert {chat: len(api.sent(chat)) for chat in (1, 2, 3)} == {1: 1, 2: 1, 3: 1}


async def test_without_a_chat_model_quotations_are_never_said_to_be_worded(api: BotApi) -> None:
    """However long it takes until it is known that nothing follows."""

    def chain(question: Question) -> Iterator[Answer]:
        yield answer_to(question)
        time.sleep(1)

    async with running(api, chain):
        api.say(7, "la tour")
        [text] = await replies(api, 7)
    assert "…" not in text
    assert api.called("editMessageText") == []


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_what_told_to_wait_is_gone_where_no_answer_comes(
    api: BotApi, code: str, texts: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.answers.showing.WAIT_TOLD", 0.1)
    gate = threading.Event()
    async with running(api, Asked(lambda question: gate.wait(60)), chat_model="local"):
        api.say(1, "la tour", language_code=code)
        await api.until(lambda: api.called("sendChatAction"))
        api.say(2, "le pont", language_code=code)
        await api.until(lambda: api.here(2))
        api.say(2, "/stop", language_code=code)
        await replies(api, 2, 2)
        await api.until(lambda: len(api.here(2)) == 1)
        gate.set()
        await replies(api, 1)
    assert [api.shown(2, number) for number in api.here(2)] == [texts.talk.stopped]


async def test_elsewhere_the_first_sentence_is_sent_and_then_edited_at_most_so_often(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.answers.showing.EVERY", 1.5)
    gate = Gate(6)
    async with running(api, gate.chain):
        asked = api.say(GROUP, "/ask la tour", chat_type="supergroup")
        gate.open()
        await replies(api, GROUP)
        for _ in range(6):
            gate.open()
        await api.until(lambda: "] Titre 1 ·" in str(api.shown(GROUP, api.here(GROUP)[0])))
        [number] = api.here(GROUP)
        text = str(api.shown(GROUP, number))
    assert text.startswith(" ".join(f"Phrase {n}.\u00a0[{n}]" for n in range(1, 7)))
    calls = [*api.sent(GROUP), *api.called("editMessageText")]
    assert calls[0].params["reply_parameters"]["message_id"] == asked
    assert len(calls) <= 3  # those in between are left out, not queued
    # a busy machine may bring one late and the next in time
    assert all(later.at - earlier.at >= 0.75 for earlier, later in pairwise(calls))
    assert api.labels(GROUP, number) == [[EN.answer.more, "⋯"]]


async def test_a_flood_wait_is_kept_and_the_final_state_reached(api: BotApi) -> None:
    api.fault("editMessageText", Fault(429, retry_after=1))
    gate = Gate(4)
    async with running(api, gate.chain):
        api.say(GROUP, "/ask la tour", chat_type="supergroup")
        gate.open()
        await replies(api, GROUP)
        gate.open()
        await api.until(lambda: api.called("editMessageText"))
        for _ in range(3):
            gate.open()
        [number] = api.here(GROUP)
        await api.until(lambda: "] Titre 1 ·" in str(api.shown(GROUP, number)))
    refused, *edits = api.called("editMessageText")
    assert refused.status == 429
    assert all(call.at - refused.at >= 1 for call in edits)
    assert len(edits) == 1
    assert "Phrase 4." in str(api.shown(GROUP, number))


@pytest.mark.parametrize(
    "faults",
    [
        [Fault(500)] * 2,
        [Fault(0)] * 2,
        [Fault(performed=True)] * 3,  # the next one is told that the message is not modified
        [Fault(400, "Bad Request: can't parse entities: …")],
        [Fault(200, delay=0.3)] * 2,
    ],
    ids=["500", "dropped", "lost", "cannot parse", "slow"],
)
async def test_whatever_an_edit_meets_the_whole_answer_is_shown(api: BotApi, faults: list[Fault]) -> None:
    gate = Gate(2)
    api.fault("editMessageText", *faults)
    async with running(api, gate.chain):
        api.say(GROUP, "/ask la tour", chat_type="supergroup")
        for _ in range(3):
            gate.open()
            await replies(api, GROUP)
        [number] = api.here(GROUP)
        await api.until(lambda: "] Titre 1 ·" in str(api.shown(GROUP, number)))
        await api.until(lambda: api.labels(GROUP, number))
    assert len(api.here(GROUP)) == 1


async def test_a_reader_who_blocks_the_bot_meanwhile_is_left_alone(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    gate = Gate(3)
    api.fault("sendMessage", Fault(403), Fault(403))
    async with running(api, gate.chain):
        api.say(7, "la tour")
        gate.open()
        await api.until(lambda: api.called("sendMessage"))
        gate.open(3)
        await api.until(lambda: "no longer takes messages" in caplog.text)
    assert len(api.called("sendMessage")) == 2


async def test_a_first_message_that_was_deleted_meanwhile_is_sent_anew(api: BotApi) -> None:
    gate = Gate(2)
    async with running(api, gate.chain):
        api.say(GROUP, "/ask la tour", chat_type="supergroup")
        gate.open()
        await replies(api, GROUP)
        del api._messages[GROUP, api.here(GROUP)[0]]
        gate.open()
        gate.open()
        await api.until(
            lambda: api.here(GROUP) and "] Titre 1 ·" in str(api.shown(GROUP, api.here(GROUP)[0]))
        )
    assert len(api.here(GROUP)) == 1


# Answers that do not come to their end


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
@pytest.mark.parametrize("chat", [7, GROUP])
async def test_what_was_shown_when_time_ran_out_is_concluded_with_one_line(
    api: BotApi, code: str, texts: Any, chat: int
) -> None:
    gate = Gate(3)
    async with running(api, gate.chain, answer_timeout=0.5):
        api.say(chat, "/ask la tour", language_code=code, chat_type="private" if chat == 7 else "supergroup")
        gate.open()
        await api.until(lambda: api.here(chat) and "] Titre 1 ·" in str(api.shown(chat, api.here(chat)[0])))
        [number] = api.here(chat)
        gate.open(3)
    text = str(api.shown(chat, number))
    assert text.startswith("Phrase 1.\u00a0[1]")
    assert text.endswith(texts.answer.cut_by_time)
    assert "Phrase 2." not in text
    assert api.labels(chat, number)[0][0] == texts.answer.read


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_what_was_shown_when_the_reader_stopped_it_is_concluded_and_can_be_proved(
    api: BotApi, code: str, texts: Any
) -> None:
    gate = Gate(3)
    async with running(api, gate.chain):
        api.say(7, "la tour", language_code=code)
        gate.open()
        await replies(api, 7)
        api.say(7, "/stop", language_code=code)
        await replies(api, 7, 2)
        gate.open(3)
        answer, stopped = api.here(7)
        await api.until(lambda: api.labels(7, answer))
        await press(api, 7, answer, texts.answer.read, language_code=code)
        await api.until(lambda: len(api.here(7)) == 3)
    assert api.shown(7, stopped) == texts.talk.stopped
    assert str(api.shown(7, answer)).endswith(texts.answer.cut_by_reader)


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_a_failure_halfway_is_said_under_what_was_shown(
    api: BotApi, code: str, texts: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(question: Question) -> Iterator[Answer]:
        yield grown(question, 1)
        raise RuntimeError("the secret")

    async with running(api, failing):
        api.say(7, "la tour", language_code=code)
        await api.until(lambda: "failed halfway" in caplog.text)
        await replies(api, 7)
    assert str(api.shown(7, api.here(7)[0])).endswith(texts.answer.cut_by_failure)
    assert "secret" not in caplog.text


async def test_a_stop_of_the_bot_concludes_what_was_shown(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.running.serving.ANSWERS_GRACE", 0.1)
    gate = Gate(3)
    async with running(api, gate.chain):
        api.say(7, "la tour")
        gate.open()
        await replies(api, 7)
    gate.open(3)
    assert str(api.shown(7, api.here(7)[0])).endswith(EN.answer.cut_by_stop)


async def test_a_slow_answer_types_and_a_shown_one_does_no_more(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.send.TYPING_AFTER", 0.05)
    monkeypatch.setattr("bot.send.TYPING_EVERY", 0.05)
    gate = Gate(1)
    async with running(api, gate.chain):
        api.say(7, "la tour")
        await api.until(lambda: api.called("sendChatAction")[2:])
        gate.open()
        await replies(api, 7)
        signs = len(api.called("sendChatAction"))
        threading.Event().wait(0.3)
        assert len(api.called("sendChatAction")) <= signs + 1
        gate.open()
        await replies(api, 7)
