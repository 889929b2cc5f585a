"""Writes the ONNX graph of the packaged model: fused operators, weights in the form that costs least.

Two forms of matrix are used. 4-bit blocks (`MatMulNBits`) are the packed weights themselves, nothing lost. 8-bit
matrices (`DynamicQuantizeMatMul`) are twice as fast, but quantize what flows in by one scale a tensor, and a few
channels there are twenty times the others. So each channel is first divided by its usual size, its weights multiplied
by it (SmoothQuant, Xiao et al. 2022), and where even that leaves peaks the 4-bit blocks stay. Against fp32, 80 texts:

    form                              worst cosine   error of a score   passages/s
    4-bit blocks, 8-bit activations   .9998          .0007              13
    8-bit, plain                      .9932          .0047              26
    8-bit, smoothed                   .9964          .0020              30
    8-bit, smoothed, peaks in 4 bits  .9995          .0012              25

(A score's spread over passages is .019; passages of 192 tokens, two busy cores.)
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from retrieval.e5_weights import BLOCK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from retrieval.e5_weights import Weights

_MICROSOFT = "com.microsoft"
_SMOOTHING = 0.7  # exponent of a channel's size; .65 to .75 do as well, .5 and .85 worse
_PEAK = 10.0  # a feed-forward input this large stays at 4 bits

Sizes = dict[str, "NDArray[np.float32]"]


def build(weights: Weights, sizes: Sizes | None = None) -> onnx.ModelProto:
    """Return the model: `input_ids`, `attention_mask` → `sentence_embedding` (unit length), `last_hidden_state`.

    `sizes` holds, for each matrix product, the largest value seen in each channel of its input. Without it every
    product keeps its 4-bit blocks, and each product's input is an output of the graph, to measure `sizes` with.
    """
    draft = _Draft(weights, sizes)
    shape = weights.shape
    heads = shape["heads"]
    x = draft.embed()
    draft.node("Cast", ["attention_mask"], "mask_int", to=TensorProto.INT32)
    for layer in range(shape["layers"]):
        p = f"l{layer}."
        draft.product(x, f"{p}qkv", [f"{p}q", f"{p}k", f"{p}v"])
        draft.nodes.append(
            helper.make_node(
                "Split", [f"{p}qkv"], [f"{p}query", f"{p}key", f"{p}value"], axis=-1, num_outputs=3
            )
        )
        attention = [f"{p}query", f"{p}key", f"{p}value", "", "mask_int"]
        draft.node("MultiHeadAttention", attention, f"{p}attention", _MICROSOFT, num_heads=heads)
        draft.product(f"{p}attention", f"{p}ao", [f"{p}ao"])
        y = draft.norm(f"{p}ao", x, f"{p}aln")
        draft.product(y, f"{p}fi", [f"{p}fi"])
        draft.node("Gelu", [f"{p}fi"], f"{p}gelu", _MICROSOFT)
        draft.product(f"{p}gelu", f"{p}fo", [f"{p}fo"])
        x = draft.norm(f"{p}fo", y, f"{p}oln")
    return draft.finish(x)


@dataclass(slots=True)
class _Draft:
    weights: Weights
    sizes: Sizes | None
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def embed(self) -> str:
        hidden = self.weights.shape["hidden"]
        nibbles, scales = self.weights.blocks("emb.word", hidden)
        words = self.constant("words", _pack(nibbles).reshape(len(scales), -1))
        scale = self.constant("words.scales", scales)
        blocks = {"bits": 4, "block_size": BLOCK, "gather_axis": 0, "quantize_axis": 1}
        self.node("GatherBlockQuantized", [words, "input_ids", scale], "word", _MICROSOFT, **blocks)
        kinds = self.weights.vector("emb.type").reshape(-1, hidden)
        places = self.constant("places", self.weights.vector("emb.pos").reshape(-1, hidden) + kinds[0])
        self.node("Shape", ["input_ids"], "length", start=1, end=2)
        zero = self.constant("zero", np.zeros(1, np.int64))
        self.node("Slice", [places, zero, "length", zero], "place")
        self.node("Add", ["word", "place"], "embedded")
        return self._normalised("LayerNormalization", ["embedded"], "x", "emb.ln", "")

    def norm(self, x: str, skipped: str, name: str) -> str:
        return self._normalised("SkipLayerNormalization", [x, skipped], f"{name}.out", name, _MICROSOFT)

    def _normalised(self, operator: str, inputs: list[str], output: str, name: str, domain: str) -> str:
        gain = self.constant(f"{name}.w", self.weights.vector(f"{name}.w"))
        bias = self.constant(f"{name}.b", self.weights.vector(f"{name}.b"))
        return self.node(operator, [*inputs, gain, bias], output, domain, epsilon=self.weights.epsilon)

    def product(self, x: str, output: str, parts: list[str]) -> str:
        """Add `x @ W.T + b` for the rows of all `parts` together."""
        hidden, inner = self.weights.shape["hidden"], self.weights.shape["inner"]
        columns = inner if output.endswith("fo") else hidden
        bias = self.constant(f"{output}.b", np.concatenate([self.weights.vector(f"{p}.b") for p in parts]))
        if self.sizes is None:
            self.taps.append(x)
            return self._product_of_blocks(x, output, parts, columns, bias)
        sizes = self.sizes[x]
        if output.endswith("fo") and sizes.max() > _PEAK:
            return self._product_of_blocks(x, output, parts, columns, bias)
        matrix = np.concatenate([self.weights.matrix(f"{p}.w", columns) for p in parts])
        usual = np.maximum(sizes, 1e-5) ** _SMOOTHING
        usual /= np.maximum(np.abs(matrix).max(axis=0), 1e-5) ** (1 - _SMOOTHING)
        usual = (usual / usual.mean()).astype(np.float32)
        self.node("Mul", [x, self.constant(f"{output}.usual", 1 / usual)], f"{output}.in")
        matrix = matrix * usual
        scales = (np.abs(matrix).max(axis=1) / 127).astype(np.float32)
        rounded = np.round(matrix / scales[:, None]).astype(np.int8)
        inputs = [
            f"{output}.in",
            self.constant(f"{output}.w", rounded.T),
            self.constant(f"{output}.scales", scales),
            self.constant(f"{output}.zeros", np.zeros(len(scales), np.int8)),
            bias,
        ]
        return self.node("DynamicQuantizeMatMul", inputs, output, _MICROSOFT)

    def _product_of_blocks(self, x: str, output: str, parts: list[str], columns: int, bias: str) -> str:
        blocks = [self.weights.blocks(f"{p}.w", columns) for p in parts]
        nibbles = np.concatenate([n for n, _ in blocks])
        inputs = [
            x,
            self.constant(f"{output}.w", _pack(nibbles)),
            self.constant(f"{output}.scales", np.concatenate([s for _, s in blocks]).reshape(-1)),
            "",
            "",
            bias,
        ]
        size = {"K": columns, "N": len(nibbles), "bits": 4, "block_size": BLOCK}
        return self.node("MatMulNBits", inputs, output, _MICROSOFT, **size, accuracy_level=4)

    def finish(self, x: str) -> onnx.ModelProto:
        self.node("Identity", [x], "last_hidden_state")
        self.node("Cast", ["attention_mask"], "mask", to=TensorProto.FLOAT)
        one = self.constant("one", np.ones(1, np.int64))
        self.node("Unsqueeze", ["mask", one], "mask_row")
        self.node("MatMul", ["mask_row", x], "summed_row")
        self.node("Squeeze", ["summed_row", one], "summed")
        self.node("LpNormalization", ["summed"], "sentence_embedding", axis=-1, p=2)
        hidden = self.weights.shape["hidden"]
        floats = {"sentence_embedding": ["batch", hidden], "last_hidden_state": ["batch", "tokens", hidden]}
        floats |= {tap: ["batch", "tokens", "channels"] for tap in self.taps}
        graph = helper.make_graph(
            self.nodes,
            "multilingual-e5-small",
            [
                helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "tokens"])
                for name in ("input_ids", "attention_mask")
            ],
            [helper.make_tensor_value_info(n, TensorProto.FLOAT, dims) for n, dims in floats.items()],
            self.constants,
        )
        versions = [helper.make_opsetid("", 21), helper.make_opsetid(_MICROSOFT, 1)]
        return helper.make_model(graph, opset_imports=versions, ir_version=10)


def _pack(nibbles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pairs of neighbouring nibbles as bytes, the first one low: ONNX Runtime's order."""
    return np.asarray(nibbles[:, :, 0::2] | (nibbles[:, :, 1::2] << 4), np.uint8)
