"""What the bot says of what it keeps: how long, where, and how to have it or erase it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Privacy:
    """What is said of what is kept, in one language; the pair is for one day and for several."""

    heading: str
    answers: tuple[str, str]
    choices: str
    links: str
    identity: str
    where: str
    logged: str
    elsewhere: str
    telegram: str
    rights: str
    exported: str
    feeds: str


FRENCH: Final = Privacy(
    heading="Ce que je garde de cette conversation",
    answers=(
        "• Vos questions et mes réponses, pendant un jour, pour comprendre celles qui suivent et vous signaler les corrections\u202f; "
        "plus longtemps celles que vous avez jugées (👍 👎).",
        "• Vos questions et mes réponses, pendant {count} jours, pour comprendre celles qui suivent et vous signaler les corrections\u202f; "
        "plus longtemps celles que vous avez jugées (👍 👎).",
    ),
    choices="• Vos réglages, vos abonnements et l’heure de votre essentiel, tant que vous ne les changez pas.",
    links="• Les liens que vous proposez, jusqu’à ce qu’on en décide, quatorze jours au plus\u202f; on les voit sans votre nom.",
    identity="Avec tout cela, le numéro que Telegram vous donne, et rien d’autre de vous\u00a0: ni nom, ni téléphone, ni photo.",
    where="Où\u00a0: dans un seul fichier, sur la machine où je tourne. Rien n’en est transmis à personne.",
    logged="Mon journal technique note aussi vos questions.",
    elsewhere="Pour être rédigées, mes réponses passent par un modèle de langue extérieur, {name}\u00a0: il reçoit votre question et les passages trouvés.",
    telegram="Telegram achemine et garde nos messages, selon ses propres règles.",
    rights="Pour tout recevoir dans un fichier\u00a0: /export. Pour tout effacer aussitôt\u00a0: /forget.",
    exported="Tout ce que je garde de cette conversation.",
    feeds="Les flux que lit la bibliothèque, pour votre lecteur de flux (OPML).",
)

ENGLISH: Final = Privacy(
    heading="What I keep of this chat",
    answers=(
        "• Your questions and my answers, for one day, to understand those that follow and to tell you of corrections; "
        "longer those you have judged (👍 👎).",
        "• Your questions and my answers, for {count} days, to understand those that follow and to tell you of corrections; "
        "longer those you have judged (👍 👎).",
    ),
    choices="• Your settings, your subscriptions and the hour of your digest, until you change them.",
    links="• The links you propose, until they are decided on, fourteen days at most; they are seen without your name.",
    identity="With all that, the number Telegram gives you, and nothing else about you: no name, no telephone number, no picture.",
    where="Where: in a single file, on the machine I run on. None of it is passed on to anybody.",
    logged="My technical log notes your questions too.",
    elsewhere="My answers are worded by an outside language model, {name}: it is sent your question and the passages found.",
    telegram="Telegram carries and keeps our messages, by rules of its own.",
    rights="To have all of it in a file: /export. To erase all of it at once: /forget.",
    exported="Everything I keep of this chat.",
    feeds="The feeds the library reads, for your feed reader (OPML).",
)
