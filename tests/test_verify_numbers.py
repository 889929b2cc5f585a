"""Numbers, units, dates, hours and names, in either language's way."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain import Language
from retrieval.verify.agreement import match, same_unit
from retrieval.verify.dates import agree, clocks, whens
from retrieval.verify.exonyms import ids_in
from retrieval.verify.names import alike, names
from retrieval.verify.numbers import quantities

FRENCH_TENS = {
    20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt",
}  # fmt: skip
FRENCH_SMALL = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
ENGLISH_SMALL = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


def in_french(n: int) -> str:
    """Write a number out as a French school would."""
    if n < 20:
        return FRENCH_SMALL[n]
    if n < 100:
        tens = n - n % 20 if n >= 60 else n - n % 10
        rest = n - tens
        if rest == 0:
            return "quatre-vingts" if n == 80 else FRENCH_TENS[tens]
        joint = " et " if rest in (1, 11) and tens != 80 else "-"
        return FRENCH_TENS[tens] + joint + FRENCH_SMALL[rest]
    if n < 1000:
        hundreds, rest = divmod(n, 100)
        head = "cent" if hundreds == 1 else FRENCH_SMALL[hundreds] + (" cents" if rest == 0 else " cent")
        return head if rest == 0 else f"{head} {in_french(rest)}"
    thousands, rest = divmod(n, 1000)
    head = "mille" if thousands == 1 else re.sub("(cent|vingt)s$", r"\1", in_french(thousands)) + " mille"
    return head if rest == 0 else f"{head} {in_french(rest)}"


def in_english(n: int) -> str:
    """Write a number out as an English school would."""
    if n < 20:
        return ENGLISH_SMALL[n]
    if n < 100:
        return ENGLISH_TENS[n // 10] + ("-" + ENGLISH_SMALL[n % 10] if n % 10 else "")
    if n < 1000:
        rest = f" and {in_english(n % 100)}" if n % 100 else ""
        return f"{ENGLISH_SMALL[n // 100]} hundred{rest}"
    rest = n % 1000
    joint = " and " if 0 < rest < 100 else " "
    return f"{in_english(n // 1000)} thousand" + (joint + in_english(rest) if rest else "")


@given(st.integers(2, 999_999))
def test_a_number_written_out_is_the_number(n: int) -> None:
    for language, words in (("fr", in_french(n)), ("en", in_english(n))):
        found = quantities(f"Il y a {words} x." if language == "fr" else f"There: {words} x.", language)  # type: ignore[arg-type]
        assert [q.values for q in found] == [frozenset({float(n)})], words


@given(st.integers(0, 99_999_999), st.sampled_from([" ", "\u00a0", "\u202f"]))
def test_a_number_in_figures_is_the_number_however_it_is_grouped(n: int, space: str) -> None:
    english = f"{n:,}"
    assert any(float(n) in q.values for q in quantities(f"So {english} of them.", "en"))
    (french,) = quantities(f"Soit {english.replace(',', space)} en tout.", "fr")
    assert float(n) in french.values


@given(st.text(max_size=200), st.sampled_from(["fr", "en"]))
def test_any_text_is_read_and_places_are_in_it(text: str, language: Language) -> None:
    for found in (*quantities(text, language), *whens(text, language), *clocks(text, language)):
        assert 0 <= found.start <= found.end <= len(text)


@pytest.mark.parametrize(
    ("french", "english"),
    [
        ("118 millions de dollars", "$118 million"),
        ("6,8 millions d’euros", "€6.8m"),
        ("1 190 donateurs", "1,190 donors"),
        ("1,5 milliard", "1.5 billion"),
        ("les deux tiers", "two thirds"),
        ("un quart", "25 per cent"),
        ("la moitié", "half"),
        ("une douzaine", "a dozen"),
        ("quarante-deux passagers", "42 passengers"),
        ("le XIXe siècle", "the 19th century"),
        ("la deuxième fois", "the second time"),
        ("des centaines", "hundreds"),
        ("des centaines", "several hundred"),
        ("quelques milliers de personnes", "a few thousand people"),
        ("280 °C", "280 °C"),
        ("deux à trois millions", "two million"),
    ],
)
def test_the_same_number_in_both_languages(french: str, english: str) -> None:
    one, other = quantities(french, "fr"), quantities(english, "en")
    assert any(match(b, a) and same_unit(b, a) for a in one for b in other), (one, other)


def test_numbers_that_differ_do_not_match() -> None:
    for one, other in (
        ("204", "plus de 200"),
        ("118 millions", "118 milliards"),
        ("trois", "treize"),
        ("1 190", "1 109"),
    ):
        assert not match(quantities(one, "fr")[0], quantities(other, "fr")[0]), (one, other)
    euros, dollars = quantities("30 euros", "fr")[0], quantities("$30", "en")[0]
    assert match(dollars, euros)
    assert not same_unit(dollars, euros)


PUBLISHED = date(2025, 4, 18)  # a Friday


@pytest.mark.parametrize(
    ("sentence", "source", "same"),
    [
        (("en", "on October 24, 2024"), ("fr", "le 24 octobre 2024"), True),
        (("fr", "le 24/10/2024"), ("en", "24 October 2024"), True),
        (("en", "on 14 April"), ("fr", "lundi"), True),
        (("fr", "lundi 14 avril"), ("en", "on Monday"), True),
        (("en", "yesterday"), ("fr", "jeudi"), True),
        (("en", "last year"), ("fr", "en mars 2024"), True),
        (("en", "in March"), ("fr", "en mai"), False),
        (("fr", "mardi"), ("en", "on Monday"), False),
        (("en", "on October 25"), ("fr", "le 24 octobre"), False),
        (("en", "in October 2023"), ("fr", "en octobre 2024"), False),
    ],
)
def test_dates_are_compared_seen_from_the_day_of_publication(
    sentence: tuple[Language, str], source: tuple[Language, str], same: bool
) -> None:
    (said,) = whens(sentence[1], sentence[0])
    held = whens(source[1], source[0])
    assert agree(said, held, PUBLISHED, set()) is same


def test_hours_are_read_in_both_ways() -> None:
    for french, english in (
        ("à 18 h 30", "at 6:30 pm"),
        ("à 6h40", "at 6.40am"),
        ("à midi", "at noon"),
        ("à 22 h", "at 10 p.m."),
    ):
        (one,), (other,) = clocks(french, "fr"), clocks(english, "en")
        assert one.minutes == other.minutes


def test_names_are_one_in_the_other_languages_spelling() -> None:
    for french, english in (("Poutine", "Putin"), ("Eltsine", "Yeltsin"), ("Zelensky", "Zelenskyy")):
        assert alike(french, english, across=True)
    assert not alike("Ferrandi", "Baroudel", across=True)
    assert not alike("Martin", "Martine", across=False)
    french = "L’ONU, les États-Unis, l’Allemagne, Pékin, Londres et le gouvernement russe"
    english = "The UN, the US, Germany, Beijing, London and the Russian government"
    assert {i for i, _, _ in ids_in(french)} <= {i for i, _, _ in ids_in(english)}
    assert [n.word for n in names("Le maire, Lucien Baroudel, viendra mardi.", "fr")] == [
        "Lucien",
        "Baroudel",
    ]


def test_a_word_that_begins_with_a_roman_numeral_is_no_century() -> None:
    assert [sorted(q.values) for q in quantities("Vers 1400, il y eut la peste.", "fr")] == [[1400.0]]
    assert [sorted(q.values) for q in quantities("Sous François Ier, la tour brûla.", "fr")] == [[1.0]]
    assert [sorted(q.values) for q in quantities("Au XIVe siècle, elle fut rebâtie.", "fr")][:1] == [[14.0]]


def test_all_day_long_is_no_hour() -> None:
    assert clocks("C’est ouvert 24 heures sur 24.", "fr") == []
    assert clocks("Le train part à 22 heures.", "fr")


def test_short_names_of_the_tables_are_met() -> None:
    for french, english in (("le Soleil", "the Sun"), ("Dieu", "God"), ("le Nil", "the Nile")):
        assert {i for i, *_ in ids_in(french)} & {i for i, *_ in ids_in(english)}, french


def test_currencies_eras_and_openers_are_no_names() -> None:
    text = "Meanwhile, in the third century BCE, according to Ada Quill, it cost US$11,000."
    assert [n.word for n in names(text, "en")] == ["Ada", "Quill"]
    assert [n.word for n in names("Néanmoins, la BCE a relevé ses taux.", "fr")] == ["BCE"]
