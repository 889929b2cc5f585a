"""Extract: what each kind of document says about itself, in an Article."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingest.documents import Problem
from ingest.extract import extract
from ingest.sources import read
from retrieval.domain import Article

QA = Path(__file__).parents[2] / "shared" / "data" / "qa"


def from_file(path: Path, content: str) -> Article:
    path.write_text(content, encoding="utf-8")
    (document,) = read(str(path))
    assert not isinstance(document, Problem)
    article = extract(document)
    assert isinstance(article, Article)
    return article


def from_row(folder: Path, **row: Any) -> Article | Problem:
    path = folder / "rows.jsonl"
    path.write_text(json.dumps(row) + "\n", encoding="utf-8")
    (document,) = read(str(path))
    return document if isinstance(document, Problem) else extract(document)


def article(folder: Path, **row: Any) -> Article:
    found = from_row(folder, **row)
    assert isinstance(found, Article), str(found)
    return found


def problem(folder: Path, **row: Any) -> str:
    found = from_row(folder, **row)
    assert isinstance(found, Problem)
    return str(found)


def test_a_page_becomes_an_article(tmp_path: Path) -> None:
    found = from_file(
        tmp_path / "a.txt", "Le bac repart\n\nPORT-LAUZAN – Le bac a repris.\n\nPublicité\n\nIl pleut.\n"
    )
    assert found.title == "Le bac repart"
    assert found.text == "Le bac a repris.\n\nIl pleut."
    assert found.dateline == "PORT-LAUZAN"
    assert found.language == "fr"
    assert len(found.article_id) == 12
    assert found == from_file(tmp_path / "a.txt", (tmp_path / "a.txt").read_text(encoding="utf-8"))


def test_markdown_is_read_as_its_reader_sees_it(tmp_path: Path) -> None:
    found = from_file(
        tmp_path / "a.md",
        '---\ntitle: "The \\"night\\" train"\ndate: 2025-03-04\nurl: https://example.org/t\ntags: [rail, night]\n---\n'
        "# The night train\n\n![Map](map.png)\n\nA **night** train will [run](https://example.org/a_(b)) on the _line_.\n\n"
        "## When\n\n- From 12 December\n- Daily\n\n> It uses snake_case names.\n",
    )
    assert found.title == 'The "night" train'
    assert found.published == "2025-03-04"
    assert found.url == "https://example.org/t"
    assert found.tags == ("rail", "night")
    assert found.text.endswith(
        "A night train will run on the line.\n\nWhen\n\nFrom 12 December\nDaily\n\nIt uses snake_case names."
    )
    assert from_file(tmp_path / "b.md", "# A title\n\nThe text is here.\n").title == "A title"


def test_a_row_keeps_what_it_was_given(tmp_path: Path) -> None:
    text = "Le  bac (AFP)\na repris du service.\n\nWASHINGTON – «\u00a0Oui\u202f!\u00a0»"
    found = article(
        tmp_path, id=12, title=" Le\n bac ", text=text, url="https://example.org/x", published="2025/4/14",
        lang="FR-fr", source="La Feuille",
    )  # fmt: skip
    expected = Article("12", "Le bac", text, "fr", "https://example.org/x", "La Feuille", "2025-04-14")
    assert found == expected


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (
            {"author": " Nolwenn\nCaradec", "modified": "2025-04-15T08:00:00Z", "tags": ["bac", " mer "], "caption": "La cale"},
            ("Nolwenn Caradec", "2025-04-15T08:00:00+00:00", ("bac", "mer"), "La cale"),
        ),
        ({"author": {"name": "x"}, "modified": 17, "tags": "bac, mer", "caption": []}, (None, None, ("bac", "mer"), None)),
        ({"tags": {"a": 1}, "modified": "demain"}, (None, None, (), None)),
    ],
)  # fmt: skip
def test_what_else_a_row_says_is_kept_where_it_is_understood(
    tmp_path: Path, row: dict[str, Any], said: tuple[object, ...]
) -> None:
    found = article(tmp_path, text="Le bac a repris du service.", **row)
    assert (found.author, found.modified, found.tags, found.caption) == said


def test_a_row_needs_only_its_text(tmp_path: Path) -> None:
    found = article(
        tmp_path, text="The ferry is back. It carries 120 people.", title=None, lang="", published=None
    )
    assert found.title == "The ferry is back."
    assert found.language == "en"
    assert found.text == "The ferry is back. It carries 120 people."
    assert (found.url, found.source, found.published) == (None, None, None)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2024-10-25", "2024-10-25"),
        ("2024-10-25T18:30:00+02:00", "2024-10-25T18:30:00+02:00"),
        ("2024-10-25T18:30:00Z", "2024-10-25T18:30:00Z"),
        ("2024-10-25 18:30", "2024-10-25T18:30"),
        ("2024/10/25", "2024-10-25"),
        ("Fri, 25 Oct 2024 10:00:00 GMT", "2024-10-25T10:00:00+00:00"),
        ("", None),
    ],
)
def test_dates(tmp_path: Path, given: str, expected: str | None) -> None:
    assert article(tmp_path, text="Un texte.", published=given).published == expected


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"id": "a"}, 'has no "text"'),
        ({"text": 5}, '"text" is not text'),
        ({"text": " \n"}, '"text" is empty'),
        ({"text": "Publicité"}, "no words once cleaned"),
        ({"text": "Ein Text.", "lang": "de"}, "only fr and en are supported"),
        (
            {
                "text": "El faro fue repintado de blanco el lunes por cuatro voluntarios del pueblo, dijo el alcalde."
            },
            '"es"',
        ),
        ({"text": "灯台は月曜日に白く塗り替えられた。作業は九日間続いたと市長は述べた。"}, '"ja"'),
        ({"text": "Un.", "lang": 3}, '"lang" is not text'),
        ({"text": "Un.", "title": ["x"]}, '"title" is not text'),
        ({"text": "Un.", "published": "yesterday"}, 'date "yesterday" cannot be read'),
        ({"text": "Un.", "published": "2024-13-01"}, "cannot be read"),
        ({"text": "Un.", "published": "2024/02/30"}, "cannot be read"),
        ({"text": "Un.", "published": 1729850000}, '"published" is not text'),
        ({"text": "a" * 5_000_001}, "longer than 5,000,000 characters"),
    ],
)
def test_a_row_that_is_no_article_says_why(tmp_path: Path, row: dict[str, Any], what: str) -> None:
    assert what in problem(tmp_path, **row)


def test_hidden_characters_and_half_characters_do_not_pass(tmp_path: Path) -> None:
    found = article(tmp_path, title="Le\u202e bac", text="Le ba\u200bc est\ud800 là.\x07", source="a\x00b")
    assert found.title == "Le bac"
    assert found.text == "Le bac est\ufffd là."
    assert found.source == "ab"


@pytest.mark.skipif(not QA.exists(), reason="the question sets are not beside the repository")
@pytest.mark.parametrize(
    "name", ["piaf/passages.fr", "xquad/passages.en", "belebele/passages.fr", "belebele/passages.en"]
)
def test_the_sets_passages_come_out_as_they_went_in(name: str) -> None:
    changed = 0
    for document in read(str(QA / f"{name}.jsonl")):
        assert not isinstance(document, Problem)
        found = extract(document)
        assert isinstance(found, Article)
        assert found.language == document.row["lang"]
        changed += found.text.split() != document.row["text"].replace("\u200b", "").split()
    assert changed == 0


def test_a_headline_with_nothing_under_it_but_a_mark_is_news_too(tmp_path: Path) -> None:
    assert article(tmp_path, title="Can 2019 : le programme", text=".").text == "."
