"""The arithmetic of a process is settled before a numerical library loads, or the user is warned."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmark import arithmetic

PLAIN = {name: value for name, value in os.environ.items() if name not in {*arithmetic.variables(), arithmetic.CHOICE}}


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, env=PLAIN | environment
    )


@pytest.fixture(autouse=True)
def _portable_machine() -> None:
    if arithmetic.obstacle():
        pytest.skip(arithmetic.obstacle())


def test_importing_the_package_settles_portable_arithmetic() -> None:
    program = "import benchmark, numpy; from benchmark import arithmetic; print(arithmetic.current())"
    done = run(program)
    assert (done.stdout.strip(), done.stderr) == ("portable", "")


def test_a_library_that_was_loaded_first_is_a_warning() -> None:
    done = run("import numpy, benchmark; print(benchmark.arithmetic.current())")
    assert done.stdout.strip() == "native"
    assert "numpy was loaded before benchmark" in done.stderr
    assert "Import benchmark first" in done.stderr


def test_variables_that_are_already_right_need_no_order() -> None:
    done = run("import numpy, benchmark; print(benchmark.arithmetic.current())", **arithmetic.variables())
    assert (done.stdout.strip(), done.stderr) == ("portable", "")


def test_native_arithmetic_is_a_choice_of_the_environment() -> None:
    program = "import os, benchmark; print(benchmark.arithmetic.current(), 'MKL_CBWR' in os.environ)"
    assert run(program, BENCHMARK_ARITHMETIC="native").stdout.split() == ["native", "False"]


def test_the_choice_can_be_taken_back_before_numpy_loads() -> None:
    program = (
        "import os; os.environ['MKL_CBWR'] = 'AVX2'; from benchmark.arithmetic import settle, current;"
        "print(os.environ['MKL_CBWR']); settle('native'); print(os.environ['MKL_CBWR'], current());"
        "settle('portable'); print(current())"
    )
    assert run(program).stdout.split() == ["COMPATIBLE", "AVX2", "native", "portable"]


def command(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmark", *words],
        capture_output=True,
        text=True,
        check=False,
        env=PLAIN | environment,
    )


def test_a_run_can_be_native_and_is_kept_apart(tmp_path: Path) -> None:
    words = ["run", "--method", "norm", "--dataset", "cloud-workload", "--seed", "0", "--store", str(tmp_path)]
    for choice in ("native", "portable"):
        done = command(*words, "--variant", "twin", "--arithmetic", choice)
        assert done.returncode == 0, done.stderr
    records = [json.loads(file.read_text()) for file in tmp_path.glob("results/*/result.json")]
    assert sorted(record["identity"]["arithmetic"] for record in records) == ["native", "portable"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "--method", "norm", "--arithmetic", "exact"], "choose portable or native"),
        (["table", "gan-uq/table1", "--variant", "twin"], "made in portable arithmetic"),
        (["all", "--variant", "twin"], "made in portable arithmetic"),
        (["verify", "--variant", "twin", "--update"], "made in portable arithmetic"),
    ],
)
def test_what_is_committed_is_portable(words: list[str], message: str) -> None:
    done = command(*words, BENCHMARK_ARITHMETIC="native")
    assert done.returncode == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
