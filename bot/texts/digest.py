"""What the bot says of digests, and above and below one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Digest:
    """What is said of digests, in one language."""

    on_topics: str
    on_all: str
    late: str
    off: str
    not_on: str
    how: str
    is_on: str
    unclear: str
    heading: str
    asked: str
    end: str


FRENCH: Final = Digest(
    on_topics="C’est noté\u00a0: chaque jour à {time} ({timezone}), l’essentiel sur les sujets que vous suivez. Un jour sans rien de nouveau, je n’envoie rien.",
    on_all=(
        "C’est noté\u00a0: chaque jour à {time} ({timezone}), l’essentiel de l’actualité. Un jour sans rien de nouveau, je n’envoie rien. "
        "Pour qu’il ne porte que sur vos sujets, suivez-en avec /subscribe."
    ),
    late="Cette heure tombe dans vos heures calmes\u00a0: il arrivera à {end}.",
    off="C’est fini\u00a0: je ne vous envoie plus l’essentiel chaque jour.",
    not_on="Je ne vous envoie pas l’essentiel chaque jour. Pour le recevoir, par exemple à 7\u00a0h\u00a0: /digest 7h",
    how="Pour le recevoir chaque jour, par exemple à 7\u00a0h\u00a0: /digest 7h",
    is_on="Vous le recevez chaque jour à {time}. Pour ne plus le recevoir\u00a0: /digest off",
    unclear="Je n’ai pas compris l’heure. Écrivez par exemple /digest 7h ou /digest 7:30, ou /digest off pour ne plus rien recevoir.",
    heading="L’essentiel du {day}",
    asked="Quoi de neuf\u202f?",
    end="Pour ne plus le recevoir\u00a0: /digest off",
)

ENGLISH: Final = Digest(
    on_topics="Noted: every day at {time} ({timezone}), the news on the topics you follow. On a day with nothing new I send nothing.",
    on_all=(
        "Noted: every day at {time} ({timezone}), the news in short. On a day with nothing new I send nothing. "
        "To have it on your topics alone, follow some with /subscribe."
    ),
    late="That hour is in your quiet hours, so it will come at {end}.",
    off="Done: I no longer send you the news every day.",
    not_on="I do not send you the news every day. To have it, say at 7 in the morning: /digest 7:00",
    how="To have it every day, say at 7 in the morning: /digest 7:00",
    is_on="You have it every day at {time}. To stop it: /digest off",
    unclear="I did not understand the time. Write /digest 7:00 or /digest 7:30pm, for example, or /digest off to stop it.",
    heading="The news of {day}",
    asked="What’s new?",
    end="To stop it: /digest off",
)
