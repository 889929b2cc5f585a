"""Changes to the library that become visible together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from concurrent.futures import Future

    from retrieval.domain import Article, Language, Passage
    from retrieval.fetched import Fetched
    from retrieval.revisions import Revision
    from retrieval.snapshot import Origin
    from retrieval.wordings import Made, Wordings


@dataclass(frozen=True, slots=True)
class Past:
    """An article's history as a backup tells it: which revision it is, when it was added and changed (Unix seconds), what it was."""

    revision: int
    added: int
    changed: int
    revisions: tuple[Revision, ...]


@dataclass(slots=True)
class Batch:
    """Changes that become visible together. Articles come with their content's digest and their passages."""

    articles: list[tuple[Article, str, tuple[Passage, ...]]] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)  # by article, where it has one to be known by
    origins: list[Origin] = field(default_factory=list)
    pasts: dict[str, Past] = field(default_factory=dict)  # by article, where it comes with one
    removed: list[str] = field(default_factory=list)
    dropped_origins: list[str] = field(default_factory=list)
    fetched: list[Fetched] = field(default_factory=list)  # about addresses; readers do not see it
    looked_at: dict[str, bool] = field(
        default_factory=dict
    )  # sources, and whether each could be read; nor this

    def __bool__(self) -> bool:
        return self.visible or bool(self.fetched or self.looked_at)

    @property
    def visible(self) -> bool:
        """Whether a reader can tell that it was committed."""
        return bool(self.articles or self.origins or self.removed or self.dropped_origins)


@dataclass(frozen=True, slots=True)
class Begun:
    """A batch whose passages are being embedded: what it takes away, what it has in all, and what the model will have read."""

    batch: Batch
    old: dict[Language, list[str]]
    after: Wordings
    embedding: Future[dict[Language, Made]] | None
