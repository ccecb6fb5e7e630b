"""The cut at extreme values agrees with the tail that scores are drawn from, and with its own equation."""

import numpy as np
import pytest
from scipy.stats import genpareto

from benchmark.stats.tails import FEWEST, peaks_over_threshold

POINTS = 20_000


@pytest.mark.parametrize("shape", [-0.3, 0.0, 0.2])
def test_it_leaves_the_wanted_probability_beyond(shape):
    """Equally spaced quantiles of a generalised Pareto distribution have no chance in them."""
    scores = genpareto.ppf((np.arange(POINTS) + 0.5) / POINTS, shape)
    for level, risk in ((0.98, 1e-3), (0.9, 1e-2), (0.9, 1e-3)):
        cut = peaks_over_threshold(scores, level, risk)
        assert cut == pytest.approx(genpareto.isf(risk, shape), rel=0.03)
        assert peaks_over_threshold(scores - 100, level, risk) == pytest.approx(cut - 100)


def test_it_is_the_equation_of_the_fit():
    scores = np.sort(np.random.default_rng(0).exponential(size=3000))
    start = np.quantile(scores, 0.98)
    excesses = scores[scores > start] - start
    shape, _, scale = genpareto.fit(excesses, floc=0)
    expected = start + scale / shape * ((1e-3 * len(scores) / len(excesses)) ** -shape - 1)
    assert peaks_over_threshold(scores) == pytest.approx(expected, rel=1e-3)


def test_too_few_excesses_give_the_largest_score():
    few = np.concatenate([np.zeros(1000), 1.0 + np.arange(FEWEST - 1)])
    assert peaks_over_threshold(few) == FEWEST - 1
    repeated = np.concatenate([np.zeros(2000), np.repeat(1.0 + np.arange(FEWEST - 1), 2)])
    assert peaks_over_threshold(repeated) == FEWEST - 1
    enough = np.concatenate([np.zeros(2000), 1.0 + np.arange(FEWEST)])
    assert peaks_over_threshold(enough) != FEWEST


def test_a_risk_above_the_share_of_excesses_stays_at_the_start_of_the_tail():
    scores = np.arange(1000.0)
    assert peaks_over_threshold(scores, 0.98, 0.5) == pytest.approx(np.quantile(scores, 0.98))
