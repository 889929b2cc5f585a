"""The reader as torch trains it: the packaged model's encoder, and five numbers a token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.reader.pairs import Pair

Found = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]
Wanted = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]
FROZEN = 4  # layers that stay as they are, with the table of words
_DOWNWARDS = 0.92  # of the learning rate, a layer


class Dropout(nn.Module):
    """Dropout whose masks are windows on numbers drawn once: drawn anew they cost a tenth of a step."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self._share = share
        self._drawn = torch.empty(0)

    def forward(self, given: torch.Tensor) -> torch.Tensor:
        """Return what is given with a share of its numbers at 0 and the others larger by as much, while learning."""
        if not self.training or not self._share:
            return given
        if len(self._drawn) < 2 * given.numel():
            self._drawn = torch.empty(3 * given.numel(), dtype=torch.bfloat16)
            self._drawn.bernoulli_(1 - self._share).div_(1 - self._share)
        first = int(torch.randint(len(self._drawn) - given.numel(), ()))
        return given * self._drawn[first : first + given.numel()].view_as(given)


class Network(nn.Module):
    """`forward` returns start, end (n, tokens), answers (n,) and yes, no (n, 2), as log odds up to a constant."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from transformers import BertModel

        # Attention written out is a fifth faster than the fused one at these lengths.
        self.encoder = BertModel.from_pretrained(folder, attn_implementation="eager", add_pooling_layer=False)
        self._drop()
        self.head = nn.Linear(self.encoder.config.hidden_size, 5)
        nn.init.normal_(self.head.weight, std=0.02)
        nn.init.zeros_(self.head.bias)
        for part in (self.encoder.embeddings, *self.encoder.encoder.layer[:FROZEN]):
            for weights in part.parameters():
                weights.requires_grad = False

    def _drop(self) -> None:
        """Leave numbers out only where something is learned, and none of the attention's: drawing them is a third of a step."""
        self.encoder.embeddings.dropout = nn.Dropout(0.0)
        layers: Any = self.encoder.encoder.layer
        for n, layer in enumerate(layers):
            layer.attention.self.dropout = nn.Dropout(0.0)
            for part in (layer.attention.output, layer.output):
                part.dropout = Dropout(self.encoder.config.hidden_dropout_prob if n >= FROZEN else 0.0)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> Found:
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        found = self.head(hidden).float()
        away: torch.Tensor = (mask == 0) * -1e4
        return found[..., 0] + away, found[..., 1] + away, found[:, 0, 2], found[:, 0, 3:]

    def groups(self, rate: float) -> Iterator[dict[str, Any]]:
        """Yield the parameters to learn with their rates, lower layers slower."""
        layers = self.encoder.encoder.layer
        for n in range(FROZEN, len(layers)):
            yield {"params": [*layers[n].parameters()], "peak": rate * _DOWNWARDS ** (len(layers) - 1 - n)}
        yield {"params": [*self.head.parameters()], "peak": rate * 3}

    def mean_with(self, other: Mapping[str, torch.Tensor], share: float) -> None:
        """Become the mean with another network's learned weights, of which the other's are so great a `share`."""
        own = self.state_dict()
        self.load_state_dict(
            {name: (1 - share) * own[name] + share * theirs for name, theirs in other.items()}, strict=False
        )

    def keep(self, file: Path) -> None:
        """Write what was learned, and not what stayed as it was."""
        learned = {name for name, weights in self.named_parameters() if weights.requires_grad}
        part = file.with_suffix(".part")
        torch.save({name: t for name, t in self.state_dict().items() if name in learned}, part)
        part.rename(file)


def collate(questions: Sequence[Sequence[Pair]], pad: int) -> tuple[torch.Tensor, torch.Tensor, Wanted]:
    """Return ids, mask, and the first and last tokens of a batch with what the answers say, and the number of each pair's question."""
    pairs = [pair for those in questions for pair in those]
    width = max(len(p.ids) for p in pairs)
    ids = torch.full((len(pairs), width), pad)
    mask = torch.zeros((len(pairs), width), dtype=torch.long)
    for row, pair in enumerate(pairs):
        ids[row, : len(pair.ids)] = torch.tensor(pair.ids)
        mask[row, : len(pair.ids)] = 1
    first, last, says = zip(*((p.first, p.last, p.says) for p in pairs), strict=True)
    of = [number for number, those in enumerate(questions) for _ in those]
    return ids, mask, (torch.tensor(first), torch.tensor(last), torch.tensor(says), torch.tensor(of))


def loss(found: Found, wanted: Wanted) -> torch.Tensor:
    """Return the mean loss: where the answer begins and ends (at `<s>` where there is none), whether there is one, and what it says.

    And where it is among all pieces of its question, so that what is said of one piece can be held against what is said of another
    (Clark and Gardner, "Simple and Effective Multi-Paragraph Reading Comprehension", 2018, "shared norm").
    """
    start, end, answers, sides = found
    first, last, says, of = wanted
    cross = nn.functional.cross_entropy
    there = (first > 0).float()
    places = (cross(start, first) + cross(end, last)) / 2
    granted = cross(torch.cat([torch.zeros(len(says), 1), sides], dim=1), says)
    alone = places + 0.5 * nn.functional.binary_cross_entropy_with_logits(answers, there) + 0.5 * granted
    return alone + (_together(start, first, of) + _together(end, last, of)) / 4


def _together(odds: torch.Tensor, right: torch.Tensor, of: torch.Tensor) -> torch.Tensor:
    """Return the mean cross entropy of the right tokens among all tokens of all pairs of their question, each as odds over no answer."""
    over = odds[:, 1:] - odds[:, :1]
    held = torch.nonzero(right > 0)[:, 0]
    if not len(held):
        return odds.sum() * 0
    same = of[held, None] == of[None, :]
    all_of = torch.where(same, torch.logsumexp(over, dim=1)[None, :], -torch.inf).logsumexp(dim=1)
    return (all_of - over[held, right[held] - 1]).mean()
