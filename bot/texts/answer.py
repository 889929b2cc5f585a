"""What stands around an answer: its buttons, the passages and sources they show, and the short thanks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class AnswerTexts:
    """The words around an answer, in one language."""

    read: str
    more: str
    alone: str
    tell_when: str
    newest: str
    in_this_language: str
    open_page: str
    thanks_good: str
    thanks_bad: str
    asking_again: str
    asking_alone: str
    gone: str
    corrected: str
    changed: str
    article_gone: str
    nearby_gone: str
    no_answer_yet: str
    no_sources: str
    no_such_source: str
    only_source: str
    wording: str
    before_yours: tuple[str, str]
    cut_by_time: str
    cut_by_reader: str
    cut_by_stop: str
    cut_by_failure: str


FRENCH: Final = AnswerTexts(
    read="Lire le passage",
    more="Plus",
    alone="Question seule",
    tell_when="Me prévenir",
    newest="Derniers articles",
    in_this_language="En français",
    open_page="Ouvrir la page",
    thanks_good="Merci\u202f!",
    thanks_bad="Merci, c’est noté.",
    asking_again="Je repose la question en français…",
    asking_alone="Je repose la question seule…",
    gone="Cette réponse n’est plus disponible ici.",
    corrected="L’article a été corrigé depuis\u202f; voici le texte sur lequel repose la réponse.",
    changed="L’article a changé depuis\u202f; voici le passage sur lequel repose la réponse.",
    article_gone="L’article n’est plus dans la bibliothèque\u202f; voici le passage sur lequel repose la réponse.",
    nearby_gone="Cet article n’est plus dans la bibliothèque.",
    no_answer_yet="Je n’ai encore rien répondu ici. Posez une question\u202f; /source montrera ensuite les sources de la réponse.",
    no_sources="Cette réponse ne cite aucun article.",
    no_such_source="Cette réponse cite {count} passages\u00a0: choisissez un numéro de 1 à {count}.",
    only_source="Cette réponse ne cite qu’un passage\u00a0: /source 1 le montre.",
    wording="Je rédige la réponse…",
    before_yours=("Une question passe avant la vôtre.", "{count} questions passent avant la vôtre."),
    cut_by_time="La réponse s’arrête ici, faute de temps.",
    cut_by_reader="La réponse s’arrête ici, comme vous l’avez demandé.",
    cut_by_stop="La réponse s’arrête ici, car je redémarre\u202f; reposez la question dans un instant pour l’avoir entière.",
    cut_by_failure="La réponse s’arrête ici\u00a0: quelque chose s’est mal passé de mon côté.",
)

ENGLISH: Final = AnswerTexts(
    read="Read the passage",
    more="More",
    alone="Just the question",
    tell_when="Tell me when",
    newest="Newest articles",
    in_this_language="In English",
    open_page="Open the page",
    thanks_good="Thank you!",
    thanks_bad="Thank you, noted.",
    asking_again="Asking again in English…",
    asking_alone="Asking just the question…",
    gone="This answer is not here any more.",
    corrected="The article has been corrected since; this is the text the answer rests on.",
    changed="The article has changed since; this is the passage the answer rests on.",
    article_gone="The article is no longer in the library; this is the passage the answer rests on.",
    nearby_gone="This article is no longer in the library.",
    no_answer_yet="I have not answered anything here yet. Ask a question; /source will then show the sources of the answer.",
    no_sources="That answer cites no article.",
    no_such_source="That answer cites {count} passages: choose a number from 1 to {count}.",
    only_source="That answer cites one passage: /source 1 shows it.",
    wording="Wording the answer…",
    before_yours=("One question comes before yours.", "{count} questions come before yours."),
    cut_by_time="The answer ends here: it was taking too long.",
    cut_by_reader="The answer ends here, as you asked.",
    cut_by_stop="The answer ends here because I am restarting; ask again in a moment for all of it.",
    cut_by_failure="The answer ends here: something went wrong on my side.",
)
