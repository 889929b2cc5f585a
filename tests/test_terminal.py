"""What a person reads in a terminal."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rich.console import Console

from retrieval.domain import Answer, Article, Citation, Copy, Hit, Item, Passage, Sentence
from retrieval.staleness import first
from retrieval.terminal import progress_bars, show_answer, show_hits
from retrieval.told import Phrase

CITATION = Citation(
    1,
    "a",
    "Le bac rouvre",
    "Le Journal",
    None,
    None,
    "2019-03-01",
    "en",
    "Il rouvre lundi.",
    0,
    16,
    "Il rouvre lundi.",
)
ANSWER = Answer("?", "en", True, "quotes", "…", (Sentence(CITATION.quote, (1,)),), (CITATION,))


def _shown(answer: Answer) -> str:
    out = io.StringIO()
    show_answer([answer], Console(file=out, width=80, highlight=False, markup=False))
    return out.getvalue()


def test_an_answer_names_its_source_and_nothing_it_has_not() -> None:
    text = _shown(ANSWER)
    assert text == "“Il rouvre lundi.”\nLe bac rouvre · Le Journal · 1\u00a0March\u00a02019\n"


def test_a_list_is_printed_once_each_line_with_its_day_and_source() -> None:
    items = (
        Item("2019-03-01", "Le bac rouvre", (1,), ("a",)),
        Item("2019-03-04", CITATION.quote, (2,), ("a",)),
    )
    answer = replace(
        ANSWER, text="In short:\n\n…", citations=(CITATION, replace(CITATION, number=2)), items=items
    )
    assert _shown(answer).splitlines() == [
        "In short:",
        "",
        "[1] Le bac rouvre · Le Journal · 1\u00a0March\u00a02019",
        "    “Il rouvre lundi.”",
        "",
        "4\u00a0March\u00a02019",
        "    “Il rouvre lundi.” [2]",
        "    Le bac rouvre · Le Journal",
    ]


def test_near_copies_and_the_age_of_old_news_are_told() -> None:
    also = (Copy("b", "Le bac", "Le Soir", None, None), Copy("c", "Un bac", None, None, None))
    answer = replace(
        ANSWER,
        citations=(replace(CITATION, also=also),),
        notes=("This article is more than a year old.",),
    )
    text = _shown(answer)
    assert "Also in: Le Soir, Un bac\n" in text
    assert text.rstrip().endswith("old.")


def test_that_the_library_is_too_old_stands_first_whatever_the_answer_is() -> None:
    old = "The library holds nothing newer than 1\u00a0March\u00a02019."
    items = (Item("2019-03-01", "Le bac rouvre", (1,), ("a",)),)
    listed = replace(ANSWER, text="The latest news:\n\n…", items=items)
    refused = Answer("?", "en", False, "quotes", "The articles do not answer this question.")
    composed = replace(ANSWER, mode="chat", understood="Who?")
    for answer, then in (
        (ANSWER, "“Il rouvre lundi.”"),
        (listed, "The latest news:"),
        (refused, "The articles do not answer this question."),
        (composed, "Il rouvre lundi. [1]"),
    ):
        lines = _shown(first(answer, old)).splitlines()
        assert lines[:3] == [old, "", then]
        assert lines.count(old) == 1


def test_a_composed_answer_is_printed_as_it_grows() -> None:
    first, second = Sentence("It is back.", (1,)), Sentence("It costs €3.", (1,))
    grown = [
        replace(ANSWER, mode="chat", text="", sentences=(first,)),
        replace(ANSWER, mode="chat", text="", sentences=(first, second)),
        replace(ANSWER, mode="chat", text="", sentences=(first, second), notes=("It broke off.",)),
    ]
    out = io.StringIO()
    seen = []

    def growing() -> Iterator[Answer]:
        for answer in grown:
            yield answer
            seen.append(out.getvalue())

    assert show_answer(growing(), Console(file=out, width=80, highlight=False, markup=False)) is grown[-1]
    assert seen[0] == "It is back. [1]\n"
    assert seen[1] == seen[2] == "It is back. [1]\n\nIt costs €3. [1]\n"
    assert out.getvalue().startswith(seen[2] + "\n[1] Le bac rouvre")
    assert out.getvalue().endswith("It broke off.\n")


def test_where_composing_fails_the_quotations_are_printed_whole() -> None:
    text = _shown(replace(ANSWER, notes=("The chat model failed.",)))
    assert text.startswith("“Il rouvre lundi.”\n")
    assert text.endswith("The chat model failed.\n")


def test_a_question_as_it_was_taken_is_told_last() -> None:
    assert _shown(replace(ANSWER, understood="Who?")).endswith("2019\n\nUnderstood as: Who?\n")


def test_quotations_are_printed_once_each_and_numbered_where_they_are_several() -> None:
    two = replace(CITATION, number=2, quote='Il coûte "3 euros".')
    sentences = (*ANSWER.sentences, Sentence(two.quote, (2,), (10, 17)))
    text = _shown(replace(ANSWER, citations=(CITATION, two), sentences=sentences))
    assert (
        text.split("\n\n")[1]
        == "“Il coûte ‘3 euros’.”\n[2] Le bac rouvre · Le Journal · 1\u00a0March\u00a02019\n"
    )
    assert text.count("rouvre lundi") == 1


def test_what_is_found_is_piped_with_every_line_whole() -> None:
    words = "Une phrase de cent mots. " * 30
    article = Article("a", "Le bac", f"{words}\n\n{words}", "fr")
    passage = Passage("p", "a", 0, len(article.text), ((0, len(article.text)),))
    out = io.StringIO()
    show_hits((Hit(passage, article, 1.0),), Console(file=out, width=80, soft_wrap=True, markup=False))
    lines = out.getvalue().splitlines()
    assert [line.strip() for line in lines[1:4]] == [words.strip(), "", words.strip()]


def test_a_bar_tells_how_fast_it_goes_at_a_terminal_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for out, told in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr("sys.stderr", out)
        monkeypatch.setenv("TERM", "xterm")
        with progress_bars() as progress:
            for done in range(1, 40):
                progress("Articles", done, 40)
                time.sleep(0.01)
        assert bool(re.search(r"39/40\S* [\d,.]+/s", out.getvalue())) is told
        assert bool(out.getvalue()) is told


def test_a_bar_names_what_it_counts_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.StringIO()
    out.isatty = lambda: True  # type: ignore[method-assign]
    monkeypatch.setattr("sys.stderr", out)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    with progress_bars() as progress:
        progress(Phrase("Fetching {model} (MB)", model="qwen"), 1, 2)
    assert "Téléchargement de qwen (Mo)" in out.getvalue()
