"""Addresses in their normal form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.urls import credentials, is_url, normal, shown, site


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTPS://Example.ORG", "https://example.org/"),
        ("https://example.org:443/a/../b/./c/", "https://example.org/b/c/"),
        ("http://example.org:80/a?", "http://example.org/a"),
        ("http://example.org:8080/a", "http://example.org:8080/a"),
        ("https://example.org./a", "https://example.org/a"),
        ("https://example.org/a#top", "https://example.org/a"),
        ("https://example.org/%7Ebob/%c3%a9t%C3%A9", "https://example.org/~bob/%C3%A9t%C3%A9"),
        ("https://example.org/été en mer", "https://example.org/%C3%A9t%C3%A9%20en%20mer"),
        ("https://éditeur.example/x", "https://xn--diteur-9ua.example/x"),
        ("https://example.org/%2e%2e/%2e/a", "https://example.org/a"),
        ("https://example.org/a/..", "https://example.org/"),
        ("https://example.org/a?b=2&a=1", "https://example.org/a?b=2&a=1"),
        ("https://example.org/a?utm_source=x&id=7&UTM_Medium=y&fbclid=z", "https://example.org/a?id=7"),
        ("https://example.org/a?xtor=RSS-1&at_medium=custom7", "https://example.org/a"),
        ("https://example.org/a?attention=1&reference=2", "https://example.org/a?attention=1&reference=2"),
        ("https://example.org/100%", "https://example.org/100%25"),
        ("https://user:secret@example.org/a", "https://example.org/a"),
        ("http://[::FFFF:127.0.0.1]/a", "http://[::ffff:7f00:1]/a"),
    ],
)
def test_a_page_has_one_address(url: str, expected: str) -> None:
    assert normal(url) == expected
    assert normal(expected) == expected


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/", "https://", "https:///a", "http://[::1", "http://a:99999/",
        "http://a\\@b/", "http://exa mple.org/", "http://example.org/\n", "http://a%00b/", "javascript:alert(1)", "",
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_page_is_refused(url: str) -> None:
    if url.endswith("\n"):
        assert normal(url) == "http://example.org/"  # as it is pasted
        return
    with pytest.raises(ValueError, match="address"):
        normal(url)


def test_credentials_are_kept_apart_and_never_shown() -> None:
    url = "https://bob:p%40ss@example.org/feed"
    assert credentials(url) == ("bob", "p@ss")
    assert credentials("https://example.org/feed") is None
    assert shown(url) == "https://example.org/feed"
    assert "p%40ss" not in shown("https://bob:p%40ss@[broken/feed")
    assert site(normal("https://bob:x@Example.org:8443/feed?a=1")) == "https://example.org:8443"


def test_addresses_are_told_from_paths() -> None:
    assert is_url("https://example.org")
    assert is_url("ftp://example.org")
    assert not is_url("articles/a.txt")
    assert not is_url("C:/articles/a.txt")


_PIECES = st.lists(
    st.sampled_from(["a", "é", ".", "..", "/", "//", "%2e", "%2F", "%zz", "%", "%25", "?", "&", "=", "utm_a", ";", " ", "#", "+", "|", "\\", "😀"])
)  # fmt: skip


@given(_PIECES)
def test_the_normal_form_is_its_own(pieces: list[str]) -> None:
    once = normal("http://Example.org/" + "".join(pieces))
    assert normal(once) == once
    assert once.isascii()
    assert "/../" not in once.split("?")[0] + "/"


@given(st.text())
def test_no_text_breaks_it(text: str) -> None:
    try:
        once = normal("http://" + text)
    except ValueError:
        return
    assert normal(once) == once
