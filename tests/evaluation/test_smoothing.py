"""The trailing mean of scores: of the length that was asked for, and only where rows are in time order."""

from dataclasses import replace

import numpy as np
import pytest

from benchmark.evaluation.smoothing import require_time_order, smoothed
from benchmark.interfaces.errors import ParameterError
from benchmark.interfaces.protocol import Task
from benchmark.interfaces.recording import Recording

SCORES = np.array([1, 3, 5, 0], np.float32)
ORDERED = Recording("r", np.zeros((4, 1)), ("a",), np.array([False, True, False, True]))
TASK = Task("r", ORDERED, ORDERED, ORDERED.unlabelled(), ORDERED.unlabelled(), ORDERED)


def test_a_mean_is_over_a_point_and_those_before_it():
    assert smoothed(SCORES, 2).tolist() == [1, 2, 4, 2.5]
    assert smoothed(SCORES, 3).tolist() == pytest.approx([1, 2, 3, 8 / 3])
    assert smoothed(SCORES, 9).tolist() == pytest.approx([1, 2, 3, 2.25])
    assert smoothed(SCORES, 2).dtype == np.float64


def test_a_mean_of_one_point_is_the_score_in_its_own_precision():
    assert smoothed(SCORES, 1) is SCORES


@pytest.mark.parametrize(
    ("field", "part"),
    [("validation_unlabelled", "validation"), ("validation", "labelled validation"), ("test", "test")],
)
def test_rows_without_order_are_refused_by_the_name_of_their_part(field, part):
    task = replace(TASK, **{field: replace(getattr(TASK, field), sequential=False)})
    require_time_order(task, 1)
    require_time_order(TASK, 2)
    with pytest.raises(ParameterError, match=f"smoothing=2 needs rows in time order, and the {part} rows of 'r'"):
        require_time_order(task, 2)
