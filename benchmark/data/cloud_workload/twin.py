"""The twin of the cloud workload table: independent uniform columns, like those of the published file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

import numpy as np
import polars as pl

from benchmark.data.cloud_workload.schema import CATEGORIES, RAW, TIME_FORMAT, TIMES

ROWS = 5_000
START = datetime(2024, 1, 1)

RANGES: Mapping[str, tuple[float, float, int]] = MappingProxyType(
    {
        "CPU_Utilization (%)": (10, 90, 2),
        "Memory_Consumption (MB)": (500, 8000, 0),
        "Task_Execution_Time (ms)": (100, 5000, 0),
        "System_Throughput (tasks/sec)": (0.5, 10, 2),
        "Task_Waiting_Time (ms)": (10, 1000, 0),
        "Number_of_Active_Users": (50, 5000, 0),
        "Network_Bandwidth_Utilization (Mbps)": (10, 1000, 2),
        "Error_Rate (%)": (0, 5, 2),
    }
)
"""Lower bound, upper bound and number of decimals of each numeric column."""


def raw_frame(seed: int) -> pl.DataFrame:
    """Generate the publisher's table of 5,000 rows, every cell as text.

    Parameters
    ----------
    seed : int
        Seed of every draw.

    Returns
    -------
    DataFrame
        The columns of the published file, in its order.
    """
    generator = np.random.default_rng(seed)
    moments = pl.Series([(START + timedelta(minutes=minute)).strftime(TIME_FORMAT) for minute in range(ROWS)])
    columns = {"Job_ID": pl.Series([f"JOB_{number}" for number in range(1, ROWS + 1)])}
    columns |= dict.fromkeys(TIMES, moments)
    for name, (low, high, decimals) in RANGES.items():
        if decimals:
            column = pl.Series(np.round(low + (high - low) * generator.random(ROWS), decimals))
        else:
            column = pl.Series(generator.integers(int(low), int(high), ROWS, endpoint=True))
        columns[name] = column.cast(pl.String)
    for name, values in CATEGORIES.items():
        columns[name] = pl.Series([values[code] for code in generator.integers(0, len(values), ROWS)])
    return pl.DataFrame({name: columns[name] for name in RAW})
