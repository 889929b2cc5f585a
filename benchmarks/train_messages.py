"""Learn to tell what leans on a conversation, and small talk, from what stands by itself.

    python -m benchmarks.train_messages [--write]

`benchmarks/messages/turns.jsonl` holds messages, our own writing, each with the question and answer before it and its kind, "alone", "leans" or
"talk"; `requests.jsonl` requests for news and more small talk, which do not lean, `second.jsonl` and `fragments.jsonl` messages that do, `holdings.jsonl` questions on
the library and `news.jsonl` requests that do not, and the reader's press (`benchmarks/reader/press`) more follow-ups and questions that stand by themselves. Fits a logistic regression on words, neighbours and the embedding model's vector, says how it does on conversations it did not learn from
(five folds, by the question before), and with `--write` puts the weights of the whole fit into retrieval/conversation/leaning_weights.npz.
"""

from __future__ import annotations

import argparse
import json
import unicodedata
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from benchmarks.reader.examples import PRESS
from retrieval.classifier import SHAPES, VECTOR, Classifier, Weights, grams, shape
from retrieval.conversation.leaning import WEIGHTS
from retrieval.embedding import open_embedder
from retrieval.settings import Settings

HERE = Path(__file__).parent / "messages"
TURNS, REQUESTS = HERE / "turns.jsonl", HERE / "requests.jsonl"
SECOND, HOLDINGS, NEWS = HERE / "second.jsonl", HERE / "holdings.jsonl", HERE / "news.jsonl"
FRAGMENTS, EVERYDAY = HERE / "fragments.jsonl", HERE / "everyday.jsonl"
IMPRINTS = HERE / "imprint.jsonl"
_NEWS = {"latest", "day", "timeline"}  # which name what they are about, or need not
KINDS = ("alone", "leans", "talk")
# Which may lean or not where they name no topic; a summary or a chronology is always of something.
_OF_ANYTHING = {"latest", "day", "count", "list", "sources"}
_LEANING = {"same", "fact"}  # of the fragments; requests among them are told by their kind
_FOLDS = 5
_SEEN = 2  # times a word must be there to count
_TELLS = 0.1  # the least weight of a word that is kept


class Table:
    """The messages as rows of numbers; words are those of the messages it is made of."""

    def __init__(self, texts: list[str], vectors: Any) -> None:  # noqa: ANN401
        said = [grams(text) for text in texts]
        counts = Counter(gram for those in said for gram in those)
        self.words = sorted(gram for gram, count in counts.items() if count >= _SEEN)
        number = {gram: n for n, gram in enumerate(self.words)}
        cells = [(row, number[gram]) for row, those in enumerate(said) for gram in those if gram in number]
        rows, columns = zip(*cells, strict=True)
        held = csr_matrix((np.ones(len(cells)), (rows, columns)), (len(texts), len(self.words)))
        forms = csr_matrix(np.array([shape(text) for text in texts]))
        self.plain = hstack([forms, held]).tocsr()
        self.read = hstack([forms, held, csr_matrix(vectors * VECTOR)]).tocsr()


def main() -> None:
    """Train, and say how well."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="put the weights into the package")
    options = parser.parse_args()
    turns = [json.loads(line) for line in TURNS.read_text(encoding="utf-8").splitlines()]
    rows = [{"kind": row["kind"], "text": row["next"], "group": row["last"]} for row in turns]
    for line in REQUESTS.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["kind"] in {"talk"} | _NEWS:
            rows.append(
                {
                    "kind": "talk" if row["kind"] == "talk" else "alone",
                    "text": row["text"],
                    "group": row["text"],
                }
            )
    for file, kind in ((SECOND, "leans"), (HOLDINGS, "alone"), (NEWS, "alone"), (EVERYDAY, "alone")):
        given = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        texts = [row["text"] for row in given if row["kind"] in _OF_ANYTHING and not row["topic"]]
        rows += [{"kind": kind, "text": text, "group": text} for text in texts]
    rows += [
        {"kind": "leans", "text": row["text"], "group": row["text"]}
        for row in map(json.loads, FRAGMENTS.read_text(encoding="utf-8").splitlines())
        if row["kind"] in _LEANING
    ]
    for text in press_texts():
        rows += [{**row, "group": text} for row in of_press(text)]
    learn(
        rows,
        KINDS,
        [row["group"] for row in rows],
        [row["text"] for row in rows],
        WEIGHTS if options.write else None,
    )


def press_texts() -> list[str]:
    """Return the articles of the reader's press, a line of JSON each."""
    return [
        line
        for file in sorted(PRESS.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
    ]


def of_press(text: str) -> list[dict[str, str]]:
    """Return an article's follow-ups, which lean, and as many of its questions, which do not: those that name somebody or something; a third of both in small letters, as many type."""
    questions = json.loads(text)["questions"]
    leaning = [q["q"] for q in questions if "after" in q]
    standing = [
        q["q"] for q in questions if "after" not in q and any(w[0].isupper() for w in q["q"].split()[1:])
    ][: len(leaning)]
    return [
        {"kind": kind, "text": _typed(asked)}
        for kind, those in (("leans", leaning), ("alone", standing))
        for asked in those
    ]


def _typed(asked: str) -> str:
    """Return a question as it was written, or, one in three, without capitals and mark, half of these without accents."""
    chance = zlib.crc32(asked.encode())
    if chance % 3:
        return asked
    small = asked.rstrip(" ?\u00a0\u202f").lower()
    plain = "".join(c for c in unicodedata.normalize("NFD", small) if not unicodedata.combining(c))
    return plain if chance % 2 else small


def learn(
    rows: list[dict[str, Any]], kinds: tuple[str, ...], groups: list[str], texts: list[str], file: Path | None
) -> None:
    """Fit and judge a classifier of `texts` of the `kinds` in `rows`; write its weights to `file`, if any, but words that hardly tell."""
    embedder = open_embedder(Settings.load())
    table = Table(texts, embedder.embed_questions(texts))
    wanted = np.array([kinds.index(row["kind"]) for row in rows])
    sets: dict[str, Weights] = {}
    for name, numbers in (("read", table.read), ("words", table.plain)):
        judge(name, numbers, wanted, groups, kinds)
        model = LogisticRegression(C=1.0, max_iter=3000).fit(numbers, wanted)
        weights = model.coef_[:, SHAPES : SHAPES + len(table.words)].T
        kept = np.abs(weights).max(axis=1) >= _TELLS
        words = [word for word, one in zip(table.words, kept, strict=True) if one]
        vector = model.coef_[:, SHAPES + len(table.words) :]
        places = {word: n for n, word in enumerate(words)}
        sets[name] = Weights(model.intercept_, model.coef_[:, :SHAPES], places, weights[kept], vector)
    if file:
        Classifier(kinds, embedder.name, sets).save(file)


def judge(name: str, numbers: Any, wanted: Any, groups: list[str], kinds: tuple[str, ...]) -> None:  # noqa: ANN401
    """Print how those are told that were not learned from: rows what they are, columns what they are told to be."""
    found = np.zeros(len(wanted), int)
    for learned, kept in GroupKFold(_FOLDS).split(numbers, wanted, groups):
        model = LogisticRegression(C=1.0, max_iter=3000).fit(numbers[learned], wanted[learned])
        found[kept] = model.predict(numbers[kept])
    print(f"{name}: {(found == wanted).mean():.3f} right of {len(wanted)}")
    for n, kind in enumerate(kinds):
        row = [int(((wanted == n) & (found == other)).sum()) for other in range(len(kinds))]
        print(f"  {kind:12} {(found[wanted == n] == n).mean():.3f}  {row}")


if __name__ == "__main__":
    main()
