"""Recordings of machines from official parts, against a calculation in plain Python."""

from __future__ import annotations

import csv
import gzip
import math
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from benchmark.data.google_2011 import prepare as module
from benchmark.data.google_2011.assemble import CHANNELS
from benchmark.data.google_2011.generator import Trace
from benchmark.data.google_2011.machines import machines_of
from benchmark.data.google_2011.prepare import LEAST_MEMORY, prepare
from benchmark.data.google_2011.reader import Google2011
from benchmark.data.google_2011.usage import usage_sums
from benchmark.interfaces.errors import BenchmarkError, DataError, ParameterError

SECOND = 1_000_000
WINDOW = 300 * SECOND
AFTER = 2**63 - 1
MEMORY = 2**32


def usage(start: float, end: float, machine: int | str = 7, **cells: object) -> str:
    """A row of task_usage; times in seconds."""
    filled = {"cpu": 0.25, "memory": 0.125, "cache": 0.0625, "disk": 0.5, "cpi": 2, "mai": 0.01, "last": 0} | cells
    cpu, memory, cache, disk, cpi, mai, last = filled.values()
    times = [time if time == AFTER else round(time * SECOND) for time in (start, end)]
    row = [*times, 1, 2, machine, cpu, memory, 0, 0, cache, 0, disk, 0, 0, 0, cpi, mai, 0, 0, last]
    return ",".join(map(str, row))


def event(time: float, kind: int, machine: int | str = 7, job: int = 1) -> str:
    time = time if time == AFTER else round(time * SECOND)
    return f"{time},,{job},2,{machine},{kind},user=,2,9,0.5,0.25,0.125,1"


def put(root: Path, table: str, lines: list[str], number: int = 0, *, packed: bool = True) -> Path:
    path = root / table / (f"part-{number:05d}-of-00500.csv" + ".gz" * packed)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "".join(line + "\n" for line in lines).encode()
    path.write_bytes(gzip.compress(text) if packed else text)
    return path


def put_all(root: Path, rows: list[str], events: list[str] | None = None, machines: list[str] | None = None) -> Path:
    put(root, "machine_events", machines or ["0,7,0,platform=,0.5,0.25"])
    put(root, "task_events", events or [event(0, 0), event(0, 1)])
    return put(root, "task_usage", rows)


def recording(root: Path, output: Path, machine: str = "7") -> pl.DataFrame:
    prepare(root, output, MEMORY)
    return pl.read_parquet(output / "machines" / f"machine_id={machine}" / "recording.parquet", hive_partitioning=False)


def test_a_measurement_counts_in_each_window_for_its_time_there(tmp_path: Path) -> None:
    put_all(tmp_path, [usage(600, 900), usage(800, 1000, cpu=0.5, memory="", cpi=4)])
    first, second = recording(tmp_path, tmp_path / "out").rows(named=True)
    assert (first["time"], second["time"]) == (600 * SECOND, 900 * SECOND)
    assert first["cpu"] == pytest.approx(0.25 + 0.5 / 3)
    assert first["memory"] == pytest.approx(0.125)
    assert first["running_tasks"] == pytest.approx(4 / 3)
    assert first["disk_io_time"] == pytest.approx(0.5 * 4 / 3)
    assert first["cpi"] == pytest.approx((0.25 + 0.5 / 3) / (0.25 / 2 + 0.5 / 3 / 4))  # cycles over instructions
    assert first["mai"] == pytest.approx(0.01, rel=1e-4)
    assert first["load"] == pytest.approx(0.4 * (0.25 + 0.5 / 3) / 0.5 + 0.4 * 0.125 / 0.25 + 0.2 * 2 / 3)
    assert second["cpu"] == pytest.approx(0.5 / 3)
    assert second["memory"] is None  # its one task does not report it
    assert second["load"] == pytest.approx((0.4 / 3 + 0.2 * 0.5 / 3) / 0.6)


def test_times_outside_the_trace_and_missing_machines(tmp_path: Path) -> None:
    rows = [usage(0, 900), usage(0, 600), usage(1200, AFTER), usage(900, 1200, machine=""), usage(900, 900)]
    put_all(tmp_path, rows)
    done = prepare(tmp_path, tmp_path / "out", MEMORY)
    assert done.counts["rows"] == 5
    assert done.counts["rows without machine"] == 1
    assert done.counts["rows without time in the trace"] == 2
    frame = recording(tmp_path, tmp_path / "out")
    assert dict(zip((frame["time"] // SECOND).to_list(), frame["running_tasks"].to_list(), strict=True)) == {
        600: 1,
        1200: 1,
    }


def test_labels_are_placed_by_machine_and_window_over_parts(tmp_path: Path) -> None:
    put_all(tmp_path, [usage(at, at + 300) for at in range(600, 2100, 300)])
    put(tmp_path, "machine_events", ["0,7,0,p,0.5,0.25", f"{1950 * SECOND},7,1,p,0.5,0.25", f"{AFTER},7,1,p,,"])
    put(tmp_path, "task_events", [event(0, 3), event(0, 0), event(0, 1), event(700, 2), event(710, 3, "", job=9)], 0)
    put(tmp_path, "task_events", [event(720, 0, ""), event(730, 1)], 1)
    put(tmp_path, "task_events", [event(1250, 6, ""), event(1550, 3), event(AFTER, 3)], 3)  # part 2 is not there
    done = prepare(tmp_path, tmp_path / "out", MEMORY)
    frame = recording(tmp_path, tmp_path / "out")
    found = {
        name: [second for second, count in zip((frame["time"] // SECOND).to_list(), frame[name], strict=True) if count]
        for name in ("failed", "evicted", "lost", "removed", "label")
    }
    assert found == {
        "failed": [1500],
        "evicted": [600],
        "lost": [1200],  # by the machine on which it was scheduled, one part earlier
        "removed": [1800],
        "label": [600, 1200, 1500, 1800],
    }
    assert done.counts["label events outside the trace"] == 2
    assert done.counts["label events without machine"] == 1


def test_a_machine_that_joins_late_or_leaves_has_rows_while_it_is_there(tmp_path: Path) -> None:
    rows = [usage(at, at + 300) for at in range(600, 3000, 300)]
    rows += [usage(1800, 2100, machine=8), usage(900, 1200, machine=9, disk="")]
    there = ["0,7,0,p,0.5,0.25", f"{1500 * SECOND},8,0,p,,", f"{2400 * SECOND},8,1,p,,", f"{2700 * SECOND},8,0,p,,"]
    put_all(tmp_path, rows, machines=there)
    frame = recording(tmp_path, tmp_path / "out", "8")
    assert (frame["time"] // SECOND).to_list() == [1500, 1800, 2100, 2400, 2700]
    assert frame["running_tasks"].to_list() == [0, 1, 0, 0, 0]
    assert frame["cpu"].to_list() == [0, 0.25, 0, 0, 0]
    assert frame["cpi"].to_list() == [None, 2, None, None, None]
    assert frame["removed"].to_list() == [0, 0, 0, 1, 0]
    assert frame["load"].to_list() == [0, 0.5, 0, 0, 0]  # no known capacity: disk I/O time alone
    unknown = recording(tmp_path, tmp_path / "out", "9")  # in no machine event: where it has usage
    assert (unknown["time"] // SECOND).to_list() == [900]
    assert unknown["load"].to_list() == [None]


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    root, output = tmp_path_factory.mktemp("parts"), tmp_path_factory.mktemp("out")
    Trace(machines=11, windows=60, tasks=5, parts=3).write(root)
    prepare(root, output, MEMORY)
    return root, output


def table(root: Path, name: str) -> list[list[str]]:
    return [row for path in sorted((root / name).iterdir()) for row in csv.reader(gzip.open(path, "rt"))]


def test_a_generated_trace_agrees_with_plain_python(trace: tuple[Path, Path]) -> None:
    root, output = trace
    time, cpu = defaultdict(int), defaultdict(list)
    for row in table(root, "task_usage"):
        start, end = int(row[0]), int(row[1])
        for window in range(start // WINDOW, -(-end // WINDOW)) if row[4] else ():
            share = min(end, (window + 1) * WINDOW) - max(start, window * WINDOW)
            time[row[4], window] += share
            cpu[row[4], window].append(float(row[5]) * share / WINDOW)
    on, failed = {}, Counter()
    for row in table(root, "task_events"):
        task, at, kind = (row[2], row[3]), int(row[0]), int(row[5])
        if kind == 1:
            on[task] = row[4]
        if kind == 3 and 0 < at < AFTER and (row[4] or task in on):
            failed[row[4] or on[task], at // WINDOW] += 1
    checked = 0
    for machine, (rows, marked) in machines_of(output).items():
        frame = pl.read_parquet(output / "machines" / f"machine_id={machine}" / "*.parquet", hive_partitioning=False)
        assert (rows, marked) == (frame.height, frame["label"].sum())
        for row in frame.iter_rows(named=True):
            key = str(machine), row["time"] // WINDOW
            assert row["running_tasks"] == pytest.approx(time[key] / WINDOW)
            assert row["cpu"] == pytest.approx(math.fsum(cpu[key]), rel=1e-5, abs=1e-9)
            assert row["failed"] == failed[key]
            checked += row["failed"]
    assert checked > 5


def contents(output: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(output)): path.read_bytes() for path in sorted((output / "machines").rglob("*.parquet"))
    }


def test_division_into_parts_blocks_and_ranges_changes_no_byte(
    trace: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, output = trace
    rows = [",".join(row) for row in table(root, "task_usage")]
    for name in ("machine_events", "task_events"):
        (tmp_path / name).symlink_to(root / name)
    for number in range(4):
        put(tmp_path, "task_usage", rows[number::4], number, packed=number % 2 == 0)
    monkeypatch.setattr(module, "_STREAMED", 2**62)  # every part is read in blocks
    monkeypatch.setattr(module, "_BYTES_OF_ROW", LEAST_MEMORY // 8 // 150)  # and few rows of sums are held
    prepare(tmp_path, tmp_path / "out", LEAST_MEMORY)
    assert contents(tmp_path / "out") == contents(output)


def test_a_stopped_run_goes_on_and_gives_the_same_bytes(trace: tuple[Path, Path], tmp_path: Path) -> None:
    root, output = trace

    class StopError(Exception):
        pass

    lines: list[str] = []

    def stop(line: str) -> None:
        lines.append(line)
        raise StopError

    for _ in range(20):
        try:
            prepare(root, tmp_path, MEMORY, stop)
            break
        except StopError:
            assert not (tmp_path / "trace.json").exists()
    assert [line.partition(":")[0] for line in lines] == [
        *(f"task_events part {number} of 3" for number in (1, 2, 3)),
        *(f"task_usage part {number} of 3" for number in (1, 2, 3)),
        "machines 11 of 11",
    ]
    assert contents(tmp_path) == contents(output)
    assert prepare(root, tmp_path, MEMORY, stop).read == 0
    (tmp_path / "machines" / "machine_id=3000000" / "recording.parquet").unlink()
    next((tmp_path / ".work").glob("usage-part-00001*.parquet")).unlink()
    assert prepare(root, tmp_path, MEMORY).read > 0
    assert contents(tmp_path) == contents(output)


def test_a_further_part_is_added(trace: tuple[Path, Path], tmp_path: Path) -> None:
    root, output = trace
    for name in ("machine_events", "task_events"):
        (tmp_path / name).symlink_to(root / name)
    (tmp_path / "task_usage").mkdir()
    *early, late = sorted((root / "task_usage").iterdir())
    for path in early:
        (tmp_path / "task_usage" / path.name).symlink_to(path)
    first = prepare(tmp_path, tmp_path / "out", MEMORY)
    (tmp_path / "task_usage" / late.name).symlink_to(late)
    second = prepare(tmp_path, tmp_path / "out", MEMORY)
    assert first.read + second.read == len(table(root, "task_usage"))
    assert contents(tmp_path / "out") == contents(output)


GOOD = usage(600, 900)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (GOOD.replace("0.25", "abc"), "row 3, column 'cpu_rate': 'abc' is not a finite number"),
        (GOOD.replace("0.25", "inf"), "row 3, column 'cpu_rate': 'inf' is not a finite number"),
        (GOOD.replace("0.25", "-1"), "row 3, column 'cpu_rate': -1.0 is negative"),
        (GOOD + ",1", "row 3: row has 21 columns; expected 20"),
        (GOOD.rpartition(",")[0], "row 3: row has 19 columns; expected 20"),
        ("", "row 3: row has 1 columns; expected 20"),
        (GOOD.replace("600000000", ""), "row 3, column 'start_time': empty cell in a column that must be filled"),
        (GOOD.replace("600000000", "1.5"), "row 3, column 'start_time': '1.5' is not a whole number"),
        (usage(900, 600), "row 3, column 'end_time': 600000000 is before start_time"),
        (usage(600, 600 + 86_401), "row 3, column 'end_time': 87001000000 is more than a day after start_time"),
    ],
)
@pytest.mark.parametrize("streaming", [True, False])
def test_a_faulty_row_is_named_with_its_part(tmp_path: Path, line: str, problem: str, streaming: bool) -> None:
    path = put(tmp_path, "task_usage", [GOOD, GOOD, line, GOOD])
    with pytest.raises(DataError) as error:
        list(usage_sums(path, Counter(), streaming=streaming))
    assert str(error.value).startswith(f"{path}, {problem}")


def test_outliers_and_a_start_after_the_trace_are_unknown(tmp_path: Path) -> None:
    rows = [usage(600, 900, cpu="1e300", memory="1e9", cpi="1e-300", mai="1e300"), usage(AFTER, AFTER), usage(600, 900)]
    path = put(tmp_path, "task_usage", rows)
    counts: Counter[str] = Counter()
    (sums,) = usage_sums(path, counts, streaming=True)
    assert counts["rows without time in the trace"] == 1
    assert sums.select("known_cpu", "known_memory", "known_page_cache").rows() == [(1, 1, 2)]
    assert sums["cycles"].to_list() == sums["cpu"].to_list()


def test_an_empty_last_cell_is_no_fault(tmp_path: Path) -> None:
    path = put(tmp_path, "task_usage", [GOOD, usage(600, 900, last="", cpi="", mai="", disk="")])
    (sums,) = usage_sums(path, Counter(), streaming=True)
    assert sums.select("known_cpu", "known_disk_io_time").rows() == [(2, 1)]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (gzip.compress(b"1,2\n" * 9000, mtime=0)[:-9], "gzip file is truncated; download it again"),
        (b"\x1f\x8b\x08" + b"\0" * 50, "gzip file is damaged"),
        (b"<html><body>404</body></html>", "is a web page"),
        (b"", "file is empty"),
    ],
)
def test_a_damaged_part_is_refused(tmp_path: Path, content: bytes, problem: str) -> None:
    put_all(tmp_path, [GOOD]).write_bytes(content)
    with pytest.raises(DataError, match=problem) as error:
        prepare(tmp_path, tmp_path / "out", MEMORY)
    assert "part-00000-of-00500.csv.gz" in str(error.value)


@pytest.mark.parametrize(
    ("table_name", "line", "problem"),
    [
        ("task_events", event(700, 9), "row 1, column 'event_type': 9 is not a code from 0 to 8"),
        ("task_events", event(-1, 3), "row 1, column 'time': -1000000 is negative"),
        ("machine_events", "0,,0,p,,", "row 1, column 'machine_id': empty cell in a column that must be filled"),
        ("machine_events", "0,7,3,p,,", "row 1, column 'event_type': 3 is not a code from 0 to 2"),
    ],
)
def test_faulty_events_are_named(tmp_path: Path, table_name: str, line: str, problem: str) -> None:
    put_all(tmp_path, [GOOD])
    path = put(tmp_path, table_name, [line])
    with pytest.raises(DataError) as error:
        prepare(tmp_path, tmp_path / "out", MEMORY)
    assert str(error.value).startswith(f"{path}, {problem}")


def test_a_missing_table_and_too_little_memory_are_errors(tmp_path: Path) -> None:
    put_all(tmp_path, [GOOD])
    with pytest.raises(ParameterError, match="at least 512MiB"):
        prepare(tmp_path, tmp_path / "out", 2**20)
    (tmp_path / "task_events" / "part-00000-of-00500.csv.gz").unlink()
    with pytest.raises(DataError, match="there is no part of task_events"):
        prepare(tmp_path, tmp_path / "out", MEMORY)


def test_the_dataset_reads_prepared_machines(trace: tuple[Path, Path]) -> None:
    _, output = trace
    dataset = Google2011(layout="machines", machine=3000000)
    (machine,) = dataset.load("real", output)
    assert machine.channels == CHANNELS
    assert machine.sequential
    assert machine.labels is not None
    assert machine.labels.sum() == machines_of(output)[3000000][1]
    (failed,) = Google2011(layout="machines", machine=3000000, label="failed").load("real", output)
    assert failed.labels is not None
    assert 0 < failed.labels.sum() < machine.labels.sum()
    assert len(Google2011(layout="machines").load("real", output)) == 11
    few = {3002931, 3006839}  # away for two hours, and joins at a third: too few rows for a run
    assert set(machines_of(output)) - set(Google2011(layout="machines").streamed(output)) == few


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"machine": 1}, "belong to layout=machines"),
        ({"layout": "machines", "machine": 1}, "no such machine"),
    ],
)
def test_wrong_parameters_are_errors(trace: tuple[Path, Path], parameters: dict[str, Any], problem: str) -> None:
    with pytest.raises(BenchmarkError, match=problem):
        Google2011(**parameters).load("real", trace[1])


def test_a_folder_without_recordings_says_how_to_make_them(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="data prepare google-2011"):
        Google2011(layout="machines").files(tmp_path)
