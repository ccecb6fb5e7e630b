"""Two runs on one store: what one is at, the other leaves until later, and then takes from the store."""

from __future__ import annotations

import pytest

from benchmark.engine import turns as module
from benchmark.engine.detect import Output
from benchmark.engine.job import CellKeys, TaskKeys
from benchmark.engine.store import Store
from benchmark.engine.turns import Turns
from benchmark.interfaces.cell import Cell, Identity, Result

RESULT = Result("OK", rows=[{"task": "t", "F1@val": 0.5}], scores={"t": "k"}, seconds={"fit": 1.0, "score": 2.0})
CELLS = [Cell("d", "twin", "p", seed, "m") for seed in range(3)]
IDENTITIES = {
    cell: Identity("f", {"name": "d"}, {"name": "p"}, {"name": "m"}, cell.seed, "c", "c", "portable") for cell in CELLS
}
JOBS = [[CellKeys(cell, (TaskKeys("t", f"fit{cell.seed}", f"scores{cell.seed}"),))] for cell in CELLS]


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "store")


@pytest.fixture
def pair(store):
    both = Turns(JOBS, store, IDENTITIES), Turns(JOBS, Store(store.folder), IDENTITIES)
    yield both
    for one in both:
        one.close()
    assert not list(store.folder.glob("claims/*"))


def test_a_job_of_another_run_comes_last_and_its_result_is_taken_from_the_store(pair, store):
    one, other = pair
    assert one.is_free(0)
    order = []
    for number, turn in other:
        order.append((number, len(turn.cells), [(found.result, found.stored) for found in turn.found]))
        other.done(number)
        if number == 2:
            store.save(CELLS[0], IDENTITIES[CELLS[0]], RESULT)
            one.done(0)
    assert order == [(1, 1, []), (2, 1, []), (0, 0, [(RESULT, True)])]


def test_a_job_that_another_run_gave_up_is_computed(pair):
    one, other = pair
    assert one.is_free(0)
    assert not other.is_free(0)
    one.close()
    assert other.is_free(0)
    assert other.mine(0).cells == JOBS[0]


def test_a_job_is_claimed_once_however_often_it_is_sent(pair):
    one, other = pair
    assert one.is_free(0)
    assert one.is_free(0)
    one.done(0)
    assert other.is_free(0)


def test_an_output_that_two_plans_need_is_computed_by_one(store):
    (cell,), output = JOBS[0], Output({}, {}, {"fit": 1.0})
    others = {cell.cell: Identity("f", {}, {}, {}, 0, "c", "c", "portable", ("PATE",))}
    one, other = Turns([[cell]], store, IDENTITIES), Turns([[cell]], store, others)
    assert one.is_free(0)
    assert not other.is_free(0)
    store.save_output("scores0", output)
    one.done(0)
    assert other.is_free(0)
    assert other.mine(0).names == {others[cell.cell].key}
    one.close()
    other.close()


def test_a_run_that_waits_for_another_says_so_once_in_a_while(pair, monkeypatch):
    one, other = pair
    now = [0.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    assert all(one.is_free(number) for number in range(3))
    other._since = 0.0
    assert not other.is_free(0)
    now[0] = 61.0
    with pytest.warns(RuntimeWarning, match="another run on .* computes the 3 jobs that are left; waiting for it"):
        assert not other.is_free(0)
    now[0] = 62.0
    assert not other.is_free(1)  # no second note
