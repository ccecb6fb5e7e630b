"""From rows of ``task_usage`` to sums for each machine and 5-minute window.

A row says how much a task used on average between two times. It counts in each window for the time that it shares with
the window: *d* microseconds, at most 3·10⁸. All sums are of whole numbers, so they do not depend on the order of the
rows, on the division into parts and blocks, or on the number of threads.

======================================  ==================================================================
``task_time``                           Σ d: divided by the length of a window, the mean number of running tasks
``cpu``, ``memory``, ``page_cache``,    Σ ⌊x·d·2¹⁰⌉ for the mean x of the row (`QUANTITIES`)
``disk_io_time``
``known_…``                             rows whose x is known, for each of these
``cycles``, ``instructions``            Σ of c = ⌊x·d·2¹⁰⌉ for the processor, and of i = ⌊c / CPI⌉, over rows with a CPI
``accesses``, ``of_instructions``       Σ ⌊i·MAI·2⁴⌉ and Σ i over rows that also have a MAI
======================================  ==================================================================

Cycles over instructions is the CPI of the machine, and accesses over instructions its MAI, as far as its cores have
one clock. A CPI outside [0.1, 1000], a MAI above 100 and a quantity above 1000 times the largest machine count as
unknown: no sum can overflow by one of them.

Times outside the trace: a start of 0, or any before 600 s, counts from 600 s. An end of 2⁶³ − 1 is that of the window
in which the row starts. Rows that then have no time, and rows without a machine, are left out and counted.

A part is read by polars, streaming: on 10⁶ generated rows it took 1.3 s of processor time and 220 MiB, DuckDB 1.8 s and
250 MiB, with equal sums (reading alone: 1.1 s and 1.3 s). A part that polars cannot read, that has a fault, or that is
large beside the memory is read in blocks (`benchmark.data.google_2011.blocks`). That takes longer, names the faulty
row, and needs the same memory at any size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from benchmark.data.google_2011.blocks import BLOCK, read_blocks, require_table
from benchmark.data.google_2011.schema import AFTER, START, TASK_USAGE, WINDOW
from benchmark.data.tables import refuse
from benchmark.interfaces.errors import DataError

QUANTITIES = {
    "cpu": "cpu_rate",
    "memory": "canonical_memory",
    "page_cache": "total_page_cache",
    "disk_io_time": "disk_io_time",
}
"""Channel of a machine by the column of ``task_usage`` that it sums."""

UNIT = 2**10
"""Steps of a microsecond of a whole machine in the sums."""

SUMS = (
    "task_time",
    *QUANTITIES,
    *(f"known_{name}" for name in QUANTITIES),
    *("cycles", "instructions", "accesses", "of_instructions"),
)
"""Columns of sums, see the module."""

LONGEST = 24 * 3600 * 1_000_000
"""Longest measurement that is taken for one, in microseconds; published ones last 300 s at most."""

LARGEST = 1e3
"""Largest quantity that is taken for one: a thousand times the largest machine."""

CPI, MAI = (0.1, 1e3), (0.0, 100.0)
"""Ranges of CPI and MAI that are taken for such."""

ACCESSES = 2**4
"""Steps of an access in the sums."""

_REQUIRED = ("start_time", "end_time", "job_id", "task_index")
_MEASURED = (*QUANTITIES.values(), "cpi", "mai")
_KEYS = ("machine_id", "window")
_COUNTED = ("rows", "faults")
_COMPACT = 500_000


def usage_sums(path: Path, counts: Counter[str], *, streaming: bool, held: int = 2_000_000) -> Iterator[pl.DataFrame]:
    """Sum a part of ``task_usage``.

    Parameters
    ----------
    path : path
        The part.
    counts : Counter
        Receives the numbers of ``rows``, ``rows without machine`` and ``rows without time in the trace``.
    streaming : bool
        Whether polars reads the part as a whole; else it is read in blocks.
    held : int
        Rows of sums that may be held at a time where it is read in blocks. A part with more machines and windows gives
        several frames, in which a machine and window may recur.

    Yields
    ------
    DataFrame
        ``machine_id``, ``window`` (number of the window since time 0) and `SUMS`, ordered by machine and window.

    Raises
    ------
    DataError
        See `read_blocks`; also for a negative start, a negative quantity that is used, an end before the start, or a
        measurement longer than `LONGEST`. It names part, row and column.
    """
    require_table(path)
    if streaming and (sums := _streamed(path)) is not None:
        yield _settled(sums, counts)
    else:
        yield from _by_blocks(path, counts, held)


def _streamed(path: Path) -> pl.DataFrame | None:
    """Sums of a whole part; None where it has to be read in blocks to find a fault or to be sure that it has none."""
    try:
        rows = pl.scan_csv(path, has_header=False, schema=dict(TASK_USAGE), null_values=[""])
        sums = row_sums(rows).collect(engine="streaming")
    except (pl.exceptions.PolarsError, OSError):
        return None
    return None if sums.is_empty() or sums["faults"].sum() else sums


def _by_blocks(path: Path, counts: Counter[str], held: int, size: int = BLOCK) -> Iterator[pl.DataFrame]:
    waiting: list[pl.DataFrame] = []
    height = 0
    for frame, before in read_blocks(path, TASK_USAGE, tuple(TASK_USAGE), _REQUIRED, size):
        sums = row_sums(frame.lazy()).collect()
        if sums["faults"].sum():
            try:
                _refuse_faults(frame, path)
            except DataError as error:
                row = None if error.row is None else error.row + before
                raise DataError(error.problem, file=path, row=row, column=error.column) from None
        waiting.append(sums)
        height += sums.height
        if height > min(held, _COMPACT):
            waiting = [_added(waiting)]
            height = waiting[0].height
            if height > held:
                yield _settled(waiting.pop(), counts)
                height = 0
    if waiting:
        yield _settled(_added(waiting), counts)


def row_sums(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Sum rows of ``task_usage`` by machine and window; see the module.

    Returns
    -------
    LazyFrame
        ``machine_id``, ``window``, `SUMS`, and the numbers of ``rows`` and of ``faults``: rows that `usage_sums`
        refuses, or that may be too short. The machine is null for rows without one, the window for rows without time.
    """
    rows = rows.with_columns(pl.col(_MEASURED).fill_nan(None)).with_columns(faulty=_fault())
    rows = rows.with_columns(
        pl.when(pl.col(name).is_between(0, LARGEST)).then(name).alias(name) for name in QUANTITIES.values()
    )
    start = pl.max_horizontal(pl.col("start_time"), START)
    end = pl.when(pl.col("end_time") == AFTER).then((start // WINDOW + 1) * WINDOW).otherwise(pl.col("end_time"))
    rows = rows.with_columns(start=start, end=end).with_columns(
        end=pl.min_horizontal("end", pl.col("start") + LONGEST + 1)
    )
    rows = rows.with_columns(
        window=pl.int_ranges(pl.col("start") // WINDOW, (pl.col("end") - 1) // WINDOW + 1),
        first=pl.col("start") // WINDOW,
    )
    timeless = pl.col("end") <= pl.col("start")
    rows = rows.with_columns(pl.when(~timeless).then("window").alias("window")).explode("window")
    first = (pl.col("window") == pl.col("first")) | pl.col("window").is_null()
    border = pl.col("window") * WINDOW
    time = pl.min_horizontal("end", border + WINDOW) - pl.max_horizontal("start", border)
    cpi_known = pl.col("cpi").is_between(*CPI) & (pl.col("cpu") > 0)
    return (
        rows.with_columns(task_time=time)
        .with_columns(
            _whole(pl.col(column) * pl.col("task_time") * UNIT).alias(name) for name, column in QUANTITIES.items()
        )
        .with_columns(cycles=pl.when(cpi_known).then("cpu"))
        .with_columns(instructions=_whole(pl.col("cycles") / pl.col("cpi")))
        .with_columns(of_instructions=pl.when(pl.col("mai").is_between(*MAI)).then("instructions"))
        .with_columns(accesses=_whole(pl.col("of_instructions") * pl.col("mai") * ACCESSES))
        .group_by(_KEYS)
        .agg(
            pl.col("task_time").sum(),
            pl.col(*QUANTITIES).sum(),
            *(pl.col(name).count().cast(pl.Int64).alias(f"known_{name}") for name in QUANTITIES),
            pl.col("cycles", "instructions", "accesses", "of_instructions").sum(),
            rows=first.sum().cast(pl.Int64),
            faults=pl.col("faulty").sum().cast(pl.Int64),
        )
        .select(*_KEYS, *SUMS, *_COUNTED)
    )


def added(frames: pl.LazyFrame) -> pl.LazyFrame:
    """Add sums of the same machine and window."""
    return frames.group_by(_KEYS).agg(pl.col(SUMS).sum())


def _added(frames: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat(frames).group_by(_KEYS).agg(pl.col(*SUMS, *_COUNTED).sum())


def _settled(sums: pl.DataFrame, counts: Counter[str]) -> pl.DataFrame:
    """Count the rows and keep the sums that have a machine and a window."""
    placeless, timeless = pl.col("machine_id").is_null(), pl.col("window").is_null()
    counts["rows"] += int(sums["rows"].sum())
    counts["rows without machine"] += int(sums.filter(placeless)["rows"].sum())
    counts["rows without time in the trace"] += int(sums.filter(timeless & ~placeless)["rows"].sum())
    return sums.filter(~placeless & ~timeless).drop(_COUNTED).sort(_KEYS)


def _whole(number: pl.Expr) -> pl.Expr:
    return number.round().cast(pl.Int64)


def _fault() -> pl.Expr:
    """Whether a row may be faulty, so that its part is looked at again: by one cheap comparison for each column.

    An outlier is no fault. A row of 19 columns has an empty last one.
    """
    start, end = pl.col("start_time"), pl.col("end_time")
    faults = [pl.col(name).is_null() for name in (*_REQUIRED, "sampled_cpu_usage")]
    faults += [~pl.col(name).is_between(0, LARGEST) for name in QUANTITIES.values()]
    faults += [~pl.col(name).is_between(0, 1e9) for name in ("cpi", "mai")]
    faults += [start < 0, end < start, (end != AFTER) & (end - pl.max_horizontal(start, START) > LONGEST)]
    # Never true: polars parses only columns that are used, and sees a row that is too long only where it parses all.
    rest = [name for name in TASK_USAGE if name not in (*_REQUIRED, *_MEASURED, "machine_id", "sampled_cpu_usage")]
    unknown = pl.any_horizontal(pl.col(name).is_null() for name in rest)
    faults += [unknown & ~unknown]
    return pl.any_horizontal(faults)


def _refuse_faults(frame: pl.DataFrame, path: Path) -> None:
    """Raise `DataError` at the first fault of a block, its row within the block."""
    start, end = frame["start_time"], frame["end_time"]
    for name in ("start_time", *_MEASURED):
        refuse(frame[name] < 0, frame[name], path, "is negative; this cannot be", header=False)
    refuse(end < start, end, path, "is before start_time of the same row", header=False)
    long = (end != AFTER) & (end - start.clip(START) > LONGEST)
    refuse(long, end, path, "is more than a day after start_time; a measurement lasts 300 s at most", header=False)
