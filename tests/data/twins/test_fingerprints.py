"""The twins are the same data on every machine, and a machine that computes other data is an error."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark.data.sources import verify_twin
from benchmark.data.twins import fingerprints
from benchmark.interfaces.dataset import Dataset
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import fingerprint
from benchmark.interfaces.registry import DATASETS

ROWS = 3_000

ENVIRONMENTS = {
    "portable": {},
    "native": {"BENCHMARK_ARITHMETIC": "native"},
    "without AVX2": {
        "BENCHMARK_ARITHMETIC": "native",
        "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F,-AVX512VL,-AVX2_Usable,-FMA_Usable",
        "POLARS_MAX_THREADS": "1",
    },
}
"""Environments of processes in which NumPy and the C library compute by different kernels."""

TWINS = f"""
from benchmark.interfaces.recording import fingerprint
from benchmark.interfaces.registry import DATASETS
names = ["cloud-workload[twin_seed=1]", "google-2019[twin_seed=1,twin_rows={ROWS}]"]
names += ["nsl-kdd[twin_seed=1,twin_rows={ROWS}]", "adfa-ld[twin_seed=1,twin_share=0.05]"]
for name in names:
    dataset = DATASETS.build(name)
    print(name, fingerprint(dataset.load("twin")))
"""

SUMMARY = """
import hashlib, sys
from pathlib import Path
from benchmark.data.google_2019 import derive
print(hashlib.sha256(derive.encode(derive.summarise(Path(sys.argv[1]))).encode()).hexdigest())
"""

EXPONENTIAL = """
import hashlib
import benchmark
import numpy as np
print(hashlib.sha256(np.exp(np.random.default_rng(0).random(10_000)).tobytes()).hexdigest())
"""


def output(program: str, environment: str, *arguments: str) -> str:
    """Output of a program in a process of its own."""
    pinned = {"BENCHMARK_ARITHMETIC", *(name for names in ENVIRONMENTS.values() for name in names)}
    inherited = {name: value for name, value in os.environ.items() if name not in pinned}
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=inherited | ENVIRONMENTS[environment],
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def twin_datasets() -> list[Dataset]:
    return [one for name in DATASETS.names() if (one := DATASETS.build(name)).metadata.twin]


def test_every_twin_has_a_committed_fingerprint_which_loading_compares() -> None:
    assert twin_datasets()
    for dataset in twin_datasets():
        assert dataset.metadata.twin_fingerprint == fingerprints.committed_fingerprint(dataset.metadata.name)
        assert fingerprint(dataset.load("twin")) == dataset.metadata.twin_fingerprint
        check = verify_twin(dataset)
        assert check is not None
        assert check.status == "ok"


def test_every_kernel_gives_the_same_twins() -> None:
    found = {name: output(TWINS, name) for name in ENVIRONMENTS}
    assert len(set(found.values())) == 1, found
    assert len(set(found["portable"].split())) == 8


def test_every_kernel_derives_the_same_statistics(real_data: Path) -> None:
    found = {name: output(SUMMARY, name, str(real_data)) for name in ENVIRONMENTS}
    assert len(set(found.values())) == 1, found


def test_the_environments_choose_different_kernels_of_numpy() -> None:
    if len({output(EXPONENTIAL, name) for name in ENVIRONMENTS}) == 1:
        pytest.skip("this processor has one kernel of numpy.exp only, so the other tests here compare nothing")


@pytest.mark.parametrize("name", ["google-2019", "cloud-workload"])
def test_another_twin_is_an_error_that_names_both_fingerprints(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = DATASETS.build(name)
    committed = dataset.metadata.twin_fingerprint
    assert committed is not None
    other = "0" * 64
    monkeypatch.setattr(type(dataset), "metadata", dataset.metadata.model_copy(update={"twin_fingerprint": other}))
    check = verify_twin(dataset)
    assert check is not None
    assert (check.status, check.sha256, check.published) == ("changed", committed, other)
    with pytest.raises(DataError, match=f"twin of '{name}' has fingerprint {committed}.*{other}.*other data"):
        dataset.load("twin")


def test_data_verify_compares_the_twin(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "benchmark", "data", "verify", "cloud-workload", "--data", str(tmp_path), "--json"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    file, twin = json.loads(run.stdout)
    assert run.returncode == 1
    assert (file["status"], twin["status"], twin["path"]) == ("missing", "ok", "embedded twin")
    assert twin["sha256"] == twin["published"]


def test_nothing_is_compared_at_other_parameters(monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = DATASETS.build("google-2019[twin_rows=1000]")
    monkeypatch.setattr(type(dataset), "metadata", dataset.metadata.model_copy(update={"twin_fingerprint": "0" * 64}))
    assert len(dataset.load("twin")[0]) == 1_000
    assert verify_twin(dataset) is None


def test_the_file_of_fingerprints_is_what_the_command_writes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    committed = fingerprints.FILE.read_bytes()
    monkeypatch.setattr(fingerprints, "FILE", tmp_path / "fingerprints.json")
    fingerprints.main()
    assert fingerprints.FILE.read_bytes() == committed
