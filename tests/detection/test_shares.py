"""Shares of channels: the detector's own where it gives them, else by occlusion."""

import numpy as np
import pytest

from benchmark.detection.cut import cut_by
from benchmark.detection.division import divide
from benchmark.detection.scoring import detect
from benchmark.detection.shares import MOST, shares_of
from benchmark.interfaces.errors import DataError
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS


def series(channels, jumping, missing=False):
    """Noise; channel ``jumping`` jumps in rows 150 to 159."""
    values = np.random.default_rng(0).normal(size=(200, channels))
    if missing:
        values[20:40, jumping] = np.nan
    values[150:160, jumping] += 25
    return Recording("host", values, tuple(f"c{place}" for place in range(channels)))


@pytest.mark.parametrize("method", ["pca", "norm", "trailing-norm", "kmeans-ad"])
def test_a_detector_that_says_itself_whom_it_blames_is_asked(method):
    division = divide(series(4, 2))
    scored = detect(method, division, cut_by("pot"))
    detector = METHODS.build(method, seed=0)
    detector.fit(division.train, division.validation)
    np.testing.assert_allclose(scored.shares, detector.attribution(division.scored))
    assert scored.shares[55].argmax() == 2


def test_a_column_of_missing_values_counts_for_its_channel():
    scored = detect("norm", divide(series(3, 1, missing=True)), cut_by("pot"))
    assert scored.shares.shape == (100, 3)
    assert scored.shares[55].argmax() == 1


def test_of_many_channels_those_far_from_their_medians_are_occluded():
    scored = detect("knn", divide(series(MOST + 20, 40)), cut_by("pot"))
    assert scored.shares[55].argmax() == 40
    assert (scored.shares.sum(axis=0) > 0).sum() <= MOST


@pytest.mark.parametrize(("own", "problem"), [(np.ones((2, 9)), "shape"), (np.full((2, 1), np.nan), "row 1 is not")])
def test_shares_that_are_none_are_an_error(own, problem):
    class Odd(type(METHODS.build("knn", seed=0))):
        def attribution(self, recording):
            return own

    recording = Recording("r", np.zeros((2, 1)), ("a",))
    with pytest.raises(DataError, match=problem):
        shares_of(Odd(seed=0), recording, ("a",), np.zeros(1), np.zeros(2), "odd")
