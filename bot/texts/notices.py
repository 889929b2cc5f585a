"""What the bot says of subscriptions, and above a notice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Notices:
    """What the bot says of subscriptions, in one language. `text` is a subscription's, in its reader's words."""

    subscribed: str
    rhythm: str
    rhythm_one: str
    quiet: str
    muted: str
    already: str
    full: str
    too_long: str
    wordless: str
    listed: str
    none: str
    unknown: str
    ended: str
    gone: str
    not_yours: str
    heading: str
    end: str


FRENCH: Final = Notices(
    subscribed=(
        "C’est noté\u00a0: «\u00a0{text}\u00a0». Quand un nouvel article y répond ou en parle, "
        "je vous envoie le passage."
    ),
    rhythm="Au plus {count} messages par jour",
    rhythm_one="Au plus un message par jour",
    quiet="rien entre {start} et {end}",
    muted="Vos réglages n’autorisent aucun message pour l’instant\u00a0: changez-les avec /settings.",
    already="Vous suivez déjà «\u00a0{text}\u00a0».",
    full="Vous avez déjà {limit} abonnements, et je n’en garde pas davantage. Mettez fin à l’un d’eux d’abord.",
    too_long="C’est un peu long\u00a0: {length} caractères, et j’en garde {limit} au plus. Pouvez-vous le dire plus brièvement\u202f?",
    wordless="Dites-moi ce que vous voulez suivre, par exemple\u00a0: /subscribe le prix du pain",
    listed="Ce que vous suivez. Touchez un abonnement pour y mettre fin.",
    none=(
        "Vous n’avez pas d’abonnement. Envoyez /subscribe suivi d’un sujet ou d’une question, par exemple\u00a0:\n"
        "• /subscribe le prix du pain\n"
        "• /subscribe Quand le pont rouvrira-t-il\u202f?"
    ),
    unknown="Vous n’avez pas d’abonnement «\u00a0{text}\u00a0».",
    ended="C’est fini\u00a0: vous ne suivez plus «\u00a0{text}\u00a0».",
    gone="Cet abonnement n’existe plus.",
    not_yours="Seuls la personne qui a demandé cet abonnement et les administrateurs du groupe peuvent y mettre fin.",
    heading="Du nouveau sur «\u00a0{text}\u00a0»",
    end="Ne plus suivre",
)

ENGLISH: Final = Notices(
    subscribed="Noted: “{text}”. When a new article answers it or is about it, I will send you the passage.",
    rhythm="At most {count} messages a day",
    rhythm_one="At most one message a day",
    quiet="nothing between {start} and {end}",
    muted="Your settings allow no messages for now; change them with /settings.",
    already="You already follow “{text}”.",
    full="You already have {limit} subscriptions, and I keep no more. End one of them first.",
    too_long="That is a little long: {length} characters, and I keep {limit} at most. Could you put it more briefly?",
    wordless="Tell me what you want to follow, for example: /subscribe the price of bread",
    listed="What you follow. Tap a subscription to end it.",
    none=(
        "You have no subscriptions. Send /subscribe followed by a topic or a question, for example:\n"
        "• /subscribe the price of bread\n"
        "• /subscribe When will the bridge reopen?"
    ),
    unknown="You have no subscription “{text}”.",
    ended="Done: you no longer follow “{text}”.",
    gone="This subscription no longer exists.",
    not_yours="Only the person who asked for this subscription and the group’s administrators can end it.",
    heading="News on “{text}”",
    end="Stop following",
)
