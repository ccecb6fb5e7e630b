"""Tests of the exchange of signs, of the bootstrap over groups and of the Bayesian signed-rank test."""

from itertools import product

import numpy as np
import pytest

from benchmark.interfaces.errors import ParameterError
from benchmark.stats.bayesian import bayesian_signed_rank
from benchmark.stats.group_bootstrap import bootstrap_means, group_resamples
from benchmark.stats.sign_flip import sign_flip_test, smallest_p


def generator(seed=0):
    return np.random.default_rng(seed)


def test_p_is_the_share_of_signs_that_reach_the_sum():
    shares = generator().normal(size=(3, 7))
    sums = np.array([[np.dot(signs, row) for row in shares] for signs in product((-1, 1), repeat=7)])
    expected = (np.abs(sums) >= np.abs(shares.sum(axis=1)) - 1e-12).mean(axis=0)
    np.testing.assert_allclose(sign_flip_test(shares, generator()), expected)


@pytest.mark.parametrize("groups", [1, 5, 6, 16])
def test_equal_shares_give_the_smallest_p(groups):
    assert sign_flip_test(np.ones((1, groups)), generator())[0] == smallest_p(groups) == min(1, 2 / 2**groups)


@pytest.mark.parametrize("groups", [3, 30, 300])
def test_no_difference_has_p_1(groups):
    assert sign_flip_test(np.zeros((2, groups)), generator()).tolist() == [1, 1]


@pytest.mark.parametrize("groups", [30, 250])
def test_many_groups_agree_with_students_test(groups):
    from scipy.stats import ttest_1samp

    shares = generator(1).normal(0.15, 1, size=(4, groups))
    expected = ttest_1samp(shares, 0, axis=1).pvalue
    np.testing.assert_allclose(sign_flip_test(shares, generator()), expected, atol=0.03)


def test_a_share_that_is_missing_is_refused():
    with pytest.raises(ParameterError, match="NaN or infinite"):
        sign_flip_test(np.array([[1.0, np.nan]]), generator())


def test_resamples_draw_whole_groups_and_as_many_units_as_a_drawn_group_has():
    groups = np.array([0, 1, 1, 1, 2])
    counts = np.concatenate(list(group_resamples(groups, generator(), 500)))
    assert counts.shape == (500, 5)
    by_group = np.stack([counts[:, groups == group].sum(axis=1) for group in range(3)], axis=1)
    times = by_group / np.array([1, 3, 1])
    assert (times.sum(axis=1) == 3).all()
    np.testing.assert_allclose(times.mean(axis=0), 1, atol=0.15)


def test_one_unit_a_group_is_the_plain_bootstrap():
    values = generator(2).normal(size=(40, 1))
    means = bootstrap_means(values, np.arange(40), np.ones((1, 40)), generator(), 4_000)[0, :, 0]
    assert means.std() == pytest.approx(values.std() / np.sqrt(40), rel=0.06)
    assert means.mean() == pytest.approx(values.mean(), abs=0.02)


def test_weights_of_one_over_the_size_give_the_mean_over_groups():
    groups = np.array([0, 0, 0, 1])
    weights = np.stack([np.ones(4), np.array([1 / 3, 1 / 3, 1 / 3, 1])])
    constant = np.array([[0.0], [0.0], [0.0], [1.0]])
    units, over_groups = bootstrap_means(constant, groups, weights, generator(), 200)[:, :, 0]
    assert set(np.round(over_groups, 9)) == {0.0, 0.5, 1.0}
    assert set(np.round(units, 9)) == {0.0, 0.25, 1.0}


def test_probabilities_follow_from_the_definition():
    gaps = generator(3).normal(0.02, 0.05, size=12)
    rope, draws = 0.01, 4_000
    found = bayesian_signed_rank(gaps, rope, generator(), draws)
    z = np.concatenate([[0.0], gaps])
    sums = z[:, None] + z
    wins = np.zeros(3)
    for weights in generator(9).dirichlet([0.5, *np.ones(12)], size=draws):
        mass = np.outer(weights, weights)
        sides = [mass[sums > 2 * rope].sum(), mass[np.abs(sums) <= 2 * rope].sum(), mass[sums < -2 * rope].sum()]
        wins[int(np.argmax(sides))] += 1
    np.testing.assert_allclose(found, wins / draws, atol=0.04)
    assert sum(found) == pytest.approx(1)


def test_practical_equality_and_direction():
    assert bayesian_signed_rank([0.001, -0.001, 0.0] * 5, 0.01, generator(), 200).equal == 1
    assert bayesian_signed_rank([0.2] * 10, 0.01, generator(), 200).better > 0.99
    assert bayesian_signed_rank([-0.2] * 10, 0.01, generator(), 200).worse > 0.99
    with pytest.raises(ParameterError, match="rope"):
        bayesian_signed_rank([0.1], -1, generator())
