"""AWS CloudWatch series of the Numenta Anomaly Benchmark (Lavin and Ahmad, 2015): univariate, windows as labels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmark.data.checksums import remote_file
from benchmark.data.precision import compact
from benchmark.data.tables import (
    read_csv,
    read_json,
    require_increasing,
    require_non_negative,
    require_present,
    times,
)
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.metadata import Metadata
from benchmark.interfaces.recording import Recording

SERIES = (
    "ec2_cpu_utilization_24ae8d",
    "ec2_cpu_utilization_53ea38",
    "ec2_cpu_utilization_5f5533",
    "ec2_cpu_utilization_77c1ca",
    "ec2_cpu_utilization_825cc2",
    "ec2_cpu_utilization_ac20cd",
    "ec2_cpu_utilization_c6585a",
    "ec2_cpu_utilization_fe7f93",
    "ec2_disk_write_bytes_1ef3de",
    "ec2_disk_write_bytes_c0d644",
    "ec2_network_in_257a54",
    "ec2_network_in_5abac7",
    "elb_request_count_8c0756",
    "grok_asg_anomaly",
    "iio_us-east-1_i-a2eb1cd9_NetworkIn",
    "rds_cpu_utilization_cc0c53",
    "rds_cpu_utilization_e47b3b",
)
"""Names of the 17 series."""

SUBFOLDER = "realAWSCloudwatch"
WINDOWS = "combined_windows.json"
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"

_URL = "https://raw.githubusercontent.com/numenta/NAB/master"


@dataclass(kw_only=True)
class NabAws(Dataset):
    """AWS CloudWatch series of the Numenta Anomaly Benchmark: 17 metrics, one value per five minutes, labelled windows.

    Each series is one sequential recording with the channel ``value``; the publisher does not split. A point is
    anomalous from the first to the last time of a window, both included. Time is in microseconds since 1970-01-01 in
    the local clock that wrote the file. Where that clock was set forward, all rows of the skipped hour have the first
    time after it. Such a run of equal times is spread over the gap before it, one sampling period apart (see
    `spread_repeated_times`). Any other time that repeats or precedes the one before is an error.

    References
    ----------
    A. Lavin and S. Ahmad, Evaluating real-time anomaly detection algorithms, ICMLA 2015.
    """

    metadata: ClassVar[Metadata] = Metadata(
        name="nab-aws",
        title="Numenta Anomaly Benchmark, realAWSCloudwatch",
        source="https://github.com/numenta/NAB",
        licence="MIT",
        folder="nab",
        files=(
            remote_file(f"nab/{WINDOWS}", f"{_URL}/labels/{WINDOWS}"),
            *(remote_file(f"nab/{SUBFOLDER}/{name}.csv", f"{_URL}/data/{SUBFOLDER}/{name}.csv") for name in SERIES),
        ),
        channels=1,
        anomaly_share=0.0932,
        label="a point inside a window around an anomaly that annotators agreed on",
        # One hour. The published windows already have a generous margin, so the buffer is short.
        vus_window=12,
        period="five minutes",
        known_issues=(
            "the windows of a series cover a tenth of it, whatever the anomaly's length: most points inside are normal",
            "ec2_cpu_utilization_c6585a has no window",
            "the first window of iio_us-east-1_i-a2eb1cd9_NetworkIn starts at 10:35, after the labelled peak at 09:35 "
            "(NAB issues 291, 300, 385; pull request 389 moves it to 07:00 to 12:10); it is read as in the file with "
            "the known checksum",
            "ec2_disk_write_bytes_1ef3de and ec2_network_in_5abac7 each hold 12 rows of one time, 2014-03-09 03:00, "
            "after a gap of an hour: the clock was set forward; the rows are spread over the gap",
            "five series have gaps of one to three rows",
            "some labelled anomalies are arguable, some visible ones are not labelled",
        ),
    )

    def files(self, root: Path) -> list[Path]:
        """Return the files of the windows and the 17 series. Raises `DataError` where one is missing."""
        return sorted((self.path(root, WINDOWS), *(self.path(root, SUBFOLDER, f"{name}.csv") for name in SERIES)))

    def read(self, root: Path) -> list[Recording]:
        """Read every series and label it."""
        path = self.path(root, WINDOWS)
        windows = read_json(path)
        return [
            _series(name, self.path(root, SUBFOLDER, f"{name}.csv"), _windows(windows, name, path), path)
            for name in SERIES
        ]


def spread_repeated_times(time: NDArray[np.int64]) -> NDArray[np.int64]:
    """Spread each run of equal times over the gap before it.

    Parameters
    ----------
    time : ndarray of int64, shape (T,)
        Times as written, in any unit.

    Returns
    -------
    ndarray of int64, shape (T,)
        Where n ≥ 2 neighbours are equal and the step before them is more than n periods (the median step of the
        series), they become 1, 2, …, n periods after the time before the gap. All other times are unchanged.
    """
    result = time.copy()
    if len(time) < 2:
        return result
    period = int(np.median(np.diff(time)))
    starts = np.flatnonzero(np.diff(time, prepend=time[0] - 1) != 0)
    for start, count in zip(starts, np.diff(starts, append=len(time)), strict=True):
        if start > 0 and count > 1 and time[start] - time[start - 1] > count * period:
            result[start : start + count] = time[start - 1] + period * np.arange(1, count + 1)
    return result


def _series(name: str, path: Path, windows: list[tuple[int, int]], source: Path) -> Recording:
    table = read_csv(path, {"timestamp": pl.String, "value": pl.Float64})
    require_present(table, ("value",), path)
    require_non_negative(table, ("value",), path)
    written = times(table["timestamp"], TIME_FORMAT, path).to_numpy()
    time = spread_repeated_times(written)
    require_increasing(time, path, "timestamp")
    labels = np.zeros(len(time), np.bool_)
    for start, end in windows:
        # The publisher compares windows with the times as written, before repeated times are spread.
        inside = (written >= start) & (written <= end)
        if not inside.any():
            raise DataError(f"a window of {SUBFOLDER}/{name}.csv holds no point of that file", file=source)
        labels |= inside
    return Recording(name, compact(table.select("value").to_numpy()), ("value",), labels, time=time)


def _windows(table: Any, name: str, path: Path) -> list[tuple[int, int]]:
    """Read first and last time of each window of a series, in microseconds."""
    key = f"{SUBFOLDER}/{name}.csv"
    if not isinstance(table, dict) or key not in table:
        raise DataError(f"has no entry {key}", file=path)
    try:
        windows = [(_microseconds(start), _microseconds(end)) for start, end in table[key]]
    except (ValueError, TypeError):
        raise DataError(
            f"{key}: windows must be [[start, end], …] with times like 2014-02-26 13:45:00", file=path
        ) from None
    if any(start > end for start, end in windows):
        raise DataError(f"{key}: a window ends before it starts", file=path)
    return windows


def _microseconds(text: str) -> int:
    """Time since 1970-01-01 without a time zone."""
    return int(np.datetime64(datetime.fromisoformat(text), "us").astype(np.int64))
