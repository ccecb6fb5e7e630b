"""Google cluster trace of May 2011 (version 2.1): attempts to run a task, built from its events, and task usage."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import ClassVar, Literal

import polars as pl

from benchmark.data.checksums import remote_file
from benchmark.data.google_2011.attempts import CHANNELS, attempts
from benchmark.data.precision import compact
from benchmark.data.tables import read_csv, refuse, require_increasing, require_non_negative, require_present
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording

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

MACHINES = ("machine_events", "part-00000-of-00001.csv.gz")
USAGE_SAMPLE = ("task_usage_sample", "google2011_task_usage_sample.csv")

_URL = "https://storage.googleapis.com/clusterdata-2011-2"
_PART = re.compile(r"part-(\d{5})-of-\d{5}\.csv(\.gz)?")


@dataclass(kw_only=True)
class Google2011(Dataset):
    """Google cluster trace 2011: attempts to run a task, labelled by failure, or unlabelled task usage.

    One recording, named after the table, whose rows have no order in time.

    ``attempts`` is labelled. An attempt is the history of a task of a job from one SUBMIT event to the next. Attempts
    with a SUBMIT, a SCHEDULE and a terminal event in the parts that are present are kept, in the order of their SUBMIT;
    one that ends in FAIL is anomalous. Any parts of ``task_events`` may be present, as
    ``task_events/part-NNNNN-of-00500.csv.gz``. `attempts` describes the channels.

    ``usage`` holds the measured columns of ``task_usage`` without labels: of the official parts if there are any,
    else of the sample with a header, ``task_usage_sample/google2011_task_usage_sample.csv``.

    Groups are job identifiers. Time is that of SUBMIT (``attempts``) or of the start of the measurement (``usage``),
    in microseconds of the trace, which begins at 600 s; 0 means before that.

    Parameters
    ----------
    table : {"attempts", "usage"}
        Table to read.

    References
    ----------
    C. Reiss, J. Wilkes, J. L. Hellerstein, Google cluster-usage traces: format + schema, 2011, version 2.1.
    """

    metadata: ClassVar[Metadata] = Metadata(
        name="google-2011",
        title="Google cluster data 2011, version 2.1",
        source="https://github.com/google/cluster-data/blob/master/ClusterData2011_2.md",
        licence="CC-BY 4.0",
        folder="google-2011",
        files=tuple(
            remote_file(f"google-2011/{path}", f"{_URL}/{path}")
            for path in ("/".join(MACHINES), "task_events/part-00001-of-00500.csv.gz")
        ),
        channels=len(CHANNELS),
        anomaly_share=0.0179,
        label="an attempt to run a task that ends in FAIL",
        vus_window=0,  # rows have no order in time, so anomalies have no borders to widen
        period="none: one row per attempt",
        known_issues=(
            "anomaly_share is that of part 1 of 500 of task_events, hours 1.56 to 2.95; "
            f"the other parts are at {_URL}/task_events/part-NNNNN-of-00500.csv.gz, with SHA256SUM in the root",
            "attempts that are not both submitted and ended in the parts that are read are left out, so short ones are "
            "over-represented",
            "one job has 38 % of the failed attempts of part 1: split by job, since scores depend on its side",
            "run time is known only after an attempt has ended: scores are given afterwards, not in advance",
            "resources are relative to the largest machine; no table has a column of network use",
        ),
    )

    table: Literal["attempts", "usage"] = "attempts"

    def files(self, root: Path) -> list[Path]:
        """Return machine events and parts of task events, or parts of task usage. Raises `DataError` if missing."""
        if self.table == "usage":
            return self._parts(root, "task_usage") or [self.path(root, *USAGE_SAMPLE)]
        parts = self._parts(root, "task_events")
        if not parts:
            self.path(root, "task_events", "part-00001-of-00500.csv.gz")  # raises, and says how to get it
        return [self.path(root, *MACHINES), *parts]

    def read(self, root: Path) -> list[Recording]:
        """Read the table into one recording."""
        if self.table == "usage":
            return [_usage(self.files(root))]
        machines, *parts = self.files(root)
        events = pl.concat([_task_events(part) for part in parts])
        return [attempts(events, _machine_events(machines))]

    def _parts(self, root: Path, table: str) -> list[Path]:
        """Parts of a table in order of number; a plain file is preferred to a gzipped one of the same number."""
        folder = Path(root, self.metadata.folder, table)
        parts: dict[str, Path] = {}
        for path in sorted(folder.glob("part-*")):
            if match := _PART.fullmatch(path.name):
                parts.setdefault(match[1], path)
        return [parts[number] for number in sorted(parts)]


def _task_events(path: Path) -> pl.DataFrame:
    """Read and check one part of task events."""
    table = read_csv(path, TASK_EVENTS, header=False)
    require_present(table, ("time", "job_id", "task_index", "event_type", "priority"), path, header=False)
    _require_codes(table, {"event_type": 8, "scheduling_class": 3, "different_machines": 1}, path)
    quantities = ("time", "task_index", "priority", "cpu_request", "memory_request", "disk_request")
    require_non_negative(table, quantities, path, header=False)
    require_increasing(table["time"].to_numpy(), path, "time", header=False, repeats=True)
    return table


def _machine_events(path: Path) -> pl.DataFrame:
    """Read and check the machine events."""
    table = read_csv(path, MACHINE_EVENTS, header=False)
    require_present(table, ("time", "machine_id", "event_type"), path, header=False)
    _require_codes(table, {"event_type": 2}, path)
    require_non_negative(table, ("time", "cpus", "memory"), path, header=False)
    require_increasing(table["time"].to_numpy(), path, "time", header=False, repeats=True)
    return table


def _require_codes(table: pl.DataFrame, largest: Mapping[str, int], path: Path) -> None:
    """Raise `DataError` at the first code that is negative or above the largest of its column."""
    for name, limit in largest.items():
        column = table[name]
        refuse((column < 0) | (column > limit), column, path, f"is not a code from 0 to {limit}", header=False)


def _usage(paths: list[Path]) -> Recording:
    tables = []
    for path in paths:
        header = path.name == USAGE_SAMPLE[-1]
        table = read_csv(path, TASK_USAGE, header=header)
        require_present(table, ("start_time", "end_time", "job_id", "task_index"), path, header=header)
        require_non_negative(table, ("start_time", *USAGE_CHANNELS), path, header=header)
        require_increasing(table["start_time"].to_numpy(), path, "start_time", header=header, repeats=True)
        early = table["end_time"] < table["start_time"]
        refuse(early, table["end_time"], path, "is before start_time of the same row", header=header)
        tables.append(table)
    rows = pl.concat(tables)
    return Recording(
        "usage",
        compact(rows.select(USAGE_CHANNELS).to_numpy()),
        USAGE_CHANNELS,
        groups=rows["job_id"].to_numpy(),
        time=rows["start_time"].to_numpy(),
        sequential=False,
    )
