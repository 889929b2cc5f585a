"""Follow-ups: what leans on the conversation is put anew, what stands by itself is left alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.conversation.follow_ups import READINGS, readings
from retrieval.domain import Language, Turn
from retrieval.language import detect
from tests.conftest import TOP

UKRAINE = Turn("Que dit Macron de l’Ukraine ?", "fr", said=("Emmanuel Macron a promis des canons à Kyiv.",))
TOWER = Turn(
    "When was the Harrow Viaduct built?", "en", said=("The viaduct was built in 1858 by Alexander Rennick.",)
)
FERRY = Turn("Quand le bac de Port-Lauzan a-t-il repris du service ?", "fr", said=("Le bac a repris lundi.",))
MAYOR = Turn("Who is Solène Abgrall?", "en", said=("La maire, Solène Abgrall, espère 210 000 passagers.",))


def best(text: str, *history: Turn) -> str:
    """The likeliest reading, no-break spaces made plain."""
    language: Language = detect(text, history[-1].language)
    return readings(text, language, history)[0].text.replace("\u202f", " ").replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("before", "asked", "understood"),
    [
        (UKRAINE, "et Poutine ?", "Que dit Poutine de l’Ukraine ?"),
        (UKRAINE, "et poutine", "Que dit poutine de l’Ukraine ?"),
        (UKRAINE, "Et de Taïwan ?", "Que dit Macron de Taïwan ?"),
        (UKRAINE, "Et la Chine ?", "Que dit Macron de la Chine ?"),
        (UKRAINE, "Qu'a-t-il dit de Taïwan ?", "À propos de Macron, qu'a-t-il dit de Taïwan ?"),
        (UKRAINE, "Quel âge a-t-il ?", "À propos de Macron, quel âge a-t-il ?"),
        (UKRAINE, "Quel est son âge ?", "À propos de Macron, quel est son âge ?"),
        (UKRAINE, "and Putin?", "Que dit Putin de l’Ukraine ?"),
        (UKRAINE, "And what did he say about Taiwan?", "About Macron: what did he say about Taiwan?"),
        (FERRY, "Pourquoi ?", "Pourquoi le bac de Port-Lauzan a-t-il repris du service ?"),
        (FERRY, "why?", "Pourquoi le bac de Port-Lauzan a-t-il repris du service ?"),
        (FERRY, "Combien a-t-il coûté ?", "À propos du bac de Port-Lauzan, combien a-t-il coûté ?"),
        (FERRY, "Qui l'a construit ?", "À propos du bac de Port-Lauzan, qui l'a construit ?"),
        (FERRY, "Est-ce qu'il transporte des voitures ?", "À propos du bac de Port-Lauzan, est-ce qu'il transporte des voitures ?"),
        (TOWER, "By whom?", "By whom was the Harrow Viaduct built?"),
        (TOWER, "How high is it?", "About the Harrow Viaduct: how high is it?"),
        (TOWER, "What about the Eiffel Tower?", "When was the Eiffel Tower built?"),
        (TOWER, "Why did they build it?", None),
        (MAYOR, "How old is she?", "About Solène Abgrall: how old is she?"),
        (MAYOR, "What did her husband say?", "About Solène Abgrall: what did her husband say?"),
        (MAYOR, "And her husband?", "About Solène Abgrall: what about her husband?"),
        (MAYOR, "et son mari ?", "À propos de Solène Abgrall, qu’en est-il de son mari ?"),
        (MAYOR, "Quel âge a-t-elle ?", "À propos de Solène Abgrall, quel âge a-t-elle ?"),
    ],
)  # fmt: skip
def test_what_leans_is_put_so_that_it_stands(before: Turn, asked: str, understood: str | None) -> None:
    said = best(asked, before)
    assert said != asked
    if understood:
        assert said == understood


@pytest.mark.parametrize(
    "asked",
    [
        "Combien de passagers le Marie-Josèphe peut-il transporter ?",
        "Que faut-il faire pour visiter le musée d’Orsay ?",
        "Combien y a-t-il d’habitants à Skerrin ?",
        "Est-il vrai que Musk a parlé à Poutine ?",
        "Que s’est-il passé à Tchernobyl en 1986 ?",
        "Qui est Nadège Ferrandi ?",
        "Le président Macron a-t-il gardé son chef de cabinet ?",
        "À quelle heure le train de nuit part-il de Paris ?",
        "Pourquoi la Chine veut-elle Taïwan ?",
        "Qui a inventé le vaccin contre la rage, Pasteur ou son élève ?",
        "Is it true that Elon Musk spoke to Putin?",
        "Did Biden say he would visit Kyiv?",
        "How long does it take to get to London?",
        "Which country elected its first woman prime minister, Japan or China?",
        "Are there bears in Canada?",
        "And who won the World Cup in 2022?",
        "What happened in Chernobyl in 1986?",
        "Who wrote Hamlet?",
    ],
)
def test_what_stands_by_itself_is_left_alone(asked: str) -> None:
    for before in (UKRAINE, TOWER, FERRY):
        ways = readings(asked, detect(asked), [before])
        assert [way.text for way in ways] == [asked], before


def test_a_question_without_names_may_be_taken_either_way() -> None:
    ways = [way.text for way in readings("Combien coûte le billet ?", "fr", [FERRY])]
    assert "Combien coûte le billet ?" in ways
    assert any("bac de Port-Lauzan" in way for way in ways)


def test_a_third_turn_is_understood_from_what_the_second_was_taken_for() -> None:
    second = Turn("et Poutine ?", "fr", understood="Que dit Poutine de l’Ukraine ?")
    assert best("Pourquoi ?", UKRAINE, second).startswith("Que dit Poutine de l’Ukraine, et pourquoi")
    assert best("Quel âge a-t-il ?", UKRAINE, second) == "À propos de Poutine, quel âge a-t-il ?"


def test_what_was_said_first_is_said_first_again() -> None:
    second = Turn(
        "Qui l’a construit ?", "fr", understood="À propos du bac de Port-Lauzan, qui l’a construit ?"
    )
    assert best("Quand ?", FERRY, second) == "À propos du bac de Port-Lauzan, qui l’a construit, et quand ?"
    third = Turn("How high is it?", "en", understood="About the Harrow Viaduct: how high is it?")
    assert best("and how long?", TOWER, third).startswith(
        "About the Harrow Viaduct: how high is it, and how long"
    )


def test_the_verb_after_a_name_is_no_part_of_it() -> None:
    asked = Turn("When does the ferry of Port-Lauzan sail again?", "en")
    assert best("And how much is a ticket?", asked) == "About the ferry of Port-Lauzan: how much is a ticket?"


def test_whoever_a_question_asked_for_is_meant_by_the_next() -> None:
    asked = Turn(
        "Qui a trouvé la panne ?", "fr", said=("C’est un accordeur, Anselme Tournebise, qui l’a trouvée.",)
    )
    assert (
        best("Combien de temps a-t-il travaillé ?", asked)
        == "À propos d’Anselme Tournebise, combien de temps a-t-il travaillé ?"
    )


def test_without_a_history_a_question_is_what_it_is() -> None:
    assert [way.text for way in readings("et Poutine ?", "fr", ())] == ["et Poutine ?"]


texts = st.text(max_size=200) | st.lists(
    st.sampled_from(
        [
            "et",
            "and",
            "il",
            "elle",
            "y",
            "en",
            "l’",
            "la",
            "le",
            "son",
            "ses",
            "his",
            "it",
            "there",
            "that",
            "Poutine",
            "Macron",
            "d’",
            "de",
            "qui",
            "a-t-il",
            "est-elle",
            "pourquoi",
            "combien",
            "when",
            "did",
            "she",
            "the",
            "?",
            "«",
            "»",
            "“",
            "’",
            "'",
            "12",
            "%s",
            "{}",
            "\\1",
            "\u202f",
            "Ukraine,",
            "ce",
            "cette",
            "them",
        ]
    ),
    max_size=14,
).map(" ".join)


@given(texts, texts, texts, st.sampled_from(("fr", "en")))
def test_no_wording_breaks_it_and_there_is_always_a_bounded_way_to_search(
    asked: str, before: str, said: str, language: Language
) -> None:
    ways = readings(asked, language, [Turn(before, language, said=(said,)), Turn(said, "fr")])
    assert 1 <= len(ways) <= READINGS
    assert len({way.text for way in ways}) == len(ways)


def test_a_turn_survives_json() -> None:
    turn = Turn("et Poutine ?", "fr", "Que dit Poutine ?", ("Il a dit non.",), ("Titre",))
    assert Turn.from_json(json.loads(json.dumps(turn.to_json()))) == turn


def test_a_plain_question_imports_none_of_this() -> None:
    code = (
        "import sys, depeche, retrieval.answerer, retrieval.opening, retrieval.terminal;"
        "print([m for m in sys.modules if m.startswith(('prompt_toolkit', 'retrieval.conversation.follow_ups', 'retrieval.conversation.past',"
        " 'retrieval.conversation.mentions', 'retrieval.session', 'retrieval.conversation.rewriter', 'retrieval.chain'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=TOP, check=True)
    assert done.stdout.strip() == "[]"
