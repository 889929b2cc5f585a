"""Row g: how near the embedder is to what a core can do, and what takes the rest: one core, passages of 192 tokens one by one."""

from __future__ import annotations

import json
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from benchmarks.speed.embedding import cut
from benchmarks.speed.measures import Measure, in_turn
from benchmarks.speed.stores import tell
from retrieval.onnx_runner import OnnxEmbedder, open_session
from retrieval.tokens import open_tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.speed.bench import Bench

_TOKENS: Final = 192
_PASSAGES: Final = 40
_PRODUCTS: Final = "MatMulIntegerToFloat"
_TOLD: Final = 6  # operators; the others are told together
# Rows, columns summed over, columns of what comes out: the model's own, and one that nothing but multiplying holds up.
_SHAPES: Final = {
    "192 x 384 x 384": (192, 384, 384),
    "192 x 384 x 1536": (192, 384, 1536),
    "192 x 1536 x 384": (192, 1536, 384),
    "1024 x 1024 x 1024": (1024, 1024, 1024),
}
_REPEATED: Final = 20


def limit(bench: Bench) -> Iterator[Measure]:
    """Yield how fast ONNX Runtime multiplies 8-bit matrices by themselves, and how long each operator of a passage takes."""
    tell("multiplying 8-bit matrices, one core")
    works = {
        name: partial(_multiplied, _product(*shape), *shape[:2], shape[2]) for name, shape in _SHAPES.items()
    }
    yield Measure(
        "8-bit products alone", "billion multiplications/s", in_turn(works, bench.runs), compared=False
    )
    texts = cut(bench.articles, bench.model, _TOKENS)[:_PASSAGES]
    tell(f"reading {len(texts)} passages of {_TOKENS} tokens one by one, operator by operator")
    profiles = [_profile(bench.model, texts) for _ in range(bench.runs)]
    told = [name for name, _ in sum(profiles, Counter()).most_common(_TOLD)]
    values = {name: [profile[name] for profile in profiles] for name in told}
    values["others"] = [profile.total() - sum(profile[name] for name in told) for profile in profiles]
    values["all"] = [profile.total() for profile in profiles]
    yield Measure(f"a passage of {_TOKENS} tokens, by operator", "ms", values, compared=False)


def _product(rows: int, inner: int, columns: int) -> Any:  # noqa: ANN401 - onnxruntime ships no types
    """Return a session that multiplies one 8-bit matrix by a fixed other, as the model's graph does."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    weights = np.random.default_rng(1).integers(-127, 127, (inner, columns), np.int8)
    one = np.ones(1, np.float32)
    fixed = {
        "w": weights,
        "a_scale": one,
        "w_scale": np.ones(columns, np.float32),
        "a_zero": np.full(1, 128, np.uint8),
        "w_zero": np.zeros(columns, np.int8),
    }
    node = helper.make_node(
        _PRODUCTS, ["a", "w", "a_scale", "w_scale", "a_zero", "w_zero"], ["y"], domain="com.microsoft"
    )
    graph = helper.make_graph(
        [node],
        "product",
        [helper.make_tensor_value_info("a", TensorProto.UINT8, [rows, inner])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [rows, columns])],
        [numpy_helper.from_array(value, name) for name, value in fixed.items()],
    )
    opsets = [helper.make_opsetid("", 21), helper.make_opsetid("com.microsoft", 1)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
    onnx.checker.check_model(model)
    return open_session(model.SerializeToString())


def _multiplied(session: Any, rows: int, inner: int, columns: int, _run: int) -> float:  # noqa: ANN401
    given = {"a": np.random.default_rng(2).integers(0, 255, (rows, inner), np.uint8)}
    start = time.perf_counter()
    for _ in range(_REPEATED):
        session.run(None, given)
    return _REPEATED * rows * inner * columns / (time.perf_counter() - start) / 1e9


def _profile(model: Path, texts: list[str]) -> Counter[str]:
    """Return how many milliseconds of a passage each operator takes."""
    import onnxruntime

    with tempfile.TemporaryDirectory() as folder:
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3
        options.intra_op_num_threads = 1
        options.enable_profiling = True
        options.profile_file_prefix = str(Path(folder) / "profile")
        session = onnxruntime.InferenceSession(
            str(model / "onnx" / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        embedder = OnnxEmbedder(model.name, model, session, open_tokens(model, 2 * _TOKENS))
        for text in texts:
            embedder.embed_passages([text])
        events = json.loads(Path(session.end_profiling()).read_text(encoding="utf-8"))
    taken: Counter[str] = Counter()
    for event in events:
        if event.get("cat") == "Node" and event["name"].endswith("_kernel_time"):
            taken[event["args"]["op_name"]] += event["dur"] / 1000 / len(texts)
    return taken
