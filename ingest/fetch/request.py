"""One request, asked once: its answer within the limits, or why not."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

import httpcore

from ingest.fetch.connecting import time_limit
from ingest.fetch.decoding import decoded
from ingest.fetch.errors import FetchError
from retrieval.told import Phrase

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BYTES = 20_000_000  # of a body, as it comes and unfolded; pages have a twentieth of it, sitemaps may have 50 million
_PASSING = {429, 500, 502, 503, 504}
_REDIRECTS = {301, 302, 303, 307, 308}
_NO_PAGE = re.compile(r"(?:image|video|audio|font)/")  # told by the header, and not even loaded


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said: a body, decompressed; or where to look (`location`); or that nothing changed (status 304)."""

    url: str
    status: int
    raw: bytes = b""
    content_type: str = ""
    charset: str | None = None
    etag: str | None = None
    modified: str | None = None
    location: str | None = None


def ask(
    pool: httpcore.ConnectionPool,
    url: str,
    headers: Sequence[tuple[str, str]],
    *,
    seconds: float,
    cut: int | None = None,
) -> Reply:
    """Return the reply to GET `url`, its body cut after `cut` bytes where that is given; raise `FetchError`."""
    begun = time.monotonic()
    try:
        with time_limit(seconds), pool.stream("GET", url, headers=list(headers)) as response:
            return _reply(url, response, cut)
    except httpcore.TimeoutException:
        if time.monotonic() - begun > seconds - 0.05:
            raise FetchError("takes too long", "DEPECHE_FETCH_TIMEOUT may be raised", slow=True) from None
        raise FetchError("its server does not answer", "Try later", passing=True) from None
    except httpcore.ConnectError as error:
        if "CERTIFICATE_VERIFY_FAILED" in str(error):  # OpenSSL's words: httpcore's pool drops the cause
            raise FetchError("its certificate is not trusted", "Check the address") from None
        if "SSL" in str(error):
            raise FetchError("its server does not speak TLS as it should") from None
        raise FetchError("its server cannot be reached", "Try later", passing=True) from None
    except httpcore.RemoteProtocolError as error:
        raise _misspoken(str(error)) from None
    except (httpcore.NetworkError, OSError):
        raise FetchError("its server broke the connection", "Try later", passing=True) from None
    except (httpcore.ProtocolError, httpcore.UnsupportedProtocol):
        raise FetchError("its server does not speak HTTP") from None


def _misspoken(said: str) -> FetchError:
    if "too long" in said:  # h11's words for 100 KB of headers
        return FetchError("its server sent more headers than anyone reads")
    if "closed connection" in said or "disconnected" in said:
        return FetchError("its server broke off", "Try later", passing=True)
    return FetchError("its server does not speak HTTP")


def _reply(url: str, response: httpcore.Response, cut: int | None) -> Reply:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
    status = response.status
    etag, modified = headers.get("etag"), headers.get("last-modified")
    if status == HTTPStatus.NOT_MODIFIED:
        return Reply(url, status, etag=etag, modified=modified)
    if status in _REDIRECTS and headers.get("location"):
        return Reply(url, status, location=headers["location"])
    if status not in {HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION}:
        raise FetchError(
            Phrase("answers {status}", status=f"{status} {_phrase(status)}".rstrip()),
            "Try later" if status in _PASSING else "",
            status=status,
            passing=status in _PASSING,
            retry_after=waited(headers.get("retry-after", "")) if status in _PASSING else None,
        )
    content_type = headers.get("content-type", "")
    if cut is None and _NO_PAGE.match(content_type.lower()):
        raise FetchError(
            Phrase("is not a page but {type}", type=content_type.split(";")[0].strip()[:40]), lasting=True
        )
    if cut is None and int(headers.get("content-length", "0")) > MAX_BYTES:
        raise _too_large()
    raw = _body(response, headers.get("content-encoding", ""), cut)
    charset = re.search(r"""charset\s*=\s*["']?([\w.:+-]+)""", content_type, re.IGNORECASE)
    return Reply(url, status, raw, content_type, charset[1] if charset else None, etag, modified)


def _body(response: httpcore.Response, encoding: str, cut: int | None) -> bytes:
    body = bytearray()
    for piece in decoded(_counted(response), encoding):
        body += piece
        if cut is not None and len(body) >= cut:
            return bytes(body[:cut])
        if len(body) > MAX_BYTES:
            raise _too_large()
    return bytes(body)


def _counted(response: httpcore.Response) -> Iterator[bytes]:
    count = 0
    for piece in response.iter_stream():
        count += len(piece)
        if count > MAX_BYTES:
            raise _too_large()
        yield piece


def _too_large() -> FetchError:
    return FetchError(Phrase("is larger than {most} MB", most=MAX_BYTES // 1_000_000))


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def waited(retry_after: str) -> float | None:
    """Return how long Retry-After asks to wait, in seconds (RFC 9110, 10.2.3); None where it does not say."""
    from datetime import UTC, datetime

    if re.fullmatch(r"\d{1,9}", retry_after.strip()):
        return float(retry_after)
    try:
        when = parsedate_to_datetime(retry_after)
        # a zone of a day at the calendar's end leads out of it
        return max(0.0, (when.astimezone(UTC) - datetime.now(UTC)).total_seconds())
    except (ValueError, OverflowError):
        return None
