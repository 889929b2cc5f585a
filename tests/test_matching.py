"""Which newly arrived articles answer a question or are about a topic: real model, articles of our own."""

from __future__ import annotations

from pathlib import Path

import pytest
from notices_running import BREAD, HOSPITAL
from small import HashEmbedder, made

from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.batch import Batch
from retrieval.domain import Question
from retrieval.embedding import Embedder
from retrieval.errors import DepecheError
from retrieval.language import asks
from retrieval.library import Library
from retrieval.matching import about, answers

TOP = Path(__file__).parent.parent


@pytest.fixture(scope="module", name="answerer")
def news(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Answerer:
    folder = tmp_path_factory.mktemp("news")
    for name, text in (("hospital", HOSPITAL), ("bread", BREAD)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    library = Library(folder / "library")
    ingest([str(folder), str(TOP / "articles")], library, lambda: embedder)
    return Answerer(library, embedder)


def ids(answerer: Answerer, *words: str) -> list[str]:
    with answerer.library.snapshot() as snapshot:
        rows = snapshot.articles()
    return [r.article.article_id for r in rows if not words or any(w in r.article.title for w in words)]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("l’hôpital de Sainte-Orle", "hôpital"),
        ("the new hospital of Sainte-Orle", "hôpital"),
        ("Combien de lits compte l’hôpital de Sainte-Orle ?", "hôpital"),
        ("bread prices", "Bread"),
        ("le prix du pain à Wexley", "Bread"),
        ("How much does a large white loaf cost?", "Bread"),
        ("le bac de Port-Lauzan", "bac de Port-Lauzan"),
        ("l’horloge de Sainte-Orle", "horloge"),
    ],
)
def test_the_article_that_is_meant_is_found_and_quoted(answerer: Answerer, text: str, title: str) -> None:
    found = answerer.match([Question(text)], ids(answerer))
    [wanted] = ids(answerer, title)
    assert wanted in [matched.article_id for matched in found]
    answer = next(matched.answer for matched in found if matched.article_id == wanted)
    assert answer.answered
    assert all(citation.article_id == wanted for citation in answer.citations)
    assert 0.5 <= answer.confidence <= 1


@pytest.mark.parametrize(
    "text",
    [
        "le patinage artistique",
        "the price of gold in Zurich",
        "Who won the chess championship?",
        "Quand ouvrira la piscine de Marseille ?",
        "inflation",
    ],
)
def test_what_no_article_is_about_is_told_of_none(answerer: Answerer, text: str) -> None:
    assert answerer.match([Question(text)], ids(answerer)) == []


def test_only_the_articles_asked_about_are_looked_at(answerer: Answerer) -> None:
    questions = [Question("bread prices"), Question("l’hôpital de Sainte-Orle")]
    found = answerer.match(questions, ids(answerer, "hôpital"))
    assert [(matched.number, matched.article_id) for matched in found] == [(1, *ids(answerer, "hôpital"))]
    assert answerer.match(questions, ["nowhere"]) == []
    assert answerer.match([], ids(answerer)) == []


def test_the_answer_is_in_the_language_that_is_chosen(answerer: Answerer) -> None:
    [matched] = answerer.match([Question("bread prices", language="fr")], ids(answerer, "Bread"))
    assert matched.answer.language == "fr"
    assert matched.answer.citations[0].language == "en"


def test_a_library_that_changed_its_model_is_told_of_or_followed(tmp_path: Path) -> None:
    class Other(HashEmbedder):
        name, fingerprint = "others", "ba9876543210"

    library = Library(tmp_path / "library")
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("a", "Le bac de Port-Lauzan rouvre lundi.", title="Le bac")]))
    question = Question("Le bac de Port-Lauzan rouvre lundi.")
    with pytest.raises(DepecheError, match="others"):
        Answerer(library, Other()).match([question], ["a"])
    following = Answerer(library, Other(), open_embedder=lambda name: HashEmbedder())
    assert [matched.article_id for matched in following.match([question], ["a"])] == ["a"]


def test_each_text_is_read_once(tmp_path: Path) -> None:
    class Counting(HashEmbedder):
        def __init__(self) -> None:
            super().__init__()
            self.read: list[str] = []

        def read_question(self, text: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
            self.read.append(text)
            return super().read_question(text)

    library, embedder = Library(tmp_path / "library"), Counting()
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[made("a", "Le bac de Port-Lauzan rouvre lundi.")]))
    answerer = Answerer(library, embedder)
    embedder.read.clear()
    for _ in range(2):
        answerer.match([Question("le bac"), Question("le pont")], ["a"])
    assert embedder.read == ["le bac", "le pont"]


def test_a_topic_must_be_in_half_of_the_passages_a_question_in_one() -> None:
    assert about([1.0, 0.5, 0.2, 0.2], 0.0) == pytest.approx(0.75)
    assert about([1.0, 0.5, 0.6] * 3, 0.5) == pytest.approx(1.05)
    assert about([1.0], 1.0) == pytest.approx(1.1)
    assert answers([1.0, 0.4], [0.5, 1.0]) == pytest.approx(1.3)


@pytest.mark.parametrize(
    ("text", "language", "question"),
    [
        ("Qui a gagné", "fr", True),
        ("inflation", "fr", False),
        ("who won", "en", True),
        ("le bac ?", "fr", True),
        ("the price of bread", "en", False),
        ("", "en", False),
    ],
)
def test_questions_are_told_from_topics(text: str, language: str, question: bool) -> None:
    assert asks(text, language) is question  # type: ignore[arg-type]
