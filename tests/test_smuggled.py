"""What a written sentence may not bring in, in whatever dress; and the prose that looks like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.verify.smuggled import smuggled

SOURCE = "Le bac rouvre lundi, dit Booking.com. Voir t.me/bac ou #bac 🎉."


@pytest.mark.parametrize(
    "held",
    [
        "t.me/x", "t.me", "evil․com", "evil。com", "evil．com/x", "ｅｖｉｌ.com", "evil[.]com", "evil (dot) com", "evil{.}com/x",
        "hxxp://evil.com/x", "hxxps://evil.com", "h**p://evil.com", "https://evil.com", "http: //evil.com", "www.evil.com",
        "tg://resolve?domain=x", "javascript:alert(1)", "mailto:a@b.org", "a.b@c.org", "@durov", "bit.ly/abc", "192.168.1.1/x",
        "münchen.example/x", "evil.com∕x",
        "/forget", "/forget@bot", "#news", "＃news", "$ABCD", "🎉", "👍🏽", "1️⃣", "☎️",
        '{"answer": "oui"}', "<b>oui</b>", "[oui](evil)", '["oui"]', "`oui`", "&lt;b&gt;", "\\u003cb", "**oui**",
    ],
)  # fmt: skip
def test_what_is_no_prose_is_told_even_where_the_article_has_it(held: str) -> None:
    assert list(smuggled(f"Le bac rouvre lundi, dit {held} au maire.", SOURCE))
    assert list(smuggled(held, SOURCE))


@pytest.mark.parametrize(
    "sentence",
    [
        "He said at 3 p.m. that U.S. troops left.",
        "The speed was 30 km/h and/or 24/7.",
        "The #1 song sold $10 million, or US$5 each.",
        "Il fait 30 °C, dit-il : « oui ».",
        "Booking.com said no.",
        "Le ministre [de l’Intérieur] a dit non.",
        "Vol AF447 – Paris/Rio à 10h30, n° 5 ; 1er/2.",
        "L’entreprise Yahoo! a dit : 5 % (soit 3,5 M€) – « ™ ».",
    ],
)
def test_prose_is_let_pass(sentence: str) -> None:
    assert not list(smuggled(sentence, SOURCE))


@given(st.text(max_size=80))
def test_no_text_is_too_odd_to_be_looked_at(text: str) -> None:
    list(smuggled(text, text))
