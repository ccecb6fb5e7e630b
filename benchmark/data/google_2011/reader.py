"""Google cluster trace of May 2011 (version 2.1): attempts to run a task, built from its events, and task usage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import polars as pl

from benchmark.data.checksums import remote_file
from benchmark.data.google_2011.attempts import CHANNELS, attempts
from benchmark.data.google_2011.machines import LEAST_ROWS, Label, machines_of, read_machine, recording_file
from benchmark.data.google_2011.machines import METADATA as MACHINES_METADATA
from benchmark.data.google_2011.parts import parts_of
from benchmark.data.google_2011.schema import MACHINE_EVENTS, TASK_EVENTS, TASK_USAGE, USAGE_CHANNELS
from benchmark.data.precision import compact
from benchmark.data.tables import read_csv, refuse, require_increasing, require_non_negative, require_present
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording

MACHINES = ("machine_events", "part-00000-of-00001.csv.gz")
USAGE_SAMPLE = ("task_usage_sample", "google2011_task_usage_sample.csv")

_URL = "https://storage.googleapis.com/clusterdata-2011-2"


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

    With ``layout=machines``, one recording for each machine, in time order: 5-minute windows that ``data prepare
    google-2011`` made of any parts (`benchmark.data.google_2011.assemble`). A point is anomalous where a task on the
    machine ends in FAIL, EVICT or LOST, or the machine is removed. ``run --input`` streams them, machine by machine.

    Parameters
    ----------
    table : {"attempts", "usage"}
        Table to read with ``layout=rows``.
    layout : {"rows", "machines"}
        Rows of a table, or recordings of machines.
    machine : int, optional
        Identifier of the machine to read with ``layout=machines``; all by default.
    label : {"any", "failed", "evicted", "lost", "removed"}
        Events that make a point anomalous with ``layout=machines``.

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
    layout: Literal["rows", "machines"] = "rows"
    machine: int | None = None
    label: Label = "any"

    def __post_init__(self) -> None:
        if self.layout == "machines":
            object.__setattr__(self, "metadata", MACHINES_METADATA)
        elif self.machine is not None or self.label != "any":
            raise ParameterError("google-2011: machine and label belong to layout=machines")

    def files(self, root: Path) -> list[Path]:
        """Return machine events and parts of task events, parts of task usage, or files of machines.

        Raises `DataError` if they are missing.
        """
        if self.layout == "machines":
            return [recording_file(root, machine) for machine in self._machines(root)]
        if self.table == "usage":
            return self._parts(root, "task_usage") or [self.path(root, *USAGE_SAMPLE)]
        parts = self._parts(root, "task_events")
        if not parts:
            self.path(root, "task_events", "part-00001-of-00500.csv.gz")  # raises, and says how to get it
        return [self.path(root, *MACHINES), *parts]

    def read(self, root: Path) -> list[Recording]:
        """Read the table into one recording, or one recording for each machine."""
        if self.layout == "machines":
            return [read_machine(root, machine, self.label) for machine in self._machines(root)]
        if self.table == "usage":
            return [_usage(self.files(root))]
        machines, *parts = self.files(root)
        events = pl.concat([_task_events(part) for part in parts])
        return [attempts(events, _machine_events(machines))]

    def streamed(self, root: Path) -> list[int]:
        """Machines that a run takes one at a time, as values of ``machine``: those with `LEAST_ROWS` or more.

        Raises
        ------
        ParameterError
            With another layout, which cannot be streamed.
        """
        if self.layout != "machines":
            raise ParameterError("google-2011: only layout=machines is read one recording at a time (--input)")
        if self.machine is not None:
            return [self.machine]
        return [machine for machine, (rows, _) in machines_of(root).items() if rows >= LEAST_ROWS]

    def _machines(self, root: Path) -> list[int]:
        return list(machines_of(root)) if self.machine is None else [self.machine]

    def _parts(self, root: Path, table: str) -> list[Path]:
        return parts_of(Path(root, self.metadata.folder, table))


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
