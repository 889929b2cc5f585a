"""What must be as much in a translation as in its source: numbers, quotation marks, names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.translate.gates import renamed, unlike

NUMBERS = "its numbers are not the source's"
MARKS = "its quotation marks are not the source's"


@pytest.mark.parametrize(
    ("source", "said", "wrong"),
    [
        ("It cost 1,250 euros.", "Cela a coûté 1\u202f250 euros.", []),
        ("It cost 1.5 million.", "Cela a coûté 1,5 million.", []),
        ("On 12 December 2026, 3 of 14.", "Le 12 décembre 2026, 3 sur 14.", []),
        ("On 12 December 2026.", "Le 12 décembre 2025.", [NUMBERS]),
        ("It has 14 seats.", "Il a des places.", [NUMBERS]),
        ("It has seats.", "Il a 14 places.", [NUMBERS]),
        ("It has 3 of 3.", "Il en a 3.", [NUMBERS]),
        ("“We will,” she said.", "«\u00a0Nous le ferons\u00a0», a-t-elle dit.", []),
        ("It left at 5 p.m. and 9:40 pm.", "Il est parti à 17\u00a0h\u00a000 et 21\u00a0h\u00a040.", []),
        ("It left at 5 a.m.", "Il est parti à 17\u00a0h.", [NUMBERS]),
        ("A work of the 13th century.", "Une œuvre du XIIIe siècle.", []),
        ("A work of the 13th century.", "Une œuvre du XIVe siècle.", [NUMBERS]),
        ('"We will," she said.', "«\u00a0Nous le ferons\u00a0», a-t-elle dit.", []),
        ("“We will,” she said.", "Nous le ferons, a-t-elle dit.", [MARKS]),
        ("We will, she said.", "«\u00a0Nous le ferons\u00a0», a-t-elle dit.", [MARKS]),
    ],
)
def test_numbers_and_quotation_marks_are_counted(source: str, said: str, wrong: list[str]) -> None:
    assert [*unlike(source, said)] == wrong
    assert [*unlike(said, source)] == wrong


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_a_number_is_the_same_however_it_is_grouped_and_no_other_is(one: int, other: int) -> None:
    said = f"Il y en a {one:,}.".replace(",", "\u202f")
    assert not [*unlike(f"There are {one:,}.", said)]
    assert bool([*unlike(f"There are {other:,}.", said)]) == (one != other)


@pytest.mark.parametrize(
    ("source", "said", "wrong"),
    [
        ("Anna Mercer left London on Tuesday.", "Anna Mercer a quitté Londres mardi.", []),
        ("The German minister met Prime Minister Ito.", "Le ministre allemand a rencontré le Premier ministre Ito.", []),
        ("Mr O’Neil’s yard is in Port-Lauzan.", "Le chantier de M. O’Neil est à Port-Lauzan.", []),
        ("Selon Vladimir Poutine, la Russie y est.", "According to Vladimir Poutine, Russia is there.", []),
        ("The Amazon and the Catholic Church.", "L’Amazone et l’Église catholique.", []),
        ("It was due on Nov. 3 in the U.S.", "Il était attendu le 3 novembre aux États-Unis.", []),
        ("“It rains. Do not go,” he said.", "«\u00a0Il pleut. N’y allez pas\u00a0», a-t-il dit.", []),
        ("He left Reading early.", "Il est parti tôt de la lecture.", ["it lacks the name reading"]),
        ("The yard was sold to Mark Banks.", "Le chantier a été vendu à Mark Banques.", ["it lacks the name banks", "it names banques"]),
        ("The yard was sold.", "Le chantier a été vendu à Dupont.", ["it names dupont"]),
        ("The king of Spain came.", "Le roi du Portugal est venu.", ["it lacks the name spain", "it names portugal"]),
    ],
)  # fmt: skip
def test_names_stay_but_for_those_that_the_languages_call_differently(
    source: str, said: str, wrong: list[str]
) -> None:
    assert [*renamed(source, said, across=True)] == wrong


def test_within_a_language_a_name_has_one_form() -> None:
    assert not [*renamed("Anna left London.", "Anna went away from London.", across=False)]
    assert not [*renamed("The US and Anna.", "The U.S. and Anna.", across=False)]
    assert [*renamed("She left London.", "She left Londres.", across=False)] == [
        "it lacks the name london",
        "it names londres",
    ]
