"""Writes the ONNX graph of the packaged model: the operators that are fastest, 8-bit products whose cost cannot be measured in search.

The weights are 4-bit blocks, and `MatMulNBits` multiplies by exactly those, at half the speed of 8-bit matrices.
What costs quality in 8 bits is what flows in: one scale for a whole tensor (`DynamicQuantizeMatMul`) lets a few large
channels, and the other texts of a batch, decide how coarsely a word is read. So what comes out of a LayerNorm is first divided by
each channel's usual size and the weights multiplied by it (SmoothQuant, Xiao et al. 2022), and then, being much of a size from one
text to the next, has one scale, fixed when the graph is written. Attention and GELU are not: every token of theirs has its own
scale, and what comes out of GELU, never below -.17, spends its range on the positive side.
Against fp32, 96 news-like passages (`batch`: a text's vector in a batch against alone); speed on one core of a busy
machine, the forms in turn in one run, passages of 192 tokens and a question of 16:

    form                               worst cosine   error of a score   batch   passages/s   question, ms
    fp32                               1              0                  1       11.3         10.5
    4-bit blocks, 8-bit activations    .9999          .0006              1        9.4          9.2
    8-bit blocks of 128, likewise      .9996          .0012              .9998   11.8          7.6
    8-bit, a scale for each tensor     .9944          .0043              .9967   21.8          4.1
    the same, smoothed, peaks 4-bit    .9983          .0023              .9983   16.9          5.6
    8-bit, a scale for each token      .9991          .0019              1       16.5          5.2
    the same, smoothed                 .9996          .0011              1       16.7          5.4

This graph, with the fixed scales, is as exact as the last (.9995; capitals, digits, addresses and Russian alike) and 1.25 times as fast:
24.8 passages/s against 19.8 in one later run. Fixed scales after attention gain nothing and cost (.9980), after GELU they cost more (.9944).
Queries, keys and values are three products of the same 8-bit numbers: one product, split, takes 4 % longer.

Belebele, nDCG@10 averaged over both languages' questions and passages: fp32 .922, this graph .922, smoothed with peaks in
4 bits .920 (197 questions: differences of .01 are chance).

LayerNormalization after Sum takes .9 ms where the fused SkipLayerNormalization takes 3.8 (24 of them, batch of 8);
the session would fuse an Add again, and leaves a Sum alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from retrieval.e5_weights import BLOCK

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from retrieval.e5_weights import Weights

_MICROSOFT = "com.microsoft"
_SMOOTHING = (
    0.7  # exponent of a channel's size; .5 does nearly as well. Smoothing GELU's output made it worse
)
_GELU_ZERO = 24  # the 8-bit number that stands for 0 after GELU: .9991 where the middle, 128, gives .9989
_GELU_LEAST = 0.17  # GELU's lowest value is -.16997
WEIGHT_LEVELS = 127
SAFE_LEVELS = 64  # 2 * 255 * 64 fits 16 bits
WORDS = "words.bin"

Sizes = dict[str, "NDArray[np.float32]"]


def build(weights: Weights, sizes: Sizes | None = None, levels: int = WEIGHT_LEVELS) -> onnx.ModelProto:
    """Return the model: `input_ids`, `attention_mask` → `sentence_embedding` (unit length), `last_hidden_state`.

    `sizes` holds, for each LayerNorm's output, the largest value seen in each channel. Without it every product keeps
    its 4-bit blocks, and those LayerNorms are outputs of the graph, to measure `sizes` with. `levels` is the largest
    8-bit weight: 127, or `SAFE_LEVELS` for processors that add pairs of 8-bit products in 16 bits (AVX2 without VNNI).
    """
    draft = _Draft(weights, sizes, levels)
    shape = weights.shape
    heads = shape["heads"]
    x = draft.embed()
    draft.node("Cast", ["attention_mask"], "mask_int", to=TensorProto.INT32)
    for layer in range(shape["layers"]):
        p = f"l{layer}."
        query, key, value = draft.products(x, [f"{p}q", f"{p}k", f"{p}v"])
        attention = [query, key, value, "", "mask_int"]
        draft.node("MultiHeadAttention", attention, f"{p}attention", _MICROSOFT, num_heads=heads)
        draft.product_before_norm(f"{p}attention", f"{p}ao", zero=128)
        y = draft.norm(f"{p}ao", x, f"{p}aln")
        draft.products(y, [f"{p}fi"])
        draft.node("Gelu", [f"{p}fi"], f"{p}gelu", _MICROSOFT)
        draft.product_before_norm(f"{p}gelu", f"{p}fo", zero=_GELU_ZERO)
        x = draft.norm(f"{p}fo", y, f"{p}oln")
    return draft.finish(x)


def save(model: onnx.ModelProto, file: Path) -> None:
    """Write the model to `file`, and its table of words beside it, which ONNX Runtime maps and does not read.

    Of 60 MB a question needs some tens of rows: 55 MB less of a process's memory, shared with others, and it opens in half the time.
    """
    onnx.save_model(
        model,
        file,
        save_as_external_data=True,
        location=WORDS,
        size_threshold=1 << 20,
        all_tensors_to_one_file=True,
    )
    (file.parent / WORDS).chmod(0o644)  # which onnx leaves to its owner alone


@dataclass(slots=True)
class _Draft:
    weights: Weights
    sizes: Sizes | None
    levels: int
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: list[onnx.TensorProto] = field(default_factory=list)
    taps: list[str] = field(default_factory=list)
    biases: dict[str, str] = field(default_factory=dict)

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:  # noqa: ANN401
        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def constant(self, name: str, value: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def once(self, name: str, value: NDArray[Any] | np.generic) -> str:
        if all(constant.name != name for constant in self.constants):
            self.constant(name, np.asarray(value))
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
        return self._normalised("embedded", "x", "emb.ln")

    def norm(self, x: str, skipped: str, name: str) -> str:
        terms = [x, skipped, *([self.biases[x]] if x in self.biases else [])]
        self.node("Sum", terms, f"{name}.sum")
        return self._normalised(f"{name}.sum", f"{name}.out", name)

    def _normalised(self, x: str, output: str, name: str) -> str:
        gain = self.constant(f"{name}.w", self.weights.vector(f"{name}.w"))
        bias = self.constant(f"{name}.b", self.weights.vector(f"{name}.b"))
        return self.node("LayerNormalization", [x, gain, bias], output, epsilon=self.weights.epsilon)

    def products(self, x: str, outputs: list[str]) -> list[str]:
        """Add `x @ W.T + b` for several matrices, where `x` is what comes out of a LayerNorm."""
        columns = self.weights.shape["hidden"]
        biases = [self.constant(f"{o}.b", self.weights.vector(f"{o}.b")) for o in outputs]
        if self.sizes is None:
            self.taps.append(x)
            return [self._product_of_blocks(x, o, columns, b) for o, b in zip(outputs, biases, strict=True)]
        matrices = [self.weights.matrix(f"{o}.w", columns) for o in outputs]
        usual = _usual(self.sizes[x], np.concatenate(matrices))
        step = float((self.sizes[x] / usual).max()) / 127
        name = f"{outputs[0]}.in"
        self.node("Mul", [x, self.constant(f"{name}.usual", 1 / (usual * np.float32(step)))], name)
        one, zero = self.once("one.f", np.float32(1)), self.once("zero128", np.uint8(128))
        small = self.node("QuantizeLinear", [name, one, zero], f"{name}.8")
        for output, matrix, bias in zip(outputs, matrices, biases, strict=True):
            self._product_of_integers(small, output, matrix * usual, zero, step=step, bias=bias)
        return outputs

    def product_before_norm(self, x: str, output: str, *, zero: int) -> None:
        """Add `x @ W.T`, and leave `b` to the Sum before the LayerNorm; `zero` is the 8-bit number that stands for 0."""
        columns = self.weights.shape["inner" if output.endswith("fo") else "hidden"]
        bias = self.constant(f"{output}.b", self.weights.vector(f"{output}.b"))
        if self.sizes is None:
            self._product_of_blocks(x, output, columns, bias)
            return
        small, scale, name = self._rounded(x, output, columns, zero)
        matrix = self.weights.matrix(f"{output}.w", columns)
        unscaled = self._product_of_integers(small, f"{output}.unscaled", matrix, name, step=1.0, bias="")
        self.node("Mul", [unscaled, scale], output)
        self.biases[output] = bias

    def _product_of_integers(
        self, small: str, output: str, matrix: NDArray[np.float32], zero: str, *, step: float, bias: str
    ) -> str:
        """Add the product of what is in 8 bits, each step of it worth `step`, with the rows of a matrix."""
        scales = (np.abs(matrix).max(axis=1) / self.levels).astype(np.float32)
        rounded = self.constant(f"{output}.w", np.round(matrix / scales[:, None]).astype(np.int8).T)
        inputs = [
            small,
            rounded,
            self.once("one.f", np.float32(1)),
            self.constant(f"{output}.scales", scales * np.float32(step)),
            zero,
            *(["", bias] if bias else []),
        ]
        return self.node("MatMulIntegerToFloat", inputs, output, _MICROSOFT)

    def _rounded(self, x: str, output: str, columns: int, zero: int) -> tuple[str, str, str]:
        """Add `x` in 8 bits, a scale for each token; return it, the scales (batch, tokens, 1) and what stands for 0."""
        name = f"{output}.in"
        least = 1e-6 if zero == 128 else _GELU_LEAST / zero
        largest = self.node("Abs", [x], f"{name}.size") if zero == 128 else x
        self.node("ReduceMax", [largest, self.once("last", np.array([2]))], f"{name}.largest", keepdims=1)
        step = self.once(f"step{zero}", np.float32(1 / (255 - zero)))
        self.node("Mul", [f"{name}.largest", step], f"{name}.step")
        scale = self.node(
            "Max", [f"{name}.step", self.once(f"least{zero}", np.float32(least))], f"{name}.scale"
        )
        # QuantizeLinear takes a scale for each row of a matrix, so the batch is laid end to end and back.
        self.node("Reshape", [scale, self.once("all", np.array([-1]))], f"{name}.scale.rows")
        self.node("Reshape", [x, self.once(f"rows{columns}", np.array([-1, columns]))], f"{name}.rows")
        self.node("Shape", [f"{name}.scale.rows"], f"{name}.count")
        zeros = helper.make_tensor("value", TensorProto.UINT8, [1], [zero])
        self.node("ConstantOfShape", [f"{name}.count"], f"{name}.zeros", value=zeros)
        self.node(
            "QuantizeLinear", [f"{name}.rows", f"{name}.scale.rows", f"{name}.zeros"], f"{name}.8", axis=0
        )
        self.node("Shape", [x], f"{name}.shape")
        small = self.node("Reshape", [f"{name}.8", f"{name}.shape"], f"{name}.small")
        return small, scale, self.once(f"zero{zero}", np.uint8(zero))

    def _product_of_blocks(self, x: str, output: str, columns: int, bias: str) -> str:
        nibbles, scales = self.weights.blocks(f"{output}.w", columns)
        inputs = [
            x,
            self.constant(f"{output}.w", _pack(nibbles)),
            self.constant(f"{output}.scales", scales.reshape(-1)),
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


def _usual(sizes: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return what to divide each channel by, 1 on average: large where its values are and its weights are not."""
    usual = np.maximum(sizes, 1e-5) ** _SMOOTHING / np.maximum(np.abs(matrix).max(axis=0), 1e-5) ** (
        1 - _SMOOTHING
    )
    usual /= usual.mean()
    return np.asarray(usual, np.float32)


def _pack(nibbles: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return pairs of neighbouring nibbles as bytes, the first one low: ONNX Runtime's order."""
    return np.asarray(nibbles[:, :, 0::2] | (nibbles[:, :, 1::2] << 4), np.uint8)
