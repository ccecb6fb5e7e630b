"""Columns and times of the official tables of the 2011 Google trace, version 2.1. Their files have no header."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

TASK_EVENTS: Mapping[str, type[pl.DataType]] = MappingProxyType(
    {
        "time": pl.Int64,
        "missing_info": pl.Int64,
        "job_id": pl.Int64,
        "task_index": pl.Int64,
        "machine_id": pl.Int64,
        "event_type": pl.Int64,
        "user": pl.String,
        "scheduling_class": pl.Int64,
        "priority": pl.Int64,
        "cpu_request": pl.Float64,
        "memory_request": pl.Float64,
        "disk_request": pl.Float64,
        "different_machines": pl.Int64,
    }
)
"""Columns of a part of ``task_events``, which has no header."""

MACHINE_EVENTS: Mapping[str, type[pl.DataType]] = MappingProxyType(
    {
        "time": pl.Int64,
        "machine_id": pl.Int64,
        "event_type": pl.Int64,
        "platform": pl.String,
        "cpus": pl.Float64,
        "memory": pl.Float64,
    }
)
"""Columns of ``machine_events``, which has no header."""

USAGE_CHANNELS = (
    "cpu_rate",
    "canonical_memory",
    "assigned_memory",
    "unmapped_page_cache",
    "total_page_cache",
    "max_memory",
    "disk_io_time",
    "local_disk_space",
    "max_cpu_rate",
    "max_disk_io_time",
    "cpi",
    "mai",
    "sample_portion",
    "aggregation_type",
    "sampled_cpu_usage",
)
"""Measured columns of ``task_usage``, in the order of the file."""

TASK_USAGE: Mapping[str, type[pl.DataType]] = MappingProxyType(
    dict.fromkeys(("start_time", "end_time", "job_id", "task_index", "machine_id"), pl.Int64)
    | dict.fromkeys(USAGE_CHANNELS, pl.Float64)
)
"""Columns of a part of ``task_usage``, which has no header."""

BEFORE, AFTER = 0, 2**63 - 1
"""Times of events before the start and after the end of the trace."""

START = 600_000_000
"""Microsecond at which the trace begins."""

WINDOW = 300_000_000
"""Microseconds of a measurement of ``task_usage``, and of a point of a machine's recording. `START` is two of them."""
