"""Forecasters: what a forecast sees, its gradient, and its score."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from baselines.forecast import convolution, recurrence
from baselines.forecast.dlinear import DLinear
from baselines.forecast.errors import LEAST_ERROR, Usual
from benchmark.interfaces.recording import Recording
from benchmark.interfaces.registry import METHODS
from benchmark.toolkit.nn.initialise import build
from benchmark.toolkit.seeding import torch_generator

SMALL = {"cnn": "cnn[steps=10,hidden=8,window=5]", "lstm": "lstm[steps=10,hidden=8,window=5]", "dlinear": "dlinear"}


def waves(points: int, seed: int) -> Recording:
    """Two channels: a wave, and the same wave later, with some noise."""
    time = np.arange(points)
    noise = 0.05 * np.random.default_rng(seed).standard_normal((points, 2))
    values = np.sin(np.stack([time, time - 5], axis=1) * 2 * np.pi / 20) + noise
    return Recording("waves", values.astype(np.float32), ("a", "b"))


def fitted(spec: str):  # type: ignore[no-untyped-def]
    detector = METHODS.build(spec, seed=0)
    detector.fit(waves(300, 0), waves(100, 1))
    return detector


@given(st.integers(1, 300))
def test_convolutions_see_exactly_their_window(window: int) -> None:
    assert sum(convolution.dilations(window)) == window - 1


@pytest.mark.parametrize("network", [convolution.Network, recurrence.Network])
def test_a_forecast_sees_its_history_and_nothing_else(network) -> None:  # type: ignore[no-untyped-def]
    made = build(lambda: network(2, hidden=6, window=5), torch_generator(0, "parameters")).eval()
    stretches = torch.randn((1, 9, 2), generator=torch_generator(0, "rows"))
    with torch.inference_mode():
        before = made(stretches)
        assert before.shape == (1, 4, 2)
        later = stretches.clone()
        later[:, 6:] += 1
        assert torch.equal(made(later)[:, :2], before[:, :2])  # forecasts of the rows 5 and 6
        oldest = stretches.clone()
        oldest[:, 1] += 1
        assert not torch.allclose(made(oldest)[:, 1], before[:, 1])
        if network is convolution.Network:
            torch.testing.assert_close(made(oldest)[:, 2:], before[:, 2:])


def test_the_gradient_of_the_recurrence_is_that_of_its_equations() -> None:
    draws = torch_generator(1, "rows")
    received = torch.randn((6, 3, 8), generator=draws, dtype=torch.float64).requires_grad_()
    weight = torch.randn((8, 2), generator=draws, dtype=torch.float64).requires_grad_()
    assert torch.autograd.gradcheck(recurrence.Recurrence.apply, (received, weight))
    state = cell = torch.zeros((3, 2), dtype=torch.float64)
    for row, found in zip(received, recurrence.Recurrence.apply(received, weight), strict=True):
        enter, keep, leave, candidate = (row + state @ weight.T).chunk(4, dim=1)
        cell = keep.sigmoid() * cell + enter.sigmoid() * candidate.tanh()
        state = leave.sigmoid() * cell.tanh()
        torch.testing.assert_close(found, state)


@pytest.mark.parametrize("spec", SMALL.values(), ids=list(SMALL))
def test_no_score_depends_on_later_rows(spec: str) -> None:
    detector, test = fitted(spec), waves(200, 2)
    later = replace(test, values=test.values.copy())
    later.values[150:] += 3
    np.testing.assert_allclose(detector.score(later)[:150], detector.score(test)[:150], rtol=1e-5)
    np.testing.assert_allclose(detector.score(test.take(slice(130))), detector.score(test)[:130], rtol=1e-5)


def test_a_broken_wave_is_found_although_its_values_are_usual() -> None:
    test = waves(200, 2)
    broken = replace(test, values=test.values.copy())
    broken.values[120:130, 0] = test.values[125:135, 0]
    scores = fitted("dlinear").score(broken)
    assert scores[120] > 3 * np.median(scores)
    assert scores[:120].max() < scores[120]


def test_training_lowers_the_validation_loss_and_is_reported() -> None:
    detector = fitted("cnn[steps=60,hidden=16,window=8]")
    history = detector._fitted.history
    assert history.validation[history.best_epoch] < history.validation[0]
    report = detector.diagnostics(waves(50, 3))
    assert report["validation loss"] == history.validation[history.best_epoch]
    assert report["epochs"] == len(history.train)
    assert fitted("cnn[untrained=true,hidden=8]").diagnostics(waves(50, 3)) == {}


def test_dlinear_finds_the_coefficients_of_an_autoregression() -> None:
    generator = np.random.default_rng(0)
    values = np.zeros((4_000, 1))
    for row in range(2, 4_000):
        values[row] = 0.6 * values[row - 1] + 0.3 * values[row - 2] + generator.standard_normal()
    train = Recording("ar", values.astype(np.float32), ("a",))
    detector = DLinear(window=4, ridge=1e-6)
    detector.fit(train, train)
    np.testing.assert_allclose(detector._weights[0], [0, 0, 0.3, 0.6], atol=0.06)


def test_a_channel_counts_by_its_usual_error() -> None:
    errors = np.array([[3.0, 0.0], [-3.0, 0.0]])
    usual = Usual.fit(errors, errors / 2)
    np.testing.assert_allclose(usual.spread, [3, LEAST_ERROR])
    np.testing.assert_allclose(usual.scores(np.array([[3.0, 0.01], [6.0, 0.0]])), [1, np.sqrt(2)], rtol=1e-6)
