"""Near-copies of an article are one story, found and cited once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from retrieval import phrases
from retrieval.answerer import Answerer
from retrieval.batch import Batch
from retrieval.domain import Language, Question
from retrieval.library import Library
from retrieval.stories import alike, sketch
from tests.small import HashEmbedder, made

WIRE = (
    "Le bac de Port-Lauzan rouvrira lundi après dix mois de travaux, a annoncé la mairie. Le billet coûtera trois euros "
    "pour les piétons et neuf euros pour les voitures. Les habitants de l'île attendaient ce retour depuis la tempête de "
    "janvier, qui avait emporté le ponton. « Nous avons tenu », dit le maire, Anselme Tournebise, devant la nouvelle cale. "
    "Le premier départ est prévu à six heures."
)
EDITED = WIRE.replace("Le premier départ est prévu à six heures.", "Premier départ à l'aube.")
OTHER = (
    "La bibliothèque du phare ferme ses portes pour l'hiver et rouvrira au printemps, annonce sa directrice. Trois mille "
    "livres seront restaurés pendant ces mois, sur les dix mille que compte la collection. Les lecteurs pourront rendre "
    "leurs ouvrages à la mairie jusqu'en mars."
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "library")


def _put(library: Library, **texts: str) -> None:
    with library.writing(HashEmbedder) as writer:
        for article_id, text in texts.items():
            writer.commit(Batch(articles=[made(article_id, text, title="Le bac")]))


def _stories(library: Library) -> dict[str, str]:
    with library.snapshot() as snapshot:
        return snapshot.stories()


def test_texts_are_as_alike_as_the_words_they_share() -> None:
    one, two, three = (sketch(text) for text in (WIRE, EDITED, OTHER))
    assert one is not None
    assert two is not None
    assert three is not None
    assert alike(one, one) == 1.0
    assert alike(one, two) > 0.7
    assert alike(one, three) < 0.1
    assert sketch("Le bac rouvre lundi.") is None


def test_copies_are_one_story_whichever_goes(library: Library) -> None:
    _put(library, a=WIRE, b=EDITED, c=OTHER)
    assert _stories(library) == {"a": "a", "b": "a"}
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(removed=["a"]))
    assert _stories(library) == {}
    _put(library, d=WIRE)
    assert len(set(_stories(library).values())) == 1
    assert set(_stories(library)) == {"b", "d"}


def test_an_article_that_changes_leaves_its_story(library: Library) -> None:
    _put(library, a=WIRE, b=EDITED)
    _put(library, b=OTHER)
    assert _stories(library) == {}


def test_a_story_is_found_once_and_its_copies_are_named(library: Library) -> None:
    _put(library, a=WIRE, b=EDITED, c=OTHER)
    answerer = Answerer(library, HashEmbedder(), threshold=0.0)
    found = answerer.find(Question("Quand le bac de Port-Lauzan rouvre-t-il ?", language="fr"), 10)
    articles = {hit.article.article_id for hit in found.hits}
    assert len(articles & {"a", "b"}) == 1
    assert "c" in articles
    answer = answerer.answer(Question("Combien coûtera le billet du bac ?", language="fr"))
    first = answer.citations[0]
    assert {first.article_id, *(copy.article_id for copy in first.also)} == {"a", "b"}
    assert answer.to_json()["citations"][0]["also"][0]["article_id"] in {"a", "b"}


def _dated(library: Library, **days: str) -> None:
    from dataclasses import replace

    with library.writing(HashEmbedder) as writer:
        for article_id, day in days.items():
            article, digest, passages = made(
                article_id, f"Le bac a fermé à cause du vent. Note {article_id}."
            )
            writer.commit(Batch(articles=[(replace(article, published=day), digest, passages)]))


def test_the_days_a_question_means_are_preferred_and_of_equals_the_newer(library: Library) -> None:
    _dated(library, old="2019-03-01", middle="2022-06-10", new="2024-10-30")
    answerer = Answerer(library, HashEmbedder(), threshold=0.0, today=lambda: date(2024, 11, 5))

    def first(question: str) -> str:
        return answerer.find(Question(question, language="fr"), 3).hits[0].article.article_id

    assert first("Pourquoi le bac a-t-il fermé ?") == "new"
    assert first("Pourquoi le bac a-t-il fermé le 10 juin 2022 ?") == "middle"
    assert first("Pourquoi le bac a-t-il fermé en mars 2019 ?") == "old"


def test_an_answer_from_a_part_of_an_article_says_so(library: Library) -> None:
    from dataclasses import replace

    def notes(language: Language) -> tuple[str, ...]:
        question = Question("Pourquoi le bac a-t-il fermé ?", language=language)
        return Answerer(library, HashEmbedder(), threshold=0.0).answer(question).notes

    article, digest, passages = made("part", "Le bac a fermé à cause du vent.")
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[(replace(article, partial=True), digest, passages)]))
    assert notes("fr") == (
        "De cet article, seul le début est en libre accès\u202f; la suite est réservée aux abonnés.",
    )
    assert notes("en") == (
        "Only the beginning of this article is free to read; the rest is for subscribers.",
    )
    with library.writing(HashEmbedder) as writer:
        writer.commit(Batch(articles=[(replace(article, partial=False), digest, passages)]))
    assert notes("fr") == ()
    assert phrases.partial(1, 2, "en").startswith("Only the beginning of some of these articles")
    assert phrases.partial(2, 2, "fr").startswith("De ces articles,")


def test_an_answer_from_old_articles_alone_says_how_old(library: Library) -> None:
    _dated(library, old="2019-03-01")

    def notes(today: date, language: Language = "fr") -> tuple[str, ...]:
        question = Question("Pourquoi le bac a-t-il fermé ?", language=language)
        return Answerer(library, HashEmbedder(), threshold=0.0, today=lambda: today).answer(question).notes

    assert notes(date(2024, 11, 5)) == ("Cet article a plus d’un an.",)
    assert notes(date(2024, 11, 5), "en") == ("This article is more than a year old.",)
    assert notes(date(2019, 3, 5)) == ()
    assert phrases.age("fr", several=True) == "Ces articles ont tous plus d’un an."
