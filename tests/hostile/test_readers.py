"""Readers of bytes from outside raise what they say they do and nothing else, whatever the bytes."""

from __future__ import annotations

import random
import tempfile
from contextlib import closing, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.hostile.inputs import PACKED, WHOLE
from benchmarks.hostile.inputs import made as input_of
from ingest.documents import Document, Problem
from ingest.feeds import read_feed, read_json_feed
from ingest.fetch.connecting import Network
from ingest.fetch.errors import FetchError
from ingest.fetch.fetcher import Fetcher
from ingest.fetch.request import Reply, waited
from ingest.fetch.robots import Rules
from ingest.listings import kind_of
from ingest.readying import Ready, ready
from ingest.sitemaps import read_sitemap
from ingest.sources import read
from tests.web_server import raw as bare
from tests.web_server import serving

FILES = ["page", "mail", "pdf", "text", "markdown", "rows", "archive", *PACKED]


def made(kind: str, seed: int) -> bytes:
    return input_of(kind, random.Random(seed), "/nowhere")[:200_000]  # noqa: S311


@pytest.mark.parametrize("kind", FILES)
@settings(max_examples=15)
@given(seed=st.integers(0, 1 << 32))
def test_a_broken_file_is_an_article_or_a_problem(kind: str, seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / WHOLE[PACKED.get(kind, kind)][0]
        file.write_bytes(made(kind, seed))
        for found in read(str(file)):
            told = ready(found) if isinstance(found, Document) else found
            assert isinstance(told, Ready | Problem)
            assert "\n" not in str(told) or isinstance(told, Ready)


@settings(max_examples=40)
@given(seed=st.integers(0, 1 << 32))
def test_a_broken_list_is_entries_or_refused(seed: int) -> None:
    for kind in ("feed", "json feed", "sitemap"):
        raw = made(kind, seed)
        kind_of(raw)
        try:
            entries = read_feed(raw, "https://bac.example/") if kind == "feed" else []
        except FetchError:
            entries = []
        entries += read_json_feed(raw, "https://bac.example/")
        entries += read_sitemap(raw, "https://bac.example/")[0]
        assert all(entry.url or entry.content for entry in entries)


@given(st.one_of(st.binary(max_size=400), st.sampled_from(["nan", "inf", "-5", "1e400", "2"]).map("User-agent: *\nCrawl-delay: {}".format).map(str.encode)))  # fmt: skip
def test_any_robots_txt_has_rules(raw: bytes) -> None:
    rules = Rules.of(raw)
    assert 0 <= rules.delay <= 30
    assert rules.allow("https://bac.example/a") in (True, False)


DATE = st.builds(
    "{}, {} {} {} {}:{}:{} {}".format,
    st.sampled_from(["Mon", "Thu", ""]),
    st.integers(-1, 99),
    st.sampled_from(["Jan", "Dec", "x"]),
    st.integers(0, 99_999),
    *[st.integers(-1, 99)] * 3,
    st.sampled_from(["GMT", "-2359", "+2359", "-0000", "+99999999", "x", ""]),
)


@given(st.one_of(st.text(max_size=40), DATE))
def test_any_retry_after_is_seconds_or_none(told: str) -> None:
    seconds = waited(told)
    assert seconds is None or seconds >= 0


def test_whatever_a_server_says_is_a_reply_or_refused() -> None:
    network = Network(private=True, lookup=lambda _host, _port: ["127.0.0.1"])
    with serving() as web, closing(Fetcher(network, delay=0.0, seconds=5.0, back_off=0.0)) as fetcher:
        for seed in range(100):
            web.pages["/a"] = bare(made("header", seed))
            with suppress(FetchError):
                assert isinstance(fetcher.get(web.url("/a", f"h{seed}.example")), Reply)
