"""The articles that are measured with: an archive's own, and as many as wanted made of its sentences."""

from __future__ import annotations

import hashlib
import itertools
import json
import random
from dataclasses import asdict
from typing import TYPE_CHECKING, Final, TypeVar

from ingest.documents import Document
from ingest.extract import extract
from ingest.passages import split_passages
from ingest.sources import read
from retrieval.domain import LANGUAGES, Article
from retrieval.sentences import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

QUESTIONS: Final = (
    "Qui dirige la Banque mondiale ?",
    "Which company recalled its cars?",
    "Combien de personnes ont été vaccinées ?",
    "What did the prime minister say about the economy?",
)
_PARAGRAPH: Final = 4  # sentences

Item = TypeVar("Item")


def articles(archive: Iterable[str], most: int | None, seed: int = 0) -> list[Article]:
    """Return at most so many articles of files or folders, at random; `SystemExit` where there is none."""
    documents = (found for place in archive for found in read(place) if isinstance(found, Document))
    found = [article for article in map(extract, documents) if isinstance(article, Article)]
    if not found:
        raise SystemExit(f"No article was found in {', '.join(archive)}.")
    found.sort(key=lambda article: article.article_id)
    random.Random(seed).shuffle(found)  # noqa: S311
    return found[:most]


def questions(of: Sequence[Article], count: int) -> list[str]:
    """Return questions, none twice: those of this module, then the titles of articles, which every search can be asked for."""
    titles = [article.title for article in of if any(map(str.isalnum, article.title))]
    return list(dict.fromkeys([*QUESTIONS, *titles]))[:count]


def recombined(of: Sequence[Article], seed: int = 0) -> Iterator[Article]:
    """Yield articles without end, made of the sentences of others in the same language.

    Each has as many sentences as one of the archive's, drawn from all of them: a round uses every sentence and every title once, in an
    order of its own, so that two articles have at most chance sentences in common, and none is a near-copy of another.
    """
    chance = random.Random(seed)  # noqa: S311
    pools = {language: [a for a in of if a.language == language] for language in LANGUAGES}
    sentences = {
        language: [a.text[start:end] for a in pool for start, end in split(a.text, language)]
        for language, pool in pools.items()
    }
    for number in itertools.count():
        chosen: list[Article] = []
        for language, pool in pools.items():
            drawn, titles = iter(_shuffled(sentences[language], chance)), _shuffled(pool, chance)
            for article, titled in zip(pool, titles, strict=True):
                taken = [*itertools.islice(drawn, len(split(article.text, language)))]
                text = "\n\n".join(
                    " ".join(taken[n : n + _PARAGRAPH]) for n in range(0, len(taken), _PARAGRAPH)
                )
                name = f"{number}-{article.article_id}"
                chosen.append(Article(name, titled.title, text, language, published=article.published))
        yield from _shuffled(chosen, chance)


def with_passages(of: Iterable[Article], passages: int) -> Iterator[Article]:
    """Yield articles until they come to so many passages."""
    for article in of:
        if passages <= 0:
            return
        yield article
        passages -= len(split_passages(article))


def rows(of: Iterable[Article]) -> str:
    """Return articles as JSON Lines, each with an id, so that it is the same in whatever file it comes."""
    lines = []
    for article in of:
        row = {key: value for key, value in asdict(article).items() if value}
        named = {"id": row.pop("article_id"), "lang": row.pop("language")}
        lines.append(json.dumps(named | row, ensure_ascii=False) + "\n")
    return "".join(lines)


def digest(text: str) -> str:
    """Return eight hex digits that tell one text from another."""
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()


def _shuffled(items: Iterable[Item], chance: random.Random) -> list[Item]:
    listed = [*items]
    chance.shuffle(listed)
    return listed
