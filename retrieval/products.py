"""Products of coded tokens with a question's, in whole numbers: what late interaction spends its time on.

A code's bits are 0 or 1 and a question's coordinates are rounded to eight bits, so ONNX Runtime can add them up in the
processor's byte instructions: 0.9 ms for 8,000 tokens and 13 of a question's, where numpy takes 3.4 in floats. (Sums of pairs of
bytes cannot overflow there, for a bit is at most 1.) Its graph of one node is kept beside this file, for the package that writes
graphs takes longer to import than a search; `python -m retrieval.products` writes it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

GRAPH = Path(__file__).with_name("products.onnx")
_LEVELS = 127


def largest_sums(
    codes: NDArray[np.uint8], tokens: NDArray[np.float32], starts: NDArray[np.int64]
) -> NDArray[np.float32]:
    """Return the largest sum of each token's coordinates where a code's bit is 1, (runs, q).

    `codes` (n, d / 8) are packed bits in runs that begin at `starts`, `tokens` (q, d) a question's. Exact but for the rounding
    of each token to 255 levels.
    """
    steps = np.maximum(np.abs(tokens).max(axis=1), 1e-12) / _LEVELS
    rounded = np.rint(tokens / steps[:, None]).astype(np.int8)
    bits = np.unpackbits(codes, axis=1, count=tokens.shape[1])
    (sums,) = _session().run(None, {"bits": bits, "tokens": np.ascontiguousarray(rounded.T)})
    return np.asarray(np.maximum.reduceat(sums, starts, axis=0) * steps, np.float32)


@cache
def _session() -> Any:  # noqa: ANN401 - onnxruntime ships no types
    from retrieval.onnx_runner import open_session

    return open_session(GRAPH.read_bytes())


def graph() -> bytes:
    """Return the graph: int32 sums = uint8 bits (n, d) · int8 tokens (d, q)."""
    from onnx import TensorProto, helper

    def value(name: str, kind: int, *shape: str) -> Any:  # noqa: ANN401 - onnx ships no types
        return helper.make_tensor_value_info(name, kind, shape)

    body = helper.make_graph(
        [helper.make_node("MatMulInteger", ["bits", "tokens"], ["sums"])],
        "products",
        [value("bits", TensorProto.UINT8, "n", "d"), value("tokens", TensorProto.INT8, "d", "q")],
        [value("sums", TensorProto.INT32, "n", "q")],
    )
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    return bytes(model.SerializeToString())


if __name__ == "__main__":
    GRAPH.write_bytes(graph())
