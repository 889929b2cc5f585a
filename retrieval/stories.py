"""Stories: articles that are near-copies of one another, such as a wire story on several sites, are one story.

Two texts are alike as far as they have runs of four words in common (Jaccard); MinHash (Broder, 1997; here datasketch's)
estimates that from 128 numbers an article, with a standard error of .04. Candidates are found by locality-sensitive hashing, 32 bands of
4 numbers: two articles as alike as `_ALIKE` share a band in .99 of cases.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np
import sqlalchemy as sa

from retrieval import tables
from retrieval.snapshot import pages
from retrieval.words import fold, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from retrieval.domain import Article

_NUMBERS, _BANDS = 128, 32
_RUN = 4  # words
_ALIKE = 0.6  # two news items made after the same pattern reach .55
_SHORTEST = 30  # words; what two shorter texts have in common may be chance


def sketch(text: str) -> NDArray[np.uint32] | None:
    """Return the numbers (128,) that tell how alike two texts are; None for a text too short to tell."""
    from datasketch import MinHash  # half a second

    words = tokens(fold(text))
    if len(words) < _SHORTEST:
        return None
    runs = {" ".join(words[n : n + _RUN]).encode() for n in range(len(words) - _RUN + 1)}
    made = MinHash(num_perm=_NUMBERS, seed=1)
    made.update_batch(runs)
    return np.asarray(made.hashvalues, np.uint32)


def alike(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> float:
    """Return the estimated share of word runs that two texts have in common, 0 to 1."""
    return float((one == other).mean())


def place(connection: sa.Connection, articles: Iterable[Article]) -> None:
    """Put each article into the story of the one it is most like, or begin its own; articles already placed move."""
    listed = list(articles)
    forget(connection, [article.article_id for article in listed])
    for article in listed:
        made = sketch(article.text)
        if made is None:
            continue
        bands = [*_bands(made)]
        near = connection.execute(
            sa.select(tables.stories.c.story, tables.stories.c.sketch)
            .distinct()
            .join(tables.bands, tables.bands.c.article_id == tables.stories.c.article_id)
            .where(tables.bands.c.band.in_(bands))
        )
        likeness = {story: alike(made, np.frombuffer(blob, np.uint32)) for story, blob in near}
        best = max(likeness, key=likeness.__getitem__, default=None)
        story = best if best is not None and likeness[best] >= _ALIKE else article.article_id
        connection.execute(
            tables.stories.insert().values(article_id=article.article_id, story=story, sketch=made.tobytes())
        )
        connection.execute(
            tables.bands.insert(), [{"band": band, "article_id": article.article_id} for band in bands]
        )


def forget(connection: sa.Connection, ids: Iterable[str]) -> None:
    """Take articles out of their stories."""
    for page in pages(ids):
        theirs = tables.stories.c.article_id.in_(page)
        for article_id, blob in connection.execute(
            sa.select(tables.stories.c.article_id, tables.stories.c.sketch).where(theirs)
        ).all():
            # By its key: an index on the articles would double the table.
            bands = [*_bands(np.frombuffer(blob, np.uint32))]
            connection.execute(
                tables.bands.delete().where(
                    tables.bands.c.band.in_(bands), tables.bands.c.article_id == article_id
                )
            )
        connection.execute(tables.stories.delete().where(theirs))


def _bands(numbers: NDArray[np.uint32]) -> Iterator[int]:
    """Yield what each band of numbers comes to, as SQLite's integers (64 bits, signed)."""
    for place_of, band in enumerate(numbers.reshape(_BANDS, -1)):
        digest = hashlib.blake2b(bytes([place_of]) + band.tobytes(), digest_size=8).digest()
        yield int.from_bytes(digest, signed=True)
