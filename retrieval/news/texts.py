"""What stands above and below lists of news, in French and English."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from retrieval import phrases
from retrieval.characters import one_line
from retrieval.overview import Within

if TYPE_CHECKING:
    from collections.abc import Sequence

    from retrieval.domain import Kind, Language
    from retrieval.news.asked import Request
    from retrieval.overview import Overview

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
_SEVERAL: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("Ce qu’écrivent {source}\u00a0:", "Ce qu’écrivent {source} sur {}\u00a0:"),
    "en": ("What {source} say:", "What {source} say on {}:"),
}
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
_NOTHING_DATED: Final[dict[Language, str]] = {
    "fr": "La bibliothèque n’a aucun article daté{}.",
    "en": "The library holds no dated article{}.",
}
_CHOSEN: Final[dict[Language, str]] = {
    "fr": " de ces jours ou de ces sources",
    "en": " of those days or sources",
}
_NOTHING_ON: Final[dict[Language, str]] = {"fr": " sur {}", "en": " on {}"}
# That nothing is by a source; which there are; that there are others.
_NO_SOURCE: Final[dict[Language, tuple[str, str, str]]] = {
    "fr": ("La bibliothèque n’a aucune source nommée {}.", "Elle a\u00a0: {}.", "…"),
    "en": ("The library has no source called {}.", "It has: {}.", "…"),
}
_KNOWN: Final = 12  # sources that are named
_WHICH: Final[dict[Language, str]] = {
    "fr": "De quel article parlez-vous\u202f? Nommez son sujet.",
    "en": "Which article do you mean? Name what it is about.",
}
# What the library holds: articles, languages, sources, days; one and several of each.
_HELD: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("La bibliothèque compte un article", "La bibliothèque compte {} articles"),
    "en": ("The library holds one article", "The library holds {} articles"),
}
_IN_LANGUAGE: Final[dict[Language, dict[Language, str]]] = {
    "fr": {"fr": "en français", "en": "en anglais"},
    "en": {"fr": "in French", "en": "in English"},
}
_FROM_SOURCES: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("d’une seule source", "de {} sources"),
    "en": ("from one source", "from {} sources"),
}
_PUBLISHED: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("Le plus ancien est du {}, le plus récent du {}.", "Tout est du {}."),
    "en": ("The oldest is from {}, the newest from {}.", "All of it is from {}."),
}
_OF_DATED: Final[dict[Language, str]] = {
    "fr": "Des {} dont le jour est connu, le plus ancien est du {}, le plus récent du {}.",
    "en": "Of the {} whose day is known, the oldest is from {}, the newest from {}.",
}
_SOURCES_HELD: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("La bibliothèque a une seule source\u00a0:", "La bibliothèque a {} sources\u00a0:"),
    "en": ("The library has one source:", "The library has {} sources:"),
}
_SOURCE_HELD: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("• {}\u00a0: 1 article", "• {}\u00a0: {} articles"),
    "en": ("• {}: 1 article", "• {}: {} articles"),
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


def heading(request: Request, source: str = "", *, several: bool = False) -> str:
    """Return the line above a list; `source` may be `several`."""
    anything, topic = (_SEVERAL if several else _HEADINGS[request.kind])[request.language]
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
    many = _TOPICS[language][1]
    topics = together([phrases.quoted(topic, language) for topic in request.topics] or [""], language)
    if len(request.topics) > _NAMED:
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
    none = _NOTHING_DATED if request.kind == "timeline" else _NOTHING
    return none[request.language].format(topic + chosen)


def held(there: Overview, language: Language) -> str:
    """Return the sentences that say how much a library holds, in which languages, from how many sources, of which days."""
    one, several = _HELD[language]
    count = phrases.number(there.count, language)
    counts = [
        f"{phrases.number(number, language)} {_IN_LANGUAGE[language][each]}"
        if len(there.articles) > 1
        else _IN_LANGUAGE[language][each]
        for each, number in there.articles.items()
    ]
    parts = [one if there.count == 1 else several.format(count), _TOPICS[language][0].join(counts)]
    if there.sources:
        one, several = _FROM_SOURCES[language]
        parts.append(one if there.sources == 1 else several.format(phrases.number(there.sources, language)))
    said = f"{', '.join(parts)}."
    first, last = (phrases.long_date(day, language) for day in (there.first, there.last))
    if first and last and 1 < there.dated < there.count:
        said += " " + _OF_DATED[language].format(phrases.number(there.dated, language), first, last)
    elif first and last:
        between, on = _PUBLISHED[language]
        said += " " + (on.format(first) if first == last else between.format(first, last))
    return said


def sources_held(count: int, language: Language) -> str:
    """Return the line above the sources."""
    one, several = _SOURCES_HELD[language]
    return one if count == 1 else several.format(phrases.number(count, language))


def source_held(name: str, count: int, language: Language) -> str:
    """Return the line that says how many articles a source has."""
    one, several = _SOURCE_HELD[language]
    return (one if count == 1 else several).format(one_line(name), phrases.number(count, language))


def each_heading(request: Request) -> str:
    """Return the line above what each source writes."""
    anything, topic = _HEADINGS["difference"][request.language]
    return topic.format(topic_of(request)) if request.topic else anything


def no_source(name: str, known: Sequence[str], language: Language) -> str:
    """Return the sentence that says that nothing is by a source, and which sources there are."""
    none, these, more = _NO_SOURCE[language]
    listed = together(known[:_KNOWN], language) if len(known) <= _KNOWN else ", ".join(known[:_KNOWN]) + more
    said = none.format(phrases.quoted(name, language))
    return f"{said} {these.format(listed)}" if known else said


def together(names: Sequence[str], language: Language) -> str:
    """Return names as a list: « A, B et C »."""
    *others, last = names
    return _TOPICS[language][0].join(filter(None, (", ".join(others), last)))


def further(count: int, language: Language) -> str:
    """Return the line that says how many more there are."""
    one, many = _FURTHER[language]
    return one if count == 1 else many.format(phrases.number(count, language))


def which(language: Language) -> str:
    """Return the question back to a reader who means an article and does not say which."""
    return _WHICH[language]
