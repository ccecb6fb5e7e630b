"""SMAP and MSL: the layout of telemanom, as traces and as the concatenated arrays of most papers."""

from __future__ import annotations

import gzip
import pickle
from pathlib import Path

import numpy as np
import pytest

from benchmark.data.smap_msl import MSL, SMAP, TRACES
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import fingerprint

HEADER = "chan_id,spacecraft,anomaly_sequences,class,num_values\n"


def array(trace: str, length: int, width: int) -> np.ndarray:
    rng = np.random.default_rng([length, *trace.encode()])
    return rng.uniform(-1, 1, (length, width))


def put_all(root: Path) -> Path:
    """Write every trace of both spacecraft, 6 points to train and 10 to test, one anomaly from 2 to 4."""
    folder = root / "smap-msl"
    lines = []
    for spacecraft, width in (("SMAP", 25), ("MSL", 55)):
        for trace in TRACES[spacecraft]:
            for part, length in (("train", 6), ("test", 10)):
                (folder / part).mkdir(parents=True, exist_ok=True)
                np.save(folder / part / f"{trace}.npy", array(trace, length, width))
            lines.append(f'{trace},{spacecraft},"[[2, 4]]",[point],10\n')
    lines.append('P-2,SMAP,"[[3, 5], [8, 9]]","[point, point]",10\n')
    (folder / "labeled_anomalies.csv").write_text(HEADER + "".join(lines))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return put_all(tmp_path)


@pytest.mark.parametrize(("dataset", "count", "width"), [(SMAP(), 54, 25), (MSL(), 27, 55)])
def test_traces(folder: Path, dataset: Dataset, count: int, width: int) -> None:
    recordings = dataset.read(folder.parent)
    trains, tests = recordings[::2], recordings[1::2]

    assert [r.name for r in trains] == [r.name for r in tests] == sorted(r.name for r in trains)
    assert len(tests) == count
    assert {r.part for r in trains} == {"train"}
    assert {r.part for r in tests} == {"test"}
    assert all(r.labels is None for r in trains)
    first = tests[0]
    assert first.values.shape == (10, width)
    assert first.values.dtype == np.float32
    assert np.array_equal(first.values, array(first.name, 10, width).astype(np.float32))
    assert first.labels is not None
    assert np.flatnonzero(first.labels).tolist() == [2, 3, 4]
    assert len(dataset.files(folder.parent)) == 1 + 2 * count


def test_gzipped_arrays_are_read(folder: Path) -> None:
    plain = MSL().read(folder.parent)
    for path in folder.glob("t*/*.npy"):
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()

    assert fingerprint(MSL().read(folder.parent)) == fingerprint(plain)
    assert all(path.suffix == ".gz" for path in MSL().files(folder.parent) if path.name != "labeled_anomalies.csv")


def test_an_array_that_was_cut_short_is_named(folder: Path) -> None:
    path = folder / "test" / "C-1.npy"
    path.write_bytes(path.read_bytes()[:-8])

    fails(folder, path, "not a readable .npy array")


def test_a_value_beyond_float32_is_kept(folder: Path) -> None:
    path = folder / "test" / "D-14.npy"
    large = array("D-14", 10, 55)
    large[3, 7] = 1e39
    np.save(path, large)

    (test,) = [r for r in MSL().read(folder.parent) if r.name == "D-14" and r.part == "test"]
    assert test.values[3, 7] == 1e39


def test_two_rows_of_labels_are_united(folder: Path) -> None:
    (test,) = [r for r in SMAP().read(folder.parent) if r.name == "P-2" and r.part == "test"]

    assert test.labels is not None
    assert np.flatnonzero(test.labels).tolist() == [2, 3, 4, 5, 8, 9]


@pytest.mark.parametrize(("dataset", "count"), [(SMAP(layout="concatenated"), 53), (MSL(layout="concatenated"), 27)])
def test_concatenated(folder: Path, dataset: Dataset, count: int) -> None:
    train, test = dataset.read(folder.parent)

    assert (train.name, train.part, len(train)) == (dataset.metadata.name, "train", 6 * count)
    assert (test.name, test.part, len(test)) == (dataset.metadata.name, "test", 10 * count)
    assert train.labels is None
    assert test.labels is not None
    assert test.labels.sum() == 3 * count
    assert len(dataset.files(folder.parent)) == 1 + 2 * count


def test_concatenated_order_is_that_of_sorted_names(folder: Path) -> None:
    _, test = MSL(layout="concatenated").read(folder.parent)

    joined = np.concatenate([array(trace, 10, 55) for trace in sorted(TRACES["MSL"])])
    assert np.array_equal(test.values, joined.astype(np.float32))


def fails(folder: Path, path: Path, words: str) -> DataError:
    with pytest.raises(DataError, match=words) as caught:
        MSL().read(folder.parent)
    assert caught.value.file == path
    return caught.value


def test_missing_array_says_how_to_get_it(folder: Path) -> None:
    path = folder / "train" / "C-2.npy"
    path.unlink()

    fails(folder, path, "missing")
    with pytest.raises(DataError, match="missing"):
        MSL().files(folder.parent)
    assert "Kaggle" in MSL.metadata.login


@pytest.mark.parametrize(
    "content",
    [
        np.zeros((6, 25)),
        np.zeros(55),
        np.zeros((0, 55)),
        np.zeros((6, 55, 1)),
        np.full((6, 55), "x"),
        np.zeros((6, 55), complex),
    ],
)
def test_array_of_another_shape_or_type(folder: Path, content: np.ndarray) -> None:
    path = folder / "train" / "C-1.npy"
    np.save(path, content)

    fails(folder, path, r"expected numbers of shape \(T, 55\)")


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_array_with_a_value_that_is_not_a_number(folder: Path, value: float) -> None:
    path = folder / "test" / "D-14.npy"
    broken = array("D-14", 10, 55)
    broken[3, 7] = value
    np.save(path, broken)

    error = fails(folder, path, "not a finite number")

    assert (error.row, error.column) == (4, 8)


@pytest.mark.parametrize(
    "damage", [lambda raw: raw[:-40], lambda raw: raw[:40], lambda raw: b"", lambda raw: b"PK" * 99]
)
def test_damaged_array(folder: Path, damage: object) -> None:
    path = folder / "test" / "C-1.npy"
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]

    fails(folder, path, "not a readable .npy array")


def test_nothing_is_unpickled(folder: Path, tmp_path: Path) -> None:
    class Trap:
        def __reduce__(self) -> tuple[object, ...]:
            return (Path.touch, (tmp_path / "trapped",))

    for content in (pickle.dumps(Trap()), None):
        path = folder / "test" / "C-1.npy"
        if content is None:
            np.save(path, np.array([[Trap()]], dtype=object), allow_pickle=True)
        else:
            path.write_bytes(content)
        fails(folder, path, "not a readable .npy array")
    assert not (tmp_path / "trapped").exists()


@pytest.mark.parametrize(
    ("old", "new", "column", "words"),
    [
        ("[[2, 4]]", "[[2, 10]]", "anomaly_sequences", r"sequence \[2, 10\] is not inside the 10 test points"),
        ("[[2, 4]]", "[[4, 2]]", "anomaly_sequences", "not inside"),
        ("[[2, 4]]", "[[-1, 2]]", "anomaly_sequences", "not inside"),
        ("[[2, 4]]", "[2, 4]", "anomaly_sequences", "not of the form"),
        ("[[2, 4]]", "[[2, 4.5]]", "anomaly_sequences", "not of the form"),
        ("[[2, 4]]", "__import__('os')", "anomaly_sequences", "not of the form"),
        (",10", ",11", "num_values", "says 11 test points; the test array has 10"),
        (",10", ",ten", "num_values", "'ten' is not a whole number"),
        (",10", ",", "num_values", "says None test points"),
        ("MSL", "MARS", "spacecraft", "'MARS' is neither SMAP nor MSL"),
    ],
)
def test_bad_label(folder: Path, old: str, new: str, column: str, words: str) -> None:
    path = folder / "labeled_anomalies.csv"
    lines = path.read_text().splitlines(keepends=True)
    row = next(number for number, line in enumerate(lines) if line.startswith("D-15"))
    lines[row] = lines[row].replace(old, new)
    path.write_text("".join(lines))

    error = fails(folder, path, words)

    assert (error.row, error.column) == (row + 1, column)


def test_bad_label_table(folder: Path) -> None:
    path = folder / "labeled_anomalies.csv"
    text = path.read_text()
    path.write_text(text.replace("num_values", "values"))
    fails(folder, path, "column is missing")
    path.write_text("".join(line for line in text.splitlines(keepends=True) if not line.startswith("S-2")))
    fails(folder, path, "has no row for trace S-2 of MSL")
    path.write_text("")
    fails(folder, path, "empty")


@pytest.mark.parametrize(
    ("dataset", "points", "share"),
    [
        (MSL(layout="concatenated"), (58_317, 73_729), 0.1053),
        (SMAP(layout="concatenated"), (135_183, 427_617), 0.1279),
    ],
)
def test_real_concatenated_arrays_equal_those_of_most_papers(
    real_data: Path, dataset: Dataset, points: tuple[int, int], share: float
) -> None:
    train, test = dataset.read(real_data)

    assert (len(train), len(test)) == points
    assert test.labels is not None
    assert round(float(test.labels.mean()), 4) == share


@pytest.mark.parametrize(("dataset", "count"), [(MSL(), 27), (SMAP(), 54)])
def test_real_traces(real_data: Path, dataset: Dataset, count: int) -> None:
    tests = [r for r in dataset.read(real_data) if r.part == "test"]

    assert len(tests) == count
    assert all(r.labels is not None and r.labels.any() for r in tests)
    share = sum(r.labels.sum() for r in tests if r.labels is not None) / sum(map(len, tests))
    assert round(float(share), 4) == dataset.metadata.anomaly_share
