"""What a person reads in a terminal."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from retrieval.domain import Answer, Citation, Copy, Sentence
from retrieval.terminal import show_answer

CITATION = Citation(
    1,
    "a",
    "Le bac rouvre",
    "Le Journal",
    None,
    None,
    "2019-03-01",
    "fr",
    "Il rouvre lundi.",
    0,
    16,
    "Il rouvre lundi.",
)
ANSWER = Answer("?", "en", True, "quotes", "…", (Sentence(CITATION.quote, (1,)),), (CITATION,))


def _shown(answer: Answer) -> str:
    out = io.StringIO()
    show_answer(answer, Console(file=out, width=80, highlight=False, markup=False))
    return out.getvalue()


def test_an_answer_names_its_source_and_nothing_it_has_not() -> None:
    text = _shown(ANSWER)
    assert "Le bac rouvre — Le Journal — 1\u00a0March\u00a02019" in text
    assert "Also in" not in text


def test_near_copies_and_the_age_of_old_news_are_told() -> None:
    also = (Copy("b", "Le bac", "Le Soir", None, None), Copy("c", "Un bac", None, None, None))
    answer = replace(
        ANSWER,
        citations=(replace(CITATION, also=also),),
        notes=("The newest of these articles is from 1\u00a0March\u00a02019.",),
    )
    text = _shown(answer)
    assert "Also in: Le Soir, Un bac\n" in text
    assert text.rstrip().endswith("2019.")
