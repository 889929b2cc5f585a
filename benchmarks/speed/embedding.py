"""How fast a model reads texts of one length, by what runs it: a process for each, timed without its start.

    python -m benchmarks.speed.embedding depeche|sentence-transformers MODEL TEXTS.json
    python -m benchmarks.speed.embedding onnx-fp32 MODEL TEXTS.json GRAPH.onnx

prints seconds; the graph is made where it is not there. It is run as Dépêche runs its own, so that what differs is the graph alone.
"""

from __future__ import annotations

import json
import sys
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.speed.measures import OURS, Measure, in_turn
from benchmarks.speed.processes import Command, run
from benchmarks.speed.stores import tell
from retrieval.domain import LANGUAGES
from retrieval.onnx_runner import OnnxEmbedder, open_session
from retrieval.tokens import open_tokens

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from benchmarks.speed.bench import Bench
    from retrieval.domain import Article

_LENGTHS: Final = (32, 64, 192, 384)  # tokens, prefix included
_TOKENS: Final = 16_384  # about so many in all the texts of a length
_LONGEST: Final = 512
_AROUND: Final = (
    5  # tokens that are not the text's: its beginning, its end and the prefix, which is two to three
)
_OPSET: Final = 17


def rates(bench: Bench) -> Iterator[Measure]:
    """Yield how many texts a second each runtime reads, by length."""
    runtimes = {
        OURS: ("depeche",),
        "sentence-transformers": ("sentence-transformers",),
        "ONNX fp32": ("onnx-fp32", str(bench.stores.folder / "fp32.onnx")),
    }
    for length in _LENGTHS:
        file = bench.stores.folder / f"texts-{length}.json"
        listed = cut(bench.articles, bench.model, length)
        file.write_text(json.dumps(listed), encoding="utf-8")
        tell(f"embedding {len(listed)} texts of {length} tokens")
        works: dict[str, Callable[[int], float]] = {
            name: partial(_rate, runtime, bench.model, file, len(listed))
            for name, runtime in runtimes.items()
        }
        yield Measure(f"embedding, {length} tokens a text", "texts/s", in_turn(works, bench.runs), rate=True)


def _rate(runtime: tuple[str, ...], model: Path, file: Path, count: int, _run: int) -> float:
    words = (runtime[0], str(model), str(file), *runtime[1:])
    command = Command((sys.executable, "-m", "benchmarks.speed.embedding", *words), {})
    return count / float(run(command).output)


def cut(of: Sequence[Article], model: Path, length: int) -> list[str]:
    """Return texts of `length` tokens, cut from articles of both languages in turn; less where the articles are short."""
    tokens = open_tokens(model, 1_000_000)
    by_language = [" ".join(a.text for a in of[:200] if a.language == language) for language in LANGUAGES]
    found: list[list[str]] = []
    for text in by_language:
        spans = [span for span in tokens.encode([text])[0].spans if span[1] > span[0]]
        room = length - _AROUND
        starts = range(0, len(spans) - room, room)
        found.append([text[spans[at][0] : spans[at + room - 1][1]] for at in starts])
    each = max(1, _TOKENS // length // len(found))
    return [text for listed in found for text in listed[:each]]


def main() -> None:
    """Read the texts by one runtime, and print the seconds."""
    runtime, model, file, *graph = sys.argv[1:]
    texts: list[str] = json.loads(Path(file).read_text(encoding="utf-8"))
    embed = _opened(runtime, Path(model), *map(Path, graph))
    embed(texts[:4])
    start = time.perf_counter()
    embed(texts)
    print(time.perf_counter() - start)


def _opened(runtime: str, model: Path, graph: Path | None = None) -> Callable[[list[str]], Any]:
    if runtime == "depeche":
        return OnnxEmbedder.open(model, model.name).embed_passages
    if graph:
        if not graph.exists():
            export(model, graph)
        tokens = open_tokens(model, _LONGEST)
        return OnnxEmbedder(model.name, model, open_session(str(graph)), tokens).embed_passages
    from sentence_transformers import SentenceTransformer

    return partial(SentenceTransformer(str(model)).encode_document, normalize_embeddings=True)


def export(model: Path, graph: Path) -> None:
    """Write the model's fp32 graph, as PyTorch exports it."""
    import warnings

    import torch
    from sentence_transformers import SentenceTransformer

    class Words(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert: Any = SentenceTransformer(str(model))[0].auto_model.eval()

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> Any:  # noqa: ANN401
            return self.bert(input_ids=ids, attention_mask=mask).last_hidden_state

    given = torch.ones(2, 8, dtype=torch.long)
    sizes = {0: "texts", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the exporter's own ways
        torch.onnx.export(
            Words(),
            (given, given),
            str(graph.with_suffix(".part")),
            input_names=["input_ids", "attention_mask"],
            output_names=["last_hidden_state"],
            dynamic_axes={"input_ids": sizes, "attention_mask": sizes, "last_hidden_state": sizes},
            opset_version=_OPSET,
            dynamo=False,
        )
    graph.with_suffix(".part").rename(graph)


if __name__ == "__main__":
    main()
