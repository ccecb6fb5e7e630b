"""Columns, codes and channels of the Google 2019 sample, shared by its reader and its twin."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EVENTS: Mapping[int, str] = MappingProxyType(
    {
        0: "SUBMIT",
        1: "QUEUE",
        2: "ENABLE",
        3: "SCHEDULE",
        4: "EVICT",
        5: "FAIL",
        6: "FINISH",
        7: "KILL",
        8: "LOST",
        9: "UPDATE_PENDING",
        10: "UPDATE_RUNNING",
    }
)
"""Instance events by code, as the documentation of the trace (version 3) defines them."""

FAIL = 5

USAGE = (
    "avg_cpu",
    "avg_memory",
    "max_cpu",
    "max_memory",
    "sampled_cpu",
    "assigned_memory",
    "page_cache",
    "cpi",
    "mai",
    "sample_rate",
)
"""Measured use of resources; CPU and memory relative to the largest machine of the trace, in [0, ∞)."""

REQUEST = ("request_cpu", "request_memory")
"""Requested resources, relative to the largest machine."""

SCHEDULER = (
    "priority",
    "scheduling_class",
    "vertical_scaling",
    "scheduler",
    "collection_type",
    "in_alloc",
    "constraints",
    "start_after",
)
"""Values that the scheduler knows before the instance runs; ``constraints`` is 0, 1 or 2 (two or more)."""

DISTRIBUTION = ("cpu_p0", "cpu_p10", "cpu_p20", "cpu_p30")
"""Low percentiles of CPU use within the five-minute window: those that every form of the file holds."""

CHANNELS = USAGE + REQUEST + SCHEDULER + DISTRIBUTION

RESOURCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "resource_request": REQUEST,
        "average_usage": ("avg_cpu", "avg_memory"),
        "maximum_usage": ("max_cpu", "max_memory"),
        "random_sample_usage": ("sampled_cpu", "sampled_memory"),
    }
)
"""Text columns of the form ``{'cpus': x, 'memory': y}``, with the names of their two quantities."""

NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "assigned_memory": "assigned_memory",
        "page_cache_memory": "page_cache",
        "cycles_per_instruction": "cpi",
        "memory_accesses_per_instruction": "mai",
        "sample_rate": "sample_rate",
        "priority": "priority",
        "scheduling_class": "scheduling_class",
        "vertical_scaling": "vertical_scaling",
        "scheduler": "scheduler",
        "collection_type": "collection_type",
    }
)
"""Plain numeric columns of the file, with their channels."""

RAW = (
    "time",
    "instance_events_type",
    "collection_id",
    "alloc_collection_id",
    "constraint",
    "start_after_collection_ids",
    "cpu_usage_distribution",
    "failed",
    *RESOURCES,
    *NUMBERS,
)
"""Columns of the file that are read. Hashes, machines, clusters and ``event`` are not."""

FILES = ("borg_traces_data.parquet", "borg_traces_data.csv")
