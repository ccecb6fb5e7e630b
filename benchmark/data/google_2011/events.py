"""From task and machine events to the labels of machines, and to when a machine was there and how large it was.

A window of a machine counts the tasks on it that ended in FAIL, EVICT or LOST within it, and the REMOVE events of the
machine. A terminal event without a machine belongs to the machine on which the task was last scheduled. Where there is
none, because the task was still pending, the event is left out and counted. Which task runs where is carried from part
to part. Events at time 0 or 2⁶³ − 1 are outside the trace: they tell where tasks run, and are no labels.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import polars as pl

from benchmark.data.google_2011.blocks import BLOCK, read_blocks
from benchmark.data.google_2011.schema import AFTER, MACHINE_EVENTS, START, TASK_EVENTS, WINDOW
from benchmark.data.tables import refuse
from benchmark.interfaces.errors import DataError

SUBMIT, SCHEDULE, EVICT, FAIL, FINISH, KILL, LOST = range(7)
UPDATE_RUNNING = 8
ADD, REMOVE, UPDATE = range(3)

LABELS = {"failed": FAIL, "evicted": EVICT, "lost": LOST}
"""Column of counts by the code of the task event that it counts."""

RUNNING = {"job_id": pl.Int64, "task_index": pl.Int64, "on": pl.Int64}
"""Columns of the tasks that run at the end of a part, and the machine of each."""

_TASK = ("job_id", "task_index")
_REQUIRED = ("time", "job_id", "task_index", "event_type", "priority")
_NOWHERE = -1


def task_labels(
    path: Path, running: pl.DataFrame, counts: Counter[str], size: int = BLOCK
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Count the labelled task events of a part.

    Parameters
    ----------
    path : path
        Part of ``task_events``, the next one after the part that gave ``running``.
    running : DataFrame
        Tasks that run before it (`RUNNING`); empty for the first part.
    counts : Counter
        Receives the numbers of ``events``, ``label events without machine`` and ``label events outside the trace``.
    size : int
        Bytes of a block of text.

    Returns
    -------
    labels : DataFrame
        ``machine_id``, ``window`` and the columns of `LABELS`, ordered by machine and window.
    running : DataFrame
        Tasks that run after the part.

    Raises
    ------
    DataError
        See `read_blocks`; also for an unknown code or a negative time. It names part, row and column.
    """
    found = []
    for frame, before in read_blocks(path, TASK_EVENTS, tuple(TASK_EVENTS), _REQUIRED, size):
        try:
            _check_codes(frame, {"event_type": 8, "scheduling_class": 3, "different_machines": 1}, path)
        except DataError as error:
            row = None if error.row is None else error.row + before
            raise DataError(error.problem, file=path, row=row, column=error.column) from None
        counts["events"] += frame.height
        labels, running = _block_labels(frame, running, counts)
        found.append(labels)
    return pl.concat(found).group_by("machine_id", "window").sum().sort("machine_id", "window"), running


def _block_labels(
    frame: pl.DataFrame, running: pl.DataFrame, counts: Counter[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    kind, machine = pl.col("event_type"), pl.col("machine_id")
    placed = kind.is_in((SCHEDULE, UPDATE_RUNNING))
    ended = kind.is_in((SUBMIT, EVICT, FAIL, FINISH, KILL, LOST))
    on = pl.when(ended).then(_NOWHERE).when(placed).then(machine.fill_null(_NOWHERE))
    events = pl.concat(
        [
            running.with_columns(time=pl.lit(0, pl.Int64), event_type=pl.lit(None, pl.Int64), machine_id="on"),
            frame.select(*_TASK, on.cast(pl.Int64).alias("on"), "time", "event_type", "machine_id"),
        ]
    )
    is_label = kind.is_in(list(LABELS.values()))
    inside = pl.col("time").is_between(START, AFTER - 1)
    labelled = frame.filter(is_label)
    counts["label events outside the trace"] += int(labelled.select((~inside).sum()).item())
    labelled = labelled.filter(inside)
    placeless = labelled.filter(machine.is_null())
    found = labelled.drop_nulls("machine_id").select("machine_id", "time", "event_type")
    if placeless.height:
        of_these = events.join(placeless.select(_TASK).unique(), on=_TASK, how="semi", maintain_order="left")
        before = of_these.with_columns(before=pl.col("on").shift(1).forward_fill().over(_TASK))
        resolved = before.filter(is_label & inside & machine.is_null() & (pl.col("before") > _NOWHERE))
        counts["label events without machine"] += placeless.height - resolved.height
        found = pl.concat([found, resolved.select("before", "time", "event_type").rename({"before": "machine_id"})])
    labels = found.group_by("machine_id", window=pl.col("time") // WINDOW).agg(
        (kind == code).sum().cast(pl.Int64).alias(name) for name, code in LABELS.items()
    )
    last = events.group_by(_TASK).agg(pl.col("on").drop_nulls().last())
    return labels, last.filter(pl.col("on") > _NOWHERE).sort(_TASK)


def machine_history(paths: list[Path]) -> pl.DataFrame:
    """Read the machine events.

    Returns
    -------
    DataFrame
        ``machine_id``, ``time``, ``removed`` (whether the event is a REMOVE), ``cpus`` and ``memory`` (the last known
        capacity, relative to the largest machine; null if unknown), ordered by machine and time.

    Raises
    ------
    DataError
        See `read_blocks`; also for an unknown code, a negative time or a negative capacity.
    """
    frames = []
    for path in paths:
        required = ("time", "machine_id", "event_type")
        for frame, before in read_blocks(path, MACHINE_EVENTS, tuple(MACHINE_EVENTS), required):
            try:
                _check_codes(frame, {"event_type": 2}, path)
                for name in ("cpus", "memory"):
                    refuse(frame[name] < 0, frame[name], path, "is negative; this cannot be", header=False)
            except DataError as error:
                row = None if error.row is None else error.row + before
                raise DataError(error.problem, file=path, row=row, column=error.column) from None
            frames.append(frame.select("machine_id", "time", pl.col("event_type") == REMOVE, "cpus", "memory"))
    return (
        pl.concat(frames)
        .rename({"event_type": "removed"})
        .sort("machine_id", "time", maintain_order=True)
        .with_columns(pl.col("cpus", "memory").forward_fill().over("machine_id"))
    )


def _check_codes(frame: pl.DataFrame, largest: dict[str, int], path: Path) -> None:
    for name, limit in largest.items():
        column = frame[name]
        refuse((column < 0) | (column > limit), column, path, f"is not a code from 0 to {limit}", header=False)
    refuse(frame["time"] < 0, frame["time"], path, "is negative; this cannot be", header=False)
