"""The digest: the stories of some days, each once, as text, as JSON and as a page; and that a page holds nothing of an article's but words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.pipeline import ingest
from retrieval.answerer import Answerer
from retrieval.characters import one_line
from retrieval.domain import LANGUAGES, Answer, Citation, Copy, Item
from retrieval.embedding import Embedder
from retrieval.library import Library
from retrieval.news.asked import Request
from retrieval.news.page import page
from retrieval.overview import Within
from tests.conftest import PRESS, Run

TODAY = date.today()
MARKS = re.compile(r"[«»“”‘’\"'\s]")
HOSTILE = '</title><script>alert("1")</script> & <img src=x onerror="y"> \u202e\u202bfin'
FERRY = (
    "Le bac de Port-Lauzan a repris son service lundi après trois semaines d’arrêt, a dit la régie des transports. "
    "La coque du navire avait été percée par un rocher le mois dernier. Huit cents personnes prennent le bac chaque jour."
)
LAMP = (
    "The lighthouse of Skerrin was lit again on Monday by its last keeper, Isla Morrow, after a repair that took four years. "
    "The lens was made anew in Glasgow. The tower is open to visitors from April to October."
)


def rows() -> list[dict[str, Any]]:
    """A story in two near-copies, one with a hostile title, and one that is too old."""
    days = [str(TODAY - timedelta(days=n)) for n in range(11)]
    return [
        {"id": "bac", "title": "Le bac est de retour", "text": FERRY, "source": "Le Journal", "published": days[1], "url": "https://journal.example/bac?a=1&b=\"2"},
        {"id": "copie", "title": "Retour du bac", "text": FERRY, "source": "<b>La Dépêche</b>", "published": days[1], "url": "https://depeche.example/bac"},
        {"id": "phare", "title": HOSTILE, "text": LAMP, "source": "The Paper", "published": days[0], "url": "https://paper.example/"},
        {"id": "vieux", "title": "Une fête à Brévannes", "text": "La fête de Brévannes a réuni mille personnes sur la place du marché dimanche.", "source": "Le Journal", "published": days[10]},
    ]  # fmt: skip


@pytest.fixture(scope="module")
def four(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library of those."""
    folder = tmp_path_factory.mktemp("four")
    (folder / "news.jsonl").write_text("\n".join(map(json.dumps, rows())), encoding="utf-8")
    library = Library(folder / "library")
    assert ingest([str(folder / "news.jsonl")], library, lambda: embedder).new == 4
    library.close()
    return folder / "library"


@pytest.fixture
def news(depeche: Run, four: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command, over that library."""
    monkeypatch.setenv("DEPECHE_DATA_DIR", str(four))
    return depeche


class Read(HTMLParser):
    """What a page holds: its tags, their attributes, its text, and what each link leads to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.languages: list[str] = []
        self.said: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "href":
                self.links.append(value or "")
            if name == "lang":
                self.languages.append(value or "")

    def handle_data(self, data: str) -> None:
        self.said.append(data)


TAGS = {"html", "head", "meta", "title", "body", "div", "h1", "h2", "p", "a", "span"}
ATTRIBUTES = {"lang", "charset", "name", "content", "style", "href"}


def test_the_command_tells_the_stories_of_two_days_each_once(news: Run) -> None:
    done = news("digest", "--lang", "fr")
    assert done.returncode == 0
    assert "Retour du bac" not in done.stdout or "Le bac est de retour" not in done.stdout
    assert "Aussi dans\u00a0:" in done.stdout
    assert "Brévannes" not in done.stdout
    assert done.stdout.index("alert(") < done.stdout.index("repris son service")
    assert "\u202e" not in done.stdout
    week = news("digest", "--since", "2w", "--lang", "en").stdout
    assert week.startswith("The news from ")
    assert "Brévannes" in week


def test_the_command_gives_json(news: Run) -> None:
    told = json.loads(news("digest", "--json", "--lang", "en").stdout)
    assert (told["kind"], told["answered"], told["language"]) == ("digest", True, "en")
    assert [sorted(item["article_ids"]) for item in told["items"]] == [["phare"], ["bac", "copie"]]
    texts = {row["id"]: row["text"] for row in rows()}
    for cited in told["citations"]:
        assert texts[cited["article_id"]][cited["start"] : cited["end"]] == cited["quote"]


def test_the_command_gives_a_page_to_mail(news: Run) -> None:
    done = news("digest", "--html", "--lang", "fr")
    read = Read(done.stdout)
    assert done.stdout.startswith('<!DOCTYPE html>\n<html lang="fr">')
    assert read.tags <= TAGS
    assert read.attributes <= ATTRIBUTES
    assert "en" in read.languages
    assert all(link.startswith("https://") for link in read.links)
    assert len(read.links) == 3
    said = "".join(read.said)
    assert one_line(HOSTILE) in said
    assert "<b>La Dépêche</b>" in said
    assert "\u202e" not in done.stdout


def test_the_command_is_about_topics_and_sources(news: Run) -> None:
    ferry = json.loads(news("digest", "le bac de Port-Lauzan", "--json").stdout)
    assert [item["article_ids"][0] for item in ferry["items"]] in (["bac"], ["copie"])
    both = json.loads(news("digest", "Port-Lauzan", "Skerrin lighthouse", "--json").stdout)
    assert len(both["items"]) == 2
    only = json.loads(news("digest", "--source", "The Paper", "--json").stdout)
    assert [item["article_ids"] for item in only["items"]] == [["phare"]]
    none = news("digest", "la fusion froide", "--lang", "fr").stdout
    assert none.startswith("Rien de nouveau du ")
    assert "«\u00a0la fusion froide\u00a0»" in none


def test_days_without_news_are_said_to_be_so_in_each_form(news: Run) -> None:
    asked = ("digest", "--since", "2020-03-01", "--until", "2020-03-02", "--lang", "fr")
    text = news(*asked)
    assert (text.returncode, text.stdout.strip()) == (0, "Rien de nouveau du 1er au 2\u00a0mars\u00a02020.")
    assert json.loads(news(*asked, "--json").stdout)["answered"] is False
    read = Read(news(*asked, "--html").stdout)
    assert "".join(read.said).count("Rien de nouveau du 1er au 2\u00a0mars\u00a02020.") == 2


def test_without_a_library_and_with_wrong_options_it_says_what_to_do(depeche: Run) -> None:
    empty = depeche("digest")
    assert empty.returncode == 1
    assert "depeche ingest" in empty.stderr
    assert "Traceback" not in empty.stderr
    for wrong in (
        ("--json", "--html"),
        ("--since", "banana"),
        ("--since", "2026-11-02", "--until", "2026-11-01"),
        ("prix", "du", "pain"),
        ("?!",),
        ("--lang", "de"),
    ):
        assert depeche("digest", *wrong).returncode == 2


# Over a press of our own


@pytest.fixture(scope="module")
def answerer(invented_press: Path, embedder: Embedder) -> Iterator[Answerer]:
    library = Library(invented_press)
    yield Answerer(library, embedder, today=lambda: date(2026, 11, 27))
    library.close()


def asked(since: date, until: date, *topics: str, told: frozenset[str] = frozenset()) -> Request:
    return Request("digest", "", "fr", within=Within(since, until), topics=topics, told=told)


def test_several_articles_on_one_story_are_one_entry_also_where_they_meet_several_topics(
    answerer: Answerer,
) -> None:
    strike = asked(date(2026, 10, 12), date(2026, 11, 25), "la grève chez Channelia", "Channelia strike")
    answer = answerer.news(strike)
    assert len([one for one in answer.citations if "hannelia" in one.passage]) == 1
    days = [item.date or "" for item in answer.items]
    assert days == sorted(days, reverse=True)


def test_a_question_that_is_followed_stands_for_what_it_is_about(answerer: Answerer) -> None:
    answer = answerer.news(
        asked(date(2026, 10, 12), date(2026, 11, 25), "Combien de morts dans la crue de la Brézance ?")
    )
    assert answer.items
    assert all("Brézance" in c.title + c.passage or "Montvernel" in c.passage for c in answer.citations)


def test_what_was_told_is_left_out(answerer: Answerer) -> None:
    days = date(2026, 11, 23), date(2026, 11, 24)
    first = answerer.news(asked(*days))
    told = frozenset(first.items[0].article_ids)
    second = answerer.news(asked(*days, told=told))
    assert not told & {i for item in second.items for i in item.article_ids}
    assert [item.text for item in first.items[1:]] == [
        item.text for item in second.items if item.text in {one.text for one in first.items}
    ]
    everything = frozenset(
        row["id"] for row in map(json.loads, PRESS.read_text(encoding="utf-8").splitlines())
    )
    nothing = answerer.news(asked(*days, told=everything))
    assert (nothing.answered, nothing.text) == (False, "Rien de nouveau du 23 au 24\u00a0novembre\u00a02026.")


def test_an_old_library_says_from_when_its_newest_article_is(answerer: Answerer) -> None:
    answer = answerer.news(asked(date(2026, 11, 26), date(2026, 11, 27)))
    assert answer.stale == "La bibliothèque n’a rien de plus récent que le 25\u00a0novembre\u00a02026."
    assert answer.text == f"{answer.stale}\n\nRien de nouveau du 26 au 27\u00a0novembre\u00a02026."


# Any article

WORDS = st.text(max_size=60) | st.sampled_from([HOSTILE, "<", "&amp;", '"', "'", "]]>", "<!--", "\x00"])
ADDRESSES = (
    st.none()
    | WORDS
    | st.sampled_from(
        ["javascript:alert(1)", "data:text/html,x", "//x.example", "http://[", "https://x.example/'\"><b>"]
    )
    | WORDS.map("https://x.example/{}".format)
)


@given(
    title=WORDS,
    source=st.none() | WORDS,
    link=ADDRESSES,
    quote=WORDS,
    published=st.none() | WORDS | st.dates().map(str),
    languages=st.tuples(st.sampled_from(LANGUAGES), st.sampled_from(LANGUAGES)),
    copies=st.lists(st.tuples(WORDS, st.none() | WORDS, ADDRESSES), max_size=3),
    heading=WORDS,
)
def test_a_page_holds_words_and_links_whatever_an_article_says(
    *,
    title: str,
    source: str | None,
    link: str | None,
    quote: str,
    published: str | None,
    languages: tuple[Any, Any],
    copies: list[tuple[str, str | None, str | None]],
    heading: str,
) -> None:
    own, other = languages
    also = tuple(Copy(str(n), name, by, url, None) for n, (name, by, url) in enumerate(copies))
    cited = Citation(1, "a", title, source, link, link, published, other, quote, 0, 1, quote, also)
    items = (Item(published, title, (1,), ("a",)),)
    answer = Answer(
        "", own, True, "quotes", heading, citations=(cited,), notes=(heading,), kind="digest", items=items
    )
    made = page(answer)
    read = Read(made)
    assert read.tags <= TAGS
    assert read.attributes <= ATTRIBUTES
    assert read.languages[0] == own
    assert all(link.startswith(("http://", "https://")) for link in read.links)
    said = "".join(read.said)
    assert all(one_line(words) in said for words in (title, source or ""))
    assert MARKS.sub("", one_line(quote)) in MARKS.sub("", said)  # those within are set anew
    made.encode("utf-8")  # half a character would not be
