"""What a request for news is understood by: the sources it names, its topic, the days a sentence states, names that tell a story."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain import LANGUAGES, Article, Language
from retrieval.news.choice import day
from retrieval.news.days import days_in
from retrieval.news.sources import Sources
from retrieval.news.story import names_in
from retrieval.news.topics import topic_in
from retrieval.when import stated_day

SOURCES = Sources(
    {
        "Le Monde": "https://www.lemonde.fr/a",
        "BBC News": "https://www.bbc.co.uk/news/1",
        "Ouest-France": "https://www.ouest-france.fr/x",
        "Agence Presse Continentale": None,
        "The Wexcombe Gazette": "https://wexcombegazette.example/1",
        "article.txt": None,
    }
)
FRIDAY = date(2026, 10, 16)


@pytest.mark.parametrize(
    ("said", "names", "surely"),
    [
        ("que dit Le Monde de la grève ?", {"Le Monde"}, True),
        ("selon ouest-france, combien de blessés", {"Ouest-France"}, True),
        ("what does the BBC say", {"BBC News"}, True),
        ("les articles de lemonde.fr", {"Le Monde"}, True),
        ("d'après l'APC", {"Agence Presse Continentale"}, True),
        ("what does the Gazette say on the tram", {"The Wexcombe Gazette"}, False),
        ("le plus grand phare du monde", set(), False),
        ("who is the mayor", set(), False),
    ],
)
def test_sources_are_named_by_what_people_call_them(said: str, names: set[str], *, surely: bool) -> None:
    found = SOURCES.named(said)
    assert (found.sources, found.surely) == (names, surely)
    assert found.words in said


@given(st.text(max_size=80))
def test_any_text_names_a_part_of_itself_or_nothing(text: str) -> None:
    found = SOURCES.named(text)
    assert found.words in text
    assert bool(found.words) == bool(found.sources)


@pytest.mark.parametrize(
    ("asked", "language", "topic"),
    [
        ("quoi de neuf sur la grève des trains ?", "fr", "grève des trains"),
        ("résume l'article sur le bac de Port-Lauzan", "fr", "bac de Port-Lauzan"),
        ("chronologie de l'affaire Marchbanks", "fr", "affaire Marchbanks"),
        ("what are the top stories?", "en", ""),
        ("timeline of the sesame outbreak", "en", "sesame outbreak"),
        ("how many articles mention Ridley", "en", "Ridley"),
        ("quoi de neuf ?", "fr", ""),
    ],
)
def test_a_request_names_its_topic(asked: str, language: Language, topic: str) -> None:
    assert topic_in(asked, language) == topic


@given(st.text(max_size=120), st.sampled_from(LANGUAGES))
def test_a_topic_is_a_part_of_what_is_asked(text: str, language: Language) -> None:
    assert topic_in(text, language) in text


@pytest.mark.parametrize(
    ("sentence", "language", "meant"),
    [
        ("Trois personnes sont mortes vendredi matin.", "fr", date(2026, 10, 16)),
        ("La préfecture a ramené mardi le bilan à dix.", "fr", date(2026, 10, 13)),
        ("The toll rose on Wednesday, officials said.", "en", date(2026, 10, 14)),
        ("Le 6 octobre, un préavis a été déposé.", "fr", date(2026, 10, 6)),
        ("On 30 September she said it was paid.", "en", date(2026, 9, 30)),
        ("The strike will begin on Monday.", "en", None),
        ("Les écoles resteront fermées jusqu'à mardi.", "fr", None),
        ("Polling cards go out on Monday.", "en", None),
        ("Le procès s'ouvre lundi.", "fr", None),
        ("Elle a été élue jeudi 8 octobre.", "fr", date(2026, 10, 8)),
        ("The trial opened on Monday 5 October.", "en", date(2026, 10, 5)),
        ("She was hit by a car on Monday.", "en", date(2026, 10, 12)),
        ("Work began in 2019.", "en", None),
        ("Il pleut.", "fr", None),
    ],
)
def test_a_sentence_states_the_day_seen_from_its_article(
    sentence: str, language: Language, meant: date | None
) -> None:
    assert stated_day(sentence, language, FRIDAY) == meant


@pytest.mark.parametrize(
    ("asked", "language", "since", "until"),
    [
        ("que s'est-il passé vendredi 9 octobre ?", "fr", date(2026, 10, 9), date(2026, 10, 9)),
        ("what happened on Monday 12 October?", "en", date(2026, 10, 12), date(2026, 10, 12)),
        ("articles before 10 October", "en", None, date(2026, 10, 9)),
        ("news since Monday", "en", date(2026, 10, 12), None),
        ("les infos depuis le 1er octobre", "fr", date(2026, 10, 1), None),
        ("between 5 October and 9 October", "en", date(2026, 10, 5), date(2026, 10, 9)),
        ("du 5 octobre au 9 octobre", "fr", date(2026, 10, 5), date(2026, 10, 9)),
        ("news 03/10/2026", "en", date(2026, 10, 3), date(2026, 10, 3)),
        ("que s'est-il passé le 2026-10-04", "fr", date(2026, 10, 4), date(2026, 10, 4)),
        ("les 3 derniers jours", "fr", date(2026, 10, 13), None),
        ("quoi de neuf ?", "fr", None, None),
        ("actualités du 31/02/2026", "fr", None, None),
    ],
)
def test_a_request_says_of_which_days(
    asked: str, language: Language, since: date | None, until: date | None
) -> None:
    found = days_in(asked, language, FRIDAY)
    assert (found.since, found.until) == (since, until)
    assert all(words in asked for words in found.words)


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_is_of_some_days_or_none(text: str, language: Language) -> None:
    found = days_in(text, language, FRIDAY)
    assert all(words in text for words in found.words)


@given(st.text(max_size=200), st.sampled_from(LANGUAGES), st.dates(date(1990, 1, 1), date(2030, 1, 1)))
def test_no_stated_day_is_after_the_article(text: str, language: Language, told: date) -> None:
    found = stated_day(text, language, told)
    assert found is None or found <= told


def test_names_are_counted_wherever_they_stand() -> None:
    article = Article("a", "La crue de la Brézance", "Hélène Darcourt a parlé. Darcourt dit non.", "fr")
    found = names_in(article)
    assert found["brezance"] == 1
    assert found["darcourt"] > 1
    assert "crue" not in found


def test_a_day_is_written_as_such_or_as_so_long_ago() -> None:
    assert day("2026-11-24") == date(2026, 11, 24)
    assert (day("1d") - day("1w")).days == 6
    with pytest.raises(ValueError, match="banana is no day"):
        day("banana")
