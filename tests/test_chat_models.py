"""Chat models elsewhere, by LangChain's own client over real HTTP: every failure has one reason, and keeps its secrets."""

from __future__ import annotations

import socket
import subprocess
import sys
import traceback
from typing import Any

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.fake_chat_models import GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage

from retrieval.chat.errors import REASONS, ChatError, Reason
from retrieval.chat.models import open_chat_model
from retrieval.chat.stream import stream
from retrieval.errors import DepecheError
from retrieval.settings import Settings
from tests import chat_server as on
from tests.chat_server import ChatServer, Step, serving
from tests.conftest import TOP

KEY = "sk-very-secret-key-0123456789"
ASKED = [HumanMessage("When does the train leave?")]


@pytest.fixture(autouse=True)
def no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "OPENAI_API_KEY",
        "ANTHROPIC_API_KEY",
        "MISTRAL_API_KEY",
        "GOOGLE_API_KEY",
        "OPENAI_BASE_URL",
    ):
        monkeypatch.delenv(name, raising=False)


def opened(url: str, **more: Any) -> BaseChatModel:
    settings = Settings(chat_model="openai:any", chat_base_url=url, OPENAI_API_KEY=KEY, **more)
    model = open_chat_model(settings)
    assert model is not None
    return model


def failure(server: ChatServer, timeout: float = 30) -> tuple[ChatError, str]:
    said = ""
    with pytest.raises(ChatError) as caught:
        for words in stream(opened(server.url), ASKED, timeout=timeout):
            said += words
    return caught.value, said


def test_words_come_as_they_are_sent() -> None:
    with serving(on.answer) as server:
        assert tuple(stream(opened(server.url), ASKED, timeout=30, stop=["END"])) == on.WORDS
    assert server.requests[0]["stop"] == ["END"]
    assert server.keys == [f"Bearer {KEY}"]


def test_halves_of_characters_are_joined_and_a_lone_one_is_none() -> None:
    def say(handler: on.Handler) -> None:
        handler.begin()
        parts = ("The train \ud83d", "\ude82 leaves \udc00at", " nine \ud83d")
        handler.say(*map(on.chunk, parts), on.chunk(why="stop"), b"data: [DONE]\n\n")

    with serving(say) as server:
        said = "".join(stream(opened(server.url), ASKED, timeout=30))
    assert said == "The train \U0001f682 leaves \ufffdat nine \ufffd"


@pytest.mark.parametrize(
    ("step", "reason"),
    [
        (on.status(401, f"Incorrect API key provided: {KEY}"), "key"),
        (on.status(403), "key"),
        (on.status(404), "no_model"),
        (on.status(400), "failed"),
        (on.status(413), "too_long"),
        (on.status(429), "rate"),
        (on.status(500), "server"),
        (on.status(503), "server"),
        (on.nothing, "empty"),
        (on.garbage, "empty"),
        (on.a_page, "failed"),
    ],
)
def test_each_failure_has_its_reason_and_no_secret(step: Step, reason: Reason) -> None:
    with serving(step) as server:
        error, said = failure(server)
        address = server.url
    assert (error.reason, said) == (reason, "")
    told = (
        "".join(traceback.format_exception(error)) + repr(vars(error)) + error.line("fr") + error.line("en")
    )
    assert KEY not in told
    assert address not in told


@pytest.mark.parametrize("step", [on.cut_by_closing, on.cut_short, on.error_inside])
def test_a_stream_that_dies_half_way_is_cut(step: Step) -> None:
    with serving(step) as server:
        error, said = failure(server)
    assert (error.reason in ("cut", "server"), on.WORDS[0] in said) == (True, True)


@pytest.mark.parametrize("step", [on.hang, on.drip, on.hang_after_words])
def test_silence_has_an_end(step: Step) -> None:
    with serving(step) as server:
        error, _ = failure(server, timeout=0.4)
    assert error.reason == "timeout"


def test_an_answer_that_never_ends_has_an_end() -> None:
    with serving(on.talk_on) as server:
        error, said = failure(server, timeout=0.3)
    assert error.reason == "timeout"
    assert said


def test_a_busy_server_is_asked_again() -> None:
    with serving(on.status(429), on.status(500), on.answer) as server:
        assert tuple(stream(opened(server.url), ASKED, timeout=30)) == on.WORDS
    assert len(server.requests) == 3


def test_nobody_listening_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ChatError) as caught:
        list(stream(opened(f"http://127.0.0.1:{port}/v1"), ASKED, timeout=30))
    assert caught.value.reason == "unreachable"


def test_closing_the_stream_closes_the_connection() -> None:
    with serving(on.talk_on) as server:
        words = stream(opened(server.url), ASKED, timeout=30)
        assert next(words) == "and "
        words.close()
        assert server.left.wait(30)


def test_any_langchain_model_may_be_streamed() -> None:
    model = GenericFakeChatModel(messages=iter([AIMessage("At nine.")]))
    assert "".join(stream(model, ASKED, timeout=30)) == "At nine."


def test_a_failure_of_our_own_model_is_a_chat_error_too() -> None:
    with pytest.raises(ChatError) as caught:
        list(stream(GenericFakeChatModel(messages=iter([])), ASKED, timeout=30))
    assert caught.value.reason == "failed"


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_a_sentence_in_both_languages(reason: Reason) -> None:
    error = ChatError(reason)
    assert error.line("fr").startswith("Le ")
    assert error.line("en").startswith("The ")
    assert "\n" not in error.line("fr") + error.line("en")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"chat_model": "openai:any"}, "OPENAI_API_KEY"),
        ({"chat_model": "nonsense"}, "names no chat model"),
        ({"chat_model": "openai:"}, "names no chat model"),
        ({"chat_model": "nobody:any"}, "cannot be opened"),
        ({"chat_model": "groq:any"}, "pip install langchain-groq"),
    ],
)
def test_what_is_wrong_is_told_before_the_first_question(settings: dict[str, Any], says: str) -> None:
    with pytest.raises(DepecheError, match=says) as caught:
        open_chat_model(Settings(**settings))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "extra"),
    [("mistralai:any", "mistralai"), ("google-genai:any", "google-genai"), ("ollama:any", "ollama")],
)
def test_a_missing_package_names_its_extra(name: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, f"langchain_{extra.replace('-', '_')}", None)
    with pytest.raises(DepecheError) as caught:
        open_chat_model(Settings(chat_model=name))
    assert caught.value.hint == f"Run: pip install 'depeche[{extra}]'"


def test_a_server_of_ones_own_needs_no_key() -> None:
    with serving(on.answer) as server:
        model = open_chat_model(Settings(chat_model="openai:any", chat_base_url=server.url))
        assert model is not None
        assert tuple(stream(model, ASKED, timeout=30)) == on.WORDS


def test_quotes_import_nothing() -> None:
    script = (
        "import sys; from retrieval.chat.models import open_chat_model; from retrieval.settings import Settings;"
        "assert open_chat_model(Settings()) is None;"
        "heavy = {'langchain', 'langchain_core', 'xllamacpp', 'openai'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=TOP, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
