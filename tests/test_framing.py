"""What only asks the articles is not looked for in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from retrieval.framing import unframed

if TYPE_CHECKING:
    from retrieval.domain import Language


@pytest.mark.parametrize(
    ("question", "language", "sought"),
    [
        ("What does the article say about Taiwan?", "en", "Taiwan?"),
        ("What do your articles tell us about the ferry?", "en", "the ferry?"),
        ("According to the passage, who won?", "en", "who won?"),
        ("Who won, according to the article?", "en", "Who won?"),
        ("Tell me about the strike", "en", "the strike"),
        ("Que dit l’article sur Taïwan ?", "fr", "Taïwan ?"),
        ("Que disent les articles à propos de la Chine ?", "fr", "Chine ?"),
        ("Qu’est-ce que l’article dit de Musk ?", "fr", "Musk ?"),
        ("Que sait-on de la grève ?", "fr", "grève ?"),
        ("Qui est Adav Noti, selon le texte ?", "fr", "Qui est Adav Noti ?"),
    ],
)
def test_the_frame_goes(question: str, language: Language, sought: str) -> None:
    assert unframed(question, language) == sought


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("What does the article say?", "en"),
        ("What does the press secretary say about it?", "en"),
        ("According to the news agency, who won?", "en"),
        ("Que dit l’article ?", "fr"),
        ("Que dit Poutine sur Taïwan ?", "fr"),
        ("Que dit le texte de loi sur le tabac ?", "fr"),
        ("Selon la presse russe, qui est venu ?", "fr"),
    ],
)
def test_what_is_asked_about_stays(question: str, language: Language) -> None:
    assert unframed(question, language) == question
