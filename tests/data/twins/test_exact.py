"""Exact arithmetic: as accurate as the libraries' own functions, without their dependence on the processor."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from benchmark.data.twins import exact


def test_exponential_is_accurate() -> None:
    values = np.concatenate([np.random.default_rng(0).uniform(-600, 600, 20_000), [0.0, -0.0, 1.0, 700.0, -700.0]])
    np.testing.assert_allclose(exact.exp(values), np.exp(values), rtol=1e-14)
    assert exact.exp(0.0) == 1


def test_logarithm_is_accurate() -> None:
    exponents = np.random.default_rng(0).uniform(-600, 600, 20_000)
    near_one = 1 + exponents * 1e-9
    for values in (np.exp(exponents), near_one, 2.0 ** np.arange(-1022, 1024)):
        np.testing.assert_allclose(exact.log(values), np.log(values), rtol=1e-14)
    assert exact.log(1.0) == 0
    assert np.isnan(exact.log(np.nan))


def test_normal_quantiles_are_accurate_in_the_centre_and_in_both_tails() -> None:
    tails = 2.0 ** -np.arange(1, 54)
    for probabilities in (np.random.default_rng(0).random(20_000), tails, 1 - tails, np.array([0.074, 0.075, 0.925])):
        np.testing.assert_allclose(exact.normal_quantile(probabilities), ndtri(probabilities), rtol=1e-13, atol=1e-15)


def test_normal_draws_have_the_moments_of_the_distribution() -> None:
    draws = exact.standard_normal(np.random.default_rng(0), 200_000)
    assert abs(draws.mean()) < 0.01
    assert abs(draws.std() - 1) < 0.01
    assert abs((draws**4).mean() - 3) < 0.1
