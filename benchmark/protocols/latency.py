"""The probe ``latency``: how long one event takes, how many are scored in a second, and what fit and score cost.

All numbers are of this machine and of one core: the harness gives BLAS, OpenMP and torch one thread. They include what
the harness does at each call: it takes the detector's view and checks the scores, some ten microseconds. The row of a
random score shows how many.

``p50 ms``, ``p99 ms``
    Wall time to score one event by itself: a recording of one point, drawn from the test part, as it would arrive. The
    first `Latency.warm` events are not counted, as a service in use is warm. Quantiles over up to `Latency.events`
    events; after `Latency.most` seconds no further one is taken, from `Latency.fewest` on.
``events per second``
    Events scored in a second of wall time in batches of `Latency.batch` consecutive test points.
``score s per million``, ``score J per million``
    Processor time and energy of the same batches, for a million events.
``score MiB``
    Growth of the resident memory while the first of these batches is scored.
``fit s``, ``fit processor s``, ``fit MiB``, ``fit J``
    Wall time, processor time, growth of memory and energy of the fit.

A detector has been used before it is asked: its test part has been scored. What it does once a process, at its first
score, is in no number: rules of CloudTrail are compiled then.

`benchmark.toolkit.meter` says how memory and energy are read, and where they cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from benchmark.interfaces.probe import Answer, Fitted
from benchmark.toolkit.meter import ENERGY, MEMORY, PROCESSOR, SECONDS, metered

MILLION = 1_000_000


@dataclass(frozen=True)
class Latency:
    """Measure one fitted detector; see the module.

    Parameters
    ----------
    events : int
        Largest number of single events.
    fewest : int
        Number of single events that are timed however long they take.
    warm : int
        Single events before them that are not timed.
    batch : int
        Points of a batch.
    least, most : float
        Seconds of the batches: the test part is scored again until ``least`` have passed, and no further batch begins
        after ``most``. Single events have the same ``most``.
    """

    events: int = 500
    fewest: int = 100
    warm: int = 20
    batch: int = 1000
    least: float = 0.1
    most: float = 0.5

    def ask(self, fitted: Fitted, generator: np.random.Generator) -> Answer:
        """Measure; no number is equal on every machine."""
        single = self._single(fitted, generator)
        measured: dict[str, float | None] = {
            "p50 ms": 1e3 * float(np.quantile(single, 0.5)),
            "p99 ms": 1e3 * float(np.quantile(single, 0.99)),
        }
        measured |= self._batches(fitted)
        for name in (SECONDS, PROCESSOR, MEMORY, ENERGY):
            measured[f"fit {name}"] = fitted.cost.get(name)
        return Answer(measured=measured)

    def _single(self, fitted: Fitted, generator: np.random.Generator) -> NDArray[np.float64]:
        """Seconds of each timed event."""
        wanted = self.warm + self.events
        places = generator.choice(len(fitted.test), wanted, replace=wanted > len(fitted.test))
        spent: list[float] = []
        began = perf_counter()
        for number, place in enumerate(places.tolist()):
            event = fitted.test.take(slice(place, place + 1))
            started = perf_counter()
            fitted.score(event)
            ended = perf_counter()
            if number >= self.warm:
                spent.append(ended - started)
            if len(spent) >= self.fewest and ended - began > self.most:
                break
        return np.array(spent)

    def _batches(self, fitted: Fitted) -> dict[str, float | None]:
        """Throughput and costs of batches."""
        starts = range(0, len(fitted.test), self.batch)
        batches = [fitted.test.take(slice(start, start + self.batch)) for start in starts]
        with metered() as first:
            fitted.score(batches[0])
        scored, place = 0, 0
        began = perf_counter()
        with metered() as cost:
            while place == 0 or (
                (spent := perf_counter() - began) < self.most and (place < len(batches) or spent < self.least)
            ):
                batch = batches[place % len(batches)]
                fitted.score(batch)
                scored += len(batch)
                place += 1
        energy = cost.get(ENERGY)
        return {
            "events per second": scored / cost[SECONDS],
            "score s per million": cost[PROCESSOR] * MILLION / scored,
            "score J per million": None if energy is None else energy * MILLION / scored,
            "score MiB": first.get(MEMORY),
        }
