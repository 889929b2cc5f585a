"""Runs a GGUF file in this process, by llama.cpp (`xllamacpp`): loaded once, one request at a time.

llama.cpp's server comes with a listener that cannot be turned off. It gets a socket file in a folder only this user may
open, where the system has such sockets, and else a loopback port behind a random key. No port is opened on Linux or macOS.
"""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from retrieval.chat.errors import ChatError, Reason
from retrieval.chat.local_prompts import Prompts
from retrieval.chat.local_queue import FairQueue, FullError
from retrieval.errors import DepecheError
from retrieval.told import Phrase

if TYPE_CHECKING:
    import httpx

MOST_WAITING: Final = (
    32  # requests; a sentence takes a second or two, so the last one in waits about a minute
)
# Prompt tokens read between two looks at whether anyone still waits for them: about three seconds on two cores.
_BATCH: Final = 128

Body = dict[str, Any]  # llama.cpp's own chat completion request


@dataclass(frozen=True, slots=True)
class Piece:
    """A few more words; `logprobs` of their tokens where they were asked for; `why` and `timings` come with the last piece."""

    text: str = ""
    why: str | None = None
    timings: dict[str, Any] | None = None
    logprobs: tuple[float, ...] = ()


STARTED: Final = Piece()  # the request's turn has come

Emit = Callable[[Piece | ChatError], None]


@dataclass(eq=False, slots=True)
class Request:
    """One generation asked for. `emit` gets `STARTED`, then pieces up to one with a `why`, or a `ChatError`.

    The first `kept` messages are the same in many requests.
    """

    body: Body
    chat: str
    emit: Emit
    kept: int = 0
    cancelled: threading.Event = field(default_factory=threading.Event)


class Engine:
    """A loaded model and its queue. Threads may share one; `engine_of` gives the same one to all who ask."""

    def __init__(self, path: Path, context: int, prompts: Path | None = None) -> None:
        self._path = path
        self._context = context
        self._folder = prompts
        self._requests: FairQueue[Request] = FairQueue(MOST_WAITING)
        self._current: Request | None = None
        self._thread = threading.Thread(target=self._work, name="local chat model", daemon=True)
        self._thread.start()
        # A daemon thread inside llama.cpp while Python is torn down would take the process with it.
        atexit.register(self.close)

    def submit(self, body: Body, chat: str, emit: Emit, kept: int = 0) -> Request:
        """Queue a generation; `emit` is called from the engine's thread. Raises `ChatError` ("busy") where too many wait."""
        request = Request(body, chat, emit, kept)
        try:
            self._requests.put(chat, request)
        except FullError:
            raise ChatError("busy") from None
        return request

    def cancel(self, request: Request) -> None:
        """Stop a generation, waiting or running: at the next token, or the next part of the prompt."""
        request.cancelled.set()
        self._requests.discard(request.chat, request)

    def close(self) -> None:
        """Stop what runs, refuse what waits, and let go of the model."""
        for request in self._requests.close():
            request.emit(ChatError("busy"))
        if current := self._current:
            current.cancelled.set()
        self._thread.join()

    def _work(self) -> None:
        try:
            loaded = _load(self._path, self._context, self._folder)
        except (
            Exception
        ) as error:  # llama.cpp has one exception for all; what it was is told by `depeche model check`
            failed = error
            while request := self._requests.get():
                request.emit(ChatError("failed", type(failed).__name__))
            return
        try:
            while request := self._requests.get():
                self._current = request
                if not request.cancelled.is_set():
                    _run(loaded, request)
                self._current = None
        finally:
            loaded.close()


@cache
def _engines() -> tuple[dict[tuple[Path, int, Path | None], Engine], threading.Lock]:
    return {}, threading.Lock()


def engine_of(path: Path, context: int, prompts: Path | None = None) -> Engine:
    """Return this process's engine for the file, which begins to load now where it is the first to be asked for.

    `prompts`: the folder of what is kept from one process to the next (see `local_prompts`); None to keep it for this one.
    """
    engines, lock = _engines()
    with lock:
        key = (path.resolve(), context, prompts)
        if key not in engines:
            engines[key] = Engine(path, context, prompts)
        return engines[key]


def require() -> None:
    """Raise `DepecheError` where xllamacpp is not installed, or does not load here."""
    _gentle()
    try:
        import xllamacpp  # noqa: F401
    except ModuleNotFoundError as error:
        raise DepecheError(
            "The local chat model needs the package xllamacpp", "Run: pip install 'depeche[local]'"
        ) from error
    except ImportError as error:
        raise DepecheError(
            Phrase("The package xllamacpp does not load here ({why})", why=error),
            "On Linux it needs the system's libgomp (package libgomp1 or libgomp).",
        ) from error


def physical_cores() -> int:
    """Return how many cores this process may use, not counting a core's second thread (1 at least)."""
    allowed = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set(range(os.cpu_count() or 1))
    cores = set()
    for cpu in allowed:
        siblings = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        try:
            cores.add(siblings.read_text().strip())
        except OSError:
            cores.add(str(cpu))
    return max(len(cores), 1)


def _gentle() -> None:
    """Have the threads spin a few microseconds for each other, then sleep; it is read once, when libgomp loads.

    Tokens a second on two cores, alone and beside one busy process: 13 and 5; asleep at once (OMP_WAIT_POLICY=passive) 10.5 and
    6.5; as libgomp does by itself 13 and under 2.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", "3000")


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A server, the folder of its socket, and what it keeps of prompts."""

    server: Any  # xllamacpp ships no types
    folder: Path
    client: httpx.Client
    prompts: Prompts

    def close(self) -> None:
        self.client.close()
        shutil.rmtree(self.folder, ignore_errors=True)


def _load(path: Path, context: int, prompts: Path | None) -> _Loaded:
    """Load the file; raise what xllamacpp raises."""
    require()
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = context
    params.n_batch = params.n_ubatch = _BATCH
    for threads in (params.cpuparams, params.cpuparams_batch):
        threads.n_threads = physical_cores()
    params.n_parallel = (
        1  # so that each request finds the last one's prompt still read, as far as theirs is the same
    )
    params.cache_ram_mib = 0  # copies of older prompts: up to 8 GB by default
    params.warmup = False
    params.fit_params = False
    params.offline = True
    params.verbosity = -1
    params.ui = params.endpoint_slots = params.endpoint_props = False
    folder = Path(tempfile.mkdtemp(prefix="depeche-"))  # mode 700
    key = secrets.token_urlsafe(32)
    if sys.platform == "win32":
        params.api_keys = [key]
    else:
        params.hostnames = [str(folder / "chat.sock")]
    kept = _writable(prompts) or folder
    params.slot_save_path = f"{kept}{os.sep}"
    try:
        server = xllamacpp.Server(params)
        client = _client(server, None if sys.platform == "win32" else folder / "chat.sock", key)
        return _Loaded(server, folder, client, Prompts(server, path, kept, client))
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _writable(folder: Path | None) -> Path | None:
    if folder:
        with suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            return folder if os.access(folder, os.W_OK) else None
    return None


def _client(server: Any, socket: Path | None, key: str) -> httpx.Client:  # noqa: ANN401
    """Return what talks to the server's own listener, which has the one thing that cannot be called: its slot's files."""
    import httpx

    if socket:
        return httpx.Client(transport=httpx.HTTPTransport(uds=str(socket)), base_url="http://chat")
    return httpx.Client(
        base_url=server.listening_address, headers={"Authorization": f"Bearer {key}"}, trust_env=False
    )


def _run(loaded: _Loaded, request: Request) -> None:
    ended = False

    def take(chunk: Body) -> bool:
        """Pass a chunk on; return whether to stop."""
        nonlocal ended
        if request.cancelled.is_set():
            ended = True
            return True
        if error := chunk.get("error"):
            ended = True
            _give(request, ChatError(_reason(error), str(error.get("type", ""))))
            return True
        for choice in chunk.get("choices", ())[:1]:
            text, why = choice.get("delta", {}).get("content") or "", choice.get("finish_reason")
            tokens = (choice.get("logprobs") or {}).get("content") or ()
            ended = ended or bool(why)
            if text or why or tokens:
                logprobs = tuple(float(token["logprob"]) for token in tokens)
                _give(request, Piece(text, why, chunk.get("timings"), logprobs))
        return request.cancelled.is_set()

    _give(request, STARTED)
    body = {"stream": True, "return_progress": True, "cache_prompt": True} | request.body
    try:
        loaded.prompts.begin(request.body["messages"][: request.kept], request.cancelled)
        if not request.cancelled.is_set():
            loaded.server.handle_chat_completions(body, take)
    except Exception as error:
        _give(request, ChatError("failed", type(error).__name__))
        return
    if not ended:
        _give(request, ChatError("cut"))


def _give(request: Request, what: Piece | ChatError) -> None:
    # The loop that the request came from may be closed by now: then nobody waits any more.
    with suppress(RuntimeError):
        request.emit(what)
        return
    request.cancelled.set()


def _reason(error: Body) -> Reason:
    return "too_long" if error.get("type") == "exceed_context_size_error" else "failed"
