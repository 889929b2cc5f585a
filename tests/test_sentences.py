"""Sentences: where they end, and that their offsets hold for any text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain import LANGUAGES, Language
from retrieval.sentences import split

PIECES = st.sampled_from(
    ["Il part", "elle", "M", "Mme", "J.-C", "oct", "2024", "«", "»", "“", "”", '"', "(", ")", ".", "!", "?", "…", ",",
     " ", " ", " ", "\n", "\n\n", "\u00a0", "\u202f", "😀", "𝒜", "é", "5", "U.S", "No", "A.", "\u2003", "'", "’", "-", "\t", "[12]"]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=60).map("".join), st.text(max_size=200))


def sentences(text: str, language: Language = "fr") -> list[str]:
    return [text[start:end] for start, end in split(text, language)]


@given(TEXTS, st.sampled_from(LANGUAGES))
def test_sentences_cover_every_character_once_and_in_order(text: str, language: Language) -> None:
    last = 0
    for start, end in split(text, language):
        assert last <= start < end
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert "\n\n" not in text[start:end]
        last = end
    assert not text[last:].strip()


@pytest.mark.parametrize(
    "expected",
    [
        ["Il a vu Mme. Martin et M. Dupont.", "Ils sont partis en oct. 2024 à Paris."],
        ["Né en 44 av. J.-C. à Rome, il meurt en 14 apr. J.-C.", "Le reste est connu."],
        ["« Non. Jamais ! » à Mme. Martin.", "« Il part. »", "Elle reste."],
        ["«\u00a0Il part\u202f!\u00a0»", "Elle reste."],
        ["“Il est là.”", "Bien sûr."],
        ["Elle demande : « Pourquoi ? » et s’en va.", "Fin de l’histoire."],
        ["Le no. 5 gagne.", "J. K. Rowling écrit.", "D. Trump parle."],
        ["Qui ?", "Quoi ?!", "Comment...", "Je ne sais pas…", "Peut-être."],
        ["Le prix est de 3.5 millions d’euros.", "15 000 personnes étaient là."],
        ["1. Premier point.", "2. Deuxième point."],
        ["Ce fut long.", '"Dans les années 1970, le pays a changé", résume-t-il.', "Et puis rien."],
        ["L’art. 49.3 de la Constitution s’applique.", "Voir p. 12."],
        ["La marque Yahoo! a été vendue.", "Oui."],
        ["😀 Bonjour.", "𝒜 est une lettre."],
    ],
)
def test_french_sentences(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Smith met Dr. Jones at 5 p.m. on Jan. 5.", "He left."],
        ["The U.S. Army stayed in the U.S.", "He said so."],
        ['"I went home," he said.', '"It was late."', "Then he slept."],
        ["See No. 5.", "The St. John's church.", "Martin Luther King Jr. Day."],
        ["He said no.", "They left."],
        ["It fell.[12]", "The study says so.[4][5]", "Others disagree."],
        ["(He laughed.)", "They went."],
        ["It cost $3.5 million.", "Sen. Bernie Sanders spoke."],
    ],
)
def test_english_sentences(expected: list[str]) -> None:
    assert sentences(" ".join(expected), "en") == expected


def test_a_no_break_space_after_an_initial_is_survived() -> None:
    assert sentences("Il y a S\u202f.», dit-il. Oui.", "en")[-1] == "Oui."
    assert sentences("é-'U.S\u202f.» A.\u00a0.\u2003B.") != []


def test_sentences_inside_a_long_quotation_stand_alone() -> None:
    text = (
        "« Nous avons attendu onze ans que le bac revienne dans le port. Nous attendrons bien encore dix minutes "
        "sur le quai », dit Yann."
    )
    assert len(sentences(text)) == 2


def test_each_line_of_a_list_is_a_sentence() -> None:
    assert sentences("Au menu\nDes pommes\nDes poires\n\nLe reste suit.") == [
        "Au menu", "Des pommes", "Des poires", "Le reste suit."
    ]  # fmt: skip


def test_lines_fitted_to_a_width_are_one_paragraph() -> None:
    text = (
        "The library must be reached across a causeway that is dry for\n"
        "five hours a day, and the tide table is printed on each card.\n"
        "Readers like it."
    )
    assert sentences(text, "en") == [text[:-17], "Readers like it."]


@pytest.mark.parametrize(
    "piece", ["mot ", "Mot. ", "a", '"Oui. ', "« ", ". ", "...", "(a. B", "ligne\n", "x. A"]
)
def test_a_line_of_half_a_million_characters_is_split(piece: str) -> None:
    # In quadratic time this would not end while anyone waits.
    text = piece * (500_000 // len(piece))
    pieces = "".join(text[a:b] for a, b in split(text, "fr"))
    assert "".join(pieces.split()) == "".join(text.split())


def test_a_pointer_to_other_pages_is_not_part_of_the_sentence_it_is_glued_to() -> None:
    text = "À lire aussi sur BBC Afrique : Le bac a repris lundi. Voir la mer est un rêve : elle y va. Read more: The ferry is back."
    assert [text[a:b] for a, b in split(text, "fr")] == [
        "À lire aussi sur BBC Afrique :",
        "Le bac a repris lundi.",
        "Voir la mer est un rêve : elle y va.",
        "Read more:",
        "The ferry is back.",
    ]
