"""What a page says of its article can be asked: who wrote it, when, where, in what paper, its title, its picture's caption, its opening."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.domain import Answer, Question
from retrieval.embedding import Embedder
from retrieval.library import Library
from retrieval.reader.model import Reader
from tests.conftest import TOP


@pytest.fixture(scope="module")
def answerer(
    invented_press: Path,
    embedder: Embedder,
    trained_reader: Reader | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Answerer]:
    folder = tmp_path_factory.mktemp("pages") / "library"
    library = Library(shutil.copytree(invented_press, folder))
    ingest([str(TOP / "articles")], library, lambda: embedder)
    yield Answerer(library, embedder, open_reader=lambda: trained_reader, today=lambda: date(2026, 11, 27))
    library.close()


def holds(answerer: Answerer, answer: Answer) -> bool:
    """Tell whether each quotation stands where the citation says."""
    with answerer.library.snapshot() as snapshot:
        articles = snapshot.articles_by_id(cited.article_id for cited in answer.citations)
    return all(articles[c.article_id].article.text[c.start : c.end] == c.quote for c in answer.citations)


@pytest.mark.parametrize(
    ("asked", "heading"),
    [
        ("Qui a écrit l'article sur la bibliothèque du phare de Skerrin ?", "Écrit par Isla McVurich\u00a0:"),
        ("who is the author of the article about the Skerrin lighthouse", "Written by Isla McVurich:"),
        ("who wrote the artcle on the skerrin lighthouse", "Written by Isla McVurich:"),
        (
            "De quand date l'article sur le bac de Port-Lauzan ?",
            "Publié le 14\u00a0avril\u00a02025\u00a0:",
        ),
        ("when was the piece on the Skerrin library published?", "Published 3\u00a0October\u00a02025:"),
        ("Where was the article about the Eastmoor night train written?", "Written in Eastmoor:"),
        ("D'où vient la dépêche sur le point de pénalité de Port-Marzan ?", "Écrit à Paris\u00a0:"),
        ("D'où a été écrit l'article sur le bac de Port-Lauzan ?", "Écrit à Port-Lauzan\u00a0:"),
        (
            "Dans quel journal est paru l'article sur le point de pénalité de Port-Marzan ?",
            "Source\u00a0: Agence Presse Continentale",
        ),
        ("Que montre la photo de l'article sur le bac de Port-Lauzan ?", "La légende de l’image\u00a0:"),
        ("what does the picture in the article on the Eastmoor night train show", "The picture’s caption:"),
        (
            "Quel est le titre de l'article sur la bibliothèque du phare de Skerrin ?",
            "Son titre\u00a0: «\u00a0Lighthouse on Skerrin lends its first book in 40 years\u00a0»",
        ),
        ("What is the standfirst of the article on the Skerrin lighthouse?", "The article begins:"),
    ],
)
def test_what_an_article_says_of_itself_is_told_from_the_catalogue(
    answerer: Answerer, asked: str, heading: str
) -> None:
    answer = answerer.answer(Question(asked))
    assert (answer.kind, answer.answered, answer.heading) == ("fact", True, heading)
    assert len(answer.citations) == 1
    assert holds(answerer, answer)
    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer


def test_a_caption_and_an_opening_are_quoted_whole(answerer: Answerer) -> None:
    [caption] = answerer.answer(
        Question("Que montre la photo de l'article sur le bac de Port-Lauzan ?")
    ).citations
    assert caption.quote.startswith("Le «\u00a0Marie-Josèphe\u00a0», à quai")
    assert caption.quote.endswith("La Feuille de l’Estuaire")
    [opening] = answerer.answer(
        Question("What is the first sentence of the article on the Skerrin lighthouse?")
    ).citations
    assert opening.start == 0
    assert opening.quote.endswith("no road to its door.")


def test_a_title_stands_above_a_sentence_of_its_article(answerer: Answerer) -> None:
    answer = answerer.answer(Question("what's the title of the article about the Skerrin lighthouse?"))
    [cited] = answer.citations
    assert cited.title in answer.heading
    assert holds(answerer, answer)


def test_what_an_article_does_not_say_is_told_as_such(answerer: Answerer) -> None:
    answer = answerer.answer(Question("Qui a écrit l'article sur le bac de Port-Lauzan ?"))
    assert (answer.answered, answer.citations) == (False, ())
    assert answer.text == (
        "L’article «\u00a0Le bac de Port-Lauzan reprend la mer après onze ans d’arrêt\u00a0» ne dit pas qui l’a écrit."
    )


def test_the_article_of_the_conversation_is_meant(answerer: Answerer) -> None:
    first = answerer.answer(Question("How many books does the library on Skerrin have?"))
    for asked, heading in (
        ("who wrote this article?", "Written by Isla McVurich:"),
        ("when was this article published?", "Published 3\u00a0October\u00a02025:"),
    ):
        assert answerer.answer(Question(asked, history=(first.turn(),))).heading == heading
    assert answerer.answer(Question("who wrote this article?")).text == (
        "Which article do you mean? Name what it is about."
    )


@pytest.mark.parametrize(
    "asked",
    [
        "Who is Channelia's mediator?",
        "Who wrote the report on the flood of the Brézance?",
        "Quand le bac de Port-Lauzan a-t-il repris la mer ?",
        "Où le pain de la cantine est-il cuit ?",
        "when was the Skerrin lighthouse built?",
        "Who built the tower on Skerrin?",
    ],
)
def test_a_question_of_fact_is_not_taken_for_it(answerer: Answerer, asked: str) -> None:
    answer = answerer.answer(Question(asked))
    assert answer.kind == "fact"
    assert not answer.items or answer.heading == "The newest first:"


def test_of_several_articles_each_is_told_with_what_it_says(answerer: Answerer) -> None:
    answer = answerer.answer(Question("Qui a écrit l'article sur la grève chez Channelia ?"))
    assert answer.answered
    assert holds(answerer, answer)
    with answerer.library.snapshot() as snapshot:
        rows = snapshot.articles_by_id(cited.article_id for cited in answer.citations)
    for item in answer.items:
        author = rows[item.article_ids[0]].article.author
        assert author
        assert author in (item.text if len(answer.items) > 1 else answer.heading)
