"""What the bot says of links: of articles it has, of others, and to the admins who decide on those."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Links:
    """What is said of links, in one language; pairs are for one and for several."""

    about: str
    can_ask: str
    who_wrote: str
    asked: tuple[str, str]
    not_here: tuple[str, str]
    full: str
    offer: str
    add_button: str
    refuse_button: str
    refused: str
    decided: str
    not_yours: str
    added: str
    declined: str
    unread: str


FRENCH: Final = Links(
    about="De quoi parle l’article «\u00a0{title}\u00a0»\u202f?",
    can_ask="Vous pouvez demander, par exemple\u00a0:",
    who_wrote="Qui a écrit cet article\u202f?",
    asked=(
        "Cet article n’est pas encore dans la bibliothèque. Je le propose à la personne qui s’en occupe, et je vous dirai la suite.",
        "Ces articles ne sont pas encore dans la bibliothèque. Je les propose à la personne qui s’en occupe, et je vous dirai la suite.",
    ),
    not_here=(
        "Cet article n’est pas dans la bibliothèque.",
        "Ces articles ne sont pas dans la bibliothèque.",
    ),
    full="Plusieurs de vos liens attendent déjà une réponse\u202f; laissez-lui le temps de venir avant d’en proposer d’autres.",
    offer="Un lecteur propose d’ajouter cet article\u00a0:\n{url}",
    add_button="Ajouter",
    refuse_button="Ne pas ajouter",
    refused="Cet article n’a pas été ajouté\u00a0:\n{url}",
    decided="C’est déjà décidé.",
    not_yours="Seules les personnes qui s’occupent de la bibliothèque en décident.",
    added="L’article que vous proposiez est maintenant dans la bibliothèque\u00a0: {title}",
    declined="L’article que vous proposiez n’a pas été retenu\u00a0:\n{url}",
    unread="L’article que vous proposiez n’a pas pu être lu\u00a0:\n{url}",
)

ENGLISH: Final = Links(
    about="What is the article “{title}” about?",
    can_ask="You can ask, for example:",
    who_wrote="Who wrote this article?",
    asked=(
        "This article is not in the library yet. I am proposing it to the person who looks after it, and will tell you what comes of it.",
        "These articles are not in the library yet. I am proposing them to the person who looks after it, and will tell you what comes of it.",
    ),
    not_here=("This article is not in the library.", "These articles are not in the library."),
    full="Several of your links are waiting for an answer already; please let it come before you propose more.",
    offer="A reader proposes to add this article:\n{url}",
    add_button="Add it",
    refuse_button="Do not add",
    refused="This article was not added:\n{url}",
    decided="That has been decided already.",
    not_yours="Only those who look after the library decide on that.",
    added="The article you proposed is now in the library: {title}",
    declined="The article you proposed was not taken in:\n{url}",
    unread="The article you proposed could not be read:\n{url}",
)
