"""A Bot API server on this machine: what python-telegram-bot talks to in tests, over real HTTP.

    with BotApi() as api:                  # or `async with`; it runs on a thread of its own
        settings = Settings(telegram_bot_token=api.token, telegram_base_url=api.base_url, …)
        api.say(7, "Qui a gagné ?", language_code="fr")
        api.wait_for(lambda: api.sent(7))

It keeps Telegram's rules where a bot can break them: tokens, offsets, one poller at a time, lengths, HTML, empty texts.
`api.calls` holds every call; `api.fault("sendMessage", Fault(429, retry_after=1))` makes the next one fail.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web
from botapi_messages import Messages, checked_keyboard
from botapi_people import People
from telegram_faults import ApiError, Fault
from telegram_html import CannotParseError, found_entities, parse, units

TOKEN = "4839574812:AAFD39kkdpWt3ywyRZergyOLMaJhac60qcQ"
BOT_ID = 4839574812
USERNAME = "depeche_test_bot"
START = 1_732_000_000  # the server's clock, in seconds; each message is one second later
MESSAGE_LIMIT = 4096


@dataclass(frozen=True)
class Call:
    """One call the bot made: the method's name, its parameters decoded, the second it came, what it got."""

    method: str
    params: dict[str, Any]
    at: float
    status: int
    text: str = ""
    entities: tuple[dict[str, Any], ...] = ()

    @property
    def ok(self) -> bool:
        return self.status == 200


@dataclass
class BotApi(Messages, People):
    """The server; its state may be read from any thread."""

    token: str = TOKEN
    calls: list[Call] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def __post_init__(self) -> None:
        self._faults: dict[str, deque[Fault]] = defaultdict(deque)
        self._updates: list[dict[str, Any]] = []
        self._messages: dict[tuple[int, int], dict[str, Any]] = {}
        self._chats: dict[int, dict[str, Any]] = {}
        self._poller: asyncio.Event | None = None  # set where it has reason to look
        self._called = threading.Condition()
        self._ids = {"update": 1000, "message": 0}
        self.bot = _me()

    # Driving it: what people in Telegram do

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/bot"

    @property
    def base_file_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/file/bot"

    def say(
        self,
        chat_id: int,
        text: str | None,
        *,
        language_code: str | None = "en",
        chat_type: str = "private",
        user_id: int | None = None,
        kind: str = "message",
        **extra: Any,
    ) -> int:
        """Queue a message of a person's; return its message_id. `extra` goes into the message as it is."""
        message = self._message(chat_id, text, chat_type)
        sender = {
            "id": user_id or abs(chat_id),
            "is_bot": False,
            "first_name": "Ada",
            "language_code": language_code,
        }
        message["from"] = {key: value for key, value in sender.items() if value is not None}
        if text is not None:
            message["entities"] = found_entities(text)
        message |= extra
        self.push({kind: message})
        return int(message["message_id"])

    def push(self, update: dict[str, Any]) -> None:
        """Queue an update of any shape; it gets its number here."""
        asyncio.run_coroutine_threadsafe(self._queue(update), self._loop).result(5)

    def fault(self, method: str, *faults: Fault) -> None:
        """Make the next calls of `method` fail, one a fault, in order."""
        self._faults[method.lower()].extend(faults)

    def heal(self, method: str) -> None:
        """Let no more calls of `method` fail."""
        self._faults[method.lower()].clear()

    def sent(self, chat_id: int | None = None) -> list[Call]:
        """The messages that reached a chat (or any), in order."""
        return [
            call
            for call in list(self.calls)
            if call.method == "sendMessage" and call.ok and chat_id in (None, call.params["chat_id"])
        ]

    def called(self, method: str) -> list[Call]:
        """Every call of `method`, those that failed too."""
        return [call for call in list(self.calls) if call.method == method]

    def waiting(self) -> list[dict[str, Any]]:
        """The updates no poller has confirmed."""
        return list(self._updates)

    def drop_waiting(self) -> None:
        """Forget the updates no poller has confirmed."""
        self._updates.clear()

    def again(self) -> None:
        """Give the last update once more, under its number: Telegram does so after a failure of its own."""
        asyncio.run_coroutine_threadsafe(self._give(self._last), self._loop).result(5)

    @property
    def unconfirmed(self) -> int:
        """How many updates no poller has confirmed."""
        return len(self._updates)

    def wait_for(self, ready: Callable[[], Any], timeout: float = 60.0) -> Any:
        """Wait until `ready()` is true and return it; raise `TimeoutError` with the calls so far."""
        end = time.monotonic() + timeout
        while not (found := ready()):
            if time.monotonic() > end:
                raise TimeoutError(f"after {timeout} s; calls: {[(c.method, c.status) for c in self.calls]}")
            with self._called:  # what is waited for may be something else than a call
                self._called.wait(0.01)
        return found

    async def until(self, ready: Callable[[], Any], timeout: float = 60.0) -> Any:
        """`wait_for` that lets the caller's event loop run."""
        return await asyncio.to_thread(self.wait_for, ready, timeout)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def __aenter__(self) -> Self:
        return await asyncio.to_thread(self.__enter__)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self.__exit__)

    # Serving

    async def _start(self) -> None:
        app = web.Application()
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/documents/{file_id}", self._give_file)
        app.router.add_get("/pages{path:/.*}", self._give_page)
        self._runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        await self._runner.cleanup()
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        for task in rest:  # calls that a fault makes hang
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        for _ in range(
            10
        ):  # transports close a turn after they are told to, those of calls that were cancelled some turns later
            await asyncio.sleep(0)

    async def _queue(self, update: dict[str, Any]) -> None:
        self._ids["update"] += 1
        self._last = {"update_id": self._ids["update"], **update}
        await self._give(self._last)

    async def _give(self, update: dict[str, Any]) -> None:
        self._updates.append(update)
        if self._poller:
            self._poller.set()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        method, params, at = request.match_info["method"], await _params(request), time.monotonic()
        faults = self._faults[method.lower()]
        fault = faults.popleft() if faults else None
        if fault and not fault.performed:
            await asyncio.sleep(fault.delay)
        error: ApiError | None = None
        result: Any = None
        extra: dict[str, Any] = {}
        try:
            self._check_token(request.match_info["token"])
            if fault:
                fault.strike()
            result = await getattr(self, f"_{method}", self._anything)(params, extra)
        except ApiError as raised:
            error = raised
        status = error.status if error else 200
        self.calls.append(Call(method, params, at, status, **extra))
        with self._called:
            self._called.notify_all()
        if fault and fault.performed:
            await asyncio.sleep(fault.delay)
        if status == 0 or (fault and fault.performed and fault.status != 200):
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if error:
            body: dict[str, Any] = {"ok": False, "error_code": status, "description": error.description}
            return web.json_response(body | error.parameters, status=status)
        return web.json_response({"ok": True, "result": result})

    def _check_token(self, token: str) -> None:
        if token != self.token:
            raise ApiError(401 if ":" in token else 404)

    async def _anything(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:
        return True

    async def _getMe(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        return _me() | {"can_join_groups": True, "can_read_all_group_messages": False}

    async def _getUpdates(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        if self._poller:
            self._poller.set()
        mine = self._poller = asyncio.Event()
        offset, limit = int(params.get("offset", 0)), int(params.get("limit", 100))
        self._updates[:] = [update for update in self._updates if update["update_id"] >= offset]
        allowed = params.get("allowed_updates") or None
        end = time.monotonic() + float(params.get("timeout", 0))
        while True:
            if self._poller is not mine:
                raise ApiError(409)
            mine.clear()
            if allowed:
                self._updates[:] = [
                    update for update in self._updates if set(update) & {*allowed, "unreadable"}
                ]
            if self._updates or time.monotonic() >= end:
                self._poller = None
                return self._updates[:limit]
            with suppress(TimeoutError):
                await asyncio.wait_for(mine.wait(), end - time.monotonic())

    async def _sendMessage(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        text, entities = _checked_text(params)
        extra |= {"text": text, "entities": tuple(entities)}
        chat_id = params["chat_id"]
        if chat_id not in self._chats:
            raise ApiError(400, "Bad Request: chat not found")
        reply = params.get("reply_parameters") or {}
        replied = self._messages.get((chat_id, reply.get("message_id", 0)))
        if reply and not replied and not reply.get("allow_sending_without_reply"):
            raise ApiError(400, "Bad Request: message to be replied not found")
        keyboard = {"inline_keyboard": checked_keyboard(params)}
        message = self._message(chat_id, text, self._chats[chat_id]["type"])
        message |= {"from": _me(), "entities": entities, "reply_markup": keyboard}
        message |= {"reply_to_message": replied} if replied else {}
        return message

    async def _editMessageText(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        text, entities = _checked_text(params)
        extra |= {"text": text, "entities": tuple(entities)}
        keyboard = {"inline_keyboard": checked_keyboard(params)}
        return self._put(self._own(params), text=text, entities=entities, reply_markup=keyboard)

    async def _sendDocument(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        chat_id, document = params["chat_id"], params["document"]
        if chat_id not in self._chats:
            raise ApiError(400, "Bad Request: chat not found")
        if units(params.get("caption", "")) > 1024:
            raise ApiError(400, "Bad Request: message caption is too long")
        extra |= {"text": document.file.read().decode()}
        message = self._message(chat_id, None, self._chats[chat_id]["type"])
        return message | {"from": _me(), "caption": params.get("caption", "")}

    async def _give_file(self, request: web.Request) -> web.Response:
        self._check_token(request.match_info["token"])
        return web.Response(body=self.files[request.match_info["file_id"]])

    async def _give_page(self, request: web.Request) -> web.Response:
        """A site's pages, for links that are sent to the bot; /slow never comes."""
        path = request.match_info["path"]
        self.asked.append(path)
        if path == "/slow":
            await asyncio.sleep(3600)
        found = self.pages.get(path)
        return web.Response(
            text=found or "<h1>Not found</h1>", content_type="text/html", status=200 if found else 404
        )

    async def _getFile(self, params: dict[str, Any], extra: dict[str, Any]) -> Any:  # noqa: N802
        return {
            "file_id": params["file_id"],
            "file_unique_id": "u",
            "file_path": f"documents/{params['file_id']}",
        }

    def _message(self, chat_id: int, text: str | None, chat_type: str) -> dict[str, Any]:
        self._ids["message"] += 1
        named = {"first_name": "Ada"} if chat_type == "private" else {"title": "Newsroom"}
        self._chats[chat_id] = {"id": chat_id, "type": chat_type, **named}
        number = self._ids["message"]
        message = {"message_id": number, "date": START + number, "chat": self._chats[chat_id]}
        self._messages[chat_id, number] = message | ({"text": text} if text is not None else {})
        return self._messages[chat_id, number]


def _me() -> dict[str, Any]:
    return {"id": BOT_ID, "is_bot": True, "first_name": "Dépêche", "username": USERNAME}


async def _params(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        return dict(await request.json())
    given = {**request.query, **(await request.post())}
    return {key: _decoded(key, value) for key, value in given.items()}


def _decoded(key: str, value: Any) -> Any:
    """Undo the form encoding; a text stays text, even "12" or "true"."""
    if key in {
        "text",
        "caption",
        "language_code",
        "parse_mode",
        "callback_query_id",
        "inline_query_id",
    } or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def _checked_text(params: dict[str, Any]) -> tuple[str, list[dict[str, Any]]]:
    text = params.get("text", "")
    entities: list[dict[str, Any]] = []
    if params.get("parse_mode", "").upper() == "HTML":
        try:
            text, parsed = parse(text)
        except CannotParseError as error:
            raise ApiError(400, f"Bad Request: can't parse entities: {error}") from None
        entities = [entity.to_json() for entity in parsed]
    if not text.strip():
        raise ApiError(400, "Bad Request: message text is empty")
    if units(text) > MESSAGE_LIMIT:
        raise ApiError(400, "Bad Request: message is too long")
    return text, entities
