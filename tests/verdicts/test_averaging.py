from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from sklearn.metrics import f1_score, precision_recall_fscore_support

from benchmark.artifacts.published import Printed
from benchmark.verdicts.averaging import macro
from benchmark.verdicts.interval import Interval


def printed(text):
    number = Printed(text)
    return Interval(number.low, number.high)


def exact(value):
    return Interval(Fraction(value), Fraction(value))


@pytest.mark.parametrize("seed", range(20))
def test_the_share_of_a_real_confusion_is_found(seed):
    """Labels and flags are drawn, scikit-learn averages, and the share comes back."""
    draw = np.random.default_rng(seed)
    share, found, kept = draw.uniform(0.05, 0.4), draw.uniform(0.5, 0.9), draw.uniform(0.92, 0.99)
    labels = draw.random(20_000) < share
    flags = np.where(labels, draw.random(20_000) < found, draw.random(20_000) > kept)
    precision, recall, _, _ = precision_recall_fscore_support(labels, flags, average="macro")
    accuracy = float((labels == flags).mean())
    implied = macro(exact(accuracy), exact(precision), exact(recall))
    assert float(implied.share.low) == pytest.approx(labels.mean(), abs=1e-8)
    assert float(implied.f1.low) == pytest.approx(f1_score(labels, flags, average="macro"), abs=1e-8)


def test_corners_are_the_extremes_of_the_box():
    """Over a grid of numbers that are all printed alike, no share or F1 lies outside the interval."""
    texts = ("0.9638", "0.9556", "0.9492")
    whole = macro(*map(printed, texts))
    grid = [[Fraction(text) + Fraction(step, 40_000) for step in (-2, 1, 2)] for text in texts]
    for numbers in product(*grid):
        one = macro(*(Interval(number, number) for number in numbers))
        assert whole.share.low <= one.share.low <= one.share.high <= whole.share.high
        assert whole.f1.low <= one.f1.low <= one.f1.high <= whole.f1.high


@pytest.mark.parametrize(
    ("accuracy", "precision", "recall"), [("0.9", "0.9", "0.95"), ("1.0", "0.9", "0.9"), ("0.9", "0.4", "0.8")]
)
def test_numbers_that_leave_it_open(accuracy, precision, recall):
    assert macro(exact(accuracy), exact(precision), exact(recall)) is None
