"""ADFA-LD: traces of an archive, incidents and processes, and errors that name the trace."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from benchmark.data.adfa_ld.calls import CALLS, NUMBERS
from benchmark.data.adfa_ld.reader import AdfaLd
from benchmark.data.adfa_ld.traces import ATTACKS, KINDS, TRAINING, VALIDATION, read_traces, recurring
from benchmark.data.sources import verify
from benchmark.interfaces.errors import DataError

MEMBERS = {
    f"ADFA-LD/{TRAINING}/UTD-0001.txt": "6 6 63 6",
    f"ADFA-LD/{TRAINING}/UTD-0002.txt": "5 3\t6\r\n",
    f"ADFA-LD/{VALIDATION}/UVD-0001.txt": "6 6 63 6",
    f"ADFA-LD/{VALIDATION}/UVD-0002.txt": "340 1",
    f"ADFA-LD/{ATTACKS}/Adduser_1/UAD-Adduser-1-1371.txt": "265 168",
    f"ADFA-LD/{ATTACKS}/Hydra_FTP_2/UAD-Hydra-FTP-2-1371.txt": "265 265 168",
    f"ADFA-LD/{ATTACKS}/Hydra_FTP_10/UAD-Hydra-FTP-10-77.txt": "11",
    "ADFA-LD/ADFA-LD+Syscall+List.txt": "#define __NR_setxattr 5",
    f"ADFA-LD/{ATTACKS}/notes.txt": "nothing",
    f"ADFA-LD/{TRAINING}/._UTD-0001.txt": "nothing",
}


def put(root: Path, members: dict[str, str]) -> Path:
    path = root / "adfa-ld" / "ADFA-LD.zip"
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return put(tmp_path, MEMBERS)


def test_training_traces_then_validation_and_attacks(path: Path) -> None:
    train, test = AdfaLd().read(path.parents[1])

    assert (train.name, train.part, test.part, train.sequential) == (test.name, "train", "test", False)
    assert train.raw is not None
    assert train.raw.sequences is not None
    assert [one.tolist() for one in train.raw.sequences] == [[6, 6, 63, 6], [5, 3, 6]]
    assert train.values.tolist() == [[4, 2], [3, 3]]
    assert test.labels is not None
    assert test.labels.tolist() == [False, False, True, True, True]
    assert test.covariates["kind"].tolist() == ["normal", "normal", "Adduser", "Hydra_FTP", "Hydra_FTP"]
    assert test.covariates["incident"].tolist() == ["", "", "Adduser_1", "Hydra_FTP_10", "Hydra_FTP_2"]
    assert test.covariates["process"].tolist() == ["", "", "1371", "77", "1371"]
    assert set(test.covariates["folder"].tolist()) == {VALIDATION, ATTACKS}


def test_equal_normal_traces_and_the_traces_of_an_incident_are_groups(path: Path) -> None:
    train, test = AdfaLd().read(path.parents[1])
    assert train.groups is not None
    assert test.groups is not None
    assert train.groups[0] == test.groups[0]
    assert len({*train.groups.tolist(), *test.groups.tolist()}) == 6


def test_a_process_that_runs_under_two_kinds_recurs(path: Path) -> None:
    assert recurring(read_traces(path)) == {"1371"}


def test_names_are_those_of_32_bit_x86() -> None:
    assert len(CALLS) == NUMBERS == len(set(CALLS))
    assert [CALLS[number] for number in (3, 5, 11, 102, 192, 240, 340, 500)] == [
        "read",
        "open",
        "execve",
        "socketcall",
        "mmap2",
        "futex",
        "prlimit64",
        "call-500",
    ]


@pytest.mark.parametrize(
    ("text", "column", "words"),
    [
        ("6 x 3", 2, "UTD-0001.txt: 'x' is not the number of a call"),
        ("6 -1", 2, "'-1' is not the number"),
        ("6 3 512", 3, "512 is above 511"),
        ("6 3 99999999999999999999", 3, "above 511"),
        (" \n", None, "UTD-0001.txt: holds no call"),
    ],
)
def test_bad_traces(tmp_path: Path, text: str, column: int | None, words: str) -> None:
    path = put(tmp_path, MEMBERS | {f"ADFA-LD/{TRAINING}/UTD-0001.txt": text})

    with pytest.raises(DataError, match=words) as caught:
        AdfaLd().read(tmp_path)

    assert (caught.value.file, caught.value.column) == (path, column)


@pytest.mark.parametrize("folder", [TRAINING, VALIDATION, ATTACKS])
def test_an_archive_without_a_folder(tmp_path: Path, folder: str) -> None:
    put(tmp_path, {name: text for name, text in MEMBERS.items() if folder not in name})

    with pytest.raises(DataError, match=f"no trace in a folder {folder}"):
        AdfaLd().read(tmp_path)


def test_damaged_or_missing_archive(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match="not a readable archive"):
        AdfaLd().read(path.parents[1])
    path.unlink()
    with pytest.raises(DataError, match="data fetch adfa-ld"):
        AdfaLd().files(path.parents[1])


def test_real_archive(real_data: Path) -> None:
    train, test = AdfaLd().read(real_data)
    assert test.labels is not None

    assert (len(train), len(test), int(test.labels.sum())) == (833, 5_118, 746)
    assert round(float(test.labels.mean()), 4) == AdfaLd.metadata.anomaly_share
    assert len(np.unique(test.covariates["incident"][test.labels])) == 60
    assert set(test.covariates["kind"]) == {"normal", *KINDS}
    traces = read_traces(real_data / "adfa-ld" / "ADFA-LD.zip")
    often = recurring(traces)
    assert (len(often), sum(one.process in often for one in traces if one.incident)) == (16, 381)
    assert {check.status for check in verify(AdfaLd(), real_data)} == {"ok"}
