"""Requests for news served right: which articles are about a topic, which one is meant, who takes which side, whose words they are."""

from __future__ import annotations

import pytest

from retrieval.answerer import Answerer
from retrieval.domain import Question
from retrieval.news.asked import Request
from retrieval.news.genre import genre_in, named_by
from retrieval.news.sources import unknown_in
from retrieval.overview import Within
from tests.test_news import ARTICLES
from tests.test_news import answerer as answerer  # noqa: PLC0414 (a fixture)


def listed(answerer: Answerer, topic: str, language: str) -> set[str]:
    answer = answerer.news(Request("latest", topic, "fr" if language == "fr" else "en", topic))
    return {citation.article_id for citation in answer.citations}


def test_a_topic_of_common_words_is_found_in_the_other_language(answerer: Answerer) -> None:
    assert "petrol-price-uk-november" in listed(answerer, "prix de l'essence", "fr")
    english = {i for i, row in ARTICLES.items() if row["lang"] == "en"}
    found = listed(answerer, "salmonelles", "fr")
    assert found & english
    assert found - english


@pytest.mark.parametrize(
    ("topic", "language", "apart"),
    [
        ("salmonella outbreak", "en", ("flood", "museum", "verlane", "ridley")),
        ("musée de la mer", "fr", ("salmonel", "brezance", "verlane")),
        ("psautier volé", "fr", ("channelia", "brezance", "salmonel")),
    ],
)
def test_articles_on_something_else_are_not_about_a_topic(
    answerer: Answerer, topic: str, language: str, apart: tuple[str, ...]
) -> None:
    found = listed(answerer, topic, language)
    assert found
    assert not [i for i in found if any(word in i for word in apart)]


@pytest.mark.parametrize("topic", ["éléphants", "space telescope", "championnat d'échecs"])
def test_a_topic_that_no_article_is_about_finds_none(answerer: Answerer, topic: str) -> None:
    assert not listed(answerer, topic, "en")


def test_the_interview_is_summarised_where_that_is_meant(answerer: Answerer) -> None:
    answer = answerer.answer(Question("Résume l'entretien avec l'hydrologue de Grenoble."))
    assert {citation.article_id for citation in answer.citations} == {"brezance-fin-recherches-entretien"}
    answer = answerer.answer(Question("Résume l'éditorial du Ledger sur la grève."))
    assert (answer.kind, answer.answered) == ("summary", True)
    assert {citation.article_id for citation in answer.citations} == {"ledger-view-channelia-lessons"}


@pytest.mark.parametrize(
    ("asked", "sentences"),
    [
        ("Résume l'entretien avec l'hydrologue de Grenoble en deux phrases.", 2),
        ("sum up the interview with the Grenoble hydrologist in 3 sentences", 3),
        ("Résume l'entretien avec l'hydrologue de Grenoble, en une phrase", 1),
        ("Résume la crue de Brézance en trois phrases", 3),
    ],
)
def test_a_summary_is_as_long_as_is_asked(answerer: Answerer, asked: str, sentences: int) -> None:
    answer = answerer.answer(Question(asked))
    assert (answer.kind, len(answer.citations)) == ("summary", sentences)


def test_what_is_said_to_readers_is_no_part_of_a_summary(answerer: Answerer) -> None:
    answer = answerer.news(Request("summary", "grève chez Channelia", "fr", "grève chez Channelia"))
    assert len({citation.article_id for citation in answer.citations}) > 5
    assert "Écoutez" not in answer.text
    assert ARTICLES["greve-channelia-accord-trouve"]["text"].count("Écoutez") == 1


def test_both_sides_of_one_article_are_told(answerer: Answerer) -> None:
    answer = answerer.answer(Question("Sur le nombre de grévistes chez Channelia, qui dit quoi ?"))
    assert answer.kind == "difference"
    assert "Trente-huit pour cent" in answer.text
    assert "Soixante-deux pour cent" in answer.text
    answer = answerer.answer(Question("museum cost, town hall vs auditors"))
    quotes = " ".join(citation.quote for citation in answer.citations)
    assert "57 million" in quotes
    assert "59 million" in quotes


def test_each_source_that_is_named_is_told(answerer: Answerer) -> None:
    within = Within(sources=frozenset({"Harbour News", "The Morning Ledger"}))
    answer = answerer.news(Request("source", "psalter", "en", "psalter", within))
    assert {citation.source for citation in answer.citations} == {"Harbour News", "The Morning Ledger"}
    assert answer.text.startswith("What Harbour News and The Morning Ledger say on")


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("Que dit Le Figaro sur la grève ?", "«\u00a0Le Figaro\u00a0»"),
        ("according to the Evening Lamp, how many died in the flood?", "“the Evening Lamp”"),
    ],
)
def test_a_source_that_is_not_there_is_said_to_be_missing_and_no_other_answers(
    answerer: Answerer, asked: str, name: str
) -> None:
    answer = answerer.answer(Question(asked))
    assert (answer.kind, answer.answered, answer.citations) == ("source", False, ())
    assert name in answer.text
    assert "Radio Hexagone" in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        "Selon Penrose, quelle pénalité pour le tramway ?",
        "according to Hydrobrez, when did it warn",
        "according to the Hydrobrez, when did it warn",
    ],
)
def test_somebody_in_the_articles_is_no_missing_source(answerer: Answerer, asked: str) -> None:
    assert answerer.answer(Question(asked)).answered


def test_a_source_that_says_nothing_on_a_topic_is_said_to(answerer: Answerer) -> None:
    answer = answerer.answer(Question("Que dit Radio Hexagone sur les éléphants ?"))
    assert (answer.kind, answer.answered) == ("source", False)
    assert "n’a rien sur «\u00a0éléphants\u00a0»" in answer.text


def test_a_source_writes_of_a_story_in_its_own_language(answerer: Answerer) -> None:
    answer = answerer.answer(Question("northgate wire sur la crue"))
    assert {citation.source for citation in answer.citations} == {"Northgate Wire"}
    assert "brezance-report-late-warning" in {citation.article_id for citation in answer.citations}


@pytest.mark.parametrize(
    ("asked", "genre", "words"),
    [
        ("Résume l'entretien avec la préfète", "interview", "entretien avec la "),
        ("what does the editorial on trams say", "opinion", "editorial on "),
        ("de quoi parle l'article sur la courge ?", "article", "article sur la "),
        ("articles on trams", None, ""),
        ("the latest article on trams", None, ""),
    ],
)
def test_the_genre_of_the_article_that_is_meant(asked: str, genre: str | None, words: str) -> None:
    assert genre_in(asked) == genre
    assert not genre or named_by(asked) == words


@pytest.mark.parametrize(
    ("asked", "surely", "name"),
    [
        ("que dit L’Écho du Port sur la grève", False, "L’Écho du Port"),
        ("selon Le Phare du Nord, quand ouvre le musée ?", True, "Le Phare du Nord"),
        ("Selon Penrose, combien ?", True, ""),
        ("selon la préfète, combien de morts ?", True, ""),
        ("pourquoi la grève ?", False, ""),
    ],
)
def test_a_name_where_a_sources_stands(asked: str, surely: bool, name: str) -> None:
    assert unknown_in(asked, "fr", surely=surely) == name


def test_articles_that_hold_several_names_are_listed_in_both_languages(answerer: Answerer) -> None:
    answer = answerer.answer(Question("La liste des articles sur Verlane et Ashdown"))
    there = {i for i, row in ARTICLES.items() if "Verlane" in row["text"] and "Ashdown" in row["text"]}
    assert len(there) == 9
    assert {citation.article_id for citation in answer.citations} == there
