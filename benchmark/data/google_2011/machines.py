"""Read the recordings of machines that ``data prepare google-2011`` has made, one at a time."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
import polars as pl

from benchmark.data.google_2011.assemble import CHANNELS, COUNTS, recording_path
from benchmark.data.google_2011.prepare import FORMAT, RECORDINGS, SUMMARY
from benchmark.interfaces.errors import DataError, ParameterError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording

Label = Literal["any", "failed", "evicted", "lost", "removed"]
"""Events that make a point anomalous: any of the four, or one kind."""

LEAST_ROWS = 50
"""Rows below which a recording is left out of a run: its test part would have fewer than ten."""

METADATA = Metadata(
    name="google-2011",
    title="Google cluster data 2011, version 2.1: machines, every 5 minutes",
    source="https://github.com/google/cluster-data/blob/master/ClusterData2011_2.md",
    licence="CC-BY 4.0",
    folder="google-2011",
    files=(),
    channels=len(CHANNELS),
    anomaly_share=None,
    label="a window in which a task on the machine ends in FAIL, EVICT or LOST, or the machine is removed",
    vus_window=12,  # an hour
    period="5 minutes",
    known_issues=(
        "a label says that something happened in the window, not that the machine behaves oddly before it",
        "disk I/O time ends after about 14 days of the trace; after that it is unknown",
        "resources are relative to the largest machine; no table has a column of network use",
    ),
)


def prepared(root: Path) -> Path:
    """Folder of prepared recordings: the given one, or ``google-2011`` below it; `DataError` if neither is one."""
    for folder in (root, root / "google-2011"):
        if (folder / SUMMARY).is_file():
            return folder
    raise DataError(
        "holds no prepared recordings (trace.json is missing): make them with python -m benchmark data prepare "
        "google-2011 --input PARTS --output FOLDER",
        file=root,
    )


def machines_of(root: Path) -> dict[int, tuple[int, int]]:
    """Rows and anomalous rows of each recording by the identifier of its machine.

    Raises
    ------
    DataError
        If there is no summary, it is damaged, or it is of another version.
    """
    file = prepared(root) / SUMMARY
    return _machines(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _machines(file: Path, _: int) -> dict[int, tuple[int, int]]:
    try:
        summary: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        version = summary["format"]
        found = {int(machine): (int(rows), int(marked)) for machine, (rows, marked) in summary["machines"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise DataError("is damaged: run data prepare again", file=file) from None
    if version != FORMAT:
        raise DataError(f"has the format {version}; expected {FORMAT}: run data prepare again", file=file)
    return found


def recording_file(root: Path, machine: int) -> Path:
    """File of a machine; `ParameterError` for a machine that has none."""
    folder = prepared(root)
    if machine not in machines_of(root):
        raise ParameterError(f"machine={machine}: {folder / RECORDINGS} has no such machine")
    return recording_path(folder / RECORDINGS, machine)


def read_machine(root: Path, machine: int, label: Label) -> Recording:
    """Read the recording of a machine.

    Returns
    -------
    Recording
        Named after the machine; channels and counts of `benchmark.data.google_2011.assemble`. Time is in microseconds
        of the trace. Covariates ``failed``, ``evicted``, ``lost`` and ``removed`` count label events.

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    file = recording_file(root, machine)
    try:
        frame = pl.read_parquet(file, hive_partitioning=False)
        values = frame.select(CHANNELS).to_numpy().astype(np.float32)
        counts = {name: frame[name].to_numpy() for name in COUNTS}
        time, marked = frame["time"].to_numpy(), frame["label"].to_numpy()
    except (OSError, pl.exceptions.PolarsError) as error:
        problem = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise DataError(f"cannot be read ({problem}): run data prepare again", file=file) from None
    labels = marked if label == "any" else counts[label] > 0
    return Recording(str(machine), values, CHANNELS, labels=labels, time=time, covariates=counts)
