"""The local chat model as LangChain's `BaseChatModel`: a GGUF file, in this process, shared by all who ask."""

from __future__ import annotations

import asyncio
import queue
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.outputs import ChatGenerationChunk, ChatResult

from retrieval.chat.errors import ChatError
from retrieval.chat.local_engine import Body, Emit, Engine, Piece, Request, engine_of
from retrieval.chat.local_prompts import KEPT

CONTEXT: Final = 4096  # tokens: six passages of 192, instructions and an answer, twice over
# What chat templates mark turns with (<|im_end|>, </s>, <start_of_turn>, <｜User｜>, [INST]). llama.cpp reads these as
# such wherever they stand, an article's text included.
_MARKS: Final = re.compile(r"<(?=[|/\w｜])|\[(?=/?[A-Z_]+\])")


class LocalChatModel(BaseChatModel):
    """Answers by the GGUF file at `path`, with the chat template in it.

    Chats take turns: name them by `config={"metadata": {"chat": …}}`. Closing a stream, or cancelling the task that
    reads it, stops the generation. Any other argument of a call (`max_tokens`, `grammar` …) goes to llama.cpp's chat
    completion request. Raises `ChatError`.
    """

    path: Path
    prompts: Path | None = (
        None  # a folder to keep the messages in that are marked `KEPT`, as the model has read them
    )
    context: int = CONTEXT
    max_tokens: int = 512
    temperature: float = 0.0
    patience: float = 15.0  # seconds to wait for a turn, before "busy"

    @property
    def _llm_type(self) -> str:
        return "depeche-local"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"path": self.path.name, "max_tokens": self.max_tokens, "temperature": self.temperature}

    def prepare(self) -> None:
        """Begin to load the file, where it is not loaded yet; return at once."""
        self._engine()

    def _engine(self) -> Engine:
        return engine_of(self.path, self.context, self.prompts)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> Iterator[ChatGenerationChunk]:
        arrived: queue.SimpleQueue[Piece | ChatError] = queue.SimpleQueue()
        request = self._submit(messages, stop, _chat(run_manager), arrived.put, kwargs)
        try:
            try:
                first = arrived.get(timeout=self.patience)
            except queue.Empty:
                raise ChatError("busy") from None
            _begun(first)
            while True:
                chunk, last = _chunk(arrived.get())
                if run_manager:
                    run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
                if last:
                    return
        finally:
            self._engine().cancel(request)

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401
    ) -> AsyncIterator[ChatGenerationChunk]:
        loop = asyncio.get_running_loop()
        arrived: asyncio.Queue[Piece | ChatError] = asyncio.Queue()

        def emit(what: Piece | ChatError) -> None:
            loop.call_soon_threadsafe(arrived.put_nowait, what)

        request = self._submit(messages, stop, _chat(run_manager), emit, kwargs)
        try:
            try:
                first = await asyncio.wait_for(arrived.get(), self.patience)
            except TimeoutError:
                raise ChatError("busy") from None
            _begun(first)
            while True:
                chunk, last = _chunk(await arrived.get())
                if run_manager:
                    await run_manager.on_llm_new_token(chunk.text, chunk=chunk)
                yield chunk
                if last:
                    return
        finally:
            self._engine().cancel(request)

    def _submit(
        self, messages: Sequence[BaseMessage], stop: list[str] | None, chat: str, emit: Emit, kwargs: Body
    ) -> Request:
        body: Body = {"max_tokens": self.max_tokens, "temperature": self.temperature, **kwargs}
        body["messages"] = [
            {"role": said["role"], "content": _MARKS.sub(r"\g<0> ", said["content"])}
            for said in convert_to_openai_messages(list(messages), text_format="string")
        ]
        if stop:
            body["stop"] = list(stop)
        marked = [n for n, said in enumerate(messages, start=1) if said.additional_kwargs == KEPT]
        kept = marked[-1] if marked else 0
        return self._engine().submit(body, chat, emit, kept)


def _chat(run_manager: CallbackManagerForLLMRun | AsyncCallbackManagerForLLMRun | None) -> str:
    return str((run_manager.metadata if run_manager else {}).get("chat", ""))


def _begun(first: Piece | ChatError) -> None:
    """Raise where the turn did not come."""
    if isinstance(first, ChatError):
        raise first


def _chunk(piece: Piece | ChatError) -> tuple[ChatGenerationChunk, bool]:
    """Return the piece as LangChain's chunk, and whether it is the last; raise where it is an error."""
    if isinstance(piece, ChatError):
        raise piece
    told: dict[str, Any] = {}
    if piece.logprobs:  # as OpenAI's: LangChain joins the lists of a stream's chunks
        told["logprobs"] = {"content": [{"logprob": logprob} for logprob in piece.logprobs]}
    if piece.why is None:
        return ChatGenerationChunk(message=AIMessageChunk(content=piece.text, response_metadata=told)), False
    told |= {"finish_reason": piece.why, "timings": piece.timings or {}}
    message = AIMessageChunk(content=piece.text, response_metadata=told, chunk_position="last")
    return ChatGenerationChunk(message=message, generation_info={"finish_reason": piece.why}), True
