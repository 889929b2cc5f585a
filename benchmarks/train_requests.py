"""Learn to tell what kind of request a message is, and which of its words name its topic.

    python -m benchmarks.train_requests [--write]

`benchmarks/messages/requests.jsonl`, `news.jsonl`, `everyday.jsonl` and `imprint.jsonl` hold requests, our own writing, with their kind; the latter three also with the words that name the
topic, the day and the source. `second.jsonl` holds requests on what was told before, which name no topic, `fragments.jsonl` what asks the same of something else, or a new fact; `holdings.jsonl` questions on the library. Questions of the reader's press (`benchmarks/reader/press`), all of them of fact, stand beside. Fits both, says how
well on what was not learned from (five folds), and with `--write` puts the weights into retrieval/news.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold

from benchmarks.train_messages import (
    EVERYDAY,
    FRAGMENTS,
    HOLDINGS,
    IMPRINTS,
    NEWS,
    REQUESTS,
    SECOND,
    learn,
    press_texts,
)
from retrieval.domain import DIGEST, FACT, LANGUAGES, Kind, Language
from retrieval.news import kinds, topics
from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS: tuple[Kind, ...] = tuple(kind for kind in get_args(Kind) if kind != DIGEST)
_PRESS = 8  # every so many questions of the press
_KNOWN = 4  # requests that hold a word that counts as known
_NAMING = (NEWS, EVERYDAY, SECOND, HOLDINGS, FRAGMENTS, IMPRINTS)  # which say what names their topic
_FOLDS = 5
_LEAST = 0.02  # weights below which a feature is left out


def main() -> None:
    """Train, and say how well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    rows = [*rows_of_kinds()]
    texts = [row["text"] for row in rows]
    learn(rows, (*KINDS, kinds.SAME), texts, texts, kinds.WEIGHTS if options.write else None)
    naming = [row for file in _NAMING for row in _rows(file) if row["kind"] != FACT]
    learn_topics(naming, write=options.write)


def rows_of_kinds() -> Iterator[dict[str, Any]]:
    """Yield requests and questions of fact, each once."""
    seen: set[str] = set()
    press = [
        {"text": asked["q"], "kind": FACT}
        for text in press_texts()
        for asked in json.loads(text)["questions"]
        if "after" not in asked
    ]
    for row in (*(row for file in (REQUESTS, *_NAMING) for row in _rows(file)), *press[::_PRESS]):
        if (text := row["text"].casefold()) not in seen:
            seen.add(text)
            yield {"text": kinds.with_source(row["text"], row.get("source") or ""), "kind": row["kind"]}


def _rows(file: Any) -> list[dict[str, Any]]:  # noqa: ANN401
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def learn_topics(rows: list[dict[str, Any]], *, write: bool) -> None:
    """Fit and judge which words of a request name its topic."""
    counts = Counter(
        word for row in rows for word in {fold(row["text"][a:b]) for a, b in topics.words_of(row["text"])}
    )
    known = {word for word, count in counts.items() if count >= _KNOWN}
    table, marked, of = [], [], []
    for number, row in enumerate(rows):
        text, topic = row["text"], row["topic"]
        start = text.find(topic) if topic else -1
        words = [text[a:b] for a, b in topics.words_of(text)]
        for n, (a, b) in enumerate(topics.words_of(text)):
            table.append(dict.fromkeys(topics.features(words, n, known.__contains__), 1))
            marked.append(start >= 0 and start < b and a < start + len(topic))
            of.append(number)
    numbers = DictVectorizer()
    matrix = numbers.fit_transform(table)
    wanted, owners = np.array(marked), np.array(of)
    whole, near = 0, 0.0
    for learned, kept in KFold(_FOLDS, shuffle=True, random_state=0).split(np.arange(len(rows))):
        model = LogisticRegression(C=1.0, max_iter=2000).fit(
            matrix[np.isin(owners, learned)], wanted[np.isin(owners, learned)]
        )
        tagger = _weights(model, numbers), frozenset(known)
        for n in kept.tolist():
            language: Language = LANGUAGES[rows[n]["lang"] == "en"]
            found = topics.topic_in(rows[n]["text"], language, (rows[n]["source"], rows[n]["when"]), tagger)
            told, meant = ({*map(fold, said.split())} for said in (found, rows[n]["topic"]))
            whole += told == meant
            near += 1.0 if told == meant else 2 * len(told & meant) / max(len(told) + len(meant), 1)
    print(f"topics: {whole / len(rows):.3f} of {len(rows)} exact, {near / len(rows):.3f} of the words (F1)")
    model = LogisticRegression(C=1.0, max_iter=2000).fit(matrix, wanted)
    if write:
        made = {"requests": len(rows), "words": sorted(known), "weights": _weights(model, numbers)}
        topics.WEIGHTS.write_text(json.dumps(made, ensure_ascii=False) + "\n", encoding="utf-8")


def _weights(model: LogisticRegression, numbers: DictVectorizer) -> dict[str, float]:
    weights = dict(zip(numbers.get_feature_names_out(), model.coef_[0].round(2).tolist(), strict=True))
    kept = {name: value for name, value in weights.items() if abs(value) >= _LEAST}
    return {"": round(float(model.intercept_[0]), 3), **kept}


if __name__ == "__main__":
    main()
