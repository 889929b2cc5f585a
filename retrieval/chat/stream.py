"""Reads what a chat model says, as it says it: time limits, cancelling, and one kind of failure for all of them."""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections.abc import AsyncGenerator, Callable, Generator, Sequence
from contextlib import aclosing
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from retrieval.characters import whole
from retrieval.chat.errors import ChatError, chat_error

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

WHOLE: Final = 4.0  # an answer that keeps dripping is given up after this many times `timeout`
_GRACE: Final = 5.0  # seconds more, for a client that will not let go of its connection

# Where a model’s client puts why the answer ended, and whose protocol always tells it.
_ENDS: Final = ("finish_reason", "stop_reason", "done_reason")
_TELLS: Final = ("openai", "anthropic", "mistralai", "ollama")

_LOOK: Final = 0.1  # seconds between two looks at whether the reader has left

Hear = Callable[[dict[str, Any]], object]
Put = Callable[[str | ChatError | None], object]


def stream(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    *,
    timeout: float,
    chat: str = "",
    left: threading.Event | None = None,
    hear: Hear | None = None,
    **kwargs: Any,  # noqa: ANN401
) -> Generator[str, None, None]:
    """Yield the model's words as they come, never an empty string; raise `ChatError` and nothing else.

    `timeout`: seconds it may be silent, before its first words and between any two; retries by the provider's own
    client are part of it. `chat`: who asks, for the local model's queue. Anything else (`stop`, `max_tokens`) goes to
    the model. `hear` is given what the model's client tells of each chunk, before its words. Closing the generator stops
    the model's work, and so does `left` from another thread, within a tenth of a second.
    """
    said: queue.SimpleQueue[str | ChatError | None] = queue.SimpleQueue()
    gone = threading.Event()
    words_to_come = _words(model, messages, timeout, chat, kwargs, hear=hear)
    listening = asyncio.run_coroutine_threadsafe(_listen(words_to_come, said.put, gone), _loop())
    try:
        half = ""
        while (words := _next(said, left, timeout + _GRACE)) is not None:
            if isinstance(words, ChatError):
                raise words
            words, half = _parted(half + words)
            if words:
                yield whole(words)
        if half:
            yield whole(half)
    except queue.Empty:
        raise ChatError("timeout") from None
    finally:
        gone.set()
        listening.cancel()


def _parted(words: str) -> tuple[str, str]:
    """Return words, and the half of a character at their end whose other half may come with the next."""
    return (words[:-1], words[-1]) if "\ud800" <= words[-1:] <= "\udbff" else (words, "")


def _next(
    said: queue.SimpleQueue[str | ChatError | None], left: threading.Event | None, timeout: float
) -> str | ChatError | None:
    """Return what comes next; raise `queue.Empty` where nothing does."""
    late = time.monotonic() + timeout
    while not (left and left.is_set()):
        try:
            return said.get(timeout=_LOOK if left else timeout)
        except queue.Empty:
            if time.monotonic() >= late:
                raise
    return ChatError("cut")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return the one loop all chat models run on: their clients keep connections, which belong to a loop."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="chat models", daemon=True).start()
    return loop


async def _listen(words_to_come: AsyncGenerator[str], put: Put, gone: threading.Event) -> None:
    begun = False
    try:
        async with aclosing(words_to_come):
            async for words in words_to_come:
                if gone.is_set():
                    return
                begun = True
                put(words)
        put(None if begun else ChatError("empty"))
    except Exception as error:  # whatever providers' clients raise
        put(chat_error(error, begun=begun))


async def _words(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    timeout: float,
    chat: str,
    kwargs: dict[str, Any],
    *,
    hear: Hear | None = None,
) -> AsyncGenerator[str]:
    loop = asyncio.get_running_loop()
    end = loop.time() + timeout * WHOLE
    provider, ended = "", False
    config: Any = {"metadata": {"chat": chat}}
    async with (
        asyncio.timeout(timeout * WHOLE),
        asyncio.timeout(timeout) as silence,
        aclosing(model.astream(list(messages), config, **kwargs)) as chunks,  # type: ignore[type-var]
    ):
        async for chunk in chunks:
            if loop.time() > end:  # a client may swallow the cancelling that the time-out above is made of
                raise TimeoutError
            provider = provider or chunk.response_metadata.get("model_provider", "")
            ended = ended or any(chunk.response_metadata.get(key) for key in _ENDS)
            if hear:
                hear(chunk.response_metadata)
            if words := str(chunk.text):
                yield words
                if not silence.expired():  # else it is too late already, and the next wait says so
                    silence.reschedule(loop.time() + timeout)
    # A connection that closes half-way looks like an end to some clients. A provider that names itself says why it ends.
    if provider in _TELLS and not ended:
        raise ChatError("cut")
