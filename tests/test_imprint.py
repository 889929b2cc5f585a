"""What a page says of its article can be asked: who wrote it, when, where, in what paper, its title, its picture's caption, its opening."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.domain import Answer, Question
from retrieval.library import Library
from retrieval.onnx_runner import OnnxEmbedder
from retrieval.reader.opening import open_reader
from retrieval.settings import Settings
from tests.conftest import TOP

PRESS = TOP / "benchmarks" / "press" / "articles.jsonl"


@pytest.fixture(scope="module")
def answerer(packaged: Path, cache_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answerer]:
    library = Library(tmp_path_factory.mktemp("pages"))
    embedder = OnnxEmbedder.open(packaged, "multilingual-e5-small")
    ingest([str(PRESS), str(TOP / "articles")], library, lambda: embedder)
    reader = open_reader(Settings(cache_dir=cache_dir), embedder)
    yield Answerer(library, embedder, open_reader=lambda: reader, today=lambda: date(2026, 11, 27))
    library.close()


def holds(answerer: Answerer, answer: Answer) -> bool:
    """Tell whether each quotation stands where the citation says."""
    with answerer.library.snapshot() as snapshot:
        articles = snapshot.articles_by_id(cited.article_id for cited in answer.citations)
    return all(
        articles[c.article_id].article.at(c.place)[c.start : c.end] == c.quote for c in answer.citations
    )


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


def test_a_title_is_cited_at_its_place(answerer: Answerer) -> None:
    [cited] = answerer.answer(
        Question("what's the title of the article about the Skerrin lighthouse?")
    ).citations
    assert (cited.place, cited.start, cited.quote) == ("title", 0, cited.title)


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
    assert answer.heading in {
        "Here is what the articles say:",
        "Voici ce que disent les articles\u00a0:",
        "The articles in the library do not answer this question.",
        "Les articles de la bibliothèque ne répondent pas à cette question.",
        "The newest first:",
    }


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


def test_a_title_that_changed_is_no_sentence_that_did(answerer: Answerer) -> None:
    from retrieval.changes import History

    [cited] = answerer.answer(
        Question("what's the title of the article about the Skerrin lighthouse?")
    ).citations
    with answerer.library.snapshot() as snapshot:
        article = snapshot.articles_by_id([cited.article_id])[cited.article_id].article
    assert History(replace(article, title="Another"), [article]).quoted(cited) == []


def test_an_answer_that_only_a_title_holds_is_quoted_from_it(
    packaged: Path, cache_dir: Path, tmp_path: Path
) -> None:
    rows = [
        {
            "id": "eco",
            "title": "La Cédéao adopte le nom d'« Eco » pour sa monnaie unique",
            "text": "Les quinze chefs d'État réunis à Abuja ont pris leur décision samedi. Elle doit encore être ratifiée par les parlements.",
        },
        {
            "id": "pont",
            "title": "Le pont de Sarnac rouvre après deux ans de travaux",
            "text": "Les premiers camions sont passés lundi à midi. Le maire a coupé le ruban devant cent habitants.",
        },
    ]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    library = Library(tmp_path / "library")
    embedder = OnnxEmbedder.open(packaged, "multilingual-e5-small")
    ingest([str(tmp_path / "rows.jsonl")], library, lambda: embedder)
    reader = open_reader(Settings(cache_dir=cache_dir), embedder)
    answerer = Answerer(library, embedder, open_reader=lambda: reader)
    answer = answerer.answer(Question("Quel nom la Cédéao a-t-elle choisi pour sa future monnaie unique ?"))
    assert answer.answered
    cited, *_ = answer.citations
    assert (cited.article_id, cited.place, cited.quote) == ("eco", "title", rows[0]["title"])
    assert holds(answerer, answer)
    assert not answerer.answer(Question("Quel nom porte la nouvelle monnaie du Ghana ?")).answered
    library.close()
