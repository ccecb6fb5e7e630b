"""Run methods on a dataset a few recordings at a time, so that memory does not grow with their number.

Each recording is a dataset of its own (``google-2011[layout=machines,machine=N]``), with its own cells, keys and
results in the store. So a stopped run goes on where it was, and a result is the same as that of the recording alone. Of
each batch only running sums are kept: for each method and metric the count, sum and sum of squares over recordings.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import sqrt
from pathlib import Path
from typing import Protocol, runtime_checkable

from benchmark.engine.execute import Workers, execute
from benchmark.engine.plan import make_plan
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell, Result
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.registry import DATASETS
from benchmark.interfaces.spec import Spec

BATCH = 64
"""Recordings of a batch: their plan and results are in memory at a time."""


@runtime_checkable
class Streams(Protocol):
    """A dataset that can read one recording at a time."""

    def streamed(self, root: Path) -> Sequence[int]:
        """Values of the parameter ``machine``, each of which gives one recording."""


@dataclass
class Running:
    """A mean over recordings that keeps no recording.

    Parameters
    ----------
    count : int
        Recordings with a number.
    total, squares : float
        Sum and sum of squares.
    """

    count: int = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        """Count a recording."""
        self.count += 1
        self.total += value
        self.squares += value * value

    @property
    def mean(self) -> float | None:
        """The mean; None without a recording."""
        return self.total / self.count if self.count else None

    @property
    def error(self) -> float | None:
        """Standard error of the mean, recordings taken as independent; None below two."""
        if self.count < 2:
            return None
        spread = max(0.0, self.squares - self.total * self.total / self.count) / (self.count - 1)
        return sqrt(spread / self.count)


@dataclass
class Totals:
    """Numbers of one method over all recordings.

    Parameters
    ----------
    metrics : dict of str to Running
        By column; a recording counts with its mean over seeds, and not at all where one seed has no number.
    recordings : int
        Recordings whose cells all ended OK.
    failed : Counter
        Cells by status other than OK.
    reason : str
        Of the first failed cell.
    seconds : float
        Wall time of fits and scores.
    """

    metrics: dict[str, Running] = field(default_factory=dict)
    recordings: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    reason: str = ""
    seconds: float = 0.0

    def add(self, results: Sequence[tuple[Cell, Result]], columns: Sequence[str]) -> None:
        """Add the results of all seeds on one recording."""
        for cell, result in results:
            if not result.ok:
                self.failed[result.status] += 1
                self.reason = self.reason or f"{cell}: {result.status}: {result.reason}"
            self.seconds += sum(result.seconds.get(part, 0.0) for part in ("fit", "score"))
        if not all(result.ok for _, result in results):
            return
        self.recordings += 1
        for column in columns:
            values = [row.get(column) for _, result in results for row in result.rows]
            numbers = [float(value) for value in values if value is not None]
            if numbers and len(numbers) == len(values):
                self.metrics.setdefault(column, Running()).add(sum(numbers) / len(numbers))


def run_streamed(
    dataset: str,
    protocol: str,
    methods: Sequence[str],
    seeds: Sequence[int],
    columns: Sequence[str],
    store: Store,
    root: Path,
    workers: Workers,
    on_batch: Callable[[int, int], None] = lambda *_: None,
    metrics: tuple[str, ...] = (),
) -> dict[str, Totals]:
    """Run methods on every recording of a dataset.

    Parameters
    ----------
    dataset, protocol : str
        ``name[…]``; the dataset fulfils `Streams`.
    methods : sequence of str
        ``name[…]`` of each method.
    seeds : sequence of int
        Seeds of each cell.
    columns : sequence of str
        Metrics to average.
    store : Store
        Receives the results, by cell.
    root : path
        Folder of prepared recordings.
    workers : Workers
        Who does the work.
    on_batch : callable
        Called after each batch with the recordings that are done and all recordings.
    metrics : tuple of str
        Metrics to measure besides the default ones.

    Returns
    -------
    dict of str to Totals
        By method, in their order.

    Raises
    ------
    ParameterError
        If the dataset cannot be read one recording at a time, or has no recording that is long enough.
    """
    built = DATASETS.build(dataset)
    if not isinstance(built, Streams):
        raise ParameterError(
            f"dataset {dataset!r} is not read one recording at a time: give --data in place of --input"
        )
    spec = Spec.parse(dataset)
    machines = built.streamed(root)
    if not machines:
        raise ParameterError(f"{root}: no recording is long enough for a run")
    totals = {method: Totals() for method in methods}
    left = iter(machines)
    done = 0
    while batch := list(islice(left, BATCH)):
        names = [str(Spec(spec.name, spec.params | {"machine": machine})) for machine in batch]
        cells = {
            (name, method): [Cell(name, "real", protocol, seed, method, metrics) for seed in seeds]
            for name in names
            for method in methods
        }
        plan = make_plan([cell for of_method in cells.values() for cell in of_method], store, root)
        results = execute(plan, store, root, workers)
        for (_, method), of_method in cells.items():
            totals[method].add([(cell, results[cell]) for cell in of_method], columns)
        done += len(batch)
        on_batch(done, len(machines))
    return totals
