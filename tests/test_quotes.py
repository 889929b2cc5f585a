"""Sentences that lean on the one before are quoted with it."""

from __future__ import annotations

import pytest

from retrieval.domain import Article, Hit, Passage
from retrieval.quotes import Quote, with_antecedents


def quotes(sentences: list[str], *numbers: int) -> list[Quote]:
    """Return quotes of those sentences of an article, as `choose` gives them."""
    text = "\n\n".join(sentences)
    starts = [text.index(sentence) for sentence in sentences]
    spans = tuple((start, start + len(s)) for start, s in zip(starts, sentences, strict=True))
    hit = Hit(Passage("a:1", "a", 0, len(text), spans), Article("a", "Un titre", text, "fr"), score=1.0)
    return [Quote(hit, *spans[number], 1.0, 0, number) for number in numbers]


@pytest.mark.parametrize(
    ("before", "sentence", "leans"),
    [
        ("Maud Villard a rouvert le bac.", "Elle en rêvait depuis dix ans.", True),
        ("Maud Villard a pris la parole.", "« Le bac rouvrira lundi », a-t-elle déclaré.", True),
        ("Maud Villard a pris la parole.", "Le bac, ajoute-t-elle, rouvrira lundi.", True),
        ("Maud Villard a pris la parole.", "Selon elle, le bac rouvrira lundi.", True),
        ("Tom Duxbury spoke first.", "“The ferry is safe,” he added.", True),
        ("Tom Duxbury spoke first.", "According to him, the ferry is safe.", True),
        ("Maud Villard a pris la parole.", "« Le bac rouvrira lundi », a déclaré Paul Le Goff.", False),
        ("Maud Villard a pris la parole.", "Le bac rouvrira-t-il lundi, demande-t-elle ?", False),
        ("Tom Duxbury spoke first.", "“The ferry is safe,” Ada Moss added.", False),
        ("Le bac est cher.", "Il y a deux traversées par jour.", False),
    ],
)
def test_a_sentence_that_does_not_name_whom_it_means_brings_the_one_before(
    before: str, sentence: str, leans: bool
) -> None:
    (quote,) = with_antecedents(quotes([before, sentence], 1))
    assert quote.text == (f"{before}\n\n{sentence}" if leans else sentence)


def test_no_sentence_is_quoted_twice_and_the_first_of_a_passage_has_none_before() -> None:
    given = ["Elle parle.", "« Le bac rouvrira », a-t-elle dit.", "Elle le promet."]
    found = with_antecedents(quotes(given, 1, 2, 0))
    assert [quote.text for quote in found] == [f"{given[0]}\n\n{given[1]}", given[2]]
    found = with_antecedents(quotes(given, 0, 2, 1))
    assert [quote.text for quote in found] == [given[0], f"{given[1]}\n\n{given[2]}"]
    given = ["Maud parle.", "« Le bac rouvrira », a-t-elle dit.", "Le bac est vieux."]
    found = with_antecedents(quotes(given, 2, 1, 0))  # whom it means is not told after it
    assert [quote.text for quote in found] == [given[2], f"{given[0]}\n\n{given[1]}"]
    given = ["Elle parle.", "« Le bac rouvrira », a-t-elle dit.", "Elle le promet."]
    (alone,) = with_antecedents(quotes(given, 2))
    assert alone.text == f"{given[1]}\n\n{given[2]}"
