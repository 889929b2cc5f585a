"""What the bot says of a chat's choices: its language, its settings, and what is to be forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from retrieval.domain import Language


@dataclass(frozen=True, slots=True)
class Choosing:
    """What is said of a chat's choices, in one language; pairs are for one and for several."""

    which_language: str
    language_usage: str
    language_chosen: str
    language_auto: str
    auto_button: str
    settings: str
    as_asked: str
    always: Mapping[Language, str]
    no_notices: str
    notices: tuple[str, str]
    quiet: str
    no_quiet: str
    corrections: str
    no_corrections: str
    corrections_muted: str
    no_notices_button: str
    quiet_button: str
    no_quiet_button: str
    corrections_button: str
    no_corrections_button: str
    close_button: str
    not_yours: str
    forget: str
    forget_group: str
    forget_button: str
    keep_button: str
    forgotten: str
    nothing_forgotten: str


FRENCH: Final = Choosing(
    which_language="Dans quelle langue dois-je répondre ici\u202f?",
    language_usage="Je parle français et anglais\u00a0: /lang fr, /lang en, ou /lang auto pour suivre la langue de chaque question.",
    language_chosen="Entendu\u00a0: ici, je répondrai toujours en français.",
    language_auto="Entendu\u00a0: je répondrai dans la langue de chaque question.",
    auto_button="Celle de la question",
    settings="Réglages de cette conversation",
    as_asked="Langue des réponses\u00a0: celle de la question",
    always={
        "fr": "Langue des réponses\u00a0: toujours le français",
        "en": "Langue des réponses\u00a0: toujours l’anglais",
    },
    no_notices="Alertes sur vos sujets\u00a0: aucune",
    notices=(
        "Alertes sur vos sujets\u00a0: une par jour au plus",
        "Alertes sur vos sujets\u00a0: {count} par jour au plus",
    ),
    quiet="Heures calmes\u00a0: de {start} à {end} ({timezone}), aucune alerte",
    no_quiet="Heures calmes\u00a0: aucune, les alertes arrivent à toute heure",
    corrections="Corrections de mes réponses\u00a0: signalées, dans ces mêmes limites",
    no_corrections="Corrections de mes réponses\u00a0: non signalées",
    corrections_muted="Corrections de mes réponses\u00a0: aucune, tant que les alertes sont coupées",
    no_notices_button="Aucune alerte",
    quiet_button="Heures calmes",
    no_quiet_button="À toute heure",
    corrections_button="Corrections",
    no_corrections_button="Sans corrections",
    close_button="Terminé",
    not_yours="Ces boutons sont réservés à la personne qui les a demandés. Envoyez vous-même la commande.",
    forget=(
        "Effacer tout ce que je garde de cette conversation\u00a0: questions et réponses, avis, réglages et abonnements\u202f? "
        "Je n’aurai aucun moyen de les retrouver."
    ),
    forget_group=(
        "Effacer tout ce que je garde de ce groupe, tous sujets confondus\u00a0: questions et réponses, avis, réglages "
        "et abonnements\u202f? Je n’aurai aucun moyen de les retrouver."
    ),
    forget_button="Tout effacer",
    keep_button="Ne rien effacer",
    forgotten="C’est fait\u00a0: je ne garde plus rien de cette conversation. Les messages déjà envoyés restent dans Telegram\u202f; vous pouvez les y supprimer.",
    nothing_forgotten="Rien n’a été effacé.",
)

ENGLISH: Final = Choosing(
    which_language="Which language should I answer in here?",
    language_usage="I speak English and French: /lang en, /lang fr, or /lang auto to follow the language of each question.",
    language_chosen="Very well: here, I will always answer in English.",
    language_auto="Very well: I will answer in the language of each question.",
    auto_button="The question’s",
    settings="Settings of this chat",
    as_asked="Language of answers: the question’s",
    always={"fr": "Language of answers: always French", "en": "Language of answers: always English"},
    no_notices="Alerts on your topics: none",
    notices=("Alerts on your topics: one a day at most", "Alerts on your topics: {count} a day at most"),
    quiet="Quiet hours: {start} to {end} ({timezone}), no alerts",
    no_quiet="Quiet hours: none, alerts come at any time",
    corrections="Corrections to my answers: told, within the same limits",
    no_corrections="Corrections to my answers: not told",
    corrections_muted="Corrections to my answers: none while alerts are off",
    no_notices_button="No alerts",
    quiet_button="Quiet hours",
    no_quiet_button="Any time",
    corrections_button="Corrections",
    no_corrections_button="No corrections",
    close_button="Done",
    not_yours="These buttons belong to the person who asked for them. Send the command yourself.",
    forget=(
        "Erase everything I keep of this chat: questions and answers, votes, settings and subscriptions? "
        "I will have no way to get them back."
    ),
    forget_group=(
        "Erase everything I keep of this group, in all its topics: questions and answers, votes, settings "
        "and subscriptions? I will have no way to get them back."
    ),
    forget_button="Erase everything",
    keep_button="Keep it all",
    forgotten="Done: I no longer keep anything of this chat. Messages already sent stay in Telegram; you can delete them there.",
    nothing_forgotten="Nothing was erased.",
)
