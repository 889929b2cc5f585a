"""The first article somebody tries: one passage, with nothing beside it to stand out from."""

from __future__ import annotations

import pytest

from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.domain import Question
from retrieval.embedding import Embedder
from retrieval.library import Library

ARTICLE = """\
Le bac de Port-Lauzan rouvrira lundi

Le bac de Port-Lauzan, fermé depuis l’incendie de mars, rouvrira lundi 12 mai à six heures. Le billet coûtera 3 euros, a annoncé
la maire, Hélène Garrigue.
"""


@pytest.fixture(scope="module")
def answerer(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("first")
    (folder / "article.txt").write_text(ARTICLE, encoding="utf-8")
    library = Library(folder / "library")
    assert ingest([str(folder / "article.txt")], library, lambda: embedder).new == 1
    return Answerer(library, embedder)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Quand rouvre le bac ?", "lundi 12 mai"),
        ("Combien coûte le billet ?", "3 euros"),
        ("How much is a ticket for the Port-Lauzan ferry?", "3 euros"),
    ],
)
def test_what_the_only_passage_says_is_answered(answerer: Answerer, question: str, said: str) -> None:
    answer = answerer.answer(Question(question))
    assert answer.answered
    assert any(said in citation.quote for citation in answer.citations)


@pytest.mark.parametrize(
    "question", ["Qui a gagné le match ?", "Quel est le prix du pain à Lyon ?", "Who invented the telephone?"]
)
def test_what_the_only_passage_does_not_say_is_refused(answerer: Answerer, question: str) -> None:
    assert not answerer.answer(Question(question)).answered
