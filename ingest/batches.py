"""What an ingestion has read and not yet shown: one batch being filled, the one before it being embedded."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from retrieval.batch import Batch, Begun

if TYPE_CHECKING:
    from collections.abc import Set

    from ingest.readying import Ready
    from retrieval.fetched import Fetched
    from retrieval.snapshot import Origin
    from retrieval.writer import Writer

_COMMIT = 256  # passages embedded and made visible at once: a few seconds' work, all that a kill can cost
_NOTED = 4_096  # origins made visible at once, where files moved and nothing is embedded

State = Literal["new", "changed", "same", "gone"]
Step = Callable[[str, State | None], None]


class Batches:
    """The batch being filled (`batch`) and the one before. `embedded` counts the passages embedded so far.

    What a batch touches (articles, contents, addresses, as marks) cannot be decided anew before it is visible. `on_visible` is told
    of what is new or changed once readers see it.
    """

    def __init__(self, writer: Writer, on_visible: Step) -> None:
        self.batch = Batch()
        self.embedded = 0
        self._writer = writer
        self._on_visible = on_visible
        self._touched: set[str] = set()
        self._arrived: list[tuple[str, State]] = []
        self._passages = 0
        # the batch before, what it touches, and what in it is new or changed
        self._begun: tuple[Begun, set[str], list[tuple[str, State]]] | None = None

    @property
    def full(self) -> bool:
        """Whether the batch should be handed on."""
        return self._passages >= _COMMIT or len(self.batch.origins) >= _NOTED

    def touch(self, mark: str) -> None:
        """Note that the batch touches what `mark` names."""
        self._touched.add(mark)

    def touches(self, marks: Set[str]) -> bool:
        """Tell whether one of the batches touches any of `marks`."""
        return not (
            marks.isdisjoint(self._touched) and (self._begun is None or marks.isdisjoint(self._begun[1]))
        )

    def add(self, ready: Ready, address: str, mark: str) -> None:
        """Put an article into the batch; `mark` is what others that may be the same by their address wait for."""
        self.batch.articles.append((ready.article, ready.digest, ready.passages))
        self.touch(ready.digest)
        if address:
            self.batch.addresses[ready.article.article_id] = address
            self.touch(mark)
        self._passages += len(ready.passages)

    def remove(self, article_id: str) -> None:
        """Put the removal of an article into the batch."""
        self.batch.removed.append(article_id)
        self.touch(f"article {article_id}")

    def note(self, origin: Origin, fetched: Fetched | None) -> None:
        """Put where an article came from into the batch that it is in."""
        self.batch.origins.append(origin)
        self.touch(f"article {origin.article_id}")
        self.batch.fetched += [fetched] if fetched else []

    def arrive(self, place: str, state: State) -> None:
        """Note what is new or changed, to be told of once it is visible."""
        self._arrived.append((place, state))

    def hand_on(self) -> None:
        """Have the batch embedded while the next is read; make the one before it visible."""
        begun = self._writer.begin(self.batch), self._touched, self._arrived
        self._commit()
        self._begun = begun
        self.batch = Batch()
        self._touched, self._arrived = set(), []
        self._passages = 0

    def flush(self) -> None:
        """Make all visible that was read."""
        if self.batch:
            self.hand_on()
        self._commit()

    def _commit(self) -> None:
        if self._begun:
            self.embedded += self._writer.commit(self._begun[0])
            arrived, self._begun = self._begun[2], None
            for place, state in arrived:
                self._on_visible(place, state)
