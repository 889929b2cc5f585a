"""What stands above and below lists of news, in French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from retrieval import phrases
from retrieval.overview import Within

if TYPE_CHECKING:
    from retrieval.domain import Kind, Language
    from retrieval.news.asked import Request

# By kind: about anything, and about a topic.
_HEADINGS: Final[dict[Kind, dict[Language, tuple[str, str]]]] = {
    "latest": {
        "fr": ("Les nouvelles les plus récentes\u00a0:", "Les nouvelles les plus récentes sur {}\u00a0:"),
        "en": ("The latest news:", "The latest on {}:"),
    },
    "day": {
        "fr": ("Ce que disent les articles de ces jours-là\u00a0:", "Ce que disent de {} les articles de ces jours-là\u00a0:"),
        "en": ("What the articles of those days say:", "What the articles of those days say of {}:"),
    },
    "state": {
        "fr": ("Le plus récent d’abord\u00a0:", "Le plus récent d’abord\u00a0:"),
        "en": ("The newest first:", "The newest first:"),
    },
    "summary": {
        "fr": ("En bref\u00a0:", "En bref, {}\u00a0:"),
        "en": ("In short:", "In short, {}:"),
    },
    "timeline": {
        "fr": ("Dans l’ordre des jours\u00a0:", "{}, dans l’ordre des jours\u00a0:"),
        "en": ("Day by day:", "{}, day by day:"),
    },
    "source": {
        "fr": ("Ce qu’écrit {source}\u00a0:", "Ce qu’écrit {source} sur {}\u00a0:"),
        "en": ("What {source} says:", "What {source} says on {}:"),
    },
    "difference": {
        "fr": ("Ce que dit chaque source\u00a0:", "Ce que dit chaque source sur {}\u00a0:"),
        "en": ("What each source says:", "What each source says on {}:"),
    },
}  # fmt: skip
_COUNTED: Final[dict[Language, tuple[str, str, str]]] = {
    "fr": ("{count} articles", "1 article", "{counted} sur {}\u00a0:"),
    "en": ("{count} articles", "1 article", "{counted} on {}:"),
}
_END: Final[dict[Language, str]] = {"fr": "\u00a0:", "en": ":"}
_NOTHING: Final[dict[Language, str]] = {
    "fr": "La bibliothèque n’a rien{}.",
    "en": "The library holds nothing{}.",
}
_CHOSEN: Final[dict[Language, str]] = {
    "fr": " de ces jours ou de ces sources",
    "en": " of those days or sources",
}
_NOTHING_ON: Final[dict[Language, str]] = {"fr": " sur {}", "en": " on {}"}
_STALE: Final[dict[Language, str]] = {
    "fr": "La bibliothèque n’a rien de plus récent que le {}.",
    "en": "The library holds nothing newer than {}.",
}
_WHICH: Final[dict[Language, str]] = {
    "fr": "De quel article parlez-vous\u202f? Nommez son sujet.",
    "en": "Which article do you mean? Name what it is about.",
}
_FURTHER: Final[dict[Language, str]] = {
    "fr": "Et {} autres.",
    "en": "And {} more.",
}


def heading(request: Request, source: str = "") -> str:
    """Return the line above a list."""
    anything, topic = _HEADINGS[request.kind][request.language]
    said = (topic if request.topic and not request.implied else anything).format(
        topic_of(request), source=source
    )
    return said[:1].upper() + said[1:]


def topic_of(request: Request) -> str:
    """Return the topic as the request words it, between quotation marks."""
    return phrases.quoted(request.topic, request.language)


def counted(count: int, request: Request) -> str:
    """Return how many articles there are on a topic."""
    many, one, on = _COUNTED[request.language]
    number = one if count == 1 else many.format(count=count)
    return (
        on.format(topic_of(request), counted=number)
        if request.topic and not request.implied
        else number + _END[request.language]
    )


def nothing(request: Request) -> str:
    """Return the sentence that says that there is nothing of what was asked for."""
    topic = _NOTHING_ON[request.language].format(topic_of(request)) if request.topic else ""
    chosen = _CHOSEN[request.language] if request.within != Within() else ""
    return _NOTHING[request.language].format(topic + chosen)


def stale(published: str, language: Language) -> str:
    """Return the sentence that says since when nothing newer has come."""
    return _STALE[language].format(phrases.long_date(published, language))


def further(count: int, language: Language) -> str:
    """Return the line that says how many more there are."""
    return _FURTHER[language].format(count)


def which(language: Language) -> str:
    """Return the question back to a reader who means an article and does not say which."""
    return _WHICH[language]
