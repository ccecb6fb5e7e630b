from pathlib import Path

import pytest

from benchmark.engine.execute import Workers, execute
from benchmark.engine.plan import make_plan
from benchmark.engine.store import Store
from benchmark.interfaces.cell import Cell

TINY = Path(__file__).parents[1] / "fixtures" / "tiny.py"
PERFECT = "baselines.perfect:Perfect"


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def run(store):
    """Run methods of tiny.py on its dataset; returns the results by method and seed."""

    def go(*methods, seeds=(0,), dataset="Tiny", variant="twin", root=None, workers=None, **options):
        cells = [
            Cell(f"{TINY}:{dataset}", variant, "native", seed, f"{TINY}:{method}")
            for method in methods
            for seed in seeds
        ]
        plan = make_plan(cells, store, root)
        found = execute(plan, store, root, workers or Workers(0, **options))
        return {(cell.method.rpartition(":")[2], cell.seed): result for cell, result in found.items()}

    return go


@pytest.fixture
def measured(store):
    """Measure methods on one dataset; returns the result of each."""

    def go(*methods, dataset=f"{TINY}:Tiny", protocol="native"):
        cells = [Cell(dataset, "twin", protocol, 0, method) for method in methods]
        return list(execute(make_plan(cells, store, None), store, None, Workers()).values())

    return go
