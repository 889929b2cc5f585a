"""Keeps what llama.cpp made of a prompt's beginning, so that instructions and examples are read once, not at every start.

Two hundred tokens take four to five seconds on two cores; what they became, five megabytes, is back in five milliseconds.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from importlib.metadata import version
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)

_MOST: Final = 8  # beginnings kept, the latest used: two languages, and room for other files
_TIMEOUT: Final = 30.0  # seconds to write or read a file
_ENDING: Final = ".prompt"

# `additional_kwargs` of a message that, with those before it, is the same in many requests; the mark is Anthropic's.
KEPT: Final = {"cache_control": {"type": "ephemeral"}}

Message = dict[str, Any]


class Prompts:
    """The beginning that a server's one slot holds, and those in `folder`, the server's `slot_save_path`.

    No answer needs them: where a file cannot be written or read, the beginning is read as text.
    """

    def __init__(self, server: Any, model: Path, folder: Path, client: httpx.Client) -> None:  # noqa: ANN401 - xllamacpp ships no types
        self._server = server
        self._folder = folder
        self._client = client
        told = model.stat()
        self._model = [model.name, told.st_size, told.st_mtime_ns, version("xllamacpp")]
        self._held = ""

    def begin(self, beginning: list[Message], cancelled: Event) -> None:
        """Have the slot hold `beginning`, which is the same in many requests: as it was kept, or read now and kept."""
        if not beginning:
            self._held = ""
            return
        text = json.dumps([self._model, beginning], sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:32]
        if name != self._held:
            self._held = name if self._restored(name) or self._read(name, beginning, cancelled) else ""

    def _read(self, name: str, beginning: list[Message], cancelled: Event) -> bool:
        """Have the model read the beginning, and keep it; return whether it was read to its end."""
        ended = False

        def take(chunk: dict[str, Any]) -> bool:
            nonlocal ended
            ended = any(choice.get("finish_reason") for choice in chunk.get("choices", ()))
            return cancelled.is_set()

        messages = [*beginning, {"role": "user", "content": "-"}]
        self._server.handle_chat_completions(
            {"messages": messages, "max_tokens": 1, "stream": True, "return_progress": True}, take
        )
        if ended:
            self._keep(name)
        return ended

    def _restored(self, name: str) -> bool:
        for file in self._folder.glob(f"{name}-*{_ENDING}"):
            # llama.cpp ends the process over a file that is not as it was written.
            if file.stem.endswith(f"-{_digest(file)}") and self._act("restore", file.name):
                os.utime(file)
                return True
            file.unlink(missing_ok=True)
        return False

    def _keep(self, name: str) -> None:
        # Written beside and renamed: another process may be reading it, and this one may be stopped half-way.
        beside = self._folder / f"{os.getpid()}-{name}"
        if not self._act("save", beside.name):
            return
        beside.replace(self._folder / f"{name}-{_digest(beside)}{_ENDING}")
        files = sorted(self._folder.glob(f"*{_ENDING}"), key=lambda file: file.stat().st_mtime)
        for old in files[:-_MOST]:
            old.unlink(missing_ok=True)

    def _act(self, action: str, name: str) -> bool:
        """Have the server save its slot to a file, or restore it; return whether it did."""
        import httpx

        try:
            told = self._client.post(
                "/slots/0", params={"action": action}, json={"filename": name}, timeout=_TIMEOUT
            )
        except httpx.HTTPError as error:
            log.info("A kept prompt could not be used (%s: %s)", action, type(error).__name__)
            return False
        return told.is_success


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "blake2b").hexdigest()[:32]
