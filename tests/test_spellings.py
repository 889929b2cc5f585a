"""Persons whose names the two languages write differently."""

from __future__ import annotations

import pytest

from retrieval.compose.spellings import PERSONS, respelled
from retrieval.domain import LANGUAGES, Language
from retrieval.verify import exonyms
from retrieval.verify.names import alike


@pytest.mark.parametrize(
    ("text", "language", "put"),
    [
        ("Poutine a appelé Bachar al-Assad.", "en", "Putin a appelé Bashar al-Assad."),
        ("Putin called Netanyahu; Putins did not.", "fr", "Poutine called Netanyahou; Putins did not."),
        ("Une poutine chaude, dit Poutinet.", "en", "Une poutine chaude, dit Poutinet."),
    ],
)
def test_names_are_put_as_the_readers_language_writes_them(text: str, language: Language, put: str) -> None:
    assert respelled(text, language) == put


def test_each_such_name_is_one_to_the_check() -> None:
    for language in LANGUAGES:
        for name in PERSONS[language]:
            given = respelled(name, language)
            ids = [{one for one, _, _ in exonyms.ids_in(text)} for text in (name, given)]
            assert alike(name, given, across=True) or ids[0] & ids[1], (language, name, given)
