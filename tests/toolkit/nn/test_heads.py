from __future__ import annotations

import math

import numpy as np
import torch
from scipy import stats

from benchmark.toolkit.nn.heads import (
    FLOOR,
    Heads,
    binary_surprise,
    category_surprise,
    gaussian_surprise,
    shares_surprise,
)
from benchmark.toolkit.nn.typed import Layout


def test_surprises_are_negative_log_likelihoods() -> None:
    spread = math.log(math.expm1(math.log(4.0) - FLOOR)) + FLOOR  # a variance of 4
    found = gaussian_surprise(torch.tensor(1.5), torch.tensor(0.5), torch.tensor(spread))
    np.testing.assert_allclose(found, -stats.norm.logpdf(1.5, 0.5, 2.0), rtol=1e-5)
    logit = torch.tensor(0.3)
    np.testing.assert_allclose(
        binary_surprise(torch.tensor(1.0), logit), -math.log(1 / (1 + math.exp(-0.3))), rtol=1e-5
    )
    logits = torch.tensor([0.0, math.log(3.0)])
    np.testing.assert_allclose(category_surprise(torch.tensor([1.0, 0.0]), logits), math.log(4), rtol=1e-5)


def test_the_variance_has_a_floor() -> None:
    found = gaussian_surprise(torch.tensor(1.0), torch.tensor(0.0), torch.tensor(-1e4))
    np.testing.assert_allclose(found, -stats.norm.logpdf(1.0, 0.0, 0.1), rtol=1e-5)


def test_shares_are_close_to_a_multinomial_and_zero_where_they_are_as_expected() -> None:
    logits = torch.tensor([0.5, 0.3, 0.2]).log()
    np.testing.assert_allclose(shares_surprise(torch.tensor([0.5, 0.3, 0.2]), logits, 100), 0, atol=1e-4)
    np.testing.assert_allclose(shares_surprise(torch.zeros(3), logits, 100), 0)
    worse, usual = (stats.multinomial.logpmf(counts, 100, [0.5, 0.3, 0.2]) for counts in ([20, 50, 30], [50, 30, 20]))
    found = shares_surprise(torch.tensor([0.2, 0.5, 0.3]), logits, 100)
    np.testing.assert_allclose(found, usual - worse, rtol=0.05)


def test_one_surprise_for_each_variable_at_any_number_of_samples() -> None:
    layout = Layout(2, 1, (3, 2), (4,))
    heads = Heads(5, layout, runs=10)
    observed = torch.tensor([[0.1, -2.0, 1.0, 0, 1, 0, 1, 0, 0.25, 0.25, 0.5, 0]]).repeat(6, 1)
    assert heads.surprise(torch.randn(7, 6, 5), observed).shape == (7, 6, layout.variables)


def test_an_expected_row_is_in_the_form_of_inputs() -> None:
    layout = Layout(2, 1, (3, 2), (4,))
    found = Heads(5, layout, spread=False).expectation(torch.randn(6, 5)).detach()
    assert found.shape == (6, layout.width)
    np.testing.assert_allclose(found[:, 3:6].sum(dim=1), 1, rtol=1e-5)
    np.testing.assert_allclose(found[:, -4:].square().sum(dim=1), 4, rtol=1e-5)
