"""What a question or an answer talks about: its noun phrases and names, found by their shape, without a tagger.

French shows a noun phrase by its article and the verb by its hyphen (« le bac reprend-il »); English shows where the verb must
be by the auxiliary ("did the ferry leave"). What is found is right often enough to be offered to search, which has the last word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from retrieval.words import fold, is_stop

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from retrieval.domain import Language

Gender = Literal["m", "f"]

_ELISION = r"\b(?:l|d|qu|n|j|c|s|m|t|jusqu|lorsqu|puisqu)['’](?=\w)"
_WORD = r"[^\W_]+(?:[-.'’][^\W_]+)*"
_TOKENS: Final[dict[Language, re.Pattern[str]]] = {
    "fr": re.compile(rf"{_ELISION}|{_WORD}|[^\w\s]", re.IGNORECASE),
    "en": re.compile(rf"{_WORD}(?:['’](?=\s))?|[^\w\s]"),
}
_INVERTED = re.compile(r"[^\W\d_]+(?:-t)?-(?:il|elle|ils|elles|on|ce|vous|nous|tu|je)$", re.IGNORECASE)

_FR_MASCULINE = frozenset("le un du au ce cet".split())  # noqa: SIM905
_FR_FEMININE = frozenset("la une cette".split())  # noqa: SIM905
_FR_PLURAL = frozenset("les des aux ces".split())  # noqa: SIM905
_FR_OTHER = frozenset("l mon ma mes ton ta tes son sa ses notre nos votre vos leur leurs chaque".split())  # noqa: SIM905
_DETERMINERS: Final[dict[Language, frozenset[str]]] = {
    "fr": _FR_MASCULINE | _FR_FEMININE | _FR_PLURAL | _FR_OTHER,
    "en": frozenset("the a an this that these those my your his her its their our".split()),  # noqa: SIM905
}
_CONTRACTED: Final = {"du": "le", "au": "le", "aux": "les", "des": "les"}
_LINKS: Final[dict[Language, frozenset[str]]] = {
    "fr": frozenset("de d du des".split()),  # noqa: SIM905
    "en": frozenset(["of"]),
}
_PLACING: Final[dict[Language, frozenset[str]]] = {  # attached where a name follows
    "fr": frozenset("à au aux en dans sur chez entre contre avec".split()),  # noqa: SIM905
    "en": frozenset("in on at for from to with between against near over".split()),  # noqa: SIM905
}
_BEFORE: Final[dict[Language, frozenset[str]]] = {  # prepositions that say a phrase's part in the question
    "fr": _LINKS["fr"]
    | _PLACING["fr"]
    | frozenset("pour par avec sans sous vers depuis pendant après avant".split()),  # noqa: SIM905
    "en": _LINKS["en"]
    | _PLACING["en"]
    | frozenset("about by for after before during since under into".split()),  # noqa: SIM905
}
_PARTICLES = frozenset("de du des d la le les l of the von van der den al el bin ben and et &".split())  # noqa: SIM905
# What ends a run of nouns beside the stop words of search.
_BREAKS: Final[dict[Language, frozenset[str]]] = {
    "fr": frozenset("sera seront serait va vont dit disent fait font peut veut veulent a ont chez vers contre jamais toujours depuis déjà encore hier demain aujourd'hui ensuite".split()),  # noqa: SIM905
    "en": frozenset("last ever still also really first already today yesterday tomorrow now later next ago say says said get gets got".split()),  # noqa: SIM905
}  # fmt: skip
_DO = frozenset("do does did will would can could shall should may might must".split())  # noqa: SIM905
_BE = frozenset("is are was were be been has have had".split())  # noqa: SIM905
_EN_VERBS = frozenset(
    """accept accuse add affect agree aim allow announce appear argue arrive ask attack avoid ban beat become begin believe blame
    bring build burn buy call cancel carry cause change charge choose claim close come complain compare consider continue cost
    cover create cross cut decide declare defend demand deny depend describe die disappear discover do draw drive drop earn eat
    end enter escape expect explain face fail fall feel fight find finish fire fix fly follow forget gain get give go grow happen
    hate have hear help hit hold hope hurt increase invade invest invite join keep kill know lack last launch lead learn leave
    lend let like live lose love make matter mean meet move need offer open oppose order own pay plan play point post predict
    prefer prepare prevent produce promise propose protect prove provide publish pull push put raise reach read receive reduce
    refuse reject release rely remain replace reply report resign respond return reveal rise run save say see seek seem sell send
    serve set share show sign sleep sound speak spend stand start stay stop study suffer suggest support survive take talk teach
    tell test think threaten touch travel treat try turn use visit vote wait walk want warn watch weigh win work worry write""".split()  # noqa: SIM905
)
_EN_IRREGULAR = frozenset(
    """built made found held sold kept born shot seen done gone hit cut put set sent paid lost won told heard left met led read bought
    brought caught taught thought open closed free late able ready available safe true due worth like""".split()  # noqa: SIM905
)
_TITLES = frozenset(
    """m mm mme mlle mr mrs ms miss dr pr sir lord lady president président présidente minister ministre maire mayor king queen
    roi reine pape pope prince princess princesse général general senator sénateur sénatrice chancelier chancellor gouverneur
    governor judge juge professor professeur secrétaire secretary directeur directrice director chairman chairwoman""".split()  # noqa: SIM905
)
_HE = frozenset(
    [
        "m",
        "mr",
        "sir",
        "lord",
        "king",
        "roi",
        "prince",
        "pape",
        "pope",
        "président",
        "ministre",
        "sénateur",
        "chancelier",
        "directeur",
        "chairman",
    ]
)
_SHE = frozenset(
    [
        "mme",
        "mlle",
        "mrs",
        "ms",
        "miss",
        "lady",
        "queen",
        "reine",
        "princess",
        "princesse",
        "présidente",
        "sénatrice",
        "directrice",
        "chairwoman",
    ]
)
_SAYING = re.compile(
    r"^\W*(?:,\s*\d{1,2}\b|(?:a )?(?:dit|déclare|affirme|explique|ajoute|calcule|juge|raconte|sourit|says?|said|told|added|thinks?)\b)"
)
_FEMININE_ENDING = re.compile(
    r"(?:tion|sion|té|ure|ée|ie|ette|ance|ence|ille|elle|esse|ise|ude|ade|oge|ole|ale|ane|ine|ique)$"
)


@dataclass(frozen=True, slots=True)
class Mention:
    """Something talked about, as it was put: `text[start:end]` of where it was found, with its article where it has one.

    `person`, `gender`: None where that does not show. `named` tells that it is a name or holds one, `bare` that it is nothing else.
    `lead` is the preposition before it, "" where there is none; `short` is where it ends without what is attached to it.
    `within` tells that it is part of a longer one: « Port-Lauzan » of « le bac de Port-Lauzan ».
    """

    text: str
    language: Language
    start: int
    end: int
    named: bool
    bare: bool
    plural: bool = False
    person: bool | None = None
    gender: Gender | None = None
    lead: str = ""
    short: int = 0
    within: bool = False

    @property
    def head(self) -> str:
        """The folded words, articles left out, by which two mentions are the same."""
        kept = [w for w in re.findall(r"[^\W_]+", fold(self.text)) if not is_stop(w, self.language)]
        return " ".join(kept)


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark of a text, with its place."""

    text: str
    start: int
    end: int

    @property
    def low(self) -> str:
        """The word in lower case, an elision without its apostrophe."""
        return self.text.casefold().rstrip("'’")

    @property
    def word(self) -> bool:
        """Whether it is a word, no mark."""
        return self.text[0].isalnum()


def split(text: str, language: Language) -> list[Token]:
    """Return the words and marks of `text`; in French, elided articles and pronouns by themselves."""
    return [Token(m[0], *m.span()) for m in _TOKENS[language].finditer(text)]


def capitalised(texts: Iterable[str]) -> frozenset[str]:
    """Return, in lower case, the words that have a capital within a sentence: names, even where a question has them small."""
    found: set[str] = set()
    for text in texts:
        words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
        found |= {w.casefold() for w in words[1:] if w[0].isupper() and len(w) > 2}
    return frozenset(w for w in found if not is_stop(w, "fr") and not is_stop(w, "en"))


def phrases(text: str, language: Language, known: frozenset[str] = frozenset()) -> list[Mention]:
    """Return what a question talks about, in order, names within phrases too; `known` are names in lower case."""
    tokens = split(text, language)
    return [*_walk(text, tokens, language, known)]


def names(text: str, language: Language) -> list[Mention]:
    """Return the names in a sentence of an article, in order."""
    tokens = split(text, language)
    known = capitalised([text])
    found = []
    n = 0
    while n < len(tokens):
        end = _name_end(tokens, n, language, known)
        token = tokens[n]
        single = end == n + 1 and "-" not in token.text
        vain = single and (_no_thing(tokens, n, language) or (_opens(tokens, n) and token.low not in known))
        if end > n and not vain:
            found.append(_mention(text, tokens, n, n, end, language, named=True, bare=True))
            n = end
        else:
            n += 1
    return found


_CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october
    november december mondays tuesdays wednesdays thursdays fridays saturdays sundays""".split()  # noqa: SIM905
)
_DEMONYM = re.compile(
    r"(?:[a-z]+(?:ish|ese|ian|ean|ican|aeli|aqi|ani)|french|dutch|greek|german|swiss|welsh|czech|thai)$"
)


def _no_thing(tokens: Sequence[Token], n: int, language: Language) -> bool:
    """Tell whether a single capitalised English word names nothing one could ask about: a day, a month, "French" in "the French contract"."""
    if language != "en":
        return False
    following = tokens[n + 1].text if n + 1 < len(tokens) else "."
    return tokens[n].low in _CALENDAR or bool(_DEMONYM.match(tokens[n].low) and following[0].islower())


def _walk(text: str, tokens: Sequence[Token], language: Language, known: frozenset[str]) -> Iterator[Mention]:
    n = 0
    verb = _verb_known(tokens, language)
    while n < len(tokens):
        token = tokens[n]
        determiner = (
            token.low in _DETERMINERS[language]
            and n + 1 < len(tokens)
            and not _proclitic(tokens, n, language)
        )
        first = n + 1 if determiner else n
        name_end = _name_end(tokens, first, language, known)
        if name_end == first and not determiner:
            verb = verb or _is_verb_place(tokens, n, language)
            n += 1
            continue
        end = _run_end(tokens, first, language, known, determined=determiner, verb=verb)
        if end == first:
            n += 1
            continue
        bare = name_end == end
        whole = end if bare and not determiner else _attached(tokens, end, language, known)
        named = name_end > first or any(
            _name_end(tokens, i, language, known) > i for i in range(first, whole)
        )
        mention = _mention(text, tokens, n, first, whole, language, named=named, bare=bare and whole == end)
        yield replace(mention, short=tokens[end - 1].end)
        if whole > end or not bare:
            yield from _inner(text, tokens, first, whole, language, known, bare=bare)
        n = whole


def _inner(
    text: str,
    tokens: Sequence[Token],
    first: int,
    end: int,
    language: Language,
    known: frozenset[str],
    *,
    bare: bool,
) -> Iterator[Mention]:
    """Yield the names within a phrase."""
    n = first
    while n < end:
        stop = min(_name_end(tokens, n, language, known), end)
        if stop > n:
            modifier = stop < end and tokens[stop].low not in _LINKS[language] | _PLACING[language]
            if not (bare and n == first) and not modifier:
                start = n - 1 if n > first and tokens[n - 1].low in {"la", "le", "l", "les", "the"} else n
                yield replace(
                    _mention(text, tokens, start, n, stop, language, named=True, bare=True), within=not bare
                )
            n = stop
        else:
            n += 1


def _opens(tokens: Sequence[Token], n: int) -> bool:
    return n == 0 or tokens[n - 1].text in '.!?:«“"—'


def _name_end(tokens: Sequence[Token], n: int, language: Language, known: frozenset[str]) -> int:
    """Return where the name that begins at token `n` ends; `n` itself where none does."""
    end = n
    while end < len(tokens):
        token = tokens[end]
        capital = (
            token.text[0].isupper() and not is_stop(token.low, language) and not _INVERTED.match(token.text)
        )
        if capital or (token.word and token.low in known):
            end += 1
            continue
        particles = end
        while particles < len(tokens) and tokens[particles].low in _PARTICLES:
            particles += 1
        joined = end > n and 0 < particles - end <= 2 and particles < len(tokens)
        if joined and _within_name(tokens, end, particles, language):
            end = particles
            continue
        break
    return end


def _within_name(tokens: Sequence[Token], at: int, then: int, language: Language) -> bool:
    """Tell whether small words join two capitalised ones into one name: "Bank of England", « Charles de Gaulle »."""
    following = tokens[then]
    if not following.text[0].isupper() or is_stop(following.low, language):
        return False
    small = [t.low for t in tokens[at:then]]
    if language == "fr":  # « Macron de l’Ukraine » is no name: an article in it tells
        return (
            small in (["de"], ["d"], ["du"], ["le"], ["la"], ["et"]) and "é" not in tokens[at - 1].text[-1:]
        )
    return small in (["of"], ["of", "the"], ["de"], ["van"], ["von"], ["&"], ["le"], ["al"])


def _run_end(
    tokens: Sequence[Token],
    first: int,
    language: Language,
    known: frozenset[str],
    *,
    determined: bool,
    verb: bool,
) -> int:
    """Return where the nouns that begin at `first` end."""
    if not determined:
        return _name_end(tokens, first, language, known)
    end = first
    while end < len(tokens):
        token = tokens[end]
        plain = token.word and not is_stop(token.low, language) and token.low not in _BREAKS[language]
        if not plain or _INVERTED.match(token.text):
            break
        end = max(_name_end(tokens, end, language, known), end + 1)
    if language == "en":
        return _without_verb(tokens, first, end)
    if not verb and end - first > 1 and tokens[end - 1].text[0].islower():
        return end - 1  # there must be one, and nothing else can be it
    return end


def _without_verb(tokens: Sequence[Token], first: int, end: int) -> int:
    """Return the end of an English run without the verb that the auxiliary before it asks for."""
    auxiliary = tokens[first - 2].low if first >= 2 else ""
    if tokens[first - 1].low not in _DETERMINERS["en"]:
        auxiliary = tokens[first - 1].low
    if auxiliary not in _DO | _BE:
        return end
    verb = _verb_in(tokens, first, end, auxiliary)
    later = any(
        t.low in _EN_VERBS or t.low.endswith("ed") or t.low in _EN_IRREGULAR for t in tokens[end + 1 :]
    )
    if verb == end - 1 and end < len(tokens) and tokens[end].low in {"of", "on", "to", "in"} and later:
        return end  # "the trial run of the train go": the verb is still to come
    if (
        verb is None
        and auxiliary in _DO
        and end - first > 1
        and tokens[end - 1].text[0].islower()
        and not later
    ):
        return end - 1
    return end if verb is None else verb


def _verb_in(tokens: Sequence[Token], first: int, end: int, auxiliary: str) -> int | None:
    """Return where the English verb is in a run that follows an auxiliary; None where it holds none."""
    places = [n for n in range(first + 1, end) if tokens[n].text[0].islower()]
    if auxiliary in _DO:
        return max((n for n in places if tokens[n].low in _EN_VERBS), default=None)
    for n in places:
        low = tokens[n].low
        if low in _EN_IRREGULAR or (low.endswith(("ed", "ing")) and n == end - 1):
            return n
    return None


def _verb_known(tokens: Sequence[Token], language: Language) -> bool:
    if language == "en":
        return True
    low = {t.low for t in tokens}
    return any(_INVERTED.match(t.text) for t in tokens) or bool(
        low
        & {
            "est",
            "sont",
            "était",
            "étaient",
            "a",
            "ont",
            "avait",
            "sera",
            "fut",
            "va",
            "vont",
            "peut",
            "doit",
        }
    )


def _is_verb_place(tokens: Sequence[Token], n: int, language: Language) -> bool:
    """Tell whether a French word that is in no noun phrase can be taken for the verb: « Combien coûte le … »."""
    token = tokens[n]
    before = tokens[n - 1].low if n else ""
    return (
        language == "fr" and token.word and n > 0 and not is_stop(token.low, "fr")
        and before not in {"de", "d", "quel", "quelle", "quels", "quelles"}
    )  # fmt: skip


def _proclitic(tokens: Sequence[Token], n: int, language: Language) -> bool:
    """Tell whether « le », « la », « l’ » stand before a verb and are pronouns: « l’a-t-il », « qui la dirige »."""
    if language == "en" or tokens[n].low not in {"le", "la", "les", "l", "leur"}:
        return False
    following = tokens[n + 1]
    if _INVERTED.match(following.text):
        return True
    if following.low in {"a", "ont", "avait", "avaient", "est", "y", "en", "aura", "auront"}:
        return True
    return n > 0 and tokens[n - 1].low in {"qui", "on", "ne", "se"} and following.text[0].islower()


def _attached(tokens: Sequence[Token], end: int, language: Language, known: frozenset[str]) -> int:
    """Return the end of a phrase with what is attached to it: « le bac | de Port-Lauzan », "the library | on Skerrin"."""
    while end + 1 < len(tokens):
        link = tokens[end].low
        if link not in _LINKS[language] | _PLACING[language]:
            return end
        first = end + 1
        determined = tokens[first].low in _DETERMINERS[language] and first + 1 < len(tokens)
        first += determined
        determined = determined or link in {"du", "des", "au", "aux"}
        name_end = _name_end(tokens, first, language, known)
        if link in _PLACING[language] and name_end == first and not tokens[end - 1].low.endswith("mise"):
            return end
        after = _run_end(tokens, first, language, known, determined=True, verb=True)
        if language == "en" and (auxiliary := _auxiliary(tokens, end)):
            after = _verb_in(tokens, first, after, auxiliary) or after
        if after == first or tokens[first].text[0].isdigit():
            return end
        end = after
    return end


def _auxiliary(tokens: Sequence[Token], before: int) -> str:
    """Return the auxiliary of an English question that stands before a place; "" where there is none."""
    return next((t.low for t in tokens[:before] if t.low in _DO | _BE), "")


def _mention(
    text: str,
    tokens: Sequence[Token],
    start: int,
    first: int,
    end: int,
    language: Language,
    *,
    named: bool,
    bare: bool,
) -> Mention:
    determiner = tokens[start].low if start < first else ""
    lead = tokens[start - 1].low if start and tokens[start - 1].low in _BEFORE[language] else ""
    begin, stop = tokens[start].start, tokens[end - 1].end
    words = text[begin:stop].rstrip("'’")
    if determiner in _CONTRACTED and language == "fr" and (determiner != "des" or start):
        lead = {"du": "de", "des": "de", "au": "à", "aux": "à"}[determiner]
        words = f"{_CONTRACTED[determiner]}{words[len(determiner) :]}"
    mention = Mention(words, language, begin, stop, named, bare, lead=lead, short=stop)
    return replace(
        mention,
        plural=determiner in _FR_PLURAL | {"these", "those", "ses", "leurs"}
        or (
            language == "en"
            and bool(determiner)
            and not bare
            and tokens[_head(tokens, first, end, language)].low.endswith("s")
        ),
        gender=_gender(tokens, start, first, determiner, language),
        person=_person(text, tokens, start, first, end, determiner, bare=bare),
    )


def _head(tokens: Sequence[Token], first: int, end: int, language: Language) -> int:
    """Return the place of an English phrase's head: the last word before what is attached."""
    links = _LINKS[language] | _PLACING[language]
    return next((n - 1 for n in range(first + 1, end) if tokens[n].low in links), end - 1)


def _gender(
    tokens: Sequence[Token], start: int, first: int, determiner: str, language: Language
) -> Gender | None:
    if language == "fr" and determiner:
        if determiner in _FR_MASCULINE | {"du", "au"}:
            return "m"
        if determiner in _FR_FEMININE | {"sa", "ma", "ta"}:
            return "f"
        if determiner == "l":
            return "f" if _FEMININE_ENDING.search(tokens[first].low) else None
        return None
    before = [t.low.rstrip(".") for t in tokens[max(start - 4, 0) : first + 1]]
    if set(before) & _SHE or ("la" in before and set(before) & {"maire", "ministre", "juge"}):
        return "f"
    if set(before) & _HE or ("le" in before and set(before) & {"maire", "juge"}):
        return "m"
    return None


def _person(
    text: str, tokens: Sequence[Token], start: int, first: int, end: int, determiner: str, *, bare: bool
) -> bool | None:
    """Tell whether a mention is of a person, as far as the words around it show."""
    around = {t.low.rstrip(".") for t in tokens[max(start - 3, 0) : first + 1]}
    if around & _TITLES and not determiner:
        return True
    if determiner:
        return True if tokens[first].low in _TITLES else None if not bare else False
    if bare and _SAYING.match(text[tokens[end - 1].end :]):
        return True
    before = tokens[start - 1].low if start else ""
    if before in {"à", "en", "au", "aux", "in", "at", "near", "from", "the"}:
        return False
    return None
