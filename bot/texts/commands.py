"""The bot's commands, each with what it does, in the order in which readers need them; a few of them are Telegram's menu."""

from __future__ import annotations

from typing import Final

Commands = tuple[tuple[str, str], ...]

FRENCH: Final[Commands] = (
    ("ask", "Poser une question"),
    ("latest", "Les dernières nouvelles, de tout ou sur un sujet"),
    ("timeline", "Une affaire, jour après jour"),
    ("articles", "Ce que contient la bibliothèque"),
    ("source", "Les sources de la dernière réponse"),
    ("subscribe", "Suivre un sujet et être averti des nouveaux articles"),
    ("unsubscribe", "Ne plus suivre un sujet"),
    ("digest", "L’essentiel du jour, ou chaque jour à l’heure choisie"),
    ("stop", "Interrompre la réponse en cours"),
    ("lang", "Choisir la langue"),
    ("settings", "Régler la langue, les alertes et les heures calmes"),
    ("privacy", "Ce que je garde, où et combien de temps"),
    ("export", "Recevoir ce que je garde de cette conversation"),
    ("forget", "Effacer ce que je garde de cette conversation"),
    ("publish", "Publier dans un canal que vous administrez"),
    ("help", "Savoir comment m’interroger"),
    ("start", "Faire connaissance"),
)

ENGLISH: Final[Commands] = (
    ("ask", "Ask a question"),
    ("latest", "The latest news, on anything or on a topic"),
    ("timeline", "A story, day by day"),
    ("articles", "What the library holds"),
    ("source", "The sources of the last answer"),
    ("subscribe", "Follow a topic and hear about new articles"),
    ("unsubscribe", "Stop following a topic"),
    ("digest", "The day’s news in short, or daily at an hour you choose"),
    ("stop", "Stop the answer under way"),
    ("lang", "Choose the language"),
    ("settings", "Set language, alerts and quiet hours"),
    ("privacy", "What I keep, where and how long"),
    ("export", "Have what I keep of this chat"),
    ("forget", "Erase what I keep of this chat"),
    ("publish", "Post in a channel you administer"),
    ("help", "How to ask me"),
    ("start", "Say hello"),
)

# What only the bot’s admins may; their menu shows it
FRENCH_ADMIN: Final[Commands] = (("ingest", "Ajouter un article, par son lien ou un fichier"),)
ENGLISH_ADMIN: Final[Commands] = (("ingest", "Add an article, by its link or a file"),)

# The menu is what readers need often; the rest is in /help.
IN_PRIVATE: Final = frozenset({"latest", "subscribe", "settings", "help"})
IN_GROUPS: Final = frozenset({"ask", "latest", "subscribe", "help"})


def listed(commands: Commands, between: str) -> str:
    """Return the commands as lines, `between` each and what it does."""
    return "\n".join(f"/{name}{between}{what}" for name, what in commands)
