"""Fuzz the reader of tables by hand, guided by the branches that an input takes.

It uses atheris, which is no dependency of this project.

``pip install atheris``, then ``python -m tests.fuzz.guided -atheris_runs=100000 [FOLDER OF INPUTS]``.
"""

from __future__ import annotations

import os
import sys
import warnings
from contextlib import suppress
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["benchmark.data.telemetry"]):
    from benchmark.data.telemetry.reader import Telemetry

from benchmark.interfaces.errors import BenchmarkError
from tests.fuzz.mutated import mutated
from tests.fuzz.test_readers import TABLES


def read(content: bytes) -> None:
    """Read a table, or have it refused with the documented error."""
    with open("t.csv", "wb") as file:  # noqa: PTH123
        file.write(content)
    with suppress(BenchmarkError):
        Telemetry(file="t.csv").load("real")


def mutate(content: bytes, size: int, seed: int) -> bytes:
    """Change an input as the tests do, or as atheris does."""
    if seed % 2:
        return atheris.Mutate(content, size)
    return next(mutated([content or TABLES[seed % len(TABLES)]], 1, seed))[:size]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        atheris.Setup(sys.argv, read, custom_mutator=mutate)
        atheris.Fuzz()
