from __future__ import annotations

from urllib.parse import unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from retrieval.links import link_to


def test_a_link_opens_the_page_at_the_quotation() -> None:
    assert link_to("https://a.test/x", "Il a dit « non ».") == (
        "https://a.test/x#:~:text=Il%20a%20dit%20%C2%AB%C2%A0non%C2%A0%C2%BB.".replace("%C2%A0", "%20")
    )


def test_a_long_quotation_is_named_by_its_ends() -> None:
    link = link_to("https://a.test/x#top", " ".join(f"mot{n}" for n in range(40)))
    assert (
        link
        == "https://a.test/x#top:~:text=mot0%20mot1%20mot2%20mot3%20mot4,mot35%20mot36%20mot37%20mot38%20mot39"
    )


def test_what_is_no_web_address_gives_no_link() -> None:
    assert link_to(None, "x") is None
    assert link_to("javascript:alert(1)", "x") is None
    assert link_to("file:///etc/passwd", "x") is None


@given(st.text(min_size=1))
def test_any_quotation_makes_one_valid_address(text: str) -> None:
    link = link_to("https://a.test/x", text)
    assert link is not None
    assert link.isascii()
    assert urlsplit(link).netloc == "a.test"
    directive = link.split(":~:text=")[1]
    assert "-" not in directive
    assert directive.count(",") <= 1
    assert unquote(directive.split(",")[0]) in " ".join(text.split())
