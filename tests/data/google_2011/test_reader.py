"""The 2011 Google trace: attempts from official parts of task events, and task usage."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from benchmark.data.google_2011.reader import TASK_USAGE, USAGE_CHANNELS, Google2011
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording

SUBMIT, SCHEDULE, EVICT, FAIL, FINISH, KILL, LOST, UPDATE = range(8)
SECOND = 1_000_000
AFTER = 2**63 - 1


def event(second: float, job: int, task: int, kind: int, machine: int | str = "", **cells: object) -> str:
    filled = {"missing": "", "scheduling": 2, "priority": 9, "cpu": 0.5, "memory": 0.25, "disk": 0.125, "different": 1}
    filled |= cells
    missing, *described = filled.values()
    time = AFTER if second == AFTER else round(second * SECOND)
    return ",".join(map(str, (time, missing, job, task, machine, kind, "user=", *described)))


def put(root: Path, table: str, lines: list[str], number: int = 1, *, zipped: bool = True) -> Path:
    name = f"part-{number:05d}-of-{1 if table == 'machine_events' else 500:05d}.csv"
    path = root / "google-2011" / table / (name + ".gz" if zipped else name)
    path.parent.mkdir(parents=True, exist_ok=True)
    content = "".join(line + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(content) if zipped else content)
    return path


def put_machines(root: Path, lines: list[str] | None = None) -> Path:
    lines = lines or ["0,7,0,platform=,0.5,0.75", "0,8,0,platform=,,", f"{700 * SECOND},7,2,platform=,0.5,1"]
    return put(root, "machine_events", lines, 0)


def read(root: Path) -> Recording:
    (recording,) = Google2011().read(root)
    return recording


def test_an_attempt_runs_from_submit_to_its_end(tmp_path: Path) -> None:
    put_machines(tmp_path)
    put(
        tmp_path,
        "task_events",
        [
            event(650, 2, 0, SUBMIT),
            event(652.5, 2, 0, SCHEDULE, 7),
            event(655, 1, 3, SUBMIT, scheduling=0, priority=0, cpu=0.0625, different=0),
            event(660, 2, 0, UPDATE + 1, 7, cpu=0.75),
            event(662.5, 2, 0, FAIL, 7),
            event(662.5, 2, 0, SUBMIT),
            event(705, 1, 3, SCHEDULE, 7),
            event(706, 2, 0, SCHEDULE, 7),
            event(800, 2, 0, FINISH, 7),
            event(805, 1, 3, KILL, 7),
        ],
    )

    attempts = read(tmp_path)

    assert (attempts.name, attempts.sequential, attempts.part) == ("attempts", False, None)
    assert attempts.groups is not None
    assert attempts.groups.tolist() == [2, 1, 2]
    assert attempts.time is not None
    assert (attempts.time / SECOND).tolist() == [650, 655, 662.5]
    assert attempts.labels is not None
    assert attempts.labels.tolist() == [True, False, False]
    assert attempts.covariates["end"].tolist() == [FAIL, KILL, FINISH]
    columns = dict(zip(attempts.channels, attempts.values.T.tolist(), strict=True))
    assert columns == {
        "scheduling_class": [2, 0, 2],
        "priority": [9, 0, 9],
        "cpu_request": [0.5, 0.0625, 0.5],  # as submitted, whatever an update says later
        "memory_request": [0.25, 0.25, 0.25],
        "disk_request": [0.125, 0.125, 0.125],
        "different_machines": [1, 0, 1],
        "queue_wait_s": [2.5, 50, 43.5],
        "run_time_s": [10, 100, 94],
        "attempt": [1, 1, 2],
        "machine_cpus": [0.5, 0.5, 0.5],
        "machine_memory": [0.75, 1, 1],  # the machine was changed at second 700
    }


def test_incomplete_attempts_are_left_out(tmp_path: Path) -> None:
    put_machines(tmp_path)
    put(
        tmp_path,
        "task_events",
        [
            event(600, 1, 0, SCHEDULE, 7),  # no SUBMIT
            event(601, 1, 0, FAIL, 7),
            event(602, 2, 0, SUBMIT),  # no SCHEDULE
            event(603, 2, 0, KILL),
            event(604, 3, 0, SUBMIT),  # no end
            event(605, 3, 0, SCHEDULE, 7),
            event(606, 4, 0, SUBMIT),  # ended before it was scheduled
            event(607, 4, 0, LOST),
            event(608, 4, 0, SCHEDULE, 7),
            event(609, 5, 1, SUBMIT),  # complete
            event(610, 5, 1, SCHEDULE, 7),
            event(611, 5, 1, EVICT, 7),
        ],
    )

    attempts = read(tmp_path)

    assert attempts.groups is not None
    assert attempts.groups.tolist() == [5]


def test_unknown_values_are_nan(tmp_path: Path) -> None:
    put_machines(tmp_path)
    put(
        tmp_path,
        "task_events",
        [
            event(0, 1, 0, SUBMIT, scheduling="", cpu="", different=""),  # before the trace
            event(601, 1, 0, SCHEDULE, 8),  # a machine without capacity
            event(602, 2, 0, SUBMIT),
            event(603, 2, 0, SCHEDULE),  # no machine
            event(604, 1, 0, FINISH, 8),
            event(604, 3, 0, SUBMIT),
            event(605, 3, 0, SCHEDULE, 99),  # a machine without events
            event(606, 3, 0, FINISH, 99),
            event(AFTER, 2, 0, FINISH),  # after the trace
        ],
    )

    attempts = read(tmp_path)

    names = np.array(attempts.channels)
    assert attempts.groups is not None
    unknown = {int(job): set(names[np.isnan(row)]) for job, row in zip(attempts.groups, attempts.values, strict=True)}
    capacity = {"machine_cpus", "machine_memory"}
    assert unknown == {
        1: {"scheduling_class", "cpu_request", "different_machines", "queue_wait_s"} | capacity,
        2: {"run_time_s"} | capacity,
        3: capacity,
    }


def test_attempts_continue_across_parts_and_parts_may_be_missing(tmp_path: Path) -> None:
    put_machines(tmp_path)
    put(tmp_path, "task_events", [event(900, 1, 0, SCHEDULE, 7), event(901, 1, 0, FAIL, 7)], 12)
    put(tmp_path, "task_events", [event(700, 1, 0, SUBMIT), event(701, 1, 0, SUBMIT)], 3, zipped=False)
    put(tmp_path, "task_events", [event(650, 1, 0, SUBMIT)], 3)  # the plain file of the same part is read
    (tmp_path / "google-2011" / "task_events" / "part-00004-of-00500.csv.gz.part").write_text("a download")

    attempts = read(tmp_path)

    assert attempts.values[:, attempts.channels.index("attempt")].tolist() == [2]
    assert attempts.values[:, attempts.channels.index("queue_wait_s")].tolist() == [199]
    assert [path.name for path in Google2011().files(tmp_path)] == [
        "part-00000-of-00001.csv.gz",
        "part-00003-of-00500.csv",
        "part-00012-of-00500.csv.gz",
    ]


GOOD = [event(600, 1, 0, SUBMIT), event(601, 1, 0, SCHEDULE, 7), event(602, 1, 0, FAIL, 7)]


@pytest.mark.parametrize(
    ("bad", "column", "words"),
    [
        (event(601, 1, 0, SCHEDULE, 7).replace("601000000", "601e6"), "time", "'601e6' is not a whole number"),
        (event(601, 1, 0, SCHEDULE, 7).replace("601000000", ""), "time", "empty cell"),
        (event(-1, 1, 0, SCHEDULE, 7), "time", "negative"),
        (event(599, 1, 0, SCHEDULE, 7), "time", "time precedes"),
        (event(601, 1, 0, 9, 7), "event_type", "9 is not a code from 0 to 8"),
        (event(601, 1, 0, SCHEDULE, 7, scheduling=4), "scheduling_class", "not a code from 0 to 3"),
        (event(601, 1, 0, SCHEDULE, 7, different=2), "different_machines", "not a code from 0 to 1"),
        (event(601, 1, 0, SCHEDULE, 7, priority=""), "priority", "empty cell"),
        (event(601, 1, 0, SCHEDULE, 7, cpu=-0.5), "cpu_request", "-0.5 is negative"),
        (event(601, 1, 0, SCHEDULE, 7, memory=-1), "memory_request", "negative"),
        (event(601, 1, 0, SCHEDULE, 7, disk="much"), "disk_request", "'much' is not a finite number"),
        (event(601, 1, 0, SCHEDULE, "seven"), "machine_id", "'seven' is not a whole number"),
        (event(601, 1, 0, SCHEDULE, 7) + ",1", None, "row has 14 columns; expected 13"),
        (event(601, 1, 0, SCHEDULE, 7).rpartition(",")[0], None, "row has 12 columns; expected 13"),
    ],
)
def test_bad_task_event(tmp_path: Path, bad: str, column: str, words: str) -> None:
    put_machines(tmp_path)
    put(tmp_path, "task_events", GOOD)
    path = put(tmp_path, "task_events", [GOOD[0], bad, GOOD[2]], 2)

    with pytest.raises(DataError, match=words) as caught:
        read(tmp_path)

    assert (caught.value.file, caught.value.row, caught.value.column) == (path, 2, column)


@pytest.mark.parametrize(
    ("bad", "column", "words"),
    [
        ("0,7,3,platform=,0.5,0.5", "event_type", "not a code from 0 to 2"),
        ("0,7,0,platform=,-0.5,0.5", "cpus", "negative"),
        ("0,,0,platform=,0.5,0.5", "machine_id", "empty cell"),
        ("0,7,0,platform=,0.5", None, "row has 5 columns; expected 6"),
    ],
)
def test_bad_machine_event(tmp_path: Path, bad: str, column: str, words: str) -> None:
    path = put_machines(tmp_path, ["0,7,0,platform=,0.5,0.75", bad])
    put(tmp_path, "task_events", GOOD)

    with pytest.raises(DataError, match=words) as caught:
        read(tmp_path)

    assert (caught.value.file, caught.value.row, caught.value.column) == (path, 2, column)


def test_bad_files(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"task_events.*missing.*data fetch google-2011"):
        read(tmp_path)
    path = put(tmp_path, "task_events", GOOD)
    with pytest.raises(DataError, match=r"machine_events.*missing"):
        read(tmp_path)
    put_machines(tmp_path)
    assert len(read(tmp_path)) == 1
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(DataError, match="truncated"):
        read(tmp_path)
    put(tmp_path, "task_events", [])
    with pytest.raises(DataError, match="empty"):
        read(tmp_path)
    put(tmp_path, "task_events", GOOD[:2])
    with pytest.raises(DataError, match="no attempt"):
        read(tmp_path)


def usage(start: int, job: int, cells: dict[str, object] | None = None) -> str:
    row = dict(zip(TASK_USAGE, [start * SECOND, (start + 300) * SECOND, job, 0, 7, *np.arange(15) / 16], strict=True))
    return ",".join(str(cell) for cell in (row | (cells or {})).values())


def put_sample(root: Path, lines: list[str]) -> Path:
    path = root / "google-2011" / "task_usage_sample" / "google2011_task_usage_sample.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join([",".join(TASK_USAGE), *lines]) + "\n")
    return path


def test_usage_of_the_sample_and_of_official_parts(tmp_path: Path) -> None:
    put_sample(tmp_path, [usage(600, 3), usage(600, 4, {"cpi": ""})])
    (sample,) = Google2011(table="usage").read(tmp_path)

    assert (sample.name, sample.channels, sample.labels, sample.sequential) == ("usage", USAGE_CHANNELS, None, False)
    assert sample.values[0].tolist() == (np.arange(15) / 16).tolist()
    assert np.argwhere(np.isnan(sample.values)).tolist() == [[1, USAGE_CHANNELS.index("cpi")]]
    assert sample.groups is not None
    assert sample.groups.tolist() == [3, 4]
    assert sample.time is not None
    assert sample.time.tolist() == [600 * SECOND] * 2

    put(tmp_path, "task_usage", [usage(900, 6)], 2)
    put(tmp_path, "task_usage", [usage(600, 5)], 0)
    (official,) = Google2011(table="usage").read(tmp_path)
    assert official.groups is not None
    assert official.groups.tolist() == [5, 6]


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"cpu_rate": -0.1}, "cpu_rate", "negative"),
        ({"max_memory": "x"}, "max_memory", "not a finite number"),
        ({"job_id": ""}, "job_id", "empty cell"),
        ({"start_time": 500 * SECOND}, "start_time", "time precedes"),
        ({"end_time": 500 * SECOND}, "end_time", "before start_time"),
    ],
)
@pytest.mark.parametrize("official", [False, True])
def test_bad_usage(tmp_path: Path, cells: dict[str, object], column: str, words: str, official: bool) -> None:
    lines = [usage(600, 3), usage(600, 4, cells)]
    path = put(tmp_path, "task_usage", lines) if official else put_sample(tmp_path, lines)

    with pytest.raises(DataError, match=words) as caught:
        Google2011(table="usage").read(tmp_path)

    row = 2 if official else 3  # the sample has a header
    assert (caught.value.file, caught.value.row, caught.value.column) == (path, row, column)


def test_no_usage(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="missing"):
        Google2011(table="usage").read(tmp_path)


def test_real_attempts(real_data: Path) -> None:
    attempts = read(real_data)

    assert attempts.labels is not None
    assert attempts.groups is not None
    assert attempts.time is not None
    failed = attempts.groups[attempts.labels]
    jobs, counts = np.unique(failed, return_counts=True)
    assert (len(attempts), len(failed), len(jobs)) == (18_519, 332, 59)
    assert round(counts.max() / len(failed), 2) == 0.38
    assert round(len(failed) / len(attempts), 4) == Google2011.metadata.anomaly_share
    assert (np.diff(attempts.time) >= 0).all()
    assert np.isfinite(attempts.values).all()
    assert (attempts.values >= 0).all()


def test_real_usage(real_data: Path) -> None:
    (recording,) = Google2011(table="usage").read(real_data)

    assert recording.values.shape == (10_000, 15)
    assert int(np.isnan(recording.values[:, USAGE_CHANNELS.index("cpi")]).sum()) == 424
