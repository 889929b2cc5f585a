from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.domain import Language
from retrieval.words import fold, name_stems, names, query_stems, stem_finder, stems, tokens


def test_accents_ligatures_and_case_do_not_matter() -> None:
    assert fold("Œuvre d’ÉTÉ à Æbelø") == "oeuvre d’ete a aebelo"


def test_inflected_words_share_a_stem() -> None:
    assert stems("élections", "fr") == stems("Election", "fr")
    assert stems("elected", "en") == stems("ELECTS", "en")


def test_grouped_digits_are_one_number() -> None:
    assert tokens("1\u202f190 ferries, 1,190 boats, 12 345 678") == [
        "1190",
        "ferries",
        "1190",
        "boats",
        "12345678",
    ]
    assert tokens("en 2024, 300 personnes") == ["en", "2024", "300", "personnes"]


def test_a_question_is_about_its_words_that_carry_meaning() -> None:
    assert query_stems("Que répond le Kremlin ?", "fr") == stems("répond Kremlin", "fr")
    assert query_stems("Who is it?", "en") == stems("Who is it", "en")


def test_names_and_numbers_cross_languages() -> None:
    assert names("Que répond le Kremlin à Musk en 2024 ?", "fr") == ["Kremlin", "Musk", "2024"]
    assert names("Who won the 2022 World Cup?", "en") == ["2022", "World", "Cup"]
    assert name_stems("Qui est Adav Noti ?", "fr", "en") == stems("Adav Noti", "en")


@given(st.text())
def test_stems_are_plain_enough_for_a_full_text_query(text: str) -> None:
    for stem in stems(text, "fr") + stems(text, "en"):
        assert '"' not in stem
        assert stem == stem.strip()


_SAID = st.lists(
    st.text(min_size=1)
    | st.sampled_from(
        ["Élections", "œuvres", "ÉTÉ", "dying", "skies", "Yeux", "l’Île", "İzmir", "ſtraße", "été", "12 500"]
    )
).map(" ".join)


@given(_SAID, _SAID, st.sampled_from(["fr", "en"]))
def test_the_stems_held_are_those_that_stemming_every_word_finds(
    wanted: str, text: str, language: Language
) -> None:
    looked_for = {*stems(wanted, language)}
    assert stem_finder(looked_for, language)(text) == looked_for & {*stems(text, language)}
    assert stem_finder(looked_for, language)(wanted) == looked_for
