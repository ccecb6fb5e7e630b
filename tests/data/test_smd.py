"""Server Machine Dataset: the official layout, any subset of the machines."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from benchmark.data.smd import CHANNELS, CHECKED, MACHINES, POINTS, SMD, interpretations
from benchmark.data.sources import unverified
from benchmark.interfaces.errors import DataError, ParameterError, UnknownNameError


def rows(count: int, width: int = 38, start: float = 0.0) -> str:
    return "".join(
        ",".join(f"{start + row + column / 100:.6f}" for column in range(width)) + "\n" for row in range(count)
    )


def put(root: Path, part: str, machine: str, text: str, *, zipped: bool = False) -> Path:
    path = root / "smd" / part / f"{machine}.txt{'.gz' if zipped else ''}"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if zipped else text.encode())
    return path


def put_machine(root: Path, machine: str, *, zipped: bool = False) -> None:
    put(root, "train", machine, rows(5), zipped=zipped)
    put(root, "test", machine, rows(4, start=0.5), zipped=zipped)
    put(root, "test_label", machine, "0\n1\n1\n0\n")
    put(root, "interpretation_label", machine, "1-3:1,38\n")


@pytest.mark.parametrize("zipped", [False, True])
def test_each_machine_gives_a_train_and_a_test_recording(tmp_path: Path, zipped: bool) -> None:
    for machine in ("machine-2-1", "machine-1-2"):
        put_machine(tmp_path, machine, zipped=zipped)

    recordings = SMD().read(tmp_path)

    assert [(r.name, r.part, len(r)) for r in recordings] == [
        ("machine-1-2", "train", 5),
        ("machine-1-2", "test", 4),
        ("machine-2-1", "train", 5),
        ("machine-2-1", "test", 4),
    ]
    train, test = recordings[:2]
    assert train.channels == CHANNELS
    assert train.labels is None
    assert train.values[2, 37] == np.float32(2.37)
    assert test.labels is not None
    assert test.labels.tolist() == [False, True, True, False]
    assert len(SMD().files(tmp_path)) == 6


def test_one_machine(tmp_path: Path) -> None:
    for machine in ("machine-1-1", "machine-3-11"):
        put_machine(tmp_path, machine)

    assert {r.name for r in SMD(machine="machine-3-11").read(tmp_path)} == {"machine-3-11"}
    assert len(SMD(machine="machine-3-11").files(tmp_path)) == 3


def test_checked_reads_exactly_the_eight_machines(tmp_path: Path) -> None:
    for machine in (*CHECKED, "machine-1-1"):
        put_machine(tmp_path, machine)
    assert {r.name for r in SMD(checked=True).read(tmp_path)} == set(CHECKED)
    (tmp_path / "smd" / "train" / f"{CHECKED[3]}.txt").unlink()
    with pytest.raises(DataError, match=r"missing.*data fetch smd"):
        SMD(checked=True).files(tmp_path)
    with pytest.raises(ParameterError, match="give only one of the two"):
        SMD(machine="machine-1-2", checked=True)
    known = {file.path.split("/")[-1][:-4] for file in SMD.metadata.files if file.sha256 is not None}
    assert set(CHECKED) == known


def test_unknown_machine_gets_a_suggestion() -> None:
    with pytest.raises(UnknownNameError, match="did you mean machine-1-2"):
        SMD(machine="machine_1-2")


def test_interpretations_are_half_open_intervals_with_channel_numbers(tmp_path: Path) -> None:
    put_machine(tmp_path, "machine-1-1")

    ((start, stop, dims),) = interpretations(tmp_path, "machine-1-1")

    assert (start, stop, dims) == (1, 3, (1, 38))
    (_, test) = SMD().read(tmp_path)
    assert test.labels is not None
    assert test.labels[start:stop].all()


def test_channels_of_incidents_are_a_covariate_where_asked_for(tmp_path: Path) -> None:
    put_machine(tmp_path, "machine-1-1")
    train, test = SMD(culprits=True).read(tmp_path)
    assert test.covariates["culprits"].tolist() == [0, 1 + 2**37, 1 + 2**37, 0]
    assert not train.covariates
    assert not SMD().read(tmp_path)[1].covariates
    assert len(SMD(culprits=True).files(tmp_path)) == 4
    (tmp_path / "smd" / "interpretation_label" / "machine-1-1.txt").unlink()
    with pytest.raises(DataError, match="interpretation_label"):
        SMD(culprits=True).files(tmp_path)


@pytest.mark.parametrize(
    ("text", "row", "words"),
    [
        ("1-3:1\n1-3\n", 2, "not of the form"),
        ("1-3:1,\n", 1, "not of the form"),
        ("1-3:0\n", 1, "channel 0 does not exist"),
        ("1-3:39\n", 1, "channel 39 does not exist"),
        ("3-3:1\n", 1, "not inside"),
        ("1-5:1\n", 1, "not inside the 4 test points"),
    ],
)
def test_bad_interpretation(tmp_path: Path, text: str, row: int, words: str) -> None:
    put_machine(tmp_path, "machine-1-1")
    path = put(tmp_path, "interpretation_label", "machine-1-1", text)

    with pytest.raises(DataError, match=words) as caught:
        interpretations(tmp_path, "machine-1-1")

    assert (caught.value.file, caught.value.row) == (path, row)


def test_no_machine_at_all(tmp_path: Path) -> None:
    for read in (SMD().read, SMD().files, SMD(machine="machine-1-5").read):
        with pytest.raises(DataError, match=r"missing.*data fetch smd"):
            read(tmp_path)


@pytest.mark.parametrize("part", ["train", "test", "test_label"])
def test_machine_with_a_part_missing(tmp_path: Path, part: str) -> None:
    put_machine(tmp_path, "machine-1-1")
    (tmp_path / "smd" / part / "machine-1-1.txt").unlink()

    with pytest.raises(DataError, match="missing") as caught:
        SMD().read(tmp_path)

    assert Path(str(caught.value.file)).parent.name == part


@pytest.mark.parametrize(
    ("part", "text", "row", "column", "words"),
    [
        ("train", "", None, None, "empty"),
        ("train", rows(3, 37), 1, None, "has 37 columns; expected 38"),
        ("test", rows(2) + rows(1, 39), 3, None, "row has 39 columns; expected 38"),
        ("test", rows(2) + rows(1, 12), 3, None, "row has 12 columns; expected 38"),
        ("train", rows(3).replace("1.050000", "high"), 2, 6, "'high' is not a finite number"),
        ("train", rows(3).replace("1.050000", ""), 2, 6, "cell is empty"),
        ("test_label", "0\n2\n0\n0\n", 2, 1, "label 2 is neither 0 nor 1"),
        ("test_label", "0\n1\n0\n", None, None, "has 3 labels; the test half has 4 points"),
    ],
)
def test_bad_file(tmp_path: Path, part: str, text: str, row: int, column: int, words: str) -> None:
    put_machine(tmp_path, "machine-1-1")
    path = put(tmp_path, part, "machine-1-1", text)

    with pytest.raises(DataError, match=words) as caught:
        SMD().read(tmp_path)

    assert (caught.value.file, caught.value.row, caught.value.column) == (path, row, column)


def test_truncated_gzip(tmp_path: Path) -> None:
    put_machine(tmp_path, "machine-1-1", zipped=True)
    path = tmp_path / "smd" / "test" / "machine-1-1.txt.gz"
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(DataError, match="truncated") as caught:
        SMD().read(tmp_path)

    assert caught.value.file == path


def test_metadata_lists_all_machines() -> None:
    files = SMD.metadata.files

    assert len(MACHINES) == 28
    assert len(files) == 28 * 4
    assert sum(file.sha256 is not None for file in files) == 8 * 4
    assert all(file.url.endswith(file.path.removeprefix("smd/")) for file in files)


def test_real_machines(real_data: Path) -> None:
    recordings = SMD().read(real_data)
    tests = [r for r in recordings if r.part == "test"]

    assert len(recordings) == 16
    assert [r.name for r in tests][:3] == ["machine-1-2", "machine-1-6", "machine-1-7"]
    assert {len(r) for r in recordings if r.name == "machine-1-2"} == {23694}
    assert all(np.isfinite(r.values).all() for r in recordings)
    share = sum(r.labels.sum() for r in tests if r.labels is not None) / sum(map(len, tests))
    assert round(float(share), 4) == SMD.metadata.anomaly_share


@pytest.mark.parametrize(("machine", "incidents", "explained"), [("machine-1-2", 10, 10), ("machine-3-2", 10, 9)])
def test_real_interpretations_are_labelled_incidents(
    real_data: Path, machine: str, incidents: int, explained: int
) -> None:
    (_, test) = SMD(machine=machine).read(real_data)
    assert test.labels is not None
    edges = np.diff(test.labels.astype(int), prepend=0, append=0)
    labelled = set(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))

    found = {(start, stop) for start, stop, _ in interpretations(real_data, machine)}

    assert (len(labelled), len(found)) == (incidents, explained)
    assert found <= labelled


def test_the_known_numbers_of_points_are_those_of_the_files_with_a_known_checksum(real_data: Path) -> None:
    halves = {(half.part, half.name): len(half) for half in SMD(checked=True).read(real_data)}

    assert halves == {(part, name): POINTS[part][name] for part in ("train", "test") for name in CHECKED}
    assert (sum(POINTS["train"].values()), sum(POINTS["test"].values())) == (708_405, 708_420)


def test_a_half_that_was_cut_short_is_said_though_its_checksum_is_unknown(tmp_path: Path) -> None:
    put(tmp_path, "train", "machine-1-1", rows(5))
    put(tmp_path, "test", "machine-1-1", rows(4))
    put(tmp_path, "test_label", "machine-1-1", "0\n" * POINTS["test_label"]["machine-1-1"])

    cut, unknown = unverified(SMD(), tmp_path)

    assert cut.startswith("smd: 2 of 3 files differ from the published ones (cut short, or another version)")
    assert "smd/train/machine-1-1.txt" in cut
    assert unknown.startswith("smd: 1 of 3 files have no known checksum")
