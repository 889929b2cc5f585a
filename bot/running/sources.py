"""How fresh the library's sources are, for Prometheus and for `/health`: looked up once a minute at the most, by whoever asks."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from retrieval import freshness
from retrieval.errors import DepecheError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric

    from retrieval.freshness import Freshness
    from retrieval.library import Library

_KEPT: Final = 60.0  # seconds; of 100,000 articles a look takes some tenths of one


class Sources(Collector):
    """The sources of a library, and figures of each. Threads may share one."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._looked = -_KEPT
        self._known: list[Freshness] = []

    def known(self) -> list[Freshness]:
        """Return how fresh each is; none where there is no library, or it cannot be read now."""
        with self._lock:
            if time.monotonic() - self._looked >= _KEPT:
                self._known = self._look()
                self._looked = time.monotonic()
            return self._known

    def collect(self) -> Iterator[Metric]:
        """Yield the figures for Prometheus."""
        read = GaugeMetricFamily(
            "depeche_source_last_read_timestamp_seconds",
            "When a source could last be read",
            labels=["source"],
        )
        newest = GaugeMetricFamily(
            "depeche_source_last_article_timestamp_seconds",
            "When a source last brought a new article",
            labels=["source"],
        )
        silent = GaugeMetricFamily(
            "depeche_source_silent", "1 where a source has fallen silent, else 0", labels=["source"]
        )
        for one in self.known():
            if one.read is not None:
                read.add_metric([one.source], one.read)
            if one.newest is not None:
                newest.add_metric([one.source], one.newest)
            silent.add_metric([one.source], one.silent)
        yield from (read, newest, silent)

    def _look(self) -> list[Freshness]:
        if not self._library.exists:
            return []
        try:
            with self._library.snapshot() as snapshot:
                return freshness.look(snapshot.connection, int(time.time()))
        except DepecheError:  # which every question tells
            return []
