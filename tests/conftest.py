"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data, from BENCHMARK_DATA; the test is skipped where it is not set."""
    root = os.environ.get("BENCHMARK_DATA", "")
    if not root or not Path(root).is_dir():
        pytest.skip("BENCHMARK_DATA does not name a folder of real data")
    return Path(root).resolve()
