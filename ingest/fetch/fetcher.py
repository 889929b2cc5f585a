"""The Fetcher: an address in, its reply out, by way of robots.txt, turns, redirects and retries."""

from __future__ import annotations

import base64
import random
import threading
import time
from concurrent.futures import Future
from importlib.metadata import version
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

from ingest.apart import Apart, GivenUpError
from ingest.fetch.decoding import ACCEPTED
from ingest.fetch.errors import FetchError, RedirectError
from ingest.fetch.pace import Pace
from ingest.fetch.request import Reply, ask
from ingest.fetch.robots import READ, Rules
from retrieval.told import Phrase
from retrieval.urls import credentials, normal, site

if TYPE_CHECKING:
    from ingest.fetch.connecting import Network

_TRIES = 3
_COMPARED = 1.0  # seconds in which a robots.txt must be read, and an address compared with it
_ROBOTS_MEMORY = 300  # megabytes
_BACK_OFF = (
    1.0  # seconds before the second try, twice that before the third, and up to half as much again by chance
)
_PATIENCE = 60.0  # seconds that a Retry-After is waited for; one that asks for more is told
_REDIRECTS = 8  # followed; RFC 9309 asks for five for robots.txt, browsers give up after twenty
_ACCEPT = "text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.5"


class Fetcher:
    """Fetches, from many threads at once. Robots' rules are kept for as long as it lives.

    `network` connects. `delay` is how many seconds lie between two requests to a host at least, `seconds` how long one request
    may take, `back_off` how many seconds lie before a second try (twice that before the third, and up to half as much again by
    chance).
    """

    def __init__(
        self, network: Network, *, delay: float = 1.0, seconds: float = 60.0, back_off: float = 1.0
    ) -> None:
        self._back_off = back_off
        self._delay = delay
        self._seconds = seconds
        self._stopped = threading.Event()
        self._apart = Apart(_COMPARED, _ROBOTS_MEMORY)
        self._pace = Pace(self._wait)
        self._rules: dict[str, Future[Rules]] = {}
        self._secrets: dict[str, str] = {}
        self._lock = threading.Lock()
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(),
            max_connections=64,
            max_keepalive_connections=16,
            keepalive_expiry=5.0,
            network_backend=network,
        )
        self._agent = f"depeche/{version('depeche')} (reads articles for one library; obeys robots.txt)"

    def close(self) -> None:
        """Stop: whoever waits or asks raises `FetchError`; connections are given back."""
        self._stopped.set()
        self._pool.close()
        self._apart.close()

    def know(self, url: str) -> str:
        """Keep the name and password in an address for its site alone; return its normal form, without them.

        Raises `ValueError` where it is no address.
        """
        clean, secret = normal(url), credentials(url)
        if secret:
            encoded = base64.b64encode(":".join(secret).encode()).decode()
            self._secrets[site(clean)] = f"Basic {encoded}"
        return clean

    def get(self, url: str, *, etag: str | None = None, modified: str | None = None) -> Reply:
        """Return what is at `url`, redirects followed; with validators it may be a Reply with status 304.

        Raises `FetchError`.
        """
        headers = [("If-None-Match", etag)] if etag else []
        headers += [("If-Modified-Since", modified)] if modified else []
        return self._follow(url, headers)

    def rules(self, url: str) -> Rules:
        """Return what robots.txt says of the site `url` is on; raise `FetchError` where that cannot be known."""
        name = site(url)
        with self._lock:
            kept = self._rules.get(name)
            if kept is None:
                mine = self._rules[name] = Future()
        if kept is not None:
            return kept.result()
        try:
            mine.set_result(self._read_rules(name))
        except BaseException as error:
            mine.set_exception(error)
        return mine.result()

    def _read_rules(self, name: str) -> Rules:
        try:
            raw = self._follow(f"{name}/robots.txt", [], robots=True).raw
        except RedirectError:  # RFC 9309, 2.3.1.2: as if there were none
            return Rules()
        except FetchError as error:
            if error.status is None:
                raise
            if error.status < 500 and error.status != 429:  # RFC 9309, 2.3.1.3: there is none
                return Rules()
            raise FetchError(
                Phrase(
                    "its site's robots.txt cannot be read (it {why}), so nothing may be fetched",
                    why=error.what,
                ),
                "Try later",
            ) from None
        read: Rules = self._understood("rules", raw)
        return read

    def _follow(self, url: str, headers: list[tuple[str, str]], *, robots: bool = False) -> Reply:
        been = {url}
        time_left = self._seconds  # for all of it: each redirect could be as slow as the last
        for _ in range(_REDIRECTS + 1):
            rules = Rules() if robots else self.rules(url)
            if not self._understood("allowed", rules.raw, url):
                raise FetchError("its site's robots.txt asks that it not be fetched", lasting=True)
            delay = max(self._delay, rules.delay)
            reply, took = self._insist(url, headers, delay, seconds=time_left, cut=READ if robots else None)
            time_left = max(time_left - took, 0.1)
            if reply.location is None:
                return reply
            url = _target(url, reply.location)
            if url in been:
                raise RedirectError("redirects in a circle")
            been.add(url)
        raise RedirectError(Phrase("redirects more than {most} times", most=_REDIRECTS))

    def _understood(self, function: str, raw: bytes, *given: str) -> Any:  # noqa: ANN401
        """Return what a function of `robots` makes of a robots.txt; raise `FetchError` where it takes too long, or too much."""
        if not raw:
            return Rules() if function == "rules" else True
        try:
            return self._apart.read("robots", f"ingest.fetch.robots:{function}", raw, *given)
        except GivenUpError:
            what = "its site's robots.txt takes too long to understand, so nothing may be fetched"
            raise FetchError(what, lasting=True) from None

    def _insist(
        self, url: str, headers: list[tuple[str, str]], delay: float, *, seconds: float, cut: int | None
    ) -> tuple[Reply, float]:
        """Ask, and ask again where what went wrong may pass; return the reply and how many seconds it took."""
        host = urlsplit(url).netloc
        sent = [("User-Agent", self._agent), ("Accept", _ACCEPT), ("Accept-Encoding", ACCEPTED), *headers]
        if secret := self._secrets.get(site(url)):
            sent.append(("Authorization", secret))
        for tried in range(_TRIES):
            with self._pace.turn(host, delay):
                begun = time.monotonic()
                try:
                    reply = ask(self._pool, url, sent, seconds=seconds, cut=cut)
                except FetchError as error:
                    failure = error
                else:
                    self._pace.told(host, failed=False)
                    return reply, time.monotonic() - begun
            asked = failure.retry_after
            again = failure.passing and tried + 1 < _TRIES and (asked or 0.0) <= _PATIENCE
            if not again or self._stopped.is_set():
                self._pace.told(host, failed=failure.passing or failure.slow)
                raise failure
            pause = self._back_off * 2**tried * random.uniform(1.0, 1.5)  # noqa: S311
            self._pace.rest(host, pause if asked is None else asked)
        raise AssertionError("unreachable")

    def _wait(self, seconds: float) -> None:
        if self._stopped.wait(seconds):
            raise FetchError("the run was stopped")


def _target(url: str, location: str) -> str:
    """Return where a redirect leads, checked as an address; raise `FetchError` where that is nowhere."""
    try:
        # Header bytes beyond ASCII are UTF-8 in practice.
        return normal(urljoin(url, location.encode("latin-1").decode("utf-8", "replace")), tracked=True)
    except ValueError:
        raise RedirectError("redirects to what is not a page's address") from None
