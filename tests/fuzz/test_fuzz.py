"""Ten thousand cells of data that lie and detectors that misbehave: a right number, or an error that says why."""

from __future__ import annotations

import contextlib
import io
import warnings

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmark.engine.store import Store
from tests.fuzz.cells import ASKED, METHODS, PROTOCOLS, Bench, Case
from tests.fuzz.recordings import STATES

CASES = st.builds(Case, STATES, PROTOCOLS, st.lists(METHODS, min_size=4, max_size=4, unique=True).map(tuple), ASKED)
SHARDS, EXAMPLES, CELLS = 8, 330, 1_250


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_cell_gives_a_right_number_or_says_why_not(shard, tmp_path):
    bench = Bench(Store(tmp_path))

    # Every shard has a function of its own name, so that each draws other cases.
    def run(case):
        with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            bench.run(case)

    run.__qualname__ = run.__name__ = f"shard_{shard}"
    settled = settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck), phases=(Phase.explicit, Phase.generate, Phase.shrink),
    )  # fmt: skip
    settled(given(CASES)(run))()
    assert bench.cells >= CELLS


def test_there_are_ten_thousand():
    assert SHARDS * CELLS >= 10_000
