"""A chat model's words, cut into sentences while they come."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.compose.said import Said, sentences

TEXT = (
    "Le bac rouvre lundi [1]. M. Poutine l’a dit : « Oui. » [2][3] Il coûte 2,5 millions d’euros.[4, 5]\n\n"
    "- **Premier** point [1]\n2. Second point ! [12] Fin"
)
SAID = [
    Said("Le bac rouvre lundi.", (1,)),
    Said("M. Poutine l’a dit : « Oui. »", (2, 3)),
    Said("Il coûte 2,5 millions d’euros.", (4, 5)),
    Said("Premier point", (1,)),
    Said("Second point !", (12,)),
    Said("Fin", ()),
]


@given(st.lists(st.integers(0, len(TEXT)), max_size=60))
def test_however_the_pieces_are_cut_the_sentences_are_the_same(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(TEXT)]
    pieces = [TEXT[start:end] for start, end in pairwise(places)]
    assert list(sentences(pieces, "fr")) == SAID


def test_a_sentence_comes_as_soon_as_the_next_has_begun() -> None:
    said = sentences(iter(["The ferry is back. ", "[1", "] It", " is", " full."]), "en")
    assert next(said) == Said("The ferry is back.", (1,))


def test_what_never_ends_is_let_go_of() -> None:
    taken = 0

    def endless() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield "word " * 100

    said = next(sentences(endless(), "en"))  # type: ignore[arg-type]
    assert len(said.text) < 10_000
    assert taken < 20


@pytest.mark.parametrize(
    ("given", "text", "marks"),
    [
        ("The \u202eferry\u2069 is\x07 back\u200b [1].", "The ferry is back.", (1,)),
        ("The [ferry](http://evil.example/a) is back [2](http://evil.example).", "The ferry is back.", (2,)),
        ("| The ferry | is back [1] |", "The ferry is back", (1,)),
        ("<think>\nThe reader asks [3]. So.\n</think>\n\nThe ferry is back [1].", "The ferry is back.", (1,)),
    ],
)
@pytest.mark.parametrize("size", [1, 4, 200])
def test_what_would_change_a_readers_screen_is_left_out(
    given: str, text: str, marks: tuple[int, ...], size: int
) -> None:
    pieces = [given[n : n + size] for n in range(0, len(given), size)]
    assert list(sentences(pieces, "en")) == [Said(text, marks)]


def test_a_thought_without_an_end_is_nothing_said() -> None:
    assert list(sentences(["<thi", "nk>The ferry [1]. It is back [1]."], "en")) == []
    assert list(sentences(["<thi"], "en")) == [Said("<thi", ())]


@pytest.mark.parametrize("text", ["", "  \n", "[1]", "[1] [2", "**", "- ", "…"])
def test_marks_alone_are_no_sentence(text: str) -> None:
    assert list(sentences([text], "en")) == []


@given(st.text("ab. [1],\n«»!", max_size=60), st.integers(1, 9))
def test_nothing_said_is_lost(text: str, size: int) -> None:
    said = list(sentences([text[n : n + size] for n in range(0, len(text), size)], "fr"))
    assert "".join(c for s in said for c in s.text if c in "ab") == "".join(c for c in text if c in "ab")
