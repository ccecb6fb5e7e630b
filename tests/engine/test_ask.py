"""Probes are asked once a fit, see no label, and their answers are part of the result; measurements are not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from benchmark.drawing.summary import summarise
from benchmark.engine.ask import probes_digest
from benchmark.engine.execute import Workers, execute
from benchmark.engine.plan import cell_keys, make_plan
from benchmark.engine.store import Store
from benchmark.engine.tasks import load_tasks, task_digests
from benchmark.interfaces.cell import Cell
from benchmark.interfaces.registry import METHODS
from tests.engine.conftest import PERFECT, TINY

ASKING = TINY.with_name("asking.py")


def cell(method: str = "Watched", protocol: str = "Asking", seed: int = 0) -> Cell:
    protocol = protocol if protocol == "native" else f"{ASKING}:{protocol}"
    method = method if ":" in method else f"{ASKING}:{method}"
    return Cell(f"{TINY}:Tiny", "twin", protocol, seed, method)


def run(store: Store, *cells: Cell, workers: int = 0):
    return execute(make_plan(cells, store, None), store, None, Workers(workers))


def keys(store: Store, one: Cell):
    hashing = lambda tasks: [task_digests(*task, None) for task in tasks]  # noqa: E731
    (found,) = cell_keys([one], make_plan([one], store, None), store, hashing)
    return found.tasks


def test_answers_are_part_of_the_result_and_measurements_stand_beside_it(store):
    one = cell()
    first = run(store, one)[one]
    assert first.ok, first.reason
    for row in first.rows:
        assert row["probes"]["shift"]["moved"] > 0
        assert row["probes"]["shift"]["share of a"] is None
        assert "fit s" not in row["probes"]["shift"]
    assert [set(part["shift"]) for part in first.measured] == [{"fit s", "J"}] * 2
    assert first.seconds["probe shift"] > 0

    again = store.load(make_plan([one], store, None).identities[one].key)
    assert again == first
    for name in first.scores.values():
        output = store.load_output(name)
        assert output.answers["shift"].keys() == {"moved", "drawn", "share of a"}
        assert output.measured["shift"].keys() == {"fit s", "J"}
    assert set(store.seconds(make_plan([one], store, None).identities[one].key)) == set(first.seconds)


def test_a_detector_that_explains_itself_is_asked_for_it(store):
    one, narrow = cell("Explaining"), cell("Narrow")
    results = run(store, one, narrow)
    assert 0 < results[one].rows[0]["probes"]["shift"]["share of a"] < 1
    assert results[narrow].status == "ERROR"
    assert "attribution returned shape (40, 1) for (40, 2)" in results[narrow].reason


def test_an_oracle_is_not_asked(store):
    one = cell(PERFECT)
    result = run(store, one)[one]
    assert result.ok, result.reason
    assert "probes" not in result.rows[0]
    assert result.measured == []
    assert keys(store, one) == keys(store, cell(PERFECT, "native"))


def test_draws_are_the_same_for_each_method_and_differ_between_tasks_and_seeds(store):
    first, second, other = cell(), cell("Explaining"), cell(seed=1)
    results = run(store, first, second, other)
    drawn = [[row["probes"]["shift"]["drawn"] for row in results[one].rows] for one in (first, second, other)]
    assert drawn[0] == drawn[1]
    assert len({*drawn[0], *drawn[2]}) == 4


def test_a_probe_changes_the_key_of_the_scores_but_not_of_the_fit(store):
    plain, without, asked, other = (
        keys(store, cell(protocol=name)) for name in ("native", "Asking[ask=0]", "Asking", "Asking[by=2]")
    )
    assert plain == without
    assert len({one[0].fit for one in (plain, asked, other)}) == 1
    assert len({one[0].scores for one in (plain, asked, other)}) == 3


def test_cells_with_and_without_a_probe_share_one_fit(store, monkeypatch):
    monkeypatch.setattr("benchmark.engine.job.is_foreign", lambda method: False)  # fits are counted in this process
    watched = METHODS.load(f"{ASKING}:Watched")
    before = watched.fits
    run(store, cell(), cell(protocol="Asking[by=2]"), cell(protocol="native"))
    assert watched.fits - before == 2  # one a task


def test_workers_give_the_same_answers(store, tmp_path):
    one, other = cell(), Store(tmp_path / "other")
    assert run(store, one)[one].rows == run(other, one, workers=1)[one].rows


def test_a_number_of_a_probe_is_read_by_name_over_seeds(store):
    cells = [cell(seed=seed) for seed in (0, 1)]
    results = run(store, *cells)
    runs = [(one, results[one]) for one in cells]
    moved = summarise(runs, "shift: moved")
    wanted = [np.mean([row["probes"]["shift"]["moved"] for row in results[one].rows]) for one in cells]
    assert moved.values == pytest.approx(wanted)
    assert set(moved.recordings) == {"one", "two"}
    assert all(spent > 0 for spent in summarise(runs, "shift: fit s").values)
    for name in ("shift: J", "shift: share of a", "shift: other", "other: moved"):
        assert summarise(runs, name).status == "UNDEFINED"


def test_altered_measurements_are_no_result(store):
    one = cell()
    run(store, one)
    key = make_plan([one], store, None).identities[one].key
    file = store.results / key / "seconds.json"
    file.write_text('{"fit": 1.0, "measured": 3}', encoding="utf-8")
    assert store.load(key) is None


@dataclass(frozen=True)
class Holding:
    value: object = 0

    def ask(self, fitted, generator):
        raise AssertionError


@pytest.mark.parametrize(
    "value", [1, 2.5, "text", True, None, np.arange(3), (1, 2), {"a": np.arange(2)}, frozenset("ab"), Holding(3)]
)
def test_every_field_of_a_probe_is_in_its_hash(value):
    (task, _) = load_tasks(f"{TINY}:Tiny", "twin", "native", 0, None)
    with_value, without = (replace(task, probes={"p": Holding(held)}) for held in (value, "other"))
    assert probes_digest(with_value) != probes_digest(without)
    assert probes_digest(with_value) == probes_digest(replace(task, probes={"p": Holding(value)}))
    assert probes_digest(with_value) != probes_digest(replace(task, probes={"q": Holding(value)}))
    assert probes_digest(task) == ""


def test_a_recording_is_hashed_by_its_content_and_an_object_is_refused():
    (task, other) = load_tasks(f"{TINY}:Tiny", "twin", "native", 0, None)
    probes = [replace(task, probes={"p": Holding(one)}) for one in (task.test, other.test)]
    assert probes_digest(probes[0]) != probes_digest(probes[1])
    with pytest.raises(TypeError, match="PosixPath"):
        probes_digest(replace(task, probes={"p": Holding(Path("a"))}))
