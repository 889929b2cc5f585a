"""What was learned, cut down to what the package ships: retrieval/reader/difference.npz."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from benchmarks.reader.network import FROZEN, Network
from retrieval.e5_weights import Weights
from retrieval.reader import difference as shipped
from retrieval.reader.difference import packed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

RANK = 128  # exact answers on the press kept apart: .54 right by all that was learned, .51 at 96
_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def ship(
    network: Network, weights: Weights, trials: Sequence[list[int]], file: Path, rank: int = RANK
) -> float:
    """Write the difference; return the largest share of a matrix's change that was cut off.

    `trials` are pairs' token ids: their channels give the sizes, the first few the readings that a graph is checked by.
    """
    kept: dict[str, NDArray[Any]] = {}
    worst = 0.0
    layers = network.encoder.encoder.layer
    state = network.state_dict()
    for n in range(FROZEN, len(layers)):
        for short, long in _MATRICES.items():
            name = f"l{n}.{short}.w"
            key = f"encoder.encoder.layer.{n}.{long}"
            own = state[f"{key}.weight"].numpy()
            base = weights.matrix(name, own.shape[1])
            u, s, v = np.linalg.svd(own - base, full_matrices=False)
            worst = max(worst, float((s[rank:] ** 2).sum() / (s**2).sum()))
            root = np.sqrt(s[:rank])
            kept |= packed(shipped.LEFT + name, u[:, :rank] * root, columns=True)
            kept |= packed(shipped.RIGHT + name, v[:rank] * root[:, None], columns=False)
            kept[shipped.VECTOR + f"l{n}.{short}.b"] = _change(
                state[f"{key}.bias"], weights, f"l{n}.{short}.b"
            )
        for short, long in _NORMS.items():
            for end, kind in (("w", "weight"), ("b", "bias")):
                name = f"l{n}.{short}.{end}"
                kept[shipped.VECTOR + name] = _change(
                    state[f"encoder.encoder.layer.{n}.{long}.{kind}"], weights, name
                )
    kept[shipped.HEAD] = state["head.weight"].numpy()
    kept[shipped.HEAD_BIAS] = state["head.bias"].numpy()
    _save(file, kept)
    _measured(network, shipped.Difference.read(file), weights, trials, kept)
    _save(file, kept)
    return worst


def _save(file: Path, kept: dict[str, Any]) -> None:
    np.savez_compressed(file, **kept)


def _change(tensor: torch.Tensor, weights: Weights, name: str) -> NDArray[np.float16]:
    return (tensor.numpy() - weights.vector(name)).astype(np.float16)


def _measured(
    network: Network,
    difference: shipped.Difference,
    weights: Weights,
    trials: Sequence[list[int]],
    kept: dict[str, NDArray[Any]],
) -> None:
    """Add the channel sizes and the readings of the network as it is shipped."""
    changed = shipped.Changed.of(weights, difference)
    state = network.state_dict()
    for n in range(FROZEN, len(network.encoder.encoder.layer)):
        for short, long in _MATRICES.items():
            key = f"encoder.encoder.layer.{n}.{long}.weight"
            state[key] = torch.from_numpy(changed.matrix(f"l{n}.{short}.w", state[key].shape[1]).copy())
    network.load_state_dict(state)
    network.eval()
    sizes: dict[str, NDArray[np.float32]] = {}

    def tap(name: str) -> Any:  # noqa: ANN401
        def see(_module: object, _given: object, made: torch.Tensor) -> None:
            largest = made[0].abs().amax(dim=0).numpy()
            sizes[name] = np.maximum(sizes.get(name, np.float32(0)), largest)

        return see

    encoder: Any = network.encoder
    hooks = [encoder.embeddings.LayerNorm.register_forward_hook(tap("x"))]
    for n, layer in enumerate(encoder.encoder.layer):
        hooks.append(layer.attention.output.LayerNorm.register_forward_hook(tap(f"l{n}.aln.out")))
        hooks.append(layer.output.LayerNorm.register_forward_hook(tap(f"l{n}.oln.out")))
    with torch.no_grad():
        for number, ids in enumerate(trials):
            given = torch.tensor([ids])
            hidden = network.encoder(input_ids=given, attention_mask=torch.ones_like(given)).last_hidden_state
            if number < 8:
                kept[f"{shipped.IDS}{number}"] = np.array(ids, np.int32)
                kept[f"{shipped.READ}{number}"] = network.head(hidden)[0].numpy().astype(np.float16)
    for hook in hooks:
        hook.remove()
    kept |= {shipped.SIZE + name: size.astype(np.float32) for name, size in sizes.items()}
