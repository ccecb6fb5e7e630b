"""The same bytes on every x86-64 processor with AVX2: digests of operations and detectors."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from benchmark import arithmetic
from benchmark.engine.code import library_versions
from benchmark.interfaces.registry import METHODS
from tests.portable.digests import COMMITTED, LIBRARIES, SMALL


def compare(*command: str) -> None:
    """Compute the digests in a process of its own and compare them with the committed ones."""
    committed = json.loads(COMMITTED.read_text(encoding="utf-8"))
    if arithmetic.obstacle():
        pytest.skip(f"no portable arithmetic here: {arithmetic.obstacle()}")
    if library_versions(*LIBRARIES) != committed["libraries"]:
        pytest.skip(f"the digests are of {committed['libraries']}, installed are {library_versions(*LIBRARIES)}")
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    arguments = [*command, sys.executable, "-W", "ignore", "-m", "tests.portable.digests"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    computed = json.loads(done.stdout)["digests"]
    different = {
        name: (value, computed.get(name)) for name, value in committed["digests"].items() if computed.get(name) != value
    }
    assert not different, f"committed and computed digests differ: {different}"
    assert computed.keys() == committed["digests"].keys()


def test_operations_and_detectors_give_the_committed_bytes() -> None:
    compare()


def test_every_registered_method_has_a_digest() -> None:
    assert set(SMALL) == {name for name, entry in METHODS.entries.items() if entry.distribution == "cloudad-bench"}
