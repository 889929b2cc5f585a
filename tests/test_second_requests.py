"""Requests for news as a second turn, and questions on the library itself: over a press of our own, at the terminal and in Telegram."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from bot_running import bot_api, replies, running, soon  # noqa: F401 (fixtures)
from botapi import BotApi
from test_bot_menu import article, filled
from test_news import ARTICLES
from test_news import answerer as answerer  # noqa: PLC0414 (a fixture)

from retrieval import phrases
from retrieval.answerer import Answerer
from retrieval.domain import Answer, Question
from retrieval.news.asked import Request
from tests.conftest import Run
from tests.small import HashEmbedder

STRIKE = "Qui est le médiateur de la grève chez Channelia ?"
FLOOD = "How many people died in the Brézance flood?"


def after(answerer: Answerer, asked: str, *before: str) -> Answer:
    """Return what is answered after other questions."""
    history: list[Answer] = []
    for text in before:
        history.append(answerer.answer(Question(text, history=tuple(one.turn() for one in history))))
    return answerer.answer(Question(asked, history=tuple(one.turn() for one in history)))


def tells(answer: Answer, *names: str) -> bool:
    """Tell whether of the articles that are cited four in five hold one of the names."""
    texts = [ARTICLES[cited.article_id] for cited in answer.citations]
    told = [any(name in row["title"] + row["text"] for name in names) for row in texts]
    return bool(told) and sum(told) >= 0.8 * len(told)


def test_how_a_request_was_understood_names_the_last_question_alone(answerer: Answerer) -> None:
    answer = after(answerer, "qui l’a écrit ?", STRIKE, "quand a-t-il été nommé ?", "de quel journal ?")
    assert answer.understood is not None
    assert answer.understood.count("après") == 1


@pytest.mark.parametrize(
    ("before", "asked", "kind"),
    [
        (STRIKE, "et la chronologie ?", "timeline"),
        (STRIKE, "remets ça dans l’ordre", "timeline"),
        (FLOOD, "and the timeline?", "timeline"),
        (FLOOD, "timeline please", "timeline"),
        (FLOOD, "how did it unfold?", "timeline"),
        (STRIKE, "résume", "summary"),
        (STRIKE, "tu peux résumer ?", "summary"),
        (FLOOD, "summarise it", "summary"),
        (FLOOD, "what do the others say?", "difference"),
        (STRIKE, "et les autres journaux, ils disent quoi ?", "difference"),
        (STRIKE, "et selon Le Méridien ?", "source"),
        (FLOOD, "and according to Northgate Wire?", "source"),
        (FLOOD, "anything newer?", "latest"),
        (STRIKE, "du nouveau depuis ?", "latest"),
        (STRIKE, "et les dernières nouvelles là-dessus ?", "latest"),
        (FLOOD, "how many articles on this?", "count"),
    ],
)
def test_a_request_after_a_question_is_about_the_same(
    answerer: Answerer, before: str, asked: str, kind: str
) -> None:
    answer = after(answerer, asked, before)
    assert (answer.kind, answer.answered) == (kind, True)
    assert tells(answer, *(("Channelia",) if before == STRIKE else ("Brézance", "Montvernel", "Valcourbe")))
    assert answer.understood
    assert asked in answer.understood
    assert before in answer.understood


def test_it_is_about_what_is_in_hand_after_thanks_and_another_request(answerer: Answerer) -> None:
    direct = after(answerer, "et la chronologie ?", STRIKE)
    for between in ("merci !", "résume"):
        assert after(answerer, "et la chronologie ?", STRIKE, between).items == direct.items


def test_after_a_list_it_is_about_the_lists_topic(answerer: Answerer) -> None:
    answer = after(answerer, "sum it up", "timeline of the Wexcombe mayor story")
    assert (answer.kind, answer.topic, answer.understood) == ("summary", "Wexcombe mayor", None)
    assert answer.heading == "In short, “Wexcombe mayor”:"
    again = after(answerer, "anything newer?", "timeline of the Wexcombe mayor story", "sum it up")
    assert (again.kind, again.topic) == ("latest", "Wexcombe mayor")
    assert tells(again, "Wexcombe")


@pytest.mark.parametrize(
    "asked",
    [
        "quoi de neuf ?",
        "What's new?",
        "timeline of the Wexcombe mayor story",
        "résume l'article sur la courge",
        "how many articles mention Julian Marchbanks?",
        "which sources do you have?",
        "merci beaucoup",
        "what can you do?",
    ],
)
def test_what_stands_by_itself_does_not_lean(answerer: Answerer, asked: str) -> None:
    for before in (STRIKE, FLOOD):
        answer, alone = after(answerer, asked, before), answerer.answer(Question(asked))
        assert (answer.kind, answer.text, answer.understood) == (alone.kind, alone.text, None)


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("tell me more about the second one", 1),
        ("et le premier ?", 0),
        ("le dernier article", -1),
        ("2", 1),
        ("n° 3", 2),
        ("the third", 2),
    ],
)
def test_one_of_a_list_is_told_of(answerer: Answerer, asked: str, place: int) -> None:
    listed = answerer.answer(Question("quoi de neuf ?"))
    ids = [*dict.fromkeys(cited.article_id for cited in listed.citations)]
    for before in (("quoi de neuf ?",), ("quoi de neuf ?", "merci"), ("quoi de neuf ?", "le deuxième")):
        answer = after(answerer, asked, *before)
        assert (answer.kind, {cited.article_id for cited in answer.citations}) == ("summary", {ids[place]})


def test_who_wrote_one_of_a_list(answerer: Answerer) -> None:
    answer = after(answerer, "who wrote the second one?", "what's new?")
    listed = answerer.answer(Question("what's new?"))
    second = [*dict.fromkeys(cited.article_id for cited in listed.citations)][1]
    author = ARTICLES[second].get("author")
    assert (author or ARTICLES[second]["title"]) in answer.text


@pytest.mark.parametrize("asked", ["le premier ministre", "2", "who won the second race?", "the last supper"])
def test_an_ordinal_of_something_else_chooses_no_article(answerer: Answerer, asked: str) -> None:
    answer = after(answerer, asked, FLOOD)
    assert answer.kind != "summary"


@pytest.mark.parametrize(
    ("asked", "language"), [("en français", "fr"), ("in French please", "fr"), ("in English", "en")]
)
def test_the_same_in_the_other_language_keeps_the_passages(
    answerer: Answerer, asked: str, language: str
) -> None:
    for question in (STRIKE, "what's new?"):
        first, second = answerer.answer(Question(question)), after(answerer, asked, question)
        assert second.language == language
        assert [c.quote for c in second.citations] == [c.quote for c in first.citations]
    refused = after(answerer, asked, "Who won the 1998 World Cup?")
    assert (refused.answered, refused.text) == (False, phrases.REFUSED[refused.language])


def test_a_source_that_has_nothing_on_it_is_said_to(answerer: Answerer) -> None:
    answer = after(answerer, "et selon Radio Hexagone ?", "Who is the new mayor of Wexcombe?")
    assert answer.kind == "source"
    assert not answer.citations or tells(answer, "Wexcombe")


def test_at_the_terminal_and_in_json(depeche: Run, invented_press: Path) -> None:
    lines = f"{STRIKE}\net la chronologie ?\n"
    told = depeche("ask", "--chat", "--json", stdin=lines, DEPECHE_DATA_DIR=str(invented_press)).stdout
    first, second = (json.loads(line) for line in told.splitlines())
    assert (first["kind"], second["kind"]) == ("fact", "timeline")
    assert second["understood"] == f"et la chronologie ? (après «\u00a0{STRIKE}\u00a0»)"


async def test_in_telegram_after_a_question_and_after_a_command(api: BotApi, answerer: Answerer) -> None:
    async with running(api, answerer.answer, library=answerer.library, news=answerer.news):
        api.say(7, STRIKE, language_code="fr")
        await replies(api, 7)
        api.say(7, "et la chronologie ?", language_code="fr")
        told = (await replies(api, 7, 2))[-1]
        api.say(8, "/latest Wexcombe", language_code="en")
        await replies(api, 8)
        api.say(8, "and the timeline?", language_code="en")
        timeline = (await replies(api, 8, 2))[-1]
    assert "\n\nQuestion comprise ainsi\u00a0: et la chronologie ? (après" in told
    assert "Dans l’ordre des jours\u00a0:" in told
    assert timeline.startswith("“Wexcombe”, day by day:")


# The library itself


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("which sources do you have", "list"),
        ("quelles sources as-tu ?", "list"),
        ("Where do your articles come from?", "list"),
        ("how many articles are there", "count"),
        ("combien d’articles y a-t-il dans la bibliothèque ?", "count"),
        ("since when do you have articles", "count"),
        ("depuis quand as-tu des articles ?", "count"),
        ("what languages are your articles in?", "count"),
        ("dans quelles langues sont tes articles ?", "count"),
    ],
)
def test_what_the_library_holds_is_told_exactly(answerer: Answerer, asked: str, kind: str) -> None:
    answer = answerer.answer(Question(asked))
    assert (answer.kind, answer.answered, answer.citations) == (kind, True, ())
    rows = [*ARTICLES.values()]
    if kind == "list":
        for source in {row["source"] for row in rows}:
            count = sum(row["source"] == source for row in rows)
            space = "\u00a0" if answer.language == "fr" else ""
            assert f"{source}{space}: {count} article" in answer.text
    else:
        french = sum(row["lang"] == "fr" for row in rows)
        for number in (len(rows), french, len(rows) - french, len({row["source"] for row in rows})):
            assert f" {number} " in answer.text
        assert min(row["published"] for row in rows)[:4] in answer.text


@pytest.mark.parametrize(
    "asked",
    [
        "which sources of energy does Valcourbe use?",
        "depuis quand la grève dure-t-elle ?",
        "what languages does Tom Penrose speak?",
        "d’où viennent les lots de sésame contaminés ?",
    ],
)
def test_a_question_of_fact_is_not_on_the_library(answerer: Answerer, asked: str) -> None:
    answer = answerer.answer(Question(asked))
    assert answer.citations or not answer.answered


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fr",
            "La bibliothèque compte un article, en anglais, d’une seule source. Tout est du 2\u00a0mars\u00a02024.",
        ),
        (
            "en",
            "The library holds one article, in English, from one source. All of it is from 2\u00a0March\u00a02024.",
        ),
    ],
)
def test_one_article_is_no_several(tmp_path: Path, language: str, said: str) -> None:
    library = filled(tmp_path / "held", article(2, published="2024-03-02"))
    answer = Answerer(library, HashEmbedder()).news(Request("count", "?", language))  # type: ignore[arg-type]
    assert (answer.text, answer.answered) == (said, True)


def test_a_hostile_source_is_one_line_and_many_are_cut(tmp_path: Path, depeche: Run) -> None:
    names = ["\u001b[31m<b>Le\nJournal</b>", *(f"Feuille {n:02}" for n in range(60))]
    library = filled(tmp_path / "held", *(article(n, source=name) for n, name in enumerate(names)))
    answer = Answerer(library, HashEmbedder()).news(Request("sources", "?", "fr"))
    heading, *lines = answer.text.split("\n")
    assert heading == "La bibliothèque a 61 sources\u00a0:"
    assert (len(lines), lines[-1]) == (41, "Et 21 autres.")


async def test_in_telegram_the_sources_are_told_as_they_are(api: BotApi, tmp_path: Path) -> None:
    library = filled(tmp_path / "held", article(1, source="<b>Le Journal</b> & [cie]"), article(2))
    answerer = Answerer(library, HashEmbedder())
    async with running(api, lambda _: answerer.news(Request("sources", "?", "fr")), library=library):
        api.say(7, "tes sources ?", language_code="fr")
        [text] = await replies(api, 7)
        [sent] = api.sent(7)
    assert text.startswith("La bibliothèque a 2 sources\u00a0:\n• <b>Le Journal</b> & [cie]\u00a0: 1 article")
    assert not sent.entities
