"""HTTP to Telegram by aiohttp, in the place of python-telegram-bot's own httpx.

Under load httpx was nearly half of the event loop's work: .97 ms of a processor for each message against .19 here, and each request
looks through all connections of its pool.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram._utils.defaultvalue import DefaultValue
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest

if TYPE_CHECKING:
    from telegram._utils.types import ODVInput
    from telegram.request import RequestData

# What surely never left this machine: it may be sent again without being sent twice.
NEVER_LEFT: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
_IDLE: Final = (
    60.0  # seconds a connection is kept open without a request; Telegram's servers keep theirs longer
)


class Request(BaseRequest):
    """Makes requests over at most `connections` connections at once, each step within `timeout` seconds unless told otherwise.

    Proxies are those of the environment (HTTPS_PROXY).
    """

    def __init__(self, *, connections: int, timeout: float) -> None:
        self._connections = connections
        self._timeout = timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Seconds that an answer may take."""
        return self._timeout

    async def initialize(self) -> None:
        """Open the pool of connections."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=_IDLE)
            self._session = aiohttp.ClientSession(connector=connector)

    async def shutdown(self) -> None:
        """Hang up."""
        if self._session and not self._session.closed:
            await self._session.close()

    async def do_request(  # noqa: PLR0917 - the base class has them so
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Return the status and the body; raise `TimedOut` or `NetworkError`, whose cause tells whether anything was sent."""
        if self._session is None:
            raise RuntimeError("the request is not initialized")
        timeout = aiohttp.ClientTimeout(
            connect=self._seconds(pool_timeout),
            sock_connect=self._seconds(connect_timeout),
            sock_read=self._seconds(read_timeout),
        )
        body, kind = _body(request_data)
        try:
            async with self._session.request(
                method,
                url,
                data=body,
                headers={"User-Agent": self.USER_AGENT} | kind,
                timeout=timeout,
                proxy=_proxy(*urlsplit(url)[:2]),
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:  # aiohttp's are subclasses of it
            raise TimedOut from error
        except aiohttp.ClientError as error:
            # not the error's own words: some hold the address, and that the token
            raise NetworkError(type(error).__name__) from error

    def _seconds(self, given: ODVInput[float]) -> float | None:
        return self._timeout if isinstance(given, DefaultValue) else given


@lru_cache(maxsize=8)
def _proxy(scheme: str, place: str) -> str | None:
    """Return the environment's proxy for an address. aiohttp itself would look on a thread, and read ~/.netrc, at each request."""
    return None if proxy_bypass(place) else getproxies().get(scheme)


def _body(given: RequestData | None) -> tuple[bytes | aiohttp.FormData | None, dict[str, str]]:
    """Return the parameters of a request and the header that says how they are written: as JSON or, where there are files, in parts.

    As the fields of a form they would be longer, and take .1 ms to write.
    """
    if given is None:
        return None, {}
    if not given.contains_files:
        return json.dumps(given.parameters).encode(), {"Content-Type": "application/json"}
    form = aiohttp.FormData()
    for name, value in given.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in (given.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form, {}
