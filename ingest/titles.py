"""Whether the first line of a text is its title, or the names of its authors, or already the article."""

from __future__ import annotations

import re

from ingest.stamps import PEOPLE
from retrieval.characters import one_line
from retrieval.domain import LANGUAGES
from retrieval.words import fold, is_stop, tokens

_LONGEST = 200  # characters of a title, or of a line of authors
_DERIVED = 100  # of one that is made of the first sentence
_BELOW = 1500  # characters of what follows whose words a title shares
_LONG = 4  # letters of a word that tells what a text is about, and
_BEGINNING = 5  # letters by which it is known in any form
_NAMES = 12  # words of a line that names authors
_ENOUGH = 60  # words below from which a title shares one of them
_CLOSING = "»”\"’')] \u00a0\u202f"
# The end of a sentence and the beginning of another.
_SENTENCE = re.compile(r"[^\W\d_]{2}[.!?…]+[»”\"’')]*\s+[^\Wa-zà-ÿ]")
_MAIL = re.compile(r"[\s,;–—-]*\(?\S+@\S+\)?$")
_AGENCY = re.compile(
    r"(?:the |l’|with |avec (?:l’)?)?(?:AFP|AP|Reuters|Associated Press|PA Media|Press Association|Belga|ATS|EFE|DPA|ANSA|Xinhua|Bloomberg"
    r"|USA TODAY(?: NETWORK)?|CNN|agences?|agencies)"
    r"|(?:[Ff]rom )?(?:.{1,40} and )?(?:[Ss]taff|[Ww]ire|[Aa]gency)(?: and (?:wire|staff|agency))? [Rr]eports?"
)
_PARTICLES = frozenset({"Le", "La", "Les", "De", "Du", "Des"})
_NEXT = re.compile(r",| and | et | & ")
_STAFF = re.compile(
    r"(?:from |par |by )?(?:(?:[A-Z]\w+ ){0,3}staff"
    r"|(?:guest |opinion )?(?:columnist|contributor|correspondent|chronique|chroniqueur|chroniqueuse)|special (?:to|for) .{2,40}"
    r"|(?:the )?editors?|(?:the |[A-Z]\w+ ){0,3}editorial board|(?:la |service |notre )?rédaction(?: .{2,40})?|staff writers?)",
    re.I,
)


def is_title(line: str) -> bool:
    """Tell whether a text's first line has the shape of a title, not of its first paragraph."""
    bare = line.rstrip(_CLOSING)
    if len(line) > _LONGEST or (bare.endswith((".", ",", ";", ":")) and not bare.endswith("...")):
        return False
    return not (bare.endswith(("!", "?")) and _SENTENCE.search(bare))


def byline(line: str, below: str) -> str:
    """Return the authors that a text's first line names and nothing else, people or an agency; "" where it is anything else.

    A title shares a word with the text below it: all but 7 of 1,800 of the BBC's do, in either language. Names of authors do not.
    """
    if len(line) > _LONGEST:
        return ""
    names = _MAIL.sub("", line)
    if not names or _AGENCY.fullmatch(names):
        return line
    first = _NEXT.split(names, maxsplit=1)[0]
    if len(tokens(names)) > _NAMES or len(below.split()) < _ENOUGH:
        return ""
    if _beginnings(first) & _beginnings(below[:_BELOW]):
        return ""
    return names if _STAFF.fullmatch(names) or _are_people(names) else ""


def _are_people(names: str) -> bool:
    """Tell whether a line is two capitalised words or more, none of them a word of grammar: "Le" may open a surname, not a name."""
    words = tokens(names)
    said = [word for n, word in enumerate(words) if word[0].isupper() and not (n and word in _PARTICLES)]
    grammar = any(is_stop(word, language) for word in said for language in LANGUAGES)
    return len(words) > 1 and not grammar and bool(PEOPLE.fullmatch(names))


def derived_title(text: str) -> str:
    """Return a title for a text without one: its first sentence, cut at a word to 100 characters."""
    first = one_line(text[:1000].split("\n\n", maxsplit=1)[0])
    end = re.search(r"(?<=[^\W\d_]{2}[.!?…])(?=\s+[^\Wa-zà-ÿ])", first)
    sentence = first[: end.start()] if end else first
    if len(sentence) <= _DERIVED:
        return sentence
    cut = sentence[: _DERIVED - 1]
    return (cut[: cut.rfind(" ")] if " " in cut else cut).rstrip(" ,;:–—-«“(\u00a0\u202f") + "…"


def _beginnings(text: str) -> set[str]:
    return {fold(word)[:_BEGINNING] for word in tokens(text) if len(word) >= _LONG}
