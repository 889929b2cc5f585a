"""What the bot says to an operator who sends it articles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Bringing:
    """What the bot says of articles it is sent, in one language; a pair is for one and for several."""

    usage: str
    waiting: tuple[str, str]
    fetching: str
    reading: str
    counted: tuple[str, str]
    other_writer: str
    new: str
    changed: str
    same: str
    more: tuple[str, str]
    nothing: str
    problem: str
    too_big: str
    not_readable: str
    not_downloaded: str
    too_slow: str
    failed: str
    stopped: str
    not_begun: str
    busy: str


FRENCH: Final = Bringing(
    usage="Donnez-moi l’adresse d’un article\u00a0: /ingest, une espace, puis le lien entier, qui commence par https://.",
    waiting=(
        "C’est noté. Avant cet envoi, il en reste un à traiter.",
        "C’est noté. Avant cet envoi, il en reste {count} à traiter.",
    ),
    fetching="Je reçois le fichier…",
    reading="Je lis…",
    counted=("Je lis… Un article lu.", "Je lis… {count} articles lus."),
    other_writer="La bibliothèque est en train d’être mise à jour\u202f; j’attends mon tour.",
    new="Nouveau\u00a0: {title}",
    changed="Mis à jour\u00a0: {title}",
    same="Déjà là\u00a0: {title}",
    more=("… et un de plus.", "… et {count} de plus."),
    nothing="Il n’y avait là aucun article.",
    problem="Problème\u00a0: {line}",
    too_big="Ce fichier est trop lourd\u00a0: Telegram ne me donne que ceux de moins de {limit}\u00a0Mo.",
    not_readable="Je ne sais pas lire ce fichier. Je lis\u00a0: {endings}.",
    not_downloaded="Telegram ne m’a pas donné ce fichier. Pouvez-vous l’envoyer de nouveau\u202f?",
    too_slow="Cela prenait trop de temps, j’ai arrêté. Ce qui a déjà été lu reste dans la bibliothèque.",
    failed="La lecture a échoué, et le journal du bot dit pourquoi.",
    stopped="Je redémarre, et la lecture s’est arrêtée. Ce qui a déjà été lu reste\u202f; renvoyez le reste dans un instant.",
    not_begun="Je redémarre avant d’avoir pu lire cet envoi. Renvoyez-le dans un instant, s’il vous plaît.",
    busy="J’ai déjà {count} envois à traiter. Réessayez dans un moment, s’il vous plaît.",
)

ENGLISH: Final = Bringing(
    usage="Give me the address of an article: /ingest, a space, then the whole link, which begins with https://.",
    waiting=(
        "Noted. There is one to take in before this one.",
        "Noted. There are {count} to take in before this one.",
    ),
    fetching="Receiving the file…",
    reading="Reading…",
    counted=("Reading… One article read.", "Reading… {count} articles read."),
    other_writer="The library is being brought up to date; I am waiting for my turn.",
    new="New: {title}",
    changed="Updated: {title}",
    same="Already there: {title}",
    more=("… and one more.", "… and {count} more."),
    nothing="There was no article in it.",
    problem="Problem: {line}",
    too_big="This file is too large: Telegram gives me only those under {limit} MB.",
    not_readable="I cannot read this file. I read: {endings}.",
    not_downloaded="Telegram did not give me this file. Could you send it again?",
    too_slow="That took too long, so I stopped. What had been read stays in the library.",
    failed="Reading it failed; the bot’s log says why.",
    stopped="I am restarting, and reading has stopped. What had been read stays; send the rest again in a moment.",
    not_begun="I am restarting before I could read this. Please send it again in a moment.",
    busy="I already have {count} to take in. Please try again in a moment.",
)
