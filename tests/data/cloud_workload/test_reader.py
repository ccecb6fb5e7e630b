"""The cloud workload table: reader, errors and twin."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmark.data.cloud_workload.reader import CloudWorkload
from benchmark.data.cloud_workload.schema import CATEGORIES, CHANNELS, FILE, RAW
from benchmark.interfaces.errors import DataError

ROWS = [
    "JOB_1,2024-01-01 00:00:00,2024-01-01 00:00:00,39.96,3622,2734,9.03,83,IoT,3000,112.97,Low,FCFS,Static,1.65",
    "JOB_2,2024-01-01 00:01:00,2024-01-01 00:01:00,86.06,5690,2868,8.03,64,Social Media,4590,329.2,High,"
    "Priority-Based,Dynamic,2.92",
    "JOB_3,2024-01-01 00:02:00,2024-01-01 00:02:00,68.56,5075,1311,5.69,971,Cloud,3780,542.82,Medium,Round Robin,"
    "Static,2.6",
]


def write(root: Path, rows: list[str], header: str = ",".join(RAW)) -> Path:
    folder = root / "cloud-workload"
    folder.mkdir()
    (folder / FILE).write_text("\r\n".join([header, *rows]) + "\r\n")
    return root


def test_reads_values_time_and_categories(tmp_path: Path) -> None:
    (recording,) = CloudWorkload().read(write(tmp_path, ROWS))
    assert recording.channels == CHANNELS
    assert recording.values.dtype == np.float32
    np.testing.assert_allclose(recording.values[0], [39.96, 3622, 2734, 9.03, 83, 3000, 112.97, 1.65], rtol=1e-6)
    assert recording.sequential
    assert recording.labels is None
    assert recording.time is not None
    assert np.diff(recording.time).tolist() == [60_000_000, 60_000_000]
    sources = [CATEGORIES["Data_Source"][code] for code in recording.covariates["Data_Source"]]
    assert sources == ["IoT", "Social Media", "Cloud"]
    assert all(column.dtype == np.int8 for column in recording.covariates.values())


@pytest.mark.parametrize(
    ("old", "new", "row", "column", "problem"),
    [
        ("39.96", "many", 2, "CPU_Utilization (%)", "not a finite number"),
        ("39.96", "", 2, "CPU_Utilization (%)", "empty"),
        ("5690", "-5690", 3, "Memory_Consumption (MB)", "negative"),
        ("00:02:00", "00:01:00", 4, "Task_Start_Time", "repeats"),
        ("00:02:00", "00:00:30", 4, "Task_Start_Time", "precedes"),
        ("2024-01-01 00:02:00", "noon", 4, "Task_Start_Time", "is not a time"),
        ("Round Robin", "Lottery", 4, "Scheduler_Type", "is not one of"),
    ],
)
def test_bad_cell_is_named(tmp_path: Path, old: str, new: str, row: int, column: str, problem: str) -> None:
    rows = [line.replace(old, new) for line in ROWS]
    with pytest.raises(DataError, match=problem) as error:
        CloudWorkload().read(write(tmp_path, rows))
    assert error.value.row == row
    assert error.value.column == column


def test_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="column is missing") as error:
        CloudWorkload().read(write(tmp_path, ROWS, ",".join(RAW).replace("Job_Priority", "Priority")))
    assert error.value.column == "Job_Priority"


def test_empty_and_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="missing"):
        CloudWorkload().read(tmp_path)
    root = write(tmp_path, [])
    with pytest.raises(DataError, match="no rows"):
        CloudWorkload().read(root)
    (root / "cloud-workload" / FILE).write_text("")
    with pytest.raises(DataError, match="empty"):
        CloudWorkload().read(root)


def test_real_table_agrees_with_its_metadata(real_data: Path) -> None:
    (recording,) = CloudWorkload().read(real_data)
    assert len(recording) == 5_000
    assert recording.time is not None
    assert set(np.diff(recording.time)) == {60_000_000}
    assert not np.isnan(recording.values).any()
