"""Ten thousand cells of data that lie and detectors that misbehave: a right number, or an error that says why."""

from __future__ import annotations

import contextlib
import io
import warnings
from itertools import product

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sklearn import config_context
from threadpoolctl import threadpool_limits

from benchmark.engine import job, method
from benchmark.engine.store import Store
from tests.fuzz.cells import ASKED, CHOICES, METHODS, PROTOCOLS, Bench, Case, Method
from tests.fuzz.recordings import FAMILIES, LAYOUTS, LISTINGS, STATES, State

ALL = [oddity for family in FAMILIES for oddity in family]

CASES = st.builds(Case, STATES, PROTOCOLS, st.lists(METHODS, min_size=4, max_size=4, unique=True).map(tuple), ASKED)
SHARDS, EXAMPLES, CELLS = 8, 330, 1_200
SWEPT = 1_000

SETTINGS = settings(
    max_examples=EXAMPLES,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate, Phase.shrink),
    database=None,
)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    """A bench that has run no cell yet. Its detectors run in this process, and what is done once a cell for
    libraries and disk is done once."""
    for module in (job, method):
        monkeypatch.setattr(module, "is_foreign", lambda *_: False)
    monkeypatch.setattr(job, "one_thread", contextlib.nullcontext)
    monkeypatch.setattr(Store, "remember", lambda *_: None)
    quiet, fast = contextlib.redirect_stdout(io.StringIO()), config_context(skip_parameter_validation=True)
    with quiet, fast, threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield Bench(Store(tmp_path))


@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_cell_gives_a_right_number_or_says_why_not(shard, bench):
    def run(case):
        bench.run(case)

    run.__qualname__ = run.__name__ = f"shard_{shard}"  # the name settles which cases are drawn
    SETTINGS(given(CASES)(run))()
    assert bench.cells >= CELLS


def test_every_oddity_and_every_choice_does_by_itself(bench):
    able, learning = Method(able=True), Method(learns="supervised")
    for oddity, layout in product(ALL, ("whole", "parts", "labelled parts")):
        bench.run(Case(State(layout, (oddity,)), "native", (able, learning), ()))
    for layout, listing in product(LAYOUTS, LISTINGS):
        bench.run(Case(State(layout, (), listing), "native", (able,), ()))
    graph = next(one for one in ALL if (one.field, one.name) == ("dependencies", "a square"))
    for field, choices in CHOICES.items():
        methods = [
            Method(True, ((field, choice),), learns) for choice in choices for learns in ("none", "weak", "oracle")
        ]
        bench.run(Case(State("whole", (graph,)), "native", tuple(methods), ()))
    assert bench.cells >= SWEPT


def test_there_are_ten_thousand():
    assert SHARDS * CELLS + SWEPT >= 10_000
