"""What the bot says to those it does not know, and to those who ask too fast."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Door:
    """What is said at the door, in one language; a pair is for one second and for several. `short_…` fit Telegram's small notices (64 characters)."""

    by_list: str
    by_code: str
    wrong_code: str
    too_many_codes: str
    let_in: str
    too_fast: str
    too_many: str
    short_refused: str
    short_wait: tuple[str, str]


FRENCH: Final = Door(
    by_list=(
        "Bonjour\u202f! Ce bot est réservé à des lecteurs inscrits, et je ne vous connais pas encore. "
        "Pour y accéder, communiquez ce numéro à la personne qui s’en occupe\u00a0: {user_id}."
    ),
    by_code=(
        "Bonjour\u202f! L’accès à ce bot se fait sur invitation. "
        "Demandez un code à la personne qui s’en occupe, puis envoyez-le-moi en message privé."
    ),
    wrong_code=(
        "Ce code n’est pas valable\u00a0: il a peut-être déjà servi, ou expiré. "
        "Vérifiez-le, ou demandez-en un nouveau à la personne qui vous l’a donné."
    ),
    too_many_codes="Cela fait beaucoup d’essais. Réessayez dans {minutes}\u00a0minutes, s’il vous plaît.",
    let_in="Votre code est bon\u00a0: vous voilà parmi mes lecteurs.",
    too_fast=(
        "Vous allez plus vite que moi\u202f! Laissez-moi {seconds}\u00a0secondes, "
        "puis reprenez\u202f; d’ici là, je ne répondrai pas."
    ),
    too_many=(
        "On m’écrit beaucoup en ce moment. Laissez-moi {seconds}\u00a0secondes, "
        "puis reprenez\u202f; d’ici là, je ne répondrai pas."
    ),
    short_refused="Réservé à mes lecteurs\u00a0: comment y accéder\u202f?",
    short_wait=(
        "Un peu de patience\u00a0: encore une seconde.",
        "Un peu de patience\u00a0: encore {count}\u00a0secondes.",
    ),
)

ENGLISH: Final = Door(
    by_list=(
        "Hello! This bot is for registered readers, and I don’t know you yet. "
        "To be let in, give this number to the person who runs it: {user_id}."
    ),
    by_code=(
        "Hello! This bot is by invitation only. "
        "Ask the person who runs it for a code, then send it to me in a private message."
    ),
    wrong_code=(
        "This code isn’t valid: it may have been used already, or have expired. "
        "Please check it, or ask whoever gave it to you for a new one."
    ),
    too_many_codes="That’s a lot of attempts. Please try again in {minutes} minutes.",
    let_in="Your code is right: you are now one of my readers.",
    too_fast="You’re faster than I am! Give me {seconds} seconds, then go on; until then I won’t answer.",
    too_many=(
        "Many people are writing to me just now. Give me {seconds} seconds, then go on; until then I won’t answer."
    ),
    short_refused="For my readers only: how to be let in",
    short_wait=("A little patience: one more second.", "A little patience: {count} more seconds."),
)
