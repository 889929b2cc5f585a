"""The Fetcher against a real server that behaves, and misbehaves, in every way we thought of."""

from __future__ import annotations

import gzip
import shutil
import ssl
import subprocess
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import brotli
import httpcore
import pytest

from ingest.fetch.connecting import Network
from ingest.fetch.errors import FetchError
from ingest.fetch.fetcher import Fetcher
from ingest.fetch.pace import Pace
from ingest.fetch.request import MAX_BYTES
from ingest.fetch.robots import Rules
from tests.web_server import Web, answer, endless, in_turn, raw, redirect, serving, validated

PAGE = b"<!doctype html><title>Un titre</title><p>Un texte."


@pytest.fixture
def web() -> Iterator[Web]:
    with serving() as made:
        made.pages["/a"] = PAGE
        yield made


@pytest.fixture
def make() -> Iterator[Callable[..., Fetcher]]:
    made: list[Fetcher] = []

    def fetcher(network: Network | None = None, **options: float) -> Fetcher:
        given = {"delay": 0.0, "seconds": 5.0, "back_off": 0.0} | options
        made.append(Fetcher(network or Network(private=True), **given))
        return made[-1]

    yield fetcher
    for each in made:
        each.close()


@pytest.fixture
def fetcher(make: Callable[..., Fetcher]) -> Fetcher:
    return make()


def _refused(fetcher: Fetcher, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        fetcher.get(url)
    return caught.value


def test_a_page_comes_with_what_its_headers_say(web: Web, fetcher: Fetcher) -> None:
    web.pages["/b"] = answer(
        "été".encode("cp1252"),
        Content_Type='text/html; Charset="windows-1252"',
        ETag='"1"',
        Last_Modified="yesterday",
    )
    reply = fetcher.get(web.url("/b"))
    assert (reply.raw, reply.charset) == ("été".encode("cp1252"), "windows-1252")
    assert (reply.etag, reply.modified) == ('"1"', "yesterday")
    assert fetcher.get(web.url("/a")).charset == "utf-8"
    agent = web.headers[-1]["User-Agent"]
    assert agent.startswith("depeche/")
    assert web.counts == {"/robots.txt": 1, "/b": 1, "/a": 1}


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("br", lambda data: brotli.compress(data, quality=1)),
    ],
)
def test_compressed_pages_are_unfolded_and_bombs_are_not(
    web: Web, fetcher: Fetcher, name: str, made: Callable[[bytes], bytes]
) -> None:
    web.pages["/b"] = answer(made(PAGE), Content_Encoding=name)
    assert fetcher.get(web.url("/b")).raw == PAGE
    web.pages["/bomb"] = answer(made(bytes(MAX_BYTES + 1)), Content_Encoding=name)
    assert "larger than 20 MB" in _refused(fetcher, web.url("/bomb")).what
    web.pages["/cut"] = answer(made(PAGE * 50)[:-9], Content_Encoding=name)
    assert "breaks off" in _refused(fetcher, web.url("/cut")).what


def test_bodies_without_end_are_left(web: Web, fetcher: Fetcher) -> None:
    web.pages["/endless"] = endless(bytes(1 << 20))
    assert "larger than" in _refused(fetcher, web.url("/endless")).what
    web.pages["/said"] = answer(PAGE, Content_Length=str(MAX_BYTES + 1))
    assert "larger than" in _refused(fetcher, web.url("/said")).what
    assert web.counts["/said"] == 1


def test_slow_drips_end_when_their_time_is_up(web: Web, make: Callable[..., Fetcher]) -> None:
    fetcher = make(seconds=1.0)
    web.pages["/drip"] = endless(b".", pause=0.05)
    assert "takes too long" in _refused(fetcher, web.url("/drip")).what
    web.pages["/header"] = endless(b"x", pause=0.05, head=b"HTTP/1.1 200 OK\r\nX-Slow: ")
    assert "takes too long" in _refused(fetcher, web.url("/header")).what
    assert web.counts["/drip"] == web.counts["/header"] == 1  # it would drip again
    web.pages["/again"] = endless(b".", pause=0.05)
    assert "takes too long" in _refused(fetcher, web.url("/again")).what
    assert "left alone" in _refused(fetcher, web.url("/a")).what


def test_headers_have_a_limit(web: Web, fetcher: Fetcher) -> None:
    web.pages["/long"] = answer(PAGE, X_Long="x" * 200_000)
    assert "headers" in _refused(fetcher, web.url("/long")).what
    web.pages["/many"] = endless(b"X-Many: x\r\n", head=b"HTTP/1.1 200 OK\r\n")
    assert "headers" in _refused(fetcher, web.url("/many")).what


def test_redirects_are_followed_and_circles_are_not(web: Web, fetcher: Fetcher) -> None:
    web.pages["/1"] = redirect("/2?utm_source=x#top", 301)
    web.pages["/2?utm_source=x"] = redirect(web.url("/a"), 308)
    assert fetcher.get(web.url("/1")).url == web.url("/a")
    web.pages["/round"] = redirect("/round2")
    web.pages["/round2"] = redirect("/round")
    assert "circle" in _refused(fetcher, web.url("/round")).what
    for n in range(20):
        web.pages[f"/far{n}"] = redirect(f"/far{n + 1}")
    assert "more than 8 times" in _refused(fetcher, web.url("/far0")).what


@pytest.mark.parametrize(
    "target", ["file:///etc/passwd", "ftp://127.0.0.1/", "javascript:alert(1)", "http://[::1"]
)
def test_redirects_lead_to_pages_alone(web: Web, fetcher: Fetcher, target: str) -> None:
    web.pages["/out"] = redirect(target)
    assert "redirects to what is not" in _refused(fetcher, web.url("/out")).what


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "localhost", "0", "2130706433", "017700000001", "0x7f.1", "127.1", "[::1]",
        "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "169.254.169.254", "10.1.2.3",
    ],
)  # fmt: skip
def test_addresses_inside_are_refused_however_they_are_written(
    web: Web, make: Callable[..., Fetcher], host: str
) -> None:
    error = _refused(make(Network(private=False)), web.url("/a", host))
    assert "private network" in error.what
    assert "DEPECHE_ALLOW_PRIVATE_ADDRESSES" in error.hint
    assert not web.asked


def test_a_name_is_checked_where_it_is_connected_to(web: Web, make: Callable[..., Fetcher]) -> None:
    looked: list[str] = []

    def lookup(host: str, _port: int) -> list[str]:
        """Answer as a hostile name server: something public when one looks, this machine when one connects."""
        looked.append(host)
        return ["93.184.215.14"] if len(looked) > 1 else ["127.0.0.1"]

    error = _refused(make(Network(private=False, lookup=lookup)), "http://rebound.example/a")
    assert "private network" in error.what
    assert looked == ["rebound.example"]  # once a connection, and what was found is what is connected to
    assert not web.asked


class Detour(httpcore.SyncBackend):
    """Opens sockets to this machine alone, whatever public address is asked for; notes which."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def connect_tcp(self, host: str, *rest: Any, **more: Any) -> httpcore.NetworkStream:
        self.asked.append(host)
        return super().connect_tcp("127.0.0.1", *rest, **more)


@pytest.mark.parametrize(
    "inside", ["http://169.254.169.254/latest/", "http://localhost/", "http://inside.example/"]
)
def test_a_redirect_does_not_lead_inside(web: Web, make: Callable[..., Fetcher], inside: str) -> None:
    names = {
        "news.example": ["10.0.0.9", "93.184.215.14"],
        "inside.example": ["10.0.0.1"],
        "localhost": ["::1"],
    }
    detour = Detour()
    fetcher = make(Network(private=False, lookup=lambda host, _: names.get(host, [host]), inner=detour))
    web.pages["/in"] = redirect(inside)
    assert fetcher.get(web.url("/a", "news.example")).raw == PAGE
    assert "private network" in _refused(fetcher, web.url("/in", "news.example")).what
    assert set(detour.asked) == {"93.184.215.14"}


def test_what_may_pass_is_tried_again_and_what_will_not_is_not(web: Web, fetcher: Fetcher) -> None:
    web.pages["/busy"] = in_turn(
        answer(status=503, Retry_After="0"), answer(status=429, Retry_After="0"), answer(PAGE)
    )
    assert fetcher.get(web.url("/busy")).raw == PAGE
    web.pages["/reset"] = in_turn(raw(b"", reset=True), answer(PAGE))
    assert fetcher.get(web.url("/reset")).raw == PAGE
    web.pages["/cut"] = in_turn(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nhalf"), answer(PAGE))
    assert fetcher.get(web.url("/cut")).raw == PAGE
    for status in (400, 401, 403, 404, 410, 451):
        web.pages[f"/{status}"] = answer(status=status)
        error = _refused(fetcher, web.url(f"/{status}"))
        assert error.status == status
        assert str(status) in error.what
        assert web.counts[f"/{status}"] == 1


def test_a_server_that_asks_for_more_patience_than_we_have_is_told_of(web: Web, fetcher: Fetcher) -> None:
    web.pages["/later"] = answer(status=429, Retry_After="3600")
    assert "429" in _refused(fetcher, web.url("/later")).what
    web.pages["/date"] = answer(status=503, Retry_After="Wed, 21 Oct 2099 07:28:00 GMT")
    assert "503" in _refused(fetcher, web.url("/date")).what
    assert web.counts["/later"] == web.counts["/date"] == 1


def test_a_host_that_keeps_failing_is_left_alone(web: Web, fetcher: Fetcher) -> None:
    for n in range(5):
        web.pages[f"/{n}"] = answer(status=503, Retry_After="3600")
    said = [_refused(fetcher, web.url(f"/{n}")).what for n in range(5)]
    assert all("503" in what for what in said[:3])
    assert all("failed 3 times running" in what for what in said[3:])
    assert web.counts["/4"] == 0


def test_robots_txt_is_obeyed_and_read_once(web: Web, fetcher: Fetcher) -> None:
    web.pages["/robots.txt"] = (
        b"User-agent: *\nDisallow: /private/\n\nUser-agent: depeche\nDisallow: /no\nCrawl-delay: 0\n"
    )
    web.pages["/no/1"] = PAGE
    web.pages["/go"] = redirect("/no/1")
    assert "robots.txt" in _refused(fetcher, web.url("/no/1")).what
    assert "robots.txt" in _refused(fetcher, web.url("/go")).what
    assert fetcher.get(web.url("/a")).raw == PAGE
    assert web.counts == {"/robots.txt": 1, "/go": 1, "/a": 1}


@pytest.mark.parametrize(
    ("robots", "allowed"),
    [
        (answer(status=404), True), (answer(status=403), True), (redirect("/robots.txt"), True), (answer(b"Disallow", Content_Type="image/png"), True), (answer(b"<html>hello"), True),
        (answer(b"\xff\xfe\0rubbish"), True), (redirect("/elsewhere.txt"), False),
        (answer(status=503, Retry_After="3600"), False), (answer(status=429, Retry_After="3600"), False),
        (answer(b"User-agent: *\nDisallow: /\n" + b"#" * 30_000_000), False),
    ],
)  # fmt: skip
def test_robots_txt_that_is_missing_allows_and_one_that_cannot_be_read_does_not(
    web: Web, fetcher: Fetcher, robots: Callable[[object], None], allowed: bool
) -> None:
    web.pages["/robots.txt"] = robots
    web.pages["/elsewhere.txt"] = b"User-agent: *\nDisallow: /\n"
    if allowed:
        assert fetcher.get(web.url("/a")).raw == PAGE
    else:
        assert "robots.txt" in _refused(fetcher, web.url("/a")).what
        assert web.counts["/a"] == 0


def test_a_host_is_asked_one_page_at_a_time(web: Web, fetcher: Fetcher) -> None:
    def slowly(handler: object) -> None:
        web.closing.wait(0.02)
        answer(PAGE)(handler)  # type: ignore[arg-type]

    for n in range(8):
        web.pages[f"/{n}"] = slowly
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda n: fetcher.get(web.url(f"/{n}")).raw, range(8)))
    assert replies == [PAGE] * 8
    assert web.most_at_once == 1
    assert web.counts["/robots.txt"] == 1


def test_what_is_known_is_not_sent_again(web: Web, fetcher: Fetcher) -> None:
    web.pages["/b"] = validated(PAGE, etag='"x"')
    reply = fetcher.get(web.url("/b"))
    again = fetcher.get(web.url("/b"), etag=reply.etag, modified=reply.modified)
    assert (again.status, again.raw) == (304, b"")


def test_old_servers_and_odd_ones_are_understood(web: Web, fetcher: Fetcher) -> None:
    web.pages["/10"] = raw(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE)
    assert fetcher.get(web.url("/10")).raw == PAGE
    web.pages["/mute"] = raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n")
    assert "does not speak HTTP" in _refused(fetcher, web.url("/mute")).what
    web.pages["/video"] = answer(b"....", Content_Type="video/mp4")
    assert "not a page but video/mp4" in _refused(fetcher, web.url("/video")).what
    web.pages["/none"] = answer(status=204, Content_Length="")
    assert "204" in _refused(fetcher, web.url("/none")).what


def test_credentials_go_to_their_own_site_alone(web: Web, fetcher: Fetcher) -> None:
    with serving() as other:
        other.pages["/a"] = PAGE
        url = fetcher.know(web.url("/go").replace("http://", "http://bob:s%C3%A9same@"))
        assert "bob" not in url
        web.pages["/go"] = redirect(other.url("/a"))
        fetcher.get(url)
        assert web.headers[-1]["Authorization"] == "Basic Ym9iOnPDqXNhbWU="
        assert all("Authorization" not in headers for headers in other.headers)


def test_an_unreachable_host_is_one_clear_line(fetcher: Fetcher, make: Callable[..., Fetcher]) -> None:
    with serving() as gone:
        url = gone.url("/a")
    assert "cannot be reached" in _refused(make(), url).what

    def lookup(_host: str, _port: int) -> list[str]:
        raise FetchError("its host name cannot be found")

    assert (
        "name cannot be found"
        in _refused(make(Network(private=False, lookup=lookup)), "http://nowhere.example/").what
    )


def test_no_proxy_comes_between(web: Web, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert fetcher.get(web.url("/a")).raw == PAGE


def test_turns_lie_apart_and_a_host_that_was_asked_to_rest_rests() -> None:
    waits: list[float] = []
    pace = Pace(waits.append)
    for _ in range(2):
        with pace.turn("a", 1000.0):
            pass
    with pace.turn("b", 0.0):
        pass
    pace.rest("b", 5000.0)
    with pace.turn("b", 0.0):
        pass
    assert [round(wait, -2) for wait in waits] == [0.0, 1000.0, 0.0, 5000.0]


def test_a_crawl_delay_is_kept_within_reason() -> None:
    assert Rules.of(b"User-agent: *\nCrawl-delay: 2.5").delay == 2.5
    assert Rules.of(b"User-agent: *\nCrawl-delay: 86400").delay == 30.0
    assert Rules().delay == 0.0


def test_a_robots_txt_that_asks_for_hours_is_one_clear_line(web: Web, fetcher: Fetcher) -> None:
    agents = b"".join(b"User-agent: a%d\n" % n for n in range(9_000))
    web.pages["/robots.txt"] = agents + b"Disallow: /x\n" * 3_000  # a rule of each agent: 27 million
    assert "takes too long to understand" in _refused(fetcher, web.url("/a")).what


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl here to make a certificate")
def test_a_certificate_must_be_trusted_and_be_the_hosts(
    web: Web, make: Callable[..., Fetcher], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, pem = tmp_path / "key.pem", tmp_path / "cert.pem"
    about = ["-subj", "/CN=news.example", "-addext", "subjectAltName=DNS:news.example", "-days", "2"]
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    made = ["openssl", "req", "-x509", *kind, *about, "-keyout", str(key), "-out", str(pem)]
    subprocess.run(made, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    web.socket = context.wrap_socket(web.socket, server_side=True)
    network = Network(private=True, lookup=lambda _host, _port: ["127.0.0.1"])
    assert "not trusted" in _refused(make(network), f"https://news.example:{web.server_port}/a").what
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    fetcher = make(network)
    assert fetcher.get(f"https://news.example:{web.server_port}/a").raw == PAGE
    assert "not trusted" in _refused(fetcher, f"https://other.example:{web.server_port}/a").what
