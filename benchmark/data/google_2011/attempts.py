"""Build attempts from the task events of the 2011 Google trace: one row from SUBMIT to the end of a task's run."""

from __future__ import annotations

import polars as pl

from benchmark.data.precision import compact
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording

SUBMIT, SCHEDULE, EVICT, FAIL, FINISH, KILL, LOST = range(7)
"""Codes of task events. Codes 7 and 8 update the requests of a task that is pending or running."""

TERMINAL = (EVICT, FAIL, FINISH, KILL, LOST)

AFTER_TRACE = 2**63 - 1
"""Time of events after the end of the trace; 0 is the time of events before its start."""

CHANNELS = (
    "scheduling_class",
    "priority",
    "cpu_request",
    "memory_request",
    "disk_request",
    "different_machines",
    "queue_wait_s",
    "run_time_s",
    "attempt",
    "machine_cpus",
    "machine_memory",
)
"""Channels of an attempt, see `attempts`."""

_KEYS = ("job_id", "task_index", "attempt")
_MICROSECONDS = 1e6


def attempts(events: pl.DataFrame, machines: pl.DataFrame) -> Recording:
    """Build the attempts from task events.

    Parameters
    ----------
    events : DataFrame
        Task events of one or more parts, one part after the other, each in order of time.
    machines : DataFrame
        Machine events in order of time.

    Returns
    -------
    Recording
        ``attempts``, one row for each attempt with a SUBMIT, a later SCHEDULE and a terminal event after that,
        ordered by time of SUBMIT, job, task and attempt. Not sequential.

        ======================================  ============================================================
        scheduling_class, priority              as submitted: 0–3 and 0–11
        cpu, memory, disk request               as submitted, relative to the largest machine; NaN unknown
        different_machines                      1 where the tasks of a job must run on different machines
        queue_wait_s, run_time_s                SUBMIT to SCHEDULE, SCHEDULE to end; NaN where one of the two
                                                is outside the trace
        attempt                                 running count of SUBMIT of the task, from 1, over the parts read
        machine_cpus, machine_memory            capacity of the machine when scheduled; NaN unknown
        ======================================  ============================================================

        Labels are True where the attempt ends in FAIL. The covariate ``end`` holds the code of its terminal event.

    Raises
    ------
    DataError
        If no attempt is complete.
    """
    ordered = events.sort("time", maintain_order=True).with_row_index("order")
    ordered = ordered.with_columns(
        attempt=(pl.col("event_type") == SUBMIT).cast(pl.Int64).cum_sum().over("job_id", "task_index")
    ).filter(pl.col("attempt") > 0)
    submitted = ordered.filter(pl.col("event_type") == SUBMIT)
    scheduled = _first(ordered.filter(pl.col("event_type") == SCHEDULE)).select(
        *_KEYS,
        scheduled="time",
        scheduled_order="order",
        scheduled_on="machine_id",
    )
    ended = _first(
        ordered.filter(pl.col("event_type").is_in(TERMINAL))
        .join(scheduled, on=_KEYS)
        .filter(pl.col("order") > pl.col("scheduled_order"))
    ).select(*_KEYS, "scheduled", "scheduled_on", ended="time", end="event_type")
    rows = _with_capacity(submitted.join(ended, on=_KEYS), machines).sort("time", *_KEYS)
    if rows.height == 0:
        raise DataError("the parts of task_events hold no attempt with a SUBMIT, a SCHEDULE and a terminal event")
    rows = rows.with_columns(queue_wait_s=_seconds("time", "scheduled"), run_time_s=_seconds("scheduled", "ended"))
    return Recording(
        "attempts",
        compact(rows.select(pl.col(CHANNELS).cast(pl.Float64)).to_numpy()),
        CHANNELS,
        labels=(rows["end"] == FAIL).to_numpy(),
        groups=rows["job_id"].to_numpy(),
        time=rows["time"].to_numpy(),
        covariates={"end": rows["end"].to_numpy()},
        sequential=False,
    )


def _first(events: pl.DataFrame) -> pl.DataFrame:
    """First event of each attempt."""
    return events.unique(_KEYS, keep="first", maintain_order=True)


def _with_capacity(rows: pl.DataFrame, machines: pl.DataFrame) -> pl.DataFrame:
    """Add the capacity that the machine had when the attempt was scheduled on it."""
    known = machines.drop_nulls(("cpus", "memory")).select(
        "machine_id", known_since="time", machine_cpus="cpus", machine_memory="memory"
    )
    return rows.sort("scheduled", maintain_order=True).join_asof(
        known.sort("known_since", maintain_order=True),
        left_on="scheduled",
        right_on="known_since",
        by_left="scheduled_on",
        by_right="machine_id",
        check_sortedness=False,
    )


def _seconds(start: str, end: str) -> pl.Expr:
    """Seconds between two times, null where one is outside the trace."""
    inside = (pl.col(start) > 0) & (pl.col(end) < AFTER_TRACE)
    return pl.when(inside).then((pl.col(end) - pl.col(start)) / _MICROSECONDS)
