"""Sentences and the passages they rest on: true ones, as written, reworded or in the other language, and false ones."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.quality.alterations import WAYS, Alteration
from benchmarks.quality.alterations.calendar_words import MONTHS
from benchmarks.quality.alterations.names import Speech, named
from benchmarks.quality.alterations.speakers import speaks
from benchmarks.quality.alterations.standing import has_office, has_standing, reworded_standing
from retrieval import sentences as sentences_of
from retrieval.verify import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from benchmarks.quality.data import Case, Text
    from retrieval.domain import Language
    from retrieval.embedding import Embedder

_SHORTEST, _LONGEST = 25, 450  # characters of a sentence that is used
OF_SOME_STANDING = "of some standing"


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence in `language`, the source it is said to rest on, and whether it says what the source says."""

    pid: str
    sentence: str
    language: Language
    source: Source
    kind: str
    true: bool
    own: str = ""  # the passage in the sentence's own language: where names to swap in are from

    @property
    def direction(self) -> str:
        """The source's language → the sentence's."""
        return f"{self.source.language}→{self.language}"


def split(text: str, language: Language) -> list[str]:
    """Return the sentences of a passage."""
    return [text[start:end] for start, end in sentences_of.split(text, language)]


def within(texts: Sequence[Text], chance: np.random.Generator, each: int = 1) -> list[Pair]:
    """Return `each` sentences of every passage, as they stand, with the passage."""
    pairs = []
    for text in texts:
        sentences = split(text.text, text.language)
        usable = [s for s in sentences if _SHORTEST <= len(s) <= _LONGEST]
        for n in chance.permutation(len(usable))[:each]:
            source = Source(tuple(sentences), text.language, text.title)
            pairs.append(Pair(text.pid, usable[n], text.language, source, "as written", True, text.text))
    return pairs


def across(
    french: Sequence[Text], english: Sequence[Text], chance: np.random.Generator, each: int = 1
) -> list[Pair]:
    """Return sentences with the other language's passage, where both split into as many sentences of like lengths."""
    others = {text.pid: text for text in english}
    pairs = []
    for text in french:
        other = others[text.pid]
        one, two = split(text.text, "fr"), split(other.text, "en")
        if len(one) != len(two) or any(
            not 0.6 < len(a) / len(b) < 2.2 for a, b in zip(one, two, strict=True)
        ):
            continue
        usable = [n for n in range(len(one)) if min(len(one[n]), len(two[n])) >= _SHORTEST]
        for n in chance.permutation(usable)[:each]:
            for own, sentence, held, sentences in ((text, one[n], other, two), (other, two[n], text, one)):
                source = Source(tuple(sentences), held.language, held.title)
                pairs.append(Pair(text.pid, sentence, own.language, source, "translated", True, own.text))
    return pairs


def reworded(pairs: Sequence[Pair], chance: np.random.Generator) -> Iterator[Pair]:
    """Yield true pairs said another way, each way that fits."""
    for pair in pairs:
        for kind, reword in _REWORDINGS.items():
            sentence = reword(pair.sentence, pair.language, pair.own, chance)
            if sentence and sentence != pair.sentence and len(sentence) >= _SHORTEST:
                yield replace(pair, sentence=sentence, kind=kind)


def answered(texts: Sequence[Text], cases: Sequence[Case]) -> Iterator[Pair]:
    """Yield questions for a subject turned into statements by their answers: "Who founded it?" → "X founded it."."""
    held = {text.pid: text for text in texts}
    for case in cases:
        text = held.get(case.pid)
        match = re.fullmatch(
            r"(?:Qui|Who|What company|Which team) ((?:a|est|était|fut|was|is|were|\w+ed|won|wrote|led) .+?) ?\?",
            case.question,
        )
        if (
            text
            and match
            and case.answers
            and case.answers[0] in text.text
            and len(case.answers[0].split()) <= 5
        ):
            answer = case.answers[0][:1].upper() + case.answers[0][1:]
            source = Source(tuple(split(text.text, text.language)), text.language, text.title)
            yield Pair(
                case.pid,
                f"{answer} {match[1]}.",
                case.language,
                source,
                "answer as a statement",
                True,
                text.text,
            )


def spoken(pairs: Sequence[Pair]) -> list[Pair]:
    """Return the pairs in which somebody is said to have said it."""
    return [replace(pair, kind="said") for pair in pairs if speaks(pair.sentence, pair.language)]


def offices(pairs: Sequence[Pair], count: int) -> list[Pair]:
    """Return the pairs that call an office-holder former, acting or deputy, and `count` more that speak of one."""
    given = [
        replace(pair, kind=OF_SOME_STANDING) for pair in pairs if has_standing(pair.sentence, pair.language)
    ]
    plain = {
        pair.pid: replace(pair, kind="of an office")
        for pair in pairs
        if has_office(pair.sentence, pair.language) and not has_standing(pair.sentence, pair.language)
    }
    return given + [*plain.values()][:count]


def falsified(
    pairs: Sequence[Pair], chance: np.random.Generator, ways: Mapping[str, Alteration] = WAYS
) -> Iterator[Pair]:
    """Yield each pair made false in every one of the `ways` that its sentence allows."""
    for n, pair in enumerate(pairs):
        elsewhere = " ".join(
            pairs[(n + 7 * k + 1) % len(pairs)].own
            for k in range(3)
            if pairs[(n + 7 * k + 1) % len(pairs)].language == pair.language
        )
        names = Speech(pair.own, elsewhere)
        for kind, alter in ways.items():
            sentence = alter(pair.sentence, pair.language, chance, names)
            if sentence and sentence != pair.sentence:
                yield replace(pair, sentence=sentence, kind=kind, true=False)


def neighbours(pairs: Sequence[Pair], embedder: Embedder) -> Iterator[Pair]:
    """Yield each source with the sentence of another passage that is nearest to the pair's own by vector."""
    by_language: dict[str, list[Pair]] = {}
    for pair in pairs:
        by_language.setdefault(pair.language, []).append(pair)
    for listed in by_language.values():
        vectors = embedder.embed_passages([pair.sentence for pair in listed])
        likeness = vectors @ vectors.T
        for n, pair in enumerate(listed):
            order = np.argsort(-likeness[n])
            other = next(
                (m for m in order if listed[m].pid != pair.pid and listed[m].sentence != pair.sentence), None
            )
            if other is not None and listed[other].sentence not in pair.own:
                yield replace(pair, sentence=listed[other].sentence, kind="wrong story", true=False)


def _numbers(sentence: str, language: Language, _passage: str, _chance: np.random.Generator) -> str | None:
    """Write thousands, percentages and small numbers the other way."""
    if language == "en":
        made = re.sub(r"(?<=\d),(?=\d{3}\b)", "", sentence)
        made = re.sub(r"(\d)%", r"\1 per cent", made)
        words = "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
    else:
        made = re.sub(r"(?<=\d)[  \u202f](?=\d{3}\b)", "", sentence)
        made = re.sub(r"(\d)[  \u202f]?%", r"\1 pour cent", made)
        words = "zéro _ deux trois quatre cinq six sept huit neuf dix onze douze".split()  # noqa: SIM905
    for n in range(2, len(words)):
        made = (
            re.sub(
                rf"\b{words[n]}\b(?![- ](?:cent|mille|hundred|thousand|million|vingt))(?<!-)", str(n), made
            )
            if words[n] not in ("neuf",)
            else made
        )
    return made if made != sentence else None


def _dates(sentence: str, language: Language, _passage: str, _chance: np.random.Generator) -> str | None:
    """Write a day the other way: "October 24, 2024" and "24 October 2024", « 24 octobre 2024 » and « 24/10/2024 »."""
    months = "|".join(MONTHS[language])
    if language == "en":
        made = re.sub(rf"\b({months}) (\d\d?)(?:st|nd|rd|th)?,? (\d{{4}})", r"\2 \1 \3", sentence)
        return (
            made if made != sentence else re.sub(rf"\b(\d\d?) ({months}) (\d{{4}})", r"\2 \1, \3", sentence)
        )
    return re.sub(
        rf"\b(\d\d?)(?:er)? ({months}) (\d{{4}})",
        lambda m: f"{int(m[1]):02d}/{MONTHS['fr'].index(m[2].casefold()) + 1:02d}/{m[3]}",
        sentence,
        flags=re.I,
    )


def _shorter(sentence: str, _language: Language, _passage: str, chance: np.random.Generator) -> str | None:
    """Leave a first name out."""
    runs = [r for r in named(sentence) if re.fullmatch(r"[A-ZÉ][a-zé]+ [A-ZÉ][a-zé]+", r)]
    if not runs:
        return None
    run = runs[chance.integers(len(runs))]
    return sentence.replace(run, run.split()[1], 1)


def _fuller(sentence: str, _language: Language, passage: str, _chance: np.random.Generator) -> str | None:
    """Give a name in full that the passage gives in full elsewhere."""
    for run in named(passage):
        parts = run.split()
        if (
            len(parts) == 2
            and run not in sentence
            and f" {parts[1]} " in sentence
            and parts[0] not in sentence
            and all(re.fullmatch(r"[A-ZÉ][a-zà-ÿ]{2,}", part) for part in parts)
            and not re.search(rf"[A-ZÉ][\w.’'-]* {parts[1]} | {parts[1]} [A-ZÉ]", sentence)
        ):
            return sentence.replace(f" {parts[1]} ", f" {run} ", 1)
    return None


def _standing(sentence: str, language: Language, _passage: str, _chance: np.random.Generator) -> str | None:
    return reworded_standing(sentence, language)


def _clause(sentence: str, language: Language, _passage: str, _chance: np.random.Generator) -> str | None:
    """Leave out what stands in brackets, or a clause that only adds to it."""
    made = re.sub(r" \([^()]*\)", "", sentence)
    who = (
        r"qui|dont|où|ce qui|tandis que|alors que"
        if language == "fr"
        else r"which|who|whose|where|while|although"
    )
    made = re.sub(rf", (?:{who}) [^,;:]{{15,}}(?=\.$)|, (?:{who}) [^,;:]{{15,}},", "", made)
    return made if made != sentence else None


_REWORDINGS = {
    "numbers rewritten": _numbers,
    "dates rewritten": _dates,
    "name shortened": _shorter,
    "name in full": _fuller,
    "clause dropped": _clause,
    "standing reworded": _standing,
}
