"""Follow-ups: what leans on the conversation is looked for with what it leans on, what stands by itself is left alone."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.conversation.follow_ups import Way, as_first_asked, understand
from retrieval.domain import Language, Question, Turn
from retrieval.embedding import Embedder
from retrieval.onnx_runner import OnnxEmbedder
from tests.conftest import TOP
from tests.small import HashEmbedder

UKRAINE = Turn("Que dit Macron de l’Ukraine ?", "fr", said=("Emmanuel Macron a promis des canons à Kyiv.",))
TOWER = Turn(
    "When was the Harrow Viaduct built?", "en", said=("The viaduct was built in 1858.",), articles=("tower",)
)
FERRY = Turn("Quand le bac de Port-Lauzan a-t-il repris du service ?", "fr", said=("Le bac a repris lundi.",))


def ways(asked: str, embedder: Embedder, *history: Turn) -> tuple[Way, ...]:
    return understand(asked, Question(asked, history=history), embedder, None)[1]


@pytest.mark.parametrize(
    ("before", "asked"),
    [
        (UKRAINE, "et Poutine ?"),
        (UKRAINE, "Qu'a-t-il dit de Taïwan ?"),
        (UKRAINE, "Quel âge a-t-il ?"),
        (UKRAINE, "And what did he say about Taiwan?"),
        (FERRY, "Pourquoi ?"),
        (FERRY, "why?"),
        (FERRY, "Combien a-t-il coûté ?"),
        (FERRY, "Est-ce qu'il transporte des voitures ?"),
        (TOWER, "By whom?"),
        (TOWER, "How high is it?"),
        (TOWER, "Why did they build it?"),
        (TOWER, "combien de temps ça a pris"),
    ],
)
def test_what_leans_is_looked_for_with_what_it_leans_on(
    embedder: OnnxEmbedder, before: Turn, asked: str
) -> None:
    [way, *_] = ways(asked, embedder, before)
    assert way.text == f"{before.question} {asked}"
    assert way.written == asked
    assert way.shown
    assert asked in way.shown
    assert before.question in way.shown
    assert way.within == before.articles


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
        "À propos du train de nuit d’Eastmoor, qu’est-ce que la polyandrie ?",
        "Is it true that Elon Musk spoke to Putin?",
        "Did Biden say he would visit Kyiv?",
        "Which country elected its first woman prime minister, Japan or China?",
        "Are there bears in Canada?",
        "And who won the World Cup in 2022?",
        "What happened in Chernobyl in 1986?",
        "Who wrote Hamlet?",
        "quoi de neuf ?",
        "merci beaucoup",
    ],
)
def test_what_stands_by_itself_is_left_alone(embedder: OnnxEmbedder, asked: str) -> None:
    for before in (UKRAINE, TOWER, FERRY):
        assert ways(asked, embedder, before) == (), before


def test_a_question_asked_again_is_taken_as_it_was_the_first_time() -> None:
    why = Turn("Pourquoi ?", "fr", understood="Pourquoi ? (après « … »)")
    assert as_first_asked("pourquoi", (UKRAINE, why)) == (UKRAINE,)
    assert as_first_asked(f" {UKRAINE.question.upper()}", (TOWER, UKRAINE, why)) == (TOWER,)
    # it may be asked of something else now
    assert as_first_asked("Pourquoi ?", (UKRAINE, why, TOWER)) == (UKRAINE, why, TOWER)
    assert as_first_asked("Combien ?", (UKRAINE, why)) == (UKRAINE, why)


def test_a_third_turn_leans_on_the_last_that_stood_by_itself_and_what_leaned_on_it(
    embedder: OnnxEmbedder,
) -> None:
    second = Turn("et Poutine ?", "fr", understood="et Poutine ? (après « … »)", articles=("kyiv",))
    [way, *_] = ways("Quel âge a-t-il ?", embedder, UKRAINE, second)
    assert way.text == f"{UKRAINE.question} et Poutine ? Quel âge a-t-il ?"
    assert way.within == ("kyiv",)
    [way, *_] = ways("Quel âge a-t-il ?", embedder, second, UKRAINE, second, second)
    assert way.text == f"{UKRAINE.question} et Poutine ? Quel âge a-t-il ?"


def test_what_follows_a_refusal_may_lean_on_the_last_answer_too(embedder: OnnxEmbedder) -> None:
    refused = Turn("Combien coûte un billet de bac ?", "fr")
    [first, second, *_] = ways("et pour les enfants ?", embedder, TOWER, refused)
    assert first.text == f"{refused.question} et pour les enfants ?"
    assert second.text == f"{TOWER.question} et pour les enfants ?"
    assert second.within == TOWER.articles
    [only] = ways("et pour les enfants ?", embedder, refused)
    assert only.text == f"{refused.question} et pour les enfants ?"


texts = st.text(max_size=200) | st.lists(
    st.sampled_from(["et", "and", "il", "elle", "l’", "his", "it", "Poutine", "d’", "qui", "a-t-il", "why", "?", "«", "”", "'", "12", "%s", "{}", "\\1", "\u202f", "ce"]),
    max_size=14,
).map(" ".join)  # fmt: skip


@given(texts, texts, texts, st.sampled_from(("fr", "en")))
def test_no_wording_breaks_it_and_the_ways_are_few(
    asked: str, before: str, said: str, language: Language
) -> None:
    history = (Turn(before, language, said=(said,)), Turn(said, "fr", understood=said or None))
    assert len(ways(asked, HashEmbedder(), *history)) <= 3


def test_a_turn_survives_json() -> None:
    turn = Turn("et Poutine ?", "fr", "Que dit Poutine ?", ("Il a dit non.",), ("Titre",), ("a1",))
    assert Turn.from_json(json.loads(json.dumps(turn.to_json()))) == turn


def test_a_plain_question_imports_none_of_this() -> None:
    code = (
        "import sys, depeche, retrieval.answerer, retrieval.opening, retrieval.terminal;"
        "print([m for m in sys.modules if m.startswith(('prompt_toolkit', 'retrieval.conversation.follow_ups',"
        " 'retrieval.session', 'retrieval.conversation.rewriter', 'retrieval.chain'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=TOP, check=True)
    assert done.stdout.strip() == "[]"
