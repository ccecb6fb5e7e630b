"""From sums and labels to one recording for each machine, a range of machines at a time.

A recording has one row for each 5-minute window in which the machine was there at any time (`machine_events`), or for
which it has a row of ``task_usage``; only windows that the parts cover, those with a row of any machine. A machine that
was there without a task has 0 tasks and no usage. The quantity that no machine reports in a window is unknown there.

``load`` is the composite of the GAN-UQ paper as far as this trace has its parts: a weighted mean of the shares of the
machine's processor (0.4) and memory (0.4) in use, each at most 1.2, and of disk I/O time (0.2), at most 1. Unknown
parts are left out. The paper gives no weights. These are those of `benchmark.protocols.google_2019.load`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from benchmark.data.google_2011.events import LABELS
from benchmark.data.google_2011.schema import WINDOW
from benchmark.data.google_2011.usage import ACCESSES, QUANTITIES, UNIT, added
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.writing import draft_beside, named

CHANNELS = (*QUANTITIES, "cpi", "mai", "running_tasks", "load")
"""Channels of a recording, in order."""

COUNTS = (*LABELS, "removed")
"""Columns of counted label events."""

_KEYS = ("machine_id", "window")
_WEIGHTS = {"cpu": 0.4, "memory": 0.4, "disk_io_time": 0.2}


def coverage(usage: list[Path]) -> pl.DataFrame:
    """Windows that parts of sums cover, in order, and whether any machine reports each quantity (``reports_…``)."""
    reported = [(pl.col(f"known_{name}").sum() > 0).alias(f"reports_{name}") for name in QUANTITIES]
    return pl.scan_parquet(usage).group_by("window").agg(reported).sort("window").collect(engine="streaming")


def assemble(
    machines: Sequence[int], usage: list[Path], labels: list[Path], history: pl.DataFrame, windows: pl.DataFrame
) -> tuple[pl.DataFrame, int]:
    """Make the recordings of some machines.

    Parameters
    ----------
    machines : sequence of int
        Neighbours in the order of their identifiers.
    usage, labels : list of path
        Parquet files of sums (`usage_sums`) and of labels (`task_labels`).
    history : DataFrame
        See `machine_history`.
    windows : DataFrame
        See `coverage`.

    Returns
    -------
    recordings : DataFrame
        ``machine_id``, ``time`` (µs, start of the window), `CHANNELS` (float32; null where unknown), `COUNTS` and
        ``label`` (any of them above 0), ordered by machine and time.
    unplaced : int
        Label events of these machines in windows that their recordings lack.
    """
    ours = pl.col("machine_id").is_between(machines[0], machines[-1])
    sums = added(pl.scan_parquet(usage).filter(ours)).collect(engine="streaming")
    of_tasks = pl.scan_parquet(labels).filter(ours).group_by(_KEYS).agg(pl.col(*LABELS).sum()).collect()
    history = history.filter(pl.col("machine_id").is_in(list(machines)))
    window = (pl.col("time") // WINDOW).alias("window")
    removals = history.filter("removed").group_by("machine_id", window).agg(pl.len().cast(pl.Int64).alias("removed"))
    ids = pl.DataFrame({"machine_id": machines}, schema={"machine_id": pl.Int64})
    grid = ids.join(windows.select("window"), how="cross").with_columns(until=(pl.col("window") + 1) * WINDOW - 1)
    grid = grid.sort("until").join_asof(
        history.rename({"removed": "away", "memory": "capacity"}).sort("time"),
        left_on="until",
        right_on="time",
        by="machine_id",
        check_sortedness=False,
    )
    here = ~pl.col("away") | (pl.col("time") // WINDOW == pl.col("window"))
    rows = (
        grid.join(sums, on=_KEYS, how="left")
        .filter(here.fill_null(False) | pl.col("task_time").is_not_null())
        .join(windows, on="window", how="left")
        .join(of_tasks, on=_KEYS, how="left")
        .join(removals, on=_KEYS, how="left")
        .with_columns(pl.col(COUNTS).fill_null(0))
        .sort(_KEYS)
    )
    events = sum(int(frame[name].sum()) for frame in (of_tasks, removals) for name in COUNTS if name in frame.columns)
    placed = sum(int(rows[name].sum()) for name in COUNTS)
    return _channels(rows), events - placed


def write_recordings(recordings: pl.DataFrame, folder: Path) -> dict[int, tuple[int, int]]:
    """Write each machine to ``machine_id=N/recording.parquet``; return its rows and anomalous rows by identifier."""
    written = {}
    for (machine,), frame in recordings.partition_by("machine_id", as_dict=True, include_key=False).items():
        path = recording_path(folder, int(machine))
        path.parent.mkdir(parents=True, exist_ok=True)
        write_parquet(frame, path)
        written[int(machine)] = (frame.height, int(frame["label"].sum()))
    return written


def recording_path(folder: Path, machine: int) -> Path:
    """File of a machine below the folder of recordings."""
    return folder / f"machine_id={machine}" / "recording.parquet"


def write_parquet(frame: pl.DataFrame, path: Path, rows_of_group: int = 4096) -> None:
    """Write a Parquet file whole or not at all."""
    draft = draft_beside(path)
    with named(path):
        try:
            frame.write_parquet(draft, row_group_size=rows_of_group)
            draft.replace(path)
        except pl.exceptions.PolarsError as error:
            raise DataError(f"cannot be written: {str(error).splitlines()[0]}", file=path) from None
        finally:
            draft.unlink(missing_ok=True)


def _channels(rows: pl.DataFrame) -> pl.DataFrame:
    idle = pl.col("task_time").is_null()
    quantities = [
        pl.when(pl.col(f"known_{name}") > 0)
        .then(pl.col(name) / (UNIT * WINDOW))
        .when(idle & pl.col(f"reports_{name}"))
        .then(0.0)
        .alias(name)
        for name in QUANTITIES
    ]
    instructions, measured = pl.col("instructions"), pl.col("of_instructions")
    rows = rows.with_columns(
        *quantities,
        cpi=pl.when(instructions > 0).then(pl.col("cycles") / instructions),
        mai=pl.when(measured > 0).then(pl.col("accesses") / measured / ACCESSES),
        running_tasks=pl.col("task_time").fill_null(0) / WINDOW,
        time=pl.col("window") * WINDOW,
    )
    parts = {
        "cpu": (pl.col("cpu") / pl.when(pl.col("cpus") > 0).then("cpus")).clip(0, 1.2),
        "memory": (pl.col("memory") / pl.when(pl.col("capacity") > 0).then("capacity")).clip(0, 1.2),
        "disk_io_time": pl.col("disk_io_time").clip(0, 1),
    }
    weights = [pl.when(part.is_not_null()).then(_WEIGHTS[name]).otherwise(0.0) for name, part in parts.items()]
    total = pl.sum_horizontal(weights)
    weighted = pl.sum_horizontal(part.fill_null(0.0) * _WEIGHTS[name] for name, part in parts.items())
    return rows.with_columns(
        load=pl.when(total > 0).then(weighted / total), label=pl.any_horizontal(pl.col(name) > 0 for name in COUNTS)
    ).select("machine_id", "time", pl.col(CHANNELS).cast(pl.Float32), pl.col(COUNTS).cast(pl.Int32), "label")
