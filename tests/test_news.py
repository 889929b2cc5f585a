"""Requests for news over a press of our own: what each is taken for, and what is told, exactly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from retrieval import overview
from retrieval.answerer import Answerer
from retrieval.domain import Answer, Language, Question
from retrieval.embedding import Embedder
from retrieval.errors import DepecheError
from retrieval.library import Library, View
from retrieval.news.asked import Request
from retrieval.news.search import Search
from retrieval.overview import Within
from retrieval.reader.model import Reader
from tests.conftest import PRESS, Run

ARTICLES = {row["id"]: row for row in map(json.loads, PRESS.read_text(encoding="utf-8").splitlines())}


@pytest.fixture(scope="module")
def answerer(invented_press: Path, embedder: Embedder, trained_reader: Reader | None) -> Iterator[Answerer]:
    library = Library(invented_press)
    yield Answerer(library, embedder, open_reader=lambda: trained_reader, today=lambda: date(2026, 11, 27))
    library.close()


def days(answer: Answer) -> list[str]:
    return [item.date[:10] for item in answer.items if item.date]


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("quoi de neuf ?", "latest"),
        ("What are the top stories?", "latest"),
        ("de quoi parle l'article sur la courge ?", "summary"),
        ("sum up the piece on Neil Abara", "summary"),
        ("que s'est-il passé le 20 octobre ?", "day"),
        ("chronologie de la crue de la Brézance", "timeline"),
        ("timeline of the Channelia strike", "timeline"),
        ("combien d'articles parlent de Julian Marchbanks ?", "count"),
        ("list the articles about the tram", "list"),
        ("what does Northgate Wire say about the strike?", "source"),
        ("dernier bilan de la crue de la Brézance", "fact"),
    ],
)
def test_a_request_is_taken_for_what_it_is(answerer: Answerer, asked: str, kind: str) -> None:
    answer = answerer.answer(Question(asked))
    assert (answer.kind, answer.answered) == (kind, True)
    for citation in answer.citations:
        text = ARTICLES[citation.article_id]["text"]
        assert citation.quote in text
    assert all(set(item.article_ids) <= {*ARTICLES} for item in answer.items)


@pytest.mark.parametrize(
    "asked",
    [
        "Who is Channelia's mediator?",
        "Pourquoi le musée de la Mer a-t-il ouvert en retard ?",
        "What did the mayor of Montvernel say about the sirens?",
        "combien de trains roulaient le premier jour de la grève",
        "which leaves of the psalter are missing",
    ],
)
def test_a_question_of_fact_is_none(answerer: Answerer, asked: str) -> None:
    assert answerer.answer(Question(asked)).kind in {"fact", "person"}


@pytest.mark.parametrize("asked", ["bonjour !", "who are you?", "traduis ça", "stop", "I don't understand"])
def test_small_talk_gets_a_word(answerer: Answerer, asked: str) -> None:
    answer = answerer.answer(Question(asked))
    assert (answer.kind, answer.citations) == ("talk", ())


def test_the_newest_come_first_each_story_once(answerer: Answerer) -> None:
    answer = answerer.answer(Question("quoi de neuf ?"))
    told = days(answer)
    assert told == sorted(told, reverse=True)
    assert told[0] == max(row["published"] for row in ARTICLES.values())[:10]
    titles = " ".join(item.text for item in answer.items)
    assert titles.count("Ashdown") <= 1
    assert titles.count("Wexcombe") <= 1


def test_what_is_new_of_a_topic_is_of_its_story_in_both_languages(answerer: Answerer) -> None:
    answer = answerer.answer(Question("les dernières infos sur la crue de la Brézance"))
    assert {citation.language for citation in answer.citations} == {"fr", "en"}
    assert answer.citations[0].article_id == "brezance-report-late-warning"
    for citation in answer.citations:
        said = citation.title + ARTICLES[citation.article_id]["text"]
        assert "Brézance" in said or "Montvernel" in said


def test_who_asks_for_news_is_told_since_when_nothing_is_new(answerer: Answerer) -> None:
    answer = on(answerer, date(2026, 12, 24)).answer(Question("what's new?"))
    assert answer.stale == OLD["en"]
    assert answer.notes == ()
    assert answer.text.split("\n\n")[:2] == [OLD["en"], "The latest news:"]
    assert answer.heading == "The latest news:"
    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer


def on(answerer: Answerer, day: date) -> Answerer:
    return Answerer(answerer.library, answerer.embedder, open_reader=None, today=lambda: day)


OLD = {
    "fr": "La bibliothèque n’a rien de plus récent que le 25\u00a0novembre\u00a02026.",
    "en": "The library holds nothing newer than 25\u00a0November\u00a02026.",
}


@pytest.mark.parametrize(
    "asked",
    [
        "What happened today?",
        "What happened today on the Channelia strike?",
        "latest news on the Channelia strike",
        "What is the latest death toll in the flood?",
        "What did the mayor of Montvernel say this morning?",
        "What did the mayor of Montvernel say yesterday?",
        "Que s’est-il passé aujourd’hui ?",
        "Combien de trains Channelia roulent aujourd'hui ?",
        "Quelles sont les dernières nouvelles de la grève ?",
        "dernier bilan de la crue de la Brézance",
        "Qui a été élu maire de Quito ce soir ?",
        "Is the Channelia strike over now?",
    ],
)
def test_a_library_that_is_a_week_old_says_so_before_what_is_asked_of_today(
    answerer: Answerer, asked: str
) -> None:
    answer = on(answerer, date(2026, 12, 2)).answer(Question(asked))
    assert answer.stale == OLD[answer.language]
    assert answer.text.startswith(OLD[answer.language] + "\n\n")
    assert not {*OLD.values()} & {*answer.notes}
    assert answerer.answer(Question(asked)).stale in {None, OLD[answer.language]}


@pytest.mark.parametrize(
    ("asked", "today"),
    [
        ("Who is Channelia's mediator?", date(2026, 12, 2)),
        ("What happened on 12 October 2026 on the Channelia strike?", date(2026, 12, 2)),
        ("Combien de morts la crue de la Brézance a-t-elle faits ?", date(2026, 12, 2)),
        ("What's new?", date(2026, 11, 27)),
        ("What happened today on the Channelia strike?", date(2026, 11, 25)),
        ("Que disent les articles du 25 novembre 2026 ?", date(2026, 12, 2)),
    ],
)
def test_what_the_library_reaches_is_told_without_it(answerer: Answerer, asked: str, today: date) -> None:
    answer = on(answerer, today).answer(Question(asked))
    assert answer.stale is None
    assert answer.body == answer.text


def test_a_request_for_days_long_past_is_told_without_it(answerer: Answerer) -> None:
    later = on(answerer, date(2026, 12, 2))
    until = Within(until=date(2026, 10, 20))
    assert later.news(Request("latest", "strike", "en", "strike", until)).stale is None
    assert later.news(Request("latest", "strike", "en", "strike")).stale == OLD["en"]
    assert (
        later.answer(Question("What did the mayor say?", within=Within(since=date(2026, 12, 1)))).stale
        == OLD["en"]
    )


def test_a_chronology_goes_by_the_days_told_not_by_those_of_publication(answerer: Answerer) -> None:
    answer = answerer.answer(Question("timeline of the mayor of Wexcombe story"))
    told = days(answer)
    assert told == sorted(told)
    by_day = {item.date: item.text for item in answer.items}
    assert "villa" in by_day["2026-10-01"]
    assert len(told) > 6


def test_articles_are_counted_exactly(answerer: Answerer) -> None:
    answer = answerer.answer(Question("Combien d'articles mentionnent Agnès Thibaudet ?"))
    there = sum("Thibaudet" in row["text"] or "Thibaudet" in row["title"] for row in ARTICLES.values())
    assert answer.heading.startswith(f"{there} articles")


def test_only_the_source_that_is_asked_is_quoted(answerer: Answerer) -> None:
    answer = answerer.answer(Question("que dit Radio Hexagone sur la grève ?"))
    assert {citation.source for citation in answer.citations} == {"Radio Hexagone"}


def test_a_figure_that_changed_is_told_the_newest_first(answerer: Answerer) -> None:
    answer = answerer.answer(Question("Combien de morts dans la crue de la Brézance ?"))
    assert answer.kind == "fact"
    assert "14 people" in answer.items[0].text
    told = days(answer)
    assert told == sorted(told, reverse=True)


def test_as_of_a_day_is_as_it_was_known_then(answerer: Answerer) -> None:
    answer = answerer.answer(Question("who became acting mayor of Wexcombe, as of 15 October?"))
    assert all(day <= "2026-10-15" for day in days(answer))
    assert "Qureshi" in answer.items[0].text


def test_what_is_new_at_all_is_asked_in_a_conversation_too(answerer: Answerer) -> None:
    flood = answerer.answer(Question("Combien de morts dans la crue de la Brézance ?"))
    new = answerer.answer(Question("quoi de neuf ?", history=(flood.turn(),)))
    assert new.items == answerer.answer(Question("quoi de neuf ?")).items


def test_a_town_in_a_sources_name_is_no_source(answerer: Answerer) -> None:
    answer = answerer.answer(Question("timeline of the Wexcombe mayor story"))
    assert len({citation.source for citation in answer.citations}) > 1


def test_a_figure_is_of_the_chosen_articles_alone(answerer: Answerer) -> None:
    within = Within(until=date(2026, 10, 18))
    answer = answerer.answer(Question("Combien de morts dans la crue de la Brézance ?", within=within))
    assert all(ARTICLES[c.article_id]["published"] < "2026-10-19" for c in answer.citations)


@pytest.mark.parametrize(
    ("topic", "language"),
    [("grève", "fr"), ("Paris", "fr"), ("train", "fr"), ("football", "en"), ("mayor", "en")],
)
def test_what_is_about_a_topic_does_not_depend_on_the_days_that_are_asked_for(
    answerer: Answerer, topic: str, language: Language
) -> None:
    since = date(2026, 11, 10)

    def about(view: View) -> tuple[set[str], set[str]]:
        search = Search(view, answerer.embedder, lambda: None, since)
        ids = [
            {one.article_id for one in search.about(topic, language, within)}
            for within in (Within(), Within(since=since))
        ]
        return ids[0], ids[1]

    ever, since_then = answerer.library.look(about)
    assert since_then == {i for i in ever if ARTICLES[i]["published"] >= str(since)}
    digest = answerer.news(Request("digest", topic, language, within=Within(since=since), topics=(topic,)))
    assert {i for item in digest.items for i in item.article_ids} <= ever


def test_days_without_news_are_told_as_such(answerer: Answerer) -> None:
    answer = answerer.answer(Question("what happened on 3 May 2026?"))
    assert (answer.answered, answer.kind) == (False, "day")
    assert answer.text.startswith("The library holds nothing")


def test_options_choose_the_articles(answerer: Answerer) -> None:
    within = Within(since=date(2026, 11, 1), sources=frozenset({"Northgate Wire"}), language="en")
    answer = answerer.news(Request("latest", "", "en", "", within))
    for citation in answer.citations:
        row = ARTICLES[citation.article_id]
        assert row["source"] == "Northgate Wire"
        assert row["published"] >= "2026-11-01"
    only = answerer.answer(Question("who is the mayor of Wexcombe", within=Within(until=date(2026, 10, 2))))
    assert all(ARTICLES[c.article_id]["published"] < "2026-10-03" for c in only.citations)


def test_nothing_is_said_where_there_is_nothing(answerer: Answerer) -> None:
    answer = answerer.news(Request("latest", "fusion froide", "fr", "fusion froide"))
    assert (answer.answered, answer.text) == (
        False,
        "La bibliothèque n’a rien sur «\u00a0fusion froide\u00a0».",
    )


def test_an_answer_goes_through_json(answerer: Answerer) -> None:
    answer = answerer.answer(Question("chronologie de la grève chez Channelia"))
    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer


def test_the_command_tells_the_latest_and_a_chronology(
    depeche: Run, invented_press: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEPECHE_DATA_DIR", str(invented_press))
    latest = json.loads(depeche("latest", "--source", "Le Méridien", "--json").stdout)
    assert {one["source"] for one in latest["citations"]} == {"Le Méridien"}
    told = depeche("timeline", "Channelia", "--until", "2026-10-31", "--lang", "en").stdout
    assert "12\u00a0October\u00a02026" in told
    assert "November\u00a02026" not in told
    wrong = depeche("latest", "--source", "Zorglub")
    assert wrong.returncode == 1
    assert "No article is by Zorglub" in wrong.stderr
    assert depeche("latest", "--since", "banana").returncode == 2


def test_the_chain_and_the_retriever_choose_articles(answerer: Answerer) -> None:
    from retrieval.adapters import LibraryRetriever
    from retrieval.chain import AnswerChain

    asked = {"question": "who is the mayor of Wexcombe", "sources": "Gazette", "until": "2026-10-20"}
    answer = AnswerChain(answerer).invoke(asked)
    assert {citation.source for citation in answer.citations} == {"The Wexcombe Gazette"}
    assert all(ARTICLES[c.article_id]["published"] < "2026-10-21" for c in answer.citations)
    with pytest.raises(DepecheError, match="banana"):
        AnswerChain(answerer).invoke(asked | {"since": "banana"})
    found = LibraryRetriever(answerer=answerer, k=5, sources=("APC",)).invoke("la crue")
    assert {document.metadata["source"] for document in found} == {"Agence Presse Continentale"}


def test_the_command_says_first_that_nothing_newer_is_there(depeche: Run, tmp_path: Path) -> None:
    row = {
        "id": "a",
        "title": "The ferry",
        "text": "The ferry stopped today because of the wind.",
        "language": "en",
    }
    (tmp_path / "old.jsonl").write_text(json.dumps(row | {"published": "2020-03-01"}), encoding="utf-8")
    assert depeche("ingest", "old.jsonl").returncode == 0
    old = "The library holds nothing newer than 1\u00a0March\u00a02020."
    for command in (["ask", "Why did the ferry stop today?"], ["latest", "--lang", "en"]):
        assert depeche(*command).stdout.split("\n")[:2] == [old, ""]
        told = json.loads(depeche(*command, "--json").stdout)
        assert told["stale"] == old
        assert told["text"].startswith(old)


def test_somebody_is_told_by_name_and_nobody_else_is(answerer: Answerer) -> None:
    answer = answerer.answer(Question("Who is Gwenola Istin?"))
    assert (answer.kind, answer.answered) == ("person", True)
    assert all("Istin" in citation.quote for citation in answer.citations)
    assert not answerer.answer(Question("Who is Hortense Vauquelin?")).answered


def test_articles_are_listed_by_their_author_and_not_by_a_part_of_a_name(answerer: Answerer) -> None:
    written = {i for i, row in ARTICLES.items() if "Cordelia Anstruther" in (row.get("author") or "")}
    answer = answerer.answer(Question("Which articles did Cordelia Anstruther write?"))
    assert (answer.kind, {c.article_id for c in answer.citations}) == ("list", written)
    with answerer.library.snapshot() as snapshot:
        for part in ("Cordelia", "delia Anstru", ""):
            assert overview.by_author(snapshot.connection, part, Within()) == []
