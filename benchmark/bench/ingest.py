"""Speed and memory of ``data prepare google-2011`` beside the engine that just reads the same files.

Parts in the official format are generated. Every step runs in a process of its own, whose processor time and largest
resident memory the system counts. *Reading* is polars, streaming: it sums all columns of all parts of ``task_usage``
and of ``task_events`` and keeps nothing. *Preparing* is the whole command: sums, labels, recordings, files written. The
ratio is that of processor times, since other processes on the machine change wall times more.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

SIZES = (100_000, 1_000_000, 10_000_000)
"""Rows of ``task_usage``, about."""

WINDOWS = 2_000
"""5-minute windows of the generated trace, a week: rows of a recording, of which the published trace has 8,352."""

ROWS_OF_PART = 2_500_000
"""As many as an official part has."""

_TASKS = 8
_MEMORY = 4 * 2**30


@dataclass(frozen=True)
class Cost:
    """Cost of a step.

    Parameters
    ----------
    seconds, processor : float
        Wall time and processor time of all threads.
    peak_mib : float
        Largest resident memory of its process in MiB, libraries included.
    """

    seconds: float
    processor: float
    peak_mib: float


@dataclass(frozen=True)
class IngestMeasurement:
    """Costs at one size.

    Parameters
    ----------
    rows, parts, machines : int
        Rows and parts of ``task_usage``, and recordings.
    read, prepare : Cost
        See the module.
    """

    rows: int
    parts: int
    machines: int
    read: Cost
    prepare: Cost

    @property
    def rows_a_second(self) -> float:
        """Rows prepared in a second of processor time."""
        return self.rows / self.prepare.processor

    @property
    def ratio(self) -> float:
        """Processor time to prepare, divided by that to read."""
        return self.prepare.processor / self.read.processor


def bench_ingest(sizes: Sequence[int] = SIZES) -> list[IngestMeasurement]:
    """Measure reading and preparing at each size, one after the other; parts are generated below a temporary folder."""
    found = []
    for size in sizes:
        with TemporaryDirectory(prefix="ingest-") as folder:
            machines = max(1, round(size / (WINDOWS * _TASKS * 0.957)))
            parts = max(1, round(size / ROWS_OF_PART))
            rows, _ = _measured(_generate, Path(folder), machines, WINDOWS, parts)
            _, read = _measured(_read, Path(folder))
            recordings, prepared = _measured(_prepare, Path(folder))
            found.append(IngestMeasurement(rows, parts, recordings, read, prepared))
    return found


def _measured(step: Callable[..., int], *arguments: object) -> tuple[int, Cost]:
    """Run a step in a new process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_run, step, arguments).result()


def _run(step: Callable[..., int], arguments: tuple[object, ...]) -> tuple[int, Cost]:
    started, before = perf_counter(), _processor()
    answer = step(*arguments)
    seconds, processor = perf_counter() - started, _processor() - before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return answer, Cost(seconds, processor, peak / (2**20 if sys.platform == "darwin" else 2**10))


def _processor() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _generate(folder: Path, machines: int, windows: int, parts: int) -> int:
    from benchmark.data.google_2011.generator import Trace

    return Trace(machines, windows, _TASKS, parts).write(folder)["task_usage"]


def _read(folder: Path) -> int:
    import polars as pl

    from benchmark.data.google_2011.parts import required_parts
    from benchmark.data.google_2011.schema import TASK_EVENTS, TASK_USAGE

    rows = 0
    for table, columns in {"task_events": TASK_EVENTS, "task_usage": TASK_USAGE}.items():
        scan = pl.scan_csv(required_parts(folder, table), has_header=False, schema=dict(columns))
        used = [pl.col(name).max() if kind == pl.String else pl.col(name).sum() for name, kind in columns.items()]
        rows = int(scan.select(pl.len(), *used).collect(engine="streaming")[0, 0])
    return rows


def _prepare(folder: Path) -> int:
    from benchmark.data.google_2011.prepare import prepare

    return prepare(folder, folder / "out", _MEMORY).machines
