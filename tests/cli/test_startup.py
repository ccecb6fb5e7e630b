"""Help and listings answer at once because they import nothing heavy (typer itself may bring pydantic)."""

from __future__ import annotations

import subprocess
import sys

import pytest

import benchmark

HEAVY = (
    "distributed",
    "matplotlib",
    "numpy",
    "pandas",
    "polars",
    "pooch",
    "pyarrow",
    "requests",
    "scipy",
    "sklearn",
    "torch",
    "torch_geometric",
    "tqdm",
    "xgboost",
)

COMMAND = """
import sys

from benchmark.__main__ import main

sys.argv = ["benchmark", *{words!r}]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print("imported:", *sorted({heavy!r} & sys.modules.keys()))
"""


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "words", [["--help"], ["--version"], ["data", "--help"], ["list"], ["list", "methods", "--json"]], ids=" ".join
)
def test_nothing_heavy_is_imported(words: list[str]) -> None:
    output = run(COMMAND.format(words=words, heavy=set(HEAVY)))
    assert output.splitlines()[-1] == "imported:"
    assert len(output.splitlines()) > 1


def test_importing_the_package_imports_only_its_arithmetic_and_the_standard_library() -> None:
    code = """
import sys
before = set(sys.modules)
import benchmark
new = {name for name in set(sys.modules) - before if name.partition(".")[0] not in sys.stdlib_module_names}
print(*sorted(new))
"""
    assert run(code) == "benchmark benchmark.arithmetic\n"


def test_the_version_is_printed() -> None:
    output = run("import sys; sys.argv = ['b', '--version']; from benchmark.__main__ import main; main()")
    assert output == f"cloudad-bench {benchmark.__version__}\n"
