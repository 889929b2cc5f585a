"""A text cut into pages, with offsets: nothing is lost, nothing too long, the quotation whole."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
from telegram_html import parse, units

from bot.answers.buttons import Tap
from bot.answers.pages import LONGEST_PAGE, PAGE, cut_into_pages, page_with
from bot.answers.passages import Told
from bot.answers.render import growing, render, sources
from bot.answers.views import view
from bot.markup import cut_at_sentence
from retrieval.domain import Answer, Citation, Sentence

PIECES = st.sampled_from(
    [
        *(
            "Une phrase. ",
            "Une autre phrase, plus longue que la première\u202f? ",
            "Oui\u202f! ",
            "M. Dupont. ",
        ),
        *(
            "\n\n",
            "\n",
            " ",
            "\n \n",
            "\u00a0",
            "😀",
            "👩🏽\u200d🚒",
            "e\u0301",
            "\u202e",
            "\u200b",
        ),
        *("<b>", "&amp;", "«\u00a0Un mot.\u00a0» ", "mot ", "sansespace"),
    ]
)
TEXT = st.lists(st.tuples(PIECES, st.sampled_from([1, 1, 2, 40])), max_size=40).map(
    lambda parts: "".join(part * times for part, times in parts)
)


@st.composite
def texts_with_a_span(draw: st.DrawFn) -> tuple[str, tuple[int, int]]:
    text = draw(TEXT)
    start = draw(st.integers(0, len(text)))
    return text, (start, draw(st.integers(start, len(text))))


@given(texts_with_a_span(), st.integers(8, 200), st.integers(0, 400))
@example(("😀" * 500, (0, 3)), 8, 0)
def test_pages_hold_every_visible_character_once_in_order_and_none_is_too_long(
    given_: tuple[str, tuple[int, int]], size: int, more: int
) -> None:
    text, quoted = given_
    longest = size + more
    pages = cut_into_pages(text, "fr", quoted, size=size, longest=longest)
    assert all(start < end for start, end in pages)
    assert all(one[1] <= other[0] for one, other in pairwise(pages))
    assert "".join("".join(text[start:end].split()) for start, end in pages) == "".join(text.split())
    assert all(units(text[start:end]) <= longest for start, end in pages)
    for start, end in pages:
        assert text[start:end] == text[start:end].strip()


@given(texts_with_a_span())
def test_a_quotation_that_fits_is_whole_on_the_page_that_is_shown_first(
    given_: tuple[str, tuple[int, int]],
) -> None:
    text, (start, end) = given_
    quote = text[start:end]
    start, end = start + len(quote) - len(quote.lstrip()), start + len(quote.rstrip())
    pages = cut_into_pages(text, "fr", (start, end))
    if start < end and end - start < 300:
        page = pages[page_with(pages, start)]
        assert page[0] <= start
        assert end <= page[1]


def test_paragraphs_stay_together_and_long_ones_are_cut_between_sentences() -> None:
    text = (
        "\n\n".join(["Court. " * 20, "Une phrase de plus. " * 200, "Fin. " * 20]).replace(" \n", "\n").strip()
    )
    pages = cut_into_pages(text, "fr")
    assert text[slice(*pages[0])].startswith("Court. Court.")
    assert all(text[end - 1] == "." for _, end in pages)
    assert all(units(text[start:end]) <= PAGE for start, end in pages)
    assert len(pages) == 4


@given(
    texts_with_a_span(),
    TEXT,
    st.none() | TEXT,
    st.sampled_from(["whole", "corrected", "changed", "article_gone"]),
    st.tuples(st.sampled_from(["fr", "en"]), st.none() | st.integers(0, 50)),
)
def test_telegram_takes_every_page(
    given_: tuple[str, tuple[int, int]],
    title: str,
    source: str | None,
    kept: Any,
    seen: tuple[Any, int | None],
) -> None:
    text, quoted = given_
    language, page = seen
    told = Told(title, source, "2024-10-01", "fr", "https://x.example/?a=<b>&c", text, quoted, kept)
    shown = view(told, 2**53, "c1", page, language)
    read, entities = parse(shown.message.html)
    assert units(read) <= 4096
    assert read.strip()
    assert read == shown.message.plain
    assert len([entity for entity in entities if entity.type == "bold"]) <= 1
    for row in shown.keyboard.inline_keyboard:
        for button in row:
            assert button.url or Tap.read(str(button.callback_data))


@given(TEXT, st.integers(2, 500))
def test_a_cut_keeps_to_its_limit_and_falls_after_a_sentence_where_one_ends(text: str, limit: int) -> None:
    at = cut_at_sentence(text, limit)
    assert units(text[:at]) <= limit
    assert at > 0 or not text
    if units(text) <= limit:
        assert at == len(text)


def test_a_long_composed_answer_is_cut_between_sentences() -> None:
    words = [f"Phrase {n} " + "mot " * 150 + "fin." for n in range(1, 20)]
    cited = tuple(
        Citation(n, f"a{n}", "T", None, None, None, None, "fr", w, 0, len(w), w)
        for n, w in enumerate(words, 1)
    )
    answer = Answer(
        "?", "fr", True, "chat", "", tuple(Sentence(w, (n,)) for n, w in enumerate(words, 1)), cited
    )
    messages = render(answer)
    texts = [parse(message.html)[0] for message in messages]
    for n, text in enumerate(texts[:2]):
        assert text.startswith("Phrase"), n
        assert text.endswith("]"), n
    assert all(units(text) <= 4096 for text in texts)
    assert units(growing(answer).plain) <= 4096  # type: ignore[union-attr]
    assert growing(answer) == messages[0] or growing(answer).plain == texts[0]  # type: ignore[union-attr]


@given(st.lists(st.tuples(TEXT, st.none() | TEXT), min_size=1, max_size=30), st.sampled_from(["fr", "en"]))
def test_telegram_takes_any_list_of_sources(named: list[tuple[str, str | None]], language: str) -> None:
    cited = tuple(
        Citation(n, f"a{n % 7}", title, source, None, None, "2024-10-01", "fr", "q", 0, 1, "q")
        for n, (title, source) in enumerate(named, 1)
    )
    answer = Answer("?", "fr", True, "chat", "", (Sentence("q", (1,)),), cited)
    texts = [parse(message.html)[0] for message in sources(answer, language)]  # type: ignore[arg-type]
    assert all(units(text) <= 4096 for text in texts)
    assert all(f"[{n}]" in "".join(texts) for n in range(1, len(cited) + 1))


TAPS = st.builds(
    Tap,
    st.sampled_from(["view", "page", "close", "more", "options", "alone", "again", "good", "bad"]),
    st.integers(1, 10**18 - 1),
    st.sampled_from(["", "fr", "en"])
    | st.integers(1, 999).map("c{}".format)
    | st.integers(1, 999).map("n{}".format),
    st.integers(0, 9999),
)


@given(TAPS)
def test_a_buttons_data_is_short_and_says_what_it_was_made_of(tap: Tap) -> None:
    assert len(tap.data.encode()) <= 64  # Bot API, InlineKeyboardButton
    assert Tap.read(tap.data) == tap


@given(
    st.text(max_size=64)
    | TAPS.map(lambda tap: tap.data + " ")
    | TAPS.map(lambda tap: tap.data.replace("a:", "a:٣"))
)
@example("a:v:１:c1:0")
@example("a:v:0:c1:0")
@example("a:v:1:c1:0\n")
def test_other_data_is_none_of_ours(data: str) -> None:
    assert Tap.read(data) is None


def test_a_page_fits_a_message() -> None:
    assert LONGEST_PAGE < 4096 - 1000
