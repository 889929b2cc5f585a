"""Whole pages as text: the article is told from menus, boxes and comments; what is no page is left alone.

The pages are our own writing: towns, people and figures are invented, the clutter is modelled on real pages'.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.blocks import WEIGHTS, outline
from ingest.clean import clean, clean_row
from ingest.furniture import reason, reasons
from ingest.looks import FEATURES, features
from ingest.stamps import Stamps, read_stamps
from retrieval.characters import normalise

DATA = Path(__file__).parents[2] / "shared" / "data"

ARTICLE_FR = [
    "Le conseil municipal de Port-Lauzan a voté lundi soir, par 17 voix contre 12, la reconstruction de la halle aux sardines, fermée depuis l’incendie de 2021.",
    "Les travaux coûteront 4,2 millions d’euros et dureront deux ans. La région en paiera le tiers, et une souscription doit réunir le reste.",
    "Un chantier attendu",
    "« Les pêcheurs vendent sur le quai, sous la pluie, depuis quatre hivers », a rappelé la maire, Solène Abgrall, devant une salle pleine.",
    "L’opposition juge le projet trop cher et voudrait une halle plus petite, ouverte aussi aux maraîchers de l’intérieur des terres.",
]
PAGE_FR = [
    "Aller au contenu", "Menu", "Actualités", "Politique", "Sports", "Culture", "Météo", "Petites annonces", "Se connecter", "S’abonner",
    "Accueil › Estuaire › Port-Lauzan", "La halle aux sardines sera reconstruite", "Par Yann Le Goasguen", "Publié le 12 mars 2024 à 18h30",
    "Partager", "Facebook", "WhatsApp", *ARTICLE_FR[:3], "Lire aussi : Le bac reprend la mer", *ARTICLE_FR[3:], "Mots-clés : halle, pêche",
    "Les plus lus", "Une baleine aperçue au large de la pointe", "Le marché de Noël change de place", "Où voir les feux d’artifice cet été",
    "Quatre idées de promenade en famille", "Newsletter", "Votre adresse e-mail", "Je m’inscris", "3 commentaires", "Laisser un commentaire",
    "Nom *", "E-mail *", "Mentions légales", "Plan du site", "Contact", "© 2024 La Feuille de l’Estuaire. Tous droits réservés.",
]  # fmt: skip
ARTICLE_EN = [
    "The town council of Eastmoor voted on Monday night to reopen the swimming pool, which has been closed since a storm tore off its roof in 2022.",
    "The work will cost £3.1 million and take eighteen months. The county will pay half of it, and the rest is to be raised by a lottery.",
    "A long wait",
    "“Our children learn to swim in the reservoir, and that is no way to learn,” said the mayor, Harriet Boll, before a crowded hall.",
    "Her opponents say that the plan costs too much, and would rather have a smaller pool that is open in summer alone.",
]
PAGE_EN = [
    "Skip to main content", "Menu", "News", "Business", "Sport", "Opinion", "Weather", "Jobs", "Sign in", "Subscribe",
    "Home > News > Eastmoor", "Eastmoor pool to reopen after council vote", "By Tom Ashgrove", "Updated Oct. 3, 2025",
    "Share this story", "Facebook", "Email", *ARTICLE_EN[:2], "Advertisement", *ARTICLE_EN[2:], "Related stories",
    "Whale seen off the point for the first time", "Market moves to the old station yard", "Where to watch the fireworks this summer",
    "Four walks for the whole family", "Sign up for our newsletter", "Your email address", "12 comments", "Leave a comment",
    "Cookie settings", "Privacy policy", "Contact us", "About us", "© 2025 The Eastmoor Packet. All rights reserved.",
]  # fmt: skip


@pytest.mark.parametrize(
    ("page", "article", "title"),
    [
        (PAGE_FR, ARTICLE_FR, "La halle aux sardines sera reconstruite"),
        (PAGE_EN, ARTICLE_EN, "Eastmoor pool to reopen after council vote"),
    ],
    ids=["fr", "en"],
)
@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_a_whole_page_comes_down_to_its_article(
    page: list[str], article: list[str], title: str, between: str
) -> None:
    cleaned = clean(between.join(page))
    assert cleaned.title == title
    assert cleaned.text.replace("\n\n", "\n").split("\n") == article
    assert clean(cleaned.text, cleaned.title).text == cleaned.text


def test_its_date_and_author_are_kept_for_reading() -> None:
    assert set(clean("\n".join(PAGE_FR)).stamps) >= {"Par Yann Le Goasguen", "Publié le 12 mars 2024 à 18h30"}


def test_an_article_without_its_page_is_no_page() -> None:
    for article in (ARTICLE_FR, ARTICLE_EN):
        assert outline(article, [reason(line) for line in article]) is None


def test_a_row_that_holds_a_page_is_cleaned_as_one() -> None:
    assert clean_row("\n\n".join(PAGE_EN), "Eastmoor pool to reopen").text.split("\n\n") == ARTICLE_EN


def test_a_list_in_an_article_stays() -> None:
    article = [
        ARTICLE_EN[0],
        "The prices will be:",
        *(f"Lane {i}, £{i}" for i in range(1, 30)),
        ARTICLE_EN[1],
    ]
    assert clean_row("\n\n".join(article)).text.split("\n\n") == article


def test_the_weights_are_of_these_features() -> None:
    kept = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert set(kept["weights"]) == {"bias", *FEATURES}
    assert features(PAGE_FR, [False] * len(PAGE_FR)).shape == (len(PAGE_FR), len(FEATURES))


class _Counted(str):
    """A line that counts how often it is looked into."""

    __slots__ = ()
    looks = 0

    def split(self, *args: object, **kwargs: object) -> list[str]:  # type: ignore[override]
        type(self).looks += 1
        return super().split(*args, **kwargs)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "lines", [PAGE_FR, ["Découvrez nos offres de printemps"], ["10:32", "– Ann Lee", ARTICLE_EN[0]]]
)
def test_looks_grow_with_the_page_and_no_faster(lines: list[str]) -> None:

    looks = []
    for times in (20, 80):
        _Counted.looks = 0
        reasons([_Counted(line) for line in lines * times])
        looks.append(_Counted.looks)
    assert looks[1] <= 5 * looks[0] + 100


@pytest.mark.parametrize("unit", ["A", "Accueil ", "a/", "1 ", "By Ann ", "— A", ". A", "« "])
def test_a_very_long_line_is_read_through(unit: str) -> None:
    line = unit * (100_000 // len(unit))
    assert len(clean(f"Titre\n\n{line} fin").text) > 99_000


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*PAGE_FR, *PAGE_EN, "il y a 2 heures", "x"]), max_size=90))
def test_cleaning_a_page_again_changes_nothing(lines: list[str]) -> None:
    cleaned = clean("\n\n".join(lines))
    if not cleaned.text.startswith(cleaned.title.rstrip("…")):
        assert clean(cleaned.text, cleaned.title).text == cleaned.text


@pytest.mark.skipif(not DATA.exists(), reason="the passages are not beside the repository")
def test_no_passage_loses_a_word() -> None:
    files = sorted(DATA.glob("qa/*/passages.*.jsonl"))
    assert files
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines()[::7]:
            text = json.loads(line)["text"]
            assert clean_row(text).text.split() == normalise(text).split()


def test_the_examples_in_the_docs_are_as_they_say() -> None:
    text = (Path(__file__).parents[1] / "docs" / "cleaning.md").read_text(encoding="utf-8")
    blocks = [
        "\n".join(line[4:] for line in block.strip("\n").split("\n"))
        for block in re.findall(r"(?:^(?: {4}.*)?\n)+", text, re.M)
        if block.strip()
    ]
    page, page_clean, row, row_clean, live, live_clean, walled, walled_clean = blocks
    cleaned = clean(page)
    assert cleaned.text == page_clean
    assert cleaned.title == "La halle aux sardines sera reconstruite"
    assert read_stamps(cleaned.stamps) == Stamps("2024-03-12T18:30:00", None, "Yann Le Goasguen")
    scraped = clean_row(row)
    assert scraped.text == row_clean
    assert read_stamps(scraped.stamps) == Stamps("2025-01-18", "2025-01-19T21:35:00")
    assert clean_row(live).text == live_clean
    part = clean(walled)
    assert (part.text, part.partial) == (walled_clean, True)
    assert read_stamps(part.stamps).author == "Nolwenn Caradec"
