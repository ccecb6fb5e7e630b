import numpy as np
import pytest

from benchmark.evaluation.published_rules import STEPS, evaluation_steps
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.protocol import PublishedRules
from benchmark.interfaces.recording import Recording
from benchmark.metrics.adjusted import f1_pa
from benchmark.metrics.point import point_metrics
from benchmark.protocols.paper_pa import PaperPA


def recordings(test_points=95):
    values = np.arange(200, dtype=np.float32)[:, None]
    labels = np.zeros(test_points, np.bool_)
    labels[10:40] = True
    return [
        Recording("a", values, ("x",), part="train"),
        Recording("a", values[:test_points], ("x",), labels=labels, part="test"),
    ]


def test_windows_and_batches_that_are_not_full_are_dropped():
    # Points that the public code of DCdetector drops from the 73,729 of MSL and the 427,617 of SMAP.
    assert 73_729 - PublishedRules(90, 64, 1.0).kept(73_729) == 4_609
    assert 427_617 - PublishedRules(105, 256, 0.85).kept(427_617) == 24_417


def test_each_step_changes_one_thing():
    generator = np.random.default_rng(0)
    labels = np.zeros(95, np.bool_)
    labels[10:40] = True
    train, validation, test = (generator.random(size) for size in (300, 60, 95))
    steps = evaluation_steps(PublishedRules(10, 3, 20.0), train, validation, test, labels)
    assert tuple(steps) == STEPS
    cut = np.quantile(np.concatenate([train, validation, test[:90]]), 0.8)
    own = np.quantile(validation, 0.99)
    assert steps["paper"]["F1"] == f1_pa(labels[:90], test[:90] > cut)
    assert steps["no point adjustment"]["F1"] == point_metrics(labels[:90], test[:90] > cut)["f1"]
    assert steps["validation threshold"]["F1"] == point_metrics(labels[:90], test[:90] > own)["f1"]
    assert steps["every test point"]["F1"] == point_metrics(labels, test > own)["f1"]
    assert [step["points"] for step in steps.values()] == [90, 90, 90, 95]
    assert steps["paper"]["F1"] > steps["no point adjustment"]["F1"]


def test_tasks_are_those_of_the_native_protocol_plus_the_rules():
    (task,) = PaperPA(window=10, batch=3, ratio=2.0).tasks("msl", recordings(), 0)
    assert task.published_rules == PublishedRules(10, 3, 2.0)
    assert (len(task.train), len(task.validation)) == (160, 40)


def test_a_test_part_that_fills_no_batch_is_refused():
    with pytest.raises(ParameterError, match="95 test points fill no batch of 10 windows"):
        PaperPA(window=10, batch=10).tasks("msl", recordings(), 0)
