"""What the bot counts of itself, for Prometheus and for `/health`: no words, no names, no numbers of people; and how its sources are."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

if TYPE_CHECKING:
    from collections.abc import Callable

    from retrieval.domain import Answer

_SECONDS: Final = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_LAGS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
_LOOK_EVERY: Final = 0.1  # seconds


class Metrics:
    """The bot's figures, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.updates = Counter(
            "depeche_updates", "Updates that came from Telegram", ["kind"], registry=self.registry
        )
        self.answers = Counter(
            "depeche_answers", "Answers given", ["language", "mode", "outcome"], registry=self.registry
        )
        self.failures = Counter(
            "depeche_failures", "Questions without an answer, by why", ["why"], registry=self.registry
        )
        self.turned_away = Counter(
            "depeche_turned_away", "Updates stopped at the gate, by why", ["why"], registry=self.registry
        )
        self.answer_seconds = Histogram(
            "depeche_answer_seconds",
            "From the question at the desk to its whole answer",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.update_seconds = Histogram(
            "depeche_update_seconds",
            "From an update's arrival until it was worked on, its answer sent",
            buckets=_SECONDS,
            registry=self.registry,
        )
        self.lag = Histogram(
            "depeche_event_loop_lag_seconds",
            "How late the event loop woke",
            buckets=_LAGS,
            registry=self.registry,
        )

    def watch(self, name: str, told: str, read: Callable[[], float]) -> None:
        """Show, under `name`, what `read` returns at the moment somebody looks."""
        Gauge(name, told, registry=self.registry).set_function(read)

    def answered(self, answer: Answer, seconds: float) -> None:
        """Count an answer that took `seconds`."""
        outcome = "answered" if answer.answered else "refused"
        self.answers.labels(answer.language, answer.mode, outcome).inc()
        self.answer_seconds.observe(seconds)

    async def feel_pulse(self) -> None:
        """Note how late the event loop wakes, until cancelled."""
        while True:
            due = time.perf_counter() + _LOOK_EVERY
            await asyncio.sleep(_LOOK_EVERY)
            self.lag.observe(max(0.0, time.perf_counter() - due))
