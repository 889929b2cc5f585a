"""What answers are framed in, French and English: sentences, quotation marks, dates."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from retrieval.domain import Language
from retrieval.typography import within_quotation
from retrieval.when import day_of

if TYPE_CHECKING:
    from retrieval.domain import Answer, Citation

FOUND: Final[dict[Language, str]] = {  # above a list of which no more is known
    "fr": "Voici ce que disent les articles\u00a0:",
    "en": "Here is what the articles say:",
}
CONTRARY: Final[dict[Language, str]] = {
    "fr": "Les articles disent le contraire\u00a0:",
    "en": "The articles say the opposite:",
}
# Of one article and of several, by the reader's language: theirs is the other.
_ELSEWHERE: Final[dict[Language, tuple[str, str]]] = {
    "fr": (
        "L’article est en anglais\u202f; voici le passage.",
        "Les articles sont en anglais\u202f; voici les passages.",
    ),
    "en": (
        "The article is in French; here is the passage.",
        "The articles are in French; here are the passages.",
    ),
}
MACHINE: Final[dict[Language, str]] = {"fr": "traduction automatique", "en": "machine translation"}
EMPTY: Final[dict[Language, str]] = {
    "fr": "La bibliothèque ne contient encore aucun article\u00a0: je n’ai donc rien à vous citer pour l’instant.",
    "en": "The library does not hold any articles yet, so I have nothing to quote for now.",
}
REFUSED: Final[dict[Language, str]] = {
    "fr": "Je n’ai rien trouvé là-dessus.",
    "en": "I found nothing on that.",
}
THIRD: Final[dict[Language, str]] = {
    "fr": "Je comprends les questions posées en français et en anglais.",
    "en": "I understand questions in French and in English.",
}
TALK: Final[dict[Language, str]] = {
    "fr": "Je réponds aux questions sur l’actualité, par des citations des articles de la bibliothèque. Que voulez-vous savoir\u202f?",
    "en": "I answer questions on the news, with quotations from the articles in the library. What would you like to know?",
}
NEARBY: Final[dict[Language, str]] = {
    "fr": "Les plus proches\u00a0:",
    "en": "The nearest ones:",
}
NOTHING_HELD: Final[dict[Language, str]] = {
    "fr": "Aucune phrase du modèle de langue n’a résisté à la vérification\u202f; voici les phrases mêmes des articles.",
    "en": "No sentence of the chat model stood up to the check; here are the articles’ own sentences.",
}
ALSO: Final[dict[Language, str]] = {"fr": "Aussi dans\u00a0:", "en": "Also in:"}
_AGE: Final[dict[Language, tuple[str, str]]] = {
    "fr": ("Cet article a plus d’un an.", "Ces articles ont tous plus d’un an."),
    "en": ("This article is more than a year old.", "These articles are all more than a year old."),
}
# Of the one article that is quoted, of all of several, of some.
_PARTIAL: Final[dict[Language, tuple[str, str, str]]] = {
    "fr": (
        "De cet article, seul le début est en libre accès\u202f; la suite est réservée aux abonnés.",
        "De ces articles, seul le début est en libre accès\u202f; la suite est réservée aux abonnés.",
        "De certains de ces articles, seul le début est en libre accès\u202f; la suite est réservée aux abonnés.",
    ),
    "en": (
        "Only the beginning of this article is free to read; the rest is for subscribers.",
        "Only the beginning of these articles is free to read; the rest is for subscribers.",
        "Only the beginning of some of these articles is free to read; the rest is for subscribers.",
    ),
}
_STALE: Final[dict[Language, str]] = {
    "fr": "La bibliothèque n’a rien de plus récent que le {}.",
    "en": "The library holds nothing newer than {}.",
}
_UNDERSTOOD: Final[dict[Language, str]] = {
    "fr": "Question comprise ainsi\u00a0: {}",
    "en": "Understood as: {}",
}
_UNANSWERED: Final[dict[Language, str]] = {
    "fr": "Les articles ne répondent pas à l’autre question\u00a0: {}.",
    "en": "The articles do not answer the other question: {}.",
}
_AFTER: Final[dict[Language, str]] = {"fr": "après", "en": "after"}
_JOINED: Final = re.compile(
    rf"(.+) \((?:{'|'.join(_AFTER.values())}) (?:«\u00a0(.+)\u00a0»|“(.+)”)\)", re.DOTALL
)
SOURCES: Final[dict[Language, str]] = {"fr": "Sources", "en": "Sources"}

_MONTHS: Final[dict[Language, tuple[str, ...]]] = {
    "fr": (
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
        "novembre", "décembre",
    ),
    "en": (
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December",
    ),
}  # fmt: skip


def retold(line: str, language: Language) -> str | None:
    """Return a line about an answer in `language`, whichever it is in; None where it is none of those written here."""
    lines: list[dict[Language, str]] = [NOTHING_HELD, _STALE, _UNANSWERED]
    lines += [{"fr": french, "en": english} for french, english in zip(_AGE["fr"], _AGE["en"], strict=True)]
    for texts in lines:
        for said in texts.values():
            found = re.fullmatch(re.escape(said).replace(r"\{\}", "(.+)"), line, re.DOTALL)
            if found and not found.lastindex:
                return texts[language]
            if found:
                within = _redated(found[1], language) if texts is _STALE else _requoted(found[1], language)
                return texts[language].format(within)
    return None


def _redated(written: str, language: Language) -> str:
    """Return a date that `long_date` wrote, as `language` writes it."""
    day, month, year = written.split("\u00a0")
    number = next(n for months in _MONTHS.values() for n, name in enumerate(months, start=1) if name == month)
    return long_date(f"{year}-{number:02}-{int(day.removesuffix('er')):02}", language) or written


def _requoted(written: str, language: Language) -> str:
    """Return what `quoted` set, set in `language`."""
    return quoted(re.sub(r"^(?:«\u00a0|“)|(?:\u00a0»|”)$", "", written), language)


def marks(language: Language) -> tuple[str, str]:
    """Return the quotation marks of `language`: « … » with no-break spaces, or “…”."""
    return ("«\u00a0", "\u00a0»") if language == "fr" else ("“", "”")


def quoted(text: str, language: Language) -> str:
    """Return `text` between the quotation marks of `language`, and what is quoted in it between those that it has for that."""
    return "".join(within_quotation(text, language)).join(marks(language))


def above(answer: Answer) -> str | None:
    """Return the line above the quotations of an answer: that the articles say the opposite, or are in the other language and are shown in that alone."""
    if answer.contrary:
        return CONTRARY[answer.language]
    if any(cited.language == answer.language or cited.translation for cited in answer.citations):
        return None
    return _ELSEWHERE[answer.language][len({cited.article_id for cited in answer.citations}) > 1]


def translated(translation: str, language: Language) -> str:
    """Return a quotation's translation, to stand above it, marked as what it is."""
    return f"{translation} ({MACHINE[language]})"


def quotations(answer: Answer) -> str:
    """Return the text of an answer by quotations: what stands above them, and each beneath its translation."""
    lines = [_quotation(one, answer.language) for one in answer.citations]
    return "\n\n".join(filter(None, (answer.stale, above(answer), *lines)))


def _quotation(cited: Citation, language: Language) -> str:
    said = f"{quoted(cited.quote, language)} [{cited.number}]"
    return f"{translated(cited.translation, language)}\n{said}" if cited.translation else said


def number(count: int, language: Language) -> str:
    """Return a number as `language` writes it: « 2 604 », "2,604"."""
    return f"{count:,}".replace(",", "\u202f" if language == "fr" else ",")


def long_date(published: str | None, language: Language) -> str | None:
    """Return an ISO 8601 date as `language` writes it: « 1er octobre 2024 », "1 October 2024"; None stays None."""
    day = day_of(published)
    if day is None:
        return published
    number = "1er" if language == "fr" and day.day == 1 else str(day.day)
    return f"{number}\u00a0{_MONTHS[language][day.month - 1]}\u00a0{day.year}"


def understood(question: str, language: Language) -> str:
    """Return the line that tells how a follow-up was understood."""
    return _UNDERSTOOD[language].format(question)


def unanswered(question: str, language: Language) -> str:
    """Return the line that names the one of two questions that the articles do not answer."""
    return _UNANSWERED[language].format(quoted(question.strip(" ?\u00a0\u202f"), language))


def after(question: str, earlier: str, language: Language) -> str:
    """Return a question that leans on an earlier one, as it was understood."""
    return f"{question} ({_AFTER[language]} {quoted(earlier, language)})"


def asked_after(understood: str) -> tuple[str, str] | None:
    """Return the question and the earlier one that `after` joined; None where it did not."""
    found = _JOINED.fullmatch(understood)
    return (found[1], found[2] or found[3]) if found else None


def age(language: Language, *, several: bool) -> str:
    """Return the sentence that says that an article is old, or all of several: their days stand beside their titles."""
    return _AGE[language][several]


def partial(parts: int, articles: int, language: Language) -> str:
    """Return the sentence that says that so many of the articles quoted are only a part of what was published."""
    one, each, some = _PARTIAL[language]
    return some if parts < articles else one if articles == 1 else each


def stale(published: str, language: Language) -> str:
    """Return the sentence that says since when nothing newer has come."""
    return _STALE[language].format(long_date(published, language))
