"""Each language's typography, and that nothing but marks and spaces changes."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from retrieval.domain import LANGUAGES, Language
from retrieval.phrases import quoted
from retrieval.typography import elided, priced, renumbered, set_in, within_quotation


@pytest.mark.parametrize(
    ("language", "given", "wanted"),
    [
        ("fr", "L'élu a dit: \"C'est non\" ; vraiment?", "L’élu a dit\u00a0: «\u00a0C’est non\u00a0»\u202f; vraiment\u202f?"),
        ("fr", "Il dit “oui”.", "Il dit «\u00a0oui\u00a0»."),
        ("fr", "À 18:30, voir https://a.example/x?y", "À 18:30, voir https://a.example/x?y"),
        ("en", "He said « yes » !", "He said “yes”!"),
        ("en", "The keeper's \"old\" house", "The keeper’s “old” house"),
        ("en", "Her ”presumed innocent” and (”he left”)", "Her “presumed innocent” and (“he left”)"),
        ("fr", "Elle dit ”oui” ; lui, “non” ”.", "Elle dit «\u00a0oui\u00a0»\u202f; lui, «\u00a0non\u00a0» ”."),
    ],
)  # fmt: skip
def test_marks_and_spaces_are_the_languages(language: Language, given: str, wanted: str) -> None:
    assert set_in(given, language) == wanted


@pytest.mark.parametrize(
    ("language", "given", "wanted"),
    [
        ("fr", "$1,250.50 in 2024, 2.5 million", "$1\u202f250,50 in 2024, 2,5 million"),
        ("fr", "at 6.30 pm, version 1.2.3, 3-1", "at 6.30 pm, version 1.2.3, 3-1"),
        ("en", "1\u202f250,5 euros, 783 562 km, en 2024 12 morts", "1,250.5 euros, 783,562 km, en 2024 12 morts"),
    ],
)  # fmt: skip
def test_numbers_are_written_the_other_languages_way(language: Language, given: str, wanted: str) -> None:
    assert renumbered(given, language) == wanted


@pytest.mark.parametrize(
    ("language", "given", "wanted"),
    [
        ("fr", "Elle coûtera £29 et $74,50.", "Elle coûtera 29\u202f£ et 74,50\u202f$."),
        ("fr", "un coût de €340 millions, puis $1\u202f250", "un coût de 340\u202fmillions d’euros, puis 1\u202f250\u202f$"),
        ("fr", "a $2.3 million mill, $5bn, 3 $", "a $2.3 million mill, $5bn, 3 $"),
        ("en", "a seat at 29 €, or 1,250.50 £", "a seat at €29, or £1,250.50"),
        ("en", "€29, 3 km", "€29, 3 km"),
    ],
)  # fmt: skip
def test_prices_are_written_the_other_languages_way(language: Language, given: str, wanted: str) -> None:
    assert priced(given, language) == wanted
    assert priced(wanted, language) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("Elle dit que il ne a plus de eau.", "Elle dit qu’il n’a plus d’eau."),
        ("la école, jusque ici, Que elles", "l’école, jusqu’ici, Qu’elles"),
        ("le onze, la une, que oui, le EDF, la histoire, les ans", "le onze, la une, que oui, le EDF, la histoire, les ans"),
    ],
)  # fmt: skip
def test_french_drops_its_vowels(given: str, wanted: str) -> None:
    assert elided(given, "fr") == wanted
    assert elided(given, "en") == given


@given(st.text("ab1 \u00a0\u202f'\"«»“”;:!?.,", max_size=40), st.sampled_from(LANGUAGES))
@example('" : »', "en")
@example("” :”", "en")
def test_letters_and_digits_stay_and_twice_is_once(text: str, language: Language) -> None:
    once = set_in(text, language)
    assert [c for c in once if c.isalnum()] == [c for c in text if c.isalnum()]
    assert [c for c in renumbered(text, language) if c.isalnum()] == [c for c in text if c.isalnum()]
    assert set_in(once, language) == once


@pytest.mark.parametrize(
    ("given", "french", "english"),
    [
        ('"We will win," he said.', "«\u00a0“We will win,” he said.\u00a0»", "“‘We will win,’ he said.”"),
        ("«\u00a0Non\u00a0», dit-il.", "«\u00a0“Non”, dit-il.\u00a0»", "“‘Non’, dit-il.”"),
        (
            'Dit ainsi : "non" ("oui")',
            "«\u00a0Dit ainsi : “non” (“oui”)\u00a0»",
            "“Dit ainsi : ‘non’ (‘oui’)”",
        ),
        ("“We have begun", "«\u00a0“We have begun”\u00a0»", "“‘We have begun’”"),
        ("l'eau, the 'old' one", "«\u00a0l'eau, the 'old' one\u00a0»", "“l'eau, the 'old' one”"),
    ],
)
def test_a_quotation_within_a_quotation_has_the_marks_of_its_place(
    given: str, french: str, english: str
) -> None:
    assert quoted(given, "fr") == french
    assert quoted(given, "en") == english


@given(st.text(alphabet=st.sampled_from("ab \u00a0\u202f\n.«»“”„\"'‘’(—")), st.sampled_from(LANGUAGES))
def test_within_a_quotation_only_marks_change_and_each_character_keeps_its_place(
    text: str, language: Language
) -> None:
    told = within_quotation(text, language)
    assert len(told) == len(text)
    if told:  # where a mark is added that its other needs
        told[0] = told[0].lstrip("“‘") if text[0] not in "«»“”„\"'‘" else told[0]
        told[-1] = told[-1].rstrip("”’") if text[-1] not in "«»“”„\"'’" else told[-1]
    kept = [(one, other) for one, other in zip(text, told, strict=True) if one not in '«»“”„"']
    assert all(other.removeprefix("“").removesuffix("”") in {one, ""} for one, other in kept[1:-1])
    assert all(one.isspace() for one, other in kept if not other)
    assert not set('«»„"') & {*"".join(told)}


@given(
    st.text(alphabet=st.sampled_from("ab .")),
    st.sampled_from("«»“”"),
    st.text(alphabet=st.sampled_from("ab .")),
)
def test_a_mark_alone_gets_its_other_or_goes(before: str, mark: str, after: str) -> None:
    told = "".join(within_quotation(before + mark + after, "fr"))
    assert [letter for letter in told if letter in "“”"] in ([], ["“", "”"])


@pytest.mark.parametrize(
    ("given", "french"),
    [
        ("« Une dent manquait à la troisième roue.", "« “Une dent manquait à la troisième roue.” »"),
        ("Cela tournait ! » Il a travaillé la nuit.", "« “Cela tournait !” Il a travaillé la nuit. »"),
        ("» Il a dit non.", "« Il a dit non. »"),
        ("Il a dit oui. «", "« Il a dit oui. »"),
        ("« Oui », dit-il. « Et demain ?", "« “Oui”, dit-il. “Et demain ?” »"),
    ],
)
def test_a_mark_whose_other_is_in_another_sentence_gets_it(given: str, french: str) -> None:
    assert quoted(given, "fr").replace("\u00a0", " ") == french
