"""Which methods no seed can change, and which cells repeat an earlier one."""

from pathlib import Path

import pytest

from benchmark.engine.plan import make_plan
from benchmark.engine.repeats import ignores_seed, repeated
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell

TINY = Path(__file__).parents[1] / "fixtures" / "tiny.py"


@pytest.mark.parametrize("method", ["pca", "pca[components=2]", "norm", "constant", "sensor-range"])
def test_a_detector_that_never_reads_its_seed_ignores_it(method):
    assert ignores_seed(method)


@pytest.mark.parametrize("method", ["random", "iforest", "kmeans-ad", "knn", "panel", "gan-uq", "gdn", f"{TINY}:Noisy"])
def test_any_other_may_read_it(method):
    assert not ignores_seed(method)


def test_only_equal_tasks_are_repeated(tmp_path):
    def cells(protocol, dataset):
        return [Cell(dataset, "twin", protocol, seed, method) for method in ("norm", "random") for seed in range(2)]

    store = Store(tmp_path)
    fixed = cells("native", f"{TINY}:Tiny")
    assert repeated(fixed, make_plan(fixed, store, None), store, None) == {fixed[1]: fixed[0]}
    drawn = cells("google-2019[rows=500]", "google-2019")
    assert repeated(drawn, make_plan(drawn, store, None), store, None) == {}
