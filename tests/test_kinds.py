"""What kind of answer a question wants, and what sentences offer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain import LANGUAGES, Language
from retrieval.kinds import KINDS, begins_with_a_pronoun, offered, refers_back, wanted


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Quand le bac rouvre-t-il ?", {"date"}),
        ("En quelle année est-il né ?", {"date"}),
        ("How many donors gave?", {"number"}),
        ("Combien coûte le billet ?", {"number"}),
        ("Who is Adav Noti?", {"person"}),
        ("Où se trouve le phare ?", {"place"}),
        ("Pourquoi le pont a-t-il fermé ?", {"cause"}),
        ("How did it end?", {"cause"}),
        ("Que répond le Kremlin ?", set()),
    ],
)
def test_what_a_question_wants(question: str, kinds: set[str]) -> None:
    assert wanted(question) == kinds


def test_a_sentence_offers_what_the_question_does_not_say_already() -> None:
    question = "Who gave 3 euros to Anna in 2019?"
    same = offered("In 2019 Anna gave 3 euros.", question, "en")
    more = offered("In March 2021 Paul Smith of Leeds gave 12 euros, because he could.", question, "en")
    assert same["person"] == 0.0
    assert same["date"] == 0.0
    assert more["person"] > 0.5
    assert more["date"] == more["number"] == more["cause"] == 1.0


@given(st.text(max_size=80), st.text(max_size=40), st.sampled_from(LANGUAGES))
def test_offers_are_shares(sentence: str, question: str, language: Language) -> None:
    offers = offered(sentence, question, language)
    assert set(offers) == set(KINDS)
    assert all(0.0 <= value <= 1.0 for value in offers.values())


def test_a_pronouns_sentence_refers_back() -> None:
    assert refers_back("Il est né à Mégalopolis.")
    assert refers_back("Its keeper left in 1985.")
    assert not refers_back("Poutine a eu un contact avec Musk, a déclaré Peskov.")


@pytest.mark.parametrize(
    ("sentence", "leans"),
    [
        ("Il est né à Port-Lauzan.", True),
        ("« Elle a rouvert lundi », dit-on.", True),
        ("Mais ils ont refusé.", True),
        ("Leurs bateaux sont neufs.", True),
        ("Their boats are new.", True),
        ("But she declined.", True),
        ("It weighs 11 tonnes.", True),
        ("Il y a trois bacs.", False),
        ("Il est possible de réserver.", False),
        ("It is clear that the ferry is late.", False),
        ("This week the ferry is back.", False),
        ("Le bac rouvre : il part lundi.", False),
        ("The ferry is back, and it is full.", False),
        ("Ilse Roth dirige le chantier.", False),
    ],
)
def test_a_sentence_that_begins_with_a_pronoun_leans_on_the_one_before(sentence: str, leans: bool) -> None:
    assert begins_with_a_pronoun(sentence) == leans
