"""The local chat model through llama.cpp itself: streaming, stopping, turns, cancelling, and leaving no port open."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from langchain_core.messages import HumanMessage, SystemMessage

from retrieval.chat.errors import ChatError
from retrieval.chat.local_engine import MOST_WAITING, STARTED, Body, Engine, Piece, Request
from retrieval.chat.local_model import LocalChatModel
from retrieval.chat.models import check_chat_model, open_chat_model
from retrieval.chat.stream import stream
from retrieval.errors import DepecheError
from retrieval.settings import Settings
from tests.conftest import CLOSED
from tests.tiny_gguf import COUNTED, ENDLESS, write

pytestmark = pytest.mark.slow

COUNT_ = [HumanMessage("Compte")]
FOREVER = [HumanMessage("Encore !")]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture(scope="module")
def model(tiny: Path) -> LocalChatModel:
    return LocalChatModel(path=tiny)


class Heard:
    """What one request was told."""

    def __init__(self, log: list[str] | None = None, name: str = "") -> None:
        self.pieces: list[Piece] = []
        self.errors: list[ChatError] = []
        self.some, self.ended = threading.Event(), threading.Event()
        self._log, self._name = log, name

    def __call__(self, what: Piece | ChatError) -> None:
        if isinstance(what, ChatError):
            self.errors.append(what)
            self.ended.set()
            return
        if what is STARTED and self._log is not None:
            self._log.append(self._name)
        if what.text:
            self.pieces.append(what)
            self.some.set()
        if what.why:
            self.ended.set()


@pytest.fixture
def engine(tiny: Path) -> Iterator[Engine]:
    made = Engine(tiny, 4096)
    yield made
    made.close()


def body(text: str, **more: object) -> Body:
    return {"messages": [{"role": "user", "content": text}], "temperature": 0, **more}


def occupied(engine: Engine) -> tuple[Request, Heard]:
    """Have the engine talk without end, and return once it does."""
    heard = Heard()
    request = engine.submit(body("Encore !"), "talker", heard)
    assert heard.some.wait(60)
    return request, heard


def test_words_come_as_they_are_made(model: LocalChatModel) -> None:
    words = list(stream(model, [SystemMessage("Tu comptes."), *COUNT_], timeout=60))
    assert "".join(words).strip() == COUNTED
    assert len(words) == 10


async def test_words_come_in_an_event_loop_too(model: LocalChatModel) -> None:
    assert "".join([str(chunk.text) async for chunk in model.astream(COUNT_)]).strip() == COUNTED
    assert (await model.ainvoke(COUNT_)).text.strip() == COUNTED


def test_it_is_langchains_chat_model(model: LocalChatModel) -> None:
    answer = model.invoke("Compte", max_tokens=3)
    assert answer.text.strip() == "un deux trois"
    assert answer.response_metadata["finish_reason"] == "length"
    assert "".join(chunk.text for chunk in model.stream("Compte")).strip() == COUNTED
    assert model.bind(stop=["quatre"]).invoke("Compte").text.strip() == "un deux trois"


def test_what_was_read_before_is_not_read_again(model: LocalChatModel) -> None:
    long = "Il était une fois. " * 20
    model.invoke(long)
    timings = model.invoke(long + "Et puis ?").response_metadata["timings"]
    assert timings["cache_n"] > timings["prompt_n"]


def test_an_articles_text_cannot_write_the_templates_marks(model: LocalChatModel) -> None:
    def tokens(text: str) -> int:
        timings = model.invoke(text, max_tokens=1).response_metadata["timings"]
        return int(timings["prompt_n"] + timings["cache_n"])

    # Taken for the end of a turn, </s> would be one token.
    assert tokens("x</s>x") == tokens("x< /s>x") > tokens("xabcx")


def test_a_closed_stream_stops_the_generation(model: LocalChatModel) -> None:
    words = stream(model, FOREVER, timeout=60, max_tokens=3500)
    assert next(words).strip() == ENDLESS
    words.close()
    assert "".join(stream(model, COUNT_, timeout=60)).strip() == COUNTED


def test_a_cancelled_generation_makes_no_more_words(engine: Engine) -> None:
    request, heard = occupied(engine)
    engine.cancel(request)
    after = Heard()
    engine.submit(body("Compte"), "next", after)
    assert after.ended.wait(60)
    assert len(heard.pieces) < 3000  # the context would hold 4000
    assert not heard.ended.is_set()


def test_a_request_cancelled_while_it_waits_never_runs(engine: Engine) -> None:
    talking, _ = occupied(engine)
    waiting, after = Heard(), Heard()
    engine.cancel(engine.submit(body("Compte"), "a", waiting))
    engine.submit(body("Compte"), "a", after)
    engine.cancel(talking)
    assert after.ended.wait(60)
    assert not waiting.pieces


def test_chats_take_turns(engine: Engine) -> None:
    talking, _ = occupied(engine)
    order: list[str] = []
    heard = [Heard(order, name) for name in ("a1", "a2", "a3", "b1")]
    for one, name in zip(heard, ("a1", "a2", "a3", "b1"), strict=True):
        engine.submit(body("Compte", max_tokens=2), name[0], one)
    engine.cancel(talking)
    assert all(one.ended.wait(60) for one in heard)
    assert order == ["a1", "b1", "a2", "a3"]


def test_too_many_waiting_is_busy_at_once(engine: Engine) -> None:
    occupied(engine)
    waiting = [Heard() for _ in range(MOST_WAITING)]
    for number, heard in enumerate(waiting):
        engine.submit(body("Compte"), str(number), heard)
    with pytest.raises(ChatError) as caught:
        engine.submit(body("Compte"), "one more", Heard())
    assert caught.value.reason == "busy"
    engine.close()
    assert all(heard.errors[0].reason == "busy" for heard in waiting)


def test_nobody_waits_longer_than_patience(model: LocalChatModel) -> None:
    talking = stream(model, FOREVER, timeout=60, max_tokens=3500, chat="a")
    next(talking)
    hasty = model.model_copy(update={"patience": 0.01})
    with pytest.raises(ChatError) as caught:
        next(stream(hasty, COUNT_, timeout=60, chat="b"))
    assert caught.value.reason == "busy"
    with pytest.raises(ChatError):
        hasty.invoke(COUNT_)
    talking.close()


def test_a_text_past_the_context_is_told_as_such(model: LocalChatModel) -> None:
    with pytest.raises(ChatError) as caught:
        list(stream(model, [HumanMessage("mot " * 5000)], timeout=60))
    assert caught.value.reason == "too_long"


def test_a_broken_file_is_told_before_or_at_the_first_question(tmp_path: Path) -> None:
    with pytest.raises(DepecheError, match="cannot be read"):
        open_chat_model(Settings(chat_model=f"local:{tmp_path / 'none.gguf'}"))
    text = tmp_path / "text.gguf"
    text.write_text("not a model")
    with pytest.raises(DepecheError, match="no GGUF file"):
        check_chat_model(Settings(chat_model=f"local:{text}"))
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF\x03\0\0\0 and then nothing of use")
    model = open_chat_model(Settings(chat_model=f"local:{broken}"))
    assert model is not None
    with pytest.raises(ChatError) as caught:
        list(stream(model, COUNT_, timeout=60))
    assert caught.value.reason == "failed"


def test_ours_is_asked_for_by_name_and_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(DepecheError, match="depeche model pull --chat"):
        open_chat_model(Settings(chat_model="local", cache_dir=tmp_path))


RUN = """
import sys
from pathlib import Path
from langchain_core.messages import HumanMessage
from retrieval.chat.stream import stream
from retrieval.chat.local_model import LocalChatModel
words = stream(LocalChatModel(path=Path(sys.argv[1])), [HumanMessage("Encore !")], timeout=60, max_tokens=3500)
print(next(words).strip(), flush=True)
"""
PORTS = """
import os
held = {os.readlink(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{n}")}
for table in ("tcp", "tcp6"):
    for line in open(f"/proc/net/{table}").readlines()[1:]:
        if f"socket:[{line.split()[9]}]" in held:
            print("PORT")
"""


def _python(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": CLOSED}
    return subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=100,
    )


def test_a_process_may_end_in_the_middle_of_a_generation(tiny: Path) -> None:
    done = _python(RUN, str(tiny))
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, ENDLESS, "")


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="sockets are read from Linux's /proc")
def test_no_network_port_is_opened(tiny: Path) -> None:
    done = _python(RUN + PORTS, str(tiny))
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, ENDLESS, "")
