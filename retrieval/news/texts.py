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
        "fr": ("Ce que disent les articles {days}\u00a0:", "Ce que disent de {} les articles {days}\u00a0:"),
        "en": ("What the articles {days} say:", "What the articles {days} say of {}:"),
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
    "person": {
        "fr": ("Voici ce que disent les articles\u00a0:", "Ce que les articles disent de {}\u00a0:"),
        "en": ("Here is what the articles say:", "What the articles say of {}:"),
    },
    "list": {
        "fr": ("Voici ce que disent les articles\u00a0:", "Sur {}\u00a0:"),
        "en": ("Here is what the articles say:", "On {}:"),
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
# On one day, between two, since one, up to one, on any.
_DAYS: Final[dict[Language, tuple[str, str, str, str, str]]] = {
    "fr": ("du {}", "du {} au {}", "depuis le {}", "jusqu’au {}", "les plus récents"),
    "en": ("of {}", "of {} to {}", "since {}", "up to {}", "last in"),
}
# A digest's heading, about anything and about topics; what it says where nothing is new; two days, in one month and not.
_DIGEST: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("Les nouvelles {days}\u00a0:", "Les nouvelles {days} sur {topics}\u00a0:"),
    "en": ("The news {days}:", "The news {days} on {topics}:"),
}
_NOTHING_NEW: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("Rien de nouveau {days}.", "Rien de nouveau {days} sur {topics}."),
    "en": ("Nothing new {days}.", "Nothing new {days} on {topics}."),
}
_BETWEEN: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("du {}", "du {} au {}"),
    "en": ("of {}", "from {} to {}"),
}
_TOPICS: Final[dict[Language, tuple[str, str]]] = {"fr": (" et ", "{} sujets"), "en": (" and ", "{} topics")}
_NAMED: Final = 3  # topics; more are counted
_OLDER: Final[dict[Language, str]] = {
    "fr": "Il y en a d’autres, plus anciennes.",
    "en": "There are others, less recent.",
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
_WHICH: Final[dict[Language, str]] = {
    "fr": "De quel article parlez-vous\u202f? Nommez son sujet.",
    "en": "Which article do you mean? Name what it is about.",
}
# What an article says of itself; what several say; that one, by its title, does not say it.
_SAID: Final[dict[Kind, dict[Language, tuple[str, str, str]]]] = {
    "author": {
        "fr": ("Écrit par {}\u00a0:", "Qui les a écrits\u00a0:", "L’article {} ne dit pas qui l’a écrit."),
        "en": ("Written by {}:", "Who wrote them:", "The article {} does not say who wrote it."),
    },
    "published": {
        "fr": ("Publié le {}\u00a0:", "Quand ils ont été publiés\u00a0:", "L’article {} ne dit pas quand il a été publié."),
        "en": ("Published {}:", "When they were published:", "The article {} does not say when it was published."),
    },
    "dateline": {
        "fr": ("Écrit à {}\u00a0:", "Où ils ont été écrits\u00a0:", "L’article {} ne dit pas où il a été écrit."),
        "en": ("Written in {}:", "Where they were written:", "The article {} does not say where it was written."),
    },
    "outlet": {
        "fr": ("Source\u00a0: {}", "Leurs sources\u00a0:", "L’article {} ne dit pas qui l’a publié."),
        "en": ("Source: {}", "Their sources:", "The article {} does not say who published it."),
    },
    "title": {
        "fr": ("Son titre\u00a0: {}", "Leurs titres\u00a0:", ""),
        "en": ("Its title: {}", "Their titles:", ""),
    },
    "caption": {
        "fr": ("La légende de l’image\u00a0:", "Les légendes de leurs images\u00a0:", "L’article {} n’a pas de légende d’image."),
        "en": ("The picture’s caption:", "The captions of their pictures:", "The article {} has no picture caption."),
    },
    "standfirst": {
        "fr": ("L’article commence ainsi\u00a0:", "Ils commencent ainsi\u00a0:", ""),
        "en": ("The article begins:", "They begin:", ""),
    },
}  # fmt: skip
_CHANGED: Final[dict[Language, str]] = {"fr": "{}, modifié le {}", "en": "{}, changed on {}"}
_FURTHER: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("Et 1 autre.", "Et {} autres."),
    "en": ("And 1 more.", "And {} more."),
}


def heading(request: Request, source: str = "") -> str:
    """Return the line above a list."""
    anything, topic = _HEADINGS[request.kind][request.language]
    said = (topic if request.topic and not request.implied else anything).format(
        topic_of(request), source=source, days=_days(request)
    )
    return said[:1].upper() + said[1:]


def _days(request: Request) -> str:
    """Return the days of a request as its language says them; of today's where it names none."""
    since, until = (
        day and phrases.long_date(day.isoformat(), request.language)
        for day in (request.within.since, request.within.until)
    )
    day, between, from_, before, any_ = _DAYS[request.language]
    if since and until:
        return (day if since == until else between).format(since, until)
    return from_.format(since) if since else before.format(until) if until else any_


def digest_heading(request: Request) -> str:
    """Return the line above a digest."""
    return _of_digest(_DIGEST, request)


def nothing_new(request: Request) -> str:
    """Return the sentence that says that a digest would be empty."""
    return _of_digest(_NOTHING_NEW, request)


def older(language: Language) -> str:
    """Return the sentence that says that a digest leaves out the oldest of its days."""
    return _OLDER[language]


def _of_digest(texts: dict[Language, tuple[str, str]], request: Request) -> str:
    language = request.language
    anything, on_topics = texts[language]
    and_, many = _TOPICS[language]
    *others, last = [phrases.quoted(topic, language) for topic in request.topics] or [""]
    topics = and_.join(filter(None, (", ".join(others), last)))
    if len(others) >= _NAMED:
        topics = many.format(len(request.topics))
    return (on_topics if request.topics else anything).format(days=_between(request), topics=topics)


def _between(request: Request) -> str:
    """Return the days of a digest, which has a first and a last: « du 23 au 24 novembre 2026 », month and year said once."""
    first, last = (
        str(phrases.long_date(str(day), request.language))
        for day in (request.within.since, request.within.until)
    )
    on, between = _BETWEEN[request.language]
    if first == last:
        return on.format(last)
    day, month, year = first.split("\u00a0")
    if last.endswith(f"{month}\u00a0{year}"):
        first = day
    elif last.endswith(year):
        first = f"{day}\u00a0{month}"
    return between.format(first, last)


def topic_of(request: Request) -> str:
    """Return the topic as the request words it, between quotation marks."""
    return phrases.quoted(request.topic, request.language)


def counted(count: int, request: Request) -> str:
    """Return how many articles there are on a topic."""
    many, one, on = _COUNTED[request.language]
    number = one if count == 1 else many.format(count=phrases.number(count, request.language))
    return (
        on.format(topic_of(request), counted=number)
        if request.topic and not request.implied
        else number + _END[request.language]
    )


def said(words: str, request: Request) -> str:
    """Return the line that says what an article says of itself; where several do, each under its own, without `words`."""
    one, several, _ = _SAID[request.kind][request.language]
    shown = phrases.quoted(words, request.language) if request.kind == "title" else words
    return one.format(shown) if words else several


def unsaid(title: str, request: Request) -> str:
    """Return the sentence that says that an article does not say what is asked of it."""
    return _SAID[request.kind][request.language][2].format(phrases.quoted(title, request.language))


def changed(published: str, modified: str, language: Language) -> str:
    """Return two days, when an article was published and when it was changed."""
    return _CHANGED[language].format(published, modified)


def nothing(request: Request) -> str:
    """Return the sentence that says that there is nothing of what was asked for."""
    topic = _NOTHING_ON[request.language].format(topic_of(request)) if request.topic else ""
    chosen = _CHOSEN[request.language] if request.within != Within() else ""
    return _NOTHING[request.language].format(topic + chosen)


def further(count: int, language: Language) -> str:
    """Return the line that says how many more there are."""
    one, many = _FURTHER[language]
    return one if count == 1 else many.format(phrases.number(count, language))


def which(language: Language) -> str:
    """Return the question back to a reader who means an article and does not say which."""
    return _WHICH[language]
