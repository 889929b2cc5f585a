"""French or English: questions as people type them, names that are neither, long texts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from retrieval.domain import Language
from retrieval.language import detect, foreign, in_a_third

QA = Path(__file__).parents[2] / "shared" / "data" / "qa"


@pytest.mark.parametrize(
    "question",
    [
        "Qui a démenti les contacts entre Musk et Poutine ?",
        "quel age a elon musk",
        "Combien coûte le billet du bac ?",
        "ou se trouve le four solaire",
        "L'article parle-t-il de Starlink ?",
        "L’article parle-t-il de Starlink ?",
        "Qu'est-ce que Starlink",
        "Trump est-il d’accord",
        'Quel est le but du "Project for the New American Century" ?',
        "Qui a écrit The Spirit and the Flesh ?",
        "Et Poutine ?",
        "combien ca coute",
        "bonjour",
    ],
)
def test_french_questions_are_french(question: str) -> None:
    assert detect(question) == "fr"
    assert detect(question, "en") == "fr"


@pytest.mark.parametrize(
    "question",
    [
        "Who denied the contacts between Musk and Putin?",
        "how old is elon musk",
        "what does the ferry cost",
        "Is Macron in favour?",
        "Who wrote Les Misérables?",
        "What is the role of La République En Marche in the Assemblée nationale?",
        "whos the ceo of tesla",
        "And Putin?",
        "thanks",
    ],
)
def test_english_questions_are_english(question: str) -> None:
    assert detect(question) == "en"
    assert detect(question, "fr") == "en"


@pytest.mark.parametrize("name", ["Elon Musk ?", "Kamala Harris", "Charles de Gaulle", "2024", "?", "", "🙂"])
def test_a_bare_name_is_in_the_chats_language(name: str) -> None:
    assert detect(name, "fr") == "fr"
    assert detect(name, "en") == "en"
    assert detect(name) in {"fr", "en"}


def test_a_long_text_is_judged_by_its_beginning() -> None:
    assert detect("Le maire a parlé devant la foule. " * 50_000) == "fr"
    assert detect("The mayor spoke in front of the crowd. " * 50_000) == "en"


def test_an_ordinary_question_does_not_load_the_statistics() -> None:
    code = (
        "import sys; from retrieval.language import detect; detect('Qui est le maire ?'); "
        "detect('Elon Musk', 'fr'); sys.exit('py3langid' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _questions() -> list[tuple[str, str]]:
    files = [*QA.rglob("questions.*.jsonl"), *(QA / "no_answer").glob("*.jsonl")]
    rows = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    return [(row["question"], row["lang"]) for row in rows]


@pytest.mark.skipif(not QA.exists(), reason="the question sets are not beside the repository")
@pytest.mark.parametrize(("words", "least"), [(None, 0.999), (3, 0.985)])
def test_questions_of_the_sets_are_told_apart(words: int | None, least: float) -> None:
    questions = _questions()
    right = sum(detect(" ".join(text.split()[:words])) == language for text, language in questions)
    assert right / len(questions) >= least


@pytest.mark.parametrize(
    "text",
    [
        "El portavoz del Kremlin, Dmitri Peskov, rechazó esta información.",
        "Musk hat 118 Millionen Dollar gespendet.",
        "La nave è di nuovo in servizio.",
        "Kremls talesman Dmitrij Peskov avvisade informationen.",
        "Пресс-секретарь Кремля Дмитрий Песков отверг эту информацию.",
        "克里姆林宫发言人佩斯科夫否认了这一消息。",
    ],
)
def test_a_third_language_is_neither(text: str) -> None:
    assert foreign(text, "fr")
    assert foreign(text, "en")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Dmitri Peskov a rejeté ces informations.", "fr"),
        ("Le bac rouvre.", "fr"),
        ("Mr Chegwin asked.", "en"),
        ("Prys & Daughters delivered Marie-Josèphe five weeks late.", "en"),
    ],
)
def test_short_sentences_and_names_are_no_third_language(text: str, language: Language) -> None:
    assert not foreign(text, language)


@pytest.mark.parametrize(
    "question",
    [
        "¿Quién ganó la elección?",
        "cuanto cuesta el pan",
        "Wer hat die Wahl gewonnen?",
        "Was kostet das Brot in Frankreich?",
        "Chi ha vinto le elezioni?",
        "Quem ganhou a eleição?",
        "Wie is de nieuwe premier?",
        "Qui va guanyar les eleccions?",
        "Кто победил на выборах?",
        "谁赢得了选举？",
    ],
)
def test_a_question_in_a_third_language_is_told(question: str) -> None:
    assert in_a_third(question)


@pytest.mark.parametrize(
    "question",
    [
        "Qui a gagné ?",
        "Who won?",
        "Zelensky ?",
        "Rosa Delgado",
        "Volodymyr Zelensky biographie",
        "Deutsche Welle: Solingen attack",
        "kes ki spasse a Marseille",
        "news Mali",
        "tu peux me traduire ça en espagnol ?",
        "?",
        "",
    ],
)
def test_a_name_or_a_slip_is_no_third_language(question: str) -> None:
    assert not in_a_third(question)
