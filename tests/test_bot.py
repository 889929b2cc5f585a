"""The bot over HTTP: the real application against a Bot API server on this machine, a chain of made answers behind it."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from botapi import BOT_ID, USERNAME, BotApi, Fault
from langchain_core.runnables import RunnableLambda

from bot.app import DESK, make_application, require_token, serve
from bot.commands import bot as bot_command
from bot.order import ChatOrder
from bot.texts import TEXTS
from retrieval.domain import Answer, Citation, Language, Nearby, Question, Sentence
from retrieval.errors import DepecheError
from retrieval.settings import Settings

FR, EN = TEXTS["fr"], TEXTS["en"]
GROUP = -100123


def settings_for(api: BotApi, **given: Any) -> Settings:
    fields = {
        "TELEGRAM_BOT_TOKEN": api.token,
        "telegram_base_url": api.base_url,
        "telegram_base_file_url": api.base_file_url,
    }
    return Settings(_env_file=None, **(fields | given))  # type: ignore[call-arg]


def answer_to(question: Question) -> Answer:
    """One made citation, in the chat's language; "rien"/"nothing" is refused."""
    language: Language = question.chat_language or "en"
    if question.text in {"rien", "nothing"}:
        nearby = Nearby("a9", "Une grève", "fr", "https://journal.example/greve", "2024-10-24")
        return Answer(question.text, language, False, "quotes", "", nearby=(nearby,))
    words = f"À propos de {question.text}"
    cited = Citation(
        1, "a1", "La tour ferme", "Le Journal", None, None, "2024-10-24", "fr", words, 0, len(words), words
    )
    return Answer(question.text, language, True, "quotes", words, (Sentence(words, (1,)),), (cited,))


class Asked:
    """A chain that notes the questions, may wait, and may fail."""

    def __init__(self, before: Callable[[Question], Any] = lambda question: None) -> None:
        self.questions: list[Question] = []
        self.threads: set[str] = set()
        self._before = before

    def __call__(self, question: Question) -> Answer:
        self.questions.append(question)
        self.threads.add(threading.current_thread().name)
        self._before(question)
        return answer_to(question)


@asynccontextmanager
async def running(api: BotApi, chain: Any = answer_to, **options: Any) -> AsyncIterator[asyncio.Task[None]]:
    """Serve in the background; stop on leaving, and fail if that takes longer than it may."""
    application = make_application(settings_for(api), RunnableLambda(chain), **options)
    stop = asyncio.Event()
    task = asyncio.create_task(serve(application, stop))
    try:
        await api.until(lambda: api.called("setMyCommands")[1:] or task.done())
        yield task
    finally:
        stop.set()
        async with asyncio.timeout(10):
            await task


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try again after a twentieth of the time."""
    monkeypatch.setattr("bot.polling.SHORTEST_PAUSE", 0.05)
    monkeypatch.setattr("bot.send.PAUSE", 0.05)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        yield server


async def replies(api: BotApi, chat_id: int, count: int = 1) -> list[str]:
    calls = await api.until(lambda: api.sent(chat_id)[count - 1 :] and api.sent(chat_id))
    return [call.text for call in calls]


# What a reader gets


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en-GB", EN), ("de", EN), (None, EN)])
async def test_start_greets_in_the_readers_language_with_example_questions(
    api: BotApi, code: str | None, texts: Any
) -> None:
    async with running(api):
        api.say(7, "/start", language_code=code)
        assert await replies(api, 7) == [texts.greeting]


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_help_and_unknown_commands_say_how_to_go_on(api: BotApi, code: str, texts: Any) -> None:
    async with running(api):
        for text in ("/help", "/nonsense", f"/help@{USERNAME}"):
            api.say(7, text, language_code=code)
        assert await replies(api, 7, 3) == [texts.help, texts.unknown_command, texts.help]


@pytest.mark.parametrize(("code", "framing"), [("fr", FR.quotes_framing), ("en", EN.quotes_framing)])
async def test_any_text_in_a_private_chat_is_a_question(api: BotApi, code: str, framing: str) -> None:
    chain = Asked()
    async with running(api, chain):
        api.say(7, "  La tour <a fermé> ?\n", language_code=code)
        [text] = await replies(api, 7)
    assert text.startswith(framing)
    assert "À propos de La tour <a fermé> ?" in text
    assert chain.questions == [Question("La tour <a fermé> ?", chat_language=code)]  # type: ignore[arg-type]


async def test_an_answer_is_html_without_a_link_preview_and_no_reply_in_private(api: BotApi) -> None:
    async with running(api):
        api.say(7, "la tour")
        await replies(api, 7)
    params = api.sent(7)[0].params
    assert params["parse_mode"] == "HTML"
    assert params["link_preview_options"] == {"is_disabled": True}
    assert "reply_parameters" not in params
    assert [e["type"] for e in api.sent(7)[0].entities] == ["bold"]


@pytest.mark.parametrize(("code", "word", "texts"), [("fr", "rien", FR), ("en", "nothing", EN)])
async def test_a_refusal_names_nearby_articles(api: BotApi, code: str, word: str, texts: Any) -> None:
    async with running(api):
        api.say(7, word, language_code=code)
        [text] = await replies(api, 7)
    assert text.startswith(texts.refusal)
    assert "Une grève" in text
    assert api.sent(7)[0].entities[0]["url"] == "https://journal.example/greve"


async def test_ask_takes_the_words_that_follow_it_and_asks_for_them_when_there_are_none(api: BotApi) -> None:
    chain = Asked()
    async with running(api, chain):
        api.say(7, "/ask Qui a\ngagné ?", language_code="fr")
        api.say(7, "/ask", language_code="fr")
        assert (await replies(api, 7, 2))[1] == FR.ask_usage
    assert [question.text for question in chain.questions] == ["Qui a\ngagné ?"]


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_a_question_over_a_thousand_characters_gets_a_kind_line(
    api: BotApi, code: str, texts: Any
) -> None:
    chain = Asked()
    async with running(api, chain):
        api.say(7, "a" * 1001, language_code=code)
        api.say(7, "a" * 1000, language_code=code)
        assert (await replies(api, 7, 2))[0] == texts.too_long.format(length=1001, limit=1000)
    assert len(chain.questions) == 1


async def test_what_is_not_text_gets_one_kind_line_and_an_album_only_one(api: BotApi) -> None:
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    voice = {"file_id": "v", "file_unique_id": "v", "duration": 1}
    async with running(api):
        for _ in range(3):
            api.say(7, None, photo=photo, media_group_id="g1", language_code="fr")
        api.say(7, None, voice=voice, caption="Qui ?", language_code="fr")
        api.say(GROUP, None, photo=photo, chat_type="supergroup")
        api.say(7, None, pinned_message=None, new_chat_title="x")
        api.say(7, "/help", language_code="fr")
        assert await replies(api, 7, 3) == [FR.not_text, FR.not_text, FR.help]
    assert api.sent(GROUP) == []


async def test_an_edited_message_is_not_a_second_question(api: BotApi) -> None:
    async with running(api):
        api.say(7, "la tour", kind="edited_message")
        api.say(7, "/help")
        assert await replies(api, 7) == [EN.help]


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


async def test_the_commands_are_registered_in_both_languages(api: BotApi) -> None:
    async with running(api):
        default, french = (call.params for call in api.called("setMyCommands"))
    assert "language_code" not in default
    assert french["language_code"] == "fr"
    assert [c["command"] for c in default["commands"]] == ["ask", "help", "start"]
    assert french["commands"][0]["description"] == "Poser une question"


async def test_a_long_answer_comes_as_several_messages_in_order(api: BotApi) -> None:
    def long_answer(question: Question) -> Answer:
        words = [f"{number} " + "mot " * 500 + "." for number in range(4)]
        cited = tuple(
            Citation(n + 1, f"a{n}", "T", None, None, None, None, "fr", text, 0, len(text), text)
            for n, text in enumerate(words)
        )
        return Answer(
            "?", "fr", True, "quotes", "", tuple(Sentence(w, (n + 1,)) for n, w in enumerate(words)), cited
        )

    async with running(api, long_answer):
        message_id = api.say(GROUP, "/ask un", chat_type="group")
        texts = await replies(api, GROUP, 2)
    assert (
        "".join(texts).index("«\u00a00 mot")
        < "".join(texts).index("«\u00a03 mot")
        < "".join(texts).index("Sources")
    )
    replied = [call.params.get("reply_parameters", {}).get("message_id") for call in api.sent(GROUP)]
    assert replied == [message_id, *[None] * (len(texts) - 1)]


# While a reader waits


async def test_typing_is_shown_while_the_answer_is_made_and_repeated(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
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


async def test_a_typing_sign_that_fails_or_hangs_keeps_no_answer_back(api: BotApi) -> None:
    api.fault("sendChatAction", Fault(500), Fault(200, delay=3))
    async with running(api):
        began = time.monotonic()
        for text in ("un", "deux"):
            api.say(7, text)
        await replies(api, 7, 2)
        assert time.monotonic() - began < 2


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
        assert await replies(api, 7) == [texts.too_late]
        release.set()


# Order


async def test_a_chat_is_answered_in_the_order_it_asked(api: BotApi) -> None:
    waits = {"0": 0.3, "1": 0.0, "2": 0.1, "3": 0.0}
    async with running(api, Asked(lambda question: time.sleep(waits[question.text]))):
        for text in waits:
            api.say(7, text)
        texts = await replies(api, 7, 4)
    assert [text.split("propos de ")[1][0] for text in texts] == ["0", "1", "2", "3"]


async def test_one_chats_queue_takes_one_slot_and_delays_no_other() -> None:
    order, running_now, most, done = ChatOrder(at_once=2), 0, 0, list[str]()
    gate = asyncio.Event()

    async def work(name: str, wait: bool) -> None:
        nonlocal running_now, most
        running_now += 1
        most = max(most, running_now)
        if wait:
            await gate.wait()
        await asyncio.sleep(0)
        running_now -= 1
        done.append(name)

    def update(chat_id: int) -> Any:
        from telegram import Chat, Message, Update

        message = Message(1, None, Chat(chat_id, "private"))  # type: ignore[arg-type]
        return Update(chat_id, message=message)

    tasks = [
        asyncio.create_task(order.process_update(update(1), work(f"a{n}", wait=n == 0))) for n in range(20)
    ]
    tasks += [
        asyncio.create_task(order.process_update(update(n), work(f"b{n}", wait=False))) for n in range(2, 22)
    ]
    async with asyncio.timeout(2):
        await asyncio.gather(*tasks[20:])
    assert done == [f"b{n}" for n in range(2, 22)]
    gate.set()
    await asyncio.gather(*tasks)
    assert done[20:] == [f"a{n}" for n in range(20)]
    assert most == 2
    assert order.chats_in_line == 0


async def test_no_more_than_the_slots_are_worked_on_and_cancelling_leaves_nothing_behind() -> None:
    order, started = ChatOrder(at_once=3), list[int]()

    async def work(number: int) -> None:
        started.append(number)
        await asyncio.sleep(60)

    tasks = [asyncio.create_task(order.process_update(object(), work(number))) for number in range(10)]
    await asyncio.sleep(0.05)
    assert started == [0, 1, 2]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


# When sending fails


async def test_a_flood_wait_is_waited_out(api: BotApi) -> None:
    api.fault("sendMessage", Fault(429, retry_after=1))
    async with running(api):
        api.say(7, "la tour")
        await replies(api, 7)
    failed, sent = api.called("sendMessage")
    assert (failed.status, sent.status) == (429, 200)
    assert sent.at - failed.at >= 1


async def test_a_flood_wait_of_hours_is_not_waited_for(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    api.fault("sendMessage", Fault(429, retry_after=7200))
    async with running(api):
        api.say(7, "la tour")
        await api.until(lambda: "not sent to chat 7" in caplog.text)
        api.say(7, "/help")
        assert await replies(api, 7) == [EN.help]


async def test_html_telegram_cannot_parse_is_sent_again_as_plain_text(api: BotApi) -> None:
    api.fault("sendMessage", Fault(400, "Bad Request: can't parse entities: Unsupported start tag"))
    async with running(api):
        api.say(7, "a & b")
        [text] = await replies(api, 7)
    assert "parse_mode" not in api.sent(7)[0].params
    assert "À propos de a & b" in text


@pytest.mark.parametrize(
    "fault", [Fault(delay=1.5, performed=True), Fault(performed=True)], ids=["timeout", "dropped"]
)
async def test_a_message_that_may_have_arrived_is_not_sent_again(
    api: BotApi, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    api.fault("sendMessage", fault)
    async with running(api, telegram_timeout=0.5):
        api.say(7, "la tour")
        await api.until(lambda: "not sent to chat 7" in caplog.text)
        api.say(7, "/help")
        await api.until(lambda: [c for c in api.sent(7) if c.text == EN.help])
    assert [call.text == EN.help for call in api.sent(7)] == [False, True]


async def test_a_server_error_is_tried_again(api: BotApi) -> None:
    api.fault("sendMessage", Fault(502))
    async with running(api):
        api.say(7, "la tour")
        assert len(await replies(api, 7)) == 1


async def test_a_reader_who_blocked_the_bot_is_quietly_logged(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    api.fault("sendMessage", Fault(403))
    async with running(api):
        api.say(7, "la tour")
        await api.until(lambda: "no longer takes messages" in caplog.text)
    assert len(api.called("sendMessage")) == 1
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_group_that_became_a_supergroup_is_answered_there(api: BotApi) -> None:
    api.say(-100999, "x", chat_type="supergroup")
    api.fault("sendMessage", Fault(400, "Bad Request: group chat was upgraded", migrate_to_chat_id=-100999))
    async with running(api):
        api.say(-5, "/ask la tour", chat_type="group")
        await replies(api, -100999)


# When answering fails


@pytest.mark.parametrize(("code", "texts"), [("fr", FR), ("en", EN)])
async def test_a_failure_is_apologised_for_once_and_logged_without_the_question(
    api: BotApi, code: str, texts: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(question: Question) -> None:
        if question.text == "mon secret":
            raise RuntimeError(f"could not bind {question.text}")

    caplog.set_level(logging.INFO)
    async with running(api, Asked(fail)):
        api.say(7, "mon secret", language_code=code)
        assert await replies(api, 7) == [texts.failed]
        api.say(7, "la tour", language_code=code)
        await replies(api, 7, 2)
    assert "RuntimeError" in caplog.text
    assert "secret" not in caplog.text
    assert "la tour" not in caplog.text
    assert api.token not in caplog.text


# Polling


async def test_an_update_that_cannot_be_read_is_passed_over(api: BotApi) -> None:
    async with running(api):
        api.push({"unreadable": True, "message": {"message_id": "x"}})
        api.push({"unreadable": True, "message": {"message_id": 1, "date": "yesterday", "chat": 3}})
        api.say(7, "/help")
        assert await replies(api, 7) == [EN.help]


async def test_polling_goes_on_after_errors_of_every_kind(
    api: BotApi, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    api.fault("getUpdates", Fault(500), Fault(0), Fault(429, retry_after=1))
    async with running(api):
        api.say(7, "/help")
        assert await replies(api, 7) == [EN.help]
    assert "Fetching messages from Telegram again" in caplog.text
    assert api.token not in caplog.text


async def test_a_second_poller_is_one_clear_line(api: BotApi, caplog: pytest.LogCaptureFixture) -> None:
    api.fault("getUpdates", Fault(409), Fault(409))
    async with running(api):
        api.say(7, "/help")
        assert await replies(api, 7) == [EN.help]
    assert caplog.text.count("Another program fetches this bot's messages") == 1


@pytest.mark.parametrize("status", [401, 404])
async def test_a_token_telegram_refuses_is_one_clear_line(api: BotApi, status: int) -> None:
    api.fault("getMe", Fault(status))
    application = make_application(settings_for(api), RunnableLambda(answer_to))
    with pytest.raises(DepecheError, match="does not accept the bot's token") as raised:
        await serve(application, asyncio.Event())
    assert api.token not in f"{raised.value}{raised.value.__cause__}"


async def test_a_token_revoked_while_the_bot_runs_ends_it(api: BotApi) -> None:
    with pytest.raises(DepecheError, match="does not accept the bot's token"):
        async with running(api) as task:
            api.fault("getUpdates", Fault(401))
            api.say(7, "/help")
            await asyncio.wait((task,))


async def test_a_server_that_is_not_there_is_one_clear_line() -> None:
    nowhere = BotApi(port=9)
    application = make_application(settings_for(nowhere), RunnableLambda(answer_to))
    with pytest.raises(DepecheError, match="Telegram cannot be reached") as raised:
        await serve(application, asyncio.Event())
    assert "DEPECHE_TELEGRAM_BASE_URL" in str(raised.value)


def test_no_token_says_how_to_get_one() -> None:
    for given in ({}, {"TELEGRAM_BOT_TOKEN": " "}):
        with pytest.raises(DepecheError, match=r"No Telegram token.*@BotFather.*TELEGRAM_BOT_TOKEN="):
            require_token(Settings(_env_file=None, **given))  # type: ignore[call-arg, arg-type]


def test_the_command_without_a_token_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TELEGRAM_BOT_TOKEN", raising=False)
    with pytest.raises(DepecheError, match="No Telegram token"):
        bot_command()


# Stopping


async def test_a_stop_lets_the_answer_in_work_finish_and_confirms_what_was_taken(api: BotApi) -> None:
    release = threading.Event()
    async with running(api, Asked(lambda question: release.wait(10))):
        api.say(7, "la tour")
        await api.until(lambda: api.called("sendChatAction"))
        asyncio.get_running_loop().call_later(0.5, release.set)
    assert len(api.sent(7)) == 1
    assert "À propos de la tour" in api.sent(7)[0].text
    assert api.unconfirmed == 0


async def test_a_stop_apologises_once_to_each_chat_for_what_is_not_ready(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.ANSWERS_GRACE", 0.3)
    release = threading.Event()
    async with running(api, Asked(lambda question: release.wait(10))):
        for text in ("un", "deux", "trois"):
            api.say(7, text, language_code="fr")
        api.say(8, "one")
        await api.until(lambda: len(api.called("sendChatAction")) == 2)
    release.set()
    assert [call.text for call in api.sent(7)] == [FR.stopping]
    assert [call.text for call in api.sent(8)] == [EN.stopping]


async def test_a_stop_is_bounded_even_when_telegram_hangs(
    api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.app.SENDING_GRACE", 0.5)
    api.fault("sendMessage", Fault(200, delay=20))
    began = 0.0
    async with running(api):
        api.say(7, "la tour")
        await api.until(lambda: api.called("sendChatAction"))
        await asyncio.sleep(0.2)
        began = time.monotonic()
    assert time.monotonic() - began < 3


async def test_a_stop_during_a_start_that_hangs_is_at_once(api: BotApi) -> None:
    api.fault("getMe", Fault(200, delay=20))
    application = make_application(settings_for(api), RunnableLambda(answer_to))
    stop = asyncio.Event()
    asyncio.get_running_loop().call_later(0.2, stop.set)
    async with asyncio.timeout(2):
        await serve(application, stop)
    assert application.bot_data[DESK]


# As a process

PROCESS = """
import logging, os, sys, time
import bot.app
from bot.redact import log_to_stderr
from langchain_core.runnables import RunnableLambda
from retrieval.settings import Settings
from test_bot import answer_to

bot.app.LEAVE_ANYWAY, bot.app.ANSWERS_GRACE = 2.0, 0.5
settings = Settings()
log_to_stderr(bot.app.require_token(settings))
logging.getLogger("made").info("the token is %s", settings.telegram_bot_token.get_secret_value())
wait = float(sys.argv[1])
bot.app.run(bot.app.make_application(settings, RunnableLambda(lambda question: (time.sleep(wait), answer_to(question))[1])))
"""


@contextmanager
def process(api: BotApi, wait: float) -> Iterator[subprocess.Popen[str]]:
    here = Path(__file__).parent
    given = {
        "TELEGRAM_BOT_TOKEN": api.token,
        "DEPECHE_TELEGRAM_BASE_URL": api.base_url,
        "PYTHONPATH": os.pathsep.join([str(here), str(here.parent)]),
    }
    child = subprocess.Popen(
        [sys.executable, "-c", PROCESS, str(wait)], env=os.environ | given, stderr=subprocess.PIPE, text=True
    )
    try:
        yield child
    finally:
        child.kill()
        child.communicate()


@pytest.mark.parametrize("stop_signal", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_process_with_code_0_after_the_answer_in_work(stop_signal: signal.Signals) -> None:
    with BotApi() as api, process(api, wait=0.3) as child:
        api.say(7, "la tour", language_code="fr")
        api.wait_for(lambda: api.called("sendChatAction"))
        child.send_signal(stop_signal)
        _, log = child.communicate(timeout=10)
        assert child.returncode == 0
        assert [FR.quotes_framing in call.text for call in api.sent(7)] == [True]
    assert api.token not in log
    assert "the token is <token>" in log
    assert "la tour" not in log
    assert "Traceback" not in log
    assert log.rstrip().endswith("Stopped")


def test_an_answer_that_never_ends_does_not_keep_the_process() -> None:
    with BotApi() as api, process(api, wait=60) as child:
        api.say(7, "la tour", language_code="fr")
        api.wait_for(lambda: api.called("sendChatAction"))
        began = time.monotonic()
        child.send_signal(signal.SIGTERM)
        _, log = child.communicate(timeout=10)
        assert time.monotonic() - began < 4
        assert child.returncode == 0
        assert [call.text for call in api.sent(7)] == [FR.stopping]
    assert "leaving anyway" in log


def test_a_process_killed_before_it_could_confirm_finds_its_messages_again() -> None:
    with BotApi() as api:
        api.fault("getUpdates", Fault(200), Fault(200, delay=20))
        api.say(7, "la tour")
        with process(api, wait=60) as child:
            api.wait_for(lambda: api.called("sendChatAction"))
            child.kill()
        with process(api, wait=0):
            api.wait_for(lambda: api.sent(7))
