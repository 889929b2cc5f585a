"""What every row measures with: the articles, the libraries, and who is compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from benchmarks.speed.systems import LLAMA_INDEX, Depeche, Script, System
from benchmarks.speed.texts import questions, recombined, with_passages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from benchmarks.speed.stores import Kept, Stores
    from retrieval.domain import Article

_FEW: Final = 10


@dataclass(frozen=True, slots=True)
class Bench:
    """The archive's articles, how many counted runs, how many passages the libraries have that are made of its sentences, the model."""

    articles: list[Article]
    runs: int
    sizes: tuple[int, ...]
    stores: Stores
    model: Path
    others: list[Script]
    ours: Depeche = field(default_factory=Depeche)

    @property
    def systems(self) -> list[System]:
        """Dépêche and what it is compared with."""
        return [self.ours, *self.others]

    @property
    def growing(self) -> list[System]:
        """Those that are asked in the libraries that are made: not llama-index, which reads an index of 12,000 passages for 28 s."""
        return [system for system in self.systems if system.name != LLAMA_INDEX]

    def questions(self, count: int) -> list[str]:
        """Return that many questions, or as many as the archive has titles for."""
        return questions(self.articles, count)

    def few(self) -> Kept:
        """Return a library of ten articles."""
        return self.stores.library(self.articles[:_FEW])

    def whole(self) -> Kept:
        """Return the library of the whole archive."""
        return self.stores.library(self.articles)

    def grown(self) -> list[Kept]:
        """Return the libraries made of the archive's sentences, the smallest first; each begins with the one before it."""
        made: list[Kept] = []
        listed: list[Article] = []
        endless: Iterator[Article] = recombined(self.articles)
        for size in sorted(self.sizes):
            more = size - (made[-1].passages if made else 0)
            listed += with_passages(endless, more)
            made.append(self.stores.library(listed, made[-1] if made else None))
        return made

    def make(self) -> None:
        """Make every library and store that rows need."""
        for libraries, systems in (
            ([self.few(), self.whole()], self.systems),
            (self.grown(), self.growing),
        ):
            for library in libraries:
                for system in systems:
                    self.stores.store(system, library)


def called(library: Kept) -> str:
    """Return how a library is called in the figures."""
    return f"{library.articles:,} articles, {library.passages:,} passages"
