"""A job: the time that is left to a detector over the tasks of its cell, and workers in another arithmetic."""

import pytest

from benchmark import arithmetic
from benchmark.engine.fits import Fits
from benchmark.engine.job import run_job
from benchmark.engine.limits import Limits
from benchmark.interfaces.errors import BenchmarkError
from tests.engine.test_plan import cell, keys


@pytest.fixture
def given(monkeypatch):
    """Seconds that each request is given; every one takes 0.75 of them, and none has a process."""
    seconds = []

    class Here:
        alive = True

        def __init__(self, target, memory, libraries):
            self.fits = Fits()

        def start(self):
            seconds.clear()

        def begin(self):
            seconds.append("a new cell")

        def log(self):
            return "printed"

        def output(self, request, limit):
            seconds.append(limit)
            return self.fits.output(request), 0.75

        def close(self):
            self.alive = False

    monkeypatch.setattr("benchmark.engine.isolation.Isolated", Here)
    return seconds


@pytest.mark.parametrize(("limit", "left"), [(0.0, [0.0, 0.0]), (2.0, [2.0, 1.25]), (0.5, [0.5, 0.001])])
def test_the_tasks_of_a_cell_share_its_time(store, given, limit, left):
    (outcome,) = run_job(keys(store, cell()), {}, None, Limits(limit))
    assert outcome.result.ok, outcome.result.reason
    assert given == left
    assert outcome.log == "printed"


def test_each_cell_of_a_job_has_its_own_time(store, given):
    cells = keys(store, cell(), cell("Noisy[smoothing=2]"))
    assert len({task.fit for one in cells for task in one.tasks}) == 2
    run_job([cells[0]], {}, None, Limits(2.0))
    first, second = run_job(cells, {}, None, Limits(2.0))
    assert first.result.ok
    assert second.result.ok
    assert given == [2.0, 1.25]  # the outputs of the first serve the second
    assert second.log is None
    assert set(first.outputs) == {task.scores for task in cells[0].tasks}
    assert second.outputs == {}


def test_a_worker_in_another_arithmetic_is_refused(store):
    other = {"portable": "native", "native": "portable"}[arithmetic.current()]
    with pytest.raises(BenchmarkError, match=f"this run is in {other} arithmetic, a worker computes in"):
        run_job([], {}, None, wanted=other)
    assert run_job([], {}, None, wanted=arithmetic.current()) == []
