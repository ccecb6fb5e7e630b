"""Rules of a cut."""

import numpy as np
import pytest

from benchmark.detection.cut import cut_by
from benchmark.evaluation import thresholds
from benchmark.interfaces.errors import ParameterError

SCORES = np.arange(700.0)


def above(text, step=60.0, scores=SCORES):
    return int((scores > cut_by(text)(scores, step)).sum())


@pytest.mark.parametrize(
    ("text", "step", "expected"),
    [
        ("rate=1/day", 86_400 / 7, 100),
        ("rate=2/day", 86_400 / 14, 100),
        ("rate=0.5/hour", 7_200 / 7, 100),
        ("rate=1/hour", 3_600 / 7, 100),
        ("rate=1/week", 86_400.0, 100),
        ("rate=1.5/week", 86_400.0, 150),
        ("rate=1/day", 86_400 / 700, 1),
        ("rate=1/day", 86_400 / 701, 0),
        ("rate=5/hour", 3_600.0, 699),
        ("quantile=0.9", 60.0, 70),
        ("quantile=0.5", 1.0, 350),
    ],
)
def test_so_many_held_out_rows_are_above(text, step, expected):
    assert above(text, step) == expected


def test_peaks_over_threshold_are_those_of_the_evaluation():
    assert cut_by("pot")(SCORES, 60.0) == thresholds.pot(SCORES)


@pytest.mark.parametrize("text", ["quantile=0", "quantile=1", "quantile=-0.5", "quantile="])
def test_a_quantile_lies_between_0_and_1(text):
    with pytest.raises(ParameterError, match="between 0 and 1"):
        cut_by(text)


@pytest.mark.parametrize("text", ["pot=1", "rate=-1/day", "rate=0/hour", "rate=1/days", "rate=.5/day", "rate=1", ""])
def test_another_rule_is_explained(text):
    with pytest.raises(ParameterError, match=r"write quantile=0.99, pot, or rate=1/day"):
        cut_by(text)
