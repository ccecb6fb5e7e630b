"""What a detector is given, and how long it takes, measured on a clock that moves one second at each look."""

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from benchmark.engine import detect
from benchmark.engine.detect import LABELLED, TEST, TRAIN, VALIDATION, Inputs, run_detector, timed
from benchmark.engine.tasks import load_tasks
from benchmark.interfaces.errors import DivergedError
from benchmark.interfaces.registry import METHODS
from tests.engine.conftest import TINY


@pytest.fixture
def clock(monkeypatch):
    ticks = count()
    monkeypatch.setattr(detect, "perf_counter", lambda: float(next(ticks)))


@pytest.fixture(scope="module")
def task():
    return load_tasks(f"{TINY}:Tiny", "twin", "native", 0, None)[0]


def fitted(method, task):
    detector = METHODS.build(f"{TINY}:{method}", seed=0)
    inputs = Inputs.of(task, detector.supervision)
    detector.fit(inputs.train, inputs.validation)
    return detector, inputs


def test_times_of_one_name_add_up(clock):
    seconds = {}
    for name in ("fit", "score", "score"):
        with timed(seconds, name):
            pass
    assert seconds == {"fit": 1.0, "score": 2.0}


def test_scoring_is_timed_on_validation_and_test_and_an_extra_score_on_test(clock, task):
    output = run_detector(*fitted("Sweeping", task), "Sweeping", fit_seconds=7.0)
    assert output.seconds == {"fit": 7.0, "score": 2.0, "score negative": 1.0}


def test_scoring_of_training_rows_is_not_timed(clock):
    (task, _) = load_tasks(f"{TINY}:Tiny", "twin", "paper-pa[window=5]", 0, None)
    output = run_detector(*fitted("Sweeping", task), "Sweeping", fit_seconds=7.0)
    assert set(output.arrays) == {TRAIN, VALIDATION, TEST, "validation/negative", "test/negative"}
    assert output.seconds["score"] == 2.0


@pytest.mark.parametrize("part", [VALIDATION, TEST])
def test_a_part_to_score_never_carries_labels(task, part):
    train, validation = task.for_fit("unsupervised")
    scored = {VALIDATION: validation, TEST: task.test_inputs}
    assert Inputs(train, validation, scored).graph is False
    with pytest.raises(ValueError, match="carries labels"):
        Inputs(train, validation, scored | {part: task.test})


def test_labelled_validation_is_scored_where_it_holds_other_values(task):
    assert set(Inputs.of(task, "unsupervised").scored) == {VALIDATION, TEST}
    moved = replace(task, validation=replace(task.validation, values=task.validation.values + 1))
    assert set(Inputs.of(moved, "unsupervised").scored) == {VALIDATION, LABELLED, TEST}


def test_a_graph_is_asked_for_where_the_true_one_is_known(task):
    assert not Inputs.of(task, "unsupervised").graph
    true = replace(task, test=replace(task.test, dependencies=np.zeros((2, 2), bool)))
    assert Inputs.of(true, "unsupervised").graph


def test_one_score_for_all_points_is_no_fault_where_all_points_are_equal(task):
    detector, inputs = fitted("Flat", task)
    with pytest.raises(DivergedError, match="same score"):
        run_detector(detector, inputs, "Flat", 0.0)
    equal = replace(inputs.scored[TEST], values=np.zeros_like(inputs.scored[TEST].values))
    output = run_detector(detector, replace(inputs, scored=dict(inputs.scored) | {TEST: equal}), "Flat", 0.0)
    assert (output.arrays[TEST] == 0.5).all()
