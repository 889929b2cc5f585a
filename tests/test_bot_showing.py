"""An answer shown while it grows: drafts in private, edits elsewhere, and the whole answer at the end whatever happens."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from bot_running import EN, FR, GROUP, Gate, bot_api, grown, press, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from telegram_faults import Fault

from retrieval.domain import Answer, Question


def drafts(api: BotApi) -> list[str]:
    return [call.text for call in api.called("sendMessageDraft") if call.ok]


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


@pytest.mark.parametrize("code", ["fr", "en"])
async def test_sentences_come_as_a_draft_in_private_and_the_answer_as_a_message(
    api: BotApi, code: str
) -> None:
    gate = Gate(3)
    async with running(api, gate.chain):
        api.say(7, "la tour", language_code=code)
        for number in (1, 2, 3):
            gate.open()
            await api.until(lambda number=number: drafts(api)[number - 1 :])
        assert api.sent(7) == []
        gate.open()
        [text] = await replies(api, 7)
    one, two, three = drafts(api)
    assert one == "Phrase 1.\u00a0[1]"
    assert two.startswith(one)
    assert three == "Phrase 1.\u00a0[1] Phrase 2.\u00a0[2] Phrase 3.\u00a0[3]"
    assert text.startswith(three)
    assert "] Titre 1 ·" in text
    ids = {call.params["draft_id"] for call in api.called("sendMessageDraft")}
    assert len(ids) == 1
    assert 0 not in ids
    assert api.called("editMessageText") == []


@pytest.mark.parametrize("status", [404, 400])
async def test_a_server_that_knows_no_drafts_gets_edits_instead(api: BotApi, status: int) -> None:
    api.fault("sendMessageDraft", Fault(status))
    gate = Gate(2)
    async with running(api, gate.chain):
        api.say(7, "la tour")
        gate.open()
        assert await replies(api, 7) == ["Phrase 1.\u00a0[1]"]
        gate.open()
        gate.open()
        [number] = api.here(7)
        await api.until(lambda: "] Titre 1 ·" in str(api.shown(7, number)))
        assert len(api.called("sendMessageDraft")) == 1
        gate.again(1)
        api.say(7, "et encore ?")
        gate.open()
        await api.until(lambda: drafts(api) or api.here(7)[1:])
        gate.open()
        await api.until(lambda: len(api.here(7)) == 2 and "] Titre 1 ·" in str(api.shown(7, api.here(7)[-1])))
    # 404 is the server's word for all chats; 400 may be about this one message
    assert len(drafts(api)) == (0 if status == 404 else 1)


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
    assert api.called("sendMessageDraft") == []


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


@pytest.mark.parametrize("fault", [Fault(500), Fault(0), Fault(429, retry_after=1), Fault(200, delay=60)])
async def test_a_draft_that_fails_keeps_no_answer_back(api: BotApi, fault: Fault) -> None:
    gate = Gate(1)
    api.fault("sendMessageDraft", fault)
    async with running(api, gate.chain):
        api.say(7, "la tour")
        gate.open()
        await (asyncio.sleep(0.2) if fault.delay else api.until(lambda: api.called("sendMessageDraft")))
        gate.open()
        [text] = await replies(api, 7)
    assert "] Titre 1 ·" in text
    assert api.called("editMessageText") == []


async def test_a_reader_who_blocks_the_bot_meanwhile_is_left_alone(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    gate = Gate(3)
    api.fault("sendMessageDraft", Fault(403))
    api.fault("sendMessage", Fault(403))
    async with running(api, gate.chain):
        api.say(7, "la tour")
        gate.open()
        await api.until(lambda: api.called("sendMessageDraft"))
        gate.open(3)
        await api.until(lambda: "no longer takes messages" in caplog.text)
    assert len(api.called("sendMessageDraft")) == 1
    assert len(api.called("sendMessage")) == 1


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
        await api.until(lambda: drafts(api))
        api.say(7, "/stop", language_code=code)
        await replies(api, 7, 2)
        gate.open(3)
        stopped, answer = sorted(api.here(7), key=lambda number: "] Titre 1 ·" in str(api.shown(7, number)))
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
        [text] = await replies(api, 7)
        await api.until(lambda: "failed halfway" in caplog.text)
    assert text.endswith(texts.answer.cut_by_failure)
    assert "secret" not in caplog.text


async def test_a_stop_of_the_bot_concludes_what_was_shown(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.running.serving.ANSWERS_GRACE", 0.1)
    gate = Gate(3)
    async with running(api, gate.chain):
        api.say(7, "la tour")
        gate.open()
        await api.until(lambda: drafts(api))
    gate.open(3)
    assert api.sent(7)[0].text.endswith(EN.answer.cut_by_stop)


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
        await api.until(lambda: drafts(api))
        signs = len(api.called("sendChatAction"))
        threading.Event().wait(0.3)
        assert len(api.called("sendChatAction")) <= signs + 1
        gate.open()
        await replies(api, 7)
