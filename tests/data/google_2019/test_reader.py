"""The Google 2019 sample: both forms of the file, the right label, and errors that name the cell."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from benchmark.data.google_2019.cells import NEVER
from benchmark.data.google_2019.reader import Google2019, read_raw
from benchmark.data.google_2019.schema import CHANNELS, RAW
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import fingerprint

PARQUET, SAMPLE = "borg_traces_data.parquet", "borg_traces_sample.csv"


def cells(**changed: Any) -> dict[str, Any]:
    """One row as the parquet form holds it."""
    row: dict[str, Any] = {
        "time": 5e6,
        "instance_events_type": 5,
        "collection_id": 94591244395.0,
        "alloc_collection_id": 0,
        "constraint": "[]",
        "start_after_collection_ids": "[]",
        "cpu_usage_distribution": "[0.1 0.2 0.3 0.4 0.5 0.6",
        "failed": 0.0,
        "resource_request": "{'cpus': 0.5, 'memory': 0.25}",
        "average_usage": "{'cpus': 0.125, 'memory': 9.5367431640625e-07}",
        "maximum_usage": "{'cpus': 0.25, 'memory': None}",
        "random_sample_usage": "{'cpus': 0.0, 'memory': None}",
        "assigned_memory": 0.25,
        "page_cache_memory": 0.0,
        "cycles_per_instruction": None,
        "memory_accesses_per_instruction": None,
        "sample_rate": 1.0,
        "priority": 200.0,
        "scheduling_class": 3.0,
        "vertical_scaling": 1.0,
        "scheduler": 0.0,
        "collection_type": "0",
    }
    return {**row, **changed}


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    floats = {"cycles_per_instruction": pl.Float64, "memory_accesses_per_instruction": pl.Float64}
    return pl.DataFrame(list(rows), schema_overrides=floats, infer_schema_length=None)


def write(root: Path, frame: pl.DataFrame, name: str = PARQUET) -> Path:
    folder = root / "google-2019"
    folder.mkdir(exist_ok=True)
    if name.endswith(".csv"):
        frame.with_row_index("").write_csv(folder / name)
    else:
        frame.write_parquet(folder / name)
    return root


def channel(recording: Any, name: str) -> list[float]:
    column: list[float] = recording.values[:, CHANNELS.index(name)].tolist()
    return column


def test_reads_channels_labels_and_covariates(tmp_path: Path) -> None:
    rows = table(
        cells(),
        cells(instance_events_type=2, failed=1.0, time=0.0, alloc_collection_id=7, resource_request=None),
        cells(instance_events_type=6, time=2.0**63, start_after_collection_ids="[12 34]"),
    )
    (recording,) = Google2019().read(write(tmp_path, rows))
    assert recording.channels == CHANNELS
    assert recording.values.dtype == np.float32
    assert not recording.sequential
    assert recording.labels is not None
    assert recording.labels.tolist() == [True, False, False]
    assert recording.covariates["label:kaggle"].tolist() == [False, True, False]
    assert recording.covariates["event"].tolist() == [5, 2, 6]
    assert recording.time is not None
    assert recording.time.tolist() == [5_000_000, 0, NEVER]
    assert channel(recording, "avg_memory") == [np.float32(2**-20)] * 3
    assert np.isnan(channel(recording, "max_memory")).all()
    assert np.isnan(channel(recording, "request_cpu")).tolist() == [False, True, False]
    assert channel(recording, "in_alloc") == [0, 1, 0]
    assert channel(recording, "start_after") == [0, 0, 2]
    assert channel(recording, "cpu_p30") == [np.float32(0.4)] * 3
    assert recording.covariates["cpu_utilisation"][0] == np.float32(0.25)
    assert np.isnan(recording.covariates["cpu_utilisation"][1])


def test_both_forms_of_the_table_give_the_same_recording(tmp_path: Path) -> None:
    one = "{'name': 'a=', 'value': '0', 'relation': 1}"
    csv = table(
        cells(),
        cells(constraint=f"[{one}]", cpu_usage_distribution="[]"),
        cells(
            constraint=f"[{one}\n {one}\n {one}]",
            cpu_usage_distribution="[0.1 0.2 0.3 0.4 0.5 0.6\n 0.7 0.8 0.9 1. 1.]",
        ),
    )
    parquet = csv.with_columns(pl.col("constraint", "cpu_usage_distribution").str.extract(r"^([^\n]*)"))
    write(tmp_path, csv, "borg_traces_data.csv")
    write(tmp_path, parquet)
    (from_csv,) = Google2019(file="borg_traces_data.csv").read(tmp_path)
    (from_parquet,) = Google2019().read(tmp_path)
    np.testing.assert_array_equal(from_csv.values, from_parquet.values)
    assert channel(from_csv, "constraints") == [0, 1, 2]


@pytest.mark.parametrize("name", [PARQUET, "borg_traces_data.csv", SAMPLE])
def test_a_gzipped_table_is_found_and_read(tmp_path: Path, name: str) -> None:
    write(tmp_path, table(cells(), cells(time=6e6)), name)
    dataset = Google2019(file=name if name == SAMPLE else "")
    expected = fingerprint(dataset.read(tmp_path))
    plain = tmp_path / "google-2019" / name
    plain.with_name(f"{name}.gz").write_bytes(gzip.compress(plain.read_bytes()))
    plain.unlink()

    assert fingerprint(dataset.read(tmp_path)) == expected


def test_spreadsheet_numbers_are_read(tmp_path: Path) -> None:
    rows = table(cells(time="9.22E+18", collection_id="2.60698E+11"))
    (recording,) = Google2019(file=SAMPLE).read(write(tmp_path, rows, SAMPLE))
    assert recording.time is not None
    assert recording.groups is not None
    assert recording.time.tolist() == [NEVER]
    assert recording.groups.tolist() == [260_698_000_000]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("instance_events_type", 11, "not a known code"),
        ("failed", 2.0, "not a known code"),
        ("average_usage", "{'cpus': -0.5, 'memory': 0.1}", "negative"),
        ("resource_request", "{'cpus': 0.5, 'memory': -0.1}", "negative"),
        ("average_usage", "{'cpus': 0.5}", "is not {'cpus': number"),
        ("average_usage", "{'cpus': 1.2.3, 'memory': 0.1}", "not a finite number"),
        ("cpu_usage_distribution", "0.1 0.2", "bracketed list"),
        ("cpu_usage_distribution", "[0.1 0.2]", "bracketed list"),
        ("constraint", "none", "bracketed list"),
        ("collection_id", None, "empty"),
        ("page_cache_memory", -1.0, "negative"),
        ("collection_type", "job", "not a finite number"),
    ],
)
@pytest.mark.parametrize(("file", "row"), [(PARQUET, 2), (SAMPLE, 3)])
def test_bad_cell_is_named(tmp_path: Path, name: str, value: Any, problem: str, file: str, row: int) -> None:
    root = write(tmp_path, table(cells(), cells(**{name: value}), cells()), file)
    with pytest.raises(DataError, match=problem) as error:
        Google2019(file=file).read(root)
    assert error.value.row == row
    assert error.value.column == name


def test_missing_file_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="Kaggle"):
        Google2019().read(tmp_path)
    with pytest.raises(DataError, match="missing"):
        Google2019(file=SAMPLE).read(tmp_path)


@pytest.mark.parametrize("file", [PARQUET, SAMPLE])
def test_missing_column_and_empty_table_are_named(tmp_path: Path, file: str) -> None:
    root = write(tmp_path, table(cells()).drop("failed"), file)
    with pytest.raises(DataError, match="column is missing") as error:
        Google2019(file=file).read(root)
    assert error.value.column == "failed"
    write(tmp_path, table(cells()).clear(), file)
    with pytest.raises(DataError, match="no rows"):
        Google2019(file=file).read(root)
    (root / "google-2019" / file).write_bytes(b"")
    with pytest.raises(DataError, match="empty"):
        Google2019(file=file).read(root)


def test_damaged_parquet_is_named(tmp_path: Path) -> None:
    root = write(tmp_path, table(cells()))
    (root / "google-2019" / PARQUET).write_bytes(b"PAR1 and nothing else")
    with pytest.raises(DataError, match="not a readable parquet"):
        Google2019().read(root)


def test_real_table_has_the_known_shape_and_shares(real_data: Path) -> None:
    (recording,) = Google2019().read(real_data)
    assert recording.labels is not None
    assert recording.groups is not None
    assert len(recording) == 405_894
    assert recording.labels.sum() == 59_515
    assert recording.covariates["label:kaggle"].mean() == pytest.approx(0.228, abs=5e-4)
    event = recording.covariates["event"]
    # The publisher's column marks ENABLE, and no collection holds both FAIL and FINISH.
    np.testing.assert_array_equal(recording.covariates["label:kaggle"], event == 2)
    assert len(np.unique(recording.groups)) == 4_057
    assert not np.isin(recording.groups[event == 5], recording.groups[event == 6]).any()
    # Cells of rows with two or more constraints were cut in the parquet form.
    cut = recording.values[:, CHANNELS.index("constraints")] == 2
    assert np.isnan(recording.values[cut, CHANNELS.index("cpu_p0")]).all()
    assert np.isnan(recording.values[cut, CHANNELS.index("cpi")]).all()


def test_real_csv_sample_agrees_with_the_parquet_form(real_data: Path) -> None:
    folder = real_data / "google-2019"
    (sample,) = Google2019(file=SAMPLE).read(real_data)
    assert len(sample) == 1_500
    index = pl.read_csv(folder / SAMPLE, infer_schema=False)[""].cast(pl.Int64)
    whole = pl.read_parquet(folder / PARQUET, columns=["_c0", *RAW]).with_columns(pl.col("_c0").cast(pl.Int64))
    rows = index.to_frame("_c0").join(whole, on="_c0", how="left", maintain_order="left")
    same = Google2019().parse(rows, folder / PARQUET)
    lost = np.isnan(same.values) & (same.values[:, [CHANNELS.index("constraints")]] == 2)
    np.testing.assert_allclose(np.where(lost, np.nan, sample.values), same.values, rtol=1e-4, atol=1e-6)
    np.testing.assert_array_equal(sample.labels, same.labels)


def test_raw_columns_are_read_as_they_are(tmp_path: Path) -> None:
    root = write(tmp_path, table(cells()))
    assert read_raw(root / "google-2019" / PARQUET).columns == list(RAW)
