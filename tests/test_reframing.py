"""An answer in the other language's frame: its passages stay, and nothing turns into a refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval import phrases
from retrieval.domain import LANGUAGES, TALK, Answer, Citation, Item, Language, Nearby, Sentence
from retrieval.reframing import reframed
from retrieval.staleness import first

QUOTE = "Il rouvre <lundi>."
CITED = Citation(1, "a", "Le bac", None, None, None, "2025-03-01", "fr", QUOTE, 0, len(QUOTE), QUOTE)
ANSWER = Answer("?", "fr", True, "quotes", "", (Sentence(QUOTE, (1,), (3, 9)),), (CITED,), contrary=True)
OTHER: dict[Language, Language] = {"fr": "en", "en": "fr"}


def test_the_passages_stay_and_the_words_around_them_change() -> None:
    told = replace(
        first(ANSWER, phrases.stale("2025-03-01", "fr")),
        notes=(
            phrases.age("fr", several=False),
            phrases.unanswered("Qui a «\u00a0gagné\u00a0»\u202f?", "fr"),
            "Autre.",
        ),
        understood=phrases.after("Et lui\u202f?", "Qui est-ce\u202f?", "fr"),
    )
    there = reframed(told, "en")
    assert (there.sentences, there.citations, there.answered) == (ANSWER.sentences, (CITED,), True)
    assert there.text == (
        "The library holds nothing newer than 1\u00a0March\u00a02025.\n\n"
        "The articles say the opposite:\n\n“Il rouvre <lundi>.” [1]"
    )
    assert there.notes == (
        "This article is more than a year old.",
        "The articles do not answer the other question: “Qui a ‘gagné’”.",
    )
    assert there.understood == "Et lui\u202f? (after “Qui est-ce\u202f?”)"
    back = reframed(there, "fr")
    assert replace(back, notes=()) == replace(told, text=back.text, notes=())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_said_in_the_other_language(language: Language) -> None:
    other, near = OTHER[language], (Nearby("a", "Le bac", "fr", None, None),)
    refusal = Answer("?", language, False, "quotes", phrases.REFUSED[language], nearby=near)
    assert reframed(refusal, other) == replace(refusal, language=other, text=phrases.REFUSED[other])
    for words in (phrases.TALK, phrases.THIRD):
        talk = Answer("?", language, False, "quotes", words[language], kind=TALK)
        assert reframed(talk, other).text == words[other]


def test_what_a_model_composed_gives_way_to_the_quotations_and_a_list_keeps_its_lines() -> None:
    composed = replace(ANSWER, mode="chat", sentences=(Sentence("It is back.", (1,)),), contrary=False)
    there = reframed(composed, "en")
    assert (there.mode, there.sentences) == ("quotes", (Sentence(QUOTE, (1,)),))
    listed = replace(ANSWER, contrary=False, items=(Item(None, QUOTE, (1,), ("a",)),), text="En bref :")
    there = reframed(listed, "en")
    assert (there.items, there.heading) == (listed.items, "Here is what the articles say:")
    held = Answer("?", "fr", True, "quotes", "12 articles.")
    assert reframed(held, "en").text == "12 articles."
