"""Quotations in the reader's language: shown above the original, marked, and only where they hold beside it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from telegram_html import parse

from bot.answers.render import render
from retrieval.answerer import Answerer
from retrieval.chain import AnswerChain
from retrieval.compose.composers import Wording
from retrieval.domain import Answer, Citation, Question, Sentence
from retrieval.embedding import Embedder
from retrieval.errors import DepecheError
from retrieval.library import Library
from retrieval.phrases import translated
from retrieval.reframing import reframed
from retrieval.terminal import show_answer
from retrieval.translate.quotations import Quotations
from retrieval.translate.translator import Translator
from retrieval.verify import Meaning
from tests.test_compose import Recorder, trusting
from tests.translator_files import Failing, Said

ASKED = "Quand part le train de nuit d’Eastmoor\u202f?"
SOURCE = (
    "A night train will run on the Eastmoor line from 12 December 2026, for the first time since 1992, "
    "the operator Northern Sleepers announced on Monday."
)
FRENCH = (
    "Un train de nuit circulera sur la ligne d’Eastmoor à partir du 12 décembre 2026, pour la première fois "
    "depuis 1992, a annoncé lundi l’exploitant Northern Sleepers."
)
AGAIN = (
    "A night train will run on the Eastmoor line from 12 December 2026, for the first time since 1992, "
    "operator Northern Sleepers announced on Monday."
)
ELSEWHERE = "L’article est en anglais\u202f; voici le passage."
TRUE = Said({SOURCE: FRENCH, FRENCH: AGAIN})


@pytest.fixture(scope="module")
def meaning(embedder: Embedder) -> Meaning:
    return Meaning(embedder)


def answered(samples: Path, embedder: Embedder, meaning: Meaning, translator: Translator) -> Answer:
    return Answerer(Library(samples), embedder, quotations=Quotations(translator, meaning)).answer(
        Question(ASKED)
    )


def in_terminal(answer: Answer) -> list[str]:
    out = io.StringIO()
    show_answer([answer], Console(file=out, width=300, highlight=False, markup=False))
    return out.getvalue().splitlines()


def in_telegram(answer: Answer) -> list[str]:
    return parse(render(answer)[0].html)[0].splitlines()


def test_a_translation_stands_above_its_original_marked_wherever_it_is_shown(
    samples: Path, embedder: Embedder, meaning: Meaning
) -> None:
    answerer = Answerer(Library(samples), embedder, quotations=Quotations(TRUE, meaning))
    answer = AnswerChain(answerer).invoke(ASKED)
    [batched] = AnswerChain(answerer).batch([ASKED])
    assert batched.citations == answer.citations
    first = answer.citations[0]
    assert (first.quote, first.translation) == (SOURCE, FRENCH)
    assert FRENCH not in {one.text for one in answer.rejected}
    marked = f"{FRENCH} (traduction automatique)"
    for lines in (answer.text.splitlines(), in_terminal(answer), in_telegram(answer)):
        assert lines[0] == marked
        assert SOURCE in lines[1]
        assert ELSEWHERE not in lines
    assert json.loads(json.dumps(answer.to_json()))["citations"][0]["translation"] == FRENCH
    assert Answer.from_json(json.loads(json.dumps(answer.to_json()))) == answer
    assert "translate" in answer.timings_ms


def test_without_a_translator_a_plain_line_says_where_the_passage_is_from(
    samples: Path, embedder: Embedder
) -> None:
    answer = Answerer(Library(samples), embedder).answer(Question(ASKED))
    for lines in (answer.text.splitlines(), in_terminal(answer), in_telegram(answer)):
        assert lines[:2] == [ELSEWHERE, ""]
        assert SOURCE in lines[2]


WRONG = {
    "a number": (FRENCH.replace("1992", "1993"), AGAIN, "numbers"),
    "a name": (FRENCH.replace("Northern Sleepers", "Southern Sleepers"), AGAIN, "southern"),
    "a name put into words": (FRENCH.replace("Northern Sleepers", "des dormeurs du nord"), AGAIN, "sleepers"),
    "a denial": (FRENCH.replace("circulera", "ne circulera pas"), AGAIN, ""),
    "what comes back": (FRENCH, AGAIN.replace("will run", "will not run"), "put back"),
    "what is lost": (FRENCH, "A night train will run on the Eastmoor line.", "put back"),
    "another language": ("Um trem noturno circulará na linha de Eastmoor.", AGAIN, "language"),
    "what was not translated": (SOURCE, SOURCE, "language"),
    "an address": (f"{FRENCH} Voir eastmoor.example.", AGAIN, ""),
    "nothing": ("", "", ""),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_a_translation_that_does_not_hold_is_not_shown_and_the_quotation_is(
    samples: Path, embedder: Embedder, meaning: Meaning, what: str
) -> None:
    said, again, why = WRONG[what]
    answer = answered(samples, embedder, meaning, Said({SOURCE: said, said: again}))
    assert (answer.citations[0].quote, answer.citations[0].translation) == (SOURCE, None)
    assert answer.answered
    assert why in answer.rejected[0].reason
    assert answer.text.startswith(ELSEWHERE)


def test_a_translator_that_fails_leaves_the_quotation_and_a_line_in_the_log(
    samples: Path, embedder: Embedder, meaning: Meaning, caplog: pytest.LogCaptureFixture
) -> None:
    answer = answered(samples, embedder, meaning, Failing())
    assert answer.text.startswith(ELSEWHERE)
    assert [record.getMessage() for record in caplog.records] == [
        str(DepecheError("The translator did not answer in time", "Quotations stay as they are."))
    ]


def test_what_is_in_the_readers_language_is_not_translated(
    samples: Path, embedder: Embedder, meaning: Meaning
) -> None:
    translator = Said()
    answerer = Answerer(Library(samples), embedder, quotations=Quotations(translator, meaning))
    answer = answerer.answer(Question("When will the night train leave Eastmoor?"))
    assert answer.citations[0].language == "en"
    assert not translator.asked
    assert "passage" not in answer.text


def test_of_a_quotation_of_two_sentences_both_hold_or_none_is_shown(meaning: Meaning) -> None:
    two = f"{SOURCE} It will have nine coaches, with a bar."
    nine = "Il aura neuf voitures, avec un bar."
    cited = Citation(1, "a", "Night train", None, None, None, "2026-03-02", "en", two, 0, len(two), two)
    answer = Answer("?", "fr", True, "quotes", "", (Sentence(two, (1,)),), (cited,))
    both = {"It will have nine coaches, with a bar.": nine, nine: "It will have nine coaches, with a bar."}
    for words, shown in ((both, f"{FRENCH} {nine}"), ({}, None)):
        told = Quotations(Said(TRUE.words, words), meaning).translated(answer)
        assert told.citations[0].translation == shown


def test_a_list_stays_as_it_is_and_so_do_a_models_sentences(meaning: Meaning) -> None:
    cited = Citation(1, "a", "Night train", None, None, None, None, "en", SOURCE, 0, len(SOURCE), SOURCE)
    answer = Answer("?", "fr", True, "chat", FRENCH, (Sentence(FRENCH, (1,)),), (cited,))
    assert Quotations(TRUE, meaning).translated(answer) is answer


def test_in_the_other_languages_frame_a_translation_is_gone() -> None:
    cited = Citation(
        1, "a", "Night train", None, None, None, None, "en", SOURCE, 0, len(SOURCE), SOURCE, translation=FRENCH
    )  # fmt: skip
    answer = Answer("?", "fr", True, "quotes", "", (Sentence(SOURCE, (1,)),), (cited,))
    there = reframed(answer, "en")
    assert there.citations == (replace(cited, translation=None),)
    assert FRENCH not in there.text


def test_a_long_translation_keeps_its_mark_in_telegram() -> None:
    long = "Un train de nuit circulera. " * 200
    cited = Citation(
        1, "a", "Night train", None, None, None, None, "en", SOURCE, 0, len(SOURCE), SOURCE, translation=long
    )  # fmt: skip
    answer = Answer("?", "fr", True, "quotes", "", (Sentence(SOURCE, (1,)),), (cited,))
    lines = in_telegram(answer)
    assert lines[0].endswith("(traduction automatique)")
    assert len(lines[0]) < len(long)
    assert translated("A.", "en") == "A. (machine translation)"


def test_a_local_model_that_writes_no_french_is_not_asked_for_any(samples: Path, embedder: Embedder) -> None:
    model = Recorder(says=[FRENCH])
    composer = Wording(model, trusting, timeout=5, languages=("en",))
    answer = Answerer(Library(samples), embedder, composer=composer).answer(Question(ASKED))
    assert (answer.mode, model.asked, answer.notes) == ("quotes", [], ())
    assert answer.text.startswith(ELSEWHERE)
    english = Recorder(says=["The night ferry is back."])
    composer = Wording(english, trusting, timeout=5, languages=("en",))
    told = Answerer(Library(samples), embedder, composer=composer).answer(
        Question("Who had the idea of the solar oven at the school of Montclar-le-Vieux?")
    )
    assert told.mode == "chat"
    assert english.asked
