"""Promises of the engine, among them guards against the faults of other suites (docs/architecture.md)."""

import json

import numpy as np
import pytest

from benchmark.engine.code import code_version
from benchmark.engine.execute import Workers, execute
from benchmark.engine.plan import make_plan
from benchmark.engine.store import Store
from benchmark.engine.tasks import load_tasks
from benchmark.evaluation import thresholds
from benchmark.interfaces.cell import Cell
from tests.engine.conftest import TINY


def test_a_good_cell_gives_one_row_a_task_and_a_score_a_point(run, store):
    result = run("Noisy")["Noisy", 0]
    assert result.ok
    assert [row["task"] for row in result.rows] == ["one", "two"]
    assert all(row["AUC-ROC"] == 1 for row in result.rows)
    outputs = {task: store.load_output(key) for task, key in result.scores.items()}
    assert {task: {name: len(values) for name, values in one.arrays.items()} for task, one in outputs.items()} == {
        "one": {"test": 40, "validation": 40},
        "two": {"test": 40, "validation": 40},
    }


@pytest.mark.parametrize(
    ("method", "status", "reason"),
    [
        ("Crashing", "ERROR", "RuntimeError: no score today (tiny.py:"),
        ("Diverging", "DIVERGED", "loss is not finite at step 3"),
        ("Greedy", "OUT_OF_MEMORY", "more memory"),
        ("Short", "ERROR", "shape (37,) for 40 points"),
        ("NotFinite", "ERROR", "score of point 7 is nan"),
        ("Flat", "DIVERGED", "all 40 points of the test part have the same score, 0.5, although their values differ"),
    ],
)
def test_a_failure_is_a_status_with_a_reason_and_never_a_result(run, store, method, status, reason):
    result = run(method)[method, 0]
    assert result.status == status
    assert reason in result.reason
    assert result.rows == []
    assert store.cells() == {}


def test_a_failing_detector_does_not_stop_the_others(run):
    results = run("Crashing", "Noisy")
    assert results["Crashing", 0].status == "ERROR"
    assert results["Noisy", 0].ok


def test_a_cell_that_runs_too_long_is_stopped(run):
    result = run("Sleeping", timeout=0.2)["Sleeping", 0]
    assert result.status == "TIMEOUT"
    assert "0.2 s" in result.reason


@pytest.mark.parametrize("method", ["Peeking", "SupervisedPeeking"])
def test_detectors_are_never_shown_a_label_but_in_a_supervised_fit(run, method):
    result = run(method)[method, 0]
    assert result.ok, result.reason


def test_a_detector_that_works_in_place_harms_nobody_else(run, tmp_path):
    (cell,) = cells = [Cell(f"{TINY}:Tiny", "twin", "native", 0, f"{TINY}:Noisy")]
    before = Store(tmp_path / "before")
    expected = execute(make_plan(cells, before, None), before, None, Workers())[cell]
    results = run("Mutating", "Noisy")
    assert results["Mutating", 0].status == "ERROR"
    assert "read-only" in results["Mutating", 0].reason
    assert results["Noisy", 0].rows == expected.rows


def test_the_seed_of_a_cell_reaches_its_detector(run):
    one, two = run("Noisy[scale=30]", seeds=(0, 1)).values()
    assert one.rows != two.rows


def test_only_finished_cells_are_taken_from_the_store(run, store):
    run("Noisy", "Crashing")
    seen = []
    cells = [Cell(f"{TINY}:Tiny", "twin", "native", 0, f"{TINY}:{method}") for method in ("Noisy", "Crashing")]
    execute(
        make_plan(cells, store, None),
        store,
        None,
        Workers(),
        lambda cell, _, stored: seen.append((cell.method, stored)),
    )
    assert sorted((method.rpartition(":")[2], stored) for method, stored in seen) == [
        ("Crashing", False),
        ("Noisy", True),
    ]


def test_a_cell_written_in_two_ways_runs_once(store):
    specs = ("Noisy", "Noisy[scale=0.1]")
    cells = [Cell(f"{TINY}:Tiny", "twin", "native", 0, f"{TINY}:{spec}") for spec in specs]
    seen = []
    results = execute(
        make_plan(cells, store, None), store, None, Workers(), lambda cell, _, stored: seen.append(stored)
    )
    assert results[cells[0]] is results[cells[1]]
    assert seen == [False, True]


def test_alternative_scores_are_measured_beside_the_first(run):
    (row, _) = run("Sweeping")["Sweeping", 0].rows
    assert set(row["extra_scores"]) == {"negative"}
    assert row["AUC-ROC"] == 1
    assert row["extra_scores"]["negative"]["AUC-ROC"] == 0


def test_one_and_two_workers_give_the_same_bytes(run, tmp_path):
    contents = []
    cells = [Cell(f"{TINY}:Tiny", "twin", "native", seed, f"{TINY}:Noisy") for seed in range(3)]
    for count in (0, 2):
        other = Store(tmp_path / f"workers{count}")
        execute(make_plan(cells, other, None), other, None, Workers(count))
        files = sorted(path for path in other.folder.rglob("*") if path.name in ("result.json", "output.npz"))
        contents.append([(path.parent.name, path.name, path.read_bytes()) for path in files])
    assert len(contents[0]) == 9  # three results, two outputs each
    assert contents[0] == contents[1]


def test_dask_workers_keep_the_allocator_of_the_c_library(run):
    result = run("Roomy", workers=Workers(1))["Roomy", 0]
    assert result.ok, result.reason


def test_interrupt_and_resume_gives_what_an_uninterrupted_run_gives(run, store, tmp_path):
    cells = [Cell(f"{TINY}:Tiny", "twin", "native", seed, f"{TINY}:Noisy") for seed in range(4)]
    whole = Store(tmp_path / "whole")
    expected = execute(make_plan(cells, whole, None), whole, None, Workers())

    def stop_after_two(*_):
        stop_after_two.left -= 1
        if stop_after_two.left == 0:
            raise KeyboardInterrupt

    stop_after_two.left = 2
    with pytest.raises(KeyboardInterrupt):
        execute(make_plan(cells, store, None), store, None, Workers(), stop_after_two)
    assert len(store.cells()) == 2
    resumed = execute(make_plan(cells, store, None), store, None, Workers())
    assert {cell: result.rows for cell, result in resumed.items()} == {c: r.rows for c, r in expected.items()}


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[:-10], lambda whole: whole.replace(b'"AUC-ROC": 1.0', b'"AUC-ROC": 0.123')]
)
def test_a_damaged_or_altered_result_is_run_again(run, store, damage):
    run("Noisy")
    (key,) = next(iter(store.cells().values()))
    file = store.results / key / "result.json"
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert file.read_bytes() != whole
    assert store.load(key) is None
    run("Noisy")
    assert file.read_bytes() == whole


def test_a_damaged_output_is_computed_again(run, store):
    first = run("Noisy")["Noisy", 0]
    key = first.scores["one"]
    file = store.outputs / key / "output.npz"
    whole = file.read_bytes()
    file.write_bytes(whole[:-10])
    assert store.load_output(key) is None
    (store.results / next(iter(store.cells().values()))[0] / "result.json").unlink()
    assert run("Noisy")["Noisy", 0].rows == first.rows
    assert file.read_bytes() == whole


def test_global_random_state_does_not_reach_a_result(run, store, tmp_path):
    np.random.seed(1)  # noqa: NPY002
    first = run("Noisy")["Noisy", 0]
    np.random.seed(2)  # noqa: NPY002
    other = Store(tmp_path / "other")
    cells = [Cell(f"{TINY}:Tiny", "twin", "native", 0, f"{TINY}:Noisy")]
    (second,) = execute(make_plan(cells, other, None), other, None, Workers()).values()
    assert first.rows == second.rows


def test_permuted_test_labels_leave_scores_alone():
    from dataclasses import replace

    from benchmark.engine.detect import Inputs, run_detector
    from benchmark.engine.evaluate import evaluate
    from benchmark.interfaces.registry import METHODS

    rows, outputs = [], []
    for task in load_tasks(f"{TINY}:Tiny", "twin", "native", 0, None)[:1]:
        for labels in (task.test.labels, np.roll(task.test.labels, 3)):
            permuted = replace(task, test=replace(task.test, labels=labels))
            detector = METHODS.build(f"{TINY}:Noisy")
            inputs = Inputs.of(permuted, "unsupervised")
            detector.fit(inputs.train, inputs.validation)
            outputs.append(run_detector(detector, inputs, "Noisy", 0.0))
            rows.append(evaluate(permuted, outputs[-1], 1))
    assert all(np.array_equal(outputs[0].arrays[name], outputs[1].arrays[name]) for name in outputs[0].arrays)
    assert rows[0]["cut@val"] == rows[1]["cut@val"]
    assert rows[0]["AUC-ROC"] != rows[1]["AUC-ROC"]


def test_measured_columns_never_hold_a_bare_f1(run):
    for row in run("Noisy")["Noisy", 0].rows:
        assert {"F1@val", "F1@pot", "F1@labelled", "F1@share", "F1@oracle"} <= set(row)
        assert not {"F1", "Accuracy", "Precision", "Recall"} & set(row)
        assert json.dumps(row)


def test_cells_with_equal_training_data_share_one_fit(store, tmp_path):
    datasets = ("Tiny", "Tiny[late=1]", "Tiny[late=2]")
    method = f"{TINY}:Counting[file={tmp_path / 'fits'}]"
    cells = [Cell(f"{TINY}:{dataset}", "twin", "native", 0, method) for dataset in datasets]
    results = execute(make_plan(cells, store, None), store, None, Workers())
    assert (tmp_path / "fits").read_text() == "ff"  # one for each of the two recordings
    assert len({json.dumps(result.rows) for result in results.values()}) == 3


def test_changed_evaluation_measures_stored_scores_again_without_a_fit(store, tmp_path, monkeypatch):
    cell = Cell(f"{TINY}:Tiny", "twin", "native", 0, f"{TINY}:Counting[file={tmp_path / 'fits'}]")
    first = execute(make_plan([cell], store, None), store, None, Workers())
    before = (tmp_path / "fits").read_text()
    monkeypatch.setattr(
        "benchmark.engine.plan.code_version",
        lambda *targets: "new" if "evaluate" in targets[-1] else code_version(*targets),
    )
    again = execute(make_plan([cell], store, None), store, None, Workers())
    assert again[cell].rows == first[cell].rows
    assert (tmp_path / "fits").read_text() == before
    assert len(store.cells()[cell]) == 2


def test_a_control_without_data_may_give_one_score(run):
    rows = run("FlatControl")["FlatControl", 0].rows
    assert [row["AUC-ROC"] for row in rows] == [0.5, 0.5]


def test_rules_of_which_none_matches_may_score_every_point_0_and_nothing_else(run):
    results = run("Silent", "SilentButFlat")
    assert [row["AUC-ROC"] for row in results["Silent", 0].rows] == [0.5, 0.5]
    assert results["SilentButFlat", 0].status == "DIVERGED"


def test_scores_are_ranked_in_double_precision(measured):
    (result,) = measured(f"{TINY}:Close")
    assert [row["AUC-ROC"] for row in result.rows] == [1, 1]
    assert [row["F1@oracle"] for row in result.rows] == [1, 1]


@pytest.mark.parametrize("method", ["Peeking", "SupervisedPeeking"])
def test_both_validation_parts_are_scored_whatever_the_supervision(measured, store, method):
    (result,) = measured(f"{TINY}:{method}", dataset="cloud-workload", protocol="cloud-workload")
    (task,) = load_tasks("cloud-workload", "twin", "cloud-workload", 0, None)
    arrays, row = store.load_output(result.scores[task.name]).arrays, result.rows[0]
    parts = {"validation": task.validation_unlabelled, "labelled validation": task.validation, "test": task.test}
    for name, part in parts.items():
        assert len(arrays[name]) == len(arrays[f"{name}/again"]) == len(part)
    assert not np.array_equal(arrays["validation"], arrays["labelled validation"])
    assert row["cut@val"] == thresholds.quantile(arrays["validation"])
    assert row["cut@labelled"] == thresholds.best_f1(arrays["labelled validation"], task.validation.labels)
    assert row["cut@share"] == thresholds.known_share(arrays["labelled validation"], task.validation.labels)
    assert row["extra_scores"]["again"]["cut@labelled"] == row["cut@labelled"]
    assert list(row["subgroups"]["kind"]) == list(task.groupings["kind"].names)
